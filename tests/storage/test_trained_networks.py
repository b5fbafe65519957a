"""What a run leaves on disk, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.data_sets import write_data_set

from nnapp.engine import Settings, Trainer
from nnapp.engine.calibration import fit_temperature
from nnapp.errors import SettingError
from nnapp.storage.dataset import Dataset
from nnapp.storage.datasets import load_dataset
from nnapp.storage.network_file import read_network
from nnapp.storage.network_metadata import NetworkMetadata
from nnapp.storage.run_file import run_path
from nnapp.storage.trained_networks import (
    continue_training,
    fitted_temperature,
    free_network_path,
    parse_snapshot_epochs,
    save_network,
    save_training,
    snapshot_path,
    training_metadata,
)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return load_dataset(write_data_set(tmp_path / "data"))


def trained(dataset: Dataset, **settings: object) -> Trainer:
    wanted = Settings(hidden=(8,), batch_size=20).but(**settings)
    trainer = Trainer(wanted.new_network(784, 10), dataset.training_images, dataset.training_labels, wanted)
    list(trainer.run())
    return trainer


def test_metadata_says_whose_weights_were_kept(dataset: Dataset, tmp_path: Path) -> None:
    for keep in ("best", "last"):
        trainer = trained(dataset, epochs=6, learning_rate=0.05, keep=keep)
        save_training(tmp_path / "a.nn", trainer, dataset)
        assert trainer.best is not None
        expected = trainer.best.epoch if keep == "best" else 6
        assert read_network(tmp_path / "a.nn").metadata.results["epoch"] == expected


def test_saving_another_network_removes_the_run_beside_it(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "a.nn"
    trainer = trained(dataset, epochs=1)
    save_training(path, trainer, dataset)
    assert run_path(path).exists()
    save_network(path, trainer.network, NetworkMetadata())
    assert not run_path(path).exists()
    save_network(path, trainer.network, NetworkMetadata())  # nor does it mind that there is none


def test_continuing_takes_only_what_may_change(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "a.nn"
    save_training(path, trained(dataset, epochs=1), dataset)
    trainer, same = continue_training(path, dataset, {"epochs": 3, "learning_rate": 0.5, "batch_size": 20})
    assert (trainer.settings.epochs, trainer.settings.learning_rate, trainer.n_epochs_done) == (3, 0.5, 1)
    assert same is dataset
    with pytest.raises(SettingError, match="Mini-batch size must stay what it was when a run is resumed, 20; got 10"):
        continue_training(path, dataset, {"epochs": 3, "batch_size": 10})
    with pytest.raises(SettingError, match="Epochs must be more than the 1 already trained to resume"):
        continue_training(path, dataset)


def test_run_on_fewer_classes_than_the_network_has_is_continued(dataset: Dataset, tmp_path: Path) -> None:
    names = ("z", *dataset.class_names)
    fitted = dataset.for_classes(names)
    settings = Settings(hidden=(8,), batch_size=20, epochs=1)
    trainer = Trainer(settings.new_network(784, 11), fitted.training_images, fitted.training_labels, settings)
    list(trainer.run())
    save_training(tmp_path / "a.nn", trainer, fitted)
    _, again = continue_training(tmp_path / "a.nn", dataset, {"epochs": 2})
    assert again.class_names == names
    assert again.training_labels.tolist() == (dataset.training_labels + 1).tolist()


def test_free_path_never_names_a_file_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = []
    for _ in range(3):
        names.append(free_network_path("net"))
        Path(names[-1]).write_bytes(b"")
    assert [Path(name).name for name in names] == ["net.nn", "net-2.nn", "net-3.nn"]


def test_snapshot_path_keeps_folder_and_ending() -> None:
    assert snapshot_path("some/a.nn", 5) == str(Path("some/a-epoch-5.nn"))
    assert snapshot_path("b", 12) == "b-epoch-12.nn"


@pytest.mark.parametrize(("text", "epochs"), [("1,5,10", (1, 5, 10)), (" 3 , 1, 3", (1, 3)), ("10", (10,))])
def test_snapshot_epochs_are_sorted_and_unique(text: str, epochs: tuple[int, ...]) -> None:
    assert parse_snapshot_epochs(text, 10) == epochs


@pytest.mark.parametrize("text", ["", "0", "11", "1,", "a", "1.5", "-1"])
def test_snapshot_epochs_outside_the_run_are_refused(text: str) -> None:
    with pytest.raises(SettingError, match="must be whole numbers from 1 to 10"):
        parse_snapshot_epochs(text, 10)


def test_temperature_is_fitted_on_the_validation_images_alone(dataset: Dataset, tmp_path: Path) -> None:
    # Some labels are wrong, so that there is something to be unsure of.
    labels = dataset.training_labels.copy()
    labels[::7] = (labels[::7] + 1) % 10
    dataset = replace(dataset, training_labels=labels)
    trainer = trained(dataset, epochs=4, learning_rate=0.01, validation_fraction=0.3)
    save_training(tmp_path / "a.nn", trainer, dataset)
    stored = read_network(tmp_path / "a.nn")
    held_out = trainer.validation_indices
    expected = fit_temperature(stored.network.logits(dataset.training_images[held_out]), labels[held_out])
    assert stored.metadata.temperature == pytest.approx(expected, rel=1e-3)
    assert stored.metadata.temperature != 1
    # Other test images, or none that can be read, change nothing.
    blank = replace(dataset, test_images=np.zeros_like(dataset.test_images))
    assert fitted_temperature(trainer, blank) == stored.metadata.temperature
    probabilities = stored.predict_proba(dataset.test_images)
    np.testing.assert_array_equal(
        probabilities, stored.network.predict_proba(dataset.test_images, stored.metadata.temperature)
    )


def test_without_validation_images_there_is_no_temperature(dataset: Dataset) -> None:
    trainer = trained(dataset, epochs=1, validation_fraction=0.0)
    assert fitted_temperature(trainer, dataset) == 1
    assert "temperature" not in training_metadata(trainer, dataset).as_json()


def test_temperature_that_is_known_is_not_fitted_again(dataset: Dataset) -> None:
    assert training_metadata(trained(dataset, epochs=1), dataset, temperature=1.5).temperature == 1.5


def test_sigmoid_outputs_are_not_calibrated(dataset: Dataset) -> None:
    trainer = trained(dataset, epochs=1, output="sigmoid", loss="binary-cross-entropy")
    assert fitted_temperature(trainer, dataset) == 1

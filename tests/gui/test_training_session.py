"""The session of the training window: what can be lost, what is saved, and what a failure leaves as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.data_sets import write_data_set

from nnapp.engine.calibration import calibrated_temperature
from nnapp.engine.evaluation import evaluate
from nnapp.engine.network import Network
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.errors import DataError, FileFormatError, NetworkError, NnappError, SettingError, StorageError
from nnapp.gui.snapshot_plan import SnapshotPlan
from nnapp.gui.training_session import TrainingSession
from nnapp.storage.datasets import Dataset, load_dataset
from nnapp.storage.network_file import read_network, write_network
from nnapp.storage.network_metadata import NetworkMetadata
from nnapp.storage.run_file import read_run, run_path

SMALL = Settings(hidden=(5,), batch_size=20, epochs=2, learning_rate=0.01)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Return 200 training and 80 test images of 6×6 pixels in three classes."""
    return load_dataset(write_data_set(tmp_path_factory.mktemp("data"), shape=(6, 6), n_classes=3))


@pytest.fixture
def session(dataset: Dataset) -> TrainingSession:
    session = TrainingSession()
    session.set_dataset(dataset)
    return session


def train(session: TrainingSession, settings: Settings = SMALL) -> None:
    """Train as a job does."""
    list(session.new_trainer(session.settings_for_training(settings)).run())
    session.end_run()


def network_file(path: Path, sizes: tuple[int, ...], metadata: NetworkMetadata | None = None, **chosen: Any) -> Path:
    network = Network.dense(sizes, rng=np.random.default_rng(11), **chosen)
    write_network(path, network, metadata or NetworkMetadata())
    return path


def contents(session: TrainingSession) -> tuple[Any, ...]:
    """Return all that must not change when something fails."""
    network = session.network
    parameters = None if network is None else network.parameters.tobytes()
    return network, parameters, session.metadata, session.path, session.is_changed, session.trainer, session.name


# The network --------------------------------------------------------------------------------------


def test_there_is_nothing_at_first() -> None:
    session = TrainingSession()
    assert (session.network, session.name, session.is_changed, session.is_untrained) == (None, "", False, False)
    with pytest.raises(NetworkError, match="There must be a data set first"):
        session.initialise(SMALL)


def test_new_network_is_that_of_the_settings(session: TrainingSession) -> None:
    network = session.initialise(SMALL)
    np.testing.assert_array_equal(network.parameters, SMALL.new_network(36, 3).parameters)
    assert session.network is network
    assert (session.name, session.path) == ("untitled", None)
    assert session.is_untrained
    assert not session.is_changed, "it can be made again at any time"


def test_network_is_unsaved_once_it_is_trained(session: TrainingSession, tmp_path: Path) -> None:
    session.initialise(SMALL)
    train(session)
    assert session.is_changed
    assert not session.is_untrained
    session.save(tmp_path / "a.nn")
    assert not session.is_changed
    assert (session.name, session.path) == ("a.nn", str(tmp_path / "a.nn"))
    train(session)
    assert session.is_changed


def test_epoch_that_was_broken_off_counts_as_training(session: TrainingSession) -> None:
    dataset, network = session.dataset, session.initialise(SMALL)
    trainer = Trainer(network, dataset.training_images, dataset.training_labels, SMALL, report_interval_s=0)
    session.trainer = trainer
    reports = trainer.run()
    next(reports)
    reports.close()
    session.end_run()
    assert trainer.history == []
    assert session.is_changed


def test_run_that_did_nothing_is_forgotten(session: TrainingSession, tmp_path: Path) -> None:
    metadata = NetworkMetadata(loss="cross-entropy", results={"test_accuracy": 0.5}, extra={"note": "kept"})
    session.load(network_file(tmp_path / "a.nn", (36, 4, 3), metadata))
    session.new_trainer(session.settings_for_training(SMALL))
    session.end_run()
    session.note_evaluation(evaluate(session.network, session.dataset.test_images, session.dataset.test_labels))
    assert not session.is_changed
    session.save(tmp_path / "b.nn")
    assert read_network(tmp_path / "b.nn").metadata == metadata
    assert not run_path(tmp_path / "b.nn").exists()


# Files --------------------------------------------------------------------------------------------


def test_saved_network_says_how_it_was_made_and_can_be_continued(session: TrainingSession, tmp_path: Path) -> None:
    train(session)
    session.note_evaluation(evaluate(session.network, session.dataset.test_images, session.dataset.test_labels))
    session.save(tmp_path / "a.nn")
    stored = read_network(tmp_path / "a.nn")
    np.testing.assert_array_equal(stored.network.parameters, session.network.parameters)
    assert stored.metadata.training["hidden"] == [5]
    assert stored.metadata.training["data_set"] == session.dataset.name
    assert len(stored.metadata.history) == 2
    right = evaluate(stored.network, session.dataset.test_images, session.dataset.test_labels).accuracy
    assert stored.metadata.results["test_accuracy"] == right
    assert len(read_run(run_path(tmp_path / "a.nn")).state.history) == 2


def test_result_of_an_earlier_network_is_not_saved_with_another(session: TrainingSession, tmp_path: Path) -> None:
    train(session)
    session.note_evaluation(evaluate(session.network, session.dataset.test_images, session.dataset.test_labels))
    train(session)
    session.save(tmp_path / "a.nn")
    assert set(read_network(tmp_path / "a.nn").metadata.results) == {"epoch"}


def test_run_stays_beside_a_network_that_is_saved_unchanged(session: TrainingSession, tmp_path: Path) -> None:
    path = tmp_path / "a.nn"
    train(session)
    session.save(path)
    run = run_path(path).read_bytes()
    session.load(path)
    session.save(path)
    assert run_path(path).read_bytes() == run
    path.unlink()
    session.save(path)
    np.testing.assert_array_equal(read_network(path).network.parameters, session.network.parameters)
    # It is not the run of a network that takes the place of another.
    train(session)
    session.save(path)
    session.initialise(SMALL)
    session.save(path)
    assert not run_path(path).exists()


def test_untrained_network_is_saved_too(session: TrainingSession, tmp_path: Path) -> None:
    session.initialise(SMALL)
    session.save(tmp_path / "a.nn")
    stored = read_network(tmp_path / "a.nn")
    np.testing.assert_array_equal(stored.network.parameters, SMALL.new_network(36, 3).parameters)
    assert stored.metadata.class_names == ("0", "1", "2")
    assert stored.metadata.input_shape == (6, 6)
    assert session.is_untrained, "it is still what the settings describe"


def test_loaded_network_replaces_the_one_before(session: TrainingSession, tmp_path: Path) -> None:
    train(session)
    path = network_file(tmp_path / "a.nn", (36, 7, 3))
    network = session.load(path)
    assert session.network is network
    assert network.layer_sizes == (36, 7, 3)
    assert (session.is_changed, session.is_untrained, session.trainer, session.name) == (False, False, None, "a.nn")


def test_failed_load_leaves_everything(session: TrainingSession, tmp_path: Path) -> None:
    train(session)
    before = contents(session)
    broken = tmp_path / "broken.nn"
    broken.write_bytes(b"\x03" + bytes(20))
    problems = {
        tmp_path / "missing.nn": StorageError,
        broken: FileFormatError,
        network_file(tmp_path / "inputs.nn", (784, 3)): NetworkError,
        network_file(tmp_path / "outputs.nn", (36, 2)): NetworkError,
    }
    for path, kind in problems.items():
        with pytest.raises(kind):
            session.load(path)
        assert contents(session) == before
    with pytest.raises(NetworkError, match=r"must have 36 inputs, one for each of 6×6 pixels; got one of 784\."):
        session.load(tmp_path / "inputs.nn")


def test_failed_save_leaves_everything(session: TrainingSession, tmp_path: Path) -> None:
    train(session)
    before = contents(session)
    for path in (tmp_path, tmp_path / "missing" / "a.nn"):
        with pytest.raises(StorageError):
            session.save(path)
        assert contents(session) == before
    with pytest.raises(NnappError, match="There must be a network first"):
        TrainingSession().save(tmp_path / "a.nn")


def test_network_stays_with_other_data(session: TrainingSession, tmp_path: Path) -> None:
    train(session)
    network = session.network
    other = load_dataset(write_data_set(tmp_path / "other", shape=(8, 8), n_classes=3))
    session.set_dataset(other)
    assert session.network is network
    assert session.is_changed
    with pytest.raises(NetworkError, match=r"A network for other must have 64 inputs, .*; got one of 36\."):
        session.new_trainer(session.settings_for_training(SMALL))
    session.save(tmp_path / "a.nn")
    # What it was trained on is still what it says.
    assert read_network(tmp_path / "a.nn").metadata.training["data_set"] != "other"


# Runs ---------------------------------------------------------------------------------------------


def test_training_without_a_network_makes_one(session: TrainingSession) -> None:
    assert session.settings_for_training(SMALL) == SMALL
    assert session.network is not None
    assert session.network.layer_sizes == (36, 5, 3)


@pytest.mark.parametrize(
    "change",
    [{"hidden": (4, 4)}, {"activation": "tanh"}, {"output": "sigmoid", "loss": "squared-error"}, {"seed": 9}],
)
def test_new_network_follows_the_settings_until_it_is_trained(session: TrainingSession, change: dict[str, Any]) -> None:
    session.initialise(SMALL)
    changed = SMALL.but(**change)
    assert not session.describes_other_network(changed)
    assert session.settings_for_training(changed) == changed
    expected = changed.new_network(36, 3)
    np.testing.assert_array_equal(session.network.parameters, expected.parameters)
    assert session.network.activation_names == expected.activation_names


def test_new_network_follows_the_data_until_it_is_trained(session: TrainingSession, tmp_path: Path) -> None:
    session.initialise(SMALL)
    session.set_dataset(load_dataset(write_data_set(tmp_path / "other", shape=(8, 8), n_classes=4)))
    session.new_trainer(session.settings_for_training(SMALL))
    assert session.network.layer_sizes == (64, 5, 4)


def test_new_network_stays_if_the_settings_say_nothing_new_about_it(session: TrainingSession) -> None:
    network = session.initialise(SMALL)
    session.settings_for_training(SMALL.but(epochs=9, learning_rate=0.5))
    assert session.network is network


def test_trained_network_keeps_its_structure(session: TrainingSession) -> None:
    train(session)
    network = session.network
    wished = SMALL.but(hidden=(9, 9), activation="tanh", output="sigmoid", loss="squared-error", epochs=7)
    assert session.describes_other_network(wished)
    settings = session.settings_for_training(wished)
    assert session.network is network
    # The loss asked for would suit, but it was asked for with other outputs.
    assert settings == SMALL.but(epochs=7)


@pytest.mark.parametrize(
    ("output", "stored_loss", "loss"),
    [("sigmoid", "squared-error", "squared-error"), ("sigmoid", None, "binary-cross-entropy")],
)
def test_loss_suits_a_loaded_network(
    session: TrainingSession, tmp_path: Path, output: str, stored_loss: str | None, loss: str
) -> None:
    metadata = NetworkMetadata(loss=stored_loss)
    path = network_file(tmp_path / "a.nn", (36, 7, 3), metadata, output_activation=output)
    session.load(path)
    settings = session.settings_for_training(SMALL)
    assert (settings.hidden, settings.output, settings.loss) == ((7,), output, loss)


def test_mini_batches_must_not_be_larger_than_the_data(session: TrainingSession) -> None:
    TrainingSession().check_settings(SMALL.but(batch_size=1000))  # nothing to compare with
    # A tenth of the 200 images is held out.
    session.check_settings(SMALL.but(batch_size=180))
    with pytest.raises(SettingError, match=r"Mini-batch size must be at most 180, .*; got 181\.") as caught:
        session.check_settings(SMALL.but(batch_size=181))
    assert caught.value.setting == "batch_size"
    # What is allowed here a run takes.
    session.new_trainer(session.settings_for_training(SMALL.but(batch_size=180)))


def test_snapshots_are_named_after_their_epochs_and_written_then(session: TrainingSession, tmp_path: Path) -> None:
    plan = SnapshotPlan(str(tmp_path / "a.nn"), (1, 2))
    assert plan.paths == [str(tmp_path / "a-epoch-1.nn"), str(tmp_path / "a-epoch-2.nn")]
    trainer = session.new_trainer(session.settings_for_training(SMALL.but(epochs=3, keep="last")))
    save = session.saver_of_snapshots(plan)
    weights = []
    for report in trainer.run():
        save(report)
        weights.append(trainer.network.parameters.copy())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-epoch-1.nn", "a-epoch-2.nn"]
    for path, parameters in zip(plan.paths, weights, strict=False):
        np.testing.assert_array_equal(read_network(path).network.parameters, parameters)


def test_classes_are_numbered_as_the_outputs_of_a_network_that_has_them(
    session: TrainingSession, dataset: Dataset, tmp_path: Path
) -> None:
    """A network for the classes 2, 1, 0 in this order learns labels in this order; a new one those of the data."""
    metadata = NetworkMetadata(class_names=("2", "1", "0"))
    session.load(network_file(tmp_path / "turned.nn", (36, 3), metadata))
    assert session.dataset is not None
    np.testing.assert_array_equal(session.dataset.training_labels, 2 - dataset.training_labels)
    trainer = session.new_trainer(session.settings_for_training(SMALL))
    assert trainer.settings.hidden == ()
    session.initialise(SMALL)
    np.testing.assert_array_equal(session.dataset.training_labels, dataset.training_labels)


def test_network_of_other_classes_is_refused(session: TrainingSession, tmp_path: Path) -> None:
    train(session)
    before = contents(session)
    path = network_file(tmp_path / "other.nn", (36, 4), NetworkMetadata(class_names=("0", "1", "cat", "dog")))
    with pytest.raises(DataError, match=r"must be among the network's, 0, 1, cat, dog; got 2\.$"):
        session.load(path)
    assert contents(session) == before


@pytest.mark.parametrize(
    ("path", "is_foreign", "expected"),
    [("a.nn", False, "a.nn"), ("a.onnx", True, "a.nn"), ("a.b.npz", True, "a.b.nn"), ("weights", True, "weights.nn")],
)
def test_suggested_name_is_that_of_the_file(
    session: TrainingSession, tmp_path: Path, path: str, is_foreign: bool, expected: str
) -> None:
    assert session.suggested_name == "network.nn"
    stored = read_network(network_file(tmp_path / "any.nn", (36, 3)))
    session.take(stored, tmp_path / path, is_foreign=is_foreign)
    assert session.suggested_name == expected
    assert session.name == path
    assert session.path == (None if is_foreign else str(tmp_path / path))


# A new network and other data ---------------------------------------------------------------------


def renamed(dataset: Dataset) -> Dataset:
    return replace(dataset, name="renamed", class_names=("x", "y", "z"))


def test_new_network_learns_data_with_other_classes(session: TrainingSession, dataset: Dataset) -> None:
    session.initialise(SMALL)
    session.set_dataset(renamed(dataset))
    train(session)
    assert session.metadata.class_names == ("x", "y", "z")


def test_new_network_is_saved_with_the_classes_of_the_data(
    session: TrainingSession, dataset: Dataset, tmp_path: Path
) -> None:
    session.initialise(SMALL)
    session.save(tmp_path / "a.nn")
    session.set_dataset(renamed(dataset))
    assert session.is_changed
    session.save(tmp_path / "a.nn")
    assert read_network(tmp_path / "a.nn").class_names == ("x", "y", "z")


def test_new_network_takes_the_shape_of_the_images(session: TrainingSession, dataset: Dataset) -> None:
    session.initialise(SMALL)
    training, test = (images.reshape(-1, 4, 9) for images in (dataset.training_images, dataset.test_images))
    session.set_dataset(replace(dataset, training_images=training, test_images=test))
    assert session.stored.image_shape == (4, 9)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # Of 200 images a tenth is held out.
        ({"validation_fraction": 0.1, "training_images": 0, "images_per_epoch": 0}, 180),
        ({"validation_fraction": 0.1, "training_images": 50, "images_per_epoch": 0}, 50),
        ({"validation_fraction": 0.1, "training_images": 50, "images_per_epoch": 20}, 20),
    ],
)
def test_largest_batch(session: TrainingSession, values: dict[str, Any], expected: int) -> None:
    assert session.largest_batch(values) == expected


# Temperature --------------------------------------------------------------------------------------


def test_temperature_of_a_run_is_fitted_by_whoever_trains_and_saved(
    session: TrainingSession, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = session.new_trainer(session.settings_for_training(SMALL))
    fit = session.temperature_fitter()
    list(trainer.run())
    fit()
    # From here on nothing may take the time to fit it again.
    monkeypatch.setattr("nnapp.storage.trained_networks.fitted_temperature", None)
    session.end_run()
    held_out = trainer.validation_indices
    expected = calibrated_temperature(
        trainer.network, dataset.training_images[held_out], dataset.training_labels[held_out]
    )
    assert session.metadata.temperature == expected != 1
    session.note_evaluation(evaluate(trainer.network, dataset.test_images, dataset.test_labels))
    assert session.metadata.temperature == expected
    session.save(tmp_path / "a.nn")
    assert read_network(tmp_path / "a.nn").metadata.temperature == expected


def test_run_that_did_nothing_is_not_calibrated(session: TrainingSession) -> None:
    session.new_trainer(session.settings_for_training(SMALL))
    session.temperature_fitter()()
    assert session._temperature is None

"""Saving what a training run made, and continuing from it.

A run leaves two files: the network (`network_file`), and beside it what is needed to go on with the
run as if it had not been interrupted (`run_file`).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from nnapp.engine.calibration import calibrated_temperature
from nnapp.engine.evaluation import Evaluation
from nnapp.engine.network import Network
from nnapp.engine.settings import SETTINGS
from nnapp.engine.trainer import Trainer
from nnapp.errors import SettingError
from nnapp.storage.dataset import Dataset
from nnapp.storage.files import free_path, make_folder
from nnapp.storage.network_file import write_network
from nnapp.storage.network_metadata import NetworkMetadata, history_record, training_record
from nnapp.storage.run_file import Run, data_fingerprint, read_run, run_path, write_run

__all__ = [
    "NETWORKS_FOLDER",
    "continue_training",
    "fitted_temperature",
    "free_network_path",
    "parse_snapshot_epochs",
    "rescue_path",
    "save_network",
    "save_training",
    "snapshot_path",
    "training_metadata",
]

NETWORKS_FOLDER = "networks"
"""Where networks are saved that were given no place, in the current folder."""


def fitted_temperature(trainer: Trainer, dataset: Dataset) -> float:
    """Return the temperature that the validation images of a run ask for, 1 if there are none.

    Parameters
    ----------
    trainer : Trainer
        Its network is left as it is.
    dataset : Dataset
        The run's. Its test images are not looked at.
    """
    indices = trainer.validation_indices
    return calibrated_temperature(trainer.network, dataset.training_images[indices], dataset.training_labels[indices])


def training_metadata(
    trainer: Trainer, dataset: Dataset, evaluation: Evaluation | None = None, temperature: float | None = None
) -> NetworkMetadata:
    """Describe the network of a run for its file.

    Parameters
    ----------
    evaluation : Evaluation, optional
        Of the network on the test images.
    temperature : float, optional
        By default `fitted_temperature`, which takes as long as validating does.
    """
    results: dict[str, float | int] = {"epoch": trainer.network_epoch}
    if evaluation is not None:
        results |= {"test_accuracy": evaluation.accuracy, "test_loss": evaluation.loss}
    return NetworkMetadata(
        loss=trainer.settings.loss,
        class_names=dataset.class_names,
        input_shape=dataset.image_shape,
        pictures=dataset.pictures,
        temperature=fitted_temperature(trainer, dataset) if temperature is None else temperature,
        training=training_record(
            trainer.settings, dataset.name, dataset.choice.test_fraction, dataset.choice.split_seed
        ),
        history=history_record(trainer.history),
        results=results,
    )


def save_training(
    path: str | os.PathLike[str],
    trainer: Trainer,
    dataset: Dataset,
    evaluation: Evaluation | None = None,
    temperature: float | None = None,
) -> None:
    """Write the network of a run to `path` and the state of the run beside it; arguments as for `training_metadata`.

    Raises
    ------
    StorageError
        If either cannot be written.
    """
    write_network(path, trainer.network, training_metadata(trainer, dataset, evaluation, temperature))
    network = trainer.network
    run = Run(
        state=trainer.state(),
        layer_sizes=network.layer_sizes,
        activation_names=network.activation_names,
        class_names=dataset.class_names,
        input_shape=dataset.image_shape,
        data_fingerprint=data_fingerprint(dataset.training_images, dataset.training_labels),
    )
    write_run(run_path(path), run)


def save_network(path: str | os.PathLike[str], network: Network, metadata: NetworkMetadata) -> None:
    """Write a network that is not of a run, and remove the run that an earlier network left beside it.

    Raises
    ------
    StorageError
        If the file cannot be written.
    """
    write_network(path, network, metadata)
    with suppress(OSError):  # there is none, or it belongs to somebody else
        run_path(path).unlink()


def continue_training(
    path: str | os.PathLike[str], dataset: Dataset, changes: Mapping[str, Any] | None = None
) -> tuple[Trainer, Dataset]:
    """Return the trainer of a saved run, standing where the run stopped, and the data set with the run's classes.

    Parameters
    ----------
    path : path-like
        The network file of the run, or the run's own file.
    dataset : Dataset
        The same that the run was trained on.
    changes : mapping of str to value, optional
        New values of settings that may change during a run, such as more epochs.

    Raises
    ------
    SettingError
        If a setting may not change, the data are others, or the run has no epochs left.
    DataError
        If the run lacks a class of the data set.
    FileFormatError, StorageError
        If the file cannot be read.
    """
    run = read_run(run_path(path))
    settings = run.state.settings
    changed = {name: value for name, value in (changes or {}).items() if value != getattr(settings, name)}
    for name, value in changed.items():
        if not SETTINGS[name].while_running:
            raise SettingError(
                f"{SETTINGS[name].label} must stay what it was when a run is resumed, "
                f"{SETTINGS[name].format(getattr(settings, name))}; got {SETTINGS[name].format(value)}.",
                name,
            )
    dataset = dataset.for_classes(run.class_names or dataset.class_names)
    if run.data_fingerprint != data_fingerprint(dataset.training_images, dataset.training_labels):
        raise SettingError(
            "A run must be resumed on the data it began with, split as they were then; got other training images in "
            f"{dataset.location}."
        )
    network = run.new_network()
    trainer = Trainer(network, dataset.training_images, dataset.training_labels, settings, state=run.state)
    trainer.change(**changed)
    if trainer.is_finished:
        if trainer.stops_early:
            raise SettingError("A run that early stopping has ended cannot be resumed; train its network further.")
        raise SettingError(
            f"Epochs must be more than the {trainer.n_epochs_done} already trained to resume a run, counted from its "
            f"beginning; got {trainer.settings.epochs}.",
            "epochs",
        )
    return trainer, dataset


def free_network_path(name: str) -> str:
    """Return a path in `NETWORKS_FOLDER` for a network of this name where no file is yet.

    The folder is created if it is missing.
    """
    make_folder(NETWORKS_FOLDER)
    return str(free_path(NETWORKS_FOLDER, f"{name}.nn"))


def snapshot_path(path: str | os.PathLike[str], epoch: int) -> str:
    """Return where the network of `path` is saved after an epoch: ``a.nn`` becomes ``a-epoch-5.nn``."""
    base = Path(path)
    return str(base.with_name(f"{base.stem}-epoch-{epoch}{base.suffix or '.nn'}"))


def parse_snapshot_epochs(text: str, n_epochs: int) -> tuple[int, ...]:
    """Return the epochs to save a network at that a person typed, such as "1, 5, 10", ascending.

    Raises
    ------
    SettingError
        If one is not a whole number from 1 to `n_epochs`.
    """
    try:
        epochs = sorted({int(part) for part in text.split(",")})
    except ValueError:
        epochs = []
    if not epochs or epochs[0] < 1 or epochs[-1] > n_epochs:
        raise SettingError(
            f"The epochs to save at must be whole numbers from 1 to {n_epochs:,}, separated by commas; got {text!r}."
        )
    return tuple(epochs)


def rescue_path(path: str | os.PathLike[str]) -> str:
    """Return a place for a network whose own cannot be written: the folder for temporary files."""
    folder = tempfile.mkdtemp(prefix="nnapp-")
    return str(Path(folder, Path(path).name or "network.nn"))

"""What the training window works on: the data set, the network, its file and its runs. Shows nothing.

Kept apart from the window, so that what a person can lose is decided in one place that needs no
display to be tested.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from nnapp.engine.evaluation import Evaluation
from nnapp.engine.losses import default_loss
from nnapp.engine.network import Network
from nnapp.engine.reports import EpochReport
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.errors import DataError, NetworkError, NnappError
from nnapp.gui.network_fit import fit_to_network, misfit_sentence
from nnapp.gui.snapshot_plan import SnapshotPlan
from nnapp.storage.datasets import Dataset
from nnapp.storage.network_file import StoredNetwork, read_network, write_network
from nnapp.storage.network_metadata import NetworkMetadata
from nnapp.storage.trained_networks import (
    fitted_temperature,
    save_network,
    save_training,
    snapshot_path,
    training_metadata,
)

__all__ = ["STRUCTURE_SETTINGS", "TrainingSession"]

STRUCTURE_SETTINGS = ("hidden", "activation", "output", "initializer", "seed")
"""Settings that decide a new network, and change nothing about one that is there."""

_ENDING = ".nn"
"""Of nnapp's own files."""


class TrainingSession:
    """The data and the network of one training window.

    Not for several threads at once: while a job trains, `network` and `trainer` are only read.

    Attributes
    ----------
    dataset : Dataset or None
        With its labels numbered as the network's outputs.
    network : Network or None
    metadata : NetworkMetadata
        Of the network as it was loaded or last trained.
    path : str or None
        File the network was loaded from or saved to.
    is_changed : bool
        Whether the network would be lost if it were not saved.
    trainer : Trainer or None
        Of the present or the last run of this network.
    """

    def __init__(self) -> None:
        self.dataset: Dataset | None = None
        self._loaded_dataset: Dataset | None = None
        self.network: Network | None = None
        self.metadata = NetworkMetadata()
        self.path: str | None = None
        self.is_changed = False
        self.trainer: Trainer | None = None
        self._initial_settings: Settings | None = None
        self._evaluation: Evaluation | None = None
        self._temperature: float | None = None  # of the trainer's network; None if it has not been fitted yet
        self._foreign_name = ""

    @property
    def name(self) -> str:
        """File name of the network, or "untitled"; "" if there is none."""
        if self.network is None:
            return ""
        return Path(self.path).name if self.path else self._foreign_name or "untitled"

    @property
    def suggested_name(self) -> str:
        """File name to save the network under, where the person has not chosen one."""
        known = self.path or self._foreign_name
        return Path(known).stem + _ENDING if known else f"network{_ENDING}"

    @property
    def stored(self) -> StoredNetwork:
        """The network as it would be saved.

        Raises
        ------
        NetworkError
            If there is none.
        """
        return StoredNetwork(self._need_network(), self.metadata)

    @property
    def is_untrained(self) -> bool:
        """Whether the network is new: initialised here and never trained."""
        return self._initial_settings is not None

    def set_dataset(self, dataset: Dataset) -> None:
        """Work with this data set from now on. The network stays, fit or not; a new one gets its classes."""
        self.dataset = self._loaded_dataset = dataset
        self.trainer = None
        if self.network is None:
            return
        if not self.is_untrained:
            with suppress(NnappError):  # said when the network is used
                self.dataset = fit_to_network(dataset, self.stored)
        elif (self.network.n_inputs, self.network.n_outputs) == (dataset.n_pixels, dataset.n_classes):
            metadata = _new_metadata(dataset)
            self.is_changed |= self.path is not None and metadata != self.metadata
            self.metadata = metadata

    def initialise(self, settings: Settings) -> Network:
        """Replace the network by a new one.

        Raises
        ------
        NetworkError
            If there is no data set yet.
        """
        self.dataset = self._loaded_dataset  # with the classes as its own, and no longer as the old network's
        dataset = self._need_dataset()
        self.network = settings.new_network(dataset.n_pixels, dataset.n_classes)
        self.metadata = _new_metadata(dataset)
        self.path = None
        self._foreign_name = ""
        self.is_changed = False
        self.trainer = None
        self._initial_settings = settings
        return self.network

    def load(self, path: str | os.PathLike[str]) -> Network:
        """Replace the network by one from a file; on an error everything stays as it was.

        Raises
        ------
        FileFormatError, StorageError
            If the file cannot be read.
        NetworkError
            If the network does not fit the data set.
        """
        stored = read_network(path)
        self.take(stored, path)
        return stored.network

    def take(self, stored: StoredNetwork, path: str | os.PathLike[str], *, is_foreign: bool = False) -> None:
        """Replace the network by one that was read from a file; on an error everything stays as it was.

        Parameters
        ----------
        stored : StoredNetwork
        path : path-like
            Of the file.
        is_foreign : bool
            Whether the file is another program's: it is not written again, and saving asks for a name.

        Raises
        ------
        NetworkError, DataError
            If the network does not fit the data set.
        """
        if self._loaded_dataset is not None:
            self.dataset = fit_to_network(self._loaded_dataset, stored)
        self.network = stored.network
        self.metadata = stored.metadata
        self.path = None if is_foreign else os.fspath(path)
        self._foreign_name = Path(path).name if is_foreign else ""
        self.is_changed = False
        self.trainer = None
        self._initial_settings = None

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network, with the state of its run beside it if it was trained here.

        Raises
        ------
        StorageError
            If the file cannot be written; the session is unchanged then.
        """
        network = self._need_network()
        is_there = not self.is_changed and self.path == os.fspath(path) and os.path.exists(path)
        if self.trainer is not None and self.dataset is not None:
            save_training(path, self.trainer, self.dataset, self._evaluation, self._temperature)
        elif not is_there:  # else the run beside the file is still the network's
            save_network(path, network, self.metadata)
        self.path = os.fspath(path)
        self.is_changed = False

    def check_settings(self, settings: Settings) -> None:
        """Refuse settings that the data set has too few images for.

        Raises
        ------
        SettingError
            If a mini-batch or an epoch is larger than the images there are to learn from.
        """
        if self.dataset is not None:
            n_images = len(self.dataset.training_labels)
            settings.check_counts(n_images - round(n_images * settings.validation_fraction))

    def largest_batch(self, values: Mapping[str, Any]) -> int | None:
        """Return how large a mini-batch can be with these values of the other settings, None without a data set."""
        if self.dataset is None:
            return None
        n_images = len(self.dataset.training_labels)
        n_training = n_images - round(n_images * values["validation_fraction"])
        return max(1, int(values["images_per_epoch"] or values["training_images"] or n_training))

    def settings_for_training(self, settings: Settings) -> Settings:
        """Return the settings a run of the present network has: what the network is comes from itself.

        A new, untrained network is made anew if settings or data now ask for another one. A loss that
        does not suit a loaded network's outputs gives way to the one that does.
        """
        if self.network is None or (self.is_untrained and self._differs(settings)):
            self.initialise(settings)
        network = self._need_network()
        if self.is_untrained:
            return settings
        names = network.activation_names
        loss = settings.loss
        if settings.output != network.output_activation:
            loss = self.metadata.loss or default_loss(network.output_activation)
        activation = names[0] if len(names) > 1 else settings.activation
        return settings.but(
            hidden=network.layer_sizes[1:-1], activation=activation, output=network.output_activation, loss=loss
        )

    def describes_other_network(self, settings: Settings) -> bool:
        """Return whether the network that is there is not the one the settings describe."""
        network = self.network
        if network is None or self.is_untrained:
            return False
        names = network.activation_names
        return (
            network.layer_sizes[1:-1] != settings.hidden
            or network.output_activation != settings.output
            or (len(names) > 1 and names[0] != settings.activation)
        )

    @property
    def misfit(self) -> str:
        """Why the network that is there cannot learn the data set, a sentence; "" if it can, or will be made anew."""
        if self.network is None or self.is_untrained or self.dataset is None:
            return ""
        return misfit_sentence(self.dataset, self.stored)

    def fitted_dataset(self) -> Dataset:
        """Return the data set with its labels numbered as the outputs of the network.

        Raises
        ------
        NetworkError, DataError
            If there is none, or the network cannot learn it.
        """
        dataset = self._need_dataset()
        try:
            return fit_to_network(dataset, self.stored)
        except (DataError, NetworkError) as error:
            raise type(error)(f"{error} Choose Initialise for a new network.") from error

    def new_trainer(self, settings: Settings) -> Trainer:
        """Return the trainer of a new run of the present network, by `settings_for_training`.

        Raises
        ------
        SettingError, NetworkError
            If settings, network and data do not fit each other.
        """
        network = self._need_network()
        self.dataset = dataset = self.fitted_dataset()
        network.set_dropout(settings.dropout)
        self.trainer = Trainer(network, dataset.training_images, dataset.training_labels, settings)
        self._evaluation = self._temperature = None
        return self.trainer

    def end_run(self) -> None:
        """Note that a run has ended: the network is changed, and its metadata are the run's.

        A run that has changed nothing, because it was stopped or diverged before that, is forgotten.
        """
        if self.trainer is None or self.dataset is None:
            return
        if self.trainer.history or self.trainer.state().batch:
            self._initial_settings = None
            self.is_changed = True
            self.metadata = training_metadata(self.trainer, self.dataset, temperature=self._temperature)
        else:
            self.trainer = None

    def note_evaluation(self, evaluation: Evaluation) -> None:
        """Keep the result on the test images for the network's file."""
        self._evaluation = evaluation
        if self.trainer is not None and self.dataset is not None and not self.is_untrained:
            self.metadata = training_metadata(self.trainer, self.dataset, evaluation, self._temperature)

    def saver_of_snapshots(self, plan: SnapshotPlan) -> Callable[[EpochReport], None]:
        """Return what saves the network after the epochs of the plan, for the thread that trains."""
        dataset, trainer = self._need_dataset(), self.trainer

        def save(report: EpochReport) -> None:
            if report.epoch in plan.epochs and trainer is not None:
                metadata = training_metadata(trainer, dataset)
                write_network(snapshot_path(plan.base, report.epoch), trainer.network, metadata)

        return save

    def temperature_fitter(self) -> Callable[[], None]:
        """Return what fits the temperature of a run's network once it has ended, for the thread that trains."""
        dataset, trainer = self._need_dataset(), self.trainer

        def fit() -> None:
            if trainer is not None and (trainer.history or trainer.state().batch):
                temperature = fitted_temperature(trainer, dataset)
                if trainer is self.trainer:
                    self._temperature = temperature

        return fit

    def _differs(self, settings: Settings) -> bool:
        initial, metadata, dataset = self._initial_settings, self.metadata, self.dataset
        if dataset is not None:
            made_for = metadata.input_shape, metadata.class_names
            if made_for != (dataset.image_shape, dataset.class_names):
                return True
        return any(getattr(initial, name) != getattr(settings, name) for name in STRUCTURE_SETTINGS)

    def _need_dataset(self) -> Dataset:
        if self.dataset is None:
            raise NetworkError("There must be a data set first: choose one from the menu Data.")
        return self.dataset

    def _need_network(self) -> Network:
        if self.network is None:
            raise NetworkError("There must be a network first: initialise or load one.")
        return self.network


def _new_metadata(dataset: Dataset) -> NetworkMetadata:
    """Return what is known about a network that is to learn a data set."""
    return NetworkMetadata(class_names=dataset.class_names, input_shape=dataset.image_shape)

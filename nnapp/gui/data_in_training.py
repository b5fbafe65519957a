"""Shows in the training window which data set it has got, and what becomes of network and parameters there are."""

from __future__ import annotations

from nnapp.engine.settings import SETTINGS
from nnapp.errors import NnappError
from nnapp.gui.load_wording import summary
from nnapp.gui.network_fit import fit_to_network
from nnapp.gui.training_session import TrainingSession
from nnapp.gui.training_window import TrainingWindow
from nnapp.storage.dataset import Dataset
from nnapp.storage.trained_split import split_warning

__all__ = ["lower_batch_size", "show_dataset", "warn_of_split"]


def show_dataset(session: TrainingSession, window: TrainingWindow, dataset: Dataset) -> None:
    """Say what the session has to learn from, and whether a network that has learnt already can go on. Tk thread only.

    Parameters
    ----------
    session : TrainingSession
    window : TrainingWindow
    dataset : Dataset
        As it was loaded.
    """
    window.data_label.configure(text=f"data: {summary(dataset)}")
    height, width = dataset.image_shape
    window.log.info(
        f"{dataset.name} ({dataset.location}): {len(dataset.training_labels):,} training and "
        f"{len(dataset.test_labels):,} test images of {height}×{width} pixels, {dataset.n_classes} classes."
    )
    if session.network is None:
        return
    window.weights.show_network(session.network, dataset.image_shape)
    if not session.is_untrained:  # one that is new follows the data by itself
        try:
            fit_to_network(dataset, session.stored)
        except NnappError as error:
            window.log.warning(f"{str(error).rstrip('.')}; the present one stays until you choose Initialise.")
        warn_of_split(session, window)


def warn_of_split(session: TrainingSession, window: TrainingWindow) -> None:
    """Say it if the network may have learnt images it is now tested on. Tk thread only."""
    sentence = split_warning(session.metadata, session.dataset) if session.dataset is not None else ""
    if sentence:
        window.log.warning(sentence)


def lower_batch_size(session: TrainingSession, window: TrainingWindow) -> None:
    """Make mini-batches that nobody has asked for fit a small data set, or nothing could be started. Tk thread only."""
    most = session.largest_batch(window.settings.read_values())
    lowered = None if most is None else window.settings.lower_value("batch_size", most)
    if lowered is not None:
        window.log.info(f"{SETTINGS['batch_size'].label} {lowered:,}: there are no more images to learn from.")

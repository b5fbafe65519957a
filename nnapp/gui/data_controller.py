"""Shows nothing itself: finds, loads and downloads the data set in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nnapp.display.wording import file_size
from nnapp.errors import NnappError
from nnapp.gui.job_board import JobBoard
from nnapp.gui.training_session import TrainingSession
from nnapp.gui.training_window import TrainingWindow
from nnapp.jobs import Ended, Job
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.datasets import loading, locate_dataset
from nnapp.storage.downloads import downloading
from nnapp.storage.folders import folder_for_data
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.published_datasets import MNIST

__all__ = ["DataController"]

_NOTHING_FOUND = "There is no data set yet. Choose File ▸ Download MNIST, or File ▸ Open Data Folder."


_Report = Dataset | LoadProgress | str
"""A data set, how far it has come, or a warning."""


class DataController:
    """Brings data sets into the session. Tk thread only.

    Parameters
    ----------
    session : TrainingSession
    window : TrainingWindow
    board : JobBoard
    on_loaded : callable ()
        Called when the session has another data set.
    on_end : callable ()
        Called when a search or a download has ended, whether or not it has brought one.
    on_state : callable ()
        Called when `is_busy` has changed.
    """

    def __init__(
        self,
        session: TrainingSession,
        window: TrainingWindow,
        board: JobBoard,
        on_loaded: Callable[[], None],
        on_end: Callable[[], None],
        on_state: Callable[[], None],
    ) -> None:
        self._session = session
        self._window = window
        self._board = board
        self._on_loaded = on_loaded
        self._on_end = on_end
        self._on_state = on_state
        self._job: Job[_Report] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a data set is being loaded or downloaded."""
        return self._job is not None

    def load(self, choice: DataChoice | None, remembered: DataChoice | None = None) -> None:
        """Load a data set; what is there stays if that fails.

        Parameters
        ----------
        choice : DataChoice or None
            Which one; None for the one that was used last, or else is in the usual places.
        remembered : DataChoice, optional
            The one that was used last.
        """
        self._start(_load(choice, remembered or DataChoice()), "Loading the images …")

    def download(self) -> None:
        """Download MNIST to where it is looked for, and load it."""
        self._start(_download(), f"Downloading MNIST to {folder_for_data()} …")

    def _start(self, steps: Iterator[_Report], sentence: str) -> None:
        if self._job is not None:
            self._board.drop(self._job)
        self._job = Job(steps)
        self._window.progress.show_busy(sentence, 0, None)
        self._board.start(self._job, self._on_message)
        self._on_state()

    def _on_message(self, message: _Report | Ended) -> None:
        window = self._window
        if isinstance(message, Dataset):
            self._take(message)
        elif isinstance(message, Ended):
            self._job = None
            if message.outcome == "failed":
                window.log.error(message.sentence)
            if self._session.dataset is None:
                window.matrix.show_empty(_NOTHING_FOUND)
            window.progress.show_idle("" if self._session.dataset else _NOTHING_FOUND)
            self._on_state()
            self._on_end()
        elif isinstance(message, str):
            window.log.warning(message)
        else:
            done = file_size(message.done) if message.unit == "bytes" else f"{message.done:,} {message.unit}"
            window.progress.show_busy(f"{message.what}: {done}", message.done, message.total)

    def _take(self, dataset: Dataset) -> None:
        self._session.set_dataset(dataset)
        n_training, n_test = len(dataset.training_labels), len(dataset.test_labels)
        height, width = dataset.image_shape
        self._window.data_label.configure(text=f"data: {dataset.name}, {n_training:,} + {n_test:,}")
        self._window.log.info(
            f"{dataset.name} from {dataset.location}: {n_training:,} training and {n_test:,} test images of "
            f"{height}×{width} pixels, {dataset.n_classes} classes."
        )
        for sentence in dataset.warnings:
            self._window.log.warning(sentence)
        self._on_loaded()


def _load(choice: DataChoice | None, remembered: DataChoice) -> Iterator[_Report]:
    if choice is None and remembered.source:
        try:
            yield (yield from loading(remembered))
            return
        except NnappError as error:  # moved or deleted since; the usual places may do
            yield str(error)
    if choice is None and locate_dataset() is None:
        return
    yield (yield from loading(choice or DataChoice()))


def _download() -> Iterator[_Report]:
    """Download MNIST, yielding what has arrived, and last the data set."""
    folder = yield from downloading(MNIST)
    yield (yield from loading(DataChoice(str(folder))))

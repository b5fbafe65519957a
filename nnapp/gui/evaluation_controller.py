"""Shows nothing itself: evaluates the network in the background and hands the result to matrix, table and galleries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.display.image_indices import cell_headline
from nnapp.display.wording import counted, percent
from nnapp.engine.arrays import IntArray
from nnapp.engine.evaluation import Evaluation, evaluation_steps
from nnapp.engine.settings import Settings
from nnapp.engine.splits import split_for_training
from nnapp.errors import NnappError
from nnapp.gui.gallery_window import GalleryWindow
from nnapp.gui.job_board import JobBoard
from nnapp.gui.style import Style
from nnapp.gui.training_session import TrainingSession
from nnapp.gui.training_window import TrainingWindow
from nnapp.jobs import Ended, Job
from nnapp.storage.dataset import Dataset

__all__ = ["EvaluationController"]

_OF_SPLIT = ("seed", "validation_fraction", "training_images")


@dataclass(frozen=True, eq=False)
class _Images:
    """What a network is evaluated on."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    numbers: IntArray | None
    """Place of each image in its file, where that is not its place here."""
    split: str
    title: str
    class_names: tuple[str, ...]


class EvaluationController:
    """One evaluation at a time. Tk thread only.

    Parameters
    ----------
    session : TrainingSession
    window : TrainingWindow
    board : JobBoard
    style : Style
    on_open_image : callable (split, index)
        Called when an image of a gallery is opened: "test" or "train", and its place in that file.
    on_state : callable ()
        Called when `is_running` has changed.
    """

    def __init__(
        self,
        session: TrainingSession,
        window: TrainingWindow,
        board: JobBoard,
        style: Style,
        on_open_image: Callable[[str, int], None],
        on_state: Callable[[], None],
    ) -> None:
        self._session = session
        self._window = window
        self._board = board
        self._style = style
        self._on_open_image = on_open_image
        self._on_state = on_state
        self._job: Job[Any] | None = None
        self._shown: tuple[Evaluation, _Images] | None = None

    @property
    def is_running(self) -> bool:
        """Whether an evaluation is under way."""
        return self._job is not None

    def start(self) -> None:
        """Evaluate the network on the images that are chosen; an evaluation under way is dropped.

        Raises
        ------
        NetworkError, DataError
            If network and data do not fit each other.
        """
        self.drop()
        session = self._session
        if session.network is None or session.dataset is None:
            return
        chosen = _choose(self._window.read_split(), session.fitted_dataset(), self._split_settings())
        # A copy, because a run may start meanwhile.
        metadata = session.metadata
        steps = evaluation_steps(
            session.network.copy(),
            chosen.images,
            chosen.labels,
            loss=metadata.loss,
            temperature=metadata.temperature,
        )
        self._job = Job(steps)
        self._window.progress.show_busy(f"Evaluating on {chosen.title}", 0, len(chosen.labels))
        self._board.start(self._job, lambda message: self._on_message(message, chosen))
        self._on_state()

    def drop(self) -> None:
        """Give up an evaluation that is under way."""
        if self._job is not None:
            self._board.drop(self._job)
            self._job = None
            self._window.progress.show_idle("")
            self._on_state()

    def show_nothing(self, sentence: str) -> None:
        """Take an outdated result away and say what to do."""
        self.drop()
        self._shown = None
        self._window.matrix.show_empty(sentence)
        self._window.per_class.show_empty(sentence)
        self._window.calibration.show_empty(sentence)

    def open_cell(self, actual: int, predicted: int) -> None:
        """Open a gallery of the images in a cell."""
        if self._shown is None:
            return
        evaluation, chosen = self._shown
        indices = evaluation.confusion.indices(actual, predicted)
        if not len(indices):
            return
        names = chosen.class_names
        split = "test" if chosen.split == "test" else "train"
        GalleryWindow(
            self._window.root,
            self._style,
            evaluation,
            chosen.images,
            indices,
            cell_headline(evaluation.confusion, names, actual, predicted),
            names,
            lambda number: self._on_open_image(split, number),
            chosen.title,
            chosen.numbers,
        )

    def _split_settings(self) -> Settings:
        """Return settings that tell which images this network learnt from, and which were held out."""
        training = self._session.metadata.training
        if "seed" in training and "validation_fraction" in training:
            known = {name: training[name] for name in _OF_SPLIT if name in training}
            return Settings(**known, batch_size=0)
        # Of an untrained network, whose panel may ask for batches that other images are too few for.
        return self._window.settings.read_settings().but(batch_size=0, images_per_epoch=0)

    def _on_message(self, message: int | Evaluation | Ended, chosen: _Images) -> None:
        window = self._window
        if isinstance(message, Ended):
            self._job = None
            window.progress.show_idle("")
            if message.outcome == "failed":
                window.log.error(message.sentence)
            self._on_state()
        elif isinstance(message, Evaluation):
            self._show(message, chosen)
        else:
            window.progress.show_busy(f"Evaluating on {chosen.title}", message, len(chosen.labels))

    def _show(self, evaluation: Evaluation, chosen: _Images) -> None:
        session, window, names = self._session, self._window, chosen.class_names
        self._shown = evaluation, chosen
        window.matrix.show_evaluation(evaluation, names, chosen.title, chosen.numbers)
        window.per_class.show_evaluation(evaluation, names, chosen.title)
        window.calibration.show_evaluation(evaluation, chosen.title)
        if chosen.split == "test":
            session.note_evaluation(evaluation)
        mistakes = counted(int(np.sum(evaluation.predictions != evaluation.labels)), "mistake")
        window.log.info(
            f"{chosen.title}: {percent(evaluation.accuracy)} right, {mistakes}, loss {evaluation.loss:.4f}."
        )


def _choose(split: str, dataset: Dataset, split_settings: Settings) -> _Images:
    """Return the images of a split.

    Raises
    ------
    NnappError
        If there are none.
    """
    if split == "test":
        n_images = len(dataset.test_labels)
        title = f"{dataset.name}, {n_images:,} test images"
        return _Images(dataset.test_images, dataset.test_labels, None, split, title, dataset.class_names)
    training, validation = split_for_training(dataset.training_labels, split_settings)
    indices = training if split == "training" else validation
    if not len(indices):
        raise NnappError("No images were held out for validation: the validation fraction is 0.")
    title = f"{dataset.name}, {len(indices):,} {split} images"
    images, labels = dataset.training_images[indices], dataset.training_labels[indices]
    return _Images(images, labels, indices, split, title, dataset.class_names)

"""Shows nothing itself: learns in the background what a network makes of all images of a data set."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

from nnapp.engine.evaluation import Evaluation, evaluation_steps
from nnapp.engine.neuron_statistics import NeuronStatistics, neuron_statistics_steps
from nnapp.gui.explanation_controller import ExplanationController
from nnapp.gui.job_board import JobBoard
from nnapp.gui.testing_session import TestingSession
from nnapp.gui.testing_window import TestingWindow
from nnapp.jobs import Ended, Job

__all__ = ["StatisticsController"]


class StatisticsController:
    """One network and one set of images at a time. Tk thread only.

    Parameters
    ----------
    session : TestingSession
        Gets the evaluation, by which the next wrong answer is found.
    window : TestingWindow
    board : JobBoard
    explanations : ExplanationController
        Gets what every neuron does.
    on_state : callable ()
        Called when the evaluation has come or gone.
    """

    def __init__(
        self,
        session: TestingSession,
        window: TestingWindow,
        board: JobBoard,
        explanations: ExplanationController,
        on_state: Callable[[], None],
    ) -> None:
        self._session = session
        self._window = window
        self._board = board
        self._explanations = explanations
        self._on_state = on_state
        self._job: Job[Any] | None = None

    def start(self) -> None:
        """Forget what was known of another network or other images, and begin anew if they fit each other."""
        if self._job is not None:
            self._board.drop(self._job)
            self._job = None
        session = self._session
        session.evaluation = None
        self._explanations.take_statistics(None)
        self._window.activity.show_confusion(None, session.class_names)
        if session.network is not None and session.stored is not None and session.fits_data:
            steps = chain(
                evaluation_steps(session.network, session.images, session.labels, loss=session.stored.metadata.loss),
                neuron_statistics_steps(session.network, session.images, session.labels),
            )
            self._job = Job(steps)
            self._board.start(self._job, self._on_message)
        self._on_state()

    def _on_message(self, message: int | Evaluation | NeuronStatistics | Ended) -> None:
        if isinstance(message, Evaluation):
            self._session.evaluation = message
            self._window.activity.show_confusion(message.confusion, self._session.class_names)
            self._on_state()
        elif isinstance(message, NeuronStatistics):
            self._explanations.take_statistics(message)
        elif isinstance(message, Ended):
            self._job = None
            if message.outcome == "failed":
                self._window.show_problem(message.sentence)

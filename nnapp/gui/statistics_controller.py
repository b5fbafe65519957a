"""Shows nothing itself: learns in the background what a network makes of all images of a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from nnapp.display.wording import gain_sentence
from nnapp.engine.ensembles import EnsembleComparison, comparison_steps
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

    def start(self, *, keeps_evaluation: bool = False) -> None:
        """Forget what was known of another network or other images, and begin anew if they fit each other.

        Parameters
        ----------
        keeps_evaluation : bool
            Whether the answers stay what they were: another network of the same ensemble is shown.
        """
        if self._job is not None:
            self._board.drop(self._job)
            self._job = None
        session = self._session
        is_known = keeps_evaluation and session.evaluation is not None
        self._explanations.take_statistics(None)
        if not is_known:
            session.evaluation = None
            self._window.activity.show_confusion(None, session.class_names)
            self._window.members.show_gain("")
        if session.network is not None and session.fits_data:
            answers = iter(()) if is_known else self._evaluating()
            self._job = Job(chain(answers, neuron_statistics_steps(session.network, session.images, session.labels)))
            self._board.start(self._job, self._on_message)
        self._on_state()

    def _evaluating(self) -> Iterator[int | Evaluation | EnsembleComparison]:
        """Return what evaluates the network, or all networks of the ensemble, in the thread of the job."""
        session = self._session
        if session.ensemble is not None:
            return comparison_steps(session.ensemble.networks, session.images, session.labels)
        assert session.stored is not None
        metadata = session.stored.metadata
        return evaluation_steps(
            session.stored.network,
            session.images,
            session.labels,
            loss=metadata.loss,
            temperature=metadata.temperature,
        )

    def _on_message(self, message: int | Evaluation | EnsembleComparison | NeuronStatistics | Ended) -> None:
        if isinstance(message, EnsembleComparison):
            self._window.members.show_gain(gain_sentence(message))
            message = message.ensemble
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

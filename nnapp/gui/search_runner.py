"""Shows nothing itself: runs a grid search in the background, and pauses, goes on with, or ends it."""

from __future__ import annotations

from collections.abc import Callable

from nnapp.gui.job_board import JobBoard
from nnapp.jobs import Ended, Job
from nnapp.search.journal import Journal
from nnapp.search.results import RunResult
from nnapp.search.search import RunFinished, Search, SearchReport, Waiting
from nnapp.storage.dataset import Dataset

__all__ = ["SearchRunner"]


class SearchRunner:
    """One search at a time. Tk thread only.

    Parameters
    ----------
    board : JobBoard
    on_result : callable (RunResult)
        A run is done, or a part of it.
    on_waiting : callable ()
        `waiting` is newer.
    on_end : callable (Ended)
        Called once for each search, when it no longer runs.

    Attributes
    ----------
    is_paused : bool
        Whether no more runs are to begin.
    waiting : Waiting or None
        Where the search stands, None before it has said so and after its end.
    """

    def __init__(
        self,
        board: JobBoard,
        on_result: Callable[[RunResult], None],
        on_waiting: Callable[[], None],
        on_end: Callable[[Ended], None],
    ) -> None:
        self.is_paused = False
        self.waiting: Waiting | None = None
        self._board = board
        self._on_result = on_result
        self._on_waiting = on_waiting
        self._on_end = on_end
        self._search: Search | None = None
        self._job: Job[SearchReport] | None = None

    @property
    def is_running(self) -> bool:
        """Whether a search goes on, paused or not."""
        return self._job is not None

    def start(self, journal: Journal, dataset: Dataset) -> None:
        """Begin a search, or go on with one.

        Raises
        ------
        SettingError
            If plan and data do not belong together.
        """
        self._search = Search(journal.plan, dataset.training_images, dataset.training_labels, journal)
        self._job = Job(self._search.run())
        self.is_paused = False
        self._board.start(self._job, self._on_message)

    def pause_or_resume(self) -> None:
        """Begin no more runs, or go on; nothing happens while nothing runs."""
        if self._search is not None:
            self.is_paused = not self.is_paused
            if self.is_paused:
                self._search.pause()
            else:
                self._search.resume()

    def cancel(self) -> None:
        """End the search; its end arrives like any other."""
        if self._job is not None:
            self._job.stop()

    def _on_message(self, message: SearchReport | Ended) -> None:
        if isinstance(message, RunFinished):
            self._on_result(message.result)
        elif isinstance(message, Waiting):
            self.waiting = message
            self._on_waiting()
        else:
            self._job = self._search = self.waiting = None
            self.is_paused = False
            self._on_end(message)

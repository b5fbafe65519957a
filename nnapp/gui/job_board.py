"""Shows nothing itself: hands the messages of background jobs to the views that wait for them."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from nnapp.engine.reports import BatchReport, EpochReport
from nnapp.gui.cycle_collector import CYCLE_COLLECTOR
from nnapp.gui.poller import Poller
from nnapp.jobs import Ended, Job

__all__ = ["JobBoard"]

OnMessage = Callable[[Any], None]

_BUDGET_S = 0.008
"""Time spent on the messages of one job at a time; half of what a display takes for a picture."""

_MOST_EPOCHS = 100
"""Handed on at a time: a small network trains thousands of epochs per second."""


class JobBoard:
    """Starts jobs and calls their listeners in the Tk thread. Tk thread only.

    Of several batch reports that wait, only the newest is handed on; epoch reports come in lists. A
    job that was dropped is not heard any more, so nothing of an older run arrives late.

    Parameters
    ----------
    widget : tk.Misc
        The board stops listening when it is destroyed.
    """

    def __init__(self, widget: tk.Misc) -> None:
        self._listeners: dict[Job[Any], OnMessage] = {}
        self._dropped: set[Job[Any]] = set()
        self._poller = Poller(widget, self._poll)

    def start(self, job: Job[Any], on_message: OnMessage) -> None:
        """Start a job; `on_message` gets its reports and last its `Ended`."""
        self._listeners[job] = on_message
        CYCLE_COLLECTOR.hold()
        job.start()
        self._poller.start()

    def drop(self, job: Job[Any]) -> None:
        """Stop a job, and hear no more of it."""
        if job in self._listeners:
            job.stop()
            del self._listeners[job]
            self._dropped.add(job)

    def finish(self, job: Job[Any], timeout_s: float) -> bool:
        """Stop a job and hand its last messages on here and now; return whether its thread has ended in time."""
        job.stop()
        if not job.wait(timeout_s):
            return False
        while job in self._listeners:
            self._hand_on(job)
        self._release_ended()
        return True

    def stop_all(self, timeout_s: float) -> None:
        """Drop all jobs, and wait at most `timeout_s` for them to finish what they are writing."""
        until = monotonic() + timeout_s
        for job in list(self._listeners):
            self.drop(job)
        for job in self._dropped:
            job.wait(max(0.0, until - monotonic()))
        self._release_ended()

    def _poll(self) -> None:
        for job in list(self._listeners):
            self._hand_on(job)
        self._release_ended()
        CYCLE_COLLECTOR.tidy()

    def _hand_on(self, job: Job[Any]) -> None:
        """Call the listener of a job with what waits for it."""
        for message in _waiting(job):
            on_message = self._listeners.get(job)
            if on_message is None:
                return  # a listener has dropped it
            if isinstance(message, Ended):
                del self._listeners[job]
                CYCLE_COLLECTOR.release()
            on_message(message)

    def _release_ended(self) -> None:
        """Let the collector work again once no thread of a dropped job does, and rest if nothing is left to do."""
        for job in [job for job in self._dropped if job.wait(0)]:
            self._dropped.remove(job)
            CYCLE_COLLECTOR.release()
        if not self._listeners and not self._dropped:
            self._poller.stop()


def _waiting(job: Job[Any]) -> Iterator[Any]:
    """Yield the messages of a job, in order, without the batches that are outdated and with epochs in lists."""
    newest_batch: BatchReport | None = None
    epochs: list[EpochReport] = []
    for message in job.messages(_BUDGET_S):
        newest_batch = None
        if isinstance(message, BatchReport):
            newest_batch = message
        elif isinstance(message, EpochReport):
            epochs.append(message)
            if len(epochs) == _MOST_EPOCHS:
                break
        else:
            if epochs:
                yield epochs
                epochs = []
            yield message
    if epochs:
        yield epochs
    if newest_batch is not None:
        yield newest_batch

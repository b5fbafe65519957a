"""Work in the background: a generator of reports, iterated in a thread of its own.

A job speaks through a queue and listens to a few commands. It knows no window; a window takes its
messages when it has time. The thread is a daemon, so a program that ends does not wait for it.

Commands take effect between two reports, where a trainer's state is whole. Every job ends with
exactly one `Ended`, after which nothing more comes.
"""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Generic, Literal, TypeVar

from nnapp.engine.arrays import FloatArray
from nnapp.engine.reports import BatchReport, EpochReport
from nnapp.engine.trainer import Trainer
from nnapp.errors import NnappError

__all__ = ["Ended", "Job", "Paused", "Snapshot", "TrainingJob"]

Report = TypeVar("Report")


@dataclass(frozen=True)
class Ended:
    """The last message of a job.

    Attributes
    ----------
    outcome : {"finished", "stopped", "failed"}
        Whether the work was done, was stopped on request, or raised an error.
    sentence : str
        What went wrong, for people; "" if nothing did.
    details : str
        The traceback of an error that is a bug of the program; "" otherwise.
    """

    outcome: Literal["finished", "stopped", "failed"]
    sentence: str = ""
    details: str = ""


@dataclass(frozen=True)
class Snapshot:
    """A copy of a network's parameters while it trains.

    Attributes
    ----------
    parameters : array (n_parameters,)
    """

    parameters: FloatArray


@dataclass(frozen=True)
class Paused:
    """A step of training has come to its end, and the job waits."""


class Job(Generic[Report]):
    """Iterates a generator in the background. All methods may be called from any thread.

    Parameters
    ----------
    reports : iterator
        Does the work between its items. Closed when the job ends, however it ends.
    """

    def __init__(self, reports: Iterator[Report]) -> None:
        self._reports = reports
        self._messages: queue.SimpleQueue[Report | Snapshot | Paused | Ended] = queue.SimpleQueue()
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._is_paused = False
        self._is_stopping = False
        self._thread = threading.Thread(target=self._work, name=type(self).__name__, daemon=True)

    def start(self) -> None:
        """Begin to work. Call it once."""
        self._thread.start()

    def pause(self) -> None:
        """Stop asking for reports until `resume` or `stop`."""
        self._commands.put(lambda: self._set(is_paused=True))

    def resume(self) -> None:
        """Go on after a pause."""
        self._commands.put(lambda: self._set(is_paused=False))

    def stop(self) -> None:
        """End the job before the next report."""
        self._commands.put(lambda: self._set(is_paused=False, is_stopping=True))

    def messages(self, budget_s: float = 0.01) -> Iterator[Report | Snapshot | Paused | Ended]:
        """Yield the messages that are waiting, for at most `budget_s` seconds; never blocks."""
        until = monotonic() + budget_s
        while monotonic() < until and not self._messages.empty():
            yield self._messages.get_nowait()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the thread has ended; return whether it has. For tests and scripts, not for windows."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _set(self, *, is_paused: bool, is_stopping: bool = False) -> None:
        self._is_paused = is_paused
        self._is_stopping = self._is_stopping or is_stopping

    def _work(self) -> None:
        try:
            ended = self._iterate()
        except NnappError as error:
            ended = Ended("failed", str(error))
        except Exception as error:  # a bug must reach the window, not vanish with the thread
            ended = Ended("failed", f"Unexpected problem: {error!r}.", traceback.format_exc())
        self._messages.put(ended)

    def _iterate(self) -> Ended:
        try:
            self._obey()
            while not self._is_stopping:
                try:
                    report = next(self._reports)
                except StopIteration:
                    return Ended("finished")
                self._messages.put(report)
                self._after(report)
                self._obey()
            return Ended("stopped")
        finally:
            close = getattr(self._reports, "close", None)
            if close is not None:
                close()
            self._before_end()

    def _before_end(self) -> None:
        """Do what a kind of job does last, in the thread of the job."""

    def _after(self, report: Report) -> None:
        """Do what a kind of job does after each report, in the thread of the job."""

    def _obey(self) -> None:
        """Carry out the commands that are waiting; while paused, wait for more."""
        while True:
            try:
                command = self._commands.get(block=self._is_paused)
            except queue.Empty:
                return
            command()


class TrainingJob(Job[BatchReport | EpochReport]):
    """Trains a network in the background.

    While the job runs, the network and the trainer belong to its thread; another thread may read the
    network but not write it.

    Parameters
    ----------
    trainer : Trainer
    after_epoch : callable (EpochReport) -> None, optional
        Called in the job's thread after each epoch, while the network holds the weights of that epoch;
        an `NnappError` it raises ends the job.
    before_end : callable () -> None, optional
        Called in the job's thread last, before its `Ended`, while the network holds the weights that it keeps.
    """

    def __init__(
        self,
        trainer: Trainer,
        after_epoch: Callable[[EpochReport], None] | None = None,
        before_end: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(trainer.run())
        self._trainer = trainer
        self._after_epoch = after_epoch
        self._at_end = before_end
        self._pauses_after_epoch = False

    def step(self) -> None:
        """Go on to the end of the present epoch, or for one epoch, then pause with a `Paused`.

        After the last epoch the run ends as always.
        """
        self._commands.put(lambda: self._go_on(pauses_after_epoch=True))

    def resume(self) -> None:
        """Go on after a pause, and past the end of a step that is under way."""
        self._commands.put(lambda: self._go_on(pauses_after_epoch=False))

    def change(self, **settings: float | int) -> None:
        """Change settings from the next epoch on; what the trainer refuses ends the job, so check before."""
        self._commands.put(lambda: self._trainer.change(**settings))

    def ask_for_snapshot(self) -> None:
        """Have one `Snapshot` sent soon."""
        self._commands.put(self._send_snapshot)

    def _before_end(self) -> None:
        if self._at_end is not None:
            self._at_end()

    def _go_on(self, *, pauses_after_epoch: bool) -> None:
        self._pauses_after_epoch = pauses_after_epoch
        self._set(is_paused=False)

    def _send_snapshot(self) -> None:
        self._messages.put(Snapshot(self._trainer.network.parameters.copy()))

    def _after(self, report: BatchReport | EpochReport) -> None:
        if isinstance(report, EpochReport):
            if self._after_epoch is not None:
                self._after_epoch(report)
            if self._pauses_after_epoch and not self._trainer.is_finished:
                self._pauses_after_epoch = False
                self._set(is_paused=True)
                self._messages.put(Paused())

"""The board: messages of jobs arrive in the Tk thread, the newest only, and none of a job that was dropped."""

from __future__ import annotations

import gc
import threading
import time
import tkinter as tk
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nnapp.engine.reports import BatchReport, EpochReport
from nnapp.gui.job_board import JobBoard
from nnapp.jobs import Ended, Job

WaitUntil = Callable[..., None]
LetPass = Callable[[float], None]
FINISHED = Ended("finished")


@pytest.fixture(autouse=True)
def collector_as_in_a_program() -> None:
    gc.enable()


def batch(number: int) -> BatchReport:
    return BatchReport(
        epoch=1, n_epochs=1, batch=number, n_batches=9, images=number, n_images=9, training_loss=1.0,
        images_per_second=1.0,
    )  # fmt: skip


def epoch(number: int) -> EpochReport:
    return EpochReport(
        epoch=number,
        n_epochs=600,
        training_loss=1.0,
        validation_loss=None,
        validation_error=None,
        learning_rate=0.1,
        is_best=False,
        seconds=0.1,
        images_per_second=1.0,
    )


class Waiting:
    """A job that has some reports at once, and a late one when it is let."""

    def __init__(self, *reports: Any) -> None:
        self._may_go_on = threading.Semaphore(0)
        self.job: Job[Any] = Job(self._run(reports))

    def let(self) -> None:
        self._may_go_on.release()

    def _run(self, reports: tuple[Any, ...]) -> Iterator[Any]:
        yield from reports
        assert self._may_go_on.acquire(timeout=20)
        yield "late"


@pytest.fixture
def board(root: tk.Tk) -> JobBoard:
    return JobBoard(root)


def finish(job: Job[Any]) -> None:
    """Let a job put all it has to say into its queue."""
    assert job.wait(5)


def test_messages_come_in_order_in_the_tk_thread(board: JobBoard, wait_until: WaitUntil) -> None:
    heard: list[Any] = []
    threads: set[threading.Thread] = set()

    def listen(message: Any) -> None:
        heard.append(message)
        threads.add(threading.current_thread())

    board.start(Job(iter(["a", "b"])), listen)
    assert heard == []
    wait_until(lambda: FINISHED in heard)
    assert heard == ["a", "b", FINISHED]
    assert threads == {threading.main_thread()}


def test_only_the_newest_of_waiting_batches_is_handed_on(
    board: JobBoard, wait_until: WaitUntil, let_pass: LetPass
) -> None:
    heard: list[Any] = []
    job = Job(iter([batch(1), batch(2), "more", batch(3), batch(4)]))
    board.start(job, heard.append)
    finish(job)
    wait_until(lambda: FINISHED in heard)
    # What came before another message is outdated, and what came before the end is.
    assert heard == ["more", FINISHED]

    heard.clear()
    waiting = Waiting(batch(1), batch(2))
    board.start(waiting.job, heard.append)
    wait_until(lambda: heard)
    let_pass(0.1)
    assert heard[-1] == batch(2)
    waiting.let()
    wait_until(lambda: FINISHED in heard)


def test_epochs_are_handed_on_together_and_none_is_lost(board: JobBoard, wait_until: WaitUntil) -> None:
    heard: list[Any] = []
    job = Job(iter([epoch(1), batch(1), epoch(2), "asked for", *map(epoch, range(3, 504)), batch(2)]))
    board.start(job, heard.append)
    finish(job)
    wait_until(lambda: FINISHED in heard)
    assert heard[:2] == [[epoch(1), epoch(2)], "asked for"]
    lists = [message for message in heard if isinstance(message, list)]
    assert [report.epoch for reports in lists for report in reports] == list(range(1, 504))
    # Together, but not so many that the window would have to wait for them.
    assert 5 < len(lists) < 50


def test_finished_job_has_said_all_at_once(board: JobBoard) -> None:
    heard: list[Any] = []
    waiting = Waiting(*map(epoch, range(1, 301)))
    board.start(waiting.job, heard.append)
    waiting.let()
    assert board.finish(waiting.job, 5)
    assert heard[-1] == Ended("stopped") or heard[-2:] == ["late", Ended("finished")]
    assert sum(len(message) for message in heard if isinstance(message, list)) > 0
    assert gc.isenabled()


def test_job_that_does_not_end_in_time_is_heard_as_before(board: JobBoard, wait_until: WaitUntil) -> None:
    heard: list[Any] = []
    waiting = Waiting("first")
    board.start(waiting.job, heard.append)
    wait_until(lambda: heard == ["first"])
    assert not board.finish(waiting.job, 0.05)
    assert heard == ["first"]
    waiting.let()
    wait_until(lambda: heard == ["first", "late", Ended("stopped")])


def test_dropped_job_is_stopped_and_not_heard(board: JobBoard, let_pass: LetPass) -> None:
    heard: list[Any] = []
    waiting = Waiting()
    board.start(waiting.job, heard.append)
    board.drop(waiting.job)
    waiting.let()
    finish(waiting.job)
    let_pass(0.15)
    assert heard == []
    assert list(waiting.job.messages()) == ["late", Ended("stopped")]
    board.drop(waiting.job)  # once more changes nothing


@pytest.mark.parametrize("dropped_by", ["itself", "another"])
def test_job_that_is_dropped_by_a_listener_is_not_heard_any_more(
    board: JobBoard, wait_until: WaitUntil, let_pass: LetPass, dropped_by: str
) -> None:
    heard: list[Any] = []
    dropped = Job(iter([1, 2]))
    other = Job(iter(["other"]))

    def drop(message: Any) -> None:
        heard.append(message)
        board.drop(dropped)

    # Both jobs are over, and all their messages wait when the first one is handed on.
    board.start(other, drop if dropped_by == "another" else heard.append)
    board.start(dropped, drop if dropped_by == "itself" else heard.append)
    finish(other)
    finish(dropped)
    wait_until(lambda: FINISHED in heard and "other" in heard)
    let_pass(0.15)
    assert heard == (["other", FINISHED] if dropped_by == "another" else ["other", FINISHED, 1])


def test_listener_may_start_a_job_at_the_end_of_another(board: JobBoard, wait_until: WaitUntil) -> None:
    heard: list[Any] = []

    def start_next(message: Any) -> None:
        heard.append(message)
        if isinstance(message, Ended):
            board.start(Job(iter(["second"])), heard.append)

    board.start(Job(iter(["first"])), start_next)
    wait_until(lambda: len(heard) == 4)
    assert heard == ["first", FINISHED, "second", FINISHED]


def test_collector_is_off_while_a_thread_works(board: JobBoard, wait_until: WaitUntil, let_pass: LetPass) -> None:
    assert gc.isenabled()
    heard: list[Any] = []
    waiting = Waiting()
    board.start(waiting.job, heard.append)
    assert not gc.isenabled()
    board.drop(waiting.job)
    # The thread is in the middle of a step, so it may still make objects.
    let_pass(0.1)
    assert not gc.isenabled()
    waiting.let()
    wait_until(gc.isenabled)
    board.start(Job(iter([1])), heard.append)
    assert not gc.isenabled()
    wait_until(gc.isenabled)


def test_stopping_all_waits_for_all_together(board: JobBoard, root: tk.Tk) -> None:
    stuck = [Waiting() for _ in range(4)]
    ready = Waiting()
    heard: list[Any] = []
    for waiting in (*stuck, ready):
        board.start(waiting.job, heard.append)
    ready.let()
    started = time.monotonic()
    board.stop_all(timeout_s=0.2)
    assert 0.15 < time.monotonic() - started < 0.6
    assert ready.job.wait(0)
    for waiting in stuck:
        waiting.let()
        finish(waiting.job)
    board.stop_all(timeout_s=0.2)
    assert gc.isenabled()
    assert heard == []

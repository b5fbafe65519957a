"""Background jobs: what they report, when they obey, and how they end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.reports import BatchReport, EpochReport
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.errors import StorageError
from nnapp.jobs import Ended, Job, Paused, Snapshot, TrainingJob

TIMEOUT_S = 10.0
Data = tuple[NDArray[np.float32], NDArray[np.int64]]


class Steps:
    """A generator of 1, 2, 3, … that goes on when it is let, and what became of it."""

    def __init__(self, last: int) -> None:
        self._may_go_on = threading.Semaphore(0)
        self.n_begun = 0
        self.threads: set[str] = set()
        self.is_closed = False
        self.reports = self._run(last)

    def let(self, n_steps: int) -> None:
        for _ in range(n_steps):
            self._may_go_on.release()

    def _run(self, last: int) -> Iterator[int]:
        try:
            for number in range(1, last + 1):
                self.n_begun = number
                self.threads.add(threading.current_thread().name)
                assert self._may_go_on.acquire(timeout=TIMEOUT_S)
                yield number
        finally:
            self.is_closed = True


def listen(job: Job[Any], is_enough: Callable[[list[Any]], bool]) -> list[Any]:
    """Return the messages of a job up to those that are enough."""
    heard: list[Any] = []
    deadline = time.monotonic() + TIMEOUT_S
    while not is_enough(heard):
        heard += job.messages()
        assert time.monotonic() < deadline, f"heard only {heard}"
        time.sleep(0.001)
    return heard


def listen_to_end(job: Job[Any]) -> list[Any]:
    return listen(job, lambda heard: bool(heard) and isinstance(heard[-1], Ended))


def stays_so(condition: Callable[[], bool]) -> bool:
    """Return whether something holds for as long as a thread would take many times over to change it."""
    deadline = time.monotonic() + 0.05
    while condition() and time.monotonic() < deadline:
        time.sleep(0.002)
    return condition()


def test_reports_come_in_order_and_end_once() -> None:
    steps = Steps(3)
    job = Job(steps.reports)
    steps.let(3)
    job.start()
    assert listen_to_end(job) == [1, 2, 3, Ended("finished")]
    assert job.wait(TIMEOUT_S)
    assert list(job.messages()) == []
    assert steps.is_closed
    assert steps.threads.isdisjoint({threading.current_thread().name})


def test_messages_never_wait_and_keep_to_their_time() -> None:
    steps = Steps(2)
    job = Job(steps.reports)
    job.start()
    assert list(job.messages()) == []
    steps.let(2)
    assert job.wait(TIMEOUT_S)
    assert list(job.messages(budget_s=0)) == []
    taken = job.messages()
    assert next(taken) == 1
    time.sleep(0.02)  # twice the time there is
    assert list(taken) == []
    assert list(job.messages()) == [2, Ended("finished")]


def test_nothing_is_done_while_paused() -> None:
    steps = Steps(5)
    job = Job(steps.reports)
    job.start()
    job.pause()
    steps.let(2)
    # The pause counts from the next report on.
    assert listen(job, bool) == [1]
    assert stays_so(lambda: steps.n_begun == 1)
    job.resume()
    assert listen(job, bool) == [2]
    steps.let(3)
    assert listen_to_end(job) == [3, 4, 5, Ended("finished")]


@pytest.mark.parametrize("is_paused", [False, True])
def test_stop_ends_before_the_next_report_and_closes_the_generator(is_paused: bool) -> None:
    steps = Steps(5)
    job = Job(steps.reports)
    job.start()
    if is_paused:
        job.pause()
        steps.let(1)
        assert listen(job, bool) == [1]
        job.stop()
        assert listen_to_end(job) == [Ended("stopped")]
    else:
        job.stop()
        steps.let(1)
        assert listen_to_end(job) == [1, Ended("stopped")]
    assert job.wait(TIMEOUT_S)
    assert steps.is_closed


def test_what_was_said_before_the_start_counts() -> None:
    steps = Steps(5)
    job = Job(steps.reports)
    job.stop()
    job.start()
    assert listen_to_end(job) == [Ended("stopped")]
    assert steps.n_begun == 0


def test_stop_is_final() -> None:
    steps = Steps(5)
    job = Job(steps.reports)
    job.stop()
    job.pause()
    job.resume()
    job.start()
    assert listen_to_end(job) == [Ended("stopped")]


def test_expected_problem_is_told_in_its_sentence() -> None:
    def reports() -> Iterator[int]:
        yield 1
        raise StorageError("Cannot write a.nn: the disk is full.")

    job = Job(reports())
    job.start()
    assert listen_to_end(job) == [1, Ended("failed", "Cannot write a.nn: the disk is full.")]


def test_bug_is_told_with_its_traceback() -> None:
    def divide_by_nothing() -> Iterator[int]:
        yield 1 // 0

    job = Job(divide_by_nothing())
    job.start()
    (ended,) = listen_to_end(job)
    assert ended.outcome == "failed"
    assert ended.sentence.startswith("Unexpected problem: ZeroDivisionError")
    assert "divide_by_nothing" in ended.details


def test_problem_while_the_generator_is_closed_is_told() -> None:
    def reports() -> Iterator[int]:
        try:
            yield 1
            yield 2
        finally:
            raise StorageError("Cannot remove a.part.")

    steps = reports()
    assert next(steps) == 1
    job = Job(steps)
    job.stop()
    job.start()
    assert listen_to_end(job) == [Ended("failed", "Cannot remove a.part.")]


def test_any_iterator_will_do() -> None:
    job = Job(iter([1, 2]))
    job.start()
    assert listen_to_end(job) == [1, 2, Ended("finished")]


# Training ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def data() -> Data:
    rng = np.random.default_rng(3)
    return rng.random((120, 9), np.float32), rng.integers(0, 3, 120)


def new_trainer(data: Data, **chosen: Any) -> Trainer:
    """Return the trainer of a small run that reports after every batch but the last of an epoch."""
    settings = Settings(**({"hidden": (6,), "batch_size": 20, "dropout": 0.2, "epochs": 4} | chosen))
    network = settings.new_network(9, 3)
    return Trainer(network, *data, settings, report_interval_s=0)


def in_the_foreground(data: Data, **chosen: Any) -> NDArray[Any]:
    trainer = new_trainer(data, **chosen)
    list(trainer.run())
    return trainer.network.parameters


def epochs_in(messages: list[Any]) -> list[int]:
    return [message.epoch for message in messages if isinstance(message, EpochReport)]


def has_epoch(number: int) -> Callable[[list[Any]], bool]:
    return lambda heard: number in epochs_in(heard)


def test_training_gives_the_same_bits_whatever_is_asked_on_the_way(data: Data) -> None:
    trainer = new_trainer(data)
    job = TrainingJob(trainer)
    job.step()
    job.start()
    listen(job, lambda heard: Paused() in heard)
    job.ask_for_snapshot()
    job.resume()
    job.pause()
    job.ask_for_snapshot()
    job.resume()
    job.step()
    listen(job, lambda heard: Paused() in heard)
    job.resume()
    assert listen_to_end(job)[-1] == Ended("finished")
    np.testing.assert_array_equal(trainer.network.parameters, in_the_foreground(data))


def test_step_goes_to_the_end_of_an_epoch_and_pauses(data: Data) -> None:
    trainer = new_trainer(data)
    job = TrainingJob(trainer)
    job.step()
    job.start()
    heard = listen(job, lambda heard: Paused() in heard)
    assert epochs_in(heard) == [1]
    assert heard[-1] == Paused()
    assert isinstance(heard[0], BatchReport)
    assert stays_so(lambda: trainer.n_epochs_done == 1)
    job.step()
    assert epochs_in(listen(job, lambda heard: Paused() in heard)) == [2]
    job.stop()
    assert listen_to_end(job) == [Ended("stopped")]


@pytest.mark.parametrize("chosen", [{"epochs": 1}, {"epochs": 9, "early_stopping": 1, "learning_rate": 1e-30}])
def test_step_through_the_last_epoch_ends_the_run(data: Data, chosen: dict[str, Any]) -> None:
    n_epochs = 2 if "early_stopping" in chosen else 1  # a network that does not move is best after its first epoch
    job = TrainingJob(new_trainer(data, **chosen))
    job.pause()
    job.start()
    for epoch in range(1, n_epochs):
        job.step()
        assert epochs_in(listen(job, lambda heard: Paused() in heard)) == [epoch]
    job.step()
    heard = listen_to_end(job)
    assert epochs_in(heard) == [n_epochs]
    assert heard[-1] == Ended("finished")
    assert Paused() not in heard


def test_resume_takes_a_step_back(data: Data) -> None:
    job = TrainingJob(new_trainer(data))
    job.step()
    job.resume()
    job.start()
    assert epochs_in(listen_to_end(job)) == [1, 2, 3, 4]


def test_changes_count_from_the_next_epoch(data: Data) -> None:
    trainer = new_trainer(data, learning_rate=0.01)
    job = TrainingJob(trainer)
    job.step()
    job.start()
    listen(job, lambda heard: Paused() in heard)
    job.change(learning_rate=0.5, epochs=2)
    job.resume()
    heard = listen_to_end(job)
    assert [(report.epoch, report.learning_rate) for report in heard if isinstance(report, EpochReport)] == [(2, 0.5)]
    assert [report.learning_rate for report in trainer.history] == [0.01, 0.5]


def test_change_that_is_not_allowed_ends_the_run(data: Data) -> None:
    job = TrainingJob(new_trainer(data))
    job.change(batch_size=5)
    job.start()
    ended = listen_to_end(job)[-1]
    assert ended.outcome == "failed"
    assert ended.sentence == "Mini-batch size cannot be changed during a run."


def test_snapshot_is_a_copy_of_the_weights_as_they_are(data: Data) -> None:
    trainer = new_trainer(data)
    job = TrainingJob(trainer)
    job.step()
    job.start()
    listen(job, lambda heard: Paused() in heard)
    job.ask_for_snapshot()
    (snapshot,) = listen(job, bool)
    assert isinstance(snapshot, Snapshot)
    np.testing.assert_array_equal(snapshot.parameters, trainer.network.parameters)
    before = snapshot.parameters.copy()
    job.resume()
    listen_to_end(job)
    np.testing.assert_array_equal(snapshot.parameters, before)
    assert (trainer.network.parameters != before).any()


def test_each_epoch_is_handed_over_with_its_weights(data: Data) -> None:
    kept: list[tuple[int, NDArray[Any], str]] = []
    trainer = new_trainer(data, keep="last")

    def keep(report: EpochReport) -> None:
        kept.append((report.epoch, trainer.network.parameters.copy(), threading.current_thread().name))

    job = TrainingJob(trainer, keep)
    job.start()
    listen_to_end(job)
    assert [epoch for epoch, _, _ in kept] == [1, 2, 3, 4]
    assert threading.current_thread().name not in {name for _, _, name in kept}
    for epoch, parameters, _ in kept:
        # Each network is that of a run of so many epochs.
        np.testing.assert_array_equal(parameters, in_the_foreground(data, keep="last", epochs=epoch))


def test_problem_after_an_epoch_ends_the_run_with_the_weights_it_keeps(data: Data) -> None:
    def fail(report: EpochReport) -> None:
        if report.epoch == 2:
            raise StorageError("Cannot write a-epoch-2.nn: the disk is full.")

    trainer = new_trainer(data, learning_rate=0.1)
    job = TrainingJob(trainer, fail)
    job.start()
    heard = listen_to_end(job)
    assert epochs_in(heard) == [1, 2]
    assert heard[-1] == Ended("failed", "Cannot write a-epoch-2.nn: the disk is full.")
    np.testing.assert_array_equal(trainer.network.parameters, in_the_foreground(data, learning_rate=0.1, epochs=2))


def test_stopped_run_has_the_weights_it_keeps(data: Data) -> None:
    trainer = new_trainer(data, learning_rate=0.1, epochs=1000)
    job = TrainingJob(trainer)
    job.start()
    listen(job, has_epoch(3))
    job.stop()
    listen_to_end(job)
    n_epochs = trainer.n_epochs_done
    assert 3 <= n_epochs < 1000
    np.testing.assert_array_equal(
        trainer.network.parameters, in_the_foreground(data, learning_rate=0.1, epochs=n_epochs)
    )


@pytest.mark.parametrize("is_stopped", [False, True])
def test_last_of_all_the_network_with_the_weights_it_keeps_is_handed_over(data: Data, is_stopped: bool) -> None:
    trainer = new_trainer(data, learning_rate=0.1, epochs=1000 if is_stopped else 4)
    kept: list[tuple[NDArray[Any], str]] = []
    job = TrainingJob(
        trainer, None, lambda: kept.append((trainer.network.parameters.copy(), threading.current_thread().name))
    )
    job.start()
    if is_stopped:
        listen(job, has_epoch(3))
        job.stop()
    listen_to_end(job)
    [(parameters, name)] = kept
    assert name != threading.current_thread().name
    np.testing.assert_array_equal(parameters, trainer.network.parameters)


def test_problem_at_the_end_is_told(data: Data) -> None:
    def fail() -> None:
        raise StorageError("The disk is full.")

    job = TrainingJob(new_trainer(data), None, fail)
    job.start()
    assert listen_to_end(job)[-1] == Ended("failed", "The disk is full.")

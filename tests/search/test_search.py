"""Whole searches: the same bits whoever does the runs, and nothing lost or done twice whatever happens to them."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support.searches import networks_of, run_to_end, without_times

from nnapp.errors import ExecutorError, SettingError
from nnapp.search import process_pool
from nnapp.search import search as search_module
from nnapp.search.journal import Journal
from nnapp.search.plan import Halving, SearchPlan
from nnapp.search.process_pool import ProcessPool
from nnapp.search.results import RunResult, rows
from nnapp.search.search import RunFinished, Search, Waiting
from nnapp.search.worker import Outcome, Task, run_one
from nnapp.storage.dataset import Dataset
from nnapp.storage.network_file import read_network

NewJournal = Callable[..., Journal]
SearchOf = Callable[..., Search]


class AtOnce(Executor):
    """Does every call when it is submitted, in the order of `submit`; what `fails` says it loses, as a dead worker."""

    def __init__(self, fails: Callable[[Task], BaseException | None] = lambda task: None) -> None:
        self.tasks: list[Task] = []
        self._fails = fails

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.tasks.append(args[0])
        error = self._fails(args[0])
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture(autouse=True)
def one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask nobody for this machine's addresses."""
    monkeypatch.setattr("nnapp.search.data_server.addresses_of_this_machine", lambda: ())


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[ProcessPool]:
    """Return a list to which each pool of processes is added that a search makes."""
    made = []

    class Pool(ProcessPool):
        def __init__(self, n_workers: int) -> None:
            super().__init__(n_workers)
            made.append(self)

    monkeypatch.setattr(search_module, "ProcessPool", Pool)
    return made


@pytest.fixture
def expected(plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf) -> Journal:
    """Return the journal of the plan done in this process, one run after another."""
    journal = new_journal(plan, "expected.jsonl")
    run_to_end(search_of(journal, AtOnce()))
    return journal


def test_all_runs_are_done_and_recorded(expected: Journal, plan: SearchPlan) -> None:
    assert sorted(expected.results) == [(run, 0) for run in range(1, 9)]
    again = Journal.open(expected.path)
    assert again.results == expected.results
    for spec in plan.runs():
        metadata = read_network(again.network_path(spec.number)).metadata
        assert metadata.training["seed"] == spec.settings.seed
        assert tuple(metadata.training["hidden"]) == spec.settings.hidden
        assert metadata.class_names == tuple("abcdefghij")


@pytest.mark.parametrize("n_workers", [1, 2])
def test_processes_give_the_same_bits(
    n_workers: int, plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, expected: Journal
) -> None:
    journal = new_journal(plan)
    search = search_of(journal, n_workers=n_workers)
    run_to_end(search)
    assert without_times(journal.results) == without_times(expected.results)
    assert networks_of(journal) == networks_of(expected)
    assert search.n_data_sent == n_workers  # once for each process, not for each of eight runs


def test_threads_give_the_same_bits(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, expected: Journal
) -> None:
    journal = new_journal(plan)
    with ThreadPoolExecutor(3) as threads:
        search = search_of(journal, threads)
        run_to_end(search)
    assert without_times(journal.results) == without_times(expected.results)
    assert networks_of(journal) == networks_of(expected)
    assert search.n_data_sent == 1


def test_nothing_is_done_twice(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, expected: Journal
) -> None:
    journal = new_journal(plan)
    reports = search_of(journal, first := AtOnce()).run()
    while len(journal.results) < 3:
        next(reports)
    reports.close()
    again = Journal.open(journal.path)
    done = set(again.results)
    run_to_end(search_of(again, second := AtOnce()))
    assert len(done) == len({task.run for task in first.tasks})
    assert {(task.run, task.rung) for task in second.tasks} == set(expected.results) - done
    assert without_times(again.results) == without_times(expected.results)
    run_to_end(search_of(again, third := AtOnce()))
    assert third.tasks == []


def test_halving_stops_who_is_losing(halving_plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf) -> None:
    """Rungs of 1, 2 and 4 epochs with 4, 2 and 1 configurations, twice each; every choice is made again here."""
    journal = new_journal(halving_plan)
    run_to_end(search_of(journal, AtOnce()))
    present = {1, 2, 3, 4}
    for rung, (epochs, n_present) in enumerate([(1, 4), (2, 2), (4, 1)]):
        results = [result for (_, r), result in journal.results.items() if r == rung]
        assert {result.configuration for result in results} == present
        assert len(results) == 2 * n_present == 2 * len(present)
        assert {result.epochs for result in results} == {epochs}
        scores = {
            number: np.mean([(r.validation_error, r.validation_loss) for r in results if r.configuration == number], 0)
            for number in present
        }
        present = set(sorted(present, key=lambda number: tuple(scores[number]))[: -(-n_present // 2)])
    assert not [name for name in networks_of(journal) if name.endswith(".npz")]
    stopped = [row for row in rows(halving_plan, journal.results.values()) if row.is_stopped_early]
    assert len(stopped) == 3


def test_halving_trains_as_without(halving_plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf) -> None:
    """A run that had all its rungs has the bits of a run in one piece, and its epochs were each trained once."""
    journal, whole = new_journal(halving_plan), new_journal(replace(halving_plan, halving=None), "whole.jsonl")
    run_to_end(search_of(journal, executor := AtOnce()))
    run_to_end(search_of(whole, AtOnce()))
    to_the_end = [run for run, rung in journal.results if rung == 2]
    assert len(to_the_end) == 2
    for run in to_the_end:
        assert journal.results[run, 2].curves == whole.results[run, 0].curves
        assert networks_of(journal)[f"run-{run:04}.nn"] == networks_of(whole)[f"run-{run:04}.nn"]
    assert [bool(task.state) for task in executor.tasks] == [False] * 8 + [True] * 6


def test_halving_goes_on_after_any_result(
    halving_plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf
) -> None:
    whole = new_journal(halving_plan, "whole.jsonl")
    run_to_end(search_of(whole, AtOnce()))
    lines = whole.path.read_bytes().splitlines(keepends=True)
    for n_results in (3, 8, 9, 12, 13):
        journal = new_journal(halving_plan, f"{n_results}.jsonl")
        journal.path.write_bytes(b"".join(lines[: 1 + n_results]))
        journal = Journal.open(journal.path)
        run_to_end(search_of(journal, AtOnce()))
        assert without_times(journal.results) == without_times(whole.results)
        assert networks_of(journal).items() <= networks_of(whole).items()


def test_state_that_was_left_when_the_program_ended_is_removed(
    halving_plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = new_journal(halving_plan)
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "forget_state", lambda *arguments: None)
        run_to_end(search_of(journal, AtOnce()))
    assert [name for name in networks_of(journal) if name.endswith(".npz")]
    run_to_end(search_of(Journal.open(journal.path), AtOnce()))
    assert not [name for name in networks_of(journal) if name.endswith(".npz")]


def test_halving_with_a_single_rung_is_a_search_without(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, expected: Journal
) -> None:
    journal = new_journal(replace(plan, halving=Halving(plan.settings.epochs)))
    run_to_end(search_of(journal, AtOnce()))
    assert without_times(journal.results) == without_times(expected.results)


def test_reports_tell_where_it_stands(plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf) -> None:
    journal = new_journal(plan)
    reports = list(search_of(journal, AtOnce(), n_workers=1).run())
    waiting = [report for report in reports if isinstance(report, Waiting)]
    assert [report.n_done for report in waiting] == list(range(8))
    assert {(report.n_running, report.n_runs, report.is_paused) for report in waiting} == {(1, 8, False)}
    assert waiting[0].seconds_left is None
    assert all(report.seconds_left is not None for report in waiting[1:])
    assert [r.result.run for r in reports if isinstance(r, RunFinished)] == list(range(1, 9))


def test_result_is_on_disk_before_it_is_told(plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf) -> None:
    journal = new_journal(plan)
    for report in search_of(journal, AtOnce(), n_workers=1).run():
        if isinstance(report, RunFinished):
            assert (report.result.run, 0) in Journal.open(journal.path).results
            assert journal.network_path(report.result.run).exists()


def test_pause_begins_no_run_and_records_those_under_way(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def run_when_told(task: Task) -> Outcome:
        gate.wait(20)
        return run_one(task)

    monkeypatch.setattr(search_module, "run_one", run_when_told)
    journal = new_journal(plan)
    with ThreadPoolExecutor(2) as threads:
        search = search_of(journal, threads, n_workers=2)
        reports = search.run()
        first = next(reports)
        assert isinstance(first, Waiting)
        assert first.n_running == 2
        search.pause()
        gate.set()
        paused = [report for report, _ in zip(reports, range(8), strict=False)]
        finished = [report.result.run for report in paused if isinstance(report, RunFinished)]
        assert sorted(finished) == [1, 2]
        assert isinstance(paused[-1], Waiting)
        assert (paused[-1].n_running, paused[-1].n_done, paused[-1].is_paused) == (0, 2, True)
        search.resume()
        rest = [report.result.run for report in reports if isinstance(report, RunFinished)]
    assert sorted(rest) == [3, 4, 5, 6, 7, 8]


def test_closing_ends_the_processes_and_leaves_a_whole_journal(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, pools: list[ProcessPool]
) -> None:
    endless = replace(plan, settings=plan.settings.but(epochs=1_000_000))
    journal = new_journal(endless)
    reports = search_of(journal, n_workers=2).run()
    next(reports)
    while len(pools[0].process_ids()) < 2:
        next(reports)
    processes = pools[0].process_ids()
    reports.close()
    assert Journal.open(journal.path).results == {}
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_processes_that_cannot_start_are_no_result(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a script that lacks `if __name__ == "__main__":` would fill the journal with failures."""
    monkeypatch.setattr(process_pool, "_work", sys.exit)  # with a connection for its code, which makes it 1
    journal = new_journal(plan)
    with pytest.raises(ExecutorError, match="ended at once with code 1"):
        run_to_end(search_of(journal, n_workers=1))
    assert Journal.open(journal.path).results == {}


def test_closing_cancels_what_an_executor_has_not_begun(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf
) -> None:
    class Never(Executor):
        futures: list[Future[Any]] = []  # noqa: RUF012  one test, one object

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            self.futures.append(Future())
            return self.futures[-1]

    reports = search_of(new_journal(plan), executor := Never()).run()
    next(reports)
    reports.close()
    assert len(executor.futures) == 8
    assert all(future.cancelled() for future in executor.futures)


def test_killed_process_loses_nothing(
    plan: SearchPlan,
    new_journal: NewJournal,
    search_of: SearchOf,
    expected: Journal,
    pools: list[ProcessPool],
) -> None:
    journal = new_journal(plan)
    killed = 0
    for report in search_of(journal, n_workers=2).run():
        # Twice at most: a run that is lost a third time is a result with a problem.
        if isinstance(report, Waiting) and report.n_done >= 3 * killed and killed < 2:
            for process in pools[0].process_ids()[:1]:
                os.kill(process, signal.SIGKILL)
                killed += 1
    assert killed == 2
    assert without_times(journal.results) == without_times(expected.results)
    assert len(journal.path.read_bytes().splitlines()) == 9


def test_lost_run_is_done_again(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, expected: Journal
) -> None:
    journal = new_journal(plan)
    executor = AtOnce(lambda task: OSError("gone") if task.run in (3, 4) and task.attempt < 3 else None)
    run_to_end(search_of(journal, executor))
    assert without_times(journal.results) == without_times(expected.results)
    assert sorted(task.attempt for task in executor.tasks if task.run == 3) == [1, 2, 3]
    assert len(executor.tasks) == 8 + 2 + 2


def test_run_that_is_lost_every_time_has_a_problem(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf
) -> None:
    journal = new_journal(plan)
    executor = AtOnce(lambda task: OSError("out of memory") if task.run == 3 else None)
    run_to_end(search_of(journal, executor, n_workers=1))
    assert len([task for task in executor.tasks if task.run == 3]) == 3
    problem = Journal.open(journal.path).results[3, 0].problem
    assert problem == "The run was lost 3 times with its worker: OSError: out of memory."
    assert sorted(journal.results) == [(run, 0) for run in range(1, 9)]


def test_executor_that_never_works_is_no_result(plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf) -> None:
    """Else a cluster without nnapp would fill the journal with failures."""
    journal = new_journal(plan)
    with pytest.raises(
        ExecutorError, match=r"must be able to do runs; .* ModuleNotFoundError: No module named 'nnapp'\."
    ):
        run_to_end(search_of(journal, AtOnce(lambda task: ModuleNotFoundError("No module named 'nnapp'"))))
    assert Journal.open(journal.path).results == {}


def test_executor_that_is_shut_down_is_told(plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf) -> None:
    threads = ThreadPoolExecutor(1)
    threads.shutdown()
    with pytest.raises(ExecutorError, match="must take its runs"):
        run_to_end(search_of(new_journal(plan), threads))


def test_worker_that_cannot_reach_the_data_ends_the_search(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf
) -> None:
    with pytest.raises(ExecutorError, match="no way"):
        run_to_end(search_of(new_journal(plan), AtOnce(lambda task: ExecutorError("no way"))))


def test_bug_ends_the_search_with_its_traceback(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "run_one", lambda task: Outcome(None, bug="ZeroDivisionError: in line 7"))
    with pytest.raises(RuntimeError, match="ZeroDivisionError: in line 7"):
        run_to_end(search_of(new_journal(plan), AtOnce()))


def test_order_of_finishing_changes_nothing(
    plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, expected: Journal
) -> None:
    class Backwards(Executor):
        waiting: list[tuple[Future[Any], Callable[[], Any]]] = []  # noqa: RUF012  one test, one object

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            self.waiting.append((future, lambda: fn(*args, **kwargs)))
            if len(self.waiting) == 8:
                for other, call in reversed(self.waiting):
                    other.set_result(call())
            return future

    journal = new_journal(plan)
    run_to_end(search_of(journal, Backwards()))
    assert without_times(journal.results) == without_times(expected.results)
    assert rows(plan, _timeless(journal)) == rows(plan, _timeless(expected))


def _timeless(journal: Journal) -> list[RunResult]:
    return list(without_times(journal.results).values())


def test_other_data_and_plans_are_refused(
    plan: SearchPlan, new_journal: NewJournal, dataset: Dataset, search_of: SearchOf
) -> None:
    journal = new_journal(plan)
    images, labels = dataset.training_images, dataset.training_labels
    with pytest.raises(SettingError, match="must go on with the data it began with, rows"):
        Search(plan, images[::-1], labels, journal)
    with pytest.raises(SettingError, match="must be that of its journal"):
        Search(replace(plan, repeats=3), images, labels, journal)
    crowded = replace(plan, settings=plan.settings.but(batch_size=136))
    with pytest.raises(SettingError, match="at most 135"):
        search_of(new_journal(crowded, "crowded.jsonl"))

"""Searches on a real cluster of two worker processes, through Dask's executor."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from distributed import Client, LocalCluster
from support.searches import networks_of, run_to_end, without_times

from nnapp.engine.settings import Settings
from nnapp.search.axes import parse_axis
from nnapp.search.journal import Journal
from nnapp.search.plan import SearchPlan
from nnapp.search.results import rows
from nnapp.search.search import RunFinished, Search

NewJournal = Callable[..., Journal]
SearchOf = Callable[..., Search]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture(autouse=True)
def one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask nobody for this machine's addresses."""
    monkeypatch.setattr("nnapp.search.data_server.addresses_of_this_machine", lambda: ())


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Return the client of a cluster of two processes with a thread each."""
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture
def plan() -> SearchPlan:
    """Return a plan of twelve runs that take a tenth of a second each."""
    settings = Settings(epochs=60, batch_size=10, dropout=0.1, hidden=(64, 32))
    return SearchPlan(settings, (parse_axis("learning_rate", "0.001..0.03:6:log"),), repeats=2)


@pytest.fixture
def expected(plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf) -> Journal:
    """Return the journal of the plan done by one process of this machine."""
    journal = new_journal(plan, "expected.jsonl")
    run_to_end(search_of(journal, n_workers=1))
    return journal


def test_cluster_gives_the_same_bits_and_gets_the_data_once_for_each_worker(
    client: Client, plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, expected: Journal
) -> None:
    journal = new_journal(plan)
    search = search_of(journal, client.get_executor())
    run_to_end(search)
    assert without_times(journal.results) == without_times(expected.results)
    assert networks_of(journal) == networks_of(expected)
    assert search.n_data_sent == 2


def test_killed_worker_loses_and_doubles_nothing(
    client: Client, plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf, expected: Journal
) -> None:
    journal = new_journal(plan)
    processes = client.run(os.getpid)
    n_finished = 0
    for report in search_of(journal, client.get_executor()).run():
        n_finished += isinstance(report, RunFinished)
        if n_finished == 3 and processes:
            os.kill(processes.popitem()[1], signal.SIGKILL)
            processes = {}
    assert n_finished == 12
    assert len(journal.path.read_bytes().splitlines()) == 1 + 12
    again = Journal.open(journal.path)
    assert without_times(again.results) == without_times(expected.results)
    assert networks_of(again) == networks_of(expected)
    timeless = [list(without_times(one.results).values()) for one in (again, expected)]
    assert rows(plan, timeless[0]) == rows(plan, timeless[1])


def test_halving_is_continued_by_whichever_worker(
    client: Client, halving_plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf
) -> None:
    journal, expected = new_journal(halving_plan), new_journal(halving_plan, "expected.jsonl")
    run_to_end(search_of(journal, client.get_executor()))
    run_to_end(search_of(expected, n_workers=1))
    assert without_times(journal.results) == without_times(expected.results)
    assert networks_of(journal) == networks_of(expected)


def test_closing_a_search_leaves_the_cluster_to_others(
    client: Client, plan: SearchPlan, new_journal: NewJournal, search_of: SearchOf
) -> None:
    endless = replace(plan, settings=plan.settings.but(epochs=2000))
    reports = search_of(new_journal(endless, "endless.jsonl"), client.get_executor()).run()
    next(reports)
    reports.close()
    quick = replace(plan, settings=plan.settings.but(epochs=1))
    journal = new_journal(quick)
    run_to_end(search_of(journal, client.get_executor()))
    assert len(journal.results) == 12

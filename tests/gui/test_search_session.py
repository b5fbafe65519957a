"""What a grid search has come to, in rows for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnapp.engine.settings import Settings
from nnapp.gui.search_session import SearchSession, best_sentence
from nnapp.search.axes import Axis
from nnapp.search.data_facts import DataFacts
from nnapp.search.journal import Journal
from nnapp.search.plan import Halving, SearchPlan
from nnapp.search.results import EpochPoint, RunResult
from nnapp.storage.dataset import DataChoice

FACTS = DataFacts("rows", "0" * 64, ("a", "b"), (2, 2), "", DataChoice("rows"))
RATES = (0.1, 0.2, 0.3)


def session(folder: Path, *, repeats: int = 1, halving: Halving | None = None, n_values: int = 3) -> SearchSession:
    axes = (Axis("learning_rate", RATES[:n_values]), Axis("dropout", (0.0,)))
    plan = SearchPlan(Settings(epochs=4), axes, repeats=repeats, halving=halving)
    return SearchSession(Journal.create(folder / "a.jsonl", plan, FACTS))


def result(configuration: int, error: float | None, *, repeat: int = 0, rung: int = 0, n_repeats: int = 1) -> RunResult:
    run = (configuration - 1) * n_repeats + repeat + 1
    loss = None if error is None else 10 * error
    curves = (EpochPoint(1.0, 2.0, 0.5), EpochPoint(1.0, float("nan"), 0.25))
    problem = "" if error is not None else "It diverged."
    return RunResult(run, configuration, repeat, rung, 2, loss, error, 1, 99, 1.5, curves, problem)


def test_what_has_not_begun_is_waiting(tmp_path: Path) -> None:
    shown = session(tmp_path)

    assert shown.axes == {"learning_rate": RATES}, "what has one value does not vary"
    assert [(entry.number, entry.values, entry.state) for entry in shown.entries()] == [
        (number, {"learning_rate": rate}, "waiting") for number, rate in enumerate(RATES, 1)
    ]
    assert (shown.n_done, shown.is_done) == (0, False)


def test_scores_and_their_spread_over_repeats(tmp_path: Path) -> None:
    shown = session(tmp_path, repeats=2)
    shown.take(result(2, 0.1, repeat=0, n_repeats=2))
    assert shown.entries()[1].state == "1 of 2 runs"
    shown.take(result(2, 0.3, repeat=1, n_repeats=2))

    entry = shown.entries()[1]
    assert (entry.state, entry.is_best) == ("done", True)
    # Mean 0.2; standard deviation √(2 · 0.1² / 1) = 0.1414.
    assert (entry.error, entry.error_spread) == pytest.approx((0.2, 0.02**0.5))
    assert (entry.loss, entry.seconds, entry.n_parameters, entry.n_epochs) == pytest.approx((2.0, 3.0, 99, 2))
    assert [run.errors for run in entry.runs] == [(0.5, 0.25)] * 2
    assert entry.best_run is not None
    assert shown.network_path(entry.best_run.run).name == "run-0003.nn"
    sentence = "no. 2, learning rate 0.2: validation error 20.00 ± 14.14 % over 2 repeats"
    assert best_sentence(entry, 2) == sentence


def test_a_run_that_came_to_nothing_is_said(tmp_path: Path) -> None:
    shown = session(tmp_path, n_values=2)
    shown.take(result(1, None))
    shown.take(result(2, 0.1))

    entries = shown.entries()
    assert [(entry.state, entry.problem, entry.is_best) for entry in entries] == [
        ("failed", "It diverged.", False),
        ("done", "", True),
    ]
    assert shown.is_done


def test_stopping_early_is_said(tmp_path: Path) -> None:
    shown = session(tmp_path, halving=Halving(2, 3))
    for configuration, error in ((1, 0.3), (2, 0.1), (3, 0.2)):
        shown.take(result(configuration, error))
    assert [entry.state for entry in shown.entries()] == [
        "stopped after 2 epochs",
        "2 of 4 epochs",
        "stopped after 2 epochs",
    ]
    assert not any(entry.is_best for entry in shown.entries()), "none has had all its epochs"
    assert not shown.is_done
    shown.take(result(2, 0.05, rung=1))
    assert shown.entries()[1].is_best
    assert shown.is_done

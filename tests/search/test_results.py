"""Which configuration is best, by arithmetic that is shown."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from math import sqrt

import pytest
from support.searches import numbers_of, result_of

from nnapp.engine.settings import Settings
from nnapp.search.axes import Axis
from nnapp.search.plan import Halving, SearchPlan
from nnapp.search.results import RunResult, best_row, going_on, ranked, rows

PLAN = SearchPlan(Settings(epochs=4), (Axis("batch_size", (1, 2, 3, 4)),))


def test_mean_and_spread_of_repeats() -> None:
    """Errors of 10, 20 and 60 %: mean 30 %, deviations −20, −10, 30, so √((400 + 100 + 900) / 2) = √700 %."""
    plan = replace(PLAN, repeats=3)
    errors = (0.1, 0.2, 0.6)
    results = [
        replace(result_of(repeat + 1, error), configuration=1, repeat=repeat, epochs=repeat + 1)
        for repeat, error in enumerate(errors)
    ]
    [row] = rows(plan, reversed(results))
    assert row.validation_error == pytest.approx(0.3)
    assert row.validation_error_spread == pytest.approx(sqrt(700) / 100)
    assert row.validation_loss == pytest.approx(0.3)
    assert row.validation_loss_spread == pytest.approx(sqrt(700) / 100)
    assert (row.epochs, row.seconds, row.is_complete) == (3, 3.0, True)
    assert [result.repeat for result in row.results] == [0, 1, 2]


def test_one_repeat_has_no_spread() -> None:
    [row] = rows(PLAN, [result_of(1, 0.5)])
    assert (row.validation_error, row.validation_error_spread, row.validation_loss_spread) == (0.5, None, None)


def test_best_has_the_lowest_error() -> None:
    results = [result_of(1, 0.3), result_of(2, 0.1), result_of(3, 0.2)]
    found = rows(PLAN, results)
    assert numbers_of(found) == [1, 2, 3]
    assert numbers_of(ranked(found)) == [2, 3, 1]
    best = best_row(found)
    assert best is not None
    assert best.configuration.values == {"batch_size": 2}


def test_ties_are_decided_by_loss_then_size_then_number() -> None:
    results = [
        result_of(1, 0.1, validation_loss=0.5),
        result_of(2, 0.1, validation_loss=0.4, n_parameters=200),
        result_of(3, 0.1, validation_loss=0.4, n_parameters=100),
        result_of(4, 0.1, validation_loss=0.4, n_parameters=100),
    ]
    for order in permutations(results):
        assert numbers_of(ranked(rows(PLAN, order))) == [3, 4, 2, 1]


def test_lowest_mean_is_best_and_not_the_luckiest_repeat() -> None:
    """Means of (0.1 + 0.5) / 2 = 0.3 and (0.2 + 0.3) / 2 = 0.25."""
    plan = replace(PLAN, repeats=2)
    errors = {(1, 0): 0.1, (1, 1): 0.5, (2, 0): 0.2, (2, 1): 0.3}
    results = [
        result_of(2 * configuration - 1 + repeat, error, configuration=configuration, repeat=repeat)
        for (configuration, repeat), error in errors.items()
    ]
    assert numbers_of(ranked(rows(plan, results))) == [2, 1]


def test_best_is_complete() -> None:
    """One lucky repeat is not yet the best of all."""
    plan = replace(PLAN, repeats=2)
    results = [
        result_of(1, 0.1),
        result_of(3, 0.2, configuration=2),
        result_of(4, 0.2, configuration=2, repeat=1),
    ]
    best = best_row(rows(plan, results))
    assert best is not None
    assert best.configuration.number == 2
    assert best_row(rows(plan, results[:1])) is None


def test_run_with_a_problem_is_never_best() -> None:
    results = [result_of(1, None, problem="It diverged."), result_of(2, 0.9)]
    found = rows(PLAN, results)
    assert numbers_of(ranked(found)) == [2, 1]
    assert (found[0].validation_error, found[0].problem) == (None, "It diverged.")
    assert best_row(found[:1]) is None


def test_one_repeat_with_a_problem_spoils_the_mean() -> None:
    plan = replace(PLAN, repeats=2)
    [row] = rows(plan, [result_of(1, 0.1), result_of(2, None, configuration=1, repeat=1, problem="Lost.")])
    assert (row.validation_error, row.validation_error_spread) == (None, None)
    assert row.problem == "Lost."


HALVING = replace(PLAN, halving=Halving(1, 2))  # rungs of 1, 2 and 4 epochs with 4, 2 and 1 configurations


def rung_of(rung: int, errors: dict[int, float | None]) -> list[RunResult]:
    return [
        result_of(number, error, rung=rung, epochs=2**rung, problem="" if error is not None else "It diverged.")
        for number, error in errors.items()
    ]


def test_half_goes_on_rounded_up() -> None:
    first = rung_of(0, {1: 0.4, 2: 0.2, 3: 0.3, 4: 0.1})
    assert going_on(HALVING, first) == [4, 2]
    assert going_on(HALVING, first[:3]) == [2, 3]  # ⌈3 / 2⌉
    third = replace(HALVING, halving=Halving(1, 3))
    assert going_on(third, first) == [4, 2]  # ⌈4 / 3⌉
    assert going_on(third, first[:3]) == [2]


def test_run_with_a_problem_does_not_go_on() -> None:
    assert going_on(HALVING, rung_of(0, {1: None, 2: None, 3: 0.3, 4: None})) == [3]
    assert going_on(HALVING, rung_of(0, {1: None, 2: None})) == []


def test_rows_of_halving() -> None:
    """1 and 3 lose the first rung; 4, then worse than 2, the second; that 3 had 0.05 after one epoch is not asked."""
    results = rung_of(0, {1: 0.5, 2: 0.2, 3: 0.4, 4: 0.1}) + rung_of(1, {2: 0.15, 4: 0.3}) + rung_of(2, {2: 0.12})
    found = rows(HALVING, results)
    assert [(row.configuration.number, row.rung, row.is_stopped_early, row.is_complete) for row in found] == [
        (1, 0, True, False),
        (2, 2, False, True),
        (3, 0, True, False),
        (4, 1, True, False),
    ]
    assert [row.validation_error for row in found] == [0.5, 0.12, 0.4, 0.3]
    assert numbers_of(ranked(found)) == [2, 4, 3, 1]
    best = best_row(found)
    assert best is not None
    assert (best.configuration.number, best.epochs) == (2, 4)


def test_nothing_is_stopped_before_its_rung_is_over() -> None:
    found = rows(HALVING, rung_of(0, {1: 0.5, 2: 0.2, 3: 0.4}))
    assert not any(row.is_stopped_early for row in found)
    assert best_row(found) is None
    found = rows(HALVING, rung_of(0, {1: 0.5, 2: 0.2, 3: 0.4, 4: 0.1}))
    assert numbers_of([row for row in found if row.is_stopped_early]) == [1, 3]

"""How long a search still takes, by arithmetic."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.searches import result_of

from nnapp.engine.settings import Settings
from nnapp.search.axes import Axis
from nnapp.search.estimate import Estimate
from nnapp.search.plan import Halving, SearchPlan

PLAN = SearchPlan(Settings(epochs=4), (Axis("batch_size", (1, 2, 3, 4)),))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_nobody_knows_before_the_first_result() -> None:
    assert Estimate(PLAN, 2).seconds_left() is None


def test_epochs_left_times_their_mean_time_over_the_workers() -> None:
    clock = Clock()
    estimate = Estimate(PLAN, 2, clock)
    estimate.add(result_of(1, 0.5, epochs=4, seconds=8.0), "a")
    assert estimate.seconds_left() == 12.0  # 3 runs × 4 epochs × 2 s / 2
    estimate.add(result_of(2, 0.5, epochs=4, seconds=16.0), "b")
    assert estimate.seconds_left() == 12.0  # 2 × 4 × 3 s / 2
    estimate.add(result_of(3, 0.5, epochs=4, seconds=12.0), "b")
    assert estimate.seconds_left() == 12.0  # 4 × 3 s: the last run has one worker
    estimate.add(result_of(4, 0.5, epochs=4, seconds=12.0), "a")
    assert estimate.seconds_left() == 0.0


def test_time_goes_by_but_not_in_a_pause() -> None:
    clock = Clock()
    estimate = Estimate(PLAN, 2, clock)
    estimate.add(result_of(1, 0.5, epochs=4, seconds=8.0), "a")
    clock.now = 5.0
    assert estimate.seconds_left() == 7.0
    clock.now = 100.0
    assert estimate.seconds_left(is_paused=True) == 7.0
    clock.now = 101.0
    assert estimate.seconds_left() == 6.0
    clock.now = 500.0
    assert estimate.seconds_left() == 0.0


def test_workers_are_counted_where_nobody_said_how_many() -> None:
    estimate = Estimate(PLAN, None, Clock())
    estimate.add(result_of(1, 0.5, epochs=4, seconds=8.0), "a")
    assert estimate.seconds_left() == 24.0
    estimate.add(result_of(2, 0.5, epochs=4, seconds=8.0), "b")
    assert estimate.seconds_left() == 8.0


def test_rungs_of_halving() -> None:
    """Four configurations with 1 epoch, two with 2, one with 4: after the first rung 2·1 + 1·2 epochs are left."""
    estimate = Estimate(replace(PLAN, halving=Halving(1, 2)), 1, Clock())
    assert estimate.n_parts == 7
    estimate.begin(result_of(number, 0.5, epochs=1, seconds=3.0) for number in range(1, 5))
    assert estimate.seconds_left() == pytest.approx(4 * 3.0)
    estimate.add(result_of(1, 0.5, rung=1, epochs=2, seconds=6.0), "a")
    assert estimate.seconds_left() == pytest.approx(3 * 3.0)


def test_fewer_go_on_where_runs_fail() -> None:
    estimate = Estimate(replace(PLAN, halving=Halving(1, 2)), 1, Clock())
    estimate.n_chosen(1, 1)
    assert estimate.n_parts == 4 + 1 + 1
    estimate.n_chosen(1, 0)
    assert estimate.n_parts == 4

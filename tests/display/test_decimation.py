"""Decimation: few points, the same extremes, and nothing invented."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.decimation import decimate


def test_few_points_are_all_kept() -> None:
    assert decimate(np.array([0.0, 5.0, 10.0]), np.array([3.0, 1.0, 2.0])).tolist() == [0, 1, 2]
    assert decimate(np.empty(0), np.empty(0)).tolist() == []


def test_one_column_keeps_first_last_lowest_and_highest() -> None:
    # All ten points are in the column of pixel 7. The lowest, 1, is third; the highest, 9, is seventh.
    positions = np.linspace(7.0, 7.9, 10)
    values = np.array([5, 4, 1, 4, 5, 6, 9, 6, 5, 5], dtype=float)

    assert decimate(positions, values).tolist() == [0, 2, 6, 9]


@pytest.mark.parametrize("n_points", [1_000, 100_000])
def test_each_column_keeps_its_extremes_with_at_most_four_points(n_points: int) -> None:
    values = np.random.default_rng(3).lognormal(size=n_points)
    positions = np.linspace(40.0, 139.99, n_points)

    chosen = decimate(positions, values)

    assert len(chosen) <= 4 * 100
    for column in range(40, 140):
        is_here = np.floor(positions) == column
        is_chosen = is_here[chosen]
        assert values[chosen][is_chosen].min() == values[is_here].min()
        assert values[chosen][is_chosen].max() == values[is_here].max()


def test_long_plateaus_are_few_points() -> None:
    positions = np.linspace(0.0, 99.0, 100_000)

    assert len(decimate(positions, np.zeros(100_000))) <= 2 * 100


def test_columns_without_values_stay_gaps() -> None:
    positions = np.repeat(np.arange(20.0), 50)
    values = np.ones(1_000)
    values[500:550] = np.nan  # the whole column 10

    chosen = decimate(positions, values)

    in_gap = np.floor(positions[chosen]) == 10
    assert in_gap.any()
    assert np.isnan(values[chosen][in_gap]).all()
    assert np.isfinite(values[chosen][~in_gap]).all()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), st.floats(0.01, 3.0))
def test_indices_rise_and_both_ends_stay(values: list[float], step_px: float) -> None:
    positions = np.arange(len(values)) * step_px

    chosen = decimate(positions, np.array(values))

    assert (np.diff(chosen) > 0).all()
    assert chosen[0] == 0
    assert chosen[-1] == len(values) - 1

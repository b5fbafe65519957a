"""Axes of the graphs: limits that hold still, ticks at round numbers, values to pixels and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.plot_axis import (
    SMALLEST_SHOWN,
    PlotAxis,
    epoch_limits,
    epoch_ticks,
    value_limits,
    value_ticks,
)


def labels(ticks: list) -> list[str]:
    return [tick.label for tick in ticks if tick.label]


def test_linear_axis_puts_values_in_proportion() -> None:
    axis = PlotAxis(0, 10, 100, 300, is_log=False)

    assert axis.to_px(np.array([0.0, 2.5, 10.0])).tolist() == [100, 150, 300]
    assert axis.at_px(150) == 2.5


def test_log_axis_gives_equal_room_to_equal_ratios() -> None:
    axis = PlotAxis(0.01, 100, 400, 0, is_log=True)  # four decades of 100 pixels, upwards

    np.testing.assert_allclose(axis.to_px(np.array([0.01, 0.1, 1.0, 100.0])), [400, 300, 200, 0])
    assert axis.at_px(300) == pytest.approx(0.1)


@given(
    st.booleans(),
    st.floats(1e-6, 1e6),
    st.floats(1.5, 1e6),
    st.floats(0, 500),
    st.floats(10, 1000),
    st.floats(-0.5, 1.5),
)
def test_position_and_value_are_inverse(
    is_log: bool, low: float, ratio: float, start: float, length: float, share: float
) -> None:
    axis = PlotAxis(low, low * ratio, start, start + length, is_log)
    value = axis.at_px(start + share * length)

    if value > 0:
        position = float(axis.to_px(np.array(value)))
        # Near zero, a value of a linear axis is a small difference of large numbers.
        assert position == pytest.approx(start + share * length, abs=1e-6 * length)


@pytest.mark.parametrize("is_log", [False, True])
def test_widened_axis_keeps_every_value_in_its_place(is_log: bool) -> None:
    axis = PlotAxis(1, 100, 50, 250, is_log)
    wide = axis.widened(20)

    assert (wide.start_px, wide.end_px) == (30, 270)
    values = np.array([1.0, 7.0, 100.0])
    np.testing.assert_allclose(wide.to_px(values), axis.to_px(values))


def test_upward_axis_is_widened_at_both_ends() -> None:
    wide = PlotAxis(1, 100, 250, 50, is_log=True).widened(20)

    assert (wide.start_px, wide.end_px) == (270, 30)
    assert wide.low < 1
    assert wide.high > 100


@pytest.mark.parametrize(
    ("curves", "limits"),
    [
        ([[0.45, 0.03], [0.02]], (0.01, 0.5)),  # 0.02 / 1.05 is below 0.02, so the next one down
        ([[0.3]], (0.05, 0.5)),  # a decade at least
        ([[0.0, 0.03, 0.4]], (0.02, 0.5)),  # a zero has no place on a log axis
        ([[np.nan, np.inf, -1.0, 0.03, 0.4]], (0.02, 0.5)),
        ([[1e-30, 0.4]], (SMALLEST_SHOWN, 0.5)),
        ([[]], (0.01, 1.0)),
        ([[0.0, np.nan]], (0.01, 1.0)),
    ],
)
def test_value_limits_are_round_and_hold_all_values(curves: list, limits: tuple[float, float]) -> None:
    found = value_limits(np.array(curve, dtype=float) for curve in curves)

    assert found == pytest.approx(limits)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20))
def test_value_limits_are_positive_and_a_decade_apart_for_anything(values: list[float]) -> None:
    low, high = value_limits([np.array(values)])

    assert low >= SMALLEST_SHOWN * 0.999
    assert np.isfinite(high)
    assert high >= 10 * low * 0.999


@pytest.mark.parametrize(
    ("last", "planned", "end"),
    [
        (1, 25, 10),  # not all 25 at once: one point would be lost at the left
        (10, 25, 10),
        (11, 25, 15),
        (17, 25, 20),
        (21, 25, 25),  # never beyond the plan
        (1, 5, 5),
        (1, 1000, 10),
        (101, 1000, 150),
        (30, 25, 30),  # more than planned, after the plan was changed
    ],
)
def test_axis_of_a_live_run_grows_in_few_steps(last: int, planned: int, end: int) -> None:
    assert epoch_limits(1, last, planned, is_finished=False) == (1, end)


def test_axis_of_a_live_run_of_a_thousand_epochs_changes_its_end_at_most_fifteen_times() -> None:
    ends = {epoch_limits(1, last, 1000, is_finished=False)[1] for last in range(1, 1001)}

    assert len(ends) <= 15
    assert all(epoch_limits(1, last, 1000, is_finished=False)[1] >= last for last in range(1, 1001))


def test_axis_of_a_finished_run_ends_with_it() -> None:
    assert epoch_limits(1, 14, 25, is_finished=True) == (1, 14)
    assert epoch_limits(1, 1, 1, is_finished=True) == (1, 2)  # an axis has a length


def test_ticks_of_few_decades_have_labels_at_2_and_5_too() -> None:
    assert labels(value_ticks(0.05, 1.0, 8)) == ["0.05", "0.1", "0.2", "0.5", "1"]
    assert [tick.value for tick in value_ticks(0.05, 0.2, 8)] == pytest.approx([0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.2])


def test_ticks_where_there_is_little_room_are_at_1_and_3() -> None:
    assert labels(value_ticks(0.02, 0.5, 3)) == ["0.03", "0.1", "0.3"]  # 1.4 decades


def test_ticks_of_many_decades_have_labels_at_powers_of_ten_alone() -> None:
    assert labels(value_ticks(1e-5, 1.0, 8)) == ["1e-5", "1e-4", "0.001", "0.01", "0.1", "1"]
    assert labels(value_ticks(1e-8, 10.0, 4)) == ["1e-6", "0.001", "1"]  # nine decades, each third one


@given(st.integers(-8, 20), st.integers(1, 20), st.integers(1, 10))
def test_value_ticks_are_within_the_limits_and_not_too_many(exponent: int, decades: int, n_labels: int) -> None:
    low, high = 10.0**exponent, 10.0 ** (exponent + decades)
    ticks = value_ticks(low, high, n_labels)

    assert all(low * 0.999 <= tick.value <= high * 1.001 for tick in ticks)
    assert 1 <= len(labels(ticks)) <= n_labels + 1


@pytest.mark.parametrize(
    ("low", "high", "n_labels", "is_log", "expected"),
    [
        (1, 10, 10, False, "1 2 3 4 5 6 7 8 9 10"),
        (1, 25, 8, False, "1 5 10 15 20 25"),
        (1, 10, 6, False, "2 4 6 8 10"),  # 1 would be too near to 2
        (1, 1000, 8, False, "1 200 400 600 800 1,000"),
        (1, 2, 10, False, "1 2"),
        (1, 1000, 12, True, "1 2 5 10 20 50 100 200 500 1,000"),
        (1, 100_000, 8, True, "1 10 100 1,000 10,000 100,000"),
        (1, 5, 8, True, "1 2 3 4 5"),
    ],
)
def test_epoch_ticks_are_whole_and_round(low: int, high: int, n_labels: int, is_log: bool, expected: str) -> None:
    assert labels(epoch_ticks(low, high, n_labels, is_log=is_log)) == expected.split()


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 30), st.booleans())
def test_epoch_ticks_are_within_the_limits_and_not_too_many(low: int, length: int, n_labels: int, is_log: bool) -> None:
    ticks = epoch_ticks(low, low + length, n_labels, is_log=is_log)

    assert all(low <= tick.value <= low + length and tick.value == int(tick.value) for tick in ticks)
    # Seven decades at most on a log axis, and the ends.
    assert 1 <= len(ticks) <= max(n_labels, 8) + 2

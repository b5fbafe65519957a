"""The series 1, 2, 5, 10, …: the next member up and down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.nice_numbers import nice_ceiling, nice_floor

POSITIVE = st.floats(min_value=1e-300, max_value=1e300)


@pytest.mark.parametrize(
    ("value", "floor", "ceiling"),
    [(1.0, 1.0, 1.0), (1.1, 1.0, 2.0), (3.0, 2.0, 5.0), (7.0, 5.0, 10.0), (0.03, 0.02, 0.05), (0.0007, 5e-4, 1e-3)],
)
def test_neighbours_in_the_series(value: float, floor: float, ceiling: float) -> None:
    assert nice_floor(value) == floor
    assert nice_ceiling(value) == ceiling


@given(POSITIVE)
def test_values_lie_between_their_neighbours_whose_ratio_is_at_most_two_and_a_half(value: float) -> None:
    floor, ceiling = nice_floor(value), nice_ceiling(value)

    assert floor <= value * (1 + 1e-8)
    assert ceiling >= value * (1 - 1e-8)
    assert ceiling <= 2.5 * floor * (1 + 1e-8)


@given(st.sampled_from([1, 2, 5]), st.integers(-300, 300))
def test_members_of_the_series_are_their_own_neighbours(digit: int, exponent: int) -> None:
    member = float(f"{digit}e{exponent}")

    assert nice_floor(member) == nice_ceiling(member) == member

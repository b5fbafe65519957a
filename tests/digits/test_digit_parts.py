"""Which parts of a picture are its digit."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.digits.digit_parts import choose_digit
from nnapp.errors import DataError

SHAPE = (100, 100)


def chosen(*boxes: tuple[int, int, int, int]) -> list[bool]:
    """Return which of some filled boxes (top, left, bottom, right) are chosen; each is a part of its own."""
    labels = np.zeros(SHAPE, dtype=np.intp)
    for number, (top, left, bottom, right) in enumerate(boxes, start=1):
        labels[top:bottom, left:right] = number
    is_digit = choose_digit(labels)
    for number in range(1, len(boxes) + 1):
        assert np.unique(is_digit[labels == number]).size == 1
    assert not is_digit[labels == 0].any()
    return [bool(is_digit[labels == number].any()) for number in range(1, len(boxes) + 1)]


def test_the_largest_part_is_the_digit() -> None:
    assert chosen((10, 10, 40, 15), (60, 60, 95, 70)) == [False, True]


def test_lines_at_the_border_are_not_the_digit_even_if_larger() -> None:
    assert chosen((0, 0, 100, 8), (90, 10, 100, 100), (30, 40, 60, 50)) == [False, False, True]


def test_a_piece_beside_the_digit_belongs_to_it() -> None:
    # The bar of a 5: 4 pixels from a body 40 high, of which a gap of 0.15 · 40 = 6 is allowed.
    assert chosen((30, 30, 70, 45), (20, 30, 26, 45)) == [True, True]
    assert chosen((30, 30, 70, 45), (15, 30, 21, 45)) == [True, False]


def test_a_piece_may_be_reached_through_another() -> None:
    assert chosen((40, 30, 80, 45), (30, 30, 36, 45), (20, 30, 26, 45)) == [True, True, True]


def test_a_speck_beside_the_digit_is_left_out() -> None:
    # 600 pixels allow pieces from 0.02 · 600 = 12.
    assert chosen((30, 30, 70, 45), (50, 48, 53, 51)) == [True, False]
    assert chosen((30, 30, 70, 45), (50, 48, 54, 51)) == [True, True]


def test_a_line_much_longer_than_the_digit_is_left_out() -> None:
    assert chosen((30, 30, 50, 45), (52, 2, 54, 98)) == [True, False]


def test_a_line_at_the_border_beside_the_digit_is_left_out() -> None:
    assert chosen((10, 10, 60, 40), (0, 0, 100, 8)) == [True, False]


def test_a_digit_cut_out_to_its_edges_is_taken_whole() -> None:
    assert chosen((0, 20, 100, 80), (40, 85, 60, 100)) == [True, True]


def test_specks_alone_are_no_digit() -> None:
    # 0.05 of 100 pixels is 5.
    with pytest.raises(DataError, match=r"^Nothing is drawn in the picture: .*\.$"):
        chosen((30, 30, 34, 34), (50, 50, 52, 51))
    assert chosen((30, 30, 35, 32)) == [True]


def test_parts_at_the_border_alone_may_be_refused() -> None:
    labels = np.zeros(SHAPE, dtype=np.intp)
    labels[30:90, 1:20] = 1
    labels[40:44, 60:64] = 2

    # The border is 0.01 of 100 pixels wide, which leaves out only what is at the very edge.
    assert choose_digit(labels, may_touch_border=False)[50, 10]
    labels[30:90, 0] = 1
    assert choose_digit(labels)[50, 10]
    with pytest.raises(DataError, match="Nothing is drawn"):
        choose_digit(labels, may_touch_border=False)


def test_the_border_is_as_wide_as_noise_may_eat_away() -> None:
    # 0.01 of 300 pixels is 3.
    labels = np.zeros((300, 200), dtype=np.intp)
    labels[100:200, 3:20] = 1
    assert choose_digit(labels, may_touch_border=False)[150, 10]

    labels[100:200, 2] = 1
    with pytest.raises(DataError, match="Nothing is drawn"):
        choose_digit(labels, may_touch_border=False)


def test_nothing_is_no_digit() -> None:
    with pytest.raises(DataError, match="Nothing is drawn"):
        choose_digit(np.zeros(SHAPE, dtype=np.intp))

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.confusion_layout import SMALLEST_TEXT_PX, ConfusionLayout, arrange

DIGITS = [str(digit) for digit in range(10)]
FASHION = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
LETTERS = [chr(ord("A") + place) for place in range(26)]
LETTERS_AND_DIGITS = [*DIGITS, *LETTERS, *(letter.lower() for letter in LETTERS)]


def measure(text: str, size_px: int) -> float:
    """Return the width in a font whose letters are all six tenths of its size wide."""
    return 0.6 * size_px * len(text)


def lay_out(width: int, height: int, names: list[str]) -> ConfusionLayout:
    return arrange(width, height, names, 13, measure)


@given(st.integers(320, 2000), st.integers(320, 2000), st.sampled_from([["no", "yes"], DIGITS, FASHION, LETTERS]))
def test_everything_is_inside_and_the_cells_could_not_be_larger(width: int, height: int, names: list[str]) -> None:
    layout = lay_out(width, height, names)
    left, top, right, bottom = layout.bounds

    assert left >= 0
    assert top >= 0
    assert right <= width
    assert bottom <= height
    room = min(width - (right - left), height - (bottom - top))
    assert room < layout.n_classes, "one more pixel per cell would fit"


@given(st.integers(1, 900), st.integers(1, 900), st.sampled_from([["one"], DIGITS, LETTERS_AND_DIGITS]))
def test_cells_are_found_again_by_any_of_their_pixels(width: int, height: int, names: list[str]) -> None:
    layout = lay_out(width, height, names)

    for actual, predicted in itertools.product({0, len(names) // 2, len(names) - 1}, repeat=2):
        left, top, right, bottom = layout.cell_box(actual, predicted)
        for x, y in ((left, top), (right - 1, bottom - 1)):
            assert (layout.row_at(y), layout.column_at(x)) == (actual, predicted)


def test_outside_of_the_cells_is_no_class() -> None:
    layout = lay_out(430, 520, DIGITS)

    assert layout.row_at(layout.top - 1) is None
    assert layout.row_at(layout.top + layout.size) is None
    assert layout.column_at(layout.left - 1) is None
    assert layout.column_at(layout.left + layout.size) is None


def test_digits_stand_level_in_the_font_of_the_window() -> None:
    layout = lay_out(430, 520, DIGITS)

    assert layout.label_px == 13
    assert not layout.names_upright
    assert layout.column_names == tuple(DIGITS)
    assert layout.shows_shares


def test_long_names_stand_upright_over_the_columns() -> None:
    layout = lay_out(430, 520, FASHION)

    assert layout.names_upright
    assert layout.row_names == layout.column_names == tuple(FASHION)
    # "T-shirt/top" is 11 · 0.6 · 13 = 86 pixels long.
    assert layout.top_margin > 86
    assert layout.left_margin > 86


def test_names_too_long_for_a_fifth_of_the_space_end_with_an_ellipsis() -> None:
    layout = lay_out(400, 400, ["an uncommonly long name of a class", "b"])

    assert layout.row_names[0].startswith("an un")
    assert layout.row_names[0].endswith("…")
    assert measure(layout.row_names[0], layout.label_px) <= 80
    assert layout.row_names[1] == "b"


def test_names_become_smaller_then_are_left_out_one_by_one() -> None:
    roomy, tight, tightest = (lay_out(side, side, LETTERS_AND_DIGITS) for side in (1500, 800, 400))

    assert roomy.label_px == 13
    assert SMALLEST_TEXT_PX <= tight.label_px < 13
    assert tight.name_step == 1
    assert tightest.label_px == SMALLEST_TEXT_PX
    assert tightest.name_step * tightest.cell >= SMALLEST_TEXT_PX
    assert tightest.name_step > 1
    assert not tightest.shows_shares


def test_a_space_that_is_too_small_is_overflowed() -> None:
    assert lay_out(5, 5, DIGITS).cell == 1

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.image_indices import (
    cell_headline,
    cell_tooltip,
    class_tooltip,
    clipboard_text,
    count_images,
    wrapped_indices,
)
from nnapp.engine.evaluation import ConfusionMatrix

# Class 0 at 0, 2, 4 (two right, one taken for 1), class 1 at 1 and 3 (both right), class 2 nowhere.
CONFUSION = ConfusionMatrix(np.array([0, 1, 0, 1, 0]), np.array([0, 1, 1, 1, 0]), 3)
NAMES = ["four", "nine", "two"]


@pytest.mark.parametrize(("n_images", "expected"), [(0, "no images"), (1, "1 image"), (1234, "1,234 images")])
def test_images_are_counted_in_words(n_images: int, expected: str) -> None:
    assert count_images(n_images) == expected


def test_headline_says_what_was_taken_for_what() -> None:
    assert cell_headline(CONFUSION, NAMES, 0, 1) == "four taken for nine: 1 image"
    assert cell_headline(CONFUSION, NAMES, 1, 1) == "nine recognised: 2 images"
    assert cell_headline(CONFUSION, NAMES, 1, 0) == "nine taken for four: no images"


def test_tooltip_says_how_many_what_share_and_which() -> None:
    assert cell_tooltip(CONFUSION, NAMES, 0, 0) == (
        "four recognised: 2 images\nactual four, predicted four · 66.7 % of the 3 images of four\n0, 4"
    )


def test_tooltip_of_an_empty_cell_has_no_indices() -> None:
    assert cell_tooltip(CONFUSION, NAMES, 2, 0) == "two taken for four: no images\nactual two, predicted four"


def test_tooltip_calls_the_images_by_their_numbers() -> None:
    numbers = np.array([500, 501, 502, 503, 504])

    assert cell_tooltip(CONFUSION, NAMES, 0, 0, numbers).endswith("\n500, 504")


def test_tooltip_of_a_class_explains_its_term() -> None:
    assert class_tooltip(CONFUSION, NAMES, 0, is_row=True) == (
        "3 images of four, 2 of them recognised\nrecall 2 ÷ 3 = 66.7 %"
    )
    assert class_tooltip(CONFUSION, NAMES, 1, is_row=False) == (
        "3 images taken for nine, 2 of them rightly\nprecision 2 ÷ 3 = 66.7 %"
    )
    assert class_tooltip(CONFUSION, NAMES, 2, is_row=True) == "no images of two, so recall is not defined"
    assert class_tooltip(CONFUSION, NAMES, 2, is_row=False) == "no images taken for two, so precision is not defined"


def test_short_lists_are_written_out() -> None:
    assert wrapped_indices(np.array([115, 247, 448])) == "115, 247, 448"


def test_long_lists_are_wrapped_and_say_how_many_more_there_are() -> None:
    # Five of "10", "11", … fit into 20 characters: 5 · 2 digits, 4 · ", " and the comma before the break.
    text = wrapped_indices(np.arange(10, 910), most_shown=7, columns=20)

    assert text == "10, 11, 12, 13, 14,\n15, 16,\n… and 893 more"


@given(st.lists(st.integers(0, 10**6), unique=True, max_size=300).map(sorted), st.integers(1, 120), st.integers(16, 80))
def test_wrapped_list_holds_the_first_indices_in_lines_that_fit(
    indices: list[int], most_shown: int, columns: int
) -> None:
    text = wrapped_indices(np.array(indices, np.int64), most_shown, columns)
    numbers, _, ending = text.partition("…")

    assert [int(number) for number in numbers.replace("\n", " ").split(",") if number.strip()] == indices[:most_shown]
    n_more = len(indices) - most_shown
    assert ending == (f" and {n_more:,} more" if n_more > 0 else "")
    assert all(len(line) <= columns for line in text.splitlines())


@given(st.lists(st.integers(0, 10**6), max_size=300))
def test_clipboard_holds_all_indices_on_one_line(indices: list[int]) -> None:
    text = clipboard_text(np.array(indices, np.int64))

    assert text == ", ".join(map(str, indices))

"""Texts that must fit: shortened, kept apart, and broken into lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.text_fitting import break_name, elide, fit_names, short_names, shorten

FOLDERS = tuple(f"photos_of_the_{place}_from_2019" for place in ("house", "garden", "street"))


def measure(text: str, size_px: int) -> float:
    """Return a width of 0.6 of the font's size for every letter."""
    return 0.6 * size_px * len(text)


@pytest.mark.parametrize(
    ("width", "expected"),
    [(60, "Ankle boot"), (59, "Ankle bo…"), (42, "Ankle…"), (12, "A…"), (6, "…"), (0, "…")],
)
def test_elided_text_is_the_longest_that_fits(width: int, expected: str) -> None:
    # Ten letters of 6 pixels each; "Ankle …" loses the space before the ellipsis.
    assert elide("Ankle boot", width, 10, measure) == expected


@given(st.text(max_size=30), st.integers(1, 30))
def test_short_name_is_never_longer_than_asked_for(name: str, n_characters: int) -> None:
    (short,) = short_names([name], n_characters)
    assert len(short) <= n_characters
    assert (short == name) == (len(name) <= n_characters)


def test_names_that_fit_stay_whole() -> None:
    assert short_names(FOLDERS, 30) == FOLDERS


def test_what_all_names_begin_and_end_with_goes_first() -> None:
    assert short_names(FOLDERS, 20) == ("…house…", "…garden…", "…street…")
    assert short_names(FOLDERS, 5) == ("…hou…", "…gar…", "…str…")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        # "sand" is shared, but is no word.
        (("sandals", "sandwich", "sandpit"), ("sanda…", "sandw…", "sandp…")),
        # "a " is shared, and too short to be worth it.
        (("a red coat", "a blue coat"), ("a red…", "a blu…")),
        (("coat of wool", "coat of silk"), ("…wool", "…silk")),
        (("one and the same", "one and the same"), ("one a…", "one a…")),
        (("only one name",), ("only…",)),
    ],
)
def test_nothing_but_whole_words_is_left_out(names: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert short_names(names, 6) == expected


def test_one_name_within_another_keeps_both_apart() -> None:
    """What is left of a name must not be nothing, even if another begins or ends with all of it."""
    assert short_names(("photos of dogs", "photos of big dogs"), 9) == ("…dogs", "…big dogs")


def test_widths_are_those_of_the_font() -> None:
    assert fit_names(["Ankle boot", "Bag"], 59, 10, measure) == ("Ankle bo…", "Bag")


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (60, ["Ankle boot"]),
        (59, ["Ankle", "boot"]),
        (30, ["Ankle", "boot"]),
        (18, ["Ank", "le", "boo", "t"]),
    ],
)
def test_name_is_broken_between_its_words(width: int, expected: list[str]) -> None:
    assert break_name("Ankle boot", width, 10, measure) == expected


def test_underscores_and_hyphens_end_their_line() -> None:
    assert break_name("photos_of-the/house", 50, 10, measure) == ["photos_", "of-the/", "house"]


def test_last_of_too_many_lines_is_shortened() -> None:
    # Nine characters of 6 pixels have room in a line.
    assert break_name("photos of the old house", 54, 10, measure, 2) == ["photos of", "the old…"]
    assert break_name("photos of", 54, 10, measure, 1) == ["photos of"]


@given(st.text(st.sampled_from("ab _-"), max_size=40), st.integers(0, 100))
def test_nothing_but_spaces_is_lost_in_breaking(name: str, width: int) -> None:
    lines = break_name(name, width, 10, measure)
    assert "".join(lines).replace(" ", "") == name.replace(" ", "")
    assert all(len(line) <= 1 or measure(line, 10) <= width for line in lines)


def test_shorten_keeps_what_fits_and_cuts_the_rest() -> None:
    assert shorten("abcdef", 6) == "abcdef"
    assert shorten("abcdefg", 6) == "abcde…"
    assert shorten("abcd efg", 6) == "abcd…"

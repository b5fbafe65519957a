"""Offsets of scrolling stay within what there is."""

from __future__ import annotations

import pytest

from nnapp.gui.scroll_offset import ScrollOffset


@pytest.fixture
def offset() -> ScrollOffset:
    """Return an offset of 1,000 pixels, of which 200 are visible, in steps of 30."""
    offset = ScrollOffset()
    offset.show_lengths(1000, 200, 30)
    return offset


def test_starts_at_the_beginning(offset: ScrollOffset) -> None:
    assert offset.fractions == (0.0, 0.2)
    assert offset.is_needed


@pytest.mark.parametrize(
    ("arguments", "px"),
    [
        (("moveto", "0.5"), 500),
        (("moveto", "1"), 800),  # the last 200 pixels
        (("moveto", "-0.3"), 0),
        (("scroll", "2", "units"), 60),
        (("scroll", "1", "pages"), 170),  # a page less one step, so that something stays in sight
        (("scroll", "-1", "units"), 0),
        (("scroll", "99", "pages"), 800),
    ],
)
def test_obeys_a_scrollbar(offset: ScrollOffset, arguments: tuple[str, ...], px: int) -> None:
    offset.move_as_asked(*arguments)

    assert offset.px == px


def test_shrinking_content_pulls_it_back(offset: ScrollOffset) -> None:
    offset.move_to(800)
    offset.show_lengths(300, 200, 30)
    assert offset.px == 100
    offset.show_lengths(150, 200, 30)
    assert offset.px == 0
    assert not offset.is_needed
    assert offset.fractions == (0.0, 1.0)

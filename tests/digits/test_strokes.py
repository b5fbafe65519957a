"""Ink: what strokes leave, and that every change says where it was and can be undone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnapp.digits.brush import Box, Point, brush_coverage
from nnapp.digits.connected_components import label_components
from nnapp.digits.pen_curve import curve_points
from nnapp.digits.strokes import BRUSH_WIDTHS, DEFAULT_BRUSH_WIDTH, INK_SIDE, Ink
from nnapp.errors import DataError

Places = Sequence[tuple[float, float]]
ZIGZAG: Places = [(20, 20), (250, 60), (30, 110), (240, 150), (40, 240)]


def draw(ink: Ink, places: Places, width: float = 20, *, erases: bool = False) -> None:
    ink.begin_stroke(*places[0], width, erases=erases)
    for place in places[1:]:
        ink.extend_stroke(*place)
    ink.end_stroke()


def on_circle(n_places: int, radius: float) -> Places:
    turns = np.linspace(0, 2 * math.pi, n_places + 1)
    return [(140 + radius * math.cos(turn), 140 + radius * math.sin(turn)) for turn in turns]


def test_a_dot_is_a_disc_under_the_brush() -> None:
    ink = Ink()
    draw(ink, [(81.3, 140.6)], width=24)
    pixels = ink.pixels.astype(np.float64)
    middles = np.arange(INK_SIDE) + 0.5

    assert ink.pixels.shape == (INK_SIDE, INK_SIDE)
    assert ink.pixels.dtype == np.float32
    assert pixels.sum() == pytest.approx(math.pi * 12**2, rel=0.01)
    assert pixels.sum(axis=0) @ middles / pixels.sum() == pytest.approx(81.3, abs=0.01)
    assert pixels.sum(axis=1) @ middles / pixels.sum() == pytest.approx(140.6, abs=0.01)


def test_a_straight_stroke_is_a_band_however_many_places_it_was_seen_in() -> None:
    once, often = Ink(), Ink()
    draw(once, [(40, 60), (240, 210)], width=16)  # 250 long
    draw(often, [(40 + 4 * step, 60 + 3 * step) for step in range(51)], width=16)

    assert once.pixels.sum(dtype=np.float64) == pytest.approx(250 * 16 + math.pi * 8**2, rel=0.01)
    assert often.pixels == pytest.approx(once.pixels, abs=1e-3)


def test_places_far_apart_are_joined() -> None:
    ink = Ink()
    draw(ink, ZIGZAG)

    assert label_components(ink.pixels > 0.5).max() == 1
    assert all(ink.pixels[int(y), int(x)] == 1 for x, y in ZIGZAG)


def test_a_fast_circle_is_round() -> None:
    """Ten places on a radius of 100; straight lines would come to 100 · cos 18° = 95.1 between them."""
    ink = Ink()
    draw(ink, on_circle(10, 100), width=10)

    y, x = np.nonzero(ink.pixels > 0.5)
    radii = np.hypot(x + 0.5 - 140, y + 0.5 - 140)
    assert radii.min() == pytest.approx(95, abs=1.5)
    assert radii.max() == pytest.approx(105, abs=1.5)


def test_a_stroke_is_its_curve_and_nothing_of_what_was_drawn_while_it_was_not_known() -> None:
    ink = Ink()
    draw(ink, ZIGZAG)

    places = [Point(*place) for place in ZIGZAG]
    padded = [places[0], *places, places[-1]]
    expected = np.zeros((INK_SIDE, INK_SIDE), dtype=np.float32)
    for number in range(len(places) - 1):
        for start, end in pairwise(curve_points(*padded[number : number + 4])):  # type: ignore[call-arg]
            np.maximum(expected, brush_coverage(start, end, 20, Box(0, 0, 280, 280)), out=expected)
    assert ink.pixels == pytest.approx(expected, abs=1e-3)


def test_ink_reaches_the_brush_before_the_stroke_ends() -> None:
    ink = Ink()
    ink.begin_stroke(*ZIGZAG[0], 20)
    for x, y in ZIGZAG[1:]:
        ink.extend_stroke(x, y)
        assert ink.pixels[int(y), int(x)] == 1


def test_eraser_takes_away_what_is_under_it_and_nothing_else() -> None:
    ink = Ink()
    ink.replace(np.ones((INK_SIDE, INK_SIDE)))
    draw(ink, [(140, 50), (140, 230)], width=40, erases=True)

    taken = INK_SIDE**2 - ink.pixels.sum(dtype=np.float64)
    assert taken == pytest.approx(180 * 40 + math.pi * 20**2, rel=0.01)
    assert (ink.pixels[50:230, 121:159] == 0).all()
    assert (ink.pixels[:, :119] == 1).all()


@pytest.mark.parametrize(("asked", "given_width"), [(0.0, BRUSH_WIDTHS[0]), (1e9, BRUSH_WIDTHS[1])])
def test_width_stays_within_its_limits(asked: float, given_width: float) -> None:
    ink = Ink()
    draw(ink, [(140, 140)], width=asked)

    assert ink.pixels.sum() == pytest.approx(math.pi * given_width**2 / 4, rel=0.03)


def test_default_brush_is_as_wide_as_mnists_strokes() -> None:
    """2.6 pixels of 28; see `nnapp.digits.stroke_thickness`."""
    assert pytest.approx(2.6 / 28 * INK_SIDE) == DEFAULT_BRUSH_WIDTH


def test_strokes_may_leave_the_paper() -> None:
    ink = Ink()
    draw(ink, [(-400, 140), (9000, 140)], width=20)

    assert (ink.pixels[131:149] == 1).all()
    inside = Ink()
    assert inside.begin_stroke(-50, 900, 20).is_empty
    assert inside.extend_stroke(-80, 500).is_empty
    inside.end_stroke()
    assert inside.is_empty
    assert not inside.can_undo


def test_undo_and_redo_go_stroke_by_stroke() -> None:
    ink = Ink()
    states = [ink.pixels.copy()]
    for change in (
        lambda: draw(ink, ZIGZAG),
        lambda: draw(ink, on_circle(9, 90), width=30),
        lambda: draw(ink, [(0, 140), (280, 140)], erases=True),
        ink.clear,
        lambda: ink.replace(np.full((INK_SIDE, INK_SIDE), 0.5)),
    ):
        change()
        states.append(ink.pixels.copy())

    assert not ink.can_redo
    for state in states[-2::-1]:
        assert ink.can_undo
        ink.undo()
        np.testing.assert_array_equal(ink.pixels, state)
    assert not ink.can_undo
    assert ink.undo().is_empty
    for state in states[1:]:
        assert ink.can_redo
        ink.redo()
        np.testing.assert_array_equal(ink.pixels, state)
    assert not ink.can_redo
    assert ink.redo().is_empty


def test_a_new_stroke_forgets_what_was_undone() -> None:
    ink = Ink()
    draw(ink, ZIGZAG)
    ink.undo()
    draw(ink, [(50, 50)])

    assert not ink.can_redo


def test_what_changes_nothing_is_no_step() -> None:
    ink = Ink()
    draw(ink, ZIGZAG, erases=True)
    ink.clear()
    assert not ink.can_undo

    draw(ink, ZIGZAG)
    ink.undo()
    draw(ink, ZIGZAG, erases=True)
    assert ink.can_redo


def test_undo_in_the_middle_of_a_stroke_takes_the_stroke_back() -> None:
    ink = Ink()
    ink.begin_stroke(30, 30, 20)
    ink.extend_stroke(200, 90)
    assert ink.is_drawing
    assert ink.can_undo

    ink.undo()

    assert not ink.is_drawing
    assert ink.is_empty
    assert ink.extend_stroke(10, 10).is_empty
    assert ink.is_empty


def test_the_last_hundred_changes_can_be_undone() -> None:
    ink = Ink()
    for number in range(101):
        draw(ink, [(2 * number + 20, 140)])
    for _ in range(100):
        ink.undo()

    assert not ink.can_undo
    only_first = Ink()
    draw(only_first, [(20, 140)])
    np.testing.assert_array_equal(ink.pixels, only_first.pixels)


def test_paper_with_less_than_the_faintest_ink_is_empty() -> None:
    ink = Ink(side=10)
    assert ink.is_empty
    ink.replace(np.full((10, 10), 0.04))
    assert ink.is_empty
    ink.replace(np.full((10, 10), 0.06))
    assert not ink.is_empty


def test_replace_copies_and_brings_values_into_range() -> None:
    ink, values = Ink(side=2), np.array([[-1.0, 0.25], [0.75, 9.0]])
    ink.replace(values)
    values[:] = 0

    assert ink.pixels.tolist() == [[0, 0.25], [0.75, 1]]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((28, 28)), r"must have the shape \(280, 280\); got \(28, 28\)"),
        (np.full((INK_SIDE, INK_SIDE), np.nan), "finite"),
    ],
)
def test_what_is_no_ink_is_refused_and_changes_nothing(values: NDArray[np.float64], message: str) -> None:
    ink = Ink()
    draw(ink, ZIGZAG)
    before = ink.pixels.copy()

    with pytest.raises(DataError, match=message):
        ink.replace(values)

    np.testing.assert_array_equal(ink.pixels, before)


def test_pixels_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Ink().pixels[0, 0] = 1


places = st.tuples(st.integers(-20, 60), st.integers(-20, 60))
changes = st.one_of(
    st.tuples(st.just("begin_stroke"), st.tuples(st.integers(-9, 49), st.integers(-9, 49), st.floats(1, 30))),
    st.tuples(st.just("extend_stroke"), places),
    st.tuples(st.sampled_from(["undo", "redo", "clear"]), st.just(())),
)


@settings(max_examples=60)
@given(st.lists(changes, max_size=30), st.booleans())
def test_nothing_changes_outside_of_the_box_that_is_returned(
    sequence: list[tuple[str, tuple[float, ...]]], erases: bool
) -> None:
    ink = Ink(side=40)
    ink.replace(np.full((40, 40), 0.5))
    for name, arguments in sequence:
        before = ink.pixels.copy()
        method: Callable[..., Box] = getattr(ink, name)
        box = method(*arguments, **({"erases": erases} if name == "begin_stroke" else {}))
        after = ink.pixels.copy()
        before[box.slices] = after[box.slices] = 0
        np.testing.assert_array_equal(after, before)
    final = ink.pixels.copy()
    ink.end_stroke()
    n_undone = 0
    while ink.can_undo:
        ink.undo()
        n_undone += 1
    assert not ink.pixels.any()
    for _ in range(n_undone):
        ink.redo()
    np.testing.assert_array_equal(ink.pixels, final)

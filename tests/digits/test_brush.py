"""The brush: areas and centres by arithmetic, and every pixel against counting points inside it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnapp.digits.brush import Box, Point, brush_box, brush_coverage

WHOLE = Box(0, 0, 200, 200)
WIDTHS = [10, 17.5, 26, 60]
CENTRES = [Point(100, 100), Point(100.5, 99.5), Point(83.21, 117.38)]
ANGLES = [0, 30, 45, 90, 133, 270]


def along(angle: float, length: float, middle: Point) -> tuple[Point, Point]:
    """Return the ends of a line."""
    x, y = length / 2 * math.cos(math.radians(angle)), length / 2 * math.sin(math.radians(angle))
    return Point(middle.x - x, middle.y - y), Point(middle.x + x, middle.y + y)


def share_of_points_inside(
    start: Point, end: Point, width: float, side: int, *, per_side: int = 16
) -> NDArray[np.float64]:
    """Return the share of 16×16 points of each pixel that are no farther than half a width from the line."""
    place = (np.arange(side * per_side) + 0.5) / per_side
    x, y = np.meshgrid(place, place)
    way = np.array(end) - np.array(start)
    share = np.clip(((x - start.x) * way[0] + (y - start.y) * way[1]) / max(way @ way, 1e-12), 0, 1)
    inside = np.hypot(x - start.x - share * way[0], y - start.y - share * way[1]) <= width / 2
    return inside.reshape(side, per_side, side, per_side).mean(axis=(1, 3))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("centre", CENTRES)
def test_a_dot_has_the_area_of_a_disc(width: float, centre: Point) -> None:
    coverage = brush_coverage(centre, centre, width, WHOLE)

    assert coverage.dtype == np.float32
    assert coverage.sum(dtype=np.float64) == pytest.approx(math.pi * width**2 / 4, rel=0.01)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("centre", CENTRES)
def test_a_dots_centre_of_mass_is_where_the_brush_is(width: float, centre: Point) -> None:
    coverage = brush_coverage(centre, centre, width, WHOLE).astype(np.float64)
    middles = np.arange(200) + 0.5

    assert coverage.sum(axis=0) @ middles / coverage.sum() == pytest.approx(centre.x, abs=0.03)
    assert coverage.sum(axis=1) @ middles / coverage.sum() == pytest.approx(centre.y, abs=0.03)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("angle", ANGLES)
def test_a_line_has_the_area_of_a_band_with_half_a_disc_at_both_ends(width: float, angle: float) -> None:
    start, end = along(angle, 100, Point(100.3, 100.8))

    coverage = brush_coverage(start, end, width, WHOLE)

    assert coverage.sum(dtype=np.float64) == pytest.approx(100 * width + math.pi * width**2 / 4, rel=0.01)


@pytest.mark.parametrize("length", [0, 3.7, 25])
@pytest.mark.parametrize("angle", ANGLES)
def test_every_pixel_has_nearly_its_share_of_points_inside(length: float, angle: float) -> None:
    """Most is wrong where a diagonal edge passes half a pixel from the centre.

    There the ramp says 0, but the pixel's corner, √½ from the centre, is cut off by a triangle of height
    √½ − ½ = 0.207 and area 0.207² = 0.043. The round ends bend away from their tangent by 1² / (8 · 8) at most
    from a pixel's middle to its side.
    """
    start, end = along(angle, length, Point(25.3, 24.8))

    coverage = brush_coverage(start, end, 16, Box(0, 0, 50, 50))

    assert coverage == pytest.approx(share_of_points_inside(start, end, 16, 50), abs=0.043 + 1 / 64)


def test_a_pixel_whose_centre_is_on_the_line_is_covered() -> None:
    """Neither the distance nor the direction to the edge can be had by division there."""
    coverage = brush_coverage(Point(20.5, 30.5), Point(60.5, 30.5), 4, WHOLE)

    assert (coverage[30, 20:61] == 1).all()


def test_a_part_is_the_same_as_in_the_whole() -> None:
    start, end, part = Point(20, 33), Point(170.5, 140), Box(40, 60, 95, 100)

    assert brush_coverage(start, end, 20, part) == pytest.approx(
        brush_coverage(start, end, 20, WHOLE)[40:95, 60:100], abs=1e-4
    )


@given(
    start=st.builds(Point, st.floats(-500, 500), st.floats(-500, 500)),
    end=st.builds(Point, st.floats(-500, 500), st.floats(-500, 500)),
    width=st.floats(1, 60),
)
def test_nothing_is_covered_outside_of_the_box(start: Point, end: Point, width: float) -> None:
    box = brush_box(start, end, width, (40, 70))

    assert 0 <= box.top <= box.bottom <= 40
    assert 0 <= box.left <= box.right <= 70
    covered = brush_coverage(start, end, width, Box(0, 0, 40, 70))
    covered[box.slices] = 0
    assert covered.max() < 1e-3


def test_box_is_no_larger_than_the_brush_and_its_soft_edge() -> None:
    # From 50 − 10.5 and 30 − 10.5 to 60 + 10.5 and 30 + 10.5, in whole pixels.
    assert brush_box(Point(50, 30), Point(60, 30), 20, (200, 200)) == Box(19, 39, 41, 71)
    assert brush_box(Point(-50, 30), Point(-20, 30), 20, (200, 200)).is_empty


def test_union_of_boxes() -> None:
    one, other, nothing = Box(5, 1, 9, 3), Box(2, 2, 7, 8), Box(50, 50, 50, 60)

    assert one.union(other) == other.union(one) == Box(2, 1, 9, 8)
    assert one.union(nothing) == nothing.union(one) == one

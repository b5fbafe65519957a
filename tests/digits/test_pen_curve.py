"""The curve through the pen's positions, against the recursive definition of the spline."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnapp.digits.brush import Point
from nnapp.digits.pen_curve import curve_points

CORNERS = [
    (Point(0, 0), Point(30, 5), Point(60, 60), Point(20, 90)),
    (Point(10, 10), Point(12, 10), Point(90, 12), Point(91, 60)),
    (Point(100, 0), Point(0, 0), Point(100, 3), Point(0, 3)),  # there and back
]
screen_points = st.builds(Point, st.integers(-2000, 2000).map(float), st.integers(-2000, 2000).map(float))


def barry_goldman(places: tuple[Point, ...], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points (n, 2) between the second and third place, by P. Barry and R. Goldman's recursion (1988).

    The knots lie apart by the square root of the distance, which makes it centripetal.
    """
    points = np.array(places)
    knots = np.concatenate([[0], np.cumsum(np.sqrt(np.hypot(*np.diff(points, axis=0).T)))])
    t = knots[1] + shares[:, np.newaxis] * (knots[2] - knots[1])

    def between(first: int, last: int, one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
        return ((knots[last] - t) * one + (t - knots[first]) * other) / (knots[last] - knots[first])

    a = [between(i, i + 1, points[i], points[i + 1]) for i in range(3)]
    b = [between(i, i + 2, a[i], a[i + 1]) for i in range(2)]
    return between(1, 2, b[0], b[1])


@pytest.mark.parametrize("places", CORNERS)
def test_points_are_on_the_centripetal_spline(places: tuple[Point, Point, Point, Point]) -> None:
    points = curve_points(*places)

    assert len(points) > 4
    assert np.array(points) == pytest.approx(barry_goldman(places, np.linspace(0, 1, len(points))), abs=1e-9)


@pytest.mark.parametrize("places", CORNERS)
def test_straight_pieces_keep_within_a_fifth_of_a_pixel(places: tuple[Point, Point, Point, Point]) -> None:
    points = np.array(curve_points(*places))

    # Between two of the points the spline is farthest from their chord near the middle.
    shares = (np.arange(len(points) - 1) + 0.5) / (len(points) - 1)
    middles = barry_goldman(places, shares)
    chords = np.diff(points, axis=0)
    away = middles - points[:-1]
    distance = np.abs(chords[:, 0] * away[:, 1] - chords[:, 1] * away[:, 0]) / np.hypot(*chords.T)
    assert distance.max() < 0.2


def test_a_circle_seen_in_eight_places_stays_round() -> None:
    """Straight lines would cut it short by 100 · (1 − cos 22.5°) = 7.6 pixels."""
    places = [Point(100 * math.cos(turn * math.pi / 4), 100 * math.sin(turn * math.pi / 4)) for turn in range(4)]

    radii = [math.hypot(*point) for point in curve_points(*places[:4])]  # type: ignore[call-arg]

    assert radii == pytest.approx([100] * len(radii), abs=1)


def test_the_ends_of_a_stroke_are_parabolas() -> None:
    """Differences of the third order vanish between points of equal parameters on a parabola, not on a cubic."""
    before, start, end, after = CORNERS[0]

    for points in (curve_points(start, start, end, after), curve_points(before, start, end, end)):
        assert len(points) > 4
        assert np.diff(points, n=3, axis=0) == pytest.approx(np.zeros((len(points) - 3, 2)), abs=1e-9)
        assert np.abs(np.diff(points, n=2, axis=0)).max() > 0.1
    assert curve_points(start, start, end, end) == [start, end]


def test_a_straight_line_stays_straight() -> None:
    points = curve_points(Point(0, 0), Point(30, 15), Point(100, 50), Point(104, 52))

    assert [point.y for point in points] == pytest.approx([point.x / 2 for point in points])
    assert [point.x for point in points] == sorted(point.x for point in points)


def test_a_slow_pen_is_followed_in_single_steps() -> None:
    assert len(curve_points(Point(0, 0), Point(1, 0), Point(2, 1), Point(3, 1))) <= 3


@given(before=screen_points, start=screen_points, end=screen_points, after=screen_points)
def test_any_four_places_give_a_curve_between_the_inner_two(
    before: Point, start: Point, end: Point, after: Point
) -> None:
    for neighbours in ((before, after), (start, end), (end, start)):
        points = curve_points(neighbours[0], start, end, neighbours[1])
        assert points[0] == start
        assert points[-1] == end
        # No loops: it never strays from the line between the two by more than their distance.
        length = math.dist(start, end)
        assert all(math.dist(start, point) + math.dist(point, end) <= 3 * length + 1e-9 for point in points)
        assert len(points) < 150

"""Stroke thickness of shapes whose area and outline are school geometry."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.digits.stroke_thickness import (
    LARGEST_THINNING,
    MNIST_STROKE_RATIOS,
    move_outline,
    normalize_thickness,
    stroke_width,
)

Pen = Callable[..., NDArray[np.float32]]


@pytest.mark.parametrize("width", [1, 2, 5, 20])
def test_width_of_a_bar(width: int) -> None:
    # Area 200·w, outline 400 + 2w; Roberts' gradient cuts each of the four corners from 2·½ to √½ pixels.
    bar = np.ones((width, 200), dtype=np.float32)

    outline = 2 * (200 + width) - 4 * (1 - math.sqrt(0.5))

    assert stroke_width(bar) == pytest.approx(2 * 200 * width / outline, rel=1e-5)


def test_width_of_a_diagonal_band() -> None:
    # Five pixels in each row; from row to row the band goes on by √2, along which its two edges do: 2·5 / (2·√2).
    y, x = np.mgrid[:1000, :1000]
    band = (abs(y - x) <= 2).astype(np.float32)

    assert stroke_width(band) == pytest.approx(5 / math.sqrt(2), rel=0.01)


def test_width_of_a_ring() -> None:
    # Area π(R² − r²), outline 2π(R + r): twice the one by the other is R − r, whatever the radius.
    y, x = np.mgrid[-60:61, -60:61]
    radius = np.hypot(y, x)
    ring = np.clip(50.5 - radius, 0, 1) - np.clip(40.5 - radius, 0, 1)

    assert stroke_width(ring.astype(np.float32)) == pytest.approx(10, rel=0.02)


@pytest.mark.parametrize("distance", [-7.0, -2.5, -0.3, 0.0, 0.4, 3.0, 8.25])
def test_a_moved_outline_of_a_disc_is_that_of_a_larger_disc(distance: float) -> None:
    y, x = np.mgrid[-40:41, -40:41]
    radius = np.hypot(y, x)

    moved = move_outline(radius <= 20, distance)

    # The disc of whole pixels is ragged by half a pixel, and so is its radius.
    assert math.sqrt(moved.sum() / math.pi) == pytest.approx(20 + distance, abs=0.35)
    assert (moved[radius < 20 + distance - 1.5] == 1).all()
    assert (moved[radius > 20 + distance + 1.5] == 0).all()


@pytest.mark.parametrize(("distance", "expected"), [(0, 6), (2, 10), (1.5, 9), (-2, 2), (-1.25, 3.5)])
def test_a_straight_edge_moves_by_exactly_the_distance(distance: float, expected: float) -> None:
    band = np.zeros((20, 9), dtype=bool)
    band[7:13] = True

    assert move_outline(band, distance)[:, 4].sum() == pytest.approx(expected, abs=1e-5)


def test_growing_keeps_to_euclid_not_to_squares() -> None:
    dot = np.zeros((21, 21), dtype=bool)
    dot[10, 10] = True

    grown = move_outline(dot, 5)

    # The outline lies 5.5 from the centre: (10, 15) and (13, 14) are 5 away and inked, (14, 14) is 5.66 away: 0.34.
    assert grown[10, 15] == 1
    assert grown[13, 14] == 1
    assert grown[14, 14] == pytest.approx(6 - math.hypot(4, 4), abs=1e-5)
    assert grown[15, 15] == 0


@pytest.mark.parametrize(("width", "expected"), [(3, 15.6), (8, 15.6), (14, 15.6), (18, 18), (20, 20), (26, 21.2)])
def test_pens_of_any_width_leave_mnist_strokes(pen: Pen, width: float, expected: float) -> None:
    """A zigzag whose centre line is 120 high: strokes of 0.115 to 0.15 of the whole are 15.6 to 21.2 wide.

    0.115 / 0.885 · 120 = 15.6 and 0.15 / 0.85 · 120 = 21.2; 18 and 20 lie between them and stay.
    """
    assert MNIST_STROKE_RATIOS == (0.115, 0.15)
    margin = width / 2
    zigzag = [(margin, margin), (margin, 90 + margin), (120 + margin, margin), (120 + margin, 90 + margin)]
    side = math.ceil(120 + width), math.ceil(90 + width)

    normalized = normalize_thickness(pen(zigzag, width, side))

    # The outline of three strokes with acute angles is shorter than that of three apart, so the mean is a little off.
    assert _across(normalized) == pytest.approx(expected, rel=0.12)


def test_strokes_like_mnist_stay_as_they_are(pen: Pen) -> None:
    ink = pen([(10, 10), (130, 10)], 20, (140, 20))  # 20 / 140 = 0.143

    assert normalize_thickness(ink)[1:-1, 1:-1] == pytest.approx(ink, abs=0.5)  # but for the softness of the edge


def _across(ink: NDArray[np.float32]) -> float:
    """Return the width of the zigzag's top stroke, measured down through its middle."""
    return float(ink[: len(ink) // 3, ink.shape[1] // 2].sum())


def test_strokes_lose_at_most_a_third_of_their_width() -> None:
    # A band of 60 in a box of 200 should become 0.15 / 0.85 · (200 − 46) = 27 wide; 2 · area / outline is 46.2, and
    # taking off 0.35 of that leaves 60 − 16.2 = 43.8.
    band = np.ones((60, 200), dtype=np.float32)
    measured = 2 * 60 * 200 / (2 * 260 - 4 * (1 - math.sqrt(0.5)))

    normalized = normalize_thickness(band)

    assert normalized[:, normalized.shape[1] // 2].sum() == pytest.approx(60 - LARGEST_THINNING * measured, abs=1e-3)


def test_result_has_room_for_the_strokes() -> None:
    line = np.ones((2, 160), dtype=np.float32)

    normalized = normalize_thickness(line)

    assert not np.concatenate((normalized[0], normalized[-1], normalized[:, 0], normalized[:, -1])).any()

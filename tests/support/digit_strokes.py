"""The ten digits as pen strokes, the way most people write them."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians, sin

Stroke = list[tuple[float, float]]


def _arc(x: float, y: float, width: float, height: float, start: float, end: float) -> Stroke:
    """Return points of an ellipse around a centre; angles in degrees, 0 to the right, 90 up."""
    n_steps = max(4, round(abs(end - start) / 15))
    angles = [radians(start + (end - start) * step / n_steps) for step in range(n_steps + 1)]
    return [(x + width / 2 * cos(angle), y - height / 2 * sin(angle)) for angle in angles]


def _line(*points: tuple[float, float]) -> Stroke:
    """Return points on the way through some points, close enough that curves stay near it."""
    found = [points[0]]
    for (x, y), (next_x, next_y) in pairwise(points):
        found += [(x + (next_x - x) * step / 6, y + (next_y - y) * step / 6) for step in range(1, 7)]
    return found


DIGITS: dict[int, list[Stroke]] = {
    0: [_arc(0.5, 0.5, 0.62, 1.0, 90, 450)],
    1: [_line((0.56, 0.0), (0.48, 1.0))],
    2: [_arc(0.5, 0.28, 0.62, 0.56, 165, -40) + _line((0.68, 0.5), (0.2, 1.0), (0.85, 1.0))],
    3: [_arc(0.47, 0.25, 0.6, 0.5, 150, -90) + _arc(0.47, 0.75, 0.68, 0.5, 90, -150)],
    4: [_line((0.3, 0.0), (0.18, 0.55), (0.85, 0.55)), _line((0.7, 0.05), (0.64, 1.0))],
    5: [_line((0.3, 0.0), (0.26, 0.45)) + _arc(0.45, 0.7, 0.66, 0.6, 110, -150), _line((0.3, 0.0), (0.82, 0.0))],
    6: [_line((0.66, 0.0), (0.38, 0.3)) + _arc(0.5, 0.72, 0.56, 0.56, 165, 525)],
    7: [_line((0.15, 0.05), (0.82, 0.05), (0.42, 1.0))],
    8: [
        _arc(0.5, 0.25, 0.48, 0.5, 60, 270) + _arc(0.5, 0.75, 0.6, 0.5, 90, -270) + _arc(0.5, 0.25, 0.48, 0.5, -90, 60)
    ],
    9: [_arc(0.48, 0.27, 0.52, 0.54, 20, 380) + _line((0.735, 0.3), (0.62, 1.0))],
}
"""For each digit its strokes; points in a box from (0, 0) top left to (1, 1)."""


def placed(digit: int, left: float, top: float, side: float) -> list[Stroke]:
    """Return the strokes of a digit in a square of the paper."""
    return [[(left + side * x, top + side * y) for x, y in stroke] for stroke in DIGITS[digit]]

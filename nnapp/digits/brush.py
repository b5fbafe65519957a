"""Cover pixels with a round brush that is drawn along a straight line."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "Point", "brush_box", "brush_coverage"]


class Point(NamedTuple):
    """A place on a picture, in pixels from the *corner* of its first pixel, whose centre is (0.5, 0.5)."""

    x: float
    y: float


class Box(NamedTuple):
    """A rectangle of pixels; `bottom` and `right` are exclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_empty(self) -> bool:
        """Whether there is no pixel in it."""
        return self.bottom <= self.top or self.right <= self.left

    @property
    def slices(self) -> tuple[slice, slice]:
        """Indices of its rows and columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def union(self, other: Box) -> Box:
        """Return the smallest box around both."""
        if self.is_empty or other.is_empty:
            return other if self.is_empty else self
        first, last = map(min, self[:2], other[:2]), map(max, self[2:], other[2:])
        return Box(*first, *last)


def brush_box(start: Point, end: Point, width: float, shape: tuple[int, int]) -> Box:
    """Return the pixels of a picture that a brush drawn from `start` to `end` may touch.

    Parameters
    ----------
    start, end : Point
        The centre of the brush; either may lie outside of the picture.
    width : float
        Diameter of the brush in pixels.
    shape : (height, width)
        Of the picture.

    Returns
    -------
    Box
        Inside the picture; empty if the brush stays outside.
    """
    reach = (width + 1) / 2
    top, bottom = _span(start.y, end.y, reach, shape[0])
    left, right = _span(start.x, end.x, reach, shape[1])
    return Box(top, left, bottom, right)


def brush_coverage(start: Point, end: Point, width: float, box: Box) -> NDArray[np.float32]:
    """Return how much of each pixel a round brush covers that is drawn from `start` to `end`.

    A pixel's share falls from 1 to 0 while the brush's edge crosses one pixel's width, whatever the direction. So the
    area of dots and lines is right to 1 % from a width of 10 on; a dot of radius r is 1 / (12 · r²) too large.

    Parameters
    ----------
    start, end : Point
        May be the same, for a dot.
    width : float
        Diameter of the brush in pixels, at least 1.
    box : Box
        The pixels asked for, not empty.

    Returns
    -------
    (box height, box width) float32
        0…1.
    """
    across, down = np.float32(end.x - start.x), np.float32(end.y - start.y)
    x = np.arange(box.left, box.right, dtype=np.float32) + np.float32(0.5 - start.x)
    y = np.arange(box.top, box.bottom, dtype=np.float32)[:, np.newaxis] + np.float32(0.5 - start.y)
    length_squared = across * across + down * down
    if length_squared > 0:
        # The nearest point of the line, as a share of the way from start to end.
        nearest = x * (across / length_squared) + y * (down / length_squared)
        np.clip(nearest, 0, 1, out=nearest)
        x = x - nearest * across
        y = y - nearest * down
    distance = np.sqrt(x * x + y * y)
    coverage: NDArray[np.float32] = np.subtract(np.float32(width / 2 + 0.5), distance, out=distance)
    np.clip(coverage, 0, 1, out=coverage)
    return coverage


def _span(one: float, other: float, reach: float, n_pixels: int) -> tuple[int, int]:
    """Return the first and last (exclusive) of `n_pixels` that lie within `reach` of the way between two places."""
    first = min(max(math.floor(min(one, other) - reach), 0), n_pixels)
    return first, min(max(math.ceil(max(one, other) + reach), first), n_pixels)

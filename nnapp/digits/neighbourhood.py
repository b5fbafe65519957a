"""Combine each pixel of a picture with those around it. What lies outside of the picture is left out, not made up."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["largest_within", "mean_within", "smallest_within"]

Value = TypeVar("Value", np.float32, np.bool_)


def largest_within(picture: NDArray[Value], reach: int) -> NDArray[Value]:
    """Return the largest value within `reach` rows and columns of each pixel: a dilation by a square.

    Parameters
    ----------
    picture : (height, width) float32 or bool
        Of a mask, this is every pixel near one that is True.
    reach : int
        0 or more.

    Returns
    -------
    (height, width), of the same type
        A new array.
    """
    largest = np.array(picture)
    for axis in (0, 1):
        lines = np.moveaxis(largest, axis, 0)
        reached = 0
        while reached < reach:
            # What has already spread spreads on, so the shifts can double: 1, 2, 4 …
            shift = min(reached + 1, reach - reached)
            before = lines.copy()
            np.maximum(lines[shift:], before[:-shift], out=lines[shift:])
            np.maximum(lines[:-shift], before[shift:], out=lines[:-shift])
            reached += shift
    return largest


def smallest_within(picture: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Return the smallest value within `reach` rows and columns of each pixel: an erosion by a square.

    Parameters and result are those of `largest_within`.
    """
    smallest: NDArray[np.float32] = -largest_within(-picture, reach)
    return smallest


def mean_within(picture: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Return the mean of the values within `reach` rows and columns of each pixel.

    Parameters and result are those of `largest_within`.
    """
    mean = picture.astype(np.float64)
    for axis in (0, 1):
        lines = np.moveaxis(mean, axis, 0)
        n_lines = len(lines)
        running_sum = np.concatenate((np.zeros_like(lines[:1]), np.cumsum(lines, axis=0)))
        first = np.maximum(np.arange(n_lines) - reach, 0)
        last = np.minimum(np.arange(n_lines) + reach + 1, n_lines)
        lines[:] = (running_sum[last] - running_sum[first]) / (last - first)[:, np.newaxis]
    return mean.astype(np.float32)

"""Fewer points for a long curve, chosen so that its picture stays the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["decimate"]

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]


def decimate(positions_px: FloatArray, values: FloatArray) -> IndexArray:
    """Return the indices of the points to draw: of each column of pixels the first, last, lowest and highest.

    A line through these covers the same pixels as one through all points ("M4" of Jugel et al., "M4: A
    Visualization-Oriented Time Series Data Aggregation", VLDB 2014).

    Parameters
    ----------
    positions_px : array (n_points,)
        Horizontal positions, which never fall.
    values : array (n_points,)
        NaN where there is no value. A column with values loses its NaN, unless one is first or last.

    Returns
    -------
    array of int
        Rising; at most four for each column. All indices if that is about as few.
    """
    n_points = len(values)
    if n_points == 0 or n_points <= 2 * (positions_px[-1] - positions_px[0]):
        return np.arange(n_points)
    columns = np.floor(positions_px)
    starts = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
    ends = np.append(starts[1:], n_points) - 1
    group = np.repeat(np.arange(len(starts)), ends - starts + 1)
    lowest = _first_of_each_group(values == np.fmin.reduceat(values, starts)[group], group)
    highest = _first_of_each_group(values == np.fmax.reduceat(values, starts)[group], group)
    return np.unique(np.concatenate([starts, ends, lowest, highest]))


def _first_of_each_group(is_wanted: NDArray[np.bool_], group: IndexArray) -> IndexArray:
    """Return the first wanted index of each group; `group` never falls."""
    wanted = np.flatnonzero(is_wanted)
    is_first: NDArray[np.bool_] = np.diff(group[wanted], prepend=-1) != 0
    first: IndexArray = wanted[is_first]
    return first

"""Find the connected parts of a black and white picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["label_components"]


def label_components(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Number the connected parts of `mask`; pixels that touch at an edge or a corner are connected.

    Parameters
    ----------
    mask : (height, width) bool
        True where there is something.

    Returns
    -------
    (height, width) intp
        0 where `mask` is False, else 1 … number of parts, in the order in which rows are read.

    Notes
    -----
    Each row is cut into runs of neighbouring pixels; runs of consecutive rows that touch are linked, and every run
    takes the smallest number it can reach through links (label propagation with pointer jumping, after Y. Shiloach
    and U. Vishkin, 1982). All runs and links are handled at once, so a picture of a million pixels takes milliseconds.
    """
    height, width = mask.shape
    # One empty column between rows lets the picture be read as a single line in which no run crosses a row's end.
    stride = width + 1
    line = np.zeros(height * stride + 1, dtype=np.int8)
    line[:-1].reshape(height, stride)[:, :width] = mask
    change = np.diff(line, prepend=0)
    starts = np.flatnonzero(change == 1)
    ends = np.flatnonzero(change == -1)
    number = _smallest_reachable(len(starts), *_links(starts, ends, stride))
    _, number = np.unique(number, return_inverse=True)
    labels = np.zeros(line.size, dtype=np.intp)
    labels[line == 1] = np.repeat(number + 1, ends - starts)
    return labels[:-1].reshape(height, stride)[:, :width]


def _links(starts: NDArray[np.intp], ends: NDArray[np.intp], stride: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of runs that touch, the upper ones and the lower ones."""
    # A run from s to e (exclusive) touches those of the next row that begin at e or before and end at s or after.
    first = np.searchsorted(ends, starts + stride, side="left")
    last = np.searchsorted(starts, ends + stride, side="right")
    counts = last - first
    upper = np.repeat(np.arange(len(starts)), counts)
    lower = np.arange(len(upper)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    return upper, lower


def _smallest_reachable(n_nodes: int, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each node the smallest number of all nodes it is linked to, directly or through others."""
    smallest = np.arange(n_nodes)
    while True:
        linked = np.minimum(smallest[one], smallest[other])
        before = smallest.copy()
        # Lowering the number's own node as well carries it to all that already follow that number.
        np.minimum.at(smallest, before[one], linked)
        np.minimum.at(smallest, before[other], linked)
        smallest = np.asarray(smallest[smallest])
        if np.array_equal(smallest, before):
            return smallest

"""Choose among the connected parts of a picture those that are the digit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import DataError

__all__ = ["BORDER", "LONGEST_PIECE", "SMALLEST_DIGIT", "SMALLEST_PIECE", "WIDEST_GAP", "choose_digit"]

SMALLEST_DIGIT = 0.05
"""Shortest longer side of a digit, as a share of the picture's."""

BORDER = 0.01
"""Width of the picture's border, as a share of its longer side; noise may keep what lies there from its very edge."""

SMALLEST_PIECE = 0.02
"""Least area of a detached piece of a digit, as a share of the digit's largest part."""

LONGEST_PIECE = 3.0
"""Greatest longer side of a detached piece, as a multiple of the largest part's."""

WIDEST_GAP = 0.15
"""Greatest gap between a digit and a piece of it, as a share of the largest part's longer side."""


def choose_digit(labels: NDArray[np.intp], may_touch_border: bool = True) -> NDArray[np.bool_]:
    """Return which pixels belong to the digit: the largest part inside the picture and the pieces next to it.

    Parts that touch the border are lines, shadows or the edge of the paper, and are chosen only if nothing of a
    digit's size lies inside; parts much smaller than a digit are specks. A piece beside the chosen part (the bar of
    a 5) belongs to it if it is close, neither a speck nor far longer than it, and not at the border alone.

    Parameters
    ----------
    labels : (height, width) intp
        Numbered parts from `nnapp.digits.connected_components.label_components`.
    may_touch_border : bool
        Whether parts at the border are chosen if there are no others.

    Returns
    -------
    (height, width) bool

    Raises
    ------
    DataError
        If there is no part large enough to be a digit.
    """
    areas, boxes = _measure(labels)
    sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0)
    is_large = sides >= SMALLEST_DIGIT * max(labels.shape)
    margin = max(1, round(BORDER * max(labels.shape)))
    end = np.subtract(labels.shape, margin)
    is_inside: NDArray[np.bool_] = np.all((boxes[:, :2] >= margin) & (boxes[:, 2:] <= end), axis=1)
    candidates = is_large & is_inside
    if may_touch_border and not candidates.any():
        candidates = is_large
    if not candidates.any():
        raise DataError("Nothing is drawn in the picture: nothing that differs from its paper is like a digit.")
    main = int(np.argmax(np.where(candidates, areas, 0)))
    may_belong = (areas >= SMALLEST_PIECE * areas[main]) & (sides <= LONGEST_PIECE * sides[main])
    if is_inside[main]:
        may_belong &= is_inside
    is_digit = _joined(boxes, main, may_belong, WIDEST_GAP * sides[main])
    by_label = np.append(False, is_digit)
    return np.take(by_label, labels)


def _measure(labels: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return each part's area in pixels (n_parts,) and box (n_parts, 4): top, left, bottom, right, exclusive."""
    position = np.argwhere(labels)
    part = labels[labels > 0] - 1
    n_parts = int(labels.max(initial=0))
    first = np.full((n_parts, 2), max(labels.shape), dtype=np.intp)
    last = np.zeros((n_parts, 2), dtype=np.intp)
    np.minimum.at(first, part, position)
    np.maximum.at(last, part, position + 1)
    return np.bincount(part, minlength=n_parts), np.concatenate((first, last), axis=1)


def _joined(boxes: NDArray[np.intp], main: int, may_belong: NDArray[np.bool_], widest_gap: float) -> NDArray[np.bool_]:
    """Return which parts are `main` or lie within `widest_gap` of it, directly or through others that do."""
    joined = np.zeros(len(boxes), dtype=bool)
    joined[main] = True
    while True:
        first, last = boxes[joined, :2].min(axis=0), boxes[joined, 2:].max(axis=0)
        gaps = np.maximum(boxes[:, :2] - last, first - boxes[:, 2:]).max(axis=1)
        grown = joined | (may_belong & (gaps <= widest_gap))
        if np.array_equal(grown, joined):
            return joined
        joined = grown

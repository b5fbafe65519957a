"""Scores of many configurations over two of their parameters: a grid of means or of the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Folding", "ScoreGrid", "score_grid"]

Folding = Literal["mean", "best"]
"""What becomes of several scores at one place: their mean, or the lowest of them."""


@dataclass(frozen=True, eq=False)
class ScoreGrid:
    """What is known at each place of a grid.

    Attributes
    ----------
    scores : array (n_rows, n_columns)
        NaN where there is none.
    counts : array (n_rows, n_columns)
        Number of scores that went into each.
    """

    scores: NDArray[np.float64]
    counts: NDArray[np.int64]

    @property
    def limits(self) -> tuple[float, float] | None:
        """The lowest and the highest score, None if there is none."""
        known = self.scores[np.isfinite(self.scores)]
        return (float(known.min()), float(known.max())) if len(known) else None

    @property
    def best(self) -> tuple[int, int] | None:
        """Row and column of the lowest score, the first of several; None if there is none."""
        if self.limits is None:
            return None
        row, column = np.unravel_index(int(np.nanargmin(self.scores)), self.scores.shape)
        return int(row), int(column)


def score_grid(
    places: Sequence[tuple[int, int]], scores: Sequence[float], shape: tuple[int, int], folding: Folding
) -> ScoreGrid:
    """Return the grid of some scores.

    Parameters
    ----------
    places : sequence of (row, column)
        Where each score belongs.
    scores : sequence of float
        The lower the better; those that are not finite are left out.
    shape : (n_rows, n_columns)
    folding : {"mean", "best"}
        What to do where several scores are at one place.
    """
    counts = np.zeros(shape, np.int64)
    sums = np.zeros(shape)
    lowest = np.full(shape, np.inf)
    for place, score in zip(places, scores, strict=True):
        if np.isfinite(score):
            counts[place] += 1
            sums[place] += score
            lowest[place] = min(lowest[place], score)
    folded = sums / np.maximum(counts, 1) if folding == "mean" else lowest
    return ScoreGrid(np.where(counts > 0, folded, np.nan), counts)

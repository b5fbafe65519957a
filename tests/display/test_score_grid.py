"""Scores over two parameters: means, best ones, and places without any."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.display.score_grid import score_grid

PLACES = [(0, 0), (0, 0), (1, 2), (1, 2), (0, 1)]
SCORES = [0.1, 0.3, 0.5, float("nan"), float("inf")]


@pytest.mark.parametrize(("folding", "first"), [("mean", 0.2), ("best", 0.1)])
def test_several_scores_at_one_place(folding: str, first: float) -> None:
    grid = score_grid(PLACES, SCORES, (2, 3), folding)  # type: ignore[arg-type] # parametrized

    np.testing.assert_allclose(grid.scores, [[first, np.nan, np.nan], [np.nan, np.nan, 0.5]])
    assert grid.counts.tolist() == [[2, 0, 0], [0, 0, 1]]
    assert grid.limits == pytest.approx((first, 0.5))
    assert grid.best == (0, 0)


def test_nothing_is_known() -> None:
    grid = score_grid([(0, 0)], [float("nan")], (1, 1), "mean")

    assert (grid.limits, grid.best) == (None, None)


def test_the_first_of_equal_scores_is_the_best() -> None:
    assert score_grid([(0, 1), (1, 0)], [0.2, 0.2], (2, 2), "best").best == (0, 1)

"""Otsu's threshold, against its definition tried at every split."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.digits.thresholding import otsu_threshold


def test_two_values_are_parted_in_the_middle() -> None:
    values = np.array([0.2] * 30 + [0.8] * 10, dtype=np.float32)

    threshold = otsu_threshold(values)

    assert threshold.level == pytest.approx(0.5, abs=0.01)
    assert threshold.lower_mean == pytest.approx(0.2, abs=0.005)
    assert threshold.upper_mean == pytest.approx(0.8, abs=0.005)
    assert threshold.contrast == pytest.approx(0.6, abs=0.005)


def test_two_heaps_are_parted_where_the_variance_within_them_is_least() -> None:
    """Otsu's own criterion in its other form: the greatest variance between is the least within."""
    rng = np.random.default_rng(0)
    values = np.concatenate((rng.normal(0.3, 0.08, 3000), rng.normal(0.7, 0.05, 800))).astype(np.float32)

    def variance_within(level: float) -> float:
        lower, upper = values[values <= level], values[values > level]
        return float(lower.size * lower.var() + upper.size * upper.var())

    tried = np.linspace(values.min() + 0.01, values.max() - 0.01, 500)
    best = tried[int(np.argmin([variance_within(level) for level in tried]))]

    assert otsu_threshold(values).level == pytest.approx(best, abs=0.01)


@pytest.mark.parametrize("values", [np.full((3, 4), 0.25, dtype=np.float32), np.array([0.25], dtype=np.float32)])
def test_one_value_has_no_contrast(values: NDArray[np.float32]) -> None:
    assert otsu_threshold(values) == (0.25, 0.25, 0.25)
    assert otsu_threshold(values).contrast == 0

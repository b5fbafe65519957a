"""Tell ink from paper by brightness alone: Otsu's threshold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Threshold", "otsu_threshold"]


class Threshold(NamedTuple):
    """Where two classes of values part, and what is typical of each."""

    level: float
    """Values above it belong to the upper class."""
    lower_mean: float
    upper_mean: float

    @property
    def contrast(self) -> float:
        """Return the distance of the two classes' means."""
        return self.upper_mean - self.lower_mean


def otsu_threshold(values: NDArray[np.float32], n_bins: int = 256) -> Threshold:
    """Return the threshold that parts `values` into the two classes whose means differ most for their sizes.

    Maximises the between-class variance ω₀ · ω₁ · (μ₁ − μ₀)² over a histogram: N. Otsu, "A threshold selection method
    from gray-level histograms" (1979), formula (14). Where several thresholds do so equally (nothing lies between the
    classes), the middle one is taken.

    Parameters
    ----------
    values : NDArray
        Any shape, at least one value, finite.
    n_bins : int
        How finely the range of the values is divided.

    Returns
    -------
    Threshold
        With all three numbers alike if all values are.
    """
    low, high = float(values.min()), float(values.max())
    if not high > low:
        return Threshold(low, low, low)
    counts, edges = np.histogram(values, bins=n_bins, range=(low, high))
    centres = (edges[:-1] + edges[1:]) / 2
    # The first and last bin are never empty, so neither are the two classes of any split between bins.
    lower_count = np.cumsum(counts)[:-1].astype(np.float64)
    upper_count = values.size - lower_count
    lower_sum = np.cumsum(counts * centres)[:-1]
    lower_mean = lower_sum / lower_count
    upper_mean = ((counts * centres).sum() - lower_sum) / upper_count
    variance = lower_count * upper_count * (upper_mean - lower_mean) ** 2
    best = np.flatnonzero(variance >= variance.max() * (1 - 1e-9))
    split = int(best[len(best) // 2])
    return Threshold(float(edges[split + 1]), float(lower_mean[split]), float(upper_mean[split]))

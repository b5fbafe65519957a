"""Whether confidence means what it says, and the one number that makes it so.

An answer's confidence p is calibrated if, of all answers given with confidence p, the share p is right.
How far a network is from that is measured by sorting its answers into bins of confidence: the expected
calibration error is the mean distance between confidence and accuracy of the bins, weighted by their
answers (Naeini, Cooper and Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian
binning"; with 15 bins as in Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern neural
networks").

Temperature scaling (Guo et al. 2017, section 4.2) divides the logits by one number T > 0 before the
softmax. It spreads (T > 1) or sharpens (T < 1) all probabilities of an image alike, so that the order of
the classes, and with it every answer, stays what it was. T is the number that makes held-out labels
likeliest; outputs other than softmax have no logits that could be divided like this, and no temperature.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray, IntArray
from nnapp.engine.evaluation import check_labels, images_at_a_time
from nnapp.engine.losses import LOSSES
from nnapp.engine.network import Network
from nnapp.errors import NetworkError

__all__ = [
    "CALIBRATED_OUTPUT",
    "MAX_TEMPERATURE",
    "MIN_TEMPERATURE",
    "N_BINS",
    "Reliability",
    "calibrated_temperature",
    "fit_temperature",
    "log_loss",
    "reliability",
]

CALIBRATED_OUTPUT = "softmax"
"""The output activation that a temperature is defined for."""

MIN_TEMPERATURE, MAX_TEMPERATURE = 0.05, 20.0
"""Beyond these a network is as good as certain of everything, or of nothing."""

N_BINS = 15
"""Of a reliability diagram, as Guo et al. (2017) have it."""

_N_HALVINGS = 48  # of the logarithm of 20 / 0.05, down to the spacing of floats
_N_DIGITS = 4  # that a fitted temperature is worth: the next would change no probability that anyone reads


@dataclass(frozen=True, eq=False)
class Reliability:
    """Confidence and accuracy of answers, in bins of equal width: bin m of M holds confidences in (m/M, (m+1)/M].

    Attributes
    ----------
    counts : array (n_bins,) of int64
        Answers in each bin. Those whose confidence is no finite number are in none.
    confidences : array (n_bins,) of float64
        Mean confidence of a bin's answers, 0…1; NaN for a bin without any.
    accuracies : array (n_bins,) of float64
        Share of a bin's answers that are right, 0…1; NaN for a bin without any.
    """

    counts: NDArray[np.int64]
    confidences: NDArray[np.float64]
    accuracies: NDArray[np.float64]

    @property
    def n_bins(self) -> int:
        """Number of bins."""
        return len(self.counts)

    @property
    def expected_calibration_error(self) -> float:
        """Σ (nₘ / n) · |accuracyₘ − confidenceₘ| over the bins, 0…1; NaN without answers."""
        n_answers = self.counts.sum()
        if not n_answers:
            return nan
        gaps = np.nan_to_num(np.abs(self.accuracies - self.confidences))
        return float(np.dot(self.counts, gaps) / n_answers)


def reliability(
    probabilities: FloatArray, labels: IntArray, predictions: IntArray | None = None, n_bins: int = N_BINS
) -> Reliability:
    """Sort answers into bins by their confidence.

    Parameters
    ----------
    probabilities : array (n_images, n_classes)
        Rows that sum to one.
    labels : array (n_images,) of int
        Actual classes.
    predictions : array (n_images,) of int, optional
        The answers, whose probability is their confidence; by default the most probable class.
    n_bins : int
        At least 1.
    """
    answers = probabilities.argmax(axis=1) if predictions is None else predictions
    confidences = np.take_along_axis(probabilities, answers[:, np.newaxis], axis=1)[:, 0].astype(np.float64)
    is_known = np.isfinite(confidences)
    confidences, is_right = confidences[is_known], (answers == labels)[is_known]
    bins = np.clip(np.ceil(confidences * n_bins).astype(np.int64) - 1, 0, n_bins - 1)
    counts = np.bincount(bins, minlength=n_bins)
    means = np.full((2, n_bins), nan)
    sums = np.stack([np.bincount(bins, values, minlength=n_bins) for values in (confidences, is_right)])
    np.divide(sums, counts, out=means, where=counts > 0)
    return Reliability(counts, means[0], means[1])


def log_loss(probabilities: FloatArray, labels: IntArray) -> float:
    """Return the mean of −log of the probability of the actual class: the cross-entropy, as `LOSSES` has it."""
    one_hot = np.eye(probabilities.shape[1], dtype=probabilities.dtype)[labels]
    return float(LOSSES["cross-entropy"].per_sample(probabilities, one_hot).mean(dtype=np.float64))


def fit_temperature(logits: FloatArray, labels: IntArray) -> float:
    """Return the temperature that makes the labels likeliest, 0.05…20.

    With β = 1 / T, the mean negative log-likelihood is mean(log Σₖ exp(β zₖ) − β z_y), which is convex in β: its slope,
    mean(Σₖ pₖ zₖ − z_y) with p = softmax(β z), only grows. Where the slope is 0 is found by halving, which needs no
    start, no step size and no luck. Computed in float64.

    Parameters
    ----------
    logits : array (n_images, n_classes)
        Weighted sums z of the outputs, before softmax; at least one image.
    labels : array (n_images,) of int
        Actual classes.

    Raises
    ------
    NetworkError
        If labels do not belong to the logits, or a logit is not finite.
    """
    check_labels(labels, len(logits), logits.shape[1])
    if not np.isfinite(logits).all():
        raise NetworkError("To fit a temperature, the outputs of a network must be finite numbers; got others.")
    # Shifted so that no exponential overflows; a shift changes neither the softmax nor the slope.
    shifted = np.subtract(logits, logits.max(axis=1, keepdims=True), dtype=np.float64)
    mean_actual = float(np.take_along_axis(shifted, np.asarray(labels)[:, np.newaxis], axis=1).mean())

    def slope(beta: float) -> float:
        weights = np.exp(beta * shifted)
        expected = np.einsum("ij,ij->i", weights, shifted) / weights.sum(axis=1)
        return float(expected.mean()) - mean_actual

    low, high = 1 / MAX_TEMPERATURE, 1 / MIN_TEMPERATURE
    if slope(low) >= 0:
        return MAX_TEMPERATURE
    if slope(high) <= 0:
        return MIN_TEMPERATURE
    for _ in range(_N_HALVINGS):
        middle = sqrt(low * high)
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
    return 1 / sqrt(low * high)


def calibrated_temperature(network: Network, images: NDArray[Any], labels: IntArray) -> float:
    """Return the temperature that labelled images ask for, to four digits; 1 where they can ask for none.

    They cannot where the outputs are not softmax or not finite, where there is no image, and where every answer is
    right: the likelihood then grows with every fall of T, and its limit would call each answer certain.

    Parameters
    ----------
    network : Network
    images : array (n_images, …)
        Which the network has not learnt from.
    labels : array (n_images,) of int

    Raises
    ------
    NetworkError
        If images or labels do not fit the network.
    """
    if network.output_activation != CALIBRATED_OUTPUT or not len(images):
        return 1.0
    n_piece = images_at_a_time(network.layer_sizes)
    # Weights may be finite that are too large to compute with.
    with np.errstate(over="ignore", invalid="ignore"):
        pieces = [network.logits(images[start : start + n_piece]) for start in range(0, len(images), n_piece)]
    logits = np.concatenate(pieces)
    if not np.isfinite(logits).all() or np.array_equal(logits.argmax(axis=1), labels):
        return 1.0
    return float(f"{fit_temperature(logits, labels):.{_N_DIGITS}g}")

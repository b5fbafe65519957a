"""Initialisers: the statistics of 120,000 weights against the formulas of the papers."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.initializers import INITIALIZERS

N_OUTPUTS, N_INPUTS = 400, 300
N_WEIGHTS = N_OUTPUTS * N_INPUTS
# Half the width of the uniform distributions: Glorot and Bengio's √(6 / (inputs + outputs)).
BOUNDS = {"uniform": 1.0, "xavier": sqrt(6 / 700)}
# The standard deviations of the normal ones: He's √(2 / inputs), LeCun's √(1 / inputs), and 0.01.
DEVIATIONS = {"he": sqrt(2 / 300), "lecun": sqrt(1 / 300), "normal": 0.01}


def drawn(name: str, dtype: type = np.float32, seed: int = 0) -> tuple[NDArray[Any], NDArray[Any]]:
    weights: NDArray[Any] = np.full((N_OUTPUTS, N_INPUTS), np.nan, dtype)
    biases: NDArray[Any] = np.full(N_OUTPUTS, np.nan, dtype)
    INITIALIZERS[name].fill(weights, biases, np.random.default_rng(seed))
    return weights, biases


def test_table_has_the_published_names() -> None:
    assert list(INITIALIZERS) == ["uniform", "xavier", "he", "lecun", "normal"]
    assert set(INITIALIZERS) == {*BOUNDS, *DEVIATIONS}
    assert all(initializer.name == name and initializer.formula for name, initializer in INITIALIZERS.items())


@pytest.mark.parametrize(("name", "bound"), BOUNDS.items())
def test_uniform_weights_fill_their_interval_evenly(name: str, bound: float) -> None:
    weights, _ = drawn(name)

    assert np.abs(weights).max() <= bound * (1 + 1e-6)
    # Each tenth of the interval gets a tenth of the weights; the deviation of such a count is √(n · 0.1 · 0.9) ≈ 104.
    counts, _ = np.histogram(weights, bins=10, range=(-bound * (1 + 1e-6), bound * (1 + 1e-6)))
    assert counts.sum() == N_WEIGHTS
    np.testing.assert_allclose(counts, N_WEIGHTS / 10, atol=5 * sqrt(N_WEIGHTS * 0.09))


@pytest.mark.parametrize(("name", "deviation"), DEVIATIONS.items())
def test_normal_weights_have_their_deviation_and_shape(name: str, deviation: float) -> None:
    weights, _ = drawn(name)

    assert abs(weights.mean(dtype=float)) < 5 * deviation / sqrt(N_WEIGHTS)
    # The standard error of a deviation estimated from n normal numbers is σ / √(2n), 0.2 % here.
    assert weights.std(dtype=float) == pytest.approx(deviation, rel=5 / sqrt(2 * N_WEIGHTS))
    # 68.27 %, 95.45 % and 99.73 % of a normal distribution are within 1, 2 and 3 deviations.
    for n_deviations, share in ((1, 0.6827), (2, 0.9545), (3, 0.9973)):
        within = np.mean(np.abs(weights) < n_deviations * deviation)
        assert within == pytest.approx(share, abs=5 * sqrt(share * (1 - share) / N_WEIGHTS))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_biases_are_0_except_for_uniform(name: str) -> None:
    _, biases = drawn(name)

    if name == "uniform":
        assert np.abs(biases).max() <= 1
        # A uniform (−1, 1) has the deviation 1/√3.
        assert biases.std() == pytest.approx(1 / sqrt(3), rel=0.1)
    else:
        assert not biases.any()


@pytest.mark.parametrize("name", INITIALIZERS)
def test_same_generator_same_bits_in_both_precisions(name: str) -> None:
    weights, biases = drawn(name)

    for twin_weights, twin_biases in (drawn(name), drawn(name, np.float64)):
        np.testing.assert_array_equal(twin_weights, weights)
        np.testing.assert_array_equal(twin_biases, biases)
    assert not np.array_equal(drawn(name, seed=1)[0], weights)

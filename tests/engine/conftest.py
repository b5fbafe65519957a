"""Fixtures of the engine's tests: numerical gradients and a small data set that can be learnt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Gradient = Callable[[Callable[[], float], NDArray[np.float64]], NDArray[np.float64]]


def _central_differences(function: Callable[[], float], point: NDArray[np.float64]) -> NDArray[np.float64]:
    step = 1e-6
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        value = point[index]
        point[index] = value + step
        above = function()
        point[index] = value - step
        below = function()
        point[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient


@pytest.fixture(scope="session")
def central_differences() -> Gradient:
    """Return a function that differentiates ``function()`` with respect to each element of the float64 array it reads.

    The error of (f(x + h) − f(x − h)) / 2h is about h² f‴ / 6 + ε f / h; with h = 10⁻⁶, some 10⁻¹⁰ for values near 1.
    """
    return _central_differences


@pytest.fixture(scope="session")
def blobs() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return 120 images of 3×4 bytes, read-only, and their labels: 3 classes, each bright in a row of its own."""
    rng = np.random.default_rng(2024)
    labels = rng.permutation(np.repeat(np.arange(3), 40))
    images = rng.integers(0, 120, (120, 3, 4), dtype=np.uint8)
    images[np.arange(120), labels] += 100
    images.setflags(write=False)
    labels.setflags(write=False)
    return images, labels


@pytest.fixture(scope="session")
def torch() -> Any:
    """Return PyTorch, on one thread: its threads would wait for each other longer than these little sums take."""
    module = pytest.importorskip("torch")
    module.set_num_threads(1)
    return module

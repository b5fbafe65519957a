"""Ink for the tests of `nnapp.digits`: strokes of a round pen drawn by arithmetic, and real MNIST digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.storage.idx_file import read_idx

Pen = Callable[..., NDArray[np.float32]]


@pytest.fixture(scope="session")
def pen() -> Pen:
    """Return a function that draws straight lines between points (y, x) with a round pen of a given width."""

    def draw(points: Sequence[tuple[float, float]], width: float, shape: tuple[int, int]) -> NDArray[np.float32]:
        y, x = np.mgrid[0 : shape[0], 0 : shape[1]] + 0.5
        ink = np.zeros(shape)
        for (y0, x0), (y1, x1) in pairwise(points):
            length_squared = (y1 - y0) ** 2 + (x1 - x0) ** 2
            along = np.clip(((y - y0) * (y1 - y0) + (x - x0) * (x1 - x0)) / length_squared, 0, 1)
            distance = np.hypot(y - y0 - along * (y1 - y0), x - x0 - along * (x1 - x0))
            ink = np.maximum(ink, np.clip(width / 2 + 0.5 - distance, 0, 1))
        return ink.astype(np.float32)

    return draw


@pytest.fixture(scope="session")
def mnist_digits(mnist_folder: Path) -> NDArray[np.uint8]:
    """Return the first 50 test images of MNIST, (50, 28, 28) uint8."""
    images: NDArray[np.uint8] = read_idx(next(mnist_folder.glob("t10k-images?idx3-ubyte*")))[:50]
    return images

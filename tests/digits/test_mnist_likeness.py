"""Images are like MNIST's if they stand in their grid as the rules of MNIST say."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.digits.mnist_likeness import are_like_mnist
from nnapp.digits.synthetic import synthetic_digits


def boxes(side: int, top: int, grid: int = 28) -> np.ndarray:  # type: ignore[type-arg]  # of bytes
    """Return three images of a bright square."""
    images = np.zeros((3, grid, grid), np.uint8)
    images[:, top : top + side, top : top + side] = 200
    return images


@pytest.mark.parametrize(
    ("side", "top", "grid", "is_like"),
    [
        (20, 4, 28, True),  # from 4 to 24: the centre is at 14, half a pixel from 14.5
        (20, 8, 28, False),  # the centre is at 18
        (28, 0, 28, False),  # as large as the grid, like clothes
        (12, 8, 28, False),
        (40, 9, 56, True),  # twice as large: 40 of 56 is 20 of 28, the centre is at 29 of 56
        (10, 2, 14, True),
    ],
)
def test_place_and_size_of_the_ink(side: int, top: int, grid: int, is_like: bool) -> None:
    assert are_like_mnist(boxes(side, top, grid)) is is_like


def test_drawn_digits_are_like_mnist() -> None:
    assert are_like_mnist(synthetic_digits(100, 1)[0])


def test_empty_images_tell_nothing() -> None:
    assert not are_like_mnist(np.zeros((3, 28, 28), np.uint8))
    assert are_like_mnist(np.concatenate([boxes(20, 4), np.zeros((9, 28, 28), np.uint8)]))

"""How images become the rows a network takes."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.engine.arrays import as_inputs, scale_pixels
from nnapp.errors import NetworkError


def test_pixels_are_divided_by_255() -> None:
    out = np.empty(4, np.float32)

    scale_pixels(np.array([0, 51, 102, 255], np.uint8), out)

    np.testing.assert_array_equal(out, np.array([0, 0.2, 0.4, 1], np.float32))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bytes_become_rows_from_0_to_1(dtype: type) -> None:
    images = np.array([[[0, 255], [51, 0]], [[255, 255], [0, 102]]], np.uint8)

    rows = as_inputs(images, 4, dtype)

    assert rows.dtype == dtype
    np.testing.assert_array_equal(rows, np.array([[0, 1, 0.2, 0], [1, 1, 0, 0.4]], dtype))


def test_other_types_are_taken_as_they_are() -> None:
    rows = as_inputs(np.array([[3, -1]]), 2)

    assert rows.dtype == np.float32
    assert rows.tolist() == [[3, -1]]


def test_rows_of_the_right_type_are_not_copied() -> None:
    images = np.zeros((2, 3, 3), np.float32)

    assert np.shares_memory(as_inputs(images, 9), images)


def test_no_image_is_no_row() -> None:
    assert as_inputs(np.zeros((0, 28, 28), np.uint8), 784).shape == (0, 784)


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ((2, 32, 32), "one per input of the network; got 32×32 = 1024."),
        ((2, 783), "one per input of the network; got 783."),
        ((28, 28), "one per input of the network; got 28."),
        ((784,), "must be an array (number of images, 784), also where there is only one; got the shape (784,)."),
        ((), "must be an array (number of images, 784), also where there is only one; got the shape ()."),
    ],
)
def test_images_of_another_size_are_refused(shape: tuple[int, ...], found: str) -> None:
    with pytest.raises(NetworkError) as caught:
        as_inputs(np.zeros(shape, np.uint8), 784)

    assert str(caught.value).endswith(found)

"""Shapes: what PyTorch and Keras do before the first layer, and what would mix images up."""

from __future__ import annotations

from typing import Any

import pytest

from nnapp.errors import NetworkError
from nnapp.storage.exchange.onnx_shapes import flattened, reshaped, transposed


@pytest.mark.parametrize(
    ("shape", "n_images", "target", "expected"),
    [
        ((1, 28, 28), None, [-1, 784], (784,)),
        ((1, 28, 28), None, [0, -1], (784,)),
        ((1, 28, 28), None, [None, -1], (784,)),
        ((1, 28, 28), None, [1, 784], (784,)),
        ((1, 28, 28), 5, [5, 784], (784,)),
        ((784,), None, [-1, 28, 28], (28, 28)),
        ((1, 28, 28), None, [0, 0, -1], (1, 784)),
        ((None,), None, [-1, 784], (784,)),
        ((None, 28), None, [0, -1], (None,)),
    ],
)
def test_reshape(shape: Any, n_images: int | None, target: Any, expected: Any) -> None:
    assert reshaped(shape, n_images, target, False, "Reshape") == expected


@pytest.mark.parametrize(
    ("shape", "n_images", "target", "keeps_zeros"),
    [
        ((1, 28, 28), None, [784], False),
        ((1, 28, 28), None, [], False),
        ((1, 28, 28), None, [-1], False),
        ((1, 28, 28), 5, [1, -1], False),
        ((1, 28, 28), None, [4, 784], False),
        ((1, 28, 28), None, [-1, 28], False),
        ((1, 28, 28), None, [-1, 0, -1], False),
        ((1, 28, 28), None, [0, -1, -1], False),
        ((1, 28, 28), None, [0, 785], False),
        ((1, 28, 28), None, [0, 5, -1], False),
        ((1, 28, 28), None, [0, -2], False),
        ((1, 28, 28), None, [0, 784], True),
        ((784,), None, [-1, 28, 28, 0], False),
    ],
)
def test_reshape_that_mixes_images(shape: Any, n_images: int | None, target: Any, keeps_zeros: bool) -> None:
    with pytest.raises(NetworkError, match="Reshape must keep"):
        reshaped(shape, n_images, target, keeps_zeros, "Reshape")


def test_flatten() -> None:
    assert flattened((1, 28, 28), 1, "Flatten") == flattened((1, 28, 28), -3, "Flatten") == (784,)
    assert flattened((None, 28), 1, "Flatten") == (None,)
    for axis in (0, 2, -1):
        with pytest.raises(NetworkError, match="must flatten each image by itself"):
            flattened((1, 28, 28), axis, "Flatten")


def test_transpose() -> None:
    assert transposed((1, 3, 4), [0, 2, 3, 1], "Transpose") == (3, 4, 1)
    assert transposed((3, 4, 1), [0, 3, 1, 2], "Transpose") == (1, 3, 4)
    for axes in ([0, 1, 3, 2], [1, 0, 2, 3], [0, 1, 2], [0, 0, 1, 2]):
        with pytest.raises(NetworkError, match="must keep the order"):
            transposed((1, 3, 4), axes, "Transpose")
    with pytest.raises(NetworkError, match="must keep the order"):
        transposed((None, None), [0, 2, 1], "Transpose")

"""Mini-batches: every image of the order once, in order, scaled, with its target."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnapp.engine.batches import BatchLoader

Batch = tuple[int, list[tuple[NDArray[Any], NDArray[Any]]]]

FULL_PIECE = 4096


def numbered_images(n_images: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return images of two values, the number of the image and its negative, and labels that repeat 0 to 2."""
    numbers = np.arange(n_images, dtype=np.float32)
    return np.stack([numbers, -numbers], axis=1), np.arange(n_images) % 3


def numbered_loader(n_images: int, batch_size: int) -> BatchLoader:
    images, labels = numbered_images(n_images)
    return BatchLoader(images, labels, 2, 3, batch_size, np.dtype(np.float32))


def copied(loader: BatchLoader, order: NDArray[np.int64], first_batch: int = 0) -> list[Batch]:
    """Return the batches of an epoch, copied out of the loader's buffers."""
    return [
        (n_images, [(inputs.copy(), targets.copy()) for inputs, targets in pieces])
        for n_images, pieces in loader.epoch(order, first_batch)
    ]


@given(n_images=st.integers(1, 60), batch_size=st.integers(1, 60), share=st.floats(0.01, 1), seed=st.integers(0, 5))
def test_batches_are_the_order_cut_into_pieces(n_images: int, batch_size: int, share: float, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(n_images)[: max(1, int(share * n_images))]
    batch_size = min(batch_size, n_images)
    loader = numbered_loader(n_images, batch_size)

    batches = copied(loader, order)

    sizes = [batch_size] * (len(order) // batch_size) + [len(order) % batch_size]
    assert [n for n, _ in batches] == [size for size in sizes if size]
    assert loader.n_batches(len(order)) == len(batches)
    inputs = np.concatenate([inputs for _, pieces in batches for inputs, _ in pieces])
    targets = np.concatenate([targets for _, pieces in batches for _, targets in pieces])
    np.testing.assert_array_equal(inputs, np.stack([order, -order], axis=1))
    np.testing.assert_array_equal(targets, np.eye(3)[order % 3])


@pytest.mark.parametrize(
    ("n_images", "batch_size", "piece_sizes"),
    [
        # Above and below the 1024 images that are gathered at a time, and beyond the 4096 of a piece.
        (2500, 1000, [[1000], [1000], [500]]),
        (2500, 1100, [[1100], [1100], [300]]),
        (2500, 500, [[500]] * 5),
        (5000, FULL_PIECE, [[4096], [904]]),
        (5000, 4097, [[4096, 1], [903]]),
        (9000, 9000, [[4096, 4096, 808]]),
        (10_000, 5000, [[4096, 904]] * 2),
    ],
)
def test_large_batches_come_in_pieces(n_images: int, batch_size: int, piece_sizes: list[list[int]]) -> None:
    order = np.random.default_rng(1).permutation(n_images)
    batches = copied(numbered_loader(n_images, batch_size), order)

    assert [[len(inputs) for inputs, _ in pieces] for _, pieces in batches] == piece_sizes
    assert [n for n, _ in batches] == [sum(sizes) for sizes in piece_sizes]
    found = np.concatenate([inputs for _, pieces in batches for inputs, _ in pieces])[:, 0]
    np.testing.assert_array_equal(found, order)


@pytest.mark.parametrize(("n_images", "batch_size"), [(100, 7), (2500, 600), (3000, 1100), (9000, 4500)])
def test_first_batches_may_be_left_out(n_images: int, batch_size: int) -> None:
    order = np.random.default_rng(2).permutation(n_images)
    loader = numbered_loader(n_images, batch_size)
    every = copied(loader, order)

    for first_batch in (0, 1, len(every) - 1, len(every)):
        rest = copied(loader, order, first_batch)

        assert [n for n, _ in rest] == [n for n, _ in every[first_batch:]]
        for (_, pieces), (_, expected) in zip(rest, every[first_batch:], strict=True):
            for piece, expected_piece in zip(pieces, expected, strict=True):
                np.testing.assert_array_equal(piece[0], expected_piece[0])
                np.testing.assert_array_equal(piece[1], expected_piece[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pixels_are_scaled_and_left_as_they_are(dtype: type) -> None:
    images = np.array([[[0, 51]], [[102, 255]], [[255, 0]]], np.uint8)
    images.setflags(write=False)
    loader = BatchLoader(images, np.array([1, 0, 1], np.uint8), 2, 2, 2, np.dtype(dtype))

    (_, [(first, first_targets)]), (_, [(second, second_targets)]) = copied(loader, np.array([2, 0, 1]))

    assert first.dtype == first_targets.dtype == dtype
    np.testing.assert_array_equal(first, np.array([[1, 0], [0, 0.2]], dtype))
    np.testing.assert_array_equal(second, np.array([[0.4, 1]], dtype))
    np.testing.assert_array_equal(first_targets, [[0, 1], [0, 1]])
    np.testing.assert_array_equal(second_targets, [[1, 0]])


def test_images_of_bytes_are_the_same_as_their_values() -> None:
    rng = np.random.default_rng(3)
    images = rng.integers(0, 256, (50, 4, 3), dtype=np.uint8)
    labels = rng.integers(0, 3, 50)
    order = rng.permutation(50)
    loaders = [
        BatchLoader(data, labels, 12, 3, 8, np.dtype(np.float32))
        for data in (images, (images / np.float32(255)).astype(np.float32))
    ]

    for (_, [(from_bytes, _)]), (_, [(from_values, _)]) in zip(*(copied(each, order) for each in loaders), strict=True):
        np.testing.assert_array_equal(from_bytes, from_values)


def test_memory_is_allocated_once() -> None:
    """The arrays of all batches are views of the same two buffers, which a full batch does not make any longer."""
    loader = numbered_loader(9000, 9000)
    order = np.arange(9000)

    views = [inputs for _ in range(2) for _, pieces in loader.epoch(order) for inputs, _ in pieces]

    assert all(np.shares_memory(view, views[0]) for view in views)
    assert views[0].base is not None
    assert len(views[0].base) == FULL_PIECE

"""Mini-batches: images and labels gathered into the arrays a training step takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray, IntArray, as_inputs, scale_pixels
from nnapp.engine.augmentation import AUGMENTATIONS, Augmentation, Augmenter

__all__ = ["BatchLoader"]

_GATHERED_IMAGES = 1024
"""Images gathered at a time: enough that gathering costs little, few enough to stay in the cache."""

_PIECE_IMAGES = 4096
"""Largest part of a batch that is computed at once, so that a full batch needs no full-size buffers."""

Piece = tuple[FloatArray, FloatArray]


class BatchLoader:
    """Yields the batches of an epoch from buffers that are allocated once.

    Parameters
    ----------
    images : array (n_images, …)
        Pixels as bytes, or values 0…1; neither copied nor changed.
    labels : array (n_images,) of int
        Class of each image, 0…n_outputs − 1.
    n_inputs, n_outputs : int
        Sizes of the network.
    batch_size : int
        Images per batch, from 1 to n_images.
    dtype : numpy dtype
        Precision of the network.
    augmentation : Augmentation, optional
        How images are changed, each time they are used.
    label_smoothing : float
        Share of each target that is spread evenly over all classes, 0 ≤ label_smoothing < 1.

    Raises
    ------
    SettingError
        If images are to be augmented that have no rows and columns.
    """

    def __init__(
        self,
        images: NDArray[Any],
        labels: IntArray,
        n_inputs: int,
        n_outputs: int,
        batch_size: int,
        dtype: np.dtype[Any],
        augmentation: Augmentation = AUGMENTATIONS["none"],
        label_smoothing: float = 0.0,
    ) -> None:
        self.batch_size = batch_size
        self._augmenter = Augmenter(augmentation, images.shape[1:]) if augmentation.is_on else None
        self._rows = images.reshape(len(images), -1) if images.dtype == np.uint8 else as_inputs(images, n_inputs, dtype)
        self._labels = labels
        smoothed = (1 - label_smoothing) * np.eye(n_outputs) + label_smoothing / n_outputs
        self._targets_of_class = smoothed.astype(dtype)
        self._piece_size = min(batch_size, _PIECE_IMAGES)
        n_gathered = self._piece_size * max(1, _GATHERED_IMAGES // self._piece_size)
        self._inputs = np.empty((n_gathered, n_inputs), dtype)
        # Images as they are, before they are scaled or changed; others are gathered straight into the inputs.
        n_unchanged = n_gathered if self._rows.dtype == np.uint8 or augmentation.is_on else 0
        self._pixels = np.empty((n_unchanged, n_inputs), self._rows.dtype)
        self._targets = np.empty((n_gathered, n_outputs), dtype)

    def n_batches(self, n_images: int) -> int:
        """Return the number of batches that `n_images` make; the last may be short."""
        return -(-n_images // self.batch_size)

    def epoch(
        self, order: IntArray, first_batch: int = 0, rng_of: Callable[[int], np.random.Generator] | None = None
    ) -> Iterator[tuple[int, Iterator[Piece]]]:
        """Yield each batch of an epoch as its size and its pieces.

        Parameters
        ----------
        order : array (n,) of int
            Indices of the images of the epoch, in the order they are used.
        first_batch : int
            Batches to leave out at the beginning.
        rng_of : callable (int) -> numpy.random.Generator
            For augmentation: the source of chance of the piece of this number, counted from the epoch's beginning.

        Yields
        ------
        n_images : int
        pieces : iterator of (inputs (n, n_inputs), targets (n, n_outputs))
            One piece unless the batch is very large. The arrays are overwritten later: use each
            piece before asking for the next, and all of them before the next batch.
        """
        n_pieces_of_batch = -(-self.batch_size // self._piece_size)
        rngs = None if rng_of is None else map(rng_of, count(first_batch * n_pieces_of_batch))
        pieces = self._pieces(order[first_batch * self.batch_size :], rngs)
        for start in range(first_batch * self.batch_size, len(order), self.batch_size):
            n_images = min(self.batch_size, len(order) - start)
            n_pieces = -(-n_images // self._piece_size)
            yield n_images, (next(pieces) for _ in range(n_pieces))

    def _pieces(self, order: IntArray, rngs: Iterator[np.random.Generator] | None) -> Iterator[Piece]:
        """Yield the images of `order` cut into batches, and large batches into pieces."""
        n_gathered = len(self._inputs)
        stride = max(self.batch_size, n_gathered)
        for start in range(0, len(order), stride):
            group = order[start : start + stride]
            for offset in range(0, len(group), n_gathered):
                yield from self._gather(group[offset : offset + n_gathered], rngs)

    def _gather(self, indices: IntArray, rngs: Iterator[np.random.Generator] | None) -> Iterator[Piece]:
        """Copy the images at `indices` into the buffers and yield them piece by piece."""
        n_images = len(indices)
        inputs, targets = self._inputs[:n_images], self._targets[:n_images]
        # mode="clip" lets NumPy write straight into `out`; no index is out of range.
        pixels = self._pixels[:n_images] if len(self._pixels) else inputs
        np.take(self._rows, indices, axis=0, out=pixels, mode="clip")
        if self._augmenter is None and pixels is not inputs:
            scale_pixels(pixels, inputs)
        np.take(self._targets_of_class, self._labels[indices], axis=0, out=targets, mode="clip")
        for start in range(0, n_images, self._piece_size):
            stop = start + self._piece_size
            if self._augmenter is not None:
                assert rngs is not None  # else the inputs would be those of an earlier piece
                self._augmenter.apply(pixels[start:stop], next(rngs), inputs[start:stop])
            yield inputs[start:stop], targets[start:stop]

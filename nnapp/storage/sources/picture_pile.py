"""Gather pictures of whatever size in one array.

As long as all pictures are of one size, of at most `MAX_KEPT_SIDE` pixels, they are kept as they are. Once one is not,
all are brought to `COMMON_SHAPE`: whole and in proportion, in the middle of their own background, by the mean of the
area that each pixel covers.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.resampling import resample
from nnapp.storage.dataset import MAX_PIXEL_BYTES
from nnapp.storage.load_progress import LoadProgress, ProgressMeter

__all__ = ["COMMON_SHAPE", "MAX_KEPT_SIDE", "PicturePile", "is_light"]

COMMON_SHAPE = (28, 28)
"""Height and width to which pictures of different sizes are brought: those of MNIST."""

MAX_KEPT_SIDE = 128
"""The largest side of pictures that are kept as they are; a network has a weight for each pixel and neuron."""

_MOST_LOOKED_AT = 5000


class PicturePile:
    """Pictures that are added one by one.

    Parameters
    ----------
    n_pictures : int
        The most that will be added; memory is set aside for as many once the first one tells their size.

    Attributes
    ----------
    is_reduced : bool
        Whether the pictures were brought to `COMMON_SHAPE`.
    """

    def __init__(self, n_pictures: int) -> None:
        self.is_reduced = False
        self._n_pictures = n_pictures
        self._images: NDArray[np.uint8] = np.empty((0, 0, 0), np.uint8)
        self._n_added = 0

    def __len__(self) -> int:
        return self._n_added

    @property
    def images(self) -> NDArray[np.uint8]:
        """What was added, a view (n_images, height, width)."""
        return self._images[: self._n_added]

    def adding(self, grey: NDArray[np.float32]) -> Generator[LoadProgress, None, None]:
        """Add a picture, yielding how far it has come while all earlier ones have to be reduced for it.

        Parameters
        ----------
        grey : (height, width) float32
            Brightness 0…1.
        """
        if not self.is_reduced and not self._fits(grey):
            yield from self._reducing()
        if self.is_reduced:
            grey = _reduced(grey)
        elif not self._n_added:
            self._images = np.empty((self._n_pictures, *grey.shape), np.uint8)
        self._images[self._n_added] = np.rint(grey * 255)
        self._n_added += 1

    def _fits(self, grey: NDArray[np.float32]) -> bool:
        if self._n_added:
            return grey.shape == self._images.shape[1:]
        return max(grey.shape) <= MAX_KEPT_SIDE and grey.size * self._n_pictures <= MAX_PIXEL_BYTES

    def _reducing(self) -> Generator[LoadProgress, None, None]:
        reduced = np.empty((self._n_pictures, *COMMON_SHAPE), np.uint8)
        meter = ProgressMeter("Bringing images to one size", self._n_added, "images")
        for number, image in enumerate(self.images):
            if meter.is_due:
                yield meter.at(number)
            reduced[number] = np.rint(_reduced(image / np.float32(255)) * 255)
        self._images, self.is_reduced = reduced, True


def is_light(images: NDArray[np.uint8]) -> bool:
    """Return whether most of many images have a border that is more white than black.

    Parameters
    ----------
    images : array (n_images, height, width) of uint8
        Some thousand of them, evenly spread, are looked at.
    """
    spread = images[:: max(1, len(images) // _MOST_LOOKED_AT)]
    return bool(np.median(np.median(_border(spread), axis=1)) > 127)


def _reduced(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a picture in proportion in the middle of `COMMON_SHAPE`, on the brightness of its border."""
    height, width = COMMON_SHAPE
    background = np.float32(np.median(_border(grey[np.newaxis])))
    scale = max(grey.shape[0] / height, grey.shape[1] / width)
    origin = ((grey.shape[0] - height * scale) / 2, (grey.shape[1] - width * scale) / 2)
    # What lies outside of a picture counts as 0, so that 0 is made to mean its background.
    laid: NDArray[np.float32] = resample(grey - background, COMMON_SHAPE, origin, scale) + background
    return np.clip(laid, 0, 1)


def _border(images: NDArray[Any]) -> NDArray[Any]:
    """Return the outermost pixels of each image, shape (n_images, n_border)."""
    return np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)

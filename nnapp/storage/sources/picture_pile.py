"""Gather pictures of whatever size in one array.

As long as all pictures are of one size, of at most `MAX_KEPT_SIDE` pixels, they are kept as they are. Once one is not,
all are brought to `COMMON_SHAPE`: whole and in proportion, in the middle of their own background, by the mean of the
area that each pixel covers.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.picture_fitting import as_bytes, border_of, fit_picture
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
        pixels = as_bytes(grey)
        if self.is_reduced:
            pixels = fit_picture(pixels, COMMON_SHAPE)
        elif not self._n_added:
            self._images = np.empty((self._n_pictures, *pixels.shape), np.uint8)
        self._images[self._n_added] = pixels
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
            reduced[number] = fit_picture(image, COMMON_SHAPE)
        self._images, self.is_reduced = reduced, True


def is_light(images: NDArray[np.uint8]) -> bool:
    """Return whether most of many images have a border that is more white than black.

    Parameters
    ----------
    images : array (n_images, height, width) of uint8
        Some thousand of them, evenly spread, are looked at.
    """
    spread = images[:: max(1, len(images) // _MOST_LOOKED_AT)]
    return bool(np.median(np.median(border_of(spread), axis=1)) > 127)

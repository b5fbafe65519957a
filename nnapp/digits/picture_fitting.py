"""Bring whole pictures to one size as a data set of pictures is read: nothing is cut out, nothing is taken for ink.

The same functions read the pictures a network learns from and those it is asked about later, so that both give it the
same pixels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.normalization import DISCRETIZATIONS
from nnapp.digits.resampling import resample

__all__ = ["AS_READ", "AS_READ_INVERTED", "PICTURE_MODES", "as_bytes", "border_of", "fit_picture"]

AS_READ = "as-read"
"""The mode of networks that learnt pictures as `fit_picture` brings them to their size."""

AS_READ_INVERTED = "as-read-inverted"
"""The same with dark and bright exchanged, as for a data set of pictures with a light background."""

PICTURE_MODES = (*DISCRETIZATIONS, AS_READ, AS_READ_INVERTED)
"""All ways in which a picture becomes an image of a network."""


def as_bytes(grey: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return brightness 0…1 as bytes 0…255, a new array."""
    return np.rint(grey * 255).astype(np.uint8)


def fit_picture(pixels: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a picture in proportion in the middle of a grid, on the brightness of its border.

    Parameters
    ----------
    pixels : array (height, width)
        Brightness 0…255.
    shape : (height, width)
        Of the grid. A pixel of it is the mean of the area of the picture that it covers.

    Returns
    -------
    array of `shape`
        The picture itself if it has that size already.
    """
    if pixels.shape == shape:
        return pixels
    grey = pixels / np.float32(255)
    background = np.float32(np.median(border_of(grey[np.newaxis])))
    scale = max(drawn / cells for drawn, cells in zip(grey.shape, shape, strict=True))
    origin = ((grey.shape[0] - shape[0] * scale) / 2, (grey.shape[1] - shape[1] * scale) / 2)
    # What lies outside of a picture counts as 0, so that 0 is made to mean its background.
    laid: NDArray[np.float32] = resample(grey - background, shape, origin, scale) + background
    return as_bytes(np.clip(laid, 0, 1))


def border_of(images: NDArray[Any]) -> NDArray[Any]:
    """Return the outermost pixels of each image, shape (n_images, n_border)."""
    return np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)

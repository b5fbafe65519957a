"""Tell images that were brought to their grid as MNIST's digits were from others, such as clothes that fill it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.normalization import ink_box

__all__ = ["are_like_mnist"]

_MOST_LOOKED_AT = 300
_MOST_PIXELS = 1 << 22
_BOX_SIDE = 20 / 28
_BOX_TOLERANCE = 1.5 / 28
_CENTRE = 14.5 / 28
_CENTRE_TOLERANCE = 1 / 28


def are_like_mnist(images: NDArray[np.uint8]) -> bool:
    """Return whether most of many images are fitted into the middle 20/28 of their grid, by their centre of mass.

    The rules are those of `nnapp.digits.normalization`, with room for rounding: by their medians, the longer side of
    what is inked is 20 ± 1.5 of 28 pixels, and the centre of mass within a pixel of the middle of pixel (14, 14).

    Parameters
    ----------
    images : array (n_images, height, width)
        0 background … 255 ink. Some hundred of them, evenly spread, are measured; those without ink tell nothing.
    """
    n_looked_at = min(_MOST_LOOKED_AT, max(1, _MOST_PIXELS // images[0].size))
    spread = images[:: max(1, len(images) // n_looked_at)]
    measured = [_box_and_centre(image / np.float32(255)) for image in spread if image.any()]
    if not measured:
        return False
    side, down, across = np.median(measured, axis=0)
    return bool(
        abs(side - _BOX_SIDE) <= _BOX_TOLERANCE
        and abs(down - _CENTRE) <= _CENTRE_TOLERANCE
        and abs(across - _CENTRE) <= _CENTRE_TOLERANCE
    )


def _box_and_centre(ink: NDArray[np.float32]) -> tuple[float, float, float]:
    """Return the longer side of the inked box and the two coordinates of the centre of mass, as shares of the grid."""
    top, left, bottom, right = ink_box(ink)
    height, width = ink.shape
    total = float(ink.sum(dtype=np.float64))
    down = float(ink.sum(axis=1, dtype=np.float64) @ (np.arange(height) + 0.5)) / total
    across = float(ink.sum(axis=0, dtype=np.float64) @ (np.arange(width) + 0.5)) / total
    return max((bottom - top) / height, (right - left) / width), down / height, across / width

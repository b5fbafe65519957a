"""Turn arrays of numbers into images of bytes, whatever their layout and range.

==================================  ===========================================================
shape                               taken for
==================================  ===========================================================
(n, height, width)                  grey images
(n, side²)                          grey images that are square, row by row
(n, height, width, 1) or (n, 1, …)  grey images
(n, height, width, 3) or (n, 3, …)  colour images, turned to grey
==================================  ===========================================================

Values are 0…1 or 0…255, told by the largest of all images: no picture of bytes is so dark that it has only
0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import DataError
from nnapp.storage.dataset import MAX_IMAGE_SIDE
from nnapp.storage.load_progress import LoadProgress, ProgressMeter

__all__ = ["as_images", "check_image_shape"]

_PIECE_VALUES = 1 << 22
_DARK = 64
_CHANNELS = (1, 3)

# Luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, in 65536ths as Pillow has it.
_LUMA = np.array((19595, 38470, 7471), np.uint32)


def as_images(
    arrays: Sequence[NDArray[Any]], location: str
) -> Generator[LoadProgress, None, tuple[list[NDArray[np.uint8]], tuple[str, ...]]]:
    """Convert the training images, and the test images if there are any, in the same way.

    Parameters
    ----------
    arrays : sequence of arrays
        Of numbers or truth values.
    location : str
        Where they come from, for the messages.

    Returns
    -------
    images : list of NDArray of uint8, shape (n_images, height, width)
        New arrays.
    warnings : tuple of str
        What was done that a person might not expect.

    Raises
    ------
    DataError
        If shape, type or range are no images'.
    """
    grids = [_as_grid(array, location) for array in arrays]
    lowest, highest = math.inf, -math.inf
    for low, high in map(_range_of, arrays):
        if not (math.isfinite(low) and math.isfinite(high)):
            raise DataError(f"The pixels in {location} must be finite numbers; got {low:g} to {high:g}.")
        lowest, highest = min(lowest, low), max(highest, high)
    if lowest < 0 or highest > 255:
        raise DataError(f"The pixels in {location} must be 0…1 or 0…255; got {lowest:g} to {highest:g}.")
    factor = 255.0 if highest <= 1 else 1.0
    warnings = []
    if grids[0].ndim == 4 and grids[0].shape[-1] == 3:
        warnings.append(f"The images in {location} are in colour and were turned to grey.")
    if 1 < highest < _DARK:
        warnings.append(f"The images in {location} are dark: the brightest pixel is {highest:g} of 255.")
    if highest <= 1 and arrays[0].dtype.kind in "iu":
        warnings.append(f"The pixels in {location} are only 0 and 1, which were taken for background and full ink.")
    images: list[NDArray[np.uint8]] = []
    for grid in grids:
        images += [(yield from _converting(grid, factor))]
    return images, tuple(warnings)


def check_image_shape(shape: tuple[int, ...], location: str) -> None:
    """Refuse an array of images that are larger than any may be, told by its shape before it is read.

    Raises
    ------
    DataError
        If a side has more than `MAX_IMAGE_SIDE` pixels. Shapes that are no images' are left to `as_images`.
    """
    sides: tuple[int, ...]
    if len(shape) == 2:
        side = math.isqrt(shape[1])
        sides = (side, side) if side * side == shape[1] else ()
    elif len(shape) == 4 and shape[3] not in _CHANNELS:
        sides = shape[2:]
    else:
        sides = shape[1:3]
    if max(sides, default=0) > MAX_IMAGE_SIDE:
        raise DataError(
            f"The images in {location} must be at most {MAX_IMAGE_SIDE:,} × {MAX_IMAGE_SIDE:,} pixels; "
            f"got {' × '.join(map(str, sides))}."
        )


def _as_grid(array: NDArray[Any], location: str) -> NDArray[Any]:
    """Return a view (n, height, width), or (n, height, width, 3) in colour."""
    subject = f"The images in {location}"
    if array.dtype.kind not in "buif":
        raise DataError(f"{subject} must be numbers; got type {array.dtype}.")
    if array.ndim == 2:
        side = math.isqrt(array.shape[1])
        if side * side != array.shape[1]:
            raise DataError(
                f"{subject} must be square where they are single rows of pixels; got rows of {array.shape[1]:,}."
            )
        return array.reshape(len(array), side, side)
    if array.ndim == 3:
        return array
    if array.ndim == 4 and array.shape[3] not in _CHANNELS and array.shape[1] in _CHANNELS:
        array = np.moveaxis(array, 1, 3)
    if array.ndim != 4 or array.shape[3] not in _CHANNELS:
        shape = " × ".join(map(str, array.shape))
        raise DataError(
            f"{subject} must have the shape (images, height, width), (images, pixels) or, in colour, "
            f"(images, height, width, 3); got {shape}."
        )
    return array[..., 0] if array.shape[3] == 1 else array


def _range_of(array: NDArray[Any]) -> tuple[float, float]:
    return float(array.min()), float(array.max())


def _converting(grid: NDArray[Any], factor: float) -> Generator[LoadProgress, None, NDArray[np.uint8]]:
    images = np.empty(grid.shape[:3], np.uint8)
    piece = max(1, _PIECE_VALUES // math.prod(grid.shape[1:]))
    meter = ProgressMeter("Converting images", len(grid), "images")
    for start in range(0, len(grid), piece):
        values = grid[start : start + piece]
        if values.dtype != np.uint8 or factor != 1:
            values = np.rint(values * factor).astype(np.uint8)
        if values.ndim == 4:
            values = ((values @ _LUMA + 0x8000) >> 16).astype(np.uint8)
        images[start : start + piece] = values
        if meter.is_due:
            yield meter.at(start + len(values))
    return images

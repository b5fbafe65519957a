"""The array types of the engine, and how pictures become the numbers a network takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import NetworkError

__all__ = ["PIXEL_MAXIMUM", "FloatArray", "IntArray", "as_inputs", "scale_pixels"]

FloatArray = NDArray[np.floating[Any]]
"""float32 wherever speed matters, float64 where gradients are checked."""

IntArray = NDArray[np.integer[Any]]

PIXEL_MAXIMUM = 255.0
"""The byte that stands for full ink; inputs are pixel / PIXEL_MAXIMUM, so 0…1."""


def scale_pixels(pixels: NDArray[np.uint8], out: FloatArray) -> None:
    """Write `pixels` ÷ 255 into `out`, an array of the same shape."""
    np.divide(pixels, out.dtype.type(PIXEL_MAXIMUM), out=out)


def as_inputs(images: NDArray[Any], n_inputs: int, dtype: np.dtype[Any] | type = np.float32) -> FloatArray:
    """Return `images` as the rows a network takes.

    Parameters
    ----------
    images : array (n_images, …)
        Any number of trailing axes. Bytes (uint8) are pixels and are scaled to 0…1; every other
        type is taken as it is.
    n_inputs : int
        Number of values the network expects per image.
    dtype : numpy dtype
        float32 or float64.

    Returns
    -------
    array (n_images, n_inputs)
        A view of `images` where type and layout allow, else a copy.

    Raises
    ------
    NetworkError
        If an image does not have `n_inputs` values, or there is no axis of images.
    """
    images = np.asarray(images)
    if images.ndim < 2:
        raise NetworkError(
            f"Images must be an array (number of images, {n_inputs}), also where there is only one; "
            f"got the shape {images.shape}."
        )
    n_values = int(np.prod(images.shape[1:], dtype=np.int64))
    if n_values != n_inputs:
        shape = "×".join(str(length) for length in images.shape[1:])
        found = shape if images.ndim == 2 else f"{shape} = {n_values}"
        raise NetworkError(f"Images must have {n_inputs} values each, one per input of the network; got {found}.")
    rows = images.reshape(len(images), n_inputs)
    if rows.dtype == np.uint8:
        scaled = np.empty(rows.shape, dtype)
        scale_pixels(rows, scaled)
        return scaled
    return np.ascontiguousarray(rows, dtype)

"""Bring ink to the grid a network reads, as it was drawn or as MNIST's makers would have done it.

MNIST's digits were fitted into 20×20 pixels keeping their aspect ratio, anti-aliased, and placed in 28×28 by their
centre of mass (Y. LeCun, C. Cortes, C. J. C. Burges, http://yann.lecun.com/exdb/mnist/). A network that learned them
recognises a drawing far better when the same is done to it. Measured on the 60,000 training images:

- the longer side of what is inked is 20 pixels in all but a handful;
- the centre of mass lies, evenly spread, within half a pixel of the *middle of pixel (14, 14)*, which is half a pixel
  right of and below the middle of the grid: it was put there by a whole number of pixels. Here it is put exactly
  there, into the middle of what the network has seen;
- how thick strokes are: see `nnapp.digits.stroke_thickness`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnapp.digits.resampling import resample
from nnapp.digits.stroke_thickness import normalize_thickness
from nnapp.errors import DataError

__all__ = ["DISCRETIZATIONS", "FAINTEST_INK", "MNIST_SHAPE", "as_drawn", "ink_box", "like_mnist"]

MNIST_SHAPE = (28, 28)

FAINTEST_INK = 0.05
"""Ink that is nowhere stronger counts as nothing drawn."""

_BOX_SHARE = 20 / 28
_CENTRE_SHARE = 14.5 / 28

# Strokes are made thicker or thinner on a picture of this size, 8 pixels for each of MNIST's 20.
_WORKING_SIDE = 160


def like_mnist(ink: ArrayLike, shape: tuple[int, int] = MNIST_SHAPE) -> NDArray[np.float32]:
    """Return a drawing as MNIST's makers would have brought it to the grid, strokes about as thick as MNIST's.

    The result depends neither on where nor on how large the drawing is, and little on the pen.

    Parameters
    ----------
    ink : (any height, any width) float
        0 = paper, 1 = full ink; values beyond are taken as the nearest of the two. Outside is paper.
    shape : (height, width)
        The grid. MNIST's proportions are kept at other sizes: the box is 20/28 of either side.

    Returns
    -------
    (height, width) float32
        A new array, 0…1.

    Raises
    ------
    DataError
        If nothing is drawn, or `ink` is not a two-dimensional array of finite numbers.
    """
    clean = _checked(ink, shape)
    box = [_BOX_SHARE * side for side in shape]
    working = normalize_thickness(_cut_out(clean, max(_WORKING_SIDE, round(2 * max(box)))))
    top, left, bottom, right = ink_box(working)
    pixel_size = max((bottom - top) / box[0], (right - left) / box[1])
    total = working.sum(dtype=np.float64)
    origin = []
    for axis, (low, high) in enumerate(((top, bottom), (left, right))):
        profile = working.sum(axis=1 - axis, dtype=np.float64)
        centre_of_mass = profile @ (np.arange(profile.size) + 0.5) / total
        start = centre_of_mass - _CENTRE_SHARE * shape[axis] * pixel_size
        # Nothing is cut off by the grid's edge, even where all the mass is at one end.
        origin.append(float(np.clip(start, high - shape[axis] * pixel_size, low)))
    return np.asarray(np.clip(resample(working, shape, (origin[0], origin[1]), pixel_size), 0, 1))


def as_drawn(ink: ArrayLike, shape: tuple[int, int] = MNIST_SHAPE) -> NDArray[np.float32]:
    """Return the whole picture area-averaged to the grid, padded evenly with paper to the grid's proportions.

    Parameters and errors are those of `like_mnist`.

    Returns
    -------
    (height, width) float32
        A new array, 0…1; a picture of exactly this shape comes back as it is.
    """
    clean = _checked(ink, shape)
    pixel_size = max(clean.shape[0] / shape[0], clean.shape[1] / shape[1])
    origin = tuple((drawn - cells * pixel_size) / 2 for drawn, cells in zip(clean.shape, shape, strict=True))
    return np.asarray(np.clip(resample(clean, shape, (origin[0], origin[1]), pixel_size), 0, 1))


DISCRETIZATIONS: dict[str, Callable[[ArrayLike, tuple[int, int]], NDArray[np.float32]]] = {
    "like-mnist": like_mnist,
    "as-drawn": as_drawn,
}
"""The ways to bring ink to a grid, by the names that people choose them by."""


def ink_box(ink: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """Return what the ink covers as (top, left, bottom, right), the last two exclusive.

    Ink counts from half the level it typically has, Σ ink² / Σ ink, so that a faint drawing is not missed and the
    soft edge of a strong one does not make it larger.

    Parameters
    ----------
    ink : (height, width) float32
        0 = paper … 1 = ink, with some ink.
    """
    inked = ink >= _typical_level(ink) / 2
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _typical_level(ink: NDArray[np.float32]) -> float:
    return float((ink * ink).sum(dtype=np.float64) / ink.sum(dtype=np.float64))


def _cut_out(ink: NDArray[np.float32], longer_side: int) -> NDArray[np.float32]:
    """Return what is drawn, filling an array whose longer side is given, with full ink at 1.

    Averaging a line thinner than a pixel leaves it faint; dividing by the typical level makes it ink again.
    """
    top, left, bottom, right = ink_box(ink)
    pixel_size = max(bottom - top, right - left) / longer_side
    shape = max(1, round((bottom - top) / pixel_size)), max(1, round((right - left) / pixel_size))
    cut = resample(ink, shape, (top, left), pixel_size)
    return np.asarray(np.clip(cut / _typical_level(cut), 0, 1))


def _checked(ink: ArrayLike, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return `ink` as float32 in 0…1, or refuse it."""
    values = np.asarray(ink)
    if len(shape) != 2 or min(shape) < 1:
        raise DataError(f"The grid must have at least one row and one column; got {shape}.")
    if values.ndim != 2:
        raise DataError(f"Ink must be an array of height × width; got {values.ndim} dimensions.")
    if not np.isfinite(values).all():
        raise DataError("Ink must be finite numbers; got infinity or not-a-number.")
    clean = np.asarray(np.clip(values, 0, 1), dtype=np.float32)
    if clean.max(initial=0) < FAINTEST_INK:
        raise DataError("Nothing is drawn: there is no ink to recognise.")
    return clean

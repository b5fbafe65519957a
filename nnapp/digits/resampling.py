"""Resample a picture by area averaging, at any scale and any sub-pixel offset.

Shrinking gives every output pixel the mean of the rectangle it covers, which is exact and free of aliasing;
enlarging averages the straight-line interpolation between the input's pixel centres instead, because the mean over
a rectangle smaller than a pixel would only repeat that pixel. Both are separable: first the columns, then the rows.
That is done by sums and not by products of matrices, which would be handed to threads: on a busy machine, waking them
takes far longer than the work, while a person draws. Coordinates are distances from the top left *corner* of the
picture in pixels: the centre of its first pixel is at (0.5, 0.5).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["resample", "shrink"]


def resample(
    picture: NDArray[np.float32], shape: tuple[int, int], origin: tuple[float, float], pixel_size: float
) -> NDArray[np.float32]:
    """Return the part of `picture` that a grid laid over it covers, one mean per cell.

    Parameters
    ----------
    picture : (height, width) float32
        What lies outside of it counts as 0.
    shape : (n_rows, n_columns)
        Size of the grid.
    origin : (y, x)
        The grid's top left corner in the coordinates of `picture`; may lie outside.
    pixel_size : float
        Side of one square cell of the grid, in pixels of `picture`, above 0.

    Returns
    -------
    (n_rows, n_columns) float32
        A new array. No value lies outside the range of `picture` and 0 by more than rounding.
    """
    integrate = _integrate_steps if pixel_size >= 1 else _integrate_slopes
    sums = picture
    for start, n_cells in zip(origin, shape, strict=True):
        edges = start + pixel_size * np.arange(n_cells + 1, dtype=np.float64)
        sums = integrate(sums, edges).T  # turned twice, rows are rows again
    return np.asarray(sums / pixel_size**2, dtype=np.float32, order="C")


def shrink(picture: NDArray[np.float32], longer_side: int) -> NDArray[np.float32]:
    """Return the whole picture area-averaged to a longer side of at most `longer_side` pixels.

    Unlike `resample` this is fast for millions of pixels, but knows neither offsets nor enlarging.

    Parameters
    ----------
    picture : (height, width) float32
    longer_side : int

    Returns
    -------
    (new height, new width) float32
        `picture` itself if it is small enough.
    """
    height, width = picture.shape
    scale = max(height, width) / longer_side
    if scale <= 1:
        return picture
    size = max(1, round(width / scale)), max(1, round(height / scale))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX))


def _integrate_steps(picture: NDArray[np.float32], edges: NDArray[np.float64]) -> NDArray[np.float32]:
    """Integrate each column, constant within a pixel, from each edge to the next one, at least a pixel away.

    Returns
    -------
    (n_edges - 1, width) float32
    """
    inside = np.clip(edges, 0, len(picture))
    pixel = np.minimum(inside.astype(np.intp), len(picture) - 1)
    before_edge = (inside - pixel)[:, np.newaxis].astype(np.float32) * picture[pixel]
    whole = np.add.reduceat(picture[: pixel[-1] + 1], pixel, axis=0)[:-1]
    whole[pixel[1:] == pixel[:-1]] = 0  # beyond the picture; there, the sum would not be that of no pixels, but of one
    return np.asarray(whole + np.diff(before_edge, axis=0))


def _integrate_slopes(picture: NDArray[np.float32], edges: NDArray[np.float64]) -> NDArray[np.float32]:
    """Integrate each column, straight from each pixel's centre to the next, from each edge to the next one.

    Returns
    -------
    (n_edges - 1, width) float32
    """
    first = min(max(math.floor(edges[0]) - 1, 0), len(picture))
    last = min(max(math.ceil(edges[-1]) + 1, first), len(picture))
    # The line from the outermost pixel goes to the centre of one of paper.
    rows = np.zeros((last - first + 2, picture.shape[1]), dtype=np.float32)
    rows[1:-1] = picture[first:last]
    rise = np.diff(rows, axis=0, append=0)
    to_next = rows + rise / 2
    up_to_centre = np.cumsum(to_next, axis=0) - to_next
    inside = np.clip(edges - first + 0.5, 0, len(rows) - 1)
    pixel = inside.astype(np.intp)
    way = (inside - pixel)[:, np.newaxis].astype(np.float32)
    return np.asarray(np.diff(up_to_centre[pixel] + way * (rows[pixel] + way / 2 * rise[pixel]), axis=0))

"""Resample a picture by area averaging, at any scale and any sub-pixel offset.

Shrinking gives every output pixel the mean of the rectangle it covers, which is exact and free of aliasing;
enlarging averages the straight-line interpolation between the input's pixel centres instead, because the mean over
a rectangle smaller than a pixel would only repeat that pixel. Both are separable, so a picture is resampled by
one small matrix on either side of it. Coordinates are distances from the top left *corner* of the picture in
pixels: the centre of its first pixel is at (0.5, 0.5).
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
    reach = 0 if pixel_size >= 1 else 1
    spans = [
        _touched(start - reach, start + n_cells * pixel_size + reach, n_pixels)
        for start, n_cells, n_pixels in zip(origin, shape, picture.shape, strict=True)
    ]
    rows, columns = (
        _weights(n_cells, span, start, pixel_size) for n_cells, span, start in zip(shape, spans, origin, strict=True)
    )
    covered = picture[slice(*spans[0]), slice(*spans[1])]
    return np.asarray(rows @ covered @ columns.T, dtype=np.float32)


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


def _touched(low: float, high: float, n_pixels: int) -> tuple[int, int]:
    """Return the range of the pixels that lie between two coordinates: the others need no arithmetic."""
    first = min(max(math.floor(low), 0), n_pixels)
    return first, min(max(math.ceil(high), first), n_pixels)


def _weights(n_cells: int, span: tuple[int, int], start: float, pixel_size: float) -> NDArray[np.float32]:
    """Return how much each pixel of `span` counts in each cell's mean, as (n_cells, n_pixels).

    A pixel's influence along the axis is a box one pixel wide (shrinking) or a triangle two pixels wide
    (enlarging), both of area 1; a cell's share of it is the difference of its integral at the cell's two ends.
    """
    integral = _box_integral if pixel_size >= 1 else _triangle_integral
    cell_edges: NDArray[np.float64] = start + pixel_size * np.arange(n_cells + 1, dtype=np.float64)
    up_to_edge = integral(cell_edges[:, np.newaxis] - np.arange(*span, dtype=np.float64))
    return np.asarray(np.diff(up_to_edge, axis=0) / pixel_size, dtype=np.float32)


def _box_integral(offset: NDArray[np.float64]) -> NDArray[np.float64]:
    """Integrate a box that is 1 from 0 to 1, from minus infinity to `offset`."""
    return np.clip(offset, 0, 1)


def _triangle_integral(offset: NDArray[np.float64]) -> NDArray[np.float64]:
    """Integrate a triangle that rises from −½ to its peak of 1 at ½ and falls to 1½, up to `offset`."""
    rise = np.clip(offset + 0.5, 0, 1)
    fall = np.clip(1.5 - offset, 0, 1)
    return (rise**2 - fall**2 + 1) / 2

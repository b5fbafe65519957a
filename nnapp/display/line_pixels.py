"""Which pixels straight lines cover, and how much of each: anti-aliased lines, many at a time."""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray, IntArray

__all__ = ["line_pixels"]


def line_pixels(
    starts: IntArray, ends: IntArray, widths: FloatArray, picture_width: int
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]]:
    """Find the pixels that lines cover.

    A pixel is covered wholly up to half the width less half a pixel from the axis of the line, not at all from
    half the width and half a pixel on, and evenly less between.

    Parameters
    ----------
    starts, ends : array (n_lines, 2)
        x and y of the two ends, which must be apart, and further inside the picture than the line is wide.
    widths : array (n_lines,)
        In pixels, at least 1.
    picture_width : int
        Pixels in a row of the picture.

    Returns
    -------
    pixels : array (n_pixels,)
        Indices into the picture, row by row. Where lines cross, a pixel comes once for each of them.
    coverages : array (n_pixels,)
        Greater than 0, up to 1.
    lines : array (n_pixels,)
        The line that each pixel belongs to.
    """
    if not len(starts):
        return np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int32)
    # A line is walked along the axis on which it is longer, always towards larger coordinates.
    rows = np.arange(len(starts))
    spans = ends - starts
    is_steep = np.abs(spans[:, 1]) > np.abs(spans[:, 0])
    walked, crossed = is_steep.astype(np.intp), (~is_steep).astype(np.intp)
    firsts = np.where((spans[rows, walked] < 0)[:, None], ends, starts)
    n_steps = np.abs(spans[rows, walked]) + 1
    slopes = spans[rows, crossed] / spans[rows, walked]
    cosines = 1 / np.sqrt(1 + slopes * slopes)
    half_widths = widths / 2 + 0.5

    lines = np.repeat(rows.astype(np.int32), n_steps)
    steps = np.arange(len(lines), dtype=np.int32) - (np.cumsum(n_steps) - n_steps).astype(np.int32)[lines]
    axes = slopes.astype(np.float32)[lines] * steps
    lowest = np.ceil(axes - (half_widths / cosines).astype(np.float32)[lines])
    n_across = ceil(2 * float((half_widths / cosines).max()))
    across = lowest + np.arange(n_across, dtype=np.float32)[:, None]
    distances = np.abs(across - axes) * cosines.astype(np.float32)[lines]
    coverages = half_widths.astype(np.float32)[lines] - distances
    strides = np.where(is_steep, picture_width, 1), np.where(is_steep, 1, picture_width)
    on_axis = (firsts @ (1, picture_width)).astype(np.int32)[lines] + steps * strides[0].astype(np.int32)[lines]
    pixels = across.astype(np.int32) * strides[1].astype(np.int32)[lines] + on_axis
    is_covered = coverages > 0
    lines_across = np.broadcast_to(lines, coverages.shape)
    return pixels[is_covered], np.minimum(coverages[is_covered], 1), lines_across[is_covered]

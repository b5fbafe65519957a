"""An image pixel by pixel: where each one is shown, and the picture of them all with quiet lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from nnapp.display.palettes import Palette, rgb

__all__ = ["PixelLayout", "fit_pixels", "ink_colors", "ink_ramp", "pixel_picture"]

_LEAST_PX_FOR_LINES = 6
_ROUNDING = 1e-6
_LINE_SHARE = 4
"""A line has one part of the line's colour to so many of the pixel's, less one."""


@dataclass(frozen=True)
class PixelLayout:
    """Where the pixels of an image are on the screen: all alike to within one pixel of the screen.

    Attributes
    ----------
    n_rows, n_columns : int
        Of the image.
    width, height : int
        Of the picture on the screen, at least one for each pixel of the image.
    """

    n_rows: int
    n_columns: int
    width: int
    height: int

    def place_at(self, x: int, y: int) -> tuple[int, int]:
        """Return row and column at a point of the picture; beyond its edges they go on as if it did."""
        return ((y + 1) * self.n_rows - 1) // self.height, ((x + 1) * self.n_columns - 1) // self.width

    def has_place(self, row: int, column: int) -> bool:
        """Return whether the image has such a pixel."""
        return 0 <= row < self.n_rows and 0 <= column < self.n_columns

    def pixel_box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a pixel in the picture; right and bottom are outside of it."""
        top, bottom = (edge * self.height // self.n_rows for edge in (row, row + 1))
        left, right = (edge * self.width // self.n_columns for edge in (column, column + 1))
        return left, top, right, bottom


def fit_pixels(shape: tuple[int, int], width: int, height: int) -> PixelLayout:
    """Return the largest picture of square pixels that fits into a place, or the smallest if none does.

    Parameters
    ----------
    shape : (n_rows, n_columns)
        Of the image.
    width, height : int
        Of the place.
    """
    n_rows, n_columns = shape
    side = max(min(width / n_columns, height / n_rows), 1.0)
    # Rounded up, a picture fits into its own size as it is.
    return PixelLayout(n_rows, n_columns, ceil(n_columns * side - _ROUNDING), ceil(n_rows * side - _ROUNDING))


def ink_ramp(palette: Palette) -> NDArray[np.uint8]:
    """Return the colours from paper to ink, (256, 3) uint8."""
    paper, ink = np.array(rgb(palette.canvas)), np.array(rgb(palette.text))
    ramp: NDArray[np.uint8] = np.rint(paper + np.linspace(0, 1, 256)[:, np.newaxis] * (ink - paper)).astype(np.uint8)
    return ramp


def ink_colors(values: NDArray[np.float32], ramp: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the colours of an image.

    Parameters
    ----------
    values : (n_rows, n_columns) float
        0 = paper … 1 = ink.
    ramp : (256, 3) uint8
        Of `ink_ramp`.

    Returns
    -------
    (n_rows, n_columns, 3) uint8
    """
    steps = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return ramp[steps]


def pixel_picture(colors: NDArray[np.uint8], layout: PixelLayout, line_color: str) -> NDArray[np.uint8]:
    """Return the picture of an image, with lines between its pixels if they are large enough.

    Parameters
    ----------
    colors : (n_rows, n_columns, 3) uint8
    layout : PixelLayout
    line_color : str
        What the lines' colour tends to; it is mixed with the pixel's, so that they stay quiet on every colour.

    Returns
    -------
    (height, width, 3) uint8
    """
    columns = _pixels_along(layout.width, layout.n_columns)
    rows = _pixels_along(layout.height, layout.n_rows)
    wide = colors.take(columns, axis=1)
    if min(layout.width // layout.n_columns, layout.height // layout.n_rows) < _LEAST_PX_FOR_LINES:
        return wide.take(rows, axis=0)
    mixed = colors.astype(np.uint16) * (_LINE_SHARE - 1) + np.array(rgb(line_color), dtype=np.uint16)
    lines = (mixed // _LINE_SHARE).astype(np.uint8).take(columns, axis=1)
    # The last line of the screen in each pixel but the last one, which the picture's edge ends.
    last_columns, last_rows = (np.flatnonzero(np.diff(places)) for places in (columns, rows))
    wide[:, last_columns] = lines[:, last_columns]
    sources = rows.copy()
    sources[last_rows] += layout.n_rows
    picture: NDArray[np.uint8] = np.concatenate([wide, lines]).take(sources, axis=0)
    return picture


def _pixels_along(length: int, n_pixels: int) -> NDArray[np.int64]:
    """Return which pixel each of `length` places of the screen belongs to."""
    places: NDArray[np.int64] = ((np.arange(length, dtype=np.int64) + 1) * n_pixels - 1) // length
    return places

"""The colours of a confusion matrix: one picture of its cells, and the text colour that reads best on each.

The diagonal is green by the share of a class that was recognised, every other cell red by the share of the
class that was taken for another one. A trained network makes one mistake in a hundred, so the errors are
on a logarithmic scale: each tenfold is equally much redder, and a single image out of a thousand is still
visible. An empty cell has the colour of the background.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.display.palettes import Palette, rgb

__all__ = ["cell_colors", "confusion_picture", "row_shares", "text_colors"]

_FAINTEST = 0.2
"""Strength of the colour of a cell that holds next to nothing."""

_SHARE_DECADES = 3
"""Tenfolds of the error scale: a thousandth of a class and less is faintest, all of it strongest."""

_SMALLEST_LINED_CELL_PX = 8
"""Below this size lines between the cells would hide more than they part."""

_EQUAL_CONTRAST_LUMINANCE = (1.05 * 0.05) ** 0.5 - 0.05
"""Relative luminance on which black and white text have the same contrast, 4.58 : 1 (WCAG 2.1)."""


def row_shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each cell's share of its row, 0…1; 0 in a row without images.

    Parameters
    ----------
    counts : array (n_classes, n_classes)
        Rows actual, columns predicted.
    """
    totals = counts.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = counts / np.maximum(totals, 1)
    return shares


def cell_colors(counts: NDArray[np.int64], palette: Palette) -> NDArray[np.uint8]:
    """Return the colour of each cell.

    Parameters
    ----------
    counts : array (n_classes, n_classes)
        Rows actual, columns predicted.
    palette : Palette
        Its `canvas` is the colour of an empty cell, `positive` of a class always recognised and
        `negative` of a class always taken for one other.

    Returns
    -------
    array (n_classes, n_classes, 3)
        Red, green, blue.
    """
    shares = row_shares(counts)
    is_right = np.eye(len(counts), dtype=bool)
    logarithms = np.log10(np.maximum(shares, 10.0**-_SHARE_DECADES))
    strengths = np.where(is_right, shares, 1 + logarithms / _SHARE_DECADES)
    strengths = np.where(counts > 0, _FAINTEST + (1 - _FAINTEST) * strengths, 0)[..., np.newaxis]
    empty = np.array(rgb(palette.canvas))
    full = np.where(is_right[..., np.newaxis], rgb(palette.positive), rgb(palette.negative))
    colors: NDArray[np.float64] = empty + strengths * (full - empty)
    return np.rint(colors).astype(np.uint8)


def text_colors(colors: NDArray[np.uint8]) -> NDArray[np.str_]:
    """Return ``"#000000"`` or ``"#ffffff"``, whichever has the higher contrast with each background.

    Parameters
    ----------
    colors : array (…, 3)
        Red, green, blue.

    Returns
    -------
    array (…)
        The contrast is at least 4.58 : 1 (WCAG 2.1 asks for 4.5 : 1).
    """
    channels = colors / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminances = linear @ (0.2126, 0.7152, 0.0722)
    return np.where(luminances > _EQUAL_CONTRAST_LUMINANCE, "#000000", "#ffffff")


def confusion_picture(colors: NDArray[np.uint8], cell_px: int, line_color: str) -> NDArray[np.uint8]:
    """Return the picture of all cells, with a line of one pixel between them where there is room.

    Parameters
    ----------
    colors : array (n_classes, n_classes, 3)
        From `cell_colors`.
    cell_px : int
        Side of a cell, at least 1.
    line_color : str
        ``"#rrggbb"``.

    Returns
    -------
    array (n_classes * cell_px, n_classes * cell_px, 3)
    """
    picture = colors.repeat(cell_px, axis=0).repeat(cell_px, axis=1)
    if cell_px >= _SMALLEST_LINED_CELL_PX:
        # The line belongs to the lower right edge of a cell, so that cells start at multiples of cell_px.
        picture[cell_px - 1 : -1 : cell_px] = rgb(line_color)
        picture[:, cell_px - 1 : -1 : cell_px] = rgb(line_color)
    return picture

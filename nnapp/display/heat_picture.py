"""The picture of a heat map: one colour for each cell, lines between them, and hatching where nothing is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.display.heat_layout import HeatLayout
from nnapp.display.palettes import Palette, rgb

__all__ = ["heat_picture"]

_HATCH_PX = 8
"""From one line of the hatching to the next."""

_SMALLEST_LINED_CELL_PX = 8
"""Below this size lines between the cells would hide more than they part."""


def heat_picture(
    colors: NDArray[np.uint8], is_known: NDArray[np.bool_], layout: HeatLayout, palette: Palette
) -> NDArray[np.uint8]:
    """Return the picture of all cells.

    Parameters
    ----------
    colors : array (n_rows, n_columns, 3)
        From `heat_colors`.
    is_known : array (n_rows, n_columns)
        Where a cell has a colour; the others are hatched, in the palette's own colours.
    layout : HeatLayout
    palette : Palette

    Returns
    -------
    array (n_rows * cell_height, n_columns * cell_width, 3)
    """
    rows = np.arange(layout.height) // layout.cell_height
    columns = np.arange(layout.width) // layout.cell_width
    picture = colors[rows[:, None], columns[None, :]]
    is_line = (np.arange(layout.height)[:, None] + np.arange(layout.width)[None, :]) % _HATCH_PX == 0
    is_hatched = ~is_known[rows[:, None], columns[None, :]]
    picture[is_hatched] = rgb(palette.canvas)
    picture[is_hatched & is_line] = rgb(palette.field_border)
    if min(layout.cell_height, layout.cell_width) >= _SMALLEST_LINED_CELL_PX:
        picture[:: layout.cell_height] = rgb(palette.background)
        picture[:, :: layout.cell_width] = rgb(palette.background)
    return picture

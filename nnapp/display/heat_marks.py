"""Everything written in and around a heat map, as a list of texts with their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from nnapp.display.confusion_labels import TextMark
from nnapp.display.confusion_picture import text_colors
from nnapp.display.heat_layout import HeatLayout
from nnapp.display.palettes import Palette
from nnapp.display.text_fitting import TextMeasure

__all__ = ["heat_cell_marks", "heat_edge_marks"]

_CELL_PADDING_PX = 6


def heat_cell_marks(
    layout: HeatLayout,
    scores: NDArray[np.float64],
    colors: NDArray[np.uint8],
    writers: Sequence[Callable[[float], str]],
    text_px: int,
    measure: TextMeasure,
) -> list[TextMark]:
    """Return the scores in the cells that have one; none at all if one of them would not fit.

    Parameters
    ----------
    layout : HeatLayout
    scores : array (n_rows, n_columns)
        NaN where there is none.
    colors : array (n_rows, n_columns, 3)
        What the numbers are written on.
    writers : sequence of callable (float) -> str
        Ways to write a score, the most exact first.
    text_px : int
    measure : TextMeasure
    """
    cells = [(int(row), int(column)) for row, column in np.argwhere(np.isfinite(scores))]
    if layout.cell_height < text_px + _CELL_PADDING_PX // 2:
        return []
    ink = text_colors(colors)
    for write in writers:
        texts = [write(float(scores[cell])) for cell in cells]
        if all(measure(text, text_px) + _CELL_PADDING_PX <= layout.cell_width for text in texts):
            return [
                TextMark(text, *_middle(layout.cell_box(*cell)), text_px, str(ink[cell]))
                for cell, text in zip(cells, texts, strict=True)
            ]
    return []


def heat_edge_marks(
    layout: HeatLayout, row_title: str, column_title: str, text_px: int, palette: Palette
) -> list[TextMark]:
    """Return the values along the edges and the names of both parameters."""
    gap = max(round(text_px / 3), 2)
    marks = []
    for row in range(0, layout.n_rows, layout.row_step):
        left, top, _, bottom = layout.cell_box(row, 0)
        name = layout.row_names[row]
        marks.append(TextMark(name, left - gap, (top + bottom) / 2, text_px, palette.text, "e", name=f"row {row}"))
    lower = layout.top + layout.height + gap
    for column in range(0, layout.n_columns, layout.column_step):
        left, _, right, _ = layout.cell_box(0, column)
        name, x = layout.column_names[column], (left + right) / 2
        if layout.columns_upright:
            mark = TextMark(name, x, lower, text_px, palette.text, "e", True, f"column {column}")
        else:
            mark = TextMark(name, x, lower + 0.65 * text_px, text_px, palette.text, name=f"column {column}")
        marks.append(mark)
    middle_x, middle_y = layout.left + layout.width / 2, layout.top + layout.height / 2
    marks.append(TextMark(column_title, middle_x, layout.title_bottom, text_px, palette.muted_text))
    if row_title:
        marks.append(TextMark(row_title, layout.title_left, middle_y, text_px, palette.muted_text, is_upright=True))
    return marks


def _middle(box: tuple[int, int, int, int]) -> tuple[float, float]:
    left, top, right, bottom = box
    return (left + right) / 2, (top + bottom) / 2

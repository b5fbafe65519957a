"""Where everything of a heat map goes: a grid of cells as large as the space allows, and the values along its edges.

The values give way where there is little room: those of the columns are turned upright, both are shortened with "…",
and at last only every second or third is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from nnapp.display.text_fitting import TextMeasure, elide

__all__ = ["HeatLayout", "arrange_heat"]

_LINE_HEIGHT = 1.3
_LARGEST_PART_FOR_NAMES = 0.3
"""The part of the width, and of the height, that the values may take."""

_MOST_LINES = 8
"""A cell is at most so many lines of text high and twice as wide, so that few cells do not become walls."""


@dataclass(frozen=True)
class HeatLayout:
    """The geometry of a heat map; all lengths are whole pixels.

    Attributes
    ----------
    n_rows, n_columns : int
    left, top : int
        Corner of the first cell.
    cell_width, cell_height : int
    row_names, column_names : tuple of str
        Shortened to fit.
    columns_upright : bool
        Whether the values of the columns run from bottom to top.
    row_step, column_step : int
        Only every so-many-th value is written.
    title_left, title_bottom : int
        Middle of the upright title of the rows, from the left, and of the title of the columns, from the top.
    """

    n_rows: int
    n_columns: int
    left: int
    top: int
    cell_width: int
    cell_height: int
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    columns_upright: bool
    row_step: int
    column_step: int
    title_left: int
    title_bottom: int

    @property
    def width(self) -> int:
        """Width of all cells."""
        return self.n_columns * self.cell_width

    @property
    def height(self) -> int:
        """Height of all cells."""
        return self.n_rows * self.cell_height

    def cell_box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a cell; right and bottom belong to the next one."""
        left, top = self.left + column * self.cell_width, self.top + row * self.cell_height
        return left, top, left + self.cell_width, top + self.cell_height

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return row and column of the cell at a place, None beside the cells."""
        row, column = int((y - self.top) // self.cell_height), int((x - self.left) // self.cell_width)
        return (row, column) if 0 <= row < self.n_rows and 0 <= column < self.n_columns else None


def arrange_heat(
    size: tuple[int, int],
    row_names: Sequence[str],
    column_names: Sequence[str],
    text_px: int,
    measure: TextMeasure,
) -> HeatLayout:
    """Lay a heat map out in the middle of a space.

    Parameters
    ----------
    size : (int, int)
        Width and height of the space. One too small for a pixel per cell is overflowed.
    row_names, column_names : sequence of str
        What is written beside each row and under each column, at least one of both.
    text_px : int
        Size of the font.
    measure : TextMeasure
    """
    width, height = size
    gap, line = max(round(text_px / 3), 2), round(_LINE_HEIGHT * text_px)
    rows = tuple(elide(name, _LARGEST_PART_FOR_NAMES * width, text_px, measure) for name in row_names)
    left_margin = line + gap + ceil(max(measure(name, text_px) for name in rows)) + gap
    cell_width = _side(width - left_margin - gap, len(column_names), 2 * _MOST_LINES * line)
    longest = max(measure(name, text_px) for name in column_names)
    is_upright = longest + gap > cell_width and longest > line
    room = _LARGEST_PART_FOR_NAMES * height if is_upright else longest
    columns = tuple(elide(name, room, text_px, measure) for name in column_names)
    names_height = ceil(max(measure(name, text_px) for name in columns)) if is_upright else line
    bottom_margin = gap + names_height + gap + line
    cell_height = _side(height - gap - bottom_margin, len(row_names), _MOST_LINES * line)
    used_width = left_margin + cell_width * len(column_names) + gap
    used_height = gap + cell_height * len(row_names) + bottom_margin
    left, top = max((width - used_width) // 2, 0), max((height - used_height) // 2, 0)
    return HeatLayout(
        n_rows=len(row_names),
        n_columns=len(column_names),
        left=left + left_margin,
        top=top + gap,
        cell_width=cell_width,
        cell_height=cell_height,
        row_names=rows,
        column_names=columns,
        columns_upright=is_upright,
        row_step=ceil(line / cell_height),
        column_step=ceil(line / cell_width) if is_upright else 1,
        title_left=left + line // 2,
        title_bottom=top + used_height - line // 2,
    )


def _side(room: int, n_cells: int, most: int) -> int:
    return max(1, min(room // n_cells, most))

"""Where everything of a confusion matrix goes: a square of cells as large as the space allows, and its edges.

The names of the classes give way step by step when there is little room: they become smaller, stand upright
over the columns, are shortened with "…", and at last only every second or third is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from nnapp.display.text_fitting import TextMeasure, fit_names

__all__ = ["LINE_HEIGHT", "SMALLEST_TEXT_PX", "ConfusionLayout", "arrange"]

SMALLEST_TEXT_PX = 8
LINE_HEIGHT = 1.3
"""Height of a line of text as a multiple of its font's size."""

_WIDEST_SHARE = "99.9"
_LARGEST_PART_FOR_NAMES = 0.2
"""The part of the width, and of the height, that names may take."""


@dataclass(frozen=True)
class ConfusionLayout:
    """The geometry of a confusion matrix; all lengths are whole pixels.

    Attributes
    ----------
    n_classes : int
    left, top : int
        Corner of the first cell.
    cell : int
        Side of a cell.
    text_px, label_px : int
        Sizes of the fonts of the axes' titles, and of the names and shares along the edges.
    row_names, column_names : tuple of str
        Shortened to fit.
    names_upright : bool
        Whether the columns' names run from bottom to top.
    name_step : int
        Only every so-many-th class has its name written.
    shows_shares : bool
        Whether there is room for recall and precision.
    shares_upright : bool
        Whether the columns' precisions run from bottom to top.
    left_margin, top_margin, right_margin, bottom_margin : int
        Between the cells and the end of what is written beside them.
    """

    n_classes: int
    left: int
    top: int
    cell: int
    text_px: int
    label_px: int
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    names_upright: bool
    name_step: int
    shows_shares: bool
    shares_upright: bool
    left_margin: int
    top_margin: int
    right_margin: int
    bottom_margin: int

    @property
    def size(self) -> int:
        """Side of the square of cells."""
        return self.n_classes * self.cell

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the matrix with all that is written beside it."""
        right = self.left + self.size + self.right_margin
        bottom = self.top + self.size + self.bottom_margin
        return self.left - self.left_margin, self.top - self.top_margin, right, bottom

    def row_at(self, y: float) -> int | None:
        """Return the actual class at a height, or None above and below the cells."""
        return self._class_at(y - self.top)

    def column_at(self, x: float) -> int | None:
        """Return the predicted class at a horizontal place, or None beside the cells."""
        return self._class_at(x - self.left)

    def cell_box(self, actual: int, predicted: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a cell; right and bottom belong to the next one."""
        left = self.left + predicted * self.cell
        top = self.top + actual * self.cell
        return left, top, left + self.cell, top + self.cell

    def _class_at(self, distance: float) -> int | None:
        found = int(distance // self.cell)
        return found if 0 <= found < self.n_classes else None


@dataclass(frozen=True)
class _Edges:
    """How the edges are written at one size of font, and the cells that leaves room for."""

    label_px: int
    cell: int
    names_upright: bool
    shows_shares: bool
    shares_upright: bool
    margins: tuple[int, int, int, int]
    longest_row_name: float
    longest_column_name: float


def arrange(width: int, height: int, class_names: Sequence[str], text_px: int, measure: TextMeasure) -> ConfusionLayout:
    """Lay a confusion matrix out in the middle of a space.

    Parameters
    ----------
    width, height : int
        The space. One too small for a pixel per class is overflowed.
    class_names : sequence of str
        One per class, at least one.
    text_px : int
        Size of the font where there is room for it.
    measure : TextMeasure
    """
    edges = _largest_edges(width, height, class_names, text_px, measure)
    left_margin, top_margin, right_margin, bottom_margin = edges.margins
    size = edges.cell * len(class_names)
    return ConfusionLayout(
        n_classes=len(class_names),
        left=max((width - left_margin - size - right_margin) // 2, 0) + left_margin,
        top=max((height - top_margin - size - bottom_margin) // 2, 0) + top_margin,
        cell=edges.cell,
        text_px=text_px,
        label_px=edges.label_px,
        row_names=fit_names(class_names, edges.longest_row_name, edges.label_px, measure),
        column_names=fit_names(class_names, edges.longest_column_name, edges.label_px, measure),
        names_upright=edges.names_upright,
        name_step=ceil(LINE_HEIGHT * edges.label_px / edges.cell) if edges.cell < edges.label_px else 1,
        shows_shares=edges.shows_shares,
        shares_upright=edges.shares_upright,
        left_margin=left_margin,
        top_margin=top_margin,
        right_margin=right_margin,
        bottom_margin=bottom_margin,
    )


def _largest_edges(width: int, height: int, class_names: Sequence[str], text_px: int, measure: TextMeasure) -> _Edges:
    """Return the edges with the largest font whose lines are not higher than a cell, else with the smallest."""
    names = fit_names(class_names, _LARGEST_PART_FOR_NAMES * max(width, height), text_px, measure)
    longest_name = max(measure(name, text_px) for name in names)
    smallest_px = min(SMALLEST_TEXT_PX, text_px)
    for label_px in range(text_px, smallest_px - 1, -1):
        longest = ceil(longest_name * label_px / text_px) + 1
        share_width = ceil(measure(_WIDEST_SHARE, label_px)) + 1
        edges = _edges(width, height, len(class_names), text_px, label_px, longest, share_width)
        if edges.cell >= label_px:
            return edges
    return _edges(width, height, len(class_names), text_px, smallest_px, longest, None)


def _edges(
    width: int, height: int, n_classes: int, text_px: int, label_px: int, longest_name: int, share_width: int | None
) -> _Edges:
    """Return the edges at one size of font; without shares if `share_width` is None."""
    gap = max(round(text_px / 3), 2)
    title, line = round(LINE_HEIGHT * text_px), round(LINE_HEIGHT * label_px)
    longest_row_name = min(longest_name, _LARGEST_PART_FOR_NAMES * width)
    left = title + round(longest_row_name) + 2 * gap
    right = 0 if share_width is None else 2 * gap + share_width + title

    def cell_between(top: int, bottom: int) -> int:
        return max(min(width - left - right, height - top - bottom) // n_classes, 1)

    level_top = title + line + gap
    level_bottom = 0 if share_width is None else gap + line + title
    cell = cell_between(level_top, level_bottom)
    names_upright = longest_name + gap > cell and longest_name > line
    longest_column_name = min(longest_name, _LARGEST_PART_FOR_NAMES * height) if names_upright else longest_name
    top = title + round(longest_column_name) + 2 * gap if names_upright else level_top
    shares_upright = share_width is not None and share_width > cell
    bottom = 2 * gap + share_width + title if share_width is not None and shares_upright else level_bottom
    return _Edges(
        label_px=label_px,
        cell=cell_between(top, bottom),
        names_upright=names_upright,
        shows_shares=share_width is not None,
        shares_upright=shares_upright,
        margins=(left, top, right, bottom),
        longest_row_name=longest_row_name,
        longest_column_name=longest_column_name,
    )

"""Shows how active a neuron is for each class, on average, as columns."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence

from nnapp.gui.bar_columns import BarColumn, column_at, draw_bar_columns
from nnapp.gui.chart_canvas import ChartCanvas
from nnapp.gui.style import Style

__all__ = ["ClassMeansChart"]

_SIZE_UNITS = (72, 24)


class ClassMeansChart(ChartCanvas):
    """A column for each class. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        self._columns: tuple[BarColumn, ...] = ()
        self._sentences: tuple[str, ...] = ()
        super().__init__(parent, style, _SIZE_UNITS)

    def show_columns(self, columns: Sequence[BarColumn], sentences: Sequence[str]) -> None:
        """Show a column for each class, and say a sentence about the one under the pointer."""
        self._columns, self._sentences = tuple(columns), tuple(sentences)
        self._redraw()

    def read_numbers(self) -> list[str]:
        """Return the numbers that are written, "" for a column without one."""
        return [self._items.read_text(f"number {place}") for place in range(len(self._columns))]

    def bar_box(self, place: int) -> tuple[float, ...] | None:
        """Return left, top, right and bottom of a bar; None if there is none."""
        return self._items.read_box(f"bar {place}")

    def _draw(self) -> None:
        with self._items.drawing():
            box = (0, 0, self.winfo_width(), self.winfo_height())
            draw_bar_columns(self._items, box, self._columns, self._style.palette, unit=self._style.px(1))

    def _tip(self, x: int, y: int) -> str | None:
        place = column_at(x, 0, self.winfo_width(), len(self._columns))
        return None if place is None else self._sentences[place]

"""Shows how active a neuron is for each class, on average, as columns."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence

from nnapp.gui.bar_columns import BarColumn, column_at, draw_bar_columns
from nnapp.gui.canvas_items import CanvasItems
from nnapp.gui.redraw_budget import PendingRedraw, RedrawBudget
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["ClassMeansChart"]

_SIZE_UNITS = (72, 24)
_TOOLTIP_DELAY_MS = 200


class ClassMeansChart(tk.Canvas):
    """A column for each class. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent, takefocus=False, borderwidth=0)
        self._style = style
        self._columns: tuple[BarColumn, ...] = ()
        self._sentences: tuple[str, ...] = ()
        self._items = CanvasItems(self)
        self._pending = PendingRedraw(self, self._draw, RedrawBudget(share=0.5, min_interval_s=0.0))
        Tooltip(self, style, self._tip, delay_ms=_TOOLTIP_DELAY_MS)
        self.bind("<Configure>", lambda event: self._pending.request(is_urgent=True))
        style.on_change(self, self._on_style_change)
        self._on_style_change()

    def show_columns(self, columns: Sequence[BarColumn], sentences: Sequence[str]) -> None:
        """Show a column for each class, and say a sentence about the one under the pointer."""
        self._columns, self._sentences = tuple(columns), tuple(sentences)
        self._pending.request(is_urgent=True)

    def read_numbers(self) -> list[str]:
        """Return the numbers that are written, "" for a column without one."""
        return [self._items.read_text(f"number {place}") for place in range(len(self._columns))]

    def bar_box(self, place: int) -> tuple[float, ...] | None:
        """Return left, top, right and bottom of a bar; None if there is none."""
        return self._items.read_box(f"bar {place}")

    def _on_style_change(self) -> None:
        width, height = (self._style.px(units) for units in _SIZE_UNITS)
        self.configure(width=width, height=height, background=self._style.palette.background, highlightthickness=0)
        self._items.forget_fonts()
        self._pending.request(is_urgent=True)

    def _draw(self) -> None:
        with self._items.drawing():
            box = (0, 0, self.winfo_width(), self.winfo_height())
            draw_bar_columns(self._items, box, self._columns, self._style.palette, unit=self._style.px(1))

    def _tip(self, x: int, _y: int) -> str | None:
        place = column_at(x, 0, self.winfo_width(), len(self._columns))
        return None if place is None else self._sentences[place]

"""A small chart of canvas items, drawn again when its size or the style changes, with a sentence under the pointer."""

from __future__ import annotations

import tkinter as tk
from abc import ABC, abstractmethod

from nnapp.gui.canvas_items import CanvasItems
from nnapp.gui.redraw_budget import PendingRedraw, RedrawBudget
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["ChartCanvas"]

_TOOLTIP_DELAY_MS = 200


class ChartCanvas(tk.Canvas, ABC):
    """What the charts have in common. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    size_units : (int, int)
        Width and height to ask for, in units of the style.
    """

    def __init__(self, parent: tk.Misc, style: Style, size_units: tuple[int, int]) -> None:
        super().__init__(parent, takefocus=False, borderwidth=0)
        self._style = style
        self._size_units = size_units
        self._items = CanvasItems(self)
        self._pending = PendingRedraw(self, self._draw, RedrawBudget(share=0.5, min_interval_s=0.0))
        Tooltip(self, style, self._tip, delay_ms=_TOOLTIP_DELAY_MS)
        self.bind("<Configure>", lambda event: self._redraw())
        style.on_change(self, self._on_style_change)
        self._on_style_change()

    def _redraw(self) -> None:
        """Have the chart drawn soon."""
        self._pending.request(is_urgent=True)

    @abstractmethod
    def _draw(self) -> None:
        """Draw the items."""

    @abstractmethod
    def _tip(self, x: int, y: int) -> str | None:
        """Return the sentence for a place, None if there is none."""

    def _on_style_change(self) -> None:
        width, height = (self._style.px(units) for units in self._size_units)
        self.configure(width=width, height=height, background=self._style.palette.background, highlightthickness=0)
        self._items.forget_fonts()
        self._redraw()

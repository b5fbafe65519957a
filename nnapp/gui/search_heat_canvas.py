"""Shows the heat map of a grid search: cells of one picture, their numbers, and a sentence under the pointer."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

import numpy as np
from PIL import Image

from nnapp.display.heat_colors import heat_colors
from nnapp.display.heat_layout import HeatLayout, arrange_heat
from nnapp.display.heat_marks import heat_cell_marks, heat_edge_marks
from nnapp.display.heat_picture import heat_picture
from nnapp.display.score_grid import Folding
from nnapp.display.search_heat import SearchHeat, cell_writers
from nnapp.display.search_wording import setting_name
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.mark_writer import MarkWriter
from nnapp.gui.redraw_budget import PendingRedraw, RedrawBudget
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["SearchHeatCanvas"]

_TOOLTIP_DELAY_MS = 60
_SIZE_UNITS = (60, 50)
_STEPS = {"Up": (-1, 0), "Down": (1, 0), "Left": (0, -1), "Right": (0, 1)}


class SearchHeatCanvas(tk.Canvas):
    """A heat map as large as its widget; a click on a cell, or Return, picks its configurations. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_pick : callable (tuple of int)
        Gets the numbers of the configurations of the cell.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_pick: Callable[[tuple[int, ...]], None]) -> None:
        width, height = (style.px(units) for units in _SIZE_UNITS)
        super().__init__(parent, width=width, height=height, takefocus=True, borderwidth=0)
        self._style = style
        self._on_pick = on_pick
        self._heat: SearchHeat | None = None
        self._folding: Folding = "mean"
        self._sentence = ""
        self._layout: HeatLayout | None = None
        self._selected = (0, 0)
        self._picture = CanvasPicture(self)
        self._writer = MarkWriter(self)
        self._sentence_item = self.create_text(0, 0, justify="center", font="nnapp-body")
        self._best_items = [self.create_rectangle(0, 0, 0, 0, state="hidden") for _ in range(2)]
        self._focus_items = [self.create_rectangle(0, 0, 0, 0, state="hidden") for _ in range(2)]
        self._pending = PendingRedraw(self, self._draw, RedrawBudget(share=0.2))
        self._tooltip = Tooltip(self, style, self._tip, delay_ms=_TOOLTIP_DELAY_MS)
        self._bind_events()
        style.on_change(self, self._apply_style)
        self._apply_style()

    def show_heat(self, heat: SearchHeat, folding: Folding) -> None:
        """Show scores; what is under the pointer is told as `folding` says."""
        if self._heat is None or heat.grid.scores.shape != self._heat.grid.scores.shape:
            self._selected = (0, 0)
        self._heat, self._folding = heat, folding
        self._pending.request(is_urgent=True)

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence in place of cells."""
        self._heat, self._sentence = None, sentence
        self._tooltip.hide()
        self._pending.request(is_urgent=True)

    def cell_box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a cell on this widget, all 0 while none is shown."""
        return self._layout.cell_box(row, column) if self._layout else (0, 0, 0, 0)

    def read_sentence(self) -> str:
        """Return the sentence that is shown in place of cells, "" if there are cells."""
        return "" if self._heat is not None else self._sentence

    def _bind_events(self) -> None:
        self.bind("<Configure>", lambda _: self._pending.request(is_urgent=True), add="+")
        self.bind("<Button-1>", self._on_click, add="+")
        for key in _STEPS:
            self.bind(f"<{key}>", self._on_arrow)
        for key in ("<Return>", "<KP_Enter>", "<space>"):
            self.bind(key, lambda _: self._pick(self._selected))
        self.bind("<Escape>", lambda _: self._tooltip.hide())
        self.bind("<FocusIn>", lambda _: self._draw_focus(), add="+")
        self.bind("<FocusOut>", lambda _: self._draw_focus(), add="+")

    def _apply_style(self) -> None:
        palette = self._style.palette
        self.configure(background=palette.background, highlightthickness=2)
        self.configure(highlightbackground=palette.background, highlightcolor=palette.focus)
        self._writer.read_font()
        self.itemconfigure(self._sentence_item, fill=palette.muted_text)
        width = max(self._style.px(0.5), 2)
        for items, color in ((self._best_items, palette.text), (self._focus_items, palette.focus)):
            self.itemconfigure(items[0], outline=palette.canvas, width=2 * width)
            self.itemconfigure(items[1], outline=color, width=width)
        self._pending.request(is_urgent=True)

    def _draw(self) -> None:
        width, height = self.winfo_width(), self.winfo_height()
        self._writer.clear()
        self._layout = None
        self.itemconfigure(self._sentence_item, text=self.read_sentence())
        self.itemconfigure(self._sentence_item, width=max(min(width - self._style.px(6), self._style.px(100)), 1))
        self.coords(self._sentence_item, width // 2, height // 2)
        if self._heat is None:
            self._picture.hide()
        else:
            self._draw_cells(self._heat, width, height)
        self._outline(self._best_items, None if self._heat is None else self._heat.grid.best)
        self._draw_focus()

    def _draw_cells(self, heat: SearchHeat, width: int, height: int) -> None:
        palette, measure, text_px = self._style.palette, self._writer.measure, self._writer.text_px
        margin = self._style.px(1)
        layout = arrange_heat((width - margin, height - margin), heat.row_texts, heat.column_texts, text_px, measure)
        scores = heat.grid.scores
        colors = heat_colors(scores, *(heat.grid.limits or (0.0, 1.0)))
        picture = heat_picture(colors, np.isfinite(scores), layout, palette)
        self._picture.show_image(Image.fromarray(picture), layout.left, layout.top)
        row_title = setting_name(heat.row_name) if heat.row_name else ""
        marks = heat_edge_marks(layout, row_title, setting_name(heat.column_name), text_px, palette)
        self._writer.write(
            [*marks, *heat_cell_marks(layout, scores, colors, cell_writers(heat.measure), text_px, measure)]
        )
        self._layout = layout

    def _draw_focus(self) -> None:
        # tkinter's focus_get fails while the focus is in an open menu, which Tk makes without it.
        has_focus = str(self.tk.call("focus")) == str(self)
        self._outline(self._focus_items, self._selected if has_focus else None)

    def _outline(self, items: list[int], cell: tuple[int, int] | None) -> None:
        """Draw the two rectangles around a cell, or hide them."""
        is_shown = cell is not None and self._layout is not None
        for item in items:
            if cell is not None and is_shown:
                left, top, right, bottom = self.cell_box(*cell)
                self.coords(item, left + 1, top + 1, right - 1, bottom - 1)
                self.tag_raise(item)
            self.itemconfigure(item, state="normal" if is_shown else "hidden")

    def _tip(self, x: int, y: int) -> str | None:
        cell = self._layout.cell_at(x, y) if self._layout else None
        return None if cell is None or self._heat is None else self._heat.cell_sentence(*cell, self._folding)

    def _on_click(self, event: tk.Event[tk.Misc]) -> None:
        self.focus_set()
        cell = self._layout.cell_at(event.x, event.y) if self._layout else None
        if cell is not None:
            self._selected = cell
            self._draw_focus()
            self._pick(cell)

    def _on_arrow(self, event: tk.Event[tk.Misc]) -> str:
        if self._layout is not None and self._heat is not None:
            (row, column), (down, across) = self._selected, _STEPS[event.keysym]
            row = min(max(row + down, 0), self._layout.n_rows - 1)
            self._selected = row, min(max(column + across, 0), self._layout.n_columns - 1)
            self._draw_focus()
            _, _, right, bottom = self.cell_box(*self._selected)
            self._tooltip.show_at(right, bottom, self._heat.cell_sentence(*self._selected, self._folding))
        return "break"

    def _pick(self, cell: tuple[int, int]) -> str:
        if self._heat is not None and self._layout is not None and cell in self._heat.numbers:
            self._on_pick(self._heat.numbers[cell])
        return "break"

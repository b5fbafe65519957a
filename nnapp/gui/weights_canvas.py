"""Shows the weights of one layer as one picture that scrolls and zooms, redrawn within a budget."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnapp.display.weight_sheet import (
    WeightSheet,
    color_limit,
    color_table,
    fit_matrix,
    fit_pictures,
    sheet_picture,
    zoomed_pictures,
)
from nnapp.engine.arrays import FloatArray
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.redraw_budget import PendingRedraw, RedrawBudget
from nnapp.gui.scroll_offset import ScrollOffset
from nnapp.gui.style import Style

__all__ = ["WeightsCanvas"]

_FOCUS_RING_PX = 2
_STEPS = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, -1), "Down": (0, 1)}
_LARGEST_ZOOM = 32
_CELLS_PER_STEP = 8  # of a matrix


class WeightsCanvas(tk.Canvas):
    """A sheet of weights. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_drawn : callable () -> None
        Called after every picture.
    on_point : callable (index) -> None
        Called with the index of the weight under the pointer, or None, when it changes.

    Attributes
    ----------
    across, down : ScrollOffset
        How far the sheet is scrolled.
    limit : float
        Absolute weight of the full colours.
    budget : RedrawBudget
        When the next picture is due.
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        *,
        on_drawn: Callable[[], None],
        on_point: Callable[[int | None], None],
    ) -> None:
        super().__init__(parent, width=style.px(60), height=style.px(30), takefocus=True)
        self._style = style
        self._on_drawn = on_drawn
        self._on_point = on_point
        self._weights: FloatArray | None = None
        self._n_tiles = 1
        self._tile_shape = (1, 1)
        self._zoom: int | None = None
        self._sheet: WeightSheet | None = None
        self._corner = (0, 0)
        self._indices_of: tuple[WeightSheet, tuple[int, int, int, int]] | None = None
        self._indices: NDArray[np.int64] = np.empty((0, 0), np.int64)
        self._pointed: int | None = None
        self._sentence = ""
        self.across, self.down = ScrollOffset(), ScrollOffset()
        self.limit = 1.0
        self.colors = color_table(style.palette)
        self.budget = RedrawBudget()
        self._picture = CanvasPicture(self)
        self._outline = self.create_rectangle(0, 0, 0, 0, state="hidden")
        self._sentence_item = self.create_text(0, 0, justify="center", font="nnapp-body")
        self._pending = PendingRedraw(self, self._redraw, self.budget)
        self._bind_events()
        self._apply_style()
        style.on_change(self, self._apply_style)

    def show_layer(self, weights: FloatArray, tile_shape: tuple[int, int]) -> None:
        """Show another layer, from its beginning and as large as it fits.

        Parameters
        ----------
        weights : array (n_weights,)
            Row by row; looked at whenever it is drawn.
        tile_shape : tuple of int
            Rows and columns of one picture.
        """
        self._weights = weights
        self._n_tiles, self._tile_shape = len(weights) // (tile_shape[0] * tile_shape[1]), tile_shape
        self._zoom = None
        self.across.move_to(0)
        self.down.move_to(0)
        self._go_to(None)
        self._pending.request(is_urgent=True)

    def show_weights(self, weights: FloatArray) -> None:
        """Show new weights of the same layer, as soon as the budget allows."""
        self._weights = weights
        self._pending.request()

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence in place of weights."""
        self._weights, self._sentence = None, sentence
        self._go_to(None)
        self._pending.request(is_urgent=True)

    def zoom_by(self, step: int) -> None:
        """Draw each weight `step` pixels larger, or smaller if it is negative; 0 makes the sheet fit again."""
        if self._sheet is not None:
            zoom = min(self._sheet.zoom) if self._zoom is None else self._zoom
            self._zoom = min(max(zoom + step, 1), _LARGEST_ZOOM) if step else None
            self._pending.request(is_urgent=True)

    def scroll(self, across: int, down: int) -> None:
        """Scroll by a number of tiles, or of weights of a matrix."""
        self.across.move_by(across)
        self.down.move_by(down)
        self._pending.request(is_urgent=True)

    def scroll_across(self, *arguments: str) -> None:
        """Do what the scrollbar below asks."""
        self.across.move_as_asked(*arguments)
        self._pending.request(is_urgent=True)

    def scroll_down(self, *arguments: str) -> None:
        """Do what the scrollbar beside asks."""
        self.down.move_as_asked(*arguments)
        self._pending.request(is_urgent=True)

    def weight_box(self, index: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom on the canvas of a weight; some of it may be out of sight."""
        assert self._sheet is not None, "nothing is drawn"
        x, y = self._corner[0] - self.across.px, self._corner[1] - self.down.px
        left, top, right, bottom = self._sheet.weight_box(index)
        return x + left, y + top, x + right, y + bottom

    def _bind_events(self) -> None:
        self.bind("<Configure>", lambda event: self._pending.request(is_urgent=True), add="+")
        self.bind("<Motion>", self._on_motion, add="+")
        self.bind("<Leave>", lambda event: self._go_to(None), add="+")
        self.bind("<Button-1>", lambda event: self.focus_set())
        for key, step in _STEPS.items():
            self.bind(f"<{key}>", partial(self._on_step, step))
        self.bind("<Prior>", lambda event: self.scroll_down("scroll", "-1", "pages"))
        self.bind("<Next>", lambda event: self.scroll_down("scroll", "1", "pages"))
        self.bind("<Home>", lambda event: self.scroll_down("moveto", "0"))
        self.bind("<End>", lambda event: self.scroll_down("moveto", "1"))
        for keys, change in ((("plus", "KP_Add"), 1), (("minus", "KP_Subtract"), -1), (("0", "KP_0"), 0)):
            for key in keys:
                self.bind(f"<Key-{key}>", partial(self._on_zoom, change))
        self.bind("<MouseWheel>", lambda event: self.scroll(0, -1 if event.delta > 0 else 1))
        self.bind("<Shift-MouseWheel>", lambda event: self.scroll(-1 if event.delta > 0 else 1, 0))
        self.bind("<Button-4>", lambda event: self.scroll(0, -1))
        self.bind("<Button-5>", lambda event: self.scroll(0, 1))

    def _on_step(self, step: tuple[int, int], _event: tk.Event[tk.Misc]) -> None:
        self.scroll(*step)

    def _on_zoom(self, change: int, _event: tk.Event[tk.Misc]) -> None:
        self.zoom_by(change)

    def _apply_style(self) -> None:
        palette = self._style.palette
        self.configure(background=palette.canvas, highlightthickness=_FOCUS_RING_PX)
        self.configure(highlightbackground=palette.canvas, highlightcolor=palette.focus)
        self.itemconfigure(self._sentence_item, fill=palette.muted_text)
        self.itemconfigure(self._outline, outline=palette.accent, width=max(2, self._style.px(0.5)))
        self.colors = color_table(palette)
        self._pending.request(is_urgent=True)

    def _redraw(self) -> None:
        margin = _FOCUS_RING_PX + self._style.px(1)
        width, height = self.winfo_width() - 2 * margin, self.winfo_height() - 2 * margin
        self.itemconfigure(self._sentence_item, text="" if self._weights is not None else self._sentence)
        if width < 1 or height < 1:
            return
        if self._weights is None:
            self.itemconfigure(self._sentence_item, width=min(width, self._style.px(100)))
            self.coords(self._sentence_item, self.winfo_width() // 2, self.winfo_height() // 2)
            self._sheet = None
            self._picture.hide()
        else:
            self._draw_sheet(self._weights, margin, width, height)
        self._on_drawn()

    def _draw_sheet(self, weights: FloatArray, margin: int, width: int, height: int) -> None:
        sheet = self._lay_out(width, height)
        is_matrix = sheet.n_tiles == 1
        units = (_CELLS_PER_STEP * sheet.zoom[0], _CELLS_PER_STEP * sheet.zoom[1]) if is_matrix else sheet.step_px
        self.across.show_lengths(sheet.width_px, width, units[1])
        self.down.show_lengths(sheet.height_px, height, units[0])
        window = (self.across.px, self.down.px, min(width, sheet.width_px), min(height, sheet.height_px))
        if self._indices_of != (sheet, window):
            self._indices, self._indices_of = sheet.indices(*window), (sheet, window)
        self.limit = color_limit(weights)
        picture = sheet_picture(weights, self._indices, self.limit, self.colors)
        self._sheet = sheet
        self._corner = (margin + max(0, width - sheet.width_px) // 2, margin)
        self._picture.show_image(Image.fromarray(picture), *self._corner)
        self._place_outline()

    def _lay_out(self, width: int, height: int) -> WeightSheet:
        """Return the sheet for the layer, the zoom and the room there is."""
        least_zoom = self._style.px(0.5)
        if self._n_tiles == 1:
            sheet = fit_matrix(self._tile_shape, (width, height), least_zoom=least_zoom)
            return sheet if self._zoom is None else replace(sheet, zoom=(self._zoom, self._zoom))
        gap_px = self._style.px(0.75)
        if self._zoom is not None:
            return zoomed_pictures(self._n_tiles, self._tile_shape, width, zoom=self._zoom, gap_px=gap_px)
        return fit_pictures(self._n_tiles, self._tile_shape, (width, height), least_zoom=least_zoom, gap_px=gap_px)

    def _on_motion(self, event: tk.Event[tk.Misc]) -> None:
        if self._sheet is not None:
            x, y = event.x - self._corner[0], event.y - self._corner[1]
            is_inside = x >= 0 and y >= 0 and y < self._indices.shape[0] and x < self._indices.shape[1]
            index = int(self._indices[y, x]) if is_inside else self._sheet.n_weights
            self._go_to(index if index < self._sheet.n_weights else None)

    def _go_to(self, index: int | None) -> None:
        if index != self._pointed:
            self._pointed = index
            self._place_outline()
            self._on_point(index)

    def _place_outline(self) -> None:
        """Outline the neuron under the pointer: its picture, or its weight in a matrix."""
        is_shown = self._pointed is not None and self._sheet is not None
        self.itemconfigure(self._outline, state="normal" if is_shown else "hidden")
        if self._pointed is None or self._sheet is None:
            return
        n_values = self._tile_shape[0] * self._tile_shape[1]
        is_matrix = self._n_tiles == 1
        first = self._pointed if is_matrix else self._pointed // n_values * n_values
        last = self._pointed if is_matrix else first + n_values - 1
        left, top, _, _ = self.weight_box(first)
        _, _, right, bottom = self.weight_box(last)
        self.coords(self._outline, left - 1, top - 1, right, bottom)

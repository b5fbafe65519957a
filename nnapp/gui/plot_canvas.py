"""Shows the picture of the graphs, redrawn within a budget; pointer and arrow keys go from epoch to epoch."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import font as tkfont
from typing import TYPE_CHECKING

import numpy as np

from nnapp.display.loss_history import CURVES, LossHistory
from nnapp.display.plot_look import PlotLook
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.plot_loader import PlotLoader
from nnapp.gui.redraw_budget import PendingRedraw, RedrawBudget
from nnapp.gui.style import Style

if TYPE_CHECKING:
    from nnapp.gui.loss_plot import LossPlot

__all__ = ["PlotCanvas"]

_LOADING = "The graphs are being loaded…"
_NO_MATPLOTLIB = "The graphs need matplotlib, which cannot be imported; everything else works without it."
_LOADING_DELAY_MS = 100
_FOCUS_RING_PX = 2


class PlotCanvas(tk.Canvas):
    """The plot of one run in front of earlier ones. Tk thread only.

    matplotlib is loaded in the background once the canvas is on the screen.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_read : callable () -> None
        Called when `read_index` or `floor` may have changed.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_read: Callable[[], None]) -> None:
        super().__init__(parent, width=style.px(60), height=style.px(30), takefocus=True)
        self._style = style
        self._on_read = on_read
        self._run: LossHistory | None = None
        self._earlier: Sequence[LossHistory] = ()
        self._log_epochs = False
        self._sentence = ""
        self._plot: LossPlot | None = None
        self._has_failed = False
        self._index: int | None = None
        self._picture = CanvasPicture(self)
        self._sentence_item = self.create_text(0, 0, justify="center", font="nnapp-body")
        self._hover_line = self.create_line(0, 0, 0, 0, state="hidden")
        self._hover_dots = [self.create_oval(0, 0, 0, 0, state="hidden") for _ in CURVES]
        self._pending = PendingRedraw(self, self._redraw, RedrawBudget())
        self._loader = PlotLoader(self, self._on_loaded, self._on_failed)
        self._loading_id: str | None = None
        self._bind_events()
        self._apply_style()
        style.on_change(self, self._apply_style)

    @property
    def is_ready(self) -> bool:
        """Whether matplotlib is loaded, so that curves are drawn."""
        return self._plot is not None

    @property
    def floor(self) -> float:
        """Lower end of the axis of values."""
        return 0.0 if self._plot is None else self._plot.values.low

    def read_index(self) -> int | None:
        """Return the index of the epoch that a person has gone to, None for none."""
        is_there = self._run is not None and self._index is not None and self._index < len(self._run)
        return self._index if is_there else None

    def show_runs(
        self,
        run: LossHistory | None,
        earlier: Sequence[LossHistory],
        *,
        log_epochs: bool,
        sentence: str,
        is_urgent: bool = True,
    ) -> None:
        """Show curves, which are looked at when they are drawn.

        Parameters
        ----------
        run, earlier, log_epochs
            As for `LossPlot.draw`.
        sentence : str
            Shown while no run has an epoch.
        is_urgent : bool
            Whether a person is waiting for it, or it is the last change for now.
        """
        if run is not self._run:
            self._index = None
        self._run, self._earlier = run, earlier
        self._log_epochs = log_epochs
        self._sentence = sentence
        self._pending.request(is_urgent=is_urgent)

    def point(self, index: int, field: str) -> tuple[int, int]:
        """Return where on the canvas an epoch of the present run is drawn on one of `CURVES`.

        Parameters
        ----------
        index : int
        field : str
            A `Curve.field` whose value is a number there.
        """
        assert self._plot is not None, "matplotlib is not loaded"
        assert self._run is not None, "there is no run"
        value = max(float(self._run.column(field)[index]), self._plot.values.low)
        x = self._plot.epochs.to_px(np.array(self._run.epochs[index]))
        y = self._plot.values.to_px(np.array(value))
        return round(float(x)) + _FOCUS_RING_PX, round(float(y)) + _FOCUS_RING_PX

    def _bind_events(self) -> None:
        self.bind("<Configure>", lambda event: self._pending.request(is_urgent=True), add="+")
        self.bind("<Map>", self._on_map, add="+")
        self.bind("<Destroy>", self._on_destroy, add="+")
        self.bind("<Motion>", lambda event: self._go_to_px(event.x), add="+")
        self.bind("<Leave>", lambda event: self._go_to(None), add="+")
        self.bind("<FocusOut>", lambda event: self._go_to(None), add="+")
        self.bind("<Escape>", lambda event: self._go_to(None))
        self.bind("<Button-1>", lambda event: self.focus_set())
        self.bind("<Left>", lambda event: self._step(-1))
        self.bind("<Right>", lambda event: self._step(1))
        self.bind("<Home>", lambda event: self._go_to(0))
        self.bind("<End>", lambda event: self._go_to(-1))

    def _on_map(self, _event: tk.Event[tk.Misc]) -> None:
        if self._loading_id is None:
            # The window is to be painted first.
            self._loading_id = self.after(_LOADING_DELAY_MS, lambda: self._loader.start(self._look()))

    def _on_destroy(self, _event: tk.Event[tk.Misc]) -> None:
        if self._loading_id is not None:
            self.after_cancel(self._loading_id)

    def _on_loaded(self, plot: LossPlot) -> None:
        self._plot = plot
        self._pending.request(is_urgent=True)

    def _on_failed(self) -> None:
        self._has_failed = True
        self._pending.request(is_urgent=True)

    def _apply_style(self) -> None:
        palette = self._style.palette
        self.configure(background=palette.canvas, highlightthickness=_FOCUS_RING_PX)
        self.configure(highlightbackground=palette.canvas, highlightcolor=palette.focus)
        self.itemconfigure(self._sentence_item, fill=palette.muted_text)
        self.itemconfigure(self._hover_line, fill=palette.muted_text)
        for dot, curve in zip(self._hover_dots, CURVES, strict=True):
            self.itemconfigure(dot, fill=getattr(palette, curve.color), outline=palette.text)
        self._pending.request(is_urgent=True)

    def _look(self) -> PlotLook:
        font = tkfont.nametofont("nnapp-small", self)
        # The size of the program's fonts is set in pixels, which Tk writes as a negative number.
        return PlotLook(self._style.palette, str(font.cget("family")), abs(int(font.cget("size"))))

    def _redraw(self) -> None:
        width, height = (size - 2 * _FOCUS_RING_PX for size in (self.winfo_width(), self.winfo_height()))
        if width < 2 or height < 2:
            return
        has_curves = any(run is not None and len(run) for run in (self._run, *self._earlier))
        if has_curves and self._plot is not None:
            self._show_sentence("")
            picture = self._plot.draw(
                self._look(), (width, height), self._run, self._earlier, log_epochs=self._log_epochs
            )
            self._picture.show_image(picture, _FOCUS_RING_PX, _FOCUS_RING_PX)
        elif has_curves:
            self._show_sentence(_NO_MATPLOTLIB if self._has_failed else _LOADING)
        else:
            self._show_sentence(self._sentence)
        self._show_hover()

    def _show_sentence(self, text: str) -> None:
        width, height = self.winfo_width(), self.winfo_height()
        self.itemconfigure(self._sentence_item, text=text, width=max(1, min(width - 40, self._style.px(100))))
        self.coords(self._sentence_item, width // 2, height // 2)
        if text:
            self._picture.hide()

    def _go_to_px(self, x: int) -> None:
        if self._plot is not None and self._run is not None:
            epoch = self._plot.epochs.at_px(x - _FOCUS_RING_PX)
            self._go_to(self._run.nearest_index(epoch, is_log=self._log_epochs))

    def _step(self, step: int) -> None:
        """Go to an epoch before or after, from the last one if there is none yet."""
        if self._run is not None and len(self._run):
            index = self.read_index()
            self._go_to(len(self._run) - 1 if index is None else min(max(index + step, 0), len(self._run) - 1))

    def _go_to(self, index: int | None) -> None:
        if index is not None and (self._run is None or not len(self._run)):
            return
        if index is not None and self._run is not None:
            index %= len(self._run)
        if index != self._index:
            self._index = index
            self._show_hover()

    def _show_hover(self) -> None:
        """Mark the epoch that a person has gone to, over the picture, and tell that it may have changed."""
        index = self.read_index()
        is_drawn = index is not None and self._plot is not None
        self.itemconfigure(self._hover_line, state="normal" if is_drawn else "hidden")
        for dot, curve in zip(self._hover_dots, CURVES, strict=True):
            is_number = is_drawn and self._run is not None and np.isfinite(self._run.column(curve.field)[index])
            self.itemconfigure(dot, state="normal" if is_number else "hidden")
            if index is not None and is_number:
                x, y = self.point(index, curve.field)
                radius = self._style.px(0.9)
                self.coords(dot, x - radius, y - radius, x + radius, y + radius)
        if index is not None and self._plot is not None and self._run is not None:
            x = round(float(self._plot.epochs.to_px(np.array(self._run.epochs[index])))) + _FOCUS_RING_PX
            margin = self._style.px(1.5)
            bottom, top = self._plot.values.start_px + margin, self._plot.values.end_px - margin
            self.coords(self._hover_line, x, top, x, bottom)
        self._on_read()

"""Shows the values of one epoch over the graphs, beside a sample of each line: the legend and the hover text in one."""

from __future__ import annotations

import tkinter as tk
from tkinter import font as tkfont
from tkinter import ttk

from nnapp.display.loss_history import CURVES, Curve, LossHistory
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["CurveReadout"]

_NONE = "–"
_VALUE_CHARACTERS = 6
_USUAL_EPOCHS = 100


class CurveReadout(ttk.Frame):
    """One epoch in words and numbers, which stay in their places. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self._style = style
        self._n_planned = 0
        self._epoch_cell = ttk.Frame(self)
        self._epoch_label = ttk.Label(self._epoch_cell, style="Bold.TLabel")
        self._remark_label = ttk.Label(self._epoch_cell, style="Muted.TLabel", font="nnapp-small")
        self._curve_cells = [_CurveCell(self, style, curve) for curve in CURVES]
        self.bind("<Configure>", lambda event: self._lay_out())
        style.on_change(self, self._lay_out)
        self._lay_out()
        self.show_nothing()

    def show_epoch(self, history: LossHistory, index: int, floor: float) -> None:
        """Show the values of an epoch.

        Parameters
        ----------
        history : LossHistory
        index : int
            Of the epoch in the history.
        floor : float
            Lower end of the axis; what is smaller is said to be drawn there.
        """
        self._epoch_label.configure(text=f"epoch {history.epochs[index]:,.0f}")
        if history.n_planned != self._n_planned:
            self._n_planned = history.n_planned
            self._lay_out()
        best = ", best" if index == history.best_index else ""
        self._remark_label.configure(text=f"of {history.n_planned:,}{best}")
        for cell in self._curve_cells:
            cell.show_value(float(history.column(cell.curve.field)[index]), floor)

    def show_nothing(self) -> None:
        """Show that there are no values yet."""
        self._epoch_label.configure(text=f"epoch {_NONE}")
        self._remark_label.configure(text="")
        for cell in self._curve_cells:
            cell.value_label.configure(text=_NONE)

    def read_texts(self) -> list[str]:
        """Return what is written: the epoch, the remark, and the value of each of `CURVES`."""
        labels = (self._epoch_label, self._remark_label, *(cell.value_label for cell in self._curve_cells))
        return [str(label["text"]) for label in labels]

    def _lay_out(self) -> None:
        """Put the epoch beside the curves or, where the view is narrow, over them."""
        epoch_width, gap = self._epoch_width(), self._style.px(1.5)
        wide_width = epoch_width + sum(cell.wide_width() + gap for cell in self._curve_cells)
        is_narrow = 1 < self.winfo_width() < wide_width
        self._epoch_label.grid(row=0, column=0, sticky="w")
        row, column = (0, 1) if is_narrow else (1, 0)
        self._remark_label.grid(row=row, column=column, sticky="w", padx=(gap if is_narrow else 0, 0))
        self._epoch_cell.grid(row=0, column=0, columnspan=3 if is_narrow else 1, sticky="nw")
        self.columnconfigure(0, minsize=0 if is_narrow else epoch_width, weight=1)
        self.columnconfigure((1, 2, 3), weight=1)
        for number, cell in enumerate(self._curve_cells):
            row, column = (1, number) if is_narrow else (0, number + 1)
            cell.grid(row=row, column=column, sticky="ew", padx=(0, gap))
            cell.show_narrow(is_narrow)

    def _epoch_width(self) -> int:
        """Return the width of the longest words there can be about an epoch of the run."""
        number = f"{max(self._n_planned, _USUAL_EPOCHS):,}"
        texts = (("nnapp-bold", f"epoch {number}"), ("nnapp-small", f"of {number}, best"))
        return max(tkfont.nametofont(font, self).measure(text) for font, text in texts) + self._style.px(3)


class _CurveCell(ttk.Frame):
    """The name of a curve over a sample of its line and its value."""

    def __init__(self, parent: tk.Misc, style: Style, curve: Curve) -> None:
        super().__init__(parent)
        self.curve = curve
        self._style = style
        self._name_label = ttk.Label(self, text=curve.label, style="Muted.TLabel", font="nnapp-small")
        self._sample = tk.Canvas(self, takefocus=False)
        # A label that always asks for the same width, so that no number moves anything.
        self.value_label = ttk.Label(self, width=_VALUE_CHARACTERS)
        for widget in (self._name_label, self._sample, self.value_label):
            Tooltip(widget, style, curve.help)
        self._name_label.grid(row=0, column=0, columnspan=2, sticky="w")
        self._sample.grid(row=1, column=0, sticky="w")
        self.value_label.grid(row=1, column=1, sticky="ew", padx=(style.px(1.5), 0))
        self.columnconfigure(1, weight=1)
        self._is_narrow = False
        self._draw_sample()
        style.on_change(self, self._draw_sample)

    def show_value(self, value: float, floor: float) -> None:
        self.value_label.configure(text=self.curve.text(value, floor))

    def show_narrow(self, is_narrow: bool) -> None:
        """Make the sample of the line shorter, or as long as usual."""
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._draw_sample()

    def wide_width(self) -> int:
        """Return the width the cell asks for with the usual sample."""
        return max(self._name_label.winfo_reqwidth(), self._style.px(9.5) + self.value_label.winfo_reqwidth())

    def _draw_sample(self) -> None:
        """Draw a short piece of the line with its marker."""
        palette = self._style.palette
        color = getattr(palette, self.curve.color)
        width, height = self._style.px(5 if self._is_narrow else 8), self._style.px(3)
        thickness = max(2, self._style.px(0.4))
        sample = self._sample
        sample.configure(width=width, height=height, background=palette.background, highlightthickness=0)
        sample.delete("all")
        dash = tuple(round(length * thickness) for length in self.curve.dashes)
        x, y, radius = width // 2, height // 2, self._style.px(0.8)
        sample.create_line(0, y, width, y, fill=color, width=thickness, dash=dash)
        left, top, right, bottom = x - radius, y - radius, x + radius, y + radius
        if self.curve.marker == "circle":
            sample.create_oval(left, top, right, bottom, fill=color, outline=color)
        elif self.curve.marker == "square":
            sample.create_rectangle(left, top, right, bottom, fill=color, outline=color)
        else:
            sample.create_polygon(x, top - 1, left - 1, bottom, right + 1, bottom, fill=color, outline=color)

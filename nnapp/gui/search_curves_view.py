"""Shows the learning curves of the configurations that are selected in the table of a grid search."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from tkinter import ttk

from nnapp.display.search_curves import MOST_CURVES, chosen_curves
from nnapp.display.search_entry import MEASURES, SearchEntry
from nnapp.gui.search_curves_canvas import SearchCurvesCanvas
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["SearchCurvesView"]

_EMPTY = "No curves yet. Those of the selected rows appear here, once their first runs are done."


class SearchCurvesView(ttk.Frame):
    """Curves of the selected rows, or of the best if none is selected. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style

    Attributes
    ----------
    canvas : SearchCurvesCanvas
    measure : ttk.Combobox
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self._style = style
        self._entries: Sequence[SearchEntry] = ()
        self._selected: tuple[int, ...] = ()
        self._header = ttk.Frame(self)
        self._label = ttk.Label(self._header, text="Shows", style="Muted.TLabel")
        choices = tuple(MEASURES)
        self.measure = ttk.Combobox(self._header, values=choices, state="readonly", width=max(map(len, choices)))
        self.measure.current(0)
        Tooltip(self.measure, style, "What the curves show after each epoch, on the validation images.")
        self.measure.bind("<<ComboboxSelected>>", lambda _: self._on_choice(), add="+")
        self.canvas = SearchCurvesCanvas(self, style)
        self._line = WrappedLabel(self, style="Muted.TLabel", font="nnapp-small")
        style.on_change(self, self._lay_out)
        self._lay_out()
        self._show()

    def show_entries(self, entries: Sequence[SearchEntry]) -> None:
        """Take in what is known of all configurations."""
        self._entries = entries
        self._show()

    def show_selected(self, numbers: tuple[int, ...]) -> None:
        """Show the curves of some configurations."""
        self._selected = numbers
        self._show()

    def read_line(self) -> str:
        """Return the sentence below."""
        return str(self._line.cget("text"))

    def _lay_out(self) -> None:
        gap = self._style.px(1)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._header.grid(row=0, column=0, sticky="w", padx=gap, pady=2 * gap)
        self._label.grid(row=0, column=0, padx=(0, gap))
        self.measure.grid(row=0, column=1)
        self.canvas.grid(row=1, column=0, sticky="nsew")
        self._line.grid(row=2, column=0, sticky="ew", padx=gap, pady=gap)

    def _on_choice(self) -> None:
        self.measure.selection_clear()
        self._show()

    def _show(self) -> None:
        measure = MEASURES[self.measure.get()]
        curves = chosen_curves(self._entries, self._selected, measure)
        if curves:
            self.canvas.show_curves(curves, measure)
        else:
            self.canvas.show_sentence(_EMPTY)
        sentences = []
        if curves and not {curve.number for curve in curves} & set(self._selected):
            sentences.append("The best so far; select rows of the table to see theirs.")
        if len(self._selected) > MOST_CURVES:
            sentences.append(f"The first {MOST_CURVES} of {len(self._selected)} selected rows.")
        if any(len(curve.repeats) > 1 for curve in curves):
            sentences.append("Thick lines are means over the repeats, thin ones single repeats.")
        self._line.configure(text=" ".join(sentences))

"""Shows a heat map of a grid search over two parameters that are chosen above it, and what its colours mean below."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from tkinter import ttk
from typing import Any

from nnapp.display.heat_colors import HEAT_COLORS
from nnapp.display.score_grid import Folding
from nnapp.display.search_entry import MEASURES, SearchEntry
from nnapp.display.search_heat import SearchHeat, fold_sentence, score_text, search_heat
from nnapp.display.search_wording import setting_name
from nnapp.gui.color_bar import ColorBar
from nnapp.gui.search_heat_canvas import SearchHeatCanvas
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["SearchHeatView"]

_NOTHING = "no second parameter"
_FOLDINGS: dict[str, Folding] = {"best": "best", "mean": "mean"}
_NO_SEARCH = "No search yet. The scores over any two of its parameters appear here."
_NOTHING_VARIES = "Only the seed varies in this search, so there is no parameter to show its scores over."
_NO_SCORE = "The first scores appear here as soon as runs are done."


class SearchHeatView(ttk.Frame):
    """A heat map with its choosers. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_pick : callable (tuple of int)
        As for `SearchHeatCanvas`.

    Attributes
    ----------
    canvas : SearchHeatCanvas
    across, down, measure, folding : ttk.Combobox
        What is chosen.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_pick: Callable[[tuple[int, ...]], None]) -> None:
        super().__init__(parent)
        self._style = style
        self._axes: dict[str, tuple[Any, ...]] = {}
        self._entries: Sequence[SearchEntry] = ()
        self._has_search = False
        self._choosers = ttk.Frame(self)
        self._labelled: list[tuple[ttk.Label, ttk.Combobox]] = []
        self.across = self._chooser("Along", "The parameter whose values stand below the columns.")
        self.down = self._chooser("Up", "The parameter whose values stand beside the rows.")
        self.measure = self._chooser("Shows", "What the cells show; lower is better.", tuple(MEASURES))
        self.folding = self._chooser(
            "of several the",
            "What a cell shows where several configurations belong to it, because other parameters vary too: the best "
            "of them, or the mean of all.",
            tuple(_FOLDINGS),
        )
        self.canvas = SearchHeatCanvas(self, style, on_pick)
        self._footer = ttk.Frame(self)
        self._bar = ColorBar(self._footer, style)
        self._line = WrappedLabel(self._footer, style="Muted.TLabel", font="nnapp-small")
        style.on_change(self, self._lay_out)
        self._lay_out()
        self._show()

    def show_axes(self, axes: Mapping[str, Sequence[Any]]) -> None:
        """Begin another search.

        Parameters
        ----------
        axes : mapping of str to sequence
            The values of each setting that varies, in order.
        """
        self._axes = {name: tuple(values) for name, values in axes.items()}
        self._entries = ()
        self._has_search = True
        labels = [setting_name(name) for name in self._axes]
        for chooser, place in ((self.across, 0), (self.down, 1)):
            choices = labels if chooser is self.across else [*labels, _NOTHING]
            chooser.configure(values=choices, state="readonly" if labels else "disabled")
            chooser.set(choices[min(place, len(choices) - 1)] if labels else "")
        self._show()

    def show_entries(self, entries: Sequence[SearchEntry]) -> None:
        """Show the scores that are known."""
        self._entries = entries
        self._show()

    def read_heat(self) -> SearchHeat | None:
        """Return what is chosen of what is known, None if there is nothing to choose from."""
        if not self._axes:
            return None
        names = {setting_name(name): name for name in self._axes}
        column_name, row_name = names[self.across.get()], names.get(self.down.get(), "")
        measure, folding = MEASURES[self.measure.get()], _FOLDINGS[self.folding.get()]
        return search_heat(self._entries, self._axes, column_name, row_name, measure, folding)

    def read_line(self) -> str:
        """Return the sentence below."""
        return str(self._line.cget("text"))

    def _chooser(self, label: str, help_text: str, choices: tuple[str, ...] = ()) -> ttk.Combobox:
        words = ttk.Label(self._choosers, text=label, style="Muted.TLabel")
        width = len(_NOTHING) if not choices else max(map(len, choices)) + 1  # "mean" is wider than four digits
        state = "readonly" if choices else "disabled"  # until there is something to choose from
        chooser = ttk.Combobox(self._choosers, values=choices, state=state, width=width)
        self._labelled.append((words, chooser))
        if choices:
            chooser.current(0)
        Tooltip(chooser, self._style, help_text)
        chooser.bind("<<ComboboxSelected>>", lambda _: self._on_choice(chooser), add="+")
        return chooser

    def _lay_out(self) -> None:
        gap = self._style.px(1)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._choosers.grid(row=0, column=0, sticky="w", padx=gap, pady=2 * gap)
        for place, (label, chooser) in enumerate(self._labelled):
            # Two rows of two choosers, since four beside each other are wider than half a window.
            for column, widget in enumerate((label, chooser), start=2 * (place % 2)):
                widget.grid_configure(row=place // 2, column=column, sticky="w", padx=(0, gap), pady=gap // 2)
        self.canvas.grid(row=1, column=0, sticky="nsew")
        self._footer.grid(row=2, column=0, sticky="ew", padx=gap, pady=(0, gap))
        self._footer.columnconfigure(1, weight=1)
        self._bar.grid(row=0, column=0, sticky="w", padx=(0, 2 * gap))
        self._line.grid(row=0, column=1, sticky="ew")
        self._show_scale()

    def _on_choice(self, chooser: ttk.Combobox) -> None:
        chooser.selection_clear()
        # The same parameter both ways would be a diagonal: the other chooser gets what this one had.
        if self.across.get() == self.down.get() and chooser in (self.across, self.down):
            other = self.down if chooser is self.across else self.across
            rest = [setting_name(name) for name in self._axes if setting_name(name) != chooser.get()]
            other.set(rest[0] if rest else _NOTHING)
        self._show()

    def _show(self) -> None:
        heat = self.read_heat()
        if heat is None:
            self.canvas.show_sentence(_NOTHING_VARIES if self._has_search else _NO_SEARCH)
        elif heat.grid.limits is None:
            self.canvas.show_sentence(_NO_SCORE)
        else:
            self.canvas.show_heat(heat, _FOLDINGS[self.folding.get()])
        self._show_scale()

    def _show_scale(self) -> None:
        heat = self.read_heat()
        limits = None if heat is None else heat.grid.limits
        if heat is None or limits is None:
            self._footer.grid_remove()
            return
        self._footer.grid()
        others = [name for name in self._axes if name not in (heat.column_name, heat.row_name)]
        low, high = (score_text(limit, heat.measure) for limit in limits)
        self._bar.show_ends(low, high, HEAT_COLORS)
        sentences = ("Logarithmic; a frame marks the lowest.", fold_sentence(others, _FOLDINGS[self.folding.get()]))
        self._line.configure(text=" ".join(filter(None, sentences)))

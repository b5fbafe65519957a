"""Shows how well each class is recognised: a table of recall, precision, F1 and the most frequent mistake."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial
from math import isnan
from tkinter import font as tkfont
from tkinter import ttk
from typing import Literal

from nnapp.display.class_scores import ClassScore, class_scores
from nnapp.display.confusion_labels import format_percent, summary_line
from nnapp.display.text_fitting import fit_names
from nnapp.engine.evaluation import Evaluation
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["PerClassView"]

_NOT_EVALUATED = "Not evaluated yet. Train or load a network, then choose Evaluate."

_HEADINGS = {
    "class": "class",
    "images": "images",
    "recall": "recall",
    "precision": "precision",
    "f1": "F1",
    "mistake": "taken for",
}
_LEFT_OUT_FIRST = ("f1", "images")
_PADDING_UNITS = 3
_BORDER_PX = 2
_HINT_DELAY_MS = 1000
_HINT = "Click a heading, or press 1 to 6, to sort. Return or a double click opens the most frequent mistake."
_LEAST_NAME_UNITS = 12


class PerClassView(ttk.Frame):
    """A table with a row per class; a click on a heading sorts by it. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_open_cell : callable (actual, predicted), optional
        Called when a row is double-clicked, or Return pressed on it, with the class and the one it was
        most often taken for.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_open_cell: Callable[[int, int], None] | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._on_open_cell = on_open_cell
        self._scores: list[ClassScore] = []
        self._class_names: tuple[str, ...] = ()
        self._shown_names: tuple[str, ...] = ()
        self._sorted_by, self._is_descending = "class", False
        self._title = ttk.Label(self, style="Bold.TLabel")
        self._table = ttk.Treeview(self, columns=list(_HEADINGS), show="headings", selectmode="browse")
        self._scrollbar = ttk.Scrollbar(self, orient="vertical", command=self._table.yview)
        self._table.configure(yscrollcommand=self._scrollbar.set)
        self._sentence = ttk.Label(self, style="Muted.TLabel", anchor="center", justify="center")
        self._summary = ttk.Label(self)
        self._prepare_table()
        self._sentence.bind("<Configure>", lambda event: self._sentence.configure(wraplength=event.width))
        self._lay_out()
        style.on_change(self, self._lay_out)
        self.show_empty(_NOT_EVALUATED)

    def show_evaluation(self, evaluation: Evaluation, class_names: Sequence[str], title: str) -> None:
        """Show the scores of an evaluation; arguments as for `ConfusionView.show_evaluation`."""
        self._scores, self._class_names = class_scores(evaluation.confusion), tuple(class_names)
        self._shown_names = self._class_names
        self._title.configure(text=title)
        self._summary.configure(text=summary_line(evaluation))
        self._sentence.grid_remove()
        self._table.grid()
        self._scrollbar.grid()
        self._fill()

    def show_empty(self, sentence: str) -> None:
        """Show no table, but a sentence that says what to do."""
        self._scores = []
        self._title.configure(text="")
        self._summary.configure(text="")
        self._table.grid_remove()
        self._scrollbar.grid_remove()
        self._sentence.configure(text=sentence)
        self._sentence.grid()

    def _prepare_table(self) -> None:
        for number, (name, heading) in enumerate(_HEADINGS.items(), start=1):
            anchor: Literal["w", "e"] = "w" if name == "class" else "e"
            self._table.heading(name, text=heading, anchor=anchor, command=partial(self._sort_by, name))
            self._table.column(name, anchor=anchor)
            self._table.bind(f"<Key-{number}>", partial(self._on_digit, name))
        Tooltip(self._table, self._style, self._tip, delay_ms=_HINT_DELAY_MS)
        self._table.bind("<Double-Button-1>", lambda event: self._open_row(self._table.identify_row(event.y)))
        self._table.bind("<Return>", lambda event: self._open_row(self._table.focus()))
        self._table.bind("<Configure>", lambda event: self._size_columns())
        self._table.bind("<FocusIn>", lambda event: self._focus_a_row())

    def _lay_out(self) -> None:
        gap = self._style.px(1.5)
        self._size_columns()
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._title.grid(row=0, column=0, columnspan=2, sticky="w", padx=gap, pady=gap)
        for widget in (self._table, self._sentence):
            is_shown = bool(self._scores) == (widget is self._table)
            widget.grid(row=1, column=0, sticky="nsew", padx=(gap, 0))
            if not is_shown:
                widget.grid_remove()
        self._scrollbar.grid(row=1, column=1, sticky="ns", padx=(0, gap))
        if not self._scores:
            self._scrollbar.grid_remove()
        self._summary.grid(row=2, column=0, columnspan=2, sticky="w", padx=gap, pady=gap)

    def _size_columns(self) -> None:
        """Divide the width of the table among the columns by what is in them, leaving some out where it is short.

        Where that is not enough, the names of the classes are shortened, and the numbers stay whole.
        """
        width = self._table.winfo_width() - 2 * _BORDER_PX
        if width <= 0:  # not on the screen yet
            return
        self._shown_names = self._class_names
        widths = self._wanted_widths()
        for name in _LEFT_OUT_FIRST:
            if sum(widths.values()) > width and name != self._sorted_by:
                del widths[name]
        if sum(widths.values()) > width:
            self._shorten_names(width - sum(widths.values()))
            widths = {name: wanted for name, wanted in self._wanted_widths().items() if name in widths}
        self._table.configure(displaycolumns=list(widths))
        share = width / sum(widths.values())
        for name, wanted_width in widths.items():
            self._table.column(name, width=int(wanted_width * share), stretch=False)
        for score in self._scores:
            self._table.item(str(score.label), values=self._row(score))

    def _wanted_widths(self) -> dict[str, int]:
        """Return for each column the width of what is in it."""
        font, bold = tkfont.nametofont("nnapp-body", self), tkfont.nametofont("nnapp-bold", self)
        rows = [self._row(score) for score in self._scores]
        return {
            name: max(bold.measure(self._heading(name)), *(font.measure(row[column]) for row in rows), 0)
            + self._style.px(_PADDING_UNITS)
            for column, name in enumerate(_HEADINGS)
        }

    def _shorten_names(self, missing_px: int) -> None:
        """Shorten the names, of which two stand in a row, by so many pixels (less than 0) together."""
        font = tkfont.nametofont("nnapp-body", self)
        longest = max(font.measure(name) for name in self._class_names)
        room = max(longest + missing_px // 2, self._style.px(_LEAST_NAME_UNITS))
        self._shown_names = fit_names(self._class_names, room, 0, lambda text, _: font.measure(text))

    def _heading(self, name: str) -> str:
        if name != self._sorted_by:
            return _HEADINGS[name]
        return f"{_HEADINGS[name]} {'▼' if self._is_descending else '▲'}"

    def _fill(self) -> None:
        """Write the rows in their order, keeping the selected class selected."""
        selected = self._table.selection()
        self._table.delete(*self._table.get_children())
        for score in sorted(self._scores, key=self._sort_key, reverse=self._is_descending):
            self._table.insert("", "end", iid=str(score.label), values=self._row(score))
        kept = [label for label in selected if self._table.exists(label)]
        self._table.selection_set(kept)
        if kept:
            self._table.focus(kept[0])
        for name in _HEADINGS:
            self._table.heading(name, text=self._heading(name))
        self._size_columns()

    def _row(self, score: ClassScore) -> tuple[str, ...]:
        mistake = "–"
        if score.mistaken_for is not None:
            mistake = f"{self._shown_names[score.mistaken_for]}: {score.n_mistaken:,}"
        shares = (_percent(share) for share in (score.recall, score.precision, score.f1))
        return (self._shown_names[score.label], f"{score.n_images:,}", *shares, mistake)

    def _sort_key(self, score: ClassScore) -> tuple[float, int]:
        value = {
            "class": score.label,
            "images": score.n_images,
            "recall": score.recall,
            "precision": score.precision,
            "f1": score.f1,
            "mistake": score.n_mistaken,
        }[self._sorted_by]
        # What is not defined stays at the end in either direction.
        undefined = -1.0 if self._is_descending else 2.0
        return undefined if isnan(value) else value, -score.label if self._is_descending else score.label

    def _sort_by(self, name: str) -> None:
        """Sort by a column: scores the worst first, counts the largest first; once more to turn the order round."""
        if name == self._sorted_by:
            self._is_descending = not self._is_descending
        else:
            self._sorted_by, self._is_descending = name, name in ("images", "mistake")
        self._fill()

    def _on_digit(self, name: str, _event: tk.Event[ttk.Treeview]) -> None:
        self._sort_by(name)

    def _tip(self, _x: int, y: int) -> str:
        """Return the names of a row in full where they are shortened, else what can be done here."""
        row = self._table.identify_row(y)
        score = next((score for score in self._scores if str(score.label) == row), None)
        if score is None or self._shown_names == self._class_names:
            return _HINT
        name = self._class_names[score.label]
        if score.mistaken_for is None:
            return name
        return f"{name}, most often taken for {self._class_names[score.mistaken_for]}: {score.n_mistaken:,}"

    def _focus_a_row(self) -> None:
        """Let the arrow keys start at the first row."""
        rows = self._table.get_children()
        if rows and not self._table.focus():
            self._table.focus(rows[0])
            self._table.selection_set(rows[0])

    def _open_row(self, row: str) -> None:
        if row and self._on_open_cell is not None:
            score = self._scores[int(row)]
            predicted = score.label if score.mistaken_for is None else score.mistaken_for
            if score.n_images:
                self._on_open_cell(score.label, predicted)


def _percent(share: float) -> str:
    return "–" if isnan(share) else f"{format_percent(share)} %"

"""Shows the configurations of a grid search as a table that is sorted by a click on a heading, the best one marked."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from tkinter import font as tkfont
from tkinter import ttk
from typing import Literal

from nnapp.display.search_entry import SearchEntry, cells, headings, sorted_entries
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["SearchTable"]

_PADDING_UNITS = 4
_BORDER_PX = 2
_HINT_DELAY_MS = 1000
_HINT = (
    "Error and loss are those of the validation images, with their spread over the repeats. Click a heading, or press "
    "1 to 9, to sort. A double click, or Return, loads a row’s network and settings into the training window. Select "
    "several rows with Ctrl or Shift to compare their learning curves."
)
_LARGEST_FIRST = ("parameters", "epochs", "time")


class SearchTable(ttk.Frame):
    """A row for each configuration. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_select : callable ()
        Other rows are selected.
    on_open : callable (int)
        A row was double-clicked, or Return pressed on it; gets the number of its configuration.

    Attributes
    ----------
    rows : ttk.Treeview
        With the numbers of the configurations as names of its items.
    """

    def __init__(
        self, parent: tk.Misc, style: Style, on_select: Callable[[], None], on_open: Callable[[int], None]
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._on_open = on_open
        self._names: tuple[str, ...] = ()
        self._entries: dict[int, SearchEntry] = {}
        self._written: dict[str, tuple[str, ...]] = {}
        self._order: list[str] = []
        self._sorted_by, self._is_descending = "error", False
        self.rows = ttk.Treeview(self, show="headings", selectmode="extended")
        self._down = ttk.Scrollbar(self, orient="vertical", command=self.rows.yview)
        self._across = ttk.Scrollbar(self, orient="horizontal", command=self.rows.xview)
        self.rows.configure(yscrollcommand=self._down.set, xscrollcommand=self._across.set)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self.rows.grid(row=0, column=0, sticky="nsew")
        self._down.grid(row=0, column=1, sticky="ns")
        self._across.grid(row=1, column=0, sticky="ew")
        self._bind_events(on_select)
        Tooltip(self.rows, style, self._tip, delay_ms=_HINT_DELAY_MS)
        style.on_change(self, self._apply_style)
        self.show_columns(())
        self._apply_style()

    @property
    def selected(self) -> tuple[int, ...]:
        """Numbers of the configurations of the selected rows, from top to bottom."""
        return tuple(map(int, self.rows.selection()))

    def select(self, numbers: Iterable[int]) -> None:
        """Select the rows of some configurations."""
        names = [str(number) for number in numbers if str(number) in self._written]
        self.rows.selection_set(names)
        if names:
            self.rows.focus(names[0])
            self.rows.see(names[0])

    def show_columns(self, names: Sequence[str]) -> None:
        """Begin a new table.

        Parameters
        ----------
        names : sequence of str
            The settings that vary.
        """
        self._names = tuple(names)
        self._sorted_by, self._is_descending = "error", False
        self.rows.delete(*self._order)
        self._entries, self._written, self._order = {}, {}, []
        columns = list(headings(names))
        # Columns that are gone may not be displayed, and those that are not there yet neither.
        self.rows.configure(displaycolumns="#all")
        self.rows.configure(columns=columns)
        for column in columns:
            anchor: Literal["w", "e"] = "w" if column in ("state", "hidden") else "e"
            self.rows.heading(column, anchor=anchor, command=partial(self._sort_by, column))
            self.rows.column(column, anchor=anchor, stretch=False)
        self._show_headings()
        self._size_columns()

    def show_entries(self, entries: Sequence[SearchEntry]) -> None:
        """Show how far each configuration is; selection and scrolling stay."""
        self._entries = {entry.number: entry for entry in entries}
        self._fill()

    def _bind_events(self, on_select: Callable[[], None]) -> None:
        rows = self.rows
        rows.bind("<<TreeviewSelect>>", lambda _: on_select(), add="+")
        rows.bind("<Double-Button-1>", lambda event: self._open(rows.identify_row(event.y)), add="+")
        rows.bind("<Return>", lambda _: self._open(rows.focus()))
        rows.bind("<KP_Enter>", lambda _: self._open(rows.focus()))
        rows.bind("<Shift-Up>", lambda _: self._extend(rows.prev(rows.focus())))
        rows.bind("<Shift-Down>", lambda _: self._extend(rows.next(rows.focus())))
        rows.bind("<Control-a>", lambda _: rows.selection_set(*self._order))
        rows.bind("<FocusIn>", lambda _: self._focus_a_row(), add="+")
        rows.bind("<Configure>", lambda _: self._size_columns(), add="+")
        for digit in range(1, 10):
            rows.bind(f"<Key-{digit}>", partial(self._on_digit, digit))

    def _fill(self) -> None:
        """Write what has changed, row by row, and put the rows into their order."""
        entries = sorted_entries(list(self._entries.values()), self._sorted_by, is_descending=self._is_descending)
        is_wider = False
        for entry in entries:
            name, texts = str(entry.number), cells(entry, self._names)
            if self._written.get(name) == texts:
                continue
            tags = ("best",) if entry.is_best else () if entry.runs else ("waiting",)
            if name in self._written:
                self.rows.item(name, values=texts, tags=tags)
            else:
                self.rows.insert("", "end", iid=name, values=texts, tags=tags)
                self._order.append(name)
            self._written[name] = texts
            is_wider = True
        order = [str(entry.number) for entry in entries]
        if order != self._order:
            self.rows.set_children("", *order)
            self._order = order
        if is_wider:
            self._size_columns()
        if str(self.tk.call("focus")) == str(self.rows):
            self._focus_a_row()

    def _size_columns(self) -> None:
        """Give every column what it needs, and the state what is left; what has no room is scrolled to."""
        width = self.rows.winfo_width() - 2 * _BORDER_PX
        body, bold = (tkfont.nametofont(name, self) for name in ("nnapp-body", "nnapp-bold"))
        titles = headings(self._names)
        widths: dict[str, int] = {}
        for place, (column, title) in enumerate(titles.items()):
            texts = {row[place] for row in self._written.values()}
            # The longest texts by their characters; to measure thousands would take longer than to draw them.
            longest = sorted(texts, key=len)[-3:]
            needed = max([bold.measure(f"{title} ▼"), *(bold.measure(text) for text in longest), body.measure("0000")])
            widths[column] = needed + self._style.px(_PADDING_UNITS)
        used = sum(widths.values())
        widths["state"] += max(0, width - used)
        for column, needed in widths.items():
            self.rows.column(column, width=needed, minwidth=needed)
        if used > width > 1:
            self._across.grid()
        else:
            self._across.grid_remove()

    def _show_headings(self) -> None:
        for column, title in headings(self._names).items():
            arrow = f" {'▼' if self._is_descending else '▲'}" if column == self._sorted_by else ""
            self.rows.heading(column, text=f"{title}{arrow}")

    def _sort_by(self, column: str) -> None:
        """Sort by a column, scores and values from the smallest, counts from the largest; once more turns it round."""
        if column == self._sorted_by:
            self._is_descending = not self._is_descending
        else:
            self._sorted_by, self._is_descending = column, column in _LARGEST_FIRST
        self._show_headings()
        self._fill()

    def _on_digit(self, digit: int, _event: tk.Event[ttk.Treeview]) -> None:
        columns = list(headings(self._names))
        if digit <= len(columns):
            self._sort_by(columns[digit - 1])

    def _extend(self, row: str) -> str:
        """Select the row that has the focus and the one beside it too, and go there."""
        if row:
            self.rows.selection_add(self.rows.focus(), row)
            self.rows.focus(row)
            self.rows.see(row)
        return "break"  # without it, Tk would select the row alone

    def _focus_a_row(self) -> None:
        """Let the arrow keys start at the first row."""
        if self._order and not self.rows.focus():
            self.rows.focus(self._order[0])

    def _tip(self, _x: int, y: int) -> str:
        row = self.rows.identify_row(y)
        entry = self._entries.get(int(row)) if row else None
        return _HINT if entry is None or not entry.problem else entry.problem

    def _open(self, row: str) -> None:
        if row:
            self._on_open(int(row))

    def _apply_style(self) -> None:
        palette = self._style.palette
        self.rows.tag_configure("best", foreground=palette.success, font="nnapp-bold")
        self.rows.tag_configure("waiting", foreground=palette.muted_text)
        self._size_columns()

"""Shows a grid search: its table, a heat map and learning curves of it, how far it is, and what can be done with it."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from tkinter import ttk
from typing import Any

from nnapp.display.search_entry import SearchEntry
from nnapp.gui.commands import CommandTable
from nnapp.gui.placement import place_over
from nnapp.gui.search_curves_view import SearchCurvesView
from nnapp.gui.search_heat_view import SearchHeatView
from nnapp.gui.search_table import SearchTable
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["SearchWindow"]

_SIZE_UNITS = (314, 156)
_OWNER_PART = 0.88
"""Of the training window's width and height, where that is more."""

_LEAST_UNITS = (150, 90)
_TABLE_PART = 0.57
_BAR_UNITS = 40
_EMPTY = (
    "No search yet. Choose Configure (Ctrl+G) to say which parameters are to vary, or Open (Ctrl+Shift+O) for a search "
    "that is kept in a file, done or not."
)


class SearchWindow(tk.Toplevel):
    """The window of one search. Closing it ends nothing. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    commands : CommandTable
        Makes the buttons; its shortcuts work here too.
    on_open : callable (int)
        As for `SearchTable`.

    Attributes
    ----------
    table : SearchTable
    heat : SearchHeatView
    curves : SearchCurvesView
    """

    def __init__(self, parent: tk.Misc, style: Style, commands: CommandTable, on_open: Callable[[int], None]) -> None:
        super().__init__(parent)
        self.withdraw()  # until it has its size
        self.title("Grid Search")
        self._style = style
        self._is_placed = False
        self._toolbar = ttk.Frame(self)
        self._file = ttk.Label(self._toolbar, style="Muted.TLabel", anchor="e", width=1, takefocus=False)
        self._file_path = ""
        self._make_toolbar(commands)
        self._panes = ttk.Panedwindow(self, orient="horizontal")
        self._left = ttk.Frame(self._panes)
        self._views = ttk.Notebook(self._panes)
        self.table = SearchTable(self._left, style, self._on_select, on_open)
        self._sentence = ttk.Label(self._left, text=_EMPTY, style="Muted.TLabel", anchor="center", justify="center")
        self._sentence.bind("<Configure>", lambda event: self._sentence.configure(wraplength=event.width))
        self.heat = SearchHeatView(self._views, style, self.table.select)
        self.curves = SearchCurvesView(self._views, style)
        self._bar = ttk.Progressbar(self, maximum=1.0)
        self._progress = ttk.Label(self, style="TLabel", width=1)
        self._message = WrappedLabel(self, style="Muted.TLabel")
        self.bind("<Escape>", lambda _: self.withdraw())
        self.protocol("WM_DELETE_WINDOW", self.withdraw)
        self._panes.bind("<Configure>", self._on_first_size, add="+")
        self._panes.add(self._left, weight=1)
        self._panes.add(self._views, weight=1)
        self._views.add(self.heat, text="Heat map")
        self._views.add(self.curves, text="Learning curves")
        self._lay_out()
        style.on_change(self, self._lay_out)
        self._show_table(False)
        commands.listen_in(self)

    def open(self) -> None:
        """Show the window, and give it the keyboard."""
        if not self.winfo_viewable():
            owner = self.master.winfo_toplevel()
            width, height = (self._style.px(units) for units in _SIZE_UNITS)
            part_width, part_height = (
                round(_OWNER_PART * side) for side in (owner.winfo_width(), owner.winfo_height())
            )
            self.configure(width=max(width, part_width), height=max(height, part_height))
            place_over(self, owner)
            self.minsize(*(self._style.px(units) for units in _LEAST_UNITS))
            self.deiconify()
        self.lift()
        self.table.rows.focus_set()

    def show_search(self, path: str, axes: Mapping[str, Sequence[Any]]) -> None:
        """Begin to show another search.

        Parameters
        ----------
        path : str
            Of its file.
        axes : mapping of str to sequence
            The values of each setting that varies, in order.
        """
        self._file_path = path
        self._bar.grid()
        self._fit_file()
        self.title(f"{path.replace(chr(92), '/').rpartition('/')[2]} – Grid Search")
        self.table.show_columns(tuple(axes))
        self.heat.show_axes(axes)
        self.curves.show_selected(())
        self._show_table(True)

    def show_entries(self, entries: Sequence[SearchEntry]) -> None:
        """Show how far each configuration is."""
        self.table.show_entries(entries)
        self.heat.show_entries(entries)
        self.curves.show_entries(entries)

    def show_progress(self, text: str, share: float) -> None:
        """Show how far the search is, in words and as a share 0…1."""
        self._progress.configure(text=text)
        self._bar.configure(value=share)

    def show_message(self, text: str, kind: str = "info") -> None:
        """Say something in the lowest line.

        Parameters
        ----------
        text : str
        kind : {"info", "success", "error"}
        """
        looks = {"info": "Muted.TLabel", "success": "Success.TLabel", "error": "Error.TLabel"}
        self._message.configure(text=text, style=looks[kind])

    def read_progress(self) -> str:
        """Return how far the search is said to be."""
        return str(self._progress.cget("text"))

    def read_message(self) -> str:
        """Return what the lowest line says."""
        return str(self._message.cget("text"))

    def _make_toolbar(self, commands: CommandTable) -> None:
        texts = {
            "search-pause": None, "search-cancel": "Cancel", "": "", "search-load": "Load into Training Window",
            " ": "", "configure-search": "Configure", "open-search": "Open",
        }  # fmt: skip
        for name, text in texts.items():
            if not name.strip():
                separator = ttk.Separator(self._toolbar, orient="vertical")
                separator.pack(side="left", fill="y", padx=6, pady=4)
                continue
            look = "Accent.TButton" if name == "search-pause" else "Tool.TButton"
            button = commands.button(self._toolbar, name, style=look, text=text)
            if name == "search-pause":
                button.configure(width=14)
            button.pack(side="left", padx=(0, 4))
        self._file.pack(side="left", fill="x", expand=True, padx=(12, 0))
        self._file.bind("<Configure>", lambda _: self._fit_file())
        Tooltip(self._file, self._style, lambda x, y: self._file_path or None)

    def _fit_file(self) -> None:
        """Show the end of the path, which tells files apart."""
        text, room = self._file_path, self._file.winfo_width() - self._style.px(2)
        while len(text) > 2 and int(self.tk.call("font", "measure", "nnapp-body", text)) > room > 0:
            text = "…" + text[2:]
        self._file.configure(text=text)

    def _lay_out(self) -> None:
        gap = self._style.px(2)
        self.columnconfigure(1, weight=1)
        self.rowconfigure(1, weight=1)
        self.grid_propagate(False)  # the window keeps its size whatever is shown in it
        self._toolbar.grid(row=0, column=0, columnspan=2, sticky="ew", padx=gap, pady=gap)
        self._panes.grid(row=1, column=0, columnspan=2, sticky="nsew", padx=gap)
        self._bar.configure(length=self._style.px(_BAR_UNITS))
        self._bar.grid(row=2, column=0, sticky="w", padx=gap, pady=(gap, 0))
        self._progress.grid(row=2, column=1, sticky="ew", padx=(0, gap), pady=(gap, 0))
        self._message.grid(row=3, column=0, columnspan=2, sticky="ew", padx=gap, pady=(0, gap))
        self._left.columnconfigure(0, weight=1)
        self._left.rowconfigure(0, weight=1)
        if not self._file_path:
            self._bar.grid_remove()
        if self._is_placed:
            self.after_idle(self._place_sash)

    def _show_table(self, is_shown: bool) -> None:
        for widget, is_there in ((self.table, is_shown), (self._sentence, not is_shown)):
            if is_there:
                widget.grid(row=0, column=0, sticky="nsew")
            else:
                widget.grid_remove()

    def _on_select(self) -> None:
        self.curves.show_selected(self.table.selected)

    def _on_first_size(self, event: tk.Event[Any]) -> None:
        if not self._is_placed and event.width > 1:
            self._is_placed = True
            self.after_idle(self._place_sash)

    def _place_sash(self) -> None:
        # By the Tcl command, because the method has no type annotations.
        self._panes.tk.call(self._panes, "sashpos", 0, round(_TABLE_PART * self._panes.winfo_width()))

"""Shows the settings that a grid search varies, a field for each, and lets any other be added."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping
from tkinter import ttk
from typing import Any

from nnapp.display.search_wording import setting_name
from nnapp.engine.settings import SETTINGS
from nnapp.gui.search_axis_field import SearchAxisField
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.search.axes import SEARCHABLE, SEARCHED_FIRST, Axis

__all__ = ["SearchAxesForm"]

_ADD = "Add a parameter…"
_VALUES_UNITS = 98


class SearchAxesForm(ttk.Frame):
    """A field for each setting that may vary. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_change : callable ()
        Something was typed, added or removed.

    Attributes
    ----------
    fields : dict of str to SearchAxisField
        By name of the setting, in their order.
    adder : ttk.Combobox
        Chooses a setting to add.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_change: Callable[[], None]) -> None:
        super().__init__(parent)
        self._style = style
        self._on_change = on_change
        self._present: Mapping[str, Any] = {}
        self._n_made = 0
        self.fields: dict[str, SearchAxisField] = {}
        self.adder = ttk.Combobox(self, state="readonly", width=24)
        Tooltip(self.adder, style, "Search over another of the training window’s parameters too.")
        self.adder.bind("<<ComboboxSelected>>", lambda _: self._on_add(), add="+")
        for name in SEARCHED_FIRST:
            self._make(name)
        style.on_change(self, self._lay_out)
        self._lay_out()

    def show_present(self, values: Mapping[str, Any]) -> None:
        """Put the present values of the settings into the fields that nobody has typed into.

        Parameters
        ----------
        values : mapping of str to value
            All settings.
        """
        self._present = values
        for name, field in self.fields.items():
            if not field.is_typed:
                field.show_text(SETTINGS[name].format(values[name]))

    def show_axes(self, axes: tuple[Axis, ...], texts: Mapping[str, str]) -> None:
        """Show the axes of another search, by the texts that stand for them."""
        for axis in axes:
            if axis.name not in self.fields:
                self._make(axis.name)
            self.fields[axis.name].show_text(texts[axis.name])
            self.fields[axis.name].is_typed = True
        self._lay_out()

    def forget(self) -> None:
        """Go back to the fields from the start, with what the training window has."""
        for name in [name for name in self.fields if name not in SEARCHED_FIRST]:
            self.fields.pop(name).destroy()
        for field in self.fields.values():
            field.is_typed = False
        self.show_present(self._present)
        self._lay_out()

    def read_axes(self) -> tuple[Axis, ...] | None:
        """Return the values of every field, None if one is wrong; each says what it comes to or what is wrong."""
        axes = [field.check() for field in self.fields.values()]
        known = tuple(axis for axis in axes if axis is not None)
        return known if len(known) == len(axes) else None

    def _make(self, name: str) -> SearchAxisField:
        on_remove = None if name in SEARCHED_FIRST else self._remove
        # Two rows of the grid for each that was ever made: those of removed fields stay empty.
        field = SearchAxisField(self, self._style, name, 2 * self._n_made, self._on_change, on_remove)
        self._n_made += 1
        if name in self._present:
            field.show_text(SETTINGS[name].format(self._present[name]))
        self.fields[name] = field
        return field

    def _remove(self, name: str) -> None:
        self.fields.pop(name).destroy()
        self._lay_out()
        self._on_change()

    def _on_add(self) -> None:
        label = self.adder.get()
        name = next((name for name in SEARCHABLE if setting_name(name) == label), "")
        if name:
            field = self._make(name)
            self._lay_out()
            field.input.focus_set()
            field.input.selection_range(0, "end")
            self._on_change()

    def _lay_out(self) -> None:
        self.columnconfigure(1, weight=1)
        self.columnconfigure(2, weight=2, minsize=self._style.px(_VALUES_UNITS))
        self.adder.configure(values=[setting_name(name) for name in SEARCHABLE if name not in self.fields])
        self.adder.set(_ADD)
        self.adder.selection_clear()
        self.adder.grid(row=2 * self._n_made, column=1, sticky="w", pady=self._style.px(1))
        self.adder.lift()  # so that Tab comes to it last

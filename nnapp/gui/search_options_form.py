"""Shows how a grid search goes about it: repeats, epochs, all combinations or some, stopping losing runs, its file."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from tkinter import ttk
from typing import Any

from nnapp.engine.settings import SETTINGS
from nnapp.errors import SettingError
from nnapp.gui.setting_field import SettingField
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.search.plan import Halving
from nnapp.search.plan_settings import PLAN_SETTINGS

__all__ = ["SearchOptions", "SearchOptionsForm"]

_FIELD_UNITS = 20
_SETTINGS = {"epochs": SETTINGS["epochs"], **PLAN_SETTINGS}
_GRID, _RANDOM = "grid", "random"


@dataclass(frozen=True)
class SearchOptions:
    """What the form says; names as of `SearchPlan`."""

    epochs: int
    repeats: int
    budget: int | None
    halving: Halving | None


class SearchOptionsForm(ttk.Frame):
    """Fields for all of a search but its axes and its file. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_change : callable ()
        Something was typed or chosen.

    Attributes
    ----------
    fields : dict of str to SettingField
        "epochs", "repeats", "budget", "first_epochs" and "factor".
    """

    def __init__(self, parent: tk.Misc, style: Style, on_change: Callable[[], None]) -> None:
        super().__init__(parent)
        self._style = style
        self._on_change = on_change
        self._is_ready = False  # nobody has typed anything while the fields are filled
        self._is_typed = False
        self._sampling = tk.StringVar(self, _GRID)
        self._stops_early = tk.BooleanVar(self, False)
        self._left, self._right = ttk.Frame(self), ttk.Frame(self)
        self.fields: dict[str, SettingField] = {}
        self._build_left()
        self._build_right()
        for variable in (self._sampling, self._stops_early):
            variable.trace_add("write", lambda *_: self._on_field("sampling"))
        style.on_change(self, self._lay_out)
        self._lay_out()
        self.show_options(SearchOptions(SETTINGS["epochs"].parse("10"), 1, None, None))
        self._is_ready = True

    def show_epochs(self, epochs: int) -> None:
        """Put the present number of epochs into its field, unless a person has typed one."""
        if not self._is_typed:
            self._fill(lambda: self.fields["epochs"].show_value(epochs))

    def show_options(self, options: SearchOptions) -> None:
        """Fill all fields."""
        self._fill(lambda: self._show(options))

    def forget(self) -> None:
        """Go back to how a search begins, but for the epochs."""
        self._is_typed = False
        self.show_options(SearchOptions(self.fields["epochs"].read_value(), 1, None, None))

    def read_options(self) -> SearchOptions | None:
        """Return what is chosen, None if a field that counts is wrong, which says why."""
        used = ["epochs", "repeats"]
        used += ["budget"] if self._sampling.get() == _RANDOM else []
        used += ["first_epochs", "factor"] if self._stops_early.get() else []
        found = {name: _value_or_problem(field) for name, field in self.fields.items()}
        for name, value in found.items():
            self.fields[name].show_problem(str(value) if isinstance(value, SettingError) and name in used else "")
        values = {name: value for name, value in found.items() if not isinstance(value, SettingError)}
        if any(name not in values for name in used):
            return None
        halving = Halving(values["first_epochs"], values["factor"]) if self._stops_early.get() else None
        budget = values["budget"] if self._sampling.get() == _RANDOM else None
        return SearchOptions(values["epochs"], values["repeats"], budget, halving)

    def show_error(self, name: str, sentence: str) -> bool:
        """Show a problem beside a field, and return whether there is such a field."""
        if name in self.fields:
            self.fields[name].show_problem(sentence)
        return name in self.fields

    def _build_left(self) -> None:
        self._make_field(self._left, "repeats", row=0)
        self._make_field(self._left, "epochs", row=2)
        for row, value, words, help_text in (
            (4, _GRID, "Grid: all combinations", "Train every combination of all values."),
            (
                5,
                _RANDOM,
                "Random: some of the combinations",
                "Train so many combinations, drawn at random by the seed.",
            ),
        ):
            radio = ttk.Radiobutton(self._left, text=words, variable=self._sampling, value=value)
            radio.grid(row=row, column=0, columnspan=2, sticky="w")
            Tooltip(radio, self._style, help_text)
        self._make_field(self._left, "budget", row=6)

    def _build_right(self) -> None:
        check = ttk.Checkbutton(
            self._right, text="Stop losing runs early (successive halving)", variable=self._stops_early
        )
        check.grid(row=0, column=0, columnspan=2, sticky="w")
        Tooltip(
            check,
            self._style,
            "Train all configurations for a few epochs, go on with the best of them only, and so on. Much faster, but "
            "what starts slowly and ends well may be missed.",
        )
        self._make_field(self._right, "first_epochs", row=1)
        self._make_field(self._right, "factor", row=3)

    def _make_field(self, parent: ttk.Frame, name: str, row: int) -> None:
        """Make a field in two rows, the second for what is wrong with it."""
        self.fields[name] = SettingField(parent, self._style, _SETTINGS[name], row, self._on_field)

    def _fill(self, fill: Callable[[], None]) -> None:
        was_ready, self._is_ready = self._is_ready, False
        fill()
        self._is_ready = was_ready
        self._enable_fields()

    def _show(self, options: SearchOptions) -> None:
        halving = options.halving or Halving()
        self._sampling.set(_GRID if options.budget is None else _RANDOM)
        self._stops_early.set(options.halving is not None)
        values = {
            "epochs": options.epochs,
            "repeats": options.repeats,
            "budget": options.budget or 20,
            "first_epochs": halving.first_epochs,
            "factor": halving.factor,
        }
        for name, value in values.items():
            self.fields[name].show_value(value)

    def _on_field(self, name: str) -> None:
        if self._is_ready:
            self._is_typed = self._is_typed or name == "epochs"
            self._enable_fields()
            self._on_change()

    def _enable_fields(self) -> None:
        """Let only the fields of what is chosen be changed; nothing moves when something else is chosen."""
        self.fields["budget"].set_enabled(self._sampling.get() == _RANDOM)
        for name in ("first_epochs", "factor"):
            self.fields[name].set_enabled(self._stops_early.get())

    def _lay_out(self) -> None:
        gap = self._style.px(2)
        self.columnconfigure((0, 1), weight=1, uniform="half")
        for column, frame in enumerate((self._left, self._right)):
            frame.grid(row=0, column=column, sticky="new", padx=(0 if column == 0 else 4 * gap, 0))
            frame.columnconfigure(0, weight=1)
            frame.columnconfigure(1, minsize=self._style.px(_FIELD_UNITS))


def _value_or_problem(field: SettingField) -> Any:
    try:
        return field.read_value()
    except SettingError as error:
        return error

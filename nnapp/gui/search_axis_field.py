"""Shows one setting of a grid search: its name, a field for its values, and what they come to or what is wrong."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from nnapp.display.search_wording import example_text, setting_name, setting_words, values_line
from nnapp.engine.settings import SETTINGS
from nnapp.errors import SettingError
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.wrapped_label import WrappedLabel
from nnapp.search.axes import Axis, parse_axis

__all__ = ["SearchAxisField"]

_PATIENCE_MS = 500
"""How long a sentence waits for the typing to go on: "0.001 to 0.1" is no range before its number of values."""

_HELP = {
    "sizes": "A network for each, parted by semicolons: {}.",
    "choice": "One or several of: {}.",
    "integer": "One value, several, or a range: 16 to 256, 5 values, log. For example {}.",
    "number": "One value, several, or a range: 0.001 to 0.1, 5 values, log. For example {}.",
}


class SearchAxisField:
    """Two rows of a grid with four columns: name, field, values, a button; below, what is wrong. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    name : str
        Of the setting.
    row : int
        The first of the two rows of the grid.
    on_change : callable ()
        The text has changed.
    on_remove : callable (str), optional
        Takes the field away again, gets the name of the setting; without it there is no button for that.

    Attributes
    ----------
    input : ttk.Entry
    is_typed : bool
        Whether a person has changed the text.
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        name: str,
        row: int,
        on_change: Callable[[], None],
        on_remove: Callable[[str], None] | None = None,
    ) -> None:
        self.name = name
        self.is_typed = False
        self._style = style
        self._row = row
        self._on_change = on_change
        self._pending: str | None = None
        self._is_showing = False
        self._sentence = ""
        self._text = tk.StringVar(parent)
        self._text.trace_add("write", lambda *_: self._on_text())
        # A tooltip’s bindings would make Tk take the label for something that Tab stops at.
        self._label = ttk.Label(parent, text=setting_name(name), takefocus=False)
        self.input = ttk.Entry(parent, textvariable=self._text, width=30)
        self._values = ttk.Label(parent, style="Muted.TLabel", width=1)
        self._message = WrappedLabel(parent, style="Error.TLabel")
        self._remove: ttk.Button | None = None
        if on_remove is not None:
            self._remove = ttk.Button(parent, text="✕", style="Tool.TButton", command=lambda: on_remove(name))
            Tooltip(self._remove, style, f"Do not search over {setting_words(name)}.")
        setting = SETTINGS[name]
        example = ", ".join(setting.choices) or example_text(name)
        help_text = f"{setting.help} {_HELP[setting.kind].format(example)}"
        for widget in (self._label, self.input):
            Tooltip(widget, style, help_text)
        self._label.bind("<Button-1>", lambda _: self.input.focus_set())
        self.input.bind("<FocusOut>", lambda _: self._show_sentence(), add="+")
        self.input.bind("<Destroy>", lambda _: self._cancel(), add="+")
        self._place()
        style.on_change(self.input, self._place)

    @property
    def sentence(self) -> str:
        """What is wrong with the text, "" if nothing is."""
        return self._sentence

    @property
    def text(self) -> str:
        """What is in the field."""
        return self._text.get()

    def read_axis(self) -> Axis:
        """Return the values in the field.

        Raises
        ------
        SettingError
            If they are not allowed; the sentence is shown below the field.
        """
        return parse_axis(self.name, self.text)

    def read_values(self) -> str:
        """Return what is written beside the field."""
        return str(self._values.cget("text"))

    def show_text(self, text: str) -> None:
        """Put a text into the field that nobody has typed."""
        self._is_showing = True
        self._text.set(text)
        self._is_showing = False
        self.is_typed = False

    def show_problem(self, sentence: str) -> None:
        """Mark the field as wrong and say why below, or take both away; while somebody types, once that pauses."""
        if sentence == self._sentence:
            return
        self._cancel()
        was_shown = bool(self._message.cget("text"))
        self._sentence = sentence
        self.input.configure(style="Invalid.TEntry" if sentence else "TEntry")
        # tkinter's focus_get fails while the focus is in a drop-down list, which Tk makes without it.
        has_focus = str(self.input.tk.call("focus")) == str(self.input)
        if sentence and has_focus and not was_shown:
            self._pending = self.input.after(_PATIENCE_MS, self._show_sentence)
        else:
            self._show_sentence()

    def check(self) -> Axis | None:
        """Show what the text comes to, and return it; None if it is wrong, which is said."""
        try:
            axis = self.read_axis()
        except SettingError as error:
            self._values.configure(text="")
            self.show_problem(str(error))
            return None
        line = values_line(self.name, axis.values)
        hint = f"{line}; for example  {example_text(self.name)}" if len(axis.values) == 1 else line
        self._values.configure(text=hint, style="Muted.TLabel" if len(axis.values) == 1 else "TLabel")
        self.show_problem("")
        return axis

    def destroy(self) -> None:
        """Take the field away."""
        for widget in (self._label, self.input, self._values, self._message, self._remove):
            if widget is not None:
                widget.destroy()

    def _on_text(self) -> None:
        if not self._is_showing:
            self.is_typed = True
            self._on_change()

    def _show_sentence(self) -> None:
        self._cancel()
        self._message.configure(text=self._sentence)
        self._place()

    def _cancel(self) -> None:
        if self._pending is not None:
            self.input.after_cancel(self._pending)
            self._pending = None

    def _place(self) -> None:
        gap, row = self._style.px(0.5), self._row
        self._label.grid(row=row, column=0, sticky="w", pady=gap, padx=(0, 4 * gap))
        self.input.grid(row=row, column=1, sticky="ew", pady=gap)
        self._values.grid(row=row, column=2, sticky="ew", pady=gap, padx=(4 * gap, 0))
        if self._remove is not None:
            self._remove.grid(row=row, column=3, pady=gap)
        if self._message.cget("text"):
            self._message.grid(row=row + 1, column=1, columnspan=2, sticky="ew", pady=(0, gap))
        else:
            self._message.grid_remove()

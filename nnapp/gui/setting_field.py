"""Shows one setting: its name, a field for its value, and a line that says what is wrong with it."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import font as tkfont
from tkinter import ttk
from typing import Any

from nnapp.display.setting_help import setting_help
from nnapp.engine.setting import Setting
from nnapp.errors import SettingError
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["SettingField"]

_PATIENCE_MS = 500
"""How long a sentence waits for the typing to go on: 0.01 is typed by way of 0, which may not be allowed."""

_LABEL_UNITS = 28.5
"""Room that a name asks for at first; a longer one starts with several lines."""

_WIDEST_NUMBER = "4294967295"
# The width of all there is in a drop-down list besides its text: padding and arrow, which grow with the scale, and
# borders, which do not.
_PADDING_UNITS = 7
_BORDERS_PX = 4

_WIDGET_CLASS = {"choice": "TCombobox", "integer": "TSpinbox", "number": "TEntry", "sizes": "TEntry"}


class SettingField:
    """Two rows of a grid with two columns: name and field, and below them a sentence if need be. Tk thread only.

    Parameters
    ----------
    parent : widget
        Whose grid it stands in; its first column takes what room there is.
    style : Style
    setting : Setting
        What the field is for.
    row : int
        The first of the two rows of the grid.
    on_change : callable (str) -> None
        Called with the name of the setting after each change, by a person or by `show_value`.

    Attributes
    ----------
    input : ttk.Entry
        The field itself, which also may be a spinbox or a combobox.
    label, message : WrappedLabel
        The name, and the place for the sentence.
    sentence : str
        What is wrong with the value; "" if nothing is.
    """

    def __init__(
        self, parent: tk.Misc, style: Style, setting: Setting, row: int, on_change: Callable[[str], None]
    ) -> None:
        self.setting = setting
        self.sentence = ""
        self._style = style
        self._row = row
        self._is_shown = True
        self._pending: str | None = None
        self._text = tk.StringVar(parent)
        self._text.trace_add("write", lambda *_: on_change(setting.name))
        self.label = WrappedLabel(parent, setting.label, asks_for_width=True)
        self.label.wrap_to(style.px(_LABEL_UNITS))
        self.input = self._make_input(parent)
        self.message = WrappedLabel(parent, style="Error.TLabel")
        self._place()
        for widget in (self.label, self.input):
            Tooltip(widget, style, setting_help(setting))
        self.label.bind("<Button-1>", lambda _: self.input.focus_set())
        self.input.bind("<FocusOut>", lambda _: self._show_sentence(), add="+")
        self.input.bind("<Destroy>", lambda _: self._cancel(), add="+")
        style.on_change(self.input, self._place)

    @property
    def input_width_px(self) -> int:
        """How wide the field has to be for its longest choice, or for a number."""
        font = tkfont.nametofont("nnapp-body", root=self.input)
        longest = max(font.measure(text) for text in (*self.setting.choices, _WIDEST_NUMBER))
        return longest + self._style.px(_PADDING_UNITS) + _BORDERS_PX

    @property
    def has_focus(self) -> bool:
        """Whether somebody types into the field."""
        # tkinter's focus_get fails while the focus is in a drop-down list, which Tk makes without it.
        return str(self.input.tk.call("focus")) == str(self.input)

    def read_value(self) -> Any:
        """Return the value in the field.

        Raises
        ------
        SettingError
            If the text is no value of the setting, or one outside its limits.
        """
        return self.setting.parse(self._text.get())

    def show_value(self, value: Any) -> None:
        """Put a value into the field."""
        text = self.setting.format(value)
        if text != self._text.get():
            self._text.set(text)

    def show_problem(self, sentence: str) -> None:
        """Mark the field as wrong and say why below it, or take both away if `sentence` is empty.

        A sentence that turns up while somebody types appears only once the typing pauses or the focus leaves.
        """
        if sentence == self.sentence:
            return
        self._cancel()
        was_shown = bool(self.message.cget("text"))
        self.sentence = sentence
        self.input.configure(style=("Invalid." if sentence else "") + _WIDGET_CLASS[self.setting.kind])
        if sentence and not was_shown and self.has_focus:
            self._pending = self.input.after(_PATIENCE_MS, self._show_sentence)
        else:
            self._show_sentence()

    def reveal(self) -> None:
        """Go to the field, and say at once what is wrong with it."""
        self._show_sentence()
        self.input.focus_set()

    def show(self, is_shown: bool) -> None:
        """Show the whole field, or leave no trace of it."""
        if is_shown != self._is_shown:
            self._is_shown = is_shown
            self._place()

    def set_enabled(self, is_enabled: bool) -> None:
        """Let the value be changed or not."""
        enabled = "readonly" if self.setting.kind == "choice" else "normal"
        self.input.configure(state=enabled if is_enabled else "disabled")

    def set_width(self, width_px: int) -> None:
        """Wrap the sentence to a width."""
        self.message.wrap_to(width_px)

    def _make_input(self, parent: tk.Misc) -> ttk.Entry:
        if self.setting.kind == "choice":
            return ttk.Combobox(parent, textvariable=self._text, values=self.setting.choices, state="readonly", width=1)
        if self.setting.kind == "integer":
            numbers = ttk.Spinbox(parent, textvariable=self._text, width=1)
            numbers.bind("<<Increment>>", lambda _: self._step(+1))
            numbers.bind("<<Decrement>>", lambda _: self._step(-1))
            return numbers
        return ttk.Entry(parent, textvariable=self._text, width=1)

    def _show_sentence(self) -> None:
        self._cancel()
        self.message.configure(text=self.sentence)
        self._place()

    def _place(self) -> None:
        """Put what is to be seen into the grid, with the spacing of the present scale."""
        if not self._is_shown:
            for widget in (self.label, self.input, self.message):
                widget.grid_remove()
            return
        gap = self._style.px(0.5)
        self.label.grid(row=self._row, column=0, sticky="ew", pady=gap, padx=(0, self._style.px(1)))
        self.input.grid(row=self._row, column=1, sticky="ew", pady=gap)
        if self.message.cget("text"):
            self.message.grid(row=self._row + 1, column=0, columnspan=2, sticky="ew", pady=(0, gap))
        else:
            self.message.grid_remove()

    def _cancel(self) -> None:
        if self._pending is not None:
            self.input.after_cancel(self._pending)
            self._pending = None

    def _step(self, direction: int) -> str:
        """Go to the next round number up or down; "break" keeps ttk's own step from happening."""
        try:
            value = self.read_value()
        except SettingError:
            return "break"
        self.show_value(_stepped(self.setting, value, direction))
        return "break"


def _stepped(setting: Setting, value: int, direction: int) -> int:
    """Return the neighbour of a whole number, in steps that leave its first two digits to be counted."""
    # 0 for "all" is more than any number, not less than 1.
    low = 1 if setting.zero == "all" else int(setting.low)
    if value < low:
        return value
    n_digits = len(str(value - 1 if direction < 0 else value))
    step = 10 ** max(0, n_digits - 2)
    stepped: int = value + direction * step
    return min(max(stepped, low), int(setting.high))

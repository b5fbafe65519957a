"""Shows a line under the toolbar: that the digits are drawn for want of others, or that network and data do not fit."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from tkinter import ttk

from nnapp.gui.commands import CommandTable
from nnapp.gui.style import Style
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["DataNotice"]

_BUTTONS = ("download", "load", "choose-data")


class DataNotice(ttk.Frame):
    """A sentence about the data, with the buttons that change them. Tk thread only.

    It takes no room while there is nothing to say.

    Parameters
    ----------
    parent : widget
    style : Style
    commands : CommandTable
        Has "download", "load" and "choose-data".
    """

    def __init__(self, parent: tk.Misc, style: Style, commands: CommandTable) -> None:
        super().__init__(parent, style="Surface.TFrame")
        self._style = style
        self._text = WrappedLabel(self, style="Surface.TLabel")
        self._about_data = ""
        self._buttons = {name: commands.button(self, name, style="Tool.TButton") for name in _BUTTONS}
        self.columnconfigure(0, weight=1)
        self._text.grid(row=0, column=0, sticky="ew")
        for column, button in enumerate(self._buttons.values(), 1):
            button.grid(row=0, column=column)
        style.on_change(self, self._space_out)
        self._space_out()

    @property
    def sentence(self) -> str:
        """What is said, "" if nothing is."""
        return str(self._text.cget("text"))

    def take_row(self, row: int, gap_px: int) -> None:
        """Take a row of the parent's grid, with a gap beside and below it."""
        self.grid(row=row, column=0, sticky="ew", padx=gap_px, pady=(0, gap_px))
        if not self.sentence:
            self.grid_remove()

    def show(self, sentence: str) -> None:
        """Say something about other data, or take the line away if there is nothing to say."""
        self._about_data = sentence
        self._show(sentence, ("download", "choose-data"))

    def show_misfit(self, sentence: str) -> None:
        """Say why network and data do not fit each other; "" if they do, and what was said of the data comes back."""
        if sentence:
            self._show(sentence, ("load", "choose-data"))
        else:
            self.show(self._about_data)

    def _show(self, sentence: str, buttons: Sequence[str]) -> None:
        self._text.configure(text=sentence)
        for name, button in self._buttons.items():
            if name in buttons:
                button.grid()
            else:
                button.grid_remove()
        if sentence:
            self.grid()
        else:
            self.grid_remove()

    def _space_out(self) -> None:
        gap = self._style.px(1)
        self.configure(padding=(2 * gap, gap))
        for button in self._buttons.values():
            is_shown = bool(button.grid_info())
            button.grid_configure(padx=(gap, 0))
            if not is_shown:
                button.grid_remove()

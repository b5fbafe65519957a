"""Shows a line under the toolbar while the program draws its own digits for want of others."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

from nnapp.gui.commands import CommandTable
from nnapp.gui.style import Style
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["DataNotice"]


class DataNotice(ttk.Frame):
    """A sentence about the data, with the buttons that change them. Tk thread only.

    It takes no room while there is nothing to say.

    Parameters
    ----------
    parent : widget
    style : Style
    commands : CommandTable
        Has "download" and "choose-data".
    """

    def __init__(self, parent: tk.Misc, style: Style, commands: CommandTable) -> None:
        super().__init__(parent, style="Surface.TFrame")
        self._style = style
        self._text = WrappedLabel(self, style="Surface.TLabel")
        self._buttons = [commands.button(self, name, style="Tool.TButton") for name in ("download", "choose-data")]
        self.columnconfigure(0, weight=1)
        self._text.grid(row=0, column=0, sticky="ew")
        for column, button in enumerate(self._buttons, 1):
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
        self.show(self.sentence)

    def show(self, sentence: str) -> None:
        """Say something, or take the line away if there is nothing to say."""
        self._text.configure(text=sentence)
        if sentence:
            self.grid()
        else:
            self.grid_remove()

    def _space_out(self) -> None:
        gap = self._style.px(1)
        self.configure(padding=(2 * gap, gap))
        for button in self._buttons:
            button.grid_configure(padx=(gap, 0))

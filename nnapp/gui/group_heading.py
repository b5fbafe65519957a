"""Shows the heading of a group that opens and closes, and whether something in it is wrong."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from nnapp.display.wording import counted
from nnapp.gui.style import Style

__all__ = ["GroupHeading"]


class GroupHeading(ttk.Frame):
    """A triangle and a name; a click, Space or Return opens and closes, Right opens, Left closes. Tk thread only.

    Parameters
    ----------
    parent : widget
    style : Style
    name : str
        What is in the group.
    is_open : bool
        Whether it is open at first.
    on_toggle : callable () -> None
        Called after each opening and closing.

    Attributes
    ----------
    is_open : bool
    """

    def __init__(self, parent: tk.Misc, style: Style, name: str, is_open: bool, on_toggle: Callable[[], None]) -> None:
        super().__init__(parent)
        self.is_open = is_open
        self._name = name
        self._on_toggle = on_toggle
        self._style = style
        self.button = ttk.Button(self, style="Group.Tool.TButton", command=lambda: self.open(not self.is_open))
        self._problems = ttk.Label(self, style="Error.TLabel")
        self.button.pack(side="left")
        self._problems.pack(side="right")
        self.button.bind("<Right>", lambda _: self.open())
        self.button.bind("<Left>", lambda _: self.open(False))
        self.button.bind("<Return>", self._on_return)
        style.on_change(self, self._apply_style)
        self._apply_style()
        self._show_name()

    def open(self, is_open: bool = True) -> None:
        """Open or close the group."""
        if is_open != self.is_open:
            self.is_open = is_open
            self._show_name()
            self._on_toggle()

    def show_problems(self, n_problems: int) -> None:
        """Say how many fields of the group are wrong, so that closing it hides none."""
        self._problems.configure(text=counted(n_problems, "problem") if n_problems else "")

    def _on_return(self, _: tk.Event[tk.Misc]) -> str:
        self.button.invoke()
        return "break"

    def _show_name(self) -> None:
        self.button.configure(text=f"{'▾' if self.is_open else '▸'} {self._name}")

    def _apply_style(self) -> None:
        padding = (self._style.px(0.5), self._style.px(0.75))
        ttk.Style(self).configure("Group.Tool.TButton", font="nnapp-bold", padding=padding)

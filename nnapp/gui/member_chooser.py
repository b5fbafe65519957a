"""Shows which network of an ensemble the diagram is of, lets another one be chosen, and says what all of them gain."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["MemberChooser"]

_HINT = "The network that diagram, tabs and explanations show. The answer is that of all of them together."


class MemberChooser(ttk.Frame):
    """A list of the networks of an ensemble. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_choose : callable (int)
        Called with the number of the network, from 0, that a person has chosen.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_choose: Callable[[int], None]) -> None:
        super().__init__(parent)
        self._on_choose = on_choose
        self.columnconfigure(1, weight=1)
        ttk.Label(self, text="Shown:", style="Muted.TLabel").grid(row=0, column=0)
        self._list = ttk.Combobox(self, state="readonly", width=16)
        self._list.grid(row=0, column=1, sticky="ew", padx=(style.px(1), 0))
        # Of one line whatever it says: more lines would move the squares beside it, and with them its own width.
        self._gain = ttk.Label(self, style="Muted.TLabel", width=1, takefocus=False)
        self._gain.grid(row=1, column=0, columnspan=2, sticky="ew")
        self._list.bind("<<ComboboxSelected>>", self._on_selected)
        Tooltip(self._list, style, _HINT)
        Tooltip(self._gain, style, lambda x, y: self.read_gain() or None)

    def show_members(self, names: Sequence[str], chosen: int) -> None:
        """Show the names of the networks, and which one is chosen."""
        self._list.configure(values=list(names))
        self._list.current(chosen)

    def show_gain(self, sentence: str) -> None:
        """Say what the networks gain by answering together; "" while that is not known."""
        self._gain.configure(text=sentence)

    def read_gain(self) -> str:
        """Return what is said to be gained."""
        return str(self._gain.cget("text"))

    def read_member(self) -> int:
        """Return the number of the chosen network."""
        return self._list.current()

    def _on_selected(self, _event: tk.Event[ttk.Combobox]) -> None:
        self._list.selection_clear()
        self._on_choose(self._list.current())

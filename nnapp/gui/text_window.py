"""Shows a text in a window of its own, to be read, selected and copied."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

from nnapp.gui.placement import place_over
from nnapp.gui.style import Style

__all__ = ["TextWindow", "show_text"]


def show_text(parent: tk.Misc, style: Style, title: str, text: str) -> tk.Toplevel:
    """Open a window with a text that can be read, selected and copied, and return it. Tk thread only."""
    return TextWindow(parent, style, title, text)


class TextWindow(tk.Toplevel):
    """A window with a text to read. Escape closes it. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    title, text : str
    """

    def __init__(self, parent: tk.Misc, style: Style, title: str, text: str) -> None:
        super().__init__(parent)
        self.withdraw()
        self.title(title)
        px = style.px
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        lines = text.splitlines() or [""]
        width = min(max(30, *map(len, lines)), 100)
        self._view = tk.Text(
            self,
            wrap="word",
            font="nnapp-mono",
            width=width,
            height=min(max(len(lines), 4), 36),
            padx=px(3),
            pady=px(2),
        )
        self._view.insert("1.0", text)
        self._view.configure(state="disabled")
        scrollbar = ttk.Scrollbar(self, command=self._view.yview, takefocus=False)
        self._view.configure(yscrollcommand=scrollbar.set)
        self._view.grid(row=0, column=0, sticky="nswe", padx=(px(4), 0), pady=(px(4), 0))
        scrollbar.grid(row=0, column=1, sticky="ns", padx=(0, px(4)), pady=(px(4), 0))
        row = ttk.Frame(self)
        row.grid(row=1, column=0, columnspan=2, sticky="e", padx=px(4), pady=px(3))
        ttk.Button(row, text="Copy all", command=lambda: self._copy(text)).grid(row=0, column=0, padx=(0, px(2)))
        ttk.Button(row, text="Close", command=self.destroy).grid(row=0, column=1)
        self.bind("<Escape>", lambda _event: self.destroy())
        place_over(self, parent)
        self.deiconify()
        self._view.focus_set()

    def _copy(self, text: str) -> None:
        self.clipboard_clear()
        self.clipboard_append(text)

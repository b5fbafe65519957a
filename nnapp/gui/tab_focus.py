"""Shows tabs that keep the keyboard when they are clicked, where ttk gives it to the first field below them."""

from __future__ import annotations

import tkinter as tk

__all__ = ["keep_focus_on_tabs"]


def keep_focus_on_tabs(root: tk.Tk) -> None:
    """Give a tab the focus as soon as it is clicked. Tk thread only.

    Otherwise ttk goes to the first field of the page by ``<<TraverseIn>>``, as Tab does, and the explanation that
    belongs to the keyboard appears far from the pointer, where nothing takes it away.
    """
    root.tk.call("bind", "TNotebook", "<Button-1>", "focus %W; ttk::notebook::Press %W %x %y")

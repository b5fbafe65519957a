"""Shows texts that obey the keys people know from other programs, where Tk on X11 follows Emacs."""

from __future__ import annotations

import tkinter as tk

__all__ = ["use_familiar_keys"]

# The second is the same with Caps Lock on.
_CONTROL_A = ("<Control-Key-a>", "<Control-Lock-Key-A>")


def use_familiar_keys(root: tk.Tk) -> None:
    """Make Ctrl+A select all in the fields and texts of `root`, and read-only texts take the focus. Tk thread only.

    Without the focus, a text that is only read could not be scrolled, selected and copied by keyboard.
    """
    if root.tk.call("tk", "windowingsystem") == "x11":
        root.event_delete("<<LineStart>>", *_CONTROL_A)
        root.event_add("<<SelectAll>>", *_CONTROL_A)
    root.option_add("*Text.takeFocus", "1")
    root.bind_class("Text", "<ButtonPress-1>", lambda event: event.widget.focus_set(), add="+")

"""Shows nothing: what the buttons of mice and pens mean to what is drawn on."""

from __future__ import annotations

import tkinter as tk

__all__ = ["DRAWING_BUTTON", "ERASING_BUTTONS", "has_button_down"]

DRAWING_BUTTON = 1

ERASING_BUTTONS = (2, 3)
"""The right button is number 2 on macOS and 3 elsewhere; the other one is a mouse's wheel or a pen's second button."""


def has_button_down(event: tk.Event[tk.Misc]) -> bool:
    """Return whether a button was down just before an event.

    If none was, the button that something is drawn with is no longer held: its release went to another window.
    """
    return bool(int(event.state) & 0x1F00)

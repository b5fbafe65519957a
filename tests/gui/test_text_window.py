"""The window that shows a text."""

from __future__ import annotations

import tkinter as tk
from typing import Any

from nnapp.gui.style import Style
from nnapp.gui.text_window import show_text


def test_text_window_can_be_read_copied_and_closed(root: tk.Tk, style: Style, xdo: Any, wait_until: Any) -> None:
    window = show_text(root, style, "Indices", "115, 247\n448")
    wait_until(lambda: isinstance(root.focus_get(), tk.Text))
    xdo.type("x")
    xdo.key("Tab", "space")  # to Copy all
    assert root.clipboard_get() == "115, 247\n448"
    xdo.key("Escape")
    assert not window.winfo_exists()

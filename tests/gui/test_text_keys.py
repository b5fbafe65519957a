"""Familiar keys in fields and texts."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Any

import pytest

from nnapp.gui.style import Style


@pytest.mark.parametrize("field", [ttk.Entry, ttk.Combobox, ttk.Spinbox, tk.Text])
def test_control_a_selects_all(root: tk.Tk, style: Style, xdo: Any, field: Any) -> None:
    widget = field(root)
    widget.pack()
    widget.insert("end", "128, 64")
    widget.focus_set()
    root.update()
    xdo.key("ctrl+a", "ctrl+c")
    assert root.clipboard_get().strip() == "128, 64"
    xdo.type("7")
    assert (widget.get("1.0", "end-1c") if field is tk.Text else widget.get()) == "7"


def test_text_that_is_only_read_takes_the_focus(root: tk.Tk, style: Style, xdo: Any) -> None:
    entry = ttk.Entry(root)
    entry.pack()
    text = tk.Text(root, state="disabled", height=5)
    text.pack()
    entry.focus_set()
    root.update()
    xdo.key("Tab")
    assert root.focus_get() is text
    xdo.click(entry)
    assert root.focus_get() is entry
    xdo.click(text)
    assert root.focus_get() is text

"""Clicks on tabs, by real events."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Any

from support.tooltips import shown_tip

from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip


def test_a_click_on_a_tab_explains_no_field(
    root: tk.Tk, style: Style, xdo: Any, wait_until: Callable[..., None], let_pass: Callable[[float], None]
) -> None:
    tabs = ttk.Notebook(root)
    pages = [ttk.Frame(tabs), ttk.Frame(tabs)]
    for name, page in zip(("Graphs", "Weights"), pages, strict=True):
        tabs.add(page, text=name)
    field = ttk.Entry(pages[1])
    field.pack(padx=50, pady=50)
    Tooltip(field, style, "Which weights are shown.", delay_ms=50)
    other = ttk.Entry(root)
    other.pack()
    tabs.pack()
    other.focus_set()
    root.update()
    second = next(x for x in range(tabs.winfo_width()) if tabs.tk.call(tabs, "index", f"@{x},10") == 1)

    xdo.click(tabs, second + 5, 10)
    wait_until(lambda: tabs.select() == str(pages[1]))
    let_pass(0.3)
    assert root.focus_get() is tabs
    assert shown_tip(root) == ""
    xdo.key("Tab")  # who goes to the field by the keyboard is told
    wait_until(lambda: shown_tip(root) == "Which weights are shown.")
    xdo.click(tabs, 5, 10)
    wait_until(lambda: tabs.select() == str(pages[0]))
    xdo.key("Right")
    wait_until(lambda: tabs.select() == str(pages[1]))

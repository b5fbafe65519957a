from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Any

import pytest

from nnapp.gui.group_heading import GroupHeading
from nnapp.gui.style import Style


class Toggles:
    """A heading, and the states it was in after each time it said that it had changed."""

    def __init__(self, root: tk.Tk, style: Style, is_open: bool) -> None:
        self.states: list[bool] = []
        self.heading = GroupHeading(root, style, "Training", is_open, lambda: self.states.append(self.heading.is_open))
        self.heading.pack(fill="x")


@pytest.mark.parametrize(
    ("is_open", "key", "states"),
    [
        (True, "space", [False]),
        (True, "Return", [False]),
        (True, "Left", [False]),
        (True, "Right", []),
        (False, "space", [True]),
        (False, "Return", [True]),
        (False, "Right", [True]),
        (False, "Left", []),
    ],
)
def test_keys(
    root: tk.Tk,
    style: Style,
    xdo: Any,
    wait_until: Callable[..., None],
    let_pass: Callable[[float], None],
    is_open: bool,
    key: str,
    states: list[bool],
) -> None:
    toggles = Toggles(root, style, is_open)
    toggles.heading.button.focus_force()
    wait_until(lambda: root.focus_get() is toggles.heading.button)

    xdo.key(key)
    let_pass(0.05)

    assert toggles.states == states


def test_click(root: tk.Tk, style: Style, xdo: Any, wait_until: Callable[..., None]) -> None:
    toggles = Toggles(root, style, True)
    shut, opened = "▸ Training", "▾ Training"
    assert toggles.heading.button.cget("text") == opened

    xdo.click(toggles.heading.button)
    wait_until(lambda: toggles.states == [False])
    assert toggles.heading.button.cget("text") == shut

    xdo.click(toggles.heading.button)
    wait_until(lambda: toggles.states == [False, True])
    assert toggles.heading.button.cget("text") == opened


@pytest.mark.parametrize(("n_problems", "text"), [(0, ""), (1, "1 problem"), (3, "3 problems")])
def test_problems_are_counted(root: tk.Tk, style: Style, n_problems: int, text: str) -> None:
    heading = GroupHeading(root, style, "Training", True, lambda: None)

    heading.show_problems(n_problems)

    assert [str(child.cget("text")) for child in heading.winfo_children() if isinstance(child, ttk.Label)] == [text]

"""The Help window: every command is in it, it can be searched, and the keyboard is enough."""

from __future__ import annotations

import tkinter as tk
from typing import Any

import pytest

from nnapp.gui.command import Command, HelpRow
from nnapp.gui.commands import CommandTable
from nnapp.gui.help_window import HelpWindow
from nnapp.gui.style import Style

COMMANDS = [
    Command("load", "Load Network…", "File", "Ctrl+O", "Loads a network from a file."),
    Command("train", "Train", "Train", "F5", "Trains the network, or pauses."),
    Command("dark", "Dark", "View/Theme", "", "Light text on dark.", kind="radio", group="theme", value="dark"),
    Command("copy", "Copy Indices", "", "Ctrl+C", "Copies the indices."),
    *(Command(f"more{number}", f"More {number}", "More", "", "Fills the window.") for number in range(40)),
]
SECTIONS = [("The matrix", "Point at a cell to see which images are in it.")]


@pytest.fixture
def table(root: tk.Tk, style: Style) -> CommandTable:
    return CommandTable(root, style, COMMANDS, {command.handled_by: lambda *_: None for command in COMMANDS})


@pytest.fixture
def window(root: tk.Tk, style: Style, table: CommandTable, wait_until: Any) -> HelpWindow:
    window = HelpWindow(root, style, "Help", table.help_rows(), SECTIONS)
    wait_until(lambda: window.winfo_viewable() and window.focus_displayof() is not None)
    return window


def test_lists_every_command_with_shortcut_and_help(window: HelpWindow) -> None:
    text = window.read_text()
    for command in COMMANDS:
        assert f"{command.label}\t{command.shortcut}\n{command.help}" in text
    assert "View → Theme\n" in text
    assert "The matrix\nPoint at a cell to see which images are in it." in text


def test_search_narrows_it_down(window: HelpWindow, xdo: Any) -> None:
    xdo.type("network train")  # the field has the focus; all words must be there, in any order
    assert "Trains the network" in window.read_text()
    assert "Loads a network" not in window.read_text()
    assert "The matrix" not in window.read_text()
    xdo.key("ctrl+a", "BackSpace")
    xdo.type("ctrl+o")
    assert "Loads a network" in window.read_text()
    xdo.type("xyz")
    assert window.read_text() == "Nothing here has “ctrl+oxyz” in it."
    xdo.key("ctrl+a", "BackSpace")
    assert "The matrix" in window.read_text()


def test_keyboard_scrolls_and_closes(window: HelpWindow, xdo: Any) -> None:
    text = next(child for child in window.winfo_children() if isinstance(child, tk.Text))
    assert text.yview()[0] == 0
    xdo.key("Next")
    assert text.yview()[0] > 0.1
    xdo.key("Prior", "Down")
    assert 0 < text.yview()[0] < 0.1
    xdo.key("Escape")
    assert not window.winfo_exists()


def test_text_cannot_be_changed_but_copied(window: HelpWindow, xdo: Any, root: tk.Tk) -> None:
    before = window.read_text()
    xdo.key("Tab")
    xdo.type("x")
    assert window.read_text() == before
    xdo.key("ctrl+a", "ctrl+c")
    assert root.clipboard_get().startswith("The matrix")


def test_follows_the_theme(root: tk.Tk, style: Style, window: HelpWindow) -> None:
    text = next(child for child in window.winfo_children() if isinstance(child, tk.Text))
    style.apply(theme="dark")
    assert str(text.cget("background")) == style.palette.surface
    assert str(text.tag_cget("help", "foreground")) == style.palette.muted_text
    window.destroy()
    style.apply(theme="light")


def test_rows_without_menu_have_a_heading(root: tk.Tk, style: Style) -> None:
    window = HelpWindow(root, style, "Help", [HelpRow("", "Copy", "Ctrl+C", "Copies.")])
    assert window.read_text() == "Keys\nCopy\tCtrl+C\nCopies.\n"

"""Shortcuts: how they are written, shown and recognised."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from types import SimpleNamespace

import pytest

from nnapp.gui.shortcuts import Shortcut, is_needed_by


def pressed(keysym: str, state: int) -> SimpleNamespace:
    return SimpleNamespace(keysym=keysym, state=state)


@pytest.mark.parametrize(
    ("text", "modifiers", "key"),
    [
        ("Ctrl+Shift+S", {"Ctrl", "Shift"}, "s"),
        ("F5", set(), "f5"),
        ("Shift+F5", {"Shift"}, "f5"),
        ("Ctrl++", {"Ctrl"}, "+"),
        ("+", set(), "+"),
        ("Ctrl+-", {"Ctrl"}, "-"),
        ("Space", set(), "space"),
        ("Alt+Left", {"Alt"}, "left"),
    ],
)
def test_parse_and_text(text: str, modifiers: set[str], key: str) -> None:
    shortcut = Shortcut.parse(text)
    assert shortcut == Shortcut(frozenset(modifiers), key)
    assert shortcut.text("x11") == text


@pytest.mark.parametrize("text", ["", "Ctrl+", "Strg+S", "Ctrl+Shift+", "S+Ctrl"])
def test_what_is_no_shortcut_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="written like"):
        Shortcut.parse(text)


def test_macos_has_its_own_signs() -> None:
    """Apple's Human Interface Guidelines name modifiers in the order Option, Shift, Command."""
    shortcut = Shortcut.parse("Ctrl+Shift+S")
    assert shortcut.text("aqua") == "⇧⌘S"
    assert shortcut.accelerator("aqua") == "Command-Shift-S"
    assert Shortcut.parse("Ctrl++").accelerator("aqua") == "Command-+"
    assert shortcut.accelerator("win32") == "Ctrl+Shift+S"


# Bits of an event's state, from X.h, Tk's tkWinKey.c and tkMacOSXKeyEvent.c.
SHIFT, CAPS_LOCK, CONTROL, MOD1, MOD2 = 0x1, 0x2, 0x4, 0x8, 0x10


@pytest.mark.parametrize(
    ("text", "system", "keysym", "state", "is_match"),
    [
        ("Ctrl+S", "x11", "s", CONTROL, True),
        ("Ctrl+S", "x11", "s", CONTROL | MOD2, True),  # Num Lock is on
        ("Ctrl+S", "x11", "S", CONTROL | CAPS_LOCK, True),
        ("Ctrl+S", "x11", "S", CONTROL | SHIFT, False),
        ("Ctrl+S", "x11", "s", CONTROL | MOD1, False),
        ("Ctrl+S", "x11", "s", 0, False),
        ("Ctrl+S", "aqua", "s", MOD1, True),  # Command
        ("Ctrl+S", "aqua", "s", CONTROL, False),
        ("Ctrl+S", "win32", "s", CONTROL | MOD1, True),  # Num Lock again
        ("Ctrl+S", "win32", "s", CONTROL | 0x20000, False),  # AltGr comes as Control and Alt
        ("Ctrl+Shift+S", "x11", "S", CONTROL | SHIFT, True),
        ("Ctrl+Shift+S", "x11", "s", CONTROL, False),
        ("F5", "x11", "F5", 0, True),
        ("F5", "x11", "F5", SHIFT, False),
        ("Shift+F5", "x11", "F5", SHIFT, True),
        ("Ctrl++", "x11", "plus", CONTROL | SHIFT, True),  # Shift and "=" on an American keyboard
        ("Ctrl++", "x11", "plus", CONTROL, True),  # a key of its own on a German one
        ("Ctrl++", "x11", "KP_Add", CONTROL, True),
        ("Ctrl+0", "x11", "0", CONTROL, True),
        ("?", "x11", "question", SHIFT, True),
        ("PageUp", "x11", "Prior", 0, True),
        ("Del", "x11", "Delete", 0, True),
    ],
)
def test_matches(text: str, system: str, keysym: str, state: int, is_match: bool) -> None:
    assert Shortcut.parse(text).matches(pressed(keysym, state), system) == is_match  # type: ignore[arg-type]  # enough


@pytest.mark.parametrize(
    ("text", "in_entry", "in_log", "on_button"),
    [
        ("P", True, False, False),
        ("Space", True, False, True),
        ("Left", True, True, False),
        ("Del", True, False, False),
        ("Shift+P", True, False, False),
        ("Ctrl+C", True, True, False),
        ("Ctrl+Z", True, False, False),
        ("Ctrl+S", False, False, False),
        ("Ctrl+E", False, False, False),
        ("F5", False, False, False),
        ("Shift+F5", False, False, False),
        ("Esc", False, False, False),
        ("Alt+Left", True, True, False),  # goes by words on macOS
    ],
)
def test_who_needs_keys_for_itself(root: tk.Tk, text: str, in_entry: bool, in_log: bool, on_button: bool) -> None:
    shortcut = Shortcut.parse(text)
    for field in (ttk.Entry(root), ttk.Combobox(root), ttk.Spinbox(root), tk.Entry(root), tk.Text(root)):
        assert is_needed_by(field, shortcut) == in_entry, field.winfo_class()
    assert is_needed_by(tk.Text(root, state="disabled"), shortcut) == in_log
    assert is_needed_by(ttk.Button(root), shortcut) == on_button
    assert not is_needed_by(ttk.Frame(root), shortcut)
    assert not is_needed_by(".a.widget.of.tk", shortcut)

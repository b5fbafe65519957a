"""Shows and recognises keyboard shortcuts: "Ctrl+Shift+S" in a menu and a tooltip, and the keys that mean it."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from tkinter import ttk

__all__ = ["KeyPresses", "Shortcut", "is_needed_by"]

_MODIFIERS = ("Ctrl", "Alt", "Shift")
_SYMBOLS_ON_MACOS = {"Ctrl": "⌘", "Alt": "⌥", "Shift": "⇧"}
_NAMES_ON_MACOS = {"Ctrl": "Command", "Alt": "Option", "Shift": "Shift"}

# Bits of an event's state; everything else in it (Num Lock, pointer buttons) does not matter.
_STATE_BITS = {
    "x11": {"Ctrl": 0x4, "Alt": 0x8, "Shift": 0x1},
    "win32": {"Ctrl": 0x4, "Alt": 0x20000, "Shift": 0x1},
    "aqua": {"Ctrl": 0x8, "Alt": 0x10, "Shift": 0x1},
}

# What Tk calls keys that people write otherwise, and the keypad's keys, which mean the same.
_KEYSYMS = {
    "+": {"plus", "kp_add"},
    "-": {"minus", "kp_subtract"},
    "=": {"equal", "kp_equal"},
    ",": {"comma"},
    ".": {"period"},
    "/": {"slash", "kp_divide"},
    "?": {"question"},
    "space": {"space"},
    "enter": {"return", "kp_enter"},
    "esc": {"escape"},
    "del": {"delete", "kp_delete"},
    "pageup": {"prior", "kp_prior"},
    "pagedown": {"next", "kp_next"},
    **{str(digit): {str(digit), f"kp_{digit}"} for digit in range(10)},
}

# Keys with which text is edited whatever the program uses them for elsewhere.
_EDITING_KEYS = {"a", "c", "v", "x", "y", "z", "left", "right", "home", "end", "del", "backspace"}
_READING_KEYS = {"a", "c", "left", "right", "up", "down", "home", "end", "pageup", "pagedown"}
_TEXT_FIELDS = (tk.Entry, tk.Text, ttk.Entry)  # ttk's combobox and spinbox are entries as well

# Keys that a widget with the focus takes for itself.
_OWN_KEYS: dict[str, set[str]] = {
    "TButton": {"space"},
    "TCheckbutton": {"space"},
    "TRadiobutton": {"space", "up", "down"},
    "TMenubutton": {"space", "up", "down"},
    "TNotebook": {"left", "right", "up", "down"},
    "TScale": {"left", "right", "up", "down", "home", "end"},
    "Treeview": {"left", "right", "up", "down", "home", "end", "pageup", "pagedown", "space", "enter"},
    "Listbox": {"left", "right", "up", "down", "home", "end", "pageup", "pagedown", "space"},
}


@dataclass(frozen=True)
class Shortcut:
    """Keys pressed together.

    Attributes
    ----------
    modifiers : frozenset of str
        Of "Ctrl", "Alt" and "Shift". "Ctrl" is the Command key on macOS.
    key : str
        Small letters: "s", "f5", "+", "space", "left", …
    """

    modifiers: frozenset[str]
    key: str

    @classmethod
    def parse(cls, text: str) -> Shortcut:
        """Return the shortcut that is written ``"Ctrl+Shift+S"``, ``"F5"``, ``"Ctrl++"``.

        Raises
        ------
        ValueError
            If a modifier is unknown or the key is missing.
        """
        *modifiers, key = text.replace("++", "+plus").split("+") if text != "+" else ["plus"]
        if not key or not set(modifiers) <= set(_MODIFIERS):
            raise ValueError(f"A shortcut must be written like Ctrl+Shift+S; got {text!r}.")
        return cls(frozenset(modifiers), "+" if key == "plus" else key.lower())

    def text(self, system: str) -> str:
        """Return how it is shown to people on a windowing system ("x11", "win32" or "aqua")."""
        key = self.key.upper() if len(self.key) == 1 else self.key.capitalize()
        modifiers = [modifier for modifier in _MODIFIERS if modifier in self.modifiers]
        if system == "aqua":
            return "".join(_SYMBOLS_ON_MACOS[modifier] for modifier in reversed(modifiers)) + key
        return "+".join([*modifiers, key])

    def accelerator(self, system: str) -> str:
        """Return how a Tk menu wants it, which draws the symbols of macOS from the keys' names."""
        if system != "aqua":
            return self.text(system)
        modifiers = [_NAMES_ON_MACOS[modifier] for modifier in _MODIFIERS if modifier in self.modifiers]
        return "-".join([*modifiers, self.text("x11").rpartition("+")[2] or "+"])

    def matches(self, event: tk.Event[tk.Misc], system: str) -> bool:
        """Return whether a key press is this shortcut, no key missing and none too many.

        Shift does not count where it only reaches the sign, as for "+" on many keyboards.
        """
        if event.keysym.lower() not in _KEYSYMS.get(self.key, {self.key}):
            return False
        pressed = {name for name, bit in _STATE_BITS[system].items() if int(event.state) & bit}
        if len(self.key) == 1 and not self.key.isalpha():
            pressed -= {"Shift"}
        return pressed == self.modifiers

    def sequence_in_text(self, system: str) -> str:
        """Return the event for which Tk's texts may have a meaning of their own that the shortcut replaces, or ""."""
        if "Ctrl" not in self.modifiers or not self.key.isalnum() or len(self.key) > 1 or _edits_text(self):
            return ""
        key = self.key.upper() if "Shift" in self.modifiers else self.key
        return f"<{'Command' if system == 'aqua' else 'Control'}-Key-{key}>"


def is_needed_by(widget: object, shortcut: Shortcut) -> bool:
    """Return whether a widget that has the focus needs the keys of a shortcut for itself. Tk thread only."""
    if isinstance(widget, tk.Text) and str(widget.cget("state")) == "disabled":
        # Nothing can be typed into it, but with the keyboard it is read, selected and copied.
        return shortcut.key in _READING_KEYS
    if isinstance(widget, _TEXT_FIELDS):
        return _edits_text(shortcut)
    if isinstance(widget, tk.Misc) and not shortcut.modifiers:
        return shortcut.key in _OWN_KEYS.get(widget.winfo_class(), set())
    return False


def _edits_text(shortcut: Shortcut) -> bool:
    """Return whether the keys of a shortcut type or edit text: plain keys, or copy, paste, undo and the like."""
    if shortcut.key == "esc" or (shortcut.key.startswith("f") and shortcut.key[1:].isdigit()):
        return False
    return not shortcut.modifiers & {"Ctrl", "Alt"} or shortcut.key in _EDITING_KEYS


class KeyPresses:
    """Hear of the keys pressed in a window, and whether one is new or repeated because it is held. Tk thread only.

    Parameters
    ----------
    window : tk.Misc
        A toplevel window.
    on_press : callable
        Called with the event and whether it is a repetition; if it returns True, nothing else hears of the key.
    """

    def __init__(self, window: tk.Misc, on_press: Callable[[tk.Event[tk.Misc], bool], bool]) -> None:
        self._on_press = on_press
        self._down: set[int] = set()
        self._released_at: dict[int, int] = {}
        window.bind("<KeyPress>", self._on_key_press, add="+")
        window.bind("<KeyRelease>", self._on_key_release, add="+")
        # Another window hears of the release then.
        window.bind("<FocusOut>", lambda _event: self._down.clear(), add="+")

    def _on_key_press(self, event: tk.Event[tk.Misc]) -> str | None:
        # A key that is held sends more presses, on X11 each with a release at the same millisecond before it.
        is_repeat = event.keycode in self._down or self._released_at.get(event.keycode) == event.time
        self._down.add(event.keycode)
        return "break" if self._on_press(event, is_repeat) else None

    def _on_key_release(self, event: tk.Event[tk.Misc]) -> None:
        self._down.discard(event.keycode)
        self._released_at[event.keycode] = event.time

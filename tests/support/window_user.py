"""A person at a window of the program: keys, menus and dialogs by real events, and what is on the screen."""

from __future__ import annotations

import subprocess
import tkinter as tk
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tkinter import filedialog, ttk
from typing import Any

import pytest

Button = ttk.Button | ttk.Checkbutton | ttk.Radiobutton


class WindowUser:
    """A person at a window.

    Parameters
    ----------
    root, xdo, wait_until
        The fixtures of that name.
    monkeypatch : pytest.MonkeyPatch
        Answers the dialogs of the system that ask for files, which are no part of the program.
    """

    def __init__(self, root: tk.Tk, xdo: Any, wait_until: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.xdo = xdo
        self.wait_until = wait_until
        self.is_closed = False
        self.asked: list[dict[str, Any]] = []
        self._monkeypatch = monkeypatch
        # The fixture still has to look at the window after it was closed.
        monkeypatch.setattr(root, "destroy", self._note_closed)
        self.answer_files("")

    def _note_closed(self) -> None:
        self.is_closed = True

    # What is there ------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        return str(self.root.title())

    def button(self, *labels: str) -> Button:
        """Return the button that says one of some words."""
        return next(
            widget for widget in all_widgets(self.root) if isinstance(widget, Button) and text_of(widget) in labels
        )

    def texts(self, widget: tk.Misc) -> list[str]:
        """Return what the labels, buttons and canvases inside a widget say."""
        found: list[str] = []
        for part in all_widgets(widget):
            found.append(text_of(part))
            if isinstance(part, tk.Canvas):
                found += [part.itemcget(item, "text") for item in part.find_all() if part.type(item) == "text"]
        return [text for text in found if text]

    def windows(self) -> list[tk.Toplevel]:
        """Return the other windows that are open."""
        children = self.root.winfo_children()
        return [child for child in children if isinstance(child, tk.Toplevel) and child.winfo_viewable()]

    # What the person does -----------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        self.xdo.key(*keys)

    def choose(self, *labels: str) -> None:
        """Choose from the menus with the keyboard: ``choose("View", "Theme", "Dark")``."""
        # A question that was just answered gives the focus back when the window manager has seen to it.
        self.wait_until(lambda: str(self.root.tk.call("focus")).startswith(".") and not self.root.grab_current())
        menu: tk.Menu = self.root.nametowidget(self.root.cget("menu"))
        modifier = "alt+"
        for label in labels:
            index = find_entry(menu, label)
            place = int(menu.entrycget(index, "underline"))
            if place >= 0:
                self.press(modifier + label[place].lower())
            else:
                n_separators = sum(menu.type(earlier) == "separator" for earlier in range(index))
                self.press(*["Down"] * (index - n_separators), "Return")
            modifier = ""
            if menu.type(index) == "cascade":
                menu = self.root.nametowidget(menu.entrycget(index, "menu"))
                self.wait_until(partial(self.root.tk.call, "winfo", "viewable", shown_menu(menu)))

    def pick_from(self, chooser: tk.Misc, position: int) -> None:
        """Choose from a drop-down list with the keyboard."""
        chooser.focus_set()
        self.press("Down")
        popdown = self.root.tk.call("ttk::combobox::PopdownWindow", chooser)
        self.wait_until(partial(self.root.tk.call, "winfo", "viewable", popdown))
        choices = self.root.tk.splitlist(chooser.cget("values"))
        self.press(*["Up"] * len(choices), *["Down"] * position, "Return")
        self.wait_until(lambda: not self.root.tk.call("winfo", "viewable", popdown))

    def answer_files(self, path: str | Path) -> None:
        """Give the same answer to whatever next asks for a file or a folder; "" for Cancel."""

        def answer(**options: Any) -> str:
            self.asked.append(options)
            return str(path)

        for name in ("askopenfilename", "asksaveasfilename", "askdirectory"):
            self._monkeypatch.setattr(filedialog, name, answer)

    def answer_several(self, *paths: str | Path) -> None:
        """Give the same answer to whatever next asks for several files; without any, Cancel."""

        def answer(**options: Any) -> tuple[str, ...]:
            self.asked.append(options)
            return tuple(map(str, paths))

        self._monkeypatch.setattr(filedialog, "askopenfilenames", answer)

    @contextmanager
    def answering(self, *keys: str, once: str = "") -> Iterator[list[str]]:
        """Press keys in the question that comes up inside the ``with`` block; yield the list of what it said.

        They are pressed once the question has the focus and says the words of `once`.
        """
        said: list[str] = []
        after_ids: list[str] = []

        def answer() -> None:
            windows = self.windows()
            has_focus = windows and str(self.root.focus_get()).startswith(f"{windows[-1]}.")
            if has_focus and any(once in text for text in ["", *self.texts(windows[-1])]):
                said.extend(self.texts(windows[-1]))
                subprocess.run(["xdotool", "key", "--delay", "20", *keys], check=True, timeout=20)
            else:
                after_ids.append(self.root.after(10, answer))

        after_ids.append(self.root.after(10, answer))
        yield said
        self.wait_until(lambda: said and not self.windows())
        for after_id in after_ids:
            self.root.after_cancel(after_id)


def all_widgets(widget: tk.Misc) -> Iterator[tk.Misc]:
    """Yield all widgets inside a widget, in the order in which they were made."""
    for child in widget.winfo_children():
        yield child
        yield from all_widgets(child)


def text_of(widget: tk.Misc) -> str:
    """Return what a button or a label says, "" for other widgets."""
    return str(widget.cget("text")) if isinstance(widget, ttk.Label | Button) else ""


def shown_menu(menu: tk.Menu) -> str:
    """Return the name of what is on the screen for a menu of a menu bar: Tk shows a copy on X11."""
    if menu._windowingsystem != "x11":
        return str(menu)
    parts = str(menu).split(".")[1:]
    return "".join(f".#{'#'.join(parts[:length])}" for length in range(1, len(parts) + 1))


def find_entry(menu: tk.Menu, label: str) -> int:
    """Return the place of an entry in a menu."""
    for index in range(int(menu.index("end") or 0) + 1):
        if menu.type(index) != "separator" and menu.entrycget(index, "label") == label:
            return index
    raise AssertionError(f"no entry {label} in the menu")

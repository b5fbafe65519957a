"""The training window as a person uses it: keys, menus and fields by real events, and what is on the screen."""

from __future__ import annotations

import subprocess
import tkinter as tk
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tkinter import filedialog, ttk
from types import SimpleNamespace
from typing import Any

import pytest

from nnapp.gui import testing_process
from nnapp.gui.training_app import TrainingApp
from nnapp.storage.preferences import load_preferences

STOP_TIMEOUT_S = 10.0


class TrainingWindowUser:
    """A person at the training window.

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
        self._monkeypatch = monkeypatch
        # The fixture still has to look at the window after it was closed.
        monkeypatch.setattr(root, "destroy", self._note_closed)
        self.app = TrainingApp(root, load_preferences())
        self.asked: list[dict[str, Any]] = []
        self.answer_files("")

    def _note_closed(self) -> None:
        self.is_closed = True

    def leave(self) -> None:
        """End all that goes on, whatever it is."""
        self.app.board.stop_all(STOP_TIMEOUT_S)
        self._monkeypatch.undo()

    # What is there ------------------------------------------------------------------------------

    @property
    def log(self) -> str:
        """All that the log shows."""
        return self.app.window.log.read_text()

    @property
    def title(self) -> str:
        return str(self.root.title())

    @property
    def session(self) -> Any:
        return self.app.session

    @property
    def is_idle(self) -> bool:
        """Whether nothing goes on in the background."""
        app = self.app
        return app.runs.state == "idle" and not app.data.is_busy and not app.evaluations.is_running

    @property
    def train_label(self) -> str:
        """What the obvious button says."""
        return str(self.button("Train", "Pause", "Resume").cget("text"))

    def button(self, *labels: str) -> ttk.Button:
        """Return the button that says one of some words."""
        return next(
            widget for widget in all_widgets(self.root) if isinstance(widget, ttk.Button) and text_of(widget) in labels
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

    def open_data(self, folder: Path) -> None:
        """Start as the program does, with a data set."""
        self.app.start(None, str(folder))
        self.wait_until(lambda: self.is_idle and self.session.dataset is not None)

    def press(self, *keys: str) -> None:
        self.xdo.key(*keys)

    def choose(self, *labels: str) -> None:
        """Choose from the menus with the keyboard: ``choose("View", "Theme", "Dark")``."""
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

    def fill(self, name: str, text: str) -> None:
        """Type a value into the field of a setting, in place of the one that is there."""
        self.go_to(name)
        self.press("ctrl+a", "BackSpace")
        self.xdo.type(text)

    def pick(self, name: str, choice: str) -> None:
        """Choose from the drop-down list of a setting with the keyboard."""
        self.go_to(name)
        choices = self.app.window.settings.fields[name].setting.choices
        self.press("Down", "Home", *["Down"] * choices.index(choice), "Return")

    def go_to(self, name: str) -> None:
        """Put the focus into the field of a setting, and open its group if need be."""
        panel = self.app.window.settings
        for heading in panel.headings.values():
            heading.open()
        panel.fields[name].input.focus_set()
        self.wait_until(lambda: panel.fields[name].has_focus)

    def answer_files(self, path: str | Path) -> None:
        """Give the same answer to whatever next asks for a file or a folder; "" for Cancel."""

        def answer(**options: Any) -> str:
            self.asked.append(options)
            return str(path)

        for name in ("askopenfilename", "asksaveasfilename", "askdirectory"):
            self._monkeypatch.setattr(filedialog, name, answer)

    @contextmanager
    def answering(self, *keys: str) -> Iterator[list[str]]:
        """Press keys in the question that comes up inside the ``with`` block; yield the list of what it said."""
        said: list[str] = []
        after_ids: list[str] = []

        def answer() -> None:
            windows = self.windows()
            if windows and str(self.root.focus_get()).startswith(f"{windows[-1]}."):
                said.extend(self.texts(windows[-1]))
                subprocess.run(["xdotool", "key", "--delay", "20", *keys], check=True, timeout=20)
            else:
                after_ids.append(self.root.after(10, answer))

        after_ids.append(self.root.after(10, answer))
        yield said
        self.wait_until(lambda: said and not self.windows())
        for after_id in after_ids:
            self.root.after_cancel(after_id)

    def wait_for_log(self, sentence: str, timeout_s: float = 10.0) -> None:
        self.wait_until(lambda: sentence in self.log, timeout_s)

    def wait_until_idle(self, timeout_s: float = 20.0) -> None:
        self.wait_until(lambda: self.is_idle, timeout_s)

    def train(self, **settings: str) -> None:
        """Train with some values in the fields, to the end and the evaluation after it."""
        for name, text in settings.items():
            self.fill(name, text)
        self.press("F5")
        self.wait_until_idle()


def record_testing_windows(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Start no testing window from now on; return the list of the command lines that would have."""
    started: list[list[str]] = []

    def start(command: list[str], **_: Any) -> None:
        started.append(command)

    replacement = SimpleNamespace(Popen=start, DEVNULL=subprocess.DEVNULL)
    monkeypatch.setattr(testing_process, "subprocess", replacement)
    return started


def all_widgets(widget: tk.Misc) -> Iterator[tk.Misc]:
    """Yield all widgets inside a widget, in the order in which they were made."""
    for child in widget.winfo_children():
        yield child
        yield from all_widgets(child)


def text_of(widget: tk.Misc) -> str:
    """Return what a button or a label says, "" for other widgets."""
    return str(widget.cget("text")) if isinstance(widget, ttk.Label | ttk.Button | ttk.Checkbutton) else ""


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

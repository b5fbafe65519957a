"""Fixtures for window tests: a root window on a display of its own, real events, and waiting without sleeping.

A test of a window uses real events: `xdo.key("Tab")`, `xdo.type("0.5")`, `xdo.click(button)`. They go through
the X server and the window manager, as a person's do. What they lead to is awaited with `wait_until(condition)`.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
import tkinter as tk
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import pytest
from support.data_sets import write_data_set
from support.testing_window import TestingWindowUser, write_row_network
from support.training_window import TrainingWindowUser

from nnapp.gui import search_runner
from nnapp.gui.style import Style
from nnapp.search import data_server
from nnapp.search.search import Search

WaitUntil = Callable[..., None]

_PATIENCE_S = 15.0
"""How long something may take on a busy machine; on an idle one, nothing waits for it."""
User = TypeVar("User", TrainingWindowUser, TestingWindowUser)


class Xdo:
    """Real events through xdotool, for the widgets of one root window."""

    def __init__(self, root: tk.Tk) -> None:
        self._root = root

    def key(self, *keys: str) -> None:
        """Press and release keys one after the other: ``key("ctrl+s")``, ``key("Tab", "space")``."""
        self._run("key", "--delay", "4", *keys)

    def key_down(self, key: str) -> None:
        """Press a key and hold it until `key_up`."""
        self._run("keydown", key)

    def key_up(self, key: str) -> None:
        """Release a key."""
        self._run("keyup", key)

    def type(self, text: str) -> None:
        """Type a text into whatever has the focus."""
        self._run("type", "--delay", "4", text)

    def move(self, widget: tk.Misc, x: int | None = None, y: int | None = None) -> None:
        """Move the pointer to a point of a widget, by default its middle."""
        self._root.update()
        x = widget.winfo_width() // 2 if x is None else x
        y = widget.winfo_height() // 2 if y is None else y
        self.move_to(widget.winfo_rootx() + x, widget.winfo_rooty() + y)

    def move_to(self, x: int, y: int) -> None:
        """Move the pointer to a point of the screen."""
        self._run("mousemove", str(x), str(y))

    def click(
        self, widget: tk.Misc, x: int | None = None, y: int | None = None, *, button: int = 1, count: int = 1
    ) -> None:
        """Move the pointer to a point of a widget and click there; `count` 2 is a double click."""
        self.move(widget, x, y)
        self._run("click", "--repeat", str(count), "--delay", "20", str(button))

    def drag(self, widget: tk.Misc, points: list[tuple[int, int]], *, button: int = 1) -> None:
        """Press a pointer button at the first of some points of a widget, move through all, and let go."""
        self.move(widget, *points[0])
        self._run("mousedown", str(button))
        for point in points[1:]:
            self.move(widget, *point)
        self._run("mouseup", str(button))

    def wheel(self, widget: tk.Misc, notches: int) -> None:
        """Turn the wheel over the middle of a widget, towards the person if `notches` is positive."""
        self.move(widget)
        self._run("click", "--repeat", str(abs(notches)), "--delay", "4", "5" if notches > 0 else "4")

    def _run(self, *arguments: str) -> None:
        # The root handles what is pending first, or the event would reach the window as it was before.
        self._root.update()
        subprocess.run(["xdotool", *arguments], check=True, timeout=20, stdin=subprocess.DEVNULL)
        self._root.update()


@pytest.fixture
def root(display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tk.Tk]:
    """Yield a root window that has the focus; an error in a callback or a forgotten `after` fails the test."""
    monkeypatch.setenv("NNAPP_HOME", str(tmp_path / "configuration"))
    if sys.platform.startswith("linux"):
        # A pointer that rests over the new window would make it hover.
        subprocess.run(["xdotool", "mousemove", "1919", "1079"], check=True, timeout=20)
    errors: list[str] = []
    window = tk.Tk()

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        errors.append("".join(traceback.format_exception(kind, error, trace)))

    window.report_callback_exception = report
    try:
        window.geometry("+100+100")
        window.focus_force()
        _wait(window, lambda: window.winfo_viewable() and window.focus_displayof() is not None)
        yield window
        for child in list(window.children.values()):
            child.destroy()
        window.update()
        errors += [f"still waiting: after … {script}" for script in _pending_scripts(window)]
    finally:
        window.destroy()
    if errors:
        pytest.fail("\n".join(errors), pytrace=False)


@pytest.fixture
def style(root: tk.Tk) -> Style:
    """Return the light style of `root`, at 100 %."""
    return Style(root)


@pytest.fixture
def wait_until(root: tk.Tk) -> WaitUntil:
    """Return ``wait_until(condition, timeout_s=15)``, which lets the window work until `condition()` holds."""

    def wait(condition: Callable[[], object], timeout_s: float = _PATIENCE_S) -> None:
        _wait(root, condition, timeout_s)

    return wait


@pytest.fixture
def let_pass(root: tk.Tk) -> Callable[[float], None]:
    """Return ``let_pass(seconds)``, which lets the window work for a time, to see that nothing happens."""

    def wait(seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            root.update()
            time.sleep(0.005)

    return wait


@pytest.fixture
def xdo(root: tk.Tk) -> Xdo:
    """Return the sender of real key presses and pointer movements."""
    return Xdo(root)


def _wait(window: tk.Tk, condition: Callable[[], object], timeout_s: float = _PATIENCE_S) -> None:
    deadline = time.monotonic() + timeout_s
    while True:
        window.update()
        if condition():
            return
        if time.monotonic() > deadline:
            pytest.fail(f"Nothing came of it within {timeout_s:g} s.")
        time.sleep(0.005)


def _pending_scripts(window: tk.Tk) -> list[str]:
    """Return the scripts still to be run, those of Tk itself left out."""
    pending = []
    for after_id in window.tk.splitlist(window.tk.call("after", "info")):
        script = str(window.tk.splitlist(window.tk.call("after", "info", after_id))[0])
        if not script.lstrip(":").startswith(("tk::", "ttk::")):
            pending.append(script)
    return pending


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with 200 training and 80 test images of 28×28 pixels in ten classes."""
    return write_data_set(tmp_path_factory.mktemp("data"))


@pytest.fixture
def other_data(tmp_path: Path) -> Path:
    """Return a folder with images of 8×8 pixels in three classes."""
    return write_data_set(tmp_path / "other-data", shape=(8, 8), n_classes=3)


@pytest.fixture
def search_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have grid searches do their runs in a thread: processes take longer to start than small runs to end."""
    # What other machines would be told is found out by looking for a way to them.
    monkeypatch.setattr(data_server, "addresses_of_this_machine", lambda: ())
    with ThreadPoolExecutor(1) as executor:
        monkeypatch.setattr(search_runner, "Search", partial(Search, executor=executor, n_workers=1))
        yield


@pytest.fixture
def fill_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function after whose call the disk has no more room."""

    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return lambda: monkeypatch.setattr(os, "fsync", refuse)


@pytest.fixture
def empty_place(root: tk.Tk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, and with no data set in the usual places; return the folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NNAPP_DATA", raising=False)
    # A developer may have MNIST in the checkout's data folder.
    monkeypatch.setattr("nnapp.storage.datasets.data_folders", lambda: (tmp_path / "data",))
    return tmp_path


@pytest.fixture
def new_user(
    root: tk.Tk, xdo: Xdo, wait_until: WaitUntil, empty_place: Path
) -> Iterator[Callable[[], TrainingWindowUser]]:
    """Return a function that opens the training window, in an empty place."""
    yield from _people(TrainingWindowUser, root, xdo, wait_until)


@pytest.fixture
def user(new_user: Callable[[], TrainingWindowUser], data_folder: Path) -> TrainingWindowUser:
    """Return a person at the training window, which has loaded a small data set."""
    person = new_user()
    person.open_data(data_folder)
    return person


@pytest.fixture
def new_tester(
    root: tk.Tk, xdo: Xdo, wait_until: WaitUntil, empty_place: Path
) -> Iterator[Callable[[], TestingWindowUser]]:
    """Return a function that opens the testing window, in an empty place."""
    yield from _people(TestingWindowUser, root, xdo, wait_until)


@pytest.fixture
def rows_file(tmp_path: Path) -> Path:
    """Return the file of a network that names the images of `data_folder` rightly, but takes 3 for 7 and 7 for 3."""
    return write_row_network(tmp_path / "rows.nn", swapped=(3, 7))


@pytest.fixture
def tester(new_tester: Callable[[], TestingWindowUser], rows_file: Path, data_folder: Path) -> TestingWindowUser:
    """Return a person at the testing window, which has loaded that network and the small data set."""
    person = new_tester()
    person.start(rows_file, data_folder)
    return person


def _people(kind: type[User], root: tk.Tk, xdo: Xdo, wait_until: WaitUntil) -> Iterator[Callable[[], User]]:
    """Yield a function that opens a window for a person; end all that goes on in it afterwards."""
    with pytest.MonkeyPatch.context() as answers:
        people: list[User] = []

        def new() -> User:
            people.append(kind(root, xdo, wait_until, answers))
            return people[-1]

        yield new
        for person in people:
            person.leave()

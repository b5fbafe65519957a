"""File dialogs: where they start, what they remember, and Tk's own worked by keyboard."""

from __future__ import annotations

import subprocess
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import filedialog
from typing import Any

import pytest

from nnapp.gui.file_dialogs import ask_folder, ask_open, ask_open_several, ask_save
from nnapp.gui.style import Style
from nnapp.storage.preferences import Preferences

NETWORKS = [("Networks", ("*.nn",))]


def test_open_starts_in_the_last_folder_and_remembers(
    root: tk.Tk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def choose(**options: Any) -> str:
        asked.update(options)
        return str(tmp_path / "networks" / "a.nn")

    monkeypatch.setattr(filedialog, "askopenfilename", choose)
    preferences = Preferences(last_folder=str(tmp_path))
    path = ask_open(root, preferences, "Load", NETWORKS)
    assert path == tmp_path / "networks" / "a.nn"
    assert asked["initialdir"] == str(tmp_path)
    assert asked["filetypes"] == [("Networks", ("*.nn",)), ("All files", ("*",))]
    assert preferences.last_folder == str(tmp_path / "networks")
    # That folder does not exist, so the next time starts in the current one.
    monkeypatch.chdir(tmp_path)
    ask_open(root, preferences, "Load", NETWORKS)
    assert asked["initialdir"] == str(tmp_path)


def test_folders_start_at_home_and_are_remembered(root: tk.Tk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def choose(**options: Any) -> str:
        asked.update(options)
        return str(tmp_path / "data" / "shapes")

    (tmp_path / "data").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(filedialog, "askdirectory", choose)
    preferences = Preferences()
    assert ask_folder(root, preferences, "Data") == tmp_path / "data" / "shapes"
    assert asked["initialdir"] == str(tmp_path)
    ask_folder(root, preferences, "Data")
    assert asked["initialdir"] == str(tmp_path / "data")


@pytest.mark.parametrize("nothing", ["", (), None])
def test_nobody_chose_a_file(root: tk.Tk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing: object) -> None:
    monkeypatch.setattr(filedialog, "askopenfilename", lambda **_: nothing)
    monkeypatch.setattr(filedialog, "asksaveasfilename", lambda **_: nothing)
    preferences = Preferences(last_folder=str(tmp_path))
    assert ask_open(root, preferences, "Load", NETWORKS) is None
    assert ask_save(root, preferences, "Save", NETWORKS) is None
    assert preferences.last_folder == str(tmp_path)


def test_save_by_keyboard_adds_the_ending(root: tk.Tk, style: Style, tmp_path: Path) -> None:
    """The real dialog of Tk: the name is typed, Return saves."""
    preferences = Preferences(last_folder=str(tmp_path))

    def answer() -> None:
        subprocess.Popen(["xdotool", "key", "--delay", "10", "ctrl+a", "m", "y", "Return"]).wait(timeout=10)

    root.after(500, answer)
    assert ask_save(root, preferences, "Save", NETWORKS, "network.nn") == tmp_path / "my.nn"


def test_dialog_of_tk_is_roomy_and_leaves_out_hidden_files(root: tk.Tk, style: Style, tmp_path: Path) -> None:
    for name in (".hidden.nn", "seen.nn"):
        (tmp_path / name).write_bytes(b"")
    seen: list[tuple[int, str]] = []

    def look() -> None:
        icons = ".__tk_filedialog.contents.icons.cHull.canvas"
        items = [item for item in ask(icons, "find", "all").split() if ask(icons, "type", item) == "text"]
        names = [ask(icons, "itemcget", item, "-text") for item in items]
        seen.append((int(ask("winfo", "width", ".__tk_filedialog")), " ".join(names)))

    def ask(*words: str) -> str:
        return str(root.tk.eval(" ".join(words)))

    def look_and_close() -> None:
        # A dialog left open would never return.
        try:
            look()
        finally:
            subprocess.run(["xdotool", "key", "Escape"], check=True, timeout=10)

    root.after(600, look_and_close)
    assert ask_open(root, Preferences(last_folder=str(tmp_path)), "Load", NETWORKS) is None
    width_px, names = seen[0]
    assert names == "seen.nn"
    assert width_px > 500


@pytest.mark.parametrize("nothing", ["", (), None])
def test_nobody_chose_several_files(
    root: tk.Tk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing: object
) -> None:
    monkeypatch.setattr(filedialog, "askopenfilenames", lambda **_: nothing)
    assert ask_open_several(root, Preferences(last_folder=str(tmp_path)), "Open", NETWORKS) == ()


def test_several_files_in_the_dialog_of_tk(
    root: tk.Tk, style: Style, tmp_path: Path, wait_until: Callable[..., None]
) -> None:
    """Two files are clicked, the second with Ctrl, and Return opens both."""
    for name in ("one.nn", "two.nn"):
        (tmp_path / name).write_bytes(b"")
    preferences = Preferences(last_folder=str(tmp_path))

    def place_of(name: str) -> tuple[int, int]:
        icons = ".__tk_filedialog.contents.icons.cHull.canvas"
        texts = [item for item in ask(icons, "find", "all").split() if ask(icons, "type", item) == "text"]
        [item] = [item for item in texts if ask(icons, "itemcget", item, "-text") == name]
        left, top, right, bottom = map(int, ask(icons, "bbox", item).split())
        return int(ask("winfo", "rootx", icons)) + (left + right) // 2, int(ask("winfo", "rooty", icons)) + (
            top + bottom
        ) // 2

    def ask(*words: str) -> str:
        return str(root.tk.eval(" ".join(words)))

    def answer() -> None:
        (x, y), (other_x, other_y) = place_of("one.nn"), place_of("two.nn")
        keys = ["mousemove", str(x), str(y), "click", "1", "mousemove", str(other_x), str(other_y)]
        keys += ["keydown", "ctrl", "click", "1", "keyup", "ctrl", "key", "Return"]
        subprocess.run(["xdotool", *keys], check=True, timeout=10)

    root.after(500, answer)
    # A dialog left open would never return.
    escape = root.after(5000, lambda: subprocess.run(["xdotool", "key", "Escape"], check=True, timeout=10))
    chosen = ask_open_several(root, preferences, "Open", NETWORKS)
    root.after_cancel(escape)
    wait_until(lambda: not root.tk.call("after", "info"))  # Tk's list waits a while for more to be typed
    assert chosen == (tmp_path / "one.nn", tmp_path / "two.nn")


def test_the_window_that_asks_is_raised(root: tk.Tk, monkeypatch: pytest.MonkeyPatch, wait_until: Any) -> None:
    """Its dialog is above it, and would be behind another window of the program that is above it."""
    other = tk.Toplevel(root)
    wait_until(lambda: other.winfo_viewable() and root.tk.call("wm", "stackorder", other, "isabove", root))
    monkeypatch.setattr(filedialog, "askopenfilename", lambda **_: "")
    ask_open(root, Preferences(), "Load", NETWORKS)
    wait_until(lambda: root.tk.call("wm", "stackorder", root, "isabove", other))

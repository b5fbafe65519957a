"""The dialogs that Tk draws itself: readable in every theme, and without hidden folders."""

from __future__ import annotations

import subprocess
import tkinter as tk
from collections.abc import Callable
from pathlib import Path

import pytest

from nnapp.gui.file_dialogs import ask_folder, ask_open, ask_save
from nnapp.gui.style import Style
from nnapp.storage.preferences import Preferences

NETWORKS = [("Networks", ("*.nn",))]
Ask = Callable[[tk.Tk, Preferences], Path | None]

DIALOGS: dict[str, tuple[str, Ask]] = {
    "open": (".__tk_filedialog", lambda root, preferences: ask_open(root, preferences, "Load", NETWORKS)),
    "save": (".__tk_filedialog", lambda root, preferences: ask_save(root, preferences, "Save", NETWORKS)),
    "folder": (".__tk_choosedir", lambda root, preferences: ask_folder(root, preferences, "Folder")),
}


def look_at(root: tk.Tk, kind: str, folder: Path, look: Callable[[str], None]) -> None:
    """Open a dialog, hand the path of its list to `look`, and close it."""
    dialog, ask = DIALOGS[kind]

    def look_and_close() -> None:
        # A dialog left open would never return.
        try:
            look(f"{dialog}.contents.icons.cHull.canvas")
        finally:
            root.tk.eval("set ::tk::Priv(selectFilePath) {}")

    root.after(500, look_and_close)
    assert ask(root, Preferences(last_folder=str(folder))) is None


def colours(root: tk.Tk, icons: str) -> tuple[str, set[str]]:
    """Return the colour of the list, and those of the names in it."""
    items = str(root.tk.eval(f"{icons} find all")).split()
    names = [item for item in items if root.tk.eval(f"{icons} type {item}") == "text"]
    assert names
    fills = {str(root.tk.eval(f"{icons} itemcget {name} -fill")) for name in names}
    return str(root.tk.eval(f"{icons} cget -background")), fills


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a visible and a hidden folder and two networks."""
    for name in ("shown", ".hidden"):
        (tmp_path / name).mkdir()
    for name in ("a.nn", "b.nn"):
        (tmp_path / name).write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize("kind", DIALOGS)
def test_its_list_has_the_colours_of_the_theme_whenever_it_was_made(
    root: tk.Tk, style: Style, folder: Path, kind: str
) -> None:
    seen: list[tuple[str, set[str]]] = []
    for theme in ("dark", "light", "dark"):
        style.apply(theme=theme)
        look_at(root, kind, folder, lambda icons: seen.append(colours(root, icons)))
        assert seen[-1] == (style.palette.field, {style.palette.text})
    assert seen[0] == seen[2] != seen[1]


def test_an_open_dialog_follows_the_theme(root: tk.Tk, style: Style, folder: Path) -> None:
    def look(icons: str) -> None:
        style.apply(theme="dark")
        root.update()
        assert colours(root, icons) == (style.palette.field, {style.palette.text})

    look_at(root, "open", folder, look)


def test_a_name_that_is_no_longer_selected_is_readable_again(root: tk.Tk, style: Style, folder: Path) -> None:
    style.apply(theme="dark")

    def look(icons: str) -> None:
        widget = icons.removesuffix(".cHull.canvas")
        root.tk.eval(f"{widget} selection set 0")
        assert style.palette.selection_text in colours(root, icons)[1]
        root.tk.eval(f"{widget} selection clear 0")
        assert colours(root, icons)[1] == {style.palette.text}

    look_at(root, "open", folder, look)


def test_folders_without_hidden_ones(root: tk.Tk, style: Style, folder: Path) -> None:
    def look(icons: str) -> None:
        names = str(root.tk.eval(f"{icons} find withtag text")).split()
        assert [str(root.tk.eval(f"{icons} itemcget {name} -text")) for name in names] == ["shown"]

    look_at(root, "folder", folder, look)


def test_keys_answer_the_folder_dialog(root: tk.Tk, style: Style, folder: Path) -> None:
    preferences = Preferences(last_folder=str(folder))
    root.after(500, lambda: subprocess.Popen(["xdotool", "key", "Return"]).wait(timeout=10))
    assert ask_folder(root, preferences, "Folder") == folder

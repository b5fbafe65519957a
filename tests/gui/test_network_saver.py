"""The name of a network's file: the dialog's list of formats and the ending of the name decide together."""

from __future__ import annotations

import subprocess
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import filedialog
from typing import Any

import pytest

from nnapp.gui.network_saver import SAVE_TYPES, ask_network_name, is_native
from nnapp.gui.style import Style
from nnapp.storage.preferences import Preferences

Answer = Callable[[str, str], None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Answer:
    """Return a function after whose call the dialog answers with a name and a type of file."""

    def set_answer(name: str, kind: str) -> None:
        def choose(*, typevariable: tk.StringVar, **_: Any) -> str:
            typevariable.set(kind)
            return str(tmp_path / name)

        monkeypatch.setattr(filedialog, "asksaveasfilename", choose)

    return set_answer


@pytest.mark.parametrize(
    ("name", "kind", "meant"),
    [
        ("a.nn", "nnapp network", "a.nn"),
        ("a", "nnapp network", "a.nn"),
        ("a", "", "a.nn"),
        ("a", "All files", "a.nn"),
        ("a", "ONNX model", "a.onnx"),
        # The name that was suggested has stayed, and only the list was changed.
        ("a.nn", "ONNX model", "a.onnx"),
        ("a.nn", "Python script", "a.py"),
        # Who types an ending means it.
        ("a.npz", "nnapp network", "a.npz"),
        ("a.npz", "ONNX model", "a.npz"),
        ("a.npz", "", "a.npz"),
        # What follows a dot in a name need not be an ending.
        ("digits-97.8", "ONNX model", "digits-97.8.onnx"),
        ("net.v2", "nnapp network", "net.v2.nn"),
        ("a.txt", "NumPy arrays", "a.txt.npz"),
    ],
)
def test_format_is_what_the_person_means(
    root: tk.Tk, style: Style, answer: Answer, tmp_path: Path, name: str, kind: str, meant: str
) -> None:
    answer(name, kind)
    assert ask_network_name(root, style, Preferences(), "a.nn") == tmp_path / meant


@pytest.mark.parametrize(("key", "expected"), [("Return", True), ("Escape", False)])
def test_file_of_the_other_format_is_not_replaced_unasked(
    root: tk.Tk, style: Style, answer: Answer, tmp_path: Path, key: str, expected: bool
) -> None:
    """The dialog has asked about a.nn, if at all."""
    (tmp_path / "a.onnx").write_bytes(b"earlier")
    answer("a.nn", "ONNX model")

    def press() -> None:
        if str(root.focus_get()).startswith(".!_question."):
            subprocess.run(["xdotool", "key", key], check=True, timeout=20)
        else:
            root.after(20, press)

    root.after(20, press)
    path = ask_network_name(root, style, Preferences(), "a.nn")
    assert path == (tmp_path / "a.onnx" if expected else None)


def test_type_is_chosen_in_the_real_dialog(root: tk.Tk, style: Style, tmp_path: Path) -> None:
    """The list of types of Tk's own dialog, by keyboard; the suggested name stays."""

    def choose() -> None:
        subprocess.run(
            ["xdotool", "key", "--delay", "60", "alt+t", "space", "Down", "Down", "Return"], check=True, timeout=20
        )
        root.after(300, save)

    def save() -> None:
        subprocess.run(["xdotool", "key", "--delay", "60", "alt+n", "Return"], check=True, timeout=20)

    root.after(500, choose)
    path = ask_network_name(root, style, Preferences(last_folder=str(tmp_path)), "a.nn")
    assert path == tmp_path / "a.onnx"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.nn", True),
        ("A.NN", True),
        ("a", False),
        ("a.v2", False),
        ("a.onnx", False),
        ("a.PT", False),
        ("a.json", False),
    ],
)
def test_only_a_name_that_ends_so_is_nnapps_own(name: str, expected: bool) -> None:
    assert is_native(name) is expected


def test_own_format_comes_first() -> None:
    assert SAVE_TYPES[0] == ("nnapp network", ("*.nn",))

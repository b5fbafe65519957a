"""The question before training that saves progress: checked as it is typed, answered with keys and pointer."""

from __future__ import annotations

import subprocess
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import ttk
from typing import Any

import pytest
from support.window_user import all_widgets, text_of

from nnapp.gui.snapshot_dialog import SnapshotDialog
from nnapp.gui.snapshot_plan import SnapshotPlan
from nnapp.gui.style import Style

Ask = Callable[..., SnapshotPlan | None]


class Dialog:
    """The dialog while it is open, and what is done in it one after the other."""

    def __init__(self, root: tk.Tk, style: Style, base: str, n_epochs: int, steps: list[Any]) -> None:
        self.window = SnapshotDialog(root, style, base, n_epochs)
        self._root = root
        self._steps = steps
        self._after_id = root.after(10, self._go_on)

    def ask(self) -> SnapshotPlan | None:
        plan = self.window.ask()
        self._root.after_cancel(self._after_id)
        return plan

    def _go_on(self) -> None:
        """Do the next step once the last one has come to the dialog, which runs the event loop meanwhile."""
        has_focus = str(self._root.tk.call("focus")).startswith(f"{self.window}.")
        try:
            if has_focus and self._steps:
                self._do(self._steps.pop(0))
            elif has_focus:
                self.window.destroy()  # nobody else would close it
        finally:
            self._after_id = self._root.after(25, self._go_on)

    def _do(self, step: Any) -> None:
        if callable(step):
            step(self)
        else:
            subprocess.run(["xdotool", "key", "--delay", "4", *step.split()], check=True, timeout=20)

    @property
    def preview(self) -> str:
        """The line that says what will be saved, or what is wrong."""
        labels = [part for part in all_widgets(self.window) if isinstance(part, ttk.Label)]
        return next(text_of(label) for label in labels if str(label.cget("style")) in ("Muted.TLabel", "Error.TLabel"))

    def button(self, text: str) -> ttk.Button:
        return next(part for part in all_widgets(self.window) if text_of(part) == text)


@pytest.fixture
def ask(root: tk.Tk, style: Style, tmp_path: Path) -> Ask:
    """Return a function that opens the dialog, does some steps in it, and returns the plan."""

    def ask(*steps: Any, n_epochs: int = 25, base: str | None = None) -> SnapshotPlan | None:
        remaining = list(steps)
        plan = Dialog(root, style, base or str(tmp_path / "a.nn"), n_epochs, remaining).ask()
        assert remaining == []
        assert root.grab_current() is None
        return plan

    return ask


def says(sentence: str) -> Callable[[Dialog], None]:
    def check(dialog: Dialog) -> None:
        assert sentence in dialog.preview

    return check


def test_proposal_is_taken_with_return(ask: Ask, tmp_path: Path) -> None:
    # Close together at first, when most happens, and the last.
    plan = ask("Return")
    assert plan == SnapshotPlan(str(tmp_path / "a.nn"), (1, 2, 5, 10, 20, 25))


@pytest.mark.parametrize("keys", ["Escape", "Tab Return", "Tab space"])
def test_cancelled(ask: Ask, keys: str) -> None:
    # Tab goes from the epochs to Cancel.
    assert ask(keys) is None


def test_buttons(ask: Ask, root: tk.Tk, xdo: Any) -> None:
    assert ask(lambda dialog: xdo.click(dialog.button("Cancel"))) is None
    assert ask(lambda dialog: xdo.click(dialog.button("Train"))) is not None


def test_preview_follows_the_typing(ask: Ask, tmp_path: Path) -> None:
    plan = ask(
        says("Saves a-epoch-1.nn, a-epoch-2.nn, a-epoch-5.nn, a-epoch-10.nn … and 2 more"),
        "ctrl+a 3",
        says("Saves a-epoch-3.nn"),
        "comma 2 0",
        says("Saves a-epoch-3.nn, a-epoch-20.nn"),
        "shift+Tab ctrl+a r u n",
        says("Saves run-epoch-3.nn, run-epoch-20.nn"),
        "Return",
        base=str(tmp_path / "a.nn"),
    )
    assert plan == SnapshotPlan("run", (3, 20))


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("ctrl+a 2 6", "must be whole numbers from 1 to 25, separated by commas; got '26'."),
        ("ctrl+a 0", "must be whole numbers from 1 to 25"),
        ("ctrl+a x", "got 'x'."),
        ("ctrl+a BackSpace", "got ''."),
        ("shift+Tab ctrl+a BackSpace", "The base name must be the name of a file; got nothing."),
        ("shift+Tab ctrl+a slash", "The base name must be the name of a file; got /."),
        ("shift+Tab ctrl+a n o slash a", "the folder"),
    ],
)
def test_what_is_wrong_is_said_and_train_is_disabled(ask: Ask, keys: str, sentence: str) -> None:
    def is_disabled(dialog: Dialog) -> None:
        assert dialog.button("Train").instate(["disabled"])

    # Return does nothing then.
    assert ask(keys, says(sentence), is_disabled, "Return", says(sentence), "Escape") is None


def test_folder_that_disappears_meanwhile_is_told(ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    plan = ask(
        says("Saves a-epoch-1.nn"),
        lambda _: folder.rmdir(),
        "Return",
        says("does not exist."),
        "Escape",
        base=str(folder / "a.nn"),
    )
    assert plan is None


def test_closing_the_window_cancels(ask: Ask) -> None:
    assert ask(lambda dialog: dialog.window.destroy()) is None

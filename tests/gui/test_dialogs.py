"""Questions: answered by keyboard and pointer, one at a time, and the focus goes back."""

from __future__ import annotations

import subprocess
import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Any

import pytest

from nnapp.gui.dialogs import ask_choice, ask_save_changes
from nnapp.gui.style import Style


@pytest.fixture
def act(root: tk.Tk, wait_until: Any) -> Callable[..., None]:
    """Return ``act(keys…)``: as soon as a question is open, send it real keys from outside.

    The dialog runs the event loop, so whoever answers must do it meanwhile.
    """

    def act(*keys: str) -> None:
        def when_open() -> None:
            questions = [child for child in root.winfo_children() if isinstance(child, tk.Toplevel)]
            if questions and questions[-1].winfo_viewable() and isinstance(root.focus_get(), ttk.Button):
                subprocess.Popen(["xdotool", "key", "--delay", "20", *keys]).wait(timeout=10)
            else:
                root.after(10, when_open)

        root.after(10, when_open)

    return act


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["Return"], "save"),
        (["space"], "save"),
        (["Escape"], "cancel"),
        (["Tab", "Return"], "discard"),
        (["Right", "Return"], "discard"),
        (["Left", "Return"], "cancel"),
        (["Right", "Right", "Left", "space"], "discard"),
        (["d"], "discard"),
        (["alt+c"], "cancel"),
        (["s"], "save"),
        (["KP_Enter"], "save"),
    ],
)
def test_save_changes_by_keyboard(root: tk.Tk, style: Style, act: Any, keys: list[str], answer: str) -> None:
    act(*keys)
    assert ask_save_changes(root, style, "relu-adam.nn") == answer


def test_question_is_modal_and_gives_the_focus_back(root: tk.Tk, style: Style, act: Any, wait_until: Any) -> None:
    entry = ttk.Entry(root)
    entry.pack()
    entry.focus_set()
    root.update()
    seen: list[object] = []
    root.after(300, lambda: seen.append(root.grab_current()))
    root.after(350, lambda: act("Escape"))
    assert ask_save_changes(root, style, "a.nn") == "cancel"
    assert isinstance(seen[0], tk.Toplevel)
    assert root.grab_current() is None
    wait_until(lambda: root.focus_get() is entry)


def test_question_says_what_is_at_stake(root: tk.Tk, style: Style, act: Any) -> None:
    texts: list[str] = []

    def read(widget: tk.Misc) -> None:
        texts.extend(
            child.cget("text") for child in widget.winfo_children() if isinstance(child, ttk.Label | ttk.Button)
        )
        for child in widget.winfo_children():
            read(child)

    root.after(200, lambda: read(root))
    root.after(250, lambda: act("Escape"))
    ask_save_changes(root, style, "relu-adam.nn")
    assert "Save the changes to relu-adam.nn?" in texts
    assert {"Save", "Don’t save", "Cancel"} <= set(texts)


def test_closing_the_question_cancels(root: tk.Tk, style: Style, act: Any) -> None:
    act("alt+F4")  # the window manager's, as the cross in the title is
    assert ask_save_changes(root, style, "a.nn") == "cancel"


def test_second_question_while_one_is_open_changes_nothing(root: tk.Tk, style: Style, act: Any) -> None:
    second: list[str] = []
    root.after(200, lambda: second.append(ask_save_changes(root, style, "b.nn")))
    root.after(250, lambda: act("Return"))
    assert ask_save_changes(root, style, "a.nn") == "save"
    assert second == ["cancel"]


def test_window_that_goes_away_under_the_question(root: tk.Tk, style: Style) -> None:
    owner = tk.Toplevel(root)
    root.update()
    root.after(200, owner.destroy)
    assert ask_save_changes(owner, style, "a.nn") == "cancel"


def test_choice_of_ones_own(root: tk.Tk, style: Style, act: Any) -> None:
    act("b")
    choices = {"best": "Best so far", "last": "Last", "stop": "Stop"}
    assert ask_choice(root, style, title="Stop", message="Which one?", choices=choices, cancel="stop") == "best"


def test_the_question_is_not_behind_another_window_of_the_program(root: tk.Tk, style: Style, wait_until: Any) -> None:
    other, above = tk.Toplevel(root), []
    other.geometry("800x600+0+0")
    wait_until(lambda: other.winfo_viewable())
    other.lift()
    other.focus_force()
    root.update()

    def look() -> None:
        question = root.winfo_children()[-1]
        above.append(root.tk.call("wm", "stackorder", question, "isabove", other))
        question.destroy()

    root.after(500, look)
    assert ask_save_changes(root, style, "a.nn") == "cancel"
    assert above == [1]

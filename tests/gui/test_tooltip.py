"""Tooltips: when they come, what they say, and that they stay on the screen."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Any

import pytest

from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

DELAY_MS = 60


def window_of(root: tk.Tk, text: str) -> tk.Toplevel | None:
    """Return the window on the screen that shows `text`, None if there is none."""
    for window in all_widgets(root):
        if isinstance(window, tk.Toplevel) and window.winfo_viewable():
            for label in window.winfo_children():
                if isinstance(label, tk.Label) and label.cget("text") == text:
                    return window
    return None


def all_widgets(widget: tk.Misc) -> list[tk.Misc]:
    return [child for direct in widget.winfo_children() for child in (direct, *all_widgets(direct))]


@pytest.fixture
def button(root: tk.Tk, style: Style) -> ttk.Button:
    ttk.Entry(root).pack(padx=100)
    button = ttk.Button(root, text="Train")
    button.pack(padx=100, pady=40)
    root.update()
    return button


def test_comes_after_a_while_and_goes_with_the_pointer(
    root: tk.Tk, style: Style, button: ttk.Button, xdo: Any, wait_until: Any
) -> None:
    tip = Tooltip(button, style, "Starts training.", delay_ms=200)
    xdo.move(button)
    assert not tip.is_shown  # a pointer that only passes by shows nothing
    wait_until(lambda: window_of(root, "Starts training."))
    assert tip.is_shown
    xdo.move_to(5, 5)
    wait_until(lambda: not window_of(root, "Starts training."))
    assert not tip.is_shown


def test_pointer_that_leaves_early_sees_nothing(
    root: tk.Tk, style: Style, button: ttk.Button, xdo: Any, let_pass: Any
) -> None:
    Tooltip(button, style, "Starts training.", delay_ms=100)
    xdo.move(button)
    xdo.move_to(5, 5)
    let_pass(0.3)
    assert window_of(root, "Starts training.") is None


def test_click_takes_it_away(
    root: tk.Tk, style: Style, button: ttk.Button, xdo: Any, wait_until: Any, let_pass: Any
) -> None:
    tip = Tooltip(button, style, "Starts training.", delay_ms=DELAY_MS)
    xdo.move(button)
    wait_until(lambda: tip.is_shown)
    xdo.click(button)
    assert not tip.is_shown
    let_pass(0.2)
    assert not tip.is_shown


def test_is_shown_for_what_tab_reaches_and_goes_when_a_key_is_pressed(
    root: tk.Tk, style: Style, button: ttk.Button, xdo: Any, wait_until: Any
) -> None:
    tip = Tooltip(button, style, "Starts training.", delay_ms=DELAY_MS)
    root.focus_set()
    xdo.key("Tab", "Tab")
    assert root.focus_get() is button
    wait_until(lambda: tip.is_shown)
    window = window_of(root, "Starts training.")
    assert window is not None
    assert window.winfo_rooty() >= button.winfo_rooty() + button.winfo_height() - 4  # it does not hide the button
    xdo.key("Tab")
    assert not tip.is_shown


def test_focus_that_a_click_gives_shows_none(root: tk.Tk, style: Style, xdo: Any, let_pass: Any) -> None:
    entry = ttk.Entry(root)
    entry.pack()
    tip = Tooltip(entry, style, "How fast.", delay_ms=DELAY_MS)
    root.update()
    xdo.click(entry)
    assert root.focus_get() is entry
    let_pass(0.2)
    assert not tip.is_shown


def test_is_shown_on_a_disabled_widget(
    root: tk.Tk, style: Style, button: ttk.Button, xdo: Any, wait_until: Any
) -> None:
    tip = Tooltip(button, style, "Needs a network.", delay_ms=DELAY_MS)
    button.state(["disabled"])
    xdo.move(button)
    wait_until(lambda: tip.is_shown)


def test_callable_is_asked_for_every_place(root: tk.Tk, style: Style, xdo: Any, wait_until: Any) -> None:
    canvas = tk.Canvas(root, width=300, height=100)
    canvas.pack()
    tip = Tooltip(canvas, style, lambda x, y: None if x > 200 else f"column {x // 100}", delay_ms=DELAY_MS)
    root.update()
    xdo.move(canvas, 50, 50)
    wait_until(lambda: window_of(root, "column 0"))
    first = window_of(root, "column 0")
    assert first is not None
    before = first.winfo_rootx()
    # Once it is there, it follows at once, without another delay.
    xdo.move(canvas, 150, 50)
    assert window_of(root, "column 1") is first
    assert first.winfo_rootx() == before + 100
    xdo.move(canvas, 250, 50)
    assert not tip.is_shown
    xdo.move(canvas, 150, 50)
    assert window_of(root, "column 1") is not None


def test_never_two_at_once(root: tk.Tk, style: Style, button: ttk.Button, xdo: Any, wait_until: Any) -> None:
    other = ttk.Button(root, text="Stop")
    other.pack()
    by_key = Tooltip(button, style, "One.", delay_ms=DELAY_MS)
    by_pointer = Tooltip(other, style, "Two.", delay_ms=DELAY_MS)
    root.focus_set()
    xdo.key("Tab", "Tab")
    wait_until(lambda: by_key.is_shown)
    xdo.move(other)
    wait_until(lambda: by_pointer.is_shown)
    assert not by_key.is_shown
    assert window_of(root, "One.") is None


@pytest.mark.parametrize("corner", ["+0+0", "-0+0", "+0-0", "-0-0"])
def test_stays_on_the_screen(root: tk.Tk, style: Style, corner: str) -> None:
    label = ttk.Label(root, text="…")
    label.pack()
    root.geometry(corner)
    root.update()
    tip = Tooltip(label, style, "")
    text = "115, 247, 448, 740, 951 " * 30
    tip.show_at(label.winfo_width() - 1, label.winfo_height() - 1, text)
    root.update()
    window = window_of(root, text)
    assert window is not None
    assert window.winfo_rootx() >= 0
    assert window.winfo_rooty() >= 0
    assert window.winfo_rootx() + window.winfo_width() <= root.winfo_screenwidth()
    assert window.winfo_rooty() + window.winfo_height() <= root.winfo_screenheight()


def test_long_lines_are_wrapped(root: tk.Tk, style: Style) -> None:
    tip = Tooltip(root, style, "", wrap_px=200)
    tip.show_at(0, 0, "word " * 50)
    root.update()
    window = window_of(root, "word " * 50)
    assert window is not None
    assert window.winfo_width() <= 200 + 2 * style.px(2)
    assert window.winfo_height() > window.winfo_width() / 2


def test_takes_neither_focus_nor_pointer(
    root: tk.Tk, style: Style, button: ttk.Button, xdo: Any, wait_until: Any
) -> None:
    entry = root.winfo_children()[0]
    entry.focus_set()
    tip = Tooltip(button, style, "Starts training.", delay_ms=DELAY_MS)
    xdo.move(button)
    wait_until(lambda: tip.is_shown)
    xdo.type("relu")
    assert root.focus_get() is entry
    assert entry.get() == "relu"


def test_goes_with_its_widget(
    root: tk.Tk, style: Style, button: ttk.Button, xdo: Any, wait_until: Any, let_pass: Any
) -> None:
    tip = Tooltip(button, style, "Starts training.", delay_ms=DELAY_MS)
    xdo.move(button)
    wait_until(lambda: tip.is_shown)
    button.destroy()
    root.update()
    assert not tip.is_shown
    assert window_of(root, "Starts training.") is None
    waiting = ttk.Button(root, text="Later")
    waiting.pack()
    root.update()
    Tooltip(waiting, style, "Never seen.", delay_ms=50)
    xdo.move(waiting)
    waiting.destroy()
    let_pass(0.15)  # an `after` that is left over would fail here


def test_has_the_colours_of_the_theme(root: tk.Tk, style: Style) -> None:
    tip = Tooltip(root, style, "")
    style.apply(theme="dark")
    tip.show_at(0, 0, "Dark")
    root.update()
    window = window_of(root, "Dark")
    assert window is not None
    label = window.winfo_children()[0]
    assert (str(label.cget("background")), str(label.cget("foreground"))) == (
        style.palette.tooltip,
        style.palette.tooltip_text,
    )

"""The scrolled frame: wheel, keyboard and width."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Any

import pytest

from nnapp.gui.scrolled_frame import ScrolledFrame
from nnapp.gui.style import Style


@pytest.fixture
def frame(root: tk.Tk, style: Style) -> ScrolledFrame:
    """Return a frame of 300×200 with forty fields, most of them out of sight."""
    root.geometry("300x200+100+100")
    frame = ScrolledFrame(root, style)
    frame.pack(fill="both", expand=True)
    for number in range(40):
        entry = ttk.Entry(frame.interior)
        entry.insert(0, str(number))
        entry.pack(fill="x", pady=2)
    root.update()
    return frame


def is_in_view(frame: ScrolledFrame, widget: tk.Misc) -> bool:
    top = widget.winfo_rooty() - frame.winfo_rooty()
    return top >= 0 and top + widget.winfo_height() <= frame.winfo_height()


def test_wheel_scrolls_from_anywhere_inside(frame: ScrolledFrame, xdo: Any) -> None:
    entries = frame.interior.winfo_children()
    first = entries[0].winfo_rooty()
    xdo.wheel(entries[3], 1)
    moved = first - entries[0].winfo_rooty()
    assert moved > 20
    xdo.wheel(frame, 40)
    assert is_in_view(frame, entries[-1])
    xdo.wheel(frame, -50)
    assert entries[0].winfo_rooty() == first


def test_wheel_does_nothing_when_all_is_in_view(root: tk.Tk, style: Style, xdo: Any) -> None:
    root.geometry("300x200")
    frame = ScrolledFrame(root, style)
    frame.pack(fill="both", expand=True)
    label = ttk.Label(frame.interior, text="alone")
    label.pack()
    root.update()
    before = label.winfo_rooty()
    xdo.wheel(frame, 3)
    xdo.wheel(frame, -3)
    assert label.winfo_rooty() == before


def test_wheel_never_changes_a_value(frame: ScrolledFrame, root: tk.Tk, xdo: Any) -> None:
    box = ttk.Combobox(frame.interior, values=["sgd", "adam", "rmsprop"])
    spinbox = ttk.Spinbox(frame.interior, from_=0, to=9)
    for field, value in ((box, "adam"), (spinbox, "5")):
        field.pack(before=frame.interior.winfo_children()[0])
        field.set(value)
        root.update()
        xdo.wheel(field, 1)
        xdo.wheel(field, -2)
        assert field.get() == value


def test_text_inside_scrolls_itself_while_it_can(frame: ScrolledFrame, root: tk.Tk, xdo: Any) -> None:
    text = tk.Text(frame.interior, height=4)
    text.insert("1.0", "\n".join(map(str, range(50))))
    text.pack(before=frame.interior.winfo_children()[0])
    root.update()
    before = text.winfo_rooty()
    xdo.wheel(text, 1)
    assert text.winfo_rooty() == before
    assert text.yview()[0] > 0


def test_field_that_tab_reaches_comes_into_view(frame: ScrolledFrame, xdo: Any) -> None:
    entries = frame.interior.winfo_children()
    entries[0].focus_set()
    for entry in entries[1:12]:
        xdo.key("Tab")
        assert frame.focus_get() is entry
        assert is_in_view(frame, entry)
    xdo.key(*["shift+Tab"] * 11)
    assert frame.focus_get() is entries[0]
    assert is_in_view(frame, entries[0])


def test_show_widget_moves_no_more_than_needed(frame: ScrolledFrame, root: tk.Tk) -> None:
    entries = frame.interior.winfo_children()
    before = entries[0].winfo_rooty()
    frame.show_widget(entries[1])
    root.update()
    assert entries[0].winfo_rooty() == before
    frame.show_widget(entries[20])
    root.update()
    assert is_in_view(frame, entries[20])
    assert not is_in_view(frame, entries[21])


def test_content_is_as_wide_as_the_room(frame: ScrolledFrame, root: tk.Tk) -> None:
    entry = frame.interior.winfo_children()[0]
    narrow = entry.winfo_width()
    root.geometry("500x200")
    root.update()
    assert entry.winfo_width() == narrow + 200


def test_asks_for_the_width_of_its_content(root: tk.Tk, style: Style) -> None:
    frame = ScrolledFrame(root, style)
    frame.pack(side="left")
    label = ttk.Label(frame.interior, text="x" * 60)
    label.pack()
    root.update()
    assert label.winfo_width() == label.winfo_reqwidth()
    assert root.winfo_width() == label.winfo_reqwidth() + style.px(2.5)  # and the scrollbar


def test_innermost_frame_scrolls(frame: ScrolledFrame, style: Style, root: tk.Tk, xdo: Any) -> None:
    inner = ScrolledFrame(frame.interior, style)
    inner.pack(before=frame.interior.winfo_children()[0], fill="x")
    inner.pack_propagate(False)
    for number in range(9):
        ttk.Label(inner.interior, text=f"inner {number}").pack()
    inner.grid_propagate(False)
    inner.configure(height=60)
    root.update()
    label = inner.interior.winfo_children()[0]
    outer_top, inner_top = inner.winfo_rooty(), label.winfo_rooty()
    xdo.wheel(inner, 1)
    assert inner.winfo_rooty() == outer_top
    assert label.winfo_rooty() < inner_top


def test_follows_the_theme(frame: ScrolledFrame, root: tk.Tk) -> None:
    style = frame._style
    style.apply(theme="dark")
    canvas = next(child for child in frame.winfo_children() if isinstance(child, tk.Canvas))
    assert str(canvas.cget("background")) == style.palette.background
    frame.destroy()
    style.apply(theme="light")  # a frame that is gone must not be called

"""The pixels on a canvas: what pointer and keyboard point at and ask for."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnapp.gui.pixel_canvas import PixelCanvas, Place
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]


class Shown:
    """A canvas as large as its image, and what it has told and asked for."""

    def __init__(self, root: tk.Tk, style: Style, shape: tuple[int, int] = (12, 9)) -> None:
        self.points: list[Place | None] = []
        self.asked: list[tuple[list[Place], float]] = []
        self.canvas = PixelCanvas(
            root,
            style,
            on_point=self.points.append,
            on_ink=lambda places, amount: self.asked.append((list(places), amount)),
        )
        root.geometry("300x300")
        self.canvas.show_colors(np.zeros((*shape, 3), dtype=np.uint8))
        width, height = self.canvas.size_in(300, 300)
        self.canvas.place(x=0, y=0, width=width, height=height)
        root.update()

    def middle(self, row: int, column: int) -> tuple[int, int]:
        left, top, right, bottom = self.canvas.pixel_box(row, column)
        return (left + right) // 2, (top + bottom) // 2


@pytest.fixture
def shown(root: tk.Tk, style: Style) -> Shown:
    return Shown(root, style)


def test_size_leaves_room_for_ring_and_border(shown: Shown) -> None:
    # 294 for 12 rows, 294 · 9 / 12 = 220.5, rounded up, for 9 columns, and three pixels on either side.
    assert shown.canvas.size_in(300, 300) == (227, 300)
    assert shown.canvas.pixel_box(0, 0)[:2] == (3, 3)
    assert shown.canvas.pixel_box(11, 8)[2:] == (224, 297)


def test_pointing_is_told_when_it_changes(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    x, y = shown.middle(4, 5)
    for step in (0, 2, -2):
        xdo.move(shown.canvas, x + step, y)
    xdo.move(shown.canvas, *shown.middle(11, 0))
    xdo.move(shown.canvas, 1, 1)  # on the ring
    wait_until(lambda: len(shown.points) == 3)

    assert shown.points == [(4, 5), (11, 0), None]


@pytest.mark.parametrize(("button", "amount"), [(1, 0.5), (2, -0.5), (3, -0.5)])
def test_dragging_asks_for_every_pixel_on_the_way(
    shown: Shown, xdo: Any, wait_until: WaitUntil, button: int, amount: float
) -> None:
    xdo.drag(shown.canvas, [shown.middle(*place) for place in ((1, 1), (1, 4), (5, 2))], button=button)
    wait_until(lambda: len(shown.asked) == 3)
    xdo.move(shown.canvas, *shown.middle(8, 8))

    assert [places for places, _ in shown.asked] == [
        [(1, 1)],
        [(1, 2), (1, 3), (1, 4)],
        [(2, 4), (3, 3), (4, 2), (5, 2)],  # half-way columns go to the even one
    ]
    assert {asked for _, asked in shown.asked} == {amount}


def test_a_drag_may_leave_the_image_and_come_back(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    outside = shown.canvas.winfo_width() + 200
    ways = [shown.middle(5, 6), (outside, shown.middle(5, 0)[1]), (outside, shown.middle(9, 0)[1]), shown.middle(9, 7)]
    moves: list[int] = []
    shown.canvas.bind("<Motion>", lambda event: moves.append(event.y), add=True)

    # Each is waited for: on a busy machine Tk makes one movement of several, which then cuts the corner outside.
    for place in ways:
        xdo.move(shown.canvas, *place)
        wait_until(lambda y=place[1]: bool(moves) and abs(moves[-1] - y) <= 1)
        if place is ways[0]:
            xdo._run("mousedown", "1")
            wait_until(lambda: len(shown.asked) == 1)
    xdo._run("mouseup", "1")
    wait_until(lambda: len(shown.asked) == 3)

    assert [places for places, _ in shown.asked] == [[(5, 6)], [(5, 7), (5, 8)], [(9, 8), (9, 7)]]


def test_another_button_during_a_drag_changes_nothing(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    xdo.move(shown.canvas, *shown.middle(1, 1))
    xdo._run("mousedown", "1")
    xdo._run("mousedown", "3", "mouseup", "3")
    xdo.move(shown.canvas, *shown.middle(1, 2))
    xdo._run("mouseup", "1")
    wait_until(lambda: len(shown.asked) == 2)

    assert shown.asked == [([(1, 1)], 0.5), ([(1, 2)], 0.5)]


def test_a_release_that_nobody_heard_ends_the_drag(shown: Shown) -> None:
    """As when another window takes the pointer: the next movement comes without a button."""
    for row, name, state in ((1, "<ButtonPress-1>", 0), (2, "<Motion>", 0x100), (5, "<Motion>", 0)):
        x, y = shown.middle(row, 1)
        shown.canvas.event_generate(name, x=x, y=y, state=state)

    assert shown.asked == [([(1, 1)], 0.5), ([(2, 1)], 0.5)]


def test_the_keyboard_stops_at_the_edges(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    shown.canvas.focus_set()

    xdo.key(*["Right"] * 10, *["Down"] * 14)
    wait_until(lambda: shown.canvas.pointed == (11, 8))
    xdo.key(*["Left"] * 10, *["Up"] * 14)
    wait_until(lambda: shown.canvas.pointed == (0, 0))


def test_keys_ask_for_a_tenth_of_the_ink(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    shown.canvas.focus_set()

    xdo.key("Right", "plus", "Down", "KP_Add", "minus", "KP_Subtract")
    wait_until(lambda: len(shown.asked) == 4)

    assert shown.asked == [([(0, 1)], 0.1), ([(1, 1)], 0.1), ([(1, 1)], -0.1), ([(1, 1)], -0.1)]


def test_keys_with_control_and_keys_of_no_use_are_left_to_the_window(
    shown: Shown, root: tk.Tk, xdo: Any, wait_until: WaitUntil
) -> None:
    heard = []
    for key in ("Control-Right", "Control-plus", "Delete", "space", "Right"):
        root.bind(f"<{key}>", lambda event, key=key: heard.append(key))
    shown.canvas.focus_set()

    xdo.key("ctrl+Right", "ctrl+plus", "Delete", "space", "Right")
    wait_until(lambda: shown.canvas.pointed == (0, 1))

    assert heard == ["Control-Right", "Control-plus", "Delete", "space"]
    assert shown.asked == []


def test_the_pointer_and_the_keyboard_take_turns(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    xdo.click(shown.canvas, *shown.middle(8, 7))
    wait_until(lambda: shown.canvas.pointed == (8, 7))
    xdo.key("Right")
    wait_until(lambda: shown.canvas.pointed == (8, 8))
    xdo.move(shown.canvas, *shown.middle(2, 2))
    wait_until(lambda: shown.canvas.pointed == (2, 2))
    xdo.move_to(1900, 1000)
    wait_until(lambda: shown.canvas.pointed is None)


def test_losing_the_keyboard_points_at_nothing(shown: Shown, root: tk.Tk, xdo: Any, wait_until: WaitUntil) -> None:
    other = tk.Entry(root)
    other.place(x=240, y=0)
    shown.canvas.focus_set()
    xdo.key("Right")
    wait_until(lambda: shown.canvas.pointed == (0, 1))

    other.focus_set()
    wait_until(lambda: shown.canvas.pointed is None)


def test_a_smaller_image_has_what_is_pointed_at(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    shown.canvas.focus_set()
    xdo.key(*["Down"] * 11)
    wait_until(lambda: shown.canvas.pointed == (11, 0))

    shown.canvas.show_colors(np.zeros((4, 4, 3), dtype=np.uint8))

    assert shown.canvas.pointed == (3, 0)

"""The paper: what a real pointer leaves on it, and what is told about it."""

from __future__ import annotations

import math
import subprocess
import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.digits.connected_components import label_components
from nnapp.digits.strokes import DEFAULT_BRUSH_WIDTH, INK_SIDE
from nnapp.display.palettes import rgb
from nnapp.errors import DataError
from nnapp.gui.drawing_canvas import DrawingCanvas
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
Place = tuple[float, float]


class Shown:
    """A canvas, what it has told, and where its ink is on the screen. Places are x and y in pixels of the ink."""

    def __init__(self, root: tk.Tk, style: Style, width: int = 400, height: int = 340) -> None:
        self.root = root
        self.told: list[NDArray[np.float32]] = []
        root.geometry(f"{width}x{height}")
        self.canvas = DrawingCanvas(root, style, lambda: self.told.append(self.canvas.read_ink()))
        self.canvas.pack(fill="both", expand=True)
        root.update()
        (self.paper,) = (child for child in self.canvas.winfo_children() if isinstance(child, tk.Canvas))

    @property
    def ink(self) -> NDArray[np.float32]:
        return self.canvas.read_ink()

    @property
    def scale(self) -> float:
        """Pixels of the screen for a pixel of the ink; the paper has a border of one pixel."""
        return (self.paper.winfo_width() - 2) / INK_SIDE

    def on_paper(self, place: Place) -> tuple[int, int]:
        """Return the pixel of the widget under a place of the ink."""
        return int(1 + place[0] * self.scale), int(1 + place[1] * self.scale)

    def items(self, kind: str) -> list[int]:
        return [item for item in self.paper.find_all() if self.paper.type(item) == kind]

    def shown_at(self, place: Place) -> tuple[int, ...]:
        """Return the colour of the picture over a place of the ink."""
        x, y = self.on_paper(place)
        photo = self.paper.itemcget(self.items("image")[0], "image")
        return tuple(self.root.tk.splitlist(self.root.tk.call(photo, "get", x - 1, y - 1)))

    def rush(self, places: Sequence[Place], *, button: int = 1, pause_s: float = 0.0) -> None:
        """Draw through places as fast as events come, while the window works."""
        x, y = self.paper.winfo_rootx(), self.paper.winfo_rooty()
        moves = [("mousemove", str(x + left), str(y + top)) for left, top in map(self.on_paper, places)]
        command = [*moves[0], "mousedown", str(button)]
        for move in moves[1:]:
            command += [*move, "sleep", str(pause_s)] if pause_s else move
        with subprocess.Popen(["xdotool", *command, "mouseup", str(button)]) as process:
            while process.poll() is None:
                self.root.update()
        self.root.update()


@pytest.fixture
def shown(root: tk.Tk, style: Style) -> Shown:
    return Shown(root, style)


def centre_of_mass(ink: NDArray[np.float32]) -> Place:
    middles = np.arange(INK_SIDE) + 0.5
    return float(ink.sum(axis=0) @ middles / ink.sum()), float(ink.sum(axis=1) @ middles / ink.sum())


@pytest.mark.parametrize("size", [(400, 340), (250, 600), (700, 640)])
def test_a_click_leaves_a_dot_under_the_pointer(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil, size: tuple[int, int]
) -> None:
    shown = Shown(root, style, *size)

    xdo.click(shown.paper, *shown.on_paper((90, 205)))
    wait_until(lambda: shown.told)

    # The pointer is in the middle of a pixel of the screen, up to one off the place asked for.
    assert centre_of_mass(shown.ink) == pytest.approx((90, 205), abs=1 / shown.scale)
    assert shown.ink.sum() == pytest.approx(math.pi * DEFAULT_BRUSH_WIDTH**2 / 4, rel=0.01)
    assert not shown.canvas.is_empty


@pytest.mark.parametrize("pause_s", [0, 0.02])
def test_a_fast_stroke_leaves_joined_ink(shown: Shown, wait_until: WaitUntil, pause_s: float) -> None:
    corners = [(30, 40), (250, 45), (40, 240), (245, 250)]

    shown.rush(corners, pause_s=pause_s)
    wait_until(lambda: shown.ink[248, 243] == 1)

    assert label_components(shown.ink > 0.5).max() == 1
    assert shown.ink[40, 30] == 1
    if pause_s:
        assert all(shown.ink[y, x] == 1 for x, y in corners)


def test_a_circle_of_few_places_is_round(shown: Shown, wait_until: WaitUntil) -> None:
    """Ten places on a radius of 100 would leave corners of 100 · (1 − cos 18°) = 4.9 if joined by straight lines."""
    shown.canvas.brush_width = 10
    turns = np.linspace(0, 2 * math.pi, 11)

    shown.rush([(140 + 100 * math.cos(turn), 140 + 100 * math.sin(turn)) for turn in turns], pause_s=0.02)
    wait_until(lambda: len(shown.told) >= 10)

    y, x = np.nonzero(shown.ink > 0.5)
    assert np.hypot(x + 0.5 - 140, y + 0.5 - 140).min() > 100 - 5 - 2.5


@pytest.mark.parametrize("button", [2, 3])
def test_other_buttons_erase(shown: Shown, xdo: Any, wait_until: WaitUntil, button: int) -> None:
    shown.canvas.show_ink(np.ones((INK_SIDE, INK_SIDE)))

    xdo.drag(shown.paper, [shown.on_paper(place) for place in ((60, 140), (220, 140))], button=button)
    wait_until(lambda: shown.told)

    gone = INK_SIDE**2 - shown.ink.sum(dtype=np.float64)
    width = DEFAULT_BRUSH_WIDTH
    assert gone == pytest.approx(160 * width + math.pi * width**2 / 4, rel=0.02)


def test_left_button_erases_while_the_eraser_is_on(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    shown.canvas.show_ink(np.ones((INK_SIDE, INK_SIDE)))
    shown.canvas.eraser = True

    xdo.click(shown.paper)
    wait_until(lambda: shown.ink[140, 140] == 0)
    shown.canvas.eraser = False
    xdo.click(shown.paper)
    wait_until(lambda: shown.ink[140, 140] == 1)

    assert not shown.canvas.eraser


@pytest.mark.parametrize("width", [8.0, 40.0])
def test_brush_is_as_wide_as_set(shown: Shown, xdo: Any, wait_until: WaitUntil, width: float) -> None:
    shown.canvas.brush_width = width

    xdo.drag(shown.paper, [shown.on_paper(place) for place in ((140, 60), (140, 220))])
    wait_until(lambda: shown.told)

    assert shown.canvas.brush_width == width
    assert shown.ink[140].sum() == pytest.approx(width, rel=0.01)


def test_brush_width_is_kept_within_its_limits(shown: Shown) -> None:
    for asked, kept in ((-3, 4), (1000, 60)):
        shown.canvas.brush_width = asked
        assert shown.canvas.brush_width == kept


def test_changes_that_come_together_are_told_once(shown: Shown, wait_until: WaitUntil) -> None:
    shown.canvas.show_ink(np.full((INK_SIDE, INK_SIDE), 0.5))
    shown.root.update()
    assert not shown.told

    shown.canvas.clear()
    shown.canvas.undo()
    shown.canvas.clear()
    wait_until(lambda: shown.told)
    shown.root.update()

    assert len(shown.told) == 1
    assert not shown.told[0].any()


def test_every_movement_is_told_while_drawing(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    xdo.move(shown.paper, *shown.on_paper((30, 140)))
    xdo._run("mousedown", "1")
    totals = []
    for x in (80, 130, 180, 230):
        xdo.move(shown.paper, *shown.on_paper((x, 140)))
        wait_until(lambda x=x: shown.told and shown.told[-1][140, x - 2] == 1)
        totals.append(shown.told[-1].sum())
    xdo._run("mouseup", "1")

    assert np.diff(totals) == pytest.approx([50 * DEFAULT_BRUSH_WIDTH] * 3, rel=0.05)


def test_undo_redo_and_clear(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    assert not shown.canvas.can_undo
    states = [shown.ink]
    for place in ((60, 60), (200, 90)):
        xdo.click(shown.paper, *shown.on_paper(place))
        wait_until(lambda place=place: shown.ink[place[1], place[0]] == 1)
        states.append(shown.ink)
    shown.canvas.clear()
    states.append(shown.ink)
    assert shown.canvas.is_empty

    for action, state, can_undo, can_redo in (
        (shown.canvas.undo, 2, True, True),
        (shown.canvas.undo, 1, True, True),
        (shown.canvas.undo, 0, False, True),
        (shown.canvas.redo, 1, True, True),
        (shown.canvas.redo, 2, True, True),
        (shown.canvas.redo, 3, True, False),
    ):
        shown.told.clear()
        action()
        wait_until(lambda: shown.told)
        np.testing.assert_array_equal(shown.told[-1], states[state])
        assert (shown.canvas.can_undo, shown.canvas.can_redo) == (can_undo, can_redo)
    shown.told.clear()
    shown.canvas.redo()
    shown.root.update()
    assert not shown.told


def test_what_is_on_the_screen_is_the_ink(shown: Shown, style: Style, xdo: Any, wait_until: WaitUntil) -> None:
    def colors() -> tuple[tuple[int, ...], tuple[int, ...]]:
        return shown.shown_at((60, 60)), shown.shown_at((220, 220))

    def ends() -> tuple[tuple[int, ...], tuple[int, ...]]:
        return rgb(style.palette.text), rgb(style.palette.canvas)

    xdo.click(shown.paper, *shown.on_paper((60, 60)))
    wait_until(lambda: colors() == ends())
    style.apply(theme="dark")
    assert colors() == ends()
    shown.canvas.clear()
    assert shown.shown_at((60, 60)) == rgb(style.palette.canvas)
    shown.canvas.undo()
    assert colors() == ends()
    shown.root.geometry("600x600")
    wait_until(lambda: shown.paper.winfo_width() > 500)
    assert colors() == ends()


def test_show_ink_can_be_undone_and_is_not_told(shown: Shown) -> None:
    ink = np.zeros((INK_SIDE, INK_SIDE))
    ink[100:150, 100:150] = 1

    shown.canvas.show_ink(ink)
    shown.root.update()

    np.testing.assert_array_equal(shown.ink, ink)
    assert shown.shown_at((125, 125)) != shown.shown_at((50, 50))
    assert not shown.told
    shown.canvas.undo()
    assert shown.canvas.is_empty


def test_ink_of_another_size_is_refused(shown: Shown) -> None:
    with pytest.raises(DataError, match=r"must have the shape \(280, 280\)"):
        shown.canvas.show_ink(np.ones((28, 28)))
    assert shown.canvas.is_empty


def test_ink_that_was_read_is_a_copy(shown: Shown) -> None:
    shown.canvas.read_ink()[:] = 1

    assert shown.canvas.is_empty


@pytest.mark.parametrize("size", [(400, 300), (300, 700), (900, 500)])
def test_paper_is_square_and_the_middle_twenty_of_28_are_marked(
    root: tk.Tk, style: Style, size: tuple[int, int]
) -> None:
    shown = Shown(root, style, *size)
    side = min(size) - 6  # three pixels on either side, as around a pixel grid

    assert (shown.paper.winfo_width(), shown.paper.winfo_height()) == (side + 2, side + 2)
    (mark,) = shown.items("rectangle")
    left, top, right, bottom = shown.paper.coords(mark)
    assert (left, top) == pytest.approx((1 + side * 4 / 28,) * 2, abs=0.5)
    assert (right, bottom) == pytest.approx((1 + side * 24 / 28,) * 2, abs=0.5)
    assert shown.paper.itemcget(mark, "dash") != ""


def test_outline_of_the_brush_follows_the_pointer_and_leaves_with_it(
    shown: Shown, xdo: Any, wait_until: WaitUntil
) -> None:
    ring = shown.items("oval")[-1]

    def outline() -> tuple[float, ...] | None:
        return tuple(shown.paper.coords(ring)) if shown.paper.itemcget(ring, "state") == "normal" else None

    def expected(x: int, y: int, width: float) -> Any:
        reach = width * shown.scale / 2
        return pytest.approx((x - reach, y - reach, x + reach, y + reach), abs=0.1)

    assert outline() is None
    xdo.move(shown.paper, 100, 120)
    wait_until(lambda: outline() == expected(100, 120, DEFAULT_BRUSH_WIDTH))
    shown.canvas.brush_width = 50
    assert outline() == expected(100, 120, 50)
    shown.canvas.eraser = True
    assert shown.paper.itemcget(ring, "dash") != ""
    shown.canvas.eraser = False
    assert shown.paper.itemcget(ring, "dash") == ""
    xdo.move_to(1900, 1000)
    wait_until(lambda: outline() is None)


def test_a_stroke_may_leave_the_paper_and_ends_outside(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    x, y = shown.on_paper((126, 140))
    xdo.drag(shown.paper, [(x, y), (shown.paper.winfo_width() + 300, y)])
    wait_until(lambda: shown.ink[140, INK_SIDE - 1] == 1)
    before = shown.ink

    xdo.move(shown.paper, 60, 60)
    xdo.move(shown.paper, 90, 200)

    np.testing.assert_array_equal(shown.ink, before)
    shown.canvas.undo()
    assert shown.canvas.is_empty


def test_another_button_during_a_stroke_changes_nothing(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    xdo.move(shown.paper, *shown.on_paper((60, 140)))
    xdo._run("mousedown", "1")
    xdo._run("mousedown", "3", "mouseup", "3")
    xdo.move(shown.paper, *shown.on_paper((220, 140)))
    xdo._run("mouseup", "1")
    wait_until(lambda: shown.ink[140, 219] == 1)

    assert (shown.ink[140, 60:220] == 1).all()
    shown.canvas.undo()
    assert shown.canvas.is_empty


def test_a_release_that_nobody_heard_ends_the_stroke(shown: Shown) -> None:
    """As when another window takes the pointer: the next movement comes without a button."""
    shown.paper.event_generate("<ButtonPress-1>", x=50, y=50)
    shown.paper.event_generate("<Motion>", x=90, y=50, state=0x100)
    before = shown.ink
    shown.paper.event_generate("<Motion>", x=90, y=200)
    np.testing.assert_array_equal(shown.ink, before)

    shown.paper.event_generate("<ButtonPress-1>", x=200, y=200)
    shown.paper.event_generate("<ButtonPress-1>", x=250, y=250)
    shown.canvas.undo()
    shown.canvas.undo()
    np.testing.assert_array_equal(shown.ink, before)


def test_empty_paper_says_what_to_do(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    (hint,) = shown.items("text")
    assert "Draw" in shown.paper.itemcget(hint, "text")
    assert shown.paper.itemcget(hint, "state") in ("", "normal")

    xdo.click(shown.paper)
    wait_until(lambda: shown.paper.itemcget(hint, "state") == "hidden")
    shown.canvas.clear()
    assert shown.paper.itemcget(hint, "state") == "normal"


def test_drawing_takes_the_keyboard_from_a_field(shown: Shown, root: tk.Tk, xdo: Any, wait_until: WaitUntil) -> None:
    entry = tk.Entry(root)
    entry.pack()
    entry.focus_set()
    root.update()

    xdo.click(shown.paper)
    wait_until(lambda: root.focus_get() is shown.paper)

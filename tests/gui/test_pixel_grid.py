"""The grid: values under the pointer, changes with pointer and keyboard, overlays."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.display.palettes import rgb
from nnapp.gui.pixel_grid import PixelGrid
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
SHAPES = [(28, 28), (12, 9), (32, 32)]


class Shown:
    """A grid with an image in which every pixel has another value, and what it has told."""

    def __init__(self, root: tk.Tk, style: Style, shape: tuple[int, int] = (28, 28), size: str = "330x360") -> None:
        self.root = root
        self.edits: list[NDArray[np.float32] | None] = []
        self.hovers: list[str] = []
        root.geometry(size)
        self.grid = PixelGrid(root, style, lambda: self.edits.append(self.grid.read_image()), self.hovers.append)
        self.grid.pack(fill="both", expand=True)
        self.image = np.linspace(0, 1, shape[0] * shape[1], dtype=np.float32).reshape(shape)
        self.grid.show_image(self.image)
        root.update()

    def middle(self, row: int, column: int) -> tuple[int, int]:
        left, top, right, bottom = self.grid.canvas.pixel_box(row, column)
        return (left + right) // 2, (top + bottom) // 2

    def read(self) -> NDArray[np.float32]:
        image = self.grid.read_image()
        assert image is not None
        return image

    def color_at(self, row: int, column: int) -> tuple[int, ...]:
        """Return the colour inside of a pixel; the canvas has a ring and a border of three pixels in all."""
        x, y = self.middle(row, column)
        canvas = self.grid.canvas
        (item,) = (item for item in canvas.find_all() if canvas.type(item) == "image")
        return tuple(self.root.tk.splitlist(self.root.tk.call(canvas.itemcget(item, "image"), "get", x - 3, y - 3)))

    def outlined(self) -> list[tuple[int, ...]]:
        """Return the corners of all outlines that show, the picture's border left out."""
        canvas = self.grid.canvas
        rectangles = [item for item in canvas.find_all() if canvas.type(item) == "rectangle"][1:]
        visible = [item for item in rectangles if canvas.itemcget(item, "state") == "normal"]
        return [tuple(round(length) for length in canvas.coords(item)) for item in visible]


@pytest.fixture
def shown(root: tk.Tk, style: Style) -> Shown:
    shown = Shown(root, style)
    shown.grid.show_image(np.zeros((28, 28)))
    return shown


@pytest.mark.parametrize("shape", SHAPES)
def test_hover_says_row_column_and_value(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil, shape: tuple[int, int]
) -> None:
    shown = Shown(root, style, shape)
    n_rows, n_columns = shape

    for row, column in ((5, 7), (0, 0), (n_rows - 1, n_columns - 1), (n_rows - 1, 0)):
        xdo.move(shown.grid.canvas, *shown.middle(row, column))
        sentence = f"row {row + 1}, column {column + 1}: {shown.image[row, column]:.2f}"
        wait_until(lambda sentence=sentence: shown.grid.read_line() == sentence)
        assert shown.hovers[-1] == sentence
        left, top, right, bottom = shown.grid.canvas.pixel_box(row, column)
        assert shown.outlined() == [(left - 1, top - 1, right, bottom)]
    xdo.move_to(1900, 1000)
    wait_until(lambda: shown.hovers[-1] == "")
    assert shown.grid.read_line() == "Left button adds ink, right button removes it."
    assert shown.outlined() == []


def test_line_follows_the_image_under_a_resting_pointer(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    xdo.move(shown.grid.canvas, *shown.middle(3, 4))
    wait_until(lambda: shown.grid.read_line() == "row 4, column 5: 0.00")

    shown.grid.show_image(np.full((28, 28), 0.25))

    assert shown.grid.read_line() == "row 4, column 5: 0.25"


@pytest.mark.parametrize("shape", SHAPES)
def test_pixels_have_the_colours_of_their_ink(root: tk.Tk, style: Style, shape: tuple[int, int]) -> None:
    shown = Shown(root, style, shape)
    image = np.zeros(shape)
    image[2, 3] = 1
    shown.grid.show_image(image)

    for theme in ("light", "dark"):
        style.apply(theme=theme)  # type: ignore[arg-type]  # a word of THEMES
        root.update()
        assert shown.color_at(2, 3) == rgb(style.palette.text)
        assert shown.color_at(3, 2) == rgb(style.palette.canvas)


def test_a_click_adds_half_of_the_ink_and_another_the_rest(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    for value in (0.5, 1.0):
        shown.edits.clear()
        xdo.click(shown.grid.canvas, *shown.middle(20, 9))
        wait_until(lambda: shown.edits)
        expected = np.zeros((28, 28))
        expected[20, 9] = value
        np.testing.assert_array_equal(shown.edits[-1], expected)
    shown.edits.clear()
    xdo.click(shown.grid.canvas, *shown.middle(20, 9))
    assert not shown.edits  # there is no room for more
    assert shown.grid.read_line() == "row 21, column 10: 1.00"


def test_dragging_darkens_every_pixel_on_the_way_once(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    xdo.drag(shown.grid.canvas, [shown.middle(*place) for place in ((4, 3), (4, 24), (10, 24))])
    wait_until(lambda: shown.read()[10, 24] > 0)

    expected = np.zeros((28, 28))
    expected[4, 3:25] = 0.5
    expected[4:11, 24] = 0.5
    np.testing.assert_array_equal(shown.read(), expected)
    assert shown.color_at(4, 12) not in (rgb("#ffffff"), shown.color_at(20, 20))


def test_a_fast_diagonal_is_joined(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    xdo.drag(shown.grid.canvas, [shown.middle(2, 2), shown.middle(22, 12)])
    wait_until(lambda: shown.read()[22, 12] > 0)

    rows, columns = np.nonzero(shown.read())
    assert rows.tolist() == list(range(2, 23))
    # Half as far across as down, each pixel a neighbour of the next.
    assert columns == pytest.approx(2 + (rows - 2) / 2, abs=0.5)


@pytest.mark.parametrize("button", [2, 3])
def test_other_buttons_remove_ink(shown: Shown, xdo: Any, wait_until: WaitUntil, button: int) -> None:
    shown.grid.show_image(np.full((28, 28), 0.75))

    xdo.drag(shown.grid.canvas, [shown.middle(7, 7), shown.middle(7, 9)], button=button)
    wait_until(lambda: shown.read()[7, 9] < 0.5)

    assert shown.read()[7, 6:11].tolist() == [0.75, 0.25, 0.25, 0.25, 0.75]
    assert shown.read().sum() == 784 * 0.75 - 1.5


def test_edits_that_come_together_are_told_once(shown: Shown, wait_until: WaitUntil) -> None:
    for column in range(5):
        x, y = shown.middle(6, column)
        shown.grid.canvas.event_generate("<ButtonPress-1>", x=x, y=y)
        shown.grid.canvas.event_generate("<ButtonRelease-1>", x=x, y=y)
    wait_until(lambda: shown.edits)
    shown.root.update()

    assert len(shown.edits) == 1
    np.testing.assert_array_equal(shown.edits[0], shown.read())
    assert shown.read().sum() == 2.5


def test_showing_an_image_is_no_edit(shown: Shown) -> None:
    shown.grid.show_image(np.ones((28, 28)))
    shown.root.update()

    assert shown.edits == []


def test_images_are_copied_in_and_out(shown: Shown) -> None:
    image = np.zeros((28, 28), dtype=np.float32)
    shown.grid.show_image(image)
    image[:] = 1
    shown.read()[:] = 1

    assert not shown.read().any()


def test_every_pixel_can_be_reached_and_changed_with_the_keyboard(
    shown: Shown, xdo: Any, wait_until: WaitUntil
) -> None:
    xdo.key("Tab")
    wait_until(lambda: shown.root.focus_get() is shown.grid.canvas)
    assert shown.grid.read_line() == "row 1, column 1: 0.00"
    xdo.key("Down", "Down", "Down", "Right", "Right", "Up", "Left")
    wait_until(lambda: shown.grid.read_line() == "row 3, column 2: 0.00")
    left, top, right, bottom = shown.grid.canvas.pixel_box(2, 1)
    assert set(shown.outlined()) == {(left - 1, top - 1, right, bottom)}

    xdo.key("plus", "plus", "plus")
    wait_until(lambda: shown.grid.read_line() == "row 3, column 2: 0.30")
    assert shown.hovers[-1] == "row 3, column 2: 0.30"
    xdo.key("minus")
    wait_until(lambda: shown.edits and shown.edits[-1] is not None and shown.edits[-1][2, 1] == pytest.approx(0.2))


def test_overlay_takes_the_place_of_the_ink_and_tells_its_values(
    shown: Shown, style: Style, xdo: Any, wait_until: WaitUntil
) -> None:
    colors = np.zeros((28, 28, 3), dtype=np.uint8)
    colors[6, 7] = (10, 200, 30)
    weights = np.zeros((28, 28))
    weights[6, 7] = -0.5

    shown.grid.show_overlay(colors, "Weights into neuron 42, ±1", weights, value_name="weight")

    assert shown.grid.read_line() == "Weights into neuron 42, ±1"
    assert shown.color_at(6, 7) == (10, 200, 30)
    xdo.move(shown.grid.canvas, *shown.middle(6, 7))
    wait_until(lambda: shown.grid.read_line() == "row 7, column 8: 0.00, weight −0.5")
    shown.grid.show_overlay(None)
    assert shown.grid.read_line() == "row 7, column 8: 0.00"
    assert shown.color_at(6, 7) == rgb(style.palette.canvas)


def test_overlay_stays_over_the_next_image_unless_that_has_another_shape(shown: Shown) -> None:
    colors = np.full((28, 28, 3), (1, 2, 3), dtype=np.uint8)
    shown.grid.show_overlay(colors, "legend", np.ones((28, 28)))

    shown.grid.show_image(np.ones((28, 28)))
    assert shown.color_at(6, 7) == (1, 2, 3)
    assert shown.grid.read_line() == "legend"
    shown.grid.show_image(np.ones((32, 32)))
    assert shown.color_at(6, 7) != (1, 2, 3)
    assert shown.grid.read_line() != "legend"
    shown.grid.show_overlay(colors, "legend")
    assert shown.color_at(6, 7) == (1, 2, 3)
    assert shown.grid.read_image() is None


def test_overlay_shows_without_an_image(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    shown.grid.show_empty("Nothing drawn.")
    shown.grid.show_overlay(np.full((12, 9, 3), (1, 2, 3), dtype=np.uint8), "legend", np.full((12, 9), 2.0))

    assert shown.color_at(11, 8) == (1, 2, 3)
    xdo.click(shown.grid.canvas, *shown.middle(11, 8))
    wait_until(lambda: shown.grid.read_line() == "row 12, column 9: value +2")
    assert shown.edits == []


def test_a_sentence_takes_the_place_of_the_image(shown: Shown, xdo: Any) -> None:
    canvas = shown.grid.canvas
    shown.grid.show_empty("Nothing drawn.")
    canvas.focus_set()

    xdo.click(canvas)
    xdo.key("Right", "plus")

    texts = [canvas.itemcget(item, "text") for item in canvas.find_all() if canvas.type(item) == "text"]
    assert texts == ["Nothing drawn."]
    assert shown.grid.read_line() == ""
    assert shown.grid.read_image() is None
    assert shown.edits == []
    assert canvas.pixel_box(3, 3) == (0, 0, 0, 0)
    shown.grid.show_image(np.ones((28, 28)))
    assert shown.grid.read_line() != ""


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", ["330x360", "500x300", "240x700"])
def test_picture_is_as_large_as_fits_and_the_line_is_right_under_it(
    root: tk.Tk, style: Style, shape: tuple[int, int], size: str
) -> None:
    shown = Shown(root, style, shape, size)
    width, height = map(int, size.split("x"))
    canvas = shown.grid.canvas
    (line,) = (child for child in shown.grid.winfo_children() if child is not canvas)

    room = (width - 6, height - line.winfo_height() - 6)
    side = min(room[0] / shape[1], room[1] / shape[0])
    assert (canvas.winfo_width(), canvas.winfo_height()) == pytest.approx(
        (shape[1] * side + 6, shape[0] * side + 6), abs=1
    )
    assert canvas.winfo_y() == 0
    assert line.winfo_y() == canvas.winfo_height()
    assert line.winfo_y() + line.winfo_height() <= height

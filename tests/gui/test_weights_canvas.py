"""The picture of the weights: pixels on the screen, scrolling and zooming."""

from __future__ import annotations

import tkinter as tk
from typing import Any

import numpy as np
import pytest
from PIL import ImageGrab

from nnapp.display.palettes import rgb
from nnapp.gui.style import Style
from nnapp.gui.weights_canvas import WeightsCanvas


class Shown:
    """A canvas and what it told."""

    def __init__(self, root: tk.Tk, style: Style) -> None:
        self.n_drawn = 0
        self.points: list[int | None] = []
        self.canvas = WeightsCanvas(root, style, on_drawn=self._on_drawn, on_point=self.points.append)
        self.canvas.pack(fill="both", expand=True)

    def _on_drawn(self) -> None:
        self.n_drawn += 1

    def color_of(self, index: int) -> tuple[int, ...]:
        """Return the colour on the screen in the middle of a weight."""
        self.canvas.update()
        left, top, right, bottom = self.canvas.weight_box(index)
        x = self.canvas.winfo_rootx() + (left + right) // 2
        y = self.canvas.winfo_rooty() + (top + bottom) // 2
        return ImageGrab.grab(xdisplay=self.canvas.winfo_screen()).convert("RGB").getpixel((x, y))


@pytest.fixture
def shown(root: tk.Tk, style: Style, wait_until: Any) -> Shown:
    root.geometry("420x260")
    shown = Shown(root, style)
    wait_until(lambda: shown.n_drawn)
    return shown


def test_pictures_and_matrix_show_every_weight_in_its_place(shown: Shown, style: Style, wait_until: Any) -> None:
    weights = np.zeros(6 * 16, dtype=np.float32)
    weights[[3, 50]] = 9.0, -9.0
    colors = {3: rgb(style.palette.positive), 50: rgb(style.palette.negative), 20: (0, 0, 0), 95: (0, 0, 0)}
    for tile_shape in ((4, 4), (6, 16)):  # six pictures, and a matrix
        before = shown.n_drawn
        shown.canvas.show_layer(weights, tile_shape)
        wait_until(lambda before=before: shown.n_drawn > before)
        assert {index: shown.color_of(index) for index in colors} == colors


def test_new_weights_change_the_picture(shown: Shown, style: Style, wait_until: Any) -> None:
    weights = np.zeros(96, dtype=np.float32)
    shown.canvas.show_layer(weights, (4, 4))
    wait_until(lambda: shown.n_drawn == 2)
    changed = weights.copy()
    changed[40] = 1.0
    shown.canvas.show_weights(changed)

    wait_until(lambda: shown.color_of(40) == rgb(style.palette.positive))


def test_pointer_tells_the_weight(shown: Shown, xdo: Any, wait_until: Any) -> None:
    shown.canvas.show_layer(np.ones(96, dtype=np.float32), (4, 4))
    wait_until(lambda: shown.n_drawn == 2)
    left, top, right, bottom = shown.canvas.weight_box(37)
    xdo.move(shown.canvas, (left + right) // 2, (top + bottom) // 2)
    wait_until(lambda: shown.points and shown.points[-1] == 37)
    xdo.move_to(5, 5)
    wait_until(lambda: shown.points[-1] is None)


def test_wheel_and_keys_scroll_a_sheet_that_is_too_high(shown: Shown, xdo: Any, wait_until: Any) -> None:
    shown.canvas.show_layer(np.ones(500 * 784, dtype=np.float32), (28, 28))
    wait_until(lambda: shown.canvas.down.is_needed)
    assert not shown.canvas.across.is_needed
    xdo.wheel(shown.canvas, 2)
    wait_until(lambda: shown.canvas.down.px == 2 * (28 * 2 + 3))  # two rows at zoom 2 with a gap of 3
    shown.canvas.focus_force()
    xdo.key("Up")
    wait_until(lambda: shown.canvas.down.px == 28 * 2 + 3)
    xdo.key("End")
    wait_until(lambda: shown.canvas.down.fractions[1] == 1.0)
    xdo.key("Prior", "Home")
    wait_until(lambda: shown.canvas.down.px == 0)


def test_zoom_is_stepwise_and_can_be_undone(shown: Shown, xdo: Any, wait_until: Any) -> None:
    shown.canvas.show_layer(np.ones(6 * 784, dtype=np.float32), (28, 28))
    wait_until(lambda: shown.n_drawn == 2)

    def width() -> int:
        left, _, right, _ = shown.canvas.weight_box(0)
        return right - left

    fitting = width()
    shown.canvas.focus_force()
    xdo.key("plus", "plus")
    wait_until(lambda: width() == fitting + 2)
    xdo.key("minus")
    wait_until(lambda: width() == fitting + 1)
    xdo.key("0")
    wait_until(lambda: width() == fitting)


def test_sentence_in_place_of_weights(shown: Shown, wait_until: Any) -> None:
    shown.canvas.show_layer(np.ones(96, dtype=np.float32), (4, 4))
    shown.canvas.show_sentence("No network yet.")

    def texts() -> list[str]:
        return [
            shown.canvas.itemcget(item, "text") for item in shown.canvas.find_all() if shown.canvas.type(item) == "text"
        ]

    wait_until(lambda: texts() == ["No network yet."])


def test_a_large_sheet_costs_no_more_than_what_is_in_sight(shown: Shown, wait_until: Any) -> None:
    """65,535 neurons of 784 weights would be 51 million pixels and more."""
    weights = np.lib.stride_tricks.as_strided(np.ones(1, dtype=np.float32), (20_000 * 784,), (0,))
    shown.canvas.show_layer(weights, (28, 28))
    wait_until(lambda: shown.n_drawn == 2)

    assert shown.canvas._indices.size <= 420 * 260

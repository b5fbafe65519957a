"""Items that are drawn anew: only what differs reaches the canvas, and what is left out is hidden."""

from __future__ import annotations

import tkinter as tk
from typing import Any

import pytest

from nnapp.gui.canvas_items import CanvasItems


class CountingCanvas(tk.Canvas):
    """A canvas that counts what is asked of it."""

    n_calls = 0

    def coords(self, *arguments: Any) -> Any:
        self.n_calls += 1
        return super().coords(*arguments)

    def itemconfigure(self, *arguments: Any, **options: Any) -> Any:
        self.n_calls += 1
        return super().itemconfigure(*arguments, **options)


@pytest.fixture
def canvas(root: tk.Tk) -> CountingCanvas:
    canvas = CountingCanvas(root)
    canvas.pack()
    return canvas


def draw(items: CanvasItems, text: str, x: int = 10, *, has_box: bool = True) -> None:
    with items.drawing():
        items.text("greeting", x, 20, text, fill="#ff0000", font="TkDefaultFont")
        if has_box:
            items.box("box", (1, 2, 30, 40), fill="#00ff00")


def test_items_are_what_was_drawn(canvas: CountingCanvas) -> None:
    items = CanvasItems(canvas)
    with items.drawing():
        items.text("right", 90, 5, "12", fill="#ff0000", anchor="ne", width=50)
        items.box("filled", (1, 2, 30, 40), fill="#00ff00")
        items.box("framed", (1, 2, 30, 40), outline="#0000ff")
        items.line("path", (0, 0, 5, 9, 7, 3), fill="#00ffff", width=2)

    text, filled, framed, path = canvas.find_all()
    assert canvas.coords(text) == [90, 5]
    assert [canvas.itemcget(text, name) for name in ("text", "anchor", "justify")] == ["12", "ne", "right"]
    assert canvas.coords(filled) == [1, 2, 30, 40]
    assert canvas.itemcget(filled, "outline") == ""
    # Its last pixels are in column 29 and row 39, as those of the filled one.
    assert canvas.coords(framed) == [1, 2, 29, 39]
    assert canvas.coords(path) == [0, 0, 5, 9, 7, 3]
    assert items.read_text("right") == "12"
    assert items.read_fill("filled") == "#00ff00"
    assert items.read_box("filled") == (1, 2, 30, 40)


def test_the_same_drawing_costs_nothing(canvas: CountingCanvas) -> None:
    items = CanvasItems(canvas)
    draw(items, "hello")
    canvas.n_calls = 0

    draw(items, "hello")
    assert canvas.n_calls == 0
    draw(items, "good-bye")
    assert canvas.n_calls == 1
    draw(items, "good-bye", x=50)
    assert canvas.n_calls == 2
    assert canvas.coords(canvas.find_all()[0]) == [50, 20]
    assert canvas.itemcget(canvas.find_all()[0], "text") == "good-bye"


def test_what_is_not_drawn_is_hidden_and_comes_back(canvas: CountingCanvas) -> None:
    items = CanvasItems(canvas)
    draw(items, "hello")
    box = canvas.find_all()[1]

    draw(items, "hello", has_box=False)
    assert canvas.itemcget(box, "state") == "hidden"
    assert items.read_box("box") is None
    assert items.read_fill("box") == ""
    draw(items, "hello")
    assert canvas.itemcget(box, "state") == "normal"
    assert len(canvas.find_all()) == 2
    with items.drawing():
        pass
    assert items.read_text("greeting") == ""

from __future__ import annotations

import tkinter as tk

from PIL import Image

from nnapp.gui.canvas_picture import CanvasPicture


def pixel(root: tk.Tk, canvas: tk.Canvas, x: int, y: int) -> tuple[int, ...]:
    name = canvas.itemcget(canvas.find_withtag("all")[0], "image")
    return tuple(map(int, root.tk.splitlist(root.tk.call(name, "get", x, y))))


def test_picture_is_under_everything_at_its_place(root: tk.Tk) -> None:
    canvas = tk.Canvas(root)
    line = canvas.create_line(0, 0, 9, 9)
    picture = CanvasPicture(canvas)

    picture.show_image(Image.new("RGB", (4, 3), "#ff8000"), 7, 5)

    item, above = canvas.find_all()
    assert above == line
    assert canvas.coords(item) == [7, 5]
    assert pixel(root, canvas, 3, 2) == (255, 128, 0)


def test_a_picture_of_the_same_size_is_pasted_into_the_same_photo(root: tk.Tk) -> None:
    canvas = tk.Canvas(root)
    picture = CanvasPicture(canvas)
    picture.show_image(Image.new("RGB", (4, 3), "red"))
    names = list(root.tk.splitlist(root.tk.call("image", "names")))

    picture.show_image(Image.new("RGB", (4, 3), "blue"))
    assert list(root.tk.splitlist(root.tk.call("image", "names"))) == names
    assert pixel(root, canvas, 0, 0) == (0, 0, 255)

    picture.show_image(Image.new("RGB", (8, 8), "lime"))
    assert pixel(root, canvas, 7, 7) == (0, 255, 0)
    assert len(root.tk.splitlist(root.tk.call("image", "names"))) == len(names)


def test_a_hidden_picture_comes_back_with_the_next_one(root: tk.Tk) -> None:
    canvas = tk.Canvas(root)
    picture = CanvasPicture(canvas)
    item = canvas.find_all()[0]

    picture.show_image(Image.new("RGB", (4, 3), "red"))
    picture.hide()
    assert canvas.itemcget(item, "state") == "hidden"
    picture.show_image(Image.new("RGB", (4, 3), "red"))
    assert canvas.itemcget(item, "state") == "normal"

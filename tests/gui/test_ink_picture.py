"""The picture of ink: colours, scaling, and that its parts are those of the whole."""

from __future__ import annotations

import tkinter as tk

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.digits.brush import Box
from nnapp.digits.strokes import Ink
from nnapp.gui.ink_picture import InkPicture

RAMP = np.linspace((250, 240, 230), (10, 20, 30), 256).round().astype(np.uint8)


def drawn(canvas: tk.Canvas) -> NDArray[np.int64]:
    """Return the colours on the canvas, (height, width, 3)."""
    photo = canvas.itemcget(canvas.find_all()[0], "image")
    rows = canvas.tk.splitlist(canvas.tk.call(photo, "data"))
    colors = [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for row in rows for color in canvas.tk.splitlist(row)]
    return np.array(colors).reshape(len(rows), -1, 3)


@pytest.mark.parametrize("side", [140, 280, 417])
def test_parts_that_change_give_the_same_picture_as_the_whole(root: tk.Tk, side: int) -> None:
    ink = Ink()
    canvases = [tk.Canvas(root), tk.Canvas(root)]
    piecewise, whole = (InkPicture(canvas) for canvas in canvases)
    piecewise.show_ink(ink.pixels, RAMP, (3, 3), side)

    boxes = [ink.begin_stroke(33, 40, 22)]
    boxes += [ink.extend_stroke(x, y) for x, y in ((90, 61), (250, 130), (11, 270), (300, 290))]
    boxes += [ink.begin_stroke(20, 140, 31, erases=True), ink.extend_stroke(250, 170)]
    for box in boxes:
        piecewise.show_part(ink.pixels, box)
    # A part's edge in the ink is rounded to double precision, which may tip a colour over to the next.
    whole.show_ink(ink.pixels, RAMP, (3, 3), side)

    assert np.ptp(drawn(canvases[1])) > 200
    assert np.abs(drawn(canvases[0]) - drawn(canvases[1])).max() <= 1


def test_ink_has_the_colours_of_the_ramp(root: tk.Tk) -> None:
    canvas = tk.Canvas(root)
    ink = np.zeros((4, 4), dtype=np.float32)
    ink[2:] = 1
    ink[:2, :2] = 0.4  # 102 of 255

    picture = InkPicture(canvas)
    picture.show_ink(ink, RAMP, (5, 7), 4)

    shown = drawn(canvas)
    assert shown[0, 3].tolist() == [250, 240, 230]
    assert shown[3, 0].tolist() == [10, 20, 30]
    assert shown[0, 0].tolist() == RAMP[102].tolist()
    assert canvas.coords(canvas.find_all()[0]) == [5, 7]


def test_a_change_before_anything_is_shown_is_left_alone(root: tk.Tk) -> None:
    InkPicture(tk.Canvas(root)).show_part(np.ones((4, 4), dtype=np.float32), Box(0, 0, 4, 4))

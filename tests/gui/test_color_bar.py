"""The strip of colours with the numbers of its ends."""

from __future__ import annotations

import tkinter as tk

import numpy as np
from PIL import ImageGrab

from nnapp.display.palettes import rgb
from nnapp.display.weight_sheet import color_table
from nnapp.gui.color_bar import ColorBar
from nnapp.gui.style import Style


def test_ends_have_their_colours_and_numbers(root: tk.Tk, style: Style) -> None:
    bar = ColorBar(root, style)
    bar.pack()
    bar.show_scale(0.05, color_table(style.palette)[:-1])
    root.update()

    assert bar.read_limits() == ("−0.05", "+0.05")
    strip = next(child for child in bar.winfo_children() if isinstance(child, tk.Canvas))
    left, middle = strip.winfo_rootx(), strip.winfo_rooty() + strip.winfo_height() // 2
    right = left + strip.winfo_width() - 1
    picture = ImageGrab.grab(xdisplay=root.winfo_screen()).convert("RGB")
    for x, color in ((left, style.palette.negative), (right, style.palette.positive), ((left + right) // 2, "#000000")):
        # A pixel of the strip stands for up to three of the 255 colours.
        np.testing.assert_allclose(picture.getpixel((x, middle)), rgb(color), atol=6)

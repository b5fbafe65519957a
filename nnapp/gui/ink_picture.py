"""Shows ink on a canvas at any size, and while it is being drawn only the part that changes."""

from __future__ import annotations

import math
import tkinter as tk

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageTk

from nnapp.digits.brush import Box

__all__ = ["InkPicture"]

_REACH = 1
"""How many pixels of ink beyond those that change have a share in what is shown, since it is interpolated."""


class InkPicture:
    """A square picture of ink at the bottom of a canvas. Tk thread only.

    Parameters
    ----------
    canvas : tk.Canvas
    """

    def __init__(self, canvas: tk.Canvas) -> None:
        self._canvas = canvas
        self._item = canvas.create_image(0, 0, anchor="nw")
        canvas.tag_lower(self._item)
        self._photo: ImageTk.PhotoImage | None = None
        self._part: ImageTk.PhotoImage | None = None  # as large as the whole, but only its corner is used
        self._ramp = b""

    def show_ink(self, ink: NDArray[np.float32], ramp: NDArray[np.uint8], corner: tuple[int, int], side: int) -> None:
        """Show all ink.

        Parameters
        ----------
        ink : (n, n) float32
            0 = paper … 1 = ink.
        ramp : (256, 3) uint8
            The colours from paper to ink.
        corner : tuple of int
            Left and top on the canvas.
        side : int
            Of the picture on the canvas.
        """
        if self._photo is None or self._photo.width() != side:
            self._photo = ImageTk.PhotoImage("RGB", (side, side), master=self._canvas)
            self._part = ImageTk.PhotoImage("RGB", (side, side), master=self._canvas)
            self._canvas.itemconfigure(self._item, image=self._photo)
        self._canvas.coords(self._item, *corner)
        self._ramp = ramp.tobytes()
        self._photo.paste(self._scaled(ink, (0, 0, side, side), side))

    def show_part(self, ink: NDArray[np.float32], box: Box) -> None:
        """Show what has changed inside a box of the ink; nothing happens before `show_ink`."""
        if self._photo is None or self._part is None or box.is_empty:
            return
        side = self._photo.width()
        scale = side / len(ink)
        left, top = (max(math.floor((edge - _REACH) * scale), 0) for edge in (box.left, box.top))
        right, bottom = (min(math.ceil((edge + _REACH) * scale), side) for edge in (box.right, box.bottom))
        self._part.paste(self._scaled(ink, (left, top, right, bottom), side))
        size = (right - left, bottom - top)
        self._canvas.tk.call(self._photo, "copy", self._part, "-from", 0, 0, *size, "-to", left, top)

    def _scaled(self, ink: NDArray[np.float32], part: tuple[int, int, int, int], side: int) -> Image.Image:
        """Return a part of the picture: left, top, right and bottom of `side` pixels."""
        steps = Image.fromarray(np.rint(ink * 255).astype(np.uint8))
        source = tuple(edge * len(ink) / side for edge in part)
        size = (part[2] - part[0], part[3] - part[1])
        method = Image.Resampling.BILINEAR if side >= len(ink) else Image.Resampling.BOX
        picture = steps.resize(size, method, box=(source[0], source[1], source[2], source[3]))
        picture.putpalette(self._ramp)
        return picture.convert("RGB")

"""Shows a picture on a canvas: one item and one photo image, pasted into for as long as the size stays the same."""

from __future__ import annotations

import tkinter as tk

from PIL import Image, ImageTk

__all__ = ["CanvasPicture"]


class CanvasPicture:
    """A picture at the bottom of a canvas. Tk thread only.

    Parameters
    ----------
    canvas : tk.Canvas
    """

    def __init__(self, canvas: tk.Canvas) -> None:
        self._canvas = canvas
        self._item = canvas.create_image(0, 0, anchor="nw")
        canvas.tag_lower(self._item)
        self._photo: ImageTk.PhotoImage | None = None

    def show_image(self, image: Image.Image, left: int = 0, top: int = 0) -> None:
        """Show an RGB image with its corner at a point of the canvas."""
        photo = self._photo
        if photo is not None and (photo.width(), photo.height()) == image.size:
            photo.paste(image)
        else:
            self._photo = ImageTk.PhotoImage(image, master=self._canvas)
            self._canvas.itemconfigure(self._item, image=self._photo)
        self._canvas.coords(self._item, left, top)
        self._canvas.itemconfigure(self._item, state="normal")

    def hide(self) -> None:
        """Show nothing."""
        self._canvas.itemconfigure(self._item, state="hidden")

"""Shows how a picture became what the network sees: the picture, the ink found in it, and the grid."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageTk

from nnapp.digits.photographs import DiscretizedPicture
from nnapp.gui.style import Style

__all__ = ["PictureStepsView"]

_SIDE_UNITS = 34
_EMPTY = "No picture yet. Open a photograph or a scan of a digit (Ctrl+I), or paste one (Ctrl+V)."


class PictureStepsView(ttk.Frame):
    """The steps of a discretised picture side by side. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self._style = style
        self._picture: DiscretizedPicture | None = None
        self._photos: list[ImageTk.PhotoImage] = []
        self._sentence = ttk.Label(self, text=_EMPTY, style="Muted.TLabel")
        self._steps = ttk.Frame(self)
        self._sentence.place(relx=0.5, rely=0.5, anchor="center")
        self._steps.pack(side="left", anchor="n")
        style.on_change(self, self._draw)

    def show_picture(self, picture: DiscretizedPicture) -> None:
        """Show the steps of a picture."""
        self._picture = picture
        self._sentence.place_forget()
        self._draw()

    def _draw(self) -> None:
        if self._picture is None:
            return
        for child in self._steps.winfo_children():
            child.destroy()
        side, gap = self._style.px(_SIDE_UNITS), self._style.px(2)
        pictures = {
            "the picture": _with_box(_fit(self._picture.grey, side, Image.Resampling.BOX), self._picture, side),
            "its ink": _fit(1 - self._picture.ink, side, Image.Resampling.BOX),
            "what the network sees": _fit(1 - self._picture.grid, side, Image.Resampling.NEAREST),
        }
        self._photos = [ImageTk.PhotoImage(image, master=self) for image in pictures.values()]
        for column, (caption, photo) in enumerate(zip(pictures, self._photos, strict=True)):
            if column:
                ttk.Label(self._steps, text="→", style="Muted.TLabel").grid(row=0, column=2 * column - 1, padx=gap)
            ttk.Label(self._steps, image=photo).grid(row=0, column=2 * column, pady=(gap, 0), padx=gap)
            ttk.Label(self._steps, text=caption, style="Muted.TLabel").grid(row=1, column=2 * column)


def _fit(brightness: NDArray[np.float32], side: int, resampling: Image.Resampling) -> Image.Image:
    """Return a picture of brightness 0…1 as an RGB image that fits into a square."""
    height, width = brightness.shape
    factor = side / max(height, width)
    image = Image.fromarray(np.rint(255 * np.clip(brightness, 0, 1)).astype(np.uint8))
    return image.resize((max(1, round(width * factor)), max(1, round(height * factor))), resampling).convert("RGB")


def _with_box(image: Image.Image, picture: DiscretizedPicture, side: int) -> Image.Image:
    """Draw a frame round the place where the digit was found."""
    factor = side / max(picture.grey.shape)
    top, left, bottom, right = (round(edge * factor) for edge in picture.box)
    ImageDraw.Draw(image).rectangle(
        (left, top, min(right, image.width - 1), min(bottom, image.height - 1)), outline="#2266cc"
    )
    return image

"""Shows the texts of a picture as text of a canvas: in the font of the window, sharp, and in every script."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Iterable
from tkinter import font as tkfont

from nnapp.display.confusion_labels import TextMark

__all__ = ["MarkWriter"]

_TAG = "mark"


class MarkWriter:
    """Writes lists of `TextMark` on a canvas. Tk thread only.

    Parameters
    ----------
    canvas : tk.Canvas
    """

    def __init__(self, canvas: tk.Canvas) -> None:
        self._canvas = canvas
        self._family = ""
        self._widths: dict[tuple[str, int], float] = {}
        self._sizes_px: dict[str, int] = {}
        self.text_px = 0
        self.read_font()

    def read_font(self) -> None:
        """Take over family and size (the attribute `text_px`) of the window's font, which may have changed."""
        font = tkfont.nametofont("nnapp-body", self._canvas)
        # The size as configured, which is negative for pixels; the actual one would be in points.
        self._family, self.text_px = str(font.actual("family")), abs(int(font.cget("size")))
        self._widths.clear()
        self._sizes_px.clear()

    def measure(self, text: str, size_px: int) -> float:
        """Return the width of a text in pixels; a `TextMeasure`."""
        key = (text, size_px)
        if key not in self._widths:
            font = (self._family, -size_px)
            self._widths[key] = float(self._canvas.tk.call("font", "measure", font, "-displayof", self._canvas, text))
        return self._widths[key]

    def write(self, marks: Iterable[TextMark]) -> None:
        """Replace what was written before."""
        self.clear()
        for mark in marks:
            tag = mark.name.replace(" ", "_")  # a space would make two tags of it
            self._sizes_px[tag] = mark.size_px
            self._canvas.create_text(
                mark.x,
                mark.y,
                text=mark.text,
                anchor=mark.anchor,
                angle=90 if mark.is_upright else 0,
                font=(self._family, -mark.size_px),
                fill=mark.color,
                tags=(_TAG, tag),
            )

    def emphasize(self, name: str, color: str, *, is_bold: bool) -> None:
        """Write the mark of that name, if there is one, in another colour and weight."""
        tag = name.replace(" ", "_")
        if tag in self._sizes_px:
            weight = "bold" if is_bold else "normal"
            self._canvas.itemconfigure(tag, fill=color, font=(self._family, -self._sizes_px[tag], weight))

    def clear(self) -> None:
        """Remove what is written."""
        self._sizes_px.clear()
        self._canvas.delete(_TAG)

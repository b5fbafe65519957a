"""Shows named texts on a canvas and touches only those that change, for diagrams redrawn many times a second."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Iterable
from tkinter import font as tkfont

from nnapp.display.network_labels import Label
from nnapp.gui.mark_writer import MarkWriter

__all__ = ["LabelBoard"]


class LabelBoard:
    """The texts of a diagram, in the small font of the window. Tk thread only.

    Parameters
    ----------
    canvas : tk.Canvas

    Attributes
    ----------
    text_px : int
        Size of the font.
    """

    def __init__(self, canvas: tk.Canvas) -> None:
        self._canvas = canvas
        self._writer = MarkWriter(canvas)
        self._items: dict[str, tuple[int, Label]] = {}
        self._family = ""
        self.text_px = 0
        self.read_font()

    def read_font(self) -> None:
        """Take over the window's font, which may have changed; what is written is taken off."""
        font = tkfont.nametofont("nnapp-small", self._canvas)
        self._family, self.text_px = str(font.actual("family")), abs(int(font.cget("size")))
        self._writer.read_font()
        self.clear()

    def measure(self, text: str, size_px: int) -> float:
        """Return the width of a text in pixels; a `TextMeasure`."""
        return self._writer.measure(text, size_px)

    def show_labels(self, labels: Iterable[Label]) -> None:
        """Show these and no others."""
        gone = set(self._items)
        for label in labels:
            gone.discard(label.name)
            item, before = self._items.get(label.name, (0, None))
            if before is None:
                item = self._canvas.create_text(label.x, label.y, anchor=label.anchor)
            if label != before:
                if before is not None and (label.x, label.y) != (before.x, before.y):
                    self._canvas.coords(item, label.x, label.y)
                weight = "bold" if label.is_bold else "normal"
                font = (self._family, -self.text_px, weight)
                self._canvas.itemconfigure(item, text=label.text, fill=label.color, font=font, anchor=label.anchor)
                self._items[label.name] = item, label
        for name in gone:
            self._canvas.delete(self._items.pop(name)[0])

    def read_labels(self) -> dict[str, str]:
        """Return the texts by their names."""
        return {name: label.text for name, (_, label) in self._items.items()}

    def clear(self) -> None:
        """Take everything off."""
        for item, _ in self._items.values():
            self._canvas.delete(item)
        self._items.clear()

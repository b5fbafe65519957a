"""Shows which number a colour stands for: a strip of colours between the numbers of its ends."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.style import Style

__all__ = ["ColorBar"]


class ColorBar(ttk.Frame):
    """The colours from −limit over 0 to +limit, or between any two ends. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self._style = style
        self._low_label, self._high_label = (ttk.Label(self, style="Muted.TLabel", font="nnapp-small") for _ in "-+")
        self._strip = tk.Canvas(self, takefocus=False, highlightthickness=0, width=1, height=1)
        self._picture = CanvasPicture(self._strip)
        self._low_label.grid(row=0, column=0)
        self._strip.grid(row=0, column=1, padx=style.px(1))
        self._high_label.grid(row=0, column=2)

    def show_scale(self, limit: float, colors: NDArray[np.uint8]) -> None:
        """Show the scale of a picture.

        Parameters
        ----------
        limit : float
            Number at the right end.
        colors : array (n_colors, 3) of uint8
            From the left end to the right.
        """
        self.show_ends(f"−{limit:g}", f"+{limit:g}", colors)

    def show_ends(self, low: str, high: str, colors: NDArray[np.uint8]) -> None:
        """Show colours, as for `show_scale`, between two words."""
        self._low_label.configure(text=low)
        self._high_label.configure(text=high)
        width, height = self._style.px(24), self._style.px(2.5)
        self._strip.configure(width=width, height=height, highlightthickness=0)
        strip = Image.fromarray(np.ascontiguousarray(colors[None]))
        self._picture.show_image(strip.resize((width, height), Image.Resampling.NEAREST))

    def read_limits(self) -> tuple[str, str]:
        """Return what is written at the two ends."""
        return str(self._low_label["text"]), str(self._high_label["text"])

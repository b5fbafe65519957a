"""Shows a text in as many lines as its width asks for."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

__all__ = ["WrappedLabel"]

_BORDERS_PX = 4  # clam's label has one of 2 pixels at either side, at any scale


class WrappedLabel(ttk.Label):
    """A label that wraps its text to the width it is given. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    text : str
    style : str
        Name of a ttk style without padding.
    font : str
        Named font; that of `style` if empty.
    asks_for_width : bool
        Whether it asks for the width of its text. If not, a long text widens nothing: it gets higher instead.
    """

    def __init__(
        self, parent: tk.Misc, text: str = "", style: str = "TLabel", font: str = "", *, asks_for_width: bool = False
    ) -> None:
        # A tooltip's bindings would make Tk take the label for something that Tab stops at.
        super().__init__(parent, text=text, style=style, font=font, takefocus=False)
        if not asks_for_width:
            self.configure(width=1)
        self.bind("<Configure>", lambda event: self.wrap_to(event.width))

    def wrap_to(self, width_px: int) -> None:
        """Wrap to a width in pixels now, before the label has got it."""
        self.configure(wraplength=max(1, width_px - _BORDERS_PX))

"""Shows one of the activity views: a title, and under it a drawing that is made anew for every image."""

from __future__ import annotations

import tkinter as tk

from nnapp.gui.canvas_items import CanvasItems
from nnapp.gui.redraw_budget import PendingRedraw, RedrawBudget
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["ActivityPanel", "Box"]

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""

_TOOLTIP_DELAY_MS = 200
_LARGEST_SHARE_OF_TIME = 0.5


class ActivityPanel(tk.Canvas):
    """A view of what the network does, drawn only while people can see it. Tk thread only.

    A kind of panel says in `draw_content` what is in it; it calls `request` whenever that has changed.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    title : str
        What is written above.
    sentence : str
        What is written while there is nothing to show.

    Attributes
    ----------
    items : CanvasItems
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style, title: str, sentence: str) -> None:
        super().__init__(parent, width=1, height=1, takefocus=False, borderwidth=0)
        self.style = style
        self.items = CanvasItems(self)
        self._title = title
        self._sentence = sentence
        budget = RedrawBudget(share=_LARGEST_SHARE_OF_TIME, min_interval_s=0.0)
        self._pending = PendingRedraw(self, self._draw, budget)
        Tooltip(self, style, self.tip_at, delay_ms=_TOOLTIP_DELAY_MS)
        self.bind("<Configure>", lambda event: self.request())
        style.on_change(self, self.on_style_change)
        self.on_style_change()

    def request(self) -> None:
        """Have the panel drawn anew soon."""
        self._pending.request(is_urgent=True)

    def draw_content(self, box: Box) -> bool:
        """Draw what is in the panel, and return whether there is anything; in a ``with items.drawing()`` block."""
        raise NotImplementedError

    def tip_at(self, x: int, y: int) -> str | None:
        """Return what is said about a point, or None."""
        return None

    def read_sentence(self) -> str:
        """Return the sentence that is shown in place of a drawing, "" if there is a drawing."""
        return self.items.read_text("sentence")

    def on_style_change(self) -> None:
        """Take over colours and fonts."""
        self.configure(background=self.style.palette.background, highlightthickness=0)
        self.items.forget_fonts()
        self.request()

    def _draw(self) -> None:
        palette, gap = self.style.palette, self.style.px(1)
        width, height = self.winfo_width(), self.winfo_height()
        with self.items.drawing():
            title = self.items.elided(self._title, width, "nnapp-small")
            self.items.text("title", 0, 0, title, fill=palette.muted_text, font="nnapp-small")
            top = self.items.line_px("nnapp-small") + gap
            if not self.draw_content((0, top, width, height)):
                self.items.text(
                    "sentence", 0, top + gap, self._sentence, fill=palette.muted_text, font="nnapp-small", width=width
                )

"""Shows paper that is drawn on with the pointer: a round brush, an eraser, and the place where digits belong."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnapp.digits.brush import Box
from nnapp.digits.strokes import BRUSH_WIDTHS, DEFAULT_BRUSH_WIDTH, INK_SIDE, Ink
from nnapp.display.pixel_picture import ink_ramp
from nnapp.gui.ink_picture import InkPicture
from nnapp.gui.pointer_buttons import DRAWING_BUTTON, ERASING_BUTTONS, has_button_down
from nnapp.gui.style import Style

__all__ = ["DrawingCanvas"]

_SIDE_UNITS = 70
_EDGE_PX = 3  # around the ink; as around the pixels of a `PixelGrid`, beside which it may stand
_BORDER_PX = 1
_DIGIT_SHARES = (4 / 28, 24 / 28)
"""Where MNIST's digits begin and end: the central 20 of 28 pixels."""

_HINT = "Draw a digit here.\nThe right button erases."


class DrawingCanvas(ttk.Frame):
    """A square of paper, in the middle at the top of the frame and as large as it allows. Tk thread only.

    The left button draws, or erases if `eraser` is set; every other button erases. The ink has a resolution of its
    own, `INK_SIDE` squared, and is scaled to the size of the widget. A dashed square marks where MNIST has its digits.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_change : callable () -> None
        Called after every change of the ink but those of `show_ink`, and at the end of every stroke; once for all that
        came together. While a person draws, that is whenever the program has caught up with the pointer.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_change: Callable[[], None]) -> None:
        side = style.px(_SIDE_UNITS)
        super().__init__(parent, width=side, height=side)
        self._style = style
        self._on_change = on_change
        self._ink = Ink()
        self._brush_width = DEFAULT_BRUSH_WIDTH
        self._eraser = False
        self._button: int | None = None  # the one that a stroke is drawn with
        self._side = side
        self._has_hint = True
        self._has_brush = False
        self._pending_change: str | None = None
        self._paper = tk.Canvas(self, takefocus=False, borderwidth=0)
        self._picture = InkPicture(self._paper)
        self._digit_item = self._paper.create_rectangle(0, 0, 0, 0)
        self._hint_item = self._paper.create_text(0, 0, text=_HINT, justify="center", font="nnapp-body")
        self._brush_items = [self._paper.create_oval(0, 0, 0, 0, state="hidden") for _ in range(2)]
        self._bind_events()
        style.on_change(self, self._on_style_change)
        self._on_style_change()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn that would count as a digit."""
        return self._ink.is_empty

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return self._ink.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone change to make again."""
        return self._ink.can_redo

    @property
    def brush_width(self) -> float:
        """Diameter of the brush and of the eraser in pixels of the ink, `INK_SIDE` across; kept in `BRUSH_WIDTHS`."""
        return self._brush_width

    @brush_width.setter
    def brush_width(self, width: float) -> None:
        self._brush_width = min(max(width, BRUSH_WIDTHS[0]), BRUSH_WIDTHS[1])
        if self._has_brush:
            left, top, right, bottom = self._paper.coords(self._brush_items[0])
            self._move_brush((left + right) / 2, (top + bottom) / 2)

    @property
    def eraser(self) -> bool:
        """Whether the left button erases."""
        return self._eraser

    @eraser.setter
    def eraser(self, is_on: bool) -> None:
        self._eraser = is_on
        self._show_brush_kind(erases=is_on)

    def read_ink(self) -> NDArray[np.float32]:
        """Return a copy of the ink, (INK_SIDE, INK_SIDE) float32, 0 = paper … 1 = ink."""
        return np.array(self._ink.pixels)

    def show_ink(self, ink: ArrayLike) -> None:
        """Show other ink in place of all there is, which can be undone; `on_change` is not called.

        Parameters
        ----------
        ink : (INK_SIDE, INK_SIDE) float
            0 = paper … 1 = ink; `nnapp.digits.normalization.as_drawn` brings a picture to this size.

        Raises
        ------
        DataError
            If it has another shape or holds anything but finite numbers; nothing is changed then.
        """
        self._show_part(self._ink.replace(ink))

    def undo(self) -> None:
        """Take the newest change back."""
        self._show_change(self._ink.undo())

    def redo(self) -> None:
        """Make the change again that was undone last."""
        self._show_change(self._ink.redo())

    def clear(self) -> None:
        """Take new paper, which can be undone."""
        self._show_change(self._ink.clear())

    def _bind_events(self) -> None:
        self.bind("<Configure>", self._on_configure, add="+")
        self.bind("<Destroy>", self._on_destroy, add="+")
        self._paper.bind("<Motion>", self._on_motion)
        self._paper.bind("<Enter>", self._on_motion)
        self._paper.bind("<Leave>", lambda event: self._show_brush(False))
        for button in (DRAWING_BUTTON, *ERASING_BUTTONS):
            self._paper.bind(f"<ButtonPress-{button}>", self._on_press)
            self._paper.bind(f"<ButtonRelease-{button}>", self._on_release)

    def _on_configure(self, event: tk.Event[tk.Misc]) -> None:
        self._side = max(min(event.width, event.height) - 2 * _EDGE_PX, 1)
        side = self._side + 2 * _BORDER_PX
        self._paper.place(relx=0.5, y=_EDGE_PX - _BORDER_PX, anchor="n", width=side, height=side)
        self._draw()

    def _on_style_change(self) -> None:
        palette = self._style.palette
        side = self._style.px(_SIDE_UNITS)
        self.configure(width=side, height=side)
        self._paper.configure(
            background=palette.canvas,
            highlightthickness=_BORDER_PX,
            highlightbackground=palette.field_border,
            highlightcolor=palette.field_border,
            cursor="crosshair",
        )
        dash = (self._style.px(1), self._style.px(1))
        self._paper.itemconfigure(self._digit_item, outline=palette.field_border, dash=dash)
        self._paper.itemconfigure(self._hint_item, fill=palette.muted_text)
        # Seen on ink and on paper: a line of one's colour inside a wider one of the other's.
        self._paper.itemconfigure(self._brush_items[0], outline=palette.canvas, width=3)
        self._paper.itemconfigure(self._brush_items[1], outline=palette.text, width=1)
        self._draw()

    def _draw(self) -> None:
        """Show everything anew at the present size and in the present colours."""
        ramp = ink_ramp(self._style.palette)
        self._picture.show_ink(self._ink.pixels, ramp, (_BORDER_PX, _BORDER_PX), self._side)
        first, last = (_BORDER_PX + round(share * self._side) for share in _DIGIT_SHARES)
        self._paper.coords(self._digit_item, first, first, last, last)
        self._paper.coords(self._hint_item, _BORDER_PX + self._side // 2, _BORDER_PX + self._side // 2)
        self._show_hint()

    def _show_part(self, box: Box) -> None:
        self._picture.show_part(self._ink.pixels, box)
        self._show_hint()

    def _show_change(self, box: Box) -> None:
        self._show_part(box)
        if not box.is_empty:
            self._schedule_change()

    def _schedule_change(self) -> None:
        """Tell about a change as soon as there is nothing more urgent to do."""
        if self._pending_change is None:
            self._pending_change = self.after_idle(self._tell_change)

    def _tell_change(self) -> None:
        self._pending_change = None
        self._on_change()

    def _show_hint(self) -> None:
        is_empty = self._ink.is_empty
        if is_empty != self._has_hint:
            self._has_hint = is_empty
            self._paper.itemconfigure(self._hint_item, state="normal" if is_empty else "hidden")

    def _on_press(self, event: tk.Event[tk.Misc]) -> None:
        self._paper.focus_set()  # or the keys for undo and clear would go to a field
        if self._button is not None and has_button_down(event):
            return
        self._button = int(event.num)
        erases = self._eraser or self._button in ERASING_BUTTONS
        self._show_brush_kind(erases=erases)
        self._show_change(self._ink.begin_stroke(*self._place(event), self._brush_width, erases=erases))

    def _on_motion(self, event: tk.Event[tk.Misc]) -> None:
        if self._button is not None and not has_button_down(event):
            self._end_stroke()
        if self._button is not None:
            self._show_change(self._ink.extend_stroke(*self._place(event)))
        self._move_brush(event.x, event.y)

    def _on_release(self, event: tk.Event[tk.Misc]) -> None:
        if self._button == int(event.num):
            self._show_change(self._ink.extend_stroke(*self._place(event)))
            self._end_stroke()

    def _end_stroke(self) -> None:
        self._button = None
        self._ink.end_stroke()
        self._show_brush_kind(erases=self._eraser)
        self._schedule_change()

    def _place(self, event: tk.Event[tk.Misc]) -> tuple[float, float]:
        """Return where on the ink the middle of the pointer's pixel is."""
        scale = INK_SIDE / self._side
        return (event.x - _BORDER_PX + 0.5) * scale, (event.y - _BORDER_PX + 0.5) * scale

    def _move_brush(self, x: float, y: float) -> None:
        """Show the outline of the brush around a point of the paper."""
        radius = self._brush_width * self._side / INK_SIDE / 2
        for item in self._brush_items:
            self._paper.coords(item, x - radius, y - radius, x + radius, y + radius)
        self._show_brush(True)

    def _show_brush(self, is_shown: bool) -> None:
        if is_shown != self._has_brush:
            self._has_brush = is_shown
            for item in self._brush_items:
                self._paper.itemconfigure(item, state="normal" if is_shown else "hidden")

    def _show_brush_kind(self, *, erases: bool) -> None:
        """Outline the eraser with a dashed line."""
        self._paper.itemconfigure(self._brush_items[1], dash=(3, 3) if erases else ())

    def _on_destroy(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self and self._pending_change is not None:
            self.after_cancel(self._pending_change)
            self._pending_change = None

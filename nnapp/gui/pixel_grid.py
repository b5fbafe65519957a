"""Shows an image as a network sees it, pixel by pixel: values on hover, changes by hand, and weights in its place."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnapp.display.pixel_picture import ink_colors, ink_ramp
from nnapp.display.pixel_wording import pixel_sentence
from nnapp.gui.pixel_canvas import PixelCanvas, Place
from nnapp.gui.style import Style

__all__ = ["PixelGrid"]

_SIDE_UNITS = 70
_GAP_UNITS = 1
_HINT = "Left button adds ink, right button removes it."


class PixelGrid(ttk.Frame):
    """An image of any size whose pixels can be looked at and changed one by one. Tk thread only.

    Dragging with the left button adds ink, with any other button removes it. With the keyboard, the arrow keys move
    from pixel to pixel, + and − change one.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_edit : callable () -> None
        Called when the image was changed by hand, once for all changes that came together.
    on_hover : callable (sentence) -> None, optional
        Called with what is said about another pixel, or "" when nothing is pointed at any more. The grid says it in a
        line of its own as well.

    Attributes
    ----------
    canvas : PixelCanvas
        The pixels; it takes the keyboard.
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        on_edit: Callable[[], None],
        on_hover: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._on_edit, self._on_hover = on_edit, on_hover
        self._values: NDArray[np.float32] | None = None
        self._overlay: NDArray[np.uint8] | None = None
        self._overlay_values: NDArray[np.float64] | None = None
        self._legend, self._value_name = "", ""
        self._sentence = ""
        self._empty_shape: tuple[int, int] | None = None
        self._hovered = ""
        self._pending_edit: str | None = None
        self._ramp = ink_ramp(style.palette)
        self._arrangement = (0, 0, 0)
        self.canvas = PixelCanvas(self, style, on_point=lambda place: self._show_line(), on_ink=self._on_ink)
        self._line = ttk.Label(self, style="Muted.TLabel", font="nnapp-small", anchor="center", width=1)
        self.bind("<Configure>", lambda event: self._arrange(event.width, event.height), add="+")
        self.bind("<Destroy>", self._on_destroy, add="+")
        style.on_change(self, self._on_style_change)
        self._on_style_change()

    @property
    def line_px(self) -> int:
        """Height of what is under the canvas."""
        return self._line.winfo_reqheight() + self._style.px(_GAP_UNITS)

    def show_image(self, values: ArrayLike) -> None:
        """Show an image; one of another shape takes the overlay away.

        Parameters
        ----------
        values : (n_rows, n_columns) float
            0 = paper … 1 = ink; copied.
        """
        self._values = np.array(values, dtype=np.float32)
        self._sentence, self._empty_shape = "", None
        if self._overlay is not None and self._overlay.shape[:2] != self._values.shape:
            self._overlay, self._overlay_values, self._legend = None, None, ""
        self._draw()

    def show_overlay(
        self,
        rgb: NDArray[np.uint8] | None,
        legend: str = "",
        values: ArrayLike | None = None,
        *,
        value_name: str = "value",
    ) -> None:
        """Show colours in place of the image's ink, or the image again.

        Parameters
        ----------
        rgb : (n_rows, n_columns, 3) uint8 or None
            Copied. None takes the overlay away. One of another shape than the image takes the image away.
        legend : str
            What it is and what its colours mean; under the grid while no pixel is pointed at.
        values : (n_rows, n_columns) float, optional
            The numbers behind the colours, copied, for the pixel that is pointed at.
        value_name : str
            What one of them is: "weight".
        """
        self._overlay = None if rgb is None else np.array(rgb, dtype=np.uint8)
        self._overlay_values = None if rgb is None or values is None else np.array(values, dtype=np.float64)
        self._legend, self._value_name = ("", "") if rgb is None else (legend, value_name)
        if self._overlay is not None and self._values is not None and self._overlay.shape[:2] != self._values.shape:
            self._values = None
        self._draw()

    def show_empty(self, sentence: str, shape: tuple[int, int] | None = None) -> None:
        """Show a sentence and no image; an overlay stays.

        Parameters
        ----------
        sentence : str
        shape : (n_rows, n_columns), optional
            Of the image whose place it takes; by default that of the last one.
        """
        self._values, self._sentence, self._empty_shape = None, sentence, shape or self._empty_shape
        self._draw()

    def read_image(self) -> NDArray[np.float32] | None:
        """Return a copy of the image, (n_rows, n_columns) float32, or None if there is none."""
        return None if self._values is None else self._values.copy()

    def read_line(self) -> str:
        """Return what is said under the grid."""
        return str(self._line["text"])

    def _draw(self) -> None:
        if self._overlay is not None:
            self.canvas.show_colors(self._overlay)
        elif self._values is not None:
            self.canvas.show_colors(ink_colors(self._values, self._ramp))
        else:
            self.canvas.show_sentence(self._sentence, self._empty_shape)
        self._arrange(self.winfo_width(), self.winfo_height())
        self._show_line()

    def _arrange(self, width: int, height: int) -> None:
        """Make the canvas as large as its picture, with the line right under it."""
        line_px = self.line_px
        arrangement = *self.canvas.size_in(width, height - line_px), line_px
        if arrangement != self._arrangement:
            self._arrangement = arrangement
            canvas_width, canvas_height, _ = arrangement
            self.canvas.place(relx=0.5, y=0, anchor="n", width=canvas_width, height=canvas_height)
            self._line.place(x=0, y=canvas_height, relwidth=1, height=line_px)

    def _show_line(self) -> None:
        hovered = "" if self.canvas.pointed is None else self._sentence_about(*self.canvas.pointed)
        line = hovered or self._legend or (_HINT if self._values is not None else "")
        if line != self.read_line():
            self._line.configure(text=line)
        if hovered != self._hovered:
            self._hovered = hovered
            if self._on_hover is not None:
                self._on_hover(hovered)

    def _sentence_about(self, row: int, column: int) -> str:
        value = None if self._values is None else float(self._values[row, column])
        other = None if self._overlay_values is None else float(self._overlay_values[row, column])
        return pixel_sentence(row, column, value, self._value_name, other)

    def _on_ink(self, places: Sequence[Place], amount: float) -> None:
        if self._values is None:
            return
        rows, columns = zip(*places, strict=True)
        before = self._values[rows, columns]
        self._values[rows, columns] = np.clip(before + np.float32(amount), 0, 1)
        if not np.array_equal(before, self._values[rows, columns]):
            self._draw()
            if self._pending_edit is None:
                self._pending_edit = self.after_idle(self._tell_edit)

    def _tell_edit(self) -> None:
        self._pending_edit = None
        self._on_edit()

    def _on_style_change(self) -> None:
        self._ramp = ink_ramp(self._style.palette)
        side = self._style.px(_SIDE_UNITS)
        self.configure(width=side, height=side + self._line.winfo_reqheight() + self._style.px(_GAP_UNITS))
        self._draw()

    def _on_destroy(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self and self._pending_edit is not None:
            self.after_cancel(self._pending_edit)
            self._pending_edit = None

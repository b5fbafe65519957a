"""Shows the pixels of an image; the pointer and the keyboard point at them and ask for more or less ink."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnapp.display.pixel_picture import PixelLayout, fit_pixels, pixel_picture
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.pointer_buttons import DRAWING_BUTTON, ERASING_BUTTONS, has_button_down
from nnapp.gui.shortcuts import Shortcut
from nnapp.gui.style import Style

__all__ = ["PixelCanvas", "Place"]

Place = tuple[int, int]
"""Row and column of a pixel, from 0."""

_RING_PX = 2
_EDGE_PX = 3  # around the pixels: the focus ring and the picture's border
_POINTER_AMOUNT = 0.5  # half ink with the first click, full ink with the second
_KEY_AMOUNT = 0.1

_MOVES = {"Up": (-1, 0), "Down": (1, 0), "Left": (0, -1), "Right": (0, 1)}
_MOVES_OF_KEYS = {Shortcut.parse(key): move for key, move in _MOVES.items()}
_AMOUNTS_OF_KEYS = {Shortcut.parse("+"): _KEY_AMOUNT, Shortcut.parse("-"): -_KEY_AMOUNT}


@dataclass
class _Drag:
    """A pointer button that is held: which, where the pointer was last, and what it adds to the pixels it crosses."""

    button: int
    place: Place
    amount: float


class PixelCanvas(tk.Canvas):
    """The pixels of an image, as large as the widget allows. Tk thread only.

    They are one picture; which of them is under the pointer is arithmetic.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_point : callable (place or None) -> None
        Called when the pointer or the keyboard has come to another pixel, or to none.
    on_ink : callable (places, amount) -> None
        Called when ink shall be added to some pixels, or removed if `amount` is negative.
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        *,
        on_point: Callable[[Place | None], None],
        on_ink: Callable[[Sequence[Place], float], None],
    ) -> None:
        super().__init__(parent, takefocus=True, borderwidth=0)
        self._style = style
        self._on_point, self._on_ink = on_point, on_ink
        self._system = str(self.tk.call("tk", "windowingsystem"))
        self._colors: NDArray[np.uint8] | None = None
        self._sentence = ""
        self._shape = (1, 1)
        self._layout: PixelLayout | None = None
        self._cursor: Place = (0, 0)
        self._is_keyed = False  # whether the keyboard was used since the pointer
        self._hovered: Place | None = None
        self._pointed: Place | None = None
        self._drag: _Drag | None = None
        self._pending_draw: str | None = None
        self._picture = CanvasPicture(self)
        self._sentence_item = self.create_text(0, 0, justify="center", font="nnapp-body")
        self._border_item = self.create_rectangle(0, 0, 0, 0)
        self._hover_item = self.create_rectangle(0, 0, 0, 0, state="hidden")
        self._cursor_items = [self.create_rectangle(0, 0, 0, 0, state="hidden") for _ in range(2)]
        self._bind_events()
        style.on_change(self, self._apply_style)
        self._apply_style()

    @property
    def pointed(self) -> Place | None:
        """The pixel under the pointer, or the one that the keyboard acts on if it was used last, or None."""
        return self._pointed

    def show_colors(self, colors: NDArray[np.uint8]) -> None:
        """Show an image.

        Parameters
        ----------
        colors : (n_rows, n_columns, 3) uint8
            Kept, so it must not change any more.
        """
        self._colors, self._sentence = colors, ""
        self._shape = colors.shape[:2]
        self._draw()

    def show_sentence(self, sentence: str, shape: tuple[int, int] | None = None) -> None:
        """Show a sentence in the place of an image, of the shape of the last one unless another is given."""
        self._colors, self._sentence = None, sentence
        self._shape = shape or self._shape
        self._drag = None
        self._draw()

    def size_in(self, width: int, height: int) -> tuple[int, int]:
        """Return the width and height with which the widget just holds the image, as large as fits into a place."""
        layout = fit_pixels(self._shape, width - 2 * _EDGE_PX, height - 2 * _EDGE_PX)
        return layout.width + 2 * _EDGE_PX, layout.height + 2 * _EDGE_PX

    def pixel_box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a pixel on this widget, all 0 while there is no image."""
        if self._layout is None:
            return 0, 0, 0, 0
        left, top, right, bottom = (_EDGE_PX + edge for edge in self._layout.pixel_box(row, column))
        return left, top, right, bottom

    def _bind_events(self) -> None:
        self.bind("<Configure>", lambda event: self._schedule_draw(), add="+")
        self.bind("<Motion>", self._on_motion, add="+")
        self.bind("<Leave>", lambda event: self._hover(None), add="+")
        for button in (DRAWING_BUTTON, *ERASING_BUTTONS):
            self.bind(f"<ButtonPress-{button}>", self._on_press, add="+")
            self.bind(f"<ButtonRelease-{button}>", self._on_release, add="+")
        self.bind("<Key>", self._on_key)
        self.bind("<<TraverseIn>>", lambda event: self._go_to(self._cursor), add="+")
        self.bind("<FocusOut>", lambda event: self._leave_keys(), add="+")
        self.bind("<Destroy>", lambda event: self._cancel_draw(), add="+")

    def _apply_style(self) -> None:
        palette = self._style.palette
        self.configure(
            background=palette.canvas,
            highlightthickness=_RING_PX,
            highlightbackground=palette.background,
            highlightcolor=palette.focus,
            cursor="crosshair",
        )
        line = max(self._style.px(0.5), 2)
        self.itemconfigure(self._sentence_item, fill=palette.muted_text)
        self.itemconfigure(self._border_item, outline=palette.field_border)
        self.itemconfigure(self._hover_item, outline=palette.accent, width=line)
        for item, color, width in zip(
            self._cursor_items, (palette.canvas, palette.text), (2 * line, line), strict=True
        ):
            self.itemconfigure(item, outline=color, width=width)
        self._schedule_draw()

    def _schedule_draw(self) -> None:
        if self._pending_draw is None:
            self._pending_draw = self.after_idle(self._draw)

    def _cancel_draw(self) -> None:
        if self._pending_draw is not None:
            self.after_cancel(self._pending_draw)
            self._pending_draw = None

    def _draw(self) -> None:
        self._cancel_draw()
        width, height = self.winfo_width(), self.winfo_height()
        self.coords(self._border_item, _RING_PX, _RING_PX, width - _EDGE_PX, height - _EDGE_PX)
        self.coords(self._sentence_item, width // 2, height // 2)
        self.itemconfigure(self._sentence_item, text=self._sentence, width=max(width - self._style.px(8), 1))
        if self._colors is None or width <= 2 * _EDGE_PX or height <= 2 * _EDGE_PX:
            self._layout = None
            self._picture.hide()
        else:
            self._layout = fit_pixels(self._shape, width - 2 * _EDGE_PX, height - 2 * _EDGE_PX)
            picture = pixel_picture(self._colors, self._layout, self._style.palette.field_border)
            self._picture.show_image(Image.fromarray(picture), _EDGE_PX, _EDGE_PX)
        self._show_pointed()

    def _show_pointed(self) -> None:
        """Outline the pixel under the pointer or that of the keyboard, and tell about a change."""
        layout = self._layout
        if layout is not None:
            self._cursor = min(self._cursor[0], layout.n_rows - 1), min(self._cursor[1], layout.n_columns - 1)
        if layout is None or (self._hovered is not None and not layout.has_place(*self._hovered)):
            self._hovered = None
        keyed = self._cursor if self._is_keyed and layout is not None else None
        self._outline([self._hover_item], self._hovered)
        self._outline(self._cursor_items, keyed)
        pointed = self._hovered if keyed is None else keyed
        if pointed != self._pointed:
            self._pointed = pointed
            self._on_point(pointed)

    def _outline(self, items: list[int], place: Place | None) -> None:
        for item in items:
            if place is not None:
                left, top, right, bottom = self.pixel_box(*place)
                self.coords(item, left - 1, top - 1, right, bottom)
            self.itemconfigure(item, state="hidden" if place is None else "normal")

    def _hover(self, place: Place | None) -> None:
        if place != self._hovered:
            self._hovered, self._is_keyed = place, False
            self._show_pointed()

    def _go_to(self, place: Place) -> None:
        """Move the keyboard's place; the pointer counts again when it moves."""
        self._cursor, self._is_keyed, self._hovered = place, True, None
        self._show_pointed()

    def _leave_keys(self) -> None:
        self._is_keyed = False
        self._show_pointed()

    def _place_at(self, event: tk.Event[tk.Misc]) -> Place | None:
        """Return the place under the pointer, which may be beyond the image, or None if there is none."""
        if self._layout is None:
            return None
        return self._layout.place_at(event.x - _EDGE_PX, event.y - _EDGE_PX)

    def _on_motion(self, event: tk.Event[tk.Misc]) -> None:
        place = self._place_at(event)
        if self._layout is None or place is None:
            return
        if not has_button_down(event):
            self._drag = None
        if self._drag is not None and place != self._drag.place:
            crossed, self._drag.place = _places_between(self._drag.place, place), place
            self._add_ink(crossed, self._drag.amount)
        self._hover(place if self._layout.has_place(*place) else None)

    def _on_press(self, event: tk.Event[tk.Misc]) -> None:
        self.focus_set()
        place = self._place_at(event)
        if self._layout is None or place is None or (self._drag is not None and has_button_down(event)):
            return
        button = int(event.num)
        self._drag = _Drag(button, place, -_POINTER_AMOUNT if button in ERASING_BUTTONS else _POINTER_AMOUNT)
        if self._layout.has_place(*place):
            self._cursor = place
        self._hovered, self._is_keyed = place, False
        self._show_pointed()
        self._add_ink([place], self._drag.amount)

    def _on_release(self, event: tk.Event[tk.Misc]) -> None:
        if self._drag is not None and self._drag.button == int(event.num):
            self._drag = None

    def _on_key(self, event: tk.Event[tk.Misc]) -> str | None:
        if self._layout is None:
            return None
        for shortcut, (rows, columns) in _MOVES_OF_KEYS.items():
            if shortcut.matches(event, self._system):
                row, column = self._cursor
                self._go_to((max(row + rows, 0), max(column + columns, 0)))
                return "break"
        for shortcut, amount in _AMOUNTS_OF_KEYS.items():
            if shortcut.matches(event, self._system):
                self._go_to(self._cursor)
                self._add_ink([self._cursor], amount)
                return "break"
        return None

    def _add_ink(self, places: Sequence[Place], amount: float) -> None:
        layout = self._layout
        inside = [place for place in places if layout is not None and layout.has_place(*place)]
        if inside:
            self._on_ink(inside, amount)


def _places_between(start: Place, end: Place) -> list[Place]:
    """Return the pixels on the straight way from one to another, without the first."""
    rows, columns = end[0] - start[0], end[1] - start[1]
    n_steps = max(abs(rows), abs(columns))
    return [
        (start[0] + round(rows * step / n_steps), start[1] + round(columns * step / n_steps))
        for step in range(1, n_steps + 1)
    ]

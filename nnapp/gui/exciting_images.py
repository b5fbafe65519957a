"""Shows the images that excite a neuron most, to be opened by a click."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnapp.display.gallery_sheet import SheetLayout, arrange_sheet, sheet_picture
from nnapp.gui.canvas_items import CanvasItems
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.redraw_budget import PendingRedraw, RedrawBudget
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["ExcitingImage", "ExcitingImages"]

_FONT = "nnapp-small"
_LARGEST_ZOOM = 4
_TOOLTIP_DELAY_MS = 200


@dataclass(frozen=True, eq=False)
class ExcitingImage:
    """One of the images.

    Attributes
    ----------
    index : int
        Its place in the data set.
    pixels : array (height, width) of uint8
    caption : str
        Its class and the activation.
    sentence : str
        What the tooltip says.
    """

    index: int
    pixels: NDArray[np.uint8]
    caption: str
    sentence: str


class ExcitingImages(tk.Canvas):
    """Images in a row, or in several, as large as they fit. Tk thread only.

    The arrow keys move from one to the next, Return and a click open one.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_open : callable (index)
    """

    def __init__(self, parent: tk.Misc, style: Style, on_open: Callable[[int], None]) -> None:
        super().__init__(parent, width=style.px(60), height=style.px(24), borderwidth=0)
        self._style = style
        self._on_open = on_open
        self._images: tuple[ExcitingImage, ...] = ()
        self._layout: SheetLayout | None = None
        self._selected = 0
        self._picture = CanvasPicture(self)
        self._items = CanvasItems(self)
        self._pending = PendingRedraw(self, self._draw, RedrawBudget(share=0.5, min_interval_s=0.0))
        self._tooltip = Tooltip(self, style, self._tip, delay_ms=_TOOLTIP_DELAY_MS)
        self._bind_events()
        style.on_change(self, self._on_style_change)
        self._on_style_change()
        self.show_images(())

    def show_images(self, images: Sequence[ExcitingImage]) -> None:
        """Show images of one size, the most exciting first."""
        self._images = tuple(images)
        self._selected = 0
        self.configure(takefocus=bool(images))
        self._tooltip.hide()
        self._pending.request(is_urgent=True)

    def read_captions(self) -> list[str]:
        """Return what is written under the images that have room."""
        captions = [self._items.read_text(f"caption {place}") for place in range(len(self._images))]
        return [caption for caption in captions if caption]

    @property
    def n_shown(self) -> int:
        """Number of images that have room."""
        return 0 if self._layout is None else self._layout.n_images

    def image_center(self, place: int) -> tuple[int, int]:
        """Return where on the widget the middle of an image is; it has to have been drawn."""
        assert self._layout is not None
        left, top = self._layout.image_corner(place)
        return left + self._layout.image_width // 2, top + self._layout.image_height // 2

    def _bind_events(self) -> None:
        self.bind("<Configure>", lambda event: self._pending.request(is_urgent=True))
        self.bind("<Button-1>", self._on_click, add="+")
        self.bind("<Left>", lambda event: self._move(-1))
        self.bind("<Right>", lambda event: self._move(1))
        for key in ("Return", "KP_Enter", "space"):
            self.bind(f"<{key}>", lambda event: self._open(self._selected))
        for event in ("<FocusIn>", "<FocusOut>"):
            self.bind(event, lambda event: self._pending.request(is_urgent=True), add="+")

    def _on_style_change(self) -> None:
        palette = self._style.palette
        self.configure(
            background=palette.background,
            highlightthickness=2,
            highlightbackground=palette.background,
            highlightcolor=palette.focus,
        )
        self._items.forget_fonts()
        self._pending.request(is_urgent=True)

    def _draw(self) -> None:
        self._layout = None
        with self._items.drawing():
            if self._images:
                n_lines, self._layout = self._arrange()
            layout = self._layout
            if layout is None or layout.n_images == 0:
                self._picture.hide()
                return
            pixels = np.stack([image.pixels for image in self._images[: layout.n_images]])
            palette = replace(self._style.palette, surface=self._style.palette.background)
            self._picture.show_image(
                sheet_picture(layout, pixels, 0, (self.winfo_width(), self.winfo_height()), palette)
            )
            for place in range(layout.n_images):
                self._draw_caption(layout, place, n_lines)
            # Tkinter does not know every widget by name that can have the focus: not the menus of a menu bar.
            if str(self.tk.call("focus")) == str(self):
                self._items.box("selection", self._tile_box(layout, self._selected), outline=palette.accent)

    def _draw_caption(self, layout: SheetLayout, place: int, n_lines: int) -> None:
        palette, image = self._style.palette, self._images[place]
        left, top = layout.tile_corner(place)
        middle, y = left + layout.tile_width // 2, top + layout.gap + layout.image_height + layout.gap // 2
        lines = (("caption", image.caption, palette.text), ("index", f"{image.index:,}", palette.muted_text))
        for name, text, color in lines[:n_lines]:
            self._items.text(f"{name} {place}", middle, y, text, fill=color, font=_FONT, anchor="n")
            y += self._items.line_px(_FONT)

    def _arrange(self) -> tuple[int, SheetLayout]:
        """Return the number of lines under an image, and the layout of as many images as fit.

        Of the arrangements that show most images, the one with the largest images is taken, and where they are
        no longer enlarged, the one with most lines.
        """
        choices = [*((2, zoom) for zoom in range(_LARGEST_ZOOM, 0, -1)), (1, 1), (0, 1), (0, 0.5)]
        layouts = [(n_lines, self._layout_for(n_lines, zoom)) for n_lines, zoom in choices]
        return max(layouts, key=lambda choice: choice[1].n_images)

    def _layout_for(self, n_lines: int, zoom: float) -> SheetLayout:
        gap, (height, width) = self._style.px(1), self._images[0].pixels.shape
        texts = [text for image in self._images for text in (image.caption, f"{image.index:,}")[:n_lines]]
        widest = max((self._items.measure(text, _FONT) for text in texts), default=0)
        layout = arrange_sheet(
            len(self._images),
            (height, width),
            self.winfo_width(),
            image_px=max(round(zoom * max(height, width)), 1),
            caption_size=(widest, n_lines * self._items.line_px(_FONT) + gap // 2),
            gap=gap,
        )
        n_rows = max((self.winfo_height() - 2 * gap) // layout.tile_height, 0)
        n_images = min(len(self._images), n_rows * layout.n_columns)
        return replace(layout, n_images=n_images, left=min(layout.left, gap), top=gap)

    def _tip(self, x: int, y: int) -> str | None:
        place = self._place_at(x, y)
        return None if place is None else self._images[place].sentence

    def _place_at(self, x: int, y: int) -> int | None:
        return self._layout.tile_at(x, y) if self._layout else None

    def _on_click(self, event: tk.Event[tk.Misc]) -> None:
        self.focus_set()
        place = self._place_at(event.x, event.y)
        if place is not None:
            self._selected = place
            self._pending.request(is_urgent=True)
            self._open(place)

    def _move(self, step: int) -> str:
        if self._images:
            self._selected = max(min(self._selected + step, self.n_shown - 1), 0)
            self._pending.request(is_urgent=True)
            if self._layout is not None:
                left, top = self._layout.tile_corner(self._selected)
                self._tooltip.show_at(left, top + self._layout.tile_height, self._images[self._selected].sentence)
        return "break"

    def _open(self, place: int) -> str:
        if self._images:
            self._tooltip.hide()
            self._on_open(self._images[place].index)
        return "break"

    def _tile_box(self, layout: SheetLayout, place: int) -> tuple[int, int, int, int]:
        left, top = layout.tile_corner(place)
        edge = layout.gap // 2
        return left + edge, top + edge, left + layout.tile_width - edge, top + layout.tile_height - edge

"""Shows images in rows with captions, as many as there may be, drawing only the rows in sight."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import font as tkfont
from typing import Literal

from nnapp.display.gallery import Gallery
from nnapp.display.gallery_sheet import SheetLayout, arrange_sheet, sheet_picture
from nnapp.display.text_fitting import elide
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.style import Style

__all__ = ["GallerySheet"]

_IMAGE_UNITS = 21
"""Three times 28 pixels at 100 %."""

_CAPTION_GAP_UNITS = 1.5
_WIDEST_NUMBER = "59999"
_WIDEST_PROBABILITY = "99.9 %"


class GallerySheet(tk.Canvas):
    """A sheet of images that scrolls; one of them is selected. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    gallery : Gallery
        At least one image.
    on_select, on_open : callable (position)
        Called when another image is selected, and when one is double-clicked or Return pressed on it.
    on_scroll : callable (first, last)
        Told which part of the sheet shows, each 0…1, as a scrollbar's `set` wants it.
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        gallery: Gallery,
        *,
        on_select: Callable[[int], None],
        on_open: Callable[[int], None],
        on_scroll: Callable[[float, float], None],
    ) -> None:
        super().__init__(parent, takefocus=True, borderwidth=0)
        self._style = style
        self._gallery = gallery
        self._on_select, self._on_open, self._on_scroll = on_select, on_open, on_scroll
        self._offset = 0
        self._selected = 0
        self._pending_draw: str | None = None
        self._picture = CanvasPicture(self)
        self._selection_item = self.create_rectangle(0, 0, 0, 0)
        self._layout = self._arrange(1)
        self._bind_events()
        style.on_change(self, self._on_style_change)
        self._on_style_change()

    @property
    def selected(self) -> int:
        """Position of the selected image."""
        return self._selected

    def size_for(self, n_columns: int, n_rows: int) -> tuple[int, int]:
        """Return the width and height that show so many columns and rows, or all images if they are fewer."""
        n_columns = min(n_columns, max(len(self._gallery), 1))
        n_rows = min(n_rows, -(-len(self._gallery) // n_columns))
        width = n_columns * self._layout.tile_width + 2 * self._layout.gap
        return width, n_rows * self._layout.tile_height + 2 * self._layout.top

    def tile_center(self, position: int) -> tuple[int, int]:
        """Return where on the widget the middle of a tile is, outside of it if the tile is out of sight."""
        left, top = self._layout.tile_corner(position)
        return left + self._layout.tile_width // 2, top - self._offset + self._layout.tile_height // 2

    def scroll(self, *arguments: str) -> None:
        """Move the sheet as a scrollbar's `command` asks: "moveto" a fraction or "scroll" some units or pages."""
        if arguments[0] == "moveto":
            self._scroll_to(round(float(arguments[1]) * self._layout.height))
        else:
            step = self._layout.tile_height if arguments[2].startswith("unit") else self._page_px()
            self._scroll_to(self._offset + int(arguments[1]) * step)

    def _bind_events(self) -> None:
        self.bind("<Configure>", lambda event: self._rearrange())
        self.bind("<FocusIn>", lambda event: self._schedule_draw(), add="+")
        self.bind("<FocusOut>", lambda event: self._schedule_draw(), add="+")
        self.bind("<Button-1>", self._on_click)
        self.bind("<Double-Button-1>", self._on_double_click)
        self.bind("<Key>", self._on_key)
        self.bind("<MouseWheel>", lambda event: self._on_wheel(-1 if event.delta > 0 else 1))
        self.bind("<Button-4>", lambda event: self._on_wheel(-1))
        self.bind("<Button-5>", lambda event: self._on_wheel(1))
        self.bind("<Destroy>", lambda event: self._cancel_draw(), add="+")

    def _on_style_change(self) -> None:
        palette = self._style.palette
        self.configure(
            background=palette.surface,
            highlightthickness=2,
            highlightbackground=palette.surface,
            highlightcolor=palette.focus,
        )
        self.itemconfigure(self._selection_item, outline=palette.accent, width=max(self._style.px(0.5), 2))
        self._rearrange()

    def _rearrange(self) -> None:
        """Lay the sheet out for the present width, keeping what is in sight in sight."""
        share = self._offset / self._layout.height
        self._layout = self._arrange(self.winfo_width())
        self._scroll_to(round(share * self._layout.height))

    def _arrange(self, width: int) -> SheetLayout:
        font = tkfont.nametofont("nnapp-small", self)
        gap = self._style.px(_CAPTION_GAP_UNITS)
        caption_width = font.measure(_WIDEST_NUMBER) + gap + font.measure(_WIDEST_PROBABILITY)
        return arrange_sheet(
            len(self._gallery),
            self._gallery.image_shape,
            width,
            image_px=self._style.px(_IMAGE_UNITS),
            caption_size=(caption_width, 2 * font.metrics("linespace") + gap),
            gap=gap,
        )

    def _page_px(self) -> int:
        rows = max(self.winfo_height() // self._layout.tile_height, 1)
        return rows * self._layout.tile_height

    def _scroll_to(self, offset: int) -> None:
        height = max(self.winfo_height(), 1)
        self._offset = min(max(offset, 0), max(self._layout.height - height, 0))
        first = self._offset / self._layout.height
        self._on_scroll(first, min(first + height / self._layout.height, 1))
        self._schedule_draw()

    def _scroll_into_view(self, position: int) -> None:
        _, top = self._layout.tile_corner(position)
        bottom = top + self._layout.tile_height + self._layout.top - self.winfo_height()
        self._scroll_to(min(max(self._offset, bottom), top - self._layout.top))

    def _schedule_draw(self) -> None:
        if self._pending_draw is None:
            self._pending_draw = self.after_idle(self._draw)

    def _cancel_draw(self) -> None:
        if self._pending_draw is not None:
            self.after_cancel(self._pending_draw)
            self._pending_draw = None

    def _draw(self) -> None:
        self._pending_draw = None
        size = (max(self.winfo_width(), 1), max(self.winfo_height(), 1))
        positions = self._layout.visible_positions(self._offset, size[1])
        pixels = self._gallery.pixels(positions)
        self._picture.show_image(sheet_picture(self._layout, pixels, self._offset, size, self._style.palette))
        self.delete("caption")
        for position in positions:
            self._write_caption(position)
        self._draw_selection()

    def _write_caption(self, position: int) -> None:
        palette = self._style.palette
        font = tkfont.nametofont("nnapp-small", self)
        caption = self._gallery.caption(position)
        left, top = self._layout.tile_corner(position)
        width, gap = self._layout.tile_width, self._layout.gap
        first_line = top - self._offset + gap + self._layout.image_height + gap // 3
        second_line = first_line + font.metrics("linespace")
        answer = elide(caption.answer, width - gap, 0, lambda text, _: font.measure(text))
        color = palette.success if caption.is_right else palette.error
        inset = (width - max(self._layout.image_width, width - 2 * gap)) // 2
        self._write(left + inset, first_line, "nw", caption.number, palette.text)
        self._write(left + width - inset, first_line, "ne", caption.probability, palette.muted_text)
        self._write(left + width // 2, second_line, "n", answer, color)

    def _write(self, x: int, y: int, anchor: Literal["nw", "ne", "n"], text: str, color: str) -> None:
        self.create_text(x, y, anchor=anchor, text=text, fill=color, font="nnapp-small", tags="caption")

    def _draw_selection(self) -> None:
        left, top = self._layout.tile_corner(self._selected)
        right, bottom = left + self._layout.tile_width, top + self._layout.tile_height
        inset = self._layout.gap // 3
        self.coords(
            self._selection_item, left + inset, top + inset - self._offset, right - inset, bottom - inset - self._offset
        )
        self.tag_raise(self._selection_item)

    def _select(self, position: int) -> None:
        self._selected = min(max(position, 0), len(self._gallery) - 1)
        self._scroll_into_view(self._selected)
        self._on_select(self._selected)

    def _on_click(self, event: tk.Event[tk.Misc]) -> None:
        self.focus_set()
        position = self._layout.tile_at(event.x, event.y + self._offset)
        if position is not None:
            self._select(position)

    def _on_double_click(self, event: tk.Event[tk.Misc]) -> None:
        if self._layout.tile_at(event.x, event.y + self._offset) == self._selected:
            self._on_open(self._selected)

    def _on_wheel(self, direction: int) -> str:
        self._scroll_to(self._offset + direction * self._layout.tile_height // 2)
        return "break"

    def _on_key(self, event: tk.Event[tk.Misc]) -> str | None:
        columns = self._layout.n_columns
        page = self._page_px() // self._layout.tile_height * columns
        steps = {"Left": -1, "Right": 1, "Up": -columns, "Down": columns, "Prior": -page, "Next": page}
        if event.keysym in steps:
            position = self._selected + steps[event.keysym]
            # Up in the first row and down in the last one stay where they are, instead of moving sideways.
            if abs(steps[event.keysym]) != columns or 0 <= position < len(self._gallery):
                self._select(position)
        elif event.keysym in ("Home", "End"):
            self._select(0 if event.keysym == "Home" else len(self._gallery) - 1)
        elif event.keysym in ("Return", "KP_Enter", "space"):
            self._on_open(self._selected)
        else:
            return None
        return "break"

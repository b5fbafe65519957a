"""Shows the cells of a confusion matrix with their numbers and edges; pointer and keyboard move over them."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence

from PIL import Image

from nnapp.display.confusion_labels import cell_marks, edge_marks
from nnapp.display.confusion_layout import ConfusionLayout, arrange
from nnapp.display.confusion_picture import cell_colors, confusion_picture
from nnapp.display.image_indices import cell_tooltip, class_tooltip, clipboard_text, count_images
from nnapp.engine.arrays import IntArray
from nnapp.engine.evaluation import ConfusionMatrix
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.mark_writer import MarkWriter
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["ConfusionCanvas"]

_RESIZE_DELAY_MS = 40
_TOOLTIP_DELAY_MS = 60
_TOOLTIP_PX = 600  # wider than its lines, which are broken where they are written
_SMALLEST_SIDE_UNITS = 40
_STEPS = {"Up": (-1, 0), "Down": (1, 0), "Left": (0, -1), "Right": (0, 1)}


class ConfusionCanvas(tk.Canvas):
    """A confusion matrix as large as its widget. Tk thread only.

    The cells are one picture; everything under the pointer is found by arithmetic. What is written is
    canvas text, which is in the fonts of the window, in every script, and as sharp as all other text.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_open_cell : callable (actual, predicted)
        Called when a cell that holds images is clicked, or Return or the space bar pressed on it.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_open_cell: Callable[[int, int], None]) -> None:
        side = style.px(_SMALLEST_SIDE_UNITS)
        super().__init__(parent, width=side, height=side, takefocus=True, borderwidth=0)
        self._style = style
        self._on_open_cell = on_open_cell
        self._confusion: ConfusionMatrix | None = None
        self._class_names: tuple[str, ...] = ()
        self._image_numbers: IntArray | None = None
        self._sentence = ""
        self._by_row = False
        self._layout: ConfusionLayout | None = None
        self._selected = (0, 0)
        self._hovered: tuple[int | None, int | None] = (None, None)
        self._pending_draw: str | None = None
        self._picture = CanvasPicture(self)
        self._writer = MarkWriter(self)
        self._sentence_item = self.create_text(0, 0, justify="center", font="nnapp-body")
        self._hover_item = self.create_rectangle(0, 0, 0, 0, state="hidden")
        self._selection_items = [self.create_rectangle(0, 0, 0, 0, state="hidden") for _ in range(2)]
        self._tooltip = Tooltip(self, style, self._tooltip_text, delay_ms=_TOOLTIP_DELAY_MS, wrap_px=_TOOLTIP_PX)
        self._bind_events()
        style.on_change(self, self._on_style_change)
        self._on_style_change()

    @property
    def selected(self) -> tuple[int, int]:
        """The actual and predicted class of the cell the keyboard acts on."""
        return self._selected

    def show_confusion(
        self, confusion: ConfusionMatrix, class_names: Sequence[str], image_numbers: IntArray | None = None
    ) -> None:
        """Show counts; see `ConfusionView.show_evaluation` for the arguments."""
        if len(class_names) != len(self._class_names):
            self._selected = (0, 0)
        self._confusion, self._class_names = confusion, tuple(class_names)
        self._image_numbers = image_numbers
        self._tooltip.hide()
        self._draw()

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence in place of a matrix."""
        self._confusion, self._sentence = None, sentence
        self._tooltip.hide()
        self._draw()

    def show_by_row(self, by_row: bool) -> None:
        """Write per cent of each row into the cells, or counts."""
        self._by_row = by_row
        self._draw()

    def cell_box(self, actual: int, predicted: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a cell on this widget, all 0 while no matrix is shown."""
        return self._layout.cell_box(actual, predicted) if self._layout else (0, 0, 0, 0)

    def _bind_events(self) -> None:
        self.bind("<Configure>", self._on_configure)
        self.bind("<Motion>", lambda event: self._hover(event.x, event.y), add="+")
        self.bind("<Leave>", lambda event: self._hover(-1, -1), add="+")
        self.bind("<Button-1>", self._on_click, add="+")
        self.bind("<FocusIn>", lambda event: self._draw_selection(), add="+")
        self.bind("<FocusOut>", self._on_focus_out, add="+")
        for key in _STEPS:
            self.bind(f"<{key}>", self._on_arrow)
        self.bind("<Home>", lambda event: self._select_column(0))
        self.bind("<End>", lambda event: self._select_column(-1))
        self.bind("<Prior>", lambda event: self._select_row(0))
        self.bind("<Next>", lambda event: self._select_row(-1))
        self.bind("<Return>", lambda event: self._open_selected())
        self.bind("<KP_Enter>", lambda event: self._open_selected())
        self.bind("<space>", lambda event: self._open_selected())
        self.bind("<<Copy>>", lambda event: self._copy_selected())
        self.bind("<Escape>", lambda event: self._tooltip.hide())
        self.bind("<Destroy>", self._on_destroy, add="+")

    def _on_destroy(self, event: tk.Event[tk.Misc]) -> None:
        self._cancel_draw()

    def _on_configure(self, event: tk.Event[tk.Misc]) -> None:
        self._cancel_draw()
        self._pending_draw = self.after(_RESIZE_DELAY_MS, self._draw)

    def _on_style_change(self) -> None:
        palette = self._style.palette
        self.configure(
            background=palette.background,
            highlightthickness=2,
            highlightbackground=palette.background,
            highlightcolor=palette.focus,
        )
        self._writer.read_font()
        self.itemconfigure(self._sentence_item, fill=palette.muted_text)
        width = max(self._style.px(0.5), 2)
        self.itemconfigure(self._hover_item, outline=palette.text, width=max(width // 2, 1))
        self.itemconfigure(self._selection_items[0], outline=palette.canvas, width=2 * width)
        self.itemconfigure(self._selection_items[1], outline=palette.text, width=width)
        self._draw()

    def _cancel_draw(self) -> None:
        if self._pending_draw is not None:
            self.after_cancel(self._pending_draw)
            self._pending_draw = None

    def _draw(self) -> None:
        """Paint everything anew at the present size."""
        self._cancel_draw()
        self._writer.clear()
        self._layout = None
        width, height = self.winfo_width(), self.winfo_height()
        self.itemconfigure(self._sentence_item, text="" if self._confusion else self._sentence)
        self.itemconfigure(self._sentence_item, width=max(width - self._style.px(12), 1))
        self.coords(self._sentence_item, width // 2, height // 2)
        if self._confusion is None:
            self._picture.hide()
        elif width > 1 and height > 1:  # else the widget is not on the screen yet
            self._draw_matrix(self._confusion, width, height)
        self._hovered = (None, None)
        self.itemconfigure(self._hover_item, state="hidden")
        self._draw_selection()

    def _draw_matrix(self, confusion: ConfusionMatrix, width: int, height: int) -> None:
        palette, measure = self._style.palette, self._writer.measure
        layout = arrange(width, height, self._class_names, self._writer.text_px, measure)
        colors = cell_colors(confusion.counts, palette)
        picture = Image.fromarray(confusion_picture(colors, layout.cell, palette.grid))
        self._picture.show_image(picture, layout.left, layout.top)
        numbers = cell_marks(layout, confusion.counts, colors, measure, by_row=self._by_row)
        self._writer.write([*edge_marks(layout, confusion, palette), *numbers])
        self._layout = layout

    def _draw_selection(self) -> None:
        """Outline the selected cell while the keyboard acts on it."""
        # tkinter's focus_get fails while the focus is in an open menu, which Tk makes without it.
        is_shown = self._layout is not None and str(self.tk.call("focus")) == str(self)
        for item in self._selection_items:
            if is_shown:
                self._outline(item, *self._selected)
            self.itemconfigure(item, state="normal" if is_shown else "hidden")
            self.tag_raise(item)

    def _outline(self, item: int, actual: int, predicted: int) -> None:
        left, top, right, bottom = self.cell_box(actual, predicted)
        self.coords(item, left - 1, top - 1, right, bottom)

    def _hover(self, x: int, y: int) -> None:
        """Outline the cell under the pointer and bring out the names of its row and column."""
        layout = self._layout
        place = (layout.row_at(y), layout.column_at(x)) if layout else (None, None)
        if place == self._hovered:
            return
        palette = self._style.palette
        for axis, before, now in zip(("row", "column"), self._hovered, place, strict=True):
            self._writer.emphasize(f"{axis} {before}", palette.text, is_bold=False)
            self._writer.emphasize(f"{axis} {now}", palette.accent, is_bold=True)
        self._hovered = place
        row, column = place
        if row is not None and column is not None:
            self._outline(self._hover_item, row, column)
            self.tag_raise(self._hover_item)
        is_cell = row is not None and column is not None
        self.itemconfigure(self._hover_item, state="normal" if is_cell else "hidden")

    def _tooltip_text(self, x: int, y: int) -> str | None:
        if self._layout is None or self._confusion is None:
            return None
        row, column = self._layout.row_at(y), self._layout.column_at(x)
        if row is not None and column is not None:
            return self._cell_text(row, column)
        left, top, right, bottom = self._layout.bounds
        if row is not None and left <= x <= right:
            return class_tooltip(self._confusion, self._class_names, row, is_row=True)
        if column is not None and top <= y <= bottom:
            return class_tooltip(self._confusion, self._class_names, column, is_row=False)
        return None

    def _cell_text(self, actual: int, predicted: int) -> str:
        assert self._confusion is not None
        return cell_tooltip(self._confusion, self._class_names, actual, predicted, self._image_numbers)

    def _on_click(self, event: tk.Event[tk.Misc]) -> None:
        self.focus_set()
        if self._layout is None:
            return
        row, column = self._layout.row_at(event.y), self._layout.column_at(event.x)
        if row is not None and column is not None:
            self._selected = (row, column)
            self._draw_selection()
            self._open_selected()

    def _on_focus_out(self, event: tk.Event[tk.Misc]) -> None:
        self._tooltip.hide()
        self._draw_selection()

    def _on_arrow(self, event: tk.Event[tk.Misc]) -> str:
        rows, columns = _STEPS[event.keysym]
        last = len(self._class_names) - 1
        row, column = self._selected
        return self._select(min(max(row + rows, 0), last), min(max(column + columns, 0), last))

    def _select_column(self, column: int) -> str:
        return self._select(self._selected[0], column % max(len(self._class_names), 1))

    def _select_row(self, row: int) -> str:
        return self._select(row % max(len(self._class_names), 1), self._selected[1])

    def _select(self, actual: int, predicted: int) -> str:
        if self._layout is not None:
            self._selected = (actual, predicted)
            self._draw_selection()
            self._show_tip(self._cell_text(actual, predicted))
        return "break"

    def _show_tip(self, text: str) -> None:
        _, _, right, bottom = self.cell_box(*self._selected)
        self._tooltip.show_at(right, bottom, text)

    def _open_selected(self) -> str:
        if self._confusion is not None and self._layout is not None:
            if self._confusion.counts[self._selected]:
                self._tooltip.hide()
                self._on_open_cell(*self._selected)
            else:
                self._show_tip(self._cell_text(*self._selected))
        return "break"

    def _copy_selected(self) -> str:
        if self._confusion is not None and self._layout is not None:
            indices = self._confusion.indices(*self._selected)
            if len(indices):
                shown = indices if self._image_numbers is None else self._image_numbers[indices]
                self.clipboard_clear()
                self.clipboard_append(clipboard_text(shown))
                self._show_tip(f"Copied the indices of {count_images(len(indices))}.")
            else:
                self._show_tip("Nothing to copy: there are no images in this cell.")
        return "break"

"""Shows a small confusion matrix, with the cell of the present image marked in it."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from nnapp.display.confusion_labels import cell_marks, edge_marks
from nnapp.display.confusion_layout import ConfusionLayout, arrange
from nnapp.display.confusion_picture import cell_colors, confusion_picture
from nnapp.display.image_indices import cell_tooltip
from nnapp.engine.evaluation import ConfusionMatrix
from nnapp.gui.activity_panel import ActivityPanel, Box
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.mark_writer import MarkWriter
from nnapp.gui.style import Style

__all__ = ["ConfusionPanel"]

_EMPTY = "The network has not been evaluated on the images yet."
_TOO_SMALL = "So many classes need a larger window here. The training window has a view of its own for them."


class ConfusionPanel(ActivityPanel):
    """A confusion matrix with a mark. Tk thread only.

    If it is not known what the present image is, the whole column of the answer is marked.
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        self._confusion: ConfusionMatrix | None = None
        self._class_names: tuple[str, ...] = ()
        self._label: int | None = None
        self._answer: int | None = None
        self._layout: ConfusionLayout | None = None
        self._drawn: object = None
        super().__init__(parent, style, "confusion, this image marked", _EMPTY)
        self._picture = CanvasPicture(self)
        self._writer = MarkWriter(self)

    def show_confusion(self, confusion: ConfusionMatrix | None, class_names: Sequence[str]) -> None:
        """Show a matrix, or none."""
        self._confusion, self._class_names = confusion, tuple(class_names)
        self._drawn = None
        self.request()

    def show_mark(self, label: int | None, answer: int | None) -> None:
        """Mark the cell of an image by its right class and the answer, each None if there is none."""
        self._label, self._answer = label, answer
        self.request()

    def read_mark(self) -> tuple[float, ...] | None:
        """Return left, top, right and bottom of what is marked; None if nothing is."""
        return self.items.read_box("mark")

    def cell_box(self, actual: int, predicted: int) -> Box:
        """Return left, top, right and bottom of a cell; it has to have been drawn."""
        assert self._layout is not None
        return self._layout.cell_box(actual, predicted)

    def on_style_change(self) -> None:
        self._drawn = None
        super().on_style_change()

    def draw_content(self, box: Box) -> bool:
        if self._confusion is None:
            self._picture.hide()
            self._writer.clear()
            self._layout = None
            return False
        if self._drawn != box:
            self._layout = self._draw_matrix(self._confusion, box)
            self._drawn = box
        if self._layout is not None:
            self._draw_mark(self._layout)
            return True
        left, top, right, _ = box
        color = self.style.palette.muted_text
        self.items.text("sentence", left, top, _TOO_SMALL, fill=color, font="nnapp-small", width=right - left)
        return True

    def tip_at(self, x: int, y: int) -> str | None:
        if self._layout is None or self._confusion is None:
            return None
        actual, predicted = self._layout.row_at(y), self._layout.column_at(x)
        if actual is None or predicted is None:
            return None
        return cell_tooltip(self._confusion, self._class_names, actual, predicted)

    def _draw_mark(self, layout: ConfusionLayout) -> None:
        answer, label, last = self._answer, self._label, layout.n_classes - 1
        # The data set may have classes that the network does not know.
        if answer is None or answer > last or (label is not None and label > last):
            return
        left, top, _, _ = layout.cell_box(0 if label is None else label, answer)
        _, _, right, bottom = layout.cell_box(last if label is None else label, answer)
        palette = self.style.palette
        for name, reach, color in (("halo", 2, palette.canvas), ("mark", 1, palette.text), ("inner", 0, palette.text)):
            box = (left - 1 - reach, top - 1 - reach, right + reach, bottom + reach)
            self.items.box(name, box, outline=color)

    def _draw_matrix(self, confusion: ConfusionMatrix, box: Box) -> ConfusionLayout | None:
        """Draw the matrix if there is a pixel for each cell."""
        self._writer.read_font()
        palette, measure = self.style.palette, self._writer.measure
        left, top, right, bottom = box
        layout = arrange(right - left, bottom - top, self._class_names, self._writer.text_px, measure)
        if layout.bounds[2] > right - left or layout.bounds[3] > bottom - top:
            self._picture.hide()
            self._writer.clear()
            return None
        layout = replace(layout, left=layout.left + left, top=layout.top + top)
        colors = cell_colors(confusion.counts, palette)
        picture = Image.fromarray(confusion_picture(colors, layout.cell, palette.grid))
        self._picture.show_image(picture, layout.left, layout.top)
        numbers = cell_marks(layout, confusion.counts, colors, measure, by_row=False)
        self._writer.write([*edge_marks(layout, confusion, palette), *numbers])
        return layout

"""Shows which classes are taken for which: the confusion matrix of an evaluation, with accuracy and loss under it."""

from __future__ import annotations

import os
import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from nnapp.display.confusion_export import confusion_csv, confusion_page
from nnapp.display.confusion_labels import summary_line
from nnapp.display.palettes import palette
from nnapp.engine.arrays import IntArray
from nnapp.engine.evaluation import Evaluation
from nnapp.errors import DataError
from nnapp.gui.confusion_canvas import ConfusionCanvas
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.storage.files import atomic_writer

__all__ = ["ConfusionView"]

_NOT_EVALUATED = "Not evaluated yet. Train or load a network, then choose Evaluate."
_EXPORT_DPI = 300


class ConfusionView(ttk.Frame):
    """A confusion matrix with its title, a switch for percentages, and a line of results. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_open_cell : callable (actual, predicted)
        Called when a person opens a cell that holds images.

    Attributes
    ----------
    header : ttk.Frame
        The line over the matrix; whoever owns the view may pack widgets to its right side.
    canvas : ConfusionCanvas
        The matrix itself, which takes the keyboard.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_open_cell: Callable[[int, int], None]) -> None:
        super().__init__(parent)
        self._style = style
        self._evaluation: Evaluation | None = None
        self._class_names: tuple[str, ...] = ()
        self._title = ""
        self._by_row = tk.BooleanVar(self, False)
        self.header = ttk.Frame(self)
        self._title_label = ttk.Label(self.header, style="Bold.TLabel")
        self.canvas = ConfusionCanvas(self, style, on_open_cell)
        self._summary_label = ttk.Label(self)
        self._by_row_button = ttk.Checkbutton(self, text="By row, %", variable=self._by_row, command=self._on_by_row)
        Tooltip(
            self._by_row_button,
            style,
            "Write what part of each actual class every cell is, in per cent, in place of the number of images.",
        )
        self._lay_out()
        style.on_change(self, self._lay_out)
        self.show_empty(_NOT_EVALUATED)

    @property
    def evaluation(self) -> Evaluation | None:
        """What is shown, or None."""
        return self._evaluation

    def show_evaluation(
        self,
        evaluation: Evaluation,
        class_names: Sequence[str],
        title: str,
        image_numbers: IntArray | None = None,
    ) -> None:
        """Show the confusion matrix of an evaluation.

        Parameters
        ----------
        evaluation : Evaluation
        class_names : sequence of str
            One per class.
        title : str
            What was evaluated, for example "MNIST test set, 10,000 images".
        image_numbers : array (n_images,), optional
            What to call the images in tooltips and on the clipboard, where that is not their place in the
            evaluation: validation images are numbered as in the training set they were taken from.
        """
        self._evaluation, self._class_names, self._title = evaluation, tuple(class_names), title
        self._title_label.configure(text=title)
        self._summary_label.configure(text=summary_line(evaluation))
        self._by_row_button.state(["!disabled"])
        self.canvas.show_confusion(evaluation.confusion, self._class_names, image_numbers)

    def show_empty(self, sentence: str) -> None:
        """Show no matrix, but a sentence that says what to do."""
        self._evaluation = None
        self._title_label.configure(text="")
        self._summary_label.configure(text="")
        self._by_row_button.state(["disabled"])
        self.canvas.show_sentence(sentence)

    def read_by_row(self) -> bool:
        """Return whether the cells say per cent of their row, and not counts."""
        return self._by_row.get()

    def show_by_row(self, by_row: bool) -> None:
        """Write per cent of each row into the cells, or counts; as the switch under the matrix does."""
        self._by_row.set(by_row)
        self._on_by_row()

    def export_png(self, path: str | os.PathLike[str]) -> None:
        """Write the matrix as a PNG file for a report: light, large, in the colours chosen.

        Raises
        ------
        StorageError
            If the file cannot be written.
        DataError
            If nothing is shown.
        """
        page = confusion_page(
            self._shown_evaluation(),
            self._class_names,
            self._title,
            palette("light", self._style.colors),
            by_row=self._by_row.get(),
        )
        with atomic_writer(path) as stream:
            page.save(stream, "PNG", dpi=(_EXPORT_DPI, _EXPORT_DPI))

    def export_csv(self, path: str | os.PathLike[str]) -> None:
        """Write the counts as a CSV file (UTF-8), a header and one row per actual class.

        Raises
        ------
        StorageError
            If the file cannot be written.
        DataError
            If nothing is shown.
        """
        table = confusion_csv(self._shown_evaluation().confusion, self._class_names)
        with atomic_writer(path) as stream:
            stream.write(table.encode("utf-8"))

    def _shown_evaluation(self) -> Evaluation:
        if self._evaluation is None:
            raise DataError("There is no confusion matrix to save; evaluate a network first.")
        return self._evaluation

    def _lay_out(self) -> None:
        gap = self._style.px(1.5)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self.header.grid(row=0, column=0, columnspan=2, sticky="ew", padx=gap, pady=(gap, 0))
        self._title_label.pack(side="left")
        self.canvas.grid(row=1, column=0, columnspan=2, sticky="nsew")
        self._summary_label.grid(row=2, column=0, sticky="w", padx=gap, pady=(0, gap))
        self._by_row_button.grid(row=2, column=1, sticky="e", padx=gap, pady=(0, gap))

    def _on_by_row(self) -> None:
        self.canvas.show_by_row(self._by_row.get())

"""Shows the images of a cell of the confusion matrix in a window of their own, worst mistakes first."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

import numpy as np
from numpy.typing import NDArray

from nnapp.display.gallery import Gallery
from nnapp.display.image_indices import clipboard_text, count_images
from nnapp.engine.arrays import IntArray
from nnapp.engine.evaluation import Evaluation
from nnapp.gui.gallery_sheet import GallerySheet
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["GalleryWindow"]

_MOST_COLUMNS, _MOST_ROWS = 7, 4
_LARGEST_PART_OF_SCREEN = 0.8
_SMALLEST_WIDTH_UNITS = 120


class GalleryWindow(tk.Toplevel):
    """A sheet of images with what the network took each of them for. Tk thread only.

    Arrow keys move over the images, Return or a double click opens one, Ctrl+C copies the indices of
    all, Escape closes the window.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    evaluation : Evaluation
    images : array (n_images, height, width) of uint8
        All images of the evaluation.
    indices : array (n,)
        Which of them to show, at least one.
    title : str
        What they are, "4 taken for 9: 12 images".
    class_names : sequence of str
        One per class.
    on_open_image : callable (number)
        Called with what the image to open is called: its entry in `image_numbers`, else its index.
    split : str
        Where they are from, "MNIST test set".
    image_numbers : array (n_images,), optional
        What to call the images, where that is not their place in the evaluation.
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        evaluation: Evaluation,
        images: NDArray[np.uint8],
        indices: IntArray,
        title: str,
        class_names: Sequence[str],
        on_open_image: Callable[[int], None],
        split: str,
        image_numbers: IntArray | None = None,
    ) -> None:
        super().__init__(parent)
        self.withdraw()  # until it has its size
        self.title(title)
        self._style = style
        self._on_open_image = on_open_image
        self._gallery = Gallery(evaluation, images, indices, class_names, image_numbers)
        self._heading = WrappedLabel(self, title, "Heading.TLabel")
        self._explanation = ttk.Label(self, text=f"{split}, {self._gallery.order}", style="Muted.TLabel")
        self._scrollbar = ttk.Scrollbar(self, orient="vertical")
        self.sheet = GallerySheet(
            self,
            style,
            self._gallery,
            on_select=self._on_select,
            on_open=self._on_open,
            on_scroll=self._scrollbar.set,
        )
        self._scrollbar.configure(command=self.sheet.scroll)
        self._details = WrappedLabel(self)
        self._buttons = self._make_buttons()
        self._lay_out()
        style.on_change(self, self._lay_out)
        self.bind("<Escape>", lambda event: self.destroy())
        self.bind("<<Copy>>", lambda event: self._on_copy())
        self._on_select(0)
        self._show_at_its_size()

    def _make_buttons(self) -> ttk.Frame:
        frame = ttk.Frame(self)
        gap = self._style.px(2)
        copy = ttk.Button(frame, text="Copy indices", command=self._on_copy)
        Tooltip(copy, self._style, "Copy the indices of all these images to the clipboard, in this order (Ctrl+C).")
        open_image = ttk.Button(frame, text="Open image", command=lambda: self._on_open(self.sheet.selected))
        Tooltip(open_image, self._style, "Open the selected image in the testing window with this network (Return).")
        close = ttk.Button(frame, text="Close", command=self.destroy)
        for button in (close, open_image, copy):
            button.pack(side="right", padx=(gap, 0))
        for button in (copy, open_image, close):
            button.lift()  # Tab follows the stacking order, which is then the order as read
        return frame

    def _lay_out(self) -> None:
        gap = self._style.px(3)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(2, weight=1)
        self._heading.grid(row=0, column=0, columnspan=2, sticky="ew", padx=gap, pady=(gap, 0))
        self._explanation.grid(row=1, column=0, columnspan=2, sticky="w", padx=gap, pady=(0, gap // 2))
        self.sheet.grid(row=2, column=0, sticky="nsew", padx=(gap, 0))
        self._scrollbar.grid(row=2, column=1, sticky="ns", padx=(0, gap))
        self._details.grid(row=3, column=0, columnspan=2, sticky="ew", padx=gap, pady=(gap // 2, 0))
        self._buttons.grid(row=4, column=0, columnspan=2, sticky="ew", padx=gap, pady=gap)

    def _show_at_its_size(self) -> None:
        """Become as large as the images ask for, within reason, and take the keyboard."""
        width, height = self.sheet.size_for(_MOST_COLUMNS, _MOST_ROWS)
        self.sheet.configure(width=width, height=height)
        self.update_idletasks()
        largest = round(_LARGEST_PART_OF_SCREEN * self.winfo_screenwidth())
        width = min(max(self.winfo_reqwidth(), self._style.px(_SMALLEST_WIDTH_UNITS)), largest)
        for label in (self._heading, self._details):  # long names of classes take more lines, and so height
            label.wrap_to(width - 2 * self._style.px(3))
        self.update_idletasks()
        height = min(self.winfo_reqheight(), round(_LARGEST_PART_OF_SCREEN * self.winfo_screenheight()))
        self.geometry(f"{width}x{height}")
        self.minsize(width // 2, height // 2)
        self.deiconify()
        self.sheet.focus_set()

    def _on_select(self, position: int) -> None:
        self._details.configure(text=self._gallery.details(position))

    def _on_open(self, position: int) -> None:
        self._on_open_image(int(self._gallery.numbers[position]))

    def _on_copy(self) -> None:
        self.clipboard_clear()
        self.clipboard_append(clipboard_text(self._gallery.numbers))
        self._details.configure(text=f"Copied the indices of {count_images(len(self._gallery))}.")

"""Shows training images beside changed versions of them, as augmentation would change them while a network learns."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

import numpy as np
from numpy.typing import NDArray

from nnapp.display.augmentation_sheet import (
    N_VERSIONS,
    augmentation_layout,
    augmentation_picture,
    augmented_versions,
    fit_augmentation,
)
from nnapp.display.augmentation_wording import augmentation_amounts, augmentation_name
from nnapp.display.text_fitting import shorten
from nnapp.display.wording import counted
from nnapp.engine.augmentation import Augmentation
from nnapp.errors import SettingError
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.placement import place_over
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["AugmentationPreviewWindow"]

_COLUMNS = 3
_IMAGE_UNITS = 14  # twice 28 pixels at 100 %
_LEAST_SIZE_UNITS = (80, 70)
_LONGEST_NAME = 60  # characters; a data set is called what its file is called
_CHANGED = f", each in a frame as it is, and beside it {N_VERSIONS} of the ways in which training may show it."
_UNCHANGED = ", each in a frame. Training shows them as they are, the same in every epoch."


class AugmentationPreviewWindow(tk.Toplevel):
    """Images as they are, each with changed versions beside it. Tk thread only.

    `show_images` and `show_augmentation` tell it what to show, as often as there is news. The key A draws other random
    numbers, Escape closes the window.

    Parameters
    ----------
    parent : tk.Misc
        The window it belongs to; it stays above that one, at its right edge.
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self.withdraw()  # until it has its size
        self.title("Augmentation Preview")
        self._style = style
        self._images: NDArray[np.uint8] = np.zeros((0, 1, 1), np.uint8)
        self._source = ""
        self._versions: NDArray[np.uint8] | None = None
        self._augmentation = Augmentation()
        self._seed = 0
        self._pending: str | None = None
        self._heading = ttk.Label(self, style="Heading.TLabel")
        self._amounts = WrappedLabel(self)
        self._canvas = tk.Canvas(self, borderwidth=0, highlightthickness=0)
        self._picture = CanvasPicture(self._canvas)
        self._problem = self._canvas.create_text(0, 0, state="hidden", justify="center", font="nnapp-body")
        self._legend = WrappedLabel(self, style="Muted.TLabel")
        self._buttons = self._make_buttons()
        self._canvas.bind("<Configure>", lambda _: self._schedule_draw())
        self._canvas.bind("<Destroy>", lambda _: self._cancel_draw())
        self.bind("<Escape>", lambda _: self.destroy())
        for key in ("<a>", "<A>", "<Alt-a>"):
            self.bind(key, lambda _: self.draw_again())
        self._lay_out()
        style.on_change(self, self._on_style_change)
        self._on_style_change()

    def open(self) -> None:
        """Show the window, large enough for what it shows, and give it the keyboard."""
        if not self.winfo_viewable():
            owner = self.master.winfo_toplevel()
            self._ask_for_size()
            if owner.winfo_viewable():
                self.transient(owner)  # above the window whose settings it follows
            place_over(self, owner, across=1.0)
            self.minsize(*(self._style.px(units) for units in _LEAST_SIZE_UNITS))
            self.deiconify()
        self.lift()
        self._again.focus_set()

    def show_images(self, images: NDArray[np.uint8], source: str) -> None:
        """Show other images.

        Parameters
        ----------
        images : array (n, height, width) of uint8
            At least one.
        source : str
            Where they are from, the name of the data set.
        """
        self._images = images
        self._source = f"{counted(len(images), 'training image')} of {shorten(source, _LONGEST_NAME)}"
        self._change()

    def show_augmentation(self, augmentation: Augmentation) -> None:
        """Show how far images are changed now."""
        self._augmentation = augmentation
        self._change()

    def draw_again(self) -> None:
        """Change the same images by other random numbers."""
        self._seed += 1
        self._change()

    def _change(self) -> None:
        augmentation = self._augmentation
        self._versions = None
        self._heading.configure(text=f"Augmentation: {augmentation_name(vars(augmentation))}")
        self._amounts.configure(text=augmentation_amounts(augmentation))
        what = _CHANGED if augmentation.is_on else _UNCHANGED
        self._legend.configure(text=f"{self._source}{what}")
        self._schedule_draw()

    def _make_buttons(self) -> ttk.Frame:
        frame = ttk.Frame(self)
        self._again = ttk.Button(frame, text="Again", underline=0, command=self.draw_again)
        Tooltip(self._again, self._style, "Change the same images by other random numbers (A).")
        close = ttk.Button(frame, text="Close", command=self.destroy)
        Tooltip(close, self._style, "Close this window (Escape).")
        self._again.grid(row=0, column=0, padx=(0, self._style.px(2)))
        close.grid(row=0, column=1)
        return frame

    def _lay_out(self) -> None:
        gap = self._style.px(2)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(2, weight=1)
        self._heading.grid(row=0, column=0, columnspan=2, sticky="w", padx=gap, pady=(gap, 0))
        self._amounts.grid(row=1, column=0, columnspan=2, sticky="ew", padx=gap, pady=(0, gap))
        self._canvas.grid(row=2, column=0, columnspan=2, sticky="nsew", padx=gap)
        self._legend.grid(row=3, column=0, sticky="ew", padx=gap, pady=gap)
        self._buttons.grid(row=3, column=1, sticky="e", padx=(0, gap), pady=gap)

    def _ask_for_size(self) -> None:
        """Ask for the room in which the images are shown at their usual size."""
        shape = self._images.shape[1:]
        if len(shape) == 2 and len(self._images):
            n_columns = min(_COLUMNS, len(self._images))
            image_px = self._style.px(_IMAGE_UNITS)
            layout = augmentation_layout(len(self._images), 1 + N_VERSIONS, shape, image_px, n_columns, self._gap)
            self._canvas.configure(width=layout.width, height=layout.height)

    @property
    def _gap(self) -> int:
        return self._style.px(0.75)

    def _on_style_change(self) -> None:
        palette = self._style.palette
        self._canvas.configure(background=palette.surface)
        self._canvas.itemconfigure(self._problem, fill=palette.error)
        self._lay_out()
        self._schedule_draw()

    def _schedule_draw(self) -> None:
        if self._pending is None:
            self._pending = self.after_idle(self._draw)

    def _cancel_draw(self) -> None:
        if self._pending is not None:
            self.after_cancel(self._pending)
            self._pending = None

    def _draw(self) -> None:
        self._pending = None
        width, height = max(1, self._canvas.winfo_width()), max(1, self._canvas.winfo_height())
        if not len(self._images):
            return
        try:
            if self._versions is None:
                self._versions = augmented_versions(self._images, self._augmentation, self._seed)
        except SettingError as error:
            self._picture.hide()
            self._canvas.coords(self._problem, width // 2, height // 2)
            self._canvas.itemconfigure(self._problem, text=str(error), width=round(0.9 * width), state="normal")
            return
        n_images, n_tiles, *shape = self._versions.shape
        layout = fit_augmentation(n_images, n_tiles, (shape[0], shape[1]), (width, height), self._gap)
        self._canvas.itemconfigure(self._problem, state="hidden")
        picture = augmentation_picture(self._versions, layout, self._style.palette, (width, height))
        self._picture.show_image(picture)

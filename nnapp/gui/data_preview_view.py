"""Shows twenty images of a data set with their labels, and what there is to know about it."""

from __future__ import annotations

import tkinter as tk
from tkinter import font as tkfont
from tkinter import ttk

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageTk

from nnapp.display.data_preview import preview_indices, set_facts
from nnapp.display.palettes import rgb
from nnapp.display.text_fitting import elide, shorten
from nnapp.gui.style import Style
from nnapp.gui.wrapped_label import WrappedLabel
from nnapp.storage.dataset import Dataset

__all__ = ["DataPreviewView"]

_COLUMNS, _ROWS = 5, 4
_IMAGE_UNITS, _GAP_UNITS, _CAPTION_UNITS = 14, 2, 4.5  # an image is twice 28 pixels at 100 %
_SHOWN_WARNINGS = 3
_LONGEST_FACT, _LONGEST_SENTENCE = 500, 1000
"""Characters. What a file says can be of any length, and a label of some thousand lines is more than X can show."""


class DataPreviewView(ttk.Frame):
    """The images above, facts and warnings below. Tk thread only.

    Parameters
    ----------
    parent : widget
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self._style = style
        self._dataset: Dataset | None = None
        self._picture: ImageTk.PhotoImage | None = None
        self._canvas = tk.Canvas(self, borderwidth=0, highlightthickness=0)
        self._facts = ttk.Frame(self)
        self._facts.columnconfigure(1, weight=1)
        self._sentence, self._is_problem = "", False
        self.columnconfigure(0, weight=1)
        self._canvas.grid(row=0, column=0, sticky="nw")
        self._facts.grid(row=1, column=0, sticky="new")
        style.on_change(self, self._draw)
        self._draw()

    @property
    def captions(self) -> list[str]:
        """What stands under the images, as it is shown."""
        items = self._canvas.find_withtag("caption")
        # By the Tcl command, because the method has no type annotations.
        return [str(self.tk.call(self._canvas, "itemcget", item, "-text")) for item in items]

    def show_dataset(self, dataset: Dataset) -> None:
        """Show images and facts of a data set."""
        self._dataset, self._sentence = dataset, ""
        self._draw()

    def show_sentence(self, sentence: str, *, is_problem: bool = False) -> None:
        """Show a sentence in place of images, such as what is going on or wrong."""
        self._dataset, self._sentence, self._is_problem = None, shorten(sentence, _LONGEST_SENTENCE), is_problem
        self._draw()

    def _draw(self) -> None:
        px, palette = self._style.px, self._style.palette
        step_x, step_y = px(_IMAGE_UNITS + _GAP_UNITS), px(_IMAGE_UNITS + _GAP_UNITS + _CAPTION_UNITS)
        width, height = _COLUMNS * step_x + px(_GAP_UNITS), _ROWS * step_y + px(_GAP_UNITS)
        self._canvas.configure(width=width, height=height, background=palette.surface)
        self._canvas.delete("all")
        for widget in self._facts.winfo_children():
            widget.destroy()
        if self._dataset is None:
            self._facts.grid_remove()  # an empty frame would keep the room of what was in it
            self._canvas.create_text(
                width // 2,
                height // 2,
                text=self._sentence,
                fill=palette.error if self._is_problem else palette.muted_text,
                font="nnapp-body",
                width=width - 2 * px(4),
                justify="center",
            )
            return
        self._facts.grid()
        self._draw_images(self._dataset, step_x, step_y)
        self._fill_facts(self._dataset)

    def _draw_images(self, dataset: Dataset, step_x: int, step_y: int) -> None:
        px, palette = self._style.px, self._style.palette
        side, gap = px(_IMAGE_UNITS), px(_GAP_UNITS)
        indices = preview_indices(dataset.training_labels, _COLUMNS * _ROWS)
        # In the colours of the galleries and of the testing window's grid.
        paper, ink = np.array(rgb(palette.canvas)), np.array(rgb(palette.text))
        ramp = np.rint(paper + np.linspace(0, 1, 256)[:, np.newaxis] * (ink - paper)).astype(np.uint8)
        sheet = Image.new("RGB", (_COLUMNS * step_x + gap, _ROWS * step_y + gap), palette.surface)
        font = tkfont.nametofont("nnapp-small", root=self)
        for place, index in enumerate(indices):
            left, top = gap + place % _COLUMNS * step_x, gap + place // _COLUMNS * step_y
            picture = _fitted(ramp[dataset.training_images[index]], side)
            sheet.paste(picture, (left + (side - picture.width) // 2, top + (side - picture.height) // 2))
            name = dataset.class_names[dataset.training_labels[index]]
            self._canvas.create_text(
                left + side // 2,
                top + side + px(0.5),
                text=elide(name, step_x - px(1), 0, lambda words, _: font.measure(words)),
                anchor="n",
                fill=palette.text,
                font=font,
                tags="caption",
            )
        self._picture = ImageTk.PhotoImage(sheet, master=self)
        self._canvas.create_image(0, 0, image=self._picture, anchor="nw")
        self._canvas.tag_raise("caption")

    def _fill_facts(self, dataset: Dataset) -> None:
        facts = list(set_facts(dataset.training_labels, dataset.test_labels, dataset.image_shape, dataset.class_names))
        facts.append(("from", dataset.location))
        if dataset.licence:
            facts.append(("licence", dataset.licence))
        gap = self._style.px(1)
        warnings = dataset.warnings[:_SHOWN_WARNINGS]  # first, since they ask for something
        for row, sentence in enumerate(warnings):
            warning = WrappedLabel(self._facts, shorten(sentence, _LONGEST_FACT), style="Warning.TLabel")
            warning.grid(row=row, column=0, columnspan=2, sticky="new", pady=(gap, 0))
        for row, (word, fact) in enumerate(facts, len(warnings)):
            ttk.Label(self._facts, text=word, style="Muted.TLabel").grid(row=row, column=0, sticky="nw", pady=(gap, 0))
            label = WrappedLabel(self._facts, shorten(fact, _LONGEST_FACT))
            label.grid(row=row, column=1, sticky="new", padx=(2 * gap, 0), pady=(gap, 0))


def _fitted(image: NDArray[np.uint8], side: int) -> Image.Image:
    """Return a picture of an image, enlarged a whole number of times to fit into a square, or reduced to it."""
    picture = Image.fromarray(image)
    longest = max(picture.size)
    scale = side // longest if longest <= side else side / longest
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.NEAREST if scale >= 1 else Image.Resampling.BOX)

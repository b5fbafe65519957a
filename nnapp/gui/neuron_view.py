"""Shows one neuron: its sum written out, what it says to each class, and the images that excite it most."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from math import isnan
from tkinter import ttk

import numpy as np
from numpy.typing import NDArray

from nnapp.display.network_layout import Neuron
from nnapp.display.neuron_facts import class_mean_sentence, exciting_image_sentence, neuron_facts
from nnapp.display.neuron_wording import NeuronNames
from nnapp.display.text_fitting import short_names
from nnapp.display.weighted_sum import short_number, weighted_sum
from nnapp.engine.arrays import FloatArray, IntArray
from nnapp.engine.network import Network
from nnapp.engine.neuron_statistics import NeuronStatistics
from nnapp.gui.bar_columns import BarColumn
from nnapp.gui.class_means_chart import ClassMeansChart
from nnapp.gui.exciting_images import ExcitingImage, ExcitingImages
from nnapp.gui.redraw_budget import PendingRedraw, RedrawBudget
from nnapp.gui.style import Style

__all__ = ["NeuronView"]

_EMPTY = "Click a neuron in the diagram: what it adds up, and which images excite it, appears here."
_NO_IMAGE = "Draw a digit or choose an image, and the neuron’s sum is written out here."
_NO_STATISTICS = "what excites it appears here after a pass over all images"
_MOST_TERMS = 8
_LONGEST_CAPTION_NAME = 14
"""Characters of a class under an image; whole names would take the room of other images."""

_LEAST_FOR_TWO_DECIMALS = 0.1
_BARE_SUM = "z = Σ w·a + b = −00.00 (000 more) + 0.00 = −00.00,  leaky ReLU → 00.00"
_TERM = " + 0.000·0.000"


class NeuronView(ttk.Frame):
    """A panel about one neuron. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_open_image : callable (index)
        Called when one of the images that excite the neuron is opened.

    Attributes
    ----------
    chart : ClassMeansChart
    exciting : ExcitingImages
    """

    def __init__(self, parent: tk.Misc, style: Style, on_open_image: Callable[[int], None]) -> None:
        super().__init__(parent)
        self._style = style
        self._shown: tuple[Network, Neuron, NeuronStatistics | None] | None = None
        self._activations: Sequence[FloatArray] | None = None
        self._empty = ttk.Label(self, style="Muted.TLabel", anchor="center", justify="center")
        self._heading = ttk.Frame(self)
        self._title = ttk.Label(self._heading, style="Heading.TLabel")
        self._facts = ttk.Label(self._heading, style="Muted.TLabel", width=1)
        # One character wide, so that a longer sum moves nothing.
        self._sum = ttk.Label(self, width=1)
        self._chart_title = ttk.Label(self, style="Muted.TLabel", font="nnapp-small")
        self._images_title = ttk.Label(self, style="Muted.TLabel", font="nnapp-small", width=1)
        self.chart = ClassMeansChart(self, style)
        self.exciting = ExcitingImages(self, style, on_open_image)
        self._pending_sum = PendingRedraw(self._sum, self._write_sum, RedrawBudget(share=0.5, min_interval_s=0.0))
        self._sum.bind("<Configure>", lambda event: self._pending_sum.request(is_urgent=True), add="+")
        self._title.pack(side="left")
        self._facts.pack(side="left", fill="x", expand=True)
        self._lay_out()
        style.on_change(self, self._lay_out)
        self.show_empty()

    def show_neuron(
        self,
        network: Network,
        neuron: Neuron,
        activations: Sequence[FloatArray] | None,
        statistics: NeuronStatistics | None,
        images: NDArray[np.uint8],
        labels: IntArray,
        class_names: Sequence[str],
        image_noun: str = "test image",
    ) -> None:
        """Show a neuron. If nothing but the activations has changed, nothing but the sum is written anew.

        Parameters
        ----------
        network : Network
        neuron : Neuron
        activations : sequence of array (n_neurons,), or None
            Of the present image, one per layer, inputs first; None if there is no image. Kept.
        statistics : NeuronStatistics or None
            Of the network over `images`; None while there are none.
        images : array (n_images, height, width) of uint8
        labels : array (n_images,) of int
        class_names : sequence of str
        image_noun : str
            What one of the images is called.
        """
        self._activations = activations
        before = self._shown
        if before is None or before[0] is not network or before[1] != neuron or before[2] is not statistics:
            self._shown = (network, neuron, statistics)
            is_picture = images.ndim == 3 and images.shape[1] * images.shape[2] == network.n_inputs
            shape = (images.shape[1], images.shape[2]) if is_picture else None
            title = NeuronNames(network.layer_sizes, tuple(class_names), shape).title(neuron)
            self._title.configure(text=title[:1].upper() + title[1:])
            self._facts.configure(text=neuron_facts(network, neuron, statistics))
            if statistics is None:
                self.chart.show_columns((), ())
                self.exciting.show_images(())
                self._chart_title.configure(text="")
                self._images_title.configure(text=_NO_STATISTICS)
            else:
                self._show_means(statistics, neuron, class_names)
                self._show_images(statistics, neuron, images, labels, class_names, image_noun)
            self._show_parts(is_empty=False)
        self._pending_sum.request(is_urgent=True)

    def show_empty(self, sentence: str = _EMPTY) -> None:
        """Show no neuron, but a sentence that says what to do."""
        self._shown = None
        self._empty.configure(text=sentence)
        self._show_parts(is_empty=True)

    def read_title(self) -> str:
        """Return what the neuron is called, "" if none is shown."""
        return str(self._title["text"]) if self._shown else ""

    def read_facts(self) -> str:
        """Return the words beside the title."""
        return str(self._facts["text"])

    def read_sum(self) -> str:
        """Return the sum as it is written."""
        return str(self._sum["text"])

    def read_sentence(self) -> str:
        """Return the sentence that is shown in place of a neuron, "" if there is one."""
        return "" if self._shown else str(self._empty["text"])

    def _show_means(self, statistics: NeuronStatistics, neuron: Neuron, class_names: Sequence[str]) -> None:
        means = statistics.layers[neuron.layer].class_means[neuron.index]
        decimals = 3 if 0 < np.nan_to_num(np.abs(means)).max() < _LEAST_FOR_TWO_DECIMALS else 2
        columns = [
            BarColumn(name, float(mean), "–" if isnan(mean) else f"{mean:.{decimals}f}".replace("-", "−"))
            for name, mean in zip(class_names, means, strict=True)
        ]
        sentences = [
            class_mean_sentence(statistics, neuron, label, class_names[label]) for label in range(len(class_names))
        ]
        self.chart.show_columns(columns, sentences)
        self._chart_title.configure(text=f"mean {'value' if neuron.layer == 0 else 'activation'} by class")

    def _show_images(
        self,
        statistics: NeuronStatistics,
        neuron: Neuron,
        images: NDArray[np.uint8],
        labels: IntArray,
        class_names: Sequence[str],
        image_noun: str,
    ) -> None:
        layer, short = statistics.layers[neuron.layer], short_names(class_names, _LONGEST_CAPTION_NAME)
        indices, activations = layer.top_indices[neuron.index], layer.top_values[neuron.index]
        found = [
            ExcitingImage(
                int(index),
                images[index],
                f"{short[labels[index]]}: {short_number(float(activation))}",
                exciting_image_sentence(statistics, neuron, place, class_names[labels[index]], image_noun),
            )
            for place, (index, activation) in enumerate(zip(indices, activations, strict=True))
            if activation != 0  # of a neuron that is silent for the rest
        ]
        self.exciting.show_images(found)
        title = f"the {image_noun}s that excite it most: class and activation, index"
        self._images_title.configure(text=title if found else f"none of the {image_noun}s excites it")

    def _write_sum(self) -> None:
        if self._shown is None:
            return
        network, neuron, _ = self._shown
        if self._activations is None:
            text = _NO_IMAGE
        elif neuron.layer == 0:
            text = f"pixel value {short_number(float(self._activations[0][neuron.index]))}"
        else:
            found = weighted_sum(network, self._activations, neuron.layer, neuron.index, self._n_terms())
            text = found.sentence()
        if text != self.read_sum():
            self._sum.configure(text=text)

    def _n_terms(self) -> int:
        """Return how many terms have room in the line."""
        room = self._sum.winfo_width() - self._bare_sum_px
        return min(max(room // self._term_px, 1), _MOST_TERMS)

    def _lay_out(self) -> None:
        gap = self._style.px(2)
        self.columnconfigure(1, weight=1)
        self.rowconfigure(3, weight=1)
        self._empty.grid(row=0, column=0, rowspan=4, columnspan=2, sticky="nsew", padx=gap, pady=gap)
        self._heading.grid(row=0, column=0, columnspan=2, sticky="ew", padx=gap, pady=(gap, 0))
        self._facts.pack_configure(padx=(gap, 0))
        self._sum.grid(row=1, column=0, columnspan=2, sticky="ew", padx=gap, pady=(gap // 2, gap))
        self._chart_title.grid(row=2, column=0, sticky="w", padx=gap)
        self._images_title.grid(row=2, column=1, sticky="ew", padx=gap)
        self.chart.grid(row=3, column=0, sticky="nsew", padx=gap, pady=(0, gap))
        self.exciting.grid(row=3, column=1, sticky="nsew", padx=(gap, 0))
        self._bare_sum_px, self._term_px = (
            int(self.tk.call("font", "measure", "nnapp-body", "-displayof", self, text)) for text in (_BARE_SUM, _TERM)
        )
        self._show_parts(is_empty=self._shown is None)

    def _show_parts(self, *, is_empty: bool) -> None:
        for part in (self._heading, self._sum, self._chart_title, self._images_title, self.chart, self.exciting):
            if is_empty:
                part.grid_remove()
            else:
                part.grid()
        if is_empty:
            self._empty.grid()
        else:
            self._empty.grid_remove()

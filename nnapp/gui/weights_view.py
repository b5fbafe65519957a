"""Shows what a network has learnt: the weights of a layer as pictures or as a matrix, changing while it learns."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from math import ceil
from tkinter import ttk

import numpy as np

from nnapp.display.palettes import SIGN_COLOR_NAMES
from nnapp.display.weight_wording import colors_sentence, layer_titles, weight_sentence
from nnapp.engine.arrays import FloatArray
from nnapp.engine.network import Network
from nnapp.gui.color_bar import ColorBar
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.weights_canvas import WeightsCanvas

__all__ = ["WeightsView"]

_EMPTY = "No network yet. Initialise or load one: the weights of its neurons appear here and change as it learns."
_LEAST_WISH_INTERVAL_MS = 250
_WISH_INTERVAL_UNCHANGED_MS = 1000


class WeightsView(ttk.Frame):
    """The weights into one layer of a network, with a chooser and a scale. Tk thread only.

    The weights of the first layer are pictures, one for each neuron, if the inputs are pixels; those of any
    other layer are a matrix with a row for each neuron and a column for each of its inputs.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_wish : callable () -> None, optional
        Called when people look at the weights and newer ones may be drawn. It may have `show_parameters`
        called at once, soon, or not at all; if not, it is called again when the view or a network is shown.

    Attributes
    ----------
    canvas : WeightsCanvas
        The picture. It takes the keyboard: arrow keys and page keys scroll, +, − and 0 zoom.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_wish: Callable[[], None] | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._on_wish = on_wish
        self._parameters: FloatArray | None = None
        self._slices: list[slice] = []
        self._layer_sizes: tuple[int, ...] = ()
        self._image_shape: tuple[int, int] | None = None
        self._pointed: int | None = None
        self._wish_id: str | None = None
        self._header, self._footer = ttk.Frame(self), ttk.Frame(self)
        self._chooser = ttk.Combobox(self._header, state="readonly")
        Tooltip(self._chooser, style, "The layer whose weights are shown: its inputs → its neurons.")
        self._zoom_frame = ttk.Frame(self._header)
        self._zoom_buttons = [self._zoom_button(*row) for row in (("−", -1), ("+", 1), ("Fit", 0))]
        self.canvas = WeightsCanvas(self, style, on_drawn=self._on_drawn, on_point=self._on_point)
        self._across = ttk.Scrollbar(self, orient="horizontal", command=self.canvas.scroll_across, takefocus=False)
        self._down = ttk.Scrollbar(self, orient="vertical", command=self.canvas.scroll_down, takefocus=False)
        self._color_bar = ColorBar(self._footer, style)
        Tooltip(self._color_bar, style, "The weights of these colours; larger ones have the colours of the ends.")
        self._line = ttk.Label(self._footer, style="Muted.TLabel", font="nnapp-small", width=1)
        self._chooser.bind("<<ComboboxSelected>>", lambda event: self._on_layer(), add="+")
        self.canvas.bind("<Map>", lambda event: self._wish_in(_LEAST_WISH_INTERVAL_MS), add="+")
        self.bind("<Destroy>", self._on_destroy, add="+")
        self._lay_out()
        style.on_change(self, self._lay_out)
        self.show_empty()

    def show_network(self, network: Network, image_shape: tuple[int, ...]) -> None:
        """Show a network, whose parameters are copied. If it is built like the one before, the layer stays.

        Parameters
        ----------
        network : Network
            It must not be changed by another thread meanwhile.
        image_shape : tuple of int
            Height and width of the images it reads.
        """
        is_alike = network.layer_sizes == self._layer_sizes and self._parameters is not None
        self._parameters = network.parameters.copy()
        self._slices, self._layer_sizes = network.weight_slices, network.layer_sizes
        is_picture = len(image_shape) == 2 and int(np.prod(image_shape)) == network.n_inputs
        self._image_shape = (image_shape[0], image_shape[1]) if is_picture else None
        if is_alike:
            self.canvas.show_weights(self._parameters[self._slices[self._chooser.current()]])
        else:
            titles = layer_titles(self._layer_sizes)
            self._chooser.configure(values=titles, state="readonly", width=max(map(len, titles)))
            self._chooser.current(0)
            self._on_layer()
        self._enable_zoom(True)
        self._wish_in(_LEAST_WISH_INTERVAL_MS)

    def show_parameters(self, parameters: FloatArray) -> None:
        """Show newer parameters of the same network.

        Parameters
        ----------
        parameters : array (n_parameters,)
            Kept, so it must not change any more.
        """
        if self._parameters is None or len(parameters) != len(self._parameters):
            return  # of a network that is no longer shown
        is_same = np.array_equal(parameters, self._parameters)
        self._parameters = parameters
        if is_same:
            self._wish_in(_WISH_INTERVAL_UNCHANGED_MS)
        else:
            self.canvas.show_weights(parameters[self._slices[self._chooser.current()]])

    def show_empty(self, sentence: str = _EMPTY) -> None:
        """Show no network, but a sentence that says what will appear."""
        self._parameters = None
        self._layer_sizes = ()
        self._chooser.configure(values=(), state="disabled")
        self._chooser.set("")
        self._enable_zoom(False)
        self.canvas.show_sentence(sentence)

    def show_layer(self, number: int) -> None:
        """Show the weights into a layer, 0 for the first after the inputs."""
        self._chooser.current(number)
        self._on_layer()

    def read_line(self) -> str:
        """Return what is said about the weight under the pointer, or about the colours."""
        return str(self._line["text"])

    def _zoom_button(self, text: str, step: int) -> ttk.Button:
        button = ttk.Button(
            self._zoom_frame, text=text, style="Tool.TButton", command=lambda: self.canvas.zoom_by(step)
        )
        help_text = {-1: "Smaller pictures, more of them.", 1: "Larger pictures.", 0: "As large as all fit."}[step]
        Tooltip(button, self._style, help_text)
        button.pack(side="left")
        return button

    def _enable_zoom(self, is_enabled: bool) -> None:
        for button in self._zoom_buttons:
            button.state(["!disabled" if is_enabled else "disabled"])

    def _lay_out(self) -> None:
        gap = self._style.px(1.5)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._header.grid(row=0, column=0, columnspan=2, sticky="ew", padx=gap, pady=gap)
        self.canvas.grid(row=1, column=0, sticky="nsew")
        self._down.grid(row=1, column=1, sticky="ns")
        self._across.grid(row=2, column=0, sticky="ew")
        self._footer.grid(row=3, column=0, columnspan=2, sticky="ew", padx=gap, pady=gap)
        self._zoom_frame.pack(side="right")
        self._chooser.pack(side="left", fill="x", padx=(0, gap))
        self._line.pack(side="left", fill="x", expand=True)
        self._on_drawn()

    def _on_layer(self) -> None:
        self._chooser.selection_clear()
        if self._parameters is None:
            return
        layer = self._chooser.current()
        n_inputs, n_neurons = self._layer_sizes[layer : layer + 2]
        shape = self._image_shape if layer == 0 and self._image_shape else (n_neurons, n_inputs)
        self.canvas.show_layer(self._parameters[self._slices[layer]], shape)

    def _on_drawn(self) -> None:
        """Bring scale, scrollbars and words up to date with the picture, and ask for the next one."""
        if self._parameters is None:
            self._across.grid_remove()
            self._down.grid_remove()
            self._color_bar.pack_forget()
        else:
            if not self._color_bar.winfo_manager():
                self._color_bar.pack(side="left", before=self._line, padx=(0, self._style.px(1.5)))
            self._color_bar.show_scale(self.canvas.limit, self.canvas.colors[:-1])
            for offset, scrollbar in ((self.canvas.across, self._across), (self.canvas.down, self._down)):
                scrollbar.set(*offset.fractions)
                if offset.is_needed:
                    scrollbar.grid()
                else:
                    scrollbar.grid_remove()
            self._wish_in(max(_LEAST_WISH_INTERVAL_MS, ceil(1000 * self.canvas.budget.wait_s())))
        self._show_line()

    def _on_point(self, index: int | None) -> None:
        self._pointed = index
        self._show_line()

    def _show_line(self) -> None:
        text = ""
        if self._parameters is not None:
            text = colors_sentence(*SIGN_COLOR_NAMES[self._style.colors])
            if self._pointed is not None:
                layer = self._chooser.current()
                width = self._image_shape[1] if layer == 0 and self._image_shape else None
                weight = float(self._parameters[self._slices[layer]][self._pointed])
                text = weight_sentence(self._pointed, self._layer_sizes[layer], weight, width)
        if text != self.read_line():
            self._line.configure(text=text)

    def _wish_in(self, delay_ms: int) -> None:
        if self._on_wish is not None and self._wish_id is None and self._parameters is not None:
            self._wish_id = self.after(delay_ms, self._wish)

    def _wish(self) -> None:
        self._wish_id = None
        if self._on_wish is not None and self.canvas.winfo_viewable():
            self._on_wish()

    def _on_destroy(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self and self._wish_id is not None:
            self.after_cancel(self._wish_id)
            self._wish_id = None

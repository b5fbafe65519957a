"""Shows a network at work: neurons as circles, the strongest signals as lines, the answer; neurons can be selected."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from nnapp.display.diagram_model import DiagramModel
from nnapp.display.network_layout import Neuron
from nnapp.display.network_scene import Answer
from nnapp.display.neuron_steps import end_neuron, next_neuron, paged_neuron
from nnapp.engine.arrays import FloatArray
from nnapp.engine.network import Network
from nnapp.gui.network_canvas import NetworkCanvas
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["NetworkDiagram"]

_EMPTY = "No network yet. Load one: its neurons appear here and respond to what you draw."
_TOOLTIP_DELAY_MS = 60
_TOOLTIP_PX = 600
_STEPS = {"Up": (0, -1), "Down": (0, 1), "Left": (-1, 0), "Right": (1, 0)}
_PAGE_KEYS = {"Prior": -1, "Next": 1}
_END_KEYS = {"Home": False, "End": True}


class NetworkDiagram(ttk.Frame):
    """A network as columns of circles. Tk thread only.

    A click or an arrow key selects a neuron; a click elsewhere or Esc selects none. Layers that do not fit show
    their most active neurons; the arrows under them, the wheel and the page keys show the others.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_select : callable (Neuron or None) -> None
        Called when a person selects another neuron or none.
    on_hover : callable (str) -> None, optional
        Called with what is known of the neuron or connection that the pointer or the keyboard gets to, "" for
        nothing.

    Attributes
    ----------
    canvas : NetworkCanvas
        What is drawn on; it takes the keyboard.
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        on_select: Callable[[Neuron | None], None],
        on_hover: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._on_select = on_select
        self._on_hover = on_hover
        self._model: DiagramModel | None = None
        self._sentence = ""
        self._pointer: tuple[int, int] | None = None
        self._is_stale = False
        self.canvas = NetworkCanvas(self, style, self._on_arranged)
        self.canvas.pack(fill="both", expand=True)
        self._tooltip = Tooltip(self.canvas, style, self._tip, delay_ms=_TOOLTIP_DELAY_MS, wrap_px=_TOOLTIP_PX)
        self._bind_pointer()
        self._bind_keys()
        self.show_empty()

    @property
    def selected(self) -> Neuron | None:
        """The selected neuron."""
        return self._model.selected if self._model is not None else None

    def show_network(
        self, network: Network, class_names: Sequence[str], image_shape: tuple[int, ...] | None = None
    ) -> None:
        """Show a network without an image, nothing selected.

        Parameters
        ----------
        network : Network
            Kept and looked at whenever it is drawn, so it must not change meanwhile.
        class_names : sequence of str
            One per output.
        image_shape : tuple of int, optional
            Height and width of the images, if the inputs are their pixels.
        """
        self._model = DiagramModel(network, class_names, image_shape)
        self._tooltip.hide()
        self.canvas.show_network(network.layer_sizes, class_names)

    def show_empty(self, sentence: str = _EMPTY) -> None:
        """Show no network, but a sentence that says what will appear."""
        self._model = None
        self._tooltip.hide()
        self.canvas.show_sentence(sentence)

    def show_activations(
        self,
        activations: Sequence[FloatArray] | None,
        probabilities: FloatArray | None = None,
        label: int | None = None,
    ) -> None:
        """Show what the network makes of an image, at once if it can be seen.

        Parameters
        ----------
        activations : sequence of array (n_neurons,), or None
            One per layer, inputs first, as `Network.activations` returns them for one image; None for no image.
        probabilities : array (n_classes,), optional
        label : int, optional
            The right class, if it is known.
        """
        if self._model is not None:
            answer = None if activations is None or probabilities is None else Answer(probabilities, label)
            self._model.show_activations(activations, answer)
            self._redraw()

    def select(self, neuron: Neuron | None) -> None:
        """Select a neuron and bring it into sight, or select none. `on_select` is not called."""
        model = self._model
        if model is None:
            return
        model.selected = neuron
        if neuron is not None:
            model.cursor = neuron
            self._bring_into_sight(neuron.layer)
        self._redraw()

    def page(self, layer: int, step: int) -> None:
        """Show other neurons of a layer, so many pages further, or back if `step` is negative."""
        if self._model is not None and self._model.shown.turn(layer, step):
            self._redraw()

    def _on_arranged(self) -> None:
        if self._model is not None and self.canvas.layout is not None:
            self._model.arrange(self.canvas.layout)
            self._redraw()

    def _redraw(self) -> None:
        model = self._model
        if model is None or model.layout is None:
            return
        self._is_stale = not self.canvas.winfo_viewable()
        if not self._is_stale:
            scene = model.compose()
            self.canvas.draw(scene, model.shown, model.scales, model.legend(self._style.colors), model.selected_bias)
            self._outline_cursor()
            self._show_pointed()

    def _bind_pointer(self) -> None:
        canvas = self.canvas
        canvas.bind("<Motion>", self._on_motion, add="+")
        canvas.bind("<Leave>", lambda event: self._leave(), add="+")
        canvas.bind("<Button-1>", self._on_click, add="+")
        canvas.bind("<MouseWheel>", lambda event: self._on_wheel(event, -1 if event.delta > 0 else 1), add="+")
        canvas.bind("<Button-4>", lambda event: self._on_wheel(event, -1), add="+")
        canvas.bind("<Button-5>", lambda event: self._on_wheel(event, 1), add="+")
        for sequence in ("<Map>", "<Expose>"):
            canvas.bind(sequence, lambda event: self._redraw() if self._is_stale else None, add="+")

    def _bind_keys(self) -> None:
        canvas = self.canvas
        for key in (*_STEPS, *_PAGE_KEYS, *_END_KEYS, "Return", "KP_Enter", "space"):
            canvas.bind(f"<{key}>", self._on_key, add="+")
        canvas.bind("<Escape>", self._on_escape, add="+")
        canvas.bind("<FocusIn>", lambda event: self._outline_cursor(), add="+")
        canvas.bind("<FocusOut>", lambda event: self._outline_cursor(), add="+")

    def _on_motion(self, event: tk.Event[tk.Misc]) -> None:
        self._pointer = (event.x, event.y)
        self._show_pointed()

    def _leave(self) -> None:
        self._pointer = None
        self.canvas.outline_hovered(None)
        self._say("")

    def _show_pointed(self) -> None:
        """Outline and name what is under the pointer."""
        model, pointer = self._model, self._pointer
        if pointer is None:
            return
        place = model.layout.slot_at(*pointer) if model is not None and model.layout is not None else None
        is_button = model is not None and model.button_at(*pointer) is not None
        self.canvas.outline_hovered(*(place or (None,)))
        self.canvas.point(is_link=place is not None or is_button)
        sentence = model.sentence_at(*pointer) if model is not None else ""
        if self._tooltip.is_shown and sentence != self._sentence:
            if sentence:
                self._tooltip.show_at(*pointer, sentence)
            else:
                self._tooltip.hide()
        self._say(sentence)

    def _tip(self, x: int, y: int) -> str | None:
        return (self._model.sentence_at(x, y) or None) if self._model is not None else None

    def _on_click(self, event: tk.Event[tk.Misc]) -> None:
        self.canvas.focus_set()
        model = self._model
        if model is None:
            return
        button = model.button_at(event.x, event.y)
        if button is None:
            self._choose(model.neuron_at(event.x, event.y))
        elif button.layer is None:
            self._shift_layers(button.step)
        else:
            self.page(button.layer, button.step)

    def _on_wheel(self, event: tk.Event[tk.Misc], step: int) -> None:
        if self._model is not None and self._model.layout is not None:
            self.page(self._model.layout.layer_at(event.x), step)

    def _on_key(self, event: tk.Event[tk.Misc]) -> str | None:
        model = self._model
        if model is None or model.layout is None:
            return None
        cursor, key, shown = model.visible_cursor(), event.keysym, model.shown
        if key in _STEPS:
            across, down = _STEPS[key]
            if across:
                self._bring_into_sight(cursor.layer + across)
            cursor = next_neuron(model.layout, model.shown, cursor, across, down)
        elif key in _PAGE_KEYS:
            cursor = paged_neuron(shown, cursor, _PAGE_KEYS[key])
        elif key in _END_KEYS:
            cursor = end_neuron(shown, cursor.layer, is_last=_END_KEYS[key])
        self._choose(cursor)
        self._show_tip_at_cursor(cursor)
        return "break"

    def _on_escape(self, _event: tk.Event[tk.Misc]) -> str | None:
        if self.selected is None:
            return None
        self._choose(None)
        return "break"

    def _choose(self, neuron: Neuron | None) -> None:
        """Select what a person has pointed at, and tell if it is another one."""
        is_other = neuron != self.selected
        self.select(neuron)
        if is_other:
            self._on_select(neuron)

    def _bring_into_sight(self, layer: int) -> None:
        """Show other layers if this one is not drawn."""
        layout = self.canvas.layout
        if layout is not None and layout.column_of(layer) is None and 0 <= layer < layout.n_layers:
            n_before = len(layout.columns) - 1 if layer > layout.last_layer else 0
            self.canvas.show_layers(layer - n_before)

    def _shift_layers(self, step: int) -> None:
        layout = self.canvas.layout
        if layout is not None:
            self.canvas.show_layers(layout.first_layer + step * (len(layout.columns) - 1))

    def _outline_cursor(self) -> None:
        """Outline the neuron that the keyboard is on, while it is here."""
        model = self._model
        # Tkinter does not know every widget by name that can have the focus: not the menus of a menu bar.
        if model is None or model.layout is None or str(self.tk.call("focus")) != str(self.canvas):
            self.canvas.outline_cursor(None)
            return
        cursor = model.visible_cursor()
        self.canvas.outline_cursor(cursor.layer, model.shown.slot_of(cursor) or 0)

    def _show_tip_at_cursor(self, cursor: Neuron) -> None:
        model = self._model
        column = model.layout.column_of(cursor.layer) if model is not None and model.layout is not None else None
        slot = model.shown.slot_of(cursor) if model is not None else None
        if model is not None and column is not None and slot is not None:
            sentence = model.neuron_sentence(cursor)
            self._tooltip.show_at(column.x + column.diameter // 2, column.ys[slot] + column.diameter // 2, sentence)
            self._say(sentence)

    def _say(self, sentence: str) -> None:
        if sentence != self._sentence:
            self._sentence = sentence
            if self._on_hover is not None:
                self._on_hover(sentence.replace("\n", " · "))

"""A network diagram without a toolkit: what it shows, what is selected, and what is to be said at a point of it."""

from __future__ import annotations

from collections.abc import Sequence

from nnapp.display.activation_scale import ActivationScale, activation_scale
from nnapp.display.network_layout import Connection, NetworkLayout, Neuron, PageButton
from nnapp.display.network_scene import Answer, Scene, compose_scene
from nnapp.display.neuron_wording import NeuronNames, legend_choices
from nnapp.display.shown_neurons import ShownNeurons
from nnapp.engine.arrays import FloatArray
from nnapp.engine.network import Network

__all__ = ["DiagramModel"]


class DiagramModel:
    """One network in a diagram.

    Parameters
    ----------
    network : Network
        Kept and looked at whenever a scene is composed.
    class_names : sequence of str
        One per output.
    image_shape : tuple of int or None
        Height and width of the images, if the inputs are their pixels.

    Attributes
    ----------
    names : NeuronNames
    layout : NetworkLayout or None
        None until `arrange`.
    shown : ShownNeurons
        Which neuron is where.
    scales : dict of int to ActivationScale
        Of the layers that are drawn, once there were activations.
    scene : Scene
        As last composed.
    selected : Neuron or None
    cursor : Neuron or None
        The neuron that the keyboard is on.
    """

    def __init__(
        self, network: Network, class_names: Sequence[str], image_shape: tuple[int, ...] | None = None
    ) -> None:
        self.network = network
        self.names = NeuronNames(network.layer_sizes, tuple(class_names), image_shape)
        self.layout: NetworkLayout | None = None
        self.shown = ShownNeurons(())
        self.scales: dict[int, ActivationScale] = {}
        self.scene = Scene()
        self.selected: Neuron | None = None
        self.cursor: Neuron | None = None
        self._functions = ("inputs", *network.activation_names)
        self._activations: tuple[FloatArray, ...] | None = None
        self._answer: Answer | None = None

    @property
    def has_activations(self) -> bool:
        """Whether there is an image."""
        return self._activations is not None

    def arrange(self, layout: NetworkLayout) -> None:
        """Take new places, of which there may be more or fewer than before; all layers are back at their first page."""
        self.layout, self.shown = layout, ShownNeurons(layout.columns)

    def show_activations(self, activations: Sequence[FloatArray] | None, answer: Answer | None) -> None:
        """Take in what the network makes of an image; None for no image."""
        self._activations = None if activations is None else tuple(activations)
        self._answer = answer

    def compose(self) -> Scene:
        """Return what is to be drawn now."""
        layout, activations = self.layout, self._activations
        assert layout is not None, "arrange first"
        self.shown.keep(self.selected)
        if activations is not None:
            self.shown.show_activations(activations)
            for column in layout.columns:
                layer = column.layer
                before = self.scales.get(layer)
                self.scales[layer] = activation_scale(self._functions[layer], activations[layer], before)
        self.scene = compose_scene(
            self.network, layout, self.shown, activations, self.scales, self._answer, self.selected
        )
        return self.scene

    def neuron_at(self, x: float, y: float) -> Neuron | None:
        """Return the neuron at a point."""
        place = self.layout.slot_at(x, y) if self.layout is not None else None
        return None if place is None else self.neuron_in(*place)

    def neuron_in(self, layer: int, slot: int) -> Neuron:
        """Return the neuron in a slot."""
        return Neuron(layer, int(self.shown.neurons(layer)[slot]))

    def visible_cursor(self) -> Neuron:
        """Return the neuron that the keyboard is on, one that has a place: at first the answer."""
        assert self.layout is not None, "arrange first"
        cursor = self.cursor
        if cursor is not None and self.shown.slot_of(cursor) is not None:
            return cursor
        layer = self.layout.last_layer if cursor is None else cursor.layer
        if self.layout.column_of(layer) is None:
            layer = self.layout.last_layer
        answer = None if self._answer is None else Neuron(self.layout.n_layers - 1, self._answer.predicted)
        if answer is not None and answer.layer == layer and self.shown.slot_of(answer) is not None:
            return answer
        return self.neuron_in(layer, 0)

    def connection_at(self, x: float, y: float) -> Connection | None:
        """Return the connection at a point, if it is one that stands out."""
        if self.layout is None:
            return None
        for lines in self.scene.lines:
            found = self.layout.line_at(x, y, lines.layer, lines.sources, lines.targets)
            if found is not None:
                source = self.neuron_in(lines.layer - 1, int(lines.sources[found]))
                return Connection(source, self.neuron_in(lines.layer, int(lines.targets[found])))
        return None

    def button_at(self, x: float, y: float) -> PageButton | None:
        """Return the arrow at a point, if it leads somewhere."""
        button = self.layout.button_at(x, y) if self.layout is not None else None
        if button is None or button.layer is None or self.shown.can_turn(button.layer, button.step):
            return button
        return None

    def sentence_at(self, x: float, y: float) -> str:
        """Return what is known of the neuron, connection or arrow at a point; "" where there is none."""
        button = self.button_at(x, y)
        if button is not None:
            return self._button_sentence(button)
        neuron = self.neuron_at(x, y)
        if neuron is not None:
            return self.neuron_sentence(neuron)
        connection = self.connection_at(x, y)
        return "" if connection is None else self._connection_sentence(connection)

    def neuron_sentence(self, neuron: Neuron) -> str:
        """Return what is known of a neuron, in a second line its connection with the selected one."""
        sentence = self.names.neuron_sentence(neuron, self.network, self._activation(neuron))
        selected = self.selected
        if selected is not None and neuron.layer == selected.layer - 1:
            return f"{sentence}\n{self._connection_sentence(Connection(neuron, selected))}"
        if selected is not None and selected.layer == 0 and neuron.layer == 1:
            return f"{sentence}\n{self._connection_sentence(Connection(selected, neuron))}"
        return sentence

    @property
    def selected_bias(self) -> float | None:
        """The bias of the selected neuron, if there is one and it has one."""
        selected = self.selected
        if selected is None or selected.layer == 0:
            return None
        return float(self.network.dense_layers[selected.layer - 1].biases[selected.index])

    def legend(self, colors: str) -> list[str]:
        """Return sentences that say what is drawn, the longest first; `colors` as for `palette`."""
        return legend_choices(self.names, self.selected, self.selected_bias, colors, is_alive=self.has_activations)

    def _connection_sentence(self, connection: Connection) -> str:
        activation = self._activation(connection.source)
        return self.names.connection_sentence(connection, self.network, activation)

    def _button_sentence(self, button: PageButton) -> str:
        if button.layer is None:
            return "Layers before these" if button.step < 0 else "Layers after these"
        if button.step < 0 and self.shown.page(button.layer) == 1:
            return "The most active neurons (PageUp)"
        return "Neurons before these, by number (PageUp)" if button.step < 0 else "More neurons, by number (PageDown)"

    def _activation(self, neuron: Neuron) -> float | None:
        return None if self._activations is None else float(self._activations[neuron.layer][neuron.index])

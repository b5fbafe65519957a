"""What a network diagram shows at a moment: how bright each neuron is, which connections stand out, and the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnapp.display.activation_scale import ActivationScale
from nnapp.display.network_layout import NetworkLayout, Neuron
from nnapp.display.shown_neurons import ShownNeurons
from nnapp.display.weight_sheet import color_limit
from nnapp.engine.arrays import FloatArray, IntArray
from nnapp.engine.network import Network

__all__ = ["Answer", "Lines", "Scene", "Selection", "compose_scene", "weight_strengths"]

_PIXELS_PER_SIGNAL = 3  # of the distance between two layers, so that narrow gaps are not filled with lines
_SIGNAL_COUNTS = (16, 60)
_LEAST_SIGNAL = 0.08
_FULL_COLOR = 0.5  # of the limit for areas: a line's colour is harder to tell


@dataclass(frozen=True)
class Answer:
    """What the network says to an image.

    Attributes
    ----------
    probabilities : array (n_classes,)
    label : int or None
        The right class, if it is known.
    """

    probabilities: FloatArray
    label: int | None = None

    @property
    def predicted(self) -> int:
        """The most probable class."""
        return int(self.probabilities.argmax())

    @property
    def is_right(self) -> bool | None:
        """Whether that is the right one; None if nobody knows."""
        return None if self.label is None else self.label == self.predicted


@dataclass(frozen=True)
class Lines:
    """Connections into a layer that stand out.

    Attributes
    ----------
    layer : int
        Where they end; they start in the layer before.
    sources, targets : array (n_connections,)
        Slots of their ends.
    strengths : array (n_connections,)
        −1…1, the weakest first.
    """

    layer: int
    sources: IntArray
    targets: IntArray
    strengths: FloatArray


@dataclass(frozen=True)
class Selection:
    """The selected neuron as it is drawn.

    Attributes
    ----------
    layer : int
    slot : int
    bias_strength : float or None
        −1…1; None for an input, which has no bias.
    """

    layer: int
    slot: int
    bias_strength: float | None


@dataclass(frozen=True)
class Scene:
    """What a picture shows.

    Attributes
    ----------
    levels : mapping of int to array (n_slots,) of uint8
        How bright the neurons of each layer are, 0 for black to 255 for white; empty if there is no image.
    lines : tuple of Lines
        Strengths are signals, or weights if `shows_weights`.
    shows_weights : bool
        Whether a neuron is selected.
    ring_strengths : mapping of int to array (n_slots,)
        For layers with borders coloured by weight, −1…1.
    selection : Selection or None
        None also if the selected neuron is on another page.
    output_neurons : array (n_slots,)
        The class in each slot of the last layer.
    answer : Answer or None
        None if there is no image.
    """

    levels: Mapping[int, NDArray[np.uint8]] = field(default_factory=dict)
    lines: tuple[Lines, ...] = ()
    shows_weights: bool = False
    ring_strengths: Mapping[int, FloatArray] = field(default_factory=dict)
    selection: Selection | None = None
    output_neurons: IntArray = field(default_factory=lambda: np.empty(0, np.int64))
    answer: Answer | None = None


def compose_scene(
    network: Network,
    layout: NetworkLayout,
    shown: ShownNeurons,
    activations: Sequence[FloatArray] | None,
    scales: Mapping[int, ActivationScale],
    answer: Answer | None,
    selected: Neuron | None,
) -> Scene:
    """Put together what a diagram shows.

    Parameters
    ----------
    shown : ShownNeurons
        For the columns of `layout`; it has taken in the activations.
    activations : sequence of array (n_neurons,), or None
        One per layer, inputs first; None if there is no image.
    scales : mapping of int to ActivationScale
        Of every layer that is drawn.
    answer, selected
        As for `Scene`.
    """
    levels = {}
    if activations is not None:
        for column in layout.columns:
            values = activations[column.layer][shown.neurons(column.layer)]
            levels[column.layer] = scales[column.layer].levels(values)
    output_neurons = shown.neurons(layout.last_layer)
    if selected is not None:
        selection, lines, ring_strengths = _weights_of(network, layout, shown, selected)
        drawn = () if lines is None else (lines,)
        return Scene(levels, drawn, True, ring_strengths, selection, output_neurons, answer)
    signals = () if activations is None else _signals(network, layout, shown, activations)
    return Scene(levels, signals, output_neurons=output_neurons, answer=answer)


def weight_strengths(weights: FloatArray, limit: float) -> FloatArray:
    """Return how strongly weights or biases are coloured, −1…1, of the shape of `weights`.

    Parameters
    ----------
    limit : float
        Where colours are full. Below it the strength falls with the square root: lines and borders are thin, and
        a tenth of a colour would not be told from black.
    """
    strengths: FloatArray = np.sign(weights) * np.sqrt(np.minimum(np.abs(weights) / limit, 1))
    return np.nan_to_num(strengths)


def _signals(
    network: Network, layout: NetworkLayout, shown: ShownNeurons, activations: Sequence[FloatArray]
) -> tuple[Lines, ...]:
    """Return the connections between shown neurons that carry the most, weight × activation.

    Strengths are relative to the strongest signal between the same two layers.
    """
    found = []
    for source, target in zip(layout.columns, layout.columns[1:], strict=False):
        sources, targets = shown.neurons(source.layer), shown.neurons(target.layer)
        weights = network.dense_layers[target.layer - 1].weights[targets[:, None], sources]
        signals = np.nan_to_num((weights * activations[source.layer][sources]).ravel())
        sizes = np.abs(signals)
        fewest, most = _SIGNAL_COUNTS
        n_signals = min(max((target.x - source.x) // _PIXELS_PER_SIGNAL, fewest), most)
        strongest = np.argsort(sizes)[-n_signals:]
        limit = float(sizes[strongest[-1]])
        strongest = strongest[sizes[strongest] > _LEAST_SIGNAL * limit]
        target_slots, source_slots = np.divmod(strongest, len(sources))
        found.append(Lines(target.layer, source_slots, target_slots, signals[strongest] / (limit or 1)))
    return tuple(found)


def _weights_of(
    network: Network, layout: NetworkLayout, shown: ShownNeurons, selected: Neuron
) -> tuple[Selection | None, Lines | None, dict[int, FloatArray]]:
    """Return what a selection adds: the neuron, the connections into it, and the borders of where they start.

    An input has no connections into it; for one, those out of it are shown.
    """
    is_input = selected.layer == 0
    other_layer = 1 if is_input else selected.layer - 1
    slot = shown.slot_of(selected)
    dense = network.dense_layers[max(selected.layer - 1, 0)]
    weights = dense.weights[:, selected.index] if is_input else dense.weights[selected.index]
    limit = _FULL_COLOR * color_limit(weights)
    selection = None
    if slot is not None:
        bias = None if is_input else weight_strengths(dense.biases[selected.index : selected.index + 1], limit)
        selection = Selection(selected.layer, slot, None if bias is None else float(bias[0]))
    if layout.column_of(other_layer) is None:
        return selection, None, {}
    strengths = weight_strengths(weights[shown.neurons(other_layer)], limit)
    lines = None
    if slot is not None:
        others = np.argsort(np.abs(strengths), kind="stable")
        own = np.full(len(others), slot)
        sources, targets = (own, others) if is_input else (others, own)
        lines = Lines(max(selected.layer, 1), sources, targets, strengths[others])
    return selection, lines, {other_layer: strengths}

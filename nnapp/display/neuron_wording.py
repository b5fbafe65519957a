"""What a network diagram says: names of layers and neurons, and their values. Everything is counted from 1."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from nnapp.display.network_layout import Connection, Neuron
from nnapp.display.palettes import SIGN_COLOR_NAMES
from nnapp.display.weight_wording import colors_sentence
from nnapp.engine.network import Network

__all__ = ["NeuronNames", "layer_name", "legend_choices", "signed"]


def layer_name(layer: int, n_layers: int) -> str:
    """Return "inputs", "layer 1", … or "outputs"."""
    if layer == 0:
        return "inputs"
    return "outputs" if layer == n_layers - 1 else f"layer {layer}"


def signed(value: float, decimals: int = 3) -> str:
    """Return a number with its sign, "+0.310" or "−0.310", and what would be 0.000 as "+3e-05"; zero has no sign."""
    digits = f"{abs(value):.{decimals}f}"
    if value and float(digits) == 0:
        digits = f"{abs(value):.0e}"
    return digits if value == 0 else f"{'−' if value < 0 else '+'}{digits}"


@dataclass(frozen=True)
class NeuronNames:
    """Names the neurons of one network.

    Attributes
    ----------
    layer_sizes : tuple of int
        Inputs first.
    class_names : tuple of str
        One per output.
    image_shape : tuple of int or None
        Height and width of the images, if the inputs are their pixels.
    """

    layer_sizes: tuple[int, ...]
    class_names: tuple[str, ...]
    image_shape: tuple[int, ...] | None = None

    def title(self, neuron: Neuron) -> str:
        """Return "row 6, column 12", "layer 1, neuron 42" or "output 7"."""
        if neuron.layer == 0:
            shape = self.image_shape
            if shape is None or len(shape) != 2 or prod(shape) != self.layer_sizes[0]:
                return f"input {neuron.index + 1:,}"
            row, column = divmod(neuron.index, shape[1])
            return f"row {row + 1}, column {column + 1}"
        if neuron.layer == len(self.layer_sizes) - 1:
            return f"output {self.class_names[neuron.index]}"
        return f"layer {neuron.layer}, neuron {neuron.index + 1:,}"

    def neuron_sentence(self, neuron: Neuron, network: Network, activation: float | None) -> str:
        """Say what is known of a neuron: its activation, if there is one, and its bias, if it has one."""
        parts = [self.title(neuron)]
        if activation is not None:
            parts.append(f"{'value' if neuron.layer == 0 else 'activation'} {activation:.3f}".replace("-", "−"))
        if neuron.layer > 0:
            parts.append(f"bias {signed(float(network.dense_layers[neuron.layer - 1].biases[neuron.index]))}")
        return f"{parts[0]}: {', '.join(parts[1:])}" if len(parts) > 1 else parts[0]

    def connection_sentence(self, connection: Connection, network: Network, activation: float | None) -> str:
        """Say the weight of a connection, and what it carries if the activation of its source is known."""
        source, target = connection.source, connection.target
        weight = float(network.dense_layers[target.layer - 1].weights[target.index, source.index])
        sentence = f"{self.title(source)} → {self.title(target)}: weight {signed(weight)}"
        if activation is None:
            return sentence
        shown_activation = f"{activation:.3f}".replace("-", "−")
        return f"{sentence} × {shown_activation} = {signed(weight * activation)}"


def legend_choices(
    names: NeuronNames, selected: Neuron | None, bias: float | None, colors: str, *, is_alive: bool
) -> list[str]:
    """Return sentences that say what the lines and borders of a diagram mean, the longest first.

    Parameters
    ----------
    selected : Neuron or None
        The neuron whose weights are shown; None while signals are.
    bias : float or None
        Of that neuron.
    colors : {"standard", "colour-blind"}
    is_alive : bool
        Whether there is an image.
    """
    positive, negative = SIGN_COLOR_NAMES[colors]
    if selected is None:
        if not is_alive:
            return ["Draw a digit or choose an image, and the neurons respond.", "No image yet."]
        signs = f"{positive} +, {negative} −"
        return [
            f"Lines: the strongest signals, weight × activation ({signs}). Click a neuron for its weights.",
            f"Lines: the strongest signals, weight × activation ({signs})",
            f"Strongest signals ({signs})",
        ]
    signs, title = colors_sentence(positive, negative), names.title(selected)
    if bias is None:
        return [f"{title}: weights out of it ({signs}). Esc clears.", f"{title}: weights out of it", title]
    title = f"{title}, bias {signed(bias)}"
    return [
        f"{title}: border and weights into it ({signs}). Esc clears.",
        f"{title}: border and weights into it ({signs})",
        f"{title}: weights into it ({signs})",
        title,
    ]

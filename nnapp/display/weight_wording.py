"""What the view of the weights says: the names of the layers, and the weight under the pointer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

__all__ = ["colors_sentence", "layer_titles", "weight_sentence"]


def layer_titles(layer_sizes: Sequence[int]) -> list[str]:
    """Return a title for the weights into every layer after the inputs.

    Parameters
    ----------
    layer_sizes : sequence of int
        Inputs first, at least two.
    """
    n_layers = len(layer_sizes) - 1
    pairs = pairwise(layer_sizes)
    return [
        f"Layer {number}{', outputs' if number == n_layers else ''}: {n_inputs:,} → {n_outputs:,}"
        for number, (n_inputs, n_outputs) in enumerate(pairs, 1)
    ]


def weight_sentence(index: int, n_inputs: int, weight: float, image_width: int | None) -> str:
    """Say which weight of a layer it is, everything counted from 1.

    Parameters
    ----------
    index : int
        Into the weights of the layer (n_outputs, n_inputs), row by row.
    image_width : int or None
        Pixels in a row, if the inputs are pixels.
    """
    neuron, place = divmod(index, n_inputs)
    source = f"input {place + 1:,}"
    if image_width is not None:
        row, column = divmod(place, image_width)
        source = f"row {row + 1}, column {column + 1}"
    sign = "−" if weight < 0 else "+"
    return f"neuron {neuron + 1:,}, {source}: {sign}{abs(weight):.4f}"


def colors_sentence(positive: str, negative: str) -> str:
    """Say what the colours of weights mean, from the names of the two that are in force."""
    return f"{positive} +, {negative} −, black 0"

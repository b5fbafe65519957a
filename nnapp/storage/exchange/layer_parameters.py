"""The weights and biases of a network layer by layer, with a name for each layer, as exports write them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.network import Network
from nnapp.storage.network_payload import encode_parameters

__all__ = ["LayerParameters", "layer_parameters"]


@dataclass(frozen=True, eq=False)
class LayerParameters:
    """One dense layer.

    Attributes
    ----------
    name : str
        ``hidden_1``, ``hidden_2``, … and ``output``.
    weights : array (n_outputs, n_inputs) of float32 in little-endian
    biases : array (n_outputs,) of the same
    activation : str
        Entry of `ACTIVATIONS`.
    """

    name: str
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]
    activation: str


def layer_parameters(network: Network) -> Iterator[LayerParameters]:
    """Yield the layers of a network, first to last: views of one copy of its parameters, rounded to float32.

    Raises
    ------
    NetworkError
        If a weight or bias is not a finite number of 32 bits.
    """
    values = np.frombuffer(encode_parameters(network), "<f4")
    start = 0
    for number, (dense, activation) in enumerate(zip(network.dense_layers, network.activation_names, strict=True), 1):
        end_of_weights, end = start + dense.n_outputs * dense.n_inputs, start + dense.n_parameters
        yield LayerParameters(
            name="output" if number == len(network.dense_layers) else f"hidden_{number}",
            weights=values[start:end_of_weights].reshape(dense.n_outputs, dense.n_inputs),
            biases=values[end_of_weights:end],
            activation=activation,
        )
        start = end

"""The gradient of one neuron with respect to the inputs, carried back by the layers' own `backward`."""

from __future__ import annotations

import numpy as np

from nnapp.engine.arrays import FloatArray
from nnapp.engine.layers import ActivationLayer, Dense, Dropout, Layer
from nnapp.engine.network import Network
from nnapp.errors import NetworkError

__all__ = ["check_neuron", "input_gradient"]


def check_neuron(network: Network, layer: int, neuron: int) -> None:
    """Refuse a neuron that the network does not have, or that is an input.

    Parameters
    ----------
    layer : int
        Counted as in `Network.activations`: 0 are the inputs, the last are the outputs.
    neuron : int
        From 0.

    Raises
    ------
    NetworkError
    """
    sizes = network.layer_sizes
    if not 1 <= layer < len(sizes):
        raise NetworkError(f"The layer of a neuron must be 1…{len(sizes) - 1}, 0 being the inputs; got {layer}.")
    if not 0 <= neuron < sizes[layer]:
        raise NetworkError(f"The neuron of layer {layer} must be 0…{sizes[layer] - 1}; got {neuron}.")


def input_gradient(
    network: Network, inputs: FloatArray, layer: int, neuron: int, *, before_activation: bool
) -> tuple[float, FloatArray]:
    """Return a neuron's value for one image, and its derivative with respect to each input.

    Dropout is not applied, as outside training. Any thread may call this.

    Parameters
    ----------
    inputs : array (1, n_inputs)
        In the network's dtype; not changed.
    layer, neuron : int
        As for `check_neuron`.
    before_activation : bool
        Whether the value is the weighted sum z, or the activation a = f(z).

    Returns
    -------
    value : float
    gradient : array (n_inputs,)
        A new array.

    Raises
    ------
    NetworkError
        If there is no such neuron.
    """
    check_neuron(network, layer, neuron)
    layers = _layers_to(network, layer)
    if before_activation and isinstance(layers[-1], ActivationLayer):
        del layers[-1]
    # `backward` also writes the gradient of the parameters, which nobody reads here: one array takes them all.
    scratch = np.empty(max(each.n_parameters for each in layers), network.dtype)
    values, tapes = inputs, []
    for each in layers:
        tape = each.new_tape(
            values, scratch[: each.n_parameters], may_overwrite_inputs=False, wants_input_gradient=True, rng=None
        )
        values = each.forward(values, tape)
        tapes.append(tape)
    value = float(values[0, neuron])
    gradient = np.zeros_like(values)
    gradient[0, neuron] = 1
    for each, tape in zip(reversed(layers), reversed(tapes), strict=True):
        earlier = each.backward(gradient, tape)
        assert earlier is not None  # every layer was asked for it
        gradient = earlier
    return value, gradient[0]


def _layers_to(network: Network, layer: int) -> list[Layer]:
    """Return the layers that lead from the inputs to the activations of `layer`."""
    found: list[Layer] = []
    n_dense = 0
    for each in network.layers:
        if isinstance(each, Dense):
            n_dense += 1
            if n_dense > layer:
                break
        if not isinstance(each, Dropout):
            found.append(each)
    return found

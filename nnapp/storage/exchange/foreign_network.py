"""Networks as other programs' files hold them, and how they become networks of nnapp.

A `.nn` file says everything. The files of other programs often hold weights and biases only: which
activation functions they are for, and whether a pixel was 0…1 or 0…255 when they were trained, is in
the program that wrote them. A reader therefore returns a `ForeignNetwork`, which has gaps; `complete`
fills them with what a person says, and never with a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray
from nnapp.engine.network import MAX_LAYERS, MAX_NEURONS, MAX_PARAMETERS
from nnapp.errors import NetworkError
from nnapp.storage.exchange.input_scaling import UNIT_SCALING, InputScaling
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_payload import count_parameters, first_not_finite, place_of

__all__ = ["ForeignNetwork", "as_foreign", "chain", "check_finite", "check_layer_sizes", "rounded"]


@dataclass(frozen=True, eq=False)
class ForeignNetwork:
    """What a file of another program says, before questions are answered.

    Attributes
    ----------
    weights : tuple of array (n_outputs, n_inputs) of float32
        One per layer, first to last.
    biases : tuple of array (n_outputs,) of float32
    activations : tuple of (str or None)
        Entries of `ACTIVATIONS`, one per layer; None where the file does not say.
    input_scaling : InputScaling or None
        None where the file does not say.
    class_names : tuple of str
    input_shape : tuple of int
    loss : str or None
        Entry of `LOSSES`.
    temperature : float
        See `NetworkMetadata`; left out by `complete` where the outputs have none.
    notes : tuple of str
        Sentences about what was understood and what was left out.
    """

    weights: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32], ...]
    activations: tuple[str | None, ...]
    input_scaling: InputScaling | None = None
    class_names: tuple[str, ...] = ()
    input_shape: tuple[int, ...] = ()
    loss: str | None = None
    temperature: float = 1.0
    notes: tuple[str, ...] = ()

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Number of neurons in each layer, inputs first."""
        return (self.weights[0].shape[1], *(len(biases) for biases in self.biases))


def check_layer_sizes(layer_sizes: Sequence[int], source: str) -> None:
    """Refuse a network that nnapp cannot hold, before memory is taken for it.

    Parameters
    ----------
    layer_sizes : sequence of int
        Inputs first.
    source : str
        What to call the file in the sentence of an error.

    Raises
    ------
    NetworkError
        If layers, neurons or parameters are too many, or a layer has no neuron.
    """
    if not 2 <= len(layer_sizes) <= MAX_LAYERS:
        raise NetworkError(
            f"The network in {source} must have 2 to {MAX_LAYERS} layers, inputs included; got {len(layer_sizes)}."
        )
    for size in layer_sizes:
        if not 1 <= size <= MAX_NEURONS:
            raise NetworkError(
                f"A layer of the network in {source} must have 1 to {MAX_NEURONS:,} neurons; got {size:,}."
            )
    n_parameters = count_parameters(layer_sizes)
    if n_parameters > MAX_PARAMETERS:
        raise NetworkError(
            f"The network in {source} must have at most {MAX_PARAMETERS:,} weights and biases; got {n_parameters:,}."
        )


def chain(
    layers: Sequence[tuple[NDArray[Any], NDArray[Any]]], source: str
) -> tuple[tuple[NDArray[np.float32], ...], tuple[NDArray[np.float32], ...]]:
    """Return the weights and the biases of layers, checked and rounded to float32.

    Parameters
    ----------
    layers : sequence of (array (n_outputs, n_inputs), array (n_outputs,))
        Real numbers of any type, first layer first.
    source : str
        What to call the file in the sentence of an error.

    Raises
    ------
    NetworkError
        If a layer does not take what the one before it gives, the network is too large, or a number
        is not finite in 32 bits.
    """
    for number, (weights, biases) in enumerate(layers, 1):
        if weights.ndim != 2 or biases.shape != weights.shape[:1]:
            raise NetworkError(
                f"Layer {number} of {source} must have weights (outputs × inputs) and one bias per output; "
                f"got the shapes {weights.shape} and {biases.shape}."
            )
    for number, ((before, _), (after, _)) in enumerate(pairwise(layers), 2):
        if after.shape[1] != before.shape[0]:
            raise NetworkError(
                f"Layer {number} of {source} must take the {before.shape[0]} outputs of layer {number - 1}; "
                f"got {after.shape[1]} inputs."
            )
    layer_sizes = [*(weights.shape[1] for weights, _ in layers[:1]), *(weights.shape[0] for weights, _ in layers)]
    check_layer_sizes(layer_sizes, source)
    all_weights = tuple(rounded(weights) for weights, _ in layers)
    all_biases = tuple(rounded(biases) for _, biases in layers)
    check_finite(all_weights, all_biases, source)
    return all_weights, all_biases


def as_foreign(stored: StoredNetwork) -> ForeignNetwork:
    """Return a network as if another program had written it, saying all that it says (views of its parameters)."""
    network, metadata = stored.network, stored.metadata
    return ForeignNetwork(
        weights=tuple(np.asarray(dense.weights, np.float32) for dense in network.dense_layers),
        biases=tuple(np.asarray(dense.biases, np.float32) for dense in network.dense_layers),
        activations=network.activation_names,
        input_scaling=UNIT_SCALING,
        class_names=metadata.class_names,
        input_shape=metadata.input_shape,
        loss=metadata.loss,
        temperature=metadata.temperature,
    )


def rounded(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return values as contiguous float32, infinite where they are too large (a copy only where needed)."""
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is then refused with its place
        return np.ascontiguousarray(values, np.float32)


def check_finite(weights: Sequence[FloatArray], biases: Sequence[FloatArray], source: str) -> None:
    """Refuse weights (n_outputs, n_inputs) and biases (n_outputs,) that are not finite, with a `NetworkError`."""
    for number, (layer_weights, layer_biases) in enumerate(zip(weights, biases, strict=True), 1):
        n_outputs, n_inputs = layer_weights.shape
        for values, start in ((layer_weights.reshape(-1), 0), (layer_biases, n_outputs * n_inputs)):
            index = first_not_finite(values)
            if index is not None:
                place = place_of(start + index, (n_inputs, n_outputs)).replace("layer 1", f"layer {number}")
                raise NetworkError(f"{place} of {source} must be a finite number of 32 bits; got {values[index]}.")

"""The ways in which arrays can be put together to layers, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from numpy.typing import NDArray

from nnapp.storage.exchange.array_names import ORIENTATIONS, ArrayName, Orientation

__all__ = ["Layer", "layer_sizes", "named_readings", "positional_readings"]

_MAX_PERMUTED = 5
"""Layers without numbers whose order is found by their sizes: 5! = 120 orders are tried."""


@dataclass(frozen=True, eq=False)
class Layer:
    """The arrays of one layer as they stand in a file.

    Attributes
    ----------
    name : str
        Of its weights.
    weights : array
        Of two dimensions, if this is a layer at all.
    biases : array or None
    is_theta : bool
        Whether the weights hold the biases in front, as those of one more input.
    """

    name: str
    weights: NDArray[Any]
    biases: NDArray[Any] | None
    is_theta: bool = False


def layer_sizes(layers: Sequence[Layer], orientation: Orientation) -> list[int] | None:
    """Return the sizes, inputs first, that layers make in an orientation; None if they make no chain."""
    sizes: list[int] = []
    for layer in layers:
        if layer.weights.ndim != 2 or not layer.weights.size:
            return None
        n_outputs, n_inputs = layer.weights.shape if orientation == "outputs-inputs" else layer.weights.shape[::-1]
        n_inputs -= layer.is_theta
        if n_inputs < 1 or (sizes and sizes[-1] != n_inputs):
            return None
        if layer.biases is not None and not _is_row_of(layer.biases, n_outputs):
            return None
        sizes = [*(sizes or [n_inputs]), n_outputs]
    return sizes


def _is_row_of(biases: NDArray[Any], n_outputs: int) -> bool:
    """Return whether biases are of a shape such as (n,), (1, n) or (n, 1)."""
    return biases.size == n_outputs and n_outputs in (*biases.shape, 1)


def named_readings(
    arrays: Mapping[str, tuple[ArrayName, NDArray[Any]]], implied: Orientation | None, is_ordered: bool = True
) -> Iterator[list[Layer]]:
    """Yield the orders of layers whose arrays have names that say what they are.

    Parameters
    ----------
    arrays : mapping of str to (ArrayName, array)
        In the order of the file.
    implied : str or None
        The orientation of the weights, if it is known; it may decide the order where numbers do not.
    is_ordered : bool
        Whether the order of the file is one that its writer chose.
    """
    weights = [(name, *pair) for name, pair in arrays.items() if pair[0].role in ("weights", "theta")]
    biases = {pair[0].layer: pair[1] for pair in arrays.values() if pair[0].role == "biases"}
    n_biases = sum(meaning.role == "biases" for meaning, _ in arrays.values())
    keys = [meaning.layer for _, meaning, _ in weights]
    if len(set(keys)) < len(keys) or len(biases) < n_biases:
        return  # two arrays for one place
    if not set(biases) <= set(keys):
        # Names such as W_ih and b_hidden: the layers cannot be told from them, only the order.
        if not is_ordered or len(biases) != len(keys):
            return
        biases = dict(zip(keys, biases.values(), strict=True))
    layers = {
        meaning.layer: Layer(name, values, biases.get(meaning.layer), meaning.role == "theta")
        for name, meaning, values in weights
    }
    meanings = [meaning for _, meaning, _ in weights]
    has_numbers = len({meaning.numbers for meaning in meanings}) == len(meanings)
    if has_numbers and len({meaning.words for meaning in meanings}) == 1:
        yield [layers[key] for key in sorted(layers)]
        return
    in_file_order = list(layers.values())
    # Of layers called fc1, fc2 and classifier, the one without a number is the last.
    by_number = [layers[meaning.layer] for meaning in sorted(meanings, key=lambda m: (not m.numbers, m.numbers))]
    orders = [in_file_order] if is_ordered else []
    if has_numbers:
        orders.insert(0 if all(meaning.numbers for meaning in meanings) else len(orders), by_number)
    yield from orders
    yield from _only_order(in_file_order, implied)


def _only_order(layers: Sequence[Layer], implied: Orientation | None) -> Iterator[list[Layer]]:
    """Yield the order that the sizes allow, if they allow one only."""
    if len(layers) > _MAX_PERMUTED:
        return
    fits = {
        way: [list(order) for order in permutations(layers) if layer_sizes(order, way) is not None]
        for way in ORIENTATIONS
    }
    fitting = [order for way in ORIENTATIONS for order in fits[way]]
    if implied is not None and fits[implied]:
        fitting = fits[implied]  # what fits the other way round is not meant then
    if len(fitting) == 1:
        yield fitting[0]


def positional_readings(arrays: Mapping[str, NDArray[Any]]) -> Iterator[list[Layer]]:
    """Yield the ways to read arrays that have numbers or nothing for names: ``arr_0``, ``arr_1``, …

    They are weights and biases in turn, all weights and then all biases, or weights only.
    """
    numbered = list(arrays.items())
    half = len(numbered) // 2
    if numbered and len(numbered) % 2 == 0:
        yield _paired(numbered[0::2], numbered[1::2])
        yield _paired(numbered[:half], numbered[half:])
    yield [Layer(name, values, None) for name, values in numbered]


def _paired(weights: Sequence[tuple[str, NDArray[Any]]], biases: Sequence[tuple[str, NDArray[Any]]]) -> list[Layer]:
    return [Layer(name, values, row) for (name, values), (_, row) in zip(weights, biases, strict=True)]

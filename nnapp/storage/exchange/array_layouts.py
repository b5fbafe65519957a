"""From arrays with names to layers: which array is which, in which order, and which way round.

A mistake here would give a network that opens and answers nonsense, so nothing is guessed: names say
what they say, the sizes must make a chain, and where two readings remain the file is refused with
both of them named. https://pytorch.org/docs/stable/generated/torch.nn.Linear.html stores weights as
outputs × inputs; Keras and scikit-learn store inputs × outputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import MissingAnswerError, NetworkError
from nnapp.storage.exchange.array_names import (
    ORIENTATIONS,
    ArrayName,
    Orientation,
    check_array_name,
    parse_array_name,
    shown_name,
)
from nnapp.storage.exchange.array_order import Layer, layer_sizes, named_readings, positional_readings
from nnapp.storage.exchange.foreign_network import ForeignNetwork, chain, check_layer_sizes
from nnapp.storage.exchange.network_words import described

__all__ = ["Orientation", "network_from_arrays"]

_MAX_ARRAYS = 4096
_MAX_EXACT_WHOLE = 2**24  # float32 holds all whole numbers up to here
_SHOWN_ARRAYS = 12


@dataclass(frozen=True, eq=False)
class _Sorted:
    """The arrays of a file by what they are for."""

    parameters: dict[str, tuple[ArrayName, NDArray[Any]]]
    notes: tuple[str, ...]


def network_from_arrays(
    arrays: Mapping[str, NDArray[Any]],
    source: str,
    *,
    orientation: Orientation | None = None,
    implied: Orientation | None = None,
    is_ordered: bool = True,
    words: Mapping[str, Any] | None = None,
) -> ForeignNetwork:
    """Return the network that named arrays make.

    Parameters
    ----------
    arrays : mapping of str to array
        In the order of the file. Weights of two dimensions, biases of shape (n,), (1, n) or (n, 1);
        lists of arrays are given as ``weights_0``, ``weights_1``, …
    source : str
        What to call the file in the sentence of an error.
    orientation : str, optional
        What a person says about the weights.
    implied : str, optional
        The orientation that the format itself implies, where sizes and names leave it open.
    is_ordered : bool
        Whether the order of the arrays is one that the file's writer chose; it then tells the order of
        layers whose names do not.
    words : mapping of str to value, optional
        What else the file says, see `network_words`; its ``orientation`` is what the file says of itself.

    Raises
    ------
    NetworkError
        If the arrays make no chain of dense layers, or something that could be a parameter is left over.
    MissingAnswerError
        If both orientations fit, and nothing says which it is. Its names are ``("orientation",)``.
    """
    words = words or {}
    found = _sorted(arrays, source)
    told = words.get("orientation")
    implied = told if told in ORIENTATIONS else _implied_by_names(found) or implied
    wanted = orientation or implied
    reading, fitting = _first_fitting(list(_readings(found, wanted, is_ordered)), found, wanted, source)
    chosen = _chosen(fitting, orientation, implied, reading, source)
    sizes = layer_sizes(reading, chosen)
    assert sizes is not None  # or it would not fit
    check_layer_sizes(sizes, source)
    notes = [*found.notes, *_notes_on(reading, source)]
    words = _with_activations_of(reading, words)
    return described(chain([_oriented(layer, chosen) for layer in reading], source), words, source, notes)


def _sorted(arrays: Mapping[str, NDArray[Any]], source: str) -> _Sorted:
    """Separate parameters from what does not belong to the network; refuse what might."""
    if len(arrays) > _MAX_ARRAYS:
        raise NetworkError(f"{source} must hold at most {_MAX_ARRAYS:,} arrays; got {len(arrays):,}.")
    for name in arrays:
        check_array_name(name, source)
    named = {name: (parse_array_name(name), values) for name, values in arrays.items()}
    parameters = {name: pair for name, pair in named.items() if pair[0].role is not None}
    of_network = {name: pair for name, pair in parameters.items() if not pair[0].of_optimizer}
    if of_network:
        parameters = of_network  # else a layer is called "d1", and not the state of an optimizer
    elif not parameters:
        parameters = {name: pair for name, pair in named.items() if not pair[0].of_history}
        parameters = {name: pair for name, pair in parameters.items() if pair[1].ndim and pair[1].dtype.kind in "fiu"}
    for name, (_, values) in parameters.items():
        _check_numbers(name, values, source)
    left_over = {name: pair for name, pair in named.items() if name not in parameters}
    for name, (meaning, values) in left_over.items():
        if _may_be_parameter(meaning, values):
            raise NetworkError(
                f"Arrays in {source} must be weights and biases of dense layers; "
                f"got {_shown([(name, values)])}, which could be a parameter of another kind."
            )
    told = f"{source} also holds {_shortened(map(shown_name, left_over))}, which no network needs."
    return _Sorted(parameters, (told,) if left_over else ())


def _check_numbers(name: str, values: NDArray[Any], source: str) -> None:
    is_exact_whole = values.dtype.kind in "iu" and (
        not values.size or int(max(values.max(), -int(values.min()))) <= _MAX_EXACT_WHOLE
    )
    if values.dtype.kind != "f" and not is_exact_whole:
        raise NetworkError(
            f"Weights and biases in {source} must be floats, or whole numbers up to {_MAX_EXACT_WHOLE:,}; "
            f"got {name} of type {values.dtype}."
        )


def _may_be_parameter(meaning: ArrayName, values: NDArray[Any]) -> bool:
    is_known = meaning.of_history or meaning.of_optimizer
    return not is_known and values.size > 1 and values.dtype.kind in "fc"


def _readings(found: _Sorted, wanted: Orientation | None, is_ordered: bool) -> Iterable[list[Layer]]:
    roles = {meaning.role for meaning, _ in found.parameters.values()}
    if roles & {"weights", "theta"}:
        return named_readings(found.parameters, wanted, is_ordered)
    return positional_readings({name: values for name, (_, values) in found.parameters.items()})


def _implied_by_names(found: _Sorted) -> Orientation | None:
    implied = {meaning.implied for meaning, _ in found.parameters.values() if meaning.role == "weights"}
    return implied.pop() if len(implied) == 1 else None


def _first_fitting(
    readings: Sequence[list[Layer]], found: _Sorted, wanted: Orientation | None, source: str
) -> tuple[list[Layer], list[Orientation]]:
    """Return the first reading whose sizes make a chain, and the ways round in which they do."""
    fits = [(reading, [way for way in ORIENTATIONS if layer_sizes(reading, way) is not None]) for reading in readings]
    fits = [(reading, ways) for reading, ways in fits if reading and ways]
    # What fits as a person, names or format say goes before an earlier reading that only fits the other way round.
    fits.sort(key=lambda fit: wanted is not None and wanted not in fit[1])
    if fits:
        return fits[0]
    shown = _shown([(name, values) for name, (_, values) in found.parameters.items()])
    raise NetworkError(
        f"The arrays in {source} must be weights (two dimensions) and biases of dense layers, each taking what the "
        f"one before it gives; got {shown or 'none'}."
    )


def _chosen(
    fitting: Sequence[Orientation],
    said: Orientation | None,
    told: Orientation | None,
    reading: Sequence[Layer],
    source: str,
) -> Orientation:
    """Return the way round: what a person says, else what sizes say, else what file, names or format tell."""
    if said is not None:
        if said not in fitting:
            raise NetworkError(
                f"The sizes of the weights in {source} only fit the orientation {fitting[0]}; got {said}."
            )
        return said
    if len(fitting) == 1:
        return fitting[0]
    if told is not None:
        return told
    sizes = {way: "-".join(map(str, layer_sizes(reading, way) or ())) for way in ORIENTATIONS}
    raise MissingAnswerError(
        f"The weights in {source} fit both ways round: with a row for each neuron, as PyTorch has it "
        f"({sizes['outputs-inputs']}), or with a column for each neuron, as Keras and scikit-learn have it "
        f"({sizes['inputs-outputs']}); say which with --orientation {' or '.join(ORIENTATIONS)}.",
        ("orientation",),
    )


def _oriented(layer: Layer, orientation: Orientation) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return weights (outputs, inputs) and biases (outputs,)."""
    weights = layer.weights if orientation == "outputs-inputs" else layer.weights.T
    if layer.is_theta:
        return weights[:, 1:], weights[:, 0]
    if layer.biases is None:
        return weights, np.zeros(len(weights), np.float32)
    return weights, layer.biases.reshape(-1)


def _with_activations_of(reading: Sequence[Layer], words: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return words with the activations that stand beside the weights of each layer, as ``layers_0/activation``."""
    folders = [layer.name.rpartition("/")[0] for layer in reading]
    activations = [words.get(f"{folder}/activation") for folder in folders]
    if "" in folders or len(set(folders)) < len(folders) or not any(activations):
        return words
    others = {key: value for key, value in words.items() if key != "activation"}  # one layer's, taken for all
    return others | {"activations": activations}


def _notes_on(reading: Sequence[Layer], source: str) -> list[str]:
    without = [shown_name(layer.name) for layer in reading if layer.biases is None and not layer.is_theta]
    if not without:
        return []
    if len(without) == len(reading):
        return [f"{source} holds no biases; they are 0."]
    return [f"{source} holds no biases for {_shortened(without)}; they are 0."]


def _shown(named: Sequence[tuple[str, NDArray[Any]]]) -> str:
    return _shortened(
        f"{shown_name(name)} ({' × '.join(map(str, values.shape)) or 'a number'})" for name, values in named
    )


def _shortened(texts: Iterable[str]) -> str:
    shown = list(islice(texts, _SHOWN_ARRAYS + 1))
    return ", ".join(shown[:_SHOWN_ARRAYS]) + (" …" if len(shown) > _SHOWN_ARRAYS else "")

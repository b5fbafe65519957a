"""The weights and biases of a network as the bytes of a file.

The order is that of `Network.parameters`: per layer, the weights of each neuron in turn, then the
biases, as float32 in little-endian.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import BinaryIO

import numpy as np

from nnapp.engine.arrays import FloatArray
from nnapp.engine.network import Network
from nnapp.errors import FileFormatError, NetworkError

__all__ = [
    "count_parameters",
    "encode_parameters",
    "first_not_finite",
    "pieces_of",
    "place_of",
    "read_exactly",
    "read_parameters",
]

_PIECE_BYTES = 1 << 20


def count_parameters(layer_sizes: Sequence[int]) -> int:
    """Return the number of weights and biases, as a Python integer, which does not overflow."""
    return sum((n_inputs + 1) * n_outputs for n_inputs, n_outputs in pairwise(layer_sizes))


def encode_parameters(network: Network) -> memoryview:
    """Return the parameters of `network`, rounded to float32, as bytes that no one else changes.

    Raises
    ------
    NetworkError
        If one is not finite, or too large for 32 bits.
    """
    # A copy in any case: another thread may train the network between checksum and writing.
    with np.errstate(over="ignore"):
        parameters = np.array(network.parameters, "<f4")
    index = first_not_finite(parameters)
    if index is not None:
        raise NetworkError(
            f"{place_of(index, network.layer_sizes)} must be a finite number of 32 bits to be saved; "
            f"got {network.parameters[index]}."
        )
    return parameters.view(np.uint8).data


def read_parameters(
    stream: BinaryIO, name: str, offset: int, parameters: FloatArray, layer_sizes: Sequence[int]
) -> None:
    """Fill `parameters` (n_parameters,) of float32 from the bytes at `offset`.

    Parameters
    ----------
    stream : binary file object
    name : str
        What to call it in the sentence of an error.
    offset : int
    parameters : array (n_parameters,)
    layer_sizes : sequence of int
        To name the place of a parameter.

    Raises
    ------
    FileFormatError
        If one is not finite, or the stream ends too early.
    """
    buffer = parameters.view(np.uint8).data
    position = 0
    for piece in pieces_of(stream, name, offset, len(buffer)):
        buffer[position : position + len(piece)] = piece
        position += len(piece)
    if sys.byteorder == "big":
        parameters.byteswap(inplace=True)
    index = first_not_finite(parameters)
    if index is not None:
        raise FileFormatError(
            f"{place_of(index, layer_sizes)} of {name} must be a finite number; "
            f"got {parameters[index]} at offset {offset + 4 * index}."
        )


def pieces_of(stream: BinaryIO, name: str, offset: int, n_bytes: int) -> Iterator[bytes]:
    """Yield the `n_bytes` at `offset` in pieces small enough for a cache.

    Raises
    ------
    FileFormatError
        If the stream ends too early, because someone shortened the file meanwhile.
    """
    stream.seek(offset)
    remaining = n_bytes
    while remaining:
        piece = stream.read(min(remaining, _PIECE_BYTES))
        if not piece:
            end = offset + n_bytes
            raise FileFormatError(
                f"{name} must keep its length while it is read; got its end {remaining:,} bytes before offset {end:,}."
            )
        remaining -= len(piece)
        yield piece


def read_exactly(stream: BinaryIO, name: str, offset: int, n_bytes: int) -> bytes:
    """Return the `n_bytes` at `offset`; raises as `pieces_of`."""
    return b"".join(pieces_of(stream, name, offset, n_bytes))


def first_not_finite(parameters: FloatArray) -> int | None:
    """Return the index of the first parameter that is infinite or not a number, None if there is none."""
    is_finite = np.isfinite(parameters)
    return None if is_finite.all() else int(is_finite.argmin())


def place_of(index: int, layer_sizes: Sequence[int]) -> str:
    """Return the name of a parameter for a sentence; weights, neurons and layers are counted from 0."""
    for layer, (n_inputs, n_outputs) in enumerate(pairwise(layer_sizes), 1):
        n_weights = n_inputs * n_outputs
        if index < n_weights:
            neuron, weight = divmod(index, n_inputs)
            return f"Weight {weight} of neuron {neuron} in layer {layer}"
        if index < n_weights + n_outputs:
            return f"The bias of neuron {index - n_weights} in layer {layer}"
        index -= n_weights + n_outputs
    raise IndexError(index)

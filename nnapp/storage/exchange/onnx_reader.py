"""Read networks from ONNX files, as PyTorch, Keras, scikit-learn and nnapp export them.

A model is followed from its input to its outputs; it must be a row of dense layers (see `OPERATORS`).
What ONNX does not say is what the inputs are: pixels of 0…1, 0…255, or anything else. A model that
divides its inputs by 255 or 127.5, or takes bytes, is taken for one of pixels of 0…255; nnapp's own
files say it; of any other it is asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, BinaryIO

import numpy as np

from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage.exchange.foreign_network import ForeignNetwork, chain, check_finite, rounded
from nnapp.storage.exchange.input_scaling import INPUT_SCALINGS, UNIT_SCALING, InputScaling
from nnapp.storage.exchange.network_words import described
from nnapp.storage.exchange.onnx_graph import GraphFollower
from nnapp.storage.exchange.onnx_layers import DenseChain, SampleShape
from nnapp.storage.exchange.onnx_messages import OnnxModel, OnnxValue, read_model
from nnapp.storage.exchange.onnx_operators import OPERATORS
from nnapp.storage.exchange.onnx_tensors import FLOAT_TYPES, UINT8
from nnapp.storage.exchange.protobuf_wire import read_varint

__all__ = ["is_onnx", "read_onnx_network_from"]

_MAX_BYTES = 2**31 - 1  # of any message, says Protocol Buffers
_UNKNOWN_TYPE = 0
_MODEL_TAGS = {1: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 2, 7: 2, 8: 2, 14: 2, 20: 2, 25: 2}  # wire types by number
_GRAPH_NUMBER = 7
_MAX_FIELDS_SEEN = 64
_MAX_FIELDS = 10_000
_HEADER_BYTES = 20  # of a field at most: two whole numbers
_BYTE_FACTORS = (1 / 255, 1 / 127.5)
_WORDS = ("class_names", "input_shape", "input_scale", "loss")


def is_onnx(head: bytes, stream: BinaryIO) -> bool:
    """Return whether a file of which `head` is the beginning looks like an ONNX model."""
    if head[:1] != b"\x08":
        return False  # the version of the format, which all programs write first
    for number, wire_type, _ in islice(_outline(stream), _MAX_FIELDS_SEEN):
        if _MODEL_TAGS.get(number) != wire_type:
            return False
        if number == _GRAPH_NUMBER:
            return True
    return False


def read_onnx_network_from(stream: BinaryIO, name: str, orientation: object = None) -> ForeignNetwork:
    """Read a network from an ONNX model. Nothing is executed, and no other file is opened.

    Parameters
    ----------
    stream : binary file object
        Can seek.
    name : str
        What to call it in the sentence of an error.
    orientation : object
        Ignored: ONNX says how weights are stored.

    Raises
    ------
    FileFormatError
        If the bytes break the format, before memory is taken for what they claim.
    NetworkError
        If the model is no network of dense layers; the sentence names what is not.
    """
    n_bytes = stream.seek(0, os.SEEK_END)
    if n_bytes > _MAX_BYTES:
        raise FileFormatError(f"{name} must have at most {_MAX_BYTES:,} bytes, as all ONNX files; got {n_bytes:,}.")
    model = read_model(_read_all(stream, n_bytes, name), name)
    value = _only_input(model, name)
    layers = DenseChain(_sample_shape(value), n_bytes)
    graph = GraphFollower(model, layers, name)
    graph.follow(OPERATORS)
    return _network(model, value, layers, graph.notes, name)


def _read_all(stream: BinaryIO, n_bytes: int, name: str) -> memoryview:
    """Return the bytes of a file, once its outline shows that they can be those of a model."""
    end = max((end for _, _, end in islice(_outline(stream), _MAX_FIELDS)), default=0)
    if end != n_bytes:
        raise FileFormatError(
            f"{name} must be an ONNX model, fields whose lengths add up to its {n_bytes:,} bytes; "
            f"got something else at offset {end:,}."
        )
    data = bytearray(n_bytes)
    stream.seek(0)
    if stream.readinto(data) != n_bytes:  # type: ignore[attr-defined]  # all streams of bytes have it
        raise FileFormatError(f"{name} must keep its length while it is read; got less than {n_bytes:,} bytes.")
    return memoryview(data)


def _outline(stream: BinaryIO) -> Iterator[tuple[int, int, int]]:
    """Yield number, wire type and end of the fields that a file is made of, up to the first that is none.

    Only their beginnings are read.
    """
    n_bytes, position = stream.seek(0, os.SEEK_END), 0
    while position < n_bytes:
        stream.seek(position)
        data = stream.read(_HEADER_BYTES)
        tag, tag_bytes = read_varint(data)
        value, value_bytes = read_varint(data[tag_bytes:])
        number, wire_type = tag >> 3, tag & 7
        length = {0: value_bytes, 1: 8, 2: value_bytes + value, 5: 4}.get(wire_type)
        position += tag_bytes + (length or 0)
        if not (number and tag_bytes and length and (value_bytes or wire_type in (1, 5))) or position > n_bytes:
            return
        yield number, wire_type, position


def _only_input(model: OnnxModel, name: str) -> OnnxValue:
    if len(model.graph.inputs) != 1:
        found = ", ".join(value.name[:60] for value in model.graph.inputs[:8]) or "none"
        raise NetworkError(f"{name} must have one input, the images; got {found}.")
    value = model.graph.inputs[0]
    if value.element_type not in (*FLOAT_TYPES, UINT8, _UNKNOWN_TYPE):
        raise NetworkError(f"The input of {name} must be floats or bytes; got ONNX's type {value.element_type}.")
    return value


def _sample_shape(value: OnnxValue) -> SampleShape:
    return (value.shape or ())[1:] or (None,)


def _network(model: OnnxModel, value: OnnxValue, layers: DenseChain, notes: list[str], name: str) -> ForeignNetwork:
    """Return the network of a model that has been followed to its end."""
    finished = layers.finished(name)
    words: dict[str, Any] = {key: model.metadata[key] for key in _WORDS if key in model.metadata}
    words["activations"] = [layer.activation or "linear" for layer in finished]
    shape = [length for length in _sample_shape(value) if length != 1]
    if "input_shape" not in words and len(shape) == 2 and None not in shape:
        words["input_shape"] = shape
    pairs = [(layer.weights, layer.biases) for layer in finished]
    foreign = replace(described(chain(pairs, name), words, name, notes), temperature=layers.temperature)
    scale, shift = layers.input_scale, layers.input_shift
    if foreign.input_scaling is not None:
        return replace(foreign, input_scaling=_composed(foreign.input_scaling, scale, shift, name))
    takes_bytes = value.element_type == UINT8 or any(
        np.isclose(factor, byte_factor, rtol=1e-4) for factor in layers.factors for byte_factor in _BYTE_FACTORS
    )
    if takes_bytes:
        sentence = f"{name} scales its inputs as pixels of 0 to 255; they are taken for such."
        foreign = replace(foreign, input_scaling=INPUT_SCALINGS["bytes"], notes=(*foreign.notes, sentence))
    return _folded(foreign, scale, shift, name)


def _composed(scaling: InputScaling, scale: float, shift: float, name: str) -> InputScaling:
    """Return the scaling of a network whose inputs, scaled already, are multiplied by `scale` and moved by `shift`.

    a (x − mean) / std + b = (x − (mean − b std / a)) / (std / a).
    """
    if (scale, shift) == (1.0, 0.0):
        return scaling
    _check_scale(scale, shift, name)
    mean, std = scaling.mean - shift * scaling.std / scale, scaling.std / scale
    return UNIT_SCALING if (mean, std) == (0.0, 1.0) else InputScaling(f"{mean!r},{std!r}", mean, std)


def _folded(foreign: ForeignNetwork, scale: float, shift: float, name: str) -> ForeignNetwork:
    """Return a network that scales its inputs by the weights of its first layer: W (a x + b) = (a W) x + b Σⱼ Wⱼ."""
    if (scale, shift) == (1.0, 0.0):
        return foreign
    _check_scale(scale, shift, name)
    exact = foreign.weights[0].astype(np.float64)
    weights, biases = rounded(exact * scale), rounded(foreign.biases[0] + shift * exact.sum(axis=1))
    check_finite([weights], [biases], f"{name} with the scale of its inputs")
    return replace(foreign, weights=(weights, *foreign.weights[1:]), biases=(biases, *foreign.biases[1:]))


def _check_scale(scale: float, shift: float, name: str) -> None:
    if not (1e-9 <= abs(scale) <= 1e9 and abs(shift) <= 1e9):
        raise NetworkError(f"{name} must scale its inputs by numbers of usual size; got {scale:g} and {shift:g}.")

"""Write networks as ONNX, for programs of other makers and languages to run.

The model takes ``pixels``, float32 (n_images, n_inputs) of 0…255, divides them by 255, and is then
one ``Gemm`` and one activation function for each layer. It gives ``probabilities`` where the outputs
are softmax, else ``outputs``. A network with a temperature divides by it before the softmax, so that
the model's probabilities are nnapp's. Class names, shape of an image, activations, how the network was trained
and what it scores are texts in the model's metadata. Operator set 13 and version 7 of the format are
from 2020 and understood by every program since.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp import __version__
from nnapp.engine.arrays import PIXEL_MAXIMUM
from nnapp.engine.network import Network
from nnapp.storage.exchange.layer_parameters import layer_parameters
from nnapp.storage.exchange.network_words import words_of
from nnapp.storage.exchange.onnx_tensors import FLOAT
from nnapp.storage.exchange.protobuf_writer import Piece, bytes_field, text_field, varint_field
from nnapp.storage.files import atomic_writer
from nnapp.storage.network_file import StoredNetwork

__all__ = ["write_onnx", "write_onnx_to"]

_IR_VERSION, _OPSET = 7, 13
_INTEGER_ATTRIBUTE = 2  # of `AttributeProto.AttributeType`
_OPERATORS = {
    "sigmoid": "Sigmoid",
    "relu": "Relu",
    "leaky-relu": "LeakyRelu",  # whose slope is 0.01 unless said otherwise
    "tanh": "Tanh",
    "softmax": "Softmax",
}
_INPUT, _SCALED, _FULL_INK = "pixels", "scaled_pixels", "full_ink"
_TEMPERATURE, _CALIBRATED = "temperature", "output/calibrated_sums"


def write_onnx(path: str | os.PathLike[str], stored: StoredNetwork) -> None:
    """Write a network as an ONNX model; an earlier file is replaced only when the new one is complete.

    Raises
    ------
    NetworkError
        If a weight is not finite.
    StorageError
        If the file cannot be written.
    """
    with atomic_writer(path) as stream:
        write_onnx_to(stream, stored)


def write_onnx_to(stream: BinaryIO, stored: StoredNetwork) -> None:
    """Write the bytes of an ONNX model to a stream; arguments and errors as for `write_onnx`."""
    stream.writelines(_model(stored))


def _model(stored: StoredNetwork) -> list[Piece]:
    """Return a `ModelProto`, its graph last: what a file that is cut off lacks is then never only its end."""
    sizes = "-".join(map(str, stored.network.layer_sizes))
    words = words_of(stored) | {"input_scale": "bytes"}  # the model divides them itself
    words.pop("temperature", None)  # likewise
    if stored.metadata.training:
        words["training"] = json.dumps(stored.metadata.training, sort_keys=True)
    if stored.metadata.results:
        words["results"] = json.dumps(stored.metadata.results, sort_keys=True)
    pieces = [
        varint_field(1, _IR_VERSION),
        *text_field(2, "nnapp"),
        *text_field(3, __version__),
        *text_field(6, f"A network of dense layers, {sizes}. Its input is pixels of 0 to 255, full ink being 255."),
        *bytes_field(8, [*text_field(1, ""), varint_field(2, _OPSET)]),
    ]
    for key, text in words.items():
        pieces += bytes_field(14, [*text_field(1, key), *text_field(2, text)])
    return pieces + bytes_field(7, _graph(stored.network, stored.metadata.temperature))


def _graph(network: Network, temperature: float) -> list[Piece]:
    """Return a `GraphProto`."""
    output = "probabilities" if network.output_activation == "softmax" else "outputs"
    previous = _SCALED
    nodes = _node("Div", [_INPUT, _FULL_INK], _SCALED)
    constants = _tensor(_FULL_INK, np.array(PIXEL_MAXIMUM, "<f4"))
    for layer in layer_parameters(network):
        operator = _OPERATORS.get(layer.activation)
        result = output if layer.name == "output" else f"{layer.name}/activations"
        sums = result if operator is None else f"{layer.name}/sums"
        weights, biases = f"{layer.name}/weights", f"{layer.name}/bias"
        nodes += _node("Gemm", [previous, weights, biases], sums, transB=1)
        if layer.name == "output" and temperature != 1:
            nodes += _node("Div", [sums, _TEMPERATURE], _CALIBRATED)
            constants += _tensor(_TEMPERATURE, np.array(temperature, "<f4"))
            sums = _CALIBRATED
        if operator is not None:
            nodes += _node(operator, [sums], result)
        constants += _tensor(weights, layer.weights) + _tensor(biases, layer.biases)
        previous = result
    inputs, outputs = _value(11, _INPUT, network.n_inputs), _value(12, output, network.n_outputs)
    return [*nodes, *text_field(2, "nnapp"), *constants, *inputs, *outputs]


def _node(operator: str, inputs: Sequence[str], output: str, **attributes: int) -> list[Piece]:
    """Return a field of `GraphProto` with a `NodeProto`."""
    pieces = [piece for name in inputs for piece in text_field(1, name)]
    pieces += [*text_field(2, output), *text_field(3, output), *text_field(4, operator)]
    for name, value in attributes.items():
        pieces += bytes_field(5, [*text_field(1, name), varint_field(3, value), varint_field(20, _INTEGER_ATTRIBUTE)])
    return bytes_field(1, pieces)


def _tensor(name: str, values: NDArray[np.float32]) -> list[Piece]:
    """Return a field of `GraphProto` with a `TensorProto`."""
    dims: list[Piece] = [varint_field(1, length) for length in values.shape]
    raw_data = values.reshape(-1).view(np.uint8).data
    return bytes_field(5, [*dims, varint_field(2, FLOAT), *text_field(8, name), *bytes_field(9, [raw_data])])


def _value(number: int, name: str, length: int) -> list[Piece]:
    """Return a field of `GraphProto` with a `ValueInfoProto`: float32 (n_images, length)."""
    dimensions = [*bytes_field(1, text_field(2, "n_images")), *bytes_field(1, [varint_field(1, length)])]
    tensor_type = bytes_field(1, [varint_field(1, FLOAT), *bytes_field(2, dimensions)])
    return bytes_field(number, [*text_field(1, name), *bytes_field(2, tensor_type)])

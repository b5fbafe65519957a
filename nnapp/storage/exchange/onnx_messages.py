"""The messages of ONNX files that networks of dense layers are made of.

https://github.com/onnx/onnx/blob/main/onnx/onnx.proto is the specification; the numbers of the fields are
from there. Messages and fields that no network of dense layers needs are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage.exchange.onnx_tensors import read_tensor
from nnapp.storage.exchange.protobuf_wire import Fields, Message, Source, WireType

__all__ = ["OnnxGraph", "OnnxModel", "OnnxNode", "OnnxValue", "read_model"]

_MAX_NODES = 10_000
_MAX_DIMENSIONS = 8
_DEFAULT_DOMAINS = ("", "ai.onnx")

_MODEL: dict[int, WireType] = {1: "varint", 7: "bytes", 8: "bytes", 14: "bytes"}
_IR_VERSION, _GRAPH, _OPSET_IMPORT, _METADATA = 1, 7, 8, 14
_GRAPH_FIELDS: dict[int, WireType] = {1: "bytes", 5: "bytes", 11: "bytes", 12: "bytes", 15: "bytes"}
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _SPARSE = 1, 5, 11, 12, 15
_NODE_FIELDS: dict[int, WireType] = {1: "bytes", 2: "bytes", 3: "bytes", 4: "bytes", 5: "bytes", 7: "bytes"}
_ATTRIBUTE: dict[int, WireType] = {
    1: "bytes",
    2: "32-bit",
    3: "varint",
    4: "bytes",
    5: "bytes",
    7: "32-bit",
    8: "varint",
    20: "varint",
}
_ATTRIBUTE_TYPE = 20


@dataclass(frozen=True)
class OnnxValue:
    """An input of a graph.

    Attributes
    ----------
    name : str
    element_type : int
        Of `TensorProto.DataType`; 0 if the file does not say.
    shape : tuple of (int or None), or None
        Images first; None for a length that is not fixed, and for a shape that the file does not say.
    """

    name: str
    element_type: int
    shape: tuple[int | None, ...] | None


@dataclass(frozen=True)
class OnnxNode:
    """One operation.

    Attributes
    ----------
    operator : str
        Such as "Gemm"; with its domain in front where it is not one of ONNX itself.
    name : str
    inputs, outputs : tuple of str
        Names of values; an input that is left out is "".
    attributes : mapping of str to value
        float, int, bytes, array, list of float or list of int; None for other kinds.
    """

    operator: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def __str__(self) -> str:
        label = self.name or (self.outputs[0] if self.outputs else "")
        return f"{self.operator} ({label[:60]})" if label else self.operator


@dataclass(frozen=True, eq=False)
class OnnxGraph:
    """The operations of a model, in an order in which they can be done, and its constants by name."""

    inputs: tuple[OnnxValue, ...]
    outputs: tuple[str, ...]
    nodes: tuple[OnnxNode, ...]
    constants: Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class OnnxModel:
    """A model.

    Attributes
    ----------
    opset : int
        Version of ONNX's operators.
    graph : OnnxGraph
    metadata : mapping of str to str
    """

    opset: int
    graph: OnnxGraph
    metadata: Mapping[str, str]


def read_model(data: memoryview, name: str) -> OnnxModel:
    """Return the model that the bytes of an ONNX file hold; its constants are views of them where possible.

    Raises
    ------
    FileFormatError
        If the bytes break the rules of Protocol Buffers or ONNX, or claim more than they hold.
    NetworkError
        If the model keeps its weights in other files, or in a form that networks of dense layers do not have.
    """
    fields = Message(data, 0, Source(name)).fields(_MODEL)
    graph = fields.single_message(_GRAPH)
    if graph is None or fields.whole(_IR_VERSION) < 1:
        raise FileFormatError(
            f"{name} must be an ONNX model, with the version of its format and a graph; got one without."
        )
    opsets: dict[str, int] = {}
    for message in fields.messages(_OPSET_IMPORT):
        entry = message.fields({1: "bytes", 2: "varint"})
        opsets["" if entry.text(1) in _DEFAULT_DOMAINS else entry.text(1)] = entry.whole(2)
    if opsets.get("", 0) < 1:
        raise FileFormatError(f"{name} must say which version of ONNX's operators it uses; got none.")
    entries = [message.fields({1: "bytes", 2: "bytes"}) for message in fields.messages(_METADATA)]
    metadata = {entry.text(1): entry.text(2) for entry in entries}
    return OnnxModel(opsets[""], _read_graph(graph, name), metadata)


def _read_graph(message: Message, name: str) -> OnnxGraph:
    fields = message.fields(_GRAPH_FIELDS)
    if _SPARSE in fields:
        raise NetworkError(f"{name} must hold all weights one by one; got sparse ones.")
    if len(fields.messages(_NODE)) > _MAX_NODES:
        raise NetworkError(f"{name} must have at most {_MAX_NODES:,} operations; got {len(fields.messages(_NODE)):,}.")
    constants: dict[str, NDArray[Any]] = {}
    for tensor in fields.messages(_INITIALIZER):
        key, values = read_tensor(tensor)
        if not key or key in constants:
            raise FileFormatError(f"Constants in {name} must have names of their own; got {key[:60]!r}.")
        constants[key] = values
    # Up to IR version 3, initializers are listed as inputs too.
    values_in = [_read_value(item) for item in fields.messages(_INPUT)]
    return OnnxGraph(
        inputs=tuple(value for value in values_in if value.name not in constants),
        outputs=tuple(_read_value(item).name for item in fields.messages(_OUTPUT)),
        nodes=tuple(_read_node(item) for item in fields.messages(_NODE)),
        constants=constants,
    )


def _read_value(message: Message) -> OnnxValue:
    fields = message.fields({1: "bytes", 2: "bytes"})
    value_type = fields.single_message(2)
    tensor = value_type.fields({1: "bytes"}).single_message(1) if value_type is not None else None
    if tensor is None:
        return OnnxValue(fields.text(1), 0, None)
    tensor_fields = tensor.fields({1: "varint", 2: "bytes"})
    shape = tensor_fields.single_message(2)
    return OnnxValue(fields.text(1), tensor_fields.whole(1), None if shape is None else _read_shape(shape))


def _read_shape(message: Message) -> tuple[int | None, ...]:
    dimensions = message.fields({1: "bytes"}).messages(1)
    if len(dimensions) > _MAX_DIMENSIONS:
        raise FileFormatError(
            f"Values in {message.source.name} must have at most {_MAX_DIMENSIONS} dimensions; got {len(dimensions)}."
        )
    lengths = (dimension.fields({1: "varint"}).whole(1) for dimension in dimensions)
    return tuple(length if length > 0 else None for length in lengths)


def _read_node(message: Message) -> OnnxNode:
    fields = message.fields(_NODE_FIELDS)
    operator, domain = fields.text(4), fields.text(7)
    return OnnxNode(
        operator=operator if domain in _DEFAULT_DOMAINS else f"{domain}.{operator}",
        name=fields.text(3),
        inputs=tuple(fields.texts(1)),
        outputs=tuple(fields.texts(2)),
        attributes=dict(_read_attributes(fields.messages(5))),
    )


def _read_attributes(messages: Iterable[Message]) -> Iterable[tuple[str, Any]]:
    for message in messages:
        fields = message.fields(_ATTRIBUTE)
        yield fields.text(1), _attribute_value(fields)


def _attribute_value(fields: Fields) -> Any:
    """Return the value by `AttributeProto.AttributeType`; None for what no operator here takes, such as graphs."""
    kind = fields.whole(_ATTRIBUTE_TYPE)
    if kind == 1:
        return fields.real(2)
    if kind == 2:
        return fields.whole(3)
    if kind == 3:
        value = fields.single_message(4)
        return b"" if value is None else bytes(value.data)
    if kind == 4:
        tensor = fields.single_message(5)
        return None if tensor is None else read_tensor(tensor)[1]
    if kind == 6:
        return fields.real_array(7, "<f4")
    if kind == 7:
        return fields.wholes(8, _MAX_NODES)
    return None

"""The operators of ONNX that dense networks are made of.

https://onnx.ai/onnx/operators/ is their specification. Constants are never computed with (a row of
operations on one could take any amount of memory), only transposed and reshaped as views.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.activations import LEAKY_SLOPE
from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage.exchange.onnx_graph import GraphFollower, Operator
from nnapp.storage.exchange.onnx_messages import OnnxNode
from nnapp.storage.exchange.onnx_shapes import flattened, reshaped, transposed
from nnapp.storage.exchange.onnx_tensors import FLOAT_TYPES

__all__ = ["OPERATORS"]

_SOFTMAX_OF_LAST_AXIS = 13  # the first opset in which it is the default


def _gemm(graph: GraphFollower, node: OnnxNode) -> None:
    graph.signal(node)
    weights, bias = _matrix(graph, node, 1), graph.optional_constant(node, 2)
    if _whole(graph, node, "transA", 0):
        raise NetworkError(f"{graph.operation(node)} must not transpose its input; got transA.")
    weights = weights if _whole(graph, node, "transB", 0) else weights.T
    alpha, beta = (_number(graph, node, name, 1.0) for name in ("alpha", "beta"))
    if alpha != 1:
        weights = weights * np.float64(alpha)
    biases = np.zeros(len(weights))
    if bias is not None:
        if bias.size not in (1, len(weights)) or bias.shape[-1:] != (bias.size,) * min(1, bias.ndim):
            raise NetworkError(f"{graph.operation(node)} must have one bias per neuron; got {bias.shape}.")
        biases = biases + bias.reshape(-1) * np.float64(beta)
    graph.chain.add_dense(weights, biases, graph.operation(node))
    graph.set_signal(node)


def _mat_mul(graph: GraphFollower, node: OnnxNode) -> None:
    graph.signal(node)
    weights = _matrix(graph, node, 1).T
    graph.chain.add_dense(weights, np.zeros(len(weights)), graph.operation(node))
    graph.set_signal(node)


def _matrix(graph: GraphFollower, node: OnnxNode, index: int) -> NDArray[Any]:
    weights = graph.constant(node, index)
    if weights.ndim != 2 or weights.dtype.kind != "f":
        raise NetworkError(
            f"{graph.operation(node)} must have a matrix of floats for weights; got {weights.ndim} dimensions "
            f"of {weights.dtype}."
        )
    return weights


def _number(graph: GraphFollower, node: OnnxNode, name: str, default: float) -> float:
    value = node.attributes.get(name, default)
    if not isinstance(value, float):
        raise NetworkError(f"{name} of {graph.operation(node)} must be a number; got something else.")
    return value


def _whole(graph: GraphFollower, node: OnnxNode, name: str, default: int) -> int:
    value = node.attributes.get(name, default)
    if not isinstance(value, int):
        raise NetworkError(f"{name} of {graph.operation(node)} must be a whole number; got something else.")
    return value


def _arithmetic(graph: GraphFollower, node: OnnxNode) -> None:
    """Add, subtract, multiply or divide by a constant."""
    operation, operator = graph.operation(node), node.operator
    if len(node.inputs) != 2:
        raise FileFormatError(f"{operation} must have 2 inputs; got {len(node.inputs)}.")
    signal_index = int(graph.is_constant(node))
    graph.signal(node, signal_index)
    constant = graph.constant(node, 1 - signal_index)
    if constant.dtype.kind != "f":
        raise NetworkError(f"The constant of {operation} must be of floats; got {constant.dtype}.")
    if operator == "Div":
        if signal_index or not np.all(constant):
            raise NetworkError(f"{operation} must divide by a constant other than 0; got another division.")
        graph.chain.scale(1 / constant.astype(np.float64), operation)
    elif operator == "Mul":
        graph.chain.scale(constant, operation)
    else:
        if operator == "Sub" and signal_index:
            graph.chain.scale(np.array(-1.0), operation)
        sign = -1.0 if operator == "Sub" and not signal_index else 1.0
        graph.chain.shift(sign * constant.astype(np.float64), operation)
    graph.set_signal(node)


def _scaler(graph: GraphFollower, node: OnnxNode) -> None:
    """Do what scikit-learn's scalers become: (x − offset) · scale."""
    graph.signal(node)
    for name in ("offset", "scale"):
        values = node.attributes.get(name)
        if not isinstance(values, np.ndarray) or values.dtype.kind != "f" or values.ndim != 1 or not values.size:
            raise NetworkError(f"{name} of {graph.operation(node)} must be a row of floats; got something else.")
        if name == "offset":
            graph.chain.shift(-values.astype(np.float64), graph.operation(node))
        else:
            graph.chain.scale(values, graph.operation(node))
    graph.set_signal(node)


def _activation(name: str) -> Operator:
    def apply(graph: GraphFollower, node: OnnxNode) -> None:
        graph.signal(node)
        slope = _number(graph, node, "alpha", LEAKY_SLOPE)
        if name == "leaky-relu" and not np.isclose(slope, LEAKY_SLOPE, rtol=1e-6):
            raise NetworkError(f"{graph.operation(node)} must have the slope {LEAKY_SLOPE:g}; got {slope:g}.")
        if name == "softmax":
            _check_softmax(graph, node)
        graph.chain.activate(name, graph.operation(node))
        graph.set_signal(node)

    return apply


def _check_softmax(graph: GraphFollower, node: OnnxNode) -> None:
    last = len(graph.chain.shape)
    axis = _whole(graph, node, "axis", -1 if graph.opset >= _SOFTMAX_OF_LAST_AXIS else 1)
    if axis not in (-1, last) and not (axis == 1 and graph.opset < _SOFTMAX_OF_LAST_AXIS):
        raise NetworkError(f"{graph.operation(node)} must be over the outputs of one image; got axis {axis}.")
    if node.operator == "LogSoftmax":
        graph.notes.append("The outputs were logarithms of probabilities (LogSoftmax); they are probabilities now.")


def _flatten(graph: GraphFollower, node: OnnxNode) -> None:
    graph.signal(node)
    graph.chain.shape = flattened(graph.chain.shape, _whole(graph, node, "axis", 1), graph.operation(node))
    graph.set_signal(node)


def _reshape(graph: GraphFollower, node: OnnxNode) -> None:
    attribute = node.attributes.get("shape")  # before opset 5
    target = graph.lengths(node, 1) if len(node.inputs) > 1 else list(attribute) if isinstance(attribute, list) else []
    if graph.is_constant(node):
        values = graph.constants[node.inputs[0]]
        lengths = [-1 if length is None else length for length in target]
        try:
            graph.set_constant(node, values.reshape(lengths))
        except ValueError:
            raise NetworkError(f"{graph.operation(node)} must keep all values; got lengths {lengths}.") from None
        return
    graph.signal(node)
    keeps_zeros = bool(_whole(graph, node, "allowzero", 0))
    graph.chain.shape = reshaped(graph.chain.shape, graph.n_images, target, keeps_zeros, graph.operation(node))
    graph.set_signal(node)


def _transpose(graph: GraphFollower, node: OnnxNode) -> None:
    n_axes = graph.constants[node.inputs[0]].ndim if graph.is_constant(node) else len(graph.chain.shape) + 1
    axes = node.attributes.get("perm", list(range(n_axes))[::-1])
    if not isinstance(axes, list) or sorted(axes) != list(range(n_axes)):
        raise NetworkError(f"{graph.operation(node)} must move all {n_axes} axes; got {axes}.")
    if graph.is_constant(node):
        graph.set_constant(node, graph.constants[node.inputs[0]].transpose(axes))
        return
    graph.signal(node)
    graph.chain.shape = transposed(graph.chain.shape, axes, graph.operation(node))
    graph.set_signal(node)


def _pass_on(graph: GraphFollower, node: OnnxNode) -> None:
    """Do what leaves values as they are outside training."""
    if graph.is_constant(node):
        graph.set_constant(node, graph.constants[node.inputs[0]])
        return
    graph.signal(node)
    if node.operator == "Dropout":
        is_training = graph.optional_constant(node, 2)
        if is_training is not None and is_training.any():
            raise NetworkError(f"{graph.operation(node)} must be for use, not for training; got training mode.")
    graph.set_signal(node)


def _cast(graph: GraphFollower, node: OnnxNode) -> None:
    if graph.is_lengths(node):
        graph.set_lengths(node, graph.lengths(node, 0))
        return
    target = _whole(graph, node, "to", 0)
    is_whole_constant = graph.is_constant(node) and graph.constants[node.inputs[0]].dtype.kind in "iu"
    if target not in FLOAT_TYPES and not is_whole_constant:
        raise NetworkError(f"{graph.operation(node)} must keep floats; got ONNX's type {target}.")
    _pass_on(graph, node)


def _constant(graph: GraphFollower, node: OnnxNode) -> None:
    kinds = ("value", "value_float", "value_floats", "value_int", "value_ints")
    value = next((node.attributes[kind] for kind in kinds if node.attributes.get(kind) is not None), None)
    if isinstance(value, bytes) or value is None:
        raise NetworkError(f"{graph.operation(node)} must hold numbers; got something else.")
    is_float = isinstance(value, float)
    graph.set_constant(node, np.asarray(value, np.float32 if is_float else None))


def _shape(graph: GraphFollower, node: OnnxNode) -> None:
    graph.signal(node)
    graph.set_lengths(node, [graph.n_images, *graph.chain.shape])


def _gather(graph: GraphFollower, node: OnnxNode) -> None:
    """Pick some of a list of lengths."""
    lengths, places = graph.lengths(node, 0), graph.lengths(node, 1)
    if not all(place is not None and -len(lengths) <= place < len(lengths) for place in places):
        raise NetworkError(f"{graph.operation(node)} must pick from {len(lengths)} lengths; got {places}.")
    graph.set_lengths(node, [lengths[place] for place in places if place is not None])


def _concat(graph: GraphFollower, node: OnnxNode) -> None:
    """Join lists of lengths."""
    graph.set_lengths(node, [length for index in range(len(node.inputs)) for length in graph.lengths(node, index)])


def _keep_lengths(graph: GraphFollower, node: OnnxNode) -> None:
    """Do what changes nothing about a list of lengths, whether it is called a number or a list of one."""
    graph.set_lengths(node, graph.lengths(node, 0))


OPERATORS: dict[str, Operator] = {
    "Gemm": _gemm,
    "MatMul": _mat_mul,
    **dict.fromkeys(("Add", "Sub", "Mul", "Div"), _arithmetic),
    "ai.onnx.ml.Scaler": _scaler,
    "Relu": _activation("relu"),
    "LeakyRelu": _activation("leaky-relu"),
    "Sigmoid": _activation("sigmoid"),
    "Tanh": _activation("tanh"),
    **dict.fromkeys(("Softmax", "LogSoftmax"), _activation("softmax")),
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Transpose": _transpose,
    **dict.fromkeys(("Identity", "Dropout"), _pass_on),
    "Cast": _cast,
    "Constant": _constant,
    "Shape": _shape,
    "Gather": _gather,
    "Concat": _concat,
    **dict.fromkeys(("Squeeze", "Unsqueeze"), _keep_lengths),
}
"""What is understood, by name. An operator that is not here is refused."""

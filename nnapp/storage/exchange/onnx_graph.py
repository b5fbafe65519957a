"""Following the operations of an ONNX model from its input to its outputs.

Values are of four kinds: constants; the *signal*, which is what has been computed from the input last
and may be used by one operation only, since a network of dense layers has no branches; lengths, which
PyTorch computes from the shape of the input to reshape it; and classes chosen from the outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage.exchange.onnx_layers import DenseChain
from nnapp.storage.exchange.onnx_messages import OnnxModel, OnnxNode

__all__ = ["GraphFollower", "Operator"]

_CHOOSE_CLASS = ("ArgMax", "TopK", "ai.onnx.ml.ZipMap")
_MAX_LENGTHS = 16


class GraphFollower:
    """Carries out a model's operations on a chain of layers instead of on numbers.

    Parameters
    ----------
    model : OnnxModel
        With one input.
    chain : DenseChain
        Takes in the layers.
    source : str
        What to call the file in the sentence of an error.

    Attributes
    ----------
    notes : list of str
        What there is to tell.
    """

    def __init__(self, model: OnnxModel, chain: DenseChain, source: str) -> None:
        [value] = model.graph.inputs
        self.chain, self.opset, self.notes = chain, model.opset, list[str]()
        self.n_images = (value.shape or (None,))[0]
        self._graph, self._source = model.graph, source
        self.constants: dict[str, NDArray[Any]] = dict(model.graph.constants)
        # Values that depend on the input: how many steps it had gone through when they had been computed.
        self._steps: dict[str, int] = {value.name: 0}
        self._step = 0
        self._lengths: dict[str, list[int | None]] = {}
        self._choices: dict[str, int] = {}  # classes chosen, and from which step's values

    def follow(self, operators: Mapping[str, Operator]) -> None:
        """Go through all operations, each carried out by the entry of `operators` of its name.

        Raises
        ------
        NetworkError
            If one is not of a dense network, or the model has branches.
        FileFormatError
            If the operations are in no order in which they can be done.
        """
        # Weights that become infinite or not a number are refused in the end, with their place.
        with np.errstate(over="ignore", invalid="ignore"):
            for node in self._graph.nodes:
                self._check_names(node)
                self._carry_out(node, operators)
        self._check_outputs()

    def _carry_out(self, node: OnnxNode, operators: Mapping[str, Operator]) -> None:
        if any(name in self._choices for name in node.inputs):
            step = max(self._choices.get(name, 0) for name in node.inputs)
            self._choices |= dict.fromkeys(node.outputs, step)
        elif node.operator in _CHOOSE_CLASS:
            self.signal(node)
            self._choices |= dict.fromkeys(node.outputs, self._step)
        elif node.operator in operators:
            operators[node.operator](self, node)
        else:
            raise NetworkError(
                f"The network in {self._source} must be made of dense layers; "
                f"it uses {node}, which a network of dense layers does not have."
            )

    def _check_names(self, node: OnnxNode) -> None:
        """Refuse operations that use a value before it is computed, or compute one twice."""
        known = (self.constants, self._steps, self._lengths, self._choices)
        for name in node.inputs:
            if name and not any(name in values for values in known):
                raise FileFormatError(f"{node} in {self._source} must use values computed before; got {name[:60]!r}.")
        for name in node.outputs:
            if any(name in values for values in known):
                raise FileFormatError(f"{node} in {self._source} must have outputs of its own; got {name[:60]!r}.")
        if not node.outputs:
            raise FileFormatError(f"{node} in {self._source} must have an output; got none.")

    def _check_outputs(self) -> None:
        outputs = self._graph.outputs
        final = [name for name in outputs if self._steps.get(name) == self._step]
        chosen = [name for name in outputs if self._choices.get(name) == self._step]
        if not outputs or len(final) + len(chosen) < len(outputs):
            raise NetworkError(f"{self._source} must give the values of its last layer; got other outputs.")
        if chosen:
            self.notes.append(f"The class that {self._source} chooses by itself was left out; nnapp does that.")

    def operation(self, node: OnnxNode) -> str:
        """Return what to call an operation in the sentence of an error."""
        return f"{node} in {self._source}"

    def signal(self, node: OnnxNode, index: int = 0) -> None:
        """Check that an input of an operation is what has been computed last, so that nothing branches off."""
        name = node.inputs[index] if index < len(node.inputs) else ""
        if self._steps.get(name) != self._step:
            raise NetworkError(
                f"{self.operation(node)} must take what the operation before it gives, as a network of dense layers "
                f"has no branches; got {name[:60]!r}."
            )

    def constant(self, node: OnnxNode, index: int) -> NDArray[Any]:
        """Return an input of an operation that must be a constant."""
        values = self.optional_constant(node, index)
        if values is None:
            raise NetworkError(f"{self.operation(node)} must have its input {index} in the file; got none.")
        return values

    def optional_constant(self, node: OnnxNode, index: int) -> NDArray[Any] | None:
        """Return an input of an operation that must be a constant or left out."""
        name = node.inputs[index] if index < len(node.inputs) else ""
        if name and name not in self.constants:
            raise NetworkError(f"{self.operation(node)} must have constants for weights; got {name[:60]!r}.")
        return self.constants.get(name)

    def is_constant(self, node: OnnxNode) -> bool:
        """Return whether the first input of an operation is a constant."""
        return bool(node.inputs) and node.inputs[0] in self.constants

    def is_lengths(self, node: OnnxNode) -> bool:
        """Return whether the first input of an operation is a list of computed lengths."""
        return bool(node.inputs) and node.inputs[0] in self._lengths

    def lengths(self, node: OnnxNode, index: int) -> list[int | None]:
        """Return an input of an operation that is a list of lengths; None for those that are computed."""
        name = node.inputs[index] if index < len(node.inputs) else ""
        if name in self._lengths:
            return self._lengths[name]
        if name not in self.constants:
            raise NetworkError(
                f"{self.operation(node)} must be of lengths, as a network of dense layers has no other use for it; "
                f"got {name[:60]!r}."
            )
        values = self.constants[name]
        if values.dtype.kind not in "iu" or values.size > _MAX_LENGTHS:
            raise NetworkError(f"{self.operation(node)} must have whole numbers for lengths; got {values.dtype}.")
        return [int(value) for value in values.reshape(-1)]

    def set_signal(self, node: OnnxNode) -> None:
        """Take the first output of an operation for what has been computed last."""
        self._step += 1
        self._steps[node.outputs[0]] = self._step

    def set_constant(self, node: OnnxNode, values: NDArray[Any]) -> None:
        """Take the output of an operation for a constant."""
        self.constants[node.outputs[0]] = values

    def set_lengths(self, node: OnnxNode, lengths: Sequence[int | None]) -> None:
        """Take the output of an operation for a list of lengths."""
        if len(lengths) > _MAX_LENGTHS:
            raise NetworkError(f"{self.operation(node)} must give at most {_MAX_LENGTHS} lengths; got {len(lengths)}.")
        self._lengths[node.outputs[0]] = list(lengths)


Operator = Callable[[GraphFollower, OnnxNode], None]
"""Carries out one operation."""

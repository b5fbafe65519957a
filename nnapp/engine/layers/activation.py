"""Activation functions as layers."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nnapp.engine.activations import ACTIVATIONS, Activation
from nnapp.engine.arrays import FloatArray
from nnapp.engine.layers.base import Layer, Tape

__all__ = [
    "ACTIVATION_LAYERS",
    "ActivationLayer",
    "LeakyReLU",
    "Linear",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
]


class ActivationLayer(Layer):
    """Applies one of `ACTIVATIONS` to each sample."""

    activation: ClassVar[Activation]
    keeps_outputs = True

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def output_size(self, n_inputs: int) -> int:
        return n_inputs

    def new_tape(
        self,
        inputs: FloatArray,
        parameter_gradient: FloatArray,
        *,
        may_overwrite_inputs: bool,
        wants_input_gradient: bool,
        rng: np.random.Generator | None,
    ) -> Tape:
        outputs = inputs if may_overwrite_inputs else np.empty_like(inputs)
        return Tape(inputs, outputs, None, parameter_gradient)

    def forward(self, inputs: FloatArray, tape: Tape | None = None) -> FloatArray:
        outputs = np.empty_like(inputs) if tape is None else tape.outputs
        self.activation.apply(inputs, outputs)
        return outputs

    def backward(self, output_gradient: FloatArray, tape: Tape) -> FloatArray | None:
        self.activation.backpropagate(tape.outputs, output_gradient)
        return output_gradient


class Sigmoid(ActivationLayer):
    """a = 1 / (1 + exp(−z))."""

    activation = ACTIVATIONS["sigmoid"]


class ReLU(ActivationLayer):
    """a = max(0, z)."""

    activation = ACTIVATIONS["relu"]


class LeakyReLU(ActivationLayer):
    """a = z above zero, 0.01 z below."""

    activation = ACTIVATIONS["leaky-relu"]


class Tanh(ActivationLayer):
    """a = tanh(z)."""

    activation = ACTIVATIONS["tanh"]


class Linear(ActivationLayer):
    """a = z."""

    activation = ACTIVATIONS["linear"]


class Softmax(ActivationLayer):
    """a = exp(z) / Σ exp(z) over the neurons of the layer."""

    activation = ACTIVATIONS["softmax"]


ACTIVATION_LAYERS: dict[str, type[ActivationLayer]] = {
    layer.activation.name: layer for layer in (Sigmoid, ReLU, LeakyReLU, Tanh, Linear, Softmax)
}
"""The layer of each activation function, by the function's name."""

"""Activation functions: what a layer does to its weighted sums z to get its activations a.

Every derivative here is written in terms of the activation a = f(z), because a is what a training
pass still has in memory once z has been overwritten. All functions work in place (``out`` may be the
input) and neither overflow nor warn for |z| up to half the largest float.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnapp.engine.arrays import FloatArray

__all__ = ["ACTIVATIONS", "LEAKY_SLOPE", "Activation"]

LEAKY_SLOPE = 0.01
"""Slope of the leaky ReLU below zero (Maas, Hannun and Ng 2013)."""


@dataclass(frozen=True)
class Activation:
    """One activation function and the rule that carries a gradient back through it.

    Attributes
    ----------
    name : str
        Its key in `ACTIVATIONS`, and the word for it in files and on the command line.
    apply : callable (z, out) -> None
        Write f(z) into `out`, both of shape (n_samples, n_neurons); `out` may be `z`.
    backpropagate : callable (activations, gradient) -> None
        Turn `gradient` from ∂L/∂a into ∂L/∂z in place, given a = f(z).
    formula : str
        The definition, for people.
    for_hidden_layers : bool
        False for softmax, which ties the neurons of a layer together and only suits the last one.
    """

    name: str
    apply: Callable[[FloatArray, FloatArray], None]
    backpropagate: Callable[[FloatArray, FloatArray], None]
    formula: str
    for_hidden_layers: bool = True


def _sigmoid(z: FloatArray, out: FloatArray) -> None:
    # exp(−z) may become infinite, and 1 / (1 + ∞) = 0 is then the right answer.
    with np.errstate(over="ignore"):
        np.negative(z, out=out)
        np.exp(out, out=out)
    out += 1
    np.reciprocal(out, out=out)


def _sigmoid_backward(activations: FloatArray, gradient: FloatArray) -> None:
    gradient *= activations
    gradient *= 1 - activations


def _relu(z: FloatArray, out: FloatArray) -> None:
    # Zeros along the memory rather than 0: NumPy's fast loops are for two arrays, and take a third of the time.
    zeros = np.zeros_like(z[:1] if z.flags.c_contiguous else z[:, :1])
    np.maximum(z, zeros, out=out)


def _relu_backward(activations: FloatArray, gradient: FloatArray) -> None:
    gradient *= activations > 0


def _leaky_relu(z: FloatArray, out: FloatArray) -> None:
    np.maximum(z, z * z.dtype.type(LEAKY_SLOPE), out=out)


def _leaky_relu_backward(activations: FloatArray, gradient: FloatArray) -> None:
    np.multiply(gradient, gradient.dtype.type(LEAKY_SLOPE), out=gradient, where=activations <= 0)


def _tanh(z: FloatArray, out: FloatArray) -> None:
    np.tanh(z, out=out)


def _tanh_backward(activations: FloatArray, gradient: FloatArray) -> None:
    gradient *= 1 - activations * activations


def _linear(z: FloatArray, out: FloatArray) -> None:
    if out is not z:
        np.copyto(out, z)


def _linear_backward(activations: FloatArray, gradient: FloatArray) -> None:
    """Leave the gradient as it is: the derivative is 1."""


def _softmax(z: FloatArray, out: FloatArray) -> None:
    np.subtract(z, z.max(axis=1, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)


def _softmax_backward(activations: FloatArray, gradient: FloatArray) -> None:
    # ∂L/∂z_j = a_j (g_j − Σ_k g_k a_k), the product with the Jacobian diag(a) − a aᵀ.
    gradient -= np.einsum("ij,ij->i", gradient, activations)[:, np.newaxis]
    gradient *= activations


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("sigmoid", _sigmoid, _sigmoid_backward, "1 / (1 + exp(−z))"),
        Activation("relu", _relu, _relu_backward, "max(0, z)"),
        Activation("leaky-relu", _leaky_relu, _leaky_relu_backward, f"max({LEAKY_SLOPE} z, z)"),
        Activation("tanh", _tanh, _tanh_backward, "tanh(z)"),
        Activation("linear", _linear, _linear_backward, "z"),
        Activation("softmax", _softmax, _softmax_backward, "exp(zⱼ) / Σ exp(zₖ)", for_hidden_layers=False),
    )
}
"""All activation functions by name."""

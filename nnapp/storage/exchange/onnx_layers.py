"""Dense layers put together from single operations: products, sums, scaling and activation functions.

Other programs write a dense layer as a product, a sum and an activation function, and the scaling of
the inputs as a division in front of them all. Scaling and sums by constants are linear, so they are
folded, computed in float64, into the layer before them or, after an activation function, into the next.
Only a division of the outputs by one number right before the softmax is kept apart: that is a temperature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.calibration import CALIBRATED_OUTPUT, MAX_TEMPERATURE, MIN_TEMPERATURE
from nnapp.errors import NetworkError

__all__ = ["DenseChain", "DenseLayer", "SampleShape"]

SampleShape = tuple[int | None, ...]
"""The shape of what is computed for one image; None for a length that the file does not say."""

_NO_SCALE, _NO_SHIFT = np.ones(1), np.zeros(1)


@dataclass(eq=False)
class DenseLayer:
    """A layer whose activation function may still follow.

    Attributes
    ----------
    weights : array (n_outputs, n_inputs)
    biases : array (n_outputs,)
    activation : str or None
        Entry of `ACTIVATIONS`; None as long as nothing but linear operations followed.
    scale : float
        What the weighted sums are multiplied by, which is not yet in weights and biases.
    """

    weights: NDArray[Any]
    biases: NDArray[Any]
    activation: str | None = None
    scale: float = 1.0

    def fold(self, factors: NDArray[np.float64] | float = 1.0) -> None:
        """Multiply weights and biases by `scale`, and by a factor for each neuron."""
        whole = np.multiply(self.scale, factors)
        if np.any(whole != 1):
            self.weights = self.weights * (whole[:, np.newaxis] if whole.ndim else whole)
            self.biases = self.biases * whole
        self.scale = 1.0


class DenseChain:
    """The layers of a network, built operation by operation.

    Parameters
    ----------
    shape : tuple of (int or None)
        Of an image as it comes in.
    max_weights : int
        Most weights in all; more can only be the same weights used again and again.

    Attributes
    ----------
    shape : tuple of (int or None)
        Of what has been computed for one image so far. May be set to another of as many values.
    layers : list of DenseLayer
    input_scale, input_shift : float
        The inputs x are taken as input_scale · x + input_shift, the same for all pixels; what is
        not the same for all is in the first layer's weights.
    factors : list of float
        What the inputs were multiplied by, one after the other.
    """

    def __init__(self, shape: SampleShape, max_weights: int) -> None:
        self.shape = shape
        self.layers: list[DenseLayer] = []
        self.input_scale, self.input_shift = 1.0, 0.0
        self.factors: list[float] = []
        self._weights_left = max_weights
        self._scale, self._shift = _NO_SCALE, _NO_SHIFT

    def add_dense(self, weights: NDArray[Any], biases: NDArray[Any], operation: str) -> None:
        """Add a layer of weights (n_outputs, n_inputs) and biases (n_outputs,).

        Raises
        ------
        NetworkError
            If it does not fit what comes in; `operation` names it there.
        """
        n_outputs, n_inputs = weights.shape
        if any(length != 1 for length in self.shape[:-1]) or self.shape[-1] not in (n_inputs, None):
            raise NetworkError(f"{operation} must take the {_text_of(self.shape)} values it is given; got {n_inputs}.")
        self._weights_left -= weights.size
        if self._weights_left < 0:
            raise NetworkError(f"{operation} must have weights of its own; got some that other layers have too.")
        if not self.layers and self._scale.size == self._shift.size == 1:
            self.input_scale, self.input_shift = float(self._scale[0]), float(self._shift[0])
        elif self._is_scaled:
            exact = weights.astype(np.float64)
            biases = biases + exact @ np.broadcast_to(self._shift, n_inputs)
            weights = np.multiply(exact, self._scale, out=exact)
        self._scale, self._shift = _NO_SCALE, _NO_SHIFT
        self.layers.append(DenseLayer(weights, biases))
        self.shape = (*self.shape[:-1], n_outputs)

    def scale(self, factor: NDArray[Any], operation: str) -> None:
        """Multiply by a constant that can be broadcast to (n_images, …)."""
        values = self._for_a_sample(factor, operation)
        if not self.layers and values.size == 1:
            self.factors.append(float(values[0]))
        if self._is_linear:
            if values.size == 1:
                self.layers[-1].scale *= float(values[0])
            else:
                self.layers[-1].fold(values)
        else:
            self._scale, self._shift = self._scale * values, self._shift * values

    def shift(self, summand: NDArray[Any], operation: str) -> None:
        """Add a constant that can be broadcast to (n_images, …)."""
        values = self._for_a_sample(summand, operation)
        if self._is_linear:
            self.layers[-1].fold()
            self.layers[-1].biases = self.layers[-1].biases + values
        else:
            self._shift = self._shift + values

    def activate(self, activation: str, operation: str) -> None:
        """Apply an entry of `ACTIVATIONS`."""
        if not self._is_linear:
            raise NetworkError(f"{operation} must follow a dense layer; got it after something else.")
        self.layers[-1].activation = activation

    def finished(self, source: str) -> list[DenseLayer]:
        """Return the layers once all operations are done.

        Raises
        ------
        NetworkError
            If there is none, or something is left that belongs to no layer.
        """
        if not self.layers:
            raise NetworkError(f"{source} must have at least one dense layer (Gemm, or MatMul and Add); got none.")
        if self._is_scaled:
            raise NetworkError(f"{source} must end with a layer; got outputs that are scaled after their activation.")
        *hidden, output = self.layers
        for layer in hidden:
            layer.fold()
        if output.activation != CALIBRATED_OUTPUT or not 1 / MAX_TEMPERATURE <= output.scale <= 1 / MIN_TEMPERATURE:
            output.fold()
        return self.layers

    @property
    def temperature(self) -> float:
        """What a finished chain divides its outputs by before the softmax, to the seven digits of float32."""
        return float(f"{1 / self.layers[-1].scale:.7g}")

    @property
    def _is_linear(self) -> bool:
        return bool(self.layers) and self.layers[-1].activation is None

    @property
    def _is_scaled(self) -> bool:
        return self._scale is not _NO_SCALE or self._shift is not _NO_SHIFT

    def _for_a_sample(self, constant: NDArray[Any], operation: str) -> NDArray[np.float64]:
        """Return a constant as one value, or as one for each value of an image."""
        values = constant.astype(np.float64)
        if values.ndim > len(self.shape):
            if values.ndim > len(self.shape) + 1 or len(values) != 1:
                raise self._misfit(constant, operation)
            values = values[0]
        if values.size > 1 and None in self.shape:
            if len(self.shape) > 1:
                raise self._misfit(constant, operation)
            self.shape = values.shape
        try:
            values = np.broadcast_to(values, [length or 1 for length in self.shape]).reshape(-1)
        except ValueError:
            raise self._misfit(constant, operation) from None
        return values[:1] if (values == values[0]).all() else values

    def _misfit(self, constant: NDArray[Any], operation: str) -> NetworkError:
        shape = " × ".join(map(str, constant.shape))
        return NetworkError(
            f"The constant of {operation} must be one value or fit the {_text_of(self.shape)} values of an image; "
            f"got {shape}."
        )


def _text_of(shape: SampleShape) -> str:
    return " × ".join("?" if length is None else str(length) for length in shape)

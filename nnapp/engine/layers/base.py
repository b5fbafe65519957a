"""What every layer can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from nnapp.engine.arrays import FloatArray

__all__ = ["Layer", "Tape"]


@dataclass
class Tape:
    """The arrays one layer needs to learn from a batch, allocated once and used for every batch.

    A layer keeps no memory of its own between `forward` and `backward`, so one network can be read
    by a window while it is trained by another thread.

    Attributes
    ----------
    inputs : array (n_samples, n_inputs)
        Set by `forward`; not a copy.
    outputs : array (n_samples, n_outputs)
        Where `forward` writes. May be the inputs' own array (see `Layer.new_tape`).
    input_gradient : array (n_samples, n_inputs) or None
        Where `backward` writes ∂L/∂inputs; None where nobody reads it.
    parameter_gradient : array (n_parameters,)
        View of the whole network's gradient, where `backward` writes ∂L/∂parameters.
    """

    inputs: FloatArray
    outputs: FloatArray
    input_gradient: FloatArray | None
    parameter_gradient: FloatArray


class Layer(ABC):
    """One step of a network's computation, from (n_samples, n_inputs) to (n_samples, n_outputs)."""

    keeps_outputs = False
    """Whether `backward` reads the outputs, so that the next layer must not overwrite them."""

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases."""
        return 0

    def bind(self, parameters: FloatArray) -> None:  # noqa: B027  a layer without parameters has nothing to hold
        """Hold `parameters`, this layer's stretch of the network's vector, as views."""

    def initialize(self, initializer: str, rng: np.random.Generator) -> None:  # noqa: B027  nor to draw
        """Draw new parameters by the named entry of `INITIALIZERS`."""

    @abstractmethod
    def output_size(self, n_inputs: int) -> int:
        """Return the number of outputs for a number of inputs.

        Raises
        ------
        NetworkError
            If the layer cannot take that many inputs.
        """

    @abstractmethod
    def new_tape(
        self,
        inputs: FloatArray,
        parameter_gradient: FloatArray,
        *,
        may_overwrite_inputs: bool,
        wants_input_gradient: bool,
        rng: np.random.Generator | None,
    ) -> Tape:
        """Allocate what training on batches of the shape of `inputs` takes.

        Parameters
        ----------
        inputs : array (n_samples, n_inputs)
            The array in which the inputs of every batch will arrive.
        parameter_gradient : array (n_parameters,)
            Where this layer's gradient goes.
        may_overwrite_inputs : bool
            Whether the layer may use `inputs` for its outputs.
        wants_input_gradient : bool
            False for the first layer with parameters: nobody reads the gradient of the data.
        rng : numpy.random.Generator or None
            Source of chance during training.
        """

    @abstractmethod
    def forward(self, inputs: FloatArray, tape: Tape | None = None) -> FloatArray:
        """Compute the outputs, shape (n_samples, n_outputs).

        With a tape this is a step of training: the outputs are the tape's array, and the tape
        remembers what `backward` will need. Without one nothing but a new array is written, and any
        thread may call it.
        """

    @abstractmethod
    def backward(self, output_gradient: FloatArray, tape: Tape) -> FloatArray | None:
        """Carry ∂L/∂outputs back through the layer, after `forward` with the same tape.

        Writes ∂L/∂parameters into the tape's gradient and returns ∂L/∂inputs, or None if the tape
        has no room for it. May overwrite `output_gradient`.
        """

"""Dropout: random silence during training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnapp.engine.arrays import FloatArray
from nnapp.engine.layers.base import Layer, Tape
from nnapp.errors import NetworkError

__all__ = ["Dropout"]


class Dropout(Layer):
    """Set each value to zero with probability `rate` during training, and scale up the others.

    Inverted dropout (Srivastava et al. 2014, section 10): what is kept is multiplied by
    1 / (1 − rate), so that outside training the layer leaves its inputs as they are.

    Parameters
    ----------
    rate : float
        Share of values dropped, 0 ≤ rate < 1.

    Raises
    ------
    NetworkError
        If `rate` is outside its range.
    """

    def __init__(self, rate: float) -> None:
        if not 0 <= rate < 1:
            raise NetworkError(f"The dropout rate must be at least 0 and less than 1; got {rate:g}.")
        self.rate = float(rate)

    def __repr__(self) -> str:
        return f"Dropout({self.rate:g})"

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
        if rng is None:
            raise NetworkError("Training with dropout needs a random number generator; got none.")
        return _DropoutTape(inputs, np.empty_like(inputs), None, parameter_gradient, rng, np.empty_like(inputs))

    def forward(self, inputs: FloatArray, tape: Tape | None = None) -> FloatArray:
        if tape is None:
            return inputs
        assert isinstance(tape, _DropoutTape)
        scale = tape.mask.dtype.type(1 / (1 - self.rate))
        # In the order of memory, whichever way round the values lie there.
        mask = tape.mask if tape.mask.flags.c_contiguous else tape.mask.T
        # float32 even for a float64 network, so that both drop the same values.
        kept = tape.rng.random(mask.shape, np.float32) >= self.rate
        np.multiply(kept, scale, out=mask)
        return np.multiply(inputs, tape.mask, out=tape.outputs)

    def backward(self, output_gradient: FloatArray, tape: Tape) -> FloatArray | None:
        assert isinstance(tape, _DropoutTape)
        output_gradient *= tape.mask
        return output_gradient


@dataclass
class _DropoutTape(Tape):
    """A tape that also holds the source of chance and what was dropped (0, or the factor of what was kept)."""

    rng: np.random.Generator
    mask: FloatArray

"""The scale from black to white on which the activations of a layer are shown."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray

__all__ = ["ActivationScale", "activation_scale"]

_BOUNDED = {"inputs": (0.0, 1.0), "sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}
_SYMMETRIC = {"linear"}
_ENDS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)  # times a power of ten
_LEAST_SHARE = 0.5  # of the scale that the largest activation uses; below that the scale shrinks


@dataclass(frozen=True)
class ActivationScale:
    """Which activation is black and which is white.

    Attributes
    ----------
    low, high : float
        The activations that are black and white; what is outside is as black or as white.
    """

    low: float
    high: float

    @property
    def words(self) -> tuple[str, str]:
        """What is written at the black and at the white end."""
        low, high = (f"{end:g}".replace("-", "−") for end in (self.low, self.high))
        return low, high

    def levels(self, activations: FloatArray) -> NDArray[np.uint8]:
        """Return how bright activations are, 0 for black to 255 for white; what is not a number is black."""
        shares = (activations - self.low) * (255 / (self.high - self.low))
        levels: NDArray[np.uint8] = np.rint(np.clip(np.nan_to_num(shares), 0, 255)).astype(np.uint8)
        return levels


def activation_scale(
    activation_name: str, activations: FloatArray, before: ActivationScale | None = None
) -> ActivationScale:
    """Return the scale for the activations of a layer.

    Functions with bounds have those as their scale. The others have one that ends at a round number not far
    above the largest activation, and starts at 0, or at its negative for linear layers.

    Parameters
    ----------
    activation_name : str
        Entry of `ACTIVATIONS`, or "inputs", which are 0…1.
    activations : array (n_neurons,)
    before : ActivationScale, optional
        The scale so far. It stays while it suits the new activations too, so that the same grey goes on meaning
        the same.
    """
    if activation_name in _BOUNDED:
        return ActivationScale(*_BOUNDED[activation_name])
    is_symmetric = activation_name in _SYMMETRIC
    sizes = np.abs(activations) if is_symmetric else activations
    largest = float(np.max(sizes, where=np.isfinite(sizes), initial=0))
    if before is not None and (largest == 0 or _LEAST_SHARE * before.high <= largest <= before.high):
        return before
    high = _round_end(largest) if largest > 0 else 1.0
    return ActivationScale(-high if is_symmetric else 0.0, high)


def _round_end(value: float) -> float:
    """Return the smallest end of a scale that is at least `value`, which is greater than 0."""
    exponent = floor(log10(value))
    # Read as decimal numbers, because products with powers of ten are not what they are written as.
    ends = (float(f"{digits}e{exponent}") for digits in _ENDS)
    return next((end for end in ends if end >= value), value)

"""What keeps weights small and steps short: L1, L2 and gradient clipping. Biases are left alone."""

from __future__ import annotations

from math import sqrt

import numpy as np

from nnapp.engine.arrays import FloatArray
from nnapp.engine.network import Network
from nnapp.engine.optimizers import stretches

__all__ = ["add_penalty_gradients", "clip_gradient", "decay_weights"]


def add_penalty_gradients(network: Network, gradient: FloatArray, l1: float, l2: float) -> None:
    """Add the gradient of l1 · Σ|w| + l2/2 · Σw² over all weights to `gradient`, in place."""
    for part in network.weight_slices:
        weights = network.parameters[part]
        if l2:
            gradient[part] += l2 * weights
        if l1:
            gradient[part] += l1 * np.sign(weights)


def decay_weights(network: Network, share: float) -> None:
    """Make every weight smaller by a share of itself (decoupled weight decay)."""
    for part in network.weight_slices:
        network.parameters[part] *= 1 - share


def clip_gradient(gradient: FloatArray, longest: float) -> None:
    """Shorten a gradient whose Euclidean length exceeds `longest` to that length, in place."""
    square = 0.0
    for stretch in stretches(gradient):
        # In float64, since the square of a float32 may overflow and would make the whole gradient zero.
        piece = gradient[stretch].astype(np.float64)
        square += float(np.dot(piece, piece))
    length = sqrt(square)
    if length > longest:
        gradient *= longest / length

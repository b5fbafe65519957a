"""Optimizers: how a gradient changes the parameters.

Each is a few in-place operations on long pieces of whole vectors. ``g`` is the gradient, ``w`` the parameters, ``η``
the learning rate. Adam, whose ten passes can be half of the time of a training step, makes one compiled pass instead
where it can.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from math import sqrt
from typing import ClassVar

import numpy as np

from nnapp.engine.arrays import FloatArray
from nnapp.engine.compiled_adam import compiled_adam_step

__all__ = [
    "OPTIMIZERS",
    "PIECE_LENGTH",
    "SGD",
    "Adam",
    "AdamW",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "stretches",
]

PIECE_LENGTH = 65_536
"""Parameters updated at a time. Four such pieces of float32 are 1 MB, which most processors keep close to a core."""

_NEGLIGIBLE = 1e-30
"""What is remembered of a weight whose gradient stays 0 (that of a pixel at the edge) shrinks step by step to less than
1e-38, where processors compute at a fraction of their speed: with 2 % of such values Adam took a fifth longer. This far
below the ε of 1e-8 it changes no weight, and is taken for 0."""

_UPDATES_BETWEEN_CLEANINGS = 64
"""Seldom enough to cost nothing, often enough: 0.9 to the power of 64 is 1e-3."""


class Optimizer(ABC):
    """Changes a vector of parameters, and remembers what it needs from step to step.

    Parameters
    ----------
    parameters : array (n_parameters,)
        The vector that `update` changes.
    momentum : float
        Share of the previous step that is kept, 0 ≤ momentum < 1, for those that have it.

    Attributes
    ----------
    n_updates : int
        Number of updates so far.
    memory : dict of str to array (n_parameters,)
        All that is remembered besides; writing a saved memory into these arrays, and `n_updates`,
        continues where the saved optimizer stood.
    """

    name: ClassVar[str]
    formula: ClassVar[str]
    memory_names: ClassVar[tuple[str, ...]] = ()
    decouples_weight_decay: ClassVar[bool] = False
    """Whether L2 regularisation shrinks the weights directly instead of entering the gradient."""

    def __init__(self, parameters: FloatArray, momentum: float = 0.9) -> None:
        self.parameters = parameters
        self.momentum = momentum
        self.n_updates = 0
        self.memory: dict[str, FloatArray] = {name: np.zeros_like(parameters) for name in self.memory_names}

    def update(self, gradient: FloatArray, learning_rate: float) -> None:
        """Take one step down `gradient`, which is overwritten."""
        self.n_updates += 1
        if not self._step_at_once(gradient, learning_rate):
            for piece in stretches(gradient):
                memory = [vector[piece] for vector in self.memory.values()]
                self._step(self.parameters[piece], gradient[piece], learning_rate, *memory)
        if self.n_updates % _UPDATES_BETWEEN_CLEANINGS == 0:
            for vector in self.memory.values():
                for piece in stretches(vector):
                    vector[piece][np.abs(vector[piece]) < _NEGLIGIBLE] = 0

    def forget(self) -> None:
        """Begin anew: as after no update at all."""
        self.n_updates = 0
        for vector in self.memory.values():
            vector[:] = 0

    def _step_at_once(self, gradient: FloatArray, learning_rate: float) -> bool:
        """Change all parameters and memories in one compiled pass, if there is one; return whether."""
        return False

    @abstractmethod
    def _step(self, weights: FloatArray, gradient: FloatArray, learning_rate: float, *memory: FloatArray) -> None:
        """Change a piece of the parameters and of each memory, given its gradient, which may be overwritten.

        `n_updates` counts this step already.
        """


class SGD(Optimizer):
    """Stochastic gradient descent."""

    name = "sgd"
    formula = "w ← w − η g"

    def _step(self, weights: FloatArray, gradient: FloatArray, learning_rate: float, *memory: FloatArray) -> None:
        gradient *= learning_rate
        weights -= gradient


class Momentum(Optimizer):
    """Gradient descent with classical momentum (Polyak 1964)."""

    name = "momentum"
    formula = "v ← μ v + g, w ← w − η v"
    memory_names = ("velocity",)

    def _step(self, weights: FloatArray, gradient: FloatArray, learning_rate: float, *memory: FloatArray) -> None:
        (velocity,) = memory
        velocity *= self.momentum
        velocity += gradient
        np.multiply(velocity, learning_rate, out=gradient)
        weights -= gradient


class Nesterov(Optimizer):
    """Nesterov's accelerated gradient (Sutskever et al. 2013), with w as the point looked ahead to.

    That form needs the gradient at w alone (Bengio, Boulanger-Lewandowski and Pascanu 2013, section 3.5).
    """

    name = "nesterov"
    formula = "v ← μ v + g, w ← w − η (g + μ v)"
    memory_names = ("velocity",)

    def _step(self, weights: FloatArray, gradient: FloatArray, learning_rate: float, *memory: FloatArray) -> None:
        (velocity,) = memory
        velocity *= self.momentum
        velocity += gradient
        gradient += self.momentum * velocity
        gradient *= learning_rate
        weights -= gradient


class RMSProp(Optimizer):
    """Gradient divided by its recent root mean square (Tieleman and Hinton 2012, lecture 6e)."""

    name = "rmsprop"
    formula = "s ← 0.9 s + 0.1 g², w ← w − η g / (√s + 10⁻⁸)"
    memory_names = ("mean_square",)
    decay: ClassVar[float] = 0.9
    epsilon: ClassVar[float] = 1e-8

    def _step(self, weights: FloatArray, gradient: FloatArray, learning_rate: float, *memory: FloatArray) -> None:
        (mean_square,) = memory
        mean_square *= self.decay
        mean_square += (1 - self.decay) * gradient * gradient
        gradient *= learning_rate
        gradient /= np.sqrt(mean_square) + self.epsilon
        weights -= gradient


class Adam(Optimizer):
    """Adaptive moments (Kingma and Ba 2015, algorithm 1), with the paper's β₁, β₂ and ε.

    The moments are kept divided by their constant factors, M = m / (1 − β₁) and V = v / (1 − β₂), which
    saves two passes over the vectors a step; the factors and the bias corrections then are two
    numbers. With c = √((1 − β₂) / (1 − β₂ᵗ)):

        η · m̂ / (√v̂ + ε) = η (1 − β₁) / ((1 − β₁ᵗ) c) · M / (√V + ε / c)
    """

    name = "adam"
    formula = "m ← 0.9 m + 0.1 g, v ← 0.999 v + 0.001 g², w ← w − η m̂ / (√v̂ + 10⁻⁸)"
    memory_names = ("scaled_mean", "scaled_mean_square")
    beta1: ClassVar[float] = 0.9
    beta2: ClassVar[float] = 0.999
    epsilon: ClassVar[float] = 1e-8

    def _step_at_once(self, gradient: FloatArray, learning_rate: float) -> bool:
        step = compiled_adam_step(gradient.dtype)
        if step is None:
            return False
        factor, epsilon = self._factor_and_epsilon(learning_rate)
        step(self.parameters, gradient, *self.memory.values(), self.beta1, self.beta2, epsilon, factor)
        return True

    def _step(self, weights: FloatArray, gradient: FloatArray, learning_rate: float, *memory: FloatArray) -> None:
        mean, mean_square = memory
        factor, epsilon = self._factor_and_epsilon(learning_rate)
        mean *= self.beta1
        mean += gradient
        gradient *= gradient
        mean_square *= self.beta2
        mean_square += gradient
        np.sqrt(mean_square, out=gradient)
        gradient += epsilon
        np.divide(mean, gradient, out=gradient)
        gradient *= factor
        weights -= gradient

    def _factor_and_epsilon(self, learning_rate: float) -> tuple[float, float]:
        """Return what the quotient is multiplied by, and what is added to the root."""
        correction = sqrt((1 - self.beta2) / (1 - self.beta2**self.n_updates))
        factor = learning_rate * (1 - self.beta1) / ((1 - self.beta1**self.n_updates) * correction)
        return factor, self.epsilon / correction


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).

    λ is counted as in PyTorch: the decay is multiplied by the whole learning rate, the paper's by the
    schedule's factor alone.
    """

    name = "adamw"
    formula = "as adam, and w ← w − η λ w for weights"
    decouples_weight_decay = True


def stretches(vector: FloatArray) -> Iterator[slice]:
    """Yield the stretches of `PIECE_LENGTH` that a vector is gone through in."""
    return (slice(start, start + PIECE_LENGTH) for start in range(0, len(vector), PIECE_LENGTH))


OPTIMIZERS: dict[str, type[Optimizer]] = {
    optimizer.name: optimizer for optimizer in (SGD, Momentum, Nesterov, RMSProp, Adam, AdamW)
}
"""All optimizers by name."""

"""Optimizers: how a gradient changes the parameters.

Each is a few in-place operations on whole vectors. ``g`` is the gradient, ``w`` the parameters, ``η``
the learning rate.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import sqrt
from typing import ClassVar

import numpy as np

from nnapp.engine.arrays import FloatArray

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "Adam",
    "AdamW",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
]


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
        self._step(gradient, learning_rate)

    @abstractmethod
    def _step(self, gradient: FloatArray, learning_rate: float) -> None:
        """Change the parameters; `n_updates` counts this step already."""


class SGD(Optimizer):
    """Stochastic gradient descent."""

    name = "sgd"
    formula = "w ← w − η g"

    def _step(self, gradient: FloatArray, learning_rate: float) -> None:
        gradient *= learning_rate
        self.parameters -= gradient


class Momentum(Optimizer):
    """Gradient descent with classical momentum (Polyak 1964)."""

    name = "momentum"
    formula = "v ← μ v + g, w ← w − η v"
    memory_names = ("velocity",)

    def _step(self, gradient: FloatArray, learning_rate: float) -> None:
        velocity = self.memory["velocity"]
        velocity *= self.momentum
        velocity += gradient
        np.multiply(velocity, learning_rate, out=gradient)
        self.parameters -= gradient


class Nesterov(Optimizer):
    """Nesterov's accelerated gradient (Sutskever et al. 2013), with w as the point looked ahead to.

    That form needs the gradient at w alone (Bengio, Boulanger-Lewandowski and Pascanu 2013, section 3.5).
    """

    name = "nesterov"
    formula = "v ← μ v + g, w ← w − η (g + μ v)"
    memory_names = ("velocity",)

    def _step(self, gradient: FloatArray, learning_rate: float) -> None:
        velocity = self.memory["velocity"]
        velocity *= self.momentum
        velocity += gradient
        gradient += self.momentum * velocity
        gradient *= learning_rate
        self.parameters -= gradient


class RMSProp(Optimizer):
    """Gradient divided by its recent root mean square (Tieleman and Hinton 2012, lecture 6e)."""

    name = "rmsprop"
    formula = "s ← 0.9 s + 0.1 g², w ← w − η g / (√s + 10⁻⁸)"
    memory_names = ("mean_square",)
    decay: ClassVar[float] = 0.9
    epsilon: ClassVar[float] = 1e-8

    def _step(self, gradient: FloatArray, learning_rate: float) -> None:
        mean_square = self.memory["mean_square"]
        mean_square *= self.decay
        mean_square += (1 - self.decay) * gradient * gradient
        gradient *= learning_rate
        gradient /= np.sqrt(mean_square) + self.epsilon
        self.parameters -= gradient


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
    piece_length: ClassVar[int] = 16_384
    """Parameters updated at a time: four such pieces of float32 stay in a core's own cache."""

    def _step(self, gradient: FloatArray, learning_rate: float) -> None:
        correction = sqrt((1 - self.beta2) / (1 - self.beta2**self.n_updates))
        factor = learning_rate * (1 - self.beta1) / ((1 - self.beta1**self.n_updates) * correction)
        epsilon = self.epsilon / correction
        vectors = (self.parameters, gradient, self.memory["scaled_mean"], self.memory["scaled_mean_square"])
        for start in range(0, len(gradient), self.piece_length):
            weights, g, mean, mean_square = (vector[start : start + self.piece_length] for vector in vectors)
            mean *= self.beta1
            mean += g
            g *= g
            mean_square *= self.beta2
            mean_square += g
            np.sqrt(mean_square, out=g)
            g += epsilon
            np.divide(mean, g, out=g)
            g *= factor
            weights -= g


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).

    λ is counted as in PyTorch: the decay is multiplied by the whole learning rate, the paper's by the
    schedule's factor alone.
    """

    name = "adamw"
    formula = "as adam, and w ← w − η λ w for weights"
    decouples_weight_decay = True


OPTIMIZERS: dict[str, type[Optimizer]] = {
    optimizer.name: optimizer for optimizer in (SGD, Momentum, Nesterov, RMSProp, Adam, AdamW)
}
"""All optimizers by name."""

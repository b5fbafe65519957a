"""Initialisers: the random weights and biases a network starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from nnapp.engine.arrays import FloatArray

__all__ = ["INITIALIZERS", "Initializer"]


@dataclass(frozen=True)
class Initializer:
    """One way to draw the first weights of a dense layer.

    Attributes
    ----------
    name : str
        Its key in `INITIALIZERS`, and the word for it on the command line.
    fill : callable (weights, biases, rng) -> None
        Fill `weights` (n_outputs, n_inputs) and `biases` (n_outputs,) in place, drawing from `rng`.
    formula : str
        The distribution, for people.
    """

    name: str
    fill: Callable[[FloatArray, FloatArray, np.random.Generator], None]
    formula: str


def _fill_uniform(values: FloatArray, bound: float, rng: np.random.Generator) -> None:
    # 2u − 1 with u in [0, 1), drawn in float32 whatever the network's precision, so that a float64
    # twin of a network starts from the same numbers.
    values[...] = (2 * rng.random(values.shape, np.float32) - 1) * np.float32(bound)


def _fill_normal(values: FloatArray, deviation: float, rng: np.random.Generator) -> None:
    values[...] = rng.standard_normal(values.shape, np.float32) * np.float32(deviation)


def _uniform(weights: FloatArray, biases: FloatArray, rng: np.random.Generator) -> None:
    _fill_uniform(weights, 1.0, rng)
    _fill_uniform(biases, 1.0, rng)


def _xavier(weights: FloatArray, biases: FloatArray, rng: np.random.Generator) -> None:
    n_outputs, n_inputs = weights.shape
    _fill_uniform(weights, sqrt(6 / (n_inputs + n_outputs)), rng)
    biases[...] = 0


def _he(weights: FloatArray, biases: FloatArray, rng: np.random.Generator) -> None:
    _fill_normal(weights, sqrt(2 / weights.shape[1]), rng)
    biases[...] = 0


def _lecun(weights: FloatArray, biases: FloatArray, rng: np.random.Generator) -> None:
    _fill_normal(weights, sqrt(1 / weights.shape[1]), rng)
    biases[...] = 0


def _normal(weights: FloatArray, biases: FloatArray, rng: np.random.Generator) -> None:
    _fill_normal(weights, 0.01, rng)
    biases[...] = 0


INITIALIZERS: dict[str, Initializer] = {
    initializer.name: initializer
    for initializer in (
        Initializer("uniform", _uniform, "weights and biases uniform in (−1, 1)"),
        # Glorot and Bengio 2010, equation 16.
        Initializer("xavier", _xavier, "weights uniform within ±√(6 / (inputs + outputs)), biases 0"),
        # He, Zhang, Ren and Sun 2015, equation 10.
        Initializer("he", _he, "weights normal with variance 2 / inputs, biases 0"),
        # LeCun, Bottou, Orr and Müller 1998, equation 16.
        Initializer("lecun", _lecun, "weights normal with variance 1 / inputs, biases 0"),
        Initializer("normal", _normal, "weights normal with deviation 0.01, biases 0"),
    )
}
"""All initialisers by name."""

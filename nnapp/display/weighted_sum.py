"""How a neuron comes to its activation, written out: its largest terms, the rest, the bias, and what f makes of z."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnapp.engine.arrays import FloatArray
from nnapp.engine.input_gradient import check_neuron
from nnapp.engine.network import Network

__all__ = ["ACTIVATION_TITLES", "Term", "WeightedSum", "short_number", "weighted_sum"]

ACTIVATION_TITLES = {
    "sigmoid": "sigmoid",
    "relu": "ReLU",
    "leaky-relu": "leaky ReLU",
    "tanh": "tanh",
    "linear": "linear",
    "softmax": "softmax",
}
"""The names of the activation functions in a sentence."""


@dataclass(frozen=True)
class Term:
    """One connection's part of a weighted sum.

    Attributes
    ----------
    source : int
        Neuron of the previous layer, from 0.
    weight, activation : float
    """

    source: int
    weight: float
    activation: float

    @property
    def product(self) -> float:
        """What it adds to the sum."""
        return self.weight * self.activation


@dataclass(frozen=True)
class WeightedSum:
    """z = Σ w·a + b of one neuron for one image, and its activation f(z).

    The products of `terms`, `rest` and `bias` add up to `z`.

    Attributes
    ----------
    terms : tuple of Term
        Those with the largest |w·a|, the largest first; none that are 0.
    n_rest : int
        Number of other connections whose product is not 0.
    rest : float
        Sum of their products.
    bias, z, activation : float
    activation_name : str
        Entry of `ACTIVATIONS`.
    """

    terms: tuple[Term, ...]
    n_rest: int
    rest: float
    bias: float
    z: float
    activation: float
    activation_name: str

    def sentence(self) -> str:
        """Return "z = Σ w·a + b = 1.93·0.99 − 0.92·1.00 + 0.13 (125 more) + 0.31 = 2.74,  ReLU → 2.74"."""
        parts = [_signed(term.weight, factor=term.activation) for term in self.terms]
        if self.n_rest:
            parts.append(f"{_signed(self.rest)} ({self.n_rest:,} more)")
        parts.append(_signed(self.bias))
        total = " ".join(parts).removeprefix("+ ")
        if total.startswith("− "):
            total = "−" + total[2:]
        title = ACTIVATION_TITLES[self.activation_name]
        return f"z = Σ w·a + b = {total} = {short_number(self.z)},  {title} → {short_number(self.activation)}"


def weighted_sum(
    network: Network, activations: Sequence[FloatArray], layer: int, neuron: int, n_terms: int = 4
) -> WeightedSum:
    """Write out how a neuron comes to its activation.

    Parameters
    ----------
    activations : sequence of array (n_neurons,)
        Of one image, one per layer, inputs first.
    layer, neuron : int
        As for `check_neuron`.
    n_terms : int
        At most so many terms one by one.

    Raises
    ------
    NetworkError
        If there is no such neuron.
    """
    check_neuron(network, layer, neuron)
    dense = network.dense_layers[layer - 1]
    weights, sources = dense.weights[neuron], activations[layer - 1]
    # In float64 the parts add up to far more digits than are shown.
    products = weights.astype(np.float64) * sources
    order = np.argsort(-np.abs(products), kind="stable")
    n_present = int(np.count_nonzero(products))
    shown, others = order[: min(n_terms, n_present)], order[n_terms:]
    bias = float(dense.biases[neuron])
    return WeightedSum(
        terms=tuple(Term(int(source), float(weights[source]), float(sources[source])) for source in shown),
        n_rest=max(n_present - n_terms, 0),
        rest=float(products[others].sum()),
        bias=bias,
        z=float(products.sum()) + bias,
        activation=float(activations[layer][neuron]),
        activation_name=network.activation_names[layer - 1],
    )


def short_number(value: float) -> str:
    """Return a number with two decimals, or with up to four where it is small: "2.74", "−0.031", "0.0004"."""
    size = abs(value)
    decimals = 2 if size >= 0.095 or size == 0 else 3 if size >= 0.0095 else 4
    sign = "−" if value < 0 else ""
    return f"{sign}{size:,.{decimals}f}"


def _signed(value: float, *, factor: float | None = None) -> str:
    """Return "+ 1.93" or "− 0.92", followed by "·0.99" if there is a factor."""
    text = f"{'−' if value < 0 else '+'} {short_number(abs(value))}"
    if factor is None:
        return text
    return f"{text}·{short_number(factor)}" if factor >= 0 else f"{text}·({short_number(factor)})"

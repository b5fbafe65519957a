"""The weighted sum written out: largest terms first, and everything adds up."""

from __future__ import annotations

import re

import numpy as np
import pytest

from nnapp.display.weighted_sum import ACTIVATION_TITLES, Term, short_number, weighted_sum
from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.layers import Dense, ReLU, Tanh
from nnapp.engine.network import Network
from nnapp.errors import NetworkError


def four_inputs() -> tuple[Network, list[np.ndarray]]:
    """Return one ReLU neuron with the weights 0.5, 2, −1, 3 and the bias 0.25, and its activations for an image."""
    network = Network([Dense(4, 1), ReLU()])
    network.parameters[:] = [0.5, 2, -1, 3, 0.25]
    inputs = np.array([1, 0.75, 1, 0], np.float32)
    return network, [row[0] for row in network.activations(inputs[np.newaxis])]


def test_largest_terms_come_first_and_zeros_not_at_all() -> None:
    # Products 0.5, 1.5, −1, 0.
    found = weighted_sum(*four_inputs(), 1, 0)

    assert found.terms == (Term(1, 2, 0.75), Term(2, -1, 1), Term(0, 0.5, 1))
    assert (found.n_rest, found.rest, found.bias) == (0, 0, 0.25)
    assert (found.z, found.activation) == (0.5 + 1.5 - 1 + 0.25, 1.25)
    assert found.sentence() == "z = Σ w·a + b = 2.00·0.75 − 1.00·1.00 + 0.50·1.00 + 0.25 = 1.25,  ReLU → 1.25"


def test_what_is_not_shown_is_summed_up() -> None:
    found = weighted_sum(*four_inputs(), 1, 0, n_terms=1)

    assert (found.n_rest, found.rest) == (2, 0.5 - 1)
    assert found.sentence() == "z = Σ w·a + b = 2.00·0.75 − 0.50 (2 more) + 0.25 = 1.25,  ReLU → 1.25"


def test_negative_numbers_have_a_minus_and_factors_brackets() -> None:
    network = Network([Dense(1, 1), Tanh(), Dense(1, 1)])
    network.parameters[:] = [-2, 1, -0.5, -0.03]
    activations = [row[0] for row in network.activations(np.array([[1.0]]))]

    # tanh(−1) = −0.7616; −0.5 · −0.7616 − 0.03 = 0.3508.
    first, second = (weighted_sum(network, activations, layer, 0).sentence() for layer in (1, 2))
    assert first == "z = Σ w·a + b = −2.00·1.00 + 1.00 = −1.00,  tanh → −0.76"
    assert second == "z = Σ w·a + b = −0.50·(−0.76) − 0.030 = 0.35,  linear → 0.35"


def test_neuron_that_nothing_reaches_is_its_bias() -> None:
    network = Network([Dense(3, 1), ReLU()], initializer=None)
    network.parameters[-1] = -2
    activations = [row[0] for row in network.activations(np.zeros((1, 3)))]

    assert weighted_sum(network, activations, 1, 0).sentence() == "z = Σ w·a + b = −2.00 = −2.00,  ReLU → 0.00"


@pytest.mark.parametrize("n_terms", [1, 4, 1000])
@pytest.mark.parametrize("hidden", ["relu", "tanh"])
def test_parts_add_up_to_what_the_network_computes(n_terms: int, hidden: str) -> None:
    network = Network.dense([784, 50, 10], hidden_activation=hidden, rng=np.random.default_rng(1))
    image = np.random.default_rng(2).random((1, 784), np.float32)
    image[0, :500] = 0
    activations = [row[0] for row in network.activations(image)]

    for layer, neuron in ((1, 17), (2, 9)):
        found = weighted_sum(network, activations, layer, neuron, n_terms)

        parts = [term.product for term in found.terms]
        assert sum(parts) + found.rest + found.bias == pytest.approx(found.z, rel=1e-12)
        z = network.logits(image)[0, neuron] if layer == 2 else (image @ network.layers[0].weights[neuron])[0]
        assert found.z == pytest.approx(z + (found.bias if layer == 1 else 0), rel=1e-4, abs=1e-5)
        assert found.activation == activations[layer][neuron]
        sizes = [abs(part) for part in parts]
        assert sizes == sorted(sizes, reverse=True)
        assert len(parts) + found.n_rest == np.count_nonzero(activations[layer - 1])
        if len(parts) == n_terms:
            products = np.sort(np.abs(network.dense_layers[layer - 1].weights[neuron] * activations[layer - 1]))
            np.testing.assert_allclose(sizes, products[::-1][:n_terms], rtol=1e-5)


def test_what_is_written_adds_up_to_the_last_digit_but_for_rounding() -> None:
    network = Network.dense([30, 1], output_activation="linear", rng=np.random.default_rng(3))
    activations = [row[0] for row in network.activations(np.random.default_rng(4).random((1, 30)))]

    text = weighted_sum(network, activations, 1, 0).sentence()

    total, _, z = text.partition("+ b = ")[2].partition(",")[0].rpartition(" = ")
    found = 0.0
    for part in re.sub(r" \(\d+ more\)", "", total).replace("− ", "+ −").split("+ "):
        weight, _, activation = part.replace("−", "-").partition("·")
        found += float(weight) * float(activation or 1)
    # Each of four products is off by at most ½ · 0.01 · (|w| + |a|) < 0.01, the three other numbers by 0.005.
    assert found == pytest.approx(float(z.replace("−", "-")), abs=4 * 0.01 + 3 * 0.005)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.744, "2.74"),
        (0.0, "0.00"),
        (-0.5, "−0.50"),
        (0.0949, "0.095"),
        (-0.0123, "−0.012"),
        (0.00042, "0.0004"),
        (1234.5, "1,234.50"),
    ],
)
def test_numbers_have_as_many_decimals_as_they_need(value: float, text: str) -> None:
    assert short_number(value) == text


def test_every_activation_has_a_title() -> None:
    assert set(ACTIVATION_TITLES) == set(ACTIVATIONS)


def test_inputs_have_no_sum() -> None:
    with pytest.raises(NetworkError, match="must be 1…1, 0 being the inputs"):
        weighted_sum(*four_inputs(), 0, 0)

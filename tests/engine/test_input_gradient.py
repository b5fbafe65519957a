"""The gradient of a neuron: against central differences, for every kind of layer, and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnapp.engine.input_gradient import check_neuron, input_gradient
from nnapp.engine.network import Network
from nnapp.errors import NetworkError


@pytest.mark.parametrize("hidden", ["sigmoid", "relu", "leaky-relu", "tanh", "linear"])
@pytest.mark.parametrize("output", ["softmax", "sigmoid", "linear"])
def test_agrees_with_central_differences(hidden: str, output: str, central_differences: Any) -> None:
    network = Network.dense(
        [5, 6, 4, 3],
        hidden_activation=hidden,
        output_activation=output,
        dropout=0.5,
        dtype=np.float64,
        rng=np.random.default_rng(3),
    )
    inputs = np.random.default_rng(4).random((1, 5))

    for layer, neuron in ((1, 2), (2, 0), (3, 1)):
        value, gradient = input_gradient(network, inputs, layer, neuron, before_activation=False)

        expected = central_differences(lambda: network.activations(inputs)[layer][0, neuron], inputs)  # noqa: B023
        assert value == pytest.approx(network.activations(inputs)[layer][0, neuron], rel=1e-12)
        np.testing.assert_allclose(gradient, expected[0], rtol=1e-6, atol=1e-8)
    _, gradient = input_gradient(network, inputs, 3, 1, before_activation=True)
    expected = central_differences(lambda: network.logits(inputs)[0, 1], inputs)
    np.testing.assert_allclose(gradient, expected[0], rtol=1e-6, atol=1e-8)


def test_weighted_sum_of_a_hidden_neuron_by_hand() -> None:
    # Neuron 1 of layer 1 has the weights (3, −4) and the bias −6: z = 3 · 1 − 4 · 2 − 6 = −11, so ReLU is flat there.
    network = Network.dense([2, 2, 1])
    network.parameters[:] = [1, 2, 3, -4, 5, -6, 1, 1, 0]
    inputs = np.array([[1, 2]], np.float32)

    value, gradient = input_gradient(network, inputs, 1, 1, before_activation=True)
    assert (value, gradient.tolist()) == (-11, [3, -4])
    value, gradient = input_gradient(network, inputs, 1, 1, before_activation=False)
    assert (value, gradient.tolist()) == (0, [0, 0])


def test_changes_neither_network_nor_inputs() -> None:
    network = Network.dense([4, 3, 2], rng=np.random.default_rng(5))
    inputs = np.random.default_rng(6).random((1, 4)).astype(np.float32)
    before = network.parameters.copy(), inputs.copy()

    input_gradient(network, inputs, 2, 0, before_activation=False)

    np.testing.assert_array_equal(network.parameters, before[0])
    np.testing.assert_array_equal(inputs, before[1])


@pytest.mark.parametrize(
    ("layer", "neuron", "sentence"),
    [
        (0, 0, "The layer of a neuron must be 1…2, 0 being the inputs; got 0."),
        (3, 0, "The layer of a neuron must be 1…2, 0 being the inputs; got 3."),
        (1, 3, "The neuron of layer 1 must be 0…2; got 3."),
        (2, -1, "The neuron of layer 2 must be 0…1; got -1."),
    ],
)
def test_neuron_that_does_not_exist_is_refused(layer: int, neuron: int, sentence: str) -> None:
    with pytest.raises(NetworkError) as caught:
        check_neuron(Network.dense([4, 3, 2]), layer, neuron)
    assert str(caught.value) == sentence

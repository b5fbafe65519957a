"""L1, L2, decoupled decay and clipping: by arithmetic, and that biases are left alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnapp.engine.network import Network
from nnapp.engine.regularization import add_penalty_gradients, clip_gradient, decay_weights


def network_1_2_1() -> Network:
    """Return a network whose parameters are the weights 2 and −3, biases 10 and 20, weights 0 and 5, bias 30."""
    network = Network.dense([1, 2, 1], dtype=np.float64)
    network.parameters[:] = [2, -3, 10, 20, 0, 5, 30]
    return network


def test_l2_adds_lambda_w_to_the_gradient_of_each_weight() -> None:
    gradient = np.ones(7)

    add_penalty_gradients(network_1_2_1(), gradient, l1=0, l2=0.5)

    np.testing.assert_array_equal(gradient, [1 + 1, 1 - 1.5, 1, 1, 1, 1 + 2.5, 1])


def test_l1_adds_lambda_in_the_direction_of_each_weight() -> None:
    gradient = np.ones(7)

    add_penalty_gradients(network_1_2_1(), gradient, l1=0.25, l2=0)

    np.testing.assert_array_equal(gradient, [1.25, 0.75, 1, 1, 1, 1.25, 1])


def test_penalty_gradients_against_central_differences(central_differences: Any) -> None:
    network = Network.dense([3, 4, 2], dtype=np.float64, initializer="uniform", rng=np.random.default_rng(1))
    gradient = np.zeros(network.n_parameters)

    add_penalty_gradients(network, gradient, l1=0.3, l2=0.7)

    def penalty() -> float:
        return sum(
            0.3 * float(np.abs(layer.weights).sum()) + 0.35 * float((layer.weights**2).sum())
            for layer in network.dense_layers
        )

    np.testing.assert_allclose(gradient, central_differences(penalty, network.parameters), rtol=1e-7, atol=1e-9)


def test_decay_shrinks_weights_and_leaves_biases() -> None:
    network = network_1_2_1()

    decay_weights(network, 0.25)

    np.testing.assert_array_equal(network.parameters, [1.5, -2.25, 10, 20, 0, 3.75, 30])


@pytest.mark.parametrize(
    ("gradient", "longest", "expected"),
    [
        ([3, 4], 1, [0.6, 0.8]),  # of length 5
        ([3, 4], 5, [3, 4]),
        ([3, 4], 100, [3, 4]),
        ([0, 0], 1, [0, 0]),
        # The squares do not fit into a float32.
        ([3e30, 4e30], 10, [6, 8]),
    ],
)
def test_only_long_gradients_are_shortened(gradient: list[float], longest: float, expected: list[float]) -> None:
    vector = np.array(gradient, np.float32)

    with np.errstate(all="raise"):
        clip_gradient(vector, longest)

    np.testing.assert_allclose(vector, expected, rtol=1e-6)
    assert vector.dtype == np.float32

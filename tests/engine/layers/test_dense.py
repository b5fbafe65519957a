"""The dense layer: a worked example, views into one vector, gradients, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.layers import Dense
from nnapp.engine.layers.base import Tape
from nnapp.errors import NetworkError


def bound_dense(n_inputs: int, n_outputs: int, values: Any) -> tuple[Dense, NDArray[np.float64]]:
    layer = Dense(n_inputs, n_outputs)
    parameters = np.array(values, np.float64)
    layer.bind(parameters)
    return layer, parameters


def new_tape(layer: Dense, inputs: NDArray[Any], gradient: NDArray[Any], wants_input_gradient: bool = True) -> Tape:
    return layer.new_tape(
        inputs, gradient, may_overwrite_inputs=True, wants_input_gradient=wants_input_gradient, rng=None
    )


def test_parameters_are_the_weights_of_each_neuron_then_the_biases() -> None:
    layer, parameters = bound_dense(3, 2, [1, 2, 3, 4, 5, 6, 7, 8])

    assert layer.n_parameters == 8
    np.testing.assert_array_equal(layer.weights, [[1, 2, 3], [4, 5, 6]])
    np.testing.assert_array_equal(layer.biases, [7, 8])
    layer.weights[1, 0] = -4
    parameters[7] = -8
    assert parameters[3] == -4
    assert layer.biases[1] == -8


def test_forward_and_backward_by_arithmetic() -> None:
    # W = [[1, 2], [3, −1], [0, 4]], b = [10, 20, 30]
    layer, _ = bound_dense(2, 3, [1, 2, 3, -1, 0, 4, 10, 20, 30])
    inputs = np.array([[1.0, 2.0], [-1.0, 0.5]])
    gradient = np.full(9, np.nan)
    tape = new_tape(layer, inputs, gradient)

    outputs = layer.forward(inputs, tape)

    # Sample 1: 1·1 + 2·2 + 10, 3·1 − 1·2 + 20, 4·2 + 30; sample 2: −1 + 1 + 10, −3 − 0.5 + 20, 2 + 30.
    np.testing.assert_array_equal(outputs, [[15, 21, 38], [10, 16.5, 32]])
    assert outputs is tape.outputs

    # δ = [[1, 0, −1], [2, 1, 0]]
    input_gradient = layer.backward(np.array([[1.0, 0, -1], [2, 1, 0]]), tape)

    # ∂L/∂W_jk = Σ δ_j a_k: neuron 1: 1·[1, 2] + 2·[−1, 0.5]; neuron 2: [−1, 0.5]; neuron 3: −[1, 2].
    # ∂L/∂b = Σ δ = [3, 1, −1].
    np.testing.assert_array_equal(gradient, [-1, 3, -1, 0.5, -1, -2, 3, 1, -1])
    # δ W: [1, 2] − [0, 4] = [1, −2]; 2·[1, 2] + [3, −1] = [5, 3].
    np.testing.assert_array_equal(input_gradient, [[1, -2], [5, 3]])


def test_gradients_against_central_differences(central_differences: Any) -> None:
    rng = np.random.default_rng(6)
    layer, parameters = bound_dense(4, 3, rng.normal(size=15))
    inputs = rng.normal(size=(5, 4))
    factors = rng.normal(size=(5, 3))
    gradient = np.empty(15)
    tape = new_tape(layer, inputs, gradient)

    layer.forward(inputs, tape)
    input_gradient = layer.backward(factors.copy(), tape)

    def loss() -> float:
        return float((factors * (inputs @ layer.weights.T + layer.biases)).sum())

    np.testing.assert_allclose(gradient, central_differences(loss, parameters), rtol=1e-7, atol=1e-8)
    assert input_gradient is not None
    np.testing.assert_allclose(input_gradient, central_differences(loss, inputs), rtol=1e-7, atol=1e-8)


def test_gradient_that_nobody_reads_is_not_computed() -> None:
    layer, _ = bound_dense(2, 1, [1, 2, 3])
    inputs = np.ones((4, 2))
    tape = new_tape(layer, inputs, np.empty(3), wants_input_gradient=False)
    layer.forward(inputs, tape)

    assert tape.input_gradient is None
    assert layer.backward(np.ones((4, 1)), tape) is None


def test_forward_without_a_tape_remembers_nothing() -> None:
    layer, _ = bound_dense(2, 1, [1, 2, 3])
    before = dict(vars(layer))

    first = layer.forward(np.ones((4, 2)))
    second = layer.forward(np.zeros((4, 2)))

    assert not np.shares_memory(first, second)
    assert {name: id(value) for name, value in vars(layer).items()} == {name: id(v) for name, v in before.items()}


def test_layer_must_follow_one_of_its_size() -> None:
    assert Dense(3, 2).output_size(3) == 2
    with pytest.raises(NetworkError, match=r"^Dense\(3, 2\) must follow a layer of 3 outputs; got 4\.$"):
        Dense(3, 2).output_size(4)


@pytest.mark.parametrize(
    ("sizes", "name", "got"),
    [((0, 3), "inputs", "0"), ((3, -1), "outputs", "-1"), ((2.5, 3), "inputs", "2.5"), ((3, "4"), "outputs", "4")],
)
def test_wrong_sizes_are_refused(sizes: tuple[Any, Any], name: str, got: str) -> None:
    with pytest.raises(NetworkError) as caught:
        Dense(*sizes)

    assert str(caught.value) == (
        f"The number of {name} of a dense layer must be a whole number of at least 1; got {got}."
    )


def test_sizes_may_be_numpy_integers() -> None:
    assert repr(Dense(np.int64(3), np.uint8(2))) == "Dense(3, 2)"

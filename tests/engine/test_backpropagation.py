"""Gradients of whole networks: by hand, by central differences, and by PyTorch."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.backpropagation import Backpropagation
from nnapp.engine.layers import Dense, Dropout, Layer, Linear, ReLU, Sigmoid, Tape
from nnapp.engine.losses import LOSSES
from nnapp.engine.network import Network
from nnapp.errors import NetworkError, SettingError

Array = NDArray[Any]

HIDDEN = ["sigmoid", "relu", "leaky-relu", "tanh", "linear"]
OUTPUTS_AND_LOSSES = [
    *((output, "squared-error") for output in [*HIDDEN, "softmax"]),
    ("softmax", "cross-entropy"),
    ("sigmoid", "binary-cross-entropy"),
    ("softmax", "binary-cross-entropy"),
]


def textbook_loss(name: str, a: Array, y: Array) -> float:
    """Return the mean over samples of the definition, sums over outputs."""
    if name == "squared-error":
        losses = ((a - y) ** 2).sum(axis=1) / 2
    elif name == "cross-entropy":
        losses = -(y * np.log(a)).sum(axis=1)
    else:
        losses = -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(axis=1)
    return float(losses.mean())


def distance_to_kink(network: Network, inputs: Array) -> float:
    """Return the smallest |z| of any neuron for any sample."""
    activations = network.activations(inputs)
    sums = [a @ layer.weights.T + layer.biases for a, layer in zip(activations, network.dense_layers, strict=False)]
    return min(float(np.abs(z).min()) for z in sums)


def random_case(network: Network, n_samples: int) -> tuple[Array, Array]:
    """Give the network random parameters, and return inputs and one-hot targets with every |z| away from 0."""
    for seed in range(100):
        rng = np.random.default_rng(seed)
        network.parameters[:] = rng.normal(0, 0.5, network.n_parameters)
        inputs = rng.normal(size=(n_samples, network.n_inputs))
        targets = np.eye(network.n_outputs)[rng.integers(0, network.n_outputs, n_samples)]
        if distance_to_kink(network, inputs) > 1e-3:
            return inputs, targets
    raise AssertionError("no case without a kink")


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize(("output", "loss"), OUTPUTS_AND_LOSSES)
def test_gradient_of_every_combination(hidden: str, output: str, loss: str, central_differences: Any) -> None:
    network = Network.dense([4, 5, 4, 3], hidden_activation=hidden, output_activation=output, dtype=np.float64)
    inputs, targets = random_case(network, n_samples=6)
    backpropagation = Backpropagation(network, LOSSES[loss])

    loss_sum = backpropagation.run(inputs, targets)

    assert loss_sum / 6 == pytest.approx(textbook_loss(loss, network.forward(inputs), targets), rel=1e-12)
    expected = central_differences(lambda: textbook_loss(loss, network.forward(inputs), targets), network.parameters)
    np.testing.assert_allclose(backpropagation.gradient, expected, rtol=1e-6, atol=1e-8)
    assert np.abs(expected).max() > 1e-3


@pytest.mark.parametrize("hidden", HIDDEN)
def test_gradient_with_dropout_that_drops_the_same_each_time(hidden: str, central_differences: Any) -> None:
    network = Network.dense([4, 6, 5, 3], hidden_activation=hidden, dropout=0.4, dtype=np.float64)
    inputs, targets = random_case(network, n_samples=5)

    def run() -> tuple[float, Array]:
        backpropagation = Backpropagation(network, LOSSES["cross-entropy"], np.random.default_rng(17))
        return backpropagation.run(inputs, targets) / 5, backpropagation.gradient.astype(np.float64)

    loss, gradient = run()

    np.testing.assert_allclose(
        gradient, central_differences(lambda: run()[0], network.parameters), rtol=1e-6, atol=1e-8
    )
    assert loss != pytest.approx(textbook_loss("cross-entropy", network.forward(inputs), targets), rel=1e-3)


def test_rectified_network_by_hand() -> None:
    """x = [1, 2]; W1 = [[1, −1], [½, ½]], b1 = [0, −½]; W2 = [[2, 3]], b2 = 1; y = 1; squared error."""
    network = Network([Dense(2, 2), ReLU(), Dense(2, 1), Linear()], dtype=np.float64)
    network.parameters[:] = [1, -1, 0.5, 0.5, 0, -0.5, 2, 3, 1]
    backpropagation = Backpropagation(network, LOSSES["squared-error"])

    loss = backpropagation.run(np.array([[1.0, 2.0]]), np.array([[1.0]]))

    # z1 = [1 − 2, ½ + 1 − ½] = [−1, 1], a1 = [0, 1], a2 = 3 + 1 = 4; L = ½ (4 − 1)² = 4.5.
    assert loss == 4.5
    # δ2 = 3; ∂W2 = 3 a1 = [0, 3], ∂b2 = 3. δ1 = 3 W2 ⊙ [0, 1] = [0, 9]; ∂W1 = [[0, 0], [9, 18]], ∂b1 = [0, 9].
    assert backpropagation.gradient.tolist() == [0, 0, 9, 18, 0, 9, 0, 3, 3]


def test_sigmoid_network_by_hand() -> None:
    """x = [1, 2]; W1 = [[ln 3, 0], [0, −½ ln 3]], b1 = 0; W2 = [[1, −3]], b2 = 0; y = 1; squared error."""
    network = Network([Dense(2, 2), Sigmoid(), Dense(2, 1), Sigmoid()], dtype=np.float64)
    network.parameters[:] = [np.log(3), 0, 0, -np.log(3) / 2, 0, 0, 1, -3, 0]
    backpropagation = Backpropagation(network, LOSSES["squared-error"])

    loss = backpropagation.run(np.array([[1.0, 2.0]]), np.array([[1.0]]))

    # z1 = ±ln 3, a1 = [¾, ¼]; z2 = ¾ − ¾ = 0, a2 = ½; L = ½ · ¼.
    assert loss == pytest.approx(1 / 8, rel=1e-15)
    # δ2 = (½ − 1) · ½ · ½ = −1/8. ∂W2 = −1/8 [¾, ¼] = [−3/32, −1/32].
    # δ1 = −1/8 [1, −3] ⊙ [¾ · ¼, ¼ · ¾] = [−3/128, 9/128]; ∂W1 = δ1 xᵀ = [[−3, −6], [9, 18]] / 128.
    expected = [-3 / 128, -6 / 128, 9 / 128, 18 / 128, -3 / 128, 9 / 128, -3 / 32, -1 / 32, -1 / 8]
    np.testing.assert_allclose(backpropagation.gradient, expected, rtol=1e-14)


def test_gradient_is_the_mean_over_samples_and_the_loss_the_sum() -> None:
    network = Network.dense([3, 4, 2], dtype=np.float64)
    inputs, targets = random_case(network, n_samples=4)
    backpropagation = Backpropagation(network, LOSSES["cross-entropy"])
    losses, gradients = [], []
    for index in range(4):
        losses.append(backpropagation.run(inputs[index : index + 1], targets[index : index + 1]))
        gradients.append(backpropagation.gradient.copy())

    assert backpropagation.run(inputs, targets) == pytest.approx(sum(losses), rel=1e-12)
    np.testing.assert_allclose(backpropagation.gradient, np.mean(gradients, axis=0), rtol=1e-12, atol=1e-15)


def test_gradients_of_the_parts_of_a_batch_add_up() -> None:
    network = Network.dense([3, 4, 2], dtype=np.float64)
    inputs, targets = random_case(network, n_samples=7)
    backpropagation = Backpropagation(network, LOSSES["cross-entropy"])
    whole_loss = backpropagation.run(inputs, targets)
    whole = backpropagation.gradient.copy()

    first_loss = backpropagation.run(inputs[:5], targets[:5], n_samples=7)
    first = backpropagation.gradient.copy()
    second_loss = backpropagation.run(inputs[5:], targets[5:], n_samples=7)

    assert first_loss + second_loss == pytest.approx(whole_loss, rel=1e-12)
    np.testing.assert_allclose(first + backpropagation.gradient, whole, rtol=1e-12, atol=1e-15)


def test_buffers_are_used_again_without_mixing_batches() -> None:
    """A long batch, a short one, then the long one again: the same bits, in the same array."""
    network = Network.dense([6, 5, 4, 3], hidden_activation="sigmoid", rng=np.random.default_rng(1))
    rng = np.random.default_rng(2)
    inputs = rng.random((10, 6)).astype(np.float32)
    targets = np.eye(3, dtype=np.float32)[rng.integers(0, 3, 10)]
    backpropagation = Backpropagation(network, LOSSES["cross-entropy"])
    array = backpropagation.gradient

    first_loss = backpropagation.run(inputs, targets)
    first = backpropagation.gradient.copy()
    backpropagation.gradient[:] = np.nan  # an optimizer may use it as scratch space
    backpropagation.run(inputs[:3], targets[:3])
    second_loss = backpropagation.run(inputs, targets)

    assert backpropagation.gradient is array
    assert second_loss == first_loss
    np.testing.assert_array_equal(array, first)


def test_network_and_data_are_only_read() -> None:
    network = Network.dense([4, 5, 3], dtype=np.float64)
    inputs, targets = random_case(network, n_samples=6)
    for array in (network.parameters, inputs, targets):
        array.setflags(write=False)
    before = inputs.copy(), targets.copy(), network.parameters.copy()

    Backpropagation(network, LOSSES["cross-entropy"]).run(inputs, targets)

    for array, expected in zip((inputs, targets, network.parameters), before, strict=True):
        np.testing.assert_array_equal(array, expected)


@pytest.mark.parametrize(("output", "loss"), OUTPUTS_AND_LOSSES)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_huge_sums_give_finite_gradients_without_a_warning(hidden: str, output: str, loss: str) -> None:
    """Weights of ±100 on inputs of ±100 make every |z| of the hidden layer 10⁴."""
    network = Network.dense([1, 4, 2], hidden_activation=hidden, output_activation=output)
    network.parameters[:] = [100, -100, 100, -100, 0, 0, 0, 0, 1, -1, 1, -1, -1, 1, -1, 1, 0, 0]
    inputs = np.array([[100], [-100]], np.float32)
    targets = np.array([[1, 0], [1, 0]], np.float32)
    backpropagation = Backpropagation(network, LOSSES[loss])

    with np.errstate(all="raise", under="ignore"):
        loss_sum = backpropagation.run(inputs, targets)

    assert np.isfinite(loss_sum)
    assert np.isfinite(backpropagation.gradient).all()


@pytest.mark.parametrize(("output", "loss"), [("softmax", "cross-entropy"), ("sigmoid", "binary-cross-entropy")])
def test_very_wrong_and_very_sure_network_learns_at_full_speed(output: str, loss: str) -> None:
    """Where the outputs have been rounded to 1 and 0, ∂L/∂z = a − y is still 1 and −1."""
    network = Network.dense([1, 2], output_activation=output)
    network.parameters[:] = [1e4, -1e4, 0, 0]
    backpropagation = Backpropagation(network, LOSSES[loss])

    backpropagation.run(np.ones((1, 1), np.float32), np.array([[0, 1]], np.float32))

    assert backpropagation.gradient.tolist() == [1, -1, 1, -1]


class Doubling(Layer):
    """A kind of layer the engine does not know, which works in its inputs' own memory where it may."""

    def output_size(self, n_inputs: int) -> int:
        return n_inputs

    def new_tape(self, inputs: Array, parameter_gradient: Array, *, may_overwrite_inputs: bool, **options: Any) -> Tape:
        return Tape(inputs, inputs if may_overwrite_inputs else np.empty_like(inputs), None, parameter_gradient)

    def forward(self, inputs: Array, tape: Tape | None = None) -> Array:
        doubled: Array = np.multiply(inputs, 2, out=None if tape is None else tape.outputs)
        return doubled

    def backward(self, output_gradient: Array, tape: Tape) -> Array:
        output_gradient *= 2
        return output_gradient


def test_new_kind_of_layer_fits_in_anywhere(central_differences: Any) -> None:
    """After an activation, whose outputs are still needed, and after a dense layer, whose are not."""
    layers = [Dense(3, 4), Sigmoid(), Doubling(), Dense(4, 3), Doubling(), Dense(3, 2)]
    network = Network(layers, dtype=np.float64)
    inputs, targets = random_case(network, n_samples=5)
    before = inputs.copy()
    backpropagation = Backpropagation(network, LOSSES["squared-error"])

    backpropagation.run(inputs, targets)

    expected = central_differences(
        lambda: textbook_loss("squared-error", network.forward(inputs), targets), network.parameters
    )
    np.testing.assert_allclose(backpropagation.gradient, expected, rtol=1e-6, atol=1e-8)
    np.testing.assert_array_equal(inputs, before)


class WatchedDense(Dense):
    """A dense layer that remembers whether anybody wanted the gradient of its inputs."""

    def new_tape(self, inputs: Array, parameter_gradient: Array, **options: Any) -> Tape:
        self.wants_input_gradient: bool = options["wants_input_gradient"]
        return super().new_tape(inputs, parameter_gradient, **options)


def test_gradient_of_the_data_is_not_computed() -> None:
    layers = [WatchedDense(3, 4), WatchedDense(4, 3), WatchedDense(3, 2)]
    network = Network(layers)

    Backpropagation(network, LOSSES["squared-error"]).run(np.ones((1, 3), np.float32), np.ones((1, 2), np.float32))

    assert [layer.wants_input_gradient for layer in layers] == [False, True, True]


def test_dropout_needs_a_generator() -> None:
    network = Network.dense([2, 3, 2], dropout=0.5)
    backpropagation = Backpropagation(network, LOSSES["cross-entropy"])

    with pytest.raises(NetworkError, match="needs a random number generator"):
        backpropagation.run(np.ones((1, 2), np.float32), np.ones((1, 2), np.float32))


def test_loss_that_does_not_suit_the_outputs_is_refused() -> None:
    network = Network([Dense(2, 2), Sigmoid()])

    with pytest.raises(SettingError, match=r"cross-entropy needs outputs .* got sigmoid outputs"):
        Backpropagation(network, LOSSES["cross-entropy"])


def test_dropout_of_the_same_values_in_a_list_form_network() -> None:
    """Dropout between two dense layers without an activation function in between."""
    network = Network([Dense(3, 8), Dropout(0.5), Dense(8, 2)], dtype=np.float64)
    inputs, targets = random_case(network, n_samples=4)
    backpropagation = Backpropagation(network, LOSSES["squared-error"], np.random.default_rng(3))
    backpropagation.run(inputs, targets)
    # The same numbers as the layer draws: kept where u ≥ rate, times 1 / (1 − ½); neuron by neuron, since 4 samples
    # for 8 neurons lie so in memory.
    mask = (np.random.default_rng(3).random((8, 4), np.float32) >= 0.5).T * 2.0
    first, second = network.dense_layers

    hidden = (inputs @ first.weights.T + first.biases) * mask
    delta2 = (hidden @ second.weights.T + second.biases - targets) / 4
    delta1 = delta2 @ second.weights * mask
    expected = [delta1.T @ inputs, delta1.sum(axis=0), delta2.T @ hidden, delta2.sum(axis=0)]

    np.testing.assert_allclose(
        backpropagation.gradient, np.concatenate([part.ravel() for part in expected]), rtol=1e-12, atol=1e-14
    )


@pytest.mark.parametrize(
    ("hidden", "output", "loss"),
    [
        ("relu", "softmax", "cross-entropy"),
        ("sigmoid", "sigmoid", "binary-cross-entropy"),
        ("tanh", "linear", "squared-error"),
        ("leaky-relu", "sigmoid", "squared-error"),
    ],
)
def test_whole_network_against_pytorch(hidden: str, output: str, loss: str, torch: Any) -> None:
    functions = {
        "relu": torch.relu,
        "leaky-relu": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "linear": lambda z: z,
        "softmax": lambda z: torch.softmax(z, dim=1),
    }
    sizes = [20, 16, 12, 10]
    network = Network.dense(sizes, hidden_activation=hidden, output_activation=output, dtype=np.float64)
    inputs, targets = random_case(network, n_samples=9)
    backpropagation = Backpropagation(network, LOSSES[loss])
    loss_sum = backpropagation.run(inputs, targets)

    # The same layout, read independently: weights (outputs, inputs), then biases.
    vector = torch.tensor(network.parameters, dtype=torch.float64, requires_grad=True)
    values, start = torch.tensor(inputs), 0
    for n_inputs, n_outputs in pairwise(sizes):
        weights = vector[start : start + n_outputs * n_inputs].reshape(n_outputs, n_inputs)
        start += n_outputs * n_inputs
        biases = vector[start : start + n_outputs]
        start += n_outputs
        logits = torch.nn.functional.linear(values, weights, biases)
        values = functions[output if start == len(vector) else hidden](logits)
    y = torch.tensor(targets)
    if loss == "cross-entropy":
        expected = torch.nn.functional.cross_entropy(logits, y)
    elif loss == "binary-cross-entropy":
        expected = torch.nn.functional.binary_cross_entropy_with_logits(logits, y, reduction="sum") / 9
    else:
        expected = torch.nn.functional.mse_loss(values, y, reduction="sum") / 2 / 9
    expected.backward()

    np.testing.assert_allclose(network.forward(inputs), values.detach().numpy(), rtol=1e-12, atol=1e-15)
    assert loss_sum / 9 == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(backpropagation.gradient, vector.grad.numpy(), rtol=1e-10, atol=1e-14)

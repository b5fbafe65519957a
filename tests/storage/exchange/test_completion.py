"""Gaps are filled with what a person says, and scales are folded into the first layer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnapp.errors import MissingAnswerError, NetworkError
from nnapp.storage.exchange.completion import ANSWER_OPTIONS, Answers, complete, missing_answers
from nnapp.storage.exchange.foreign_network import ForeignNetwork, as_foreign, chain
from nnapp.storage.exchange.input_scaling import INPUT_SCALINGS, UNIT_SCALING, input_scaling_named

from .conftest import Layers

EVERYTHING = Answers("relu", "softmax", "unit")
BYTES = np.random.default_rng(5).integers(0, 256, (50, 12), np.uint8)


@pytest.fixture
def foreign(layers: Layers) -> ForeignNetwork:
    """Return a network of which only the weights are known."""
    return ForeignNetwork(*chain([(layers.w1, layers.b1), (layers.w2, layers.b2)], "a.npz"), (None, None))


@pytest.mark.parametrize(
    ("scale", "inputs"),
    [
        ("unit", BYTES / 255),
        ("bytes", BYTES * 1.0),
        ("signed", BYTES / 127.5 - 1),
        ("centred", BYTES / 255 - 0.5),
        ("mnist", (BYTES / 255 - 0.1307) / 0.3081),
        ("fashion-mnist", (BYTES / 255 - 0.2860) / 0.3530),
        ("inverted", 1 - BYTES / 255),
        ("0.25,2", (BYTES / 255 - 0.25) / 2),
        ("1,-0.00392156862745098", 255.0 - BYTES),
    ],
)
def test_answers_are_those_of_the_network_on_its_own_inputs(
    foreign: ForeignNetwork, layers: Layers, scale: str, inputs: np.ndarray
) -> None:
    network = complete(foreign, Answers("tanh", "linear", scale)).network
    # a₁ = tanh(W₁ x + b₁), a₂ = W₂ a₁ + b₂, in float64 on the scaled inputs.
    hidden = np.tanh(inputs @ layers.w1.T.astype(float) + layers.b1)
    expected = hidden @ layers.w2.T + layers.b2
    np.testing.assert_allclose(network.forward(BYTES), expected, rtol=1e-4, atol=1e-4)


def test_unit_keeps_every_bit(foreign: ForeignNetwork, layers: Layers) -> None:
    network = complete(foreign, EVERYTHING).network
    expected = np.concatenate([layers.w1.ravel(), layers.b1, layers.w2.ravel(), layers.b2])
    assert network.parameters.tobytes() == expected.tobytes()
    assert network.activation_names == ("relu", "softmax")


def test_folding_is_rounded_once() -> None:
    # 1 / 0.3081 and the bias of a hundred thousand equal weights are right to the last bit of float32.
    weights = np.full((1, 50_000), 0.1, np.float32)
    foreign = ForeignNetwork((weights,), (np.zeros(1, np.float32),), ("linear",), INPUT_SCALINGS["mnist"])
    dense = complete(foreign).network.dense_layers[0]
    tenth = float(np.float32(0.1))
    assert dense.weights[0, 0] == np.float32(tenth / 0.3081)
    assert dense.biases[0] == pytest.approx(-0.1307 / 0.3081 * 50_000 * tenth, rel=1e-7)


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        (Answers(), ("activation", "output", "input_scaling")),
        (Answers(activation="relu"), ("output", "input_scaling")),
        (Answers(output="softmax", input_scaling="unit"), ("activation",)),
    ],
)
def test_what_is_missing_is_named_with_its_options(
    foreign: ForeignNetwork, answers: Answers, missing: tuple[str, ...]
) -> None:
    assert missing_answers(foreign, answers) == missing
    with pytest.raises(MissingAnswerError, match=r"^a\.npz does not say") as caught:
        complete(foreign, answers, "a.npz")
    assert caught.value.names == missing
    for name, (subject, option, choices) in ANSWER_OPTIONS.items():
        assert (subject in str(caught.value)) == (name in missing)
        assert (f"{option} {'|'.join(choices)}" in str(caught.value)) == (name in missing)


def test_a_network_without_hidden_layers_needs_no_activation_of_them(layers: Layers) -> None:
    foreign = ForeignNetwork(*chain([(layers.w1, layers.b1)], "a.npz"), (None,))
    assert missing_answers(foreign) == ("output", "input_scaling")
    assert complete(foreign, Answers(None, "linear", "unit")).network.activation_names == ("linear",)


def test_a_person_goes_before_the_file(foreign: ForeignNetwork) -> None:
    said = replace(foreign, activations=("sigmoid", "linear"), input_scaling=UNIT_SCALING, loss="squared-error")
    assert complete(said).network.activation_names == ("sigmoid", "linear")
    assert complete(said).metadata.loss == "squared-error"
    assert complete(said, Answers("relu", "softmax")).network.activation_names == ("relu", "softmax")
    cross_entropy = replace(said, loss="cross-entropy")  # which linear outputs do not have
    assert complete(cross_entropy).metadata.loss is None
    assert complete(cross_entropy, Answers(output="softmax")).metadata.loss == "cross-entropy"


def test_one_activation_for_each_hidden_layer() -> None:
    square = (np.eye(2), np.zeros(2))
    foreign = ForeignNetwork(*chain([square] * 3, "a"), (None, None, None))
    network = complete(foreign, Answers("relu,tanh", "linear", "unit")).network
    assert network.activation_names == ("relu", "tanh", "linear")
    with pytest.raises(NetworkError, match="one for each of the 2"):
        complete(foreign, Answers("relu,tanh,relu", "linear", "unit"))


@pytest.mark.parametrize(
    "answers",
    [
        Answers("gelu", "softmax", "unit"),
        Answers("softmax", "softmax", "unit"),  # ties the neurons of a layer together
        Answers("relu", "argmax", "unit"),
        Answers("relu", "softmax", "0.5"),
        Answers("relu", "softmax", "0,0"),
        Answers("relu", "softmax", "nan,1"),
        Answers("relu", "softmax", "words"),
    ],
)
def test_wrong_answers(foreign: ForeignNetwork, answers: Answers) -> None:
    with pytest.raises(NetworkError, match="must be one of"):
        complete(foreign, answers)


def test_names_and_shape_are_kept_and_checked(foreign: ForeignNetwork) -> None:
    described = replace(foreign, class_names=("a", "b", "c"), input_shape=(3, 4))
    stored = complete(described, EVERYTHING)
    assert stored.class_names == ("a", "b", "c")
    assert stored.image_shape == (3, 4)
    with pytest.raises(NetworkError, match="class names"):
        complete(replace(foreign, class_names=("a",)), EVERYTHING)
    with pytest.raises(NetworkError, match="shape of the images"):
        complete(replace(foreign, input_shape=(5, 4)), EVERYTHING)


def test_a_stored_network_says_everything(foreign: ForeignNetwork) -> None:
    stored = complete(replace(foreign, class_names=("a", "b", "c"), input_shape=(3, 4)), EVERYTHING)
    again = as_foreign(stored)
    assert missing_answers(again) == ()
    assert complete(again).metadata == stored.metadata
    np.testing.assert_array_equal(complete(again).network.parameters, stored.network.parameters)


def test_folding_may_not_overflow(layers: Layers) -> None:
    foreign = ForeignNetwork(*chain([(np.full((1, 2), 3e38), np.zeros(1))], "a"), ("linear",))
    with pytest.raises(NetworkError, match="finite number of 32 bits"):
        complete(foreign, Answers(input_scaling="signed"), "a.npz")


def test_scalings_have_their_own_names() -> None:
    for name, scaling in INPUT_SCALINGS.items():
        assert input_scaling_named(name) is scaling
        assert scaling.name == name
        assert scaling.meaning


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        (((5, 12), 4), "one bias per output"),
        (((5, 12, 1), 5), "outputs × inputs"),
    ],
)
def test_chain_refuses_what_is_no_layer(shapes: tuple, words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        chain([(np.zeros(shapes[0]), np.zeros(shapes[1]))], "a.npz")


def test_chain_refuses_layers_that_do_not_fit() -> None:
    with pytest.raises(NetworkError, match="must take the 5 outputs of layer 1; got 4"):
        chain([(np.zeros((5, 12)), np.zeros(5)), (np.zeros((3, 4)), np.zeros(3))], "a.npz")

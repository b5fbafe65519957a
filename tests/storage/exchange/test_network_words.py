"""What files say in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnapp.engine import Network
from nnapp.errors import NetworkError
from nnapp.storage.exchange.network_words import activation_named, described, words_of
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_metadata import NetworkMetadata

THREE = (tuple(np.zeros((2, 2)) for _ in range(3)), tuple(np.zeros(2) for _ in range(3)))


@pytest.mark.parametrize(
    ("words", "activations"),
    [
        ({}, (None, None, None)),
        ({"activation": "relu"}, ("relu", "relu", None)),
        ({"hidden_activation": "tanh", "output_activation": "softmax"}, ("tanh", "tanh", "softmax")),
        ({"activation": "logistic", "out_activation_": "identity"}, ("sigmoid", "sigmoid", "linear")),  # scikit-learn
        ({"activations": ["relu", "tanh", "softmax"]}, ("relu", "tanh", "softmax")),
        ({"activations": '["relu", "tanh", "softmax"]'}, ("relu", "tanh", "softmax")),
        ({"activations": "relu, tanh, softmax"}, ("relu", "tanh", "softmax")),
        ({"activations": ["ReLU", "Leaky_ReLU"]}, ("relu", "leaky-relu", None)),
        ({"activation": ["relu", "tanh"]}, ("relu", "tanh", None)),
        ({"activations": "[["}, (None, None, None)),
        ({"unknown": "relu"}, (None, None, None)),
    ],
)
def test_activations(words: dict[str, Any], activations: tuple[str | None, ...]) -> None:
    assert described(THREE, words, "a.npz").activations == activations


@pytest.mark.parametrize("words", [{"activations": ["relu"]}, {"activations": "relu,relu,relu,relu"}])
def test_wrong_number_of_activations(words: dict[str, Any]) -> None:
    with pytest.raises(NetworkError, match="one per layer"):
        described(THREE, words, "a.npz")


def test_an_activation_that_nnapp_does_not_have_is_no_gap() -> None:
    with pytest.raises(NetworkError, match="'gelu'"):
        described(THREE, {"activation": "gelu"}, "a.npz")
    assert activation_named("LogSoftmax", "a") == "softmax"


@pytest.mark.parametrize(
    ("value", "name"),
    [("bytes", "bytes"), (255, "unit"), ("0.5,0.25", "0.5,0.25"), ([0.5, 0.25], "0.5,0.25")],
)
def test_scale(value: Any, name: str) -> None:
    scaling = described(THREE, {"input_scale": value}, "a.npz").input_scaling
    assert scaling is not None
    assert scaling.name == name


def test_a_scale_that_is_not_understood_is_asked_for() -> None:
    found = described(THREE, {"input_scale": "yes"}, "a.npz")
    assert found.input_scaling is None
    assert "'yes'" in found.notes[0]


def test_names_that_do_not_fit_are_left_out_and_told() -> None:
    found = described(THREE, {"class_names": ["a", "b", "c"], "input_shape": [3, 3]}, "a.npz")
    assert (found.class_names, found.input_shape) == ((), ())
    assert "names 3 classes for 2 outputs" in found.notes[0]
    assert "3×3 pixels" in found.notes[1]
    found = described(THREE, {"class_names": ["a", "b"], "input_shape": [1, 2]}, "a.npz")
    assert (found.class_names, found.input_shape, found.notes) == (("a", "b"), (1, 2), ())


def test_what_is_written_is_what_is_read() -> None:
    network = Network.dense([4, 3, 2], hidden_activation="tanh")
    metadata = NetworkMetadata(loss="cross-entropy", class_names=("ja, so", "[né]"), input_shape=(2, 2))
    words = words_of(StoredNetwork(network, metadata))
    assert all(isinstance(text, str) for text in words.values())
    layers = tuple(zip(*((dense.weights, dense.biases) for dense in network.dense_layers), strict=True))
    found = described(layers, words, "a")  # type: ignore[arg-type]  # zip loses that there are two
    assert found.activations == ("tanh", "softmax")
    assert found.class_names == ("ja, so", "[né]")
    assert found.input_shape == (2, 2)
    assert found.loss == "cross-entropy"
    assert found.input_scaling is not None
    assert found.input_scaling.name == "unit"


def test_gaps_in_a_list_are_asked_for() -> None:
    words = {"activations": [None, "tanh", "softmax"]}
    assert described(THREE, words, "a").activations == (None, "tanh", "softmax")
    said = words | {"activation": "relu"}
    assert described(THREE, said, "a").activations == ("relu", "tanh", "softmax")
    assert described(THREE, {"class_names": ["a", None]}, "a").class_names == ()


def test_names_that_nobody_could_read_are_left_out() -> None:
    found = described(THREE, {"class_names": ["a", "b" * 201]}, "a.npz")
    assert found.class_names == ()
    assert found.notes == ("a.npz names classes in more than 200 characters; the names were left out.",)
    assert described(THREE, {"class_names": ["a", "b" * 200]}, "a.npz").class_names == ("a", "b" * 200)


@pytest.mark.parametrize("word", [2, 2.0, "2.0", "2"])
def test_temperature_is_a_number_or_a_text_of_one(word: object) -> None:
    layers = ((np.zeros((2, 3), np.float32),), (np.zeros(2, np.float32),))
    assert described(layers, {"temperature": word}, "a.npz").temperature == 2


@pytest.mark.parametrize("word", ["hot", "nan", "inf", 0, 21, -1, 10**400, [1, 2], "[2]", {}])
def test_temperature_that_is_none_is_told(word: object) -> None:
    layers = ((np.zeros((2, 3), np.float32),), (np.zeros(2, np.float32),))
    found = described(layers, {"temperature": word}, "a.npz")
    assert found.temperature == 1
    assert "for the temperature, of which nnapp takes numbers from 0.05 to 20." in found.notes[0]

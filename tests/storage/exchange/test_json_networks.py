"""Networks in JSON."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnapp.errors import FileFormatError, MissingAnswerError, NetworkError, NnappError
from nnapp.storage.exchange import json_networks
from nnapp.storage.exchange.completion import Answers, complete, missing_answers
from nnapp.storage.exchange.json_networks import read_json_network_from

from .conftest import Layers


def read(document: Any) -> Any:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_json_network_from(io.BytesIO(content), "a.json")


def check(found: Any, layers: Layers) -> None:
    expected = (layers.w1, layers.w2, layers.b1, layers.b2)
    for actual, wanted in zip((*found.weights, *found.biases), expected, strict=True):
        np.testing.assert_array_equal(actual, wanted)


def test_nielsen(layers: Layers) -> None:
    document = {
        "sizes": [12, 5, 3],
        "weights": [layers.w1.tolist(), layers.w2.tolist()],
        "biases": [layers.b1[:, np.newaxis].tolist(), layers.b2[:, np.newaxis].tolist()],
        "cost": "CrossEntropyCost",
    }
    found = read(document)
    check(found, layers)
    assert missing_answers(found) == ()
    assert found.loss == "binary-cross-entropy"
    image = np.linspace(0, 1, 12)
    # feedforward of network2.py: for b, w: a = sigmoid(np.dot(w, a) + b), with a column.
    activation = image[:, np.newaxis]
    for bias, weight in zip(document["biases"], document["weights"], strict=True):
        activation = 1 / (1 + np.exp(-(np.dot(weight, activation) + bias)))
    answer = complete(found).network.forward(image[np.newaxis])
    np.testing.assert_allclose(answer, activation.T, rtol=1e-5)


def test_nielsen_with_equal_layers_is_outputs_by_inputs() -> None:
    matrix = [[0.0, 1.0], [2.0, 3.0]]
    document = {"sizes": [2, 2, 2], "weights": [matrix] * 2, "biases": [[[0.0], [0.0]]] * 2, "cost": "QuadraticCost"}
    found = read(document)
    np.testing.assert_array_equal(found.weights[0], matrix)
    assert found.loss == "squared-error"
    with pytest.raises(NetworkError, match=r"gives as sizes, \[2, 3, 2\]"):
        read(document | {"sizes": [2, 3, 2]})


def test_scikit_learn(layers: Layers) -> None:
    found = read(
        {
            "coefs": [layers.w1.T.tolist(), layers.w2.T.tolist()],
            "intercepts": [layers.b1.tolist(), layers.b2.tolist()],
            "activation": "logistic",
            "out_activation_": "softmax",
            "hidden_layer_sizes": [5],
            "n_iter_": 20,
        }
    )
    check(found, layers)
    assert found.activations == ("sigmoid", "softmax")


def test_answers_of_scikit_learn() -> None:
    neural_network = pytest.importorskip("sklearn.neural_network")
    rng = np.random.default_rng(0)
    images, labels = rng.normal(size=(60, 12)), np.arange(60) % 3
    for activation in ("relu", "logistic", "tanh", "identity"):
        model = neural_network.MLPClassifier((6,), activation=activation, random_state=1)
        model.partial_fit(images, labels, classes=[0, 1, 2])
        names = ("coefs_", "intercepts_")
        document = {name: [array.tolist() for array in getattr(model, name)] for name in names}
        found = read(document | {"activation": model.activation, "out_activation_": model.out_activation_})
        network = complete(found, Answers(input_scaling="unit")).network
        np.testing.assert_allclose(network.forward(images), model.predict_proba(images), atol=1e-5)


@pytest.mark.parametrize("column", [False, True])
def test_plain_lists(layers: Layers, column: bool) -> None:
    biases = [b[:, np.newaxis].tolist() if column else b.tolist() for b in (layers.b1, layers.b2)]
    found = read({"weights": [layers.w1.tolist(), layers.w2.tolist()], "biases": biases})
    check(found, layers)
    assert found.activations == (None, None)


def test_a_list_of_layers(layers: Layers) -> None:
    found = read(
        {
            "layers": [
                {"weights": layers.w1.T.tolist(), "biases": layers.b1.tolist(), "activation": "relu"},
                {"weights": layers.w2.T.tolist(), "biases": layers.b2.tolist(), "activation": "softmax"},
            ]
        }
    )
    check(found, layers)
    assert found.activations == ("relu", "softmax")


def test_names_and_a_byte_order_mark(layers: Layers) -> None:
    document = {
        "W1": layers.w1.tolist(), "b1": layers.b1.tolist(), "W2": layers.w2.tolist(), "b2": layers.b2.tolist(),
        "class_names": ["a", "b", "c"], "accuracy": 0.97, "name": "mine", "trained": True, "none": None,
    }  # fmt: skip
    found = read(b"\xef\xbb\xbf" + json.dumps(document).encode())
    check(found, layers)
    assert found.class_names == ("a", "b", "c")


def test_single_layer() -> None:
    found = read({"weights": [[1, 2, 3], [4, 5, 6]], "biases": [7, 8]})
    np.testing.assert_array_equal(found.weights[0], [[1, 2, 3], [4, 5, 6]])
    np.testing.assert_array_equal(found.biases[0], [7, 8])


def test_ragged_lists_are_told_with_their_place(layers: Layers) -> None:
    weights = [layers.w1.tolist(), layers.w2.tolist()]
    del weights[1][2][-1]
    with pytest.raises(NetworkError, match=r"'weights_1' in a\.json must all have 5 numbers.* got 4 in row 2"):
        read({"weights": weights, "biases": [layers.b1.tolist(), layers.b2.tolist()]})


@pytest.mark.parametrize(
    "content",
    [
        b"[1, 2]",
        b"{",
        b"",
        b"\xff",
        b'{"weights": [[NaN]]}',
        b'{"weights": [[1e999]]}',
        b'{"W1": [[1]], "W1": [[2]]}',
        b'{"weights": ' + b"[" * 100_000,
        b'{"weights": ' + b"[" * 40 + b"]" * 40 + b"}",
    ],
)
def test_bad_json(content: bytes) -> None:
    with pytest.raises(FileFormatError, match=r"a\.json"):
        read(content)


def test_deep_lists_and_words_for_numbers() -> None:
    for document in ({"W1": [[["1"]]]}, {"W1": [[[[[[[[[[1]]]]]]]]]]}, {"W1": [[True]]}, {"W1": [[10**99, 1]]}, {}):
        with pytest.raises(NetworkError, match=r"a\.json"):
            read(document)


def test_squares_without_a_hint_are_asked_for() -> None:
    with pytest.raises(MissingAnswerError):
        read({"weights": [[[1, 2], [3, 4]]], "biases": [[0, 0]]})


def test_length_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_networks, "MAX_JSON_NETWORK_BYTES", 10)
    with pytest.raises(FileFormatError, match="at most 10 bytes"):
        read({"weights": [[1, 2]]})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # nested values take long to make on a busy machine
@given(
    st.dictionaries(
        st.sampled_from(["weights", "biases", "W1", "b1", "sizes", "cost", "activations", "layers"]), VALUES
    )
)
def test_any_json_gives_a_network_or_one_sentence(document: dict[str, Any]) -> None:
    message = "a.json"
    try:
        read(document)
    except NnappError as error:
        message = str(error)
    assert "a.json" in message


def test_activations_of_some_layers(layers: Layers) -> None:
    first = {"weights": layers.w1.tolist(), "biases": layers.b1.tolist()}
    second = {"weights": layers.w2.tolist(), "biases": layers.b2.tolist()}
    assert read({"layers": [first, second | {"activation": "softmax"}]}).activations == (None, "softmax")
    assert read({"layers": [first | {"activation": "relu"}, second]}).activations == ("relu", None)
    # In a dictionary, layers are in the order of their numbers, and so are their activations.
    named = {"layer2": second | {"activation": "softmax"}, "layer1": first | {"activation": "tanh"}}
    assert read(named).activations == ("tanh", "softmax")
    # One for the whole network is one for the hidden layers.
    assert read({"model": {"W1": first["weights"], "W2": second["weights"], "activation": "relu"}}).activations == (
        "relu",
        None,
    )


@pytest.mark.parametrize(("item", "message"), [(b"[]", "lists and objects"), (b"{}", "lists"), (b'""', "texts")])
def test_what_takes_twenty_times_its_length_is_refused_unread(item: bytes, message: str) -> None:
    content = b'{"weights":[' + item + (b"," + item) * 2**20 + b"]}"
    tracemalloc.start()
    with pytest.raises(FileFormatError, match=rf"a\.json must hold at most .* {message}"):
        read_json_network_from(io.BytesIO(content), "a.json")
    assert tracemalloc.get_traced_memory()[1] < 2 * len(content)
    tracemalloc.stop()


def test_one_name_twice_in_different_clothes(layers: Layers) -> None:
    with pytest.raises(NetworkError, match="got a/W1 twice"):
        read({"a/W1": layers.w1.tolist(), "a": {"W1": layers.w1.tolist()}})

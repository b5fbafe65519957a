"""Layouts of arrays in the wild, each spelled out, and what must be refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.errors import MissingAnswerError, NetworkError
from nnapp.storage.exchange.array_layouts import network_from_arrays
from nnapp.storage.exchange.foreign_network import ForeignNetwork

from .conftest import Layers

NAMES = {
    "W1 b1": ("W1", "b1", "W2", "b2"),
    "w1 b1": ("w1", "b1", "w2", "b2"),
    "W0 b0": ("W0", "b0", "W1", "b1"),
    "weights_0": ("weights_0", "biases_0", "weights_1", "biases_1"),
    "weights.0": ("weights.0", "biases.0", "weights.1", "biases.1"),
    "weight1": ("weight1", "bias1", "weight2", "bias2"),
    "coefs_0": ("coefs_0", "intercepts_0", "coefs_1", "intercepts_1"),
    "layer0/weight": ("layer0/weight", "layer0/bias", "layer1/weight", "layer1/bias"),
    "layers.0.weight": ("layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"),
    "nn.Sequential": ("0.weight", "0.bias", "2.weight", "2.bias"),
    "fc1.weight": ("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"),
    "fc, out": ("fc.weight", "fc.bias", "out.weight", "out.bias"),
    "Keras": ("dense/kernel:0", "dense/bias:0", "dense_1/kernel:0", "dense_1/bias:0"),
    "hidden, output": ("hidden_weights", "hidden_bias", "output_weights", "output_bias"),
    "W_ih": ("W_ih", "b_h", "W_ho", "b_o"),
    "weights_input_hidden": ("weights_input_hidden", "bias_hidden", "weights_hidden_output", "bias_output"),
}
"""Names of the weights and biases of two layers."""


def check(found: ForeignNetwork, layers: Layers) -> None:
    for actual, expected in zip(found.weights, (layers.w1, layers.w2), strict=True):
        np.testing.assert_array_equal(actual, expected)
    for actual, expected in zip(found.biases, (layers.b1, layers.b2), strict=True):
        np.testing.assert_array_equal(actual, expected)
    assert found.layer_sizes == (12, 5, 3)
    assert found.activations == (None, None)
    assert found.input_scaling is None


@pytest.mark.parametrize("transposed", [False, True], ids=["outputs × inputs", "inputs × outputs"])
@pytest.mark.parametrize("biases", [(-1,), (1, -1), (-1, 1)], ids=["(n,)", "(1, n)", "(n, 1)"])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES.keys())
def test_named(
    layers: Layers, names: tuple[str, ...], backwards: bool, biases: tuple[int, ...], transposed: bool
) -> None:
    matrices = [layers.w1.T, layers.w2.T] if transposed else [layers.w1, layers.w2]
    values = (matrices[0], layers.b1.reshape(biases), matrices[1], layers.b2.reshape(biases))
    pairs = list(zip(names, values, strict=True))
    check(network_from_arrays(dict(reversed(pairs) if backwards else pairs), "a.npz"), layers)


@pytest.mark.parametrize("order", ["wbwb", "wwbb"])
@pytest.mark.parametrize("prefix", ["arr_", "", "x"])
@pytest.mark.parametrize("rows", [(-1,), (1, -1), (-1, 1)])
def test_positional(layers: Layers, order: str, prefix: str, rows: tuple[int, ...]) -> None:
    b1, b2 = layers.b1.reshape(rows), layers.b2.reshape(rows)
    values = (layers.w1, b1, layers.w2, b2) if order == "wbwb" else (layers.w1, layers.w2, b1, b2)
    arrays = {f"{prefix}{number}": array for number, array in enumerate(values)}
    check(network_from_arrays(arrays, "a.npz"), layers)
    transposed = {name: array.T if array.shape in ((5, 12), (3, 5)) else array for name, array in arrays.items()}
    check(network_from_arrays(transposed, "a.npz"), layers)


def test_theta_has_its_biases_in_front(layers: Layers) -> None:
    # Theta1 is (n_hidden, n_inputs + 1), the weights of the constant input 1 first.
    theta = [np.column_stack([layers.b1, layers.w1]), np.column_stack([layers.b2, layers.w2])]
    check(network_from_arrays({"Theta1": theta[0], "Theta2": theta[1]}, "a.npz"), layers)
    check(network_from_arrays({"Theta1": theta[0].T, "Theta2": theta[1].T}, "a.npz"), layers)


def test_order_is_found_by_sizes_where_names_have_none(layers: Layers) -> None:
    # Alphabetical order, in which safetensors stand, puts "exit" before "start".
    arrays = {"exit.weight": layers.w2, "exit.bias": layers.b2, "start.weight": layers.w1, "start.bias": layers.b1}
    check(network_from_arrays(arrays, "a.npz"), layers)


def test_alphabetical_order_does_not_turn_a_network_round(layers: Layers) -> None:
    # Without biases, last (3, 5) and then start (5, 12) also make a chain 3-5-12 of inputs × outputs.
    arrays = {"last.weight": layers.w2, "start.weight": layers.w1}
    assert network_from_arrays(arrays, "a.npz", implied="outputs-inputs").layer_sizes == (12, 5, 3)


@pytest.mark.parametrize("without", [["b1", "b2"], ["b2"]])
def test_missing_biases_are_zero_and_told(layers: Layers, without: list[str]) -> None:
    arrays = {"W1": layers.w1, "b1": layers.b1, "W2": layers.w2, "b2": layers.b2}
    found = network_from_arrays({name: array for name, array in arrays.items() if name not in without}, "a.npz")
    np.testing.assert_array_equal(found.biases[1], np.zeros(3))
    assert "no biases" in found.notes[0]
    np.testing.assert_array_equal(found.biases[0], layers.b1 if without == ["b2"] else np.zeros(5))


def squares(**more: Any) -> dict[str, Any]:
    return {"W1": np.arange(9.0).reshape(3, 3), "b1": np.zeros(3), "W2": np.eye(3), "b2": np.zeros(3)} | more


def test_square_weights_are_refused_with_both_readings_named() -> None:
    with pytest.raises(MissingAnswerError, match=r"outputs-inputs or inputs-outputs") as caught:
        network_from_arrays(squares(), "a.npz")
    assert caught.value.names == ("orientation",)
    assert "row for each neuron" in str(caught.value)
    assert "column for each neuron" in str(caught.value)
    one = network_from_arrays(squares(), "a.npz", orientation="outputs-inputs")
    other = network_from_arrays(squares(), "a.npz", orientation="inputs-outputs")
    np.testing.assert_array_equal(one.weights[0], [[0, 1, 2], [3, 4, 5], [6, 7, 8]])
    np.testing.assert_array_equal(other.weights[0], [[0, 3, 6], [1, 4, 7], [2, 5, 8]])


@pytest.mark.parametrize(
    ("names", "is_transposed"),
    [(("fc1.weight", "fc2.weight"), False), (("coefs_0", "coefs_1"), True), (("d/kernel:0", "d_1/kernel:0"), True)],
)
def test_names_tell_the_orientation_of_squares(names: tuple[str, str], is_transposed: bool) -> None:
    first = np.arange(9.0).reshape(3, 3)
    found = network_from_arrays(dict(zip(names, (first, np.eye(3)), strict=True)), "a.npz")
    np.testing.assert_array_equal(found.weights[0], first.T if is_transposed else first)


def test_a_file_tells_its_own_orientation() -> None:
    found = network_from_arrays(squares(), "a.npz", words={"orientation": "inputs-outputs"})
    np.testing.assert_array_equal(found.weights[0], np.arange(9.0).reshape(3, 3).T)


def test_sizes_go_before_names_but_not_before_a_person(layers: Layers) -> None:
    arrays = {"fc1.weight": layers.w1.T, "fc1.bias": layers.b1, "fc2.weight": layers.w2.T, "fc2.bias": layers.b2}
    check(network_from_arrays(arrays, "a.npz"), layers)
    with pytest.raises(NetworkError, match="only fit the orientation inputs-outputs"):
        network_from_arrays(arrays, "a.npz", orientation="outputs-inputs")


def test_what_is_no_parameter_is_left_out_and_told(layers: Layers) -> None:
    arrays = {
        "W1": layers.w1, "b1": layers.b1, "W2": layers.w2, "b2": layers.b2,
        "epoch": np.array(7), "loss_history": np.ones(5), "dW1": layers.w1, "seed": np.array([1, 2]),
    }  # fmt: skip
    found = network_from_arrays(arrays, "a.npz")
    check(found, layers)
    for name in ("epoch", "loss_history", "dW1", "seed"):
        assert name in found.notes[0]


def test_a_layer_may_be_called_like_the_state_of_an_optimizer(layers: Layers) -> None:
    arrays = {"d1.weight": layers.w1, "d1.bias": layers.b1, "d2.weight": layers.w2, "d2.bias": layers.b2}
    check(network_from_arrays(arrays, "a.npz"), layers)


@pytest.mark.parametrize(
    "more",
    [
        {"bn.running_mean": np.ones(5)},
        {"bn.weight": np.ones(5), "bn.bias": np.ones(5)},
        {"conv.weight": np.ones((8, 1, 3, 3))},
        {"W3": np.ones((4, 4))},  # takes 4, gets 3
        {"W1_copy": np.ones((5, 12))},
        {"scaler": np.ones((2, 12))},
        {"b3": np.ones(3)},
    ],
)
def test_what_could_be_a_parameter_is_refused(layers: Layers, more: dict[str, Any]) -> None:
    arrays = {"W1": layers.w1, "b1": layers.b1, "W2": layers.w2, "b2": layers.b2}
    with pytest.raises(NetworkError, match=r"^Arrays in a\.npz must|^The arrays in a\.npz must"):
        network_from_arrays(arrays | more, "a.npz")


@pytest.mark.parametrize("arrays", [{}, {"epoch": np.array(1)}, {"W1": np.zeros((0, 4))}, {"W1": np.float64(1)}])
def test_no_network_at_all(arrays: dict[str, Any]) -> None:
    with pytest.raises(NetworkError, match="must be weights"):
        network_from_arrays({name: np.asarray(array) for name, array in arrays.items()}, "a.npz")


def test_whole_numbers_are_weights_while_float32_holds_them() -> None:
    found = network_from_arrays({"W1": np.array([[1, -1, 2]]), "b1": np.array([0])}, "a.npz")
    np.testing.assert_array_equal(found.weights[0], [[1, -1, 2]])
    for wrong in (np.array([[2**24 + 1, 0, 0]]), np.array([[True, False, True]]), np.array([[1j, 0, 0]])):
        with pytest.raises(NetworkError, match="must be floats, or whole numbers"):
            network_from_arrays({"W1": wrong}, "a.npz")


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e39])
def test_numbers_must_be_finite_in_32_bits(value: float) -> None:
    weights = np.zeros((3, 12))
    weights[2, 7] = value
    with pytest.raises(NetworkError, match="Weight 7 of neuron 2 in layer 1"):
        network_from_arrays({"W1": weights, "b1": np.zeros(3)}, "a.npz")


def test_too_many_arrays_and_neurons() -> None:
    with pytest.raises(NetworkError, match="at most 4,096 arrays"):
        network_from_arrays({f"W{number}": np.zeros((1, 1)) for number in range(4097)}, "a.npz")
    with pytest.raises(NetworkError, match="2 to 255 layers"):
        network_from_arrays({f"coefs_{number}": np.zeros((1, 1)) for number in range(255)}, "a.npz")
    with pytest.raises(NetworkError, match="1 to 65,535 neurons"):
        network_from_arrays({"W1": np.zeros((1, 65_536), np.float16), "b1": np.zeros(1)}, "a.npz")


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=6),
    st.sampled_from([("W{}", "b{}"), ("layers.{}.weight", "layers.{}.bias"), ("coefs_{}", "intercepts_{}")]),
    st.sampled_from(["outputs-inputs", "inputs-outputs"]),
    st.randoms(use_true_random=False),
)
def test_every_network_is_found_again(
    sizes: list[int],
    names: tuple[str, str],
    orientation: Literal["outputs-inputs", "inputs-outputs"],
    shuffler: Any,
) -> None:
    rng = np.random.default_rng(sizes)
    weights = [rng.normal(size=pair).astype(np.float32) for pair in zip(sizes[1:], sizes, strict=False)]
    biases = [rng.normal(size=size).astype(np.float32) for size in sizes[1:]]
    arrays = {names[0].format(n): w if orientation == "outputs-inputs" else w.T for n, w in enumerate(weights)}
    arrays |= {names[1].format(n): b for n, b in enumerate(biases)}
    pairs = list(arrays.items())
    shuffler.shuffle(pairs)
    found = network_from_arrays(dict(pairs), "a.npz", orientation=orientation)
    assert found.layer_sizes == tuple(sizes)
    for actual, expected in zip((*found.weights, *found.biases), (*weights, *biases), strict=True):
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("last", ["classifier", "head", "out"])
def test_a_last_layer_without_a_number_does_not_become_the_first(last: str) -> None:
    """Sorted by name, a classifier (5, 5) and fc1 (5, 12) would make a chain 5-5-12 of inputs × outputs."""
    first, second = np.arange(60.0).reshape(5, 12), np.arange(25.0).reshape(5, 5)
    arrays = {"fc1.weight": first, f"{last}.weight": second}
    for is_ordered in (False, True):
        found = network_from_arrays(arrays, "a.npz", is_ordered=is_ordered)
        assert found.layer_sizes == (12, 5, 5)
        np.testing.assert_array_equal(found.weights[1], second)


def test_square_hidden_layers_between_others_are_no_question(layers: Layers) -> None:
    middle = np.arange(25.0).reshape(5, 5)
    arrays = {"W1": layers.w1, "W2": middle, "W3": layers.w2}
    np.testing.assert_array_equal(network_from_arrays(arrays, "a.npz").weights[1], middle)
    turned = {name: array.T for name, array in arrays.items()}
    np.testing.assert_array_equal(network_from_arrays(turned, "a.npz").weights[1], middle)


def test_sizes_that_make_a_chain_backwards_too_are_a_question() -> None:
    """3-4-3 is 3-4-3 from behind, but of other weights."""
    arrays = {"W1": np.ones((4, 3)), "W2": np.ones((3, 4))}
    assert network_from_arrays(arrays, "a", orientation="outputs-inputs").layer_sizes == (3, 4, 3)
    with pytest.raises(MissingAnswerError, match=r"\(3-4-3\).*\(4-3-4\)"):
        network_from_arrays(arrays, "a")


def test_activations_beside_the_weights_of_each_layer(layers: Layers) -> None:
    arrays = {"out/weights": layers.w2, "in/weights": layers.w1, "out/bias": layers.b2, "in/bias": layers.b1}
    words = {"out/activation": "softmax", "activation": "softmax"}  # the second is the first, kept for all
    assert network_from_arrays(arrays, "a", words=words).activations == (None, "softmax")
    assert network_from_arrays(arrays, "a", words=words | {"in/activation": "tanh"}).activations == ("tanh", "softmax")
    assert network_from_arrays(arrays, "a", words={"activation": "relu"}).activations == ("relu", None)


def test_notes_are_short_and_no_commands_to_a_terminal(layers: Layers) -> None:
    more = {f"accuracy\x1b{number}": np.zeros(()) for number in range(300)}
    [note] = network_from_arrays({"W1": layers.w1, "b1": layers.b1} | more, "a").notes
    assert note.isprintable()
    assert note.endswith(" …, which no network needs.")
    assert len(note) < 400
    with pytest.raises(NetworkError, match="at most 1,000 characters"):
        network_from_arrays({"W" * 1001: layers.w1}, "a")


PLACES, STEPS = ("alpha", "zulu", "mike", "bravo"), ("ih", "hh", "hk", "ho")

SCHEMES: dict[str, Callable[[int, int], tuple[str, str]]] = {
    "W1": lambda n, last: (f"W{n}", f"b{n}"),
    "classifier": lambda n, last: (f"fc{n}_w", f"fc{n}_b") if n < last else ("classifier_w", "classifier_b"),
    "hidden, output": lambda n, last: (f"hidden_{n}/w", f"hidden_{n}/b") if n < last else ("output/w", "output/b"),
    "words": lambda n, last: (f"{PLACES[n]}_w", f"{PLACES[n]}_b"),
    "W_ih": lambda n, last: (f"W_{STEPS[n]}", f"b_{STEPS[n][0]}{n}"),
}
"""Names of the weights and biases of layer n of 0 … last."""


@settings(max_examples=300)
@given(
    st.lists(st.integers(3, 5), min_size=2, max_size=5),
    st.sampled_from(list(SCHEMES)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_a_network_is_read_as_it_was_or_refused(
    sizes: list[int], scheme: str, transposed: bool, has_biases: bool, is_sorted: bool
) -> None:
    """Equal sizes leave much open; whatever is read nevertheless has every weight in its place."""
    rng = np.random.default_rng(sizes)
    weights = [rng.normal(size=pair).astype(np.float32) for pair in zip(sizes[1:], sizes, strict=False)]
    biases = [rng.normal(size=size).astype(np.float32) * has_biases for size in sizes[1:]]
    pairs: list[tuple[str, Any]] = []
    for number, (w, b) in enumerate(zip(weights, biases, strict=True)):
        names = SCHEMES[scheme](number, len(weights) - 1)
        pairs += list(zip(names, (w.T if transposed else w, b), strict=True))[: 1 + has_biases]
    try:
        found = network_from_arrays(
            dict(sorted(pairs, key=lambda pair: pair[0]) if is_sorted else pairs), "a", is_ordered=not is_sorted
        )
    except NetworkError:
        return
    assert found.layer_sizes == tuple(sizes)
    for actual, expected in zip((*found.weights, *found.biases), (*weights, *biases), strict=True):
        np.testing.assert_array_equal(actual, expected)

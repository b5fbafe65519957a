"""What names of arrays say."""

from __future__ import annotations

from itertools import pairwise

import pytest

from nnapp.errors import NetworkError
from nnapp.storage.exchange.array_names import check_array_name, parse_array_name, shown_name


@pytest.mark.parametrize(
    ("weights", "biases"),
    [
        ("W1", "b1"),
        ("w1", "b1"),
        ("W", "b"),
        ("weights_0", "biases_0"),
        ("weights.1", "biases.1"),
        ("weights[1]", "biases[1]"),
        ("coefs_0", "intercepts_0"),
        ("coefs__0", "intercepts__0"),
        ("layer0/weight", "layer0/bias"),
        ("layers.0.weight", "layers.0.bias"),
        ("0.weight", "0.bias"),
        ("fc1.weight", "fc1.bias"),
        ("module.fc1.weight", "module.fc1.bias"),
        ("dense_1/kernel:0", "dense_1/bias:0"),
        ("dense/dense/kernel:0", "dense/dense/bias:0"),
        ("layer1_W", "layer1_b"),
        ("hiddenWeights", "hiddenBias"),
        ("hidden_weights", "hidden_biases"),
    ],
)
def test_weights_and_biases_of_a_layer_belong_together(weights: str, biases: str) -> None:
    one, other = parse_array_name(weights), parse_array_name(biases)
    assert (one.role, other.role) == ("weights", "biases")
    assert one.layer == other.layer


@pytest.mark.parametrize(
    "names",
    [
        [f"W{number}" for number in range(1, 12)],
        [f"layers.{number}.weight" for number in range(0, 24, 2)],
        ["dense/kernel:0", *(f"dense_{number}/kernel:0" for number in range(1, 12))],
        ["wih", "who"],
        ["Theta1", "Theta2"],
    ],
)
def test_layers_are_in_the_order_of_their_numbers(names: list[str]) -> None:
    layers = [parse_array_name(name).layer for name in names]
    assert all(before < after for before, after in pairwise(layers))


@pytest.mark.parametrize(
    ("name", "implied"),
    [
        ("fc1.weight", "outputs-inputs"),  # torch.nn.Linear
        ("coefs_0", "inputs-outputs"),  # scikit-learn
        ("dense/kernel:0", "inputs-outputs"),  # Keras
        ("W1", None),
        ("layer0/weight", None),
    ],
)
def test_orientation_that_a_name_implies(name: str, implied: str | None) -> None:
    assert parse_array_name(name).implied == implied


def test_what_does_not_belong_to_a_network() -> None:
    assert parse_array_name("dW1").of_optimizer
    assert parse_array_name("adam_m_W1").of_optimizer
    assert parse_array_name("loss_history").of_history
    assert parse_array_name("epoch").of_history
    for name in ("epoch", "arr_0", "x", "", "running_mean"):
        assert parse_array_name(name).role is None
    assert parse_array_name("Theta1").role == "theta"


def test_numbers_of_any_length() -> None:
    """Python refuses to convert more than 4,300 digits."""
    assert parse_array_name("W" + "1" * 5000).role == "weights"
    assert parse_array_name("W٣").numbers == (3,)  # an Arabic 3 is a digit too


def test_names_are_limited() -> None:
    check_array_name("a" * 1000, "a.npz")
    with pytest.raises(NetworkError, match=r"Names of arrays in a\.npz must have at most 1,000 .*, which has 1,001\."):
        check_array_name("a" * 1001, "a.npz")


def test_names_are_shown_short_and_without_commands_to_a_terminal() -> None:
    assert shown_name("W1") == "W1"
    assert shown_name("é" * 100) == "é" * 60
    assert shown_name("\x1b[2J") == r"'\x1b[2J'"

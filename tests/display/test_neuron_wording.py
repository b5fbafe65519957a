from __future__ import annotations

import pytest

from nnapp.display.network_layout import Connection, Neuron
from nnapp.display.neuron_wording import NeuronNames, layer_name, legend_choices, signed
from nnapp.engine.network import Network

NAMES = NeuronNames((6, 4, 2), ("even", "odd"), (2, 3))


@pytest.fixture
def network() -> Network:
    network = Network.dense([6, 4, 2], initializer=None)
    network.dense_layers[0].weights[2, 5] = -0.25
    network.dense_layers[0].biases[2] = 0.5
    return network


def test_layers_are_called_inputs_outputs_and_by_number() -> None:
    assert [layer_name(layer, 4) for layer in range(4)] == ["inputs", "layer 1", "layer 2", "outputs"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.31, "+0.310"), (-2.0, "−2.000"), (0.0, "0.000"), (-0.0, "0.000"), (0.00004, "+4e-05"), (0.0006, "+0.001")],
)
def test_numbers_have_their_signs(value: float, text: str) -> None:
    assert signed(value) == text


@pytest.mark.parametrize(
    ("neuron", "title"),
    [
        # Input 5 of two rows of three pixels is the last of the second row.
        (Neuron(0, 5), "row 2, column 3"),
        (Neuron(0, 0), "row 1, column 1"),
        (Neuron(1, 3), "layer 1, neuron 4"),
        (Neuron(2, 1), "output odd"),
    ],
)
def test_neurons_are_counted_from_one(neuron: Neuron, title: str) -> None:
    assert NAMES.title(neuron) == title


@pytest.mark.parametrize("shape", [None, (6,), (5, 5)])
def test_inputs_that_are_no_pixels_are_numbered(shape: tuple[int, ...] | None) -> None:
    assert NeuronNames((6, 2), ("a", "b"), shape).title(Neuron(0, 5)) == "input 6"


def test_what_is_known_of_a_neuron_is_said(network: Network) -> None:
    assert NAMES.neuron_sentence(Neuron(1, 2), network, 1.25) == "layer 1, neuron 3: activation 1.250, bias +0.500"
    assert NAMES.neuron_sentence(Neuron(1, 2), network, None) == "layer 1, neuron 3: bias +0.500"
    assert NAMES.neuron_sentence(Neuron(1, 1), network, -0.5) == "layer 1, neuron 2: activation −0.500, bias 0.000"
    assert NAMES.neuron_sentence(Neuron(0, 5), network, 0.75) == "row 2, column 3: value 0.750"
    assert NAMES.neuron_sentence(Neuron(0, 5), network, None) == "row 2, column 3"


def test_a_connection_says_what_it_carries(network: Network) -> None:
    connection = Connection(Neuron(0, 5), Neuron(1, 2))

    # −0.25 · 0.5 = −0.125
    assert (
        NAMES.connection_sentence(connection, network, 0.5)
        == "row 2, column 3 → layer 1, neuron 3: weight −0.250 × 0.500 = −0.125"
    )
    assert NAMES.connection_sentence(connection, network, None) == "row 2, column 3 → layer 1, neuron 3: weight −0.250"


@pytest.mark.parametrize(("colors", "signs"), [("standard", "green +, red −"), ("colour-blind", "blue +, orange −")])
def test_the_legend_names_the_colours_in_force(colors: str, signs: str) -> None:
    signals = legend_choices(NAMES, None, None, colors, is_alive=True)
    weights = legend_choices(NAMES, Neuron(1, 2), 0.5, colors, is_alive=True)
    out = legend_choices(NAMES, Neuron(0, 5), None, colors, is_alive=True)

    assert all(f"({signs})" in sentence for sentence in signals)
    assert f"layer 1, neuron 3, bias +0.500: border and weights into it ({signs}, black 0)" in weights
    assert out[0].startswith(f"row 2, column 3: weights out of it ({signs}, black 0)")


def test_legends_come_the_longest_first() -> None:
    for selected, bias, is_alive in (
        (None, None, True),
        (None, None, False),
        (Neuron(1, 2), 0.5, True),
        (Neuron(0, 0), None, True),
    ):
        lengths = [len(sentence) for sentence in legend_choices(NAMES, selected, bias, "standard", is_alive=is_alive)]
        assert lengths == sorted(lengths, reverse=True)


def test_without_an_image_the_legend_says_what_to_do() -> None:
    assert legend_choices(NAMES, None, None, "standard", is_alive=False)[0].startswith("Draw a digit")

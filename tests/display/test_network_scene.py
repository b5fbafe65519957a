from __future__ import annotations

import numpy as np
import pytest

from nnapp.display.activation_scale import ActivationScale
from nnapp.display.network_arrangement import arrange_network
from nnapp.display.network_layout import NetworkLayout, Neuron
from nnapp.display.network_scene import Answer, Lines, Scene, compose_scene, weight_strengths
from nnapp.display.shown_neurons import ShownNeurons
from nnapp.display.weight_sheet import color_limit
from nnapp.engine.network import Network

SCALES = dict.fromkeys(range(3), ActivationScale(0.0, 1.0))
ACTIVATIONS = [np.array([1.0, 0.5, 0.0]), np.array([0.8, 0.2]), np.array([0.9, 0.1])]
WEIGHTS = np.array([[2.0, -3.0, 9.0], [0.1, 1.0, -9.0]])


@pytest.fixture
def network() -> Network:
    """Return a network of 3, 2 and 2 neurons with known weights into its hidden layer."""
    network = Network.dense([3, 2, 2], initializer=None)
    network.dense_layers[0].weights[:] = WEIGHTS
    network.dense_layers[0].biases[:] = [-0.5, 0.0]
    network.dense_layers[1].weights[:] = [[1, 0], [0, 0]]
    return network


@pytest.fixture
def layout() -> NetworkLayout:
    return arrange_network(480, 380, [3, 2, 2], ["a", "b"], 12, 4, lambda text, size_px: 7 * len(text))


def compose(network: Network, layout: NetworkLayout, selected: Neuron | None = None, *, is_alive: bool = True) -> Scene:
    shown = ShownNeurons(layout.columns)
    answer = Answer(ACTIVATIONS[2], 0) if is_alive else None
    return compose_scene(network, layout, shown, ACTIVATIONS if is_alive else None, SCALES, answer, selected)


def connections(lines: Lines) -> dict[tuple[int, int], float]:
    """Return strengths by source and target."""
    pairs = zip(map(int, lines.sources), map(int, lines.targets), strict=True)
    return dict(zip(pairs, map(float, lines.strengths), strict=True))


def test_signals_are_weight_times_activation_relative_to_the_strongest(network: Network, layout: NetworkLayout) -> None:
    first, second = compose(network, layout).lines

    # 2 · 1 = 2, −3 · 0.5 = −1.5, 1 · 0.5 = 0.5; 0.1 · 1 is too weak beside 2, and 9 · 0 is nothing.
    assert first.layer == 1
    assert connections(first) == {(0, 0): 1.0, (1, 0): pytest.approx(-0.75), (1, 1): pytest.approx(0.25)}
    assert list(np.abs(first.strengths)) == sorted(np.abs(first.strengths)), "the strongest is drawn last"
    assert second.layer == 2
    assert connections(second) == {(0, 0): 1.0}


def test_neurons_are_as_bright_as_they_are_active(network: Network, layout: NetworkLayout) -> None:
    scene = compose(network, layout)

    # 0.5, 0.8 and 0.2 of 255; 127.5 is rounded to the even number.
    assert [scene.levels[layer].tolist() for layer in range(3)] == [[255, 128, 0], [204, 51], [230, 26]]


def test_without_an_image_nothing_is_bright_and_nothing_flows(network: Network, layout: NetworkLayout) -> None:
    scene = compose(network, layout, is_alive=False)

    assert scene.levels == {}
    assert scene.lines == ()
    assert scene.answer is None


def test_a_selection_shows_the_weights_into_it_and_nothing_else(network: Network, layout: NetworkLayout) -> None:
    scene = compose(network, layout, Neuron(1, 0))

    assert scene.shows_weights
    limit = 0.5 * color_limit(WEIGHTS[0])
    # 3 · sqrt((4 + 9 + 81) / 3) = 16.8, rounded up to 20, of which a half is the full colour.
    assert limit == 10
    [lines] = scene.lines
    expected = {(0, 0): (2 / 10) ** 0.5, (1, 0): -((3 / 10) ** 0.5), (2, 0): (9 / 10) ** 0.5}
    assert connections(lines) == {pair: pytest.approx(strength) for pair, strength in expected.items()}
    assert scene.ring_strengths.keys() == {0}
    assert scene.ring_strengths[0].tolist() == pytest.approx(list(expected.values()))
    assert scene.selection is not None
    assert (scene.selection.layer, scene.selection.slot) == (1, 0)
    assert scene.selection.bias_strength == pytest.approx(-((0.5 / 10) ** 0.5))


def test_a_bias_of_zero_has_no_strength(network: Network, layout: NetworkLayout) -> None:
    selection = compose(network, layout, Neuron(1, 1)).selection

    assert selection is not None
    assert selection.bias_strength == 0


def test_an_input_shows_the_weights_out_of_it(network: Network, layout: NetworkLayout) -> None:
    scene = compose(network, layout, Neuron(0, 2))

    [lines] = scene.lines
    assert lines.layer == 1
    assert {pair: np.sign(strength) for pair, strength in connections(lines).items()} == {(2, 0): 1, (2, 1): -1}
    assert scene.ring_strengths.keys() == {1}
    assert scene.selection is not None
    assert scene.selection.bias_strength is None


def test_a_selected_neuron_on_another_page_colours_the_neurons_before_it() -> None:
    network = Network.dense([3, 500, 2], rng=np.random.default_rng(0))
    layout = arrange_network(480, 380, [3, 500, 2], ["a", "b"], 12, 4, lambda text, size_px: 7 * len(text))
    shown = ShownNeurons(layout.columns)

    scene = compose_scene(network, layout, shown, None, {}, None, Neuron(1, 499))

    assert scene.selection is None
    assert scene.lines == ()
    assert np.array_equal(np.sign(scene.ring_strengths[0]), np.sign(network.dense_layers[0].weights[499]))


def test_a_layer_out_of_sight_is_left_out() -> None:
    sizes = [3, *[4] * 60, 2]
    network = Network.dense(sizes, rng=np.random.default_rng(0))
    layout = arrange_network(480, 380, sizes, ["a", "b"], 12, 4, lambda text, size_px: 7 * len(text), first_layer=99)

    first = layout.first_layer
    scene = compose_scene(network, layout, ShownNeurons(layout.columns), None, {}, None, Neuron(first, 1))

    assert scene.selection is not None
    assert scene.lines == ()
    assert scene.ring_strengths == {}


def test_narrow_gaps_get_fewer_lines() -> None:
    sizes = [30, 30, 2]
    network = Network.dense(sizes, rng=np.random.default_rng(0))
    activations = [np.ones(30), np.ones(30), np.ones(2) / 2]
    counts = []
    for width in (300, 1200):
        layout = arrange_network(width, 700, sizes, ["a", "b"], 12, 4, lambda text, size_px: 7 * len(text))
        scene = compose_scene(network, layout, ShownNeurons(layout.columns), activations, SCALES, None, None)
        counts.append(len(scene.lines[0].strengths))

    assert counts[0] < counts[1]
    assert counts[1] == 60


def test_strengths_keep_their_signs_and_stop_at_one() -> None:
    # The square roots of 0.25 and 1, and more than the limit is no more than full.
    assert weight_strengths(np.array([0.5, -0.5, 2, -9, 0]), 2.0).tolist() == [0.5, -0.5, 1, -1, 0]


@pytest.mark.parametrize(("label", "is_right"), [(1, True), (0, False), (None, None)])
def test_an_answer_is_right_wrong_or_unknown(label: int | None, is_right: bool | None) -> None:
    answer = Answer(np.array([0.1, 0.7, 0.2]), label)

    assert answer.predicted == 1
    assert answer.is_right is is_right

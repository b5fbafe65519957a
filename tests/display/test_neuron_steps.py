from __future__ import annotations

import numpy as np
import pytest

from nnapp.display.network_arrangement import arrange_network
from nnapp.display.network_layout import NetworkLayout, Neuron
from nnapp.display.neuron_steps import end_neuron, next_neuron, paged_neuron
from nnapp.display.shown_neurons import ShownNeurons

LAYOUT: NetworkLayout = arrange_network(
    480, 380, [784, 16, 10], list("0123456789"), 12, 4, lambda text, size: 7 * len(text)
)
N_SLOTS = LAYOUT.columns[0].n_slots


@pytest.fixture
def shown() -> ShownNeurons:
    """Return what is shown of an image whose last pixels are the brightest."""
    shown = ShownNeurons(LAYOUT.columns)
    shown.show_activations([np.arange(784) / 784, np.zeros(16), np.zeros(10)])
    return shown


def test_up_and_down_go_to_the_neighbour_and_stop_at_the_ends(shown: ShownNeurons) -> None:
    assert next_neuron(LAYOUT, shown, Neuron(1, 3), 0, 1) == Neuron(1, 4)
    assert next_neuron(LAYOUT, shown, Neuron(1, 3), 0, -1) == Neuron(1, 2)
    assert next_neuron(LAYOUT, shown, Neuron(1, 0), 0, -1) == Neuron(1, 0)
    assert next_neuron(LAYOUT, shown, Neuron(1, 15), 0, 1) == Neuron(1, 15)


def test_left_and_right_go_to_the_neuron_at_about_the_same_height(shown: ShownNeurons) -> None:
    first, last = end_neuron(shown, 0, is_last=False), end_neuron(shown, 0, is_last=True)

    assert next_neuron(LAYOUT, shown, Neuron(1, 0), -1, 0) == first
    assert next_neuron(LAYOUT, shown, Neuron(1, 15), -1, 0) == last
    assert next_neuron(LAYOUT, shown, Neuron(1, 15), 1, 0) == Neuron(2, 9)
    assert next_neuron(LAYOUT, shown, Neuron(2, 9), 1, 0) == Neuron(2, 9)
    assert next_neuron(LAYOUT, shown, first, -1, 0) == first


def test_home_and_end_are_the_ends_of_what_is_shown(shown: ShownNeurons) -> None:
    assert end_neuron(shown, 0, is_last=False) == Neuron(0, 784 - N_SLOTS)
    assert end_neuron(shown, 0, is_last=True) == Neuron(0, 783)


def test_paging_keeps_the_place_on_the_page(shown: ShownNeurons) -> None:
    neuron = paged_neuron(shown, Neuron(0, 784 - N_SLOTS + 2), 1)

    assert neuron == Neuron(0, 2)
    assert paged_neuron(shown, neuron, -1) == Neuron(0, 784 - N_SLOTS + 2)
    assert paged_neuron(shown, Neuron(1, 5), 1) == Neuron(1, 5)


def test_down_reaches_every_neuron_of_a_layer_with_pages(shown: ShownNeurons) -> None:
    neuron = end_neuron(shown, 0, is_last=True)
    visited = []
    for _ in range(784):
        neuron = next_neuron(LAYOUT, shown, neuron, 0, 1)
        visited.append(neuron.index)

    assert visited == list(range(784))
    assert next_neuron(LAYOUT, shown, neuron, 0, 1) == Neuron(0, 783)


def test_up_comes_all_the_way_back(shown: ShownNeurons) -> None:
    while shown.turn(0, 1):
        pass
    neuron = Neuron(0, 783)
    for index in range(782, -1, -1):
        neuron = next_neuron(LAYOUT, shown, neuron, 0, -1)
        assert neuron == Neuron(0, index)

    assert next_neuron(LAYOUT, shown, neuron, 0, -1) == Neuron(0, 783), "the last of the most active"
    assert shown.page(0) == 0

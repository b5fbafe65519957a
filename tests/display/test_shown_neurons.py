from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.network_layout import Column, Neuron
from nnapp.display.shown_neurons import ShownNeurons, most_active

# Ten neurons of which four have a place, and three that all have one.
TALL = Column(layer=0, n_neurons=10, x=10, ys=(10, 20, 30, 40), diameter=7, caption="")
SHORT = Column(layer=1, n_neurons=3, x=50, ys=(10, 20, 30), diameter=7, caption="")


def activations(**active: float) -> list[np.ndarray]:
    """Return activations of both layers, 0 but for ``n3=0.5`` of the tall one."""
    values = np.zeros(10)
    for name, value in active.items():
        values[int(name[1:])] = value
    return [values, np.zeros(3)]


def shown_list(shown: ShownNeurons, layer: int = 0) -> list[int]:
    return list(map(int, shown.neurons(layer)))


def test_the_first_neurons_are_shown_before_there_are_activations() -> None:
    shown = ShownNeurons([TALL, SHORT])

    assert shown_list(shown) == [0, 1, 2, 3]
    assert shown_list(shown, 1) == [0, 1, 2]


def test_the_most_active_neurons_are_shown_at_first_in_the_order_of_their_numbers() -> None:
    shown = ShownNeurons([TALL, SHORT])

    shown.show_activations(activations(n9=0.9, n1=0.1, n6=2, n2=0.5, n3=0.05))

    assert shown_list(shown) == [1, 2, 6, 9]


def test_strongly_negative_activations_are_active_too() -> None:
    shown = ShownNeurons([TALL])

    shown.show_activations(activations(n5=-1, n6=-0.9, n7=0.8, n8=-0.7, n2=0.6))

    assert shown_list(shown) == [5, 6, 7, 8]


def test_neurons_that_stay_keep_their_slots() -> None:
    shown = ShownNeurons([TALL])
    shown.show_activations(activations(n1=4, n4=3, n6=2, n9=1))

    shown.show_activations(activations(n1=4, n4=3, n6=2, n9=1, n0=2.5))

    # Neuron 9 is now the fifth, and neuron 0 takes its place.
    assert shown_list(shown) == [1, 4, 6, 0]


def test_if_most_are_new_all_are_in_order() -> None:
    shown = ShownNeurons([TALL])
    shown.show_activations(activations(n1=4, n4=3, n6=2, n9=1))

    shown.show_activations(activations(n0=1, n2=1, n9=1, n3=1))

    assert shown_list(shown) == [0, 2, 3, 9]


@given(
    st.lists(st.integers(0, 3), min_size=8, max_size=20),
    st.integers(1, 7),
    st.randoms(use_true_random=False),
)
def test_most_active_are_those_a_sort_finds(activity: list[int], n_slots: int, random: object) -> None:
    before = np.array(random.sample(range(len(activity)), n_slots))  # type: ignore[attr-defined]  # a random.Random

    found = most_active(np.array(activity, float), before)

    assert len(set(found)) == n_slots
    assert sorted(activity[neuron] for neuron in found) == sorted(activity)[-n_slots:]
    stayed = [neuron for neuron in found if neuron in before]
    if 2 * len(stayed) >= n_slots:
        assert all(found[slot] == neuron for slot, neuron in enumerate(before) if neuron in stayed)
    # Of those as active as the last that is shown, none that was shown makes way for one that was not.
    least = min(activity[neuron] for neuron in found)
    newcomers = [neuron for neuron in found if neuron not in before and activity[neuron] == least]
    if newcomers:
        assert all(neuron in found for neuron in before if activity[neuron] == least)


def test_pages_after_the_first_show_every_neuron_by_number() -> None:
    shown = ShownNeurons([TALL])
    shown.show_activations(activations(n9=1, n8=1, n7=1, n6=1))

    # Ten neurons on pages of four are three pages, the last of which is filled up from the one before.
    assert shown.n_pages(0) == 1 + 3
    pages = []
    while shown.turn(0, 1):
        pages.append(shown_list(shown))
    assert pages == [[0, 1, 2, 3], [4, 5, 6, 7], [6, 7, 8, 9]]
    assert shown.page(0) == 3
    assert not shown.can_turn(0, 1)

    assert shown.turn(0, -1)
    assert shown.turn(0, -1)
    assert shown.turn(0, -1)
    assert shown_list(shown) == [6, 7, 8, 9]
    assert not shown.turn(0, -1)


def test_a_page_stays_while_activations_change() -> None:
    shown = ShownNeurons([TALL])
    shown.turn(0, 1)

    shown.show_activations(activations(n9=1))

    assert shown_list(shown) == [0, 1, 2, 3]


def test_a_layer_that_fits_and_one_that_is_not_drawn_have_no_pages() -> None:
    shown = ShownNeurons([TALL, SHORT])

    assert shown.n_pages(1) == 1
    assert not shown.turn(1, 1)
    assert not shown.turn(5, 1)


def test_a_kept_neuron_stays_in_sight_in_the_place_of_the_least_active() -> None:
    shown = ShownNeurons([TALL])
    shown.show_activations(activations(n1=4, n4=3, n6=2, n9=1))

    shown.keep(Neuron(0, 2))
    assert shown_list(shown) == [1, 4, 6, 2]
    shown.show_activations(activations(n1=4, n4=3, n6=2, n9=1))
    assert shown_list(shown) == [1, 4, 6, 2]

    shown.keep(None)
    shown.show_activations(activations(n1=4, n4=3, n6=2, n9=1))
    assert shown_list(shown) == [1, 4, 6, 9]


def test_keeping_a_neuron_turns_to_its_page() -> None:
    shown = ShownNeurons([TALL])
    shown.turn(0, 1)

    shown.keep(Neuron(0, 5))

    assert shown.page(0) == 2
    assert shown.slot_of(Neuron(0, 5)) == 1
    assert shown.slot_of(Neuron(0, 1)) is None
    assert shown.slot_of(Neuron(7, 1)) is None


def test_values_that_are_no_numbers_are_no_activity() -> None:
    shown = ShownNeurons([TALL])

    shown.show_activations(activations(n0=np.nan, n1=np.nan, n9=1, n8=1, n7=1, n6=1))

    assert shown_list(shown) == [6, 7, 8, 9]


@pytest.mark.parametrize("n_neurons", [5, 784, 65_535])
def test_all_neurons_are_on_some_page(n_neurons: int) -> None:
    column = Column(layer=2, n_neurons=n_neurons, x=0, ys=(1, 2, 3, 4), diameter=7, caption="")
    shown = ShownNeurons([column])
    found: set[int] = set()

    while shown.turn(2, 1):
        found.update(map(int, shown.neurons(2)))

    assert found == set(range(n_neurons))

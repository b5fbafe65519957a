"""Statistics of neurons: by hand, and against sorting everything at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.engine.layers import Dense, ReLU
from nnapp.engine.network import Network
from nnapp.engine.neuron_statistics import (
    N_TOP_IMAGES,
    NeuronStatistics,
    neuron_statistics,
    neuron_statistics_steps,
)
from nnapp.errors import NetworkError


def test_by_hand() -> None:
    # One input x and two ReLU neurons, x − 1 and 2 − x.
    network = Network([Dense(1, 2), ReLU()], dtype=np.float64)
    network.parameters[:] = [1, -1, -1, 2]
    images = np.array([[0.0], [1.0], [2.0], [3.0]])

    statistics = neuron_statistics(network, images, np.array([0, 1, 1, 1]))

    inputs, neurons = statistics.layers
    assert (statistics.n_images, statistics.class_counts.tolist()) == (4, [1, 3])
    # Inputs 0 | 1, 2, 3; neuron 0: 0 | 0, 1, 2; neuron 1: 2 | 1, 0, 0.
    assert inputs.class_means.tolist() == [[0, 2]]
    assert neurons.class_means.tolist() == [[0, 1], [2, 1 / 3]]
    assert neurons.active_shares.tolist() == [1 / 2, 1 / 2]
    assert inputs.top_indices.tolist() == [[3, 2, 1, 0]]
    assert neurons.top_indices.tolist() == [[3, 2, 0, 1], [0, 1, 2, 3]]
    assert neurons.top_values.tolist() == [[2, 1, 0, 0], [2, 1, 0, 0]]


@pytest.mark.parametrize("n_images", [7, 1000, 2345])
@pytest.mark.parametrize("hidden", ["relu", "tanh"])
def test_agrees_with_all_images_at_once(n_images: int, hidden: str) -> None:
    network = Network.dense([6, 9, 7, 4], hidden_activation=hidden, dtype=np.float64, rng=np.random.default_rng(1))
    rng = np.random.default_rng(2)
    images = rng.integers(0, 256, (n_images, 2, 3), dtype=np.uint8)
    labels = rng.integers(0, 3, n_images)  # no image of class 3

    statistics = neuron_statistics(network, images, labels)

    assert statistics.class_counts.tolist() == [*np.bincount(labels), 0]
    n_top = min(n_images, N_TOP_IMAGES)
    for found, activations in zip(statistics.layers, network.activations(images), strict=True):
        means = np.stack([activations[labels == label].mean(axis=0) for label in range(3)], axis=1)
        np.testing.assert_allclose(found.class_means[:, :3], means, rtol=1e-9)
        assert np.isnan(found.class_means[:, 3]).all()
        np.testing.assert_allclose(found.active_shares, (activations > 0).mean(axis=0), rtol=1e-12)
        top = np.argsort(-activations, axis=0, kind="stable")[:n_top].T
        # Computed in pieces the last digit may differ, so equal activations are told apart by their indices only
        # where they are exactly equal, as the zeros of ReLU are.
        np.testing.assert_allclose(found.top_values, np.take_along_axis(activations.T, top, axis=1), rtol=1e-12)
        np.testing.assert_array_equal(found.top_indices, top)


@given(values=st.lists(st.integers(0, 3), min_size=1, max_size=60), n_together=st.integers(1, 25))
def test_of_equal_activations_the_first_images_count(values: list[int], n_together: int) -> None:
    network = Network([Dense(1, 1)], initializer=None)
    images = np.array(values, np.float64)[:, np.newaxis]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nnapp.engine.neuron_statistics.images_at_a_time", lambda layer_sizes: n_together)
        found = neuron_statistics(network, images, np.zeros(len(values), int)).layers[0]

    expected = sorted(range(len(values)), key=lambda index: (-values[index], index))[:N_TOP_IMAGES]
    assert found.top_indices.tolist() == [expected]


def test_yields_progress_and_last_the_result() -> None:
    network = Network.dense([3, 2])

    *done, statistics = neuron_statistics_steps(network, np.zeros((2500, 3)), np.zeros(2500, int))

    assert done == [1000, 2000, 2500]
    assert isinstance(statistics, NeuronStatistics)


def test_wide_layer_is_computed_a_few_images_at_a_time() -> None:
    # At most 2²⁰ = 1,048,576 activations at once: 20 images of a layer of 50,000.
    network = Network.dense([1, 50_000, 2], initializer=None)

    *done, _ = neuron_statistics_steps(network, np.zeros((100, 1)), np.zeros(100, int))

    assert done == [20, 40, 60, 80, 100]


@pytest.mark.filterwarnings("ignore:invalid value")
def test_what_is_no_number_excites_nothing() -> None:
    network = Network([Dense(1, 1)], initializer=None)
    network.parameters[:] = [np.inf, 0]  # ∞ · 0 is not a number

    found = neuron_statistics(network, np.array([[0.0], [1.0], [0.0]]), np.zeros(3, int)).layers[1]

    assert found.top_indices.tolist() == [[1, 0, 2]]
    assert found.top_values.tolist() == [[np.inf, -np.inf, -np.inf]]


def test_labels_that_do_not_belong_are_refused() -> None:
    with pytest.raises(NetworkError, match="one label per image"):
        neuron_statistics(Network.dense([3, 2]), np.zeros((4, 3)), np.zeros(3, int))
    with pytest.raises(NetworkError, match="Labels must be 0…1"):
        neuron_statistics(Network.dense([3, 2]), np.zeros((1, 3)), np.array([2]))

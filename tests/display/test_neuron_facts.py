"""What is said about a neuron."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.display.network_layout import Neuron
from nnapp.display.neuron_facts import class_mean_sentence, exciting_image_sentence, neuron_facts
from nnapp.engine.layers import Dense, Linear, ReLU, Sigmoid, Tanh
from nnapp.engine.network import Network
from nnapp.engine.neuron_statistics import NeuronStatistics, neuron_statistics


def observed(activation: type) -> tuple[Network, NeuronStatistics]:
    """Return a network of the neurons f(x − 1) and f(−5 − x), and its statistics over x = 0, 1, 2, 3 of 2 classes."""
    network = Network([Dense(1, 2), activation()], dtype=np.float64)
    network.parameters[:] = [1, -1, -1, -5]
    return network, neuron_statistics(network, np.arange(4.0)[:, np.newaxis], np.array([0, 0, 0, 0]))


@pytest.mark.parametrize(
    ("activation", "first", "second"),
    [
        # x − 1 is −1, 0, 1, 2; −5 − x is never positive.
        (ReLU, "ReLU · bias −1.000 · active for 50.0 % of the images", "ReLU · bias −5.000 · silent for all images"),
        (Tanh, "tanh · bias −1.000 · positive for 50.0 % of the images",
         "tanh · bias −5.000 · positive for none of the images"),
        (Linear, "linear · bias −1.000 · positive for 50.0 % of the images",
         "linear · bias −5.000 · positive for none of the images"),
        (Sigmoid, "sigmoid · bias −1.000", "sigmoid · bias −5.000"),
    ],
)  # fmt: skip
def test_facts_of_a_neuron(activation: type, first: str, second: str) -> None:
    network, statistics = observed(activation)

    assert [neuron_facts(network, Neuron(1, index), statistics) for index in (0, 1)] == [first, second]


def test_facts_of_an_input() -> None:
    network, statistics = observed(ReLU)

    assert neuron_facts(network, Neuron(0, 0), statistics) == "ink in 75.0 % of the images"
    assert neuron_facts(network, Neuron(0, 0), None) == ""


def test_facts_before_there_are_statistics() -> None:
    network, _ = observed(ReLU)

    assert neuron_facts(network, Neuron(1, 0), None) == "ReLU · bias −1.000"


def test_sentences_about_classes_and_images() -> None:
    _, statistics = observed(ReLU)

    # Activations 0, 0, 1, 2, so a mean of ¾ and image 3 first.
    assert class_mean_sentence(statistics, Neuron(1, 0), 0, "cat") == "cat: mean activation 0.75 over 4 images"
    assert class_mean_sentence(statistics, Neuron(1, 0), 1, "dog") == "dog: no images"
    assert (
        exciting_image_sentence(statistics, Neuron(1, 0), 0, "cat", "test image")
        == "Test image 3, class cat: activation 2.00. Click, or press Return, to show it."
    )

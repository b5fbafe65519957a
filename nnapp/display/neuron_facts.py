"""What is said about a neuron in words: what it is, how often it speaks, and what excites it."""

from __future__ import annotations

from nnapp.display.network_layout import Neuron
from nnapp.display.neuron_wording import signed
from nnapp.display.weighted_sum import ACTIVATION_TITLES, short_number
from nnapp.display.wording import counted, percent
from nnapp.engine.network import Network
from nnapp.engine.neuron_statistics import NeuronStatistics

__all__ = ["class_mean_sentence", "exciting_image_sentence", "neuron_facts"]

_ALWAYS_POSITIVE = ("sigmoid", "softmax")


def neuron_facts(network: Network, neuron: Neuron, statistics: NeuronStatistics | None) -> str:
    """Return "ReLU · bias +0.310 · active for 38.2 % of the images" as far as it is known.

    How often its activation is greater than 0 is left out where it always is. A ReLU neuron for which it never is
    has no part in any answer, and is said to be silent.
    """
    if neuron.layer == 0:
        return (
            "" if statistics is None else _share_sentence(statistics, neuron, "ink in", "no ink in any of the images")
        )
    activation_name = network.activation_names[neuron.layer - 1]
    bias = float(network.dense_layers[neuron.layer - 1].biases[neuron.index])
    facts = [ACTIVATION_TITLES[activation_name], f"bias {signed(bias)}"]
    if statistics is not None and activation_name == "relu":
        facts.append(_share_sentence(statistics, neuron, "active for", "silent for all images"))
    elif statistics is not None and activation_name not in _ALWAYS_POSITIVE:
        facts.append(_share_sentence(statistics, neuron, "positive for", "positive for none of the images"))
    return " · ".join(facts)


def class_mean_sentence(statistics: NeuronStatistics, neuron: Neuron, label: int, class_name: str) -> str:
    """Return "7: mean activation 0.31 over 1,028 images"."""
    n_images = int(statistics.class_counts[label])
    if not n_images:
        return f"{class_name}: no images"
    mean = float(statistics.layers[neuron.layer].class_means[neuron.index, label])
    return f"{class_name}: mean activation {short_number(mean)} over {counted(n_images, 'image')}"


def exciting_image_sentence(
    statistics: NeuronStatistics, neuron: Neuron, place: int, class_name: str, images_title: str
) -> str:
    """Return "Test image 1,234, a 7: activation 3.21. Click, or press Return, to show it."

    Parameters
    ----------
    place : int
        Which of the images that excite the neuron most, from 0.
    class_name : str
        Of that image.
    images_title : str
        What an image is called, "test image".
    """
    layer = statistics.layers[neuron.layer]
    index, activation = int(layer.top_indices[neuron.index, place]), float(layer.top_values[neuron.index, place])
    title = f"{images_title[:1].upper()}{images_title[1:]} {index:,}, class {class_name}"
    return f"{title}: activation {short_number(activation)}. Click, or press Return, to show it."


def _share_sentence(statistics: NeuronStatistics, neuron: Neuron, some: str, none: str) -> str:
    share = float(statistics.layers[neuron.layer].active_shares[neuron.index])
    return f"{some} {percent(share, 1)} of the images" if share else none

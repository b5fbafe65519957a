"""What excites each neuron: its activations over a whole data set, in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray, IntArray
from nnapp.engine.evaluation import check_labels, images_at_a_time
from nnapp.engine.network import Network

__all__ = ["N_TOP_IMAGES", "LayerStatistics", "NeuronStatistics", "neuron_statistics", "neuron_statistics_steps"]

N_TOP_IMAGES = 10
"""How many of the images that excite a neuron most are kept."""


@dataclass(frozen=True, eq=False)
class LayerStatistics:
    """The activations of the neurons of one layer over a data set.

    Attributes
    ----------
    class_means : array (n_neurons, n_classes)
        Mean activation over the images of each class; NaN for a class without images.
    active_shares : array (n_neurons,)
        Share of the images for which the activation is greater than 0.
    top_indices : array (n_neurons, n_top) of int
        The images with the greatest activation, the greatest first and equal ones in the order of their indices;
        n_top is `N_TOP_IMAGES`, or the number of images if there are fewer.
    top_values : array (n_neurons, n_top)
        Their activations.
    """

    class_means: FloatArray
    active_shares: FloatArray
    top_indices: IntArray
    top_values: FloatArray


@dataclass(frozen=True, eq=False)
class NeuronStatistics:
    """The result of `neuron_statistics`.

    Attributes
    ----------
    layers : tuple of LayerStatistics
        As in `Network.activations`: the first is of the inputs, the last of the outputs.
    n_images : int
    class_counts : array (n_classes,) of int
        Number of images of each class.
    """

    layers: tuple[LayerStatistics, ...]
    n_images: int
    class_counts: IntArray


def neuron_statistics(network: Network, images: NDArray[Any], labels: IntArray) -> NeuronStatistics:
    """Run a network over labelled images and tell what excites each of its neurons.

    Parameters
    ----------
    images : array (n_images, …)
        Pixels as bytes, or values 0…1.
    labels : array (n_images,) of int
        Actual classes.

    Raises
    ------
    NetworkError
        If the images do not fit the network's inputs, or the labels its outputs.
    """
    *_, statistics = neuron_statistics_steps(network, images, labels)
    assert isinstance(statistics, NeuronStatistics)
    return statistics


def neuron_statistics_steps(
    network: Network, images: NDArray[Any], labels: IntArray
) -> Iterator[int | NeuronStatistics]:
    """Do the same piece by piece: yield the number of images done after each piece, and last the result.

    Arguments and errors as for `neuron_statistics`.
    """
    check_labels(labels, len(images), network.n_outputs)
    collectors = [_Collector(n_neurons, network.n_outputs, network.dtype) for n_neurons in network.layer_sizes]
    n_together = images_at_a_time(network.layer_sizes)
    one_hot = np.eye(network.n_outputs, dtype=network.dtype)
    for start in range(0, len(images), n_together):
        piece = slice(start, start + n_together)
        for collector, activations in zip(collectors, network.activations(images[piece]), strict=True):
            collector.add(activations, one_hot[labels[piece]], start)
        yield min(start + n_together, len(images))
    counts = np.bincount(labels, minlength=network.n_outputs)
    layers = tuple(collector.result(counts) for collector in collectors)
    yield NeuronStatistics(layers, len(images), counts)


class _Collector:
    """Sums, counts and greatest activations of one layer so far."""

    def __init__(self, n_neurons: int, n_classes: int, dtype: np.dtype[Any]) -> None:
        # Sums over many images keep their digits in float64.
        self._class_sums = np.zeros((n_classes, n_neurons), np.float64)
        self._n_active = np.zeros(n_neurons, np.int64)
        # In the order of the indices, which settles what comes first of equal ones.
        self._top_indices = np.empty((n_neurons, 0), np.int64)
        self._top_values = np.empty((n_neurons, 0), dtype)

    def add(self, activations: FloatArray, one_hot: FloatArray, first_index: int) -> None:
        """Take in the activations (n_images, n_neurons) of the images from `first_index` on."""
        self._class_sums += one_hot.T @ activations
        self._n_active += np.count_nonzero(activations > 0, axis=0)
        indices = np.arange(first_index, first_index + len(activations))
        indices = np.broadcast_to(indices, (activations.shape[1], len(activations)))
        values = np.concatenate([self._top_values, activations.T], axis=1)
        # An overflown network must not end the pass: what is no number excites nothing.
        values[np.isnan(values)] = -np.inf
        places = _greatest(values, min(N_TOP_IMAGES, values.shape[1]))
        self._top_values = np.take_along_axis(values, places, axis=1)
        known = np.concatenate([self._top_indices, indices], axis=1)
        self._top_indices = np.take_along_axis(known, places, axis=1)

    def result(self, class_counts: IntArray) -> LayerStatistics:
        means = np.full(self._class_sums.shape, np.nan)
        np.divide(self._class_sums, class_counts[:, np.newaxis], out=means, where=class_counts[:, np.newaxis] > 0)
        order = np.argsort(-self._top_values, axis=1, kind="stable")
        return LayerStatistics(
            class_means=np.ascontiguousarray(means.T, self._top_values.dtype),
            active_shares=self._n_active / class_counts.sum(),
            top_indices=np.take_along_axis(self._top_indices, order, axis=1),
            top_values=np.take_along_axis(self._top_values, order, axis=1),
        )


def _greatest(values: FloatArray, n_greatest: int) -> NDArray[np.int64]:
    """Return the places of the greatest values of each row, ascending; of equal ones the first count."""
    least = np.partition(values, -n_greatest, axis=1)[:, -n_greatest, np.newaxis]
    is_greater = values > least
    is_equal = values == least
    n_missing = n_greatest - np.count_nonzero(is_greater, axis=1)
    is_taken = is_greater | (is_equal & (np.cumsum(is_equal, axis=1) <= n_missing[:, np.newaxis]))
    return np.nonzero(is_taken)[1].reshape(len(values), n_greatest)

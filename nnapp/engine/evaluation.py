"""How good a network is on labelled images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.arrays import FloatArray, IntArray
from nnapp.engine.losses import LOSSES, check_pair, default_loss, loss_per_sample
from nnapp.engine.network import Network, logits_to_probabilities, outputs_to_probabilities
from nnapp.errors import NetworkError

__all__ = ["ConfusionMatrix", "Evaluation", "check_labels", "evaluate", "evaluation_steps", "images_at_a_time"]

_MOST_IMAGES = 1000
_MOST_VALUES = 2**20


class ConfusionMatrix:
    """Counts of actual against predicted classes, with the indices of the images in each cell.

    Rows are the actual class, columns the predicted class, as everywhere in nnapp.

    Parameters
    ----------
    actual, predicted : array (n_images,) of int
        Classes 0…n_classes − 1.
    n_classes : int

    Attributes
    ----------
    counts : array (n_classes, n_classes) of int64
        ``counts[a, p]`` is the number of images of class a that were taken for class p.
    """

    def __init__(self, actual: IntArray, predicted: IntArray, n_classes: int) -> None:
        self.n_classes = n_classes
        cells = np.asarray(actual, np.int64) * n_classes + np.asarray(predicted, np.int64)
        counts = np.bincount(cells, minlength=n_classes * n_classes)
        self.counts: NDArray[np.int64] = counts.reshape(n_classes, n_classes)
        self._sorted_indices = np.argsort(cells, kind="stable")
        self._starts = np.concatenate(([0], np.cumsum(counts)))

    def indices(self, actual: int, predicted: int) -> IntArray:
        """Return the indices of the images in a cell, ascending (a read-only view).

        Raises
        ------
        ValueError
            If a class is not in 0…n_classes − 1.
        """
        cell = np.ravel_multi_index((actual, predicted), self.counts.shape)
        found = self._sorted_indices[self._starts[cell] : self._starts[cell + 1]]
        found.setflags(write=False)
        return found

    @property
    def accuracy(self) -> float:
        """Share of images on the diagonal, 0…1; NaN without images."""
        n_images = self.counts.sum()
        return float(np.trace(self.counts) / n_images) if n_images else nan

    @property
    def recall(self) -> NDArray[np.float64]:
        """Share of each actual class that was recognised, TP / (TP + FN); NaN for a class without images."""
        return _shares(np.diagonal(self.counts), self.counts.sum(axis=1))

    @property
    def precision(self) -> NDArray[np.float64]:
        """Share of each predicted class that is right, TP / (TP + FP); NaN for a class never predicted."""
        return _shares(np.diagonal(self.counts), self.counts.sum(axis=0))


def _shares(parts: NDArray[np.int64], totals: NDArray[np.int64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.full(len(totals), np.nan)
    np.divide(parts, totals, out=shares, where=totals > 0)
    return shares


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The result of `evaluate`.

    Attributes
    ----------
    loss : float
        Mean loss over the images, without regularisation; of the outputs as they are, whatever the temperature.
    labels, predictions : array (n_images,) of int
        Actual and predicted class of each image.
    probabilities : array (n_images, n_classes)
        Rows that sum to one; see `Network.predict_proba`.
    temperature : float
        By which the logits were divided for the probabilities, and for nothing else.
    probabilities_before : array (n_images, n_classes) or None
        The probabilities at a temperature of 1, where that is another one.
    """

    loss: float
    labels: IntArray
    predictions: IntArray
    probabilities: FloatArray
    temperature: float = 1.0
    probabilities_before: FloatArray | None = None

    @property
    def n_images(self) -> int:
        """Number of images evaluated."""
        return len(self.labels)

    @property
    def accuracy(self) -> float:
        """Share of images predicted rightly, 0…1."""
        return float(np.mean(self.predictions == self.labels))

    @property
    def error(self) -> float:
        """Classification error, 1 − accuracy."""
        return float(np.mean(self.predictions != self.labels))

    @cached_property
    def confusion(self) -> ConfusionMatrix:
        """Confusion matrix, rows actual, columns predicted."""
        return ConfusionMatrix(self.labels, self.predictions, self.probabilities.shape[1])


def images_at_a_time(layer_sizes: Sequence[int]) -> int:
    """Return how many images to run through a network together, so that their activations stay in the cache.

    At most 1000, and in a layer no more than about a million activations (4 MB): a wide layer then takes no more memory
    than a narrow one.
    """
    return max(1, min(_MOST_IMAGES, _MOST_VALUES // max(layer_sizes)))


def check_labels(labels: IntArray, n_images: int, n_classes: int) -> None:
    """Refuse labels that do not belong to the images or to the outputs of a network.

    Raises
    ------
    NetworkError
        If their number is not `n_images`, or one is not in 0…n_classes − 1.
    """
    if len(labels) != n_images:
        raise NetworkError(f"There must be one label per image; got {len(labels):,} labels for {n_images:,} images.")
    if n_images == 0:
        raise NetworkError("There must be at least one image; got none.")
    outside = np.flatnonzero((labels < 0) | (labels >= n_classes))
    if len(outside):
        raise NetworkError(
            f"Labels must be 0…{n_classes - 1}, one class per output of the network; "
            f"got {labels[outside[0]]} for image {outside[0]}."
        )


def evaluate(
    network: Network, images: NDArray[Any], labels: IntArray, *, loss: str | None = None, temperature: float = 1.0
) -> Evaluation:
    """Run a network over labelled images.

    Parameters
    ----------
    images : array (n_images, …)
        Pixels as bytes, or values 0…1.
    labels : array (n_images,) of int
        Actual classes.
    loss : str, optional
        Entry of `LOSSES`; by default the one natural for the network's output activation.
    temperature : float
        For the probabilities, see `Network.predict_proba`.

    Raises
    ------
    NetworkError
        If the images do not fit the network's inputs, the labels its outputs, or the temperature its activation.
    SettingError
        If the loss is unknown or not defined for the network's outputs.
    """
    *_, evaluation = evaluation_steps(network, images, labels, loss=loss, temperature=temperature)
    assert isinstance(evaluation, Evaluation)
    return evaluation


def evaluation_steps(
    network: Network, images: NDArray[Any], labels: IntArray, *, loss: str | None = None, temperature: float = 1.0
) -> Iterator[int | Evaluation]:
    """Evaluate piece by piece: yield the number of images done after each thousand at most, and last the result.

    Arguments and errors as for `evaluate`.
    """
    check_labels(labels, len(images), network.n_outputs)
    loss = default_loss(network.output_activation) if loss is None else loss
    check_pair(loss, network.output_activation)
    rule = LOSSES[loss]
    one_hot = np.eye(network.n_outputs, dtype=network.dtype)
    probabilities = np.empty((len(images), network.n_outputs), network.dtype)
    calibrated = probabilities if temperature == 1 else np.empty_like(probabilities)
    predictions = np.empty(len(images), np.int64)
    loss_sum = 0.0
    n_piece = images_at_a_time(network.layer_sizes)
    for start in range(0, len(images), n_piece):
        piece = slice(start, start + n_piece)
        outputs = network.logits(images[piece])
        losses = loss_per_sample(rule, network.output_activation, outputs, one_hot[labels[piece]])
        loss_sum += float(losses.sum(dtype=np.float64))
        if temperature != 1:
            calibrated[piece] = logits_to_probabilities(outputs, network.output_activation, temperature)
        ACTIVATIONS[network.output_activation].apply(outputs, outputs)
        predictions[piece] = outputs.argmax(axis=1)
        probabilities[piece] = outputs_to_probabilities(outputs, network.output_activation)
        yield min(start + n_piece, len(images))
    before = None if temperature == 1 else probabilities
    yield Evaluation(loss_sum / len(images), np.asarray(labels), predictions, calibrated, temperature, before)

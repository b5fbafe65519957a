"""Several networks that answer together, with the mean of their probabilities.

Networks that were trained apart make different mistakes; the mean of their probabilities is mostly more
accurate than any of them (Hansen and Salamon 1990, "Neural network ensembles"). Its log loss is never
greater than the mean of theirs: −log is convex, so −log of a mean is at most the mean of −log (Jensen).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray, IntArray
from nnapp.engine.calibration import log_loss
from nnapp.engine.evaluation import Evaluation, evaluation_steps
from nnapp.engine.network import Network
from nnapp.errors import NetworkError

__all__ = ["Ensemble", "EnsembleComparison", "compare", "comparison_steps", "mean_probabilities"]


class Ensemble:
    """Networks whose probabilities are averaged.

    Parameters
    ----------
    members : sequence of Network
        At least one, all with the same numbers of inputs and outputs. Kept, not copied.
    temperatures : sequence of float, optional
        By which each member's logits are divided, see `Network.predict_proba`; by default 1.

    Raises
    ------
    NetworkError
        If there is no member, one does not fit the first, or temperatures are not one for each.
    """

    def __init__(self, members: Sequence[Network], temperatures: Sequence[float] | None = None) -> None:
        if not members:
            raise NetworkError("An ensemble must have at least one network; got none.")
        self.members = tuple(members)
        self.temperatures = (1.0,) * len(members) if temperatures is None else tuple(temperatures)
        if len(self.temperatures) != len(self.members):
            raise NetworkError(
                f"The temperatures of an ensemble must be {len(self.members)}, one per network; "
                f"got {len(self.temperatures)}."
            )
        for number, member in enumerate(self.members, 1):
            for name, wanted, found in (
                ("inputs", self.n_inputs, member.n_inputs),
                ("outputs", self.n_outputs, member.n_outputs),
            ):
                if found != wanted:
                    raise NetworkError(
                        f"All networks of an ensemble must have the same number of {name}, {wanted:,} like the first; "
                        f"got {found:,} in network {number}."
                    )

    @property
    def n_inputs(self) -> int:
        """Number of values the networks take per image."""
        return self.members[0].n_inputs

    @property
    def n_outputs(self) -> int:
        """Number of classes."""
        return self.members[0].n_outputs

    def predict_proba(self, inputs: NDArray[Any]) -> FloatArray:
        """Return the mean of the members' probabilities, shape (n_samples, n_outputs); rows sum to one."""
        return mean_probabilities(
            [
                member.predict_proba(inputs, temperature)
                for member, temperature in zip(self.members, self.temperatures, strict=True)
            ]
        )

    def predict(self, inputs: NDArray[Any]) -> IntArray:
        """Return the most probable class of each image, shape (n_samples,)."""
        classes: IntArray = self.predict_proba(inputs).argmax(axis=1)
        return classes


@dataclass(frozen=True, eq=False)
class EnsembleComparison:
    """An ensemble beside its members, on the same images.

    Attributes
    ----------
    ensemble : Evaluation
        Of the mean probabilities; its loss is their `log_loss`, whatever the members were trained with.
    accuracies : tuple of float
        Of the members, 0…1.
    losses : tuple of float
        The `log_loss` of the members' probabilities.
    """

    ensemble: Evaluation
    accuracies: tuple[float, ...]
    losses: tuple[float, ...]

    @property
    def gain_over_best(self) -> float:
        """Accuracy of the ensemble less that of its best member, −1…1."""
        return self.ensemble.accuracy - max(self.accuracies)

    @property
    def gain_over_mean(self) -> float:
        """Accuracy of the ensemble less the mean accuracy of its members, −1…1."""
        return self.ensemble.accuracy - float(np.mean(self.accuracies))


def mean_probabilities(probabilities: Sequence[FloatArray]) -> FloatArray:
    """Return the mean of several networks' probabilities, arrays of one shape; in their dtype, summed in float64."""
    total = np.zeros(probabilities[0].shape)
    for member in probabilities:
        total += member
    total /= len(probabilities)
    return total.astype(np.result_type(*probabilities))


def compare(evaluations: Sequence[Evaluation]) -> EnsembleComparison:
    """Return what networks are together, from their evaluations on the same images.

    Raises
    ------
    NetworkError
        If the evaluations are of different images or classes.
    """
    first = evaluations[0]
    for evaluation in evaluations[1:]:
        if evaluation.probabilities.shape != first.probabilities.shape or not np.array_equal(
            evaluation.labels, first.labels
        ):
            raise NetworkError("The networks of an ensemble must be evaluated on the same images; got different ones.")
    probabilities = mean_probabilities([evaluation.probabilities for evaluation in evaluations])
    answers = probabilities.argmax(axis=1)
    return EnsembleComparison(
        Evaluation(log_loss(probabilities, first.labels), first.labels, answers, probabilities),
        tuple(evaluation.accuracy for evaluation in evaluations),
        tuple(log_loss(evaluation.probabilities, evaluation.labels) for evaluation in evaluations),
    )


def comparison_steps(ensemble: Ensemble, images: NDArray[Any], labels: IntArray) -> Iterator[int | EnsembleComparison]:
    """Evaluate an ensemble piece by piece: yield the number of images done by all members, and last the result.

    Parameters
    ----------
    ensemble : Ensemble
    images : array (n_images, …)
        Pixels as bytes, or values 0…1.
    labels : array (n_images,) of int
        Actual classes.

    Raises
    ------
    NetworkError
        If the images do not fit the members' inputs, or the labels their outputs.
    """
    evaluations: list[Evaluation] = []
    for network, temperature in zip(ensemble.members, ensemble.temperatures, strict=True):
        n_before = len(evaluations) * len(images)
        for step in evaluation_steps(network, images, labels, temperature=temperature):
            if isinstance(step, Evaluation):
                evaluations.append(step)
            else:
                yield n_before + step
    yield compare(evaluations)

"""Which answers suit a foreign network: tried on labelled images.

Weights that were trained with ReLU on inputs of 0…255 recognise digits with ReLU on inputs of 0…255 and
hardly any otherwise, so accuracy tells the activation and the scale; where it is the same within half
its standard error, the loss does, and what is common goes before what is rare. Accuracy does not tell the
activation of the outputs, as all of them keep the order of the weighted sums. But every image is of
one class, and so the outputs of a network that was trained towards one-hot rows with sigmoid or linear
outputs sum to about 1, which those of another only do with softmax.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.arrays import PIXEL_MAXIMUM, FloatArray, IntArray, as_inputs
from nnapp.engine.evaluation import check_labels
from nnapp.engine.losses import LOSSES
from nnapp.engine.splits import split_validation
from nnapp.storage.exchange.completion import HIDDEN_ACTIVATIONS, Answers, check_answers, missing_answers
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.input_scaling import INPUT_SCALINGS, InputScaling, input_scaling_named
from nnapp.storage.network_payload import count_parameters

__all__ = ["MAX_TRIED_IMAGES", "Suggestion", "suggest"]

MAX_TRIED_IMAGES = 2000
"""Enough to tell 97 % from 95 %; chance gives 10 %."""

_MIN_TRIED_IMAGES = 100
_MAX_MULTIPLICATIONS = 4e10  # a second or two on one core
_RARITY = {"leaky-relu": 1.02, "linear": 1.02, "centred": 1.02}
"""By what to multiply the loss of what few people use and hardly differs from what many use."""

_MAX_SUM_ERROR = 0.3
_MAX_MEAN_ERROR = 0.05
_MAX_RATIO = {"sigmoid": 1.6, "linear": 1.0}
"""Of their loss to that of softmax, which fits a network with sigmoid outputs better still, by a third."""

_FREE_LOSS = 0.02  # a network that is nearly always right loses nothing with softmax
_SUBSET_SEED = 0
_OUTPUTS = ("softmax", "sigmoid", "linear")
_TOLERANCE = 0.5
"""In standard errors of an accuracy: two networks tried on the same images differ by less than that of each."""


@dataclass(frozen=True)
class Suggestion:
    """Answers and how good the network is with them.

    Attributes
    ----------
    answers : Answers
        What was missing; the rest stays None.
    accuracy : float
        0…1, on the images that were tried.
    loss : float
        Mean of ½ Σ (a − y)² over the images, y being the one-hot rows; defined for all outputs.
    n_images : int
        How many were tried.
    """

    answers: Answers
    accuracy: float
    loss: float
    n_images: int


def suggest(
    foreign: ForeignNetwork, images: NDArray[np.uint8], labels: IntArray, answers: Answers | None = None
) -> list[Suggestion]:
    """Try all that may be meant by what is not said, the best first.

    Parameters
    ----------
    foreign : ForeignNetwork
    images : array (n_images, …) of uint8
        Best those that no network was trained on. At most `MAX_TRIED_IMAGES` are used, the same
        share of every class, and fewer for very large networks.
    labels : array (n_images,) of int
    answers : Answers, optional
        What is said already and not tried.

    Returns
    -------
    list of Suggestion
        Empty if nothing is missing. First one for each combination of activation and scale, with the
        activation of the outputs that suits it best; then those with the others.

    Raises
    ------
    NetworkError
        If the images do not fit the inputs, the labels the outputs, or an answer is not allowed.
    """
    answers = answers or Answers()
    check_answers(foreign, answers)
    missing = missing_answers(foreign, answers)
    check_labels(labels, len(images), foreign.layer_sizes[-1])
    if not missing:
        return []
    hidden = list(_hidden_choices(foreign, answers, "activation" in missing))
    scalings = _scalings(foreign, answers, images)
    n_tried = _number_tried(foreign, len(hidden) * len(scalings))
    images, labels = _subset(images, labels, n_tried)
    found = [
        _judged(foreign, sums, labels, names, scaling, missing, answers)
        for scaling, sums in _first_sums(foreign, images, scalings)
        for names in hidden
    ]
    # Other outputs give the same answers with other probabilities, so they come last.
    return _ranked([best for best, *_ in found]) + _ranked([other for _, *others in found for other in others])


def _hidden_choices(foreign: ForeignNetwork, answers: Answers, is_missing: bool) -> Iterator[tuple[str, ...]]:
    """Yield the activations of the hidden layers to try: what is not said is the same in all of them."""
    said = foreign.activations[:-1]
    if is_missing:
        for name in HIDDEN_ACTIVATIONS:
            yield (name,) * len(said)
        return
    names = answers.activation.split(",") if answers.activation else [name for name in said if name is not None]
    yield tuple(names * len(said) if len(names) == 1 else names)


def _scalings(foreign: ForeignNetwork, answers: Answers, images: NDArray[np.uint8]) -> list[InputScaling]:
    if answers.input_scaling is not None:
        return [input_scaling_named(answers.input_scaling)]
    if foreign.input_scaling is not None:
        return [foreign.input_scaling]
    # It is between two scales that are used with any images, and would be taken for them.
    fashion = INPUT_SCALINGS["fashion-mnist"]
    is_fashion = abs(float(images.mean()) / PIXEL_MAXIMUM - fashion.mean) < _MAX_MEAN_ERROR
    return [scaling for scaling in INPUT_SCALINGS.values() if is_fashion or scaling is not fashion]


def _number_tried(foreign: ForeignNetwork, n_combinations: int) -> int:
    affordable = int(_MAX_MULTIPLICATIONS / (count_parameters(foreign.layer_sizes) * n_combinations))
    return max(_MIN_TRIED_IMAGES, min(MAX_TRIED_IMAGES, affordable))


def _subset(images: NDArray[np.uint8], labels: IntArray, n_images: int) -> tuple[NDArray[np.uint8], IntArray]:
    """Return about `n_images` images, the same share of every class."""
    if len(images) <= n_images:
        return images, labels
    _, chosen = split_validation(labels, n_images / len(images), np.random.default_rng(_SUBSET_SEED))
    return images[chosen], labels[chosen]


def _first_sums(
    foreign: ForeignNetwork, images: NDArray[Any], scalings: Sequence[InputScaling]
) -> Iterator[tuple[InputScaling, FloatArray]]:
    """Yield the weighted sums of the first layer for each scaling, from one product of matrices.

    W (x − mean) / std + b = (W x − mean Σⱼ Wⱼ) / std + b.
    """
    weights, biases = foreign.weights[0], foreign.biases[0]
    inputs = as_inputs(images, weights.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        products = inputs @ weights.T
    row_sums = weights.sum(axis=1, dtype=np.float64)
    for scaling in scalings:
        shift = biases - scaling.mean * row_sums / scaling.std
        with np.errstate(over="ignore", invalid="ignore"):  # what is not meant may well overflow
            sums = products / np.float32(scaling.std) + shift.astype(np.float32)
        yield scaling, sums


def _judged(
    foreign: ForeignNetwork,
    sums: FloatArray,
    labels: IntArray,
    hidden: tuple[str, ...],
    scaling: InputScaling,
    missing: Sequence[str],
    answers: Answers,
) -> list[Suggestion]:
    """Return how good the network is with each activation of the outputs, the one that suits it best first."""
    with np.errstate(over="ignore", invalid="ignore"):  # what is not meant may well overflow
        for name, weights, biases in zip(hidden, foreign.weights[1:], foreign.biases[1:], strict=True):
            activations = np.empty_like(sums)
            ACTIVATIONS[name].apply(sums, activations)
            sums = activations @ weights.T + biases
        losses = _losses_by_output(sums, labels, answers.output or foreign.activations[-1])
    accuracy = float(np.mean(sums.argmax(axis=1) == labels))
    found: list[Suggestion] = []
    for output, loss in losses.items():
        values = {"activation": hidden[0] if hidden else None, "output": output, "input_scaling": scaling.name}
        chosen = Answers(**{name: values[name] for name in missing})
        found.append(Suggestion(chosen, accuracy, loss if isfinite(loss) else inf, len(labels)))
    return found


def _losses_by_output(sums: FloatArray, labels: IntArray, said: str | None) -> dict[str, float]:
    """Return the loss for each activation of the outputs of weighted sums (n_images, n_outputs), the best first."""
    one_hot = np.eye(sums.shape[1], dtype=np.float32)[labels]
    losses: dict[str, float] = {}
    sums_to_one: dict[str, bool] = {}
    for name in (said,) if said else _OUTPUTS:
        outputs = np.empty_like(sums)
        ACTIVATIONS[name].apply(sums, outputs)
        losses[name] = float(np.mean(LOSSES["squared-error"].per_sample(outputs, one_hot), dtype=np.float64))
        sums_to_one[name] = abs(float(outputs.sum(axis=1, dtype=np.float64).mean()) - 1) <= _MAX_SUM_ERROR
    if said:
        return losses
    fitting = [
        name
        for name, ratio in _MAX_RATIO.items()
        if sums_to_one[name] and losses[name] <= ratio * losses["softmax"] + _FREE_LOSS
    ]
    best = fitting[0] if fitting else "softmax"
    return {best: losses[best]} | losses


def _ranked(found: Sequence[Suggestion]) -> list[Suggestion]:
    """Return suggestions, the best first; those whose accuracy is as good as the best by their loss."""
    if not found:
        return []
    best = max(suggestion.accuracy for suggestion in found)
    tolerance = _TOLERANCE * sqrt(best * (1 - best) / found[0].n_images)

    def key(suggestion: Suggestion) -> tuple[float, float]:
        answers = suggestion.answers
        rarity = _RARITY.get(answers.activation or "", 1.0) * _RARITY.get(answers.input_scaling or "", 1.0)
        is_best = suggestion.accuracy >= best - tolerance
        return (-1.0 if is_best else -suggestion.accuracy), suggestion.loss * rarity

    return sorted(found, key=key)

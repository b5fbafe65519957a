"""Filling the gaps that another program's file leaves, with what a person says and never with a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.calibration import CALIBRATED_OUTPUT
from nnapp.engine.losses import LOSSES
from nnapp.engine.network import Network
from nnapp.errors import MissingAnswerError, NetworkError
from nnapp.storage.exchange.foreign_network import ForeignNetwork, check_finite, rounded
from nnapp.storage.exchange.input_scaling import INPUT_SCALINGS, InputScaling, input_scaling_named
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_metadata import NetworkMetadata

__all__ = ["ANSWER_OPTIONS", "HIDDEN_ACTIVATIONS", "Answers", "check_answers", "complete", "missing_answers"]

HIDDEN_ACTIVATIONS = tuple(name for name, rule in ACTIVATIONS.items() if rule.for_hidden_layers)
"""What a hidden layer may have."""


ANSWER_OPTIONS = {
    "activation": ("activation of the hidden layers", "--activation", HIDDEN_ACTIVATIONS),
    "output": ("activation of the outputs", "--output", tuple(ACTIVATIONS)),
    "input_scaling": ("scale of the inputs", "--input-scale", tuple(INPUT_SCALINGS)),
}
"""For each field of `Answers`: what it is, the option that says it, and what may be said."""


@dataclass(frozen=True)
class Answers:
    """What a person says about a network. It goes before what the file says.

    Attributes
    ----------
    activation : str or None
        Entry of `HIDDEN_ACTIVATIONS` for all hidden layers, or one for each, separated by commas.
    output : str or None
        Entry of `ACTIVATIONS`.
    input_scaling : str or None
        Entry of `INPUT_SCALINGS`, or "MEAN,STD".
    """

    activation: str | None = None
    output: str | None = None
    input_scaling: str | None = None


def missing_answers(foreign: ForeignNetwork, answers: Answers | None = None) -> tuple[str, ...]:
    """Return the fields of `Answers` that neither the file nor the person says, in their order."""
    answers = answers or Answers()
    *hidden, output = foreign.activations
    unsaid = {
        "activation": answers.activation is None and None in hidden,
        "output": answers.output is None and output is None,
        "input_scaling": answers.input_scaling is None and foreign.input_scaling is None,
    }
    return tuple(name for name, is_unsaid in unsaid.items() if is_unsaid)


def check_answers(foreign: ForeignNetwork, answers: Answers) -> None:
    """Refuse answers that are not allowed, whether or not others are missing.

    Raises
    ------
    NetworkError
        If a word is unknown, or activations are not one for all or one for each hidden layer.
    """
    if answers.activation is not None:
        names, n_hidden = answers.activation.split(","), len(foreign.activations) - 1
        for name in names:
            _check_hidden(name)
        if len(names) not in (1, n_hidden):
            raise NetworkError(
                f"Activations must be one for all hidden layers or one for each of the {n_hidden}; "
                f"got {answers.activation}."
            )
    if answers.output is not None:
        _check_output(answers.output)
    if answers.input_scaling is not None:
        input_scaling_named(answers.input_scaling)


def complete(foreign: ForeignNetwork, answers: Answers | None = None, source: str = "The file") -> StoredNetwork:
    """Return the network that a file and a person's answers make together.

    The scale of the inputs is folded into the first layer, computed in float64: what the network
    answers to pixels of 0…1 is what it answered to the inputs that it was made for.

    Parameters
    ----------
    foreign : ForeignNetwork
    answers : Answers, optional
        They go before what the file says.
    source : str
        What to call the file in the sentence of an error.

    Raises
    ------
    MissingAnswerError
        If something is still not said.
    NetworkError
        If an answer is not allowed, or class names or shape do not fit the network.
    """
    answers = answers or Answers()
    check_answers(foreign, answers)
    missing = missing_answers(foreign, answers)
    if missing:
        raise MissingAnswerError(_missing_sentence(missing, source), missing)
    activations = _activations(foreign, answers)
    scaling = foreign.input_scaling
    if answers.input_scaling is not None:
        scaling = input_scaling_named(answers.input_scaling)
    assert scaling is not None  # or it would be missing
    layers = list(zip(foreign.weights, foreign.biases, strict=True))
    layers[0] = _folded(*layers[0], scaling, source)
    network = Network.from_activations(foreign.layer_sizes, activations, initializer=None)
    for dense, (weights, biases) in zip(network.dense_layers, layers, strict=True):
        dense.weights[:] = weights
        dense.biases[:] = biases
    return StoredNetwork(network, _metadata(foreign, activations[-1], source))


def _missing_sentence(names: Sequence[str], source: str) -> str:
    questions = [ANSWER_OPTIONS[name] for name in names]
    *others, last = (f"the {subject}" for subject, _, _ in questions)
    subjects = f"{', '.join(others)} and {last}" if others else last
    options = " ".join(f"{option} {'|'.join(choices)}" for _, option, choices in questions)
    return f"{source} does not say {subjects}; say {'them' if others else 'it'} with {options}."


def _activations(foreign: ForeignNetwork, answers: Answers) -> tuple[str, ...]:
    """Return the activation of every layer; nothing is missing any more, and the answers are allowed."""
    *said, output = foreign.activations
    hidden = [name for name in said if name is not None]
    if answers.activation is not None:
        names = answers.activation.split(",")
        hidden = names * len(said) if len(names) == 1 else names
    for name in hidden:
        _check_hidden(name)
    output = answers.output or output
    assert output is not None  # or it would be missing
    _check_output(output)
    return (*hidden, output)


def _check_output(name: str) -> None:
    if name not in ACTIVATIONS:
        raise NetworkError(f"The activation of the outputs must be one of {', '.join(ACTIVATIONS)}; got {name}.")


def _check_hidden(name: str) -> None:
    if name not in HIDDEN_ACTIVATIONS:
        raise NetworkError(
            f"The activation of hidden layers must be one of {', '.join(HIDDEN_ACTIVATIONS)}; got {name}."
        )


def _folded(
    weights: NDArray[np.float32], biases: NDArray[np.float32], scaling: InputScaling, source: str
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a first layer for pixels x of 0…1 from one for (x − mean) / std.

    W (x − mean) / std + b = (W / std) x + (b − mean / std · Σⱼ Wⱼ).
    """
    if (scaling.mean, scaling.std) == (0.0, 1.0):
        return weights, biases
    exact = weights.astype(np.float64)
    exact /= scaling.std
    shifted = biases - scaling.mean * exact.sum(axis=1)
    folded = rounded(exact), rounded(shifted)
    check_finite(folded[:1], folded[1:], f"{source} for inputs of the scale {scaling.name}")
    return folded


def _metadata(foreign: ForeignNetwork, output: str, source: str) -> NetworkMetadata:
    """Return what is known besides the layers; a loss that does not suit the outputs is left out."""
    n_inputs, n_outputs = foreign.layer_sizes[0], foreign.layer_sizes[-1]
    if foreign.class_names and len(foreign.class_names) != n_outputs:
        raise NetworkError(
            f"The class names in {source} must be {n_outputs}, one per output; got {len(foreign.class_names)}."
        )
    if foreign.input_shape and prod(foreign.input_shape) != n_inputs:
        raise NetworkError(
            f"The shape of the images in {source} must have {n_inputs} values; got {foreign.input_shape}."
        )
    loss = foreign.loss if foreign.loss in LOSSES and output in LOSSES[foreign.loss].outputs else None
    temperature = foreign.temperature if output == CALIBRATED_OUTPUT else 1.0
    return NetworkMetadata(
        loss=loss, class_names=foreign.class_names, input_shape=foreign.input_shape, temperature=temperature
    )

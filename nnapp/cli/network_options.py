"""Command line options for opening a network of whatever program."""

from __future__ import annotations

import argparse

from nnapp.storage.exchange.array_names import ORIENTATIONS
from nnapp.storage.exchange.completion import ANSWER_OPTIONS, Answers
from nnapp.storage.exchange.input_scaling import INPUT_SCALINGS
from nnapp.storage.exchange.readers import READERS, open_network
from nnapp.storage.network_file import StoredNetwork

__all__ = ["NETWORK_HELP", "add_network_options", "answer_words", "given_answers", "load_network"]

NETWORK_HELP = "network file of nnapp (.nn) or of another program: " + ", ".join(
    reader.name for reader in READERS if reader.name != ".nn"
)

# The names of settings are taken: those of a network that is to be made.
_DESTINATIONS = {name: f"network_{name}" for name in ANSWER_OPTIONS}


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--activation``, ``--output``, ``--input-scale`` and ``--orientation``."""
    group = parser.add_argument_group("networks of other programs", "what their file does not say, or says wrongly")
    scales = ", ".join(f"{scaling.name} ({scaling.meaning})" for scaling in INPUT_SCALINGS.values())
    helps = {
        "activation": "activation of the hidden layers: {}; or one for each, separated by commas",
        "output": "activation of the outputs: {}",
        "input_scaling": f"what the inputs were when the network was trained: {scales}; or MEAN,STD for pixels of 0 "
        "to 1. It is folded into the first layer",
    }
    for name, (_, option, choices) in ANSWER_OPTIONS.items():
        text = helps[name].format(", ".join(choices))
        group.add_argument(option, dest=_DESTINATIONS[name], metavar=option.rpartition("-")[2].upper(), help=text)
    group.add_argument(
        "--orientation",
        choices=ORIENTATIONS,
        help="how weights are stored where their sizes fit both ways: a row (outputs-inputs, as PyTorch has it) or a "
        "column (inputs-outputs, as Keras and scikit-learn have it) for each neuron",
    )


def given_answers(options: argparse.Namespace) -> Answers:
    """Return what the options of `add_network_options` say about activations and inputs."""
    return Answers(**{name: getattr(options, destination) for name, destination in _DESTINATIONS.items()})


def answer_words(answers: Answers) -> list[str]:
    """Return the options that say these answers, as words of a command."""
    said = ((option, getattr(answers, name)) for name, (_, option, _) in ANSWER_OPTIONS.items())
    words: list[str] = []
    for option, value in said:
        if value is not None:
            # What starts with a minus would be taken for an option.
            words += [f"{option}={value}"] if value.startswith("-") else [option, value]
    return words


def load_network(options: argparse.Namespace, path: str | None = None) -> StoredNetwork:
    """Read the network of `path`, by default ``options.network``, with what the options say about it.

    Raises
    ------
    MissingAnswerError
        If something is not said, with the options that say it.
    NnappError
        If it cannot be read.
    """
    return open_network(options.network if path is None else path, given_answers(options), options.orientation)

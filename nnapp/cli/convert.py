"""``nnapp convert``: read a network of whatever program and write it for another.

What the file does not say is asked for, with the choices that score best on a data set. The ending of
the new file says its format; a file that is there is only written over with --force.
"""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nnapp.cli.console import complain, print_json, printable, warn
from nnapp.cli.network_options import NETWORK_HELP, add_network_options, answer_words, given_answers
from nnapp.cli.options import add_data_options, add_json_option, chosen_data, load_data
from nnapp.display.wording import counted, percent
from nnapp.engine.evaluation import evaluate
from nnapp.errors import ExistingFilesError, MissingAnswerError, NetworkError, NnappError
from nnapp.storage.dataset import Dataset
from nnapp.storage.datasets import locate_dataset
from nnapp.storage.exchange.array_names import shown_name
from nnapp.storage.exchange.completion import ANSWER_OPTIONS, Answers, complete, missing_answers
from nnapp.storage.exchange.foreign_network import ForeignNetwork, as_foreign
from nnapp.storage.exchange.readers import read_any_network
from nnapp.storage.exchange.suggestions import Suggestion, suggest
from nnapp.storage.exchange.writers import WRITERS, write_any_network
from nnapp.storage.files import check_writable
from nnapp.storage.network_file import StoredNetwork, write_network

__all__ = ["add_parser"]

_SHOWN_SUGGESTIONS = 5


def add_parser(commands: Any) -> None:
    """Add the sub-command."""
    parser = commands.add_parser(
        "convert",
        help="open a network of another program, or save one for another",
        description=__doc__,
        allow_abbrev=False,
    )
    parser.add_argument("network", metavar="NETWORK", help=NETWORK_HELP)
    endings = ", ".join(f"{ending} ({writer.name})" for ending, writer in WRITERS.items())
    parser.add_argument("target", metavar="TARGET", help=f"where to write it; by its ending: {endings}")
    parser.add_argument(
        "--suggested", action="store_true", help="take what scores best on the data for what the file does not say"
    )
    parser.add_argument(
        "--plain", action="store_true", help="write a .nn file that holds weights only, for networks of sigmoid layers"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    add_network_options(parser)
    add_data_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    _check_target(options)
    found = read_any_network(options.network, options.orientation)
    foreign = as_foreign(found) if isinstance(found, StoredNetwork) else found
    if not options.json:
        print("\n".join(_what_was_read(foreign, options.network)))
    answers = given_answers(options)
    missing = missing_answers(foreign, answers)
    dataset = _data(options, foreign)
    suggestions: list[Suggestion] = []
    if missing:
        suggestions = [] if dataset is None else suggest(foreign, dataset.test_images, dataset.test_labels, answers)
        if not (options.suggested and suggestions):
            return _ask(options, foreign, answers, suggestions, dataset)
        answers = _merged(answers, suggestions[0].answers)
        if not options.json:
            print(f"Taken as suggested: {shlex.join(answer_words(suggestions[0].answers))}")
    if isinstance(found, StoredNetwork) and answers == Answers():
        stored = found  # with its history and its results
    else:
        stored = complete(foreign, answers, options.network)
    if options.plain:
        write_network(options.target, stored.network, plain=True)
    else:
        write_any_network(options.target, stored)
    _tell_result(options, foreign, stored, answers, suggestions, dataset)
    return 0


def _check_target(options: argparse.Namespace) -> None:
    """Refuse a target that could not be written, before time is spent."""
    ending = os.path.splitext(options.target)[1].lower()
    if ending not in WRITERS:
        raise NetworkError(f"The target must end with one of {', '.join(WRITERS)}; got {options.target}.")
    if options.plain and ending != ".nn":
        raise NetworkError(f"--plain must be used with a target that ends with .nn; got {options.target}.")
    if os.path.lexists(options.target) and not options.force:
        raise ExistingFilesError(
            f"The target must be the name of no file that is there; got {options.target}. --force writes over it."
        )
    check_writable(options.target)


def _data(options: argparse.Namespace, foreign: ForeignNetwork) -> Dataset | None:
    """Return the data set to try the network on; None if none was named and there is none that fits."""
    is_named, choice = options.data is not None, chosen_data(options)
    try:
        if not is_named and not choice.source and locate_dataset() is None:
            return None  # not worth a download
        dataset = load_data(options)
        _check_fit(dataset, foreign)
        return dataset.for_classes(foreign.class_names or tuple(map(str, range(foreign.layer_sizes[-1]))))
    except NnappError as error:
        if is_named:
            raise
        warn(f"The network is not tried on the data: {error}")
        return None


def _check_fit(dataset: Dataset, foreign: ForeignNetwork) -> None:
    n_inputs, n_outputs = foreign.layer_sizes[0], foreign.layer_sizes[-1]
    if dataset.n_pixels != n_inputs or dataset.n_classes > n_outputs:
        raise NetworkError(
            f"The network must take the {dataset.n_pixels} pixels of {dataset.name} and tell its {dataset.n_classes} "
            f"classes; got {counted(n_inputs, 'input')} and {counted(n_outputs, 'output')}."
        )


def _what_was_read(foreign: ForeignNetwork, source: str) -> list[str]:
    activations = ", ".join(name or "not said" for name in foreign.activations)
    scaling = foreign.input_scaling
    lines = [
        f"{source}: a network {'-'.join(map(str, foreign.layer_sizes))}",
        f"  activations: {activations}",
        f"  inputs: {scaling.meaning or scaling.name if scaling else 'not said'}",
    ]
    if foreign.class_names:
        lines.append(f"  classes: {', '.join(map(shown_name, foreign.class_names))}")
    return lines + [f"  {note}" for note in foreign.notes]


def _ask(
    options: argparse.Namespace,
    foreign: ForeignNetwork,
    answers: Answers,
    suggestions: Sequence[Suggestion],
    dataset: Dataset | None,
) -> int:
    """Tell what is missing and what may be meant, and return the exit code."""
    if options.json:
        print_json(_record(options, foreign, answers, suggestions))
    elif suggestions and dataset is not None:
        print(f"Tried on {suggestions[0].n_images:,} test images of {printable(dataset.name)}:")
        for suggestion in suggestions[:_SHOWN_SUGGESTIONS]:
            print(f"  {percent(suggestion.accuracy):>9} right with {shlex.join(answer_words(suggestion.answers))}")
        print(f"To take the first:\n  {_command(options, _merged(answers, suggestions[0].answers))}")
    try:
        complete(foreign, answers, options.network)
    except MissingAnswerError as error:
        complain(str(error))
    if options.suggested:
        complain("Nothing can be suggested without a data set that fits the network; name one with --data.")
    return 1


def _merged(answers: Answers, suggested: Answers) -> Answers:
    """Return answers with what they lack taken from those suggested."""
    lacking = {name: getattr(suggested, name) for name in ANSWER_OPTIONS if getattr(answers, name) is None}
    return replace(answers, **lacking)


def _command(options: argparse.Namespace, answers: Answers) -> str:
    words = ["nnapp", "convert", options.network, options.target, *answer_words(answers)]
    words += ["--orientation", options.orientation] if options.orientation else []
    words += ["--plain"] if options.plain else []
    return shlex.join(words + (["--force"] if options.force else []))


def _tell_result(
    options: argparse.Namespace,
    foreign: ForeignNetwork,
    stored: StoredNetwork,
    answers: Answers,
    suggestions: Sequence[Suggestion],
    dataset: Dataset | None,
) -> None:
    accuracy = None
    if dataset is not None and len(dataset.test_images):
        accuracy = evaluate(stored.network, dataset.test_images, dataset.test_labels).accuracy
    if options.json:
        record = _record(options, foreign, answers, suggestions)
        record |= {"activations": stored.network.activation_names, "saved": options.target, "test_accuracy": accuracy}
        print_json(record)
        return
    print(f"Saved as {options.target}.")
    if dataset is not None and accuracy is not None:
        images = counted(len(dataset.test_images), "test image")
        print(f"{percent(accuracy)} right on {images} of {printable(dataset.name)}.")


def _record(
    options: argparse.Namespace, foreign: ForeignNetwork, answers: Answers, suggestions: Sequence[Suggestion]
) -> dict[str, Any]:
    """Return what ``--json`` tells."""
    return {
        "network": options.network,
        "layer_sizes": foreign.layer_sizes,
        "activations": foreign.activations,
        "input_scale": foreign.input_scaling.name if foreign.input_scaling else None,
        "class_names": foreign.class_names,
        "notes": foreign.notes,
        "missing": missing_answers(foreign, answers),
        "suggestions": [
            {
                "activation": suggestion.answers.activation,
                "output": suggestion.answers.output,
                "input_scale": suggestion.answers.input_scaling,
                "accuracy": suggestion.accuracy,
                "loss": suggestion.loss,
                "n_images": suggestion.n_images,
            }
            for suggestion in suggestions[:_SHOWN_SUGGESTIONS]
        ],
        "saved": None,
    }

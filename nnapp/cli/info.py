"""``nnapp info``: what is in a network file, or what computes on this machine."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from nnapp.cli.console import print_json, printable
from nnapp.cli.network_options import NETWORK_HELP, add_network_options, given_answers
from nnapp.cli.options import add_json_option
from nnapp.cli.system import system_facts, system_lines
from nnapp.display.wording import percent
from nnapp.engine.settings import SETTINGS
from nnapp.storage.exchange.array_names import shown_name
from nnapp.storage.exchange.completion import ANSWER_OPTIONS, Answers, complete, missing_answers
from nnapp.storage.exchange.foreign_network import ForeignNetwork, as_foreign
from nnapp.storage.exchange.readers import read_any_network
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_payload import count_parameters

__all__ = ["add_parser"]


def add_parser(commands: Any) -> None:
    """Add the sub-command."""
    parser = commands.add_parser(
        "info", help="show layers, parameters and history of a network", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("network", metavar="NETWORK", nargs="?", help=NETWORK_HELP)
    parser.add_argument(
        "--system",
        action="store_true",
        help="show versions, and which kernels and threads compute matrix products, instead of a network",
    )
    add_network_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=lambda options: _run(parser, options))


def _run(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    if options.system == (options.network is not None):
        parser.error("either NETWORK or --system must be given, and not both")
    if options.system:
        facts = system_facts()
        if options.json:
            print_json(facts)
        else:
            print("\n".join(system_lines(facts)))
        return 0
    found = read_any_network(options.network, options.orientation)
    answers = given_answers(options)
    if isinstance(found, StoredNetwork) and answers == Answers():
        _tell(found, (), as_json=options.json)
        return 0
    foreign = as_foreign(found) if isinstance(found, StoredNetwork) else found
    if missing_answers(foreign, answers):
        _tell_incomplete(foreign, answers, as_json=options.json)
    else:
        _tell(complete(foreign, answers, options.network), foreign.notes, as_json=options.json)
    return 0


def _tell(stored: StoredNetwork, notes: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        record = {
            "layer_sizes": stored.network.layer_sizes,
            "activations": stored.network.activation_names,
            "n_parameters": stored.network.n_parameters,
            "metadata": stored.metadata.as_json(),
        }
        print_json(record | ({"notes": notes} if notes else {}))
        return
    print(stored.network.summary())
    print(printable("\n".join([*_metadata_lines(stored), *notes])))


def _tell_incomplete(foreign: ForeignNetwork, answers: Answers, *, as_json: bool) -> None:
    """Tell what the file of another program says, and what it leaves out."""
    missing = missing_answers(foreign, answers)
    if as_json:
        print_json(
            {
                "layer_sizes": foreign.layer_sizes,
                "activations": foreign.activations,
                "n_parameters": count_parameters(foreign.layer_sizes),
                "input_scale": foreign.input_scaling.name if foreign.input_scaling else None,
                "missing": missing,
                "notes": foreign.notes,
            }
        )
        return
    n_inputs, *sizes = foreign.layer_sizes
    print(f"{'inputs':<18}{n_inputs:>9,}")
    for number, (size, name) in enumerate(zip(sizes, foreign.activations, strict=True), 1):
        title = "outputs" if number == len(sizes) else f"hidden layer {number}"
        print(f"{title:<18}{size:>9,}  {name or 'activation not said'}")
    print(f"\nparameters: {count_parameters(foreign.layer_sizes):,}")
    for name in missing:
        subject, option, choices = ANSWER_OPTIONS[name]
        print(f"The file does not say the {subject}: {option} {'|'.join(choices)}")
    print("\n".join(foreign.notes), end="\n" if foreign.notes else "")


def _metadata_lines(stored: StoredNetwork) -> list[str]:
    metadata = stored.metadata
    lines = [""]
    if metadata.loss:
        lines.append(f"loss: {metadata.loss}")
    if metadata.temperature != 1:
        lines.append(f"temperature: {metadata.temperature:g}")
    if metadata.input_shape:
        lines.append("images: " + "×".join(map(str, metadata.input_shape)) + " pixels")
    if metadata.pictures:
        lines.append(f"pictures become images: {metadata.pictures}")
    if metadata.class_names:
        lines.append("classes: " + ", ".join(map(shown_name, metadata.class_names)))
    if metadata.training:
        lines.append("trained with:")
        said = {name: value for name, value in metadata.training.items() if value is not None}
        lines += [f"  {name.replace('_', ' '):<22}{_shown(name, value)}" for name, value in said.items()]
    if metadata.history:
        last = metadata.history[-1]
        lines.append(
            f"history: {len(metadata.history)} epochs, last training loss {last['training_loss']:.4g}, "
            f"validation error {percent(last.get('validation_error'))}"
        )
    if "epoch" in metadata.results:
        lines.append(f"weights: those after epoch {metadata.results['epoch']}")
    if "test_accuracy" in metadata.results:
        lines.append(f"test accuracy: {percent(metadata.results['test_accuracy'])}")
    if len(lines) == 1:
        lines.append("The file says nothing about how the network was trained.")
    return lines


def _shown(name: str, value: Any) -> str:
    try:
        return SETTINGS[name].format(value)
    except (KeyError, TypeError, ValueError):  # a file of another version may say anything
        return str(value)

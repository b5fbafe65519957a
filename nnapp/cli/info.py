"""``nnapp info``: what is in a network file."""

from __future__ import annotations

import argparse
from typing import Any

from nnapp.cli.console import print_json
from nnapp.cli.options import add_json_option
from nnapp.display.wording import percent
from nnapp.engine.settings import SETTINGS
from nnapp.storage.network_file import StoredNetwork, read_network

__all__ = ["add_parser"]


def add_parser(commands: Any) -> None:
    """Add the sub-command."""
    parser = commands.add_parser(
        "info", help="show layers, parameters and history of a network", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("network", metavar="NETWORK", help="network file (.nn)")
    add_json_option(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    stored = read_network(options.network)
    if options.json:
        print_json(
            {
                "layer_sizes": stored.network.layer_sizes,
                "activations": stored.network.activation_names,
                "n_parameters": stored.network.n_parameters,
                "metadata": stored.metadata.as_json(),
            }
        )
    else:
        print(stored.network.summary())
        print("\n".join(_metadata_lines(stored)))
    return 0


def _metadata_lines(stored: StoredNetwork) -> list[str]:
    metadata = stored.metadata
    lines = [""]
    if metadata.loss:
        lines.append(f"loss: {metadata.loss}")
    if metadata.input_shape:
        lines.append("images: " + "×".join(map(str, metadata.input_shape)) + " pixels")
    if metadata.class_names:
        lines.append("classes: " + ", ".join(metadata.class_names))
    if metadata.training:
        lines.append("trained with:")
        lines += [f"  {name.replace('_', ' '):<22}{_shown(name, value)}" for name, value in metadata.training.items()]
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

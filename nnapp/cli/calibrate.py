"""``nnapp calibrate``: make the confidence of a network mean what it says.

The temperature that makes the labels of the held-out training images likeliest is written into the file of
the network. It changes how probable answers are called, and no answer.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from typing import Any

from nnapp.cli.calibration_table import calibration_as_json
from nnapp.cli.console import print_json, printable, warn
from nnapp.cli.network_data import OF_SPLIT, images_of_split, load_data_for
from nnapp.cli.network_options import NETWORK_HELP, add_network_options, load_network
from nnapp.cli.options import add_data_options, add_json_option, add_setting_options, given_settings
from nnapp.display.wording import counted, percent
from nnapp.engine.calibration import CALIBRATED_OUTPUT, calibrated_temperature
from nnapp.engine.evaluation import evaluate
from nnapp.errors import NetworkError
from nnapp.storage.dataset import Dataset
from nnapp.storage.files import check_writable
from nnapp.storage.network_file import StoredNetwork, write_network
from nnapp.storage.trained_networks import save_network

__all__ = ["add_parser"]


def add_parser(commands: Any) -> None:
    """Add the sub-command."""
    parser = commands.add_parser(
        "calibrate", help="make a network's confidence mean what it says", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("network", metavar="NETWORK", help=NETWORK_HELP)
    parser.add_argument("--save", metavar="FILE", help="where to save the network (.nn); by default NETWORK itself")
    add_network_options(parser)
    add_data_options(parser)
    add_json_option(parser)
    add_setting_options(parser, OF_SPLIT)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    given = given_settings(options)
    target = options.save or options.network
    if os.path.splitext(target)[1].lower() != ".nn":
        raise NetworkError(f"The calibrated network must be saved as a .nn file; got {target}, so add --save FILE.nn.")
    stored = load_network(options)
    output = stored.network.output_activation
    if output != CALIBRATED_OUTPUT:
        raise NetworkError(f"Outputs must be {CALIBRATED_OUTPUT} to be calibrated; got {output} in {options.network}.")
    check_writable(target)
    dataset = load_data_for(options, stored)
    _warn_of_learnt_images(options, stored, dataset, given)
    images, labels = images_of_split("validation", dataset, stored, given)
    if not len(images):
        raise NetworkError(
            "To calibrate, images must have been held out of training; got a validation fraction of 0. Without any, "
            "the confidence of a network cannot be told from what it has learnt by heart."
        )
    temperature = calibrated_temperature(stored.network, images, labels)
    metadata = replace(stored.metadata, temperature=temperature)
    if os.path.realpath(target) == os.path.realpath(options.network):
        write_network(target, stored.network, metadata)  # the run beside it stays the network's
    else:
        save_network(target, stored.network, metadata)
    found = calibration_as_json(evaluate(stored.network, images, labels, loss=metadata.loss, temperature=temperature))
    if options.json:
        print_json({"network": options.network, "data": dataset.name, "n_images": len(images), "saved": target} | found)
    else:
        print("\n".join(_sentences(found, len(images), dataset, target)))
    return 0


def _warn_of_learnt_images(
    options: argparse.Namespace, stored: StoredNetwork, dataset: Dataset, given: dict[str, Any]
) -> None:
    known = stored.metadata.training
    if not given and (known.get("data_set") != dataset.name or "validation_fraction" not in known):
        warn(
            f"{options.network} does not say which images of {dataset.name} were held out of its training. If it has "
            "learnt the ones it is calibrated on, it will be called surer than it is."
        )


def _sentences(found: dict[str, Any], n_images: int, dataset: Dataset, target: str) -> list[str]:
    images = f"{counted(n_images, 'validation image')} of {printable(dataset.name)}"
    before = found["before"]
    if before is None:
        return [
            f"The temperature is 1: {images} ask for no other. Expected calibration error "
            f"{percent(found['expected_calibration_error'])}.",
            f"Saved as {printable(target)}.",
        ]
    return [
        f"The temperature is {found['temperature']:g}, fitted on {images}.",
        f"expected calibration error: {percent(before['expected_calibration_error'])} before, "
        f"{percent(found['expected_calibration_error'])} now",
        f"log loss: {before['log_loss']:.4f} before, {found['log_loss']:.4f} now",
        f"Saved as {printable(target)}.",
    ]

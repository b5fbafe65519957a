"""``nnapp evaluate``: how good a network is, class by class."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.cli.console import evaluation_as_json, evaluation_table, print_json
from nnapp.cli.network_data import load_data_for
from nnapp.cli.network_options import NETWORK_HELP, add_network_options, load_network
from nnapp.cli.options import add_data_options, add_json_option, add_setting_options, given_settings
from nnapp.engine.evaluation import evaluate
from nnapp.engine.settings import Settings
from nnapp.engine.splits import split_for_training
from nnapp.storage.dataset import Dataset
from nnapp.storage.network_file import StoredNetwork

__all__ = ["add_parser"]

_OF_SPLIT = ("seed", "validation_fraction", "training_images")


def add_parser(commands: Any) -> None:
    """Add the sub-command."""
    parser = commands.add_parser(
        "evaluate", help="measure a network on labelled images", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("network", metavar="NETWORK", help=NETWORK_HELP)
    add_network_options(parser)
    add_data_options(parser)
    parser.add_argument(
        "--split",
        choices=("test", "train", "validation"),
        default="test",
        help="which images: the test set, or the training set's images that were learnt from (train) or held out "
        "(validation), as the settings in the network file split them; default: test",
    )
    add_json_option(parser)
    add_setting_options(parser, _OF_SPLIT)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    given = given_settings(options)
    stored = load_network(options)
    dataset = load_data_for(options, stored)
    images, labels = _choose_split(options.split, dataset, stored, given)
    evaluation = evaluate(stored.network, images, labels, loss=stored.metadata.loss)
    class_names = stored.class_names
    if options.json:
        head = {"network": options.network, "data": dataset.name, "split": options.split}
        print_json(head | evaluation_as_json(evaluation, class_names))
    else:
        title = f"{options.network} on {dataset.name} ({options.split} images)"
        print(evaluation_table(evaluation, class_names, title))
    return 0


def _choose_split(
    split: str, dataset: Dataset, stored: StoredNetwork, given: dict[str, Any]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    if split == "test":
        return dataset.test_images, dataset.test_labels
    training = stored.metadata.training
    known = {name: training[name] for name in _OF_SPLIT if name in training}
    # A mini-batch of all images, since it is the number of images to learn from alone that must fit.
    settings = Settings(**(known | given), batch_size=0)
    learnt_from, held_out = split_for_training(dataset.training_labels, settings)
    indices = learnt_from if split == "train" else held_out
    return dataset.training_images[indices], dataset.training_labels[indices]

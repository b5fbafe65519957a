"""``nnapp predict``: which digit a network sees in a picture."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.cli.console import complain, print_json, printable
from nnapp.cli.network_data import load_data_for
from nnapp.cli.network_options import NETWORK_HELP, add_network_options, load_network
from nnapp.cli.options import add_data_options, add_json_option
from nnapp.digits.photographs import discretize_picture
from nnapp.display.wording import percent
from nnapp.errors import DataError, NnappError
from nnapp.storage.dataset import Dataset
from nnapp.storage.exchange.array_names import shown_name
from nnapp.storage.network_file import StoredNetwork

__all__ = ["add_parser"]

_SPLITS = ("test", "train")


def add_parser(commands: Any) -> None:
    """Add the sub-command."""
    parser = commands.add_parser(
        "predict", help="say which digit is in a picture", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("network", metavar="NETWORK", help=NETWORK_HELP)
    parser.add_argument(
        "sources",
        metavar="IMAGE",
        nargs="+",
        help="image file, or an image of the data set by its index, such as test:1234 or train:5",
    )
    add_network_options(parser)
    add_data_options(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--like-mnist",
        dest="mode",
        action="store_const",
        const="like-mnist",
        help="cut out and centre the digit in a picture as MNIST's are. By default, pictures are brought to the "
        "network's size as its training images were, and like this if its file does not say how",
    )
    how.add_argument(
        "--as-drawn",
        dest="mode",
        action="store_const",
        const="as-drawn",
        help="shrink the whole picture to the network's size instead",
    )
    add_json_option(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    stored = load_network(options)
    dataset: Dataset | None = None
    if any(_reference(source) for source in options.sources):
        dataset = load_data_for(options, stored)
    code = 0
    for source in options.sources:
        try:
            image, label = _read(source, stored, dataset, options.mode)
        except NnappError as error:
            complain(str(error))
            code = 1
            continue
        probabilities = stored.network.predict_proba(image[np.newaxis])[0]
        digit = int(stored.network.predict(image[np.newaxis])[0])
        _tell(source, digit, probabilities, label, stored.class_names, as_json=options.json)
    return code


def _reference(source: str) -> tuple[str, str] | None:
    """Return the split and the index of a source like ``test:1234``, or None for a file."""
    split, colon, index = source.partition(":")
    return (split, index) if colon and split in _SPLITS else None


def _read(
    source: str, stored: StoredNetwork, dataset: Dataset | None, mode: str | None
) -> tuple[NDArray[Any], int | None]:
    """Return an image for the network, and its label if it is known."""
    reference = _reference(source)
    if reference is None or dataset is None:
        mode = mode or stored.metadata.pictures or "like-mnist"
        return discretize_picture(source, stored.image_shape, mode).grid, None
    split, text = reference
    images = dataset.test_images if split == "test" else dataset.training_images
    labels = dataset.test_labels if split == "test" else dataset.training_labels
    if not text.isdecimal() or int(text) >= len(images):
        raise DataError(f"The index of a {split} image must be from 0 to {len(images) - 1:,}; got {text!r}.")
    return images[int(text)], int(labels[int(text)])


def _tell(
    source: str, digit: int, probabilities: NDArray[Any], label: int | None, names: tuple[str, ...], *, as_json: bool
) -> None:
    if as_json:
        record = {
            "source": source,
            "digit": digit,
            "class": names[digit],
            "probability": probabilities[digit],
            "probabilities": probabilities,
        }
        print_json(record if label is None else record | {"label": label})
        return
    names = tuple(map(shown_name, names))
    verdict = "" if label is None else "  (right)" if label == digit else f"  (wrong: it is {names[label]})"
    runner_up = int(np.argsort(probabilities)[-2])
    print(
        f"{printable(source)}: {names[digit]}, probability {percent(float(probabilities[digit]))}; "
        f"next {names[runner_up]}, {percent(float(probabilities[runner_up]))}{verdict}"
    )

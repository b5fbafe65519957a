"""``nnapp predict``: which digit a network, or several together, see in a picture."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
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
from nnapp.storage.ensemble_members import ensemble_of, pictures_of
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
    parser.add_argument(
        "--with",
        dest="others",
        metavar="NETWORK",
        action="append",
        default=[],
        help="another network that answers as well: told is the mean of all probabilities. Can be given several times",
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
    paths = (options.network, *options.others)
    members = [(path, load_network(options, path)) for path in paths]
    ensemble, stored = ensemble_of(members), members[0][1]
    dataset: Dataset | None = None
    if any(_reference(source) for source in options.sources):
        dataset = load_data_for(options, stored)
    mode = options.mode or pictures_of([each for _, each in members]) or "like-mnist"
    code = 0
    for source in options.sources:
        try:
            image, label = _read(source, stored, dataset, mode)
        except NnappError as error:
            complain(str(error))
            code = 1
            continue
        answers = [
            _Answer(path, member.predict_proba(image[np.newaxis])[0], int(member.network.predict(image[np.newaxis])[0]))
            for path, member in members
        ]
        if len(answers) > 1:
            together = ensemble.predict_proba(image[np.newaxis])[0]
            answers.insert(0, _Answer("ensemble", together, int(together.argmax())))
        _tell(source, answers, label, stored.class_names, as_json=options.json)
    return code


def _reference(source: str) -> tuple[str, str] | None:
    """Return the split and the index of a source like ``test:1234``, or None for a file."""
    split, colon, index = source.partition(":")
    return (split, index) if colon and split in _SPLITS else None


def _read(source: str, stored: StoredNetwork, dataset: Dataset | None, mode: str) -> tuple[NDArray[Any], int | None]:
    """Return an image for the network, and its label if it is known."""
    reference = _reference(source)
    if reference is None or dataset is None:
        return discretize_picture(source, stored.image_shape, mode).grid, None
    split, text = reference
    images = dataset.test_images if split == "test" else dataset.training_images
    labels = dataset.test_labels if split == "test" else dataset.training_labels
    if not text.isdecimal() or int(text) >= len(images):
        raise DataError(f"The index of a {split} image must be from 0 to {len(images) - 1:,}; got {text!r}.")
    return images[int(text)], int(labels[int(text)])


def _tell(source: str, answers: list[_Answer], label: int | None, names: tuple[str, ...], *, as_json: bool) -> None:
    """Tell the first answer, and which ones it is the mean of if there are more."""
    first, *members = answers
    if as_json:
        record: dict[str, Any] = {"source": source} | first.record(names) | {"probabilities": first.probabilities}
        if members:
            record["members"] = [{"network": member.network} | member.record(names) for member in members]
        print_json(record if label is None else record | {"label": label})
        return
    names = tuple(map(shown_name, names))
    verdict = "" if label is None else "  (right)" if label == first.digit else f"  (wrong: it is {names[label]})"
    runner_up = int(np.argsort(first.probabilities)[-2])
    print(
        f"{printable(source)}: {names[first.digit]}, probability {percent(first.probability)}; "
        f"next {names[runner_up]}, {percent(float(first.probabilities[runner_up]))}{verdict}"
    )
    for member in members:
        print(f"    {printable(member.network)}: {names[member.digit]}, {percent(member.probability)}")


@dataclass(frozen=True, eq=False)
class _Answer:
    """What a network, or several together, make of an image."""

    network: str
    probabilities: NDArray[Any]
    digit: int

    @property
    def probability(self) -> float:
        return float(self.probabilities[self.digit])

    def record(self, names: tuple[str, ...]) -> dict[str, Any]:
        return {"digit": self.digit, "class": names[self.digit], "probability": self.probabilities[self.digit]}

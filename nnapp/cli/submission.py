"""``nnapp submission``: a network's answers to unlabelled images, in the form in which Kaggle takes them."""

from __future__ import annotations

import argparse
import csv
import io
import os
from collections.abc import Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.cli.load_bar import with_progress
from nnapp.cli.network_options import NETWORK_HELP, add_network_options, load_network
from nnapp.display.wording import counted
from nnapp.engine.arrays import IntArray
from nnapp.engine.network import Network
from nnapp.errors import StorageError
from nnapp.storage.files import atomic_writer, check_writable
from nnapp.storage.load_progress import LoadProgress, ProgressMeter
from nnapp.storage.sources.csv_files import read_csv_images

__all__ = ["add_parser"]

_HEADER = ("ImageId", "Label")
_BATCH = 1000


def add_parser(commands: Any) -> None:
    """Add the sub-command."""
    parser = commands.add_parser(
        "submission",
        help="write answers for Kaggle's digit recognizer",
        description="Ask a network about the images in a table without labels, such as test.csv of Kaggle's digit "
        f"recognizer, and write its answers as a table of {' and '.join(_HEADER)}; images are counted from 1.",
        allow_abbrev=False,
    )
    parser.add_argument("network", metavar="NETWORK", help=NETWORK_HELP)
    parser.add_argument("images", metavar="IMAGES", help="CSV file with a row of pixels for each image (test.csv)")
    parser.add_argument("answers", metavar="ANSWERS", help="CSV file to write (submission.csv)")
    add_network_options(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    for path in (options.network, options.images):
        if os.path.realpath(path) == os.path.realpath(options.answers):
            raise StorageError(f"The answers must be written to a file of their own; got {options.answers}.")
    check_writable(options.answers)
    stored = load_network(options)
    images = with_progress(read_csv_images(options.images, stored.image_shape))
    answers = with_progress(_answering(stored.network, images))
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows((number, stored.class_names[answer]) for number, answer in enumerate(answers.tolist(), 1))
    with atomic_writer(options.answers) as stream:
        stream.write(table.getvalue().encode())
    print(f"{counted(len(images), 'answer')} written to {options.answers}.")
    return 0


def _answering(network: Network, images: NDArray[np.uint8]) -> Generator[LoadProgress, None, IntArray]:
    """Ask a network about all images, yielding how far it has come."""
    meter = ProgressMeter("Asking the network", len(images), "images")
    answers = np.empty(len(images), np.int64)
    for start in range(0, len(images), _BATCH):
        answers[start : start + _BATCH] = network.predict(images[start : start + _BATCH])
        if meter.is_due:
            yield meter.at(min(start + _BATCH, len(images)))
    return answers

"""``nnapp data preview``: twenty images of a data set with their labels, and what it is made of."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from nnapp.cli.console import print_json, printable
from nnapp.cli.options import add_json_option, add_split_options, load_data
from nnapp.display.data_preview import brightness_fact, image_sheet, images_as_text, preview_indices, set_facts
from nnapp.display.wording import counted
from nnapp.storage.dataset import Dataset
from nnapp.storage.exchange.array_names import shown_name
from nnapp.storage.files import atomic_writer
from nnapp.storage.source_names import SOURCE_HELP

__all__ = ["add_parser"]

_LONGEST_SEED = 18
_EXAMPLES = """examples:
  nnapp data preview synthetic
  nnapp data preview ~/letters --save letters.png
"""


def add_parser(commands: Any) -> None:
    """Add the sub-command of ``nnapp data``."""
    parser = commands.add_parser(
        "preview",
        help="show twenty images of a data set",
        description="Load a data set as training would, and show twenty of its training images and what it is made of.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("data", metavar="SOURCE", nargs="?", help=f"{SOURCE_HELP}; by default the one used by default")
    parser.add_argument("--save", metavar="FILE", help="write the images to a PNG picture too")
    parser.add_argument("--seed", type=_seed, default=0, help="another number shows other images; 0 by default")
    add_split_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=_run)


def _seed(text: str) -> int:
    """Return a seed, which is no negative number."""
    if not text.isdecimal() or len(text) > _LONGEST_SEED:
        raise argparse.ArgumentTypeError(
            f"must be a whole number from 0, of at most {_LONGEST_SEED} digits; got {text!r}"
        )
    return int(text)


def _run(options: argparse.Namespace) -> int:
    dataset = load_data(options)
    indices = preview_indices(dataset.training_labels, seed=options.seed)
    images = dataset.training_images[indices]
    captions = [dataset.class_names[label] for label in dataset.training_labels[indices]]
    if options.save is not None:
        sheet = image_sheet(images, captions)
        with atomic_writer(options.save) as stream:
            sheet.save(stream, "PNG")
    if options.json:
        print_json(_record(dataset) | {"preview": indices})
        return 0
    print(printable(f"{dataset.name} ({dataset.location})"))
    for word, fact in _facts(dataset):
        print(f"  {word:<10}  {fact}")
    print(f"\n{counted(len(indices), 'training image')}:\n")
    for line in images_as_text(images, list(map(shown_name, captions)), is_ascii=not _has_shades(sys.stdout.encoding)):
        print(line)
    if options.save is not None:
        print(f"The same images are in {printable(options.save)}.")
    return 0


def _facts(dataset: Dataset) -> Iterator[tuple[str, str]]:
    names = tuple(map(shown_name, dataset.class_names))
    yield from set_facts(dataset.training_labels, dataset.test_labels, dataset.image_shape, names)
    yield brightness_fact(dataset.training_images)
    if dataset.licence:
        yield "licence", dataset.licence


def _record(dataset: Dataset) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "location": dataset.location,
        "n_training_images": len(dataset.training_labels),
        "n_test_images": len(dataset.test_labels),
        "image_shape": dataset.image_shape,
        "class_names": dataset.class_names,
        "n_training_images_of_class": np.bincount(dataset.training_labels, minlength=dataset.n_classes),
        "n_test_images_of_class": np.bincount(dataset.test_labels, minlength=dataset.n_classes),
        "warnings": dataset.warnings,
        "licence": dataset.licence,
    }


def _has_shades(encoding: str | None) -> bool:
    """Return whether a terminal has blocks of grey."""
    try:
        "░▒▓█".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True

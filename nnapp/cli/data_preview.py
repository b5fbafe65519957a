"""``nnapp data preview``: twenty images of a data set, as they are or as augmentation changes them, and some facts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from textwrap import fill
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.cli.console import print_json, printable
from nnapp.cli.options import add_json_option, add_setting_options, add_split_options, given_settings, load_data
from nnapp.display.augmentation_sheet import N_VERSIONS, augmented_versions, captioned_sheet
from nnapp.display.augmentation_wording import augmentation_amounts, augmentation_name
from nnapp.display.data_preview import brightness_fact, image_sheet, images_as_text, preview_indices, set_facts
from nnapp.display.palettes import palette
from nnapp.display.wording import counted
from nnapp.engine.augmentation import AUGMENTATIONS, Augmentation
from nnapp.engine.settings import AUGMENTATION_NAMES
from nnapp.storage.dataset import Dataset
from nnapp.storage.exchange.array_names import shown_name
from nnapp.storage.files import atomic_writer
from nnapp.storage.source_names import SOURCE_HELP

__all__ = ["add_parser"]

_LONGEST_SEED = 18
_LINE_WIDTH = 80
_EXAMPLES = """examples:
  nnapp data preview synthetic
  nnapp data preview ~/letters --save letters.png
  nnapp data preview mnist --augment strong --noise 0 --save augmented.png
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
    # Not under its own name, which is that of a setting.
    parser.add_argument(
        "--seed",
        dest="image_seed",
        metavar="N",
        type=_seed,
        default=0,
        help="another number shows other images, and changes them in other ways; 0 by default",
    )
    parser.add_argument(
        "--augment",
        choices=tuple(AUGMENTATIONS),
        help=f"show each image beside {N_VERSIONS} versions of it, as `nnapp train` with this option changes them; the "
        "settings change single amounts",
    )
    add_split_options(parser)
    add_json_option(parser)
    add_setting_options(parser, AUGMENTATION_NAMES)
    parser.set_defaults(run=_run)


def _seed(text: str) -> int:
    """Return a seed, which is no negative number."""
    if not text.isdecimal() or len(text) > _LONGEST_SEED:
        raise argparse.ArgumentTypeError(
            f"must be a whole number from 0, of at most {_LONGEST_SEED} digits; got {text!r}"
        )
    return int(text)


def _run(options: argparse.Namespace) -> int:
    augmentation = _given_augmentation(options)
    dataset = load_data(options)
    indices = preview_indices(dataset.training_labels, seed=options.image_seed)
    images = dataset.training_images[indices]
    captions = [dataset.class_names[label] for label in dataset.training_labels[indices]]
    record = _record(dataset) | {"preview": indices}
    heading = counted(len(indices), "training image")
    if augmentation is None:
        sheet = image_sheet(images, captions)
    else:
        sentences = _sentences(augmentation, heading)
        versions = augmented_versions(images, augmentation, options.image_seed)
        sheet = captioned_sheet(versions, sentences, palette("light", "standard"))
        images, captions = _in_rows(versions, captions)
        record["augmentation"] = asdict(augmentation)
        heading = fill("\n".join(sentences), _LINE_WIDTH).removesuffix(".")
    if options.save is not None:
        with atomic_writer(options.save) as stream:
            sheet.save(stream, "PNG")
    if options.json:
        print_json(record)
        return 0
    print(printable(f"{dataset.name} ({dataset.location})"))
    for word, fact in _facts(dataset):
        print(f"  {word:<10}  {fact}")
    print(f"\n{heading}:\n")
    for line in images_as_text(images, list(map(shown_name, captions)), is_ascii=not _has_shades(sys.stdout.encoding)):
        print(line)
    if options.save is not None:
        print(f"The same images are in {printable(options.save)}.")
    return 0


def _given_augmentation(options: argparse.Namespace) -> Augmentation | None:
    """Return how far images are to be changed, None if nothing was said about it."""
    single = given_settings(options)
    if options.augment is None and not single:
        return None
    return replace(AUGMENTATIONS[options.augment or "none"], **single)


def _sentences(augmentation: Augmentation, images: str) -> tuple[str, str]:
    name, amounts = augmentation_name(vars(augmentation)), augmentation_amounts(augmentation)
    each = f"each followed by {N_VERSIONS} versions of it as training may show it"
    return f"Augmentation: {name}. {amounts}.", f"{images}, {each}."


def _in_rows(versions: NDArray[np.uint8], captions: list[str]) -> tuple[NDArray[np.uint8], list[str]]:
    """Return images with their versions one after the other, and captions over the images alone."""
    n_images, n_tiles, height, width = versions.shape
    rows = [text for caption in captions for text in (caption, *[""] * (n_tiles - 1))]
    return versions.reshape(n_images * n_tiles, height, width), rows


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

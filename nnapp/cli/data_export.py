"""``nnapp data export``: images as PNG, or a whole data set as IDX files or CSV tables."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.cli.console import print_json, warn
from nnapp.cli.load_bar import with_progress
from nnapp.cli.options import add_json_option, add_split_options, load_data
from nnapp.display.data_preview import image_sheet
from nnapp.display.wording import counted
from nnapp.engine.arrays import IntArray
from nnapp.errors import DataError, ExistingFilesError, StorageError
from nnapp.storage.dataset import Dataset
from nnapp.storage.dataset_export import csv_class_names, export_csv, export_idx
from nnapp.storage.files import atomic_writer
from nnapp.storage.picture_export import export_pictures
from nnapp.storage.source_names import SOURCE_HELP

__all__ = ["add_parser", "first_of_each_class", "parse_indices"]

_FORMATS = ("png", "sheet", "idx", "csv")
_SPLITS = ("test", "train", "all")
_MAX_SHEET = 2000
_MAX_SHEET_PIXELS = 100_000_000
_USUAL_SHEET = 100
_SHEET_COLUMNS = 20
_LONGEST_NUMBER = 12
_EXAMPLES = """examples:
  nnapp data export mnist digits --indices 0-99
  nnapp data export mnist ten-of-each --split train --first 10
  nnapp data export mnist first-hundred.png --format sheet --indices 0-99
  nnapp data export synthetic:60000 drawn --format idx
  nnapp data export ~/letters letters-csv --format csv
"""


def add_parser(commands: Any) -> None:
    """Add the sub-command of ``nnapp data``."""
    parser = commands.add_parser(
        "export",
        help="write images as PNG, or a data set as IDX or CSV",
        description="Write test images as PNG pictures named like digit_5_sample_1.png, or on one sheet; or a whole "
        "data set as the four IDX files of MNIST, or as the tables train.csv and test.csv. A stopped export leaves "
        "nothing behind.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("data", metavar="SOURCE", help=SOURCE_HELP)
    parser.add_argument("target", metavar="TARGET", help="folder to write to; for a sheet, the PNG file")
    parser.add_argument("--format", choices=_FORMATS, default="png", help="png by default")
    parser.add_argument(
        "--split",
        choices=_SPLITS,
        help="which images become pictures: test by default; of all, those to train with come first",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--indices", metavar="LIST", help="which of them, such as 0,5,10-20; all by default, the first 100 on a sheet"
    )
    which.add_argument("--first", metavar="N", type=int, help="the first N of each class, class by class")
    parser.add_argument("--plain", action="store_true", help="IDX files that are not gzipped")
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    add_split_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=_run)


def parse_indices(text: str, n_images: int) -> IntArray:
    """Return the indices that a text such as ``0,5,10-20`` says, in its order.

    Raises
    ------
    DataError
        If it says something else, or an index beyond the last image.
    """
    indices: list[int] = []
    for part in text.split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        is_right = _is_index(first) and (_is_index(last) if dash else True)
        numbers = (int(first), int(last or first)) if is_right else (0, -1)
        if not is_right or numbers[0] > numbers[1] or numbers[1] >= n_images:
            raise DataError(
                f"The indices must be numbers and ranges such as 0,5,10-20, up to {n_images - 1:,}; got {part[:40]!r}."
            )
        indices += range(numbers[0], numbers[1] + 1)
    return np.array(indices)


def _is_index(word: str) -> bool:
    return word.isdecimal() and len(word) <= _LONGEST_NUMBER


def first_of_each_class(labels: IntArray, n_images: int) -> IntArray:
    """Return the indices of the first images of every class, class by class.

    Parameters
    ----------
    labels : array (n,) of int
    n_images : int
        How many of a class, at least 1; all of a smaller one.
    """
    by_class = np.argsort(labels, kind="stable")
    _, starts, counts = np.unique(labels[by_class], return_index=True, return_counts=True)
    places_in_class = np.arange(len(labels)) - np.repeat(starts, counts)
    chosen: IntArray = by_class[places_in_class < n_images]
    return chosen


def _run(options: argparse.Namespace) -> int:
    _check(options)
    dataset = load_data(options)
    try:
        paths = _export(dataset, options)
    except ExistingFilesError as error:
        raise StorageError(f"{error} --force writes over them.") from error
    if options.json:
        print_json({"files": [str(path) for path in paths]})
    else:
        print(_told(paths, options))
    return 0


def _told(paths: list[Path], options: argparse.Namespace) -> str:
    """Return what was written and where."""
    if options.format == "sheet":
        return f"Sheet written to {options.target}."
    what = counted(len(paths), "picture") if options.format == "png" else ", ".join(path.name for path in paths)
    return f"{what} written to {options.target}."


def _check(options: argparse.Namespace) -> None:
    """Refuse options that mean nothing together, before anything is loaded."""
    chooses = options.split is not None or options.indices is not None or options.first is not None
    if options.format in ("idx", "csv") and chooses:
        raise DataError(
            f"--split, --indices and --first choose pictures; {options.format} files hold the whole data set."
        )
    if options.first is not None and options.first < 1:
        raise DataError(f"--first must be at least 1; got {options.first}.")
    if options.plain and options.format != "idx":
        raise DataError(f"--plain must be left out with --format {options.format}; only IDX files are gzipped.")


def _export(dataset: Dataset, options: argparse.Namespace) -> list[Path]:
    target, may_replace = Path(options.target), options.force
    if options.format == "idx":
        if dataset.class_names != tuple(map(str, range(dataset.n_classes))):
            warn(f"IDX files hold no names of classes: 0 is {dataset.class_names[0]}, and so on in their order.")
        return with_progress(export_idx(target, dataset, is_gzipped=not options.plain, may_replace=may_replace))
    if options.format == "csv":
        for name, written in zip(dataset.class_names, csv_class_names(dataset.class_names), strict=True):
            if name != written:
                warn(
                    f"CSV tables hold no spaces at the edges of names, and numbers in one way: {name!r} is {written!r}."
                )
                break
        return with_progress(export_csv(target, dataset, may_replace=may_replace))
    images, labels = _images(dataset, options.split)
    chosen = _chosen(options, labels)
    if options.format == "sheet":
        return [_export_sheet(images, labels, dataset.class_names, chosen, options)]
    return with_progress(
        export_pictures(target, images[chosen], labels[chosen], dataset.class_names, may_replace=may_replace)
    )


def _export_sheet(
    images: NDArray[np.uint8],
    labels: IntArray,
    class_names: tuple[str, ...],
    chosen: IntArray,
    options: argparse.Namespace,
) -> Path:
    path = Path(options.target)
    if path.exists() and not options.force:
        raise StorageError(f"{path} must not exist; got one that does (--force writes over it).")
    if len(chosen) > _MAX_SHEET:
        raise DataError(f"A sheet must have at most {_MAX_SHEET:,} images; got {len(chosen):,}.")
    n_pixels = len(chosen) * images[0].size
    if n_pixels > _MAX_SHEET_PIXELS:
        raise DataError(f"The images of a sheet must have at most {_MAX_SHEET_PIXELS:,} pixels; got {n_pixels:,}.")
    captions = [f"{index}: {class_names[label]}" for index, label in zip(chosen, labels[chosen], strict=True)]
    sheet = image_sheet(images[chosen], captions, _SHEET_COLUMNS)
    with atomic_writer(path) as stream:
        sheet.save(stream, "PNG")
    return path


def _images(dataset: Dataset, split: str | None) -> tuple[NDArray[np.uint8], IntArray]:
    if split == "all":
        return (
            np.concatenate([dataset.training_images, dataset.test_images]),
            np.concatenate([dataset.training_labels, dataset.test_labels]),
        )
    if split == "train":
        return dataset.training_images, dataset.training_labels
    return dataset.test_images, dataset.test_labels


def _chosen(options: argparse.Namespace, labels: IntArray) -> IntArray:
    if options.indices is not None:
        return parse_indices(options.indices, len(labels))
    if options.first is not None:
        return first_of_each_class(labels, options.first)
    return np.arange(min(len(labels), _USUAL_SHEET) if options.format == "sheet" else len(labels))

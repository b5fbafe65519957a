"""``nnapp data export``: images as PNG, or a whole data set as IDX files or CSV tables."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from nnapp.cli.console import print_json, warn
from nnapp.cli.load_bar import with_progress
from nnapp.cli.options import add_json_option, add_split_options, load_data
from nnapp.display.data_preview import image_sheet
from nnapp.display.wording import counted
from nnapp.engine.arrays import IntArray
from nnapp.errors import DataError, StorageError
from nnapp.storage.dataset import Dataset
from nnapp.storage.dataset_export import export_csv, export_idx, export_pictures
from nnapp.storage.files import atomic_writer
from nnapp.storage.source_names import SOURCE_HELP

__all__ = ["add_parser", "parse_indices"]

_FORMATS = ("png", "sheet", "idx", "csv")
_MAX_SHEET = 2000
_SHEET_COLUMNS = 20
_EXAMPLES = """examples:
  nnapp data export mnist digits --indices 0-99
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
        "data set as the four IDX files of MNIST, or as the tables train.csv and test.csv.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("data", metavar="SOURCE", help=SOURCE_HELP)
    parser.add_argument("target", metavar="TARGET", help="folder to write to; for a sheet, the PNG file")
    parser.add_argument("--format", choices=_FORMATS, default="png", help="png by default")
    parser.add_argument(
        "--split", choices=("test", "train"), default="test", help="which images become pictures; test by default"
    )
    parser.add_argument(
        "--indices", metavar="LIST", help="which of them, such as 0,5,10-20; all by default, the first 100 on a sheet"
    )
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
        is_right = first.isdecimal() and (last.isdecimal() if dash else True)
        numbers = (int(first), int(last or first)) if is_right else (0, -1)
        if not is_right or numbers[0] > numbers[1] or numbers[1] >= n_images:
            raise DataError(
                f"The indices must be numbers and ranges such as 0,5,10-20, up to {n_images - 1:,}; got {part[:40]!r}."
            )
        indices += range(numbers[0], numbers[1] + 1)
    return np.array(indices)


def _run(options: argparse.Namespace) -> int:
    if options.format in ("idx", "csv") and (options.indices is not None or options.split != "test"):
        raise DataError(f"--split and --indices choose pictures; {options.format} files hold the whole data set.")
    dataset = load_data(options)
    if options.format == "sheet":
        paths = [_export_sheet(dataset, options)]
    elif options.format == "png":
        images, labels = _images(dataset, options.split)
        chosen = _chosen(options, len(labels))
        paths = with_progress(
            export_pictures(
                options.target, images[chosen], labels[chosen], dataset.class_names, may_replace=options.force
            )
        )
    else:
        export = export_idx if options.format == "idx" else export_csv
        paths = with_progress(export(options.target, dataset, may_replace=options.force))
        if options.format == "idx" and dataset.class_names != tuple(map(str, range(dataset.n_classes))):
            warn(f"IDX files hold no names of classes: 0 is {dataset.class_names[0]}, and so on in their order.")
    if options.json:
        print_json({"files": [str(path) for path in paths]})
    else:
        what = counted(len(paths), "picture") if options.format == "png" else ", ".join(path.name for path in paths)
        print(f"{what} written to {options.target}.")
    return 0


def _export_sheet(dataset: Dataset, options: argparse.Namespace) -> Path:
    path = Path(options.target)
    if path.exists() and not options.force:
        raise StorageError(f"{path} must not exist; got one that does (--force writes over it).")
    images, labels = _images(dataset, options.split)
    chosen = _chosen(options, len(labels))
    if options.indices is None:
        chosen = chosen[:100]
    if len(chosen) > _MAX_SHEET:
        raise DataError(f"A sheet must have at most {_MAX_SHEET:,} images; got {len(chosen):,}.")
    captions = [f"{index}: {dataset.class_names[label]}" for index, label in zip(chosen, labels[chosen], strict=True)]
    sheet = image_sheet(images[chosen], captions, _SHEET_COLUMNS)
    with atomic_writer(path) as stream:
        sheet.save(stream, "PNG")
    return path


def _images(dataset: Dataset, split: str) -> tuple[Any, IntArray]:
    if split == "test":
        return dataset.test_images, dataset.test_labels
    return dataset.training_images, dataset.training_labels


def _chosen(options: argparse.Namespace, n_images: int) -> IntArray:
    return np.arange(n_images) if options.indices is None else parse_indices(options.indices, n_images)

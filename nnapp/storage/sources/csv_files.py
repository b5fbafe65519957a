"""Read a data set from CSV files: one, or a folder of two for training and testing.

In a folder, ``train.csv`` and ``test.csv`` are taken (or any two files with those words in their names, such as
``mnist_train.csv``), or the only CSV file there is. A test file without labels, as Kaggle's, cannot be tested with:
some of the training images are set apart instead. What a table must look like is told in `csv_tables`.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Generator
from itertools import chain
from pathlib import Path
from statistics import median
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import DataError, StorageError
from nnapp.storage.dataset import LabelledImages, SourceContent
from nnapp.storage.dataset_files import join_words
from nnapp.storage.dataset_labels import number_texts
from nnapp.storage.files import describe_os_error, open_for_reading
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.source_names import CSV_ENDINGS
from nnapp.storage.sources.csv_tables import CsvTable, reading_csv
from nnapp.storage.sources.pixel_values import as_images

__all__ = ["read_csv_dataset_from", "read_csv_files", "read_csv_images", "whole_number"]

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,3})?")
_LARGEST_LABEL = 1e9
_RARE = 10
_USUAL_COUNT = 5
_MISSING = ("nan", "na", "none", "null", "<na>")
_GRID_NAME = re.compile(r"(\d{1,4})[x×](\d{1,4})")


def read_csv_files(path: str | os.PathLike[str]) -> Generator[LoadProgress, None, SourceContent]:
    """Read the data set in a CSV file, or in a folder of them.

    Raises
    ------
    DataError
        If it is not clear which files are meant, there are no labels, or values are no pixels.
    FileFormatError
        If a file is no table of numbers.
    StorageError
        If a file cannot be read.
    """
    path = Path(path)
    files = _files_in(path) if path.is_dir() else [path]
    tables: list[CsvTable] = []
    for file in files:
        with open_for_reading(file) as stream:
            tables.append((yield from reading_csv(stream, str(file), os.fstat(stream.fileno()).st_size)))
    warnings: tuple[str, ...] = ()
    if len(tables) == 2 and tables[1].labels is None:
        warnings = (f"{files[1]} has no labels, so it cannot be tested with; some training images are set apart.",)
        tables.pop()
    return (yield from _content(tables, path, warnings))


def read_csv_dataset_from(stream: BinaryIO, name: str) -> Generator[LoadProgress, None, SourceContent]:
    """Read the data set in one CSV file from a stream that can seek; errors as for `read_csv_files`."""
    n_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    table = yield from reading_csv(stream, name, n_bytes)
    return (yield from _content([table], Path(name), ()))


def read_csv_images(
    path: str | os.PathLike[str], shape: tuple[int, int]
) -> Generator[LoadProgress, None, NDArray[np.uint8]]:
    """Read images without labels, as Kaggle's ``test.csv`` has them.

    Parameters
    ----------
    path : path-like
    shape : (height, width)
        Of every image.

    Returns
    -------
    NDArray of uint8, shape (n_images, height, width)

    Raises
    ------
    DataError, FileFormatError, StorageError
        As `read_csv_files`, and if there are labels or another number of pixels.
    """
    n_pixels = shape[0] * shape[1]
    with open_for_reading(path) as stream:
        table = yield from reading_csv(stream, os.fspath(path), os.fstat(stream.fileno()).st_size, n_pixels)
    if table.pixels.shape[1] != n_pixels:
        raise DataError(f"Images in {table.name} must have {n_pixels:,} pixels; got {table.pixels.shape[1]:,}.")
    if table.labels is not None:
        raise DataError(f"{table.name} must hold images without labels; got a column of labels as well.")
    [images], _ = yield from as_images([table.pixels.reshape(-1, *shape)], table.name)
    return images


def _files_in(folder: Path) -> list[Path]:
    """Return the training file of a folder, and the test file if there is one."""
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_file() and _is_csv(path.name))
    except OSError as error:
        raise StorageError(f"Cannot read the data folder {folder}: {describe_os_error(error)}.") from error
    training = [name for name in names if "train" in name.lower()]
    testing = [name for name in names if "test" in name.lower() and name not in training]
    if not training and len(names) == 1:
        training, testing = names, []
    if len(training) != 1 or len(testing) > 1:
        raise DataError(
            f"The folder {folder} must hold one CSV file, or one with train and one with test in its name; "
            f"got {join_words(names[:12])}."
        )
    return [folder / name for name in (*training, *testing)]


def _is_csv(name: str) -> bool:
    return name.lower().endswith(CSV_ENDINGS) and not name.startswith(".")


def _content(
    tables: list[CsvTable], path: Path, warnings: tuple[str, ...]
) -> Generator[LoadProgress, None, SourceContent]:
    """Return the data set that a training table, and maybe a test table, make."""
    for table in tables:
        if table.labels is None:
            raise DataError(f"{table.name} must have labels to learn from; got columns of pixels alone.")
    labels, class_names = _classes(tables)
    images, notes = yield from as_images([_grids(table) for table in tables], str(path))
    parts = [LabelledImages(*pair) for pair in zip(images, labels, strict=True)]
    test = parts[1] if len(parts) > 1 else None
    name = path.name.partition(".")[0]
    return SourceContent(name, parts[0], test, class_names, str(path), (*warnings, *notes))


def whole_number(label: str) -> int | None:
    """Return the whole number that a label is, None if it is a word; NumPy writes 7 as 7.000000000000000000e+00."""
    if not _WHOLE_NUMBER.fullmatch(label):
        return None
    value = float(label)
    return int(value) if abs(value) < _LARGEST_LABEL and value.is_integer() else None


def _classes(tables: list[CsvTable]) -> tuple[list[NDArray[np.int64]], tuple[str, ...]]:
    """Return the labels of each table and the names of the classes: none if all labels of all tables are whole numbers.

    Raises
    ------
    DataError
        If nearly all labels are whole numbers, and one is not.
    """
    texts = [table.labels or [] for table in tables]
    counts = Counter(chain.from_iterable(texts))
    numbers = {label: whole_number(label) for label in counts}
    if None not in numbers.values():
        return [np.fromiter((numbers[label] for label in part), np.int64, len(part)) for part in texts], ()
    _check_words(tables, counts, {label for label, number in numbers.items() if number is None})
    # Never an array of texts, in which every label takes as much memory as the longest.
    classes, class_names = number_texts([*chain.from_iterable(texts)])
    n_training = len(texts[0])
    return [classes[:n_training], classes[n_training:]][: len(tables)], class_names


def _check_words(tables: list[CsvTable], counts: Counter[str], words: set[str]) -> None:
    """Refuse words that are too rare among numbers to be classes: damaged numbers, or those that pandas misses."""
    of_numbers = [count for label, count in counts.items() if label not in words]
    if sum(of_numbers) * 2 <= counts.total():
        return
    usual = median(of_numbers)
    damaged = {
        word
        for word in words
        if word.casefold() in _MISSING or counts[word] * _RARE < usual or (counts[word] == 1 and usual >= _USUAL_COUNT)
    }
    for table in tables:
        for image, label in enumerate(table.labels or ()):
            if label in damaged:
                raise DataError(
                    f"Label {label[:40]!r} of image {image:,} in {table.name} must be a whole number, as most labels "
                    "there are."
                )


def _grids(table: CsvTable) -> NDArray[np.float32] | NDArray[np.uint8]:
    """Return the images of a table: each pixel where its header says, row × column, else row by row of a square."""
    places = [_GRID_NAME.search(word) for word in table.header]
    if places and all(places):
        numbers = np.array([[int(place[1]), int(place[2])] for place in places if place is not None])
        numbers -= numbers.min(axis=0)
        height, width = (int(length) for length in numbers.max(axis=0) + 1)
        order = np.lexsort((numbers[:, 1], numbers[:, 0]))
        if np.array_equal(numbers[order] @ (width, 1), np.arange(height * width)):
            is_in_order = np.array_equal(order, np.arange(len(order)))
            pixels = table.pixels if is_in_order else table.pixels[:, order]
            grids: NDArray[np.float32] | NDArray[np.uint8] = pixels.reshape(-1, height, width)
            return grids
    return table.pixels

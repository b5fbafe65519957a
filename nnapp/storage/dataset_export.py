"""Write a data set, or images of one, for other programs: pictures, IDX files, CSV tables.

Nothing that is there already is written over unless that is asked for.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnapp.engine.arrays import IntArray
from nnapp.errors import DataError, StorageError
from nnapp.storage.dataset import Dataset
from nnapp.storage.files import atomic_writer, describe_os_error, make_folder
from nnapp.storage.idx_file import write_idx
from nnapp.storage.load_progress import LoadProgress, ProgressMeter
from nnapp.storage.published_datasets import FILE_NAMES

__all__ = ["export_csv", "export_idx", "export_pictures", "picture_names"]

_UNSAFE = re.compile(r"[^\w\-+]+")
_LONGEST_NAME = 60
_MAX_IDX_CLASSES = 256


def picture_names(labels: IntArray, class_names: Sequence[str]) -> list[str]:
    """Return the name of a file for each image: ``digit_5_sample_1.png`` for the first one of class 5.

    Parameters
    ----------
    labels : array (n,) of int
    class_names : sequence of str
        Digits are called "digit_5"; others by their own name, in characters that every system allows.
    """
    stems = [f"digit_{name}" if name.isdecimal() else _UNSAFE.sub("_", name)[:_LONGEST_NAME] for name in class_names]
    # Windows takes "A" and "a" for the same.
    folded = [stem.casefold() for stem in stems]
    stems = [
        f"{stem}_class_{number}" if folded.count(stem.casefold()) > 1 else stem for number, stem in enumerate(stems)
    ]
    counts = [0] * len(stems)
    names = []
    for label in labels.tolist():
        counts[label] += 1
        names.append(f"{stems[label]}_sample_{counts[label]}.png")
    return names


def export_pictures(
    folder: str | os.PathLike[str],
    images: NDArray[np.uint8],
    labels: IntArray,
    class_names: Sequence[str],
    *,
    may_replace: bool = False,
) -> Generator[LoadProgress, None, list[Path]]:
    """Write each image as a PNG picture, yielding how far it has come.

    Parameters
    ----------
    folder : path-like
        Made if it is missing.
    images : array (n, height, width) of uint8
    labels : array (n,) of int
    class_names : sequence of str
    may_replace : bool
        Whether files of the same names may be written over.

    Returns
    -------
    list of Path
        Of the pictures, in the order of the images.

    Raises
    ------
    StorageError
        If a file of the same name is there, or one cannot be written. Pictures that were written stay.
    """
    target = Path(folder)
    paths = [target / name for name in picture_names(labels, class_names)]
    _prepare(target, paths, may_replace)
    meter = ProgressMeter(f"Writing to {target.name}", len(paths), "images")
    for number, (path, image) in enumerate(zip(paths, images, strict=True)):
        if meter.is_due:
            yield meter.at(number)
        with atomic_writer(path) as stream:
            Image.fromarray(image).save(stream, "PNG")
    return paths


def export_idx(
    folder: str | os.PathLike[str], dataset: Dataset, *, may_replace: bool = False
) -> Generator[LoadProgress, None, list[Path]]:
    """Write a data set as four IDX files, gzipped, named like MNIST's. They hold no names of classes.

    Arguments, progress and errors as for `export_pictures`.

    Raises
    ------
    DataError
        If there are more than 256 classes, which a byte cannot number.
    """
    if dataset.n_classes > _MAX_IDX_CLASSES:
        raise DataError(f"IDX files must have at most {_MAX_IDX_CLASSES} classes; got {dataset.n_classes:,}.")
    target = Path(folder)
    paths = [target / f"{name}.gz" for name in FILE_NAMES]
    _prepare(target, paths, may_replace)
    parts = [
        dataset.training_images,
        dataset.training_labels.astype(np.uint8),
        dataset.test_images,
        dataset.test_labels.astype(np.uint8),
    ]
    meter = ProgressMeter(f"Writing to {target.name}", len(parts), "files")
    for number, (path, part) in enumerate(zip(paths, parts, strict=True)):
        yield meter.at(number)
        write_idx(path, part)
    return paths


def export_csv(
    folder: str | os.PathLike[str], dataset: Dataset, *, may_replace: bool = False
) -> Generator[LoadProgress, None, list[Path]]:
    """Write a data set as ``train.csv`` and ``test.csv``: the name of the class, then the pixels, as Kaggle has them.

    Arguments, progress and errors as for `export_pictures`.
    """
    target = Path(folder)
    paths = [target / "train.csv", target / "test.csv"]
    _prepare(target, paths, may_replace)
    parts = [(dataset.training_images, dataset.training_labels), (dataset.test_images, dataset.test_labels)]
    meter = ProgressMeter(f"Writing to {target.name}", sum(len(labels) for _, labels in parts), "images")
    n_done = 0
    names = [_quoted(name) for name in dataset.class_names]
    for path, (images, labels) in zip(paths, parts, strict=True):
        with atomic_writer(path) as stream:
            stream.write(_header(dataset).encode("ascii"))
            for image, label in zip(images, labels.tolist(), strict=True):
                pixels = ",".join(map(str, image.reshape(-1).tolist()))
                stream.write(f"{names[label]},{pixels}\n".encode())
                n_done += 1
                if meter.is_due:
                    yield meter.at(n_done)
    return paths


def _header(dataset: Dataset) -> str:
    """Return the first line: numbered pixels of square images as Kaggle has them, else with row and column."""
    height, width = dataset.image_shape
    if height == width:
        columns = [f"pixel{number}" for number in range(height * width)]
    else:
        columns = [f"{row}x{column}" for row in range(1, height + 1) for column in range(1, width + 1)]
    return ",".join(["label", *columns]) + "\n"


def _quoted(name: str) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow([" ".join(name.split())])
    return stream.getvalue()


def _prepare(folder: Path, paths: Sequence[Path], may_replace: bool) -> None:
    """Make the folder, and refuse to write over what is there."""
    make_folder(folder)
    try:
        there = set(os.listdir(folder))
    except OSError as error:
        raise StorageError(f"Cannot look into {folder}: {describe_os_error(error)}.") from error
    in_the_way = [path for path in paths if path.name in there]
    if in_the_way and not may_replace:
        raise StorageError(
            f"{folder} must not hold files of the names that are to be written; got {in_the_way[0].name}"
            f"{f' and {len(in_the_way) - 1:,} more' if len(in_the_way) > 1 else ''}."
        )

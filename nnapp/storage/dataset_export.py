"""Write a data set for other programs: IDX files, CSV tables.

Nothing that is there already is written over unless that is asked for, and no file appears before all are complete.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from nnapp.errors import DataError
from nnapp.storage.dataset import Dataset
from nnapp.storage.export_folder import export_folder
from nnapp.storage.files import atomic_writer
from nnapp.storage.idx_file import writing_idx
from nnapp.storage.load_progress import LoadProgress, ProgressMeter
from nnapp.storage.published_datasets import FILE_NAMES
from nnapp.storage.sources.csv_files import whole_number

__all__ = ["csv_class_names", "export_csv", "export_idx"]

_MAX_IDX_CLASSES = 256


def export_idx(
    folder: str | os.PathLike[str], dataset: Dataset, *, is_gzipped: bool = True, may_replace: bool = False
) -> Generator[LoadProgress, None, list[Path]]:
    """Write a data set as four IDX files named like MNIST's, yielding how far it has come.

    Parameters
    ----------
    folder : path-like
        Made if it is missing.
    dataset : Dataset
        Its classes are written as numbers; the files hold no names of them.
    is_gzipped : bool
    may_replace : bool
        Whether files of the same names may be written over, and those of the same names with and without ``.gz``,
        which would be read in their place, taken away.

    Returns
    -------
    list of Path

    Raises
    ------
    DataError
        If there are more than 256 classes, which a byte cannot number.
    ExistingFilesError
        If a file of the same name is there, with or without ``.gz``.
    StorageError
        If one cannot be written.
    """
    if dataset.n_classes > _MAX_IDX_CLASSES:
        raise DataError(f"IDX files must have at most {_MAX_IDX_CLASSES} classes; got {dataset.n_classes:,}.")
    target = Path(folder)
    paths = [target / (name + ".gz" * is_gzipped) for name in FILE_NAMES]
    others = [target / (name + ".gz" * (not is_gzipped)) for name in FILE_NAMES]
    parts = [
        dataset.training_images,
        dataset.training_labels.astype(np.uint8),
        dataset.test_images,
        dataset.test_labels.astype(np.uint8),
    ]
    meter = ProgressMeter(f"Writing to {target.name}", sum(part.nbytes for part in parts), "bytes")
    n_before = 0
    with export_folder(target, paths, may_replace=may_replace, replaced=others), ExitStack() as files:
        for path, part in zip(paths, parts, strict=True):
            for n_written in writing_idx(files.enter_context(atomic_writer(path)), part, is_gzipped=is_gzipped):
                if meter.is_due:
                    yield meter.at(n_before + n_written)
            n_before += part.nbytes
    return paths


def export_csv(
    folder: str | os.PathLike[str], dataset: Dataset, *, may_replace: bool = False
) -> Generator[LoadProgress, None, list[Path]]:
    """Write a data set as ``train.csv`` and ``test.csv``: the name of the class, then the pixels, as Kaggle has them.

    Arguments, progress and errors as for `export_idx`; classes as `csv_class_names` tells.
    """
    names = [_quoted(name) for name in csv_class_names(dataset.class_names)]
    target = Path(folder)
    paths = [target / "train.csv", target / "test.csv"]
    parts = [(dataset.training_images, dataset.training_labels), (dataset.test_images, dataset.test_labels)]
    meter = ProgressMeter(f"Writing to {target.name}", sum(len(labels) for _, labels in parts), "images")
    n_done = 0
    with export_folder(target, paths, may_replace=may_replace), ExitStack() as files:
        for path, (images, labels) in zip(paths, parts, strict=True):
            stream = files.enter_context(atomic_writer(path))
            stream.write(_header(dataset).encode("ascii"))
            for image, label in zip(images, labels.tolist(), strict=True):
                pixels = ",".join(map(str, image.reshape(-1).tolist()))
                stream.write(f"{names[label]},{pixels}\n".encode())
                n_done += 1
                if meter.is_due:
                    yield meter.at(n_done)
    return paths


def csv_class_names(class_names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of classes as a CSV table holds them: on one line, and numbers as they are read again.

    Those are without leading zeros, and if all names are whole numbers also without a plus, a point or an exponent.

    Raises
    ------
    DataError
        If two names become the same, or one is empty.
    """
    names = tuple(" ".join(name.split()) for name in class_names)
    names = tuple(name.lstrip("0") or "0" if name.isdecimal() else name for name in names)
    numbers = [whole_number(name) for name in names]
    if None not in numbers:
        names = tuple(map(str, numbers))
    if len(set(names)) < len(names) or "" in names:
        place = next(place for place, name in enumerate(names) if not name or name in names[:place])
        raise DataError(
            "The classes of a CSV table must differ in more than spaces and the spelling of a number; "
            f"got {class_names[place]!r}."
        )
    return names


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
    csv.writer(stream, lineterminator="").writerow([name])
    return stream.getvalue()

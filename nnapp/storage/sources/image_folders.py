"""Read a data set from a folder with a sub-folder of pictures for each class.

The names of the sub-folders are the classes, in natural order (2 before 10). They may stand in ``train`` and ``test``
of the folder, as `picture_search` tells; without a test folder, test images are set apart from the others.

Pictures may have any format, depth and orientation that `picture_files` reads. They are kept or brought to one size as
`picture_pile` tells. A set whose pictures mostly have a light background is inverted as a whole, since brightness is
ink: no picture is inverted alone. A few damaged pictures are left out and told, many are refused.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.mnist_likeness import are_like_mnist
from nnapp.digits.picture_files import read_picture
from nnapp.digits.picture_fitting import AS_READ, AS_READ_INVERTED
from nnapp.engine.network import MAX_NEURONS
from nnapp.errors import DataError, FileFormatError, StorageError
from nnapp.storage.dataset import LabelledImages, SourceContent
from nnapp.storage.dataset_files import join_words
from nnapp.storage.dataset_labels import number_texts
from nnapp.storage.load_progress import LoadProgress, ProgressMeter
from nnapp.storage.sources.picture_pile import COMMON_SHAPE, PicturePile, is_light
from nnapp.storage.sources.picture_search import (
    ClassFolders,
    ImageFolders,
    find_parts,
    finding_pictures,
)

__all__ = ["read_image_folders"]

_MOST_DAMAGED = 0.1
"""The share of pictures that may be left out because they cannot be read: more means that something else is wrong."""

_LONGEST_LIST = 5


def read_image_folders(path: str | os.PathLike[str]) -> Generator[LoadProgress, None, SourceContent]:
    """Read the data set in a folder of class folders.

    Raises
    ------
    DataError
        If there is no picture, there are far too many, or more than a tenth of them cannot be read.
    StorageError
        If a folder cannot be read.
    """
    folder = Path(path)
    parts = find_parts(folder)
    training = yield from finding_pictures(parts.training)
    test = (yield from finding_pictures(parts.test)) if parts.test else ClassFolders()
    if not training.n_pictures:
        raise DataError(f"{parts.training} must have a sub-folder of pictures for each class; got no picture.")
    _, class_names = number_texts([*training.pictures, *test.pictures])
    if len(class_names) > MAX_NEURONS:
        raise DataError(f"{folder} must have at most {MAX_NEURONS:,} classes; got {len(class_names):,}.")
    reading = _PictureReading(folder, training.n_pictures + test.n_pictures, class_names)
    yield from reading.reading(training)
    n_training = len(reading.labels)
    yield from reading.reading(test)
    reading.check_damage(n_training)
    images, labels = reading.pile.images, np.array(reading.labels, np.int64)
    warnings = [*_warnings_of_places(folder, parts, (training, test)), *reading.warnings()]
    pictures = AS_READ
    if is_light(images):
        pictures = AS_READ_INVERTED
        np.subtract(255, images, out=images)
        warnings.append(
            f"The pictures in {folder} have a light background and were inverted, so that ink is bright as in MNIST."
        )
    if not reading.pile.is_reduced and are_like_mnist(images):
        pictures = "like-mnist"  # which takes pictures of their size as they are, and makes digits of all others
    return SourceContent(
        folder.name,
        LabelledImages(images[:n_training], labels[:n_training]),
        LabelledImages(images[n_training:], labels[n_training:]) if len(labels) > n_training else None,
        class_names,
        str(folder),
        tuple(warnings),
        pictures=pictures,
    )


class _PictureReading:
    """Reads the pictures of one class after the other, and remembers which are damaged."""

    def __init__(self, folder: Path, n_pictures: int, class_names: tuple[str, ...]) -> None:
        self.pile = PicturePile(n_pictures)
        self.labels: list[int] = []
        self._folder = folder
        self._n_pictures = n_pictures
        self._class_names = class_names
        self._damaged: list[str] = []
        self._meter = ProgressMeter(f"Reading {folder.name}", n_pictures, "images")

    def reading(self, found: ClassFolders) -> Generator[LoadProgress, None, None]:
        """Read the pictures of all classes, in their order."""
        for label, name in enumerate(self._class_names):
            for picture in found.pictures.get(name, ()):
                if self._meter.is_due:
                    yield self._meter.at(len(self.labels) + len(self._damaged))
                grey = self._read(picture)
                if grey is not None:
                    yield from self.pile.adding(grey)
                    self.labels.append(label)

    def check_damage(self, n_training: int) -> None:
        """Refuse a set of which too much, or all there is to learn from, cannot be read."""
        if not n_training or len(self._damaged) > _MOST_DAMAGED * self._n_pictures:
            raise DataError(
                f"The pictures in {self._folder} must be whole; got {len(self._damaged):,} of {self._n_pictures:,} "
                f"that are not, such as {self._damaged[0]}."
            )

    def warnings(self) -> Iterator[str]:
        """Yield what was done to the pictures."""
        if self.pile.is_reduced:
            height, width = COMMON_SHAPE
            yield (
                f"The pictures in {self._folder} are of different sizes, or large, and were brought to "
                f"{height}×{width} pixels."
            )
        if self._damaged:
            yield _left_out(self._damaged, "cannot be read as a picture and was left out")

    def _read(self, picture: str) -> NDArray[np.float32] | None:
        try:
            return read_picture(picture)
        except (FileFormatError, StorageError):
            self._damaged.append(picture)
            return None


def _warnings_of_places(folder: Path, parts: ImageFolders, found: tuple[ClassFolders, ...]) -> Iterator[str]:
    """Yield what was found that is no picture of a class."""
    if parts.left_out:
        used = join_words([part.name for part in (parts.training, parts.test) if part is not None])
        yield f"The pictures of {folder} are taken from {used}; left out beside: {_some(parts.left_out)}."
    others = [path for files in found for path in files.others]
    if others:
        yield _left_out(others, "is no picture and was left out")
    empty = [name for files in found for name in files.empty]
    if empty:
        yield f"No picture is in the folder {_some(empty)}, which was left out."


def _left_out(paths: list[str], problem: str) -> str:
    more = f", and {len(paths) - 1:,} more like it," if len(paths) > 1 else ""
    return f"{paths[0]}{more} {problem}."


def _some(names: tuple[str, ...] | list[str]) -> str:
    """Return names separated by commas, a long list cut short."""
    more = len(names) - _LONGEST_LIST
    return ", ".join(names[:_LONGEST_LIST]) + (f" and {more:,} more" if more > 0 else "")

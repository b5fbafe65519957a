"""Read a data set from a folder with a sub-folder of pictures for each class.

The names of the sub-folders are the classes, in natural order (2 before 10). They may stand in ``train`` (or
``training``) and ``test`` (``testing``, ``val``, ``valid``, ``validation``) of the folder; without a test folder, test
images are set apart from the others. Hidden files and folders within those of the classes are passed over.

Pictures may have any format, depth and orientation that `picture_files` reads. If all are of one size, of at most
`MAX_KEPT_SIDE` pixels, they are taken as they are; else all are reduced to `COMMON_SHAPE`, whole and in proportion, in
the middle of their own background. A set whose pictures mostly have a light background is inverted as a whole, since
brightness is ink: no picture is inverted alone.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.picture_files import read_picture
from nnapp.digits.resampling import resample
from nnapp.engine.network import MAX_NEURONS
from nnapp.errors import DataError, FileFormatError, StorageError
from nnapp.storage.dataset import MAX_PIXEL_BYTES, LabelledImages, SourceContent
from nnapp.storage.dataset_labels import number_texts
from nnapp.storage.files import describe_os_error
from nnapp.storage.load_progress import LoadProgress, ProgressMeter

__all__ = ["COMMON_SHAPE", "MAX_KEPT_SIDE", "PICTURE_ENDINGS", "holds_image_folders", "read_image_folders"]

PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm")
"""What the names of pictures end in, in small letters."""

COMMON_SHAPE = (28, 28)
"""Height and width to which pictures of different sizes are reduced: those of MNIST."""

MAX_KEPT_SIDE = 128
"""The largest side of pictures that are kept as they are; a network has a weight for each pixel and neuron."""

_TRAINING_NAMES = ("train", "training")
_TEST_NAMES = ("test", "testing", "val", "valid", "validation")
_MAX_FILES = 1_000_000
_MOST_DAMAGED = 0.1
"""The share of pictures that may be left out because they cannot be read: more means that something else is wrong."""


@dataclass
class _Files:
    """The pictures of a folder of class folders, by class; and what else was found there."""

    pictures: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)

    @property
    def n_pictures(self) -> int:
        return sum(map(len, self.pictures.values()))


def holds_image_folders(folder: Path) -> bool:
    """Return whether pictures are in a sub-folder of `folder`, or in one of its training folder.

    Raises
    ------
    StorageError
        If a folder cannot be read.
    """
    parts = _parts_of(folder)
    return any(_is_picture(entry.name) for part in parts[:1] for sub in _folders_in(part) for entry in _entries(sub))


def read_image_folders(path: str | os.PathLike[str]) -> Generator[LoadProgress, None, SourceContent]:
    """Read the data set in a folder of class folders.

    Raises
    ------
    DataError
        If there is no picture, there are far too many, or more than a tenth of them cannot be read.
    StorageError
        If a folder or file cannot be read.
    """
    folder = Path(path)
    parts = _parts_of(folder)
    found = []
    for part in parts:
        found += [(yield from _finding(part))]
    _, class_names = number_texts([name for files in found for name in files.pictures])
    n_pictures = sum(files.n_pictures for files in found)
    if not found[0].n_pictures:
        raise DataError(f"{parts[0]} must have a sub-folder of pictures for each class; got no picture.")
    if len(class_names) > MAX_NEURONS:
        raise DataError(f"{folder} must have at most {MAX_NEURONS:,} classes; got {len(class_names):,}.")
    pile = _Pile(n_pictures)
    meter = ProgressMeter(f"Reading {folder.name}", n_pictures, "images")
    numbers = {name: number for number, name in enumerate(class_names)}
    labels: list[int] = []
    n_training = 0
    damaged: list[str] = []
    for files in found:
        for name, picture in _in_order(files, class_names):
            if meter.is_due:
                yield meter.at(len(labels) + len(damaged))
            grey = _read(picture, damaged)
            if grey is not None:
                pile.add(grey)
                labels.append(numbers[name])
        n_training = len(labels) if files is found[0] else n_training
    if not n_training or len(damaged) > _MOST_DAMAGED * n_pictures:
        raise DataError(
            f"The pictures in {folder} must be whole; got {len(damaged):,} of {n_pictures:,} that are not, "
            f"such as {damaged[0]}."
        )
    images = pile.images()
    warnings = [*pile.warnings(str(folder)), *_warnings(found, damaged)]
    if _is_light(images):
        np.subtract(255, images, out=images)
        warnings.append(
            f"The pictures in {folder} have a light background and were inverted, so that ink is bright as in MNIST."
        )
    known = np.array(labels, np.int64)
    training = LabelledImages(images[:n_training], known[:n_training])
    test = LabelledImages(images[n_training:], known[n_training:]) if len(known) > n_training else None
    return SourceContent(folder.name, training, test, class_names, str(folder), tuple(warnings))


class _Pile:
    """Pictures of one size, brought to a common one as soon as one is of another."""

    def __init__(self, n_pictures: int) -> None:
        self._n_pictures = n_pictures
        self._is_reduced = False
        self._images: list[NDArray[np.uint8]] = []

    def add(self, grey: NDArray[np.float32]) -> None:
        """Take in brightness 0…1."""
        if not self._is_reduced and not self._fits(grey):
            self._is_reduced = True
            self._images = [_bytes(_reduced(image / np.float32(255))) for image in self._images]
        self._images.append(_bytes(_reduced(grey) if self._is_reduced else grey))

    def images(self) -> NDArray[np.uint8]:
        """Return all of them, a new array (n_images, height, width)."""
        return np.stack(self._images)

    def warnings(self, location: str) -> Iterator[str]:
        """Yield what was done to them."""
        if self._is_reduced:
            height, width = COMMON_SHAPE
            yield f"The pictures in {location} are of different sizes, or large, and were reduced to {height}×{width}."

    def _fits(self, grey: NDArray[np.float32]) -> bool:
        if self._images:
            return grey.shape == self._images[0].shape
        return max(grey.shape) <= MAX_KEPT_SIDE and grey.size * self._n_pictures <= MAX_PIXEL_BYTES


def _bytes(grey: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(grey * 255).astype(np.uint8)


def _reduced(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a picture in proportion in the middle of `COMMON_SHAPE`, on the brightness of its border."""
    height, width = COMMON_SHAPE
    background = np.float32(np.median(_border(grey[np.newaxis])))
    scale = max(grey.shape[0] / height, grey.shape[1] / width)
    origin = ((grey.shape[0] - height * scale) / 2, (grey.shape[1] - width * scale) / 2)
    # What lies outside of a picture counts as 0, so that 0 is made to mean its background.
    laid: NDArray[np.float32] = resample(grey - background, COMMON_SHAPE, origin, scale) + background
    return np.clip(laid, 0, 1)


def _border(images: NDArray[Any]) -> NDArray[Any]:
    """Return the outermost pixels of each image, shape (n_images, n_border)."""
    return np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)


def _is_light(images: NDArray[np.uint8]) -> bool:
    """Return whether most pictures have a border that is more white than black."""
    return bool(np.median(np.median(_border(images), axis=1)) > 127)


def _parts_of(folder: Path) -> list[Path]:
    """Return the folders of class folders: for training, and for testing if there is one."""
    by_name = {entry.name.lower(): Path(entry.path) for entry in _folders_in(folder)}
    training = next((by_name[name] for name in _TRAINING_NAMES if name in by_name), None)
    if training is None or not any(_folders_in(training)):
        return [folder]
    test = next((by_name[name] for name in _TEST_NAMES if name in by_name and any(_folders_in(by_name[name]))), None)
    return [training] if test is None else [training, test]


def _finding(part: Path) -> Generator[LoadProgress, None, _Files]:
    """Find all pictures of a folder of class folders."""
    files = _Files()
    meter = ProgressMeter(f"Looking into {part.name}", None, "files")
    n_found = 0
    for sub in _folders_in(part):
        pictures = []
        for entry in _entries(Path(sub.path)):
            if _is_picture(entry.name):
                pictures.append(entry.path)
            elif entry.is_file():
                files.others.append(entry.path)
            n_found += 1
            if n_found > _MAX_FILES:
                raise DataError(f"{part} must hold at most {_MAX_FILES:,} files; got more.")
            if meter.is_due:
                yield meter.at(n_found)
        if pictures:
            files.pictures[sub.name] = sorted(pictures)
        else:
            files.empty.append(sub.name)
    return files


def _in_order(files: _Files, class_names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in class_names:
        for picture in files.pictures.get(name, ()):
            yield name, picture


def _read(picture: str, damaged: list[str]) -> NDArray[np.float32] | None:
    try:
        return read_picture(picture)
    except FileFormatError:
        damaged.append(picture)
        return None


def _warnings(found: list[_Files], damaged: list[str]) -> Iterator[str]:
    others = [path for files in found for path in files.others]
    empty = [name for files in found for name in files.empty]
    for paths, problem in ((damaged, "cannot be read as a picture"), (others, "is no picture")):
        more = f", and {len(paths) - 1:,} more like it," if len(paths) > 1 else ""
        if paths:
            yield f"{paths[0]}{more} {problem} and was left out."
    if empty:
        yield f"The folder {empty[0]}{f' and {len(empty) - 1:,} more' if len(empty) > 1 else ''} holds no picture."


def _is_picture(name: str) -> bool:
    return name.lower().endswith(PICTURE_ENDINGS)


def _folders_in(folder: Path) -> list[os.DirEntry[str]]:
    return sorted((entry for entry in _entries(folder) if entry.is_dir()), key=lambda entry: entry.name)


def _entries(folder: str | os.PathLike[str]) -> Iterator[os.DirEntry[str]]:
    """Yield what is in a folder and not hidden."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    yield entry
    except OSError as error:
        raise StorageError(f"Cannot read the data folder {folder}: {describe_os_error(error)}.") from error

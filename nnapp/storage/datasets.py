"""Load a data set of images and labels from the four IDX files it is published as.

MNIST is the one the program is made for, and is recognised by the checksums of its content; every
other set of the same form trains as well, with its own image size and number of classes. Which
files are taken is told in `dataset_files`, which labels are accepted in `dataset_labels`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import DataError
from nnapp.storage.dataset_files import DatasetFiles, find_dataset_files, join_words
from nnapp.storage.dataset_labels import check_labels
from nnapp.storage.folders import data_folders, folder_for_data
from nnapp.storage.idx_file import read_idx, sha256_of_idx
from nnapp.storage.published_datasets import DATASETS, FILE_NAMES, MNIST, PublishedDataset, recognise_dataset

__all__ = ["Dataset", "find_dataset", "load_dataset", "locate_dataset"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels to train and to test with; the arrays are read-only.

    Attributes
    ----------
    name : str
        "MNIST" or the name of another published set, else the prefix of the files or the folder's name.
    training_images, test_images : NDArray of uint8, shape (n_images, height, width)
        Brightness, 0 (background) … 255 (ink).
    training_labels, test_labels : NDArray of int64, shape (n_images,)
        Class of each image, 0 … n_classes − 1; int64 because labels are used as indices.
    class_names : tuple of str
        One for each class.
    folder : Path
        Where the data set was loaded from.
    warnings : tuple of str
        A sentence for each thing a person should know before trusting the data.
    """

    name: str
    training_images: NDArray[np.uint8] = field(repr=False)
    training_labels: NDArray[np.int64] = field(repr=False)
    test_images: NDArray[np.uint8] = field(repr=False)
    test_labels: NDArray[np.int64] = field(repr=False)
    class_names: tuple[str, ...]
    folder: Path
    warnings: tuple[str, ...] = ()

    @property
    def n_classes(self) -> int:
        """Number of classes: the highest label of both sets plus one."""
        return len(self.class_names)

    @property
    def n_pixels(self) -> int:
        """Number of pixels of every image, one for each input of a network."""
        height, width = self.image_shape
        return height * width

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of every image, in pixels."""
        _, height, width = self.training_images.shape
        return height, width


def find_dataset(folder: str | os.PathLike[str] | None = None) -> Dataset:
    """Load the data set in `folder`, or the one found in the usual places.

    Parameters
    ----------
    folder : path-like, optional
        The only place to look. Without it, the first of `data_folders` that holds the four files.

    Raises
    ------
    DataError
        If there is no data set, or the one found contradicts itself. A damaged data set is never
        passed over for one in a later place.
    FileFormatError, StorageError
        If a file is damaged or cannot be read.
    """
    if folder is not None:
        return load_dataset(folder)
    found = locate_dataset()
    if found is not None:
        return load_dataset(found)
    for candidate in filter(os.path.isdir, data_folders()):
        files = find_dataset_files(candidate)
        if files.paths:
            raise DataError(_missing_files_sentence(files))
    looked_in = join_words([str(candidate) for candidate in data_folders()])
    raise DataError(
        f"No {MNIST.name} data set is in {looked_in}; put the four files {_published_names()} into {folder_for_data()}."
    )


def locate_dataset() -> Path | None:
    """Return the first of `data_folders` that holds all four files of a data set, or None.

    Nothing but names is looked at, so a data set that was found may still turn out to be damaged;
    None means that a download would help.

    Raises
    ------
    DataError
        If it is ambiguous which files of a folder are meant.
    StorageError
        If a folder cannot be read.
    """
    for candidate in filter(os.path.isdir, data_folders()):
        if not find_dataset_files(candidate).missing:
            return candidate
    return None


def load_dataset(folder: str | os.PathLike[str]) -> Dataset:
    """Load the data set whose four IDX files are in `folder`.

    Raises
    ------
    DataError
        If a file is missing or ambiguous, or the four contradict each other or the rules in
        `dataset_labels`.
    FileFormatError
        If a file is no proper IDX file.
    StorageError
        If the folder or a file cannot be read.
    """
    files = find_dataset_files(folder)
    if files.missing:
        raise DataError(_missing_files_sentence(files))
    paths = [files.paths[name] for name in FILE_NAMES]
    arrays = [read_idx(path) for path in paths]
    _check_split("training", arrays[0], arrays[1], files.folder)
    _check_split("test", arrays[2], arrays[3], files.folder)
    if arrays[0].shape[1:] != arrays[2].shape[1:]:
        raise DataError(
            f"Training and test images in {files.folder} must be of the same size; "
            f"got {_size(arrays[0])} and {_size(arrays[2])} pixels."
        )
    n_classes, warnings = check_labels(arrays[1], arrays[3], str(files.folder))
    digests = [sha256_of_idx(array) for array in arrays]
    published = recognise_dataset(digests, paths)
    if published is None:
        warnings = (*_unpublished_warnings(arrays, digests, files), *warnings)
    class_names = published.class_names if published else tuple(str(label) for label in range(n_classes))
    return Dataset(
        name=published.name if published else files.prefix or Path(os.path.realpath(folder)).name,
        training_images=_read_only(arrays[0]),
        training_labels=_read_only(arrays[1].astype(np.int64)),
        test_images=_read_only(arrays[2]),
        test_labels=_read_only(arrays[3].astype(np.int64)),
        class_names=class_names,
        folder=files.folder,
        warnings=warnings,
    )


def _check_split(split: str, images: NDArray[Any], labels: NDArray[Any], folder: Path) -> None:
    """Refuse images and labels that cannot be one half of a data set."""
    if images.ndim != 3 or images.dtype != np.uint8:
        raise DataError(
            f"The {split} images in {folder} must be 3-dimensional (images, height, width) of type uint8; "
            f"got {images.ndim}-dimensional of type {images.dtype}."
        )
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise DataError(
            f"The {split} labels in {folder} must be 1-dimensional integers; "
            f"got {labels.ndim}-dimensional of type {labels.dtype}."
        )
    if len(images) != len(labels):
        raise DataError(
            f"The {split} images and labels in {folder} must be equally many; "
            f"got {len(images)} images and {len(labels)} labels."
        )
    if images.size == 0:
        raise DataError(
            f"The {split} set in {folder} must have at least one image of at least one pixel; "
            f"got {len(images)} images of {_size(images)} pixels."
        )


def _unpublished_warnings(
    arrays: Sequence[NDArray[Any]], digests: Sequence[str], files: DatasetFiles
) -> tuple[str, ...]:
    """Say that a data set looks like a published one and is not."""
    shape = arrays[0].shape[1:]
    if shape != (28, 28):
        return ()
    closest = max(DATASETS.values(), key=lambda dataset: _count_matches(dataset, digests))
    if _count_matches(closest, digests) > 0:
        changed = [
            files.paths[name].name
            for name, file, digest in zip(FILE_NAMES, closest.files, digests, strict=True)
            if file.sha256 != digest
        ]
        return (
            f"The data set in {files.folder} is not the published {closest.name}: "
            f"the content of {join_words(changed)} differs from it.",
        )
    names = [dataset.name for dataset in DATASETS.values()]
    return (f"The data set in {files.folder} has the checksums of none of {join_words(names)}; it is used as it is.",)


def _count_matches(dataset: PublishedDataset, digests: Sequence[str]) -> int:
    return sum(file.sha256 == digest for file, digest in zip(dataset.files, digests, strict=True))


def _missing_files_sentence(files: DatasetFiles) -> str:
    if not files.paths:
        return f"No data set is in {files.folder}; put the four files {_published_names()} there."
    have = join_words([path.name for path in files.paths.values()])
    return (
        f"The data set in {files.folder} is incomplete: {join_words(files.missing)} must be there too, "
        f"gzipped or not; got only {have}."
    )


def _published_names() -> str:
    return join_words([file.name for file in MNIST.files])


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array


def _size(images: NDArray[Any]) -> str:
    """Return "28 × 28" for images of shape (n_images, 28, 28)."""
    return " × ".join(str(size) for size in images.shape[1:])

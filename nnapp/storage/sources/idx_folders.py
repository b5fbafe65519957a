"""Read a folder of IDX files: a published data set, recognised by its checksums, or any of the same form.

Images may have any size and any number of classes. A folder that holds a single pair of files, images and
labels, is a data set without test images.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from nnapp.errors import DataError
from nnapp.storage.dataset import LabelledImages, SourceContent
from nnapp.storage.dataset_files import DatasetFiles, find_dataset_files, join_words
from nnapp.storage.idx_file import read_idx, reading_idx, sha256_of_idx
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.published_datasets import DATASETS, FILE_NAMES, PublishedDataset, gzip_sha256_of, recognise_dataset
from nnapp.storage.sources.pixel_values import check_image_shape

__all__ = ["is_published", "missing_files_sentence", "read_idx_folder", "read_pairs"]


def read_idx_folder(folder: str | os.PathLike[str]) -> Generator[LoadProgress, None, SourceContent]:
    """Read the IDX data set that is in `folder`.

    Raises
    ------
    DataError
        If files are missing, or it is ambiguous which are meant.
    FileFormatError
        If a file is no proper IDX file.
    StorageError
        If the folder or a file cannot be read.
    """
    files = find_dataset_files(folder)
    location = str(files.folder)
    name = files.prefix or Path(os.path.realpath(folder)).name
    pair = files.only_pair
    if pair is not None:
        content = yield from read_pairs([pair])
        return SourceContent(name, content[0], None, (), location)
    if files.missing:
        raise DataError(missing_files_sentence(files))
    paths = [files.paths[file_name] for file_name in FILE_NAMES]
    training, test = yield from read_pairs([(paths[0], paths[1]), (paths[2], paths[3])])
    arrays: list[NDArray[Any]] = [training.images, training.labels, test.images, test.labels]
    digests = [sha256_of_idx(array) for array in arrays]
    published = recognise_dataset(digests, paths)
    if published is None:
        warnings = _unpublished_warnings(training.images.shape, digests, files)
        return SourceContent(name, training, test, (), location, warnings)
    return SourceContent(published.name, training, test, published.class_names, location, (), published.licence)


def read_pairs(pairs: Sequence[tuple[Path, Path]]) -> Generator[LoadProgress, None, list[LabelledImages]]:
    """Read files of images and labels, as they are: nothing but the size of images is compared yet."""
    parts = []
    for images_path, labels_path in pairs:
        images = yield from reading_idx(images_path, partial(check_image_shape, location=str(images_path)))
        labels = yield from reading_idx(labels_path)
        parts.append(LabelledImages(images, labels))
    return parts


def is_published(files: DatasetFiles, published: PublishedDataset) -> bool:
    """Return whether the test labels, the smallest of four files, are those of a published data set.

    Raises
    ------
    FileFormatError, StorageError
        If they are damaged or cannot be read.
    """
    path, file = files.paths[FILE_NAMES[3]], published.files[3]
    if file.sha256 is None:
        return gzip_sha256_of(path) == file.gzip_sha256
    return sha256_of_idx(read_idx(path)) == file.sha256


def missing_files_sentence(files: DatasetFiles) -> str:
    """Return what is there of an incomplete data set, and what is missing."""
    have = join_words([path.name for path in files.paths.values()])
    return (
        f"The data set in {files.folder} is incomplete: {join_words(files.missing)} must be there too, "
        f"gzipped or not; got only {have}."
    )


def _unpublished_warnings(shape: tuple[int, ...], digests: Sequence[str], files: DatasetFiles) -> tuple[str, ...]:
    """Say that a data set looks like a published one and is not."""
    if shape[1:] != (28, 28):
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

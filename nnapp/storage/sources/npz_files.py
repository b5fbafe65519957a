"""Read a data set from an ``.npz`` file of NumPy arrays.

The arrays are known by their names, in upper or lower case:

====================================================  ==========================================
names                                                 test images
====================================================  ==========================================
``x_train``, ``y_train``, ``x_test``, ``y_test``      their own, as in the files of Keras
``train_images``, ``train_labels``, ``test_images``,  their own
``test_labels``
``images`` or ``data``, ``labels`` or ``target``      set apart from the others
``x``, ``y``                                          set apart from the others
====================================================  ==========================================

An array ``class_names`` (or ``target_names``, ``label_names``) names the classes from 0. `pixel_values` tells
which images are understood, `label_values` which labels, and `npz_archive` how the file is read safely.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

from nnapp.errors import DataError
from nnapp.storage.dataset import MAX_PIXEL_BYTES, LabelledImages, SourceContent
from nnapp.storage.dataset_files import join_words
from nnapp.storage.files import open_for_reading
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.sources.label_values import as_classes, as_texts
from nnapp.storage.sources.npz_archive import NpzArchive
from nnapp.storage.sources.pixel_values import as_images, check_image_shape

__all__ = ["read_npz_file", "read_npz_file_from"]

_LAYOUTS = (
    ("x_train", "y_train", "x_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("images", "labels"),
    ("images", "target"),
    ("x", "y"),
    ("data", "target"),
    ("data", "labels"),
)
_MAX_LABEL_BYTES = 2**27
_CLASS_NAMES = ("class_names", "target_names", "label_names")


def read_npz_file(path: str | os.PathLike[str]) -> Generator[LoadProgress, None, SourceContent]:
    """Read the data set in an ``.npz`` file.

    Raises
    ------
    DataError
        If arrays are missing, or are no images and labels.
    FileFormatError
        If the file is damaged, claims too much, or holds Python objects in place of arrays.
    StorageError
        If the file cannot be read.
    """
    with open_for_reading(path) as stream:
        return (yield from read_npz_file_from(stream, os.fspath(path)))


def read_npz_file_from(stream: BinaryIO, location: str) -> Generator[LoadProgress, None, SourceContent]:
    """Read a data set as `read_npz_file` does, from an open file called `location`."""
    archive = NpzArchive(stream, location, MAX_PIXEL_BYTES)
    spellings = {name.lower(): name for name in archive.names}
    layout = _layout(spellings, location)
    named = next((spellings[name] for name in _CLASS_NAMES if name in spellings), None)
    class_names: list[str] = []
    if named is not None:
        class_names = as_texts((yield from archive.reading(named, _MAX_LABEL_BYTES)), f"Array {named!r} in {location}")
    headers = [archive.header(array) for array in layout]
    _check_lengths(layout, [header.shape for header in headers], location)
    for header in headers[::2]:
        check_image_shape(header.shape, location)
    arrays: list[NDArray[Any]] = []
    for place, array in enumerate(layout):
        arrays += [(yield from archive.reading(array, _MAX_LABEL_BYTES if place % 2 else None))]
    labels, names = as_classes(arrays[1::2], class_names, location)
    images, warnings = yield from as_images(arrays[::2], location)
    parts = [LabelledImages(*pair) for pair in zip(images, labels, strict=True)]
    unused = [name for name in archive.names if name not in (*layout, named)]
    if unused:
        was = "was" if len(unused) == 1 else "were"
        warnings += (f"{join_words(unused[:12])} in {location} {was} not used.",)
    test = parts[1] if len(parts) > 1 else None
    return SourceContent(Path(location).stem, parts[0], test, names, location, warnings)


def _layout(spellings: Mapping[str, str], location: str) -> list[str]:
    """Return the names of the arrays to read: images and labels, and test images and labels if they are there."""
    for layout in _LAYOUTS:
        if all(name in spellings for name in layout[:2]):
            has_test = all(name in spellings for name in layout)
            return [spellings[name] for name in (layout if has_test else layout[:2])]
    known = ", ".join(f"{images} + {labels}" for images, labels, *_ in _LAYOUTS)
    found = join_words(list(spellings.values())[:20]) or "no array"
    raise DataError(f"Two arrays in {location} must be named as one of the pairs {known}; got {found}.")


def _check_lengths(names: Sequence[str], shapes: Sequence[tuple[int, ...]], location: str) -> None:
    """Refuse labels that are not as many as images, before anything is read."""
    for place in range(0, len(shapes), 2):
        images, labels = shapes[place : place + 2]
        if not images or images[:1] != labels[:1]:
            sizes = [" × ".join(map(str, shape)) or "one value" for shape in (images, labels)]
            raise DataError(
                f"Arrays {names[place]} and {names[place + 1]} in {location} must be equally long; "
                f"got {join_words(sizes)}."
            )

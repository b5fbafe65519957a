"""A person's own digits, kept as a data set that can be trained on.

They are four IDX files like any data set's. One of every six digits goes to the test files, so that there is
something to test with that was not learnt from: the second of the first six, the third of the next six, and so on,
round and round. A fixed place would always meet the same classes when the digits are drawn in turn.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import DataError, FileFormatError, NnappError, StorageError
from nnapp.storage.dataset import DataChoice, LabelledImages, SourceContent
from nnapp.storage.dataset_assembly import make_dataset
from nnapp.storage.files import make_folder
from nnapp.storage.folders import user_data_folder
from nnapp.storage.idx_file import read_idx, write_idx
from nnapp.storage.load_progress import LoadProgress, ProgressMeter
from nnapp.storage.published_datasets import FILE_NAMES
from nnapp.storage.source_names import MINE

__all__ = ["PersonalDigits"]

_FOLDER_NAME = "personal-digits"
_TEST_EVERY = 6
_LARGEST_LABEL = 255
"""Labels are bytes, as in MNIST."""

_Split = Literal["train", "t10k"]
_SPLITS: tuple[_Split, ...] = ("train", "t10k")


class PersonalDigits:
    """The digits kept in one folder.

    Files that an interruption left one longer than the other are brought to the shorter length at once.

    Parameters
    ----------
    folder : path, optional
        By default ``personal-digits`` in the user's data folder. Created with the first digit.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.folder = user_data_folder() / _FOLDER_NAME if folder is None else Path(folder)
        self._added: list[_Split] = []
        for split in _SPLITS:
            # Damaged files are told of when something is to be added to them.
            with suppress(FileFormatError, StorageError):
                self._mend(split)

    @property
    def can_undo(self) -> bool:
        """Whether a digit was added by this object that can be removed again."""
        return bool(self._added)

    def add(self, image: NDArray[np.uint8], label: int) -> None:
        """Keep a digit.

        Parameters
        ----------
        image : array (height, width) of uint8
            0 background … 255 ink.
        label : int
            0…255.

        Raises
        ------
        DataError
            If the label is out of range, or the digits kept before are of another size.
        FileFormatError, StorageError
            If a file is damaged, or cannot be read or written; the files stay as they were.
        """
        if not 0 <= label <= _LARGEST_LABEL:
            raise DataError(f"The label of a digit must be 0…{_LARGEST_LABEL}; got {label}.")
        kept = {split: self._read(split) for split in _SPLITS}
        for images, _ in kept.values():
            if len(images) and images.shape[1:] != image.shape:
                shapes = ("×".join(map(str, shape)) for shape in (images.shape[1:], image.shape))
                raise DataError("A digit must have {} pixels, as those kept before have; got {}.".format(*shapes))
        split = _split_of(sum(len(labels) for _, labels in kept.values()))
        images, labels = kept[split]
        image = np.asarray(image, np.uint8)[np.newaxis]
        make_folder(self.folder)
        self._write(split, np.concatenate([images, image]) if len(images) else image, np.append(labels, label))
        self._added.append(split)

    def undo(self) -> None:
        """Remove the digit that was added last by this object.

        Raises
        ------
        DataError
            If there is none.
        FileFormatError, StorageError
            If a file is damaged, or cannot be read or written.
        """
        if not self._added:
            raise DataError("No digit was kept since the window was opened, so there is none to remove.")
        images, labels = self._read(self._added[-1])
        self._write(self._added[-1], images[:-1], labels[:-1])
        self._added.pop()

    def counts(self) -> dict[int, int]:
        """Return how many digits of each label there are, training and test together; damaged files count nothing."""
        found: Counter[int] = Counter()
        for split in _SPLITS:
            with suppress(FileFormatError, StorageError):
                found.update(self._read(split)[1].tolist())
        return dict(found)

    def reading(self) -> Generator[LoadProgress, None, SourceContent]:
        """Read the digits as a data set whose classes are the digits that were kept.

        Raises
        ------
        DataError
            If none were kept yet.
        FileFormatError, StorageError
            If a file is damaged or cannot be read.
        """
        yield ProgressMeter("Reading your own digits", None, "images").at(0)
        return self._content()

    def why_not_trainable(self) -> str:
        """Return a sentence that says why the digits cannot be trained on yet, "" if they can."""
        if sum(self.counts().values()) < 2:
            return "Two digits are needed at least, one to learn from and one to test with."
        try:
            make_dataset(self._content(), DataChoice(MINE))
        except NnappError as error:
            return str(error)
        return ""

    def _content(self) -> SourceContent:
        training, test = (LabelledImages(*self._read(split)) for split in _SPLITS)
        if not len(training.labels):
            raise DataError("There are no digits of your own yet; draw some in the testing window, and keep them.")
        found, numbers = np.unique(np.concatenate([training.labels, test.labels]), return_inverse=True)
        numbers = numbers.reshape(-1)  # NumPy 2.0 gives the inverse the shape of the input
        n_training = len(training.labels)
        return SourceContent(
            name="Own digits",
            training=LabelledImages(training.images, numbers[:n_training]),
            test=LabelledImages(test.images, numbers[n_training:]) if len(test.labels) else None,
            class_names=tuple(map(str, found.tolist())),
            location=str(self.folder),
        )

    def _paths(self, split: _Split) -> tuple[Path, Path]:
        images, labels = (self.folder / name for name in FILE_NAMES if name.startswith(split))
        return images, labels

    def _read(self, split: _Split) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return images and labels. Of a pair that was interrupted between its two files, what both have."""
        images_path, labels_path = self._paths(split)
        if not (images_path.exists() and labels_path.exists()):
            return np.empty((0, 0, 0), np.uint8), np.empty(0, np.uint8)
        images, labels = read_idx(images_path), read_idx(labels_path)
        n_whole = min(len(images), len(labels))
        return images[:n_whole], labels[:n_whole]

    def _write(self, split: _Split, images: NDArray[Any], labels: NDArray[Any]) -> None:
        images_path, labels_path = self._paths(split)
        write_idx(images_path, images)
        write_idx(labels_path, labels.astype(np.uint8))

    def _mend(self, split: _Split) -> None:
        images_path, labels_path = self._paths(split)
        if images_path.exists() and labels_path.exists():
            images, labels = read_idx(images_path), read_idx(labels_path)
            if len(images) != len(labels):
                self._write(split, *self._read(split))


def _split_of(n_before: int) -> _Split:
    """Return where a digit goes that comes after `n_before` others."""
    block, place = divmod(n_before, _TEST_EVERY)
    return "t10k" if place == (block + 1) % _TEST_EVERY else "train"

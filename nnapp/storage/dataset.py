"""What a data set is, how one is chosen, and what a reader of one hands over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.setting import Setting
from nnapp.errors import DataError
from nnapp.storage.load_progress import LoadProgress

__all__ = [
    "CHOICE_SETTINGS",
    "DEFAULT_TEST_FRACTION",
    "MAX_IMAGE_SIDE",
    "MAX_PIXEL_BYTES",
    "DataChoice",
    "Dataset",
    "LabelledImages",
    "LoadProgress",
    "SourceContent",
]

DEFAULT_TEST_FRACTION = 0.2
"""Share of the images that is set apart to test with where a data set does not say which."""

MAX_IMAGE_SIDE = 1024
"""The largest height and width of an image, in pixels."""

MAX_PIXEL_BYTES = 2**31
"""The most bytes of pixels of a data set, training and test images together."""

CHOICE_SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            name="test_fraction",
            label="Test fraction",
            kind="number",
            help="Share of all images that is set apart to test with, the same share of every class. Left out, a data "
            f"set keeps its own test images, and one without any gives {DEFAULT_TEST_FRACTION:g} of its images.",
            low=0,
            high=0.9,
            excludes_low=True,
        ),
        Setting(
            name="split_seed",
            label="Split seed",
            kind="integer",
            help="The number that decides which images are set apart to test with. The same gives the same split.",
            low=0,
            high=2**32 - 1,
        ),
    )
}
"""The numbers of a `DataChoice` with their limits, by name; a test fraction may also be left out."""


@dataclass(frozen=True)
class DataChoice:
    """Which data set to load, and how to split it.

    Attributes
    ----------
    source : str
        A known name ("mnist", "synthetic:5000", "mine", see `nnapp.storage.source_names`) or the path of a folder or
        file; "" for whatever is found in the usual places.
    test_fraction : float or None
        None for the data set's own test images, or `DEFAULT_TEST_FRACTION` of all where it has none. A number pools
        all images and splits them anew.
    split_seed : int
        Decides which images become test images where they are split.

    Raises
    ------
    SettingError
        On creation, if a number is outside its limits.
    """

    source: str = ""
    test_fraction: float | None = None
    split_seed: int = 0

    def __post_init__(self) -> None:
        if self.test_fraction is not None:
            CHOICE_SETTINGS["test_fraction"].check(self.test_fraction)
        CHOICE_SETTINGS["split_seed"].check(self.split_seed)

    def command_options(self) -> tuple[str, ...]:
        """Return the options that make this choice on a command line; those that change nothing are left out."""
        words = ["--data", self.source] if self.source else []
        if self.test_fraction is not None:
            words += ["--test-fraction", CHOICE_SETTINGS["test_fraction"].format(self.test_fraction)]
        if self.split_seed:
            words += ["--split-seed", str(self.split_seed)]
        return tuple(words)


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """Images and their labels.

    Attributes
    ----------
    images : NDArray of uint8, shape (n_images, height, width)
        Brightness, 0 (background) … 255 (ink).
    labels : NDArray of int64, shape (n_images,)
    """

    images: NDArray[np.uint8] = field(repr=False)
    labels: NDArray[np.int64] = field(repr=False)


@dataclass(frozen=True, eq=False)
class SourceContent:
    """What was read from a source, before it is checked and split.

    Attributes
    ----------
    name : str
        Of the data set, for people.
    training : LabelledImages
        All images, if there is no `test`.
    test : LabelledImages or None
        The source's own test images; None if it does not set any apart.
    class_names : tuple of str
        One for each label from 0. Empty if the labels are numbers that name themselves: any whole numbers then, with
        gaps or from 1, and suspected of damage as `dataset_labels` tells.
    location : str
        For people: the folder or file, or "drawn by nnapp".
    warnings : tuple of str
        A sentence for each thing a person should know before trusting the data.
    licence : str
        Of a published data set; "" for others.
    pictures : str
        How they were made from pictures, one of `nnapp.digits.picture_fitting.PICTURE_MODES`; "" if they were none.
    """

    name: str
    training: LabelledImages
    test: LabelledImages | None
    class_names: tuple[str, ...]
    location: str
    warnings: tuple[str, ...] = ()
    licence: str = ""
    pictures: str = ""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels to train and to test with; the arrays are read-only.

    Attributes
    ----------
    name : str
        "MNIST" or the name of another published set, else of the file, the folder, or what its files begin with.
    training_images, test_images : NDArray of uint8, shape (n_images, height, width)
        Brightness, 0 (background) … 255 (ink).
    training_labels, test_labels : NDArray of int64, shape (n_images,)
        Class of each image, 0 … n_classes − 1; int64 because labels are used as indices.
    class_names : tuple of str
        One for each class.
    choice : DataChoice
        What loads the same again: its source is a known name in full or an absolute path.
    location : str
        For people: the folder or file, or "drawn by nnapp".
    warnings : tuple of str
        A sentence for each thing a person should know before trusting the data.
    licence : str
        Of a published data set; "" for others.
    pictures : str
        What makes such images of pictures, one of `nnapp.digits.picture_fitting.PICTURE_MODES`; "" if it is not known.
    """

    name: str
    training_images: NDArray[np.uint8] = field(repr=False)
    training_labels: NDArray[np.int64] = field(repr=False)
    test_images: NDArray[np.uint8] = field(repr=False)
    test_labels: NDArray[np.int64] = field(repr=False)
    class_names: tuple[str, ...]
    choice: DataChoice
    location: str
    warnings: tuple[str, ...] = ()
    licence: str = ""
    pictures: str = ""

    @property
    def n_classes(self) -> int:
        """Number of classes."""
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

    def for_classes(self, class_names: Sequence[str]) -> Dataset:
        """Return the data set with its labels numbered as the outputs of a network are.

        Digits that lack the 3 have nine classes of their own, of which the 4 is number 3; for a network of ten
        outputs it is number 4 again. As many classes as a network has that were never named, but only numbered from
        0, are taken in their order and keep their names.

        Parameters
        ----------
        class_names : sequence of str
            One for each output of the network, numbers from 0 where it has no names.

        Raises
        ------
        DataError
            If the network lacks a class of the data set.
        """
        names = tuple(class_names)
        missing = [name for name in self.class_names if name not in names]
        is_numbered = names == tuple(map(str, range(len(names))))
        if names == self.class_names or (is_numbered and len(missing) == self.n_classes == len(names)):
            return self
        if missing:
            raise DataError(
                f"The classes of {self.name} must be among the network's, {_list(names)}; got {_list(missing)}."
            )
        numbers = np.array([names.index(name) for name in self.class_names])
        training_labels, test_labels = numbers[self.training_labels], numbers[self.test_labels]
        for labels in (training_labels, test_labels):
            labels.setflags(write=False)
        return replace(self, training_labels=training_labels, test_labels=test_labels, class_names=names)


def _list(names: Sequence[str]) -> str:
    """Return the names separated by commas, a long list cut short."""
    shown = ", ".join(names[:12])
    return shown if len(names) <= 12 else f"{shown} and {len(names) - 12:,} more"

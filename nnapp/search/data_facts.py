"""What a search has to know about its data besides the images themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import FileFormatError, SettingError
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.run_file import data_fingerprint
from nnapp.storage.run_state import object_with
from nnapp.storage.strict_json import require

__all__ = ["DataFacts"]

_TEXTS = ("name", "fingerprint", "pictures", "source")


@dataclass(frozen=True)
class DataFacts:
    """Which data a search is about.

    Attributes
    ----------
    name : str
        Of the data set, for people.
    fingerprint : str
        Of the images and labels, see `nnapp.storage.run_file.data_fingerprint`.
    class_names : tuple of str
        One for each output of the networks.
    image_shape : tuple of int
        Height and width in pixels.
    pictures : str
        As of `nnapp.storage.dataset.Dataset`.
    choice : DataChoice
        What loads the data set again.
    """

    name: str
    fingerprint: str
    class_names: tuple[str, ...]
    image_shape: tuple[int, int]
    pictures: str
    choice: DataChoice

    @classmethod
    def of(cls, dataset: Dataset) -> DataFacts:
        """Describe the training images of a data set."""
        return cls(
            name=dataset.name,
            fingerprint=data_fingerprint(dataset.training_images, dataset.training_labels),
            class_names=dataset.class_names,
            image_shape=dataset.image_shape,
            pictures=dataset.pictures,
            choice=dataset.choice,
        )

    def dataset_of(self, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> Dataset:
        """Return the images and labels as a data set without test images, which a search has no use for."""
        return Dataset(
            name=self.name,
            training_images=images,
            training_labels=labels,
            test_images=images[:0],
            test_labels=labels[:0],
            class_names=self.class_names,
            choice=self.choice,
            location="",
            pictures=self.pictures,
        )

    def as_json(self) -> dict[str, Any]:
        """Return everything, ready to be written as JSON."""
        return {
            "name": self.name,
            "fingerprint": self.fingerprint,
            "class_names": list(self.class_names),
            "image_shape": list(self.image_shape),
            "pictures": self.pictures,
            "source": self.choice.source,
            "test_fraction": self.choice.test_fraction,
            "split_seed": self.choice.split_seed,
        }

    @classmethod
    def from_json(cls, value: Any, source: str) -> DataFacts:
        """Return the facts that `as_json` wrote.

        Raises
        ------
        FileFormatError
            If they are not of this form.
        """
        subject = f'"data" in {source}'
        names = {*_TEXTS, "class_names", "image_shape", "test_fraction", "split_seed"}
        document = object_with(names, value, subject)
        for name in _TEXTS:
            require(isinstance(document[name], str), f"The {name} of {subject}", "a text", document[name])
        class_names, shape = document["class_names"], document["image_shape"]
        is_list = isinstance(class_names, list) and all(isinstance(name, str) for name in class_names)
        require(is_list, f"The class_names of {subject}", "a list of texts", class_names)
        is_shape = isinstance(shape, list) and len(shape) == 2 and all(isinstance(side, int) for side in shape)
        require(is_shape, f"The image_shape of {subject}", "height and width", shape)
        try:
            choice = DataChoice(document["source"], document["test_fraction"], document["split_seed"])
        except SettingError as error:
            raise FileFormatError(f"{subject} must be data that can be chosen; got some of which {error}") from error
        height, width = shape
        return cls(
            document["name"], document["fingerprint"], tuple(class_names), (height, width), document["pictures"], choice
        )

"""What the testing window works on: a network, a data set, and the image before its eyes. Shows nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.normalization import as_drawn, like_mnist
from nnapp.digits.picture_fitting import AS_READ, AS_READ_INVERTED
from nnapp.engine.arrays import FloatArray, IntArray
from nnapp.engine.evaluation import Evaluation
from nnapp.engine.network import Network
from nnapp.errors import DataError, NetworkError
from nnapp.gui.tested_ensemble import EnsembleAnswer, TestedEnsemble
from nnapp.storage.datasets import Dataset
from nnapp.storage.network_file import StoredNetwork, read_network

__all__ = ["Prediction", "Source", "Split", "TestingSession"]

Source = Literal["nothing", "drawing", "data set", "file", "edited"]
Split = Literal["test", "train"]


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a network makes of one image.

    Attributes
    ----------
    activations : list of array (n_neurons,)
        Of every layer, the inputs first.
    probabilities : array (n_classes,)
    digit : int
        The class with the largest output.
    """

    activations: list[FloatArray]
    probabilities: FloatArray
    digit: int


class TestingSession:
    """The network and the image of one testing window.

    Attributes
    ----------
    stored : StoredNetwork or None
        Of an ensemble, the member that is shown.
    path : str or None
        File the network was loaded from.
    ensemble : TestedEnsemble or None
        The networks that answer together, if there are several.
    split : {"test", "train"}
    index : int
        Place of the present image of the data set.
    image : array (height, width) or None
        What the network sees, 0…1; None if there is nothing to see.
    source : Source
        Where the image is from.
    label : int or None
        What the image is, where that is known.
    evaluation : Evaluation or None
        Of the network, or the ensemble, on all images of the split, once it is there.
    """

    def __init__(self) -> None:
        self.stored: StoredNetwork | None = None
        self.ensemble: TestedEnsemble | None = None
        self._loaded: Dataset | None = None
        self.path: str | None = None
        self._dataset: Dataset | None = None
        self._shares_classes = False
        self.split: Split = "test"
        self.index = 0
        self.image: NDArray[np.float32] | None = None
        self.source: Source = "nothing"
        self.label: int | None = None
        self.evaluation: Evaluation | None = None

    @property
    def dataset(self) -> Dataset | None:
        """The data set, with its labels numbered as the network's outputs where both have the same classes."""
        return self._dataset

    @dataset.setter
    def dataset(self, dataset: Dataset | None) -> None:
        self._loaded = dataset
        self._dataset, self._shares_classes = _fitted(dataset, self.stored)
        if self.source == "data set":  # of the other data set, like the index and the label
            self.show_nothing()
            self.index = 0
        self.index = min(self.index, max(0, len(self.images) - 1))
        self.label = None

    @property
    def network(self) -> Network | None:
        """The network, or None."""
        return None if self.stored is None else self.stored.network

    @property
    def class_names(self) -> tuple[str, ...]:
        """Name of every output of the network: its own, or else those of the data set where it has as many classes."""
        if self.stored is None:
            return ()
        dataset, n_outputs = self.dataset, self.stored.network.n_outputs
        if not self.stored.metadata.class_names and dataset is not None and dataset.n_classes == n_outputs:
            return dataset.class_names
        return self.stored.class_names

    @property
    def label_names(self) -> tuple[str, ...]:
        """Name of every label, in the words of the data set."""
        return self.class_names if self.dataset is None else self.dataset.class_names

    @property
    def label_name(self) -> str:
        """What the image is; "" where that is not known."""
        if self.label is None:
            return ""
        return self.label_names[self.label] if self.label < len(self.label_names) else str(self.label)

    @property
    def output_label(self) -> int | None:
        """The output that should be the largest, None where no output of the network stands for what the image is."""
        return self.label if self._shares_classes else None

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of the network's images, without a network those of the data set, or else MNIST's."""
        if self.stored is not None:
            return self.stored.image_shape
        return (28, 28) if self.dataset is None else self.dataset.image_shape

    def picture_mode(self, chosen: str) -> str:
        """Return how a picture comes to the grid: what is drawn whole, as the network's own pictures did.

        Parameters
        ----------
        chosen : {"like-mnist", "as-drawn"}

        Returns
        -------
        str
            One of `nnapp.digits.picture_fitting.PICTURE_MODES`.
        """
        pictures = self.pictures
        return pictures if chosen == "as-drawn" and pictures in (AS_READ, AS_READ_INVERTED) else chosen

    @property
    def pictures(self) -> str:
        """How the pictures that the networks learnt became images, as `NetworkMetadata.pictures`."""
        if self.ensemble is not None:
            return self.ensemble.pictures
        return "" if self.stored is None else self.stored.metadata.pictures

    @property
    def images(self) -> NDArray[np.uint8]:
        """All images of the split; empty without a data set."""
        if self.dataset is None:
            return np.empty((0, *self.image_shape), np.uint8)
        return self.dataset.test_images if self.split == "test" else self.dataset.training_images

    @property
    def labels(self) -> IntArray:
        """The labels of `images`."""
        if self.dataset is None:
            return np.empty(0, np.int64)
        return self.dataset.test_labels if self.split == "test" else self.dataset.training_labels

    @property
    def fits_data(self) -> bool:
        """Whether the network takes the images of the data set and knows its classes."""
        network, dataset = self.network, self.dataset
        if network is None or dataset is None:
            return False
        return network.n_inputs == dataset.n_pixels and self._shares_classes

    @property
    def misfit(self) -> str:
        """Why the network cannot read the images of the data set, a sentence; "" if it can, or one is missing."""
        if self.stored is None or self.dataset is None or self.dataset.image_shape == self.image_shape:
            return ""
        taken, found = ("×".join(map(str, shape)) for shape in (self.image_shape, self.dataset.image_shape))
        return f"This network cannot read these images: it takes {taken} pixels, they have {found}."

    def load_network(self, path: str | os.PathLike[str]) -> None:
        """Replace the network by one from a file; on an error everything stays as it was.

        Raises
        ------
        FileFormatError, StorageError
            If the file cannot be read.
        NetworkError
            If the network's images cannot be shown.
        """
        self.take_network(read_network(path), path)

    def take_network(self, stored: StoredNetwork, path: str | os.PathLike[str]) -> None:
        """Replace the network by one that was read from a file; on an error everything stays as it was.

        Raises
        ------
        NetworkError
            If the network's images cannot be shown.
        """
        shape = stored.image_shape
        dataset, shares_classes = _fitted(self._loaded, stored)
        # Of a data set; numbered anew, as the outputs are.
        label = None if self.label is None or dataset is None else dataset.class_names.index(self.label_name)
        self.stored, self.path, self.ensemble, self.evaluation = stored, os.fspath(path), None, None
        self._dataset, self._shares_classes, self.label = dataset, shares_classes, label
        if self.image is not None and self.image.shape != shape:
            self.show_nothing()

    def take_ensemble(self, ensemble: TestedEnsemble) -> None:
        """Replace the network by several that answer together, of which the first is shown.

        Raises
        ------
        NetworkError
            If the networks' images cannot be shown; everything stays as it was then.
        """
        self.take_network(ensemble.members[0], ensemble.paths[0])
        self.ensemble = ensemble

    def show_member(self, number: int) -> None:
        """Show another network of the ensemble; what they answer together stays what it is."""
        assert self.ensemble is not None
        self.stored, self.path = self.ensemble.members[number], self.ensemble.paths[number]

    @property
    def name(self) -> str:
        """File name of the network, "" if there is none."""
        return Path(self.path).name if self.path else ""

    @property
    def suggested_name(self) -> str:
        """File name to write the network under, as nnapp's own file."""
        return f"{Path(self.name).stem or 'network'}.nn"

    def show_nothing(self) -> None:
        """Have no image before the eyes."""
        self.image, self.source, self.label = None, "nothing", None

    def show_index(self, index: int) -> None:
        """Show an image of the data set.

        Raises
        ------
        DataError
            If there is no data set, or no such image in it.
        NetworkError
            If its size is not the network's.
        """
        images = self.images
        if self.dataset is None:
            raise DataError("There is no data set; choose one from the menu Data.")
        if not 0 <= index < len(images):
            raise DataError(f"The index of a {self.split} image must be from 0 to {len(images) - 1:,}; got {index}.")
        if images.shape[1:] != self.image_shape:
            height, width = self.image_shape
            found = "×".join(map(str, images.shape[1:]))
            raise NetworkError(f"Images must have {height}×{width} pixels, as the network takes; got {found}.")
        self.index = index
        self.image = images[index].astype(np.float32) / np.float32(255)
        self.source, self.label = "data set", int(self.labels[index])

    def show_drawing(self, ink: NDArray[np.float32], *, is_like_mnist: bool) -> None:
        """Show a drawing, brought to the network's grid.

        Raises
        ------
        DataError
            If nothing is drawn; nothing is shown then.
        """
        try:
            self.image = (like_mnist if is_like_mnist else as_drawn)(ink, self.image_shape)
        except DataError:
            self.show_nothing()
            raise
        if not self.image.any():
            self.show_nothing()
            raise DataError("Nothing is drawn.")
        self.source, self.label = "drawing", None

    def show_image(self, image: NDArray[np.float32], source: Source) -> None:
        """Show an image of the network's size; an edited one keeps its label, any other has none."""
        self.image = image
        self.label = self.label if source == "edited" else None
        self.source = source

    def predict(self) -> Prediction | None:
        """Run the network that is shown on the image; None if one of them is missing."""
        stored, image = self.stored, self.image
        if stored is None or image is None:
            return None
        activations = [layer[0] for layer in stored.network.activations(image[np.newaxis])]
        probabilities = stored.predict_proba(image[np.newaxis])[0]
        return Prediction(activations, probabilities, int(activations[-1].argmax()))

    def predict_together(self) -> EnsembleAnswer | None:
        """Run the ensemble on the image; None if one of them is missing."""
        return None if self.ensemble is None or self.image is None else self.ensemble.answer(self.image)

    def next_index(self, step: int) -> int:
        """Return the index `step` places on, round the end."""
        return (self.index + step) % max(1, len(self.images))

    def next_wrong(self) -> int | None:
        """Return the next image that the network takes for something else; None if there is none."""
        if self.evaluation is None:
            return None
        return self._next_where(self.evaluation.predictions != self.evaluation.labels)

    def next_of_class(self, digit: int) -> int | None:
        """Return the next image of a class; None if there is none."""
        return self._next_where(self.labels == digit)

    def _next_where(self, wanted: NDArray[np.bool_]) -> int | None:
        found = np.flatnonzero(wanted)
        if not len(found):
            return None
        later = found[found > self.index]
        return int(later[0] if len(later) else found[0])


def _fitted(dataset: Dataset | None, stored: StoredNetwork | None) -> tuple[Dataset | None, bool]:
    """Return the data set with its labels numbered as the network's outputs, and whether the network knows them all."""
    if dataset is None or stored is None:
        return dataset, True
    try:
        return dataset.for_classes(stored.class_names), True
    except DataError:  # its images can be looked at all the same
        return dataset, False

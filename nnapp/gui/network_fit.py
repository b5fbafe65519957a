"""Shows nothing: tells whether a network can learn a data set, and numbers the classes as its outputs are."""

from __future__ import annotations

from nnapp.display.wording import counted
from nnapp.errors import DataError, NetworkError
from nnapp.storage.dataset import Dataset
from nnapp.storage.network_file import StoredNetwork

__all__ = ["fit_to_network", "misfit_sentence"]


def fit_to_network(dataset: Dataset, stored: StoredNetwork) -> Dataset:
    """Return a data set with its labels numbered as the outputs of a network that is to learn them.

    Raises
    ------
    NetworkError
        If the network takes other images or has fewer outputs than there are classes.
    DataError
        If the network has other classes.
    """
    height, width = dataset.image_shape
    if stored.network.n_inputs != dataset.n_pixels:
        raise NetworkError(
            f"A network for {dataset.name} must have {dataset.n_pixels} inputs, one for each of {height}×{width} "
            f"pixels; got one of {stored.network.n_inputs}."
        )
    if stored.network.n_outputs < dataset.n_classes:
        raise NetworkError(
            f"A network for {dataset.name} must have {dataset.n_classes} outputs, one for each class; "
            f"got one of {stored.network.n_outputs}."
        )
    return dataset.for_classes(stored.class_names)


def misfit_sentence(dataset: Dataset, stored: StoredNetwork) -> str:
    """Return why a network cannot learn a data set, such as "The network takes 28×28 images; these are 16×16."

    "" if it can.
    """
    network = stored.network
    if network.n_inputs != dataset.n_pixels:
        return f"The network takes {_images_of(stored)}; these are {_size(dataset.image_shape)}."
    if network.n_outputs < dataset.n_classes:
        return (
            f"The network has {counted(network.n_outputs, 'class', 'classes')}; these images have {dataset.n_classes}."
        )
    try:
        fit_to_network(dataset, stored)
    except DataError:
        return "The network has other classes than these images."
    return ""


def _images_of(stored: StoredNetwork) -> str:
    try:
        return f"{_size(stored.image_shape)} images"
    except NetworkError:  # as many as make no square
        return f"images of {counted(stored.network.n_inputs, 'pixel')}"


def _size(shape: tuple[int, int]) -> str:
    return "×".join(map(str, shape))

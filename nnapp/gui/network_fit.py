"""Shows nothing: tells whether a network can learn a data set, and numbers the classes as its outputs are."""

from __future__ import annotations

from nnapp.errors import NetworkError
from nnapp.storage.dataset import Dataset
from nnapp.storage.network_file import StoredNetwork

__all__ = ["fit_to_network"]


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

"""Shows nothing: tries what a foreign network may be meant as, on the data in use or else on digits that are here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nnapp.errors import DataError, NnappError
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.datasets import loading
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.suggestions import MAX_TRIED_IMAGES, Suggestion, suggest
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.published_datasets import MNIST
from nnapp.storage.source_names import SyntheticChoice

__all__ = ["fitted_to", "trials"]

_DIGIT_PIXELS = 28 * 28
_DIGITS = (MNIST.folder_name, SyntheticChoice(6 * MAX_TRIED_IMAGES).source)
_LEAST_ACCURACY = 0.5
"""Of a network that knows digits; one of ten other classes gets a tenth of them right."""


def fitted_to(foreign: ForeignNetwork, dataset: Dataset) -> Dataset | None:
    """Return the data set with its classes as those of the network, None if they are others or its images are."""
    if foreign.layer_sizes[0] != dataset.n_pixels:
        return None
    try:
        return dataset.for_classes(foreign.class_names or tuple(map(str, range(foreign.layer_sizes[-1]))))
    except DataError:
        return None


def trials(
    foreign: ForeignNetwork, dataset: Dataset | None
) -> Iterator[Dataset | Sequence[Suggestion] | LoadProgress | None]:
    """Yield the data set that was tried, and what it suggests; neither where there is none.

    Parameters
    ----------
    foreign : ForeignNetwork
    dataset : Dataset or None
        By `fitted_to`. Without one, a network of 28×28 inputs is tried on MNIST if that is on this computer, else on
        synthetic digits, and what comes of it counts if the network knows digits. Nothing is downloaded.
    """
    if dataset is not None:
        yield dataset
        yield suggest(foreign, dataset.test_images, dataset.test_labels)
        return
    for source in _DIGITS if foreign.layer_sizes[0] == _DIGIT_PIXELS else ():
        try:
            digits = fitted_to(foreign, (yield from loading(DataChoice(source))))
        except NnappError:  # not here, or damaged
            continue
        if digits is not None:
            found = suggest(foreign, digits.test_images, digits.test_labels)
            if found and found[0].accuracy >= _LEAST_ACCURACY:
                yield digits
                yield found
                return

"""Which images a network may have learnt from, as its file tells, so that it is tested on none of them."""

from __future__ import annotations

from nnapp.errors import SettingError
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.network_metadata import NetworkMetadata

__all__ = ["recorded_split", "split_warning", "split_words"]


def recorded_split(metadata: NetworkMetadata) -> DataChoice | None:
    """Return how the data set that a network was trained on was split, without a source.

    None if its file does not say, as those written before splits were recorded, or says what cannot be.
    """
    record = metadata.training
    if "split_seed" not in record:
        return None
    try:
        return DataChoice("", record.get("test_fraction"), record["split_seed"])
    except SettingError:
        return None


def split_warning(metadata: NetworkMetadata, dataset: Dataset) -> str:
    """Return a sentence if the network may have learnt test images of a data set that was split otherwise for it.

    Data sets of other names are taken for others. Where the file says nothing of a split, only one that is split anew
    is under suspicion.
    """
    choice = dataset.choice
    if metadata.training.get("data_set") != dataset.name:
        return ""
    split = recorded_split(metadata) or DataChoice()
    if (split.test_fraction, split.split_seed) == (choice.test_fraction, choice.split_seed):
        return ""
    return (
        f"The network may have learnt some of these test images: it was trained on {dataset.name} with "
        f"{split_words(split)}, which is now used with {split_words(choice)}."
    )


def split_words(choice: DataChoice) -> str:
    """Return the options that split a data set so, or "the default split"."""
    words = DataChoice("", choice.test_fraction, choice.split_seed).command_options()
    return " ".join(words) or "the default split"

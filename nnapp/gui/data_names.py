"""Shows nothing: what the data set that is in use is called in the menu Data and in its window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.folders import published_folders
from nnapp.storage.published_datasets import DATASETS
from nnapp.storage.source_names import KNOWN_NAMES, SYNTHETIC

__all__ = ["name_in_menu", "named_choice"]


def name_in_menu(dataset: Dataset) -> str:
    """Return the known name of a data set, however it was loaded; "" for a person's own."""
    source = dataset.choice.source
    if source.startswith(SYNTHETIC):
        return SYNTHETIC
    if source in KNOWN_NAMES:
        return source
    published = next((name for name, entry in DATASETS.items() if entry.name == dataset.name), "")
    return published if dataset.licence else ""


def named_choice(dataset: Dataset) -> DataChoice:
    """Return how a data set was chosen, a published one that lies where it is looked for by its name."""
    published = DATASETS.get(name_in_menu(dataset))
    if published is not None and Path(dataset.choice.source) in published_folders(published):
        return replace(dataset.choice, source=published.folder_name)
    return dataset.choice

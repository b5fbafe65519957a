"""The data set for a network of the command line: split as when it was trained, and labelled as its outputs are."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.cli.console import warn
from nnapp.cli.options import chosen_data, read_data
from nnapp.engine.settings import Settings
from nnapp.engine.splits import split_for_training
from nnapp.errors import DataError, NnappError
from nnapp.storage.dataset import CHOICE_SETTINGS, DataChoice, Dataset
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_metadata import NetworkMetadata
from nnapp.storage.trained_split import recorded_split, split_warning

__all__ = ["OF_SPLIT", "images_of_split", "load_data_for", "load_data_of_run"]

OF_SPLIT = ("seed", "validation_fraction", "training_images")
"""The settings that decide which training images a network learns from, and which are held out."""


def load_data_for(options: argparse.Namespace, stored: StoredNetwork) -> Dataset:
    """Load the data set that the options of `add_data_options` say for the network of ``options.network``.

    If the network was trained on it and no split is given, it is split as it was then. Warnings are told on stderr,
    also that the network may have learnt images it is to be tested on.

    Raises
    ------
    DataError
        If the network does not fit it; where no data set was named, with the one the network was trained on.
    NnappError
        If there is no such data set.
    """
    trained_on = stored.metadata.training.get("data_set")
    choice, is_remembered = chosen_data(options), options.data is None
    try:
        dataset, warnings = read_data(choice, is_remembered=is_remembered)
        split = _with_recorded_split(options, choice, stored.metadata)
        if trained_on == dataset.name and split != choice:
            dataset, warnings = read_data(split, is_remembered=is_remembered)
        fitted = _fitted(dataset, stored)
    except NnappError as error:
        if is_remembered and isinstance(trained_on, str):
            raise DataError(
                f"{error} {options.network} was trained on {trained_on[:100]!r}, which --data can name."
            ) from error
        raise
    for sentence in (*warnings, split_warning(stored.metadata, dataset)):
        if sentence:
            warn(sentence)
    return fitted


def load_data_of_run(options: argparse.Namespace, metadata: NetworkMetadata) -> Dataset:
    """Load the data set that the options say, split as that of the run that goes on unless a split is given."""
    choice = _with_recorded_split(options, chosen_data(options), metadata)
    dataset, warnings = read_data(choice, is_remembered=options.data is None)
    for sentence in warnings:
        warn(sentence)
    return dataset


def images_of_split(
    split: str, dataset: Dataset, stored: StoredNetwork, given: dict[str, Any]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the images and labels of a part of a data set.

    Parameters
    ----------
    split : {"test", "train", "validation"}
        The last two as the settings in the network's file split the training images.
    dataset : Dataset
    stored : StoredNetwork
    given : dict
        Those of `OF_SPLIT` that a person gave in place of the file's.
    """
    if split == "test":
        return dataset.test_images, dataset.test_labels
    training = stored.metadata.training
    known = {name: training[name] for name in OF_SPLIT if name in training}
    # A mini-batch of all images, since it is the number of images to learn from alone that must fit.
    settings = Settings(**(known | given), batch_size=0)
    learnt_from, held_out = split_for_training(dataset.training_labels, settings)
    indices = learnt_from if split == "train" else held_out
    return dataset.training_images[indices], dataset.training_labels[indices]


def _with_recorded_split(options: argparse.Namespace, choice: DataChoice, metadata: NetworkMetadata) -> DataChoice:
    """Return the choice with the split of the network's training, if that is known and no split is given."""
    split = recorded_split(metadata)
    if split is None or any(getattr(options, name) is not None for name in CHOICE_SETTINGS):
        return choice
    return replace(choice, test_fraction=split.test_fraction, split_seed=split.split_seed)


def _fitted(dataset: Dataset, stored: StoredNetwork) -> Dataset:
    if dataset.n_pixels != stored.network.n_inputs:
        height, width = dataset.image_shape
        raise DataError(
            f"The images of {dataset.name} must have {stored.network.n_inputs:,} pixels, one for each input of the "
            f"network; got {height}×{width} = {dataset.n_pixels:,}."
        )
    return dataset.for_classes(stored.class_names)

"""What a network's file says of the split it was trained with, and the warning where another is used."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnapp.engine import Settings
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.network_metadata import NetworkMetadata, training_record
from nnapp.storage.trained_split import recorded_split, split_warning


def dataset_with(choice: DataChoice, name: str = "set") -> Dataset:
    images, labels = np.zeros((2, 2, 2), np.uint8), np.arange(2)
    return Dataset(name, images, labels, images, labels, ("0", "1"), choice, "place")


def trained_with(choice: DataChoice) -> NetworkMetadata:
    return NetworkMetadata(training=training_record(Settings(), "set", choice.test_fraction, choice.split_seed))


@pytest.mark.parametrize("split", [DataChoice(), DataChoice("", 0.5, 3), DataChoice("", 0.2)])
def test_split_is_read_as_it_was_written_and_no_reason_to_warn(split: DataChoice) -> None:
    assert recorded_split(trained_with(split)) == split
    assert split_warning(trained_with(split), dataset_with(replace(split, source="/data/set"))) == ""


def test_another_split_of_the_same_set_is_a_warning() -> None:
    assert split_warning(trained_with(DataChoice("", 0.5, 3)), dataset_with(DataChoice())) == (
        "The network may have learnt some of these test images: it was trained on set with --test-fraction 0.5 "
        "--split-seed 3, which is now used with the default split."
    )


def test_other_data_cannot_have_been_learnt() -> None:
    assert split_warning(trained_with(DataChoice("", 0.5)), dataset_with(DataChoice(), "other")) == ""
    assert split_warning(NetworkMetadata(), dataset_with(DataChoice("", 0.5))) == ""


@pytest.mark.parametrize(
    "record", [{}, {"test_fraction": 0.5}, {"split_seed": "3"}, {"split_seed": 0, "test_fraction": [1]}]
)
def test_files_that_do_not_say_it(record: dict[str, Any]) -> None:
    metadata = NetworkMetadata(training={"data_set": "set", **record})
    assert recorded_split(metadata) is None
    assert split_warning(metadata, dataset_with(DataChoice())) == ""
    assert "may have learnt" in split_warning(metadata, dataset_with(DataChoice("", 0.5)))

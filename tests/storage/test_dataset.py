"""A choice of data is checked and said on a command line; labels follow the classes of a network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnapp.errors import DataError, SettingError
from nnapp.storage.dataset import CHOICE_SETTINGS, DataChoice, Dataset


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (DataChoice(), ()),
        (DataChoice("mnist"), ("--data", "mnist")),
        (DataChoice("a b", 0.25, 7), ("--data", "a b", "--test-fraction", "0.25", "--split-seed", "7")),
        (DataChoice(split_seed=1), ("--split-seed", "1")),
    ],
)
def test_choice_as_options(choice: DataChoice, words: tuple[str, ...]) -> None:
    assert choice.command_options() == words


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"test_fraction": 0}, "Test fraction must be a number greater than 0 and at most 0.9; got 0."),
        ({"test_fraction": 0.95}, "Test fraction must be a number greater than 0 and at most 0.9; got 0.95."),
        ({"test_fraction": float("nan")}, "Test fraction must be a number greater than 0 and at most 0.9; got nan."),
        ({"split_seed": -1}, "Split seed must be a whole number at least 0 and at most 4,294,967,295; got -1."),
    ],
)
def test_numbers_outside_their_limits(wrong: dict[str, float], sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        DataChoice("mnist", **wrong)  # type: ignore[arg-type]  # some are of the wrong type on purpose
    assert str(caught.value) == sentence
    assert CHOICE_SETTINGS[caught.value.setting or ""].label in sentence


def dataset_of(class_names: tuple[str, ...]) -> Dataset:
    labels = np.arange(len(class_names))
    images = np.zeros((len(class_names), 2, 2), np.uint8)
    return Dataset("set", images, labels, images, labels[::-1], class_names, DataChoice(), str(Path("place")))


def test_digits_that_lack_some_keep_their_outputs() -> None:
    fitted = dataset_of(("0", "1", "4", "9")).for_classes(tuple("0123456789"))
    assert fitted.training_labels.tolist() == [0, 1, 4, 9]
    assert fitted.test_labels.tolist() == [9, 4, 1, 0]
    assert fitted.class_names == tuple("0123456789")
    assert not fitted.training_labels.flags.writeable


def test_classes_in_another_order() -> None:
    assert dataset_of(("a", "b", "c")).for_classes(("c", "a", "b")).training_labels.tolist() == [1, 2, 0]


def test_same_classes_and_classes_never_named_change_nothing() -> None:
    dataset = dataset_of(("Trouser", "Coat", "Bag"))
    assert dataset.for_classes(("Trouser", "Coat", "Bag")) is dataset
    assert dataset.for_classes(("0", "1", "2")) is dataset


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        # Equally many, but not the same: by number, an 8 would be taken for a 9.
        (("0", "1", "9"), "The classes of set must be among the network's, 0, 1, 9; got 8."),
        # As many, but named: an 8 is no bag.
        (("Coat", "Bag", "Shirt"), "The classes of set must be among the network's, Coat, Bag, Shirt; got 0, 1, 8."),
        (("x", "y"), "The classes of set must be among the network's, x, y; got 0, 1, 8."),
        (
            tuple(str(10 + label) for label in range(20)),
            "The classes of set must be among the network's, "
            "10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 and 8 more; got 0, 1, 8.",
        ),
    ],
)
def test_class_that_the_network_lacks(names: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        dataset_of(("0", "1", "8")).for_classes(names)
    assert str(caught.value) == sentence

"""A class is told from a damaged byte by the rule in the module's docstring."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.errors import DataError
from nnapp.storage.dataset_labels import check_labels

TEN = [*range(10)] * 3


def check(training: Sequence[int], test: Sequence[int], dtype: str = "uint8") -> tuple[int, tuple[str, ...]]:
    return check_labels(np.array(training, dtype), np.array(test, dtype), "/data")


def refusal_of(training: Sequence[int], test: Sequence[int], dtype: str = "uint8") -> str:
    with pytest.raises(DataError) as caught:
        check(training, test, dtype)
    return str(caught.value)


@pytest.mark.parametrize("n_classes", [2, 10, 47, 256])
def test_every_class_in_both_sets(n_classes: int) -> None:
    assert check(range(n_classes), range(n_classes)) == (n_classes, ())


def test_one_damaged_byte_beyond_a_gap() -> None:
    training = [*TEN[:17], 255, *TEN[17:]]
    assert refusal_of(training, TEN) == (
        "Label 255 of training image 17 in /data is out of range: labels must run from 0 to 9."
    )
    assert refusal_of(TEN, training) == (
        "Label 255 of test image 17 in /data is out of range: labels must run from 0 to 9."
    )


def test_damage_that_comes_often_is_still_beyond_a_gap() -> None:
    assert "Label 11 of training image 30 " in refusal_of([*TEN, 11, 11, 11], TEN)


def test_one_flipped_bit_of_an_eight() -> None:
    # 8 is 1000 in binary and 10 is 1010: no gap above 9, but only one image.
    assert refusal_of([*TEN, 10], TEN) == (
        "Label 10 of training image 30 in /data is out of range: labels must run from 0 to 9."
    )


def test_a_class_of_two_images_in_one_set_is_a_class() -> None:
    assert check([*TEN, 10, 10], TEN) == (11, ("Class 10 occurs only in the training set of /data.",))
    assert check(TEN, [*TEN, 10, 11, 11]) == (12, ("Classes 10 and 11 occur only in the test set of /data.",))


def test_a_tiny_set_may_have_one_image_of_its_last_class() -> None:
    # 19 images together are too few to call one of them damaged, 20 are enough.
    training, test = [0, 1] * 4 + [2], [0, 1] * 5
    assert check(training, test) == (3, ("Class 2 occurs only in the training set of /data.",))
    assert "Label 2 of training image 8 " in refusal_of(training, [*test, 0])


def test_missing_classes_are_a_warning() -> None:
    without_four = [label for label in TEN if label != 4]
    assert check(without_four, without_four) == (10, ("Class 4 occurs in neither set of /data.",))
    assert check(without_four, TEN) == (10, ("Class 4 occurs only in the test set of /data.",))
    assert check(TEN, without_four) == (10, ("Class 4 occurs only in the training set of /data.",))


def test_labels_from_one_as_in_emnist_letters() -> None:
    labels = [*range(1, 27)]
    assert check(labels, labels) == (27, ("Class 0 occurs in neither set of /data.",))


def test_long_lists_are_cut() -> None:
    # 0 and 40 occur, so 1 … 39 are missing: 11 of them are named, and 28 are left.
    _, [warning] = check([0, 40], [0, 40])
    assert warning == "Classes 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 28 more occur in neither set of /data."


@pytest.mark.parametrize(("label", "dtype"), [(-1, "int8"), (2**31 - 1, "int32"), (-(2**31), "int32")])
def test_labels_that_are_no_index(label: int, dtype: str) -> None:
    expected = f"Label {label} of test image 2 in /data is out of range: labels must run from 0 to 1."
    assert refusal_of([0, 1, 0], [0, 1, label], dtype) == expected


def test_one_class_alone() -> None:
    assert refusal_of([0, 0], [0]) == "The data set in /data must have at least 2 classes; got only class 0."
    assert refusal_of([5, 5], [5]) == "The data set in /data must have at least 2 classes; got only class 5."


def test_no_class_in_both_sets() -> None:
    assert refusal_of([5] * 20, [7] * 20) == (
        "Label 5 of training image 0 in /data is out of range: labels must start at 0 and leave no gap."
    )


@given(
    training=st.lists(st.integers(-128, 127), min_size=1, max_size=60),
    test=st.lists(st.integers(-128, 127), min_size=1, max_size=60),
)
def test_whatever_is_accepted_can_be_used_as_an_index(training: list[int], test: list[int]) -> None:
    try:
        n_classes, _ = check(training, test, "int8")
    except DataError:
        return
    assert min(training + test) >= 0
    assert n_classes == max(training + test) + 1 >= 2

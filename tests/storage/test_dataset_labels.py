"""Labels become classes without gaps, and a class is told from a damaged byte by the rule in the module's docstring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.errors import DataError
from nnapp.storage.dataset_labels import MAX_CLASSES, check_classes, natural_order, number_labels, number_texts

TEN = [*range(10)] * 3  # with the same again in the other set, six images of each


def number(training: Sequence[int], test: Sequence[int] | None, dtype: str = "int64") -> tuple[Any, Any, Any]:
    second = None if test is None else np.array(test, dtype)
    return number_labels(np.array(training, dtype), second, "/data")


def refusal_of(training: Sequence[int], test: Sequence[int] | None, dtype: str = "int64") -> str:
    with pytest.raises(DataError) as caught:
        number(training, test, dtype)
    return str(caught.value)


@pytest.mark.parametrize("n_classes", [2, 10, 47, 256])
def test_labels_from_zero_stay_what_they_are(n_classes: int) -> None:
    training, test, names = number(range(n_classes), range(n_classes))
    np.testing.assert_array_equal(training, np.arange(n_classes))
    np.testing.assert_array_equal(test, np.arange(n_classes))
    assert training.dtype == test.dtype == np.int64
    assert names == tuple(str(label) for label in range(n_classes))


def test_labels_from_one_as_in_emnist_letters() -> None:
    training, _, names = number([*range(1, 27)], [*range(1, 27)], "uint8")
    assert training.tolist() == [*range(26)]
    assert (names[0], names[-1], len(names)) == ("1", "26", 26)


def test_gaps_and_numbers_below_zero() -> None:
    training, test, names = number([40, -1, 7, 40], [7, 7, -1], "int8")
    assert names == ("-1", "7", "40")
    assert (training.tolist(), test.tolist()) == ([2, 0, 1, 2], [1, 1, 0])


def test_one_set_alone() -> None:
    training, test, names = number([3, 1, 3], None)
    assert (training.tolist(), test, names) == ([1, 0, 1], None, ("1", "3"))


def test_one_damaged_byte() -> None:
    training = [*TEN[:17], 255, *TEN[17:]]
    # Sixty images of ten classes and one more: the usual class has six.
    sentence = (
        "Label 255 of {} image 17 in /data must be one that many images have; "
        "got one that no other image has, while the usual label has 6."
    )
    assert refusal_of(training, TEN) == sentence.format("training")
    assert refusal_of(TEN, training) == sentence.format("test")
    assert refusal_of([*TEN, *training], None).startswith("Label 255 of training image 47 ")


def test_one_flipped_bit_of_an_eight() -> None:
    # 8 is 1000 in binary and 10 is 1010.
    assert refusal_of([*TEN, 10], TEN).startswith("Label 10 of training image 30 ")


def test_few_damaged_bytes_among_thousands() -> None:
    training, test = [*range(10)] * 4000, [*range(10)] * 1000  # 5000 of each class, so less than 5 are damage
    assert "got one that only 4 images have, while the usual label has 5,000." in refusal_of(
        [*training, *[77] * 4], test
    )
    assert number([*training, *[77] * 5], test)[2][-1] == "77"


def test_label_of_both_sets_is_a_class_however_rare() -> None:
    assert number([*TEN, 10], [*TEN, 10])[2][-1] == "10"


def test_few_images_may_have_one_of_a_class() -> None:
    assert number([0, 1, 2], [0, 1])[2] == ("0", "1", "2")
    # Four of a kind do not make one of another kind suspicious, five do.
    assert number([0] * 4 + [1] * 4 + [2], None)[2] == ("0", "1", "2")
    assert "Label 2 of training image 10 " in refusal_of([0] * 5 + [1] * 5 + [2], None)


def test_more_classes_than_a_network_can_have() -> None:
    assert number(range(MAX_CLASSES), None)[2][-1] == str(MAX_CLASSES - 1)
    assert refusal_of(range(MAX_CLASSES + 1), None) == (
        "The data set in /data must have at most 65,535 classes; got 65,536."
    )


@given(
    training=st.lists(st.integers(-128, 127), min_size=1, max_size=60),
    test=st.none() | st.lists(st.integers(-128, 127), min_size=1, max_size=60),
)
def test_names_say_what_the_labels_were(training: list[int], test: list[int] | None) -> None:
    try:
        first, second, names = number(training, test, "int8")
    except DataError:
        return
    assert [int(names[label]) for label in first] == training
    assert second is None if test is None else [int(names[label]) for label in second] == test
    assert list(names) == [str(label) for label in sorted({*training, *(test or [])})]


def test_texts_are_numbered_in_natural_order() -> None:
    labels, names = number_texts(["class 10", "Apple", "class 2", "apple", "b", "class 10"])
    assert names == ("Apple", "apple", "b", "class 2", "class 10")
    assert labels.tolist() == [4, 0, 3, 1, 2, 4]
    assert labels.dtype == np.int64


@given(texts=st.lists(st.text(max_size=5)))
def test_any_texts_can_be_sorted_and_found_again(texts: list[str]) -> None:
    labels, names = number_texts(texts)
    assert [names[label] for label in labels] == texts
    assert len(set(names)) == len(names)


@given(numbers=st.lists(st.integers(0, 10**6)))
def test_natural_order_of_numbers_is_theirs(numbers: list[int]) -> None:
    assert sorted(map(str, numbers), key=natural_order) == [str(one) for one in sorted(numbers)]


def check(training: Sequence[int], test: Sequence[int], names: Sequence[str]) -> tuple[str, ...]:
    return check_classes(np.array(training, np.int64), np.array(test, np.int64), names, "/data")


def test_classes_that_are_missing_somewhere_are_a_warning() -> None:
    assert check([0, 1, 2], [0, 1, 2], "abc") == ()
    assert check([0, 1, 2], [0, 1], "abc") == ("Class c occurs only in the training set.",)
    assert check([0, 1], [0, 1, 2, 3], "abcd") == ("Classes c and d occur only in the test set.",)
    assert check([0, 2], [0, 2], "abc") == ("Class b occurs in neither set.",)


def test_long_lists_are_cut() -> None:
    # 0 and 40 occur, so 1 … 39 are missing: 11 of them are named, and 28 are left.
    [warning] = check([0, 40], [0, 40], [str(label) for label in range(41)])
    assert warning == "Classes 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 28 more occur in neither set."


@pytest.mark.parametrize("label", [-1, 3, 2**40])
def test_labels_that_are_no_class(label: int) -> None:
    with pytest.raises(DataError) as caught:
        check([0, 1, 2], [0, 1, label], "abc")
    assert str(caught.value) == (
        f"Label {label} of test image 2 in /data is out of range: labels must run from 0 to 2."
    )


def test_one_class_alone() -> None:
    with pytest.raises(DataError) as caught:
        check([1, 1], [1], "abc")
    assert str(caught.value) == "The data set in /data must have at least 2 classes; got only class b."


def test_two_classes_of_one_name() -> None:
    labels = np.array([0, 1, 2])
    with pytest.raises(DataError, match=r"Class names in here must be different; got ring 2 times\."):
        check_classes(labels, labels, ("ring", "stone", "ring"), "here")


def test_names_that_are_too_long_to_show() -> None:
    check([0, 1], [0, 1], ["a", "b" * 200])
    with pytest.raises(DataError) as caught:
        check([0, 1], [0, 1], ["a", "b" * 201])
    assert str(caught.value) == (
        f"Class names in /data must have at most 200 characters; got {'b' * 40!r}…, which has 201."
    )

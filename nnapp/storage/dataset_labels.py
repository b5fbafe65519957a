"""Number the classes of a data set from 0, and tell classes from damaged labels.

A network numbers its outputs from 0 without a gap. The labels of a data set need not: letters are
numbered from 1, own digits may lack the 3, and folders have names. Their texts, in natural order,
become the names of the classes.

Numbers need a second look. An IDX file does not say how many classes it has, and a single damaged
byte must not make an eleventh. A label is taken for damage if only one of the two sets has it, and

- no second image has it while the usual label has five or more, or
- fewer than a thousandth as many images have it as have the usual one.

The usual label is the one of the median count. Nobody publishes classes that small, and one flipped
bit turns an 8 into a 10. A damaged label that happens to be another class cannot be told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.network import MAX_NEURONS
from nnapp.errors import DataError
from nnapp.storage.dataset_files import join_words
from nnapp.storage.network_metadata import MAX_CLASS_NAME

__all__ = ["MAX_CLASSES", "check_classes", "natural_order", "number_labels", "number_texts"]

MAX_CLASSES = MAX_NEURONS
"""The most classes: a network's output layer has at most this many neurons."""

_USUAL_COUNT = 5
_RARE = 1000
_LONGEST_LIST = 12

Labels = NDArray[np.integer[Any]]


def natural_order(text: str) -> tuple[Any, ...]:
    """Return the key that sorts texts as people do: "class 2" before "class 10", "b" between "A" and "C"."""
    parts = re.findall(r"0*([0-9]+)|([^0-9]+)", text.casefold())
    # A number of more digits is larger; digits are compared as text, since they may be thousands.
    return [(0, len(digits), digits) if digits else (1, 0, letters) for digits, letters in parts], text


def number_texts(texts: Sequence[str]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the class of each text, and the name of each class: the different texts in natural order."""
    names = tuple(sorted(set(texts), key=natural_order))
    numbers = {name: number for number, name in enumerate(names)}
    return np.fromiter((numbers[text] for text in texts), np.int64, len(texts)), names


def number_labels(
    training: Labels, test: Labels | None, location: str
) -> tuple[NDArray[np.int64], NDArray[np.int64] | None, tuple[str, ...]]:
    """Return labels that are whole numbers as classes from 0 without a gap, and the names of the classes.

    Parameters
    ----------
    training, test : NDArray of integers, shape (n_images,)
        As read.
    location : str
        Where they come from, for the messages.

    Returns
    -------
    training, test : NDArray of int64
        In the same order.
    class_names : tuple of str
        The different numbers, ascending.

    Raises
    ------
    DataError
        If a label is damaged by the rule above, or there are more than `MAX_CLASSES`.
    """
    pooled = training if test is None else np.concatenate([training, test])
    values, numbers, counts = np.unique(pooled, return_inverse=True, return_counts=True)
    in_both = np.zeros(len(values), bool) if test is None else np.isin(values, training) & np.isin(values, test)
    usual = float(np.median(counts)) if len(counts) else 0.0
    is_rare = ((counts == 1) & (usual >= _USUAL_COUNT)) | (counts * _RARE < usual)
    damaged = np.flatnonzero(is_rare & ~in_both)
    if len(damaged):
        first = int(np.flatnonzero(np.isin(numbers, damaged))[0])
        split, index = ("training", first) if first < len(training) else ("test", first - len(training))
        count = int(counts[numbers[first]])
        has = "no other image has" if count == 1 else f"only {count:,} images have"
        raise DataError(
            f"Label {pooled[first]} of {split} image {index} in {location} must be one that many images have; "
            f"got one that {has}, while the usual label has {usual:,.0f}."
        )
    _check_number(len(values), location)
    numbers = numbers.reshape(-1).astype(np.int64)  # NumPy 2.0 gives the inverse the shape of the input
    names = tuple(str(value) for value in values.tolist())
    return numbers[: len(training)], None if test is None else numbers[len(training) :], names


def check_classes(
    training: NDArray[np.int64], test: NDArray[np.int64], class_names: Sequence[str], location: str
) -> tuple[str, ...]:
    """Refuse labels that are no classes, and return a warning sentence for each peculiarity.

    Raises
    ------
    DataError
        If a label is no number of a class, all images have the same, two classes have the same name or one that is far
        too long, or there are more than `MAX_CLASSES`.
    """
    n_classes = len(class_names)
    _check_number(n_classes, location)
    if len(set(class_names)) < n_classes:
        [(repeated, count)] = Counter(class_names).most_common(1)
        raise DataError(f"Class names in {location} must be different; got {repeated} {count} times.")
    longest = max(class_names, key=len, default="")
    if len(longest) > MAX_CLASS_NAME:
        raise DataError(
            f"Class names in {location} must have at most {MAX_CLASS_NAME} characters; "
            f"got {longest[:40]!r}…, which has {len(longest):,}."
        )
    for split, labels in (("training", training), ("test", test)):
        wrong = np.flatnonzero((labels < 0) | (labels >= n_classes))
        if len(wrong):
            raise DataError(
                f"Label {labels[wrong[0]]} of {split} image {wrong[0]} in {location} is out of range: "
                f"labels must run from 0 to {n_classes - 1}."
            )
    in_training, in_test = (np.bincount(labels, minlength=n_classes) > 0 for labels in (training, test))
    present = np.flatnonzero(in_training | in_test)
    if len(present) < 2:
        raise DataError(
            f"The data set in {location} must have at least 2 classes; got only class {class_names[present[0]]}."
        )
    warnings = (
        _warning(~in_training & ~in_test, class_names, "in neither set"),
        _warning(in_training & ~in_test, class_names, "only in the training set"),
        _warning(~in_training & in_test, class_names, "only in the test set"),
    )
    return tuple(filter(None, warnings))


def _check_number(n_classes: int, location: str) -> None:
    if n_classes > MAX_CLASSES:
        raise DataError(f"The data set in {location} must have at most {MAX_CLASSES:,} classes; got {n_classes:,}.")


def _warning(classes: NDArray[np.bool_], class_names: Sequence[str], where: str) -> str:
    """Return "Class 3 occurs …" or "Classes 3 and 4 occur …" for the classes marked, "" for none."""
    names = [class_names[number] for number in np.flatnonzero(classes).tolist()]
    if not names:
        return ""
    if len(names) == 1:
        return f"Class {names[0]} occurs {where}."
    if len(names) > _LONGEST_LIST:
        names = [*names[: _LONGEST_LIST - 1], f"{len(names) - _LONGEST_LIST + 1} more"]
    return f"Classes {join_words(names)} occur {where}."

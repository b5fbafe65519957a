"""Decide which labels of a data set are classes and which are damage.

An IDX file does not say how many classes it has, so it must be told from the labels themselves,
and a single damaged byte must not turn ten classes into 256. The rule:

1. Labels run from 0 to n − 1. Whatever occurs in both sets is certainly a class, and so is
   everything below it: the highest such label is the *top*.
2. A label above the top is accepted if it continues the run without a gap (top + 1, top + 2, …),
   as when a small test set happens to lack the last class. A label beyond a gap is damage.
3. Even without a gap, a highest label that only a single image of both sets carries is damage if
   there are 20 images or more: nobody publishes a class of one image, and one flipped bit turns
   an 8 into a 10.

Classes that no image has, or only one of the sets has, are worth a warning and no more: the
letters of EMNIST, for one, are numbered from 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import DataError
from nnapp.storage.dataset_files import join_words

__all__ = ["MAX_CLASSES", "check_labels"]

MAX_CLASSES = 65_535
"""The most classes: a network's output layer has at most this many neurons."""

_FEW_IMAGES = 20
_LONGEST_LIST = 12


def check_labels(
    training_labels: NDArray[np.integer[Any]], test_labels: NDArray[np.integer[Any]], source: str
) -> tuple[int, tuple[str, ...]]:
    """Return the number of classes, and a warning sentence for each peculiarity.

    Parameters
    ----------
    training_labels, test_labels : NDArray of integers, shape (n_images,)
        As read.
    source : str
        Where they come from, for the messages.

    Returns
    -------
    n_classes : int
        The highest label plus one, 2 … `MAX_CLASSES`.
    warnings : tuple of str
        Classes that no image has, and classes that only one set has.

    Raises
    ------
    DataError
        If a label is out of range by the rule above, or all images have the same label.
    """
    training, test = _count_labels(training_labels), _count_labels(test_labels)
    highest = _highest_class(training, test)
    for split, labels in (("training", training_labels), ("test", test_labels)):
        _refuse_out_of_range(labels, highest, split, source)
    training, test = training[: highest + 1], test[: highest + 1]
    present = np.flatnonzero(training + test)
    if len(present) < 2:
        raise DataError(f"The data set in {source} must have at least 2 classes; got only class {present[0]}.")
    warnings = (
        _warning((training == 0) & (test == 0), "in neither set", source),
        _warning((training > 0) & (test == 0), "only in the training set", source),
        _warning((training == 0) & (test > 0), "only in the test set", source),
    )
    return highest + 1, tuple(filter(None, warnings))


def _count_labels(labels: NDArray[np.integer[Any]]) -> NDArray[np.intp]:
    """Return how often each of 0 … `MAX_CLASSES` − 1 occurs."""
    return np.bincount(labels[(labels >= 0) & (labels < MAX_CLASSES)], minlength=MAX_CLASSES)


def _highest_class(training: NDArray[np.intp], test: NDArray[np.intp]) -> int:
    """Return the highest label that is a class, −1 if there is none."""
    together = training + test
    in_both = np.flatnonzero((training > 0) & (test > 0))
    top = int(in_both[-1]) if len(in_both) else -1
    highest = top
    while highest + 1 < MAX_CLASSES and together[highest + 1] > 0:
        highest += 1
    if highest > top and together[highest] == 1 and together.sum() >= _FEW_IMAGES:
        highest -= 1
    return highest


def _refuse_out_of_range(labels: NDArray[np.integer[Any]], highest: int, split: str, source: str) -> None:
    wrong = np.flatnonzero((labels < 0) | (labels > highest))
    if len(wrong):
        allowed = f"run from 0 to {highest}" if highest >= 0 else "start at 0 and leave no gap"
        raise DataError(
            f"Label {labels[wrong[0]]} of {split} image {wrong[0]} in {source} is out of range: labels must {allowed}."
        )


def _warning(classes: NDArray[np.bool_], where: str, source: str) -> str:
    """Return "Class 3 occurs …" or "Classes 3 and 4 occur …" for the classes marked, "" for none."""
    names = [str(number) for number in np.flatnonzero(classes)]
    if not names:
        return ""
    if len(names) == 1:
        return f"Class {names[0]} occurs {where} of {source}."
    if len(names) > _LONGEST_LIST:
        names = [*names[: _LONGEST_LIST - 1], f"{len(names) - _LONGEST_LIST + 1} more"]
    return f"Classes {join_words(names)} occur {where} of {source}."

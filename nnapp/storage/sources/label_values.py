"""Turn arrays of labels into classes: whole numbers, one-hot rows or texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import DataError
from nnapp.storage.dataset_labels import number_texts

__all__ = ["as_classes", "as_texts"]


def as_classes(
    arrays: Sequence[NDArray[Any]], class_names: Sequence[str], location: str
) -> tuple[list[NDArray[np.int64]], tuple[str, ...]]:
    """Convert the training labels, and the test labels if there are any, in the same way.

    Parameters
    ----------
    arrays : sequence of arrays
        (n,) or (n, 1) whole numbers or texts; or (n, n_classes) rows of zeros and a single one.
    class_names : sequence of str
        Name of each class from 0; empty if the data set does not say.
    location : str
        Where they come from, for the messages.

    Returns
    -------
    labels : list of NDArray of int64, shape (n,)
    class_names : tuple of str
        Empty where labels are numbers that nothing names.

    Raises
    ------
    DataError
        If they are none of these, or texts that `class_names` lacks.
    """
    columns = [array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array for array in arrays]
    kinds = {_kind(column, location) for column in columns}
    if len(kinds) > 1:
        raise DataError(f"The labels in {location} must be of one kind; got {' and '.join(sorted(kinds))}.")
    [kind] = kinds
    if kind == "texts":
        return _numbered(columns, class_names, location)
    if kind == "whole numbers":
        return [_whole(column, location) for column in columns], tuple(class_names)
    n_classes = {column.shape[1] for column in columns}
    if len(n_classes) > 1:
        raise DataError(f"One-hot labels in {location} must be equally long; got {' and '.join(map(str, n_classes))}.")
    names = tuple(class_names) or tuple(map(str, range(*n_classes)))
    return [_from_one_hot(column, location) for column in columns], names


def as_texts(array: NDArray[Any], subject: str) -> list[str]:
    """Return the texts (str or UTF-8) or numbers of a one-dimensional array as texts.

    Raises
    ------
    DataError
        If it has more dimensions, or holds what is no text.
    """
    if array.ndim != 1:
        raise DataError(f"{subject} must be one-dimensional; got {array.ndim} dimensions.")
    try:
        values = array.tolist()
    except ValueError as error:  # a code point that Unicode does not have
        raise DataError(f"{subject} must hold texts of Unicode; got {error}.") from error
    texts = [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in values]
    return [text.strip() for text in texts]


def _kind(column: NDArray[Any], location: str) -> str:
    if column.ndim == 1 and column.dtype.kind in "US":
        return "texts"
    if column.ndim == 1 and column.dtype.kind in "buif":
        return "whole numbers"
    if column.ndim == 2 and column.dtype.kind in "buif":
        return "one-hot rows"
    shape = " × ".join(map(str, column.shape))
    raise DataError(
        f"The labels in {location} must be whole numbers, texts or one-hot rows; "
        f"got type {column.dtype} of the shape {shape}."
    )


def _numbered(
    columns: Sequence[NDArray[Any]], class_names: Sequence[str], location: str
) -> tuple[list[NDArray[np.int64]], tuple[str, ...]]:
    found: list[list[str]] = []
    inverses = []
    for column in columns:
        different, inverse = np.unique(column, return_inverse=True)
        found.append(as_texts(different, f"The labels in {location}"))
        inverses.append(inverse.reshape(-1))  # NumPy 2.0 gives the inverse the shape of the input
    _, names = number_texts([text for texts in found for text in texts])
    if class_names:
        unknown = [name for name in names if name not in class_names]
        if unknown:
            raise DataError(f"The labels in {location} must be among its class names; got {unknown[0]!r}.")
        names = tuple(class_names)
    places = {name: place for place, name in enumerate(names)}
    numbers = [np.array([places[text] for text in texts], np.int64) for texts in found]
    return [number[inverse] for number, inverse in zip(numbers, inverses, strict=True)], names


def _whole(column: NDArray[Any], location: str) -> NDArray[np.int64]:
    # Compared as floats, which hold every number of classes there can be.
    is_wrong = ~(np.abs(column.astype(np.float64)) < 2**53) | (column != np.floor(column))
    if is_wrong.any():
        raise DataError(f"The labels in {location} must be whole numbers; got {column[is_wrong][0]}.")
    return column.astype(np.int64)


def _from_one_hot(rows: NDArray[Any], location: str) -> NDArray[np.int64]:
    is_right = (np.count_nonzero(rows, axis=1) == 1) & (rows.max(axis=1) == 1)
    if not is_right.all():
        first = int(np.flatnonzero(~is_right)[0])
        raise DataError(f"One-hot labels in {location} must have a single 1 in each row; got row {first} without.")
    classes: NDArray[np.int64] = rows.argmax(axis=1).astype(np.int64)
    return classes

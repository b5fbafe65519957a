"""Lists of numbers, and lists of such lists, as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import NetworkError

__all__ = ["numbers_in"]

_NUMBER_TYPES = frozenset((int, float))


def numbers_in(
    items: list[Any], name: str, source: str, *, is_list_of_rows: bool = False
) -> NDArray[np.float64] | None:
    """Return a list of numbers as a vector, a list of such lists as a matrix.

    Parameters
    ----------
    items : list
    name : str
        What the list is called in the sentence of an error.
    source : str
        What the file is called there.
    is_list_of_rows : bool
        Whether lists of numbers in a list are vectors of their own, such as the biases of several
        layers. Lists of one number each are still a column.

    Returns
    -------
    array (n,) or (n_rows, n_columns), or None
        None if the list is not one of numbers or of lists of numbers.

    Raises
    ------
    NetworkError
        If rows have different lengths.
    """
    if not items:
        return None
    if _is_vector(items):
        return _as_floats(items, name, source)
    if not all(isinstance(item, list) and _is_vector(item) for item in items):
        return None
    lengths = [len(item) for item in items]
    if is_list_of_rows and max(lengths) > 1:
        return None
    for row, length in enumerate(lengths):
        if length != lengths[0]:
            raise NetworkError(
                f"Rows of {name[:60]!r} in {source} must all have {lengths[0]:,} numbers, as the first; "
                f"got {length:,} in row {row}."
            )
    return _as_floats(items, name, source)


def _is_vector(items: list[Any]) -> bool:
    return bool(items) and set(map(type, items)) <= _NUMBER_TYPES


def _as_floats(items: list[Any], name: str, source: str) -> NDArray[np.float64]:
    try:
        return np.array(items, np.float64)
    except OverflowError:
        raise NetworkError(f"Numbers of {name[:60]!r} in {source} must fit into a float; got a larger one.") from None

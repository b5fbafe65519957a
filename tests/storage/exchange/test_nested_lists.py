"""Lists of numbers and lists of such lists are arrays; all else is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnapp.errors import NetworkError
from nnapp.storage.exchange.nested_lists import numbers_in


def test_a_vector_and_a_matrix_in_float64() -> None:
    vector, matrix = numbers_in([1, 2.5, -3], "b", "a.json"), numbers_in([[1, 2.5], [3, 4]], "w", "a.json")
    assert vector is not None
    assert matrix is not None
    assert vector.dtype == matrix.dtype == np.float64
    np.testing.assert_array_equal(vector, [1, 2.5, -3])
    np.testing.assert_array_equal(matrix, [[1, 2.5], [3, 4]])


@pytest.mark.parametrize("items", [[], [[]], ["1"], [True], [[1], 2], [1, [2]], [[[1]]], [None], [[1, None]]])
def test_other_lists_are_not_of_numbers(items: list[Any]) -> None:
    assert numbers_in(items, "w", "a.json") is None


def test_rows_of_different_lengths() -> None:
    for rows, said in (
        ([[1, 2], [3]], "2 numbers, as the first; got 1 in row 1"),
        ([[1], [2], [3, 4]], "got 2 in row 2"),
    ):
        with pytest.raises(NetworkError, match=rf"^Rows of 'w' in a\.json must all have .*{said}"):
            numbers_in(rows, "w", "a.json")


def test_numbers_that_no_float_holds() -> None:
    with pytest.raises(NetworkError, match=r"Numbers of 'w' in a\.json must fit into a float"):
        numbers_in([10**400], "w", "a.json")


def test_a_list_of_rows_is_no_matrix_but_may_be_a_column() -> None:
    assert numbers_in([[1, 2], [3, 4]], "b", "a.json", is_list_of_rows=True) is None
    assert numbers_in([[1, 2], [3]], "b", "a.json", is_list_of_rows=True) is None
    column = numbers_in([[1], [2]], "b", "a.json", is_list_of_rows=True)
    assert column is not None
    assert column.shape == (2, 1)

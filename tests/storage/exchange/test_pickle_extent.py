"""How much there is in a value that is taken apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnapp.errors import FileFormatError
from nnapp.storage.exchange.pickle_extent import check_extent


def test_values_are_counted_with_what_holds_them() -> None:
    value = [1, {"a": (2, 3)}, np.zeros((2, 3))]  # the list, 1, the dictionary, the tuple, 2, 3, the array and its 6
    check_extent(value, 13, "the file")
    with pytest.raises(FileFormatError, match=r"the file must hold at most 12 values, by its length; got more\."):
        check_extent(value, 12, "the file")


def test_what_is_there_twice_counts_twice() -> None:
    array = np.zeros(10)
    check_extent([array, array], 23, "the file")
    with pytest.raises(FileFormatError, match="at most 22 values"):
        check_extent([array, array], 22, "the file")


def test_a_billion_values_of_thirty_lists_are_counted_at_once() -> None:
    value: list[Any] = [1]
    for _ in range(30):
        value = [value, value]
    with pytest.raises(FileFormatError, match="at most 1,000,000 values"):
        check_extent(value, 1_000_000, "the file")


@pytest.mark.parametrize("depth", [60, 61])
def test_depth(depth: int) -> None:
    value: Any = 1
    for _ in range(depth + 1):
        value = (value,)
    if depth == 60:
        check_extent(value, 1000, "the file")
        return
    with pytest.raises(FileFormatError, match="nested at most 60 deep"):
        check_extent(value, 1000, "the file")


def test_a_list_in_itself() -> None:
    value: list[Any] = []
    value.append({"a": value})
    with pytest.raises(FileFormatError, match="nested at most 60 deep"):
        check_extent(value, 1000, "the file")

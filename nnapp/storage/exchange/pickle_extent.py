"""How much there is in what a pickle has made, if it is taken apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnapp.errors import FileFormatError
from nnapp.storage.exchange.pickle_vocabulary import Stateful

__all__ = ["check_extent"]

_MAX_DEPTH = 60


def check_extent(value: Any, max_values: int, subject: str) -> None:
    """Refuse what is nested without end or too deeply, or holds the same things over and over.

    A list that holds another one twice, thirty times over, takes a few bytes in a pickle and makes a billion values.

    Parameters
    ----------
    value
        Of dicts, lists, tuples, arrays, `Stateful` values and others.
    max_values : int
        Most values there may be, those of arrays included; what is there twice counts twice.
    subject : str
        What the pickle is called in the sentence of an error.

    Raises
    ------
    FileFormatError
    """
    extents: dict[int, int] = {}
    on_the_way: set[int] = set()

    def extent(part: Any, depth: int) -> int:
        if isinstance(part, np.ndarray):
            return 1 + part.size
        if not isinstance(part, dict | list | tuple | Stateful):
            return 1
        if id(part) in extents:
            return extents[id(part)]
        if depth > _MAX_DEPTH or id(part) in on_the_way:
            raise FileFormatError(f"{subject} must be nested at most {_MAX_DEPTH} deep; got more.")
        on_the_way.add(id(part))
        items = part.values() if isinstance(part, dict) else part.parts() if isinstance(part, Stateful) else part
        total = 1 + sum(extent(item, depth + 1) for item in items)
        on_the_way.discard(id(part))
        if total > max_values:
            raise FileFormatError(f"{subject} must hold at most {max_values:,} values, by its length; got more.")
        extents[id(part)] = total
        return total

    extent(value, 0)

"""What a file holds by name, taken apart: arrays of numbers, and words about the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import NetworkError
from nnapp.storage.exchange.array_names import parse_array_name
from nnapp.storage.exchange.nested_lists import numbers_in
from nnapp.storage.exchange.network_words import KNOWN_KEYS

__all__ = ["NetworkContent"]

_MAX_DEPTH = 8
_MAX_ARRAYS = 4096
_MAX_WORD_ITEMS = 65_535
_MAX_WORD_BYTES = 1 << 24


class NetworkContent:
    """The arrays and words of a file, collected one by one.

    Lists are taken apart: the first of ``weights`` becomes ``weights_0``; dictionaries too, to
    ``layers/weights``.

    Parameters
    ----------
    source : str
        What to call the file in the sentence of an error.

    Attributes
    ----------
    arrays : dict of str to array
        Of numbers, in the order of the file.
    words : dict of str to (str, number or list)
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self.arrays: dict[str, NDArray[Any]] = {}
        self.words: dict[str, Any] = {}
        self._n_word_items = self._n_word_bytes = 0

    def add(self, name: str, value: Any, depth: int = 0) -> None:
        """Take in a value: an array, a number, a text, None, or lists and dictionaries of those.

        Raises
        ------
        NetworkError
            If it is nested too deeply, a matrix has rows of different lengths, or there are too many arrays.
        """
        if depth > _MAX_DEPTH:
            raise NetworkError(f"{self._source} must be nested at most {_MAX_DEPTH} deep; got more in {name[:60]!r}.")
        if isinstance(value, np.ndarray) and value.dtype == object:
            value = value.tolist()
        if isinstance(value, Mapping):
            for key, item in value.items():
                self.add(f"{name}/{key}" if name else str(key), item, depth + 1)
        elif isinstance(value, list | tuple):
            self._add_list(name, list(value), depth)
        elif isinstance(value, np.ndarray):
            self._add_array(name, value)
        elif isinstance(value, str):
            self._keep_word(name, value)
        elif isinstance(value, int | float | np.number):
            self._add_array(name, np.asarray(value))

    def _add_list(self, name: str, items: list[Any], depth: int) -> None:
        is_flat = all(isinstance(item, str | int | float) for item in items)
        if is_flat and (name in KNOWN_KEYS or all(isinstance(item, str) for item in items)):
            self._keep_word(name, items)
            return
        numbers = numbers_in(items, name, self._source, is_list_of_rows=parse_array_name(name).role == "biases")
        if numbers is not None:
            self._add_array(name, numbers)
            return
        for index, item in enumerate(items):
            self.add(f"{name}_{index}", item, depth + 1)

    def _add_array(self, name: str, values: NDArray[Any]) -> None:
        is_word = values.dtype.kind in "US" or (name in KNOWN_KEYS and values.dtype.kind in "iu")
        if is_word or (name in ("input_scale", "input_scaling") and values.size <= 2):
            # Counted over all arrays: in a pickle, any number of names can stand for the same one.
            self._n_word_items += values.size
            self._n_word_bytes += values.nbytes
            if self._n_word_items <= _MAX_WORD_ITEMS and self._n_word_bytes <= _MAX_WORD_BYTES:
                self._keep_word(name, _as_words(values))
            return
        if values.ndim == 3 and parse_array_name(name).role in ("weights", "biases") and not name[-1:].isdigit():
            # Equal layers of a list, which NumPy has stacked.
            for index, matrix in enumerate(values):
                self._keep(f"{name}_{index}", matrix)
            return
        self._keep(name, values)

    def _keep(self, name: str, values: NDArray[Any]) -> None:
        if len(self.arrays) >= _MAX_ARRAYS:
            raise NetworkError(f"{self._source} must hold at most {_MAX_ARRAYS:,} arrays; got more.")
        self.arrays[name] = values

    def _keep_word(self, name: str, value: Any) -> None:
        self.words[name] = value
        # What "model/activation" says is of the whole network; what "layers_0/activation" says is not.
        folder, _, key = name.rpartition("/")
        if key in KNOWN_KEYS and not any(map(str.isdigit, folder)):
            self.words.setdefault(key, value)


def _as_words(values: NDArray[Any]) -> Any:
    """Return texts and numbers as Python has them; bytes as text."""
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    return values.tolist()

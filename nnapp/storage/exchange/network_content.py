"""What a file holds by name, taken apart: arrays of numbers, and words about the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import NetworkError
from nnapp.storage.exchange.array_names import Role, check_array_name, parse_array_name, shown_name
from nnapp.storage.exchange.nested_lists import numbers_in
from nnapp.storage.exchange.network_words import KNOWN_KEYS

__all__ = ["NetworkContent"]

_MAX_DEPTH = 8
_MAX_ARRAYS = 4096
_MAX_PARTS = 1 << 16  # lists and dictionaries that are taken apart, and what is in them
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
        self._n_parts = self._n_word_items = self._n_word_bytes = 0

    def add(self, name: str, value: Any, depth: int = 0) -> None:
        """Take in a value: an array, a number, a text, None, or lists and dictionaries of those.

        Raises
        ------
        NetworkError
            If it is nested too deeply, a matrix has rows of different lengths, there are too many arrays, or one of
            a name that is too long or was there before.
        """
        check_array_name(name, self._source)
        self._n_parts += 1
        if self._n_parts > _MAX_PARTS:
            raise NetworkError(f"{self._source} must hold at most {_MAX_PARTS:,} values beside its weights; got more.")
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
        if is_word or (name in ("input_scale", "input_scaling", "temperature") and values.size <= 2):
            # Counted over all arrays: in a pickle, any number of names can stand for the same one.
            self._n_word_items += values.size
            self._n_word_bytes += values.nbytes
            if self._n_word_items <= _MAX_WORD_ITEMS and self._n_word_bytes <= _MAX_WORD_BYTES:
                self._keep_word(name, _as_words(values))
            return
        if not name[-1:].isdigit() and _is_stack(parse_array_name(name).role, values.shape):
            for index, part in enumerate(values):
                self._keep(f"{name}_{index}", part)
            return
        self._keep(name, values)

    def _keep(self, name: str, values: NDArray[Any]) -> None:
        if name in self.arrays:
            raise NetworkError(f"Arrays in {self._source} must have different names; got {shown_name(name)} twice.")
        if len(self.arrays) >= _MAX_ARRAYS:
            raise NetworkError(f"{self._source} must hold at most {_MAX_ARRAYS:,} arrays; got more.")
        self.arrays[name] = values

    def _keep_word(self, name: str, value: Any) -> None:
        self.words[name] = value
        # What "model/activation" says is of the whole network; what "layers_0/activation" says is not.
        folder, _, key = name.rpartition("/")
        if key in KNOWN_KEYS and not any(map(str.isdigit, folder)):
            self.words.setdefault(key, value)


def _is_stack(role: Role | None, shape: tuple[int, ...]) -> bool:
    """Return whether arrays of that role are those of several layers, equal in size, which NumPy has stacked."""
    if role == "biases" and len(shape) == 2:
        return min(shape) > 1
    return role in ("weights", "biases") and len(shape) == 3


def _as_words(values: NDArray[Any]) -> Any:
    """Return texts and numbers as Python has them; bytes as text."""
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    return values.tolist()

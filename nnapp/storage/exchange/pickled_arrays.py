"""Arrays in pickles: NumPy's arrays of Python objects, and networks that were pickled as lists of arrays.

Only data is taken from them, see `restricted_unpickler`. NumPy pickles an array as a call of ``_reconstruct`` for an
empty one and a state with its shape, type and bytes (``array.__reduce__``), or as a call of ``_frombuffer``
(protocol 5).
"""

from __future__ import annotations

import re
from itertools import accumulate
from math import prod
from operator import mul
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.network import MAX_PARAMETERS
from nnapp.errors import FileFormatError
from nnapp.storage.exchange.array_layouts import Orientation, network_from_arrays
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.network_content import NetworkContent
from nnapp.storage.exchange.pickle_input import read_content
from nnapp.storage.exchange.pickle_vocabulary import (
    Global,
    PickleContentError,
    Stateful,
    Vocabulary,
    check_key,
)
from nnapp.storage.exchange.restricted_unpickler import read_pickle
from nnapp.storage.npy_header import check_characters

__all__ = ["NUMPY_FUNCTIONS", "NUMPY_NAMES", "load_object_array", "plain", "read_pickled_network_from"]

_MAX_BYTES = 8 * MAX_PARAMETERS
_MAX_DIMENSIONS = 32
_FREE_ROWS = 10_000
"""Lists that an array of objects may take apart into in any case; each is fifty times a byte of the pickle."""

_ORDERS = ("<", ">", "|", "=")
_TYPE = re.compile(r"[<>|=]?([?bBhHiIlLqQefdgO]|[biuf][1248]|f16|[SU]\d{1,9}|O[48])")


class _Type(Stateful):
    """A type of values, whose byte order a pickle sets after naming it."""

    def __init__(self, code: str) -> None:
        if not _TYPE.fullmatch(code):
            raise PickleContentError(f"values of type {code[:40]!r}")
        self._code = code
        self._order = "="

    def set_state(self, state: Any) -> None:
        if not isinstance(state, tuple) or len(state) < 2 or state[1] not in _ORDERS:
            raise PickleContentError("a type without a byte order")
        self._order = state[1]

    def parts(self) -> tuple[()]:
        return ()

    def dtype(self) -> np.dtype[Any]:
        try:
            dtype = np.dtype(self._order + self._code.lstrip("".join(_ORDERS)))
        except (TypeError, ValueError):  # floats of 8 bits, for one, and what this system does not have
            raise PickleContentError(f"values of type {self._code!r}") from None
        if not dtype.itemsize:  # of which there could be any number
            raise PickleContentError(f"values of type {self._code!r}, of no bytes")
        return dtype


class _Array(Stateful):
    """An array that a pickle makes empty and fills later."""

    def __init__(self) -> None:
        self.values: Any = None

    def set_state(self, state: Any) -> None:
        match state:
            case (int(), tuple() as shape, _Type() as kind, bool() as fortran_order, content):
                self.values = _filled(shape, kind.dtype(), fortran_order, content)
            case _:
                raise PickleContentError("an array without shape, type and values")

    def parts(self) -> tuple[Any]:
        return (self.values,)


def _filled(shape: tuple[Any, ...], dtype: np.dtype[Any], fortran_order: bool, content: Any) -> Any:
    """Return an array of numbers or texts; one of objects as nested lists."""
    if len(shape) > _MAX_DIMENSIONS or not all(type(side) is int and side >= 0 for side in shape):
        raise PickleContentError("an array whose shape is no list of lengths")
    # Also where a side of 0 makes it empty: NumPy multiplies the others.
    if prod(max(side, 1) for side in shape) > _MAX_BYTES:
        raise PickleContentError("an array that is too large")
    if dtype.hasobject:
        if not isinstance(content, list) or len(content) != prod(shape):
            raise PickleContentError(f"an array of objects that are not {prod(shape):,}")
        if sum(accumulate(shape[:-1], mul)) > _FREE_ROWS + len(content) // 4:
            raise PickleContentError("an array of objects with hardly any in a row")
        return _nested(content, shape, fortran_order)
    if isinstance(content, str):
        content = _encode(content)
    if not isinstance(content, bytes) or len(content) != prod(shape) * dtype.itemsize:
        raise PickleContentError(f"an array whose values are not {prod(shape) * dtype.itemsize:,} bytes")
    values = np.ndarray(shape, dtype, content, order="F" if fortran_order else "C")
    native: NDArray[Any] = np.array(values, dtype.newbyteorder("="), order="C")
    try:
        check_characters(native, "the array")
    except FileFormatError:
        raise PickleContentError("texts that are made of no characters") from None
    return native


def _nested(items: list[Any], shape: tuple[int, ...], fortran_order: bool) -> Any:
    if fortran_order and len(shape) > 1:
        raise PickleContentError("an array of objects column by column")
    if len(shape) < 2 or not items:
        return items if shape else items[0]
    step = len(items) // shape[0]
    return [_nested(items[start : start + step], shape[1:], fortran_order) for start in range(0, len(items), step)]


def _reconstruct(*arguments: Any) -> _Array:
    if not arguments or arguments[0] != Global("numpy.ndarray"):
        raise PickleContentError("an array of another class than numpy.ndarray")
    return _Array()


def _from_buffer(*arguments: Any) -> Any:
    match arguments:
        case (bytes() as content, _Type() as kind, tuple() as shape, ("C" | "F") as order):
            return _filled(shape, kind.dtype(), order == "F", content)
    raise PickleContentError("an array without shape, type and values")


def _scalar(*arguments: Any) -> Any:
    match arguments:
        case (_Type() as kind, bytes() | str() as content):
            return _filled((), kind.dtype(), False, content)[()]
    raise PickleContentError("a number without type and value")


def _dtype(*arguments: Any) -> _Type:
    if not arguments or not isinstance(arguments[0], str):
        raise PickleContentError("a type without a name")
    return _Type(arguments[0])


def _encode(*arguments: Any) -> bytes:
    """Return the bytes that a text of protocol 2 stands for: the same numbers."""
    if not arguments or not isinstance(arguments[0], str) or arguments[1:] not in ((), ("latin1",)):
        raise PickleContentError("bytes that are written in another way than Python's")
    try:
        return arguments[0].encode("latin-1")
    except UnicodeEncodeError:
        raise PickleContentError("bytes beyond 255") from None


def _no_bytes(*arguments: Any) -> bytes:
    """Return what protocols before 3 write for no bytes at all."""
    if arguments:
        raise PickleContentError("bytes that are made of something else")
    return b""


def _ordered_dict(*arguments: Any) -> dict[Any, Any]:
    if not arguments:
        return {}
    pairs = arguments[0]
    is_pairs = len(arguments) == 1 and isinstance(pairs, list)
    if not is_pairs or not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
        raise PickleContentError("a dictionary that is no list of pairs")
    for key, _ in pairs:
        check_key(key)
    return dict(pairs)


_MULTIARRAY = ("numpy.core.multiarray", "numpy._core.multiarray")  # NumPy 1 and 2
_NUMERIC = ("numpy.core.numeric", "numpy._core.numeric")

NUMPY_FUNCTIONS = {
    **{f"{module}._reconstruct": _reconstruct for module in _MULTIARRAY},
    **{f"{module}.scalar": _scalar for module in _MULTIARRAY},
    **{f"{module}._frombuffer": _from_buffer for module in _NUMERIC},
    "numpy.dtype": _dtype,
    "_codecs.encode": _encode,
    "__builtin__.bytes": _no_bytes,
    "collections.OrderedDict": _ordered_dict,
}
"""Functions for a `Vocabulary` that puts arrays together."""

NUMPY_NAMES = frozenset({"numpy.ndarray"})

_NUMPY = Vocabulary(NUMPY_FUNCTIONS, NUMPY_NAMES)


def load_object_array(stream: BinaryIO, subject: str) -> Any:
    """Return the lists of arrays that a ``.npy`` array of Python objects stands for.

    Parameters
    ----------
    stream : binary file object
        After the header of the array.
    subject : str
        What the array is called in the sentence of an error.

    Raises
    ------
    FileFormatError
        As `read_pickle`, or if anything follows the pickle.
    """
    return _read(stream, subject)


def read_pickled_network_from(stream: BinaryIO, name: str, orientation: Orientation | None = None) -> ForeignNetwork:
    """Read a network that was pickled as lists or a dictionary of arrays.

    A pair of lists are the weights and the biases, in this order.

    Parameters
    ----------
    stream : binary file object
    name : str
        What to call it in the sentence of an error.
    orientation : str, optional
        What a person says about the weights, see `network_from_arrays`.

    Raises
    ------
    FileFormatError
        As `read_pickle`, or if anything follows the pickle.
    NetworkError, MissingAnswerError
        As `network_from_arrays`.
    """
    found = _read(stream, name)
    content = NetworkContent(name)
    if isinstance(found, dict):
        for key, value in found.items():
            content.add(str(key), value)
    elif isinstance(found, list | tuple) and len(found) == 2 and all(isinstance(part, list | tuple) for part in found):
        content.add("weights", list(found[0]))
        content.add("biases", list(found[1]))
    else:
        content.add("weights" if isinstance(found, np.ndarray) else "arr", found)
    return network_from_arrays(content.arrays, name, orientation=orientation, words=content.words)


def plain(value: Any) -> Any:
    """Return a value of a pickle with its arrays in place; arrays that were never filled are left out as None."""
    if isinstance(value, _Array):
        return plain(value.values)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return None if isinstance(value, Global | _Type) else value


def _read(stream: BinaryIO, subject: str) -> Any:
    content = read_content(stream, _MAX_BYTES, subject)
    value, end = read_pickle(content, _NUMPY, subject)
    if end < len(content):
        raise FileFormatError(f"{subject} must end with its pickle, after {end:,} bytes; got {len(content):,}.")
    return plain(value)

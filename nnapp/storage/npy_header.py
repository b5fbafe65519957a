"""The header of a ``.npy`` array, read as text and never evaluated.

The format is that of https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: six
bytes of magic, two of the version, the length of the header, and a Python dictionary in ASCII with
the keys ``descr``, ``fortran_order`` and ``shape``, such as
``{'descr': '<f4', 'fortran_order': False, 'shape': (784, 128), }``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import FileFormatError

__all__ = ["NPY_MAGIC", "NpyHeader", "check_characters", "read_npy_header", "read_npy_values"]

NPY_MAGIC = b"\x93NUMPY"
"""The bytes that an array starts with."""

_MAX_HEADER_BYTES = 10_000  # as numpy.load allows by itself
_MAX_DIMENSIONS = 32
_MOST_INDEXED = 2**63 - 1  # NumPy multiplies all lengths, also where one of them is 0
_LAST_CHARACTER, _FIRST_HALF, _LAST_HALF = 0x10FFFF, 0xD800, 0xDFFF
_LENGTH_BYTES = {1: 2, 2: 4, 3: 4}
_DICTIONARY = re.compile(r"\s*\{(.*)\}\s*", re.DOTALL)
_MEMBER = re.compile(
    r"\s*['\"](descr|fortran_order|shape)['\"]\s*:\s*(['\"][^'\"]{1,16}['\"]|True|False|\([\dL,\s]*\))\s*(?:,\s*|\Z)"
)
_TYPE = re.compile(r"[<>|=]?(?:[?bBhHiIlLqQefdgSUO]|[biufSU]\d{1,9})")


@dataclass(frozen=True)
class NpyHeader:
    """What a header claims; nothing has been allocated for it.

    Attributes
    ----------
    dtype : numpy dtype
        Of numbers, texts or truth values; object where `is_pickled`.
    shape : tuple of int
    fortran_order : bool
        Whether the first index changes fastest.
    offset : int
        Bytes from the magic to the first value.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran_order: bool
    offset: int

    @property
    def is_pickled(self) -> bool:
        """Whether Python objects follow as a pickle, which must not be loaded as such."""
        return self.dtype.hasobject

    @property
    def n_bytes(self) -> int:
        """Length of the values, as a Python integer, which does not overflow."""
        return prod(self.shape) * self.dtype.itemsize


def read_npy_header(stream: BinaryIO, subject: str) -> NpyHeader:
    """Read the header of an array and leave the stream at its first value.

    Parameters
    ----------
    stream : binary file object
        At the magic; need not be able to seek.
    subject : str
        What the array is called in the sentence of an error.

    Raises
    ------
    FileFormatError
        If it is no header of an array of a plain type.
    """
    start = stream.read(8)
    if len(start) < 8 or not start.startswith(NPY_MAGIC) or start[6] not in _LENGTH_BYTES:
        raise FileFormatError(f"{subject} must start as an array of NumPy, version 1 to 3; got {start!r}.")
    n_length_bytes = _LENGTH_BYTES[start[6]]
    length = int.from_bytes(stream.read(n_length_bytes), "little")
    if length > _MAX_HEADER_BYTES:
        raise FileFormatError(f"The header of {subject} must have at most {_MAX_HEADER_BYTES:,} bytes; got {length:,}.")
    data = stream.read(length)
    if len(data) < length:
        raise FileFormatError(f"The header of {subject} must have {length:,} bytes; got {len(data):,}.")
    dtype, shape, fortran_order = _parsed(data.decode("latin-1"), subject)
    return NpyHeader(dtype, shape, fortran_order, 8 + n_length_bytes + length)


def read_npy_values(stream: BinaryIO, header: NpyHeader, subject: str) -> NDArray[Any]:
    """Read the values that follow a header.

    The caller has compared `header.n_bytes` with what there is, so that no memory is taken by a false claim.

    Returns
    -------
    array
        New, in native byte order and C order.

    Raises
    ------
    FileFormatError
        If the stream ends too early, the values are Python objects or texts of no characters, or they take no bytes
        at all, so that there could be any number of them.
    """
    if header.is_pickled:
        raise FileFormatError(f"{subject} must hold numbers or texts; got Python objects.")
    n_indexed = prod(side or 1 for side in header.shape) * header.dtype.itemsize
    if not 0 < n_indexed <= _MOST_INDEXED:
        shape = " × ".join(map(str, header.shape)) or "one value"
        raise FileFormatError(f"{subject} must be small enough to be held; got {shape} of type {header.dtype.str}.")
    content = stream.read(header.n_bytes)
    if len(content) < header.n_bytes:
        raise FileFormatError(f"{subject} must hold {header.n_bytes:,} bytes of values; got {len(content):,}.")
    values = np.ndarray(header.shape, header.dtype, content, order="F" if header.fortran_order else "C")
    native = np.array(values, header.dtype.newbyteorder("="), order="C")
    check_characters(native, subject)
    return native


def check_characters(values: NDArray[Any], subject: str) -> None:
    """Refuse an array in native byte order whose texts are not made of Unicode's characters.

    NumPy makes a Python text of any four bytes, and Python may crash when it works on one.

    Raises
    ------
    FileFormatError
        If a number in a text is no character, or half of one. Arrays of another type are passed over.
    """
    if values.dtype.kind != "U" or not values.dtype.itemsize:
        return
    codes = np.ascontiguousarray(values).reshape(-1).view(np.uint32)
    wrong = codes[(codes > _LAST_CHARACTER) | ((codes >= _FIRST_HALF) & (codes <= _LAST_HALF))]
    if len(wrong):
        raise FileFormatError(f"Texts of {subject} must be made of Unicode characters; got 0x{wrong[0]:X}.")


def _parsed(text: str, subject: str) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    wrong = FileFormatError(
        f"The header of {subject} must give the type, the order and the shape of an array of numbers or texts; "
        f"got {text.strip()[:120]!r}."
    )
    dictionary = _DICTIONARY.fullmatch(text)
    if dictionary is None:
        raise wrong
    members: dict[str, str] = {}
    position, body = 0, dictionary[1]
    while position < len(body):
        match = _MEMBER.match(body, position)
        if match is None or match[1] in members:
            raise wrong
        members[match[1]] = match[2]
        position = match.end()
    type_text, order_text = members.get("descr", "").strip("'\""), members.get("fortran_order")
    numbers = members.get("shape", "").strip("()").replace("L", "").split(",")
    numbers = [number.strip() for number in numbers if number.strip()]
    is_shape = members.get("shape", "").startswith("(") and len(numbers) <= _MAX_DIMENSIONS
    if not is_shape or order_text not in ("True", "False") or not _TYPE.fullmatch(type_text):
        raise wrong
    if any(not number.isascii() or not number.isdecimal() or len(number) > 18 for number in numbers):
        raise wrong
    try:
        dtype = np.dtype(type_text)
    except TypeError:
        raise wrong from None
    return dtype, tuple(map(int, numbers)), order_text == "True"

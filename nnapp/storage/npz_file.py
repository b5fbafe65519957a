"""Read and write ``.npz`` files of one-dimensional arrays, trusting nothing that is read.

An ``.npz`` file is a ZIP archive with one ``.npy`` file for each array
(https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). `numpy.load` evaluates the
header of an array as Python source and allocates whatever it claims. The reader here takes the header
for text of one form, the one that NumPy writes for an array of one dimension, and compares all sizes
before it reads. Members are stored, not compressed, so that no file grows when it is read.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import FileFormatError
from nnapp.storage.zip_archive import open_zip
from nnapp.storage.zip_damage import zip_damage_told

__all__ = ["NpzReader", "write_npz"]

_SUFFIX = ".npy"
_UNIX = 3
_MAX_HEADER_BYTES = 1024
_NPY_START = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([^']{1,9})', 'fortran_order': False, 'shape': \((\d{1,18}),\), \} *\n",
    re.DOTALL,
)


def write_npz(stream: BinaryIO, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays as `numpy.savez` does, the same arrays giving the same bytes on every machine.

    Parameters
    ----------
    stream : binary file object
    arrays : mapping of str to array (n,)
        Of a plain type; written in little-endian.
    """
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, values in arrays.items():
            member = zipfile.ZipInfo(name + _SUFFIX)  # dated 1980, as ZIP knows no earlier time
            member.create_system = _UNIX
            with archive.open(member, "w", force_zip64=True) as file:
                little_endian = values.astype(values.dtype.newbyteorder("<"), copy=False)
                np.lib.format.write_array(file, little_endian, version=(1, 0), allow_pickle=False)


class NpzReader:
    """The arrays of an ``.npz`` file, read one by one.

    Parameters
    ----------
    stream : binary file object
        Can seek, and stays open while arrays are read.
    name : str
        What to call it in the sentence of an error.

    Attributes
    ----------
    names : list of str
        Of the arrays, in the order of the file.

    Raises
    ------
    FileFormatError
        If the file is no ZIP archive of ``.npy`` files, stored as they are and with different names, or its
        directory is too long.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._name = name
        n_bytes = stream.seek(0, os.SEEK_END)
        self._archive = open_zip(stream, name)
        members = self._archive.infolist()
        for member in members:
            if member.compress_type != zipfile.ZIP_STORED or member.compress_size != member.file_size:
                raise FileFormatError(f"Arrays in {name} must not be compressed; got {member.filename!r}, which is.")
            if not member.filename.endswith(_SUFFIX):
                raise FileFormatError(f"Files in {name} must be named *{_SUFFIX}; got {member.filename!r}.")
        claimed = sum(member.file_size for member in members)
        if claimed > n_bytes:
            raise FileFormatError(f"Arrays in {name} must fit into its {n_bytes:,} bytes; got {claimed:,} bytes.")
        self.names = [member.filename.removesuffix(_SUFFIX) for member in members]
        if len(set(self.names)) < len(members):
            raise FileFormatError(f"Arrays in {name} must have different names; got {', '.join(self.names)}.")

    def read(self, array: str, dtype: str, length: int | None = None) -> NDArray[Any]:
        """Return a new array in native byte order.

        Parameters
        ----------
        array : str
            Its name.
        dtype : str
            The type that it must have, such as "float32".
        length : int, optional
            The number of elements that it must have; any if left out.

        Raises
        ------
        FileFormatError
            If there is none of that name, type or length are others, or the bytes are damaged.
        """
        if array not in self.names:
            raise FileFormatError(
                f"Arrays in {self._name} must include {array!r}; got {', '.join(self.names) or 'none'}."
            )
        expected = np.dtype(dtype).newbyteorder("<")
        member = self._archive.getinfo(array + _SUFFIX)
        allowed = f"{'' if length is None else f'{length:,} '}elements of type {expected.str}"
        subject = f"Array {array!r} in {self._name}"
        if length is not None and member.file_size > _MAX_HEADER_BYTES + length * expected.itemsize:
            raise FileFormatError(f"{subject} must hold {allowed}; got {member.file_size:,} bytes.")
        with zip_damage_told(self._name):
            content = self._archive.read(member)
        match = _NPY_START.match(content)
        if match is None or match.end() != 10 + int.from_bytes(content[8:10], "little"):
            raise FileFormatError(f"{subject} must start as an array of one dimension; got {content[:80]!r}.")
        found_type, n_elements = match[1].decode("latin-1"), int(match[2])
        n_bytes = len(content) - match.end()
        has_length = length in (None, n_elements) and n_bytes == n_elements * expected.itemsize
        if found_type != expected.str or not has_length:
            found = f"{n_elements:,} of type {found_type} in {n_bytes:,} bytes"
            raise FileFormatError(f"{subject} must hold {allowed}; got {found}.")
        values: NDArray[Any] = np.frombuffer(content, expected, offset=match.end()).astype(dtype)
        return values

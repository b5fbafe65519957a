"""Read arrays of an ``.npz`` file, compressed or not, that may be large and are not trusted.

`numpy.load` evaluates the header of an array as Python source, and allocates whatever it claims. Here every
claim is compared before memory is taken: an array with what the archive says it unpacks to, and that with a
limit and with what images reasonably unpack to (MNIST grows fivefold, a zip bomb a thousandfold). What really
comes out may then be shorter than claimed, which is refused, but never longer. Python objects are never read:
a pickle could run a program.
"""

from __future__ import annotations

import zipfile
from collections.abc import Generator
from math import prod
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import FileFormatError
from nnapp.storage.load_progress import LoadProgress, ProgressMeter
from nnapp.storage.npy_header import NpyHeader, check_characters, read_npy_header
from nnapp.storage.zip_archive import open_zip
from nnapp.storage.zip_damage import zip_damage_told

__all__ = ["NpzArchive"]

_SUFFIX = ".npy"
_MAX_MEMBERS = 1000
_MAX_GROWTH = 200
_FREE_BYTES = 1 << 26  # what may be there in any case, since images of one colour do shrink a thousandfold
_PIECE_BYTES = 1 << 20
_MAX_VALUES = 2**31
_LONGEST_TEXT = 1024  # every text of an array takes as much memory as the longest
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class NpzArchive:
    """The arrays of an ``.npz`` file, read one by one.

    Parameters
    ----------
    stream : binary file object
        Can seek, and stays open while arrays are read.
    name : str
        What to call it in the sentence of an error.
    max_bytes : int
        The most bytes that all arrays read may have together.

    Raises
    ------
    FileFormatError
        If the file is no ZIP archive, holds far more files than a data set has, or two of the same name.
    """

    def __init__(self, stream: BinaryIO, name: str, max_bytes: int) -> None:
        self._name = name
        self._max_bytes = self._left_bytes = max_bytes
        self._archive = open_zip(stream, name)
        members = self._archive.infolist()
        if len(members) > _MAX_MEMBERS:
            raise FileFormatError(f"{name} must hold at most {_MAX_MEMBERS:,} arrays; got {len(members):,}.")
        if len({member.filename for member in members}) < len(members):
            raise FileFormatError(f"Arrays in {name} must have different names; got one twice.")
        self._members = {
            member.filename.removesuffix(_SUFFIX): member for member in members if member.filename.endswith(_SUFFIX)
        }

    @property
    def names(self) -> list[str]:
        """Names of the arrays, in the order of the file."""
        return list(self._members)

    def header(self, array: str) -> NpyHeader:
        """Return what an array claims to be, for which no memory is taken; errors as for `reading`."""
        subject, member = self._subject(array), self._members[array]
        self._check_claim(member, subject)
        with zip_damage_told(self._name), self._archive.open(member) as stream:
            header = read_npy_header(cast(BinaryIO, stream), subject)
            self._check_header(header, member, subject)
        return header

    def reading(self, array: str, max_bytes: int | None = None) -> Generator[LoadProgress, None, NDArray[Any]]:
        """Read an array by its name, yielding how far it has come every tenth of a second.

        Parameters
        ----------
        array : str
        max_bytes : int, optional
            The most bytes that it may have by itself.

        Returns
        -------
        array
            Read-only, of any plain type and order of axes; texts in native byte order.

        Raises
        ------
        FileFormatError
            If its bytes are damaged, claim too much, are Python objects, or texts of no characters or far too many.
        """
        subject, member = self._subject(array), self._members[array]
        self._check_claim(member, subject)
        with zip_damage_told(self._name), self._archive.open(member) as stream:
            header = read_npy_header(cast(BinaryIO, stream), subject)
            self._check_header(header, member, subject)
            if max_bytes is not None and header.n_bytes > max_bytes:
                raise FileFormatError(f"{subject} must have at most {max_bytes:,} bytes; got {header.n_bytes:,}.")
            self._left_bytes -= header.n_bytes
            values = bytearray()
            meter = ProgressMeter(f"Reading {array}", header.n_bytes, "bytes")
            while piece := stream.read(_PIECE_BYTES):
                values += piece
                if meter.is_due:
                    yield meter.at(len(values))
        if len(values) != header.n_bytes:
            raise FileFormatError(f"{subject} must hold {header.n_bytes:,} bytes of values; got {len(values):,}.")
        read: NDArray[Any] = np.ndarray(header.shape, header.dtype, values, order="F" if header.fortran_order else "C")
        if header.dtype.kind == "U":
            read = read.astype(header.dtype.newbyteorder("="))
            check_characters(read, subject)
        read.setflags(write=False)
        return read

    def _subject(self, array: str) -> str:
        return f"Array {array!r} in {self._name}"

    def _check_claim(self, member: zipfile.ZipInfo, subject: str) -> None:
        """Refuse what the archive's directory says, before anything is unpacked."""
        if member.compress_type not in _METHODS:
            raise FileFormatError(f"{subject} must be stored or deflated; got method {member.compress_type}.")
        allowed = max(member.compress_size * _MAX_GROWTH, _FREE_BYTES)
        if member.file_size > allowed:
            raise FileFormatError(
                f"{subject} must unpack to at most {allowed:,} bytes, being {member.compress_size:,}; "
                f"got {member.file_size:,}."
            )

    def _check_header(self, header: NpyHeader, member: zipfile.ZipInfo, subject: str) -> None:
        """Refuse what the header of an array says, before memory is taken for it."""
        if header.is_pickled:
            raise FileFormatError(
                f"{subject} must hold numbers or texts; got Python objects, which are not read because they could run "
                "a program."
            )
        if header.n_bytes == 0 or prod(header.shape) > _MAX_VALUES:
            shape = " × ".join(map(str, header.shape))
            raise FileFormatError(f"{subject} must hold 1 to {_MAX_VALUES:,} values; got {shape}.")
        n_characters = header.dtype.itemsize // {"U": 4, "S": 1}.get(header.dtype.kind, header.dtype.itemsize)
        if n_characters > _LONGEST_TEXT:
            raise FileFormatError(
                f"Texts of {subject[0].lower()}{subject[1:]} must have at most {_LONGEST_TEXT:,} characters; "
                f"got {n_characters:,}."
            )
        if header.offset + header.n_bytes != member.file_size:
            raise FileFormatError(
                f"{subject} must hold {header.n_bytes:,} bytes of values, as its header says; "
                f"got {member.file_size - header.offset:,}."
            )
        if header.n_bytes > self._left_bytes:
            raise FileFormatError(
                f"The arrays in {self._name} must have at most {self._max_bytes:,} bytes together; "
                f"got more with {header.n_bytes:,} of {subject.partition(' in ')[0].lower()}."
            )

"""Networks in NumPy's files: ``.npz`` archives of arrays, and single arrays in ``.npy`` files.

`numpy.load` is not used: it evaluates headers as Python source, allocates what they claim, and for
arrays of objects runs what a pickle says.
"""

from __future__ import annotations

import os
import zipfile
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.network import MAX_PARAMETERS
from nnapp.errors import FileFormatError
from nnapp.storage.exchange.array_layouts import Orientation, network_from_arrays
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.network_content import NetworkContent
from nnapp.storage.npy_header import NpyHeader, read_npy_header, read_npy_values
from nnapp.storage.zip_archive import open_zip
from nnapp.storage.zip_damage import zip_damage_told

__all__ = ["has_npy_members", "read_npy_network_from", "read_npz_network_from"]

_SUFFIX = ".npy"
_MAX_MEMBERS = 4096
_MAX_GROWTH = 100
"""Most times that compressed arrays may grow. Weights hardly shrink at all; a zip bomb grows a thousandfold."""

_FREE_BYTES = 1 << 24  # what may be there in any case, since arrays of zeros do shrink a thousandfold
_MAX_BYTES = 8 * MAX_PARAMETERS


def has_npy_members(stream: BinaryIO) -> bool:
    """Return whether a stream is a ZIP archive with an array of NumPy in it; it may be left anywhere."""
    stream.seek(0)
    if stream.read(2) != b"PK":
        return False
    try:
        with open_zip(stream, "the file") as archive:
            return any(member.filename.endswith(_SUFFIX) for member in archive.infolist())
    except (FileFormatError, OSError):
        return False


def read_npz_network_from(stream: BinaryIO, name: str, orientation: Orientation | None = None) -> ForeignNetwork:
    """Read a network from an ``.npz`` archive, compressed or not.

    Parameters
    ----------
    stream : binary file object
        Can seek.
    name : str
        What to call it in the sentence of an error.
    orientation : str, optional
        What a person says about the weights, see `network_from_arrays`.

    Raises
    ------
    FileFormatError
        If the archive is damaged, or claims more than it can hold.
    NetworkError, MissingAnswerError
        As `network_from_arrays`.
    """
    n_bytes = stream.seek(0, os.SEEK_END)
    content = NetworkContent(name)
    with open_zip(stream, name) as archive:
        members = archive.infolist()
        _check_members(members, n_bytes, name)
        for member in members:
            array = member.filename.removesuffix(_SUFFIX)
            subject = f"Array {array[:60]!r} in {name}"
            with zip_damage_told(name), archive.open(member) as file:
                content.add(array, _read_array(file, member.file_size, subject))  # type: ignore[arg-type]  # BinaryIO
    return network_from_arrays(content.arrays, name, orientation=orientation, words=content.words)


def read_npy_network_from(stream: BinaryIO, name: str, orientation: Orientation | None = None) -> ForeignNetwork:
    """Read a network from a ``.npy`` file: a list or dictionary of arrays, or one matrix of weights.

    Arguments and errors as for `read_npz_network_from`.
    """
    n_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    content = NetworkContent(name)
    found = _read_array(stream, n_bytes, name)
    if isinstance(found, np.ndarray) and found.dtype == object and found.ndim == 0:
        found = found.item()
    if isinstance(found, dict):
        for key, value in found.items():
            content.add(str(key), value)
    else:
        is_matrix = isinstance(found, np.ndarray) and found.dtype != object  # a pickle can hold anything, a number too
        content.add("weights" if is_matrix else "", found)
    return network_from_arrays(content.arrays, name, orientation=orientation, words=content.words)


def _check_members(members: list[zipfile.ZipInfo], n_bytes: int, name: str) -> None:
    """Refuse an archive by what its directory claims, before anything in it is read."""
    if len(members) > _MAX_MEMBERS:
        raise FileFormatError(f"{name} must hold at most {_MAX_MEMBERS:,} arrays; got {len(members):,}.")
    for member in members:
        if not member.filename.endswith(_SUFFIX):
            raise FileFormatError(f"Files in {name} must be named *{_SUFFIX}; got {member.filename[:60]!r}.")
        # Other methods, which NumPy never uses, may take gigabytes for a dictionary.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FileFormatError(f"Arrays in {name} must be stored or deflated; got method {member.compress_type}.")
    if {"description.npy", "parameters.npy"} <= {member.filename for member in members}:
        network = f"{name.removesuffix('.run.npz')}.nn" if name.endswith(".run.npz") else "a .nn file"
        raise FileFormatError(f"{name} is no network but the state of a run that belongs to {network}; open that.")
    if len({member.filename for member in members}) < len(members):
        raise FileFormatError(f"Arrays in {name} must have different names; got one twice.")
    claimed = sum(member.file_size for member in members)
    allowed = min(_MAX_GROWTH * n_bytes + _FREE_BYTES, _MAX_BYTES)
    if claimed > allowed:
        raise FileFormatError(
            f"Arrays in {name} must have at most {allowed:,} bytes, for a file of {n_bytes:,}; got {claimed:,}."
        )


def _read_array(stream: BinaryIO, n_bytes: int, subject: str) -> Any:
    """Return the array that makes up `n_bytes` of a stream, or the objects that a restricted pickle stands for."""
    header = read_npy_header(stream, subject)
    if header.is_pickled:
        from nnapp.storage.exchange.pickled_arrays import load_object_array

        return load_object_array(stream, subject)
    _check_claim(header, n_bytes, subject)
    values: NDArray[Any] = read_npy_values(stream, header, subject)
    return values


def _check_claim(header: NpyHeader, n_bytes: int, subject: str) -> None:
    if header.offset + header.n_bytes != n_bytes:
        shape = " × ".join(map(str, header.shape)) or "one value"
        raise FileFormatError(
            f"{subject} must hold {header.n_bytes:,} bytes of values for {shape} of type {header.dtype.str}; "
            f"got {n_bytes - header.offset:,}."
        )
    if header.n_bytes > _MAX_BYTES:
        raise FileFormatError(f"{subject} must hold at most {_MAX_BYTES:,} bytes of values; got {header.n_bytes:,}.")

"""Read and write IDX files, the format in which MNIST and its relatives are published.

Specification
-------------
After http://yann.lecun.com/exdb/mnist/, section "The IDX file format". All numbers are big-endian,
and nothing stands between the fields:

======  ================  ====================================================================
offset  type              what
======  ================  ====================================================================
0       2 × uint8         0, 0
2       uint8             element type: 0x08 uint8, 0x09 int8, 0x0B int16, 0x0C int32,
                          0x0D float32, 0x0E float64
3       uint8             number of dimensions D
4       uint32 × D        size of each dimension
4 + 4D  elements          in C order: the last dimension changes fastest
======  ================  ====================================================================

The file ends with the last element. It may be gzipped as a whole (RFC 1952), which a reader
recognises by the bytes 0x1F 0x8B at the start, whatever the file is called.

This reader adds three limits, so that no file can claim more than is reasonable: D is 1 to 32, a
file holds at most 2 GiB of elements, and a gzipped file claims at most 1032 times its own size,
which is the most that the deflate format can compress (https://zlib.net/zlib_tech.html).
"""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import struct
import zlib
from collections.abc import Callable, Generator
from contextlib import nullcontext
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import DataError, FileFormatError
from nnapp.storage.files import atomic_writer, open_for_reading
from nnapp.storage.load_progress import LoadProgress, ProgressMeter, drained

__all__ = ["MAX_DATA_BYTES", "MAX_DIMENSIONS", "read_idx", "reading_idx", "sha256_of_idx", "write_idx", "writing_idx"]

MAX_DIMENSIONS = 32
"""The most dimensions read or written: what every supported NumPy can hold."""

MAX_DATA_BYTES = 2**31
"""The most bytes of elements read from one file; the largest EMNIST set has 0.6 × 10⁹."""

_ELEMENT_TYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
_GZIP_MAGIC = b"\x1f\x8b"
_MAX_DEFLATE_RATIO = 1032
_PIECE_BYTES = 1 << 20


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Read an IDX file, gzipped or not.

    Parameters
    ----------
    path : path-like
        The file; its name does not matter.

    Returns
    -------
    NDArray
        A new array of the file's shape and element type, C-contiguous, in native byte order.

    Raises
    ------
    FileFormatError
        If the bytes break the format, with what was expected and what was found.
    StorageError
        If the file cannot be read.
    """
    return drained(reading_idx(path))


def reading_idx(
    path: str | os.PathLike[str], check_shape: Callable[[tuple[int, ...]], None] = lambda shape: None
) -> Generator[LoadProgress, None, NDArray[Any]]:
    """Read an IDX file as `read_idx` does, yielding how far it has come every tenth of a second.

    `check_shape` is called with the shape before memory is taken for it, and may raise.
    """
    name = os.fspath(path)
    with open_for_reading(path) as stream:
        file_bytes = os.fstat(stream.fileno()).st_size
        is_gzipped = stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        stream.seek(0)
        if not is_gzipped:
            return (yield from _reading_array(stream, name, file_bytes, check_shape, is_exact=True))
        with gzip.GzipFile(fileobj=stream) as unzipped:
            longest = file_bytes * _MAX_DEFLATE_RATIO
            return (yield from _reading_array(unzipped, name, longest, check_shape, is_exact=False))


def write_idx(path: str | os.PathLike[str], array: NDArray[Any]) -> None:
    """Write `array` as an IDX file, gzipped if the name ends in ``.gz``.

    The same array gives the same bytes: the gzip header holds neither time nor name.

    Parameters
    ----------
    path : path-like
        The file to write; an earlier one is replaced only when the new one is complete.
    array : NDArray
        Of 1 to 32 dimensions; uint8, int8, int16, int32, float32 or float64 in any byte order.

    Raises
    ------
    DataError
        If the format cannot hold such an array.
    StorageError
        If the file cannot be written.
    """
    with atomic_writer(path) as stream:
        drained(writing_idx(stream, array, is_gzipped=os.fspath(path).lower().endswith(".gz")))


def writing_idx(stream: BinaryIO, array: NDArray[Any], *, is_gzipped: bool) -> Generator[int, None, None]:
    """Write `array` as an IDX file to a stream, yielding after every piece how many bytes of elements are written.

    Raises
    ------
    DataError
        If the format cannot hold such an array.
    """
    header, elements = _encode(array)
    # Level 9, the default, takes ten times as long for 2 % of the size of handwritten digits.
    packer = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=stream, mtime=0) if is_gzipped else None
    with packer or nullcontext():
        target: Any = packer or stream
        target.write(header)
        for start in range(0, len(elements), _PIECE_BYTES):
            target.write(elements[start : start + _PIECE_BYTES])
            yield min(start + _PIECE_BYTES, len(elements))


def sha256_of_idx(array: NDArray[Any]) -> str:
    """Return the SHA-256 of the uncompressed IDX file that holds `array`, as 64 hexadecimal digits.

    An array has exactly one such file, so for an array that was read this is the checksum of the
    file it came from, gzipped or not, without reading it again.

    Raises
    ------
    DataError
        If the format cannot hold such an array.
    """
    header, elements = _encode(array)
    digest = hashlib.sha256(header)
    digest.update(elements)
    return digest.hexdigest()


def _encode(array: NDArray[Any]) -> tuple[bytes, memoryview]:
    """Return the header and the elements of `array` as they stand in a file."""
    codes = {element_type: code for code, element_type in _ELEMENT_TYPES.items()}
    element_type = array.dtype.newbyteorder(">")
    if element_type not in codes:
        allowed = ", ".join(_name_of(known) for known in codes)
        raise DataError(f"The elements of an IDX file must be {allowed}; got {array.dtype}.")
    if not 1 <= array.ndim <= MAX_DIMENSIONS:
        raise DataError(f"An IDX file must have 1 to {MAX_DIMENSIONS} dimensions; got {array.ndim}.")
    if max(array.shape) >= 2**32:
        raise DataError(f"A dimension of an IDX file must be less than 2³²; got {max(array.shape)}.")
    header = bytes([0, 0, codes[element_type], array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    # A flat view of bytes, because a memoryview with a dimension of size 0 cannot be written.
    flat = np.ascontiguousarray(array, dtype=element_type).reshape(-1).view(np.uint8)
    return header, flat.data


def _reading_array(
    stream: BinaryIO | gzip.GzipFile,
    name: str,
    longest: int,
    check_shape: Callable[[tuple[int, ...]], None],
    *,
    is_exact: bool,
) -> Generator[LoadProgress, None, NDArray[Any]]:
    """Read header and elements from `stream`, whose length is `longest`, or at most that."""
    element_type, shape, header_bytes = _read_header(stream, name)
    # Python integers do not overflow, whatever the file claims. A size of 0 counts as 1 in the
    # limit, because NumPy refuses shapes whose other sizes multiply to more than it can index.
    if math.prod(size or 1 for size in shape) * element_type.itemsize > MAX_DATA_BYTES:
        raise FileFormatError(
            f"{name} must claim at most {MAX_DATA_BYTES} bytes of elements; got {_describe(shape, element_type)}."
        )
    n_bytes = math.prod(shape) * element_type.itemsize
    must = f"{name} must hold {_describe(shape, element_type)}, which is {_count(n_bytes)} after the header"
    found = longest - header_bytes
    if found < n_bytes or (is_exact and found > n_bytes):
        raise FileFormatError(f"{must}; got {_count(found)}" + ("." if is_exact else " at the very most."))
    check_shape(shape)
    # One byte more than expected is asked for, to see that the file ends where it must.
    elements = bytearray()
    meter = ProgressMeter(f"Reading {os.path.basename(name)}", n_bytes, "bytes")
    while piece := _read_up_to(stream, min(n_bytes + 1 - len(elements), _PIECE_BYTES), name, len(elements)):
        elements += piece
        if meter.is_due:
            yield meter.at(min(len(elements), n_bytes))
    if len(elements) != n_bytes:
        raise FileFormatError(f"{must}; got {_count(len(elements)) if len(elements) < n_bytes else 'more'}.")
    array: NDArray[Any] = np.ndarray(shape, element_type, buffer=elements)
    return array.astype(element_type.newbyteorder("="), copy=False)


def _read_header(stream: BinaryIO | gzip.GzipFile, name: str) -> tuple[np.dtype[Any], tuple[int, ...], int]:
    """Return element type, shape and length in bytes of the header."""
    start = _read_up_to(stream, 4, name)
    if len(start) < 4:
        raise FileFormatError(f"{name} must start with the 4 bytes of an IDX header; got {_count(len(start))}.")
    zeros, code, n_dimensions = start[:2], start[2], start[3]
    if zeros != b"\0\0":
        raise FileFormatError(f"{name} must start with two zero bytes, as IDX files do; got 0x{start.hex()}.")
    if code not in _ELEMENT_TYPES:
        allowed = ", ".join(f"0x{known:02X}" for known in _ELEMENT_TYPES)
        raise FileFormatError(f"The IDX element type of {name} must be one of {allowed}; got 0x{code:02X}.")
    if not 1 <= n_dimensions <= MAX_DIMENSIONS:
        raise FileFormatError(f"{name} must have 1 to {MAX_DIMENSIONS} dimensions; got {n_dimensions}.")
    sizes = _read_up_to(stream, 4 * n_dimensions, name)
    if len(sizes) < 4 * n_dimensions:
        raise FileFormatError(
            f"{name} must hold {_count(4 * n_dimensions)} of dimension sizes at offset 4; got {_count(len(sizes))}."
        )
    return _ELEMENT_TYPES[code], struct.unpack(f">{n_dimensions}I", sizes), 4 + len(sizes)


def _read_up_to(stream: BinaryIO | gzip.GzipFile, n_bytes: int, name: str, n_before: int = 0) -> bytearray:
    """Read `n_bytes` after the `n_before` read already, or fewer where the stream ends."""
    received = bytearray()
    try:
        while piece := stream.read(min(n_bytes - len(received), _PIECE_BYTES)):
            received += piece
    except EOFError as error:
        place = _count(n_before + len(received))
        raise FileFormatError(
            f"{name} must be a complete gzip file; got one cut short {place} into its content."
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FileFormatError(f"{name} must be an undamaged gzip file; got one that fails with: {error}.") from error
    return received


def _describe(shape: tuple[int, ...], element_type: np.dtype[Any]) -> str:
    return f"{' × '.join(str(size) for size in shape)} elements of type {_name_of(element_type)}"


def _name_of(element_type: np.dtype[Any]) -> str:
    return str(element_type.newbyteorder("=").name)


def _count(n_bytes: int) -> str:
    return "1 byte" if n_bytes == 1 else f"{n_bytes} bytes"

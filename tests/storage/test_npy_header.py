"""Headers of arrays: the same as NumPy's own, and text that is never evaluated."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from nnapp.errors import FileFormatError
from nnapp.storage.npy_header import read_npy_header, read_npy_values


def npy(header: str, data: bytes = b"", version: int = 1) -> bytes:
    text = header.encode("latin-1")
    length = len(text).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + length + text + data


@given(
    st_numpy.arrays(
        st.sampled_from(["<f4", ">f4", "<f8", ">f8", "<f2", "|u1", "<i8", ">i2", "|b1", "<U3", "|S5"]),
        st_numpy.array_shapes(min_dims=0, max_dims=4, max_side=4),
    ),
    st.sampled_from([1, 2, 3]),
    st.booleans(),
)
def test_what_numpy_writes_is_read(array: Any, version: int, in_fortran_order: bool) -> None:
    stream = io.BytesIO()
    written = np.asfortranarray(array) if in_fortran_order else array
    np.lib.format.write_array(stream, written, version=(version, 0))
    stream.seek(0)
    header = read_npy_header(stream, "x")
    assert header.shape == written.shape
    assert header.dtype == written.dtype
    assert header.offset == stream.tell()
    assert header.n_bytes == len(stream.getvalue()) - header.offset
    values = read_npy_values(stream, header, "x")
    np.testing.assert_array_equal(values, array)
    assert values.dtype.isnative
    assert values.flags.c_contiguous
    assert values.flags.writeable


def test_python_objects_are_told_and_not_read() -> None:
    stream = io.BytesIO()
    np.save(stream, np.array([None, 1], object), allow_pickle=True)
    stream.seek(0)
    header = read_npy_header(stream, "x")
    assert header.is_pickled
    with pytest.raises(FileFormatError, match="Python objects"):
        read_npy_values(stream, header, "x")


def test_a_claim_takes_no_memory() -> None:
    header = read_npy_header(
        io.BytesIO(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999, 999999999999), }")), "x"
    )
    assert header.n_bytes == 8 * 999999999999**2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY",
        b"\x93NUMPX\x01\x00\x00\x00",
        b"\x93NUMPY\x04\x00\x00\x00\x00\x00",
        b"\x93NUMPY\x01\x00\xff\xff",
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff",
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }")[:-9],
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': 2, }"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (" + "9" * 19 + ",), }"),
        npy("{'descr': '<f4' 'fortran_order': False, 'shape': (2,)}"),
        npy("{'descr': '<M8[s]', 'fortran_order': False, 'shape': (2,)}"),
        npy("{'descr': 'i4,f4', 'fortran_order': False, 'shape': (2,)}"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2 2,)}"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1if 1else 2,)}"),
        npy("{'descr': '<f4', 'fortran_order': None, 'shape': (2,)}"),
        npy("[]"),
    ],
)
def test_what_is_no_header(content: bytes) -> None:
    with pytest.raises(FileFormatError, match=r"x must"):
        read_npy_header(io.BytesIO(content), "x")


@pytest.mark.parametrize("code", [0x110000, 0xFFFFFFFF, 0xD800, 0xDFFF])
@pytest.mark.parametrize("order", ["<", ">"])
def test_texts_are_made_of_characters(code: int, order: str) -> None:
    data = np.array([ord("a"), code], f"{order}u4").tobytes()
    stream = io.BytesIO(npy(f"{{'descr': '{order}U2', 'fortran_order': False, 'shape': (), }}", data))
    header = read_npy_header(stream, "x")
    with pytest.raises(FileFormatError, match=f"Unicode characters; got 0x{code:X}"):
        read_npy_values(stream, header, "x")


def test_values_that_end_too_early() -> None:
    stream = io.BytesIO(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", bytes(7)))
    header = read_npy_header(stream, "x")
    with pytest.raises(FileFormatError, match="must hold 8 bytes of values; got 7"):
        read_npy_values(stream, header, "x")


@pytest.mark.parametrize(
    ("dtype", "shape"),
    [
        ("<U0", "(999999999999999999,)"),
        ("|S0", "(3000000000,)"),
        ("<U0", "()"),
        # NumPy multiplies the others where one length is 0.
        ("<f4", "(0, 999999999999999999, 999999999999999999)"),
        ("<U3", "(999999999999999999, 0, 999999999999999999)"),
    ],
)
def test_values_of_no_bytes_take_no_memory(dtype: str, shape: str) -> None:
    stream = io.BytesIO(npy(f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"))
    header = read_npy_header(stream, "x")
    with pytest.raises(FileFormatError, match="x must be small enough to be held; got "):
        read_npy_values(stream, header, "x")

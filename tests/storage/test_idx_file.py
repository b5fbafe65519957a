"""IDX files: golden bytes, round trips, and one sentence for everything that can be wrong."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from nnapp.errors import DataError, FileFormatError, NnappError, StorageError
from nnapp.storage.idx_file import MAX_DATA_BYTES, read_idx, reading_idx, sha256_of_idx, write_idx, writing_idx

# The folder may be shared by all examples, because each writes the file anew.
shared_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

arrays = hnp.arrays(
    dtype=st.sampled_from(["uint8", "int8", "int16", "int32", "float32", "float64", ">i2", ">i4", ">f4", ">f8"]),
    shape=hnp.array_shapes(min_dims=1, max_dims=5, min_side=0, max_side=4),
)


def error_of(path: Path) -> str:
    """Return the sentence with which `path` is refused."""
    with pytest.raises(FileFormatError) as caught:
        read_idx(path)
    return str(caught.value)


def refusal_of(path: Path) -> str | None:
    """Return the sentence with which `path` is refused, or None if it is read."""
    try:
        read_idx(path)
    except NnappError as error:
        return str(error)
    return None


def save(folder: Path, content: bytes | bytearray) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("array", "golden"),
    [
        # Zeros, type, number of dimensions | sizes | elements, all big-endian.
        (np.array([[1, 2, 3], [4, 5, 255]], "uint8"), "00000802 00000002 00000003 010203 0405ff"),
        (np.array([-1, 127], "int8"), "00000901 00000002 ff 7f"),
        (np.array([258, -2], "int16"), "00000b01 00000002 0102 fffe"),
        (np.array([[[16909060]]], "int32"), "00000c03 00000001 00000001 00000001 01020304"),
        # IEEE 754: 1.0 is 3f800000, −2.0 is c0000000; as float64, 1.0 is 3ff0000000000000.
        (np.array([1.0, -2.0], "float32"), "00000d01 00000002 3f800000 c0000000"),
        (np.array([1.0], "float64"), "00000e01 00000001 3ff0000000000000"),
        (np.zeros((0, 7), "uint8"), "00000802 00000000 00000007"),
    ],
)
def test_golden_bytes(tmp_path: Path, array: NDArray[Any], golden: str) -> None:
    path = tmp_path / "golden-idx"
    write_idx(path, array)
    assert path.read_bytes() == bytes.fromhex(golden)
    read = read_idx(path)
    assert read.dtype == array.dtype
    np.testing.assert_array_equal(read, array)


@shared_folder
@given(array=arrays, suffix=st.sampled_from(["", ".gz"]))
def test_round_trip(tmp_path: Path, array: NDArray[Any], suffix: str) -> None:
    path = tmp_path / f"array-idx{suffix}"
    write_idx(path, array)
    read = read_idx(path)
    assert read.shape == array.shape
    assert read.dtype == array.dtype.newbyteorder("=")
    assert read.dtype.isnative
    assert read.flags.c_contiguous
    # Bits, not values: a not-a-number must come back as the same one.
    assert read.tobytes() == array.astype(read.dtype).tobytes()


def test_array_in_any_memory_order(tmp_path: Path) -> None:
    array = np.arange(24, dtype="int16").reshape(2, 3, 4)
    for view in (array.T, array[:, ::-1], np.asfortranarray(array)):
        write_idx(tmp_path / "view", view)
        np.testing.assert_array_equal(read_idx(tmp_path / "view"), view)


def test_gzip_is_recognised_by_content(tmp_path: Path) -> None:
    array = np.arange(10, dtype="uint8")
    write_idx(tmp_path / "zipped.gz", array)
    os.replace(tmp_path / "zipped.gz", tmp_path / "zipped")
    write_idx(tmp_path / "plain", array)
    os.replace(tmp_path / "plain", tmp_path / "plain.gz")
    assert (tmp_path / "zipped").read_bytes()[:2] == b"\x1f\x8b"
    assert (tmp_path / "plain.gz").read_bytes()[:2] == b"\0\0"
    np.testing.assert_array_equal(read_idx(tmp_path / "zipped"), array)
    np.testing.assert_array_equal(read_idx(tmp_path / "plain.gz"), array)


def test_gzip_of_several_members(tmp_path: Path) -> None:
    # RFC 1952, section 2.2: a gzip file is one or more members, one after the other.
    content = bytes.fromhex("00000801 00000004 01020304")
    path = save(tmp_path, gzip.compress(content[:6]) + gzip.compress(content[6:]))
    np.testing.assert_array_equal(read_idx(path), [1, 2, 3, 4])


def test_gzip_is_reproducible(tmp_path: Path) -> None:
    array = np.arange(100, dtype="uint8")
    write_idx(tmp_path / "one.gz", array)
    write_idx(tmp_path / "two.GZ", array)
    content = (tmp_path / "one.gz").read_bytes()
    assert content == (tmp_path / "two.GZ").read_bytes()
    # RFC 1952: byte 3 holds the flags (no name), bytes 4 to 7 the time.
    assert content[3:8] == bytes(5)


def test_checksum_is_that_of_the_uncompressed_file(tmp_path: Path) -> None:
    array = np.arange(6, dtype="int16").reshape(2, 3)
    write_idx(tmp_path / "array", array)
    assert sha256_of_idx(array) == hashlib.sha256((tmp_path / "array").read_bytes()).hexdigest()
    assert sha256_of_idx(array.astype(">i2")) == sha256_of_idx(array)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_every_proper_prefix_is_refused(tmp_path: Path, suffix: str) -> None:
    write_idx(tmp_path / f"whole{suffix}", np.arange(12, dtype="int16").reshape(3, 4))
    whole = (tmp_path / f"whole{suffix}").read_bytes()
    for length in range(len(whole)):
        path = save(tmp_path, whole[:length])
        assert str(path) in error_of(path)


@shared_folder
@given(content=st.binary(max_size=200))
def test_random_bytes_raise_nothing_unexpected(tmp_path: Path, content: bytes) -> None:
    for beginning in (b"", b"\0\0\x08\x01", b"\0\0\x0d\x20", b"\x1f\x8b", b"\x1f\x8b\x08\0\0\0\0\0\0\0"):
        sentence = refusal_of(save(tmp_path, beginning + content))
        assert sentence is None or sentence.endswith(".")


@shared_folder
@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_flipped_bit_in_a_gzip_raises_nothing_unexpected(tmp_path: Path, position: int, bit: int) -> None:
    content = bytearray(gzip.compress(bytes.fromhex("00000801 00000040") + bytes(range(64)), mtime=0))
    content[position % len(content)] ^= 1 << bit
    path = save(tmp_path, content)
    sentence = refusal_of(path)
    if sentence is None:
        # Some bits of the gzip header (the time, the system) do not matter; the array must be right then.
        np.testing.assert_array_equal(read_idx(path), np.arange(64))
    else:
        assert str(path) in sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "{} must start with the 4 bytes of an IDX header; got 0 bytes."),
        ("000008", "{} must start with the 4 bytes of an IDX header; got 3 bytes."),
        ("89504e47 0d0a1a0a", "{} must start with two zero bytes, as IDX files do; got 0x89504e47."),
        (
            "00000a01 00000000",
            "The IDX element type of {} must be one of 0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E; got 0x0A.",
        ),
        ("00000800", "{} must have 1 to 32 dimensions; got 0."),
        ("00000821", "{} must have 1 to 32 dimensions; got 33."),
        ("00000802 00000001 000001", "{} must hold 8 bytes of dimension sizes at offset 4; got 7 bytes."),
        (
            "00000b02 00000002 00000003 00",
            "{} must hold 2 × 3 elements of type int16, which is 12 bytes after the header; got 1 byte.",
        ),
        (
            "00000801 00000002 010203",
            "{} must hold 2 elements of type uint8, which is 2 bytes after the header; got 3 bytes.",
        ),
    ],
)
def test_one_crafted_file_for_each_rule(tmp_path: Path, content: str, sentence: str) -> None:
    path = save(tmp_path, bytes.fromhex(content))
    assert error_of(path) == sentence.format(path)


def test_trailing_bytes_in_a_gzip(tmp_path: Path) -> None:
    content = bytes.fromhex("00000801 00000002 0102")
    assert error_of(save(tmp_path, gzip.compress(content + b"\3"))).endswith("2 bytes after the header; got more.")
    assert "undamaged gzip" in error_of(save(tmp_path, gzip.compress(content) + b"more"))


def test_missing_bytes_in_a_gzip(tmp_path: Path) -> None:
    path = save(tmp_path, gzip.compress(bytes.fromhex("00000801 00000002 01")))
    assert error_of(path).endswith("2 bytes after the header; got 1 byte.")


def test_claim_beyond_what_deflate_can_compress(tmp_path: Path) -> None:
    zipped = gzip.compress(bytes.fromhex("00000801 05f5e100"), mtime=0)
    # 05f5e100 is 10⁸; 8 of the bytes that deflate can hold at 1032 : 1 are the header.
    assert error_of(save(tmp_path, zipped)).endswith(
        f"which is 100000000 bytes after the header; got {len(zipped) * 1032 - 8} bytes at the very most."
    )


def test_damaged_gzip(tmp_path: Path) -> None:
    whole = gzip.compress(bytes.fromhex("00000801 00000002 0102"))
    # The last 8 bytes are CRC-32 and length (RFC 1952, section 2.3.1).
    wrong_crc = whole[:-8] + bytes(byte ^ 0xFF for byte in whole[-8:-4]) + whole[-4:]
    wrong_length = whole[:-4] + struct.pack("<I", 11)
    wrong_stream = whole[:10] + b"\xff" + whole[11:]
    for content in (wrong_crc, wrong_length, wrong_stream):
        path = save(tmp_path, content)
        assert error_of(path).startswith(f"{path} must be an undamaged gzip file; got one that fails with: ")


def test_claims_that_cannot_be_true_are_refused_before_memory_is_used(tmp_path: Path) -> None:
    import tracemalloc

    one_gigabyte = struct.pack(">4B3I", 0, 0, 8, 3, 10**4, 10**3, 10**2)
    ten_gigabytes = struct.pack(">4B3I", 0, 0, 8, 3, 10**4, 10**3, 10**3)
    beyond_64_bits = struct.pack(">4B3I", 0, 0, 14, 3, *[2**32 - 1] * 3)
    nothing_of_far_too_much = struct.pack(">4B4I", 0, 0, 8, 4, 0, *[2**32 - 1] * 3)
    gzip_bomb = gzip.compress(struct.pack(">4B1I", 0, 0, 8, 1, 10**5) + bytes(10**8))
    claims = [one_gigabyte, ten_gigabytes, beyond_64_bits, nothing_of_far_too_much]
    claims += [gzip.compress(claim) for claim in claims]
    claims += [gzip_bomb]
    for claim in claims:
        path = save(tmp_path, claim)
        tracemalloc.start()
        message = error_of(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert str(path) in message
        assert peak < 8_000_000, f"{peak} bytes for {claim[:20]!r}"


def test_largest_claim_is_named(tmp_path: Path) -> None:
    path = save(tmp_path, struct.pack(">4B2I", 0, 0, 12, 2, 2**29, 2))
    # 2²⁹ × 2 elements of 4 bytes are 2³² bytes, twice the limit.
    assert error_of(path) == (
        f"{path} must claim at most {MAX_DATA_BYTES} bytes of elements; got 536870912 × 2 elements of type int32."
    )


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="it does not exist"):
        read_idx(tmp_path / "missing")
    with pytest.raises(StorageError, match="it is a folder, not a file"):
        read_idx(tmp_path)


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.zeros(3, "int64"), "must be uint8, int8, int16, int32, float32, float64; got int64."),
        (np.zeros(3, "uint16"), "got uint16."),
        (np.zeros(3, bool), "got bool."),
        (np.array(["a"]), "got <U1."),
        (np.zeros((), "uint8"), "An IDX file must have 1 to 32 dimensions; got 0."),
        (np.broadcast_to(np.uint8(0), 2**32), "A dimension of an IDX file must be less than 2³²; got 4294967296."),
    ],
)
def test_arrays_the_format_cannot_hold(tmp_path: Path, array: NDArray[Any], sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        write_idx(tmp_path / "array", array)
    assert str(caught.value).endswith(sentence)
    assert os.listdir(tmp_path) == []


def test_writing_tells_how_far_it_is(tmp_path: Path) -> None:
    """Two and a half MiB in pieces of one."""
    array = np.zeros(5 << 19, np.uint8)
    stream = io.BytesIO()
    assert list(writing_idx(stream, array, is_gzipped=False)) == [1 << 20, 2 << 20, 5 << 19]
    write_idx(tmp_path / "a", array)
    assert stream.getvalue() == (tmp_path / "a").read_bytes()


def test_the_shape_is_told_before_memory_is_taken_for_it(tmp_path: Path) -> None:
    path = tmp_path / "images"
    write_idx(path, np.zeros((2, 1025, 3), np.uint8))
    told: list[tuple[int, ...]] = []

    def refuse(shape: tuple[int, ...]) -> None:
        told.append(shape)
        raise DataError("too large")

    steps = reading_idx(path, refuse)
    with pytest.raises(DataError, match="too large"):
        next(steps)
    assert told == [(2, 1025, 3)]

"""`.npz` files: the same as NumPy's own, and nothing trusted."""

from __future__ import annotations

import errno
import io
import os
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.errors import FileFormatError
from nnapp.storage.npz_file import NpzReader, write_npz

ARRAYS: dict[str, NDArray[Any]] = {
    "text": np.frombuffer(b"abc", np.uint8),
    "weights": np.array([1.5, -2.0], np.float32),
    "empty": np.zeros(0, np.float64),
}


def written(arrays: dict[str, NDArray[Any]]) -> bytes:
    stream = io.BytesIO()
    write_npz(stream, arrays)
    return stream.getvalue()


def written_by_numpy(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of names that come twice
        with zipfile.ZipFile(stream, "w", method) as archive:
            for name, content in members:
                archive.writestr(name, content)
    return stream.getvalue()


def npy(header: str, data: bytes = b"") -> bytes:
    """Return an `.npy` file of version 1.0 with this header."""
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def opened(data: bytes) -> NpzReader:
    return NpzReader(io.BytesIO(data), "a.npz")


def sentence_of(data: bytes, *arguments: Any) -> str:
    with pytest.raises(FileFormatError) as caught:
        opened(data).read(*arguments)
    return str(caught.value)


@pytest.mark.parametrize("data", [written(ARRAYS), written_by_numpy(**ARRAYS)])
def test_arrays_are_read(data: bytes) -> None:
    reader = opened(data)
    assert reader.names == ["text", "weights", "empty"]
    for name, expected in ARRAYS.items():
        for length in (len(expected), None):
            values = reader.read(name, expected.dtype.name, length)
            assert values.dtype == expected.dtype
            assert values.tolist() == expected.tolist()
            values[:] = 0  # a copy that may be changed


def test_numpy_reads_what_is_written() -> None:
    with np.load(io.BytesIO(written(ARRAYS)), allow_pickle=False) as archive:
        assert {name: values.tolist() for name, values in archive.items()} == {
            "text": [97, 98, 99],
            "weights": [1.5, -2.0],
            "empty": [],
        }


def test_big_endian_arrays_are_written_in_little_endian() -> None:
    swapped = {"weights": ARRAYS["weights"].astype(">f4")}
    assert written(swapped) == written({"weights": ARRAYS["weights"]})


def test_bytes_do_not_depend_on_clock_or_system() -> None:
    data = written(ARRAYS)
    assert written(ARRAYS) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert member.create_system == 3


GOOD = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", struct.pack("<2f", 1.5, -2))


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (b"", "Array 'w' in a.npz must start as an array of one dimension; got b''."),
        (GOOD.replace(b"\x01\x00", b"\x02\x00"), "Array 'w' in a.npz must start as an array of one dimension; got "),
        (GOOD.replace(b"(2,)", b"2**9"), "Array 'w' in a.npz must start as an array of one dimension; got "),
        (GOOD.replace(b"(2,)", b"(1, 2)"), "Array 'w' in a.npz must start as an array of one dimension; got "),
        # The header that is there does not end where the header's length says.
        (GOOD[:8] + b"\x01\x00" + GOOD[10:], "Array 'w' in a.npz must start as an array of one dimension; got "),
        (
            GOOD.replace(b"(2,)", b"(3,)"),
            "Array 'w' in a.npz must hold 2 elements of type <f4; got 3 of type <f4 in 8 bytes.",
        ),
        (
            GOOD + b"more",
            "Array 'w' in a.npz must hold 2 elements of type <f4; got 2 of type <f4 in 12 bytes.",
        ),
        (
            GOOD.replace(b"<f4", b">f4"),
            "Array 'w' in a.npz must hold 2 elements of type <f4; got 2 of type >f4 in 8 bytes.",
        ),
        (
            npy("{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999,), }\n"),
            "Array 'w' in a.npz must hold 2 elements of type <f4; got 999,999,999,999 of type <f4 in 0 bytes.",
        ),
        (GOOD + b"!" * 5000, "Array 'w' in a.npz must hold 2 elements of type <f4; got 5,076 bytes."),
    ],
)
def test_each_rule_of_an_array_has_its_sentence(member: bytes, sentence: str) -> None:
    # 10 bytes before the header, 58 of header, 8 of data and 5000 more make 5076.
    assert len(GOOD) == 76
    assert sentence_of(zipped(("w.npy", member)), "w", "float32", 2).startswith(sentence)


def test_objects_are_never_unpickled() -> None:
    """The pickle would raise if it were loaded."""

    class Trap:
        def __reduce__(self) -> Any:
            return (pytest.fail, ("unpickled",))

    data = written_by_numpy(w=np.array([Trap()], object))
    assert sentence_of(data, "w", "uint8", None).startswith(
        "Array 'w' in a.npz must hold elements of type |u1; got 1 of type |O in "
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "a.npz must be an undamaged .npz file; got one that fails with: File is not a zip file."),
        (b"PK\x03\x04", "a.npz must be an undamaged .npz file; got one that fails with: File is not a zip file."),
        (
            zipped(("w.npy", GOOD), method=zipfile.ZIP_DEFLATED),
            "Arrays in a.npz must not be compressed; got 'w.npy', which is.",
        ),
        (zipped(("w.txt", GOOD)), "Files in a.npz must be named *.npy; got 'w.txt'."),
        (zipped(("w.npy", GOOD), ("w.npy", GOOD)), "Arrays in a.npz must have different names; got w, w."),
    ],
)
def test_each_rule_of_the_archive_has_its_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        opened(data)
    assert str(caught.value) == sentence


def test_arrays_that_share_their_bytes_are_refused() -> None:
    """Entries of the directory that overlap let a small archive claim any amount."""
    data = zipped(("w.npy", GOOD))
    directory = data.index(b"PK\x01\x02")
    # Compressed and full size are the uint32 at 20 and 24 of an entry (APPNOTE.TXT, section 4.3.12).
    claim = struct.pack("<2I", 2**31, 2**31)
    bomb = data[: directory + 20] + claim + data[directory + 28 :]
    with pytest.raises(FileFormatError) as caught:
        opened(bomb)
    assert str(caught.value) == f"Arrays in a.npz must fit into its {len(data):,} bytes; got 2,147,483,648 bytes."


def test_a_changed_byte_of_an_array_is_noticed() -> None:
    data = zipped(("w.npy", GOOD))
    position = data.index(struct.pack("<f", 1.5))
    changed = data[:position] + b"\x01" + data[position + 1 :]
    assert sentence_of(changed, "w", "float32", 2) == (
        "a.npz must be an undamaged .npz file; got one that fails with: Bad CRC-32 for file 'w.npy'."
    )


def read_all(data: bytes) -> dict[str, list[Any]] | None:
    """Return all arrays by name, None if something is refused."""
    try:
        reader = opened(data)
        return {name: reader.read(name, values.dtype.name, len(values)).tolist() for name, values in ARRAYS.items()}
    except FileFormatError:
        return None


def test_every_cut_is_refused() -> None:
    data = written(ARRAYS)
    assert [length for length in range(len(data)) if read_all(data[:length]) is not None] == []


def test_no_changed_byte_changes_an_array() -> None:
    data = written(ARRAYS)
    changed = [data[:i] + bytes([data[i] ^ flip]) + data[i + 1 :] for i in range(len(data)) for flip in (1, 0x80, 0xFF)]
    outcomes = [read_all(candidate) for candidate in changed]
    expected = {name: values.tolist() for name, values in ARRAYS.items()}
    # Dates and rights in the archive are not read, so some changes do no harm.
    assert [outcome for outcome in outcomes if outcome not in (None, expected)] == []


def test_a_missing_array_is_told() -> None:
    assert sentence_of(written(ARRAYS), "biases", "float32") == (
        "Arrays in a.npz must include 'biases'; got text, weights, empty."
    )
    assert sentence_of(written({}), "biases", "float32") == "Arrays in a.npz must include 'biases'; got none."


@pytest.mark.parametrize("size", [2**20, 2**22])
def test_a_directory_before_the_start_of_the_file_is_refused(tmp_path: Path, size: int) -> None:
    """An open file refuses to go there with an error of the system, unlike a stream in memory."""
    data = written(ARRAYS)
    path = tmp_path / "a.npz"
    # The size of the directory is the uint32 at 12 of the 22 bytes that end the file (section 4.3.16).
    path.write_bytes(data[:-10] + struct.pack("<I", size) + data[-6:])
    with path.open("rb") as stream, pytest.raises(FileFormatError, match=r"must be an undamaged \.npz file; got one"):
        NpzReader(stream, "a.npz")


def test_a_disk_that_fails_is_not_called_a_damaged_file() -> None:
    class Disk(io.BytesIO):
        fails = False

        def read(self, *arguments: Any) -> bytes:
            if self.fails:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read(*arguments)

    disk = Disk(written(ARRAYS))
    reader = NpzReader(disk, "a.npz")
    disk.fails = True
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        reader.read("weights", "float32", 2)


def test_a_directory_of_a_million_files_is_not_read() -> None:
    """It would take hundreds of bytes of memory for each. Its size is the uint32 at 12 of the 22 that end the file."""
    data = written(ARRAYS)
    with pytest.raises(FileFormatError, match="must have at most 4,194,304 bytes; got 47,000,000"):
        NpzReader(io.BytesIO(data[:-10] + struct.pack("<I", 47_000_000) + data[-6:]), "a.npz")

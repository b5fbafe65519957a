"""Archives with directories that are too long are not opened."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile

import pytest

from nnapp.errors import FileFormatError
from nnapp.storage.zip_archive import open_zip

ENTRY = b"PK\x01\x02" + bytes(24) + (1).to_bytes(2, "little") + bytes(16) + b"a"


def archive_of(n_entries: int, *, in_64_bits: bool = False) -> io.BytesIO:
    """Return an archive that is nothing but a directory of files of the same name, 47 bytes for each."""
    directory = ENTRY * n_entries
    size, count = len(directory).to_bytes(8, "little"), n_entries.to_bytes(8, "little")
    end = b"PK\x05\x06" + bytes(4) + b"\xff" * 4 + (b"\xff" * 4 if in_64_bits else size[:4]) + bytes(4) + bytes(2)
    if in_64_bits:
        record = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(12) + count * 2 + size + bytes(8)
        locator = b"PK\x06\x07" + bytes(4) + size + (1).to_bytes(4, "little")
        end = record + locator + end
    return io.BytesIO(directory + end)


def test_an_archive_is_opened() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a", b"content")
        archive.comment = b"x" * 65_535
    with open_zip(stream, "the file") as archive:
        assert archive.read("a") == b"content"
    assert not stream.closed


@pytest.mark.parametrize("in_64_bits", [False, True])
def test_a_directory_of_some_files(in_64_bits: bool) -> None:
    with open_zip(archive_of(1000, in_64_bits=in_64_bits), "the file") as archive:
        assert len(archive.infolist()) == 1000


@pytest.mark.parametrize("in_64_bits", [False, True])
def test_a_directory_of_a_million_files_is_refused_at_once(in_64_bits: bool) -> None:
    stream = archive_of(1_000_000, in_64_bits=in_64_bits)
    tracemalloc.start()
    started = time.monotonic()
    try:
        with pytest.raises(FileFormatError, match="must have at most 4,194,304 bytes; got 47,000,000"):
            open_zip(stream, "the file")
        assert tracemalloc.get_traced_memory()[1] < 1e6
        assert time.monotonic() - started < 1
    finally:
        tracemalloc.stop()


def test_what_is_no_archive() -> None:
    for content in (b"", b"PK", b"PK\x05\x06"):
        with pytest.raises(FileFormatError, match=r"the file must be an undamaged \.npz file"):
            open_zip(io.BytesIO(content), "the file")

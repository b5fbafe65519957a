"""A file is taken for the published one only if all of it is."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.published import CONTENTS, FIRST, SENT, published_at

from nnapp.storage.content_check import ContentCheck, ContentError, CutShortError, checking, max_gzip_bytes
from nnapp.storage.published_datasets import KMNIST, MNIST, PublishedFile

FILE = published_at().files[0]
FILE_KNOWN_GZIPPED = published_at(like=KMNIST).files[0]
CONTENT, GZIPPED = CONTENTS[0], SENT[FIRST]
OTHER = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])


def check(data: bytes, file: PublishedFile = FILE, size: int = 10_000) -> None:
    content_check = ContentCheck(file)
    for start in range(0, len(data), size):
        content_check.update(data[start : start + size])
    content_check.finish()


@pytest.mark.parametrize("size", [997, 10_000, len(GZIPPED)])
@pytest.mark.parametrize("level", [0, 1, 9])
def test_right_content_however_it_is_compressed(size: int, level: int) -> None:
    check(gzip.compress(CONTENT, level, mtime=0), size=size)


def test_gzipped_file_that_must_be_the_very_same() -> None:
    check(GZIPPED, FILE_KNOWN_GZIPPED)
    with pytest.raises(ContentError, match="a file whose checksum is not the published one"):
        check(gzip.compress(CONTENT, mtime=1), FILE_KNOWN_GZIPPED)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (gzip.compress(OTHER, mtime=0), "a file whose checksum is not the published one"),
        (gzip.compress(CONTENT[:-1], mtime=0), "a file whose checksum is not the published one"),
        (gzip.compress(CONTENT + b"\0", mtime=0), "longer than the 200,008 bytes of content expected"),
        (gzip.compress(bytes(100_000_000), 1, mtime=0), "longer than the 200,008 bytes of content expected"),
        (gzip.compress(GZIPPED, mtime=0), "a file whose checksum|longer than"),  # by a server that zips what is zipped
        (GZIPPED + b"more", "a gzip file with more bytes after its end"),
        (b"<!DOCTYPE html>", "not an undamaged gzip file"),
        (GZIPPED[:1_000] + bytes(8) + GZIPPED[1_008:], "not an undamaged gzip file|checksum"),
    ],
)
def test_other_content(data: bytes, message: str) -> None:
    with pytest.raises(ContentError, match=message) as caught:
        check(data)
    assert not isinstance(caught.value, CutShortError)


def test_bomb_is_unzipped_no_further_than_the_file_can_reach() -> None:
    # 100 MB of zeros in one piece: a single byte more than expected is unzipped.
    bomb = gzip.compress(bytes(100_000_000), 1, mtime=0)
    content_check = ContentCheck(FILE)
    with pytest.raises(ContentError, match="longer than"):
        content_check.update(bomb)
    assert content_check._content_bytes == FILE.n_bytes + 1


@given(length=st.integers(0, len(GZIPPED) - 1))
def test_cut_anywhere_it_could_go_on(length: int) -> None:
    with pytest.raises(CutShortError, match="cut short"):
        check(GZIPPED[:length], size=1 << 20)


@given(data=st.binary(max_size=200))
def test_anything_else_is_a_content_error(data: bytes) -> None:
    with pytest.raises(ContentError):
        check(data)


@pytest.mark.parametrize("content", [CONTENT, GZIPPED])
def test_file_on_disk(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert list(checking(tmp_path / "file", FILE)) == [None]  # 200 KB are one piece


@pytest.mark.parametrize(
    ("content", "file", "message"),
    [
        (OTHER, FILE, "a file whose checksum is not the published one"),
        (CONTENT[:-1], FILE, "shorter than the 200,008 bytes expected"),
        (CONTENT + b"\0", FILE, "longer than the 200,008 bytes expected"),
        (b"", FILE, "shorter than"),
        (CONTENT, FILE_KNOWN_GZIPPED, "unpacked, and only the gzipped file has a published checksum"),
    ],
)
def test_other_file_on_disk(tmp_path: Path, content: bytes, file: PublishedFile, message: str) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ContentError, match=message):
        list(checking(tmp_path / "file", file))


def test_published_files_are_far_below_their_limit() -> None:
    # Images compress to a fifth; random bytes, which do not, grow by less than the limit allows.
    assert all(file.gzip_bytes < max_gzip_bytes(file) for file in MNIST.files)
    assert FILE.n_bytes < len(GZIPPED) < max_gzip_bytes(FILE)

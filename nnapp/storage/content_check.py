"""Check that a file on disk is the published one, unzipping it no further than that may reach."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

from nnapp.storage.files import open_for_reading
from nnapp.storage.published_datasets import PublishedFile

__all__ = ["GZIP_MAGIC", "PIECE_BYTES", "ContentCheck", "ContentError", "CutShortError", "checking", "max_gzip_bytes"]

GZIP_MAGIC = b"\x1f\x8b"
PIECE_BYTES = 1 << 18

_GZIP_WINDOW_BITS = 31


class ContentError(Exception):
    """A file is not the published one; the message completes "it is …" as a clause."""


class CutShortError(ContentError):
    """A file has the beginning of gzipped content, and no end."""


def max_gzip_bytes(file: PublishedFile) -> int:
    """Return the most bytes the file may have gzipped, by whatever program, in bytes.

    Deflate stores what it cannot compress with an overhead far below 1 % (RFC 1951, section 3.2.4).
    """
    return file.n_bytes + file.n_bytes // 100 + 4096


class ContentCheck:
    """Takes a gzipped file piece by piece and tells at the end whether it is the published one.

    Parameters
    ----------
    file : PublishedFile
        What it should be.
    """

    def __init__(self, file: PublishedFile) -> None:
        self._file = file
        self._unzip = zlib.decompressobj(_GZIP_WINDOW_BITS)
        self._content_sha256 = hashlib.sha256()
        self._gzip_sha256 = hashlib.sha256()
        self._content_bytes = 0

    def update(self, piece: bytes) -> None:
        """Take the next piece, as it is on disk.

        Raises
        ------
        ContentError
            If this cannot be a part of the file.
        """
        self._gzip_sha256.update(piece)
        # One byte too many is enough to know, so a gzip bomb does not get far.
        remaining = self._file.n_bytes - self._content_bytes
        try:
            content = self._unzip.decompress(piece, remaining + 1)
        except zlib.error as error:
            raise ContentError("not an undamaged gzip file") from error
        self._content_sha256.update(content)
        self._content_bytes += len(content)
        if self._content_bytes > self._file.n_bytes:
            raise ContentError(f"longer than the {self._file.n_bytes:,} bytes of content expected")
        if self._unzip.unused_data:
            raise ContentError("a gzip file with more bytes after its end")

    def finish(self) -> None:
        """Check the file as a whole.

        Raises
        ------
        ContentError
            If its checksum is not the published one.
        CutShortError
            If it has no end.
        """
        if not self._unzip.eof:
            raise CutShortError("cut short")
        if self._file.sha256 is not None:
            is_right = self._content_sha256.hexdigest() == self._file.sha256
        else:
            is_right = self._gzip_sha256.hexdigest() == self._file.gzip_sha256
        if not is_right:
            raise ContentError("a file whose checksum is not the published one")


def checking(path: Path, file: PublishedFile) -> Generator[None, None, None]:
    """Check a file on disk, gzipped or not, yielding after every quarter of a megabyte.

    Raises
    ------
    ContentError
        If it is not the published file.
    StorageError
        If it cannot be read.
    """
    with open_for_reading(path) as stream:
        is_gzipped = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        stream.seek(0)
        if is_gzipped:
            check = ContentCheck(file)
            while piece := stream.read(PIECE_BYTES):
                check.update(piece)
                yield
            check.finish()
        else:
            yield from _checking_plain(stream, file)


def _checking_plain(stream: BinaryIO, file: PublishedFile) -> Generator[None, None, None]:
    if file.sha256 is None:
        raise ContentError("unpacked, and only the gzipped file has a published checksum")
    digest = hashlib.sha256()
    remaining = file.n_bytes + 1
    while remaining and (piece := stream.read(min(PIECE_BYTES, remaining))):
        digest.update(piece)
        remaining -= len(piece)
        yield
    n_bytes = file.n_bytes + 1 - remaining
    if n_bytes != file.n_bytes:
        raise ContentError(f"{'longer' if not remaining else 'shorter'} than the {file.n_bytes:,} bytes expected")
    if digest.hexdigest() != file.sha256:
        raise ContentError("a file whose checksum is not the published one")

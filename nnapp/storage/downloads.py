"""Download a published data set from its mirrors.

Nothing a mirror sends is trusted. What arrives is unzipped and checked while it is written to a
temporary file in the target folder, and takes its place there only if its content has the published
checksum. A mirror that does not answer, breaks off, or sends something else (the log-in page of a
hotel's network, say) is given up for the next one.

Proxies are taken from the environment, as `urllib.request` does.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from nnapp.errors import DataError, FileFormatError
from nnapp.storage.dataset_files import find_dataset_files, join_words
from nnapp.storage.files import atomic_writer, make_folder
from nnapp.storage.idx_file import read_idx, sha256_of_idx
from nnapp.storage.published_datasets import FILE_NAMES, PublishedDataset, PublishedFile, gzip_md5_of

__all__ = ["DownloadReport", "download_dataset"]

DownloadReport = Callable[[str, int, int | None], None]
"""Called as ``report(file_name, received_bytes, total_bytes)``; the total is None if not announced."""

_PIECE_BYTES = 1 << 16
_GZIP_WINDOW_BITS = 31


class _MirrorError(Exception):
    """A mirror did not deliver; its message completes "mirror.example: …"."""


def download_dataset(
    published: PublishedDataset,
    folder: str | os.PathLike[str],
    report: DownloadReport | None = None,
    timeout_s: float = 30.0,
) -> None:
    """Fetch the files of `published` that `folder` does not hold yet, gzipped as they are served.

    Parameters
    ----------
    published : PublishedDataset
        What to fetch, and where from.
    folder : path-like
        Where to put the files; created if it is missing.
    report : callable, optional
        Called after every piece that arrives, in the calling thread. What it raises ends the
        download and leaves no unfinished file.
    timeout_s : float, default 30
        How long a mirror may be silent before it is given up, in seconds.

    Raises
    ------
    DataError
        If no mirror delivers a file, or `folder` holds a file of another data set by that name.
    StorageError
        If the folder cannot be written, or the disk is full.
    """
    folder = Path(folder)
    make_folder(folder)
    present = _files_present(published, folder)
    mirrors = list(published.mirrors)
    for file in published.files:
        if file not in present:
            _fetch_from_any(file, published, folder, mirrors, report, timeout_s)


def _files_present(published: PublishedDataset, folder: Path) -> set[PublishedFile]:
    """Return the files that `folder` already holds, plain or gzipped, with the right content."""
    present = set()
    found = find_dataset_files(folder)
    for name, file in zip(FILE_NAMES, published.files, strict=True):
        path = found.paths.get(name)
        if path is None or found.prefix:
            continue
        if not _has_published_content(path, file):
            raise DataError(
                f"{path} must be the {published.name} file of that name to download the others beside it; "
                "got other content, so move it away or choose another folder."
            )
        present.add(file)
    return present


def _has_published_content(path: Path, file: PublishedFile) -> bool:
    if file.sha256 is None:
        return gzip_md5_of(path) == file.gzip_md5
    try:
        return sha256_of_idx(read_idx(path)) == file.sha256
    except FileFormatError:
        return False


def _fetch_from_any(
    file: PublishedFile,
    published: PublishedDataset,
    folder: Path,
    mirrors: list[str],
    report: DownloadReport | None,
    timeout_s: float,
) -> None:
    """Fetch one file from the first mirror that delivers it; those that fail move to the end of `mirrors`."""
    failures = []
    for mirror in tuple(mirrors):
        failure = _fetch(mirror + file.name, file, folder / file.name, report, timeout_s)
        if failure is None:
            return
        failures.append(f"{urlsplit(mirror).netloc}: {failure}")
        mirrors.remove(mirror)
        mirrors.append(mirror)
    raise DataError(
        f"{published.name} cannot be downloaded ({'; '.join(failures)}); put the four files "
        f"{join_words([needed.name for needed in published.files])} into {folder} by hand."
    )


def _fetch(url: str, file: PublishedFile, target: Path, report: DownloadReport | None, timeout_s: float) -> str | None:
    """Fetch one file from one mirror; return why that failed, or None if it did not."""
    check = _ContentCheck(file)
    received_bytes = 0
    try:
        with atomic_writer(target) as stream, closing(_receive(url, timeout_s)) as pieces:
            for piece, total_bytes in pieces:
                check.update(piece)
                stream.write(piece)
                received_bytes += len(piece)
                if report is not None:
                    report(file.name, received_bytes, total_bytes)
            check.finish()
    except _MirrorError as error:
        # Not the exception itself: its traceback would keep the connection open.
        return str(error)
    return None


def _receive(url: str, timeout_s: float) -> Generator[tuple[bytes, int | None], None, None]:
    """Yield each piece the mirror sends, with the total it announces."""
    request = urllib.request.Request(url, headers={"User-Agent": "nnapp"})
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as response:
            announced = response.headers.get("Content-Length", "")
            total_bytes = int(announced) if announced.isdecimal() else None
            while piece := response.read1(_PIECE_BYTES):
                yield piece, total_bytes
    except urllib.error.HTTPError as error:
        error.close()
        raise _MirrorError(f"it answered {error.code} {error.reason}") from error
    except TimeoutError as error:
        raise _MirrorError(f"it was silent for {timeout_s:g} s") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        # ValueError: the mirror redirects to an address that urllib cannot parse.
        raise _MirrorError(f"the connection failed ({getattr(error, 'reason', error)})") from error


class _ContentCheck:
    """Unzip and hash a file while it arrives, and stop it when it cannot be the one expected."""

    def __init__(self, file: PublishedFile) -> None:
        self._file = file
        self._unzip = zlib.decompressobj(_GZIP_WINDOW_BITS)
        self._sha256 = hashlib.sha256()
        self._gzip_md5 = hashlib.md5(usedforsecurity=False)
        self._received_bytes = 0
        self._content_bytes = 0

    def update(self, piece: bytes) -> None:
        """Take the next piece, as it came.

        Raises
        ------
        _MirrorError
            If this cannot be the beginning of the file.
        """
        self._received_bytes += len(piece)
        self._gzip_md5.update(piece)
        # One byte too many is enough to know, so neither a gzip bomb nor an endless answer gets far.
        remaining = self._file.n_bytes - self._content_bytes
        try:
            content = self._unzip.decompress(piece, remaining + 1)
        except zlib.error as error:
            raise _MirrorError("it sent something else than the gzip file expected") from error
        self._sha256.update(content)
        self._content_bytes += len(content)
        # Deflate stores what it cannot compress with an overhead far below 1 %.
        if self._content_bytes > self._file.n_bytes or self._received_bytes > self._file.n_bytes * 1.01 + 4096:
            raise _MirrorError(f"it sent more than the {self._file.n_bytes} bytes expected")
        if self._unzip.unused_data:
            raise _MirrorError("it sent more bytes after the end of the gzip file")

    def finish(self) -> None:
        """Check the file as a whole.

        Raises
        ------
        _MirrorError
            If it is cut short, or its checksum is not the published one.
        """
        if not self._unzip.eof:
            raise _MirrorError(f"it broke off after {self._received_bytes} bytes")
        if self._file.sha256 is not None:
            is_right = self._sha256.hexdigest() == self._file.sha256
        else:
            is_right = self._gzip_md5.hexdigest() == self._file.gzip_md5
        if not is_right:
            raise _MirrorError("it sent a file whose checksum is not the published one")

"""Open files for reading and replace files atomically, with every failure told in one sentence.

All readers and writers of nnapp go through these functions, so that a missing file, a folder given
for a file, a lack of rights and a full disk read the same everywhere.
"""

from __future__ import annotations

import atexit
import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from nnapp.errors import StorageError

__all__ = [
    "atomic_writer",
    "check_ordinary",
    "check_writable",
    "describe_os_error",
    "free_path",
    "make_folder",
    "open_for_reading",
]

_REASONS = {
    errno.ENOENT: "it does not exist",
    errno.EEXIST: "a file of that name is in the way",
    errno.EISDIR: "it is a folder, not a file",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.EROFS: "the file system is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "its symbolic links lead in a circle",
}


def describe_os_error(error: OSError) -> str:
    """Return the reason of an operating system's error as a clause without a full stop."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


@contextmanager
def open_for_reading(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open `path` to read bytes.

    Raises
    ------
    StorageError
        If the file cannot be opened, or reading it inside the ``with`` block fails.
    """
    try:
        # Windows reports a folder as a lack of permission, so it is asked for before opening.
        if os.path.isdir(path):
            raise _os_error(errno.EISDIR)
        with open(path, "rb") as stream:
            yield stream
    except OSError as error:
        raise StorageError(f"Cannot read {os.fspath(path)}: {describe_os_error(error)}.") from error


def check_ordinary(path: str | os.PathLike[str]) -> None:
    """Refuse a pipe or a device, which reading might wait for without end; what is not there is refused on opening.

    Raises
    ------
    StorageError
        If `path` is neither a file nor a folder.
    """
    if _is_device_or_pipe(path) and not os.path.isdir(path):
        raise StorageError(f"{os.fspath(path)} must be a file or a folder; got a pipe or a device.")


@contextmanager
def atomic_writer(path: str | os.PathLike[str], *, is_durable: bool = True) -> Iterator[BinaryIO]:
    """Yield a binary stream whose content replaces `path` only once all of it is safely on disk.

    The bytes go to a temporary file in the same folder, which is flushed, fsynced and renamed over
    `path` (https://lwn.net/Articles/457667/ explains why each step is needed). If anything fails,
    the temporary file is removed and an earlier file at `path` stays exactly as it was.
    A symbolic link is followed, so that the file it points at is replaced and not the link; the
    permissions of a file that is replaced are kept. A device or a pipe is written to directly:
    there is nothing to replace, and a rename would put a file in its place.

    Parameters
    ----------
    path : path-like
    is_durable : bool
        False leaves it to the system when the bytes reach the disk, which is seven times as fast for thousands of
        small files: whole or missing they still are whenever this program ends, but not when the power fails.

    Raises
    ------
    StorageError
        If the folder is missing or not writable, `path` is a folder or a write-protected file, or
        the disk is full.
    """
    target = Path(os.path.realpath(path))
    try:
        if os.path.isdir(path):
            raise _os_error(errno.EISDIR)
        if os.path.exists(path) and not os.access(path, os.W_OK):
            raise _os_error(errno.EACCES)
        if _is_device_or_pipe(path):
            with open(path, "wb") as stream:
                yield stream
        else:
            with _replacement_of(target, is_durable) as stream:
                yield stream
    except OSError as error:
        reason = describe_os_error(error)
        if error.errno == errno.ENOENT and not target.parent.exists():
            reason = f"the folder {target.parent} does not exist"
        raise StorageError(f"Cannot write {os.fspath(path)}: {reason}.") from error


def check_writable(path: str | os.PathLike[str]) -> None:
    """Refuse a place that `atomic_writer` could not write to, before hours of work go there.

    Nothing at `path` is changed; a full disk is only noticed when it is written to.

    Raises
    ------
    StorageError
        As `atomic_writer`.
    """
    with suppress(_NothingToWriteError), atomic_writer(path):
        raise _NothingToWriteError


class _NothingToWriteError(Exception):
    """Leaves the block of `atomic_writer` before the file is replaced."""


def free_path(folder: str | os.PathLike[str], name: str) -> Path:
    """Return the first path that no file has: ``a.nn`` in the folder, else ``a-2.nn``, ``a-3.nn``, ….

    Parameters
    ----------
    folder : path-like
    name : str
        With its ending.
    """
    first = Path(folder, name)
    path, number = first, 1
    while path.exists():
        number += 1
        path = first.with_name(f"{first.stem}-{number}{first.suffix}")
    return path


def make_folder(path: str | os.PathLike[str]) -> None:
    """Create the folder `path` and the folders above it, unless they are there already.

    Raises
    ------
    StorageError
        If it cannot be created.
    """
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise StorageError(f"Cannot create the folder {os.fspath(path)}: {describe_os_error(error)}.") from error


@contextmanager
def _replacement_of(target: Path, is_durable: bool) -> Iterator[BinaryIO]:
    """Yield a temporary file beside `target` that is renamed over it when the block succeeds."""
    temporary = target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.part")
    # Known before it is there: Ctrl-C may come between any two lines.
    _unfinished.add(temporary)
    try:
        stream = open(temporary, "xb")  # noqa: SIM115 - what is not ours must not be removed below
    except OSError:
        _unfinished.discard(temporary)
        raise
    try:
        with stream:
            if target.exists():
                shutil.copymode(target, temporary)
            yield stream
            if is_durable:
                stream.flush()
                os.fsync(stream.fileno())
        os.replace(temporary, target)
        if is_durable:
            _sync_folder(target.parent)
    finally:
        with suppress(OSError):  # renamed, it is there no longer
            os.unlink(temporary)
        _unfinished.discard(temporary)


_unfinished: set[Path] = set()
"""Temporary files that are being written at the moment, in whatever thread."""


@atexit.register
def _remove_unfinished() -> None:
    """Leave no half-written file of a background thread, which just stops when the program ends."""
    for path in _unfinished.copy():
        with suppress(OSError):
            os.unlink(path)


def _is_device_or_pipe(path: str | os.PathLike[str]) -> bool:
    """Return whether something other than a regular file is at `path`."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable where the platform can (Windows cannot open folders)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))

"""Keeping a second program from writing to the same file."""

from __future__ import annotations

import errno
import os
import sys

from nnapp.errors import StorageError
from nnapp.storage.files import describe_os_error

__all__ = ["lock"]

_FAR_AWAY = 2**40  # Windows lets nobody read what is locked, so a byte is locked that is never there
_TAKEN = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)


def lock(stream: int, path: str | os.PathLike[str]) -> None:
    """Lock an open file until it is closed, also by the death of this program.

    Parameters
    ----------
    stream : int
        File descriptor, open for writing.
    path : path-like
        For the sentence of an error.

    Raises
    ------
    StorageError
        If another program has locked the file, or its file system has no locks.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(stream, _FAR_AWAY, os.SEEK_SET)
            msvcrt.locking(stream, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        is_taken = error.errno in _TAKEN
        reason = "another program is writing to it" if is_taken else f"it cannot be locked, {describe_os_error(error)}"
        raise StorageError(f"Cannot write {os.fspath(path)}: {reason}.") from error

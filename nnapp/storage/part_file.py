"""The unfinished file of a download: what survives a broken connection, a cancel and a kill.

It is kept beside the target and named after it, with ``.part`` at the end, and locked while it is written, so that two
programs that download the same set do not write into each other's file. Whoever comes second
writes to a file of a name of its own, which cannot be resumed.

What is on disk is checked when it is put in place: it is copied to a temporary file while its checksum is taken, so
that nothing that happens to the unfinished file meanwhile can get into the data set.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
from collections.abc import Generator
from contextlib import suppress
from io import FileIO
from pathlib import Path

from nnapp.errors import StorageError
from nnapp.storage.content_check import PIECE_BYTES, ContentCheck
from nnapp.storage.files import atomic_writer, describe_os_error
from nnapp.storage.published_datasets import PublishedFile

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["PartFile", "part_path"]

_HELD_BY_ANOTHER = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_WINDOWS_LOCK_OFFSET = 1 << 40
_OPENING_ATTEMPTS = 5


def part_path(target: Path) -> Path:
    """Return where the unfinished file of `target` is kept."""
    return target.with_name(target.name + ".part")


class PartFile:
    """An unfinished file that is open and locked. Close it, whatever happens.

    Parameters
    ----------
    target : Path
        Where the finished file goes.

    Raises
    ------
    StorageError
        If it cannot be opened to write.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self.path = part_path(target)
        self.is_resumable = True
        self.is_of_one_mirror = False
        try:
            self._stream = self._open_locked()
            self.n_bytes = self._stream.seek(0, os.SEEK_END)
        except OSError as error:
            raise self._storage_error(error) from error

    def append(self, piece: bytes) -> None:
        """Write bytes to the end.

        Raises
        ------
        StorageError
            If the disk is full. What is there stays.
        """
        view = memoryview(piece)
        try:
            while view:  # not buffered, so a write may take a part only
                written = self._stream.write(view)
                self.n_bytes += written
                view = view[written:]
        except OSError as error:
            raise self._storage_error(error) from error

    def empty(self) -> None:
        """Throw away what is there, to begin anew."""
        try:
            self._stream.seek(0)
            self._stream.truncate()
        except OSError as error:
            raise self._storage_error(error) from error
        self.n_bytes = 0
        self.is_of_one_mirror = True

    def placing(self, file: PublishedFile) -> Generator[None, None, None]:
        """Check what is on disk and put it in place, yielding after every quarter of a megabyte.

        The target appears complete and right or not at all.

        Raises
        ------
        ContentError
            If it is not the published file.
        StorageError
            If the target cannot be written.
        """
        check = ContentCheck(file)
        with atomic_writer(self._target) as stream:
            self._stream.seek(0)
            while piece := self._stream.read(PIECE_BYTES):
                check.update(piece)
                stream.write(piece)
                yield
            check.finish()

    def remove(self) -> None:
        """Delete and close it: it is in place, or of no use."""
        if sys.platform == "win32":  # where an open file cannot be deleted
            self._stream.close()
            self._unlink()
        else:  # while the lock is held: afterwards it might be another program's
            self._unlink()
            self._stream.close()

    def close(self) -> None:
        """Keep what is there for another time, and close it; without effect if it is closed."""
        if self._stream.closed:
            return
        if self.is_resumable and self.n_bytes:
            self._stream.close()
        else:
            self.remove()

    def _open_locked(self) -> FileIO:
        for _ in range(_OPENING_ATTEMPTS):
            stream = FileIO(self.path, "a+b")
            if not _lock(stream):
                stream.close()
                break
            if _is_still_at(stream, self.path):
                return stream
            stream.close()  # another program has finished and deleted it just now
        self.path = self._target.with_name(f".{self._target.name}.{secrets.token_hex(4)}.part")
        self.is_resumable = False
        return FileIO(self.path, "x+b")

    def _unlink(self) -> None:
        with suppress(OSError):
            os.unlink(self.path)

    def _storage_error(self, error: OSError) -> StorageError:
        return StorageError(f"Cannot write {self.path}: {describe_os_error(error)}.")


def _lock(stream: FileIO) -> bool:
    """Lock a file and return whether nobody else holds it; the system unlocks it when it is closed, or by a kill."""
    try:
        if sys.platform == "win32":
            # Far behind the content, since Windows keeps even this program from reading what is locked.
            stream.seek(_WINDOWS_LOCK_OFFSET)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A file system without locks is no reason not to download: the checksum is what protects the data set.
        return error.errno not in _HELD_BY_ANOTHER
    return True


def _is_still_at(stream: FileIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), os.stat(path))
    except OSError:
        return False

"""What goes wrong when a damaged ZIP archive is read, as one kind of error."""

from __future__ import annotations

import errno
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from nnapp.errors import FileFormatError, NnappError

__all__ = ["zip_damage_told"]

# What zipfile raises for damaged archives.
_ZIP_ERRORS = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error, zlib.error)

_LONGEST_REASON = 120


@contextmanager
def zip_damage_told(name: str, kind: str = ".npz file") -> Iterator[None]:
    """Turn everything `zipfile` raises inside the ``with`` block into a sentence about the file `name`.

    Raises
    ------
    FileFormatError
        If the archive is damaged.
    """
    try:
        yield
    except NnappError:
        raise  # some are a ValueError too
    except (*_ZIP_ERRORS, OSError) as error:
        # A damaged directory may send zipfile to a negative offset, which the system calls an invalid argument.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        # zipfile quotes names of any length.
        reason = str(error)[:_LONGEST_REASON]
        raise FileFormatError(f"{name} must be an undamaged {kind}; got one that fails with: {reason}.") from error

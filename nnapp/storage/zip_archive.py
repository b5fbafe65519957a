"""Opening ZIP archives whose directory is not believed to be short.

`zipfile` reads the whole directory at once, a few hundred bytes of memory for a file in it that takes 46 bytes in the
directory and none elsewhere.
"""

from __future__ import annotations

import os
import re
import zipfile
from typing import BinaryIO

from nnapp.errors import FileFormatError
from nnapp.storage.zip_damage import zip_damage_told

__all__ = ["open_zip"]

_MAX_DIRECTORY_BYTES = 1 << 22  # some 40,000 files with names of usual length
# The record at the end, with a comment of any length, and what is in front of it in archives of more than 4 GB.
_TAIL_BYTES = 22 + 65_535 + 20 + 56
_RECORDS = re.compile(rb"PK\x05\x06.{8}(?P<size>.{4})|PK\x06\x06.{36}(?P<size_64>.{8})", re.DOTALL)
_SIZE_IS_ELSEWHERE = 0xFFFFFFFF


def open_zip(stream: BinaryIO, name: str, kind: str = ".npz file") -> zipfile.ZipFile:
    """Open an archive for reading; the stream stays open when the archive is closed.

    Parameters
    ----------
    stream : binary file object
        Can seek.
    name, kind : str
        What to call the file in the sentence of an error, as for `zip_damage_told`.

    Raises
    ------
    FileFormatError
        If the archive is damaged, or its directory is too long.
    """
    claimed = _directory_bytes(stream)
    if claimed > _MAX_DIRECTORY_BYTES:
        raise FileFormatError(
            f"The directory of {name} must have at most {_MAX_DIRECTORY_BYTES:,} bytes; got {claimed:,}."
        )
    with zip_damage_told(name, kind):
        return zipfile.ZipFile(stream)


def _directory_bytes(stream: BinaryIO) -> int:
    """Return the longest that any record, of which `zipfile` may take either, says the directory is."""
    stream.seek(max(0, stream.seek(0, os.SEEK_END) - _TAIL_BYTES))
    tail = stream.read()
    # Records may overlap, so every place is looked at.
    places = [match.start() for match in re.finditer(rb"PK(?=\x05\x06|\x06\x06)", tail)]
    records = [record for place in places if (record := _RECORDS.match(tail, place))]
    sizes = [int.from_bytes(record["size"] or record["size_64"], "little") for record in records]
    return max((size for size in sizes if size != _SIZE_IS_ELSEWHERE), default=0)

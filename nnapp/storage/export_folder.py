"""A folder that files are exported to: nothing that is there is written over, and a stopped export leaves nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from nnapp.errors import ExistingFilesError
from nnapp.storage.files import make_folder

__all__ = ["export_folder"]


@contextmanager
def export_folder(folder: Path, paths: Sequence[Path], *, may_replace: bool) -> Iterator[None]:
    """Make a folder for the files at `paths`; if the block does not succeed, take away those it has written.

    Parameters
    ----------
    folder : Path
        Made if it is missing.
    paths : sequence of Path
        Of all files that will be written, in `folder`.
    may_replace : bool
        Whether files that are there may be written over. Those are never taken away.

    Raises
    ------
    ExistingFilesError
        If files are there that may not be written over.
    StorageError
        If the folder cannot be made.
    """
    make_folder(folder)
    there = {path for path in paths if os.path.lexists(path)}
    if there and not may_replace:
        first = next(path for path in paths if path in there)
        more = f" and {len(there) - 1:,} more" if len(there) > 1 else ""
        raise ExistingFilesError(
            f"{folder} must not hold files of the names that are to be written; got {first.name}{more}."
        )
    is_complete = False
    try:
        yield
        is_complete = True
    finally:
        if not is_complete:
            for path in paths:
                if path not in there:
                    with suppress(OSError):
                        path.unlink()

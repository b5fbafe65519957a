"""A folder that files are exported to: nothing that is there is written over, and a stopped export leaves nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from nnapp.errors import ExistingFilesError, StorageError
from nnapp.storage.files import describe_os_error, make_folder

__all__ = ["export_folder"]


@contextmanager
def export_folder(
    folder: Path, paths: Sequence[Path], *, may_replace: bool, replaced: Sequence[Path] = ()
) -> Iterator[None]:
    """Make a folder for the files at `paths`; if the block does not succeed, take away those it has written.

    Parameters
    ----------
    folder : Path
        Made if it is missing.
    paths : sequence of Path
        Of all files that will be written, in `folder`.
    may_replace : bool
        Whether files that are there may be written over. Those are never taken away.
    replaced : sequence of Path
        Files of other names that would be read in place of the new ones: refused like those, and taken away once the
        new ones are there.

    Raises
    ------
    ExistingFilesError
        If files are there that may not be written over.
    StorageError
        If the folder cannot be made, or a file cannot be taken away.
    """
    make_folder(folder)
    there = {path for path in (*paths, *replaced) if os.path.lexists(path)}
    if there and not may_replace:
        first = next(path for path in (*paths, *replaced) if path in there)
        more = f" and {len(there) - 1:,} more" if len(there) > 1 else ""
        raise ExistingFilesError(
            f"{folder} must not hold files of the names that are to be written; got {first.name}{more}."
        )
    is_complete = False
    try:
        yield
        for path in there.intersection(replaced):
            _remove(path)
        is_complete = True
    finally:
        if not is_complete:
            for path in paths:
                if path not in there:
                    with suppress(OSError):
                        path.unlink()


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise StorageError(f"Cannot remove {path}: {describe_os_error(error)}.") from error

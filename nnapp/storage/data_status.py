"""Which data sets there are on this computer, where, in what state, and which is used where none is named."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nnapp.errors import DataError, NnappError, StorageError
from nnapp.storage.content_check import ContentError, checking
from nnapp.storage.dataset import DataChoice
from nnapp.storage.dataset_files import DatasetFiles, find_dataset_files, join_words
from nnapp.storage.datasets import locate_dataset, locate_published
from nnapp.storage.folders import folder_for, published_folders
from nnapp.storage.load_progress import drained
from nnapp.storage.part_file import part_path
from nnapp.storage.published_datasets import DATASETS, FILE_NAMES, PublishedDataset, PublishedFile
from nnapp.storage.source_names import SYNTHETIC, SyntheticChoice

__all__ = ["DataStatus", "DefaultData", "State", "data_statuses", "default_data", "status_of", "statuses"]

State = Literal["ready", "partial", "missing", "damaged"]


@dataclass(frozen=True)
class DataStatus:
    """What is on this computer of a published data set.

    Attributes
    ----------
    name : str
        As its authors write it.
    source : str
        What it is called on a command line.
    state : {"ready", "partial", "missing", "damaged"}
        Partial is a download that can go on, or a set that lacks files.
    location : str
        The folder it is in; the one it would be downloaded to if it is missing.
    n_bytes : int
        What its files take on the disk, unfinished ones included.
    detail : str
        A clause or sentence about the state for people; "" if there is nothing to say.
    licence : str
        Copyright and terms of use.
    home_page : str
        Where to read about it.
    is_checked : bool
        Whether the checksums of all files were compared, not only that of the smallest.
    """

    name: str
    source: str
    state: State
    location: str
    n_bytes: int
    detail: str
    licence: str
    home_page: str
    is_checked: bool = False


@dataclass(frozen=True)
class DefaultData:
    """The data set that is used where none is named.

    Attributes
    ----------
    choice : DataChoice
        With a source in full.
    reason : str
        Why, as a clause: "it is remembered", "it is the first that was found".
    """

    choice: DataChoice
    reason: str


def data_statuses(*, check: bool = False) -> tuple[DataStatus, ...]:
    """Return the status of every published data set.

    Parameters
    ----------
    check : bool
        Whether to compare the checksums of all files, which takes a second or so for a set; else only that of the test
        labels, by which it is known.
    """
    return drained(statuses(check=check))


def statuses(*, check: bool = False) -> Generator[None, None, tuple[DataStatus, ...]]:
    """Return what `data_statuses` does, yielding often on the way, so that it can be stopped."""
    found: tuple[DataStatus, ...] = ()
    for published in DATASETS.values():
        found += ((yield from status_of(published, check=check)),)
    return found


def status_of(published: PublishedDataset, *, check: bool = False) -> Generator[None, None, DataStatus]:
    """Return the status of one published data set, yielding often on the way.

    A folder that cannot be read, or files that contradict each other, are told as damage and raise nothing.
    """
    try:
        folder = locate_published(published)
    except NnappError as error:
        return _status(published, "damaged", folder_for(published), (), str(error))
    if folder is None:
        return _incomplete_status(published)
    files = find_dataset_files(folder)
    problems: tuple[str, ...] = ()
    if check:
        for name, file in zip(FILE_NAMES, published.files, strict=True):
            problems += yield from _problems_of(files.paths[name], file)
    state: State = "damaged" if problems else "ready"
    what = "it" if len(problems) == 1 else "them"
    detail = f"{'; '.join(problems)}: move {what} away and download the set again" if problems else ""
    return _status(published, state, folder, files.paths.values(), detail, is_checked=check)


def _problems_of(path: Path, file: PublishedFile) -> Generator[None, None, tuple[str, ...]]:
    """Compare a file with its checksum, and return what is wrong with it: one clause, or none."""
    try:
        yield from checking(path, file)
    except ContentError as error:
        return (f"{path.name} is {error}",)
    except StorageError as error:
        return (str(error).rstrip("."),)
    return ()


def default_data(remembered: DataChoice) -> DefaultData:
    """Return the data set that is used where none is named, and why.

    Parameters
    ----------
    remembered : DataChoice
        What the preferences say.
    """
    if remembered.source:
        return DefaultData(remembered, "it is remembered; `nnapp data use --forget` forgets it")
    try:
        folder = locate_dataset()
    except (DataError, StorageError) as error:
        return DefaultData(remembered, f"nothing can be found by itself: {str(error).rstrip('.')}")
    if folder is not None:
        return DefaultData(DataChoice(str(folder)), "it is the first that was found, and none is remembered")
    drawn = DataChoice(SyntheticChoice().source)
    return DefaultData(drawn, f"no other was found, and {SYNTHETIC} digits need no files; training tries MNIST first")


def _incomplete_status(published: PublishedDataset) -> DataStatus:
    """Return the status of a set none of whose folders holds it complete and with the right test labels."""
    target = folder_for(published)
    own_folders = [folder for folder in published_folders(published) if folder.name == published.folder_name]
    for folder in filter(os.path.isdir, dict.fromkeys((target, *own_folders))):
        parts = [path for file in published.files if (path := part_path(folder / file.name)).is_file()]
        try:
            files = find_dataset_files(folder)
        except (DataError, StorageError) as error:
            return _status(published, "damaged", folder, parts, str(error))
        paths = [*files.paths.values(), *parts]
        if files.paths and not files.missing:
            return _status(published, "damaged", folder, paths, _other_content(published, files))
        if paths:
            return _status(published, "partial", folder, paths, _what_is_missing(published, files, folder))
    detail = f"`nnapp data download {published.folder_name}` fetches it"
    return _status(published, "missing", target, (), detail)


def _other_content(published: PublishedDataset, files: DatasetFiles) -> str:
    path = files.paths[FILE_NAMES[3]]
    try:
        for _ in checking(path, published.files[3]):
            pass
    except ContentError as error:
        return f"{path.name} is {error}: move the files away and download them again"
    except StorageError as error:
        return str(error)
    return f"the files of {files.folder} do not belong together"


def _what_is_missing(published: PublishedDataset, files: DatasetFiles, folder: Path) -> str:
    n_bytes = 0
    for name, file in zip(FILE_NAMES, published.files, strict=True):
        if name in files.paths:
            n_bytes += file.gzip_bytes
        else:
            n_bytes += min(_size_of(part_path(folder / file.name)), file.gzip_bytes)
    share = n_bytes / sum(file.gzip_bytes for file in published.files)
    return (
        f"{join_words(files.missing)} missing, {100 * share:.0f} % is there; "
        f"`nnapp data download {published.folder_name}` fetches the rest"
    )


def _status(
    published: PublishedDataset,
    state: State,
    folder: Path,
    paths: Iterable[Path],
    detail: str,
    *,
    is_checked: bool = False,
) -> DataStatus:
    return DataStatus(
        name=published.name,
        source=published.folder_name,
        state=state,
        location=str(folder),
        n_bytes=sum(map(_size_of, paths)),
        detail=detail,
        licence=published.licence,
        home_page=published.home_page,
        is_checked=is_checked,
    )


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0

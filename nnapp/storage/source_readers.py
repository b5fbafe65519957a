"""Which reader a folder or file is for, told by what it holds."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

from nnapp.errors import DataError, StorageError
from nnapp.storage.dataset import SourceContent
from nnapp.storage.dataset_files import find_dataset_files, join_words
from nnapp.storage.files import check_ordinary, describe_os_error, open_for_reading
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.published_datasets import FILE_NAMES
from nnapp.storage.source_names import CSV_ENDINGS, KNOWN_NAMES
from nnapp.storage.sources.idx_folders import missing_files_sentence, read_idx_folder

__all__ = ["Reading", "reader_of"]

Reading = Generator[LoadProgress, None, SourceContent]
"""A reader at work: yields how far it has come, and gives what it has read."""

_NPZ_ENDING = ".npz"
_ZIP_MAGIC = b"PK\x03\x04"
_IDX_START = b"\0\0"


def reader_of(path: Path) -> Reading:
    """Return the reader for what is at `path`, which has read nothing yet.

    Raises
    ------
    DataError
        If nothing is there, or nothing of a form that is known.
    StorageError
        If it cannot be looked at.
    """
    if os.path.isdir(path):  # of pathlib, it would raise for a name that is too long, or a folder that is locked
        return _reader_of_folder(path)
    if not os.path.lexists(path):
        raise DataError(
            f"The data set must be a known name ({', '.join(KNOWN_NAMES)}) or a folder or file that exists; got {path}."
        )
    return _reader_of_file(path)


def _reader_of_folder(folder: Path) -> Reading:
    files = find_dataset_files(folder)
    if files.paths and (not files.missing or files.only_pair):
        return read_idx_folder(folder)
    entries = sorted(_entries(folder))
    classes = _classes_in(folder) if any(map(os.path.isdir, entries)) else ()
    names = [entry.name for entry in entries if os.path.isfile(entry)]
    tables = [name for name in names if name.lower().endswith(CSV_ENDINGS) and _holds_pixels(folder / name)]
    archives = [name for name in names if name.lower().endswith(_NPZ_ENDING)]
    if len(classes) > 1 and (tables or archives):
        raise DataError(
            f"The folder {folder} must hold one data set; got {join_words((tables or archives)[:3])} beside folders of "
            f"pictures, {join_words(classes[:3])}. Move one of them elsewhere"
            f"{'' if tables and len(tables) > 1 else ', or name the file itself'}."
        )
    if classes and not tables and not archives:
        return _read_image_folders(folder)
    if tables or any(name.lower().endswith(CSV_ENDINGS) for name in names):
        return _read_csv(folder)
    if len(archives) == 1:
        return _read_npz(folder / archives[0])
    if archives:
        raise DataError(f"The folder {folder} must hold one .npz file; got {join_words(archives)}.")
    if files.paths:
        raise DataError(missing_files_sentence(files))
    raise DataError(
        f"No data set is in {folder}: it must hold four IDX files ({join_words(FILE_NAMES)}, gzipped or not), a "
        "sub-folder of images for each class, CSV files or an .npz file."
    )


def _reader_of_file(path: Path) -> Reading:
    name = path.name.lower()
    check_ordinary(path)
    with open_for_reading(path) as stream:
        start = stream.read(4)
    if start == _ZIP_MAGIC or name.endswith(_NPZ_ENDING):
        return _read_npz(path)
    if name.endswith(CSV_ENDINGS):
        return _read_csv(path)
    if name.endswith(("-ubyte", "-ubyte.gz")) or start[:2] == _IDX_START:
        raise DataError(f"{path} is one of the files of an IDX data set, which is named by its folder, {path.parent}.")
    raise DataError(
        f"{path} must be a data set in one file, which ends in {_NPZ_ENDING} or {', '.join(CSV_ENDINGS)}, or a folder."
    )


def _entries(folder: Path) -> list[Path]:
    try:
        return [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    except OSError as error:
        raise StorageError(f"Cannot read the data folder {folder}: {describe_os_error(error)}.") from error


def _classes_in(folder: Path) -> tuple[str, ...]:
    from nnapp.storage.sources.picture_search import folders_of_pictures

    return folders_of_pictures(folder)


def _read_image_folders(folder: Path) -> Reading:
    # Imported here because only images need Pillow, which takes a while to load.
    from nnapp.storage.sources.image_folders import read_image_folders

    return read_image_folders(folder)


def _holds_pixels(path: Path) -> bool:
    from nnapp.storage.sources.csv_tables import holds_pixels

    return holds_pixels(path)


def _read_csv(path: Path) -> Reading:
    from nnapp.storage.sources.csv_files import read_csv_files

    return read_csv_files(path)


def _read_npz(path: Path) -> Reading:
    from nnapp.storage.sources.npz_files import read_npz_file

    return read_npz_file(path)

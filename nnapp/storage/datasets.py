"""Find and load data sets, whatever they are made of: one function for every source.

Which source a text names is decided by looking, at names first (`source_names`), then at what a folder holds
or how a file begins. The readers are in `nnapp.storage.sources`; `dataset_assembly` checks and splits.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from nnapp.errors import DataError
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.dataset_assembly import make_dataset
from nnapp.storage.dataset_files import find_dataset_files, join_words
from nnapp.storage.folders import data_folders, folder_for, published_folders
from nnapp.storage.load_progress import LoadProgress, drained
from nnapp.storage.published_datasets import DATASETS, MNIST, PublishedDataset
from nnapp.storage.source_names import MINE, SyntheticChoice
from nnapp.storage.source_readers import Reading, reader_of
from nnapp.storage.sources.idx_folders import is_published, missing_files_sentence, read_idx_folder
from nnapp.storage.sources.synthetic_sets import read_synthetic

__all__ = ["DataChoice", "Dataset", "load_dataset", "loading", "locate_dataset", "locate_published", "make_dataset"]


def loading(choice: DataChoice) -> Generator[LoadProgress, None, Dataset]:
    """Load a data set, yielding how far it has come at least every tenth of a second.

    Nothing is ever downloaded. The generator may be closed at any time.

    Parameters
    ----------
    choice : DataChoice
        With an empty source, the first of `data_folders` that holds a data set; where none does, synthetic digits,
        with a warning that says so.

    Returns
    -------
    Dataset
        As the generator's value: what ``yield from`` gives.

    Raises
    ------
    DataError
        If there is no such data set, or it contradicts itself. A damaged data set is never passed over for another.
    FileFormatError, StorageError
        If a file is damaged or cannot be read.
    """
    source, reading, warnings = _find(choice.source)
    content = yield from reading
    content = replace(content, warnings=warnings + content.warnings)
    return make_dataset(content, replace(choice, source=source))


def load_dataset(choice: DataChoice | str | os.PathLike[str] = "") -> Dataset:
    """Load a data set as `loading` does, at once.

    Parameters
    ----------
    choice : DataChoice, str or path-like
        A text is the source; a path-like object is always a path.
    """
    if isinstance(choice, str):
        choice = DataChoice(choice)
    elif not isinstance(choice, DataChoice):
        choice = DataChoice(os.path.abspath(choice))
    return drained(loading(choice))


def locate_dataset() -> Path | None:
    """Return the first of `data_folders` that holds all four files of a data set, or None.

    Nothing but names is looked at, so a data set that was found may still turn out to be damaged;
    None means that a download would help.

    Raises
    ------
    DataError
        If it is ambiguous which files of a folder are meant.
    StorageError
        If a folder cannot be read.
    """
    for candidate in filter(os.path.isdir, data_folders()):
        if not find_dataset_files(candidate).missing:
            return candidate
    return None


def locate_published(published: PublishedDataset) -> Path | None:
    """Return the first of the data set's folders that holds it, complete and told by its test labels, or None.

    Raises
    ------
    DataError
        If it is ambiguous which files of a folder are meant.
    FileFormatError, StorageError
        If the labels are damaged, or a folder or file cannot be read.
    """
    for folder in filter(os.path.isdir, published_folders(published)):
        files = find_dataset_files(folder)
        if not files.missing and is_published(files, published):
            return folder
    return None


def _find(source: str) -> tuple[str, Reading, tuple[str, ...]]:
    """Return the source in full, what reads it, and warnings about the choice."""
    if not source:
        return _find_by_itself()
    published = DATASETS.get(source.lower())
    if published is not None:
        return published.folder_name, read_idx_folder(_folder_of(published)), ()
    synthetic = SyntheticChoice.parse(source)
    if synthetic is not None:
        return synthetic.source, read_synthetic(synthetic), ()
    if source.lower() == MINE:
        return MINE, _read_personal_digits(), ()
    path = Path(os.path.abspath(os.path.expanduser(source)))
    return str(path), reader_of(path), ()


def _find_by_itself() -> tuple[str, Reading, tuple[str, ...]]:
    folder = locate_dataset()
    if folder is not None:
        return str(folder), read_idx_folder(folder), ()
    places = data_folders()
    found = [find_dataset_files(place) for place in places if place.is_dir()]
    incomplete = tuple(missing_files_sentence(files) for files in found if files.paths)
    sentence = (
        f"No MNIST data set is in {join_words([str(place) for place in places])}, so digits drawn by nnapp are used; "
        f"`nnapp data download {MNIST.folder_name}` fetches the real ones, or put the four files {_file_names(MNIST)} "
        f"into {folder_for(MNIST)}."
    )
    synthetic = SyntheticChoice()
    return synthetic.source, read_synthetic(synthetic), (*incomplete, sentence)


def _folder_of(published: PublishedDataset) -> Path:
    folder = locate_published(published)
    if folder is None:
        looked_in = join_words([str(place) for place in published_folders(published)])
        raise DataError(
            f"{published.name} is not in {looked_in}; `nnapp data download {published.folder_name}` fetches it, or put "
            f"the four files {_file_names(published)} into {folder_for(published)}."
        )
    return folder


def _read_personal_digits() -> Reading:
    # Imported here because the digits are kept as a data set that this module loads.
    from nnapp.storage.personal_digits import PersonalDigits

    return PersonalDigits().reading()


def _file_names(published: PublishedDataset) -> str:
    return join_words([file.name for file in published.files])

"""Find the files of an IDX data set in a folder, in all the spellings they are published in.

==========  ==============================================================================
part        spellings
==========  ==============================================================================
prefix      none, or one common to the four: ``emnist-digits-train-images-idx3-ubyte``
split       ``train``; ``t10k`` (MNIST) or ``test`` (EMNIST); none where there is only one
            pair of files, ``images-idx3-ubyte`` and ``labels-idx1-ubyte``
separator   ``train-images-idx3-ubyte`` or, as 7-Zip unpacks it, ``train-images.idx3-ubyte``
compressed  ending in ``.gz``, or not; the uncompressed file is preferred
==========  ==============================================================================
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nnapp.errors import DataError, StorageError
from nnapp.storage.files import describe_os_error
from nnapp.storage.published_datasets import FILE_NAMES

__all__ = ["DatasetFiles", "find_dataset_files", "join_words"]

_SPELLING = re.compile(
    # The shortest prefix, so that a word for the split is never part of it.
    r"(?P<prefix>(?:.*?[-_.])??)(?:(?P<split>train|t10k|test)[-_.])?(?P<content>images|labels)[-.]idx[0-9]+-ubyte(?:\.gz)?",
    re.IGNORECASE,
)
_CANONICAL_NAMES = {
    ("train", "images"): FILE_NAMES[0],
    ("train", "labels"): FILE_NAMES[1],
    ("t10k", "images"): FILE_NAMES[2],
    ("t10k", "labels"): FILE_NAMES[3],
}


@dataclass(frozen=True)
class DatasetFiles:
    """The files of a data set that are in a folder: all four, some or none.

    Attributes
    ----------
    folder : Path
        Where they are.
    prefix : str
        What their names begin with, without the separator after it; empty for MNIST.
    paths : mapping of str to Path
        The files found, by their name in `FILE_NAMES`, in that order.
    """

    folder: Path
    prefix: str
    paths: Mapping[str, Path]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the files that are not there, as in `FILE_NAMES`."""
        return tuple(name for name in FILE_NAMES if name not in self.paths)

    @property
    def only_pair(self) -> tuple[Path, Path] | None:
        """The files of images and labels where there are these two and no other, whichever split they are of."""
        for pair in (FILE_NAMES[:2], FILE_NAMES[2:]):
            if tuple(self.paths) == pair:
                return self.paths[pair[0]], self.paths[pair[1]]
        return None


def find_dataset_files(folder: str | os.PathLike[str]) -> DatasetFiles:
    """Find the files of the data set in `folder`.

    Of several sets with different prefixes, the only complete one is taken.

    Raises
    ------
    DataError
        If two complete data sets, or two different files for one part, are there.
    StorageError
        If the folder cannot be read.
    """
    folder = Path(folder)
    found = _files_by_prefix(folder)
    complete = [prefix for prefix, files in found.items() if len(files) == len(FILE_NAMES)]
    if len(complete) > 1:
        names = join_words([found[prefix][FILE_NAMES[0]][0].name for prefix in complete])
        raise DataError(f"The folder {folder} must hold one data set; got {len(complete)}, those of {names}.")
    chosen = complete[0] if complete else max(found, key=lambda prefix: len(found[prefix]), default="")
    files = found.get(chosen, {})
    paths = {name: _preferred(folder, name, files[name]) for name in FILE_NAMES if name in files}
    return DatasetFiles(folder, chosen.rstrip("-_."), paths)


def join_words(words: list[str] | tuple[str, ...]) -> str:
    """Return the words as an English list: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _files_by_prefix(folder: Path) -> dict[str, dict[str, list[Path]]]:
    """Return, by prefix and then by name in `FILE_NAMES`, every file spelt like one of a data set."""
    found: dict[str, dict[str, list[Path]]] = {}
    for path in _list_files(folder):
        spelling = _SPELLING.fullmatch(path.name)
        if spelling is not None:
            split = "t10k" if (spelling["split"] or "").lower() in ("t10k", "test") else "train"
            name = _CANONICAL_NAMES[split, spelling["content"].lower()]
            found.setdefault(spelling["prefix"], {}).setdefault(name, []).append(path)
    return found


def _list_files(folder: Path) -> list[Path]:
    try:
        # Folders are left out: one archive of MNIST holds each file in a folder of the same name.
        return sorted(path for path in folder.iterdir() if path.is_file())
    except NotADirectoryError as error:
        raise StorageError(f"Cannot read the data folder {folder}: it is a file, not a folder.") from error
    except OSError as error:
        raise StorageError(f"Cannot read the data folder {folder}: {describe_os_error(error)}.") from error


def _preferred(folder: Path, name: str, candidates: list[Path]) -> Path:
    """Return the uncompressed one of the candidates, else the gzipped one."""
    plain = [path for path in candidates if path.suffix.lower() != ".gz"]
    chosen = plain or candidates
    if len(chosen) > 1:
        names = join_words([path.name for path in chosen])
        raise DataError(f"The folder {folder} must hold one file for {name}; got {names}.")
    return chosen[0]

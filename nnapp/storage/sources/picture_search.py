"""Find the pictures of a data set that is a folder with a sub-folder of pictures for each class.

The sub-folders may stand in ``train`` (or ``training``) of the folder. Then the first of ``test``, ``testing``,
``val``, ``valid`` and ``validation`` that holds folders too has the test images, and what else stands beside them is
left out and told. All of it may be in a folder within the folder, as unpacked archives have it. Hidden files, and
folders within those of the classes, are passed over.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from nnapp.errors import DataError, StorageError
from nnapp.storage.files import describe_os_error
from nnapp.storage.load_progress import LoadProgress, ProgressMeter

__all__ = ["PICTURE_ENDINGS", "ClassFolders", "ImageFolders", "find_parts", "finding_pictures", "folders_of_pictures"]

PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm")
"""What the names of pictures end in, in small letters."""

_TRAINING_NAMES = ("train", "training")
_TEST_NAMES = ("test", "testing", "val", "valid", "validation")
_MAX_FILES = 1_000_000
_MOST_WRAPPERS = 3
_HIDDEN = (".", "__MACOSX")  # the second is what archives of macOS bring along


@dataclass(frozen=True)
class ImageFolders:
    """Where the classes' folders of a data set are.

    Attributes
    ----------
    training : Path
    test : Path or None
    left_out : tuple of str
        Names of folders beside those two.
    """

    training: Path
    test: Path | None = None
    left_out: tuple[str, ...] = ()


@dataclass
class ClassFolders:
    """What was found in a folder of class folders.

    Attributes
    ----------
    pictures : dict of str to list of str
        Paths of the pictures of each class, in the order of their names.
    others : list of str
        Paths of files that are no pictures.
    empty : list of str
        Names of folders without any picture.
    """

    pictures: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)

    @property
    def n_pictures(self) -> int:
        """Number of pictures in all classes."""
        return sum(map(len, self.pictures.values()))


def find_parts(folder: Path) -> ImageFolders:
    """Return where in `folder` the classes' folders are.

    Raises
    ------
    StorageError
        If a folder cannot be read.
    """
    folder = _unwrapped(folder)
    by_name = {entry.name.lower(): Path(entry.path) for entry in _folders_in(folder)}
    training = next((by_name[name] for name in _TRAINING_NAMES if name in by_name), None)
    if training is None or not any(_folders_in(training)):
        return ImageFolders(folder)
    test = next((by_name[name] for name in _TEST_NAMES if name in by_name and any(_folders_in(by_name[name]))), None)
    return ImageFolders(training, test, tuple(path.name for path in by_name.values() if path not in (training, test)))


def _unwrapped(folder: Path) -> Path:
    """Return the only folder within a folder if that has folders and no pictures in it, and so on down a few levels."""
    for _ in range(_MOST_WRAPPERS):
        inner = _folders_in(folder)
        if len(inner) != 1 or inner[0].name.lower() in _TRAINING_NAMES:
            break
        if not any(_folders_in(inner[0])) or any(_is_picture(entry) for entry in _entries(inner[0])):
            break
        folder = Path(inner[0].path)
    return folder


def folders_of_pictures(folder: Path) -> tuple[str, ...]:
    """Return the names of the classes' folders that hold pictures; a folder that cannot be read counts as empty."""
    found = []
    with suppress(StorageError):
        for sub in _folders_in(find_parts(folder).training):
            with suppress(StorageError):
                if any(map(_is_picture, _entries(sub))):
                    found.append(_readable(sub.name))
    return tuple(found)


def finding_pictures(part: Path) -> Generator[LoadProgress, None, ClassFolders]:
    """Find all pictures in the sub-folders of `part`, yielding how many files were seen.

    Raises
    ------
    DataError
        If there are more than a million files.
    StorageError
        If a folder cannot be read.
    """
    found = ClassFolders()
    meter = ProgressMeter(f"Looking into {part.name}", None, "files")
    n_files = 0
    for sub in _folders_in(part):
        pictures = []
        for entry in _entries(sub):
            if _is_picture(entry):
                pictures.append(entry.path)
            elif _is_file(entry):
                found.others.append(entry.path)
            n_files += 1
            if n_files > _MAX_FILES:
                raise DataError(f"{part} must hold at most {_MAX_FILES:,} files; got more.")
            if meter.is_due:
                yield meter.at(n_files)
        name = _readable(sub.name)
        if pictures:
            found.pictures[name] = found.pictures.get(name, []) + sorted(pictures)
        else:
            found.empty.append(name)
    found.others.sort()
    return found


def _readable(name: str) -> str:
    """Return a name without the bytes that are no text, which no file of a network could hold."""
    return os.fsencode(name).decode("utf-8", "replace")


def _is_picture(entry: os.DirEntry[str]) -> bool:
    return entry.name.lower().endswith(PICTURE_ENDINGS) and _is_file(entry)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a file or a link to one: a pipe would be waited for without end."""
    try:
        return entry.is_file()
    except OSError:  # a link that leads in a circle
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _folders_in(folder: str | os.PathLike[str]) -> list[os.DirEntry[str]]:
    return sorted((entry for entry in _entries(folder) if _is_folder(entry)), key=lambda entry: entry.name)


def _entries(folder: str | os.PathLike[str]) -> Iterator[os.DirEntry[str]]:
    """Yield what is in a folder and not hidden."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith(_HIDDEN):
                    yield entry
    except OSError as error:
        raise StorageError(f"Cannot read the data folder {os.fspath(folder)}: {describe_os_error(error)}.") from error

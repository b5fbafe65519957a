"""Write images as PNG pictures, one file for each."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnapp.engine.arrays import IntArray
from nnapp.storage.export_folder import export_folder
from nnapp.storage.files import atomic_writer
from nnapp.storage.load_progress import LoadProgress, ProgressMeter

__all__ = ["export_pictures", "picture_names"]

_UNSAFE = re.compile(r"[^\w\-+]+")
_LONGEST_STEM_BYTES = 120
"""Of the 255 that a name may have on most systems; the rest is for the numbers."""


def picture_names(labels: IntArray, class_names: Sequence[str]) -> list[str]:
    """Return the name of a file for each image: ``digit_5_sample_1.png`` for the first one of class 5.

    Parameters
    ----------
    labels : array (n,) of int
    class_names : sequence of str
        Digits are called "digit_5"; others by their own name, in characters that every system allows.

    Returns
    -------
    list of str
        No two of which any system takes for the same.
    """
    stems = _stems(class_names)
    counts = [0] * len(stems)
    names = []
    for label in labels.tolist():
        counts[label] += 1
        names.append(f"{stems[label]}_sample_{counts[label]}.png")
    return names


def _stems(class_names: Sequence[str]) -> list[str]:
    """Return what the names of files begin with, for each class."""
    stems: list[str] = []
    taken: set[str] = set()
    for number, name in enumerate(class_names):
        safe = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).encode("utf-8", "replace")
        stem = f"digit_{name}" if name.isdecimal() else safe[:_LONGEST_STEM_BYTES].decode("utf-8", "ignore")
        # Windows and macOS take "A" and "a" for the same.
        while stem.casefold() in taken:
            stem += f"_class_{number}"
        taken.add(stem.casefold())
        stems.append(stem)
    return stems


def export_pictures(
    folder: str | os.PathLike[str],
    images: NDArray[np.uint8],
    labels: IntArray,
    class_names: Sequence[str],
    *,
    may_replace: bool = False,
) -> Generator[LoadProgress, None, list[Path]]:
    """Write each image as a PNG picture, yielding how far it has come. Stopped, it leaves no picture.

    Parameters
    ----------
    folder : path-like
        Made if it is missing.
    images : array (n, height, width) of uint8
    labels : array (n,) of int
    class_names : sequence of str
    may_replace : bool
        Whether files of the same names may be written over.

    Returns
    -------
    list of Path
        Of the pictures, in the order of the images.

    Raises
    ------
    ExistingFilesError
        If a file of the same name is there.
    StorageError
        If one cannot be written.
    """
    target = Path(folder)
    paths = [target / name for name in picture_names(labels, class_names)]
    meter = ProgressMeter(f"Writing to {target.name}", len(paths), "images")
    with export_folder(target, paths, may_replace=may_replace):
        for number, (path, image) in enumerate(zip(paths, images, strict=True)):
            if meter.is_due:
                yield meter.at(number)
            with atomic_writer(path, is_durable=False) as stream:
                Image.fromarray(image).save(stream, "PNG")
    return paths

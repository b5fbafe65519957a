"""Draw a data set of synthetic digits, and keep it so that it is drawn only once.

It is kept in the user's cache as the four IDX files of any data set, in a folder named after the version of the
drawing, the number of images and the seed. Test images are drawn from a stream of their own, so none of them is
among the training images of any number or seed.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import numpy as np

from nnapp.errors import FileFormatError, StorageError
from nnapp.storage.dataset import LabelledImages, SourceContent
from nnapp.storage.files import make_folder
from nnapp.storage.folders import user_cache_folder
from nnapp.storage.idx_file import write_idx
from nnapp.storage.load_progress import LoadProgress, ProgressMeter
from nnapp.storage.published_datasets import FILE_NAMES
from nnapp.storage.source_names import SyntheticChoice
from nnapp.storage.sources.idx_folders import read_pairs

__all__ = ["read_synthetic", "synthetic_folder"]

_TEST_SEEDS = 2**32
"""What the seed of the test images is above that of the training images, which is always below this."""


def synthetic_folder(choice: SyntheticChoice) -> Path:
    """Return the folder in the user's cache where these digits are kept; it need not exist yet."""
    from nnapp.digits.synthetic import VERSION

    return user_cache_folder() / f"synthetic-{VERSION}-{choice.n_images}-{choice.seed}"


def read_synthetic(choice: SyntheticChoice) -> Generator[LoadProgress, None, SourceContent]:
    """Read synthetic digits that were drawn before, or else draw and keep them.

    A cache that is damaged or cannot be written to is no problem: the digits are then drawn anew.
    """
    paths = [synthetic_folder(choice) / name for name in FILE_NAMES]
    try:
        training, test = yield from read_pairs([(paths[0], paths[1]), (paths[2], paths[3])])
        _check(training, choice.n_images)
        _check(test, choice.n_test_images)
    except (StorageError, FileFormatError):
        training = yield from _draw(choice.n_images, choice.seed, "Drawing training digits")
        test = yield from _draw(choice.n_test_images, _TEST_SEEDS + choice.seed, "Drawing test digits")
        with suppress(StorageError):
            _keep(paths, training, test)
    return SourceContent("Synthetic digits", training, test, tuple("0123456789"), "drawn by nnapp")


def _check(part: LabelledImages, n_images: int) -> None:
    """Refuse what is not as many digits as were drawn."""
    are_images = part.images.shape == (n_images, 28, 28) and part.images.dtype == np.uint8
    if not are_images or part.labels.shape != (n_images,) or part.labels.dtype != np.uint8 or part.labels.max() > 9:
        raise FileFormatError(f"Synthetic digits that were kept must be {n_images:,} images with labels; got others.")


def _draw(n_images: int, seed: int, what: str) -> Generator[LoadProgress, None, LabelledImages]:
    # Imported here because drawing takes more modules than reading what was drawn.
    from nnapp.digits.synthetic import drawing_digits

    images, labels = np.empty((n_images, 28, 28), np.uint8), np.empty(n_images, np.int64)
    meter = ProgressMeter(what, n_images, "images")
    n_done = 0
    for some_images, some_labels in drawing_digits(n_images, seed):
        images[n_done : n_done + len(some_labels)] = some_images
        labels[n_done : n_done + len(some_labels)] = some_labels
        n_done += len(some_labels)
        if meter.is_due:
            yield meter.at(n_done)
    return LabelledImages(images, labels)


def _keep(paths: list[Path], training: LabelledImages, test: LabelledImages) -> None:
    make_folder(paths[0].parent)
    for images_path, labels_path, part in ((paths[0], paths[1], training), (paths[2], paths[3], test)):
        write_idx(images_path, part.images)
        write_idx(labels_path, part.labels.astype(np.uint8))

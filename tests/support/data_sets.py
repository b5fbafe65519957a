"""Small data sets that can be learnt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnapp.storage.idx_file import write_idx


def make_images(labels: NDArray[np.int64], rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return an image per label: noise with a bright row at the height of the label."""
    images = rng.integers(0, 60, (len(labels), *shape), np.uint8)
    images[np.arange(len(labels)), 2 * labels] = 220
    return images


def write_data_set(folder: Path, *, shape: tuple[int, int] = (28, 28), n_classes: int = 10, first: int = 0) -> Path:
    """Write 200 training and 80 test images as the four IDX files; the first image is of the class `first`."""
    rng = np.random.default_rng(7)
    folder.mkdir(exist_ok=True)
    for name, count in (("train", 200), ("t10k", 80)):
        labels = (np.arange(count) + first) % n_classes
        write_idx(folder / f"{name}-images-idx3-ubyte", make_images(labels, rng, shape))
        write_idx(folder / f"{name}-labels-idx1-ubyte", labels.astype(np.uint8))
    return folder

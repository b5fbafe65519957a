"""Splitting a data set into training and validation images."""

from __future__ import annotations

import numpy as np

from nnapp.engine.arrays import IntArray

__all__ = ["split_validation"]


def split_validation(labels: IntArray, fraction: float, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Hold out a share of the images, the same share of every class.

    Parameters
    ----------
    labels : array (n_images,)
        Class of each image.
    fraction : float
        Share held out, 0 ≤ fraction < 1. Rounded to whole images; at least one if not 0.
    rng : numpy.random.Generator
        Decides which ones.

    Returns
    -------
    training, validation : array of int
        Indices of images, ascending; together every image once.
    """
    n_images = len(labels)
    n_validation = min(round(n_images * fraction), n_images - 1)
    if fraction > 0 and n_images > 1:
        n_validation = max(1, n_validation)
    # In an order shuffled within classes, every (1/fraction)-th image gives each class its share.
    shuffled = rng.permutation(n_images)
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    position = np.arange(n_images)
    is_held_out = position * n_validation // n_images < (position + 1) * n_validation // n_images
    return np.sort(by_class[~is_held_out]), np.sort(by_class[is_held_out])

"""Splitting a data set into the images that are learnt from and those that are not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import IntArray
from nnapp.engine.randomness import Purpose, random_stream
from nnapp.engine.settings import Settings

__all__ = ["split_for_training", "split_validation"]


def split_for_training(labels: IntArray, settings: Settings) -> tuple[IntArray, IntArray]:
    """Choose the images a run learns from and those it holds out, as its settings say.

    The images held out depend on the seed and the validation fraction alone, however many are learnt from.

    Parameters
    ----------
    labels : array (n_images,)
        Class of each image.
    settings : Settings
        Its seed, validation fraction and number of training images.

    Returns
    -------
    training, validation : array of int
        Indices of images, ascending. Together every image once, unless `Settings.training_images` leaves some out.

    Raises
    ------
    SettingError
        If there are fewer images than a setting asks for.
    """
    training, validation = split_validation(
        labels, settings.validation_fraction, random_stream(settings.seed, Purpose.SPLIT)
    )
    settings.check_counts(len(training))
    if settings.training_images:
        rng = random_stream(settings.seed, Purpose.TRAINING_SUBSET)
        training = training[_choose(labels[training], settings.training_images, rng)]
    return training, validation


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
    is_held_out = _choose(labels, n_validation, rng)
    return np.flatnonzero(~is_held_out), np.flatnonzero(is_held_out)


def _choose(labels: IntArray, n_chosen: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Mark `n_chosen` images, the same share of every class to within one."""
    n_images = len(labels)
    # In an order shuffled within classes, every (n_images / n_chosen)-th image gives each class its share.
    shuffled = rng.permutation(n_images)
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    position = np.arange(n_images)
    is_chosen = np.empty(n_images, bool)
    is_chosen[by_class] = position * n_chosen // n_images < (position + 1) * n_chosen // n_images
    return is_chosen

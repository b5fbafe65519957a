"""Digits that nnapp draws itself: strokes of a pen, every digit in several styles, each in a hand of its own.

They stand in for MNIST where there is none, and there are as many as anybody wants. A network that has seen nothing
else recognises real handwriting; how well is told in docs/data.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.digit_styles import DIGIT_STYLES, DigitStyle
from nnapp.digits.handwriting import N_CHANCES, Handwriting, written
from nnapp.digits.pen_paths import PenPaths, pen_paths
from nnapp.digits.stroke_rendering import rendered

__all__ = ["VERSION", "drawing_digits", "synthetic_digits", "write_digits"]

VERSION = 1
"""Goes up whenever the same seed draws other digits."""

_PIECE = 256


def synthetic_digits(
    n_images: int, seed: int, labels: Sequence[int] | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return `n_images` digits and what they are; arguments as for `drawing_digits`.

    Returns
    -------
    images : (n_images, 28, 28) uint8
        0 = paper … 255 = ink.
    labels : (n_images,) int64
        0…9.
    """
    images, digits = np.empty((n_images, 28, 28), np.uint8), np.empty(n_images, np.int64)
    n_done = 0
    for some_images, some_digits in drawing_digits(n_images, seed, labels):
        images[n_done : n_done + len(some_digits)] = some_images
        digits[n_done : n_done + len(some_digits)] = some_digits
        n_done += len(some_digits)
    return images, digits


def drawing_digits(
    n_images: int, seed: int, labels: Sequence[int] | None = None, piece: int = _PIECE
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64]]]:
    """Draw digits, some at a time. Image i depends on nothing but the seed, i and its label.

    Parameters
    ----------
    n_images : int
    seed : int
        From 0 to 2⁶⁴ − 1.
    labels : sequence of int, optional
        What to draw, 0…9 each; by default one at random.
    piece : int
        How many to draw at a time.

    Yields
    ------
    images : (at most piece, 28, 28) uint8
    labels : (at most piece,) int64
    """
    for first in range(0, n_images, piece):
        last = min(first + piece, n_images)
        digits, drawings = write_digits(seed, range(first, last), None if labels is None else labels[first:last])
        images = rendered(drawings)
        yield (images * np.float32(255) + np.float32(0.5)).astype(np.uint8), digits


def write_digits(
    seed: int, numbers: Sequence[int], labels: Sequence[int] | None = None, styles: Sequence[DigitStyle] = DIGIT_STYLES
) -> tuple[NDArray[np.int64], Handwriting]:
    """Return what some images are, and the paths of the pen that draws them.

    Parameters
    ----------
    seed : int
    numbers : sequence of int
        Which images of the seed.
    labels : sequence of int, optional
        As for `drawing_digits`.
    styles : sequence of DigitStyle
        The styles to choose from; at least one for every digit that is drawn.
    """
    shares = np.empty((len(numbers), 2))
    chances = np.empty((len(numbers), N_CHANCES), np.float32)
    for row, number in enumerate(numbers):
        # A stream for every image costs some microseconds, and makes it independent of all the others.
        rng = np.random.Generator(np.random.Philox(key=np.array([seed, number], np.uint64)))
        shares[row] = rng.random(2)
        rng.standard_normal(out=chances[row], dtype=np.float32)
    digits = (shares[:, 0] * 10).astype(np.int64) if labels is None else np.asarray(labels, np.int64)
    limits = _style_limits(tuple(styles))
    style = np.array(
        [_chosen(limits[digit], share) for digit, share in zip(digits, shares[:, 1], strict=True)], np.intp
    )
    return digits, written(_paths(tuple(styles)), style, chances)


@cache
def _paths(styles: tuple[DigitStyle, ...]) -> PenPaths:
    return pen_paths(styles)


@cache
def _style_limits(styles: tuple[DigitStyle, ...]) -> dict[int, tuple[NDArray[np.intp], NDArray[np.float64]]]:
    """Return for every digit its styles, and up to which share each of them is chosen."""
    limits = {}
    for digit in range(10):
        indices = [index for index, style in enumerate(styles) if style.digit == digit]
        frequencies = np.array([styles[index].frequency for index in indices])
        limits[digit] = np.array(indices, np.intp), np.cumsum(frequencies) / max(frequencies.sum(), 1e-9)
    return limits


def _chosen(limits: tuple[NDArray[np.intp], NDArray[np.float64]], share: float) -> int:
    indices, upper = limits
    return int(indices[min(int(np.searchsorted(upper, share, side="right")), len(indices) - 1)])

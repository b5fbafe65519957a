"""Augmentation: every epoch shows each image turned, stretched, shifted and bent a little differently.

The images that come out are as a person could have drawn them too, so a network learns from them what does not matter.
All of it happens to a batch at once: an image's pixels are looked up where a random affine map and a smooth random
displacement (Simard, Steinkraus and Platt 2003) send them, between pixels by bilinear interpolation, outside the image
as paper.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from math import radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import PIXEL_MAXIMUM, FloatArray
from nnapp.errors import SettingError

__all__ = ["AUGMENTATIONS", "Augmentation", "Augmenter"]


@dataclass(frozen=True)
class Augmentation:
    """How far images may be changed; all 0 means not at all. Each amount is drawn for each image anew.

    Attributes
    ----------
    rotation : float
        Largest turn either way, in degrees.
    zoom : float
        Largest growth or shrinking of height and, on its own, of width: a factor between 1 / (1 + zoom) and 1 + zoom.
    shear : float
        Largest slant either way: columns that each row is shifted by for each row from the middle.
    translation : float
        Largest shift along and across, in pixels.
    elastic : float
        Root mean square of the smooth displacement along each axis, in pixels. The published α = 34 and σ = 4 come to
        1.4 where no edge is near.
    thickness : float
        Largest thickening or thinning of strokes: 1 grows or eats them by a pixel all around.
    noise : float
        Standard deviation of the noise added to each pixel, of ink from 0 to 1.
    """

    rotation: float = 0.0
    zoom: float = 0.0
    shear: float = 0.0
    translation: float = 0.0
    elastic: float = 0.0
    thickness: float = 0.0
    noise: float = 0.0

    @property
    def is_on(self) -> bool:
        """Whether anything is changed."""
        return any(getattr(self, item.name) > 0 for item in fields(self))


AUGMENTATIONS: dict[str, Augmentation] = {
    "none": Augmentation(),
    "light": Augmentation(rotation=7.5, zoom=0.08, shear=0.1, translation=1.0, elastic=0.5, thickness=0.2),
    "medium": Augmentation(rotation=10.0, zoom=0.12, shear=0.15, translation=1.5, elastic=0.9, thickness=0.4),
    "strong": Augmentation(
        rotation=15.0, zoom=0.18, shear=0.2, translation=2.0, elastic=1.3, thickness=0.6, noise=0.05
    ),
}
"""Amounts that go together, by name."""

_SMOOTHNESS_PX = 4.0
"""Standard deviation σ of the Gaussian that makes neighbouring pixels move together, as published."""

_IMAGES_TOGETHER = 64
"""So many images stay in a core's own cache with all that is computed on the way: twice as fast as a thousand."""


class Augmenter:
    """Changes batches of images by an `Augmentation`.

    Parameters
    ----------
    augmentation : Augmentation
    shape : (int, int)
        Rows and columns of an image.

    Raises
    ------
    SettingError
        If images have no rows and columns to move pixels between.
    """

    def __init__(self, augmentation: Augmentation, shape: tuple[int, ...]) -> None:
        if len(shape) != 2:
            raise SettingError(
                f"Augmentation needs images of rows and columns; got images of shape {'×'.join(map(str, shape))}."
            )
        self.augmentation = augmentation
        self._shape = height, width = (int(shape[0]), int(shape[1]))
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        # Each row of an affine map, times this, is where the pixels of an image come from along one axis.
        self._grid = np.stack([rows.ravel() - (height - 1) / 2, columns.ravel() - (width - 1) / 2, np.ones(rows.size)])
        self._grid = self._grid.astype(np.float32)
        self._smoothers = _smoother(height), _smoother(width)

    def apply(self, images: NDArray[Any], rng: np.random.Generator, out: FloatArray) -> None:
        """Write changed images into `out`.

        Parameters
        ----------
        images : array (n_images, n_pixels)
            Bytes, or values 0…1; left as they are.
        rng : numpy.random.Generator
            The same generator changes the same images in the same way.
        out : array (n_images, n_pixels)
            Values 0…1.
        """
        for start in range(0, len(images), _IMAGES_TOGETHER):
            part = slice(start, start + _IMAGES_TOGETHER)
            self._apply(images[part], rng, out[part])

    def _apply(self, images: NDArray[Any], rng: np.random.Generator, out: FloatArray) -> None:
        options = self.augmentation
        pictures = images.reshape(-1, *self._shape)
        if options.thickness:
            pictures = _with_strokes_changed(pictures, rng.uniform(-options.thickness, options.thickness, len(images)))
        rows, columns = self._sources(len(images), rng)
        _look_up(pictures, rows, columns, out)
        if images.dtype == np.uint8:
            out *= out.dtype.type(1 / PIXEL_MAXIMUM)
        if options.noise:
            out += options.noise * rng.standard_normal(out.shape, np.float32)
            np.clip(out, 0, 1, out=out)

    def _sources(self, n: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return from which row and column each pixel comes, both of shape (n, n_pixels)."""
        options, (height, width) = self.augmentation, self._shape
        angle = rng.uniform(-radians(options.rotation), radians(options.rotation), n)
        scale = np.log1p(options.zoom) * rng.uniform(-1, 1, (2, n))
        shear = rng.uniform(-options.shear, options.shear, n)
        shift = rng.uniform(-options.translation, options.translation, (2, n))
        # From where a pixel is, row r and column c from the middle, to where it comes from: stretched, slanted, turned.
        #   r' = d r,  c' = a c + s d r;  r'' = r' cos φ − c' sin φ,  c'' = r' sin φ + c' cos φ
        cosine, sine = np.cos(angle), np.sin(angle)
        down, along = np.exp(scale)
        maps = np.empty((2, n, 3), np.float32)
        maps[0].T[:] = down * (cosine - shear * sine), -along * sine, shift[0] + (height - 1) / 2
        maps[1].T[:] = down * (sine + shear * cosine), along * cosine, shift[1] + (width - 1) / 2
        rows, columns = (np.matmul(part, self._grid) for part in maps)
        if options.elastic:
            for places in (rows, columns):
                places += options.elastic * self._displacements(n, rng)
        return rows, columns

    def _displacements(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return smooth random displacements of unit variance, shape (n, n_pixels)."""
        height, width = self._shape
        down, along = self._smoothers
        noise = rng.random((n, height, width), np.float32)
        noise -= 0.5
        noise *= np.float32(np.sqrt(12))  # the variance of a uniform number is 1/12
        smooth = np.matmul(noise.reshape(n * height, width), along.T).reshape(n, height, width)
        found: NDArray[np.float32] = np.matmul(down, smooth).reshape(n, height * width)
        return found


@lru_cache(maxsize=8)
def _smoother(length: int) -> NDArray[np.float32]:
    """Return the matrix (length, length) that smooths a line, each row of which keeps the variance of noise."""
    places = np.arange(length)
    rows = np.exp(-((places[:, np.newaxis] - places) ** 2) / (2 * _SMOOTHNESS_PX**2))
    found: NDArray[np.float32] = (rows / np.sqrt((rows**2).sum(axis=1, keepdims=True))).astype(np.float32)
    found.setflags(write=False)
    return found


def _with_strokes_changed(pictures: NDArray[Any], amounts: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return pictures whose strokes are thicker (amount above 0) or thinner, as shares of a pixel all around."""
    grown, eaten = pictures.copy(), pictures.copy()
    for here, there in (
        (np.s_[:, 1:], np.s_[:, :-1]),
        (np.s_[:, :-1], np.s_[:, 1:]),
        (np.s_[:, :, 1:], np.s_[:, :, :-1]),
        (np.s_[:, :, :-1], np.s_[:, :, 1:]),
    ):
        np.maximum(grown[here], pictures[there], out=grown[here])
        np.minimum(eaten[here], pictures[there], out=eaten[here])
    is_growing = amounts > 0
    target = np.where(is_growing[:, np.newaxis, np.newaxis], grown, eaten)
    share = np.abs(amounts).astype(np.float32)[:, np.newaxis, np.newaxis]
    changed: NDArray[np.float32] = pictures * (1 - share) + target * share
    return changed


def _look_up(pictures: NDArray[Any], rows: NDArray[np.float32], columns: NDArray[np.float32], out: FloatArray) -> None:
    """Write the values of pictures at fractions of pixels into `out`; outside them all is 0."""
    n, height, width = pictures.shape
    # Two rows and columns of paper before the picture and after it, where everything that is outside ends up.
    padded = np.zeros((n, height + 4, width + 4), np.float32)
    padded[:, 2:-2, 2:-2] = pictures
    for places, length in ((rows, height), (columns, width)):
        places += 2
        np.clip(places, 0, length + 2, out=places)
    above, left = rows.astype(np.intp), columns.astype(np.intp)
    rows -= above
    columns -= left
    above *= width + 4
    above += left
    above += (np.arange(n) * ((height + 4) * (width + 4)))[:, np.newaxis]
    flat = padded.ravel()
    corner = [flat.take(above + offset) for offset in (0, 1, width + 4, width + 5)]
    for first, second in ((0, 1), (2, 3)):
        corner[second] -= corner[first]
        corner[second] *= columns
        corner[first] += corner[second]
    corner[2] -= corner[0]
    corner[2] *= rows
    np.add(corner[0], corner[2], out=out)

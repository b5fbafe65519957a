"""The weights of a layer as one picture: a sheet of small pictures, one per neuron, or one matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.display.nice_numbers import nice_ceiling
from nnapp.display.palettes import Palette, rgb
from nnapp.engine.arrays import FloatArray

__all__ = [
    "WeightSheet",
    "color_limit",
    "color_table",
    "fit_matrix",
    "fit_pictures",
    "sheet_picture",
    "zoomed_pictures",
]

_LARGEST_ZOOM = 16
_LONGEST_CELL = 4  # times as long as it is wide
_LIMIT_IN_STANDARD_DEVIATIONS = 3
_ZERO_STEP = 127
_NOTHING_STEP = 255


@dataclass(frozen=True)
class WeightSheet:
    """Where each weight is on a sheet of tiles, which are filled row by row, and so are their pixels.

    For pictures, a tile is a neuron and its pixels are its weights. A matrix is a single tile with a row for
    each neuron.

    Attributes
    ----------
    n_tiles : int
    tile_shape : tuple of int
        Rows and columns of weights in a tile.
    n_columns : int
        Tiles beside each other.
    zoom : tuple of int
        Height and width of a weight in pixels of the screen.
    gap_px : int
        Between tiles.
    """

    n_tiles: int
    tile_shape: tuple[int, int]
    n_columns: int
    zoom: tuple[int, int]
    gap_px: int

    @property
    def n_weights(self) -> int:
        """Number of weights on the sheet."""
        return self.n_tiles * self.tile_shape[0] * self.tile_shape[1]

    @property
    def width_px(self) -> int:
        """Width of the whole sheet."""
        return self.n_columns * self.step_px[1] - self.gap_px

    @property
    def height_px(self) -> int:
        """Height of the whole sheet."""
        return -(-self.n_tiles // self.n_columns) * self.step_px[0] - self.gap_px

    @property
    def step_px(self) -> tuple[int, int]:
        """Height and width of a tile with its gap."""
        height, width = (length * zoom for length, zoom in zip(self.tile_shape, self.zoom, strict=True))
        return height + self.gap_px, width + self.gap_px

    def indices(self, left: int, top: int, width: int, height: int) -> NDArray[np.int64]:
        """Return which weight each pixel of a rectangle of the sheet shows.

        Returns
        -------
        array (height, width)
            Indices into the weights of the layer in row-major order; `n_weights` where there is none.
        """
        tile_height, tile_width = self.tile_shape
        tile_rows, rows = self._along(0, np.arange(top, top + height))
        tile_columns, columns = self._along(1, np.arange(left, left + width))
        tile_columns[tile_columns >= self.n_columns] = -1
        tiles = tile_rows[:, None] * self.n_columns + tile_columns
        found = tiles * (tile_height * tile_width) + rows[:, None] * tile_width + columns
        is_gap = (tile_rows < 0)[:, None] | (tile_columns < 0) | (tiles >= self.n_tiles)
        found[is_gap] = self.n_weights
        return found

    def weight_box(self, index: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a weight on the sheet; right and bottom are outside of it."""
        tile, place = divmod(index, self.tile_shape[0] * self.tile_shape[1])
        tile_row, tile_column = divmod(tile, self.n_columns)
        row, column = divmod(place, self.tile_shape[1])
        top = tile_row * self.step_px[0] + row * self.zoom[0]
        left = tile_column * self.step_px[1] + column * self.zoom[1]
        return left, top, left + self.zoom[1], top + self.zoom[0]

    def _along(self, axis: int, positions: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return tile and cell along one axis for pixel positions; tile -1 where there is a gap."""
        tiles, inside = np.divmod(positions, self.step_px[axis])
        cells = inside // self.zoom[axis]
        tiles[(cells >= self.tile_shape[axis]) | (positions < 0)] = -1
        return tiles, cells


def fit_pictures(
    n_pictures: int, picture_shape: tuple[int, int], size_px: tuple[int, int], *, least_zoom: int, gap_px: int
) -> WeightSheet:
    """Return the sheet with the largest pictures that all fit into a place.

    Parameters
    ----------
    picture_shape : tuple of int
        Rows and columns of weights in a picture.
    size_px : tuple of int
        Width and height of the place.
    least_zoom : int
        Pictures get no smaller than this; the sheet is then higher, or wider, than the place.
    """
    for zoom in range(_LARGEST_ZOOM, least_zoom, -1):
        sheet = zoomed_pictures(n_pictures, picture_shape, size_px[0], zoom=zoom, gap_px=gap_px)
        if sheet.width_px <= size_px[0] and sheet.height_px <= size_px[1]:
            return sheet
    return zoomed_pictures(n_pictures, picture_shape, size_px[0], zoom=least_zoom, gap_px=gap_px)


def zoomed_pictures(
    n_pictures: int, picture_shape: tuple[int, int], width_px: int, *, zoom: int, gap_px: int
) -> WeightSheet:
    """Return the sheet of pictures of a given zoom that is no wider than it has to be."""
    n_columns = (width_px + gap_px) // (picture_shape[1] * zoom + gap_px)
    return WeightSheet(n_pictures, picture_shape, min(max(n_columns, 1), n_pictures), (zoom, zoom), gap_px)


def fit_matrix(shape: tuple[int, int], size_px: tuple[int, int], *, least_zoom: int) -> WeightSheet:
    """Return the sheet of one matrix that fills a place as well as it can with cells that are not too long.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of weights.
    size_px, least_zoom
        As for `fit_pictures`.
    """
    width, height = (
        min(max(size // count, least_zoom), _LARGEST_ZOOM) for size, count in zip(size_px, reversed(shape), strict=True)
    )
    zoom = min(height, _LONGEST_CELL * width), min(width, _LONGEST_CELL * height)
    return WeightSheet(1, shape, 1, zoom, 0)


def color_limit(weights: FloatArray) -> float:
    """Return the absolute weight from which on colours are full: three standard deviations from 0, rounded up.

    It is one of 1, 2, 5 × 10ⁿ, so that the colours hold still while the network learns; 1 if all weights are 0.
    """
    spread = float(np.sqrt(np.mean(np.square(weights, dtype=np.float64))))
    return nice_ceiling(_LIMIT_IN_STANDARD_DEVIATIONS * spread) if 0 < spread < np.inf else 1.0


def color_table(palette: Palette) -> NDArray[np.uint8]:
    """Return the colours of `sheet_picture`, shape (256, 3): negative to positive over zero, and last of nothing."""
    negative, neutral, positive = (
        np.array(rgb(color), dtype=np.float64) for color in (palette.negative, palette.neutral, palette.positive)
    )
    shares = np.arange(-_ZERO_STEP, _ZERO_STEP + 1)[:, None] / _ZERO_STEP
    ends = np.where(shares < 0, negative, positive)
    colors = neutral + np.abs(shares) * (ends - neutral)
    return np.vstack([np.rint(colors), rgb(palette.canvas)]).astype(np.uint8)


def sheet_picture(
    weights: FloatArray, indices: NDArray[np.int64], limit: float, table: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Return a picture of weights.

    Parameters
    ----------
    weights : array (n_weights,)
        What is not a number counts as 0.
    indices : array (height, width)
        Of `WeightSheet.indices`.
    limit : float
        Absolute weight of the full colours.
    table : array (256, 3) of uint8
        Of `color_table`.

    Returns
    -------
    array (height, width, 3) of uint8
    """
    values = weights.take(indices, mode="clip")
    np.clip(values, -limit, limit, out=values)
    values *= _ZERO_STEP / limit
    np.nan_to_num(values, copy=False)
    steps = np.rint(values).astype(np.int16) + _ZERO_STEP
    steps[indices == len(weights)] = _NOTHING_STEP
    return table[steps]

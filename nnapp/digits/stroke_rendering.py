"""Draw many digits at once on MNIST's grid, from the paths of a pen.

The same is done to them as to a drawing (`nnapp.digits.normalization`): the longer side of what is inked is 20 pixels,
and the centre of mass lies in the middle of pixel (14, 14). Here the ink is known as lines with a width, so box and
centre are computed from those, and every pixel's ink from its distance to the nearest line.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.handwriting import Handwriting
from nnapp.digits.pen_paths import N_POINTS

__all__ = ["SIDE", "rendered"]

SIDE = 28
_BOX_SIDE = 20.0
_CENTRE = 14.5


def rendered(digits: Handwriting) -> NDArray[np.float32]:
    """Return written digits as images.

    Returns
    -------
    (n_digits, 28, 28) float32
        0 = paper … 1 = ink.
    """
    points, radius = _placed(digits)
    reach = np.full((len(points), SIDE, SIDE), -np.inf, np.float32)
    centres = np.arange(SIDE, dtype=np.float32) + np.float32(0.5)
    x, y = centres - points[..., 0:1], centres - points[..., 1:2]  # from every point to every column and row
    step = np.diff(points, axis=1)
    length_squared = np.maximum((step * step).sum(axis=-1), np.float32(1e-6))
    growth = np.diff(radius, axis=1)
    for piece in range(N_POINTS - 1):
        drawn = np.flatnonzero(digits.is_drawn[:, piece])
        along = step[drawn, piece] / length_squared[drawn, piece, np.newaxis]
        share = _sums(along[:, 0:1] * x[drawn, piece], along[:, 1:2] * y[drawn, piece])
        np.clip(share, 0, 1, out=share)
        distance = _line_distance(share, x[drawn, piece], y[drawn, piece], step[drawn, piece])
        share *= growth[drawn, piece, np.newaxis, np.newaxis]
        share += radius[drawn, piece, np.newaxis, np.newaxis]
        share -= distance
        reach[drawn] = np.maximum(reach[drawn], share)
    reach /= digits.softness[:, np.newaxis, np.newaxis]
    reach += np.float32(0.5)
    return np.clip(reach, 0, 1, out=reach)


def _placed(digits: Handwriting) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the points in pixels of the grid, and half the width of the stroke at each of them."""
    radius = digits.width * np.float32(_BOX_SIDE / 2)
    # The ink reaches beyond the outermost points by about the mean radius, and is to be 20 pixels long with it.
    points = digits.points * (np.float32(_BOX_SIDE) - 2 * radius.mean(axis=1))[:, np.newaxis, np.newaxis]
    step = np.diff(points, axis=1)
    mass = np.hypot(step[..., 0], step[..., 1]) * (radius[:, 1:] + radius[:, :-1]) * digits.is_drawn
    middle = (points[:, 1:] + points[:, :-1]) / 2
    centre = (middle * mass[..., np.newaxis]).sum(axis=1) / mass.sum(axis=1)[:, np.newaxis]
    origin = np.float32(_CENTRE) + digits.offset - centre
    margin = radius.max(axis=1)[:, np.newaxis]
    low, high = points.min(axis=1) - margin, points.max(axis=1) + margin
    # Nothing is cut off by the grid's edge, even where all the mass is at one end.
    origin = np.clip(origin, -low, np.maximum(SIDE - high, -low))
    return np.asarray(points + origin[:, np.newaxis]), radius


def _sums(columns: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (n, 28, 28): for every pixel the value of its column and that of its row."""
    return np.asarray(columns[:, np.newaxis, :] + rows[:, :, np.newaxis])


def _line_distance(
    share: NDArray[np.float32], x: NDArray[np.float32], y: NDArray[np.float32], step: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the distance of every pixel from the point at its `share` of the way along a line."""
    across = share * -step[:, 0, np.newaxis, np.newaxis]
    across += x[:, np.newaxis, :]
    across *= across
    down = share * -step[:, 1, np.newaxis, np.newaxis]
    down += y[:, :, np.newaxis]
    down *= down
    across += down
    distance: NDArray[np.float32] = np.sqrt(across, out=across)
    return distance

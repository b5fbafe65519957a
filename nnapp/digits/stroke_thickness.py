"""Measure how thick the strokes of a drawing are, and make them about as thick as MNIST's.

Thickness is measured as twice the ink's area over the length of its outline, which is exact for a band whose ends
are far apart (area = length · width, outline = 2 · length) and knows neither threshold nor skeleton. It is changed by
moving the outline outwards or inwards, to a given distance from where it was.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["MNIST_STROKE_RATIOS", "move_outline", "normalize_thickness", "stroke_width"]

MNIST_STROKE_RATIOS = (0.115, 0.15)
"""Width of MNIST's strokes / longer side of its digits: half of the 60,000 training images lie between the two.

That is 2.3 and 3.0 of 20 pixels, with a median of 2.6. Measured by `stroke_width` on the outline at half of the ink's
level, each image enlarged eightfold. Area over length of the skeleton (T. Y. Zhang and C. Y. Suen, 1984) is 2.2, 2.5
and 2.9.
"""

LARGEST_THINNING = 0.35
"""Greatest share of their width that strokes lose: a digit's thinnest places, thinner than the mean, would break."""


def stroke_width(ink: NDArray[np.float32]) -> float:
    """Return the mean width of the strokes in pixels: 2 · area / outline.

    Parameters
    ----------
    ink : (height, width) float32
        0 = paper, 1 = ink, with some ink; outside is paper.

    Notes
    -----
    The outline's length is the integral of the gradient's magnitude (the coarea formula), with the gradient taken
    diagonally over 2×2 pixels (L. G. Roberts, 1963): that counts horizontal, vertical and diagonal edges of hard
    black and white exactly, and others at most 8 % too long.
    """
    framed = np.pad(ink, 1)
    falling = framed[1:, 1:] - framed[:-1, :-1]
    rising = framed[1:, :-1] - framed[:-1, 1:]
    outline = np.sqrt((falling * falling + rising * rising) / 2).sum(dtype=np.float64)
    return float(2 * ink.sum(dtype=np.float64) / outline)


def normalize_thickness(
    ink: NDArray[np.float32], ratios: tuple[float, float] = MNIST_STROKE_RATIOS
) -> NDArray[np.float32]:
    """Return `ink` with its strokes brought between two widths, relative to the longer side of what is drawn.

    Thinner and thicker strokes are brought to the nearer of the two, others stay as they are: people differ in this,
    and a network knows it. Strokes lose at most `LARGEST_THINNING` of their width.

    Parameters
    ----------
    ink : (height, width) float32
        0 = paper, 1 = ink, touching all four sides of the array; its outline is where it passes ½.
    ratios : (float, float)
        Least and greatest width of a stroke / longer side of the digit afterwards, between 0 and 1.

    Returns
    -------
    (height + 2·margin, width + 2·margin) float32
        A new array: the ink with room around it to grow into.
    """
    outlined = ink >= 0.5
    width = stroke_width(outlined.astype(np.float32))
    # The centre line of the strokes keeps its size while the outline grows with them, so with its longer side L
    # the wanted width w solves w / (L + w) = ratio.
    centre_line = max(ink.shape) - width
    thinnest, thickest = (ratio * centre_line / (1 - ratio) for ratio in ratios)
    wanted = min(max(width, thinnest), thickest)
    distance = (max(wanted, (1 - LARGEST_THINNING) * width) - width) / 2
    return move_outline(np.pad(outlined, max(math.ceil(distance), 0) + 1), distance)


def move_outline(outlined: NDArray[np.bool_], distance: float) -> NDArray[np.float32]:
    """Return ink whose outline lies `distance` pixels outside that of `outlined` (inside, if negative).

    Parameters
    ----------
    outlined : (height, width) bool
        True where there is ink.
    distance : float
        How far to move, in pixels.

    Returns
    -------
    (height, width) float32
        A new array, 0…1, with an edge one pixel soft.
    """
    reach = math.ceil(abs(distance)) + 1
    # The outline runs half a pixel before the centre of the nearest pixel on its other side; a pixel whose centre
    # is exactly on the new outline is half covered. The two halves cancel or add up to one.
    depth = 1 - _distance_to(outlined, reach) if distance > 0 else _distance_to(~outlined, reach)
    depth += np.float32(distance)
    return np.clip(depth, 0, 1, out=depth)


def _distance_to(mask: NDArray[np.bool_], reach: int) -> NDArray[np.float32]:
    """Return each pixel's Euclidean distance to the nearest pixel of `mask`, exact up to `reach` and beyond it larger.

    Columns first, then rows, as in A. Meijster, J. Roerdink and W. Hesselink, "A general algorithm for computing
    distance transforms in linear time" (2000); along the rows, the minimum over all neighbours within `reach` is taken
    for the whole picture at once, one neighbour after the other.
    """
    height, width = mask.shape
    row = np.arange(height, dtype=np.float32)[:, np.newaxis]
    far = np.float32(height + reach + 1)
    above = np.maximum.accumulate(np.where(mask, row, -far), axis=0)
    below = np.minimum.accumulate(np.where(mask, row, height + far)[::-1], axis=0)[::-1]
    vertical = np.square(np.minimum(np.minimum(row - above, below - row), np.float32(reach + 1)))
    nearest = vertical.copy()
    framed = np.pad(vertical, ((0, 0), (reach, reach)), constant_values=(reach + 1) ** 2)
    candidate = np.empty_like(nearest)
    for shift in range(1, reach + 1):
        for start in (reach - shift, reach + shift):
            np.add(framed[:, start : start + width], np.float32(shift * shift), out=candidate)
            np.minimum(nearest, candidate, out=nearest)
    distance: NDArray[np.float32] = np.sqrt(nearest, out=nearest)
    return distance

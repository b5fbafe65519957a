"""Anti-aliased circles with a border, stamped into a picture many at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import IntArray

__all__ = ["CircleStamp"]


class CircleStamp:
    """A circle of one size, for pictures of one width.

    Parameters
    ----------
    diameter : int
        With the border; odd, so that the middle is a pixel.
    border_px : float
        Width of the border, which is inside the diameter.
    picture_width : int
        Pixels in a row of the picture.
    """

    def __init__(self, diameter: int, border_px: float, picture_width: int) -> None:
        reach = diameter // 2 + 1
        rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        distances = np.hypot(rows, columns)
        disc = np.clip(diameter / 2 + 0.5 - distances, 0, 1)
        is_touched = disc > 0
        fill = np.minimum(np.clip(diameter / 2 - border_px + 0.5 - distances, 0, 1), disc)
        self._offsets = (rows * picture_width + columns)[is_touched]
        self._paper, self._border, self._fill = (
            share[is_touched, None].astype(np.float32) for share in (1 - disc, disc - fill, fill)
        )

    def draw(
        self, picture: NDArray[np.uint8], centers: IntArray, fills: NDArray[np.uint8], borders: NDArray[np.uint8]
    ) -> None:
        """Draw circles into a picture.

        Parameters
        ----------
        picture : array (n_pixels, 3)
            Row by row; changed in place.
        centers : array (n_circles,)
            Indices of pixels, each at least the diameter away from every edge.
        fills, borders : array (n_circles, 3) or (3,)
            Colours of each or of all.
        """
        places = centers[:, None] + self._offsets
        colors = picture[places] * self._paper
        for part, share in ((borders, self._border), (fills, self._fill)):
            colors += part.reshape(-1, 1, 3).astype(np.float32) * share
        picture[places] = np.rint(colors)

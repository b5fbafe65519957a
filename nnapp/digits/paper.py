"""Find out what the paper of a picture looks like, so that only what differs from it is ink.

A photograph's paper is seldom of one brightness: a lamp is nearer to one side, a shadow falls across. What is
measured here is therefore local: how bright the paper is at each place, judged by what is near.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnapp.digits.neighbourhood import largest_within, mean_within, smallest_within
from nnapp.digits.resampling import shrink

__all__ = ["COARSE_SIDE", "DARKEST_PAPER", "WIDEST_STROKE", "darkness_on_paper", "paper_brightness", "paper_is_dark"]

COARSE_SIDE = 64
"""Longer side in pixels of the reduced picture on which paper is judged: noise and thin lines are averaged out."""

WIDEST_STROKE = 0.25
"""Widest stroke that is taken for ink and not for a shadow, as a share of the picture's longer side."""

DARKEST_PAPER = 0.1
"""Brightness that paper is taken to have at least: dividing by less would only enlarge noise."""

# Wide enough that a digit which fills the picture does not fill the window, narrow enough that the light does not
# change much across it. Of 0.27 to 0.52, tried on MNIST digits drawn into pictures with gradients, shadows, dark
# corners, strips and frames of table, and on digits cut out tightly, 0.36 to 0.45 fail least.
_WIDE_WINDOW = 0.4


def paper_is_dark(grey: NDArray[np.float32]) -> bool:
    """Tell whether the picture is light ink on dark paper.

    Ink is the smaller part of what is seen around any place, so it differs more from the mean there than paper does:
    the cubes of all pixels' differences from the mean around them add up to the sign of ink. Unlike the brightness
    of the border, that is misled neither by the table the paper lies on nor by dark corners.

    Parameters
    ----------
    grey : (height, width) float32
        0 = black … 1 = white.
    """
    coarse = shrink(grey, COARSE_SIDE)
    difference = coarse - mean_within(coarse, round(max(coarse.shape) * _WIDE_WINDOW / 2))
    return bool((difference.astype(np.float64) ** 3).sum() > 0)


def paper_brightness(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how bright the paper is, or would be under the ink, at each pixel of a picture of dark ink.

    The greatest brightness within a window wider than a stroke, then the smallest of those within the same window: a
    morphological closing, which fills what is narrower than the window and leaves the edge of a wide shadow where it
    is (J. Serra, Image Analysis and Mathematical Morphology, 1982).

    Parameters
    ----------
    grey : (height, width) float32
        0 = black … 1 = white, dark ink on lighter paper.

    Returns
    -------
    (height, width) float32
        A new array; where light falls off steeply it may go below 0 towards the border.
    """
    coarse = shrink(grey, COARSE_SIDE)
    reach = int(max(coarse.shape) * WIDEST_STROKE / 2) + 1
    brightest = largest_within(coarse, reach)
    # Towards the border the light goes on as it does inside: with nothing there, its darkest places would be judged by
    # brighter ones alone and seem to be ink.
    continued = np.pad(brightest, reach, mode="reflect", reflect_type="odd")
    closed = Image.fromarray(mean_within(smallest_within(continued, reach), 1))
    height, width = coarse.shape
    whole = (reach, reach, reach + width, reach + height)
    return np.asarray(closed.resize(grey.shape[::-1], Image.Resampling.BILINEAR, box=whole))


def darkness_on_paper(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much of the paper's light is missing at each pixel of a picture of dark ink: 1 − grey / paper.

    Light that falls on paper and ink alike cancels out.

    Parameters
    ----------
    grey : (height, width) float32
        0 = black … 1 = white, dark ink on lighter paper.

    Returns
    -------
    (height, width) float32
        A new array, 0 = paper … 1 = black.
    """
    paper = np.maximum(paper_brightness(grey), np.float32(DARKEST_PAPER))
    return np.asarray(np.clip(1 - grey / paper, 0, 1))

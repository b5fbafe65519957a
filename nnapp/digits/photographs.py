"""Cut the digit out of a photograph, a scan or any other picture, and bring it to the grid a network reads."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.connected_components import label_components
from nnapp.digits.digit_parts import choose_digit
from nnapp.digits.neighbourhood import largest_within, mean_within
from nnapp.digits.normalization import DISCRETIZATIONS, MNIST_SHAPE, ink_box
from nnapp.digits.paper import darkness_on_paper, paper_is_dark
from nnapp.digits.picture_files import read_picture
from nnapp.digits.picture_fitting import AS_READ, AS_READ_INVERTED, PICTURE_MODES, as_bytes, fit_picture
from nnapp.digits.thresholding import Threshold, otsu_threshold
from nnapp.errors import DataError, SettingError

__all__ = ["DiscretizedPicture", "discretize_grey", "discretize_picture", "ink_from_picture"]

# What of a picture's darkness is looked at as ink: more than the faintest contrast a pen leaves and, so that ruled
# lines are not, more than a third of the strongest.
_FAINTEST_CONTRAST = 0.04
_STRONGEST_SHARE = 1 / 3

# Least contrast of ink in standard deviations of the noise; noise alone, parted in two, has 2 · √(2 / π) = 1.6 of them.
_LEAST_CONTRAST_IN_NOISE = 3.2

# What evening out leaves of shadows runs to the border, and is paler than a digit that is cut out up to the border.
_DEEPEST_SHADOW = 0.3

# Noise is averaged over windows of this share of the longer side, far narrower than the stroke of any digit that is
# not lost in its picture.
_SMOOTHING_SHARE = 1 / 200

# Otsu's threshold is taken from the pixels within this share of the longer side from what is looked at as ink.
_SURROUNDINGS_SHARE = 1 / 64

# Ink fades into paper over this share of their contrast.
_EDGE_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class DiscretizedPicture:
    """A picture on its way to the network, step by step."""

    grey: NDArray[np.float32]
    """(height, width), the picture's brightness, 0 = black … 1 = white."""
    ink: NDArray[np.float32]
    """(height, width), the digit alone, 0 = paper … 1 = ink."""
    box: tuple[int, int, int, int]
    """Where the digit is: top, left, bottom, right; the last two exclusive."""
    grid: NDArray[np.float32]
    """(grid height, grid width), what the network sees, 0…1."""


def discretize_picture(
    path: str | os.PathLike[str],
    shape: tuple[int, int] = MNIST_SHAPE,
    mode: str = "like-mnist",
    dark_paper: bool | None = None,
) -> DiscretizedPicture:
    """Read a picture file and bring the digit in it to the grid.

    Parameters and errors are those of `discretize_grey` and `nnapp.digits.picture_files.read_picture`; a `DataError`
    names the file.
    """
    grey = read_picture(path)
    try:
        return discretize_grey(grey, shape, mode, dark_paper)
    except DataError as error:
        raise DataError(f"{os.fspath(path)}: {error}") from error


def discretize_grey(
    grey: NDArray[np.float32],
    shape: tuple[int, int] = MNIST_SHAPE,
    mode: str = "like-mnist",
    dark_paper: bool | None = None,
) -> DiscretizedPicture:
    """Bring the digit in a picture to the grid.

    A picture that already has the grid's size is taken as it is, except that dark ink on a light border is inverted.
    In the modes "as-read" and "as-read-inverted", any picture is taken whole and as light or dark as it is.

    Parameters
    ----------
    grey : (height, width) float32
        0 = black … 1 = white.
    shape : (grid height, grid width)
        The size the network reads.
    mode : str
        One of `nnapp.digits.picture_fitting.PICTURE_MODES`.
    dark_paper : bool, optional
        Whether ink is lighter than its paper; found out from the picture if not given.

    Raises
    ------
    DataError
        If nothing is drawn in the picture, where ink is looked for.
    SettingError
        If there is no such mode.
    """
    if mode not in PICTURE_MODES:
        raise SettingError(f"Discretisation must be one of {', '.join(PICTURE_MODES)}; got {mode}.", "mode")
    if mode in (AS_READ, AS_READ_INVERTED):
        return _as_read(grey, shape, is_inverted=mode == AS_READ_INVERTED)
    if grey.shape == tuple(shape):
        ink = _as_it_is(grey, dark_paper)
        return DiscretizedPicture(grey, ink, ink_box(ink), ink.copy())
    ink = ink_from_picture(grey, dark_paper)
    return DiscretizedPicture(grey, ink, ink_box(ink), DISCRETIZATIONS[mode](ink, shape))


def ink_from_picture(grey: NDArray[np.float32], dark_paper: bool | None = None) -> NDArray[np.float32]:
    """Return the ink of the digit in a picture, and nothing else that is in it.

    The paper's light is evened out, Otsu's threshold parts ink from paper, and of the connected parts those are kept
    that are the digit.

    Parameters
    ----------
    grey : (height, width) float32
        0 = black … 1 = white.
    dark_paper : bool, optional
        Whether ink is lighter than its paper; if not given, `nnapp.digits.paper.paper_is_dark` finds out.

    Returns
    -------
    (height, width) float32
        A new array, 0 = paper … 1 = ink, with soft edges.

    Raises
    ------
    DataError
        If nothing is drawn.
    """
    smooth = mean_within(grey, _smoothing_reach(grey))
    if dark_paper is None:
        dark_paper = paper_is_dark(smooth)
    darkness = darkness_on_paper(1 - smooth if dark_paper else smooth)
    paper, noise = _paper_and_noise(darkness)
    dark = darkness > paper + max(_FAINTEST_CONTRAST, _STRONGEST_SHARE * (float(darkness.max()) - paper))
    # Paper is most of a page, but Otsu's threshold needs classes of a like size.
    near_dark = largest_within(dark, max(2, round(max(grey.shape) * _SURROUNDINGS_SHARE)))
    threshold = otsu_threshold(darkness[near_dark]) if dark.any() else Threshold(paper, paper, paper)
    if threshold.contrast < max(_FAINTEST_CONTRAST, _LEAST_CONTRAST_IN_NOISE * noise):
        raise DataError("Nothing is drawn in the picture: it shows only paper.")
    may_touch_border = threshold.contrast >= _DEEPEST_SHADOW
    is_digit = choose_digit(label_components(darkness > threshold.level), may_touch_border)
    ink = np.clip((darkness - threshold.level) / (threshold.contrast * _EDGE_SHARE) + 0.5, 0, 1)
    # The paler half of a soft edge lies around the pixels above the threshold.
    return np.where(largest_within(is_digit, 2), ink, 0).astype(np.float32)


def _smoothing_reach(grey: NDArray[np.float32]) -> int:
    return int(max(grey.shape) * _SMOOTHING_SHARE / 2 + 0.5)


def _as_it_is(grey: NDArray[np.float32], dark_paper: bool | None) -> NDArray[np.float32]:
    """Return a picture of the grid's size as ink, light on dark.

    The border tells the paper: a network's own data may fill their grid, as clothes do, but hardly ever its border.
    """
    darkest, lightest = float(grey.min()), float(grey.max())
    if lightest - darkest < _FAINTEST_CONTRAST:
        raise DataError("Nothing is drawn in the picture: it is of one brightness throughout.")
    if dark_paper is None:
        border = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
        dark_paper = bool(np.median(border) <= (darkest + lightest) / 2)
    return grey.copy() if dark_paper else 1 - grey


def _as_read(grey: NDArray[np.float32], shape: tuple[int, int], *, is_inverted: bool) -> DiscretizedPicture:
    """Return a whole picture as a data set of pictures reads it."""
    ink = 1 - grey if is_inverted else grey.copy()
    pixels = fit_picture(as_bytes(grey), (shape[0], shape[1]))
    if is_inverted:
        pixels = 255 - pixels
    return DiscretizedPicture(grey, ink, (0, 0, *grey.shape), pixels / np.float32(255))


def _paper_and_noise(darkness: NDArray[np.float32]) -> tuple[float, float]:
    """Return how dark the paper is and the standard deviation of its noise.

    A quarter of the picture at least is taken to be paper. Noise is measured between pixels so far apart that it is
    not the same in both, and so near that mostly both are ink or both paper: 1.4826 times the median of their
    absolute differences is √2 times the standard deviation, if noise is normally distributed.
    """
    apart = 2 * _smoothing_reach(darkness) + 1
    differences = np.abs(darkness[apart:] - darkness[:-apart])
    noise = 1.4826 / math.sqrt(2) * float(np.median(differences)) if differences.size else 0.0
    return float(np.quantile(darkness, 0.25)), noise

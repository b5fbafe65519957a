"""The colours of connections: what each byte of the plane they are drawn in stands for.

All connections are drawn into a plane of one byte per pixel, where the larger byte wins: nothing, then the faint
lines of all connections, then those that stand out. A table of 256 colours turns the plane into a picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.display.palettes import Palette, rgb
from nnapp.engine.arrays import FloatArray

__all__ = ["faint_codes", "signal_codes", "signal_colors", "weight_codes", "weight_colors"]

_N_FAINT = 32  # codes for nothing and for the faint lines; above them are those for lines that stand out
_SIGNAL_STEPS = 112  # of each sign
_COVERAGE_STEPS, _STRENGTH_STEPS = 14, 8  # of a weight, again for each sign
_FAINTEST_WEIGHT = 0.2


def faint_codes(coverages: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the codes of pixels of faint lines that are covered 0…1."""
    return np.rint(coverages * (_N_FAINT - 1)).astype(np.uint8)


def signal_codes(coverages: NDArray[np.float32], strengths: FloatArray) -> NDArray[np.uint8]:
    """Return the codes of pixels of lines that carry signals: the product of strength and coverage, and the sign.

    Parameters
    ----------
    coverages : array (n_pixels,)
        0…1.
    strengths : array (n_pixels,)
        −1…1.
    """
    steps = (np.abs(strengths) * coverages * (_SIGNAL_STEPS - 1)).astype(np.uint8)
    return np.where(steps > 0, _N_FAINT + 2 * steps + (strengths > 0), 0).astype(np.uint8)


def weight_codes(coverages: NDArray[np.float32], strengths: FloatArray) -> NDArray[np.uint8]:
    """Return the codes of pixels of lines that stand for weights: coverage, strength and sign apart.

    Strength is another colour here and not another opacity, so that the edge of a strong line must not get the
    colour of a weak one.
    """
    coverage_steps = (coverages * (_COVERAGE_STEPS - 1)).astype(np.uint8)
    strength_steps = np.rint(np.abs(strengths) * (_STRENGTH_STEPS - 1)).astype(np.uint8)
    codes = _N_FAINT + (coverage_steps * _STRENGTH_STEPS + strength_steps) * 2 + (strengths > 0)
    return np.where(coverage_steps > 0, codes, 0).astype(np.uint8)


def signal_colors(palette: Palette, faint_share: float) -> NDArray[np.uint8]:
    """Return the colour of each code, shape (256, 3), while lines stand for signals.

    Parameters
    ----------
    faint_share : float
        How much of a faint line's colour is mixed into that of the canvas, 0…1.
    """
    table = _faint_colors(palette, faint_share)
    shares = np.linspace(0, 1, _SIGNAL_STEPS)
    for sign, color in enumerate((palette.negative, palette.positive)):
        table[_N_FAINT + sign :: 2] = _mixed(palette.canvas, color, shares)
    return np.rint(table).astype(np.uint8)


def weight_colors(palette: Palette, faint_share: float) -> NDArray[np.uint8]:
    """Return the colour of each code, shape (256, 3), while lines stand for weights: black for zero."""
    table = _faint_colors(palette, faint_share)
    coverages, strengths = np.linspace(0, 1, _COVERAGE_STEPS), np.linspace(0, 1, _STRENGTH_STEPS)
    opacities = coverages[:, None] * (_FAINTEST_WEIGHT + (1 - _FAINTEST_WEIGHT) * strengths)
    canvas = np.array(rgb(palette.canvas))
    for sign, color in enumerate((palette.negative, palette.positive)):
        full = _mixed(palette.neutral, color, strengths)
        colors = canvas + opacities[..., None] * (full - canvas)
        table[_N_FAINT + sign :: 2] = colors.reshape(-1, 3)
    return np.rint(table).astype(np.uint8)


def _faint_colors(palette: Palette, faint_share: float) -> FloatArray:
    table = np.empty((256, 3))
    table[:_N_FAINT] = _mixed(palette.canvas, palette.text, np.linspace(0, faint_share, _N_FAINT))
    return table


def _mixed(color: str, other: str, shares: FloatArray) -> FloatArray:
    """Return the colours so far from one colour to another, shape (n_shares, 3)."""
    start, end = np.array(rgb(color), dtype=np.float64), np.array(rgb(other))
    mixed: FloatArray = start + shares[:, None] * (end - start)
    return mixed

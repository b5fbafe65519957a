"""The colours of a heat map: from yellow for the lowest scores, which are the best, by green and blue to violet.

The scale is viridis (S. van der Walt and N. Smith, 2015, https://bids.github.io/colormap/) turned round. Its brightness
falls evenly, so that people who cannot tell red from green, and printers without colours, see the same order. Errors of
networks differ by factors and not by sums, so it is logarithmic: each halving is as much brighter as the one before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnapp.display.palettes import rgb

__all__ = ["HEAT_COLORS", "heat_colors", "heat_shares"]

_N_COLORS = 256
_SAMPLES = (
    "#fde725", "#d2e21b", "#a5db36", "#7ad151", "#54c568", "#35b779", "#22a884", "#1f988b",
    "#23888e", "#2a788e", "#31688e", "#39568c", "#414487", "#472f7d", "#481a6c", "#440154",
)  # fmt: skip
"""Fifteenths of viridis, from its bright end."""

_LEAST_FACTOR = 1.05
"""Scores that differ by less all look alike, and those of one colour like the best."""


def _table() -> NDArray[np.uint8]:
    samples = np.array([rgb(color) for color in _SAMPLES], np.float64)
    places, wanted = np.linspace(0, 1, len(samples)), np.linspace(0, 1, _N_COLORS)
    channels = [np.interp(wanted, places, samples[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


HEAT_COLORS = _table()
"""All colours, from the lowest score to the highest, array (256, 3)."""


def heat_shares(scores: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Return how far each score is from the lowest, 0, to the highest, 1, on a logarithmic scale.

    Parameters
    ----------
    scores : array of any shape
        NaN stays NaN.
    low, high : float
        The lowest and the highest of all scores, at least 0. Where the lowest is 0, which has no logarithm, a
        thousandth of the highest takes its place.
    """
    if high < low * _LEAST_FACTOR or high <= 0:
        return np.where(np.isnan(scores), np.nan, 0.0)
    floor = low if low > 0 else high / 1000
    shares: NDArray[np.float64] = np.log(np.maximum(scores, floor) / floor) / np.log(high / floor)
    return np.clip(shares, 0, 1)


def heat_colors(scores: NDArray[np.float64], low: float, high: float) -> NDArray[np.uint8]:
    """Return the colour of each score, array (…, 3); that of NaN means nothing."""
    shares = np.nan_to_num(heat_shares(scores, low, high))
    return HEAT_COLORS[np.rint(shares * (_N_COLORS - 1)).astype(np.int64)]

"""Where values are along an axis of the graphs: its limits, its ticks, and values to pixels and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from nnapp.display.nice_numbers import nice_ceiling, nice_floor

__all__ = ["SMALLEST_SHOWN", "PlotAxis", "Tick", "epoch_limits", "epoch_ticks", "value_limits", "value_ticks"]

FloatArray = NDArray[np.float64]

SMALLEST_SHOWN = 1e-8
"""The axis of values reaches no lower: a float32 loss below is rounding error."""

_EMPTY_LIMITS = (0.01, 1.0)
_HEADROOM = 1.05
_LABELLED_DIGITS = ((1, 2, 5), (1, 3))
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class PlotAxis:
    """An axis that runs from the value `low` at pixel `start_px` to `high` at `end_px`.

    Attributes
    ----------
    low, high : float
        Greater than 0 if the axis is logarithmic, and different.
    start_px, end_px : float
        In any direction.
    is_log : bool
    """

    low: float
    high: float
    start_px: float
    end_px: float
    is_log: bool

    def to_px(self, values: FloatArray) -> FloatArray:
        """Return the positions of `values`, an array of any shape; those of a log axis are greater than 0."""
        low, high = self._scaled(np.array([self.low, self.high]))
        shares: FloatArray = (self._scaled(values) - low) / (high - low)
        return self.start_px + shares * (self.end_px - self.start_px)

    def at_px(self, position: float) -> float:
        """Return the value at a pixel position, which may be beyond the ends."""
        share = (position - self.start_px) / (self.end_px - self.start_px)
        if self.is_log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)

    def widened(self, margin_px: float) -> PlotAxis:
        """Return the same axis with `margin_px` more at both ends, where values go on as before."""
        outwards = margin_px if self.end_px > self.start_px else -margin_px
        start_px, end_px = self.start_px - outwards, self.end_px + outwards
        return PlotAxis(self.at_px(start_px), self.at_px(end_px), start_px, end_px, self.is_log)

    def _scaled(self, values: FloatArray) -> FloatArray:
        return np.log10(values) if self.is_log else values


@dataclass(frozen=True)
class Tick:
    """A mark on an axis; its `label` is "" if it is a small one without."""

    value: float
    label: str


def value_limits(curves: Iterable[FloatArray]) -> tuple[float, float]:
    """Return the ends of a log axis that shows all finite values greater than 0 of `curves`.

    Both are 1, 2 or 5 × 10ⁿ, so that they hold still while curves grow, at least a factor of 10 apart. Zeros
    and what is smaller than the lower end are drawn at it.
    """
    lowest, highest = np.inf, 0.0
    for curve in curves:
        visible = curve[np.isfinite(curve) & (curve > 0)]
        if len(visible):
            lowest = min(lowest, float(visible.min()))
            highest = max(highest, float(visible.max()))
    if highest == 0.0:
        return _EMPTY_LIMITS
    highest = max(highest, 10 * SMALLEST_SHOWN)
    low = nice_floor(max(lowest / _HEADROOM, SMALLEST_SHOWN))
    high = nice_ceiling(min(highest * _HEADROOM, float(np.finfo(np.float64).max) / 10))
    if high < 10 * low:
        low = high / 10
    return low, high


def epoch_limits(first: int, last: int, n_planned: int, *, is_finished: bool) -> tuple[int, int]:
    """Return the first and last epoch of the axis, at least one apart.

    While a run goes on, the axis ends at a round number of epochs, so that it is lengthened seldom and the
    curves use much of it; it never ends beyond the planned epochs unless there are more.

    Parameters
    ----------
    first, last : int
        First and last epoch there is a value for.
    n_planned : int
        Epochs the run is to have.
    is_finished : bool
        Whether no more epochs come.
    """
    if not is_finished:
        # Tenths of the next power of ten: 10, 15, 20, 30, 50, 70, 100, 150, …
        scale = 10 ** max(0, ceil(log10(max(last, 1))) - 1)
        rounded = next(step * scale for step in (1, 1.5, 2, 3, 5, 7, 10, 15) if step * scale >= max(last, 10))
        last = max(last, min(int(rounded), n_planned))
    return first, max(last, first + 1)


def value_ticks(low: float, high: float, n_labels: int) -> list[Tick]:
    """Return the ticks of a log axis, lowest first, at most about `n_labels` of them with labels.

    Powers of ten have labels, and 2 and 5 times them, or 3 times them, where there is room. With many decades,
    only every second or third power has one, and nothing between has a tick.
    """
    n_decades = log10(high / low)
    step = ceil(n_decades / max(n_labels, 1))
    labelled_digits = next((digits for digits in _LABELLED_DIGITS if len(digits) * n_decades <= n_labels), (1,))
    ticks = []
    for exponent in range(floor(log10(low)), ceil(log10(high)) + 1):
        for digit in range(1, 10 if step == 1 else 2):
            value = float(f"{digit}e{exponent}")
            if low * (1 - _TOLERANCE) <= value <= high * (1 + _TOLERANCE):
                is_labelled = digit in labelled_digits and exponent % step == 0
                ticks.append(Tick(value, _value_label(digit, exponent) if is_labelled else ""))
    return ticks


def epoch_ticks(low: int, high: int, n_labels: int, *, is_log: bool) -> list[Tick]:
    """Return ticks at whole epochs between `low` and `high`, about `n_labels` of them and never many more."""
    if is_log and high >= 10 * low:
        decades = range(floor(log10(low)), ceil(log10(high)) + 1)
        digits = (1, 2, 5) if 3 * len(decades) <= n_labels + 2 else (1,)
        values = [digit * 10**exponent for exponent in decades for digit in digits]
    else:
        step = max(1, int(nice_ceiling((high - low) / max(n_labels, 1))))
        multiples = range(ceil(low / step) * step, high + 1, step)
        # The first epoch gets a tick of its own where the first multiple is not too near to it.
        has_room = bool(multiples) and multiples[0] - low >= 0.7 * step
        values = [*([low] if has_room else []), *multiples] or [low]
    return [Tick(value, f"{value:,}") for value in values if low <= value <= high]


def _value_label(digit: int, exponent: int) -> str:
    if -3 <= exponent <= 3:
        return f"{float(f'{digit}e{exponent}'):,.{max(0, -exponent)}f}"
    return f"{digit}e{exponent}"

"""The learning curves of some configurations of a grid search: a line for each, and where its name stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.display.curve_sheet import CURVE_MARKERS
from nnapp.display.search_entry import Measure, SearchEntry

__all__ = ["MOST_CURVES", "SearchCurve", "chosen_curves", "spread_labels"]

MOST_CURVES = len(CURVE_MARKERS)
"""More lines in one plot are not told apart."""

_N_BEST = 5
"""So many are shown where nobody has chosen any."""


@dataclass(frozen=True, eq=False)
class SearchCurve:
    """The curve of one configuration.

    Attributes
    ----------
    number : int
        Of the configuration.
    repeats : tuple of array (n_epochs,)
        The score after each epoch, NaN for none; repeats may end early.
    """

    number: int
    repeats: tuple[NDArray[np.float64], ...]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Mean over the repeats, array (n_epochs,), as far as all of them go."""
        length = min(map(len, self.repeats))
        mean: NDArray[np.float64] = np.mean([repeat[:length] for repeat in self.repeats], axis=0)
        return mean


def chosen_curves(entries: Sequence[SearchEntry], chosen: Sequence[int], measure: Measure) -> list[SearchCurve]:
    """Return the curves of the configurations chosen, or of the best ones if none is, `MOST_CURVES` at most.

    Parameters
    ----------
    entries : sequence of SearchEntry
        Those without a finished epoch have no curve.
    chosen : sequence of int
        Numbers of configurations, in the order of the curves.
    measure : Measure
    """
    by_number = {entry.number: entry for entry in entries}
    if not any(_repeats(by_number[number], measure) for number in chosen if number in by_number):
        scored = [(score, entry.number) for entry in entries if (score := entry.score(measure)) is not None]
        chosen = [number for _, number in sorted(scored)[:_N_BEST]]
    curves = []
    for number in chosen:
        repeats = _repeats(by_number[number], measure) if number in by_number else ()
        curve = SearchCurve(number, repeats)
        if repeats and np.isfinite(curve.mean).any():
            curves.append(curve)
    return curves[:MOST_CURVES]


def _repeats(entry: SearchEntry, measure: Measure) -> tuple[NDArray[np.float64], ...]:
    curves = (np.array(run.errors if measure == "error" else run.losses, np.float64) for run in entry.runs)
    return tuple(curve for curve in curves if np.isfinite(curve).any())


def spread_labels(wanted: Sequence[float], height: float, top: float, bottom: float) -> list[float]:
    """Return where labels of some height stand so that none covers another, each as near as may be to its place.

    Parameters
    ----------
    wanted : sequence of float
        Middle of each label.
    height : float
        Of a label.
    top, bottom : float
        Between which all of them stand, if there is room.
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    placed = [0.0] * len(wanted)
    upper = top
    for place in order:
        placed[place] = upper = max(wanted[place], upper + (height if place != order[0] else height / 2))
    lower = bottom
    for place in reversed(order):
        placed[place] = lower = min(placed[place], lower - (height if place != order[-1] else height / 2))
    return placed

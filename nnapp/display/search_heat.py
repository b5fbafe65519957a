"""The heat map of a grid search: which configurations belong into which cell, and what is said about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nnapp.display.score_grid import Folding, ScoreGrid, score_grid
from nnapp.display.search_entry import Measure, SearchEntry
from nnapp.display.search_wording import loss_text, setting_name, setting_words, value_text
from nnapp.display.wording import counted, percent

__all__ = ["SearchHeat", "cell_writers", "fold_sentence", "score_text", "search_heat"]


@dataclass(frozen=True, eq=False)
class SearchHeat:
    """A grid of configurations.

    Attributes
    ----------
    column_name, row_name : str
        The settings along and down; the second "" where one setting alone is shown.
    column_values, row_values : tuple
        Their values in order; of no setting one value, None.
    measure : Measure
    grid : ScoreGrid
        The row with the lowest values is the last, as on an axis.
    numbers : mapping of (row, column) to tuple of int
        The configurations of each cell.
    """

    column_name: str
    row_name: str
    column_values: tuple[Any, ...]
    row_values: tuple[Any, ...]
    measure: Measure
    grid: ScoreGrid
    numbers: Mapping[tuple[int, int], tuple[int, ...]]

    @property
    def column_texts(self) -> tuple[str, ...]:
        """What is written under the columns."""
        return tuple(value_text(self.column_name, value) for value in self.column_values)

    @property
    def row_texts(self) -> tuple[str, ...]:
        """What is written beside the rows."""
        return tuple(value_text(self.row_name, value) if self.row_name else "" for value in self.row_values)

    def cell_sentence(self, row: int, column: int, folding: Folding) -> str:
        """Return what a cell holds, in words."""
        place = [f"{setting_name(self.column_name)} {self.column_texts[column]}"]
        if self.row_name:
            place.append(f"{setting_words(self.row_name)} {self.row_texts[row]}")
        count = int(self.grid.counts[row, column])
        if not count:
            n_waiting = len(self.numbers.get((row, column), ()))
            what = "not in this search" if not n_waiting else f"no result of {counted(n_waiting, 'configuration')} yet"
            return f"{', '.join(place)}: {what}"
        score = score_text(float(self.grid.scores[row, column]), self.measure)
        how = "" if count == 1 else f", {'mean' if folding == 'mean' else 'best'} of {count:,} configurations"
        return f"{', '.join(place)}\nvalidation {self.measure} {score}{how}"


def search_heat(
    entries: Sequence[SearchEntry],
    axes: Mapping[str, Sequence[Any]],
    column_name: str,
    row_name: str,
    measure: Measure,
    folding: Folding,
) -> SearchHeat:
    """Return the configurations over one or two settings.

    Parameters
    ----------
    entries : sequence of SearchEntry
    axes : mapping of str to sequence
        The values of each setting that varies, in order.
    column_name, row_name : str
        Of the settings; the second may be "".
    measure : Measure
    folding : Folding
        What to do with configurations that differ in other settings.
    """
    column_values = tuple(axes[column_name])
    row_values = tuple(reversed(axes[row_name])) if row_name else (None,)
    columns = {value: place for place, value in enumerate(column_values)}
    rows = {value: place for place, value in enumerate(row_values)}
    numbers: dict[tuple[int, int], tuple[int, ...]] = {}
    places, scores = [], []
    for entry in entries:
        place = rows[entry.values[row_name] if row_name else None], columns[entry.values[column_name]]
        numbers[place] = (*numbers.get(place, ()), entry.number)
        score = entry.score(measure)
        if score is not None:
            places.append(place)
            scores.append(score)
    grid = score_grid(places, scores, (len(row_values), len(column_values)), folding)
    return SearchHeat(column_name, row_name, column_values, row_values, measure, grid, numbers)


def cell_writers(measure: Measure) -> list[Callable[[float], str]]:
    """Return the ways to write a score into a cell, the most exact first."""
    if measure == "loss":
        return [loss_text, lambda score: f"{score:.3g}", lambda score: f"{score:.2g}"]
    return [percent, lambda score: percent(score, 1), lambda score: f"{100 * score:.1f}"]


def score_text(score: float, measure: Measure) -> str:
    """Return an error in per cent, or a loss."""
    return percent(score) if measure == "error" else loss_text(score)


def fold_sentence(others: Sequence[str], folding: Folding) -> str:
    """Return what a cell shows where configurations differ in other settings; "" if there are no others."""
    if not others:
        return ""
    names = [setting_words(name) for name in others]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    what = "the mean over" if folding == "mean" else "the best of"
    return f"Each cell shows {what} all values of {listed}."

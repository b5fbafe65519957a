"""One configuration of a grid search as people see it: its values, its scores, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any, Literal

from nnapp.display.search_wording import column_name, value_text, with_spread
from nnapp.display.wording import duration

__all__ = ["BEST_MARK", "MEASURES", "EntryRun", "Measure", "SearchEntry", "cells", "headings", "sorted_entries"]

BEST_MARK = "★"

Measure = Literal["error", "loss"]
"""By which number configurations are compared: the validation error or the validation loss."""

MEASURES: dict[str, Measure] = {"validation error": "error", "validation loss": "loss"}
"""Both, by their names for people."""

_NONE = "–"


@dataclass(frozen=True)
class EntryRun:
    """One repeat of a configuration.

    Attributes
    ----------
    run : int
        Its number in the search.
    error, loss : float or None
        On the validation images, of the weights it keeps.
    errors, losses : tuple of float
        On the validation images after each epoch; NaN for none.
    """

    run: int
    error: float | None
    loss: float | None
    errors: tuple[float, ...]
    losses: tuple[float, ...]


@dataclass(frozen=True)
class SearchEntry:
    """A configuration, begun or not.

    Attributes
    ----------
    number : int
        By which people know it.
    values : mapping of str to value
        Of the settings that vary.
    error, error_spread, loss, loss_spread : float or None
        Mean over the repeats and their standard deviation, None while there is none.
    n_epochs : int
        Epochs trained, of each repeat.
    seconds : float
        Time of all repeats.
    n_parameters : int or None
    state : str
        "done", "1 of 3 runs", "waiting", ….
    runs : tuple of EntryRun
        Its finished repeats.
    is_best : bool
        Whether it is the best configuration of the search so far.
    problem : str
        A sentence, where something went wrong.
    """

    number: int
    values: Mapping[str, Any]
    error: float | None = None
    error_spread: float | None = None
    loss: float | None = None
    loss_spread: float | None = None
    n_epochs: int = 0
    seconds: float = 0.0
    n_parameters: int | None = None
    state: str = "waiting"
    runs: tuple[EntryRun, ...] = ()
    is_best: bool = False
    problem: str = ""

    def score(self, measure: Measure) -> float | None:
        """Return the number by which configurations are compared."""
        return self.error if measure == "error" else self.loss

    @property
    def best_run(self) -> EntryRun | None:
        """The repeat with the lowest validation error, then loss; None if none has an error."""
        known = [run for run in self.runs if run.error is not None]
        return min(known, key=lambda run: (run.error, inf if run.loss is None else run.loss), default=None)


def headings(names: Sequence[str]) -> dict[str, str]:
    """Return what is written above the columns of a table, by the names of the columns; scores are of validation.

    Parameters
    ----------
    names : sequence of str
        The settings that vary.
    """
    return {
        "number": "no.",
        **{name: column_name(name) for name in names},
        "error": "error",
        "loss": "loss",
        # In a narrow window the last ones are scrolled to.
        "time": "time",
        "state": "state",
        "epochs": "epochs",
        "parameters": "parameters",
    }


def cells(entry: SearchEntry, names: Sequence[str]) -> tuple[str, ...]:
    """Return what is written in the row of a configuration, a text for each of `headings`."""
    is_begun = bool(entry.runs)
    return (
        f"{BEST_MARK} {entry.number}" if entry.is_best else str(entry.number),
        *(value_text(name, entry.values[name]) for name in names),
        with_spread(entry.error, entry.error_spread, is_share=True),
        with_spread(entry.loss, entry.loss_spread, is_share=False),
        duration(entry.seconds) if is_begun else _NONE,
        entry.state,
        f"{entry.n_epochs:,}" if is_begun else _NONE,
        _NONE if entry.n_parameters is None else f"{entry.n_parameters:,}",
    )


def sorted_entries(entries: Sequence[SearchEntry], column: str, *, is_descending: bool) -> list[SearchEntry]:
    """Return the configurations in the order of one of the columns; what has no value there stays at the end."""
    keys = {entry.number: _key(entry, column) for entry in entries}
    known = [entry for entry in entries if keys[entry.number] is not None]
    unknown = [entry for entry in entries if keys[entry.number] is None]
    known.sort(key=lambda entry: (keys[entry.number], entry.number), reverse=is_descending)
    return known + sorted(unknown, key=lambda entry: entry.number)


def _key(entry: SearchEntry, column: str) -> Any:
    if column in entry.values:
        return entry.values[column]
    if column in ("error", "loss"):
        score = entry.error if column == "error" else entry.loss
        # Equal errors are told apart by the loss, as where the best is chosen.
        second = entry.loss if column == "error" else entry.error
        is_known = score is not None and isfinite(score)
        return (score, inf if second is None else second) if is_known else None
    if column in ("epochs", "time"):
        return (entry.n_epochs if column == "epochs" else entry.seconds) if entry.runs else None
    if column == "parameters":
        return entry.n_parameters
    return {"number": entry.number, "state": entry.state}[column]

"""What the search window works on: a plan, what is known of its runs, and their file. Shows nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nnapp.display.search_entry import EntryRun, SearchEntry
from nnapp.display.search_wording import configuration_text, with_spread
from nnapp.display.wording import counted
from nnapp.search.journal import Journal
from nnapp.search.plan import SearchPlan
from nnapp.search.results import Row, RunResult, best_row, rows

__all__ = ["SearchSession", "best_sentence"]

_MOST_WAITING = 1_000
"""Configurations that are shown before they have begun; of a larger plan only those that have."""


class SearchSession:
    """One search, running or not.

    The results are the session's own: those of the journal belong to the thread that searches.

    Parameters
    ----------
    journal : Journal
        As it is before a search begins or goes on.

    Attributes
    ----------
    plan : SearchPlan
    path : Path
        Of the journal's file.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.plan: SearchPlan = journal.plan
        self.path = Path(journal.path)
        self._results: dict[tuple[int, int], RunResult] = dict(journal.results)
        self._shown: dict[tuple[int, int], EntryRun] = {}

    @property
    def journal(self) -> Journal:
        """The file, for the thread that searches."""
        return self._journal

    @property
    def axes(self) -> dict[str, tuple[Any, ...]]:
        """The values of each setting that varies, in order."""
        return {axis.name: axis.values for axis in self.plan.axes if len(axis.values) > 1}

    @property
    def n_done(self) -> int:
        """Number of results, of `SearchPlan.n_parts` at most: a run has one for each rung it reaches."""
        return len(self._results)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        known = rows(self.plan, self._results.values())
        n_over = sum(row.is_complete or row.is_stopped_early for row in known)
        return n_over == self.plan.n_configurations

    def take(self, result: RunResult) -> None:
        """Take in a run that is done, or a part of it."""
        self._results[result.run, result.rung] = result

    def entries(self) -> list[SearchEntry]:
        """Return how far each configuration is, in the order of the plan."""
        known = rows(self.plan, self._results.values())
        best = best_row(known)
        begun = {row.configuration.number: row for row in known}
        if self.plan.n_configurations > _MOST_WAITING:
            return [self._entry(row, best) for row in known if row.results]
        return [
            self._entry(begun[configuration.number], best)
            if configuration.number in begun
            else SearchEntry(configuration.number, self._varied(configuration.values))
            for configuration in self.plan.configurations()
        ]

    def network_path(self, run: int) -> Path:
        """Return the file of a run's network."""
        return Path(self._journal.network_path(run))

    def _entry(self, row: Row, best: Row | None) -> SearchEntry:
        runs = tuple(map(self._entry_run, row.results))
        is_best = best is not None and row.configuration.number == best.configuration.number
        return SearchEntry(
            number=row.configuration.number,
            values=self._varied(row.configuration.values),
            error=row.validation_error,
            error_spread=row.validation_error_spread,
            loss=row.validation_loss,
            loss_spread=row.validation_loss_spread,
            n_epochs=row.epochs,
            seconds=row.seconds,
            n_parameters=row.n_parameters if runs else None,
            state=self._state(row),
            runs=runs,
            is_best=is_best,
            problem=row.problem,
        )

    def _entry_run(self, result: RunResult) -> EntryRun:
        """Return what is shown of a result; made once, since all are shown anew with each that comes."""
        shown = self._shown.get((result.run, result.rung))
        if shown is None:
            shown = self._shown[result.run, result.rung] = EntryRun(
                result.run,
                result.validation_error,
                result.validation_loss,
                tuple(_number(point.validation_error) for point in result.curves),
                tuple(_number(point.validation_loss) for point in result.curves),
            )
        return shown

    def _varied(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: values[name] for name in self.axes}

    def _state(self, row: Row) -> str:
        n_repeats = self.plan.repeats
        n_failed = sum(bool(result.problem) for result in row.results)
        if not row.results:
            return "waiting"
        if n_failed:
            return "failed" if n_failed == n_repeats else f"{n_failed} of {n_repeats} failed"
        if len(row.results) < n_repeats:
            return f"{len(row.results)} of {counted(n_repeats, 'run')}"
        if row.is_stopped_early:
            return f"stopped after {counted(row.epochs, 'epoch')}"
        return "done" if row.is_complete else f"{row.epochs:,} of {counted(self.plan.settings.epochs, 'epoch')}"


def best_sentence(entry: SearchEntry, n_repeats: int) -> str:
    """Return what is best, for the log."""
    error = with_spread(entry.error, entry.error_spread, is_share=True)
    repeats = f" over {n_repeats} repeats" if n_repeats > 1 else ""
    return f"no. {entry.number}, {configuration_text(entry.values)}: validation error {error}{repeats}"


def _number(value: float | None) -> float:
    return float("nan") if value is None else value

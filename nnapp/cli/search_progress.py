"""What a terminal shows of a search: a bar while it runs, and a table of the configurations at its end."""

from __future__ import annotations

from dataclasses import asdict
from types import TracebackType
from typing import Any

from tqdm import tqdm

from nnapp.cli.console import print_json, printable
from nnapp.display.wording import counted, duration, percent, time_left
from nnapp.engine.settings import SETTINGS
from nnapp.search.journal import Journal
from nnapp.search.results import Row, RunResult, best_row, ranked, rows
from nnapp.search.search import SearchReport, Waiting

__all__ = ["SearchProgress"]

_MOST_ROWS = 30
_NONE = "–"


class SearchProgress:
    """Shows the reports of a search. A context manager, so that the bar is closed however the search ends.

    Parameters
    ----------
    journal : Journal
    as_json : bool
        One JSON object per result and one at the end, instead of bar and table.
    """

    def __init__(self, journal: Journal, *, as_json: bool) -> None:
        self._journal = journal
        self._as_json = as_json
        self._bar: tqdm | None = None
        self._best: Row | None = None
        self._is_best_known = False
        if not as_json:
            self._print_head()

    def __enter__(self) -> SearchProgress:
        if not self._as_json:
            plan = self._journal.plan
            # disable=None: no bar where stderr is no terminal.
            self._bar = tqdm(
                total=plan.n_parts,
                initial=len(self._journal.results),
                unit=" runs",
                disable=None,
                leave=False,
                bar_format="{l_bar}{bar}| {n_fmt} of {total_fmt}{postfix}",
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, report: SearchReport) -> None:
        """Show one report."""
        if isinstance(report, Waiting):
            if self._bar is not None and not self._bar.disable:
                self._bar.total = report.n_runs
                self._bar.set_postfix_str(self._status(report), refresh=False)
                self._bar.update(report.n_done - self._bar.n)
                self._bar.refresh()
            return
        self._is_best_known = False
        if self._as_json:
            print_json(self._record(report.result))
        elif report.result.problem:
            tqdm.write(printable(f"Run {report.result.run}: {report.result.problem}"))

    def show_end(self, *, is_interrupted: bool) -> None:
        """Show all configurations, the best first."""
        plan, results = self._journal.plan, self._journal.results
        found = ranked(rows(plan, results.values()))
        best = best_row(found)
        if self._as_json:
            print_json(
                {
                    "search": str(self._journal.path),
                    "outcome": "interrupted" if is_interrupted else "finished",
                    "n_runs": plan.n_runs,
                    "n_results": len(results),
                    "best": None if best is None else best.configuration.number,
                    "configurations": [_row_record(row) for row in found],
                }
            )
            return
        print()
        if found:
            print(_table(found, plan.repeats))
        if best is not None:
            path = self._journal.network_path(best.results[0].run)
            print(f"\nBest on the validation images: configuration {best.configuration.number}, saved as {path}.")
        print(f"All results are in {self._journal.path}.")

    def _print_head(self) -> None:
        plan = self._journal.plan
        sampled = "" if plan.sampling == "grid" else f" drawn from {plan.n_combinations:,}"
        print(
            f"{printable(self._journal.data.name)}: {counted(plan.n_configurations, 'configuration')}{sampled}, "
            f"{counted(plan.n_runs, 'run')} of {'up to ' if plan.halving else ''}"
            f"{counted(plan.settings.epochs, 'epoch')}"
        )
        for axis in plan.axes:
            setting = SETTINGS[axis.name]
            print(f"  {setting.label}: {'; '.join(map(setting.format, axis.values))}")
        if self._journal.results:
            print(f"  {counted(len(self._journal.results), 'result')} of them from before")

    def _status(self, report: Waiting) -> str:
        parts = [f"{report.n_running} running", time_left(report.seconds_left)]
        best = self._best_so_far()
        if best is not None:
            parts.append(f"best error {percent(best.validation_error)}")
        return ", ".join(part for part in parts if part)

    def _best_so_far(self) -> Row | None:
        if not self._is_best_known:
            self._best = best_row(rows(self._journal.plan, self._journal.results.values()))
            self._is_best_known = True
        return self._best

    def _record(self, result: RunResult) -> dict[str, Any]:
        values = self._journal.values_of(result)
        return {"values": values} | {name: value for name, value in asdict(result).items() if name != "curves"}


def _row_record(row: Row) -> dict[str, Any]:
    names = (
        "validation_error",
        "validation_error_spread",
        "validation_loss",
        "validation_loss_spread",
        "epochs",
        "seconds",
        "n_parameters",
        "is_complete",
        "is_stopped_early",
        "problem",
    )
    head = {"configuration": row.configuration.number, "values": row.configuration.values}
    return head | {name: getattr(row, name) for name in names} | {"runs": [result.run for result in row.results]}


def _table(found: list[Row], repeats: int) -> str:
    """Return the rows below each other, long tables cut short."""
    names = list(found[0].configuration.values)
    head = ["configuration", *names, "validation error", "validation loss", "epochs", "parameters", "seconds", ""]
    if repeats > 1:
        head.insert(-1, "repeats")
    lines = [head, *(_cells(row, repeats) for row in found[:_MOST_ROWS])]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    if len(found) > _MOST_ROWS:
        table.append(f"… and {len(found) - _MOST_ROWS:,} more")
    return "\n".join(table)


def _cells(row: Row, repeats: int) -> list[str]:
    values = [SETTINGS[name].format(value) for name, value in row.configuration.values.items()]
    remark = "failed" if row.problem else "stopped early" if row.is_stopped_early else ""
    if not (remark or row.is_complete):
        remark = "not finished"
    cells = [
        str(row.configuration.number),
        *values,
        _with_spread(percent(row.validation_error), percent(row.validation_error_spread)),
        _with_spread(_loss(row.validation_loss), _loss(row.validation_loss_spread)),
        str(row.epochs),
        f"{row.n_parameters:,}",
        f"{row.seconds:.1f}" if row.seconds < 100 else duration(row.seconds),
        remark,
    ]
    if repeats > 1:
        cells.insert(-1, f"{len(row.results)} of {repeats}")
    return cells


def _with_spread(mean: str, spread: str) -> str:
    return mean if _NONE in (mean, spread) else f"{mean} ± {spread}"


def _loss(value: float | None) -> str:
    return _NONE if value is None else f"{value:.4f}"

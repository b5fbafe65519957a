"""Searches run to their end, and what is compared of them."""

from __future__ import annotations

from dataclasses import replace

from nnapp.search.journal import Journal
from nnapp.search.plan import Configuration
from nnapp.search.results import Row, RunResult
from nnapp.search.search import RunFinished, Search

Results = dict[tuple[int, int], RunResult]


def run_to_end(search: Search) -> list[RunResult]:
    """Return the results in the order in which they came."""
    return [report.result for report in search.run() if isinstance(report, RunFinished)]


def without_times(results: Results) -> Results:
    """Return results with nothing in them but what the seed decides."""
    return {key: replace(result, seconds=0.0) for key, result in results.items()}


def networks_of(journal: Journal) -> dict[str, bytes]:
    """Return the bytes of every file in the folder of networks, by name."""
    return {path.name: path.read_bytes() for path in journal.networks_folder.iterdir()}


def result_of(run: int, error: float | None, **others: object) -> RunResult:
    """Return a result of a plan without repeats, with these values and plain ones for the rest."""
    values = {
        "run": run,
        "configuration": run,
        "repeat": 0,
        "rung": 0,
        "epochs": 1,
        "validation_loss": error,
        "validation_error": error,
        "best_epoch": 1,
        "n_parameters": 100,
        "seconds": 1.0,
        "curves": (),
    }
    return RunResult(**values | others)


def numbers_of(found: list[Row] | list[Configuration]) -> list[int]:
    """Return the numbers of configurations in their order."""
    return [item.configuration.number if isinstance(item, Row) else item.number for item in found]

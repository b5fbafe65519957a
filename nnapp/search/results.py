"""What came out of a search: one row for each configuration, and which of them is best.

Configurations are judged by their validation images alone: by the mean error over the repeats, of equal ones by the
mean loss, then by the smaller network, then by the number. The test set is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, inf, sqrt
from statistics import fmean

from nnapp.search.plan import Configuration, SearchPlan

__all__ = ["EpochPoint", "Row", "RunResult", "best_row", "going_on", "ranked", "rows"]


@dataclass(frozen=True, slots=True)
class EpochPoint:
    """An epoch of a run, as a point of its learning curves.

    Attributes
    ----------
    training_loss, validation_loss, validation_error : float
        As of `nnapp.engine.reports.EpochReport`; the error is a share, 0…1.
    """

    training_loss: float
    validation_loss: float
    validation_error: float


@dataclass(frozen=True)
class RunResult:
    """What a run has come to at the end of a rung.

    Attributes
    ----------
    run, configuration, repeat : int
        Numbers as of `nnapp.search.plan.RunSpec`.
    rung : int
        From 0; there is one rung without halving.
    epochs : int
        Epochs the run has had so far, those of earlier rungs included.
    validation_loss, validation_error : float or None
        Of the weights that the run keeps; None if it has a `problem`.
    best_epoch : int
        The epoch of these weights, 0 if there is none.
    n_parameters : int
    seconds : float
        Time of training so far, in the worker.
    curves : tuple of EpochPoint
        One for each epoch so far.
    problem : str
        Why the run came to nothing, in a sentence, such as that it diverged; "" if it went well.
    """

    run: int
    configuration: int
    repeat: int
    rung: int
    epochs: int
    validation_loss: float | None
    validation_error: float | None
    best_epoch: int
    n_parameters: int
    seconds: float
    curves: tuple[EpochPoint, ...]
    problem: str = ""


@dataclass(frozen=True)
class Row:
    """A configuration and what is known about it.

    Attributes
    ----------
    configuration : Configuration
    results : tuple of RunResult
        Of each repeat that has any, its last; by repeat.
    rung : int
        The last rung of any repeat.
    validation_error, validation_loss : float or None
        Mean over the repeats at that rung; None if one of them has a problem.
    validation_error_spread, validation_loss_spread : float or None
        Standard deviation (n − 1) over the same repeats; None with fewer than two.
    epochs : int
        Most epochs of a repeat.
    seconds : float
        Of all repeats together.
    n_parameters : int
    is_complete : bool
        Whether all repeats have come to the last rung.
    is_stopped_early : bool
        Whether successive halving has stopped it.
    problem : str
        Of the first repeat that has one.
    """

    configuration: Configuration
    results: tuple[RunResult, ...]
    rung: int
    validation_error: float | None
    validation_error_spread: float | None
    validation_loss: float | None
    validation_loss_spread: float | None
    epochs: int
    seconds: float
    n_parameters: int
    is_complete: bool
    is_stopped_early: bool
    problem: str = ""


def rows(plan: SearchPlan, results: Iterable[RunResult]) -> list[Row]:
    """Return a row for each configuration that has a result, by number.

    Parameters
    ----------
    plan : SearchPlan
    results : iterable of RunResult
        In any order; of several rungs of a run the last counts.
    """
    by_rung: dict[int, dict[int, list[RunResult]]] = {}
    for result in sorted(results, key=lambda result: result.repeat):
        by_rung.setdefault(result.rung, {}).setdefault(result.configuration, []).append(result)
    stopped = _stopped(plan, by_rung)
    found = []
    for configuration in plan.configurations():
        last: dict[int, RunResult] = {}
        for rung in sorted(by_rung):
            last |= {result.repeat: result for result in by_rung[rung].get(configuration.number, ())}
        if last:
            found.append(_row(plan, configuration, tuple(last[r] for r in sorted(last)), stopped))
    return found


def best_row(rows: Iterable[Row]) -> Row | None:
    """Return the best of the rows that are complete and without problem, None if there is none."""
    finished = [row for row in rows if row.is_complete and row.validation_error is not None]
    return min(finished, key=_merit, default=None)


def ranked(rows: Iterable[Row]) -> list[Row]:
    """Return the rows best first; those that came further through the rungs stand before those that were stopped."""
    return sorted(rows, key=lambda row: (not row.is_complete, -row.rung, *_merit(row)))


def going_on(plan: SearchPlan, results: Iterable[RunResult]) -> list[int]:
    """Return the configurations that successive halving lets go on from a rung, the best first.

    Parameters
    ----------
    plan : SearchPlan
    results : iterable of RunResult
        All of one rung.

    Returns
    -------
    list of int
        Numbers of configurations: one in `Halving.factor` of those in the rung, rounded up. One with a problem never
        goes on.
    """
    configurations = {configuration.number: configuration for configuration in plan.configurations()}
    by_configuration: dict[int, list[RunResult]] = {}
    for result in sorted(results, key=lambda result: result.repeat):
        by_configuration.setdefault(result.configuration, []).append(result)
    judged = [_row(plan, configurations[number], tuple(found)) for number, found in by_configuration.items()]
    best = sorted((row for row in judged if not row.problem), key=_merit)
    return [row.configuration.number for row in best[: plan.n_going_on(len(judged))]]


def _stopped(plan: SearchPlan, by_rung: dict[int, dict[int, list[RunResult]]]) -> frozenset[int]:
    """Return the configurations that did not go on from a rung that is over."""
    stopped: set[int] = set()
    present = {configuration.number for configuration in plan.configurations()}
    for rung in range(len(plan.rung_epochs) - 1):
        found = by_rung.get(rung, {})
        if any(len(found.get(number, ())) < plan.repeats for number in present):
            break
        goes_on = set(going_on(plan, [result for number in present for result in found[number]]))
        stopped |= present - goes_on
        present = goes_on
    return frozenset(stopped)


def _row(
    plan: SearchPlan,
    configuration: Configuration,
    results: tuple[RunResult, ...],
    stopped: frozenset[int] = frozenset(),
) -> Row:
    last_rung = len(plan.rung_epochs) - 1
    rung = max(result.rung for result in results)
    compared = [result for result in results if result.rung == rung]
    problem = next((result.problem for result in results if result.problem), "")
    errors = [] if problem else [r.validation_error for r in compared if r.validation_error is not None]
    losses = [] if problem else [r.validation_loss for r in compared if r.validation_loss is not None]
    return Row(
        configuration=configuration,
        results=results,
        rung=rung,
        validation_error=_mean(errors),
        validation_error_spread=_spread(errors),
        validation_loss=_mean(losses),
        validation_loss_spread=_spread(losses),
        epochs=max(result.epochs for result in results),
        seconds=sum(result.seconds for result in results),
        n_parameters=results[0].n_parameters,
        is_complete=len(compared) == plan.repeats and rung == last_rung,
        is_stopped_early=configuration.number in stopped,
        problem=problem,
    )


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _spread(values: Sequence[float]) -> float | None:
    if len(values) < 2:
        return None
    # statistics.stdev computes with fractions, which takes ten times as long: a table asks for thousands of these.
    mean = fmean(values)
    return sqrt(fsum((value - mean) * (value - mean) for value in values) / (len(values) - 1))


def _merit(row: Row) -> tuple[float, float, int, int]:
    """Return what rows are sorted by, the best first."""
    error = inf if row.validation_error is None else row.validation_error
    loss = inf if row.validation_loss is None else row.validation_loss
    return error, loss, row.n_parameters, row.configuration.number

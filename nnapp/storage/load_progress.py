"""How far the loading of a data set has come, and how fast it goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

__all__ = ["LoadProgress", "ProgressMeter", "Unit", "drained"]

Result = TypeVar("Result")

Unit = Literal["bytes", "images", "files"]

_INTERVAL_S = 0.1
_FIRST_RATE_S = 0.5
"""No speed is told before this much time: the first pieces say nothing about the others."""


@dataclass(frozen=True)
class LoadProgress:
    """One report of a load, download or drawing that goes on.

    Attributes
    ----------
    what : str
        What is being done, such as "Reading train.csv".
    done : int
        How much of it is done, in `unit`.
    total : int or None
        How much there is in all; None if that is not known.
    unit : {"bytes", "images", "files"}
    rate_per_s : float or None
        How much is done in a second; None while it is not known.
    left_s : float or None
        Seconds until it is done at this speed; None while it is not known.
    """

    what: str
    done: int
    total: int | None
    unit: Unit
    rate_per_s: float | None = None
    left_s: float | None = None


class ProgressMeter:
    """Makes the reports of one piece of work, with its speed.

    Parameters
    ----------
    what : str
        What is being done.
    total : int or None
        How much there is in all.
    unit : {"bytes", "images", "files"}
    clock : callable () -> float
        Seconds that only go up.
    """

    def __init__(
        self, what: str, total: int | None, unit: Unit, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._what = what
        self._total = total
        self._unit: Unit = unit
        self._clock = clock
        self._started = self._reported = clock()

    @property
    def is_due(self) -> bool:
        """Whether a tenth of a second has gone by since the last report."""
        return self._clock() - self._reported >= _INTERVAL_S

    def at(self, done: int) -> LoadProgress:
        """Return the report for `done` of the work."""
        self._reported = self._clock()
        elapsed = self._reported - self._started
        rate = done / elapsed if done and elapsed >= _FIRST_RATE_S else None
        left = None if rate is None or self._total is None else max(0.0, (self._total - done) / rate)
        return LoadProgress(self._what, done, self._total, self._unit, rate, left)


def drained(steps: Generator[Any, None, Result]) -> Result:
    """Run a load or download to its end, and return what the generator does."""
    results: list[Result] = []

    def collecting() -> Generator[Any, None, None]:
        results.append((yield from steps))

    for _ in collecting():
        pass
    return results[0]

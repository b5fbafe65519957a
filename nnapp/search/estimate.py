"""How much of a search is left, and how long that will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from nnapp.search.plan import SearchPlan
from nnapp.search.results import RunResult

__all__ = ["Estimate"]


class Estimate:
    """Learns from the results how long an epoch takes, and how many workers there are.

    Parameters
    ----------
    plan : SearchPlan
    n_workers : int or None
        None if only the results will tell.
    clock : callable () -> float
        Seconds that only go up.
    """

    def __init__(self, plan: SearchPlan, n_workers: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._repeats = plan.repeats
        self._rung_epochs = plan.rung_epochs
        self._sizes = list(plan.rung_sizes)
        self._factor = plan.n_going_on
        self._n_workers = n_workers
        self._clock = clock
        self._seen: set[str] = set()
        self._n_done = [0] * len(self._sizes)
        self._last: dict[int, RunResult] = {}
        self._since_last_s = 0.0
        self._asked = clock()

    @property
    def n_parts(self) -> int:
        """Number of results that there will be."""
        return sum(self._sizes) * self._repeats

    def begin(self, results: Iterable[RunResult]) -> None:
        """Take in what is there already."""
        for result in results:
            self.add(result, "")

    def add(self, result: RunResult, worker: str) -> None:
        """Take in a result; `worker` names the process it came from, "" if that is not known."""
        self._n_done[result.rung] += 1
        earlier = self._last.get(result.run)
        if earlier is None or earlier.rung < result.rung:
            self._last[result.run] = result
        if worker:
            self._seen.add(worker)
        self._since_last_s = 0.0

    def n_chosen(self, rung: int, n_configurations: int) -> None:
        """Take in how many configurations really go on to a rung: fewer than planned where runs fail."""
        self._sizes[rung] = n_configurations
        for later in range(rung + 1, len(self._sizes)):
            self._sizes[later] = self._factor(self._sizes[later - 1])

    def seconds_left(self, *, is_paused: bool = False) -> float | None:
        """Return how long the search still takes, None while nobody knows; time in a pause does not count.

        The mean time of an epoch, times the epochs that are left, over the workers there are.
        """
        now = self._clock()
        if not is_paused:
            self._since_last_s += now - self._asked
        self._asked = now
        n_epochs = sum(result.epochs for result in self._last.values())
        if not n_epochs:
            return None
        seconds_per_epoch = sum(result.seconds for result in self._last.values()) / n_epochs
        n_left = self.n_parts - sum(self._n_done)
        n_parallel = min(self._n_workers or len(self._seen) or 1, max(n_left, 1))
        return max(0.0, self._n_epochs_left() * seconds_per_epoch / n_parallel - self._since_last_s)

    def _n_epochs_left(self) -> int:
        n_epochs, before = 0, 0
        for epochs, size, n_done in zip(self._rung_epochs, self._sizes, self._n_done, strict=True):
            n_epochs += (size * self._repeats - n_done) * (epochs - before)
            before = epochs
        return n_epochs

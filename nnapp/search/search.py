"""A search under way: a generator of reports, as training is, whose runs are done by workers.

The workers come as any `concurrent.futures.Executor`; by default they are processes of this machine. A run is lost with
its worker and done again; what has finished is in the journal before it is told of.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnapp.blas import available_cores
from nnapp.errors import ExecutorError, NnappError, SettingError
from nnapp.search.data_server import DataServer, DataSource
from nnapp.search.estimate import Estimate
from nnapp.search.journal import Journal
from nnapp.search.plan import RunSpec, SearchPlan
from nnapp.search.process_pool import ProcessPool
from nnapp.search.results import RunResult, going_on
from nnapp.search.worker import Outcome, Task, lost_result, run_one
from nnapp.storage.run_file import data_fingerprint

__all__ = ["RunFinished", "Search", "SearchReport", "Waiting"]

_REPORT_INTERVAL_S = 0.2
_MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class RunFinished:
    """A run came to the end of its rung, and is recorded.

    Attributes
    ----------
    result : RunResult
    """

    result: RunResult


@dataclass(frozen=True)
class Waiting:
    """Where the search stands.

    Attributes
    ----------
    n_running : int
        Runs that were handed to workers and are not done.
    n_done, n_runs : int
        Results there are, and results there will be: one for each run, with successive halving one for each rung that
        a run reaches.
    seconds_left : float or None
        None until the first result is there.
    is_paused : bool
    """

    n_running: int
    n_done: int
    n_runs: int
    seconds_left: float | None
    is_paused: bool


SearchReport = RunFinished | Waiting


class Search:
    """Does all runs of a plan that a journal does not have yet.

    Parameters
    ----------
    plan : SearchPlan
        The journal's.
    images : array (n_images, height, width) of uint8
        To learn from and to validate on; never those to test with. Neither copied nor changed.
    labels : array (n_images,) of int64
    journal : Journal
        Created for this plan and these data.
    executor : concurrent.futures.Executor, optional
        Who does the runs; by default processes of this machine. It stays open. Its workers must have nnapp installed
        and reach this machine by TCP.
    n_workers : int, optional
        How many runs are under way at a time. By default as many as this machine has cores for processes of its own;
        an executor is handed everything at once.

    Attributes
    ----------
    n_data_sent : int
        How often the images were sent to workers: once to each process.

    Raises
    ------
    SettingError
        If plan, data and journal do not belong together, or the images are too few for a configuration.
    """

    def __init__(
        self,
        plan: SearchPlan,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        journal: Journal,
        *,
        executor: Executor | None = None,
        n_workers: int | None = None,
    ) -> None:
        if plan != journal.plan:
            raise SettingError(f"The plan of a search must be that of its journal, {journal.path}; got another.")
        if data_fingerprint(images, labels) != journal.data.fingerprint:
            raise SettingError(
                f"A search must go on with the data it began with, {journal.data.name}, split as they were then; got "
                "other images."
            )
        plan.check_images(labels)
        self._plan = plan
        self._images, self._labels = images, labels
        self._journal = journal
        self._executor = executor
        self._n_workers = n_workers if executor is not None else (n_workers or available_cores())
        self._is_paused = threading.Event()
        self._has_changed = threading.Event()
        self._has_succeeded = False
        self.n_data_sent = 0

    def pause(self) -> None:
        """Begin no new run until `resume`; those under way are finished and recorded. From any thread."""
        self._is_paused.set()
        self._has_changed.set()

    def resume(self) -> None:
        """Go on after a pause. From any thread."""
        self._is_paused.clear()
        self._has_changed.set()

    def run(self) -> Generator[SearchReport, None, None]:
        """Do the search, yielding every result, and where it stands several times a second.

        Closing the generator ends the search: processes of this machine are ended at once, and what an executor was
        handed is cancelled as far as it can be. The journal is whole then, and another search goes on with it.

        Raises
        ------
        ExecutorError
            If the workers cannot do the runs.
        StorageError
            If a result cannot be recorded.
        """
        self._estimate = Estimate(self._plan, self._n_workers)
        with self._journal.writing(), self._data_server() as server, self._crew() as executor:
            self._estimate.begin(self._journal.results.values())
            present = self._plan.runs()
            for rung in range(len(self._plan.rung_epochs)):
                yield from self._run_rung(executor, server, rung, present)
                present = self._going_on(rung, present)

    def _data_server(self) -> DataServer:
        is_local = self._executor is None
        return DataServer(self._images, self._labels, self._journal.data.fingerprint, is_local=is_local)

    @contextmanager
    def _crew(self) -> Iterator[Executor]:
        if self._executor is not None:
            yield self._executor
            return
        pool = ProcessPool(self._n_workers or 1)
        try:
            yield pool
        finally:
            pool.kill()

    def _run_rung(
        self, executor: Executor, server: DataServer, rung: int, present: list[RunSpec]
    ) -> Generator[SearchReport, None, None]:
        """Do what is missing of a rung."""
        waiting = [self._task(spec, rung, server.source) for spec in present]
        waiting = [task for task in reversed(waiting) if (task.run, rung) not in self._journal.results]
        under_way: dict[Future[Outcome], Task] = {}
        try:
            while waiting or under_way:
                self._hand_over(executor, waiting, under_way)
                yield self._where_it_stands(under_way)
                done = self._wait(under_way)
                results = []
                for future in done:
                    task = under_way.pop(future)
                    result = self._record(future, task)
                    if result is None:
                        waiting.append(replace(task, attempt=task.attempt + 1))
                    else:
                        results.append(result)
                self.n_data_sent = server.n_sent
                yield from map(RunFinished, results)
        finally:
            for future in under_way:
                future.cancel()

    def _task(self, spec: RunSpec, rung: int, source: DataSource) -> Task:
        return Task(
            run=spec.number,
            configuration=spec.configuration.number,
            repeat=spec.repeat,
            rung=rung,
            epochs=self._plan.rung_epochs[rung],
            settings=spec.settings,
            data=self._journal.data,
            source=source,
            keeps_state=rung + 1 < len(self._plan.rung_epochs),
        )

    def _hand_over(self, executor: Executor, waiting: list[Task], under_way: dict[Future[Outcome], Task]) -> None:
        """Hand runs to the workers as far as there are free ones; `waiting` is emptied from its end."""
        while waiting and not self._is_paused.is_set():
            if self._n_workers is not None and len(under_way) >= self._n_workers:
                return
            task = waiting.pop()
            state = self._journal.read_state(task.run, task.rung - 1) if task.rung else b""
            try:
                under_way[executor.submit(run_one, replace(task, state=state))] = task
            except RuntimeError as error:  # shut down, or broken: what the interface says
                raise ExecutorError(f"The executor of a search must take its runs; got {error}.") from error

    def _wait(self, under_way: dict[Future[Outcome], Task]) -> list[Future[Outcome]]:
        """Wait a little for runs to end, and return those that have, in the order of their numbers."""
        if not under_way:
            self._has_changed.wait(_REPORT_INTERVAL_S)
            self._has_changed.clear()
            return []
        done, _ = wait(under_way, timeout=_REPORT_INTERVAL_S, return_when=FIRST_COMPLETED)
        return sorted(done, key=lambda future: under_way[future].run)

    def _where_it_stands(self, under_way: dict[Future[Outcome], Task]) -> Waiting:
        return Waiting(
            n_running=len(under_way),
            n_done=len(self._journal.results),
            n_runs=self._estimate.n_parts,
            seconds_left=self._estimate.seconds_left(is_paused=self._is_paused.is_set()),
            is_paused=self._is_paused.is_set(),
        )

    def _record(self, future: Future[Outcome], task: Task) -> RunResult | None:
        """Put what became of a run into the journal; None if it has to be done again."""
        error = None if future.cancelled() else future.exception()
        if isinstance(error, NnappError):
            raise error
        if future.cancelled() or error is not None:
            if task.attempt < _MAX_ATTEMPTS:
                return None
            reason = "it was cancelled" if error is None else f"{type(error).__name__}: {error}"
            return self._record_loss(task, reason.rstrip("."))
        outcome = future.result()
        if outcome.result is None:
            raise RuntimeError(f"Run {task.run} of the search ended with an error nobody expected.\n\n{outcome.bug}")
        self._has_succeeded = True
        self._journal.append(outcome.result, outcome.network, outcome.state)
        if task.rung:
            self._journal.forget_state(task.run, task.rung - 1)
        self._estimate.add(outcome.result, outcome.worker)
        return outcome.result

    def _record_loss(self, task: Task, reason: str) -> RunResult:
        """Record that a run came to nothing, unless it is the executor that does not work."""
        if self._executor is not None and not self._has_succeeded:
            raise ExecutorError(
                f"The workers of an executor must be able to do runs; got {_MAX_ATTEMPTS} failures of run {task.run}, "
                f"the last with {reason}."
            )
        result = lost_result(task, f"The run was lost {_MAX_ATTEMPTS} times with its worker: {reason}.")
        self._journal.append(result, b"")
        self._estimate.add(result, "")
        return result

    def _going_on(self, rung: int, present: list[RunSpec]) -> list[RunSpec]:
        """Return the runs of the next rung, and let go of what no run will be continued from."""
        for spec in present if rung else ():  # what was left where the program ended right after a result
            self._journal.forget_state(spec.number, rung - 1)
        if rung + 1 == len(self._plan.rung_epochs):
            return []
        chosen = set(going_on(self._plan, [self._journal.results[spec.number, rung] for spec in present]))
        for spec in present:
            if spec.configuration.number not in chosen:
                self._journal.forget_state(spec.number, rung)
        self._estimate.n_chosen(rung + 1, len(chosen))
        return [spec for spec in present if spec.configuration.number in chosen]

"""Processes of this machine as an executor, of which one may be killed without harm to the others' work.

`concurrent.futures.ProcessPoolExecutor` gives up all of its work when one of its processes ends, cannot tell which
piece of it was to blame, and waits for what is running when it is shut down. Here each process has a thread that talks
to it, so a lost process is one failed future, and all can be ended at once.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, ParamSpec, TypeVar

from nnapp.errors import ExecutorError

__all__ = ["ProcessPool", "WorkerLostError"]

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_READY = b"ready"

# Forked processes would inherit locks that threads of a window hold at that moment.
_CONTEXT = multiprocessing.get_context("spawn")


class WorkerLostError(BrokenExecutor):
    """The process that was at a call ended before the call did: it was killed, or ran out of memory."""


class ProcessPool(Executor):
    """Runs calls in processes, each started when it is first needed and again after it was lost.

    Where a process cannot be started, or ends by itself before it could do anything, the call that it was for fails
    with `ExecutorError`: starting another would come to the same.

    Parameters
    ----------
    n_workers : int
        Most processes at a time.
    """

    def __init__(self, n_workers: int) -> None:
        self._n_workers = n_workers
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._workers: set[_Worker] = set()
        self._lock = threading.Lock()
        self._is_shut_down = False
        self._is_killed = False

    def submit(
        self, fn: Callable[Arguments, Answer], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Future[Answer]:
        """Have a call done; function, arguments and answer are pickled.

        Raises
        ------
        RuntimeError
            After `shutdown` or `kill`.
        """
        future: Future[Answer] = Future()
        with self._lock:
            if self._is_shut_down:
                raise RuntimeError("A pool that was shut down takes no more calls.")
            self._calls.put(_Call(future, fn, args, kwargs))
            if len(self._threads) < self._n_workers:
                thread = threading.Thread(target=self._attend, name="ProcessPool", daemon=True)
                self._threads.append(thread)
                thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls and end the processes when those taken are done.

        Parameters
        ----------
        wait : bool
            Return only when they have ended.
        cancel_futures : bool
            Give up the calls that no process has begun.
        """
        with self._lock:
            self._is_shut_down = True
        if cancel_futures:
            self._cancel_waiting()
        for _ in self._threads:
            self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def kill(self) -> None:
        """End all processes at once, whatever they are doing; their calls fail with `WorkerLostError`."""
        with self._lock:
            self._is_shut_down = self._is_killed = True
            for worker in self._workers:
                worker.process.kill()
        self.shutdown(cancel_futures=True)

    def process_ids(self) -> list[int]:
        """Return the numbers of the processes there are at the moment."""
        with self._lock:
            return [worker.process.pid for worker in self._workers if worker.process.pid is not None]

    def _cancel_waiting(self) -> None:
        while True:
            try:
                call = self._calls.get_nowait()
            except queue.Empty:
                return
            if call is not None:
                call.future.cancel()

    def _attend(self) -> None:
        """Hand calls to one process until there are none to come; in a thread of its own."""
        if hasattr(signal, "pthread_sigmask"):
            # Inherited by the process: Ctrl-C in a terminal is for the program, which then decides about its workers.
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        worker: _Worker | None = None
        while (call := self._calls.get()) is not None:
            if not call.future.set_running_or_notify_cancel():
                continue
            try:
                worker = worker or self._new_worker()
            except (OSError, RuntimeError) as error:  # no room for another process, or none may be started here
                problem = ExecutorError(f"The processes of a search must be able to start; got {error}.")
                call.future.set_exception(problem)
                continue
            if worker is not None and not worker.do(call):
                self._let_go(worker)
                worker = None
            elif worker is None:
                call.future.set_exception(WorkerLostError("the pool was ended before the call was begun"))
        if worker is not None:
            self._let_go(worker)

    def _new_worker(self) -> _Worker | None:
        """Start a process, unless all have just been killed."""
        with self._lock:
            if self._is_killed:
                return None
            worker = _Worker()
            self._workers.add(worker)
        return worker

    def _let_go(self, worker: _Worker) -> None:
        worker.connection.close()  # by which a process that waits for calls ends
        worker.process.join()
        with self._lock:
            self._workers.discard(worker)


@dataclass(frozen=True, eq=False)
class _Call:
    future: Future[Any]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    options: dict[str, Any]


class _Worker:
    """A process, and the connection through which it is given calls."""

    def __init__(self) -> None:
        self.connection, its_end = _CONTEXT.Pipe()
        self.process: SpawnProcess = _CONTEXT.Process(target=_work, args=(its_end,), name="nnapp worker", daemon=True)
        self._is_ready = False
        try:
            self.process.start()
        except BaseException:
            self.connection.close()
            raise
        finally:
            its_end.close()  # or the end of the process would not close the connection

    def do(self, call: _Call) -> bool:
        """Have a call done and settle its future; return whether the process is still there."""
        try:
            if not self._is_ready:
                self.connection.recv_bytes()
                self._is_ready = True
            self.connection.send_bytes(pickle.dumps((call.function, call.arguments, call.options)))
            has_answer, answer = pickle.loads(self.connection.recv_bytes())
        except (OSError, EOFError):
            self.process.join()
            call.future.set_exception(self._loss(self.process.exitcode or 0))
            return False
        except Exception as error:  # what cannot be pickled is the caller's to know
            call.future.set_exception(error)
            return True
        if has_answer:
            call.future.set_result(answer)
        else:
            call.future.set_exception(answer)
        return True

    def _loss(self, code: int) -> Exception:
        """Return why a call failed whose process ended; a code below 0 is the signal that killed it."""
        if self._is_ready or code < 0:
            return WorkerLostError(f"the worker process ended with code {code} during a call")
        return ExecutorError(
            f"The processes of a search must be able to start; got one that ended at once with code {code}. A script "
            'that searches has to do so below `if __name__ == "__main__":`, since the processes import it too.'
        )


def _work(connection: Connection[Any, Any]) -> None:
    """Do calls until the connection is closed; what the process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(OSError, EOFError):
        connection.send_bytes(_READY)
        while True:
            connection.send_bytes(_reply_to(connection.recv_bytes()))


def _reply_to(message: bytes) -> bytes:
    try:
        function, arguments, options = pickle.loads(message)
        return pickle.dumps((True, function(*arguments, **options)))
    except Exception as error:  # it is the caller's, and raised again there
        return pickle.dumps((False, error))


def _end_with_parent() -> None:
    """End the process when the program that started it has ended, however that was."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

"""Processes that may be killed, singly and all at once."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pytest

from nnapp.errors import ExecutorError
from nnapp.search import process_pool
from nnapp.search.process_pool import ProcessPool, WorkerLostError

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pool() -> Iterator[ProcessPool]:
    pool = ProcessPool(2)
    yield pool
    pool.kill()


def wait_until_gone(process: int) -> None:
    """Wait for the end of a process, which may stay as a zombie where nobody asks what became of it."""
    state = Path(f"/proc/{process}/stat")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.01)
    pytest.fail(f"Process {process} is still there.")


def test_answers_errors_and_what_cannot_be_sent(pool: ProcessPool) -> None:
    assert pool.submit(divmod, 17, 5).result() == (3, 2)
    assert pool.submit(int, "ff", base=16).result() == 255
    processes = set(pool.process_ids())
    with pytest.raises(ZeroDivisionError):
        pool.submit(divmod, 1, 0).result()
    with pytest.raises(Exception, match="pickle"):
        pool.submit(print, threading.Lock()).result()
    with pytest.raises(Exception, match="pickle"):
        pool.submit(threading.Lock).result()
    assert processes <= set(pool.process_ids())  # they outlived all that


def test_processes_are_started_as_needed(pool: ProcessPool) -> None:
    assert pool.process_ids() == []
    for future in [pool.submit(time.sleep, 0.05) for _ in range(5)]:
        future.result()
    assert len(pool.process_ids()) == 2


def test_killed_process_fails_its_own_call_alone(pool: ProcessPool) -> None:
    first = pool.submit(time.sleep, 60)
    while len(pool.process_ids()) < 1:
        time.sleep(0.01)
    [killed] = pool.process_ids()
    second = pool.submit(time.sleep, 0.5)
    os.kill(killed, signal.SIGKILL)
    with pytest.raises(WorkerLostError, match="code -9"):
        first.result()
    assert second.result() is None
    assert pool.submit(divmod, 7, 2).result() == (3, 1)


def test_process_that_ends_before_it_could_begin_is_told(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from nnapp.search.process_pool import ProcessPool\n"
        "assert __name__ == '__main__'\n"  # the process imports this under another name
        "with ProcessPool(1) as pool:\n"
        "    print(repr(pool.submit(int).exception(20)))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    command = [sys.executable, str(program)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=50, check=True)
    assert "ExecutorError('The processes of a search must be able to start; got one that ended at once" in done.stdout


def test_process_that_is_killed_before_it_could_begin_is_lost(
    pool: ProcessPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_pool._CONTEXT.Process, "start", started_and_killed(process_pool._CONTEXT.Process.start))
    with pytest.raises(WorkerLostError, match="code -9"):
        pool.submit(int).result(20)


def started_and_killed(start: Callable[[Any], None]) -> Callable[[Any], None]:
    def start_and_kill(process: Any) -> None:
        start(process)
        process.kill()

    return start_and_kill


def test_process_for_which_there_is_no_room_is_told(pool: ProcessPool, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(process: object) -> None:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(process_pool._CONTEXT.Process, "start", no_room)
        with pytest.raises(ExecutorError, match="Resource temporarily unavailable"):
            pool.submit(int).result(20)
    assert pool.submit(int).result(20) == 0


def test_killing_all_ends_them_at_once(pool: ProcessPool) -> None:
    futures = [pool.submit(time.sleep, 60) for _ in range(4)]
    while len(pool.process_ids()) < 2:
        time.sleep(0.01)
    processes = pool.process_ids()
    pool.kill()
    for process in processes:
        wait_until_gone(process)
    assert {type(future.exception()) for future in futures[:2]} == {WorkerLostError}
    for future in futures[2:]:
        with pytest.raises(CancelledError):
            future.result()
    with pytest.raises(RuntimeError, match="no more calls"):
        pool.submit(os.getpid)


def test_shutdown_waits_for_what_was_taken() -> None:
    with ProcessPool(1) as pool:
        futures = [pool.submit(divmod, n, 2) for n in range(3)]
    assert [future.result() for future in futures] == [(0, 0), (0, 1), (1, 0)]
    assert pool.process_ids() == []


def test_processes_end_with_the_program_even_if_it_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import os, time\n"
        "from nnapp.search.process_pool import ProcessPool\n"
        "if __name__ == '__main__':\n"
        "    pool = ProcessPool(1)\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    pool.submit(time.sleep, 60)\n"
        "    time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, text=True, env=environment
    ) as started:
        assert started.stdout is not None
        worker = int(started.stdout.readline())
        started.kill()
    wait_until_gone(worker)

"""The library of matrix products beneath NumPy: which of its kernels compute, and in how many threads.

Both are read from the environment once, while NumPy is loaded; so this module is the one place that sets them, before
that, and never over what the person has set. It must not import NumPy. Later, `one_thread` can only take threads away.

Kernels
    The OpenBLAS in NumPy's wheels and in most distributions holds kernels for each kind of processor and chooses by
    the processor's family, which it must know. A release from before an AMD processor takes it for a much older one:
    OpenBLAS 0.3.20 (NumPy 1.23) takes a Zen 5 for a Barcelona of 2007 and multiplies at a quarter of the speed. Its
    kernels for Skylake-X are right for every processor with the five AVX-512 extensions they are compiled for, so
    `choose_kernels` names them where an AMD processor has these. Later releases choose them, or equals, by themselves.
    Nothing changes on a processor without them, on Intel's own, which OpenBLAS recognises by what they can do, with
    another library than OpenBLAS, and on systems other than Linux, where the processor is not described in a file.

Threads
    Threads that multiply parts of one small matrix wait for each other at the end of every product. Where other
    programs take a core now and then, all of them wait for the one that was interrupted: with a thread per core an
    epoch of 784-128-64-10 took 60 times as long on a busy machine of four. `choose_threads` therefore takes half of
    the cores, from 2 to 4.
"""

from __future__ import annotations

import os
import platform
import sys
import threading
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

__all__ = [
    "CHOSEN",
    "KERNELS_VARIABLE",
    "THREAD_VARIABLES",
    "available_cores",
    "choose_kernels",
    "choose_threads",
    "one_thread",
]

KERNELS_VARIABLE = "OPENBLAS_CORETYPE"
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""The variables by which people set the number of threads of OpenBLAS and of Intel's MKL."""

CHOSEN: dict[str, str] = {}
"""The variables that this module has set in this process, with their values."""

_AVX512_KERNELS = "SkylakeX"
_NEEDED_FLAGS = frozenset({"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx2", "fma", "bmi1", "bmi2"})
"""What compilers use for ``-march=skylake-avx512``, with which OpenBLAS compiles these kernels, as Linux names it.
Linux lists an extension only if it also saves its registers."""

_PROCESSORS_FILE = "/proc/cpuinfo"
_QUOTA_FILE = "/sys/fs/cgroup/cpu.max"
_MOST_THREADS = 4


def choose_kernels(environment: MutableMapping[str, str] = os.environ, processors_file: str = _PROCESSORS_FILE) -> None:
    """Have OpenBLAS use its AVX-512 kernels where it may not recognise a processor that has all they need.

    Does nothing once NumPy is loaded, or if ``OPENBLAS_CORETYPE`` is set, even to nothing.

    Parameters
    ----------
    environment : mapping
        Where the variable is looked for and set.
    processors_file : str
        Linux's description of the processors; a missing or unreadable one changes nothing.
    """
    if "numpy" in sys.modules or KERNELS_VARIABLE in environment or platform.machine() not in ("x86_64", "AMD64"):
        return
    try:
        with open(processors_file, encoding="ascii", errors="replace") as lines:
            vendor, flags = _first_processor(lines)
    except OSError:
        return
    if vendor == "AuthenticAMD" and flags >= _NEEDED_FLAGS:
        CHOSEN[KERNELS_VARIABLE] = environment[KERNELS_VARIABLE] = _AVX512_KERNELS


def choose_threads(most: int = _MOST_THREADS, environment: MutableMapping[str, str] = os.environ) -> None:
    """Have matrix products computed by half of the cores, at least 2 and at most `most` threads.

    Does nothing if any of `THREAD_VARIABLES` is set, and has no effect once NumPy is loaded.
    """
    if any(environment.get(name) for name in THREAD_VARIABLES):
        return
    cores = available_cores()
    n_threads = max(1, min(most, cores, max(2, cores // 2)))
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        CHOSEN[name] = environment[name] = str(n_threads)


@contextmanager
def one_thread() -> Iterator[None]:
    """Have every product of this process computed by one thread inside the ``with`` block.

    The limit is the process's. Threads that enter while others are inside share it, and the last to leave puts back
    what was before the first came.
    """
    with _OneThread.lock:
        if _OneThread.n_users == 0:
            _OneThread.limit = _controller().limit(limits=1, user_api="blas")
        _OneThread.n_users += 1
    try:
        yield
    finally:
        with _OneThread.lock:
            _OneThread.n_users -= 1
            if _OneThread.n_users == 0:
                _OneThread.limit.restore_original_limits()


class _OneThread:
    """Who is inside `one_thread`, in the whole process."""

    lock = threading.Lock()
    n_users = 0
    limit: Any


@cache
def _controller() -> ThreadpoolController:
    """Find the libraries of products, once; NumPy is loaded by then."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def available_cores(quota_file: str = _QUOTA_FILE) -> int:
    """Return how many processors this process may keep busy, at least 1.

    Those that it may run on, and no more than a container's quota of time (cgroup v2) is worth.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        with open(quota_file, encoding="ascii") as stream:
            quota, period = stream.read().split()
        cores = min(cores, int(quota) // int(period))
    except (OSError, ValueError):
        pass  # there is no such file, or it says "max"
    return max(1, cores)


def _first_processor(lines: Iterable[str]) -> tuple[str, frozenset[str]]:
    """Return vendor and flags of the first processor in the text of ``/proc/cpuinfo``."""
    facts: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if not name.strip():
            break
        facts[name.strip()] = value.strip()
    return facts.get("vendor_id", ""), frozenset(facts.get("flags", "").split())

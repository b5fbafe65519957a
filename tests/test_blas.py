"""Kernels and threads of the matrix products: when nnapp sets them, and when it must not."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from nnapp import blas
from nnapp.blas import available_cores, choose_kernels, choose_threads, one_thread

PROJECT = Path(__file__).resolve().parent.parent

ZEN_5 = (
    "fpu sse sse2 avx2 fma bmi1 bmi2 avx512f avx512dq avx512cd avx512bw avx512vl avx512_bf16 avx512_vnni"  # part of it
)
NEEDED = ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx2", "fma", "bmi1", "bmi2"]
"""What GCC's manual lists for -march=skylake-avx512 beyond what every x86-64 of the last decade has."""
needs_x86 = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="the kernels are for x86-64")


@pytest.fixture(autouse=True)
def before_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before NumPy is loaded, and without a trace of what is chosen in these tests."""
    monkeypatch.delitem(sys.modules, "numpy", raising=False)
    monkeypatch.setattr(blas, "CHOSEN", {})


def processors(folder: Path, vendor: str, flags: str) -> str:
    """Write a description of two processors as Linux does; only the first counts."""
    path = folder / "cpuinfo"
    first = f"processor\t: 0\nvendor_id\t: {vendor}\nmodel name\t: A: B\nflags\t\t: {flags}\nbugs\t\t:\n\n"
    path.write_text(first + "processor\t: 1\nvendor_id\t: Other\nflags\t\t: fpu\n\n")
    return str(path)


@needs_x86
def test_amd_processor_with_avx512(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    choose_kernels(environment, processors(tmp_path, "AuthenticAMD", ZEN_5))

    assert environment == {"OPENBLAS_CORETYPE": "SkylakeX"}
    assert environment == blas.CHOSEN


@pytest.mark.parametrize("missing", NEEDED)
def test_processor_that_lacks_one_extension(tmp_path: Path, missing: str) -> None:
    environment: dict[str, str] = {}
    flags = " ".join(flag for flag in ZEN_5.split() if flag != missing)
    choose_kernels(environment, processors(tmp_path, "AuthenticAMD", flags))

    assert environment == {}


@pytest.mark.parametrize("vendor", ["GenuineIntel", "HygonGenuine", ""])
def test_processors_of_others(tmp_path: Path, vendor: str) -> None:
    environment: dict[str, str] = {}
    choose_kernels(environment, processors(tmp_path, vendor, ZEN_5))

    assert environment == {}


@pytest.mark.parametrize("value", ["Haswell", ""])
def test_what_the_user_has_set_stays(tmp_path: Path, value: str) -> None:
    environment = {"OPENBLAS_CORETYPE": value}
    choose_kernels(environment, processors(tmp_path, "AuthenticAMD", ZEN_5))

    assert environment == {"OPENBLAS_CORETYPE": value}
    assert blas.CHOSEN == {}


def test_other_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment: dict[str, str] = {}
    choose_kernels(environment, str(tmp_path / "absent"))
    choose_kernels(environment, str(tmp_path))  # a folder cannot be read
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    choose_kernels(environment, processors(tmp_path, "AuthenticAMD", ZEN_5))

    assert environment == {}


def test_too_late_once_numpy_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment: dict[str, str] = {}
    monkeypatch.setitem(sys.modules, "numpy", sys)  # any module
    choose_kernels(environment, processors(tmp_path, "AuthenticAMD", ZEN_5))

    assert environment == {}


@pytest.mark.parametrize(
    ("cores", "most", "expected"), [(1, 4, 1), (2, 4, 2), (3, 4, 2), (4, 4, 2), (6, 4, 3), (64, 4, 4), (64, 1, 1)]
)
def test_half_of_the_cores(monkeypatch: pytest.MonkeyPatch, cores: int, most: int, expected: int) -> None:
    monkeypatch.setattr(blas, "available_cores", lambda: cores)
    environment: dict[str, str] = {"OMP_NUM_THREADS": ""}  # set to nothing is not set
    choose_threads(most, environment)

    assert environment["OPENBLAS_NUM_THREADS"] == environment["MKL_NUM_THREADS"] == str(expected)


@pytest.mark.parametrize("name", ["OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"])
def test_threads_that_the_user_has_set_stay(name: str) -> None:
    environment = {name: "7"}
    choose_threads(environment=environment)

    assert environment == {name: "7"}


@pytest.mark.parametrize(("quota", "most"), [("100000 100000", 1), ("50000 100000", 1), ("250000 100000", 2)])
def test_quota_of_a_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str, most: int) -> None:
    """Time on processors in each period, both in microseconds: 250,000 of 100,000 are two and a half cores."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)
    path = tmp_path / "cpu.max"
    path.write_text(quota + "\n")
    assert available_cores(str(path)) == most


@pytest.mark.parametrize("content", ["max 100000\n", "", "nonsense\n", "1 0 2\n"])
def test_no_quota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 3, 5}, raising=False)
    path = tmp_path / "cpu.max"
    path.write_text(content)
    assert available_cores(str(path)) == 3
    assert available_cores(str(tmp_path / "absent")) == 3


def threads() -> set[int]:
    """Return how many threads the libraries of products use now, as they say themselves."""
    return {info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"}


@contextmanager
def two_threads() -> Iterator[None]:
    with threadpool_limits(2, user_api="blas"):
        assert threads() == {2}
        yield


def test_one_thread_lasts_until_the_last_leaves() -> None:
    with two_threads():
        first, second = one_thread(), one_thread()
        first.__enter__()
        second.__enter__()
        assert threads() == {1}
        first.__exit__(None, None, None)
        assert threads() == {1}
        second.__exit__(None, None, None)
        assert threads() == {2}


def kernels_in_use(module: str, **variables: str) -> tuple[str | None, str]:
    """Return the variable and the kernels that OpenBLAS names, in a fresh interpreter that has imported a module."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"} | variables
    code = (
        f"import json, os, {module}, numpy, threadpoolctl\n"
        "infos = [info for info in threadpoolctl.threadpool_info() if info['internal_api'] == 'openblas']\n"
        "print(json.dumps([os.environ.get('OPENBLAS_CORETYPE'), infos[0]['architecture'] if infos else '']))"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    ).stdout
    variable, kernels = json.loads(output)
    return variable, kernels


@pytest.mark.parametrize("module", ["nnapp.engine", "nnapp.storage.network_file", "nnapp.cli"])
def test_on_this_machine(module: str) -> None:
    """With every module of nnapp the choice is made in time, and OpenBLAS follows it."""
    try:
        words = set(Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").partition("\n\n")[0].split())
    except OSError:
        words = set()
    may = {
        "AuthenticAMD",
        *["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx2", "fma", "bmi1", "bmi2"],
    } <= words
    variable, kernels = kernels_in_use(module)

    assert variable == ("SkylakeX" if may else None)
    if may and kernels:
        assert kernels == "SkylakeX"


def test_the_user_decides_on_this_machine() -> None:
    variable, kernels = kernels_in_use("nnapp.engine", OPENBLAS_CORETYPE="Sandybridge")

    assert variable == "Sandybridge"
    assert kernels in {"Sandybridge", "SandyBridge", "SANDYBRIDGE", ""} or platform.machine() != "x86_64"

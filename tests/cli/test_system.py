"""``nnapp info --system``: versions, kernels and threads, as the libraries themselves tell them."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.cli.system import system_lines

PROJECT = Path(__file__).resolve().parent.parent.parent
THREADS = ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def info(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, where nothing of these variables is set but what is given."""
    kept = {name: value for name, value in os.environ.items() if name not in (*THREADS, "OPENBLAS_CORETYPE")}
    return subprocess.run(
        [sys.executable, "-m", "nnapp", "info", *arguments],
        cwd=PROJECT,
        env=kept | variables | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def facts_with(**variables: str) -> dict[str, Any]:
    result = info("--system", "--json", **variables)
    assert (result.returncode, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_by_itself_nnapp_takes_some_threads() -> None:
    facts = facts_with()

    assert facts["packages"]["numpy"] == np.__version__
    assert facts["python"] == platform.python_version()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    assert 1 <= facts["cores"] <= cores
    # Half of the cores, from 2 to 4, and never more than there are.
    expected = min(facts["cores"], 4, max(2, facts["cores"] // 2))
    assert facts["environment"]["OPENBLAS_NUM_THREADS"] == str(expected)
    assert {"OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"} <= set(facts["set_by_nnapp"])
    assert all(library["threads"] == expected for library in facts["matrix_products"])


def test_what_the_user_has_set_is_used_and_said_to_be_theirs() -> None:
    facts = facts_with(OPENBLAS_NUM_THREADS="1")

    assert facts["environment"]["OPENBLAS_NUM_THREADS"] == "1"
    assert "OPENBLAS_NUM_THREADS" not in facts["set_by_nnapp"]
    assert all(library["threads"] == 1 for library in facts["matrix_products"])


def test_lines_for_people() -> None:
    facts = {
        "nnapp": "0.1.0",
        "python": "3.11.7",
        "system": "Linux x86_64",
        "packages": {"numpy": "2.4.6", "tqdm": None},
        "cores": 1,
        "matrix_products": [{"name": "openblas", "version": "0.3.31", "kernels": "SkylakeX", "threads": 2}],
        "adam_is_compiled": True,
        "environment": {"OPENBLAS_CORETYPE": "SkylakeX", "OMP_NUM_THREADS": "2"},
        "set_by_nnapp": ["OPENBLAS_CORETYPE"],
    }
    assert system_lines(facts) == [
        "nnapp             0.1.0, Python 3.11.7, Linux x86_64",
        "packages          numpy 2.4.6, tqdm not installed",
        "processor         1 core to use",
        "matrix products   openblas 0.3.31, kernels SkylakeX, 2 threads",
        "optimizer         Adam compiled",
        "environment       OPENBLAS_CORETYPE=SkylakeX, set by nnapp",
        "environment       OMP_NUM_THREADS=2, as you have set it",
    ]
    assert system_lines(facts | {"matrix_products": []})[3] == (
        "matrix products   a library that does not tell its kernels and threads"
    )
    assert system_lines(facts | {"adam_is_compiled": False})[4] == (
        "optimizer         Adam in NumPy: its C could not be compiled when nnapp was installed"
    )


@pytest.mark.parametrize("arguments", [[], ["a.nn", "--system"]])
def test_either_a_network_or_the_system(arguments: list[str]) -> None:
    result = info(*arguments)

    assert result.returncode == 2
    assert "either NETWORK or --system must be given" in result.stderr

"""Every parser, fed for a minute in all with broken files, raises nothing but sentences and stays within its memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FUZZER = Path(__file__).parent / "fuzzing" / "fuzz.py"


def fuzz(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(FUZZER), "--findings", str(tmp_path / "findings"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=FUZZER.parents[2], check=False)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_minute_of_broken_files_breaks_no_parser(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="fuzzing is guided by atheris, which has wheels for Linux alone")

    # The rest of the minute goes by while the processes start.
    done = fuzz(tmp_path, "--seconds", "45")

    assert done.returncode == 0, done.stdout
    rows = done.stdout.splitlines()
    assert len(rows) >= 22
    assert all(row.endswith("ok") for row in rows)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_parser_that_breaks_is_found(tmp_path: Path) -> None:
    """`broken` divides by the number of bytes."""
    pytest.importorskip("atheris", reason="fuzzing is guided by atheris, which has wheels for Linux alone")

    done = fuzz(tmp_path, "--only", "broken", "--seconds", "10")

    assert done.returncode == 1
    assert "MISBEHAVED" in done.stdout
    assert "ZeroDivisionError" in done.stdout
    assert list((tmp_path / "findings").glob("broken-crash-*"))

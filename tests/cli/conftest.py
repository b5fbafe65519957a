"""Fixtures of the command line's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.command_line import Result
from support.data_sets import write_data_set

from nnapp.cli import main


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with 200 training and 80 test images of 28×28 pixels in ten classes."""
    return write_data_set(tmp_path_factory.mktemp("data"))


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own, with no data set in the usual places and none remembered."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NNAPP_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NNAPP_DATA", raising=False)
    # What was made of an earlier test's proxies is kept for the process.
    monkeypatch.setattr("urllib.request._opener", None)


@pytest.fixture
def nnapp(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Return a function that runs a command in this process."""

    def run(*arguments: str | Path) -> Result:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run

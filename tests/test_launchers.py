"""``training.py`` and ``testing.py`` as people start them: with a display, without one, and wrongly."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.data_sets import write_data_set
from support.testing_window import write_row_network

PROJECT = Path(__file__).resolve().parent.parent
TIMEOUT_S = 50

_REPORTING = """
import runpy, sys
from nnapp.gui.image_navigator import ImageNavigator
from nnapp.gui.testing_app import TestingApp
show_image = ImageNavigator.show
def show(navigator, index):
    show_image(navigator, index)
    answer = navigator._window.answer.read_answer() or navigator._session.predict().digit
    print("shows", index, answer, flush=True)
ImageNavigator.show = show
close = TestingApp.close
def report_and_close(app):
    print("matplotlib" if "matplotlib" in sys.modules else "no matplotlib", flush=True)
    close(app)
TestingApp.close = report_and_close
runpy.run_path(sys.argv.pop(1), run_name="__main__")
"""
"""Runs a program that says which image it shows, and at its end whether matplotlib was imported."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data_set(tmp_path / "data")


@pytest.fixture
def network(tmp_path: Path) -> Path:
    return write_row_network(tmp_path / "rows.nn", swapped=(3, 7))


def environment(home: Path, display: str | None) -> dict[str, str]:
    values = dict(os.environ) | {"NNAPP_HOME": str(home / "home"), "XDG_CACHE_HOME": str(home / "cache")}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "NNAPP_DATA"):
        values.pop(name, None)
    return values | ({"DISPLAY": display} if display else {}) | {"PYTHONIOENCODING": "utf-8"}


def run(home: Path, *arguments: str | Path, display: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=home,
        env=environment(home, display),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


@pytest.mark.parametrize("options", [["--headless"], []])
def test_testing_without_a_window_evaluates(tmp_path: Path, data: Path, network: Path, options: list[str]) -> None:
    done = run(tmp_path, PROJECT / "testing.py", network, "--data", data, *options)
    assert done.returncode == 0, done.stderr
    # All of the 3s and 7s are wrong, a fifth of the images.
    assert "80.00 %" in done.stdout
    assert ("There is no display: testing in the terminal." in done.stdout) is not bool(options)


@pytest.mark.parametrize("options", [["--headless"], []])
def test_training_without_a_window_trains(tmp_path: Path, data: Path, options: list[str]) -> None:
    done = run(tmp_path, PROJECT / "training.py", "--data", data, "--epochs", "1", "--save", "a.nn", *options)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.nn").exists()
    assert ("There is no display: training in the terminal." in done.stdout) is not bool(options)


@pytest.mark.parametrize("program", ["training.py", "testing.py"])
def test_wrong_usage_is_code_2(tmp_path: Path, program: str, display: str) -> None:
    for shown_on in (None, display):
        done = run(tmp_path, PROJECT / program, "--colour", display=shown_on)
        assert done.returncode == 2
        assert done.stderr.startswith("usage: ")
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("options", [["--index", "three"], ["--split", "validation"], ["--index"], ["a.nn", "b.nn"]])
def test_wrong_options_of_the_testing_window_are_code_2(tmp_path: Path, display: str, options: list[str]) -> None:
    done = run(tmp_path, PROJECT / "testing.py", *options, display=display)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: testing.py")


@pytest.mark.parametrize("program", ["training.py", "testing.py"])
def test_wrong_split_of_the_data_is_code_2(tmp_path: Path, program: str, display: str) -> None:
    done = run(tmp_path, PROJECT / program, "--test-fraction", "2", display=display)
    assert done.returncode == 2
    assert done.stderr == "nnapp: Test fraction must be a number greater than 0 and at most 0.9; got 2.0.\n"


@pytest.mark.parametrize("program", ["training.py", "testing.py"])
def test_help_needs_no_display(tmp_path: Path, program: str, display: str) -> None:
    done = run(tmp_path, PROJECT / program, "--help", display=display)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: {program}")
    assert run(tmp_path, PROJECT / program, "--help").returncode == 0


def test_testing_window_opens_with_an_image_and_closes_at_once(
    tmp_path: Path, data: Path, network: Path, display: str
) -> None:
    command = [sys.executable, "-c", _REPORTING, PROJECT / "testing.py", network, "--data", data, "--index", "3"]
    with subprocess.Popen(
        list(map(str, command)),
        cwd=tmp_path,
        env=environment(tmp_path, display) | {"PYTHONPATH": str(PROJECT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "shows 3 7\n"
            search = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "^rows.nn .* nnapp testing$"]
            subprocess.run([*search, "windowactivate", "--sync"], check=True, timeout=20)
            asked = time.monotonic()
            subprocess.run(["xdotool", "key", "ctrl+q"], check=True, timeout=20)
            out, err = process.communicate(timeout=TIMEOUT_S)
            assert time.monotonic() - asked < 2
        finally:
            process.kill()
    assert (process.returncode, err) == (0, "")
    assert out == "no matplotlib\n"


def test_testing_an_image_without_a_window_says_what_it_is(tmp_path: Path, data: Path, network: Path) -> None:
    result = run(tmp_path, PROJECT / "testing.py", network, "--data", data, "--index", "3")
    assert result.returncode == 0, result.stderr
    # Test image 3 is a 3, which this network takes for a 7.
    assert "test:3: 7" in result.stdout
    assert "wrong: it is 3" in result.stdout
    # Half of 200 + 80 images are set apart to test with.
    split = ("--test-fraction", "0.5", "--split-seed", "3")
    result = run(tmp_path, PROJECT / "testing.py", network, "--data", data, "--index", "140", *split)
    assert result.returncode == 1
    assert "must be from 0 to 139" in result.stderr

"""Fixtures for all tests: the real MNIST files, and a display of their own for tests that open windows."""

from __future__ import annotations

import gc
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from support import no_network

# Before NumPy is loaded, here and in the programs that tests start: threads wait for each other longer than the
# small products of the tests take, for tens of milliseconds each on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

PROJECT = Path(__file__).resolve().parent.parent
MNIST_STEMS = ("train-images", "train-labels", "t10k-images", "t10k-labels")
HAS_X11 = os.name == "posix" and sys.platform != "darwin"
START_TIMEOUT_S = 20.0

no_network.forbid()


TESTS_BETWEEN_FULL_COLLECTIONS = 200

_finished_tests = 0


@pytest.fixture(autouse=True)
def cycles_are_collected_here() -> Iterator[None]:
    """Collect cycles between tests, in the thread that made them.

    Python's collector runs in whichever thread triggers it, such as the one by which a worker of pytest-xdist hears
    from the others, and a Tk object that is destroyed there aborts the interpreter. The program itself keeps the
    collector off while a second thread works (see `nnapp.gui.cycle_collector`).
    """
    global _finished_tests  # noqa: PLW0603  a count for the whole process
    gc.disable()
    yield
    _finished_tests += 1
    gc.collect(0 if _finished_tests % TESTS_BETWEEN_FULL_COLLECTIONS else 2)


@pytest.fixture(autouse=True)
def only_this_computer() -> Iterator[None]:
    """Fail a test that wanted to reach another computer, where no mirror may be asked for a test's sake."""
    no_network.attempts.clear()
    yield
    assert no_network.attempts == []


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """Return the folder of the real MNIST files: $NNAPP_DATA, ../shared/mnist or data/, whichever has them.

    A test that needs them is skipped where nobody has put them: they may not be committed, and a test may
    not depend on a download.
    """
    folders = [PROJECT.parent / "shared" / "mnist", PROJECT / "data"]
    if os.environ.get("NNAPP_DATA"):
        folders.insert(0, Path(os.environ["NNAPP_DATA"]))
    for folder in folders:
        if all(any(folder.glob(f"{stem}?idx[13]-ubyte*")) for stem in MNIST_STEMS):
            return folder
    return pytest.skip("needs the four MNIST files in $NNAPP_DATA or data/ (see data/README.md)")


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start an X server of 1920×1080 with a window manager and set DISPLAY to it; yield the value of DISPLAY.

    Windows and macOS open windows without an X server, so nothing is started there.
    """
    if not HAS_X11:
        yield ""
        return
    with ExitStack() as stack, pytest.MonkeyPatch.context() as monkeypatch:
        name = stack.enter_context(_x_server())
        monkeypatch.setenv("DISPLAY", name)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        # The developer's own configuration of the window manager must not decide a test.
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        stack.enter_context(_window_manager())
        yield name


@contextmanager
def _x_server() -> Iterator[str]:
    """Run Xvfb on a free display of its choice; yield the display's name."""
    reader, writer = os.pipe()
    screen = ["-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset"]
    try:
        with _running(["Xvfb", "-displayfd", str(writer), *screen], pass_fds=[writer]):
            ready, _, _ = select.select([reader], [], [], START_TIMEOUT_S)
            number = os.read(reader, 16).decode().strip() if ready else ""
            if not number:
                pytest.fail(f"Xvfb did not start within {START_TIMEOUT_S:g} s.", pytrace=False)
            yield f":{number}"
    finally:
        os.close(reader)
        os.close(writer)


@contextmanager
def _window_manager() -> Iterator[None]:
    """Run openbox on DISPLAY, once it answers."""
    with _running(["openbox", "--sm-disable"]):
        deadline = time.monotonic() + START_TIMEOUT_S
        # xdotool can name the current desktop only when a window manager has told it.
        while subprocess.run([_program("xdotool"), "get_desktop"], capture_output=True, check=False).returncode != 0:
            if time.monotonic() > deadline:
                pytest.fail(f"openbox did not start within {START_TIMEOUT_S:g} s.", pytrace=False)
            time.sleep(0.02)
        yield


@contextmanager
def _running(command: list[str], pass_fds: list[int] | None = None) -> Iterator[None]:
    """Run a program quietly inside the ``with`` block, and end it with the block."""
    process = subprocess.Popen(
        [_program(command[0]), *command[1:]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=pass_fds or [],
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _program(name: str) -> str:
    """Return the path of a program; a missing one fails the test, since windows must not go untested unnoticed."""
    path = shutil.which(name)
    if path is None:
        pytest.fail(f"Window tests need {name}; `make test` installs it, or says how.", pytrace=False)
    return path

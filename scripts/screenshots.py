"""Make the pictures of the windows that the README and docs show, so that they stay true.

    .venv/bin/python scripts/screenshots.py [--data DIR] [--size 1280x720] [--into docs/images]

Starts the programs on an X server of its own with a window manager, uses them through real key
presses and clicks, and writes what is on the screen. Needs Xvfb, openbox, xdotool and ImageMagick.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TOOLS = ("Xvfb", "openbox", "xdotool", "import")
DISPLAY = ":93"


class Screen:
    """An X server with a window manager, and what can be done on it.

    Parameters
    ----------
    size : str
        Width and height in pixels, such as "1280x720".
    folder : Path
        Where the pictures go.
    data : Path
        Folder of MNIST.
    """

    def __init__(self, size: str, folder: Path, data: Path) -> None:
        self.width, self.height = map(int, size.split("x"))
        self._folder = folder
        self._home = tempfile.mkdtemp(prefix="nnapp-")
        # The pictures show where the data are, which should look like anybody's folder.
        self.data = Path(self._home, "mnist")
        self.data.symlink_to(data)
        self._environment = os.environ | {
            "DISPLAY": DISPLAY,
            "XDG_CONFIG_HOME": self._home,
            "OPENBLAS_NUM_THREADS": "2",
        }
        self._server = subprocess.Popen(
            ["Xvfb", DISPLAY, "-screen", "0", f"{size}x24", "-nolisten", "tcp"], stderr=subprocess.DEVNULL
        )
        time.sleep(1)
        self._manager = subprocess.Popen(["openbox"], env=self._environment, stderr=subprocess.DEVNULL)
        time.sleep(0.5)

    def close(self) -> None:
        """End the window manager and the server."""
        for process in (self._manager, self._server):
            process.terminate()
            process.wait()
        shutil.rmtree(self._home, ignore_errors=True)

    @contextmanager
    def program(self, *arguments: str) -> Iterator[None]:
        """Run a program of the project's top level as for the first time, filling the screen, while the block lasts."""
        environment = self._environment | {"NNAPP_HOME": tempfile.mkdtemp(dir=self._home)}
        process = subprocess.Popen([sys.executable, *arguments], cwd=PROJECT, env=environment)
        try:
            self.do("search", "--sync", "--onlyvisible", "--name", "nnapp")
            time.sleep(2.5)
            window = self.do("getactivewindow").strip()
            self.do("windowmove", window, "0", "0")
            self.do("windowsize", window, str(self.width - 4), str(self.height - 24))
            time.sleep(0.8)
            yield
        finally:
            process.terminate()
            process.wait()

    def do(self, *words: str) -> str:
        """Run xdotool."""
        return subprocess.run(
            ["xdotool", *words], env=self._environment, check=True, capture_output=True, text=True
        ).stdout

    def keys(self, *names: str, pause_s: float = 0.3) -> None:
        """Press keys one after the other."""
        for name in names:
            self.do("key", name)
            time.sleep(pause_s)

    def fill(self, text: str) -> None:
        """Type a text into the field with the focus, in place of what is there."""
        self.keys("ctrl+a")
        self.do("type", "--delay", "5", text)

    def wait_for_title(self, is_right: Callable[[str], bool]) -> None:
        """Wait until the title of the window says something; it has a share in per cent while a network trains."""
        for _ in range(600):
            if is_right(self.do("getactivewindow", "getwindowname")):
                return
            time.sleep(0.5)
        sys.exit("The window did not come to an end.")

    def point(self, x: float, y: float) -> None:
        """Move the pointer to a place given in shares of the screen."""
        self.do("mousemove", str(round(x * self.width)), str(round(y * self.height)))
        time.sleep(0.8)

    def click(self, x: float, y: float) -> None:
        """Click at a place given in shares of the screen."""
        self.point(x, y)
        self.do("click", "1")
        time.sleep(0.8)

    def draw(self, points: list[tuple[float, float]]) -> None:
        """Draw a line through places with the left button, as fast as a hand does."""
        self.point(*points[0])
        self.do("mousedown", "1")
        for (x0, y0), (x1, y1) in pairwise(points):
            for step in range(1, 9):
                x, y = x0 + (x1 - x0) * step / 8, y0 + (y1 - y0) * step / 8
                self.do("mousemove", str(round(x * self.width)), str(round(y * self.height)))
                time.sleep(0.015)
        self.do("mouseup", "1")
        time.sleep(0.8)

    def shoot(self, name: str) -> None:
        """Write a picture of the whole screen."""
        path = self._folder / f"{name}.png"
        subprocess.run(["import", "-window", "root", str(path)], env=self._environment, check=True)
        print(path)


def main() -> int:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=PROJECT.parent / "shared" / "mnist", help="folder of MNIST")
    parser.add_argument("--size", default="1280x720", help="size of the screen; default 1280x720")
    parser.add_argument("--into", type=Path, default=PROJECT / "docs" / "images", help="where the pictures go")
    options = parser.parse_args()
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        sys.exit(
            f"Not installed: {', '.join(missing)}; on Debian, sudo apt-get install xvfb openbox xdotool imagemagick."
        )
    options.into.mkdir(parents=True, exist_ok=True)
    screen = Screen(options.size, options.into, options.data.resolve())
    try:
        training_window(screen)
        augmentation_preview(screen)
        grid_search(screen)
        testing_window(screen)
        ensemble(screen)
    finally:
        screen.close()
    return 0


def training_window(screen: Screen) -> None:
    """Take the training window through a first evening."""
    with screen.program("training.py", "--data", str(screen.data)):
        screen.shoot("training-start")
        screen.keys("F5")
        time.sleep(4)
        screen.shoot("training-running")
        screen.wait_for_title(lambda title: "%" not in title)
        time.sleep(2)
        screen.point(0.73, 0.59)
        screen.shoot("training-finished")
        screen.click(0.73, 0.59)
        screen.shoot("training-gallery")
        screen.keys("Escape")
        screen.click(0.791, 0.143)
        screen.point(0.86, 0.45)
        screen.shoot("training-calibration")
        screen.click(0.648, 0.143)
        screen.click(0.33, 0.143)
        screen.shoot("training-weights")
        screen.click(0.17, 0.237)
        screen.keys("ctrl+a", "1", "2", "8", "comma", "x", "Tab")
        time.sleep(1)
        screen.shoot("training-wrong-field")
        screen.click(0.17, 0.237)
        screen.keys("End", "BackSpace", "6", "4")
        screen.click(0.28, 0.143)
        screen.keys("ctrl+shift+d")
        time.sleep(2)
        screen.shoot("data-window")
        screen.keys("Escape")
        time.sleep(1)
        screen.click(0.6, 0.995)  # back into the window, where there is nothing to press
        screen.keys("alt+v", "Right", "Down", "Return")
        time.sleep(1)
        screen.shoot("training-dark")


def augmentation_preview(screen: Screen) -> None:
    """Choose strong augmentation and look at it."""
    with screen.program("training.py", "--data", str(screen.data)):
        for heading in (0.198, 0.243, 0.335):  # close Network and Training, open Augmentation
            screen.click(0.04, heading)
        screen.click(0.17, 0.373)
        screen.keys("Down", "Down", "Down", "Return", "ctrl+p")
        time.sleep(1)
        screen.shoot("training-augmentation")


def grid_search(screen: Screen) -> None:
    """Configure a grid search, run it, and look at what it found."""
    with screen.program("training.py", "--data", str(screen.data)):
        screen.keys("ctrl+g")
        time.sleep(1)
        screen.fill("64; 128; 256")
        screen.keys("Tab", "Tab")
        screen.fill("0.0003 to 0.01, 4 values, log")
        screen.keys("Tab", "Tab", "Tab")
        screen.fill("off, 0.2")
        screen.keys("Tab", "Tab", "Tab")
        screen.fill("2")
        screen.keys("Tab")
        screen.fill("5")
        screen.keys("Tab", "Tab", "Tab", "Tab")
        # The picture should show a folder that looks like anybody's.
        screen.fill(str(screen.data.parent / "search.jsonl"))
        screen.point(0.5, 0.995)  # where it hovers over nothing
        screen.shoot("search-configuration")
        screen.keys("Return")
        results = screen.data.parent / "search.jsonl"
        wait_for_lines(results, 34)
        screen.shoot("search-running")
        wait_for_lines(results, 49)  # one for each run, and the first
        time.sleep(2)
        screen.click(0.68, 0.168)
        screen.click(0.2, 0.207)
        screen.keys("shift+Down", "shift+Down", "shift+Down")
        screen.point(0.5, 0.995)
        screen.shoot("search-finished")


def wait_for_lines(path: Path, count: int) -> None:
    """Wait until a file has so many lines, for five minutes at most."""
    for _ in range(1500):
        if path.exists() and path.read_text(encoding="utf-8").count("\n") >= count:
            return
        time.sleep(0.2)


def testing_window(screen: Screen) -> None:
    """Look at test images, click through neurons, and draw."""
    with screen.program("testing.py", "--data", str(screen.data), "--index", "1234"):
        screen.shoot("testing-right")
        screen.keys("ctrl+Right")
        screen.shoot("testing-wrong")
        screen.click(0.569, 0.271)
        screen.shoot("testing-neuron")
        screen.click(0.649, 0.407)
        screen.shoot("testing-neuron-later-layer")
        screen.click(0.088, 0.662)
        screen.shoot("testing-activity")
        screen.click(0.137, 0.662)
        screen.click(0.092, 0.697)
        screen.shoot("testing-why")
        screen.click(0.024, 0.697)
        screen.keys("Escape", "Delete")
        screen.draw([(0.06, 0.25), (0.10, 0.22), (0.14, 0.24), (0.13, 0.32), (0.10, 0.36), (0.13, 0.39), (0.15, 0.45),
                     (0.12, 0.51), (0.08, 0.51), (0.06, 0.47)])  # fmt: skip
        screen.shoot("testing-drawing")
        screen.keys("alt+v", "Right", "Down", "Return")
        time.sleep(1)
        screen.shoot("testing-dark")


def ensemble(screen: Screen) -> None:
    """Open three networks that answer together, at an image which the first alone gets wrong."""
    paths = [PROJECT / "networks" / name for name in ("best.nn", "wide-800.nn", "small-128-64.nn")]
    with screen.program("testing.py", "--data", str(screen.data), "--index", "3626"):
        screen.keys("ctrl+shift+o", pause_s=1.5)
        screen.do("type", " ".join(f"{{{path}}}" for path in paths))
        screen.keys("Return", pause_s=4)
        screen.shoot("testing-ensemble")


if __name__ == "__main__":
    sys.exit(main())

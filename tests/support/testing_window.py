"""The testing window as a person uses it: pen, keys, menus and tabs by real events, and what is on the screen."""

from __future__ import annotations

import subprocess
import time
import tkinter as tk
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageTk
from support.window_user import WindowUser

from nnapp.display.network_layout import Neuron
from nnapp.engine.network import Network
from nnapp.gui.testing_app import TestingApp
from nnapp.storage.dataset import DataChoice
from nnapp.storage.network_file import write_network
from nnapp.storage.network_metadata import NetworkMetadata
from nnapp.storage.preferences import load_preferences

STOP_TIMEOUT_S = 10.0
STROKE_TIMEOUT_S = 20.0

Path2D = Sequence[tuple[float, float]]


class TestingWindowUser(WindowUser):
    """A person at the testing window; parameters as for `WindowUser`."""

    __test__ = False

    def __init__(self, root: tk.Tk, xdo: Any, wait_until: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(root, xdo, wait_until, monkeypatch)
        self.app = TestingApp(root, load_preferences())

    def leave(self) -> None:
        """End all that goes on, whatever it is."""
        self.app.player.stop()
        self.app.board.stop_all(STOP_TIMEOUT_S)
        self._monkeypatch.undo()

    # What is there ------------------------------------------------------------------------------

    @property
    def session(self) -> Any:
        return self.app.session

    @property
    def window(self) -> Any:
        return self.app.window

    @property
    def answer(self) -> str:
        """The class in large."""
        return str(self.app.window.answer.read_answer())

    @property
    def status(self) -> str:
        """The lowest line."""
        return str(self.app.window.status.cget("text"))

    @property
    def label(self) -> str:
        return str(self.app.window.label_text.cget("text"))

    @property
    def tab(self) -> str:
        """The title of the tab that is open."""
        tabs = self.app.window.tabs
        return str(tabs.tab(tabs.select(), "text"))

    @property
    def is_idle(self) -> bool:
        """Whether nothing goes on in the background."""
        return not self.app.board._listeners

    def picture(self, view: Any) -> Image.Image:
        """Return the picture on the canvas of a `PixelGrid` or `NetworkDiagram`."""
        canvas = view.canvas
        return ImageTk.getimage(canvas._picture._photo).convert("RGB")

    def pixel_color(self, row: int, column: int) -> str:
        """Return the colour of a pixel of the grid, "#rrggbb"."""
        left, top, right, bottom = self.window.grid.canvas.pixel_box(row, column)
        edge = self.window.grid.canvas.pixel_box(0, 0)
        place = ((left + right) // 2 - edge[0] + 1, (top + bottom) // 2 - edge[1] + 1)
        red, green, blue = self.picture(self.window.grid).getpixel(place)  # type: ignore[misc]  # an RGB picture
        return f"#{red:02x}{green:02x}{blue:02x}"

    # What the person does -----------------------------------------------------------------------

    def start(self, network: Path | None, data: Path | None = None, **options: Any) -> None:
        """Start as the program does, and wait until everything is known."""
        arguments = {"split": "test", "index": None, "picture": None} | options
        self.app.start(network and str(network), data and DataChoice(str(data)), **arguments)
        self.wait_until(lambda: self.is_idle, 20)
        if self.app.session.network is not None:
            self.wait_until(lambda: self.app.window.diagram.canvas.layout is not None)

    def draw(self, *strokes: Path2D, button: int = 1) -> None:
        """Draw with the pointer; points in parts of the paper's side, (0, 0) top left … (1, 1) bottom right."""
        paper = self.app.window.drawing._paper
        self.root.update()
        left, top, side = paper.winfo_rootx() + 1, paper.winfo_rooty() + 1, paper.winfo_width() - 2
        command = ["xdotool"]
        for stroke in strokes:
            places = [(str(round(left + x * side)), str(round(top + y * side))) for x, y in stroke]
            command += ["mousemove", *places[0], "mousedown", str(button)]
            for place in places:
                command += ["mousemove", *place, "sleep", "0.012"]
            command += ["mouseup", str(button), "sleep", "0.012"]
        self._run_while_drawing(command)

    def _run_while_drawing(self, command: Sequence[str]) -> None:
        """Move the pointer while the window follows it, as it does for a person."""
        deadline = time.monotonic() + STROKE_TIMEOUT_S
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        while process.poll() is None:
            assert time.monotonic() < deadline, "the stroke does not end"
            self.root.update()
            time.sleep(0.001)
        assert process.returncode == 0
        # The last events may still be on their way; a half-drawn 3 is a 7. An answer of the X server comes after
        # all that it has sent before.
        drawing = self.app.window.drawing
        for _ in range(5):
            self.root.winfo_pointerxy()
            self.root.update()
            time.sleep(0.02)
        while drawing._ink.is_drawing:
            assert time.monotonic() < deadline, "the button is not let go"
            self.root.update()
        self.root.update()

    def click_neuron(self, neuron: Neuron) -> None:
        """Click a neuron that is to be seen in the diagram."""
        canvas = self.app.window.diagram.canvas
        self.wait_until(lambda: canvas.layout is not None)
        model = self.app.window.diagram._model
        column = canvas.layout.column_of(neuron.layer)
        slot = model.shown.slot_of(neuron)
        self.xdo.click(canvas, column.x, column.ys[slot])

    def open_tab(self, title: str) -> None:
        """Click the title of a tab."""
        tabs = self.app.window.tabs
        index = next(index for index in range(tabs.index("end")) if tabs.tab(index, "text") == title)
        self.root.update()
        x = next(
            x for x in range(0, tabs.winfo_width(), 4) if str(self.root.tk.call(tabs, "index", f"@{x},8")) == str(index)
        )
        self.xdo.click(tabs, x + 4, 8)
        self.wait_until(lambda: self.tab == title)


def row_network(swapped: tuple[int, int] | None = None) -> Network:
    """Return 784-12-10-10 that answers with the class whose row of `support.data_sets` has the most ink.

    Neuron j of layer 1 is 0.1 · the ink of row 2j; layer 2 passes the first ten on; output k is 3 · neuron k, two of
    them swapped if asked for. The biases of the first three neurons are +0.25, −0.25 and 0.
    """
    network = Network.dense([784, 12, 10, 10], initializer=None)
    first, second, last = network.dense_layers
    for digit in range(10):
        first.weights[digit].reshape(28, 28)[2 * digit] = 0.1
    first.weights[10, 5] = -2.0
    first.biases[:2] = 0.25, -0.25
    second.weights[:, :10] = np.eye(10)
    answers = list(range(10))
    if swapped is not None:
        one, other = swapped
        answers[one], answers[other] = other, one
    last.weights[answers, np.arange(10)] = 3
    return network


def write_row_network(path: Path, swapped: tuple[int, int] | None = None) -> Path:
    """Write `row_network` to a file."""
    write_network(path, row_network(swapped), NetworkMetadata(loss="cross-entropy", input_shape=(28, 28)))
    return path


def row_of(digit: int) -> list[tuple[float, float]]:
    """Return the stroke on the paper that `row_network` takes for a digit, drawn as it is."""
    height = (2 * digit + 0.5) / 28
    return [(x / 20, height) for x in range(4, 17)]

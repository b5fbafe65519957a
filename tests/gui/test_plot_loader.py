"""matplotlib is loaded beside the Tk thread, whatever its state."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tkinter as tk
from pathlib import Path
from tkinter import ttk
from typing import Any
from unittest.mock import MagicMock

import pytest

from nnapp.display.palettes import palette
from nnapp.display.plot_look import PlotLook
from nnapp.gui.loss_plot import LossPlot
from nnapp.gui.plot_loader import PlotLoader

PROJECT = Path(__file__).resolve().parents[2]
LOOK = PlotLook(palette("light"), "DejaVu Sans", 12)


def test_loads_once_and_gives_the_collector_back(root: tk.Tk, wait_until: Any, let_pass: Any) -> None:
    was_enabled = gc.isenabled()
    loaded: list[LossPlot] = []
    loader = PlotLoader(ttk.Frame(root), loaded.append, lambda: pytest.fail("matplotlib is there"))

    loader.start(LOOK)
    assert not gc.isenabled()
    loader.start(LOOK)
    wait_until(lambda: loaded)
    let_pass(0.1)

    assert len(loaded) == 1
    assert isinstance(loaded[0], LossPlot)
    assert gc.isenabled() == was_enabled


def test_missing_library_is_told(root: tk.Tk, wait_until: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nnapp.gui.loss_plot", None)  # what makes an import fail
    failed: list[bool] = []
    loader = PlotLoader(ttk.Frame(root), lambda plot: pytest.fail("there is no plot"), lambda: failed.append(True))

    loader.start(LOOK)

    wait_until(lambda: failed)


def test_nothing_waits_after_the_end_of_the_view(root: tk.Tk, monkeypatch: pytest.MonkeyPatch) -> None:
    # At the end of a program nobody gives the collector back; here there are other tests to come.
    monkeypatch.setattr("nnapp.gui.plot_loader.CYCLE_COLLECTOR", MagicMock())
    monkeypatch.setattr("nnapp.gui.plot_loader._POLL_MS", 60_000)  # the fixture `root` would see it waiting
    frame = ttk.Frame(root)
    PlotLoader(frame, lambda plot: None, lambda: None).start(LOOK)
    frame.destroy()


PROGRAM = """
import sys, tkinter as tk
from time import perf_counter
from nnapp.gui.graph_view import GraphView
from nnapp.gui.style import Style

root = tk.Tk()
view = GraphView(root, Style(root))
view.pack()
assert "matplotlib" not in sys.modules
late, due = [], perf_counter() + 0.016

def tick():
    global due
    now = perf_counter()
    late.append(now - due)
    due = now + 0.016
    if view.canvas.is_ready:
        root.destroy()
    else:
        root.after(16, tick)

root.after(16, tick)
root.mainloop()
late.sort()
print(len(late), late[int(0.95 * len(late))], late[-1])
"""


@pytest.mark.timeout(120)
def test_first_start_with_an_empty_font_cache_does_not_freeze_the_window(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "MPLCONFIGDIR": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=100, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.glob("fontlist*.json")), "the cache was built"
    n_ticks, _, worst = map(float, done.stdout.split())
    assert n_ticks >= 10
    assert worst < 0.25  # importing on the Tk thread would stop it for all of the time, a second and more

"""Drawings of the benchmark leave the same ink as a real pointer that goes through the same places on the canvas."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.gui.drawing_canvas import DrawingCanvas
from nnapp.gui.style import Style

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


class Writer:
    """A pointer that is waited for at every place, and the paper under it."""

    def __init__(self, root: tk.Tk, style: Style, xdo: Any, wait_until: Callable[..., None], side: int) -> None:
        self._xdo, self._wait_until = xdo, wait_until
        root.geometry(f"{side + 6}x{side + 6}")
        self.canvas = DrawingCanvas(root, style, lambda: None)
        self.canvas.pack(fill="both", expand=True)
        root.update()
        (self._paper,) = (child for child in self.canvas.winfo_children() if isinstance(child, tk.Canvas))
        self._wait_until(lambda: self._paper.winfo_width() == side + 2)  # and a border of one pixel on either side
        self._seen = (-1, -1)
        self._paper.bind("<Motion>", lambda event: setattr(self, "_seen", (event.x - 1, event.y - 1)), add="+")

    def draw(self, stroke: list[list[int]]) -> None:
        """Press at the first place of a stroke, move through all, and let go at the last."""
        ink = self.canvas._ink
        self._go_to(stroke[0])
        self._xdo._run("mousedown", "1")
        self._wait_until(lambda: ink.is_drawing)
        for before, place in pairwise(stroke):
            if place != before:
                self._go_to(place)
        self._xdo._run("mouseup", "1")
        self._wait_until(lambda: not ink.is_drawing)

    def _go_to(self, place: list[int]) -> None:
        x, y = place
        self._xdo.move_to(self._paper.winfo_rootx() + 1 + x, self._paper.winfo_rooty() + 1 + y)
        self._wait_until(lambda: self._seen == (x, y))


@pytest.fixture
def writer(root: tk.Tk, style: Style, xdo: Any, wait_until: Callable[..., None]) -> Writer:
    from mouse_drawings import PAPER_PX

    return Writer(root, style, xdo, wait_until, PAPER_PX)


@pytest.fixture(autouse=True)
def benchmarks_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))


# A 0 with the thinnest pen, then one of every other digit, with all pens, in all sizes and at all places.
@pytest.mark.parametrize(
    "number", [0, *(pytest.param(409 * step + 7, marks=pytest.mark.slow) for step in range(1, 10))]
)
def test_replay_is_the_canvas_pixel_for_pixel(benchmarks_are_found: None, writer: Writer, number: int) -> None:
    from mouse_drawings import drawings, replayed

    drawing = next(islice(drawings("development"), number, None))
    writer.canvas.brush_width = drawing.pen
    for stroke in drawing.strokes:
        writer.draw(stroke.tolist())

    assert writer.canvas.read_ink().any()
    np.testing.assert_array_equal(writer.canvas.read_ink(), replayed(drawing.strokes, drawing.pen))

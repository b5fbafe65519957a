"""Shows a reliability diagram: for each bin of confidence, the share of answers that are right."""

from __future__ import annotations

import tkinter as tk
from math import isfinite

import numpy as np

from nnapp.display.confusion_labels import format_percent
from nnapp.display.wording import counted
from nnapp.engine.calibration import Reliability
from nnapp.gui.bar_columns import column_at
from nnapp.gui.chart_canvas import ChartCanvas
from nnapp.gui.style import Style

__all__ = ["ReliabilityChart"]

_FONT = "nnapp-small"
_SIZE_UNITS = (60, 60)
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_COUNTS_PART = 0.15
"""Of the height, for the numbers of images below."""

_BAR_PART = 0.8
"""Of the width of a bin."""

_LEAST_LINES = 4
"""Width and height of the diagram, in lines of text, below which there is nothing to be seen in it."""


class ReliabilityChart(ChartCanvas):
    """Bars of accuracy over bins of confidence, the diagonal they should reach, and the numbers of images below.

    Across each bar a line stands at the mean confidence of its answers: bars that end below it are of answers called
    surer than they are. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        self._reliability: Reliability | None = None
        self._plot = (0, 0, 1, 1)
        super().__init__(parent, style, _SIZE_UNITS)

    def show_reliability(self, reliability: Reliability | None) -> None:
        """Show the bins, or nothing."""
        self._reliability = reliability
        self._redraw()

    def bar_box(self, place: int) -> tuple[float, ...] | None:
        """Return left, top, right and bottom of the bar of a bin; None if it has no images."""
        has_images = self._reliability is not None and self._reliability.counts[place]
        return self._items.read_box(f"bar {place}") if has_images else None

    def confidence_line(self, place: int) -> tuple[float, ...] | None:
        """Return where the mean confidence of a bin stands: x₀, y₀, x₁, y₁; None if it has no images."""
        return self._items.read_box(f"confidence {place}")

    @property
    def plot_box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the diagram: 0 and 100 % of confidence and of answers that are right."""
        return self._plot

    def _draw(self) -> None:
        width, height = self.winfo_width(), self.winfo_height()
        with self._items.drawing():
            if self._reliability is None or width <= 1:
                return
            gap, line_px = self._style.px(1), self._items.line_px(_FONT)
            left, right = self._items.measure("100 %", _FONT) + 2 * gap, width - gap
            top, floor = line_px + 2 * gap, height - line_px - gap
            counts_top = floor - round(_COUNTS_PART * (floor - top))
            self._plot = (left, top, right, counts_top - line_px - gap)
            if right - left < _LEAST_LINES * line_px or self._plot[3] - top < _LEAST_LINES * line_px:
                return
            self._draw_axes(gap)
            self._draw_bins(self._reliability)
            self._draw_counts(self._reliability, (left, counts_top, right, floor), gap)

    def _draw_axes(self, gap: int) -> None:
        items, palette = self._items, self._style.palette
        left, top, right, bottom = self._plot
        middle = (left + right) // 2
        has_room = right - left > 3.5 * items.measure("confidence", _FONT)
        items.text("title", left, gap, "right", fill=palette.muted_text, font=_FONT)
        items.box("frame", (left, top, right, bottom), outline=palette.field_border)
        for share in _TICKS:
            x, y = self._at(share, share)
            text = f"{100 * share:.0f} %"
            items.text(f"right {text}", left - gap, y, text, fill=palette.muted_text, font=_FONT, anchor="e")
            half = items.measure(text, _FONT) / 2
            inside = min(max(x, left + half), right - half)
            if has_room and share != 0.5:  # where the word is
                items.text(
                    f"at {text}", inside, bottom + gap // 2, text, fill=palette.muted_text, font=_FONT, anchor="n"
                )
        items.text("axis", middle, bottom + gap // 2, "confidence", fill=palette.muted_text, font=_FONT, anchor="n")

    def _draw_bins(self, reliability: Reliability) -> None:
        items, palette = self._items, self._style.palette
        bottom = self._plot[3]
        # The bars of empty bins too, within the frame: what is drawn later stays in front of all of them for ever.
        for place, (count, accuracy) in enumerate(zip(reliability.counts, reliability.accuracies, strict=True)):
            start, end = self._edges(place, reliability.n_bins)
            top = min(self._at(0, accuracy)[1], bottom - 1) if count else bottom - 1
            items.box(f"bar {place}", (start, top, end, bottom), fill=palette.accent if count else palette.field_border)
        items.line("diagonal", (*self._at(0, 0), *self._at(1, 1)), fill=palette.text, dash=".")
        for place in np.flatnonzero(reliability.counts).tolist():
            start, end = self._edges(place, reliability.n_bins)
            _, y = self._at(0, reliability.confidences[place])
            items.line(f"confidence {place}", (start, y, end, y), fill=palette.text, width=max(2, self._style.px(0.5)))

    def _draw_counts(self, reliability: Reliability, box: tuple[int, int, int, int], gap: int) -> None:
        items, palette = self._items, self._style.palette
        left, top, right, bottom = box
        most = int(reliability.counts.max())
        for place in np.flatnonzero(reliability.counts).tolist():
            start, end = self._edges(place, reliability.n_bins)
            height = max(1, round((bottom - top) * reliability.counts[place] / most))
            items.box(f"count {place}", (start, bottom - height, end, bottom), fill=palette.muted_text)
        items.line("floor", (left, bottom, right, bottom), fill=palette.field_border)
        text = items.elided(f"images, at most {most:,} in a bin", right - left, _FONT)
        items.text(
            "counts", (left + right) // 2, bottom + gap // 2, text, fill=palette.muted_text, font=_FONT, anchor="n"
        )

    def _at(self, confidence: float, share: float) -> tuple[int, int]:
        """Return the place of a confidence and a share of right answers."""
        left, top, right, bottom = self._plot
        return round(left + confidence * (right - 1 - left)), round(bottom - 1 - share * (bottom - 1 - top))

    def _edges(self, place: int, n_bins: int) -> tuple[int, int]:
        margin = (1 - _BAR_PART) / 2
        return self._at((place + margin) / n_bins, 0)[0], self._at((place + 1 - margin) / n_bins, 0)[0]

    def _tip(self, x: int, y: int) -> str | None:
        if self._reliability is None:
            return None
        left, _, right, _ = self._plot
        place = column_at(x, left, right, self._reliability.n_bins)
        return None if place is None else _sentence(self._reliability, place)


def _sentence(reliability: Reliability, place: int) -> str:
    """Return what a bin holds."""
    n_bins = reliability.n_bins
    edges = f"confidence {100 * place / n_bins:.1f} to {100 * (place + 1) / n_bins:.1f} %"
    count = int(reliability.counts[place])
    if not count or not isfinite(reliability.accuracies[place]):
        return f"{edges}: no images"
    confidence, accuracy = reliability.confidences[place], reliability.accuracies[place]
    return (
        f"{edges}: {counted(count, 'image')}\n"
        f"mean confidence {format_percent(confidence)} %, {format_percent(accuracy)} % right"
    )

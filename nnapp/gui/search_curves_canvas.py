"""Shows learning curves of a grid search on a logarithmic axis, each with its number at its end."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnapp.display.curve_sheet import CURVE_MARKERS, DrawnCurve, curve_colors, curve_sheet
from nnapp.display.palettes import rgb
from nnapp.display.plot_axis import PlotAxis, Tick, epoch_limits, epoch_ticks, value_limits, value_ticks
from nnapp.display.search_curves import SearchCurve, spread_labels
from nnapp.display.search_entry import Measure
from nnapp.display.search_heat import score_text
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.chart_canvas import ChartCanvas
from nnapp.gui.style import Style

__all__ = ["SearchCurvesCanvas"]

_FONT = "nnapp-small"
_SIZE_UNITS = (60, 50)
_REACH_PX = 12
"""How near the pointer has to be to a point whose values are told."""

_FAINTNESS = 0.62
"""How far the colour of a single repeat is from its curve's to the ground's."""


class SearchCurvesCanvas(ChartCanvas):
    """The curves of some configurations: their means with marks, and single repeats as thin lines. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        self._curves: Sequence[SearchCurve] = ()
        self._measure: Measure = "error"
        self._sentence = ""
        self._epochs = PlotAxis(1, 2, 0, 1, is_log=False)
        self._values = PlotAxis(0.1, 1, 1, 0, is_log=True)
        super().__init__(parent, style, _SIZE_UNITS)
        self._picture = CanvasPicture(self)

    def show_curves(self, curves: Sequence[SearchCurve], measure: Measure) -> None:
        """Show some curves, in the order of their colours."""
        self._curves, self._measure, self._sentence = curves, measure, ""
        self._redraw()

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence in place of curves."""
        self._curves, self._sentence = (), sentence
        self._redraw()

    def read_labels(self) -> list[str]:
        """Return what is written at the ends of the curves."""
        return [self._items.read_text(f"label {place}") for place in range(len(self._curves))]

    def point(self, curve: int, index: int) -> tuple[float, float]:
        """Return where on the canvas an epoch of the mean of a curve is drawn, both counted from 0."""
        return self._points(self._curves[curve].mean)[index]

    def _draw(self) -> None:
        width, height = self.winfo_width(), self.winfo_height()
        with self._items.drawing():
            if width <= 1:
                return
            if not self._curves:
                self._picture.hide()
                room = max(1, min(width - self._style.px(8), self._style.px(100)))
                text = (self._sentence, self._style.palette.muted_text)
                self._items.text("sentence", width / 2, height / 2, text[0], fill=text[1], anchor="center", width=room)
                return
            self._place_axes(width, height)
            self._draw_axes(width, height)
            self._draw_labels()

    def _place_axes(self, width: int, height: int) -> None:
        items, gap, line = self._items, self._style.px(1), self._items.line_px(_FONT)
        repeats = [repeat for curve in self._curves for repeat in curve.repeats]
        last = max(map(len, repeats))
        label = items.measure(f"no. {max(curve.number for curve in self._curves)}", "nnapp-bold")
        bottom = max(height - 2 * line - 3 * gap, line + gap + 1)
        self._values = PlotAxis(*value_limits(repeats), bottom, line + gap, is_log=True)
        left = max(items.measure(tick.label, _FONT) for tick in self._value_ticks()) + 3 * gap
        right = max(width - label - 4 * gap, left + 1)
        self._epochs = PlotAxis(*epoch_limits(1, last, last, is_finished=True), left, right, is_log=False)

    def _value_ticks(self) -> list[Tick]:
        """Return the ticks that have labels; those of errors are per cent, as in the table."""
        values = self._values
        n_labels = max(2, int((values.start_px - values.end_px) / (1.6 * self._items.line_px(_FONT))))
        scale, unit = (100, " %") if self._measure == "error" else (1, "")
        ticks = value_ticks(scale * values.low, scale * values.high, n_labels)
        return [Tick(tick.value / scale, f"{tick.label}{unit}") for tick in ticks if tick.label]

    def _draw_axes(self, width: int, height: int) -> None:
        items, palette, gap = self._items, self._style.palette, self._style.px(1)
        epochs, values = self._epochs, self._values
        line = items.line_px(_FONT)
        n_epochs = max(2, int((epochs.end_px - epochs.start_px) / (4 * line)))
        rows = self._value_ticks()
        columns = epoch_ticks(round(epochs.low), round(epochs.high), n_epochs, is_log=False)
        ys = [float(values.to_px(np.array(tick.value))) for tick in rows]
        xs = [float(epochs.to_px(np.array(tick.value))) for tick in columns]
        self._draw_picture(width, height, xs, ys)
        muted = palette.muted_text
        for tick, y in zip(rows, ys, strict=True):
            items.text(f"y {tick.label}", epochs.start_px - gap, y, tick.label, fill=muted, font=_FONT, anchor="e")
        for tick, x in zip(columns, xs, strict=True):
            items.text(f"x {tick.label}", x, values.start_px + gap, tick.label, fill=muted, font=_FONT, anchor="n")
        lower = values.start_px + gap + line
        middle = (epochs.start_px + epochs.end_px) / 2
        items.text("epoch", middle, lower, "epoch", fill=muted, font=_FONT, anchor="n")

    def _draw_picture(self, width: int, height: int, xs: list[float], ys: list[float]) -> None:
        palette, thickness = self._style.palette, self._style.px(0.5)
        drawn = []
        for place, curve in enumerate(self._curves):
            color = curve_colors(palette)[place]
            if len(curve.repeats) > 1:
                faint = _blend(color, palette.canvas, _FAINTNESS)
                drawn += [DrawnCurve(tuple(self._points(repeat)), faint, "", 1.0) for repeat in curve.repeats]
            drawn.append(DrawnCurve(tuple(self._points(curve.mean)), color, CURVE_MARKERS[place], thickness))
        box = (self._epochs.start_px, self._values.end_px, self._epochs.end_px, self._values.start_px)
        # Thin lines of all curves first, so that none of them crosses a mean.
        drawn.sort(key=lambda line: line.width_px)
        self._picture.show_image(curve_sheet((width, height), palette, drawn, xs, ys, box, 1.6 * thickness))

    def _draw_labels(self) -> None:
        items, gap, line = self._items, self._style.px(1), self._items.line_px("nnapp-bold")
        ends = [self._points(curve.mean)[-1] for curve in self._curves]
        top, bottom = self._values.end_px - line / 2, self._values.start_px + line / 2
        places = spread_labels([y for _, y in ends], line, top, bottom)
        for place, curve in enumerate(self._curves):
            color = curve_colors(self._style.palette)[place]
            x = self._epochs.end_px + 2 * gap
            text = f"no. {curve.number}"
            items.text(f"label {place}", x, places[place], text, fill=color, font="nnapp-bold", anchor="w")

    def _points(self, values: NDArray[np.float64]) -> list[tuple[float, float]]:
        """Return where the finite ones of the values after each epoch are."""
        epochs = np.arange(1, len(values) + 1, dtype=np.float64)
        is_known = np.isfinite(values)
        xs = self._epochs.to_px(epochs[is_known])
        ys = self._values.to_px(np.clip(values[is_known], self._values.low, self._values.high))
        return list(zip(xs.tolist(), ys.tolist(), strict=True))

    def _tip(self, x: int, y: int) -> str | None:
        """Return the values of the nearest point of a mean."""
        nearest: tuple[float, str] | None = None
        for curve in self._curves:
            mean = curve.mean
            epochs = np.flatnonzero(np.isfinite(mean))
            for epoch, (point_x, point_y) in zip(epochs, self._points(mean), strict=True):
                distance = max(abs(point_x - x), abs(point_y - y))
                if distance <= _REACH_PX and (nearest is None or distance < nearest[0]):
                    score = score_text(float(mean[epoch]), self._measure)
                    repeats = "" if len(curve.repeats) == 1 else f", mean of {len(curve.repeats)} repeats"
                    nearest = distance, f"no. {curve.number}, epoch {epoch + 1}: {score}{repeats}"
        return None if nearest is None else nearest[1]

    def _on_style_change(self) -> None:
        super()._on_style_change()
        self.configure(background=self._style.palette.canvas)


def _blend(color: str, ground: str, share: float) -> str:
    mixed = (round(a + share * (b - a)) for a, b in zip(rgb(color), rgb(ground), strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)

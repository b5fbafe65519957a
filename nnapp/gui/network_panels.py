"""Shows what happens inside the network: how active each layer is, and the weights into the answer."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnapp.display.neuron_wording import layer_name
from nnapp.display.nice_numbers import nice_ceiling
from nnapp.display.weighted_sum import short_number
from nnapp.display.wording import counted
from nnapp.engine.arrays import FloatArray
from nnapp.gui.activity_panel import ActivityPanel, Box
from nnapp.gui.bar_columns import column_at
from nnapp.gui.bar_rows import BarRow, draw_bar_rows
from nnapp.gui.style import Style

__all__ = ["LayerPanel", "WeightPanel"]

_EMPTY = "Draw a digit or choose an image."
_FONT = "nnapp-small"
_USUAL_NUMBER = "−0.00 ❘ 00.00"
_N_BINS = 30
"""Even, so that no bin has weights of both signs."""


class LayerPanel(ActivityPanel):
    """A row per layer with its mean activation as a bar and its maximum as a mark. Tk thread only."""

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        self._activations: tuple[FloatArray, ...] = ()
        super().__init__(parent, style, "activation: mean ▬ maximum ❘", _EMPTY)

    def show_activations(self, activations: Sequence[FloatArray]) -> None:
        """Show activations, one array (n_neurons,) per layer, inputs first; none for nothing."""
        self._activations = tuple(activations)
        self.request()

    def draw_content(self, box: Box) -> bool:
        if not self._activations:
            return False
        palette = self.style.palette
        means = [float(layer.mean()) for layer in self._activations]
        maxima = [float(layer.max()) for layer in self._activations]
        low, high = min(0.0, *means, *maxima), max(0.0, *means, *maxima)
        limit = nice_ceiling(max(high, -low)) if np.isfinite(high - low) and max(high, -low) > 0 else 1.0
        low, high = (-limit if low < 0 else 0.0), (limit if high > 0 else 0.0)

        def share(value: float) -> float:
            return min(max((value - low) / (high - low), 0.0), 1.0) if np.isfinite(value) else 1.0

        rows = []
        for number, (mean, maximum) in enumerate(zip(means, maxima, strict=True)):
            start, end = sorted((share(0.0), share(mean)))
            text = f"{short_number(mean)} ❘ {short_number(maximum)}"
            name = layer_name(number, len(means))
            rows.append(BarRow(name, text, start, end, palette.accent, is_strong=True, mark=share(maximum)))
        # Room for usual numbers is always kept, so that the bars hold still.
        widest = max([_USUAL_NUMBER, *(row.number for row in rows)], key=lambda text: self.items.measure(text, _FONT))
        draw_bar_rows(self.items, box, rows, palette, gap=self.style.px(1.5), widest_number=widest)
        return True


class WeightPanel(ActivityPanel):
    """A histogram of the weights into the output of the predicted class, zero in the middle. Tk thread only."""

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        self._weights: FloatArray | None = None
        self._class_name = ""
        self._counts: NDArray[np.int64] = np.zeros(_N_BINS, np.int64)
        self._limit = 1.0
        super().__init__(parent, style, "weights into the answer’s output", _EMPTY)

    def show_weights(self, weights: FloatArray | None, class_name: str) -> None:
        """Show the weights (n_inputs,) into the output of a class, or nothing."""
        self._weights, self._class_name = weights, class_name
        self.request()

    def draw_content(self, box: Box) -> bool:
        if self._weights is None:
            return False
        palette, items = self.style.palette, self.items
        weights = self._weights[np.isfinite(self._weights)]
        largest = float(np.abs(weights).max(initial=0))
        self._limit = nice_ceiling(largest) if largest > 0 else 1.0
        self._counts = np.histogram(weights, _N_BINS, (-self._limit, self._limit))[0]
        left, top, right, bottom = box
        line_px = items.line_px(_FONT)
        facts = f": {counted(len(weights), 'weight')}, mean {short_number(float(weights.mean()))}"
        # With little room the numbers stay; whose they are is said by the other views too.
        text = items.elided(self._class_name, right - left - items.measure(facts, _FONT), _FONT) + facts
        items.text("facts", left, top, items.elided(text, right - left, _FONT), fill=palette.text, font=_FONT)
        top, below = top + line_px + self.style.px(1), bottom - line_px
        edges = np.rint(np.linspace(left, right - 1, _N_BINS + 1)).astype(int).tolist()
        scale = (below - top) / max(int(self._counts.max()), 1)
        for number, count in enumerate(self._counts.tolist()):
            bar = (edges[number], below - round(count * scale), edges[number + 1] - 1, below)
            items.box(f"bar {number}", bar, fill=palette.negative if number < _N_BINS // 2 else palette.positive)
        zero = edges[_N_BINS // 2]
        items.line("base", (left, below, right, below), fill=palette.field_border)
        items.line("zero", (zero, top, zero, below + line_px // 4), fill=palette.text)
        items.text("zero name", zero, bottom, "0", fill=palette.text, font=_FONT, anchor="s")
        items.text("low", left, below, f"−{self._limit:g}", fill=palette.muted_text, font=_FONT)
        items.text("high", right, below, f"+{self._limit:g}", fill=palette.muted_text, font=_FONT, anchor="ne")
        return True

    def tip_at(self, x: int, y: int) -> str | None:
        place = column_at(x, 0, self.winfo_width(), _N_BINS)
        if self._weights is None or place is None:
            return None
        low, high = (self._limit * (2 * edge / _N_BINS - 1) for edge in (place, place + 1))
        return f"{short_number(low)} to {short_number(high)}: {counted(int(self._counts[place]), 'weight')}"

"""Shows the curves of training runs as a picture, drawn by matplotlib without a window.

The module does not touch Tk, so that any thread may import it and draw its first picture: finding its fonts
takes matplotlib seconds the first time it runs on a machine. matplotlib's own canvas for Tk is not used: it
draws whenever its size changes, takes the focus of the keyboard, and can leave an idle callback behind.

A picture is cheap as long as the axes hold still: the lines of the present run are drawn over a background of
everything else, which is kept.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from PIL import Image

from nnapp.display.decimation import decimate
from nnapp.display.loss_history import CURVES, Curve, LossHistory
from nnapp.display.palettes import Palette
from nnapp.display.plot_axis import PlotAxis, epoch_limits, value_limits
from nnapp.display.plot_look import PlotLook
from nnapp.gui.plot_frame import POINTS_PER_INCH, PlotFrame, plot_font

__all__ = ["LossPlot", "plot_file"]

_MARKERS = {"circle": ("o", 1.0), "square": ("s", 0.95), "triangle": ("^", 1.2)}  # with sizes that look alike
_LINE_WIDTH = 0.14  # this and what follows is relative to the height of the text
_THIN_LINE_WIDTH = 0.07
_MARKER_SIZE = 0.5
_MARKER_SPACING = 3.5
_DENSE_SPACING = 0.3
_EARLIER_ALPHA = 0.5
_FILE_SIZE_PX = (960, 600)
_FILE_FONT_PX = 14
_FILE_DPI = 2 * POINTS_PER_INCH


@dataclass(frozen=True)
class _Premises:
    """All that the background depends on. Earlier runs do not change, so that it is enough which they are."""

    look: PlotLook
    size_px: tuple[int, int]
    epochs: PlotAxis
    values: PlotAxis
    earlier: tuple[LossHistory, ...]


class LossPlot:
    """The plot of one run in front of earlier ones. Any thread, but one at a time.

    Parameters
    ----------
    has_legend : bool
        Whether the names of the curves stand above the plot.

    Attributes
    ----------
    figure : Figure
    """

    def __init__(self, *, has_legend: bool = False) -> None:
        self._frame = PlotFrame(has_legend=has_legend)
        self.figure = self._frame.figure
        self._axes = self._frame.axes
        # matplotlib does not say the types of its canvas.
        self._canvas: Any = FigureCanvasAgg(self.figure)
        self._has_legend = has_legend
        self._legend: Legend | None = None
        self._earlier_lines: list[Line2D] = []
        self._best_line = self._axes.axvline(1, linestyle=(0, (1, 3)))
        self._lines = {curve.field: self._add_line(curve) for curve in CURVES}
        (self._best_ring,) = self._axes.plot([], [], marker="o", markerfacecolor="none", linestyle="none")
        self._best_label = self._axes.text(0, 1, "", transform=self._axes.get_xaxis_transform(), va="bottom")
        self._foreground: list[Artist] = [self._best_line, *self._lines.values(), self._best_ring, self._best_label]
        for artist in self._foreground:
            artist.set_animated(True)
        self._premises: _Premises | None = None
        self._background: Any = None

    @property
    def epochs(self) -> PlotAxis:
        """The axis of epochs of the last picture, in pixels from its left edge."""
        return self._frame.epochs

    @property
    def values(self) -> PlotAxis:
        """The axis of values of the last picture, in pixels from its upper edge."""
        return self._frame.values

    def draw(
        self,
        look: PlotLook,
        size_px: tuple[int, int],
        run: LossHistory | None,
        earlier: Sequence[LossHistory] = (),
        *,
        log_epochs: bool = False,
    ) -> Image.Image:
        """Return the plot as a picture.

        Parameters
        ----------
        look : PlotLook
        size_px : tuple of int
            Width and height.
        run : LossHistory or None
            Drawn with markers and its best epoch.
        earlier : sequence of LossHistory
            Drawn as thin lines behind it. They may not change any more.
        log_epochs : bool
            Whether the axis of epochs is logarithmic.

        Returns
        -------
        Image
            RGB; independent of later pictures.
        """
        self.prepare(look, size_px, run, earlier, log_epochs=log_epochs)
        self._canvas.restore_region(self._background)
        for artist in self._foreground:
            artist.draw(self._canvas.get_renderer())
        return Image.fromarray(np.asarray(self._canvas.buffer_rgba())).convert("RGB")

    def prepare(
        self,
        look: PlotLook,
        size_px: tuple[int, int],
        run: LossHistory | None,
        earlier: Sequence[LossHistory],
        *,
        log_epochs: bool,
    ) -> None:
        """Lay the figure out without drawing the curves of `run`; arguments as for `draw`."""
        self._frame.place(look.font_px, size_px, *_limits(run, earlier), log_epochs=log_epochs)
        premises = _Premises(look, size_px, self.epochs, self.values, tuple(earlier))
        if premises != self._premises:
            self._frame.dress(look, size_px)
            self._dress_lines(look)
            self._replace_earlier(look, earlier)
            self._canvas.draw()
            self._background = self._canvas.copy_from_bbox(self.figure.bbox)
            self._premises = premises
        self._show_run(look, run)

    def _add_line(self, curve: Curve) -> Line2D:
        (line,) = self._axes.plot([], [], marker=_MARKERS[curve.marker][0], label=curve.label)
        return line

    def _dress_lines(self, look: PlotLook) -> None:
        font = look.font_px
        palette = look.palette
        for curve in CURVES:
            color = getattr(palette, curve.color)
            line = self._lines[curve.field]
            line.set(color=color, linewidth=_LINE_WIDTH * font, linestyle=_line_style(curve))
            line.set_markersize(_MARKER_SIZE * _MARKERS[curve.marker][1] * font)
            line.set(markeredgewidth=0.06 * font, markeredgecolor=palette.canvas)
        self._best_line.set(color=palette.muted_text, linewidth=_THIN_LINE_WIDTH * font)
        ring_size = 2.2 * _MARKER_SIZE * font
        self._best_ring.set(color=palette.text, markersize=ring_size, markeredgewidth=_LINE_WIDTH * font)
        self._best_label.set(color=palette.text, fontproperties=plot_font(look))
        if self._has_legend:
            self._place_legend(look)

    def _place_legend(self, look: PlotLook) -> None:
        if self._legend is not None:
            self._legend.remove()
        handles = list(self._lines.values())
        self._legend = self.figure.legend(
            handles=handles,
            loc="upper center",
            ncol=len(handles),
            frameon=False,
            prop=plot_font(look),
            handlelength=3.5,
        )
        for text in self._legend.get_texts():
            text.set_color(look.palette.text)

    def _replace_earlier(self, look: PlotLook, earlier: Sequence[LossHistory]) -> None:
        for line in self._earlier_lines:
            line.remove()
        self._earlier_lines = []
        for history in earlier:
            for curve in CURVES:
                epochs, drawn, _ = self._points(history, curve)
                line = Line2D(epochs, drawn, color=getattr(look.palette, curve.color), alpha=_EARLIER_ALPHA)
                line.set(linewidth=_THIN_LINE_WIDTH * look.font_px)
                self._earlier_lines.append(self._axes.add_line(line))

    def _show_run(self, look: PlotLook, run: LossHistory | None) -> None:
        """Move the lines and the mark of the best epoch to the points of `run`."""
        for number, curve in enumerate(CURVES):
            line = self._lines[curve.field]
            if run is None or not len(run):
                line.set_data([], [])
                continue
            epochs, drawn, positions = self._points(run, curve)
            line.set_data(epochs, drawn)
            # Where points are dense, dashes and noise together would be confetti; the markers tell lines apart.
            is_dense = len(positions) * _DENSE_SPACING * look.font_px > positions[-1] - positions[0] + look.font_px
            line.set_linestyle("solid" if is_dense else _line_style(curve))
            spacing = _MARKER_SPACING * look.font_px
            # Each curve has its markers at places of its own, so that they show where curves lie upon each other.
            line.set_markevery(_spaced(positions + number * spacing / len(CURVES), spacing))
        best = None if run is None else run.best_index
        for artist in (self._best_line, self._best_ring, self._best_label):
            artist.set_visible(best is not None)
        if run is not None and best is not None:
            self._show_best(look, run, best)

    def _show_best(self, look: PlotLook, run: LossHistory, best: int) -> None:
        epoch = float(run.epochs[best])
        error = max(float(run.column("validation_error")[best]), self.values.low)
        self._best_line.set_xdata([epoch, epoch])
        self._best_ring.set_data([epoch], [error])
        self._best_label.set_text(f"best, epoch {epoch:,.0f}")
        position = float(self.epochs.to_px(np.array(epoch)))
        half_width = 0.3 * look.font_px * len(self._best_label.get_text())
        alignment = "center"
        if position - half_width < self.epochs.start_px:
            alignment = "left"
        elif position + half_width > self.epochs.end_px:
            alignment = "right"
        self._best_label.set(x=epoch, y=1.01, horizontalalignment=alignment)

    def _points(
        self, history: LossHistory, curve: Curve
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return epochs, drawn values and horizontal positions of the points to draw of a curve."""
        values = history.column(curve.field)
        positions = self.epochs.to_px(history.epochs)
        drawn = np.where(np.isfinite(values), np.maximum(values, self.values.low), np.nan)
        chosen = decimate(positions, drawn)
        return history.epochs[chosen], drawn[chosen], positions[chosen]


def _limits(run: LossHistory | None, earlier: Sequence[LossHistory]) -> tuple[tuple[int, int], tuple[float, float]]:
    """Return the ends of both axes."""
    shown = [history for history in (*earlier, run) if history is not None and len(history)]
    first = int(min((history.epochs[0] for history in shown), default=1))
    last = int(max((history.epochs[-1] for history in shown), default=1))
    is_finished = run is None or run.is_finished
    curves = (history.column(curve.field) for history in shown for curve in CURVES)
    return epoch_limits(first, last, run.n_planned if run else 0, is_finished=is_finished), value_limits(curves)


def plot_file(
    file_format: Literal["png", "svg"],
    palette: Palette,
    font_family: str,
    run: LossHistory | None,
    earlier: Sequence[LossHistory],
    *,
    log_epochs: bool,
) -> bytes:
    """Return the content of a picture file of the plot, with a legend and of a size for a page. Any thread."""
    plot = LossPlot(has_legend=True)
    look = PlotLook(palette, font_family, _FILE_FONT_PX)
    plot.prepare(look, _FILE_SIZE_PX, run, earlier, log_epochs=log_epochs)
    stream = io.BytesIO()
    # No chance and no time of day make equal plots different files.
    with matplotlib.rc_context({"svg.hashsalt": "nnapp"}):
        metadata = {"Date": None} if file_format == "svg" else None
        plot.figure.savefig(stream, format=file_format, dpi=_FILE_DPI, metadata=metadata)
    return stream.getvalue()


def _line_style(curve: Curve) -> Any:
    return (0, curve.dashes) if curve.dashes else "solid"


def _spaced(positions: NDArray[np.float64], spacing_px: float) -> list[int]:
    """Return indices of points that are about `spacing_px` apart; `positions` never fall."""
    bins = np.floor(positions / spacing_px)
    return [int(index) for index in np.flatnonzero(np.diff(bins, prepend=-1))]

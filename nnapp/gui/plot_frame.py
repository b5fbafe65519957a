"""Shows the empty frame of a plot, drawn by matplotlib without a window: axes, ticks, grid and their names."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ticker import FixedFormatter, FixedLocator

from nnapp.display.plot_axis import PlotAxis, Tick, epoch_ticks, value_ticks
from nnapp.display.plot_look import PlotLook

__all__ = ["POINTS_PER_INCH", "PlotFrame", "plot_font"]

POINTS_PER_INCH = 72
"""Resolution of the figure: matplotlib's lengths are in points, so that a point is a pixel."""

_BUNDLED_FONT = "DejaVu Sans"
_MOST_VALUE_LABELS = 8
_AXIS_MARGIN = 0.5  # this and all other lengths are relative to the height of the text
_LEGEND_HEIGHT = 2.2
_SPINE_WIDTH = 0.08


class PlotFrame:
    """A figure with an axis of epochs and a logarithmic one of values. Any thread, but one at a time.

    Parameters
    ----------
    has_legend : bool
        Whether there is room above the plot for the names of the curves.

    Attributes
    ----------
    figure : Figure
    axes : Axes
    epochs, values : PlotAxis
        The axes in pixels from the upper left corner of the picture.
    """

    def __init__(self, *, has_legend: bool) -> None:
        self.epochs = PlotAxis(1, 2, 0, 1, is_log=False)
        self.values = PlotAxis(0.1, 1, 1, 0, is_log=True)
        self.figure = Figure(dpi=POINTS_PER_INCH)
        self.axes = self.figure.add_axes((0.1, 0.1, 0.8, 0.8))
        self.axes.set_yscale("log")
        self.axes.set_xlabel("epoch", labelpad=1)
        self._has_legend = has_legend

    def place(
        self,
        font_px: float,
        size_px: tuple[int, int],
        epoch_limits: tuple[int, int],
        value_limits: tuple[float, float],
        *,
        log_epochs: bool,
    ) -> None:
        """Set `epochs` and `values` so that the axes and their names fit a picture; draw nothing."""
        width, height = size_px
        margin = _AXIS_MARGIN * font_px
        left, right = 4.2 * font_px + margin, width - 1.8 * font_px - margin
        upper, lower = 1.8 * font_px + margin, height - 3.1 * font_px - margin
        if self._has_legend:
            upper += _LEGEND_HEIGHT * font_px
        # A window may be squeezed to nothing.
        right, lower = max(right, left + 1), max(lower, upper + 1)
        self.epochs = PlotAxis(*epoch_limits, left, right, log_epochs)
        self.values = PlotAxis(*value_limits, lower, upper, is_log=True)

    def dress(self, look: PlotLook, size_px: tuple[int, int]) -> None:
        """Give the figure its size, its axes as placed, and its colours and fonts."""
        width, height = size_px
        font = look.font_px
        palette = look.palette
        self.figure.set_size_inches(width / POINTS_PER_INCH, height / POINTS_PER_INCH)
        self.figure.set_facecolor(palette.canvas)
        axes = self.axes
        axes.set_facecolor(palette.canvas)
        epochs, values = self.epochs.widened(_AXIS_MARGIN * font), self.values.widened(_AXIS_MARGIN * font)
        plot_width, plot_height = epochs.end_px - epochs.start_px, values.start_px - values.end_px
        left, bottom = epochs.start_px, height - values.start_px
        axes.set_position((left / width, bottom / height, plot_width / width, plot_height / height))
        axes.set_xscale("log" if epochs.is_log else "linear")
        axes.set_xlim(epochs.low, epochs.high)
        axes.set_ylim(values.low, values.high)
        self._set_ticks(look)
        axes.xaxis.label.set(color=palette.muted_text, fontproperties=plot_font(look))
        for side, spine in axes.spines.items():
            spine.set_visible(side in ("left", "bottom"))
            spine.set(color=palette.field_border, linewidth=_SPINE_WIDTH * font)

    def _set_ticks(self, look: PlotLook) -> None:
        epochs, values = self.epochs, self.values
        n_epoch_labels = int((epochs.end_px - epochs.start_px) / (5 * look.font_px))
        n_value_labels = min(int((values.start_px - values.end_px) / (1.8 * look.font_px)), _MOST_VALUE_LABELS)
        first, last = round(epochs.low), round(epochs.high)
        _set_ticks(self.axes.xaxis, epoch_ticks(first, last, n_epoch_labels, is_log=epochs.is_log), look)
        _set_ticks(self.axes.yaxis, value_ticks(values.low, values.high, n_value_labels), look)


def plot_font(look: PlotLook) -> FontProperties:
    """Return the font of a look, or the one that comes with matplotlib if that is not found."""
    is_known = any(font.name == look.font_family for font in fontManager.ttflist)
    return FontProperties(family=look.font_family if is_known else _BUNDLED_FONT, size=look.font_px)


def _set_ticks(axis: Axis, ticks: Sequence[Tick], look: PlotLook) -> None:
    """Put labelled ticks with a grid line, and small ones without, on an axis."""
    labelled = [tick for tick in ticks if tick.label]
    axis.set_major_locator(FixedLocator([tick.value for tick in labelled]))
    axis.set_major_formatter(FixedFormatter([tick.label for tick in labelled]))
    axis.set_minor_locator(FixedLocator([tick.value for tick in ticks if not tick.label]))
    axis.set_minor_formatter(FixedFormatter([]))
    font = look.font_px
    palette = look.palette
    axis.set_tick_params(length=0.3 * font, width=_SPINE_WIDTH * font, color=palette.field_border, pad=0.3 * font)
    axis.set_tick_params(which="minor", length=0.2 * font, width=0.06 * font, color=palette.field_border)
    axis.set_tick_params(labelcolor=palette.muted_text)
    properties = plot_font(look)
    for tick in axis.get_major_ticks(len(labelled)):
        tick.label1.set_fontproperties(properties)
    axis.grid(True, color=palette.grid, linewidth=_SPINE_WIDTH * font)

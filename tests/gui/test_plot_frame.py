"""The frame of the plot: it fits the picture, and its ticks are at the values they name."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from nnapp.display.palettes import palette
from nnapp.display.plot_look import PlotLook
from nnapp.gui.plot_frame import PlotFrame, plot_font

LOOK = PlotLook(palette("light"), "DejaVu Sans", 12)


@pytest.mark.parametrize("log_epochs", [False, True])
def test_matplotlib_puts_values_where_the_axes_say(log_epochs: bool) -> None:
    frame = PlotFrame(has_legend=False)
    frame.place(12, (600, 260), (1, 100), (0.01, 1.0), log_epochs=log_epochs)
    frame.dress(LOOK, (600, 260))

    for epoch, value in ((1, 0.01), (10, 0.3), (100, 1.0)):
        x, from_below = frame.axes.transData.transform((epoch, value))
        assert x == pytest.approx(float(frame.epochs.to_px(np.array(float(epoch)))), abs=0.01)
        assert 260 - from_below == pytest.approx(float(frame.values.to_px(np.array(value))), abs=0.01)


@pytest.mark.parametrize("size", [(600, 330), (1100, 600), (380, 200)])
@pytest.mark.parametrize("font_px", [12, 18])
@pytest.mark.parametrize("limits", [((1, 2), (0.1, 1.0)), ((1, 100_000), (1e-8, 1e3))])
def test_all_names_are_inside_the_picture_and_apart(
    size: tuple[int, int], font_px: int, limits: tuple[tuple[int, int], tuple[float, float]]
) -> None:
    frame = PlotFrame(has_legend=False)
    frame.place(font_px, size, *limits, log_epochs=False)
    frame.dress(PlotLook(LOOK.palette, "DejaVu Sans", font_px), size)
    FigureCanvasAgg(frame.figure).draw()

    for axis in (frame.axes.xaxis, frame.axes.yaxis):
        boxes = [label.get_window_extent() for label in axis.get_ticklabels()]
        assert boxes
        for box in [*boxes, frame.axes.xaxis.label.get_window_extent()]:
            assert box.x0 >= 0
            assert box.x1 <= size[0]
            assert box.y0 >= -1
            assert box.y1 <= size[1]
        assert not any(one.overlaps(other) for one, other in pairwise(boxes))


def test_font_that_is_not_there_is_replaced() -> None:
    assert plot_font(LOOK).get_name() == "DejaVu Sans"
    assert plot_font(PlotLook(LOOK.palette, "No such font", 12)).get_name() == "DejaVu Sans"

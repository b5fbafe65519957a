"""The picture of the curves: what is where, in which colour, and that it is cheap."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from time import perf_counter

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from nnapp.display.loss_history import CURVES, LossHistory
from nnapp.display.palettes import palette, rgb
from nnapp.display.plot_look import PlotLook
from nnapp.engine.reports import EpochReport
from nnapp.gui.loss_plot import LossPlot, plot_file

SIZE = (600, 260)
LIGHT = PlotLook(palette("light"), "DejaVu Sans", 12)
DARK = PlotLook(palette("dark"), "DejaVu Sans", 12)
TRAINING, VALIDATION, ERROR = CURVES


@pytest.fixture
def plot() -> LossPlot:
    return LossPlot()


def report(epoch: int, n_epochs: int, *, best: int) -> EpochReport:
    """Return a report whose losses are 1 / epoch and 2 / epoch, and its error 0.5 / epoch."""
    return EpochReport(epoch, n_epochs, 1 / epoch, 2 / epoch, 0.5 / epoch, 0.001, epoch <= best, 1.0, 50_000.0)


def run_history(n_epochs: int, *, is_finished: bool = True, best: int = 0) -> LossHistory:
    """Return a run of `n_epochs`, the best of them `best` or the last."""
    history = LossHistory("run")
    for epoch in range(1, n_epochs + 1):
        history.append(report(epoch, n_epochs, best=best or n_epochs))
    history.is_finished = is_finished
    return history


def pixels_of(image: Image.Image, color: str, tolerance: int = 40) -> NDArray[np.bool_]:
    """Return where a picture has about a colour."""
    difference = np.abs(np.asarray(image).astype(int) - rgb(color))
    return difference.max(axis=2) < tolerance


def color_at(image: Image.Image, plot: LossPlot, epoch: float, value: float) -> NDArray[np.uint8]:
    """Return the 3×3 pixels around a point of the axes."""
    x, y = round(float(plot.epochs.to_px(np.array(epoch)))), round(float(plot.values.to_px(np.array(value))))
    return np.asarray(image)[y - 1 : y + 2, x - 1 : x + 2]


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_points_are_where_the_axes_say_in_their_colours(plot: LossPlot, look: PlotLook) -> None:
    image = plot.draw(look, SIZE, run_history(10, best=4))

    assert image.size == SIZE
    assert image.mode == "RGB"
    for curve, value in ((TRAINING, 1.0), (VALIDATION, 2.0), (ERROR, 0.5)):
        # Every curve has a marker at its first epoch.
        around = color_at(image, plot, 1, value)
        expected = rgb(getattr(look.palette, curve.color))
        assert np.abs(around.astype(int) - expected).max(axis=2).min() < 40, curve.label
    assert pixels_of(image, look.palette.canvas, 3).mean() > 0.7


def test_zero_is_drawn_at_the_floor_of_the_axis(plot: LossPlot) -> None:
    run = run_history(5)
    run.append(EpochReport(6, 6, 0.16, 0.33, 0.0, 0.001, True, 1.0, 1.0))
    run.is_finished = True

    image = plot.draw(LIGHT, SIZE, run)

    assert plot.values.low == 0.05  # of 0.1, the smallest that is not zero, a step down
    orange = pixels_of(image, LIGHT.palette.classification_error)
    x, y = round(float(plot.epochs.to_px(np.array(6.0)))), round(plot.values.start_px)
    assert orange[y - 3 : y + 4, x - 3 : x + 4].any()


def test_what_is_not_a_number_is_a_gap(plot: LossPlot) -> None:
    run = LossHistory("run")
    for epoch in range(1, 11):
        loss = float("nan") if epoch in (5, 6) else 0.5
        run.append(EpochReport(epoch, 10, loss, None, None, 0.001, False, 1.0, 1.0))
    image = plot.draw(LIGHT, SIZE, run)

    blue = pixels_of(image, LIGHT.palette.training_loss)
    columns = [round(float(plot.epochs.to_px(np.array(epoch)))) for epoch in (2.5, 4.5, 5.5, 6.5, 8.5)]
    assert [bool(blue[:, column].any()) for column in columns] == [True, False, False, False, True]
    assert not pixels_of(image, LIGHT.palette.validation_loss).any()


def test_best_epoch_is_marked_and_only_with_validation(plot: LossPlot) -> None:
    marked = plot.draw(LIGHT, SIZE, run_history(10, best=4))
    column = round(float(plot.epochs.to_px(np.array(4.0))))
    ring = pixels_of(marked, LIGHT.palette.text)
    y = round(float(plot.values.to_px(np.array(0.5 / 4))))
    assert ring[y - 9 : y + 10, column - 9 : column + 10].any()
    label = np.asarray(marked)[: round(plot.values.end_px) - 8]
    assert (label < 120).any()

    run = LossHistory("run")
    run.append(EpochReport(1, 1, 0.5, None, None, 0.001, False, 1.0, 1.0))
    unmarked = plot.draw(LIGHT, SIZE, run)
    assert not (np.asarray(unmarked)[: round(plot.values.end_px) - 8] < 120).any()


def test_earlier_runs_are_paler_and_behind(plot: LossPlot) -> None:
    alone = plot.draw(LIGHT, SIZE, run_history(10))
    earlier = run_history(10)
    for field in ("training_loss", "validation_loss", "validation_error"):
        earlier.column(field)[:] *= 1.3
    both = plot.draw(LIGHT, SIZE, run_history(10), [earlier])

    y_of = plot.values.to_px(np.array(1.3 / 8.5))
    x = round(float(plot.epochs.to_px(np.array(8.5))))
    strip = np.asarray(both)[round(float(y_of)) - 4 : round(float(y_of)) + 5, x]
    assert strip.min() < 235, "the thin line is there"
    full = pixels_of(both, LIGHT.palette.training_loss, 25).sum()
    assert full == pytest.approx(pixels_of(alone, LIGHT.palette.training_loss, 25).sum(), rel=0.3)


def test_switching_axes_of_long_runs_warns_of_nothing(plot: LossPlot) -> None:
    """On a linear axis of 1,000 epochs the margin reaches below zero, which a log axis cannot."""
    run = run_history(1000)
    plot.draw(LIGHT, SIZE, run, log_epochs=False)
    plot.draw(LIGHT, SIZE, run, log_epochs=True)
    middle = plot.epochs.to_px(np.array(10.0**1.5))
    assert float(middle) == pytest.approx((plot.epochs.start_px + plot.epochs.end_px) / 2)
    plot.draw(LIGHT, SIZE, run, log_epochs=False)


@pytest.mark.parametrize("size", [(1, 1), (30, 600), (600, 30), (2000, 40)])
def test_any_size_can_be_drawn(plot: LossPlot, size: tuple[int, int]) -> None:
    assert plot.draw(LIGHT, size, run_history(3), [run_history(5)]).size == size


@pytest.mark.parametrize("n_epochs", [1, 2, 25, 1000])
def test_kept_background_gives_the_same_picture(n_epochs: int) -> None:
    """Drawing epoch by epoch over the background must show what one drawing of all shows."""
    run = run_history(n_epochs, is_finished=False)
    growing, plot = LossHistory("run"), LossPlot()
    for epoch in range(n_epochs):
        growing.append(report(epoch + 1, n_epochs, best=n_epochs))
        if epoch % 97 == 0 or epoch >= n_epochs - 3:
            stepwise = plot.draw(LIGHT, SIZE, growing)

    assert (np.asarray(stepwise) == np.asarray(LossPlot().draw(LIGHT, SIZE, run))).all()


def test_changes_of_look_and_runs_are_taken_in(plot: LossPlot) -> None:
    run, earlier = run_history(10), run_history(10)
    light = plot.draw(LIGHT, SIZE, run, [earlier])

    dark = plot.draw(DARK, SIZE, run, [earlier])
    assert tuple(np.asarray(dark)[5, 5]) == rgb(DARK.palette.canvas)
    large = plot.draw(PlotLook(LIGHT.palette, "DejaVu Sans", 18), SIZE, run, [earlier])
    assert (np.asarray(large) != np.asarray(light)).any()
    assert (np.asarray(plot.draw(LIGHT, SIZE, run, [earlier])) == np.asarray(light)).all()


def test_a_hundred_thousand_epochs_draw_in_little_more_time_than_a_thousand() -> None:
    long_run = LossHistory("long")
    same = report(1, 100_000, best=1)
    for epoch in range(1, 100_001):
        object.__setattr__(same, "epoch", epoch)  # making so many reports takes longer than the rest
        long_run.append(same)
    noise = np.random.default_rng(0).lognormal(size=100_000)
    for curve in CURVES:
        long_run.column(curve.field)[:] = noise

    def seconds(run: LossHistory) -> float:
        plot, times = LossPlot(), []
        for _ in range(5):
            start = perf_counter()
            plot.draw(LIGHT, SIZE, run)
            times.append(perf_counter() - start)
        return min(times)

    assert seconds(long_run) < 20 * seconds(run_history(1000)) + 0.05


def test_files_have_all_curves_and_a_legend() -> None:
    run, earlier = run_history(10, best=4), run_history(12)
    content = plot_file("png", LIGHT.palette, "DejaVu Sans", run, [earlier], log_epochs=False)
    image = Image.open(io.BytesIO(content)).convert("RGB")

    assert image.size == (1920, 1200)
    for curve in CURVES:
        color = getattr(LIGHT.palette, curve.color)
        assert pixels_of(image, color).sum() > 500
        assert pixels_of(image.crop((0, 0, 1920, 70)), color).any(), "the legend is over the plot"


def test_svg_is_a_drawing_and_the_same_each_time() -> None:
    contents = {plot_file("svg", LIGHT.palette, "DejaVu Sans", run_history(10), [], log_epochs=True) for _ in range(2)}

    assert len(contents) == 1
    root = ET.fromstring(contents.pop())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    text = ET.tostring(root, encoding="unicode")
    for curve in CURVES:
        assert getattr(LIGHT.palette, curve.color) in text
    assert "<image" not in text


def test_unknown_font_is_replaced_without_a_word(capfd: pytest.CaptureFixture[str], plot: LossPlot) -> None:
    plot.draw(PlotLook(LIGHT.palette, "No such font", 12), SIZE, run_history(3))

    assert capfd.readouterr() == ("", "")

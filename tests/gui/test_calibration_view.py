"""The reliability diagram: where its bars end, what is said about them, and both looks."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

import numpy as np
import pytest
from support.tooltips import shown_tip

from nnapp.engine.evaluation import Evaluation
from nnapp.gui.calibration_view import CalibrationView
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]

# Two classes, all answers 0. Bin 7 of 15, (46.7, 53.3 %]: one of two right, 50 % sure; the last: all three, 95 % sure.
LABELS = np.array([0, 1, 0, 0, 0])
PROBABILITIES = np.array([[0.5, 0.5], [0.5, 0.5], [0.95, 0.05], [0.95, 0.05], [0.95, 0.05]])
EVALUATION = Evaluation(0.1, LABELS, np.zeros(5, np.int64), PROBABILITIES)


@pytest.fixture
def view(root: tk.Tk, style: Style) -> CalibrationView:
    root.geometry("420x480")
    view = CalibrationView(root, style)
    view.pack(fill="both", expand=True)
    root.update()
    return view


def shown(view: CalibrationView, wait_until: WaitUntil, evaluation: Evaluation = EVALUATION) -> None:
    view.show_evaluation(evaluation, "A set, 5 test images")
    wait_until(lambda: view.chart.bar_box(14) is not None)
    for _ in range(3):
        view.update()


def test_bars_end_at_accuracy_and_lines_stand_at_confidence(view: CalibrationView, wait_until: WaitUntil) -> None:
    shown(view, wait_until)
    left, top, right, bottom = view.chart.plot_box
    for place, accuracy, confidence in ((7, 0.5, 0.5), (14, 1.0, 0.95)):
        bar, line = view.chart.bar_box(place), view.chart.confidence_line(place)
        assert bar is not None
        assert line is not None
        assert bar[1] == pytest.approx(bottom - accuracy * (bottom - top), abs=1.5)
        assert line[1] == line[3] == pytest.approx(bottom - confidence * (bottom - top), abs=1.5)
        # Each bin is a fifteenth of the width, and its bar within it.
        assert left + place * (right - left) / 15 - 1 <= bar[0] < bar[2] <= left + (place + 1) * (right - left) / 15 + 1
    assert [place for place in range(15) if view.chart.bar_box(place) is not None] == [7, 14]


def test_error_is_said_with_and_without_the_temperature(view: CalibrationView, wait_until: WaitUntil) -> None:
    shown(view, wait_until)
    # 3/5 · |1 − 0.95| + 2/5 · |½ − ½| = 3 %
    assert view.read_summary() == "Expected calibration error 3.00 %."
    assert (view.read_title(), view.read_sentence()) == ("A set, 5 test images", "")
    before = np.array([[0.5, 0.5], [0.5, 0.5], *[[0.75, 0.25]] * 3])  # 3/5 · ¼ = 15 %
    warm = Evaluation(0.1, LABELS, np.zeros(5, np.int64), PROBABILITIES, 0.37, before)
    view.show_evaluation(warm, "A set")
    assert view.read_summary() == "Expected calibration error 3.00 % at temperature 0.37, 15.00 % without."


def test_nothing_is_shown_before_and_after(view: CalibrationView, wait_until: WaitUntil) -> None:
    assert "Not evaluated yet" in view.read_sentence()
    assert not view.chart.winfo_ismapped()
    shown(view, wait_until)
    assert view.chart.winfo_ismapped()
    view.show_empty("Choose Evaluate.")
    view.update()
    assert (view.read_sentence(), view.read_summary(), view.read_title()) == ("Choose Evaluate.", "", "")
    assert not view.chart.winfo_ismapped()
    assert view.chart.bar_box(14) is None


def test_bins_are_told_under_the_pointer(
    view: CalibrationView, root: tk.Tk, xdo: object, wait_until: WaitUntil
) -> None:
    shown(view, wait_until)
    left, top, right, bottom = view.chart.plot_box
    for place, words in ((14, "3 images\nmean confidence 95.0 %, 100 % right"), (3, "no images")):
        x = round(left + (place + 0.5) * (right - left) / 15)
        xdo.move(view.chart, x, (top + bottom) // 2)  # type: ignore[attr-defined]  # of the conftest
        wait_until(lambda words=words: shown_tip(root).endswith(words))
    assert shown_tip(root) == "confidence 20.0 to 26.7 %: no images"


def is_inside(chart: tk.Canvas) -> bool:
    seen = [chart.bbox(item) for item in chart.find_all() if chart.itemcget(item, "state") != "hidden"]
    width, height = chart.winfo_width(), chart.winfo_height()
    return all(box[0] >= -1 and box[2] <= width + 1 and box[3] <= height + 1 for box in seen)


@pytest.mark.parametrize("size", ["220x300", "250x420", "700x500"])
def test_everything_is_inside_at_any_size_and_in_both_looks(
    view: CalibrationView, root: tk.Tk, style: Style, wait_until: WaitUntil, size: str
) -> None:
    root.geometry(size)
    view.show_evaluation(EVALUATION, "A set")
    for theme in ("light", "dark"):
        style.apply(theme=theme)
        assert view.chart.cget("background") == style.palette.background
        wait_until(lambda: is_inside(view.chart))


def test_lines_stay_in_front_of_bars_that_come_later(view: CalibrationView, wait_until: WaitUntil) -> None:
    shown(view, wait_until)
    later = Evaluation(0.1, LABELS[:1], np.zeros(1, np.int64), np.array([[0.75, 0.25]]))
    view.show_evaluation(later, "Another")
    wait_until(lambda: view.chart.confidence_line(11) is not None)
    items = view.chart._items._items
    order = view.chart.find_all()
    last_bar = max(order.index(items[f"bar {place}"].number) for place in range(15))
    assert last_bar < order.index(items["diagonal"].number) < order.index(items["confidence 11"].number)

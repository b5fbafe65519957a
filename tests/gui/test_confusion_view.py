from __future__ import annotations

import csv
import time
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import ttk
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nnapp.display.palettes import palette, rgb
from nnapp.engine.evaluation import Evaluation
from nnapp.errors import DataError, StorageError
from nnapp.gui.confusion_view import ConfusionView
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
NAMES = ["no", "yes", "も"]

# Class 0: 3 right, 1 taken for 1. Class 1: 2 right. Class 2: 1 taken for 0.
EVALUATION = Evaluation(
    0.0712,
    labels=np.array([0, 0, 0, 0, 1, 1, 2]),
    predictions=np.array([0, 0, 0, 1, 1, 1, 0]),
    probabilities=np.full((7, 3), 1 / 3),
)


def make_view(root: tk.Tk, style: Style) -> ConfusionView:
    root.geometry("430x520")
    view = ConfusionView(root, style, lambda actual, predicted: None)
    view.pack(fill="both", expand=True)
    root.update()
    return view


def texts(widget: tk.Misc) -> list[str]:
    """Return what the labels of a view and the items of its canvas say."""
    found: list[str] = []
    for child in widget.winfo_children():
        if isinstance(child, ttk.Label):
            found.append(str(child.cget("text")))
        elif isinstance(child, tk.Canvas):
            found += [child.itemcget(item, "text") for item in child.find_all() if child.type(item) == "text"]
        found += texts(child)
    return [text for text in found if text]


def by_row_button(view: ConfusionView) -> ttk.Checkbutton:
    return next(child for child in view.winfo_children() if isinstance(child, ttk.Checkbutton))


def test_the_start_says_what_to_do(root: tk.Tk, style: Style) -> None:
    view = make_view(root, style)

    assert texts(view) == ["Not evaluated yet. Train or load a network, then choose Evaluate."]
    assert by_row_button(view).instate(["disabled"])
    assert view.evaluation is None


def test_title_counts_accuracy_and_loss_are_shown(root: tk.Tk, style: Style) -> None:
    view = make_view(root, style)
    view.show_evaluation(EVALUATION, NAMES, "A set, 7 images")

    shown = texts(view)
    assert view.evaluation is EVALUATION
    # Five of seven are right.
    assert {"A set, 7 images", "accuracy 71.43 %, loss 0.0712", "actual", "predicted", *NAMES} <= set(shown)
    # Counts of the cells; recall 75, 100, 0; precision 3 of 4, 2 of 3, none.
    assert sorted(text for text in shown if text.isdigit() and len(text) == 1) == ["0", "1", "1", "2", "3"]
    assert [shown.count(text) for text in ("75.0", "100", "66.7", "–")] == [2, 1, 1, 1]


def test_switch_writes_percentages_of_the_row(root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil) -> None:
    view = make_view(root, style)
    view.show_evaluation(EVALUATION, NAMES, "A set")
    before = texts(view)

    xdo.click(by_row_button(view))
    wait_until(lambda: "25.0" in texts(view))
    assert view.read_by_row()
    # Class 0: 75 and 25 %, class 1: 100 %, class 2: 100 % taken for class 0.
    assert [texts(view).count(text) - before.count(text) for text in ("75.0", "25.0", "100")] == [1, 1, 2]

    xdo.key("space")
    wait_until(lambda: texts(view) == before)


def test_showing_nothing_again_forgets_the_evaluation(root: tk.Tk, style: Style, tmp_path: Path) -> None:
    view = make_view(root, style)
    view.show_evaluation(EVALUATION, NAMES, "A set")

    view.show_empty("Evaluate the new network.")

    assert texts(view) == ["Evaluate the new network."]
    for export in (view.export_csv, view.export_png):
        with pytest.raises(DataError, match="evaluate a network first"):
            export(tmp_path / "matrix")
    assert list(tmp_path.iterdir()) == []


def test_csv_has_the_counts(root: tk.Tk, style: Style, tmp_path: Path) -> None:
    view = make_view(root, style)
    view.show_evaluation(EVALUATION, NAMES, "A set")
    view.show_by_row(True)

    view.export_csv(tmp_path / "matrix.csv")

    with open(tmp_path / "matrix.csv", encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["actual \\ predicted", "no", "yes", "も"],
            ["no", "3", "1", "0"],
            ["yes", "0", "2", "0"],
            ["も", "1", "0", "0"],
        ]


def test_png_is_light_large_and_in_the_colors_chosen(root: tk.Tk, style: Style, tmp_path: Path) -> None:
    style.apply(theme="dark", colors="colour-blind")
    view = make_view(root, style)
    view.show_evaluation(EVALUATION, NAMES, "A set")

    view.export_png(tmp_path / "matrix.png")

    with Image.open(tmp_path / "matrix.png") as image:
        pixels = np.asarray(image)
    assert image.format == "PNG"
    assert image.width >= 1900
    assert round(image.info["dpi"][0]) == 300
    colors = palette("light", "colour-blind")
    assert (pixels[0, 0] == rgb(colors.canvas)).all()
    # Class 1 is always right, class 2 always taken for another one: one cell of each full colour.
    for color in (colors.positive, colors.negative):
        assert 0.05 < (pixels == rgb(color)).all(axis=2).mean() < 0.11


def test_a_folder_that_is_missing_is_told_and_nothing_is_written(root: tk.Tk, style: Style, tmp_path: Path) -> None:
    view = make_view(root, style)
    view.show_evaluation(EVALUATION, NAMES, "A set")

    for export in (view.export_csv, view.export_png):
        with pytest.raises(StorageError, match="does not exist"):
            export(tmp_path / "no-folder" / "matrix")


def test_a_new_evaluation_is_on_the_screen_at_once(root: tk.Tk, style: Style) -> None:
    view = make_view(root, style)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 10_000)
    predictions = np.where(rng.random(10_000) < 0.95, labels, rng.integers(0, 10, 10_000))
    names = [str(digit) for digit in range(10)]
    durations_s = []
    for _ in range(7):
        # A new one each time, so that its matrix is counted anew as well.
        evaluation = Evaluation(0.1, labels, predictions, np.eye(10)[predictions])
        started = time.perf_counter()
        view.show_evaluation(evaluation, names, "A set")
        root.update_idletasks()
        durations_s.append(time.perf_counter() - started)

    # 15 ms is what a busy window can spare; the best of several leaves out what else the machine does.
    assert min(durations_s) < 0.015

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from nnapp.display.confusion_export import confusion_csv, confusion_page
from nnapp.display.palettes import palette, rgb
from nnapp.engine.evaluation import ConfusionMatrix, Evaluation

LABELS = np.array([0, 0, 0, 1, 1])
PREDICTIONS = np.array([0, 0, 1, 1, 1])


def evaluation_of(labels: np.ndarray, predictions: np.ndarray, n_classes: int) -> Evaluation:
    return Evaluation(0.25, labels, predictions, np.eye(n_classes)[predictions])


def test_csv_has_a_header_and_a_row_per_actual_class() -> None:
    confusion = ConfusionMatrix(LABELS, PREDICTIONS, 2)

    # Two of class 0 were recognised, one taken for 1; both of class 1 recognised.
    assert confusion_csv(confusion, ["no", "yes"]) == "actual \\ predicted,no,yes\r\nno,2,1\r\nyes,0,2\r\n"


def test_csv_quotes_names_with_commas() -> None:
    table = confusion_csv(ConfusionMatrix(LABELS, PREDICTIONS, 2), ['5" disk, empty', "を"])

    assert list(csv.reader(io.StringIO(table))) == [
        ["actual \\ predicted", '5" disk, empty', "を"],
        ['5" disk, empty', "2", "1"],
        ["を", "0", "2"],
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_is_large_and_its_cells_have_their_colors(theme: str) -> None:
    colors = palette(theme)  # type: ignore[arg-type]  # one of THEMES
    always_right = evaluation_of(np.array([0, 1]), np.array([0, 1]), 2)
    always_wrong = evaluation_of(np.array([0, 1]), np.array([1, 0]), 2)

    for evaluation, cell_color in ((always_right, colors.positive), (always_wrong, colors.negative)):
        page = confusion_page(evaluation, ["no", "yes"], "MNIST test set", colors)
        pixels = np.asarray(page)
        in_color = (pixels == rgb(cell_color)).all(axis=2)
        rows, columns = np.flatnonzero(in_color.any(axis=1)), np.flatnonzero(in_color.any(axis=0))

        assert 1950 <= page.width <= 2000
        side = columns[-1] - columns[0] + 1
        assert side > 0.75 * page.width
        assert rows[-1] - rows[0] + 1 == side
        # Two of the four cells are full, but for their numbers.
        assert 0.45 * side**2 < in_color.sum() < 0.5 * side**2


def test_page_writes_titles_names_and_counts() -> None:
    evaluation = evaluation_of(LABELS, PREDICTIONS, 2)

    def dark_pixels(names: list[str], title: str) -> int:
        page = np.asarray(confusion_page(evaluation, names, title, palette("light")))
        return int((page.max(axis=2) < 100).sum())

    # More is written where there is more to write; nothing else changes.
    assert dark_pixels(["no", "yes"], "") < dark_pixels(["no", "yes"], "MNIST test set")
    assert dark_pixels(["i", "i"], "") < dark_pixels(["mmmm", "mmmm"], "")


@pytest.mark.parametrize("n_classes", [2, 10, 62])
def test_page_copes_with_long_names_and_many_classes(n_classes: int) -> None:
    labels = np.arange(n_classes)
    names = [f"an uncommonly long name {label}" for label in labels]

    page = confusion_page(evaluation_of(labels, labels, n_classes), names, "title " * 60, palette("light"), by_row=True)

    assert page.width <= 2000
    edge = np.concatenate([np.asarray(page)[:, 0], np.asarray(page)[:, -1]])
    assert (edge == rgb(palette("light").canvas)).all(), "nothing is cut off at the edges"

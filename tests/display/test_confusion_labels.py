from __future__ import annotations

from math import nan

import numpy as np
import pytest

from nnapp.display.confusion_labels import TextMark, cell_marks, edge_marks, format_percent, summary_line
from nnapp.display.confusion_layout import ConfusionLayout, arrange
from nnapp.display.confusion_picture import cell_colors
from nnapp.display.palettes import palette
from nnapp.engine.evaluation import ConfusionMatrix, Evaluation

PALETTE = palette("light")
NAMES = ["cat", "dog", "cow"]

# Actual 0: 6 right, 3 taken for 1, 1 for 2. Actual 1: 4 right. Actual 2: none at all.
ACTUAL = np.array([0] * 10 + [1] * 4)
PREDICTED = np.array([0] * 6 + [1] * 3 + [2] + [1] * 4)
CONFUSION = ConfusionMatrix(ACTUAL, PREDICTED, 3)


def measure(text: str, size_px: int) -> float:
    return 0.6 * size_px * len(text)


def layout_of(side: int, names: list[str]) -> ConfusionLayout:
    return arrange(side, side, names, 13, measure)


def cell_texts(marks: list[TextMark], layout: ConfusionLayout) -> dict[tuple[int, int], str]:
    """Return the texts by the cells in whose middle they are."""
    found = {}
    for mark in marks:
        row, column = layout.row_at(mark.y), layout.column_at(mark.x)
        assert row is not None
        assert column is not None
        left, top, right, bottom = layout.cell_box(row, column)
        assert (mark.x, mark.y, mark.anchor) == ((left + right) / 2, (top + bottom) / 2, "center")
        found[row, column] = mark.text
    return found


@pytest.mark.parametrize(
    ("share", "decimals", "expected"),
    [
        (0.0, 1, "0"),
        (1.0, 1, "100"),
        (0.5, 1, "50.0"),
        (0.9784, 2, "97.84"),
        (0.9999, 1, "99.9"),  # not 100.0: something is wrong
        (0.99996, 2, "99.99"),
        (0.0004, 1, "<0.1"),
        (0.0005, 1, "0.1"),
        (0.004, 0, "<1"),
        (0.006, 0, "1"),
        (0.996, 0, "99"),
        (nan, 1, "–"),
    ],
)
def test_percent_is_100_and_0_only_for_all_and_nothing(share: float, decimals: int, expected: str) -> None:
    assert format_percent(share, decimals) == expected


def test_summary_says_accuracy_and_loss() -> None:
    evaluation = Evaluation(0.07123456, ACTUAL, PREDICTED, np.zeros((14, 3)))

    # 10 of 14 are right.
    assert summary_line(evaluation) == "accuracy 71.43 %, loss 0.07123"


def test_counts_are_written_in_the_middle_of_the_cells_that_hold_images() -> None:
    layout = layout_of(300, NAMES)
    marks = cell_marks(layout, CONFUSION.counts, cell_colors(CONFUSION.counts, PALETTE), measure, by_row=False)

    assert cell_texts(marks, layout) == {(0, 0): "6", (0, 1): "3", (0, 2): "1", (1, 1): "4"}


def test_by_row_the_cells_say_per_cent_of_their_row() -> None:
    layout = layout_of(300, NAMES)
    marks = cell_marks(layout, CONFUSION.counts, cell_colors(CONFUSION.counts, PALETTE), measure, by_row=True)

    assert cell_texts(marks, layout) == {(0, 0): "60.0", (0, 1): "30.0", (0, 2): "10.0", (1, 1): "100"}


def test_percentages_lose_their_decimal_before_they_are_left_out() -> None:
    names = [str(digit) for digit in range(10)]
    counts = np.full((10, 10), 10)
    colors = cell_colors(counts, PALETTE)

    def first_text(side: int) -> str | None:
        marks = cell_marks(layout_of(side, names), counts, colors, measure, by_row=True)
        return marks[0].text if marks else None

    assert [first_text(side) for side in (430, 280, 120)] == ["10.0", "10", None]


@pytest.mark.parametrize("side", [150, 200, 300, 430, 700, 1200])
@pytest.mark.parametrize("largest", [7, 980, 60_000])
def test_numbers_fit_into_their_cells_or_are_all_left_out(side: int, largest: int) -> None:
    names = [str(digit) for digit in range(10)]
    counts = np.full((10, 10), largest)
    layout = layout_of(side, names)

    marks = cell_marks(layout, counts, cell_colors(counts, PALETTE), measure, by_row=False)

    assert len(marks) in (0, 100)
    for mark in marks:
        assert measure(mark.text, mark.size_px) < layout.cell
        assert 8 <= mark.size_px < layout.cell


def test_a_matrix_without_images_has_no_numbers() -> None:
    counts = np.zeros((3, 3), np.int64)

    assert cell_marks(layout_of(300, NAMES), counts, cell_colors(counts, PALETTE), measure, by_row=False) == []


def test_edges_say_axes_names_recall_and_precision() -> None:
    layout = layout_of(300, NAMES)
    marks = edge_marks(layout, CONFUSION, PALETTE)

    assert [mark.text for mark in marks if not mark.name][:4] == ["predicted", "actual", "precision, %", "recall, %"]
    shares = [mark for mark in marks if mark.text[0] in "0123456789–"]
    end = layout.left + layout.size
    beside = {layout.row_at(mark.y): mark.text for mark in shares if mark.x > end}
    below = {layout.column_at(mark.x): mark.text for mark in shares if mark.x < end}
    # Recall: 6 of 10, 4 of 4, none of none. Precision: 6 of 6, 4 of 7, 0 of 1.
    assert beside == {0: "60.0", 1: "100", 2: "–"}
    assert below == {0: "100", 1: "57.1", 2: "0"}


def test_names_stand_beside_their_rows_and_above_their_columns() -> None:
    layout = layout_of(300, NAMES)
    named = {mark.name: mark for mark in edge_marks(layout, CONFUSION, PALETTE) if mark.name}

    assert set(named) == {f"{axis} {label}" for axis in ("row", "column") for label in range(3)}
    for label, name in enumerate(NAMES):
        row, column = named[f"row {label}"], named[f"column {label}"]
        assert (row.text, column.text) == (name, name)
        assert layout.row_at(row.y) == layout.column_at(column.x) == label
        assert row.x < layout.left
        assert column.y < layout.top


def test_edges_of_a_crowded_matrix_leave_out_what_does_not_fit() -> None:
    names = [chr(ord("A") + place) for place in range(60)]
    layout = layout_of(300, names)
    confusion = ConfusionMatrix(np.arange(60), np.arange(60), 60)

    texts = [mark.text for mark in edge_marks(layout, confusion, PALETTE)]

    assert "recall, %" not in texts
    assert "100" not in texts
    assert texts.count("A") == 2
    assert texts.count("B") == 0

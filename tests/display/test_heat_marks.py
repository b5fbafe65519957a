"""What is written in and around a heat map."""

from __future__ import annotations

import numpy as np

from nnapp.display.heat_layout import arrange_heat
from nnapp.display.heat_marks import heat_cell_marks, heat_edge_marks
from nnapp.display.palettes import palette


def measure(text: str, size_px: int) -> float:
    return 0.5 * size_px * len(text)


COLORS = np.array([[[255, 255, 255], [0, 0, 0]]], np.uint8)
SCORES = np.array([[0.0123, np.nan]])
WRITERS = [lambda score: f"{100 * score:.2f} %", lambda score: f"{100 * score:.0f}"]


def test_numbers_stand_in_the_middle_of_known_cells_in_readable_ink() -> None:
    layout = arrange_heat((300, 100), ["a"], ["b", "c"], 10, measure)
    (mark,) = heat_cell_marks(layout, SCORES, COLORS, WRITERS, 10, measure)

    left, top, right, bottom = layout.cell_box(0, 0)
    assert (mark.text, mark.x, mark.y) == ("1.23 %", (left + right) / 2, (top + bottom) / 2)
    assert mark.color == "#000000"  # on white


def test_numbers_get_shorter_and_go_where_there_is_no_room() -> None:
    narrow = arrange_heat((85, 100), ["a"], ["b", "c"], 10, measure)
    assert 11 <= narrow.cell_width < 36
    assert [mark.text for mark in heat_cell_marks(narrow, SCORES, COLORS, WRITERS, 10, measure)] == ["1"]
    tiny = arrange_heat((42, 100), ["a"], ["b", "c"], 10, measure)
    assert heat_cell_marks(tiny, SCORES, COLORS, WRITERS, 10, measure) == []
    low = arrange_heat((300, 45), ["a"], ["b", "c"], 10, measure)
    assert low.cell_height < 13
    assert heat_cell_marks(low, SCORES, COLORS, WRITERS, 10, measure) == []


def test_edges_have_values_and_names() -> None:
    light = palette("light")
    layout = arrange_heat((300, 100), ["32"], ["0.1", "0.2"], 10, measure)
    marks = {mark.text: mark for mark in heat_edge_marks(layout, "Hidden", "Rate", 10, light)}

    assert list(marks) == ["32", "0.1", "0.2", "Rate", "Hidden"]
    assert marks["Hidden"].is_upright
    assert marks["32"].x < layout.left
    assert marks["0.1"].y > layout.top + layout.height
    assert marks["Rate"].y > marks["0.1"].y
    upright = arrange_heat((100, 200), ["32"], ["0.1000001", "0.2"], 10, measure)
    assert all(mark.is_upright for mark in heat_edge_marks(upright, "", "Rate", 10, light) if mark.name[:3] == "col")
    assert "" not in [mark.text for mark in heat_edge_marks(upright, "", "Rate", 10, light)]

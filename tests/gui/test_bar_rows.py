"""Rows: bars as long as their shares, marks, and texts that give way where there are many rows."""

from __future__ import annotations

import tkinter as tk
from math import ceil

import pytest

from nnapp.gui.bar_rows import BarRow, draw_bar_rows
from nnapp.gui.canvas_items import CanvasItems
from nnapp.gui.style import Style


def draw(root: tk.Tk, style: Style, rows: list[BarRow], size: tuple[int, int] = (300, 100)) -> CanvasItems:
    items = CanvasItems(tk.Canvas(root))
    with items.drawing():
        draw_bar_rows(items, (0, 0, *size), rows, style.palette, gap=8, widest_number="0.00")
    return items


def test_bars_are_as_long_as_their_shares(root: tk.Tk, style: Style) -> None:
    rows = [
        BarRow("a", "0.50", 0, 0.5, "#ff0000", is_strong=True),
        BarRow("bb", "1.00", 0.25, 1, "#00ff00", mark=0.5),
    ]
    items = draw(root, style, rows)

    left = items.measure("bb", "nnapp-small") + 8
    right = 300 - items.measure("0.00", "nnapp-small") - 8
    first, second, mark = (items.read_box(name) for name in ("bar 0", "bar 1", "mark 1"))
    assert first is not None
    assert second is not None
    assert mark is not None
    assert first[0::2] == pytest.approx((left, (left + right) / 2), abs=1)
    assert second[0::2] == pytest.approx((left + (right - left) / 4, right), abs=1)
    assert mark[0] == mark[2] == pytest.approx((left + right) / 2, abs=1)
    assert (first[1] + first[3]) / 2 == 25
    assert (second[1] + second[3]) / 2 == 75
    assert [items.read_text(name) for name in ("name 0", "number 0", "name 1", "number 1")] == [
        "a", "0.50", "bb", "1.00",
    ]  # fmt: skip
    assert items.read_fill("name 0") == style.palette.text
    assert items.read_fill("name 1") == style.palette.muted_text


def test_many_rows_have_bars_but_only_some_texts(root: tk.Tk, style: Style) -> None:
    rows = [BarRow(str(place), "1.00", 0, 1, "#ff0000", is_strong=place == 7) for place in range(40)]
    items = draw(root, style, rows)

    assert all(items.read_box(f"bar {place}") for place in range(40))
    named = [place for place in range(40) if items.read_text(f"name {place}")]
    # A line needs 0.85 of its height, a row has 100 / 40 pixels.
    step = ceil(0.85 * items.line_px("nnapp-small") / 2.5)
    assert named == sorted({7, *(place for place in range(0, 40, step) if abs(place - 7) >= step)})


def test_long_names_leave_room_and_a_narrow_box_has_no_bars(root: tk.Tk, style: Style) -> None:
    rows = [BarRow("an extraordinarily long name", "1.00", 0, 1, "#ff0000")]

    wide, narrow = draw(root, style, rows), draw(root, style, rows, (60, 100))

    assert wide.read_text("name 0").endswith("…")
    assert wide.read_box("bar 0") is not None
    assert narrow.read_box("bar 0") is None

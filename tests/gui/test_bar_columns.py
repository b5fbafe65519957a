"""Columns: heights by arithmetic, zero where there are negative values, and texts that give way."""

from __future__ import annotations

import tkinter as tk
from math import nan

import pytest

from nnapp.gui.bar_columns import BarColumn, column_at, draw_bar_columns
from nnapp.gui.canvas_items import CanvasItems
from nnapp.gui.style import Style


def draw(root: tk.Tk, style: Style, values: list[float], width: int = 200, height: int = 120) -> CanvasItems:
    items = CanvasItems(tk.Canvas(root))
    columns = [BarColumn(str(place), value, f"{value:.1f}") for place, value in enumerate(values)]
    with items.drawing():
        draw_bar_columns(items, (0, 0, width, height), columns, style.palette, unit=4)
    return items


def heights(items: CanvasItems, n_bars: int) -> list[float]:
    boxes = [items.read_box(f"bar {place}") for place in range(n_bars)]
    return [box[3] - box[1] if box else 0 for box in boxes]


def test_heights_are_in_proportion_and_the_highest_takes_the_room(root: tk.Tk, style: Style) -> None:
    items = draw(root, style, [1, 2, 4, 0])

    line = items.line_px("nnapp-small")
    room = 120 - 2 * line - 1
    assert heights(items, 4) == pytest.approx([room / 4, room / 2, room, 0], abs=1)
    assert [items.read_text(f"number {place}") for place in range(4)] == ["1.0", "2.0", "4.0", "0.0"]
    assert [items.read_text(f"name {place}") for place in range(4)] == ["0", "1", "2", "3"]
    assert items.read_fill("bar 0") == style.palette.accent


def test_negative_values_go_down_from_zero_in_another_colour(root: tk.Tk, style: Style) -> None:
    items = draw(root, style, [3, -1])

    up, down = items.read_box("bar 0"), items.read_box("bar 1")
    assert up is not None
    assert down is not None
    assert up[3] == down[1]
    assert (up[3] - up[1]) / (down[3] - down[1]) == pytest.approx(3, rel=0.05)
    assert items.read_fill("bar 1") == style.palette.negative


def test_what_is_no_number_has_no_bar(root: tk.Tk, style: Style) -> None:
    items = draw(root, style, [nan, 2])

    assert items.read_box("bar 0") is None
    assert items.read_box("bar 1") is not None


def test_narrow_columns_write_only_the_largest_number_and_some_names(root: tk.Tk, style: Style) -> None:
    items = draw(root, style, [float(value) for value in range(40)], width=200)

    assert [place for place in range(40) if items.read_text(f"number {place}")] == [39]
    named = [place for place in range(40) if items.read_text(f"name {place}")]
    step = named[1]
    assert step > 1
    assert named == list(range(0, 40, step))


def test_low_columns_write_nothing(root: tk.Tk, style: Style) -> None:
    items = draw(root, style, [1, 2], height=20)

    assert heights(items, 2) == pytest.approx([9.5, 19], abs=1)
    assert items.read_text("name 0") == items.read_text("number 1") == ""


def test_no_columns_draw_nothing(root: tk.Tk, style: Style) -> None:
    assert draw(root, style, []).read_box("zero") is None


def test_column_under_the_pointer() -> None:
    # Four columns between 10 and 30, five pixels each.
    assert [column_at(x, 10, 30, 4) for x in (9, 10, 14, 15, 29, 30)] == [None, 0, 0, 1, 3, None]
    assert column_at(15, 10, 30, 0) is None


NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]


def draw_named(root: tk.Tk, style: Style, names: list[str], width: int, height: int) -> tuple[tk.Canvas, CanvasItems]:
    canvas = tk.Canvas(root, width=width, height=height, highlightthickness=0, borderwidth=0)
    canvas.pack()
    items = CanvasItems(canvas)
    columns = [BarColumn(name, place + 1, f"{place:.1f}") for place, name in enumerate(names)]
    with items.drawing():
        draw_bar_columns(items, (0, 0, width, height), columns, style.palette, unit=4)
    root.update()
    return canvas, items


def written(canvas: tk.Canvas) -> tuple[int, int, int, int]:
    """Return the box around all texts."""
    texts = [item for item in canvas.find_all() if canvas.type(item) == "text"]
    return canvas.bbox(*texts)


def test_long_names_stand_upright_under_their_columns(root: tk.Tk, style: Style) -> None:
    canvas, items = draw_named(root, style, NAMES, 280, 120)
    texts = [items.read_text(f"name {place}") for place in range(10)]
    assert texts[3] == "Dress"
    assert all(text.rstrip("…") and name.startswith(text.rstrip("…")) for name, text in zip(NAMES, texts, strict=True))
    left, top, right, bottom = written(canvas)
    assert min(left, top) >= -1
    assert right <= 281
    assert bottom <= 121
    # At least a third of the height is left for the highest bar.
    box = items.read_box("bar 9")
    assert box is not None
    assert box[3] - box[1] > 40


def test_names_without_room_to_stand_are_not_cut_at_the_edges(root: tk.Tk, style: Style) -> None:
    canvas, items = draw_named(root, style, NAMES, 280, 50)
    named = [place for place in range(10) if items.read_text(f"name {place}")]
    assert 2 <= len(named) < 10
    left, _, right, _ = written(canvas)
    assert left >= -2  # what a letter takes beside its width
    assert right <= 282

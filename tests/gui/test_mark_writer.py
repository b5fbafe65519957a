from __future__ import annotations

import tkinter as tk
from tkinter import font as tkfont

import pytest

from nnapp.display.confusion_labels import TextMark
from nnapp.gui.mark_writer import MarkWriter
from nnapp.gui.style import Style


@pytest.fixture
def canvas(root: tk.Tk, style: Style) -> tk.Canvas:
    canvas = tk.Canvas(root)
    canvas.pack()
    root.update()
    return canvas


def test_marks_are_written_as_they_say(canvas: tk.Canvas) -> None:
    writer = MarkWriter(canvas)

    writer.write([TextMark("Ankle boot", 100, 80, 20, "#123456", "w", is_upright=True)])

    (item,) = canvas.find_all()
    assert canvas.itemcget(item, "text") == "Ankle boot"
    assert canvas.itemcget(item, "fill") == "#123456"
    left, top, right, bottom = canvas.bbox(item)
    # From the point upwards: longer than a line is high, and the point in the middle of the line.
    assert bottom - top > 2 * (right - left)
    assert abs((left + right) / 2 - 100) <= 3
    assert abs(bottom - 80) <= 3


def test_width_is_that_of_the_text_on_the_canvas(canvas: tk.Canvas) -> None:
    writer = MarkWriter(canvas)
    writer.write([TextMark("precision, %", 0, 100, 17, "#000000", "w")])

    left, _, right, _ = canvas.bbox(canvas.find_all()[0])

    assert writer.measure("precision, %", 17) == pytest.approx(right - left, abs=3)


def test_writing_replaces_what_was_written_and_nothing_else(canvas: tk.Canvas) -> None:
    other = canvas.create_text(5, 5, text="stays")
    writer = MarkWriter(canvas)

    writer.write([TextMark("a", 1, 1, 10, "#000000"), TextMark("b", 2, 2, 10, "#000000")])
    writer.write([TextMark("c", 3, 3, 10, "#000000")])

    assert [canvas.itemcget(item, "text") for item in canvas.find_all()] == ["stays", "c"]
    writer.clear()
    assert canvas.find_all() == (other,)


def test_only_the_named_mark_is_emphasized(canvas: tk.Canvas) -> None:
    writer = MarkWriter(canvas)
    names = ("row 1", "row 11", "column 1")
    writer.write([TextMark(name, 9, 9, 15, "#000000", name=name) for name in names])

    writer.emphasize("row 1", "#ff0000", is_bold=True)
    writer.emphasize("row 2", "#ff0000", is_bold=True)  # is not there

    looks = {}
    for item in canvas.find_all():
        font = tkfont.Font(canvas, canvas.itemcget(item, "font")).actual()
        looks[canvas.itemcget(item, "text")] = (canvas.itemcget(item, "fill"), font["weight"])
    assert looks == {
        "row 1": ("#ff0000", "bold"),
        "row 11": ("#000000", "normal"),
        "column 1": ("#000000", "normal"),
    }
    writer.emphasize("row 1", "#000000", is_bold=False)
    assert canvas.itemcget(canvas.find_all()[0], "fill") == "#000000"


def test_font_is_read_again_when_it_changed(canvas: tk.Canvas, style: Style) -> None:
    writer = MarkWriter(canvas)
    before = writer.text_px

    style.apply(scale=2.0)
    writer.read_font()

    assert writer.text_px == pytest.approx(2 * before, abs=1)

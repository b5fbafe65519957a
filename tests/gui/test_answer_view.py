"""The answer in large: right, wrong or unknown, with words as well as colours, and never a guess."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.tooltips import shown_tip

from nnapp.gui.answer_view import AnswerView
from nnapp.gui.style import Style
from nnapp.gui.tested_ensemble import MemberAnswer

NAMES = list("0123456789")
PROBABILITIES = np.array([0, 0.001, 0.003, 0, 0.012, 0, 0, 0.981, 0.003, 0])


@pytest.fixture
def view(root: tk.Tk, style: Style) -> AnswerView:
    root.geometry("200x360")
    view = AnswerView(root, style)
    view.pack(fill="both", expand=True)
    root.update()
    return view


def test_right_answer(view: AnswerView, style: Style) -> None:
    view.show_answer(PROBABILITIES, NAMES, 7)

    assert (view.read_answer(), view.read_verdict(), view.read_confidence()) == ("7", "✓ right", "98.1 %")
    assert view.read_color() == style.palette.success
    assert view.read_sentence() == ""


def test_wrong_answer_says_what_it_is(view: AnswerView, style: Style) -> None:
    view.show_answer(PROBABILITIES, NAMES, 4)

    assert (view.read_answer(), view.read_verdict()) == ("7", "✗ wrong, it is 4")
    assert view.read_color() == style.palette.error


def test_label_that_the_network_does_not_know_is_a_number(view: AnswerView) -> None:
    view.show_answer(PROBABILITIES, NAMES, 12)

    assert view.read_verdict() == "✗ wrong, it is 12"


def test_answer_of_equally_probable_classes_is_that_of_the_largest_output(view: AnswerView) -> None:
    view.show_answer(np.full(10, 0.1), NAMES, 3, answer=3)

    assert (view.read_answer(), view.read_verdict(), view.read_confidence()) == ("3", "✓ right", "10.0 %")


def test_answer_without_a_label_is_not_judged(view: AnswerView, style: Style) -> None:
    view.show_answer(PROBABILITIES, NAMES, None)

    assert (view.read_answer(), view.read_verdict()) == ("7", "")
    assert view.read_color() == style.palette.text


def test_runners_up_are_in_their_order_and_equal_ones_by_class(view: AnswerView) -> None:
    view.show_answer(PROBABILITIES, NAMES, None)

    assert view.read_rows() == [("7", "98.1 %"), ("4", "1.2 %"), ("2", "0.3 %"), ("8", "0.3 %")]


def test_two_classes_have_two_rows(view: AnswerView) -> None:
    view.show_answer(np.array([0.25, 0.75]), ["no", "yes"], None)

    assert view.read_rows() == [("yes", "75.0 %"), ("no", "25.0 %")]


def test_nothing_drawn_is_no_answer(view: AnswerView) -> None:
    view.show_answer(PROBABILITIES, NAMES, 7)
    view.show_empty("Nothing drawn.")

    assert view.read_sentence() == "Nothing drawn."
    assert (view.read_answer(), view.read_confidence(), view.read_rows()) == ("", "", [])


def test_outputs_that_are_no_numbers_are_no_answer(view: AnswerView) -> None:
    view.show_answer(np.array([0.5, np.nan]), ["no", "yes"], None)

    assert view.read_answer() == ""
    assert "no finite numbers" in view.read_sentence()


def test_long_names_fit(view: AnswerView, root: tk.Tk) -> None:
    names = ["an extraordinarily long name of a class", "another extraordinarily long name"]
    view.show_answer(np.array([0.9, 0.1]), names, 1)
    root.update()

    [canvas] = (child for child in view.winfo_children() if isinstance(child, tk.Canvas))
    left, _, right, bottom = canvas.bbox("all")
    assert left >= 0
    assert right <= 200
    assert bottom <= 360
    assert view.read_answer() == names[0]
    assert view.read_rows()[0][0].endswith("…")


@pytest.mark.parametrize("size", ["120x120", "90x300", "400x700"])
def test_everything_is_inside_at_any_size(view: AnswerView, root: tk.Tk, size: str) -> None:
    root.geometry(size)
    view.show_answer(PROBABILITIES, NAMES, 4)
    root.update()

    [canvas] = (child for child in view.winfo_children() if isinstance(child, tk.Canvas))
    shown = [canvas.bbox(item) for item in canvas.find_all() if canvas.itemcget(item, "state") != "hidden"]
    width, height = map(int, size.split("x"))
    assert all(box[0] >= -1 and box[2] <= width + 1 and box[3] <= height for box in shown)
    assert view.read_answer() == "7"


def test_style_change_recolours(view: AnswerView, style: Style, root: tk.Tk) -> None:
    view.show_answer(PROBABILITIES, NAMES, 7)
    before = view.read_color()

    style.apply(theme="dark", scale=1.5)
    root.update()

    assert view.read_color() == style.palette.success != before


FOLDERS = [f"photographs_of_the_{place}_from_the_summer_2019" for place in ("house", "garden", "street", "river")]


def test_long_name_is_broken_into_lines_that_can_be_read(view: AnswerView, root: tk.Tk, style: Style) -> None:
    view.show_answer(np.array([0.7, 0.2, 0.06, 0.04]), FOLDERS, 1)
    root.update()

    [canvas] = (child for child in view.winfo_children() if isinstance(child, tk.Canvas))
    texts = [item for item in canvas.find_all() if canvas.type(item) == "text"]
    item = next(item for item in texts if canvas.itemcget(item, "text").startswith("photographs"))
    lines = canvas.itemcget(item, "text").split("\n")
    assert len(lines) > 1
    assert "".join(lines) == FOLDERS[0]
    left, _, right, _ = canvas.bbox(item)
    assert 0 <= left < right <= 200
    size_px = -int(canvas.itemcget(item, "font").split()[-2])
    assert size_px >= 3 * style.px(1)
    assert view.read_answer() == FOLDERS[0]
    # The names of the bars are told apart by what they do not share.
    assert [name for name, _ in view.read_rows()] == ["…house…", "…garden…", "…street…", "…river…"]


def test_shortened_name_is_whole_in_the_tooltip(
    view: AnswerView, root: tk.Tk, xdo: Any, wait_until: Callable[..., None]
) -> None:
    view.show_answer(np.array([0.7, 0.2, 0.06, 0.04]), FOLDERS, None)
    root.update()
    [canvas] = (child for child in view.winfo_children() if isinstance(child, tk.Canvas))
    texts = [item for item in canvas.find_all() if canvas.type(item) == "text"]
    item = next(item for item in texts if canvas.itemcget(item, "text") == "…garden…")
    x, y = canvas.coords(item)
    xdo.move(canvas, round(x) + 4, round(y))
    wait_until(lambda: shown_tip(root) == f"{FOLDERS[1]}: 20.0 %")


def test_right_class_is_named_as_the_data_set_does(view: AnswerView) -> None:
    view.show_answer(PROBABILITIES, NAMES, 4, label_name="Coat")
    assert view.read_verdict() == "✗ wrong, it is Coat"


# Several networks ---------------------------------------------------------------------------------

MEMBERS = (MemberAnswer("a.nn", 7, 0.981), MemberAnswer("b.nn", 1, 0.5), MemberAnswer("c.nn", 7, 1.0))


def test_each_network_has_its_answer_in_small(view: AnswerView) -> None:
    view.show_answer(PROBABILITIES, NAMES, 7, members=MEMBERS)

    assert (view.read_answer(), view.read_confidence()) == ("7", "98.1 %")
    assert view.read_members() == [("7: a.nn", "98.1 %"), ("1: b.nn", "50.0 %"), ("7: c.nn", "100 %")]
    assert view.read_rows()[0] == ("7", "98.1 %")
    view.show_answer(PROBABILITIES, NAMES, 7)
    assert view.read_members() == []


def test_long_name_of_a_network_leaves_its_answer(view: AnswerView) -> None:
    view.show_answer(PROBABILITIES, NAMES, 7, members=[MemberAnswer("a-network-of-a-very-long-name.nn", 3, 0.5)])

    [(row, _)] = view.read_members()
    assert row.startswith("3: a-")
    assert row.endswith("…")


def test_networks_without_room_are_in_the_tooltip(
    view: AnswerView, root: tk.Tk, xdo: Any, wait_until: Callable[..., None]
) -> None:
    many = tuple(MemberAnswer(f"network-{number}.nn", 7, 0.5) for number in range(30))
    view.show_answer(PROBABILITIES, NAMES, 7, members=many)
    root.update()
    shown = view.read_members()
    assert 0 < len(shown) < 30
    assert len(view.read_rows()) >= 2
    [canvas] = (child for child in view.winfo_children() if isinstance(child, tk.Canvas))
    xdo.move(canvas, 100, canvas.winfo_height() - 12)
    wait_until(lambda: len(shown_tip(root).splitlines()) == 30)
    assert shown_tip(root).splitlines()[29] == "network-29.nn: 7, 50.0 %"


@pytest.mark.parametrize("size", ["120x120", "90x300", "400x700"])
def test_networks_are_inside_at_any_size(view: AnswerView, root: tk.Tk, size: str) -> None:
    root.geometry(size)
    view.show_answer(PROBABILITIES, NAMES, 4, members=MEMBERS)
    root.update()

    [canvas] = (child for child in view.winfo_children() if isinstance(child, tk.Canvas))
    shown = [canvas.bbox(item) for item in canvas.find_all() if canvas.itemcget(item, "state") != "hidden"]
    width, height = map(int, size.split("x"))
    assert all(box[0] >= -1 and box[2] <= width + 1 and box[3] <= height for box in shown)

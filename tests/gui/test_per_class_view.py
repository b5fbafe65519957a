from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import font as tkfont
from tkinter import ttk
from typing import Any

import numpy as np
from support.tooltips import shown_tip

from nnapp.engine.evaluation import Evaluation
from nnapp.gui.per_class_view import PerClassView
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
NAMES = ["cat", "dog", "cow"]

# cat: 1 right, 3 taken for dog. dog: 3 right. cow: 1 right, 1 taken for cat.
EVALUATION = Evaluation(
    0.0712,
    labels=np.array([0, 0, 0, 0, 1, 1, 1, 2, 2]),
    predictions=np.array([0, 1, 1, 1, 1, 1, 1, 2, 0]),
    probabilities=np.full((9, 3), 1 / 3),
)
ROWS = {
    "cat": ("4", "25.0 %", "50.0 %", "33.3 %", "dog: 3"),
    "dog": ("3", "100 %", "50.0 %", "66.7 %", "–"),
    "cow": ("2", "50.0 %", "100 %", "66.7 %", "cat: 1"),
}


def make_view(root: tk.Tk, style: Style, opened: list[tuple[int, int]]) -> tuple[PerClassView, ttk.Treeview]:
    root.geometry("600x400")
    view = PerClassView(root, style, lambda *cell: opened.append(cell))
    view.pack(fill="both", expand=True)
    root.update()
    return view, next(child for child in view.winfo_children() if isinstance(child, ttk.Treeview))


def rows(table: ttk.Treeview) -> list[tuple[str, ...]]:
    return [tuple(map(str, table.item(row, "values"))) for row in table.get_children()]


def click_heading(xdo: Any, table: ttk.Treeview, name: str) -> None:
    table.update()
    before = 0
    for column in table["displaycolumns"]:
        width = int(table.column(column, "width"))
        if column == name:
            xdo.click(table, before + width // 2, 10)
            return
        before += width


def test_table_has_the_scores_of_each_class(root: tk.Tk, style: Style) -> None:
    view, table = make_view(root, style, [])
    view.show_evaluation(EVALUATION, NAMES, "A set")
    root.update()

    assert table.winfo_viewable()
    assert rows(table) == [(name, *ROWS[name]) for name in NAMES]


def test_click_on_a_heading_sorts_and_a_second_one_turns_round(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil
) -> None:
    view, table = make_view(root, style, [])
    view.show_evaluation(EVALUATION, NAMES, "A set")

    click_heading(xdo, table, "recall")
    wait_until(lambda: [row[0] for row in rows(table)] == ["cat", "cow", "dog"])
    assert table.heading("recall", "text") == "recall ▲"
    click_heading(xdo, table, "recall")
    wait_until(lambda: [row[0] for row in rows(table)] == ["dog", "cow", "cat"])
    assert table.heading("recall", "text") == "recall ▼"


def test_digits_sort_with_the_keyboard_and_return_opens_the_most_frequent_mistake(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil
) -> None:
    opened: list[tuple[int, int]] = []
    view, table = make_view(root, style, opened)
    view.show_evaluation(EVALUATION, NAMES, "A set")

    xdo.key("Tab")
    wait_until(lambda: table.selection() == ("0",))
    xdo.key("Return")
    wait_until(lambda: opened == [(0, 1)])
    xdo.key("3", "Down", "Return")  # by recall: cat, cow, dog
    wait_until(lambda: opened == [(0, 1), (2, 0)])
    xdo.key("Down", "Return")  # dog has no mistakes, so its recognised images are opened
    wait_until(lambda: opened == [(0, 1), (2, 0), (1, 1)])


def test_undefined_scores_come_last_in_either_order(root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil) -> None:
    view, table = make_view(root, style, [])
    nothing_of_dog = Evaluation(0.1, np.array([0, 2, 2]), np.array([0, 2, 0]), np.eye(3)[[0, 2, 0]])
    view.show_evaluation(nothing_of_dog, NAMES, "A set")

    table.focus_set()
    xdo.key("3")
    wait_until(lambda: [row[0] for row in rows(table)] == ["cow", "cat", "dog"])
    xdo.key("3")
    wait_until(lambda: [row[0] for row in rows(table)] == ["cat", "cow", "dog"])
    assert rows(table)[2][1:] == ("0", "–", "–", "–", "–")


def test_a_narrow_table_leaves_out_columns_instead_of_cutting_them(
    root: tk.Tk, style: Style, wait_until: WaitUntil
) -> None:
    view, table = make_view(root, style, [])
    view.show_evaluation(EVALUATION, NAMES, "A set")

    root.update()
    assert "f1" in table["displaycolumns"]
    root.geometry("360x400")
    wait_until(lambda: "f1" not in table["displaycolumns"])
    root.update()
    assert sum(int(table.column(name, "width")) for name in table["displaycolumns"]) <= table.winfo_width()


def test_the_start_says_what_to_do(root: tk.Tk, style: Style) -> None:
    view, table = make_view(root, style, [])
    sentence = "Not evaluated yet. Train or load a network, then choose Evaluate."

    assert not table.winfo_viewable()
    for _ in range(2):
        visible = [child for child in view.winfo_children() if isinstance(child, ttk.Label) and child.winfo_viewable()]
        assert sentence in [str(label.cget("text")) for label in visible]
        view.show_evaluation(EVALUATION, NAMES, "A set")
        view.show_empty(sentence)
        style.apply(theme="dark")
        root.update()
    assert not table.winfo_viewable()


def test_long_names_are_shortened_and_numbers_stay_whole(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil
) -> None:
    names = [f"photographs_of_the_{animal}_from_the_summer_2019" for animal in NAMES]
    view, table = make_view(root, style, [])
    root.geometry("420x300")
    view.show_evaluation(EVALUATION, names, "A set")
    wait_until(lambda: rows(table)[0][0] == "…cat…")
    assert rows(table)[0] == ("…cat…", *ROWS["cat"][:4], "…dog…: 3")
    font = tkfont.nametofont("nnapp-body", root)
    for place, column in enumerate(("class", "images", "recall", "precision", "f1", "mistake")):
        if column in table["displaycolumns"]:
            widest = max(font.measure(row[place]) for row in rows(table))
            assert int(table.column(column, "width")) > widest

    left, top, width, height = map(int, table.bbox("0"))
    xdo.move(table, left + width // 2, top + height // 2)
    wait_until(lambda: shown_tip(root) == f"{names[0]}, most often taken for {names[1]}: 3")
    root.geometry("1400x300")
    wait_until(lambda: rows(table)[0][0] == names[0])

"""The table of a grid search: sorting, selecting and opening rows by real events."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import pytest
from support.tooltips import shown_tip

from nnapp.display.search_entry import EntryRun, SearchEntry
from nnapp.gui.search_table import SearchTable
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
NAMES = ("hidden", "l2")


def entry(number: int, error: float | None, n_parameters: int = 10, **others: Any) -> SearchEntry:
    runs = () if error is None else (EntryRun(number, error, 1.0, (error,), (1.0,)),)
    values = {"hidden": (number,), "l2": 1 / number}
    return SearchEntry(number, values, error, n_parameters=n_parameters, runs=runs, **others)


ENTRIES = [
    entry(1, 0.3, 30),
    entry(2, 0.1, 20, is_best=True),
    entry(3, 0.2, 40),
    entry(4, None, problem="It diverged."),
]


class Seen:
    def __init__(self) -> None:
        self.n_selections = 0
        self.opened: list[int] = []

    def on_select(self) -> None:
        self.n_selections += 1


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def table(root: tk.Tk, style: Style, seen: Seen) -> SearchTable:
    root.geometry("900x300")
    table = SearchTable(root, style, seen.on_select, seen.opened.append)
    table.pack(fill="both", expand=True)
    table.show_columns(NAMES)
    table.show_entries(ENTRIES)
    root.update()
    return table


def order(table: SearchTable) -> list[int]:
    return [int(row) for row in table.rows.get_children()]


def heading_at(table: SearchTable, column: str) -> tuple[int, int]:
    """Return a point of a heading."""
    box = table.rows.bbox(table.rows.get_children()[0], column)
    assert box
    return box[0] + 10, 8


def row_at(table: SearchTable, number: int) -> tuple[int, int]:
    x, y, _, height = table.rows.bbox(str(number), "number")
    return x + 5, y + height // 2


def test_the_best_stands_first_and_is_marked_by_more_than_colour(table: SearchTable) -> None:
    assert order(table) == [2, 3, 1, 4]
    assert table.rows.set("2", "number") == "★ 2"
    assert table.rows.tag_has("best", "2")
    assert table.rows.set("4", "state") == "waiting"


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(table: SearchTable, xdo: Any) -> None:
    xdo.click(table.rows, *heading_at(table, "hidden"))
    assert order(table) == [1, 2, 3, 4]
    assert "▲" in str(table.rows.heading("hidden", "text"))
    xdo.click(table.rows, *heading_at(table, "hidden"))
    assert order(table) == [4, 3, 2, 1]
    assert "▼" in str(table.rows.heading("hidden", "text"))


def test_digits_sort_too_and_counts_begin_with_the_largest(table: SearchTable, xdo: Any) -> None:
    table.rows.focus_force()
    xdo.key("9")  # parameters
    assert order(table) == [3, 1, 2, 4]


def test_rows_are_selected_and_stay_so_while_scores_come_in(table: SearchTable, xdo: Any, seen: Seen) -> None:
    xdo.click(table.rows, *row_at(table, 3))
    assert table.selected == (3,)
    assert seen.n_selections == 1
    table.show_entries([*ENTRIES[:3], entry(4, 0.05, is_best=True)])
    assert order(table) == [4, 2, 3, 1]
    assert table.selected == (3,)
    table.rows.focus_force()
    xdo.key("shift+Up")
    assert table.selected == (2, 3)
    xdo.key("shift+Up", "shift+Up", "shift+Down")
    assert table.selected == (4, 2, 3)
    xdo.key("ctrl+a")
    assert table.selected == (4, 2, 3, 1)


def test_a_double_click_or_return_opens(table: SearchTable, xdo: Any, seen: Seen) -> None:
    xdo.click(table.rows, *row_at(table, 1), count=2)
    assert seen.opened == [1]
    xdo.key("Up", "Return")
    assert seen.opened == [1, 3]


def test_what_went_wrong_is_under_the_pointer(table: SearchTable, xdo: Any, root: tk.Tk, wait_until: WaitUntil) -> None:
    xdo.move(table.rows, *row_at(table, 4))
    wait_until(lambda: shown_tip(root) == "It diverged.")


def test_another_search_has_other_columns(table: SearchTable, root: tk.Tk) -> None:
    table.show_columns(("dropout",))
    table.show_entries([SearchEntry(1, {"dropout": 0.5})])
    root.update()

    assert order(table) == [1]
    assert "hidden" not in table.rows.cget("columns")
    assert table.rows.set("1", "dropout") == "0.5"


def test_columns_without_room_are_scrolled_to(table: SearchTable, root: tk.Tk, wait_until: WaitUntil) -> None:
    assert table.rows.xview() == (0.0, 1.0)
    root.geometry("300x300")
    wait_until(lambda: table.rows.winfo_width() < 320 and table.rows.xview()[1] < 1)
    for column in table.rows.cget("columns"):
        assert table.rows.column(column, "width") >= 30

"""The budget for drawing: rests after each picture, one pending redraw, none of what nobody sees."""

from __future__ import annotations

import tkinter as tk
from itertools import pairwise
from tkinter import ttk
from typing import Any

import pytest

from nnapp.gui.redraw_budget import PendingRedraw, RedrawBudget


class Clock:
    """Stands still unless told otherwise."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_first_picture_may_be_drawn_at_once() -> None:
    budget = RedrawBudget(clock=Clock())

    assert budget.wait_s() == 0
    assert budget.wait_s(is_urgent=True) == 0


def test_slow_picture_is_followed_by_a_rest_that_keeps_the_share() -> None:
    clock = Clock()
    budget = RedrawBudget(share=0.0625, min_interval_s=0.25, clock=clock)
    with budget.spend():
        clock.now += 0.1

    # 0.1 s of 1.6 s is 6.25 %, so 1.5 s remain.
    assert budget.wait_s() == pytest.approx(1.5)
    clock.now += 1.2
    assert budget.wait_s() == pytest.approx(0.3)
    clock.now += 5
    assert budget.wait_s() == 0


def test_fast_pictures_come_no_more_often_than_the_least_interval() -> None:
    clock = Clock()
    budget = RedrawBudget(share=0.0625, min_interval_s=0.25, clock=clock)
    with budget.spend():
        clock.now += 0.001

    assert budget.wait_s() == pytest.approx(0.249)


def test_urgent_pictures_may_take_a_larger_share() -> None:
    clock = Clock()
    budget = RedrawBudget(urgent_share=0.5, clock=clock)
    with budget.spend():
        clock.now += 0.02

    assert budget.wait_s(is_urgent=True) == pytest.approx(0.02)


def test_a_picture_that_fails_counts_too() -> None:
    clock = Clock()
    budget = RedrawBudget(share=0.5, min_interval_s=0.0, clock=clock)

    def draw() -> None:
        with budget.spend():
            clock.now += 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        draw()

    assert budget.wait_s() == pytest.approx(1)


def test_share_of_time_spent_is_kept_over_many_requests(root: tk.Tk, let_pass: Any) -> None:
    """A hundred requests a second, drawn in 5 ms each: at a share of a quarter about one in 20 ms."""
    frame = ttk.Frame(root, width=50, height=50)
    frame.pack()
    root.update()
    clock = Clock()
    drawn = []

    def draw() -> None:
        drawn.append(clock.now)
        clock.now += 0.005

    pending = PendingRedraw(frame, draw, RedrawBudget(share=0.25, min_interval_s=0.0, clock=clock))
    for _ in range(10):
        pending.request()
        let_pass(0.03)  # the real wait is at most 15 ms
        clock.now += 0.015

    assert len(drawn) == 10
    gaps = [later - earlier for earlier, later in pairwise(drawn)]
    assert min(gaps) >= 0.0199


def test_many_requests_are_one_picture(root: tk.Tk, let_pass: Any) -> None:
    frame = ttk.Frame(root, width=50, height=50)
    frame.pack()
    root.update()
    drawn: list[int] = []
    pending = PendingRedraw(frame, lambda: drawn.append(1), RedrawBudget())

    for _ in range(100):
        pending.request()
    let_pass(0.1)

    assert drawn == [1]


def test_urgent_request_does_not_wait_for_the_one_before(root: tk.Tk, wait_until: Any) -> None:
    frame = ttk.Frame(root, width=50, height=50)
    frame.pack()
    root.update()
    drawn: list[int] = []
    pending = PendingRedraw(frame, lambda: drawn.append(1), RedrawBudget(min_interval_s=60))
    pending.request()
    wait_until(lambda: drawn == [1])

    pending.request()  # in a minute
    pending.request(is_urgent=True)

    wait_until(lambda: drawn == [1, 1], timeout_s=2)


def test_hidden_tab_is_drawn_when_it_shows(root: tk.Tk, wait_until: Any, let_pass: Any) -> None:
    notebook = ttk.Notebook(root)
    notebook.pack()
    pages = [ttk.Frame(notebook) for _ in range(2)]
    for page in pages:
        notebook.add(page, text="page")
    canvas = tk.Canvas(pages[1], width=50, height=50)
    canvas.pack()
    root.update()
    drawn: list[int] = []
    pending = PendingRedraw(canvas, lambda: drawn.append(1), RedrawBudget())

    pending.request()
    let_pass(0.1)
    assert drawn == []
    notebook.select(pages[1])
    wait_until(lambda: drawn == [1])
    notebook.select(pages[0])
    notebook.select(pages[1])
    let_pass(0.1)
    assert drawn == [1]  # nothing new to show
    notebook.select(pages[0])
    root.update()
    pending.request()
    let_pass(0.3)
    assert drawn == [1]
    notebook.select(pages[1])
    wait_until(lambda: drawn == [1, 1])


@pytest.mark.parametrize("hide", ["iconify", "withdraw"])
def test_hidden_window_is_drawn_when_it_shows(root: tk.Tk, wait_until: Any, let_pass: Any, hide: str) -> None:
    outer = ttk.Frame(root)
    outer.pack()
    canvas = tk.Canvas(outer, width=50, height=50)
    canvas.grid()
    root.update()
    drawn: list[int] = []
    pending = PendingRedraw(canvas, lambda: drawn.append(1), RedrawBudget())

    getattr(root, hide)()
    wait_until(lambda: not canvas.winfo_viewable())
    pending.request()
    let_pass(0.1)
    assert drawn == []
    root.deiconify()
    wait_until(lambda: drawn == [1])


def test_nothing_waits_after_the_end_of_the_widget(root: tk.Tk, wait_until: Any) -> None:
    frame = ttk.Frame(root, width=50, height=50)
    frame.pack()
    root.update()
    drawn: list[int] = []
    pending = PendingRedraw(frame, lambda: drawn.append(1), RedrawBudget(min_interval_s=60))
    pending.request()
    wait_until(lambda: drawn == [1])
    pending.request()
    frame.destroy()  # the fixture `root` fails the test if this leaves the request waiting

    assert drawn == [1]

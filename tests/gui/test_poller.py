"""The poller: calls again and again, ends when told, and survives errors."""

from __future__ import annotations

import time
import tkinter as tk
from itertools import pairwise
from tkinter import ttk
from typing import Any

import pytest

from nnapp.gui.poller import Poller


def test_calls_from_start_to_stop(root: tk.Tk, wait_until: Any, let_pass: Any) -> None:
    calls: list[float] = []
    poller = Poller(root, lambda: calls.append(time.monotonic()), interval_ms=20)
    let_pass(0.06)
    assert calls == []
    assert not poller.is_running
    poller.start()
    poller.start()  # a second start starts no second row of calls
    wait_until(lambda: len(calls) >= 5)
    poller.stop()
    count = len(calls)
    let_pass(0.08)
    assert len(calls) == count
    assert min(later - earlier for earlier, later in pairwise(calls)) >= 0.018
    poller.start()
    wait_until(lambda: len(calls) > count)
    poller.stop()


def test_may_be_stopped_and_started_by_the_function_itself(root: tk.Tk, wait_until: Any, let_pass: Any) -> None:
    calls: list[int] = []

    def work() -> None:
        calls.append(len(calls))
        poller.stop()
        if len(calls) == 1:
            poller.start()

    poller = Poller(root, work, interval_ms=5)
    poller.start()
    wait_until(lambda: len(calls) == 2)
    let_pass(0.05)
    assert calls == [0, 1]
    assert not poller.is_running


def test_slow_function_leaves_the_window_time(root: tk.Tk, wait_until: Any) -> None:
    """Each call takes longer than the interval, and still a tick of the window's own comes between any two."""
    order: list[str] = []

    def tick() -> None:
        order.append("tick")
        if order.count("call") < 4:
            root.after(5, tick)

    def slow() -> None:
        time.sleep(0.03)
        order.append("call")

    poller = Poller(root, slow, interval_ms=10)
    poller.start()
    tick()
    wait_until(lambda: order.count("call") >= 4)
    poller.stop()
    root.update()
    assert "call call" not in " ".join(order)


def test_error_is_reported_and_the_next_call_comes(root: tk.Tk, wait_until: Any) -> None:
    reported: list[str] = []
    strict_report = root.report_callback_exception
    root.report_callback_exception = lambda kind, error, trace: reported.append(str(error))
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("once")

    poller = Poller(root, work, interval_ms=5)
    poller.start()
    wait_until(lambda: len(calls) == 3)
    poller.stop()
    root.report_callback_exception = strict_report
    assert reported == ["once"]


@pytest.mark.parametrize("ends", ["itself", "its parent"])
def test_ends_with_its_widget(root: tk.Tk, let_pass: Any, ends: str) -> None:
    parent = ttk.Frame(root)
    frame = ttk.Frame(parent)
    child = ttk.Frame(frame)
    calls: list[int] = []
    poller = Poller(frame, lambda: calls.append(1), interval_ms=5)
    poller.start()
    child.destroy()  # which its parent hears of
    let_pass(0.05)
    assert calls
    (frame if ends == "itself" else parent).destroy()
    count = len(calls)
    let_pass(0.05)
    assert len(calls) == count
    assert not poller.is_running

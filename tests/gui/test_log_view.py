from __future__ import annotations

import re
import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Any

import pytest

from nnapp.gui import log_view
from nnapp.gui.log_view import LogView
from nnapp.gui.style import Style


@pytest.fixture
def saved() -> list[str]:
    """What the log has asked to have saved."""
    return []


@pytest.fixture
def log(root: tk.Tk, style: Style, saved: list[str], wait_until: Callable[..., None]) -> LogView:
    view = LogView(root, style, on_save=saved.append)
    view.pack(fill="both", expand=True)
    root.geometry("500x200")
    wait_until(lambda: view.winfo_height() == 200)
    return view


def lines(log: LogView) -> list[str]:
    """Return the lines that are shown, without their times."""
    return [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in log.read_text().splitlines()]


def text_widget(log: LogView) -> tk.Text:
    return next(child for child in log.winfo_children() if isinstance(child, tk.Text))


def control(log: LogView, text: str) -> ttk.Button:
    bar = next(child for child in log.winfo_children() if isinstance(child, ttk.Frame))
    return next(child for child in bar.winfo_children() if str(child.cget("text")) == text)


def is_at_end(log: LogView) -> bool:
    return float(text_widget(log).yview()[1]) == 1.0


def test_lines_carry_the_time(log: LogView) -> None:
    log.info("Data: MNIST.")

    assert re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d  Data: MNIST\.\n", log.read_text())


def test_problems_stand_out_by_word_and_colour(log: LogView, style: Style) -> None:
    log.info("plain")
    log.warning("odd")
    log.error("bad")
    log.success("good")

    assert lines(log) == ["plain", "warning: odd", "error: bad", "✓ good"]
    text = text_widget(log)
    colors = [text.tag_cget(text.tag_names(f"{line}.end-1c")[0], "foreground") for line in (1, 2, 3, 4)]
    assert colors == [style.palette.text, style.palette.warning, style.palette.error, style.palette.success]


def test_colours_follow_the_theme(log: LogView, style: Style) -> None:
    style.apply(theme="dark")

    assert text_widget(log).tag_cget("error", "foreground") == style.palette.error
    assert text_widget(log).cget("background") == style.palette.field


def test_details_are_shown_when_asked_for(log: LogView, xdo: Any, wait_until: Callable[..., None]) -> None:
    log.info("first")
    log.detail("batch 100: loss 0.8")
    log.info("last")
    assert lines(log) == ["first", "last"]

    xdo.click(control(log, "Verbose"))
    wait_until(lambda: log.is_verbose)
    assert lines(log) == ["first", "batch 100: loss 0.8", "last"]

    xdo.click(control(log, "Verbose"))
    wait_until(lambda: not log.is_verbose)
    assert lines(log) == ["first", "last"]


def test_theme_keeps_details_hidden(log: LogView, style: Style) -> None:
    log.detail("batch 100: loss 0.8")

    style.apply(theme="dark")

    assert lines(log) == []


def test_nobody_types_into_it(log: LogView, xdo: Any, let_pass: Callable[[float], None]) -> None:
    log.info("first")
    xdo.click(text_widget(log))
    xdo.type("x")
    xdo.key("BackSpace", "Return")
    let_pass(0.05)

    assert lines(log) == ["first"]


def test_copy_takes_all_or_the_selection(log: LogView, xdo: Any, wait_until: Callable[..., None]) -> None:
    log.info("first")
    log.detail("hidden")
    log.info("last")
    xdo.click(control(log, "Copy"))
    wait_until(lambda: clipboard(log) == log.read_text())

    # A double click selects a word; the mono font makes the twelfth letter part of "first".
    width_px = log.tk.call("font", "measure", "nnapp-mono", "0")
    xdo.click(text_widget(log), int(width_px) * 12 + 10, 14, count=2)
    wait_until(lambda: text_widget(log).tag_ranges("sel"))
    xdo.click(control(log, "Copy"))
    wait_until(lambda: clipboard(log) == "first")


def clipboard(log: LogView) -> str:
    try:
        return str(log.clipboard_get())
    except tk.TclError:
        return ""


def test_selection_is_copied_by_key(log: LogView, xdo: Any, wait_until: Callable[..., None]) -> None:
    log.info("first")
    width_px = log.tk.call("font", "measure", "nnapp-mono", "0")
    xdo.click(text_widget(log), int(width_px) * 12 + 10, 14, count=2)
    xdo.key("ctrl+c")

    wait_until(lambda: clipboard(log) == "first")


def test_save_hands_over_what_is_shown(
    log: LogView, saved: list[str], xdo: Any, wait_until: Callable[..., None]
) -> None:
    log.info("first")
    log.detail("hidden")

    xdo.click(control(log, "Save…"))

    wait_until(lambda: saved)
    assert saved == [log.read_text()]
    assert "hidden" not in saved[0]


def test_without_a_place_to_save_there_is_no_button(root: tk.Tk, style: Style) -> None:
    log = LogView(root, style)

    with pytest.raises(StopIteration):
        control(log, "Save…")
    assert control(log, "Copy")


def test_clear(log: LogView, xdo: Any, wait_until: Callable[..., None]) -> None:
    log.info("first")

    xdo.click(control(log, "Clear"))

    wait_until(lambda: log.read_text() == "")


def test_keeps_the_newest_lines(log: LogView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_view, "MAX_LINES", 5)
    for number in range(8):
        log.info(f"line {number}")

    assert lines(log) == [f"line {number}" for number in (3, 4, 5, 6, 7)]


def test_details_go_before_all_else(log: LogView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_view, "MAX_LINES", 5)
    log.info("begun")
    log.detail(*(f"epoch {number}" for number in range(1, 8)))
    log.info("ended")
    log.set_verbose(True)

    assert lines(log) == ["begun", "epoch 5", "epoch 6", "epoch 7", "ended"]


def test_long_line_is_wrapped_under_its_text(log: LogView) -> None:
    log.info("word " * 60)
    log.update()
    text = text_widget(log)

    first, second = text.bbox("1.10"), text.bbox("1.0 + 1 display lines")
    assert second[1] > first[1]
    assert second[0] == first[0]


def test_end_stays_in_view(log: LogView, wait_until: Callable[..., None]) -> None:
    for number in range(50):
        log.info(f"line {number}")

    wait_until(lambda: is_at_end(log) and text_widget(log).dlineinfo("50.0") is not None)


def test_reader_who_has_scrolled_up_is_left_alone(
    log: LogView, xdo: Any, wait_until: Callable[..., None], let_pass: Callable[[float], None]
) -> None:
    for number in range(50):
        log.info(f"line {number}")
    wait_until(lambda: is_at_end(log))

    xdo.wheel(text_widget(log), -3)
    wait_until(lambda: not is_at_end(log))
    top = text_widget(log).index("@0,0")
    for number in range(50, 60):
        log.info(f"line {number}")
    let_pass(0.05)
    assert text_widget(log).index("@0,0") == top

    xdo.wheel(text_widget(log), 20)
    wait_until(lambda: is_at_end(log))
    log.info("line 60")
    wait_until(lambda: text_widget(log).dlineinfo("61.0") is not None)


def test_reader_who_has_scrolled_up_stays_when_old_lines_go(
    log: LogView,
    xdo: Any,
    wait_until: Callable[..., None],
    let_pass: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(log_view, "MAX_LINES", 50)
    for number in range(50):
        log.info(f"line {number}")
    wait_until(lambda: is_at_end(log))
    xdo.wheel(text_widget(log), -3)
    wait_until(lambda: not is_at_end(log))
    before = text_widget(log).get("@0,0 linestart", "@0,0 lineend")

    for number in range(50, 55):
        log.info(f"line {number}")
    let_pass(0.05)

    assert text_widget(log).get("@0,0 linestart", "@0,0 lineend") == before


def test_end_stays_in_view_when_the_window_shrinks(log: LogView, root: tk.Tk, wait_until: Callable[..., None]) -> None:
    for number in range(50):
        log.info(f"line {number}")
    wait_until(lambda: is_at_end(log))

    root.geometry("500x120")

    wait_until(lambda: log.winfo_height() == 120 and text_widget(log).dlineinfo("50.0") is not None)
    log.info("line 50")
    wait_until(lambda: text_widget(log).dlineinfo("51.0") is not None)


def test_tab_goes_through_it_as_read(log: LogView, xdo: Any, wait_until: Callable[..., None]) -> None:
    control(log, "Verbose").focus_force()
    wait_until(lambda: log.focus_get() is control(log, "Verbose"))
    for expected in (control(log, "Copy"), control(log, "Save…"), control(log, "Clear"), text_widget(log)):
        xdo.key("Tab")
        wait_until(lambda expected=expected: log.focus_get() is expected)


def test_line_of_any_length_is_cut(log: LogView) -> None:
    log.error("word " * 100_000)

    (line,) = lines(log)
    assert line.startswith("error: word word")
    assert line.endswith("…")
    assert len(line) <= len("error: ") + 4000

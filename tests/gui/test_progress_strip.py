from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Any

import pytest

from nnapp.engine.reports import BatchReport, EpochReport
from nnapp.gui.progress_strip import ProgressStrip
from nnapp.gui.style import Style


@pytest.fixture
def strip(root: tk.Tk, style: Style, wait_until: Callable[..., None]) -> ProgressStrip:
    strip = ProgressStrip(root, style)
    strip.pack(side="bottom", fill="x")
    root.geometry("1280x100")
    wait_until(lambda: strip.winfo_width() == 1280)
    return strip


def batch_report(
    epoch: int, images: int, *, n_epochs: int = 25, n_images: int = 1000, rate: float = 1000.0
) -> BatchReport:
    return BatchReport(epoch, n_epochs, images // 10, n_images // 10, images, n_images, 0.5, rate)


def epoch_report(epoch: int, *, n_epochs: int = 25, seconds: float = 1.0) -> EpochReport:
    return EpochReport(epoch, n_epochs, 0.5, 0.6, 0.1, 0.001, True, seconds, 1000.0)


def visible(strip: ProgressStrip) -> list[Any]:
    """Return the labels and bars that can be seen, from left to right."""
    strip.update()
    found: list[Any] = [strip]
    for widget in found:
        found += widget.winfo_children()
    shown = [widget for widget in found if isinstance(widget, ttk.Label | ttk.Progressbar) and widget.winfo_viewable()]
    return sorted(shown, key=lambda widget: int(widget.winfo_rootx()))


def texts(strip: ProgressStrip) -> list[str]:
    labels = [widget for widget in visible(strip) if isinstance(widget, ttk.Label)]
    return [text for text in (str(label.cget("text")) for label in labels) if text]


def bars(strip: ProgressStrip) -> list[float]:
    """Return how full the bars are that can be seen, 0…1."""
    shown = [widget for widget in visible(strip) if isinstance(widget, ttk.Progressbar)]
    return [float(bar.cget("value")) / float(bar.cget("maximum")) for bar in shown]


def test_nothing_at_first(strip: ProgressStrip) -> None:
    assert texts(strip) == []
    assert bars(strip) == []


def test_idle(strip: ProgressStrip) -> None:
    strip.show_idle("Ready: press Train (F5).")

    assert texts(strip) == ["Ready: press Train (F5)."]
    assert bars(strip) == []


def test_busy(strip: ProgressStrip) -> None:
    strip.show_busy("Evaluating the test images", 2_999, 10_000)

    assert texts(strip) == ["Evaluating the test images", "29 %"]
    assert bars(strip) == [0.2999]


@pytest.mark.parametrize("total", [None, 0])
def test_busy_with_work_of_unknown_length(strip: ProgressStrip, total: int | None) -> None:
    strip.show_busy("Loading MNIST", 1, 2)
    strip.show_busy("Loading MNIST", 3, total)

    assert texts(strip) == ["Loading MNIST"]
    assert bars(strip) == []


def test_within_an_epoch(strip: ProgressStrip) -> None:
    strip.show_epoch(batch_report(3, 500))

    # 2.5 of 25 epochs; 22.5 epochs of 1000 images to come, at 1000 a second.
    assert texts(strip) == ["epoch 3 of 25", "run", "10 %", "1,000 images/s", "0:23 left"]
    assert bars(strip) == [0.5, 0.1]
    assert strip.run_share == 0.1


def test_after_an_epoch(strip: ProgressStrip) -> None:
    strip.show_epoch(batch_report(5, 1000))
    strip.show_epoch(epoch_report(5, seconds=1.5))

    # 20 epochs to come, each 1 s of training and 0.5 s of validation.
    assert texts(strip) == ["epoch 5 of 25", "run", "20 %", "1,000 images/s", "0:30 left"]
    assert bars(strip) == [1.0, 0.2]


def test_hundred_percent_means_done(strip: ProgressStrip) -> None:
    strip.show_epoch(batch_report(25, 999))
    assert "99 %" in texts(strip)

    strip.show_epoch(epoch_report(25))
    assert "100 %" in texts(strip)


def test_paused(strip: ProgressStrip) -> None:
    strip.show_epoch(batch_report(3, 500))

    strip.show_paused()

    assert texts(strip) == ["epoch 3 of 25", "run", "10 %", "1,000 images/s", "paused"]
    assert bars(strip) == [0.5, 0.1]


def test_new_run_does_not_count_with_the_times_of_the_last(strip: ProgressStrip) -> None:
    strip.show_epoch(epoch_report(2, n_epochs=2, seconds=500))
    strip.show_idle("Finished.")

    strip.show_epoch(batch_report(1, 0, n_epochs=2))

    assert "0:02 left" in texts(strip)


def test_nothing_moves_when_numbers_gain_digits(strip: ProgressStrip) -> None:
    places = []
    for epoch, images, rate in ((1, 0, 1.0), (9, 990, 99_900.0), (10, 5, 158_000.0)):
        strip.show_epoch(batch_report(epoch, images, rate=rate))
        places.append([widget.winfo_rootx() for widget in visible(strip) if isinstance(widget, ttk.Progressbar)])
        labels = [widget for widget in visible(strip) if isinstance(widget, ttk.Label) and widget.cget("text")]
        places[-1] += [labels[0].winfo_rootx(), labels[1].winfo_rootx(), labels[-1].winfo_rootx()]
        places[-1] += [label.winfo_rootx() + label.winfo_width() for label in labels[2:4]]

    assert places[0] == places[1] == places[2]


def test_height_stays_the_same(strip: ProgressStrip) -> None:
    heights = []
    for show in (
        lambda: strip.show_idle("Ready."),
        lambda: strip.show_busy("Evaluating", 1, 2),
        lambda: strip.show_epoch(batch_report(3, 500)),
    ):
        show()
        strip.update()
        heights.append(strip.winfo_height())

    assert len(set(heights)) == 1


def test_file_stands_at_the_right(strip: ProgressStrip) -> None:
    strip.show_file("relu-adam.nn *")

    label = visible(strip)[-1]
    assert label.cget("text") == "relu-adam.nn *"
    assert label.winfo_rootx() + label.winfo_width() >= strip.winfo_rootx() + 1270


def test_long_file_name_is_shortened_in_the_middle(
    strip: ProgressStrip, root: tk.Tk, xdo: Any, wait_until: Callable[..., None]
) -> None:
    name = "a-very-long-name-" * 8 + "end.nn *"
    strip.show_epoch(batch_report(3, 500))
    strip.show_file(name)
    root.geometry("900x100")
    wait_until(lambda: "…" in texts(strip)[-1])

    start, _, end = texts(strip)[-1].partition("…")
    assert name.startswith(start)
    assert name.endswith(end)
    assert "end.nn *" in end
    label = visible(strip)[-1]
    needed_px = label.tk.call("font", "measure", "nnapp-small", label.cget("text"))
    assert int(needed_px) + 8 < label.winfo_width()

    xdo.move(label)
    wait_until(lambda: tips(label) == [name])

    root.geometry("1900x100")
    wait_until(lambda: texts(strip)[-1] == name)


def tips(widget: tk.Misc) -> list[str]:
    """Return the texts of the tooltips of a widget that are on the screen."""
    windows = [child for child in widget.winfo_children() if isinstance(child, tk.Toplevel) and child.winfo_viewable()]
    return [str(label.cget("text")) for window in windows for label in window.winfo_children()]


@pytest.mark.parametrize("show", ["idle", "busy", "epoch"])
def test_change_of_scale(strip: ProgressStrip, style: Style, show: str) -> None:
    {
        "idle": lambda: strip.show_idle("Ready."),
        "busy": lambda: strip.show_busy("Evaluating", 1, 2),
        "epoch": lambda: strip.show_epoch(batch_report(3, 500)),
    }[show]()
    before = texts(strip), bars(strip)

    style.apply(scale=1.5)

    assert (texts(strip), bars(strip)) == before

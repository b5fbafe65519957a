"""The graphs as a person meets them: live, hovered, walked through with keys, saved, and closed at any moment."""

from __future__ import annotations

import csv
import subprocess
import sys
import tkinter as tk
from pathlib import Path
from tkinter import ttk
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageGrab

from nnapp.display.palettes import rgb
from nnapp.engine.reports import EpochReport
from nnapp.errors import DataError, StorageError
from nnapp.gui.graph_view import GraphView
from nnapp.gui.style import Style

PROJECT = Path(__file__).resolve().parents[2]


def report(epoch: int, n_epochs: int = 10, *, error: float = 0.5, is_best: bool = True) -> EpochReport:
    return EpochReport(epoch, n_epochs, 1 / epoch, 2 / epoch, error / epoch, 0.001, is_best, 1.0, 50_000.0)


def button(view: GraphView, text: str) -> ttk.Button:
    """Return the button of the view with a text."""

    def below(widget: tk.Misc) -> list[tk.Misc]:
        return [child for direct in widget.winfo_children() for child in (direct, *below(direct))]

    return next(found for found in below(view) if "text" in found.keys() and found["text"] == text)  # noqa: SIM118


@pytest.fixture
def wishes() -> list[str]:
    """Return the list of the formats a person wanted a file in."""
    return []


@pytest.fixture
def view(root: tk.Tk, style: Style, wait_until: Any, wishes: list[str]) -> GraphView:
    root.geometry("640x360")
    view = GraphView(root, style, wishes.append)
    view.pack(fill="both", expand=True)
    wait_until(lambda: view.canvas.is_ready)
    return view


def screenshot(widget: tk.Misc) -> Image.Image:
    widget.update()
    left, top = widget.winfo_rootx(), widget.winfo_rooty()
    box = (left, top, left + widget.winfo_width(), top + widget.winfo_height())
    return ImageGrab.grab(box, xdisplay=widget.winfo_screen()).convert("RGB")


def shows(view: GraphView, color: str) -> bool:
    """Return whether the plot has a good many pixels of about a colour."""
    difference = np.abs(np.asarray(screenshot(view.canvas)).astype(int) - rgb(color))
    return int((difference.max(axis=2) < 30).sum()) > 40


def sentence(view: GraphView) -> str:
    """Return the text on the plot."""
    items = [item for item in view.canvas.find_all() if view.canvas.type(item) == "text"]
    return "".join(view.canvas.itemcget(item, "text") for item in items)


def test_empty_view_says_what_will_appear(view: GraphView, wait_until: Any) -> None:
    wait_until(lambda: "No run yet" in sentence(view))
    assert view.readout.read_texts() == ["epoch –", "", "–", "–", "–"]
    for text in ("Clear earlier", "PNG", "SVG", "CSV"):
        assert button(view, text).instate(["disabled"])
    view.show_empty("Nothing here.")
    wait_until(lambda: sentence(view) == "Nothing here.")


def test_curves_grow_live(view: GraphView, style: Style, wait_until: Any) -> None:
    view.start_run("first")
    wait_until(lambda: "first points appear" in sentence(view))
    view.add_epoch(report(1))
    wait_until(lambda: view.readout.read_texts() == ["epoch 1", "of 10, best", "1.0000", "2.0000", "50.00 %"])
    assert sentence(view) == ""
    for epoch in range(2, 8):
        view.add_epoch(report(epoch))
    wait_until(lambda: view.readout.read_texts()[0] == "epoch 7")
    for name in ("training_loss", "validation_loss", "classification_error"):
        assert shows(view, getattr(style.palette, name)), name


def test_a_flood_of_epochs_is_drawn_a_few_times_only_and_ends_with_the_last(
    view: GraphView, wait_until: Any, let_pass: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.start_run("fast")
    let_pass(0.3)
    drawn: list[int] = []
    plot = view.canvas._plot
    assert plot is not None
    draw = plot.draw
    monkeypatch.setattr(plot, "draw", lambda *args, **options: drawn.append(1) or draw(*args, **options))
    for epoch in range(1, 1001):
        view.add_epoch(report(epoch, 1000))
        if epoch % 100 == 0:
            let_pass(0.05)  # half a second in all
    view.finish_run()
    wait_until(lambda: view.readout.read_texts()[0] == "epoch 1,000", timeout_s=2)

    assert 2 <= len(drawn) <= 5  # four a second, and the last
    assert plot.epochs.high == 1000


def test_axis_of_a_run_that_stopped_early_ends_with_it(view: GraphView, wait_until: Any) -> None:
    view.start_run("run")
    for epoch in range(1, 13):
        view.add_epoch(report(epoch, 25))
    plot = view.canvas._plot
    assert plot is not None
    wait_until(lambda: plot.epochs.high == 15)  # round, and room for more
    view.finish_run()
    wait_until(lambda: plot.epochs.high == 12)
    view.add_epoch(report(13, 25))  # the run goes on after all
    wait_until(lambda: plot.epochs.high == 15)


def test_pointer_reads_the_nearest_epoch_and_leaves_the_latest(view: GraphView, xdo: Any, wait_until: Any) -> None:
    view.start_run("run")
    for epoch in range(1, 11):
        view.add_epoch(report(epoch, error=0.0 if epoch == 4 else 0.5, is_best=epoch <= 4))
    view.finish_run()
    wait_until(lambda: view.readout.read_texts()[0] == "epoch 10")
    x, y = view.canvas.point(3, "training_loss")

    xdo.move(view.canvas, x + 5, y)
    wait_until(lambda: view.readout.read_texts()[0] == "epoch 4")
    assert view.readout.read_texts() == ["epoch 4", "of 10, best", "0.2500", "0.5000", "0.00 % (floor)"]
    xdo.move_to(5, 5)
    wait_until(lambda: view.readout.read_texts()[:2] == ["epoch 10", "of 10"])


def test_keys_walk_from_epoch_to_epoch(view: GraphView, xdo: Any, wait_until: Any) -> None:
    view.start_run("run")
    for epoch in range(1, 6):
        view.add_epoch(report(epoch, 5))
    view.finish_run()
    wait_until(lambda: view.readout.read_texts()[0] == "epoch 5")
    view.canvas.focus_force()

    for keys, expected in ((("Left",), 5), (("Left", "Left"), 3), (("Home",), 1), (("Left",), 1), (("Right",), 2)):
        xdo.key(*keys)
        wait_until(lambda expected=expected: view.readout.read_texts()[0] == f"epoch {expected}")
    xdo.key("End", "Right")
    wait_until(lambda: view.readout.read_texts()[0] == "epoch 5")
    xdo.key("Home", "Escape")
    wait_until(lambda: view.canvas.read_index() is None)
    assert view.readout.read_texts()[0] == "epoch 5"


def test_log_switch_moves_the_epochs(view: GraphView, xdo: Any, wait_until: Any) -> None:
    view.start_run("run")
    for epoch in range(1, 101):
        view.add_epoch(report(epoch, 100))
    view.finish_run()
    wait_until(lambda: view.readout.read_texts()[0] == "epoch 100")
    linear, _ = view.canvas.point(9, "training_loss")  # epoch 10

    xdo.click(button(view, "Log epochs"))
    wait_until(lambda: view.canvas.point(9, "training_loss")[0] > 3 * linear)
    assert view.read_log_epochs()
    (first, _), (last, _) = view.canvas.point(0, "training_loss"), view.canvas.point(99, "training_loss")
    assert view.canvas.point(9, "training_loss")[0] == pytest.approx((first + last) / 2, abs=2)
    view.show_log_epochs(False)
    wait_until(lambda: view.canvas.point(9, "training_loss")[0] == linear)


def test_earlier_runs_stay_until_cleared(view: GraphView, xdo: Any, wait_until: Any) -> None:
    for label in ("first", "second"):
        view.start_run(label)
        for epoch in (1, 2, 3):
            view.add_epoch(report(epoch, 3))
        view.finish_run()
    clear = button(view, "Clear earlier")
    wait_until(lambda: clear.instate(["!disabled"]) and view.readout.read_texts()[0] == "epoch 3")
    x, y = view.canvas.point(1, "training_loss")

    before = screenshot(view.canvas)
    xdo.click(clear)
    wait_until(lambda: clear.instate(["disabled"]))
    assert view.canvas.point(1, "training_loss") == (x, y)
    wait_until(lambda: (np.asarray(screenshot(view.canvas)) != np.asarray(before)).any())


def test_colours_follow_the_style(view: GraphView, style: Style, wait_until: Any) -> None:
    view.start_run("run")
    for epoch in range(1, 11):
        view.add_epoch(report(epoch))
    wait_until(lambda: shows(view, style.palette.training_loss))
    style.apply(theme="dark", colors="colour-blind", scale=1.5)
    assert style.palette.is_dark
    wait_until(lambda: shows(view, style.palette.validation_loss))
    assert screenshot(view.canvas).getpixel((6, 6)) == rgb(style.palette.canvas)


def test_narrow_view_keeps_its_tools_inside(root: tk.Tk, view: GraphView, wait_until: Any) -> None:
    for width in (640, 340):
        root.geometry(f"{width}x360")
        wait_until(lambda width=width: view.winfo_width() == width)
        for text in ("Log epochs", "CSV", "classification error"):
            widget = button(view, text)
            wait_until(
                lambda widget=widget: (
                    widget.winfo_rootx() + widget.winfo_width() <= view.winfo_rootx() + view.winfo_width()
                )
            )


def test_save_buttons_ask_for_their_format(view: GraphView, xdo: Any, wait_until: Any, wishes: list[str]) -> None:
    view.add_epoch(report(1))  # also without a run begun
    wait_until(lambda: button(view, "PNG").instate(["!disabled"]))
    for text in ("PNG", "SVG", "CSV"):
        xdo.click(button(view, text))

    wait_until(lambda: wishes == ["png", "svg", "csv"])


def test_files(view: GraphView, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="train a network first"):
        view.save_png(tmp_path / "nothing.png")
    for label in ("first", "second"):
        view.start_run(label)
        for epoch in (1, 2):
            view.add_epoch(report(epoch, 2))
    view.save_png(tmp_path / "graph.png")
    view.save_svg(tmp_path / "graph.svg")
    view.save_csv(tmp_path / "graph.csv")

    with Image.open(tmp_path / "graph.png") as image:
        assert image.format == "PNG"
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8").startswith("<?xml")
    with open(tmp_path / "graph.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["run"], row["epoch"], float(row["training_loss"])) for row in rows] == [
        ("first", "1", 1.0),
        ("first", "2", 0.5),
        ("second", "1", 1.0),
        ("second", "2", 0.5),
    ]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["graph.csv", "graph.png", "graph.svg"]
    with pytest.raises(StorageError):
        view.save_csv(tmp_path / "no such folder" / "graph.csv")


CLOSING = """
import sys, tkinter as tk
from nnapp.engine.reports import EpochReport
from nnapp.gui.graph_view import GraphView
from nnapp.gui.style import Style

root = tk.Tk()
view = GraphView(root, Style(root))
view.pack(fill="both", expand=True)
view.start_run("run")
epoch = 0

def add():
    global epoch
    epoch += 1
    view.add_epoch(EpochReport(epoch, 1000, 1 / epoch, 2 / epoch, 0.5 / epoch, 0.001, True, 1.0, 1.0))
    root.geometry(f"{500 + epoch % 50}x360")
    root.after(5, add)

root.after(1, add)
root.after(int(sys.argv[1]), root.destroy)
root.mainloop()
"""


@pytest.mark.parametrize("after_ms", [1, 150, 700])
def test_window_closes_cleanly_at_any_moment(display: str, after_ms: int) -> None:
    """Before, while and after matplotlib is loaded, and with a redraw waiting."""
    done = subprocess.run(
        [sys.executable, "-c", CLOSING, str(after_ms)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

"""The values over the plot: names, numbers, and that nothing moves when they change."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Any

import pytest

from nnapp.display.loss_history import LossHistory
from nnapp.engine.reports import EpochReport
from nnapp.gui.curve_readout import CurveReadout
from nnapp.gui.style import Style


def history_of(*errors: float) -> LossHistory:
    history = LossHistory("run")
    for epoch, error in enumerate(errors, 1):
        history.append(EpochReport(epoch, 1000, 0.00001 * epoch, 12345.0, error, 0.001, epoch == 1, 1.0, 1.0))
    return history


def labels_of(widget: tk.Misc) -> list[ttk.Label]:
    found = []
    for child in widget.winfo_children():
        found += [child] if isinstance(child, ttk.Label) else labels_of(child)
    return found


@pytest.fixture
def readout(root: tk.Tk, style: Style) -> CurveReadout:
    root.geometry("620x80")
    readout = CurveReadout(root, style)
    readout.pack(fill="x")
    root.update()
    return readout


def test_says_epoch_best_and_values(readout: CurveReadout) -> None:
    history = history_of(0.0312, 0.0)

    readout.show_epoch(history, 0, 1e-8)
    assert readout.read_texts() == ["epoch 1", "of 1,000, best", "1.00e-05", "1.23e+04", "3.12 %"]
    readout.show_epoch(history, 1, 1e-8)
    assert readout.read_texts() == ["epoch 2", "of 1,000", "2.00e-05", "1.23e+04", "0.00 % (floor)"]
    readout.show_nothing()
    assert readout.read_texts() == ["epoch –", "", "–", "–", "–"]


@pytest.mark.parametrize("width", [620, 400])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_nothing_moves_when_numbers_get_longer(
    root: tk.Tk, style: Style, readout: CurveReadout, width: int, scale: float
) -> None:
    style.apply(scale=scale)
    root.geometry(f"{width}x120")
    root.update()
    history = history_of(*[0.5] * 999, 0.0)

    def places() -> list[tuple[int, int]]:
        root.update()
        return [
            (label.winfo_rootx(), label.winfo_rooty()) for label in labels_of(readout) if label["text"] != "of 1,000"
        ]

    readout.show_nothing()
    readout.show_epoch(history, 2, 1e-8)
    short = places()
    readout.show_epoch(history, 999, 1e-8)
    assert places() == short


def test_narrow_view_puts_the_epoch_above(root: tk.Tk, readout: CurveReadout, wait_until: Any) -> None:
    labels = {str(label["text"]): label for label in labels_of(readout)}
    assert labels["epoch –"].winfo_rooty() == labels["training loss"].winfo_rooty()
    remark = next(label for label in labels_of(readout) if label["text"] == "")
    assert remark.winfo_rooty() > labels["epoch –"].winfo_rooty()
    root.geometry("330x120")
    wait_until(lambda: labels["epoch –"].winfo_rooty() < labels["training loss"].winfo_rooty())
    assert remark.winfo_rooty() <= labels["epoch –"].winfo_rooty() + 4
    name = labels["classification error"]
    assert name.winfo_rootx() + name.winfo_reqwidth() <= root.winfo_rootx() + 330
    root.geometry("620x120")
    wait_until(lambda: labels["epoch –"].winfo_rooty() == labels["training loss"].winfo_rooty())


def test_names_explain_themselves(root: tk.Tk, readout: CurveReadout, xdo: Any, wait_until: Any) -> None:
    name = next(label for label in labels_of(readout) if label["text"] == "classification error")
    xdo.move(name)

    def texts() -> str:
        tips = [widget for widget in name.winfo_children() if widget.winfo_viewable()]
        return " ".join(str(label["text"]) for tip in tips for label in tip.winfo_children())

    wait_until(lambda: "0.01 is 1 %" in texts() and "floor" in texts())

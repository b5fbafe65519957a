from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import font as tkfont

import pytest

from nnapp.gui.style import Style
from nnapp.gui.wrapped_label import WrappedLabel


@pytest.mark.parametrize("scale", [0.75, 1.0, 1.5])
def test_text_takes_the_lines_its_width_asks_for(
    root: tk.Tk, style: Style, wait_until: Callable[..., None], scale: float
) -> None:
    style.apply(scale=scale)
    font = tkfont.nametofont("nnapp-body", root=root)
    label = WrappedLabel(root, " ".join(["three"] * 6))
    label.pack(fill="x")
    for n_lines in (1, 2, 3):
        width_px = font.measure(" ".join(["three"] * (6 // n_lines))) + 8
        root.geometry(f"{width_px}x200")
        wait_until(lambda width_px=width_px: label.winfo_width() == width_px)
        root.update()

        assert round(label.winfo_reqheight() / font.metrics("linespace")) == n_lines


def test_text_that_just_does_not_fit_is_not_cut(root: tk.Tk, style: Style, wait_until: Callable[..., None]) -> None:
    text = "Images per epoch"
    font = tkfont.nametofont("nnapp-body", root=root)
    label = WrappedLabel(root, text, asks_for_width=True)
    label.pack(fill="x")
    for width_px in range(font.measure(text) + 10, font.measure(text) - 10, -1):
        root.geometry(f"{width_px}x200")
        wait_until(lambda width_px=width_px: label.winfo_width() == width_px)
        root.update()

        assert label.winfo_reqwidth() <= width_px


def test_long_text_widens_nothing(root: tk.Tk, style: Style, wait_until: Callable[..., None]) -> None:
    root.geometry("")
    frame = tk.Frame(root)
    frame.pack()
    tk.Frame(frame, width=100, height=10).pack()
    label = WrappedLabel(frame, "A sentence much longer than 100 pixels are wide.")
    label.pack(fill="x")
    root.update()

    assert label.winfo_width() == 100
    assert label.winfo_height() >= 3 * tkfont.nametofont("nnapp-body", root=root).metrics("linespace")


def test_tab_does_not_stop_at_it(root: tk.Tk, style: Style) -> None:
    label = WrappedLabel(root, "Loss")
    label.bind("<KeyPress>", lambda _: None)
    label.pack()
    root.update()

    assert str(root.tk_focusNext()) != str(label)

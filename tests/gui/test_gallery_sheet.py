from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnapp.display.gallery import Gallery
from nnapp.engine.evaluation import Evaluation
from nnapp.gui.gallery_sheet import GallerySheet
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
N_IMAGES = 200


@pytest.fixture
def scrolled() -> list[tuple[float, float]]:
    return []


@pytest.fixture
def sheet(root: tk.Tk, style: Style, scrolled: list[tuple[float, float]], wait_until: WaitUntil) -> GallerySheet:
    labels = np.zeros(N_IMAGES, int)
    # Falling probabilities of the wrong answer, so that the order is that of the indices.
    wrong = np.linspace(1, 0.5, N_IMAGES)
    evaluation = Evaluation(0.1, labels, labels + 1, np.stack([1 - wrong, wrong], axis=1))
    images = np.zeros((N_IMAGES, 28, 28), np.uint8)
    gallery = Gallery(evaluation, images, np.arange(N_IMAGES), ["no", "yes"])
    root.geometry("500x400")
    sheet = GallerySheet(
        root,
        style,
        gallery,
        on_select=lambda position: None,
        on_open=lambda position: None,
        on_scroll=lambda *part: scrolled.append(part),
    )
    sheet.pack(fill="both", expand=True)
    wait_until(lambda: shown(sheet))
    return sheet


def shown(sheet: GallerySheet) -> list[int]:
    """Return the indices written on the sheet."""
    texts = [sheet.itemcget(item, "text") for item in sheet.find_all() if sheet.type(item) == "text"]
    return [int(text) for text in texts if text.isdigit()]


def test_scrollbar_commands_move_the_sheet(
    sheet: GallerySheet, scrolled: list[tuple[float, float]], wait_until: WaitUntil
) -> None:
    n_columns = next(index for index in shown(sheet) if sheet.tile_center(index)[1] > sheet.tile_center(0)[1])
    row_px = sheet.tile_center(n_columns)[1] - sheet.tile_center(0)[1]
    first_row_y = sheet.tile_center(0)[1]

    assert scrolled[-1][0] == 0
    assert 0 < scrolled[-1][1] < 0.5
    sheet.scroll("scroll", "1", "units")
    assert sheet.tile_center(0)[1] == first_row_y - row_px
    assert sheet.tile_center(n_columns)[1] == first_row_y
    wait_until(lambda: shown(sheet)[-1] >= 4 * n_columns)
    sheet.scroll("moveto", "1.0")
    wait_until(lambda: N_IMAGES - 1 in shown(sheet))
    assert scrolled[-1][1] == 1
    sheet.scroll("scroll", "-1", "pages")
    wait_until(lambda: N_IMAGES - 1 not in shown(sheet))
    sheet.scroll("moveto", "-0.5")
    wait_until(lambda: 0 in shown(sheet))
    assert scrolled[-1][0] == 0


def test_page_keys_move_by_what_is_in_sight(sheet: GallerySheet, xdo: Any, wait_until: WaitUntil) -> None:
    sheet.focus_set()

    xdo.key("Next")
    wait_until(lambda: sheet.selected > 0)
    page = sheet.selected
    assert page in shown(sheet)
    xdo.key("Next", "Prior", "Prior", "Prior")
    wait_until(lambda: sheet.selected == 0)
    xdo.key("End", "Next")
    wait_until(lambda: sheet.selected == N_IMAGES - 1)


def test_a_redraw_waits_until_the_window_is_idle(
    sheet: GallerySheet, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    draw = sheet._draw
    monkeypatch.setattr(sheet, "_draw", lambda: (drawn.append(1), draw()))

    for _ in range(10):
        sheet.scroll("scroll", "1", "units")
    wait_until(lambda: drawn)

    assert len(drawn) == 1

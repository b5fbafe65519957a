from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import Any

import numpy as np
import pytest

from nnapp.engine.evaluation import Evaluation
from nnapp.gui.gallery_window import GalleryWindow
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
NAMES = [str(digit) for digit in range(10)]


class Shown:
    """A gallery of images of class 4 that were taken for 9, and what was opened in it."""

    def __init__(
        self,
        root: tk.Tk,
        style: Style,
        n_images: int,
        image_numbers: np.ndarray | None = None,
        class_names: Sequence[str] = NAMES,
    ) -> None:
        rng = np.random.default_rng(1)
        n_all = n_images + 5
        probabilities = rng.dirichlet(np.ones(10), n_all)
        labels, predictions = np.full(n_all, 4), np.full(n_all, 9)
        self.evaluation = Evaluation(0.1, labels, predictions, probabilities)
        self.indices = rng.choice(n_all, n_images, replace=False)
        self.order = sorted(self.indices.tolist(), key=lambda index: -probabilities[index, 9])
        self.opened: list[int] = []
        self.window = GalleryWindow(
            root,
            style,
            self.evaluation,
            rng.integers(0, 256, (n_all, 28, 28), dtype=np.uint8),
            self.indices,
            f"4 taken for 9: {n_images} images",
            class_names,
            self.opened.append,
            "A test set",
            image_numbers,
        )

    @property
    def sheet(self) -> tk.Canvas:
        return self.window.sheet

    def captions(self) -> list[str]:
        sheet = self.sheet
        return [sheet.itemcget(item, "text") for item in sheet.find_all() if sheet.type(item) == "text"]

    def labels(self) -> list[str]:
        return [str(child.cget("text")) for child in self.window.winfo_children() if isinstance(child, ttk.Label)]

    def details(self, position: int) -> str:
        index = self.order[position]
        wrong, right = 100 * self.evaluation.probabilities[index, [9, 4]]
        return f"Image {index}: actual 4, predicted 9 with {wrong:.1f} %; probability of 4: {right:.1f} %"


@pytest.fixture
def shown(root: tk.Tk, style: Style, wait_until: WaitUntil) -> Shown:
    gallery = Shown(root, style, 40)
    wait_until(lambda: gallery.captions() and root.focus_get() is gallery.sheet)
    return gallery


def test_images_come_worst_first_with_index_classes_and_probability(shown: Shown) -> None:
    captions = shown.captions()

    visible = captions[0::3]
    assert visible == [str(index) for index in shown.order[: len(visible)]]
    assert len(visible) >= 20
    probabilities = [100 * shown.evaluation.probabilities[index, 9] for index in shown.order[: len(visible)]]
    assert captions[1::3] == [f"{probability:.1f} %" for probability in probabilities]
    assert set(captions[2::3]) == {"4 → 9"}
    assert shown.window.title() == "4 taken for 9: 40 images"
    assert {"4 taken for 9: 40 images", "A test set, worst mistakes first", shown.details(0)} <= set(shown.labels())


def test_arrow_keys_move_and_return_opens(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    xdo.key("Right", "Right", "Left")
    wait_until(lambda: shown.details(1) in shown.labels())
    xdo.key("Return")
    wait_until(lambda: shown.opened == [shown.order[1]])
    xdo.key("Down")
    wait_until(lambda: shown.details(8) in shown.labels())  # seven in a row
    xdo.key("Up", "Up")
    wait_until(lambda: shown.details(1) in shown.labels())
    xdo.key("End", "space")
    wait_until(lambda: shown.opened == [shown.order[1], shown.order[39]])
    assert str(shown.order[39]) in shown.captions(), "the selected image is scrolled into sight"
    xdo.key("Home")
    wait_until(lambda: str(shown.order[0]) in shown.captions())


def test_double_click_opens_the_image_under_the_pointer(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    xdo.click(shown.sheet, *shown.window.sheet.tile_center(9))
    wait_until(lambda: shown.details(9) in shown.labels())
    assert shown.opened == []
    xdo.click(shown.sheet, *shown.window.sheet.tile_center(10), count=2)
    wait_until(lambda: shown.opened == [shown.order[10]])


@pytest.mark.parametrize("way", ["button", "keyboard"])
def test_indices_are_copied_in_the_order_shown(
    shown: Shown, root: tk.Tk, xdo: Any, wait_until: WaitUntil, way: str
) -> None:
    if way == "keyboard":
        xdo.key("ctrl+c")
    else:
        xdo.click(_button(shown.window, "Copy indices"))
    wait_until(lambda: "Copied the indices of 40 images." in shown.labels())

    assert root.clipboard_get() == ", ".join(map(str, shown.order))


def test_escape_closes_the_window(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    xdo.key("Escape")

    wait_until(lambda: not shown.window.winfo_exists())


def test_tab_reaches_the_buttons_in_the_order_they_are_read(
    shown: Shown, root: tk.Tk, xdo: Any, wait_until: WaitUntil
) -> None:
    for text in ("Copy indices", "Open image", "Close"):
        xdo.key("Tab")
        wait_until(lambda text=text: root.focus_get() is _button(shown.window, text))
    xdo.key("shift+Tab", "space")
    wait_until(lambda: shown.opened == [shown.order[0]])


def test_wheel_and_scrollbar_move_the_sheet(shown: Shown, xdo: Any, wait_until: WaitUntil) -> None:
    first = str(shown.order[0])

    xdo.wheel(shown.sheet, 30)
    wait_until(lambda: first not in shown.captions() and str(shown.order[39]) in shown.captions())
    scrollbar = next(child for child in shown.window.winfo_children() if isinstance(child, ttk.Scrollbar))
    assert scrollbar.get()[1] == 1.0
    xdo.drag(scrollbar, [(5, scrollbar.winfo_height() - 30), (5, 2)])
    wait_until(lambda: first in shown.captions())


def test_only_what_is_in_sight_is_drawn(root: tk.Tk, style: Style, wait_until: WaitUntil, xdo: Any) -> None:
    shown = Shown(root, style, 1000)
    wait_until(shown.captions)

    for _ in range(2):
        # Seven columns and four rows, and what shows of a fifth; three texts each.
        assert len(shown.captions()) <= 3 * 7 * 5
        xdo.key("End")
        wait_until(lambda: str(shown.order[999]) in shown.captions())


def test_images_are_called_by_their_numbers(root: tk.Tk, style: Style, wait_until: WaitUntil, xdo: Any) -> None:
    shown = Shown(root, style, 3, np.arange(8) + 50_000)
    wait_until(lambda: shown.captions() and root.focus_get() is shown.sheet)

    assert shown.captions()[0::3] == [str(index + 50_000) for index in shown.order]
    xdo.key("Return")
    wait_until(lambda: shown.opened == [shown.order[0] + 50_000])


def test_a_single_image_has_room_for_the_buttons(root: tk.Tk, style: Style, wait_until: WaitUntil) -> None:
    shown = Shown(root, style, 1)
    wait_until(shown.captions)

    for child in _button(shown.window, "Close").master.winfo_children():
        assert child.winfo_x() >= 0
        assert child.winfo_width() >= child.winfo_reqwidth()


def test_colors_follow_the_style_and_the_window_can_be_resized(
    shown: Shown, root: tk.Tk, style: Style, wait_until: WaitUntil
) -> None:
    style.apply(theme="dark", scale=1.5)
    shown.window.geometry("900x600")
    wait_until(lambda: shown.window.winfo_width() == 900 and shown.sheet.cget("background") == style.palette.surface)
    root.update()

    lengths = [shown.sheet.coords(item) for item in shown.sheet.find_all() if shown.sheet.type(item) == "text"]
    assert max(x for x, _ in lengths) <= shown.sheet.winfo_width()


def _button(window: tk.Misc, text: str) -> ttk.Button:
    frames = [child for child in window.winfo_children() if isinstance(child, ttk.Frame)]
    buttons = [child for frame in frames for child in frame.winfo_children() if isinstance(child, ttk.Button)]
    return next(button for button in buttons if button.cget("text") == text)


def test_long_names_wrap_instead_of_widening_the_window(root: tk.Tk, style: Style, wait_until: WaitUntil) -> None:
    names = [f"photographs_of_the_{number}th_house_from_the_summer_2019" for number in range(10)]
    gallery = Shown(root, style, 3, class_names=names)
    wait_until(lambda: gallery.captions() and root.focus_get() is gallery.sheet)
    window = gallery.window
    assert window.winfo_width() <= style.px(150)
    labels = [child for child in window.winfo_children() if isinstance(child, ttk.Label)]
    details = next(label for label in labels if "probability of" in str(label.cget("text")))
    # Some 150 characters are three lines and more of such a window.
    assert details.winfo_height() > 2 * labels[1].winfo_height()
    assert details.winfo_y() + details.winfo_height() <= window.winfo_height()
    # What all names share is left out where there is no room for it.
    assert any(caption.startswith("…4th") for caption in gallery.captions())

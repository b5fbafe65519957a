from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnapp.display.palettes import rgb
from nnapp.engine.evaluation import ConfusionMatrix
from nnapp.gui.confusion_canvas import ConfusionCanvas
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
N_IMAGES = 3000


class Shown:
    """A canvas with a matrix whose images are known, and what was opened on it."""

    def __init__(self, root: tk.Tk, style: Style, n_classes: int, side: int = 430) -> None:
        rng = np.random.default_rng(n_classes)
        self.labels = rng.integers(0, n_classes, N_IMAGES)
        # Predicted is the right class or one of the next three, so most cells far from the diagonal are empty.
        self.predictions = (self.labels + rng.choice(4, N_IMAGES, p=[0.85, 0.08, 0.05, 0.02])) % n_classes
        self.confusion = ConfusionMatrix(self.labels, self.predictions, n_classes)
        self.names = [chr(ord("A") + label) for label in range(n_classes)]
        self.opened: list[tuple[int, int]] = []
        root.geometry(f"{side}x{side}")
        self.canvas = ConfusionCanvas(root, style, lambda *cell: self.opened.append(cell))
        self.canvas.pack(fill="both", expand=True)
        root.update()
        self.canvas.show_confusion(self.confusion, self.names)

    def indices(self, actual: int, predicted: int) -> list[int]:
        """Return the images of a cell, found one by one."""
        pairs = zip(self.labels, self.predictions, strict=True)
        return [index for index, pair in enumerate(pairs) if pair == (actual, predicted)]

    def items(self, kind: str) -> list[int]:
        """Return the canvas items of a kind, the lowest first."""
        return [item for item in self.canvas.find_all() if self.canvas.type(item) == kind]

    def center(self, actual: int, predicted: int) -> tuple[int, int]:
        left, top, right, bottom = self.canvas.cell_box(actual, predicted)
        return (left + right) // 2, (top + bottom) // 2

    def tip(self) -> str | None:
        """Return what the tooltip on the screen says."""
        for child in self.canvas.winfo_children():
            if isinstance(child, tk.Toplevel) and child.winfo_viewable():
                return str(child.winfo_children()[0].cget("text"))
        return None


def indices_in(tip: str) -> tuple[list[int], str]:
    """Return the indices a tooltip lists, and how the list ends."""
    numbers, _, ending = "".join(tip.split("\n", 2)[2:]).partition("…")
    return [int(number) for number in numbers.split(",") if number.strip()], ending


@pytest.mark.parametrize("n_classes", [2, 10, 26])
def test_hovering_a_cell_shows_the_indices_of_its_images(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil, n_classes: int
) -> None:
    shown = Shown(root, style, n_classes)

    for actual, predicted in ((0, 0), (0, 1), (n_classes - 1, n_classes - 1), (n_classes - 1, 0)):
        xdo.move(shown.canvas, *shown.center(actual, predicted))
        headline = f"actual {shown.names[actual]}, predicted {shown.names[predicted]}"
        wait_until(lambda headline=headline: headline in (shown.tip() or ""))

        expected = shown.indices(actual, predicted)
        listed, ending = indices_in(shown.tip() or "")
        assert f": {len(expected):,} images\n" in (shown.tip() or "")
        assert listed == expected[:80]
        assert ending == (f" and {len(expected) - 80:,} more" if len(expected) > 80 else "")


def test_hovering_an_empty_cell_says_so(root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil) -> None:
    shown = Shown(root, style, 10)

    xdo.move(shown.canvas, *shown.center(2, 7))
    wait_until(shown.tip)

    assert shown.tip() == "C taken for H: no images\nactual C, predicted H"


def test_hovering_the_edges_explains_recall_and_precision(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil
) -> None:
    shown = Shown(root, style, 10)
    n_actual = int((shown.labels == 3).sum())
    n_predicted = int((shown.predictions == 3).sum())
    n_right = len(shown.indices(3, 3))
    end = shown.canvas.cell_box(3, 9)[2]
    x, y = shown.center(3, 3)

    xdo.move(shown.canvas, end + 15, y)
    wait_until(lambda: f"recall {n_right} ÷ {n_actual} = " in (shown.tip() or ""))
    xdo.move(shown.canvas, x, shown.canvas.cell_box(9, 3)[3] + 10)
    wait_until(lambda: f"precision {n_right} ÷ {n_predicted} = " in (shown.tip() or ""))
    xdo.move(shown.canvas, 3, 3)
    wait_until(lambda: shown.tip() is None)


def test_clicking_a_cell_opens_it_unless_it_is_empty(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil
) -> None:
    shown = Shown(root, style, 10)

    xdo.click(shown.canvas, *shown.center(2, 7))
    xdo.click(shown.canvas, *shown.center(4, 6))
    wait_until(lambda: shown.opened)

    assert shown.opened == [(4, 6)]
    assert shown.canvas.selected == (4, 6)


def test_every_cell_can_be_reached_opened_and_copied_with_the_keyboard(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil
) -> None:
    shown = Shown(root, style, 10)

    xdo.key("Tab")
    wait_until(lambda: root.focus_get() is shown.canvas)
    xdo.key("Down", "Down", "Down", "Right", "Right", "Right", "Right", "Left")
    wait_until(lambda: shown.canvas.selected == (3, 3))
    xdo.key("Right")
    wait_until(lambda: "actual D, predicted E" in (shown.tip() or ""))
    assert indices_in(shown.tip() or "")[0] == shown.indices(3, 4)[:80]
    xdo.key("Return", "space")
    wait_until(lambda: shown.opened == [(3, 4), (3, 4)])
    xdo.key("ctrl+c")
    expected = ", ".join(str(index) for index in shown.indices(3, 4))
    wait_until(lambda: _clipboard(root) == expected)


def test_home_end_page_up_and_page_down_go_to_the_edges_and_arrows_stop_there(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil
) -> None:
    shown = Shown(root, style, 26)
    shown.canvas.focus_set()

    for key, expected in (
        ("End", (0, 25)),
        ("Next", (25, 25)),
        ("Down", (25, 25)),
        ("Home", (25, 0)),
        ("Prior", (0, 0)),
        ("Up", (0, 0)),
    ):
        xdo.key(key)
        wait_until(lambda expected=expected: shown.canvas.selected == expected)


def test_selection_is_outlined_while_the_matrix_has_the_keyboard(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil
) -> None:
    shown = Shown(root, style, 10)
    other = tk.Frame(root, takefocus=True)
    other.pack()

    def outlined() -> tuple[int, ...] | None:
        visible = [item for item in shown.items("rectangle") if shown.canvas.itemcget(item, "state") == "normal"]
        return tuple(round(length) for length in shown.canvas.coords(visible[-1])) if visible else None

    assert outlined() is None
    shown.canvas.focus_set()
    xdo.key("Right")
    left, top, right, bottom = shown.canvas.cell_box(0, 1)
    wait_until(lambda: outlined() == (left - 1, top - 1, right, bottom))
    other.focus_set()
    wait_until(lambda: outlined() is None)


def test_images_are_called_by_their_numbers(root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil) -> None:
    shown = Shown(root, style, 10)
    shown.canvas.show_confusion(shown.confusion, shown.names, np.arange(N_IMAGES) + 50_000)
    expected = [index + 50_000 for index in shown.indices(0, 2)]

    xdo.move(shown.canvas, *shown.center(0, 2))
    wait_until(shown.tip)
    assert indices_in(shown.tip() or "")[0] == expected[:80]
    shown.canvas.focus_set()
    xdo.key("End", "Home", "Right", "Right", "ctrl+c")
    wait_until(lambda: _clipboard(root) == ", ".join(map(str, expected)))


def test_cells_are_painted_and_counted(root: tk.Tk, style: Style) -> None:
    shown = Shown(root, style, 10)
    texts = {tuple(shown.canvas.coords(item)): shown.canvas.itemcget(item, "text") for item in shown.items("text")}

    for actual, predicted in ((0, 0), (3, 4), (9, 2), (5, 1)):
        left, top, right, bottom = shown.canvas.cell_box(actual, predicted)
        n_images = len(shown.indices(actual, predicted))
        found = [text for (x, y), text in texts.items() if left <= x < right and top <= y < bottom]
        assert found == ([str(n_images)] if n_images else [])


def test_matrix_follows_the_size_of_its_widget_and_stays_square(
    root: tk.Tk, style: Style, wait_until: WaitUntil
) -> None:
    shown = Shown(root, style, 10)
    before = shown.canvas.cell_box(0, 0)

    root.geometry("800x700")
    wait_until(lambda: shown.canvas.cell_box(0, 0) != before)

    left, top, right, bottom = shown.canvas.cell_box(0, 0)
    assert right - left == bottom - top
    # Ten cells take most of the 700 pixels.
    assert 560 <= shown.canvas.cell_box(9, 9)[3] - top <= 700


def test_resizing_again_and_again_draws_once(
    root: tk.Tk, style: Style, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Shown(root, style, 10)
    wait_until(lambda: not root.tk.call("after", "info"))
    drawn: list[int] = []
    draw = shown.canvas._draw
    monkeypatch.setattr(shown.canvas, "_draw", lambda: (drawn.append(1), draw()))

    for side in (500, 510, 520, 530):
        shown.canvas.event_generate("<Configure>", width=side, height=side)
    wait_until(lambda: drawn)
    wait_until(lambda: not root.tk.call("after", "info"))

    assert len(drawn) == 1


def test_colors_follow_the_style(root: tk.Tk, style: Style) -> None:
    shown = Shown(root, style, 2)
    shown.canvas.show_confusion(ConfusionMatrix(np.array([0, 1]), np.array([0, 1]), 2), ["no", "yes"])

    for theme, colors in (("light", "standard"), ("dark", "colour-blind")):
        style.apply(theme=theme, colors=colors)  # type: ignore[arg-type]  # words of THEMES and COLORS
        root.update()
        x, y = shown.canvas.cell_box(0, 0)[:2]
        picture = shown.canvas.itemcget(shown.items("image")[0], "image")
        assert root.tk.splitlist(root.tk.call(picture, "get", 4, 4)) == tuple(rgb(style.palette.positive))
        assert x > 0
        assert y > 0
        assert shown.canvas.cget("background") == style.palette.background


def test_a_sentence_takes_the_place_of_the_matrix(root: tk.Tk, style: Style, xdo: Any) -> None:
    shown = Shown(root, style, 10)

    shown.canvas.show_sentence("Not evaluated yet.")
    shown.canvas.focus_set()
    xdo.key("Right", "Return", "ctrl+c")
    xdo.click(shown.canvas)

    assert [shown.canvas.itemcget(item, "text") for item in shown.items("text")] == ["Not evaluated yet."]
    assert shown.opened == []
    assert shown.tip() is None


def test_a_network_with_fewer_classes_selects_a_cell_that_exists(
    root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil
) -> None:
    shown = Shown(root, style, 26)
    shown.canvas.focus_set()
    xdo.key("End", "Next")
    wait_until(lambda: shown.canvas.selected == (25, 25))

    shown.canvas.show_confusion(ConfusionMatrix(np.array([0, 1]), np.array([0, 1]), 2), ["no", "yes"])

    assert shown.canvas.selected == (0, 0)


def _clipboard(root: tk.Tk) -> str:
    try:
        return root.clipboard_get()
    except tk.TclError:  # nothing has been copied yet
        return ""

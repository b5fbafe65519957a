from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import Any

import numpy as np
import pytest
from PIL import ImageGrab
from support.window_user import all_widgets, text_of

from nnapp.display.augmentation_sheet import fit_augmentation
from nnapp.display.palettes import rgb
from nnapp.engine.augmentation import AUGMENTATIONS, Augmentation
from nnapp.gui.augmentation_preview_window import AugmentationPreviewWindow
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
N_IMAGES, SHAPE = 20, (28, 28)


class Shown:
    """The window with twenty images, and what is to be seen of it."""

    def __init__(self, root: tk.Tk, style: Style, wait_until: WaitUntil, shape: Sequence[int] = SHAPE) -> None:
        self.root, self.style, self.wait_until = root, style, wait_until
        self.images = np.random.default_rng(0).integers(0, 256, (N_IMAGES, *shape), np.uint8)
        self.window = AugmentationPreviewWindow(root, style)
        self.window.show_images(self.images, "Small digits")
        self.window.show_augmentation(Augmentation())
        self.window.open()
        wait_until(self.window.winfo_viewable)

    @property
    def canvas(self) -> tk.Canvas:
        return next(part for part in all_widgets(self.window) if isinstance(part, tk.Canvas))

    def texts(self) -> list[str]:
        found = [text_of(part) for part in all_widgets(self.window)]
        items = self.canvas.find_all()
        texts = [item for item in items if self.canvas.type(item) == "text"]
        return found + [self.canvas.itemcget(item, "text") for item in texts if self._is_visible(item)]

    def _is_visible(self, item: int) -> bool:
        return self.canvas.itemcget(item, "state") != "hidden"

    def button(self, label: str) -> ttk.Button:
        return next(part for part in all_widgets(self.window) if text_of(part) == label)

    def tile(self, image: int, tile: int) -> np.ndarray:
        """Return the colours of one image on the screen, (height, width, 3)."""
        width, height = self.canvas.winfo_width(), self.canvas.winfo_height()
        layout = fit_augmentation(N_IMAGES, 5, SHAPE, (width, height), self.style.px(0.75))
        x, y = layout.corner(image, tile)
        x += self.canvas.winfo_rootx() + (width - layout.width) // 2
        y += self.canvas.winfo_rooty() + (height - layout.height) // 2
        box = (x, y, x + layout.image_width, y + layout.image_height)
        return np.asarray(ImageGrab.grab(box, xdisplay=self.root.winfo_screen()).convert("RGB"))

    def colors(self, image: int) -> np.ndarray:
        """Return the colours an image has as it is, enlarged as it is shown at 100 %: twice."""
        paper, ink = (np.array(rgb(color)) for color in (self.style.palette.canvas, self.style.palette.text))
        shares = self.images[image].repeat(2, axis=0).repeat(2, axis=1)[:, :, np.newaxis] / 255
        return paper + shares * (ink - paper)

    def shows_as_it_is(self, image: int, tile: int) -> bool:
        found, expected = self.tile(image, tile), self.colors(image)
        return found.shape == expected.shape and bool(np.allclose(found, expected, atol=1))


@pytest.fixture
def shown(root: tk.Tk, style: Style, wait_until: WaitUntil) -> Shown:
    return Shown(root, style, wait_until)


def test_without_augmentation_images_are_shown_as_they_are(shown: Shown) -> None:
    for image in (0, 11, 19):
        for tile in (0, 1, 4):
            shown.wait_until(lambda image=image, tile=tile: shown.shows_as_it_is(image, tile))
    assert {"Augmentation: none", "Images as they are"} <= set(shown.texts())


def test_changed_versions_stand_beside_the_image(shown: Shown) -> None:
    shown.window.show_augmentation(AUGMENTATIONS["medium"])

    shown.wait_until(lambda: shown.shows_as_it_is(7, 0) and not shown.shows_as_it_is(7, 1))
    assert len({shown.tile(7, tile).tobytes() for tile in range(5)}) == 5
    texts = shown.texts()
    assert "Augmentation: medium" in texts
    assert (
        "Rotation 10°, zoom 0.12, shear 0.15, translation 1.5 px, elastic distortion 0.9 px, stroke thickness 0.4 px, "
        "noise off"
    ) in texts
    assert any(text.startswith("20 training images of Small digits") for text in texts)


def test_it_follows_the_amounts(shown: Shown) -> None:
    shown.window.show_augmentation(Augmentation(noise=0.5))
    shown.wait_until(lambda: not shown.shows_as_it_is(3, 2))
    assert "Augmentation: custom" in shown.texts()

    shown.window.show_augmentation(Augmentation())
    shown.wait_until(lambda: shown.shows_as_it_is(3, 2))


@pytest.mark.parametrize("way", ["button", "space", "a"])
def test_again_draws_other_random_numbers(shown: Shown, xdo: Any, root: tk.Tk, way: str) -> None:
    shown.window.show_augmentation(AUGMENTATIONS["strong"])
    shown.wait_until(lambda: not shown.shows_as_it_is(0, 1))
    shown.wait_until(lambda: root.focus_get() is shown.button("Again"))
    before = shown.tile(0, 1)

    if way == "button":
        xdo.click(shown.button("Again"))
    else:
        xdo.key(way)

    shown.wait_until(lambda: (shown.tile(0, 1) != before).any())
    assert shown.shows_as_it_is(0, 0)


@pytest.mark.parametrize("way", ["escape", "button"])
def test_it_closes(shown: Shown, xdo: Any, root: tk.Tk, way: str) -> None:
    shown.wait_until(lambda: root.focus_get() is shown.button("Again"))
    if way == "escape":
        xdo.key("Escape")
    else:
        xdo.click(shown.button("Close"))

    shown.wait_until(lambda: not shown.window.winfo_exists())


def test_closing_while_a_picture_waits_leaves_nothing_behind(shown: Shown, root: tk.Tk) -> None:
    root.update()
    before = root.tk.call("after", "info")
    shown.window.draw_again()
    assert root.tk.call("after", "info") != before

    shown.window.destroy()

    assert root.tk.call("after", "info") == before


def test_it_goes_dark_with_the_program(shown: Shown) -> None:
    shown.style.apply(theme="dark")

    shown.wait_until(lambda: shown.shows_as_it_is(0, 0))
    assert shown.tile(0, 0).mean() < 0.6 * 255
    shown.style.apply(scale=1.5)
    shown.wait_until(lambda: shown.tile(0, 0).size)


def test_larger_windows_have_larger_images(shown: Shown) -> None:
    """Three times 28 pixels for 5 images in each of 3 columns and 7 rows take 15 · 84 = 1260 by 588 without gaps."""
    shown.window.geometry("1400x850+0+0")

    shown.wait_until(lambda: shown.tile(0, 0).shape == (84, 84, 3))


def test_images_without_rows_and_columns_are_told_in_a_sentence(
    root: tk.Tk, style: Style, wait_until: WaitUntil
) -> None:
    shown = Shown(root, style, wait_until, shape=(784,))

    wait_until(lambda: any(text.startswith("Augmentation needs images of rows and columns") for text in shown.texts()))
    shown.window.show_images(np.zeros((N_IMAGES, *SHAPE), np.uint8), "Others")
    wait_until(lambda: not any(text.startswith("Augmentation needs") for text in shown.texts()))


def test_all_of_it_fits_beside_the_parameters_of_a_small_screen(shown: Shown) -> None:
    """On 1280×720 the parameters take 304 pixels, and title bars some 30."""
    assert shown.window.winfo_width() <= 1280 - 304
    assert shown.window.winfo_height() <= 720 - 60


def test_opening_it_again_brings_it_to_the_front(shown: Shown, root: tk.Tk) -> None:
    place = shown.window.geometry()
    root.focus_force()
    shown.wait_until(lambda: root.focus_get() is root)

    shown.window.open()

    shown.wait_until(lambda: root.focus_get() is shown.button("Again"))
    assert shown.window.geometry() == place

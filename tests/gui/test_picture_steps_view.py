"""The steps of a picture: what is shown, where the frame is, and that it follows the look."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

import numpy as np
import pytest
from PIL import ImageTk

from nnapp.digits.photographs import DiscretizedPicture
from nnapp.gui.picture_steps_view import PictureStepsView
from nnapp.gui.style import Style


def make_picture(height: int, width: int) -> DiscretizedPicture:
    """Return light paper with black ink in its upper left quarter, and a grid that is all ink."""
    grey = np.ones((height, width), np.float32)
    grey[: height // 2, : width // 2] = 0
    grid = np.ones((28, 28), np.float32)
    return DiscretizedPicture(grey, 1 - grey, (0, 0, height // 2, width // 2), grid)


@pytest.fixture
def view(root: tk.Tk, style: Style) -> PictureStepsView:
    root.geometry("900x240")
    view = PictureStepsView(root, style)
    view.pack(fill="both", expand=True)
    root.update()
    return view


def labels(view: PictureStepsView) -> list[str]:
    found: list[str] = []
    for parent in (view, *view.winfo_children()):
        found += [
            str(child["text"])
            for child in parent.winfo_children()
            if isinstance(child, ttk.Label) and child.winfo_ismapped()
        ]
    return [text for text in found if text]


def pictures(view: PictureStepsView) -> list[np.ndarray]:
    return [np.asarray(ImageTk.getimage(photo).convert("RGB")) for photo in view._photos]


def test_says_how_to_get_a_picture(view: PictureStepsView) -> None:
    assert labels(view) == ["No picture yet. Open a photograph or a scan of a digit (Ctrl+I), or paste one (Ctrl+V)."]


@pytest.mark.parametrize(("height", "width"), [(60, 60), (40, 120), (500, 100), (1, 300)])
def test_shows_picture_ink_and_grid(view: PictureStepsView, root: tk.Tk, height: int, width: int) -> None:
    view.show_picture(make_picture(height, width))
    root.update()
    assert labels(view) == ["the picture", "→", "its ink", "→", "what the network sees"]
    picture, ink, grid = pictures(view)
    assert picture.shape == ink.shape
    side = max(picture.shape)
    assert side == grid.shape[0] == grid.shape[1]
    # The shape of the picture is kept, to a pixel.
    assert abs(picture.shape[0] - max(1, side * height / max(height, width))) <= 1
    assert abs(picture.shape[1] - side * width / max(height, width)) <= 1
    assert (grid == 0).all()  # ink is dark
    if height > 1:
        # Inside the frame black ink, outside it white paper.
        assert (picture[picture.shape[0] // 4, picture.shape[1] // 4] == 0).all()
        assert (picture[-2, -2] == 255).all()
        assert (ink[-2, -2] == 255).all()
        red, _, blue = picture[0, picture.shape[1] // 4]
        assert blue > red  # the frame


def test_another_picture_takes_its_place(view: PictureStepsView, root: tk.Tk, style: Style) -> None:
    view.show_picture(make_picture(60, 60))
    view.show_picture(make_picture(40, 80))
    root.update()
    assert len(pictures(view)) == 3
    before = pictures(view)[2].shape
    style.apply(scale=1.5)
    root.update()
    assert pictures(view)[2].shape[0] == pytest.approx(1.5 * before[0], abs=1)
    assert len(labels(view)) == 5

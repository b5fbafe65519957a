"""The preview of augmentation as a person at the training window has it."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.training_window import TrainingWindowUser as User

from nnapp.storage.dataset import DataChoice


def preview(user: User) -> tk.Toplevel | None:
    return next((window for window in user.windows() if window.title() == "Augmentation Preview"), None)


def says(user: User, text: str) -> bool:
    window = preview(user)
    return window is not None and any(text in found for found in user.texts(window))


def test_there_is_nothing_to_see_without_data(new_user: Callable[[], User]) -> None:
    user = new_user()
    user.press("ctrl+p")

    assert preview(user) is None
    assert user.button("Preview").instate(["disabled"])


@pytest.mark.parametrize("way", ["shortcut", "in a field", "button", "menu"])
def test_ways_to_open_it(user: User, way: str) -> None:
    if way == "in a field":
        user.go_to("rotation")
    if way == "menu":
        user.choose("Train", "Augmentation Preview")
    elif way == "button":
        user.go_to("rotation")
        user.xdo.click(user.button("Preview"))
    else:
        user.press("ctrl+p")

    user.wait_until(lambda: says(user, "20 training images of"))
    user.wait_until(lambda: says(user, "Images as they are"))
    user.press("Escape")
    user.wait_until(lambda: preview(user) is None)
    user.press("ctrl+p")
    user.wait_until(lambda: says(user, "20 training images of"))


def test_it_follows_the_settings_as_they_are_typed(user: User) -> None:
    user.press("ctrl+p")
    user.wait_until(lambda: preview(user))

    user.fill("rotation", "30")
    user.wait_until(lambda: says(user, "Rotation 30°, zoom off"))
    assert says(user, "Augmentation: custom")

    user.fill("rotation", "wrong")
    assert says(user, "Rotation 30°"), "of a wrong field, the last value that was right"

    user.go_to("zoom")
    user.pick_from(user.app.window.settings.augmentation.input, 3)
    user.wait_until(lambda: says(user, "Augmentation: strong"))


def test_a_wrong_field_elsewhere_does_not_matter(user: User) -> None:
    user.press("ctrl+p")
    user.wait_until(lambda: preview(user))
    user.fill("epochs", "never")
    user.fill("shear", "0.3")

    user.wait_until(lambda: says(user, "shear 0.3"))


def test_it_follows_the_data(user: User, other_data: Path) -> None:
    user.press("ctrl+p")
    user.wait_until(lambda: preview(user))
    before = user.session.dataset.name

    user.app.data.load(DataChoice(str(other_data)))
    user.wait_until(lambda: user.is_idle and user.session.dataset.name != before)

    user.wait_until(lambda: says(user, f"20 training images of {user.session.dataset.name}"))


def test_of_large_images_fewer_are_shown(user: User, tmp_path: Path) -> None:
    """Four versions of 240 × 240 pixels are 230,400: a second image would be too much for the time of a click."""
    images = np.random.default_rng(0).integers(0, 256, (12, 240, 240), np.uint8)
    np.savez(tmp_path / "large.npz", x_train=images, y_train=np.arange(12) % 2)
    user.press("ctrl+p")
    user.wait_until(lambda: preview(user))

    user.app.data.load(DataChoice(str(tmp_path / "large.npz")))

    user.wait_until(lambda: says(user, "1 training image of large"))


def test_it_can_be_opened_while_a_network_trains(user: User) -> None:
    user.fill("epochs", "1000")
    user.press("F5")
    user.wait_until(lambda: user.app.runs.state == "running")

    user.press("ctrl+p")
    user.wait_until(lambda: says(user, "20 training images of"))
    user.press("a", "Escape")
    user.wait_until(lambda: preview(user) is None)
    user.press("shift+F5")
    user.wait_until_idle()


def test_the_window_closes_with_it_open(user: User) -> None:
    user.press("ctrl+p")
    user.wait_until(lambda: preview(user))

    user.app.close()

    assert user.is_closed

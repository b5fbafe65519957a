"""The names for amounts of augmentation, in the panel they belong to."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Any

import pytest
from support.tooltips import shown_tip

from nnapp.engine.augmentation import AUGMENTATIONS
from nnapp.engine.presets import PRESETS
from nnapp.engine.settings import AUGMENTATION_NAMES
from nnapp.gui.settings_panel import SettingsPanel
from nnapp.gui.style import Style


class Watched:
    """A panel with its group Augmentation open, and how often it told of a change."""

    def __init__(self, root: tk.Tk, style: Style, xdo: Any, wait_until: Callable[..., None]) -> None:
        self.root, self.xdo, self.wait_until = root, xdo, wait_until
        self.n_changes = self.n_previews = 0
        self.panel = SettingsPanel(root, style, self._count, make_preview_button=self._make_button)
        self.panel.pack(fill="both", expand=True)
        for group, heading in self.panel.headings.items():
            heading.open(group == "Augmentation")
        root.geometry("290x640")
        wait_until(self.input.winfo_ismapped)

    def _count(self) -> None:
        self.n_changes += 1

    def _make_button(self, parent: tk.Misc) -> ttk.Button:
        self.button = ttk.Button(parent, text="Preview", command=self._preview)
        return self.button

    def _preview(self) -> None:
        self.n_previews += 1

    @property
    def input(self) -> ttk.Combobox:
        return self.panel.augmentation.input

    def choose(self, name: str) -> None:
        """Choose from the list with the keyboard."""
        self.input.focus_force()
        self.wait_until(lambda: self.root.focus_displayof() is self.input)
        steps = list(AUGMENTATIONS).index(name) - max(0, self.input.current())
        self.xdo.key("Down")
        self.wait_until(lambda: str(self.root.tk.call("focus")) == f"{self.input}.popdown.f.l")
        self.xdo.key(*["Down" if steps > 0 else "Up"] * abs(steps), "Return")
        self.wait_until(lambda: self.input.get() == name)

    def type(self, name: str, text: str) -> None:
        self.panel.fields[name].input.focus_force()
        self.wait_until(lambda: self.panel.fields[name].has_focus)
        self.xdo.key("ctrl+a", "BackSpace")
        self.xdo.type(text)

    def amounts(self) -> dict[str, Any]:
        settings = self.panel.read_settings()
        return {name: getattr(settings, name) for name in AUGMENTATION_NAMES}


@pytest.fixture
def watched(root: tk.Tk, style: Style, xdo: Any, wait_until: Callable[..., None]) -> Watched:
    return Watched(root, style, xdo, wait_until)


def test_is_the_first_row_of_its_group(watched: Watched) -> None:
    tops = [widget.winfo_rooty() for widget in (watched.panel.headings["Augmentation"], watched.input, watched.button)]
    fields = [watched.panel.fields[name].input.winfo_rooty() for name in AUGMENTATION_NAMES]

    assert [*tops, *fields] == sorted([*tops, *fields])
    assert watched.input.get() == "none"
    assert watched.input["values"] == ("none", "light", "medium", "strong")


@pytest.mark.parametrize("name", ["light", "medium", "strong"])
def test_a_name_fills_the_seven_fields_as_one_change(watched: Watched, name: str) -> None:
    watched.choose(name)

    assert watched.amounts() == vars(AUGMENTATIONS[name])
    assert watched.panel.read_settings() == PRESETS["relu-adam"].but(**vars(AUGMENTATIONS[name]))
    assert watched.n_changes == 1

    watched.choose("none")

    assert watched.panel.read_settings() == PRESETS["relu-adam"]


def test_says_custom_once_a_field_differs(watched: Watched) -> None:
    watched.choose("light")

    watched.type("noise", "0.1")
    watched.wait_until(lambda: watched.input.get() == "custom")
    watched.type("noise", "loud")
    assert watched.input.get() == "custom"
    watched.type("noise", "off")
    watched.wait_until(lambda: watched.input.get() == "light")


def test_a_name_puts_a_wrong_field_right(watched: Watched) -> None:
    watched.type("rotation", "999")
    watched.wait_until(lambda: not watched.panel.is_valid)

    watched.choose("medium")

    assert watched.amounts() == vars(AUGMENTATIONS["medium"])


def test_settings_that_are_shown_are_named(watched: Watched) -> None:
    watched.panel.show_settings(PRESETS["tiny"].but(**vars(AUGMENTATIONS["strong"])))
    assert watched.input.get() == "strong"

    watched.panel.show_settings(PRESETS["tiny"])
    assert watched.input.get() == "none"


def test_while_a_network_trains_it_can_be_looked_at_only(watched: Watched) -> None:
    watched.panel.set_running(True)

    assert watched.input.instate(["disabled"])
    watched.xdo.click(watched.button)
    watched.wait_until(lambda: watched.n_previews == 1)

    watched.panel.set_running(False)
    assert watched.input.instate(["!disabled", "readonly"])


def test_goes_with_its_group(watched: Watched) -> None:
    watched.panel.headings["Augmentation"].open(False)
    watched.wait_until(lambda: not watched.input.winfo_ismapped() and not watched.button.winfo_ismapped())

    watched.panel.headings["Augmentation"].open()
    watched.wait_until(lambda: watched.input.winfo_ismapped() and watched.button.winfo_ismapped())


def test_tooltip_explains_it(watched: Watched) -> None:
    watched.xdo.move(watched.input)

    watched.wait_until(lambda: shown_tip(watched.root))
    assert "--augment" in shown_tip(watched.root)

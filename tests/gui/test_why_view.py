"""The choice of explanations: by pointer and keyboard, and what is said about each."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.tooltips import shown_tip

from nnapp.engine.explanations import PreferredInput
from nnapp.gui.style import Style
from nnapp.gui.why_view import WhyView

WaitUntil = Callable[..., None]


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def view(root: tk.Tk, style: Style, changes: list[str]) -> WhyView:
    root.geometry("900x180")
    view = WhyView(root, style, lambda: changes.append(view.read_explanation()))
    view.pack(fill="both", expand=True)
    root.update()
    return view


def test_click_chooses_and_explains(view: WhyView, changes: list[str], xdo: Any, wait_until: WaitUntil) -> None:
    assert view.read_explanation() == "none"

    for name in ("saliency", "occlusion", "preferred", "none"):
        xdo.click(view.buttons[name])
        wait_until(lambda name=name: changes[-1:] == [name])
    assert changes == ["saliency", "occlusion", "preferred", "none"]


def test_keyboard_chooses(view: WhyView, changes: list[str], xdo: Any, wait_until: WaitUntil) -> None:
    xdo.key("Tab", "Right", "Right")
    wait_until(lambda: changes == ["saliency", "occlusion"])
    assert view.focus_get() is view.buttons["occlusion"]
    xdo.key("Left", "Left", "Left")
    wait_until(lambda: changes[2:] == ["saliency", "none", "preferred"])


def test_says_what_each_is(view: WhyView, changes: list[str]) -> None:
    view.show_explanation("saliency")
    assert "gradient" in view.read_sentence()
    assert view.read_sentence().endswith("Colours: green +, red −, black 0.")
    view.show_explanation("preferred")
    assert "grows from grey" in view.read_sentence()
    assert "Colours" not in view.read_sentence()
    assert changes == []


def test_says_what_was_found(view: WhyView) -> None:
    view.show_explanation("saliency")
    view.show_saliency(np.array([[0.0, 0.5]]), "7")
    assert view.read_sentence().splitlines()[1] == "7: more ink in row 1, column 2 (+0.500) speaks most for it."
    view.show_explanation("occlusion")
    assert len(view.read_sentence().splitlines()) == 1
    view.show_occlusion(np.array([[0.25, 0.0]]), "7", 0.75)
    assert view.read_sentence().splitlines()[1] == (
        "Without the patch around row 1, column 1 the probability of 7 falls from 75.0 % to 50.0 %."
    )
    view.show_explanation("preferred")
    view.show_preferred(PreferredInput(2, 60, np.zeros(4), 3.0), "output 7", 1.0)
    assert "step 2 of 60, z has grown from 1.00 for grey to 3.00." in view.read_sentence()


def test_colours_are_named_as_they_are(view: WhyView, style: Style) -> None:
    view.show_explanation("occlusion")
    view.show_sentence("Found.")

    style.apply(colors="colour-blind")

    assert "Colours: blue +, orange −, black 0." in view.read_sentence()
    assert view.read_sentence().endswith("Found.")


def test_pointer_explains_a_choice_before_it_is_made(
    view: WhyView, root: tk.Tk, xdo: Any, wait_until: WaitUntil
) -> None:
    xdo.move(view.buttons["occlusion"])

    wait_until(lambda: "patch of 5×5 pixels" in shown_tip(root))

"""Keeping digits: a button for each class with its number, in as many rows as it takes."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import pytest
from support.tooltips import shown_tip

from nnapp.gui.collect_view import CollectView
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]


@pytest.fixture
def calls() -> list[int | str]:
    return []


@pytest.fixture
def view(root: tk.Tk, style: Style, calls: list[int | str]) -> CollectView:
    root.geometry("800x200")
    view = CollectView(root, style, calls.append, lambda: calls.append("undo"))
    view.pack(fill="both", expand=True)
    root.update()
    return view


def test_click_keeps_the_image_with_that_label(
    view: CollectView, calls: list[int | str], xdo: Any, wait_until: WaitUntil
) -> None:
    xdo.click(view.buttons[7])
    wait_until(lambda: calls == [7])
    xdo.key("Tab", "space")
    wait_until(lambda: calls == [7, 8])


def test_counts_are_under_their_buttons(view: CollectView) -> None:
    assert view.read_counts() == ["0"] * 10

    view.show_counts({"3": 12, "7": 1}, "somewhere", hint="Go on.")

    assert view.read_counts() == ["0", "0", "0", "12", "0", "0", "0", "1", "0", "0"]
    assert view.read_total() == "13 digits kept in somewhere"
    assert view.read_hint() == "Go on."


def test_undo_is_there_when_there_is_something_to_remove(
    view: CollectView, calls: list[int | str], xdo: Any, wait_until: WaitUntil
) -> None:
    view.show_counts({}, "somewhere")
    assert view.read_total() == "No digit kept yet."
    xdo.click(view.undo)
    view.show_counts({"1": 1}, "somewhere", can_undo=False)
    xdo.click(view.undo)
    assert calls == []

    view.show_counts({"1": 1}, "somewhere")
    xdo.click(view.undo)
    wait_until(lambda: calls == ["undo"])


def test_classes_of_another_network(view: CollectView, calls: list[int | str], xdo: Any, wait_until: WaitUntil) -> None:
    view.show_counts({"1": 3, "dog": 5}, "somewhere")
    view.show_classes(["cat", "dog"])

    assert view.read_counts() == ["0", "5"]
    assert [str(button["text"]) for button in view.buttons] == ["cat", "dog"]
    xdo.click(view.buttons[1])
    wait_until(lambda: calls == [1])


def test_same_classes_leave_the_buttons_as_they_are(view: CollectView) -> None:
    before = view.buttons[0]

    view.show_classes(list("0123456789"))

    assert view.buttons[0] is before


def test_buttons_go_on_in_the_next_row(view: CollectView, root: tk.Tk, wait_until: WaitUntil) -> None:
    assert len({button.winfo_y() for button in view.buttons}) == 1

    root.geometry("300x300")
    wait_until(lambda: len({button.winfo_y() for button in view.buttons}) == 2)
    assert all(button.winfo_rootx() + button.winfo_width() <= root.winfo_rootx() + 300 for button in view.buttons)


def test_very_many_classes_are_a_list(
    view: CollectView, calls: list[int | str], root: tk.Tk, xdo: Any, wait_until: WaitUntil
) -> None:
    view.show_counts({"class 0": 2, "class 1": 9}, "somewhere")
    view.show_classes([f"class {label}" for label in range(100)])
    root.update()
    assert view.read_counts() == ["2"]

    xdo.key("Tab", "Down")
    wait_until(lambda: root.tk.call("grab", "current") or view.read_counts() == ["9"])
    xdo.key("Down", "Return")
    wait_until(lambda: view.read_counts() == ["9"])
    xdo.click(view.buttons[0])
    wait_until(lambda: calls == [1])


def test_explains_a_button(view: CollectView, root: tk.Tk, xdo: Any, wait_until: WaitUntil) -> None:
    xdo.move(view.buttons[3])

    wait_until(lambda: shown_tip(root) == "Keep the image as: 3.")


def test_long_names_have_short_buttons_that_say_all(
    view: CollectView, root: tk.Tk, xdo: Any, wait_until: WaitUntil
) -> None:
    names = [f"photographs_of_the_{place}_from_the_summer_2019" for place in ("house", "garden", "street")]
    view.show_classes(names)
    root.update()
    assert [str(button["text"]) for button in view.buttons] == ["…house…", "…garden…", "…street…"]
    xdo.move(view.buttons[1])
    wait_until(lambda: shown_tip(root) == f"Keep the image as: {names[1]}.")


def test_buttons_never_take_a_third_row_of_the_smallest_window(view: CollectView, root: tk.Tk) -> None:
    letters = [chr(ord("A") + place) for place in range(26)]
    root.geometry("1000x300")
    view.show_classes(letters)
    root.update()
    assert len({button.winfo_y() for button in view.buttons}) == 2
    # Digits, large and small letters would.
    view.show_classes([*map(str, range(10)), *letters, *map(str.lower, letters)])
    root.update()
    assert [str(button["text"]) for button in view.buttons] == ["Keep"]

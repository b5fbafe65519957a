from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import pytest

from nnapp.engine.settings import SETTINGS
from nnapp.errors import SettingError
from nnapp.gui import setting_field
from nnapp.gui.setting_field import SettingField
from nnapp.gui.style import Style


class Form:
    """A window with one field, which says itself what is wrong with it."""

    def __init__(self, root: tk.Tk, style: Style, name: str) -> None:
        self.changes: list[str] = []
        self.frame = tk.Frame(root)
        self.frame.pack()
        self.frame.columnconfigure(0, weight=1)
        self.field = SettingField(self.frame, style, SETTINGS[name], 0, self._on_change)

    def _on_change(self, name: str) -> None:
        self.changes.append(name)
        try:
            self.field.read_value()
        except SettingError as error:
            self.field.show_problem(str(error))
        else:
            self.field.show_problem("")

    @property
    def text(self) -> str:
        return str(self.field.input.get())

    @property
    def sentence(self) -> str:
        """What can be read below the field."""
        return str(self.field.message.cget("text")) if self.field.message.winfo_ismapped() else ""


@pytest.fixture
def make_form(root: tk.Tk, style: Style, wait_until: Callable[..., None]) -> Callable[[str], Form]:
    def make(name: str) -> Form:
        form = Form(root, style, name)
        form.field.input.focus_force()
        wait_until(lambda: form.field.has_focus)
        return form

    return make


def test_typed_value_is_read(make_form: Callable[[str], Form], xdo: Any, wait_until: Callable[..., None]) -> None:
    form = make_form("hidden")

    xdo.type("32, 16")

    wait_until(lambda: form.text == "32, 16")
    assert form.field.read_value() == (32, 16)
    assert set(form.changes) == {"hidden"}


def test_sentence_waits_while_somebody_types(
    make_form: Callable[[str], Form], xdo: Any, wait_until: Callable[..., None], let_pass: Callable[[float], None]
) -> None:
    form = make_form("learning_rate")
    xdo.type("0")
    wait_until(lambda: form.field.sentence)
    assert form.sentence == ""
    assert form.field.input.cget("style") == "Invalid.TEntry"

    xdo.type(".01")
    wait_until(lambda: form.text == "0.01")
    let_pass(0.7)

    assert form.sentence == ""
    assert form.field.input.cget("style") == "TEntry"


def test_sentence_appears_when_the_typing_pauses(
    make_form: Callable[[str], Form], xdo: Any, wait_until: Callable[..., None]
) -> None:
    form = make_form("learning_rate")

    xdo.type("fast")

    wait_until(lambda: form.sentence.endswith("got 'fast'."))


def test_sentence_appears_when_the_field_is_left(
    make_form: Callable[[str], Form], xdo: Any, wait_until: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting_field, "_PATIENCE_MS", 60_000)
    form = make_form("learning_rate")
    elsewhere = tk.Entry(form.frame)
    elsewhere.grid(row=2)
    xdo.type("fast")
    wait_until(lambda: form.text == "fast")
    assert form.sentence == ""

    xdo.key("Tab")

    wait_until(lambda: form.sentence)


def test_sentence_that_is_there_follows_the_typing(
    make_form: Callable[[str], Form], xdo: Any, wait_until: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = make_form("learning_rate")
    xdo.type("fast")
    wait_until(lambda: form.sentence)
    monkeypatch.setattr(setting_field, "_PATIENCE_MS", 60_000)

    xdo.type("er")

    wait_until(lambda: form.sentence.endswith("got 'faster'."))


@pytest.mark.parametrize(
    ("name", "start", "key", "text"),
    [
        ("batch_size", 64, "Up", "65"),
        ("batch_size", 100, "Up", "110"),
        ("batch_size", 100, "Down", "99"),
        ("batch_size", 1, "Down", "1"),
        ("batch_size", 0, "Up", "all"),
        ("batch_size", 0, "Down", "all"),
        ("images_per_epoch", 10_000, "Up", "11000"),
        ("images_per_epoch", 100_000_000, "Up", "100000000"),
        ("epochs", 1, "Down", "1"),
        ("seed", 0, "Up", "1"),
        ("seed", 1, "Down", "0"),
        ("early_stopping", 1, "Down", "off"),
        ("early_stopping", 0, "Up", "1"),
        ("early_stopping", 0, "Down", "off"),
    ],
)
def test_arrow_keys_step_whole_numbers(
    make_form: Callable[[str], Form],
    xdo: Any,
    wait_until: Callable[..., None],
    let_pass: Callable[[float], None],
    name: str,
    start: int,
    key: str,
    text: str,
) -> None:
    form = make_form(name)
    form.field.show_value(start)
    before = form.text

    xdo.key(key)

    if text == before:
        let_pass(0.05)
    wait_until(lambda: form.text == text)


def test_arrow_buttons_step_and_leave_wrong_text_alone(
    make_form: Callable[[str], Form], xdo: Any, wait_until: Callable[..., None], let_pass: Callable[[float], None]
) -> None:
    form = make_form("epochs")
    form.field.show_value(25)
    spinbox = form.field.input
    spinbox.update()
    right, quarter = spinbox.winfo_width() - 8, spinbox.winfo_height() // 4
    xdo.click(spinbox, right, quarter)
    wait_until(lambda: form.text == "26")
    xdo.click(spinbox, right, 3 * quarter)
    wait_until(lambda: form.text == "25")

    xdo.key("End")
    xdo.type("x")
    wait_until(lambda: form.text == "25x")
    xdo.key("Up")
    let_pass(0.05)

    assert form.text == "25x"


def test_choice_cannot_be_typed(make_form: Callable[[str], Form], xdo: Any, let_pass: Callable[[float], None]) -> None:
    form = make_form("optimizer")
    form.field.show_value("adam")

    xdo.type("x")
    let_pass(0.05)

    assert form.text == "adam"


def test_click_on_the_name_goes_to_the_field(
    make_form: Callable[[str], Form], xdo: Any, wait_until: Callable[..., None], root: tk.Tk
) -> None:
    form = make_form("hidden")
    root.focus_set()
    wait_until(lambda: not form.field.has_focus)

    xdo.click(form.field.label)

    wait_until(lambda: form.field.has_focus)


def test_hidden_field_leaves_no_trace(make_form: Callable[[str], Form], wait_until: Callable[..., None]) -> None:
    form = make_form("hidden")
    form.field.show_problem("Something must be right.")
    form.field.reveal()
    wait_until(lambda: form.sentence)

    form.field.show(False)
    wait_until(lambda: not any(widget.winfo_ismapped() for widget in form.frame.winfo_children()))

    form.field.show(True)
    wait_until(lambda: all(widget.winfo_ismapped() for widget in form.frame.winfo_children()))
    assert form.sentence == "Something must be right."


def test_nothing_is_called_after_the_end(make_form: Callable[[str], Form], xdo: Any) -> None:
    """The `root` fixture fails a test that leaves something to be called later."""
    form = make_form("learning_rate")
    xdo.type("x")

    form.frame.destroy()

"""Configuring a grid search, by real events: what is typed is checked, counted, and kept."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnapp.engine.settings import Settings
from nnapp.errors import SettingError
from nnapp.gui.search_setup_window import SearchSetupWindow, SetupEvents
from nnapp.gui.style import Style
from nnapp.search.axes import Axis
from nnapp.search.plan import Halving, SearchPlan

WaitUntil = Callable[..., None]


class Person:
    """Somebody at the window, and the training window behind it."""

    def __init__(self, root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil, folder: Path) -> None:
        self.settings = Settings(hidden=(32,), epochs=4)
        self.begun: list[tuple[SearchPlan, Path]] = []
        self.problem = ""
        self.xdo, self.wait_until = xdo, wait_until
        self.file = folder / "search.jsonl"
        events = SetupEvents(self._read, self._check, lambda *what: self.begun.append(what), lambda name: folder / name)
        self.window = SearchSetupWindow(root, style, events)
        self.open()

    def open(self) -> None:
        self.window.open(self.file)
        self.wait_until(lambda: self.window.focus_get() is self.window.axes.fields["hidden"].input)

    def fill(self, widget: tk.Misc, text: str) -> None:
        widget.focus_set()
        self.xdo.key("ctrl+a", "BackSpace")
        self.xdo.type(text)

    def vary(self, name: str, text: str) -> None:
        self.fill(self.window.axes.fields[name].input, text)

    def option(self, name: str, text: str) -> None:
        self.fill(self.window.options.fields[name].input, text)

    def click(self, words: str) -> None:
        widgets = [self.window]
        for widget in widgets:
            widgets += widget.winfo_children()
        self.xdo.click(next(w for w in widgets if "text" in w.keys() and w.cget("text") == words), 8)  # noqa: SIM118 # Tk's

    def _read(self) -> Settings:
        if self.problem:
            raise SettingError(self.problem, "seed")
        return self.settings

    def _check(self, plan: SearchPlan) -> None:
        for axis in plan.axes:
            if axis.name == "batch_size" and max(axis.values) > 100:
                raise SettingError("Mini-batch size must be at most 100.", "batch_size")


@pytest.fixture
def person(root: tk.Tk, style: Style, xdo: Any, wait_until: WaitUntil, tmp_path: Path) -> Person:
    return Person(root, style, xdo, wait_until, tmp_path)


def test_it_starts_from_the_present_settings_with_a_hint(person: Person) -> None:
    fields = person.window.axes.fields

    assert list(fields) == ["hidden", "activation", "learning_rate", "batch_size", "l2", "dropout", "optimizer"]
    assert [fields[name].text for name in ("hidden", "learning_rate", "l2")] == ["32", "0.001", "off"]
    assert fields["learning_rate"].read_values() == "not varied; for example  0.0001 to 0.01, 5 values, log"
    assert "Give several values to at least one" in person.window.read_problem()
    assert person.window.options.fields["epochs"].read_value() == 4
    assert person.window.read_plan() is None


def test_runs_are_counted_as_they_are_typed(person: Person) -> None:
    person.vary("learning_rate", "0.001 to 0.1, 3 values, log")
    person.vary("hidden", "32; 64, 32")
    person.option("repeats", "3")

    assert person.window.axes.fields["learning_rate"].read_values() == "3 values: 0.001, 0.01, 0.1"
    assert person.window.axes.fields["hidden"].read_values() == "2 values: 32; 64, 32"
    assert person.window.read_sum() == "6 configurations × 3 repeats = 18 runs of 4 epochs."
    person.click("Run")
    expected = SearchPlan(
        settings=person.settings,
        axes=(Axis("hidden", ((32,), (64, 32))), Axis("learning_rate", (0.001, 0.01, 0.1))),
        repeats=3,
    )
    assert person.begun == [(expected, person.file)]
    assert not person.window.winfo_viewable()


def test_the_buttons_stay_where_they_are_whatever_is_wrong(person: Person) -> None:
    before = person.window.winfo_height()
    wrong = {"hidden": "x", "activation": "x", "learning_rate": "x", "batch_size": "x", "l2": "x", "dropout": "x"}
    for name, text in wrong.items():
        person.vary(name, text)
    fields = person.window.axes.fields
    person.window.options.fields["repeats"].input.focus_set()
    person.wait_until(lambda: all(fields[name]._message.winfo_ismapped() for name in wrong))
    person.window.update()

    assert person.window.winfo_height() == before
    assert person.window._run.winfo_y() + person.window._buttons.winfo_y() < before


@pytest.mark.parametrize("name", ["repeats", "epochs", "budget", "first_epochs", "factor"])
def test_sentences_of_the_options_cover_nothing(person: Person, name: str) -> None:
    person.click("Random: some of the combinations")
    person.click("Stop losing runs early (successive halving)")
    field = person.window.options.fields[name]
    person.option(name, "0")
    person.wait_until(field.message.winfo_ismapped)
    person.window.update()

    top, bottom = field.message.winfo_y(), field.message.winfo_y() + field.message.winfo_height()
    others = [child for child in field.message.master.winfo_children() if child is not field.message]
    assert all(
        other.winfo_y() >= bottom or other.winfo_y() + other.winfo_height() <= top
        for other in others
        if other.winfo_ismapped()
    )


def test_a_typo_is_said_below_its_field_and_nothing_is_lost(person: Person, let_pass: Callable[[float], None]) -> None:
    field = person.window.axes.fields["learning_rate"]
    person.vary("learning_rate", "0.001, fast")

    assert "must be a number greater than 0" in field.sentence
    assert not field._message.winfo_ismapped(), "not while somebody types"
    person.wait_until(field._message.winfo_ismapped)
    person.xdo.key("Return")
    assert person.begun == []
    person.xdo.key("Escape")
    person.wait_until(lambda: not person.window.winfo_viewable())
    person.open()
    assert field.text == "0.001, fast"
    person.vary("learning_rate", "0.001, 0.01")
    assert field.sentence == ""
    assert person.window.read_sum() == "2 configurations, 2 runs of 4 epochs."


def test_untouched_fields_follow_the_training_window(person: Person) -> None:
    person.vary("dropout", "off, 0.5")
    person.xdo.key("Escape")
    person.settings = Settings(hidden=(7,), epochs=9, dropout=0.1)
    person.open()

    fields = person.window.axes.fields
    assert (fields["hidden"].text, fields["dropout"].text) == ("7", "off, 0.5")
    assert person.window.read_sum() == "2 configurations, 2 runs of 9 epochs."
    person.click("Start Afresh")
    assert fields["dropout"].text == "0.1"


def test_random_sampling_and_stopping_early(person: Person) -> None:
    person.vary("l2", "0 to 0.01, 11 values")
    person.click("Random: some of the combinations")
    person.option("budget", "5")
    person.click("Stop losing runs early (successive halving)")
    person.option("first_epochs", "2")
    plan = person.window.read_plan()

    assert plan is not None
    assert (plan.sampling, plan.budget, plan.halving) == ("random", 5, Halving(2, 3))
    assert person.window.read_sum() == "5 configurations, 5 runs of 4 epochs at most."
    person.option("first_epochs", "9")
    assert person.window.options.fields["first_epochs"].sentence.startswith("First epochs must be at most 4")
    person.click("Stop losing runs early (successive halving)")
    person.wait_until(lambda: person.window.read_plan() is not None)


def test_any_other_setting_is_added_and_taken_away(person: Person) -> None:
    adder = person.window.axes.adder
    adder.focus_set()
    person.xdo.key("Down")
    popdown = adder.tk.call("ttk::combobox::PopdownWindow", adder)
    person.wait_until(lambda: adder.tk.call("winfo", "viewable", popdown))
    choices = adder.tk.splitlist(adder.cget("values"))
    assert "Momentum" in choices
    assert "Dropout" not in choices
    person.xdo.key(*["Down"] * choices.index("Momentum"), "Return")
    person.wait_until(lambda: "momentum" in person.window.axes.fields)
    person.xdo.type("0.5, 0.9")
    plan = person.window.read_plan()
    assert plan is not None
    assert plan.axes == (Axis("momentum", (0.5, 0.9)),)
    person.click("✕")
    assert "momentum" not in person.window.axes.fields
    assert person.window.read_plan() is None


def test_what_does_not_suit_the_data_is_said_at_its_field(person: Person) -> None:
    person.vary("batch_size", "50, 500")

    assert person.window.axes.fields["batch_size"].sentence == "Mini-batch size must be at most 100."
    assert person.window.read_plan() is None


def test_a_wrong_field_of_the_training_window_is_said(person: Person) -> None:
    person.problem = "Random seed must be a whole number."
    person.vary("dropout", "off, 0.5")

    assert person.window.read_problem() == "Random seed must be a whole number."


def test_the_file_must_be_a_new_one(person: Person, tmp_path: Path) -> None:
    person.vary("dropout", "off, 0.5")
    (tmp_path / "there.jsonl").write_text("")
    person.window.file.set(str(tmp_path / "there.jsonl"))
    assert "must be a new one; there.jsonl is there" in person.window.read_problem()
    person.window.file.set(str(tmp_path / "missing" / "a.jsonl"))
    assert person.window.read_plan() is None
    person.window.file.set(" ")
    assert person.window.read_problem() == "The results must go to a file; choose one with Browse."
    person.window.file.set("new.jsonl")
    person.click("Browse…")
    assert person.window.file.get() == str(tmp_path / "new.jsonl")
    assert person.window.read_plan() is not None


def test_repeats_alone_are_a_search(person: Person) -> None:
    person.option("repeats", "5")

    assert person.window.read_sum() == "1 configuration × 5 repeats = 5 runs of 4 epochs."


def test_the_plan_of_another_search_fills_the_fields(person: Person) -> None:
    plan = SearchPlan(Settings(epochs=7), (Axis("momentum", (0.5, 0.9)),), "random", 2, 3, Halving(2, 4))
    person.window.show_plan(plan)
    shown = person.window.read_plan()

    assert shown is not None
    assert shown == SearchPlan(person.settings.but(epochs=7), plan.axes, "random", 2, 3, Halving(2, 4))

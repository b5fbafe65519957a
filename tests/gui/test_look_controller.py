"""The menu View: it changes the look, shows what is chosen, and remembers it."""

from __future__ import annotations

import tkinter as tk

import pytest

from nnapp.gui.commands import CommandTable
from nnapp.gui.look_controller import LookController
from nnapp.gui.style import SCALES, Style
from nnapp.gui.training_commands import VIEW_COMMANDS
from nnapp.storage.preferences import Preferences


@pytest.fixture
def preferences() -> Preferences:
    return Preferences()


@pytest.fixture
def commands(root: tk.Tk, style: Style, preferences: Preferences) -> CommandTable:
    look = LookController(style, preferences)
    commands = CommandTable(root, style, VIEW_COMMANDS, look.handlers())
    look.show_in(commands)
    return commands


def test_shows_the_present_look(commands: CommandTable) -> None:
    assert commands.read_value("theme") == "light"
    assert commands.read_value("colors") == "standard"
    assert commands.read_value("scale") == "1"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("dark", ("dark", "standard", 1.0)),
        ("colour-blind", ("light", "colour-blind", 1.0)),
        ("scale-1.5", ("light", "standard", 1.5)),
        ("larger", ("light", "standard", 1.25)),
        ("smaller", ("light", "standard", 0.75)),
    ],
)
def test_changes_the_look_and_remembers_it(
    commands: CommandTable, style: Style, preferences: Preferences, command: str, expected: tuple[str, str, float]
) -> None:
    commands.invoke(command)
    assert (style.theme, style.colors, style.scale) == expected
    assert (preferences.theme, preferences.colors, preferences.scale) == expected
    assert commands.read_value("theme") == expected[0]
    assert commands.read_value("colors") == expected[1]
    assert commands.read_value("scale") == f"{expected[2]:g}"


def test_goes_no_further_than_the_largest_and_the_smallest(commands: CommandTable, style: Style) -> None:
    for command, end in (("larger", SCALES[-1]), ("smaller", SCALES[0])):
        for _ in range(len(SCALES) + 1):
            commands.invoke(command)
        assert style.scale == end


def test_steps_from_a_size_in_between(root: tk.Tk, preferences: Preferences) -> None:
    style = Style(root, scale=1.3)
    look = LookController(style, preferences)
    look.handlers()["larger"]()
    assert style.scale == 1.5  # the one after the nearest, 1.25

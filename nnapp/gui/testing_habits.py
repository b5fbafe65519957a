"""Shows the testing window as it was used last, and notes how it is used for the next time."""

from __future__ import annotations

from nnapp.gui.commands import CommandTable
from nnapp.gui.start import place_root
from nnapp.gui.testing_window import TestingWindow
from nnapp.storage.preferences import Preferences

__all__ = ["note_habits", "recall_habits"]

_NAME = "testing"


def recall_habits(preferences: Preferences, commands: CommandTable, window: TestingWindow) -> None:
    """Show the window as it was used last. Tk thread only."""
    commands.show_value("live", preferences.live)
    commands.show_value("discretisation", preferences.discretisation)
    if preferences.activity_views is not None:
        window.activity.show_views(preferences.activity_views)
    place_root(window.root, preferences.windows.get(_NAME))


def note_habits(preferences: Preferences, commands: CommandTable, window: TestingWindow) -> None:
    """Note in the preferences how the window is used. Tk thread only."""
    preferences.windows[_NAME] = window.root.geometry()
    preferences.live = bool(commands.read_value("live"))
    preferences.discretisation = str(commands.read_value("discretisation"))
    preferences.activity_views = window.activity.read_views()

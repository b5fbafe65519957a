"""Shows the testing window as it was used last, and notes how it is used for the next time."""

from __future__ import annotations

from nnapp.gui.commands import CommandTable
from nnapp.gui.start import place_root
from nnapp.gui.testing_window import TestingWindow
from nnapp.storage.preferences import Preferences

__all__ = ["note_habits", "recall_habits", "show_way_to_grid"]

_NAME = "testing"


def recall_habits(preferences: Preferences, commands: CommandTable, window: TestingWindow) -> None:
    """Show the window as it was used last. Tk thread only."""
    commands.show_value("live", preferences.live)
    commands.show_value("discretisation", preferences.discretisation)
    if preferences.activity_views is not None:
        window.activity.show_views(preferences.activity_views)
    place_root(window.root, preferences.windows.get(_NAME))


def show_way_to_grid(preferences: Preferences, commands: CommandTable, pictures: str) -> bool:
    """Choose how ink comes to the grid as a network's training images did, or as the person chose where it is silent.

    Parameters
    ----------
    preferences : Preferences
    commands : CommandTable
        Has "discretisation".
    pictures : str
        What the network's file says, see `nnapp.storage.network_metadata.NetworkMetadata`.

    Returns
    -------
    bool
        Whether that is another way than before.
    """
    before = commands.read_value("discretisation")
    way = preferences.discretisation if not pictures else "like-mnist" if pictures == "like-mnist" else "as-drawn"
    commands.show_value("discretisation", way)
    return way != before


def note_habits(preferences: Preferences, commands: CommandTable, window: TestingWindow) -> None:
    """Note in the preferences how the window is used. Tk thread only."""
    preferences.windows[_NAME] = window.root.geometry()
    preferences.live = bool(commands.read_value("live"))
    preferences.activity_views = window.activity.read_views()

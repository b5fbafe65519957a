"""Shows as the menu Search, its buttons and shortcuts: all that can be done with grid searches."""

from __future__ import annotations

from nnapp.gui.command import Command, separator

__all__ = ["SEARCH_COMMANDS"]

SEARCH_COMMANDS = (
    Command(
        "configure-search",
        "Configure Grid Search…",
        "Search",
        "Ctrl+G",
        "Choose which parameters a grid search varies, and over which values.",
    ),
    Command(
        "run-search",
        "Run Grid Search…",
        "Search",
        "Ctrl+Shift+G",
        "Begin the grid search that is configured, or show how the present one goes.",
    ),
    Command(
        "open-search",
        "Open Search File…",
        "Search",
        "Ctrl+Shift+O",
        "Show a grid search that is kept in a file, done or not, and go on with it.",
    ),
    separator("Search"),
    Command(
        "search-pause",
        "Pause Search",
        "Search",
        "F6",
        "Begin no more runs of the grid search; those under way are trained to their end. Once more to go on.",
    ),
    Command(
        "search-cancel",
        "Cancel Search",
        "Search",
        "Shift+F6",
        "End the grid search at once. What is done stays in its file, and the search can go on from there.",
    ),
    Command(
        "search-load",
        "Load into Training Window",
        "Search",
        "Ctrl+L",
        "Load the network and the settings of the selected row, or of the best, into the training window.",
    ),
)
"""The menu Search of the training window."""

"""Shows nothing: stands for the grid search until that is wanted, so that the training window need not wait for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from nnapp.gui.commands import CommandTable

if TYPE_CHECKING:
    from nnapp.gui.search_controller import SearchController

__all__ = ["SearchDoor"]


class SearchDoor:
    """The commands of the menu Search, before and after there is something behind them. Tk thread only.

    The modules of grid search take a tenth as long to load as all others of the window; few evenings need them.

    Parameters
    ----------
    commands : CommandTable
        Has the commands of the menu Search.
    has_data : callable () -> bool
        Whether there is a data set.
    make : callable () -> SearchController
        Called once, when the search is first wanted.
    """

    def __init__(
        self, commands: CommandTable, has_data: Callable[[], bool], make: Callable[[], SearchController]
    ) -> None:
        self._commands = commands
        self._has_data = has_data
        self._make = make

    @cached_property
    def controller(self) -> SearchController:
        """The search itself, made now if it was not before."""
        return self._make()

    @property
    def _is_open(self) -> bool:
        return "controller" in self.__dict__

    @staticmethod
    def handlers(door: Callable[[], SearchDoor]) -> dict[str, Callable[..., object]]:
        """Return what the commands of `SEARCH_COMMANDS` do, for a door that is made after their table."""
        return {
            "configure-search": lambda: door().controller.configure(),
            "run-search": lambda: door().controller.run(),
            "open-search": lambda: door().controller.ask_and_open(),
            "search-pause": lambda: door().controller.pause_or_resume(),
            "search-cancel": lambda: door().controller.cancel(),
            "search-load": lambda: door().controller.load_selected(),
        }

    def enable_commands(self) -> None:
        """Make available what can be done now."""
        if self._is_open:
            self.controller.enable_commands()
            return
        self._commands.enable("configure-search", self._has_data())
        for name in ("search-pause", "search-cancel", "search-load"):
            self._commands.enable(name, False)

    def may_close(self) -> bool:
        """Ask about a search that goes on, and return whether the program may end."""
        return not self._is_open or self.controller.may_close()

    def close(self) -> None:
        """End the search with the program."""
        if self._is_open:
            self.controller.close()

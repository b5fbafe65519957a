"""Shows the questions about the network under test: which file to load, and where to write a copy."""

from __future__ import annotations

import os
import tkinter as tk
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from nnapp.errors import FileFormatError, NetworkError, NnappError, StorageError
from nnapp.gui.commands import CommandTable
from nnapp.gui.dialogs import ask_open
from nnapp.gui.file_dialogs import ask_open_several
from nnapp.gui.job_board import JobBoard
from nnapp.gui.network_opener import OPEN_TYPES, OpenedNetwork, open_network, open_unasked
from nnapp.gui.network_saver import ask_network_name, is_native
from nnapp.gui.style import Style
from nnapp.gui.tested_ensemble import TestedEnsemble
from nnapp.gui.testing_session import TestingSession
from nnapp.gui.testing_window import TestingWindow
from nnapp.storage.exchange.writers import write_any_network
from nnapp.storage.folders import shipped_networks
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.preferences import Preferences

__all__ = ["TestedNetworkController"]


class TestedNetworkController:
    """Loads the network of a testing window, and writes it in other formats. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    style : Style
    session : TestingSession
    window : TestingWindow
    preferences : Preferences
        Remember the files.
    commands : CommandTable
        Has the menu of recent networks, "recent".
    board : JobBoard
        Tries what a foreign network may be meant as.
    on_loaded : callable ()
        Called when the session has another network.
    """

    def __init__(
        self,
        root: tk.Tk,
        style: Style,
        session: TestingSession,
        window: TestingWindow,
        preferences: Preferences,
        commands: CommandTable,
        board: JobBoard,
        on_loaded: Callable[[], None],
    ) -> None:
        self._root = root
        self._style = style
        self._session = session
        self._window = window
        self._preferences = preferences
        self._commands = commands
        self._board = board
        self._on_loaded = on_loaded
        self._postponed: str | None = None
        self._show_recent()

    @staticmethod
    def handlers(find: Callable[[], TestedNetworkController]) -> dict[str, Callable[..., object]]:
        """Return what the commands call, by their names; `find` returns the controller once they are chosen."""
        return {
            "load": lambda: find().ask_and_load(),
            "ensemble": lambda: find().ask_and_load_ensemble(),
            "recent": lambda path: find().load(path),
            "save-as": lambda: find().ask_and_save(),
        }

    def ask_and_load(self) -> None:
        """Ask for a file and load it."""
        path = ask_open(self._root, self._preferences, "Load Network", OPEN_TYPES)
        if path is not None:
            self.load(path)

    def load(self, path: str | Path) -> None:
        """Load a network of whatever program, unless the person cancels the question about it.

        Raises
        ------
        NnappError
            If it cannot be read, or its images cannot be shown; the present network stays.
        """
        try:
            opened = open_network(self._root, self._style, self._board, path, self._session.dataset)
        except (FileFormatError, StorageError):
            self._preferences.forget_network(path)
            self._show_recent()
            raise
        if opened is not None:
            self._take(opened, path)

    def ask_and_load_ensemble(self) -> None:
        """Ask for files and load their networks to answer together; one file is loaded by itself."""
        paths = ask_open_several(self._root, self._preferences, "Open Ensemble", OPEN_TYPES)
        if len(paths) == 1:
            self.load(paths[0])
        elif paths:
            self.load_ensemble(paths)

    def load_ensemble(self, paths: Sequence[str | Path]) -> None:
        """Load networks of whatever programs to answer together, unless the person cancels a question about one.

        Raises
        ------
        NnappError
            If one cannot be read, or they do not fit each other; what was there stays.
        """
        members: list[StoredNetwork] = []
        for path in paths:
            opened = open_network(self._root, self._style, self._board, path, self._session.dataset)
            if opened is None:
                return
            members.append(opened.stored)
        self._session.take_ensemble(TestedEnsemble(paths, members))
        for path in reversed(paths):  # so that the first is the newest
            self._remember(path)
        self._on_loaded()

    def load_first(self, path: str) -> None:
        """Load the network that the program is started with.

        One about which a person must be asked waits for `load_postponed`.
        """
        opened = open_unasked(path)
        if opened is None:
            self._postponed = path
        else:
            self._take(opened, path)

    def load_postponed(self) -> None:
        """Load what `load_first` could not: the data set is there now, or never will be, to suggest answers with."""
        path, self._postponed = self._postponed, None
        if path is not None:
            self.load(path)

    def load_copy(self, path: str) -> None:
        """Load the copy of a network that only this window was given, and remove it."""
        self._session.load_network(path)
        with suppress(OSError):  # whoever cleans temporary folders will get it
            os.unlink(path)
            os.rmdir(os.path.dirname(path))
        self._on_loaded()

    def load_any(self) -> None:
        """Load the network that was used last, or one that is shipped.

        A file that is gone or broken is passed over, and so is one about which a person would be asked.
        """
        for path in (*self._preferences.recent_networks, *map(str, shipped_networks())):
            with suppress(NnappError):
                opened = open_unasked(path)
                if opened is not None:
                    self._take(opened, path)
                    return

    def ask_and_save(self) -> None:
        """Ask for a file and write the network there, in the format of its ending.

        Raises
        ------
        NnappError
            If there is no network, or it cannot be written.
        """
        stored = self._session.stored
        if stored is None:
            raise NetworkError("There must be a network to save: load one first.")
        path = ask_network_name(self._root, self._style, self._preferences, self._session.suggested_name)
        if path is None:
            return
        write_any_network(path, stored)
        if is_native(path):
            self._remember(path)
        self._window.show_status(f"Saved {path}.")

    def _take(self, opened: OpenedNetwork, path: str | Path) -> None:
        self._session.take_network(opened.stored, path)
        self._remember(path)
        self._on_loaded()

    def _remember(self, path: str | Path) -> None:
        self._preferences.remember_network(path)
        self._show_recent()

    def _show_recent(self) -> None:
        self._commands.show_recent("recent", [Path(path) for path in self._preferences.recent_networks])

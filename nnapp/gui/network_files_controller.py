"""Shows the questions about network files: which one to load or save, and whether one may be lost."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from pathlib import Path

from nnapp.display.wording import description
from nnapp.errors import FileFormatError, NnappError, StorageError
from nnapp.gui.commands import CommandTable
from nnapp.gui.dialogs import ask_choice, ask_open, ask_save_changes
from nnapp.gui.job_board import JobBoard
from nnapp.gui.log_view import LogView
from nnapp.gui.network_opener import OPEN_TYPES, open_network
from nnapp.gui.network_saver import ask_network_name, is_native
from nnapp.gui.style import Style
from nnapp.gui.training_session import TrainingSession
from nnapp.storage.exchange.writers import write_any_network
from nnapp.storage.network_file import read_network
from nnapp.storage.preferences import Preferences

__all__ = ["NetworkFilesController"]


class NetworkFilesController:
    """Loads and saves the network of a session. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    style : Style
    session : TrainingSession
    preferences : Preferences
        Remember the files.
    commands : CommandTable
        Has the menu of recent networks, "recent".
    log : LogView
    board : JobBoard
        Tries what a foreign network may be meant as.
    halt_run : callable () -> bool
        Ends a run that goes on, so that its network can be saved; returns whether it has ended.
    is_running : callable () -> bool
        Whether a run goes on, whose network is not saved.
    on_loaded : callable ()
        Called when another network was loaded.
    on_saved : callable ()
    """

    def __init__(
        self,
        root: tk.Tk,
        style: Style,
        session: TrainingSession,
        preferences: Preferences,
        commands: CommandTable,
        log: LogView,
        board: JobBoard,
        *,
        halt_run: Callable[[], bool],
        is_running: Callable[[], bool],
        on_loaded: Callable[[], None],
        on_saved: Callable[[], None],
    ) -> None:
        self._root = root
        self._style = style
        self._session = session
        self._preferences = preferences
        self._commands = commands
        self._log = log
        self._board = board
        self._halt_run = halt_run
        self._is_running = is_running
        self._on_loaded = on_loaded
        self._on_saved = on_saved
        self._show_recent()

    def ask_and_load(self) -> None:
        """Ask for a file and load it."""
        if self.may_lose_network():
            path = ask_open(self._root, self._preferences, "Load Network", OPEN_TYPES)
            if path is not None:
                self.load(path)

    def load_recent(self, path: Path) -> None:
        """Load one of the recent networks."""
        if self.may_lose_network():
            self.load(path)

    def load(self, path: str | Path) -> None:
        """Load a network of whatever program, unless the person cancels the question about it.

        Raises
        ------
        NnappError
            If it cannot be read or does not fit the data; everything stays as it was.
        """
        try:
            opened = open_network(self._root, self._style, self._board, path, self._session.dataset)
        except (FileFormatError, StorageError):
            self._preferences.forget_network(path)
            self._show_recent()
            raise
        if opened is None:
            return
        self._session.take(opened.stored, path, is_foreign=opened.is_foreign)
        self._remember(path)
        self._log.info(f"Loaded {path}: {description(opened.stored.network)}.")
        if opened.is_foreign:
            self._log.info("The file stays as it is: Save asks for a name of its own.")
        self._tell_loaded()

    def load_result(self, path: Path) -> bool:
        """Load a network that was made by another part of the program, whose file is left to it: Save asks for a name.

        Returns
        -------
        bool
            False if the person keeps the network that would be lost.

        Raises
        ------
        NnappError
            If it cannot be read or does not fit the data; everything stays as it was.
        """
        if not self.may_lose_network():
            return False
        stored = read_network(path)
        self._session.take(stored, path, is_foreign=True)
        self._log.info(f"Loaded {path}: {description(stored.network)}. Save asks for a name of its own.")
        self._tell_loaded()
        return True

    def _tell_loaded(self) -> None:
        training = self._session.metadata.training
        if training:
            self._log.detail("Trained with " + ", ".join(f"{key} {value}" for key, value in training.items()))
        self._on_loaded()

    def save(self) -> bool:
        """Save the network in its file, or ask for one; return whether it was saved."""
        if self._session.path is None:
            return self.ask_and_save()
        self._save(self._session.path)
        return True

    def ask_and_save(self) -> bool:
        """Ask for a file and write the network there; return whether it is saved, and not just copied for others."""
        path = ask_network_name(self._root, self._style, self._preferences, self._session.suggested_name)
        if path is None:
            return False
        if is_native(path):
            self._save(path)
            return True
        write_any_network(path, self._session.stored)
        self._log.success(f"Exported {path}.")
        if self._session.is_changed:
            self._log.info("The network itself is not saved yet: only a .nn file keeps all that is known about it.")
        return False

    def may_lose_network(self) -> bool:
        """Return whether the network may be replaced: it is saved, or the person has said so."""
        if not self._session.is_changed and not self._is_running():
            return True
        answer = ask_save_changes(self._root, self._style, self._session.name or "the network")
        if answer == "save":
            return self._save_before_losing()
        return answer == "discard"

    def may_replace_network(self, reason: str) -> bool:
        """Ask whether a new network may take the place of this one, saving this one first if that is wished.

        Parameters
        ----------
        reason : str
            Why a new one is needed, a sentence.
        """
        choices = {"new": "New network", "cancel": "Cancel"}
        detail = "It is made by the parameters on the left."
        if self._session.is_changed:
            choices = {"save": "Save, then new", "discard": "New, don’t save", "cancel": "Cancel"}
            detail += f" The changes to {self._session.name} are not saved yet."
        answer = ask_choice(
            self._root,
            self._style,
            title="New network?",
            message=f"{reason} Make a new network for them?",
            detail=detail,
            choices=choices,
            cancel="cancel",
        )
        return self._save_before_losing() if answer == "save" else answer != "cancel"

    def _save_before_losing(self) -> bool:
        if not self._halt_run():
            self._log.error("The network cannot be saved in the middle of a step; try again in a moment.")
            return False
        try:
            return self.save()
        except NnappError as error:
            self._log.error(str(error))
            return False

    def _save(self, path: str | Path) -> None:
        self._session.save(path)
        self._remember(path)
        self._log.success(f"Saved {path}.")
        self._on_saved()

    def _remember(self, path: str | Path) -> None:
        self._preferences.remember_network(path)
        self._show_recent()

    def _show_recent(self) -> None:
        self._commands.show_recent("recent", [Path(path) for path in self._preferences.recent_networks])

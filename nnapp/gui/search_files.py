"""Shows the questions about the files of grid searches: which to open, and where results go."""

from __future__ import annotations

import tkinter as tk
from pathlib import Path

from nnapp.gui.file_dialogs import FileType, ask_open, ask_save
from nnapp.search.journal import JOURNAL_ENDING
from nnapp.storage.files import free_path
from nnapp.storage.preferences import Preferences

__all__ = ["ask_new_search_file", "ask_search_file", "free_search_file"]

_FILE_TYPES: tuple[FileType, ...] = (("Grid searches", (f"*{JOURNAL_ENDING}",)),)


def ask_search_file(parent: tk.Misc, preferences: Preferences) -> Path | None:
    """Ask for the file of a search that is there; None if nobody chose one. Tk thread only."""
    return ask_open(parent, preferences, "Open Search File", _FILE_TYPES)


def ask_new_search_file(parent: tk.Misc, preferences: Preferences, name: str) -> Path | None:
    """Ask for the file of a search to come; None if nobody chose one. Tk thread only."""
    return ask_save(parent, preferences, "Results of the Grid Search", _FILE_TYPES, name)


def free_search_file(preferences: Preferences) -> Path:
    """Return the first name for a search that no file has, where files were opened or saved last."""
    folder = Path(preferences.last_folder)
    folder = folder if preferences.last_folder and folder.is_dir() else Path.cwd()
    return free_path(folder, f"search{JOURNAL_ENDING}")

"""Shows the question under which name, and so in which format, a network is to be saved."""

from __future__ import annotations

import os
import tkinter as tk
from pathlib import Path

from nnapp.errors import StorageError
from nnapp.gui.dialogs import ask_choice, ask_save
from nnapp.gui.file_dialogs import FileType
from nnapp.gui.style import Style
from nnapp.storage.exchange.readers import READERS
from nnapp.storage.exchange.writers import WRITERS
from nnapp.storage.preferences import Preferences

__all__ = ["SAVE_TYPES", "ask_network_name", "is_native"]

_NATIVE = ".nn"

SAVE_TYPES: tuple[FileType, ...] = tuple((writer.name, (f"*{ending}",)) for ending, writer in WRITERS.items())
"""What the dialog for saving a network offers, nnapp's own file first."""

_ENDINGS = {*WRITERS, *(ending for reader in READERS for ending in reader.endings)}
"""Of all formats; what else follows a dot in a name, as in "digits-97.8", says nothing about one."""


def is_native(path: str | os.PathLike[str]) -> bool:
    """Return whether a file of this name is nnapp's own, which a network lives in; any other is for other programs."""
    return Path(path).suffix.lower() == _NATIVE


def ask_network_name(parent: tk.Misc, style: Style, preferences: Preferences, suggested_name: str) -> Path | None:
    """Ask for the name of a file to save a network in; None if nobody chose one.

    The format is that of the name's ending. Where a person has chosen another format from the dialog's list and
    left the ending of nnapp's own files, or typed none that is a format's, the name gets the ending of what was
    chosen. Tk thread only.

    Raises
    ------
    StorageError
        If it is the name of a folder.
    """
    chosen_type = tk.StringVar(parent)
    path = ask_save(parent, preferences, "Save Network As", SAVE_TYPES, suggested_name, chosen_type)
    if path is None:
        return None
    if path.is_dir():
        raise StorageError(f"Cannot write {path}: it is a folder, not a file.")
    ending = next((writer.ending for writer in WRITERS.values() if writer.name == chosen_type.get()), _NATIVE)
    if path.suffix.lower() == _NATIVE:
        meant = path.with_suffix(ending)
    else:
        meant = path if path.suffix.lower() in _ENDINGS else path.with_name(path.name + ending)
    if meant != path and meant.exists() and not _may_replace(parent, style, meant):
        return None
    return meant


def _may_replace(parent: tk.Misc, style: Style, path: Path) -> bool:
    """Ask about a file that the dialog has not asked about, because it knew another ending."""
    answer = ask_choice(
        parent,
        style,
        title="Save Network As",
        message=f"Replace {path.name}?",
        detail="What is in the file now is lost.",
        choices={"replace": "Replace", "": "Cancel"},
        cancel="",
    )
    return answer == "replace"

"""Shows the system's own dialogs for a file to open or to write, starting in the folder used last."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from pathlib import Path
from tkinter import filedialog
from typing import Any

from nnapp.gui.tk_file_dialog import prepare_tk_dialogs
from nnapp.storage.preferences import Preferences

__all__ = ["FileType", "ask_folder", "ask_open", "ask_open_several", "ask_save"]

FileType = tuple[str, tuple[str, ...]]  # what people call it, and the patterns of its names


def ask_open(parent: tk.Misc, preferences: Preferences, title: str, file_types: Sequence[FileType]) -> Path | None:
    """Ask for a file that exists, starting in the last folder; None if nobody chose one. Tk thread only."""
    prepare_tk_dialogs(parent)
    name = _answer(
        filedialog.askopenfilename,
        parent=parent,
        title=title,
        initialdir=_start_folder(preferences),
        filetypes=_with_all(file_types),
    )
    return _chosen(name, preferences)


def ask_open_several(
    parent: tk.Misc, preferences: Preferences, title: str, file_types: Sequence[FileType]
) -> tuple[Path, ...]:
    """Ask for files that exist, starting in the last folder; none if nobody chose any. Tk thread only."""
    prepare_tk_dialogs(parent)
    names = _answer(
        filedialog.askopenfilenames,
        parent=parent,
        title=title,
        initialdir=_start_folder(preferences),
        filetypes=_with_all(file_types),
    )
    # An empty text or tuple, depending on the system, when the dialog is closed.
    chosen = [_chosen(name, preferences) for name in names] if isinstance(names, tuple) else []
    return tuple(path for path in chosen if path is not None)


def ask_save(
    parent: tk.Misc,
    preferences: Preferences,
    title: str,
    file_types: Sequence[FileType],
    suggested_name: str = "",
    chosen_type: tk.StringVar | None = None,
) -> Path | None:
    """Ask for the name of a file to write, starting in the last folder; None if nobody chose one.

    Replacing a file is asked about by the dialog. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    preferences : Preferences
    title : str
    file_types : sequence of FileType
    suggested_name : str
    chosen_type : tk.StringVar, optional
        Gets the name of the type that was chosen, "" if the system does not tell. Without it, a name without an
        ending gets that of the first type.
    """
    prepare_tk_dialogs(parent)
    options: dict[str, Any] = {"defaultextension": file_types[0][1][0].removeprefix("*")}
    if chosen_type is not None:
        options = {"typevariable": chosen_type}
    name = _answer(
        filedialog.asksaveasfilename,
        parent=parent,
        title=title,
        initialdir=_start_folder(preferences),
        initialfile=suggested_name,
        filetypes=_with_all(file_types),
        **options,
    )
    return _chosen(name, preferences)


def ask_folder(parent: tk.Misc, preferences: Preferences, title: str) -> Path | None:
    """Ask for a folder that exists, starting in the last one or at home; None if nobody chose one. Tk thread only."""
    prepare_tk_dialogs(parent)
    start = _start_folder(preferences, otherwise=Path.home())
    name = _answer(filedialog.askdirectory, parent=parent, title=title, initialdir=start, mustexist=True)
    return _chosen(name, preferences)


def _answer(ask: Callable[..., object], *, parent: tk.Misc, **options: Any) -> object:
    """Return what a dialog answers, nothing if the program was closed with the dialog open."""
    parent.winfo_toplevel().lift()  # asked from another window of the program, the dialog would be behind that one
    try:
        return ask(parent=parent, **options)
    except tk.TclError:
        try:
            parent.winfo_exists()
        except tk.TclError:  # nothing is there any more
            return None
        raise


def _start_folder(preferences: Preferences, otherwise: Path | None = None) -> str:
    """Return the last folder; another if it is gone, by default the current one."""
    folder = Path(preferences.last_folder)
    return str(folder if preferences.last_folder and folder.is_dir() else otherwise or Path.cwd())


def _with_all(file_types: Sequence[FileType]) -> list[tuple[str, tuple[str, ...]]]:
    return [*file_types, ("All files", ("*",))]


def _chosen(name: object, preferences: Preferences) -> Path | None:
    # Tk answers an empty tuple or an empty text, depending on the system, when the dialog is closed.
    if not name:
        return None
    path = Path(str(name))
    preferences.last_folder = str(path.parent)
    return path

"""What the program remembers from one start to the next, in a small JSON file.

Nothing depends on the file: if it is missing, broken or of another version, each value that cannot be
used is replaced by its default and the others are kept. A key this version does not know is kept for
the one that does.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from nnapp.errors import SettingError, StorageError
from nnapp.storage.dataset import DataChoice
from nnapp.storage.files import atomic_writer, make_folder, open_for_reading

__all__ = ["MAX_RECENT", "Preferences", "load_preferences", "preferences_file", "save_preferences"]

MAX_RECENT = 10
_MAX_FILE_BYTES = 1_000_000
_GEOMETRY = re.compile(r"[1-9]\d{1,4}x[1-9]\d{1,4}([+-]-?\d{1,5}){2}")


@dataclass
class Preferences:
    """What is remembered.

    Attributes
    ----------
    theme : {"light", "dark"}
    colors : {"standard", "colour-blind"}
    scale : float
        Size of text and spacing relative to what suits the screen, 0.75…3.
    windows : dict of str to str
        Size and place of each window by its name, in Tk's form ``"1280x720+100+50"``.
    last_folder : str
        Folder of the file that was opened or saved last, "" if there is none yet.
    recent_networks : list of str
        Paths of the last networks opened or saved, the newest first, at most `MAX_RECENT`.
    data : DataChoice
        The data set that is used where none is named; without a source, the one found by itself.
    verbose : bool
        Whether the log shows details.
    live : bool
        Whether the testing window answers while a digit is drawn.
    discretisation : {"like-mnist", "as-drawn"}
        How the testing window brings a drawing to the grid.
    activity_views : list of str or None
        The activity views that are shown; None for all.
    others : dict
        Keys of the file that this version does not know.
    as_loaded : dict
        The values as they were in the file, by which what was changed since is known.
    """

    theme: str = "light"
    colors: str = "standard"
    scale: float = 1.0
    windows: dict[str, str] = field(default_factory=dict)
    last_folder: str = ""
    recent_networks: list[str] = field(default_factory=list)
    data: DataChoice = field(default_factory=DataChoice)
    verbose: bool = False
    live: bool = True
    discretisation: str = "like-mnist"
    activity_views: list[str] | None = None
    others: dict[str, Any] = field(default_factory=dict)
    as_loaded: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def remember_network(self, path: str | os.PathLike[str]) -> None:
        """Put a network at the top of the recent ones, and remember its folder."""
        name = os.path.abspath(path)
        self.recent_networks = [name, *(other for other in self.recent_networks if other != name)][:MAX_RECENT]
        self.last_folder = os.path.dirname(name)

    def forget_network(self, path: str | os.PathLike[str]) -> None:
        """Take a network that is gone off the recent ones."""
        name = os.path.abspath(path)
        self.recent_networks = [other for other in self.recent_networks if other != name]


def preferences_file() -> Path:
    """Return where the preferences are kept; the file and its folder need not exist yet.

    ``preferences.json`` in ``$NNAPP_HOME``, or else in ``$XDG_CONFIG_HOME/nnapp`` or ``~/.config/nnapp`` (XDG
    Base Directory Specification 0.8, which says to ignore a relative path), on macOS in
    ``~/Library/Application Support/nnapp``, on Windows in ``%APPDATA%\\nnapp``.
    """
    own = os.environ.get("NNAPP_HOME")
    if own:
        return Path(os.path.expanduser(own)).absolute() / "preferences.json"
    # An account without a home folder (a container with a foreign user id) keeps "~" as it is.
    home = os.path.expanduser("~")
    home = home if os.path.isabs(home) else tempfile.gettempdir()
    if sys.platform == "win32":
        base = os.environ.get("APPDATA") or os.path.join(home, "AppData", "Roaming")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Application Support")
    else:
        base = os.environ.get("XDG_CONFIG_HOME", "")
        if not os.path.isabs(base):
            base = os.path.join(home, ".config")
    return Path(base, "nnapp", "preferences.json")


def load_preferences(path: str | os.PathLike[str] | None = None) -> Preferences:
    """Return what is remembered, with the default in place of every value that cannot be used.

    Parameters
    ----------
    path : path, optional
        By default `preferences_file`.
    """
    values = _read_object(preferences_file() if path is None else path)
    preferences = Preferences()
    for name, usable in _USABLE.items():
        value = usable(values.pop(name, None))
        if value is not None:
            setattr(preferences, name, value)
    preferences.others = values
    preferences.as_loaded = {name: deepcopy(getattr(preferences, name)) for name in _USABLE}
    return preferences


def save_preferences(preferences: Preferences, path: str | os.PathLike[str] | None = None) -> bool:
    """Write what is to be remembered, and return whether that was possible.

    It is no reason to bother anybody if the folder cannot be written to: the program then starts with
    the defaults next time.

    Parameters
    ----------
    preferences : Preferences
    path : path, optional
        By default `preferences_file`.
    """
    file = Path(preferences_file() if path is None else path)
    values = {**preferences.others, **_merged(preferences, _read_object(file))}
    # Escaped, so that a file name that is no valid Unicode can be written as well.
    text = json.dumps(values, indent=2, ensure_ascii=True)
    try:
        make_folder(file.parent)
        with atomic_writer(file) as stream:
            stream.write(text.encode("ascii") + b"\n")
    except StorageError:
        return False
    # What another window writes from now on is newer than this.
    preferences.as_loaded = {name: deepcopy(getattr(preferences, name)) for name in _USABLE}
    return True


def _merged(preferences: Preferences, stored: dict[str, Any]) -> dict[str, Any]:
    """Return what to write, given the file as it is now: the other window may have been closed meanwhile."""
    values: dict[str, Any] = {}
    for name, usable in _USABLE.items():
        ours, theirs = getattr(preferences, name), usable(stored.get(name))
        is_untouched = ours == preferences.as_loaded.get(name)
        values[name] = theirs if is_untouched and theirs is not None else ours
    before = preferences.as_loaded.get("windows", {})
    moved = {name: place for name, place in preferences.windows.items() if place != before.get(name)}
    values["data"] = asdict(values["data"])
    values["windows"] = {**preferences.windows, **(_geometries(stored.get("windows")) or {}), **moved}
    return values


def _read_object(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the JSON object in a file, {} if there is none."""
    try:
        with open_for_reading(path) as stream:
            content = stream.read(_MAX_FILE_BYTES + 1)
        values = json.loads(content) if len(content) <= _MAX_FILE_BYTES else None
    except (StorageError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _one_of(*words: str) -> Callable[[Any], str | None]:
    return lambda value: value if isinstance(value, str) and value in words else None


def _scale(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0.75 <= value <= 3 else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _path(value: Any) -> str | None:
    return value if isinstance(value, str) and "\0" not in value else None


def _paths(value: Any) -> list[str] | None:
    if not isinstance(value, list):
        return None
    return list(dict.fromkeys(path for path in value if _path(path)))[:MAX_RECENT]


def _data_choice(value: Any) -> DataChoice | None:
    if not isinstance(value, dict) or _path(value.get("source")) is None:
        return None
    names = {item.name for item in fields(DataChoice)}
    try:
        return DataChoice(**{name: part for name, part in value.items() if name in names})
    except SettingError:
        return None


def _words(value: Any) -> list[str] | None:
    return value if isinstance(value, list) and all(isinstance(word, str) for word in value) else None


def _geometries(value: Any) -> dict[str, str] | None:
    if not isinstance(value, dict):
        return None
    return {name: text for name, text in value.items() if isinstance(text, str) and _GEOMETRY.fullmatch(text)}


# For each value, what turns the file's into a usable one or None. The words of theme and colors are those of
# nnapp.display.palettes, which this layer may not import; a test compares them.
_USABLE: dict[str, Callable[[Any], Any]] = {
    "theme": _one_of("light", "dark"),
    "colors": _one_of("standard", "colour-blind"),
    "scale": _scale,
    "windows": _geometries,
    "last_folder": _path,
    "recent_networks": _paths,
    "data": _data_choice,
    "verbose": _flag,
    "live": _flag,
    "discretisation": _one_of("like-mnist", "as-drawn"),
    "activity_views": _words,
}

"""The folders in which data sets are looked for and kept."""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from pathlib import Path

from nnapp.storage.published_datasets import MNIST, PublishedDataset

__all__ = [
    "SHIPPED_NETWORKS",
    "data_folders",
    "folder_for",
    "published_folders",
    "shipped_networks",
    "user_cache_folder",
    "user_data_folder",
]


SHIPPED_NETWORKS = ("best.nn", "wide-800.nn", "small-128-64.nn", "classic-16-16.nn")
"""Names of the networks that come with the program, the best first; networks/README.md tells what they are."""


def user_cache_folder() -> Path:
    """Return nnapp's folder for files that can be fetched again; it need not exist yet.

    ``$XDG_CACHE_HOME/nnapp`` or ``~/.cache/nnapp`` (XDG Base Directory Specification 0.8, which says
    to ignore a relative path), on macOS ``~/Library/Caches/nnapp``, on Windows ``%LOCALAPPDATA%\\nnapp``.
    """
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(_home(), "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(_home(), "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        if not os.path.isabs(base):
            base = os.path.join(_home(), ".cache")
    return Path(base, "nnapp")


def data_folders() -> tuple[Path, ...]:
    """Return the folders in which a data set is looked for where none is named: those of MNIST."""
    return published_folders(MNIST)


def published_folders(published: PublishedDataset) -> tuple[Path, ...]:
    """Return the folders in which a published data set is looked for, in order, whether they exist or not.

    In each of ``$NNAPP_DATA``, ``data`` in the current folder, and ``data`` beside the package when it runs from a
    checkout of the project: the sub-folder of the data set's own name, then the folder itself. Last the folder of
    that name in the user's cache. A folder that is two of these comes once.
    """
    name = published.folder_name
    candidates: list[Path] = []
    for base in filter(None, (_named_folder(), Path("data"), _project_data_folder())):
        candidates += (base / name, base)
    candidates.append(user_cache_folder() / name)
    return tuple(dict.fromkeys(Path(os.path.realpath(candidate)) for candidate in candidates))


def folder_for(published: PublishedDataset) -> Path:
    """Return the folder a published data set is downloaded to, always one of its own; it need not exist yet.

    All published sets use the same file names. It is the folder of the data set's name in the first of these that
    is set: ``$NNAPP_DATA``, the checkout's ``data``, the user's cache. Never in the current folder's ``data``, which
    would be missed when started from elsewhere.
    """
    return (_named_folder() or _project_data_folder() or user_cache_folder()) / published.folder_name


def _named_folder() -> Path | None:
    name = os.environ.get("NNAPP_DATA")
    return Path(os.path.expanduser(name)).absolute() if name else None


def shipped_networks() -> tuple[Path, ...]:
    """Return the network files there are without being told of any, those to start with first.

    Those in ``networks`` of the project's checkout, which are the shipped ones and those trained there, the newest
    first; where nnapp is installed without a checkout, the shipped ones of the installation. The shipped ones are
    taken to be as old as the newest of them, and stand in the order of `SHIPPED_NETWORKS`: their own times are those at
    which they were copied here, which say nothing.
    """
    project = _project()
    folder = _installed_networks() if project is None else project / "networks"
    changed = {path: path.stat().st_mtime for path in folder.glob("*.nn")}
    came = max((time for path, time in changed.items() if path.name in SHIPPED_NETWORKS), default=0.0)

    def place(path: Path) -> tuple[float, int]:
        if path.name in SHIPPED_NETWORKS:
            return -came, SHIPPED_NETWORKS.index(path.name)
        return -changed[path], -1

    return tuple(sorted(changed, key=place))


def _installed_networks() -> Path:
    """Return where pip has put the shipped networks: in Python's own folder, or in the user's with ``--user``."""
    schemes = (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    candidates = [Path(sysconfig.get_path("data", scheme), "share", "nnapp", "networks") for scheme in schemes]
    return next(filter(Path.is_dir, candidates), candidates[0])


def user_data_folder() -> Path:
    """Return nnapp's folder for what a person has made and cannot fetch again; it need not exist yet.

    ``$NNAPP_HOME`` if it is set, ``$XDG_DATA_HOME/nnapp`` or ``~/.local/share/nnapp`` (XDG Base Directory
    Specification 0.8), on macOS ``~/Library/Application Support/nnapp``, on Windows ``%APPDATA%\\nnapp``.
    """
    own = os.environ.get("NNAPP_HOME")
    if own:
        return Path(os.path.expanduser(own)).absolute()
    if sys.platform == "win32":
        base = os.environ.get("APPDATA") or os.path.join(_home(), "AppData", "Roaming")
    elif sys.platform == "darwin":
        base = os.path.join(_home(), "Library", "Application Support")
    else:
        base = os.environ.get("XDG_DATA_HOME", "")
        if not os.path.isabs(base):
            base = os.path.join(_home(), ".local", "share")
    return Path(base, "nnapp")


def _project_data_folder() -> Path | None:
    project = _project()
    return None if project is None else project / "data"


def _project() -> Path | None:
    """Return the project's checkout, or None if nnapp is installed elsewhere."""
    project = Path(__file__).resolve().parents[2]
    return project if (project / "setup.cfg").is_file() else None


def _home() -> str:
    # An account without a home folder (a container with a foreign user id) keeps "~" as it is.
    home = os.path.expanduser("~")
    return home if os.path.isabs(home) else tempfile.gettempdir()

"""Shows nothing itself: what a grid search asks of the window it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nnapp.engine.settings import Settings
from nnapp.storage.dataset import Dataset

__all__ = ["SearchEvents"]


@dataclass(frozen=True)
class SearchEvents:
    """What the controller asks of the training window.

    Attributes
    ----------
    read_settings : callable () -> Settings
        What the parameters say; raises SettingError while one of them is wrong.
    read_dataset : callable () -> Dataset or None
        With its classes as its own.
    load_network : callable (Path) -> bool
        Take the network of a run and its settings, unless the person keeps the present one.
    on_state : callable ()
        What can be done has changed.
    """

    read_settings: Callable[[], Settings]
    read_dataset: Callable[[], Dataset | None]
    load_network: Callable[[Path], bool]
    on_state: Callable[[], None]

"""Shows a question only if it must: opens network files of every kind, and writes them."""

from __future__ import annotations

import os
import tkinter as tk
from pathlib import Path
from typing import cast

from nnapp.errors import MissingAnswerError
from nnapp.gui.dialogs import ask_choice
from nnapp.gui.file_dialogs import FileType
from nnapp.gui.foreign_network_dialog import ForeignNetworkDialog
from nnapp.gui.job_board import JobBoard
from nnapp.gui.style import Style
from nnapp.storage.dataset import Dataset
from nnapp.storage.exchange.array_layouts import Orientation
from nnapp.storage.exchange.completion import complete, missing_answers
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.readers import READERS, read_any_network
from nnapp.storage.exchange.writers import WRITERS
from nnapp.storage.network_file import StoredNetwork

__all__ = ["OPEN_TYPES", "SAVE_TYPES", "is_native", "open_network"]

OPEN_TYPES: tuple[FileType, ...] = (
    ("Networks", tuple(f"*{ending}" for reader in READERS for ending in reader.endings)),
    ("nnapp networks", ("*.nn",)),
)
"""What the dialog for opening a network lists."""

SAVE_TYPES: tuple[FileType, ...] = tuple((writer.name, (f"*{ending}",)) for ending, writer in WRITERS.items())
"""What the dialog for saving a network offers, nnapp's own file first."""


def is_native(path: str | os.PathLike[str]) -> bool:
    """Return whether a file of this name is nnapp's own, which a network lives in; any other is a copy for others."""
    return Path(path).suffix.lower() not in WRITERS.keys() - {".nn"}


def open_network(
    parent: tk.Misc, style: Style, board: JobBoard, path: str | os.PathLike[str], dataset: Dataset | None
) -> StoredNetwork | None:
    """Read a network file of any kind; ask for what it does not say, and return None if that was cancelled.

    Tk thread only.

    Raises
    ------
    NnappError
        If the file cannot be read, or its network is none that nnapp has.
    """
    found = _read(parent, style, path)
    if found is None:
        return None
    if isinstance(found, StoredNetwork):
        return found
    name = Path(path).name
    if not missing_answers(found):
        return complete(found, source=name)
    return ForeignNetworkDialog(parent, style, board, name, found, dataset).ask()


def _read(parent: tk.Misc, style: Style, path: str | os.PathLike[str]) -> ForeignNetwork | StoredNetwork | None:
    """Read a file, asking which way round its weights are where nothing in it tells; None if that was cancelled."""
    try:
        return read_any_network(path)
    except MissingAnswerError as error:
        if "orientation" not in error.names:
            raise
    answer = ask_choice(
        parent,
        style,
        title="Open Network",
        message=f"Which way round are the weights in {Path(path).name}?",
        detail="Both ways fit. PyTorch stores a row for each neuron; Keras and scikit-learn store a column for each.",
        choices={"outputs-inputs": "Row per neuron", "inputs-outputs": "Column per neuron", "": "Cancel"},
        cancel="",
    )
    return read_any_network(path, cast(Orientation, answer)) if answer else None

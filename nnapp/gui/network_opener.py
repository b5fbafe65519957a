"""Shows a question only if it must: opens network files of every kind."""

from __future__ import annotations

import os
import tkinter as tk
from dataclasses import dataclass
from pathlib import Path

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
from nnapp.storage.network_file import StoredNetwork

__all__ = ["OPEN_TYPES", "OpenedNetwork", "open_network", "open_unasked"]

_ARCHIVES = ".npz"

OPEN_TYPES: tuple[FileType, ...] = (
    ("Networks", tuple(f"*{ending}" for reader in READERS for ending in reader.endings if ending != _ARCHIVES)),
    ("nnapp networks", ("*.nn",)),
    ("NumPy archives", (f"*{_ARCHIVES}",)),
)
"""What the dialog for opening a network lists; NumPy's archives by themselves, since every run leaves one."""


_ORIENTATIONS: dict[Orientation, str] = {"outputs-inputs": "Row per neuron", "inputs-outputs": "Column per neuron"}


@dataclass(frozen=True, eq=False)
class OpenedNetwork:
    """A network from a file.

    Attributes
    ----------
    stored : StoredNetwork
    is_foreign : bool
        Whether the file is another program's, by its content, so that it must not be written over.
    """

    stored: StoredNetwork
    is_foreign: bool


def open_network(
    parent: tk.Misc, style: Style, board: JobBoard, path: str | os.PathLike[str], dataset: Dataset | None
) -> OpenedNetwork | None:
    """Read a network file of any kind; ask for what it does not say, and return None if that was cancelled.

    Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
        The window that asks.
    style : Style
    board : JobBoard
        Tries what the file may mean, while the question is shown.
    path : path-like
    dataset : Dataset or None
        Whose test images that is tried on.

    Raises
    ------
    NnappError
        If the file cannot be read, or its network is none that nnapp has.
    """
    found = _read(parent, style, path, dataset)
    if found is None:
        return None
    opened = _opened(found, path)
    if opened is not None:
        return opened
    assert isinstance(found, ForeignNetwork)  # of its own files nnapp knows all
    stored = ForeignNetworkDialog(parent, style, board, Path(path).name, found, dataset).ask()
    return None if stored is None else OpenedNetwork(stored, True)


def open_unasked(path: str | os.PathLike[str]) -> OpenedNetwork | None:
    """Read a network file of any kind; return None if a person would have to say something about it.

    Raises
    ------
    NnappError
        If the file cannot be read, or its network is none that nnapp has.
    """
    try:
        found = read_any_network(path)
    except MissingAnswerError:
        return None
    return _opened(found, path)


def _opened(found: ForeignNetwork | StoredNetwork, path: str | os.PathLike[str]) -> OpenedNetwork | None:
    """Return the network of a file that says everything, None if it does not."""
    if isinstance(found, StoredNetwork):
        return OpenedNetwork(found, False)
    if missing_answers(found):
        return None
    return OpenedNetwork(complete(found, source=Path(path).name), True)


def _read(
    parent: tk.Misc, style: Style, path: str | os.PathLike[str], dataset: Dataset | None
) -> ForeignNetwork | StoredNetwork | None:
    """Read a file, asking which way round its weights are where nothing in it tells; None if that was cancelled."""
    try:
        return read_any_network(path)
    except MissingAnswerError as error:
        if "orientation" not in error.names:
            raise
    networks = {words: read_any_network(path, orientation) for orientation, words in _ORIENTATIONS.items()}
    sizes = {words: _layer_sizes(network) for words, network in networks.items()}
    detail = "Both ways fit. PyTorch stores a row for each neuron; Keras and scikit-learn store a column for each."
    fitting = [words for words in sizes if dataset is not None and sizes[words][0] == dataset.n_pixels]
    if dataset is not None and len(fitting) == 1:
        structure = "-".join(map(str, sizes[fitting[0]]))
        detail += f" Of the two, {structure} takes the {dataset.n_pixels:,} pixels of {dataset.name}."
        networks = {words: networks[words] for words in sorted(networks, key=lambda words: words not in fitting)}
    choices = {words: f"{words}: {'-'.join(map(str, sizes[words]))}" for words in networks}
    answer = ask_choice(
        parent,
        style,
        title="Open Network",
        message=f"Which way round are the weights in {Path(path).name}?",
        detail=detail,
        choices={**choices, "": "Cancel"},
        cancel="",
    )
    return networks.get(answer)


def _layer_sizes(network: ForeignNetwork | StoredNetwork) -> tuple[int, ...]:
    return network.layer_sizes if isinstance(network, ForeignNetwork) else network.network.layer_sizes

"""Saving a network in the format that its file's ending asks for."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from nnapp.errors import NetworkError
from nnapp.storage.exchange.network_csv import write_network_csv
from nnapp.storage.exchange.npz_writer import write_network_npz
from nnapp.storage.exchange.onnx_writer import write_onnx
from nnapp.storage.exchange.predict_script import write_predict_script
from nnapp.storage.exchange.safetensors_file import write_safetensors
from nnapp.storage.network_file import StoredNetwork, write_network

__all__ = ["WRITERS", "Writer", "write_any_network"]


@dataclass(frozen=True)
class Writer:
    """How files of one format are written.

    Attributes
    ----------
    name : str
        For people, short enough for a list of file types.
    ending : str
        In small letters, with its dot; its key in `WRITERS`.
    description : str
        What such a file is for, as a clause.
    write : callable (path, stored) -> None
        Replaces an earlier file only when the new one is complete.
    """

    name: str
    ending: str
    description: str
    write: Callable[[str | os.PathLike[str], StoredNetwork], None]


def _write_nn(path: str | os.PathLike[str], stored: StoredNetwork) -> None:
    write_network(path, stored.network, stored.metadata)


WRITERS: dict[str, Writer] = {
    writer.ending: writer
    for writer in (
        Writer("nnapp network", ".nn", "everything that nnapp knows about the network", _write_nn),
        Writer("ONNX model", ".onnx", "to run it in programs of other makers and languages", write_onnx),
        Writer("NumPy arrays", ".npz", "for numpy.load, and to look at in Netron", write_network_npz),
        Writer("safetensors", ".safetensors", "for PyTorch and others, with names as of PyTorch", write_safetensors),
        Writer("table of weights", ".csv", "all weights and biases, for a spreadsheet", write_network_csv),
        Writer("Python script", ".py", "recognises images by itself, with NumPy only", write_predict_script),
    )
}
"""All formats by ending. All but the last two can be opened again (see `READERS`)."""


def write_any_network(path: str | os.PathLike[str], stored: StoredNetwork) -> None:
    """Write a network in the format of the ending of `path`; an earlier file is replaced when the new one is complete.

    Raises
    ------
    NetworkError
        If no format has that ending, or the format cannot hold the network. Nothing has been written then.
    StorageError
        If the file cannot be written.
    """
    ending = os.path.splitext(path)[1].lower()
    if ending not in WRITERS:
        raise NetworkError(f"The name of the file must end with one of {', '.join(WRITERS)}; got {os.fspath(path)}.")
    for name in stored.metadata.class_names:
        if not _is_whole_text(name):
            raise NetworkError(f"The names of classes must be made of whole characters; got {name!r}.")
    WRITERS[ending].write(path, stored)


def _is_whole_text(text: str) -> bool:
    """Return whether a text has no halves of characters, which names of files that are not UTF-8 are read as."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True

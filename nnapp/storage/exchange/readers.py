"""Opening a network file of whatever program: which reader it is for, seen from its content.

Names lie more often than bytes, so a file's ending only decides where its content does not.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from nnapp.errors import FileFormatError
from nnapp.storage.exchange.array_layouts import Orientation
from nnapp.storage.exchange.completion import Answers, complete
from nnapp.storage.exchange.foreign_network import ForeignNetwork, as_foreign
from nnapp.storage.exchange.json_networks import read_json_network_from
from nnapp.storage.exchange.npz_networks import has_npy_members, read_npy_network_from, read_npz_network_from
from nnapp.storage.exchange.onnx_reader import is_onnx, read_onnx_network_from
from nnapp.storage.exchange.pickled_arrays import read_pickled_network_from
from nnapp.storage.exchange.safetensors_file import is_safetensors, read_safetensors_from
from nnapp.storage.exchange.torch_file import (
    is_legacy_torch_file,
    is_torch_archive,
    read_legacy_torch_from,
    read_torch_archive_from,
)
from nnapp.storage.files import check_ordinary, open_for_reading
from nnapp.storage.network_file import MAGIC, StoredNetwork, read_network_from
from nnapp.storage.network_payload import count_parameters
from nnapp.storage.npy_header import NPY_MAGIC

__all__ = ["READERS", "Reader", "open_network", "read_any_network", "read_any_network_from"]

_HEAD_BYTES = 512


@dataclass(frozen=True)
class Reader:
    """How the files of one format are known and read.

    Attributes
    ----------
    name : str
        For people, such as "safetensors".
    endings : tuple of str
        That its files usually have, in small letters.
    recognises : callable (head, stream) -> bool
        Whether a file looks like one of this format, given its first 512 bytes and a stream of it,
        which may be left anywhere. Must not raise for any bytes.
    read : callable (stream, name, orientation) -> ForeignNetwork or StoredNetwork
        Read the stream from its beginning; `name` is what to call it in an error, and `orientation`
        how a person says that weights are stored, which formats that say it themselves pass over.
    """

    name: str
    endings: tuple[str, ...]
    recognises: Callable[[bytes, BinaryIO], bool]
    read: Callable[[BinaryIO, str, Orientation | None], ForeignNetwork | StoredNetwork]


def _is_network_file(head: bytes, stream: BinaryIO) -> bool:
    """Return whether the length of a file is what its first bytes, taken as the sizes of a `.nn` file, ask for."""
    n_layers = head[0] if head else 0
    if n_layers < 2 or len(head) < 1 + 2 * n_layers:
        return False
    end = 1 + 2 * n_layers + 4 * count_parameters(struct.unpack_from(f"<{n_layers}H", head, 1))
    if stream.seek(0, os.SEEK_END) == end:
        return True
    stream.seek(end)
    return stream.read(len(MAGIC)) == MAGIC


def _is_pickle(head: bytes) -> bool:
    """Return whether a file starts with the number of a protocol, as all pickles since the second protocol do."""
    return head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")


READERS: tuple[Reader, ...] = (
    # The length of a `.nn` file is the surest sign of all, and its first bytes can be those of any other format.
    Reader(
        ".nn",
        (".nn",),
        _is_network_file,
        lambda stream, name, orientation: read_network_from(stream, name),
    ),
    Reader("safetensors", (".safetensors",), is_safetensors, read_safetensors_from),
    Reader("ONNX", (".onnx",), is_onnx, read_onnx_network_from),
    Reader("PyTorch", (".pt", ".pth"), lambda head, stream: is_torch_archive(stream), read_torch_archive_from),
    Reader("PyTorch before 1.6", (), lambda head, stream: is_legacy_torch_file(head), read_legacy_torch_from),
    Reader("npz", (".npz",), lambda head, stream: has_npy_members(stream), read_npz_network_from),
    Reader("npy", (".npy",), lambda head, stream: head.startswith(NPY_MAGIC), read_npy_network_from),
    Reader("pickle", (".pkl", ".pickle"), lambda head, stream: _is_pickle(head), read_pickled_network_from),
    Reader(
        "JSON",
        (".json",),
        lambda head, stream: head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["),
        read_json_network_from,
    ),
)
"""All formats, tried in this order."""

_HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"


def read_any_network(
    path: str | os.PathLike[str], orientation: Orientation | None = None
) -> ForeignNetwork | StoredNetwork:
    """Read a network file of any format nnapp knows. Nothing in it is executed.

    Parameters
    ----------
    path : path-like
    orientation : {"outputs-inputs", "inputs-outputs"}, optional
        How weights are stored, where a file's shapes and names leave it open.

    Raises
    ------
    FileFormatError
        If the bytes are of no format nnapp knows, or break the rules of theirs.
    NetworkError
        If what the file holds is no network of dense layers, or one that nnapp cannot have.
    MissingAnswerError
        If the orientation must be said.
    StorageError
        If the file cannot be read.
    """
    check_ordinary(path)
    with open_for_reading(path) as stream:
        return read_any_network_from(stream, os.fspath(path), orientation)


def read_any_network_from(
    stream: BinaryIO, name: str, orientation: Orientation | None = None
) -> ForeignNetwork | StoredNetwork:
    """Read a network of any format from a stream that can seek; arguments and errors as for `read_any_network`."""
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    ending = os.path.splitext(name)[1].lower()
    reader = next((reader for reader in READERS if reader.recognises(head, stream)), None)
    if reader is None:
        reader = next((reader for reader in READERS if ending in reader.endings), None)
    if reader is None:
        is_keras = head.startswith(_HDF5_MAGIC) or ending == ".keras"
        hint = " (of Keras; save model.get_weights() with numpy.savez instead)" if is_keras else ""
        raise FileFormatError(
            f"{name} must be a network file of one of the formats {', '.join(reader.name for reader in READERS)}; "
            f"got one that starts with {head[:8]!r}{hint}."
        )
    stream.seek(0)
    return reader.read(stream, name, orientation)


def open_network(
    path: str | os.PathLike[str], answers: Answers | None = None, orientation: Orientation | None = None
) -> StoredNetwork:
    """Read a network file of any format, with what a person says about it where its file does not.

    Raises
    ------
    MissingAnswerError
        If something is still not said.
    FileFormatError, NetworkError, StorageError
        As `read_any_network` and `complete`.
    """
    found = read_any_network(path, orientation)
    if isinstance(found, StoredNetwork):
        if answers in (None, Answers()):
            return found
        found = as_foreign(found)
    return complete(found, answers, os.fspath(path))

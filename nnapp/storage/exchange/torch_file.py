"""Networks of PyTorch: the ``state_dict`` that ``torch.save`` has written, alone or in a checkpoint.

Since version 1.6 such a file is a ZIP archive with a pickle, ``data.pkl``, and a file of raw numbers for every storage,
``data/0`` and so on; before that it was a row of pickles followed by the raw numbers
(https://github.com/pytorch/pytorch/blob/main/torch/serialization.py). A tensor is a view of a storage: an offset, a
size and a stride for each dimension. The pickles are read by `restricted_unpickler`, which executes nothing.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.network import MAX_PARAMETERS
from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage.exchange.array_layouts import Orientation, network_from_arrays
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.network_content import NetworkContent
from nnapp.storage.exchange.pickle_input import read_content
from nnapp.storage.exchange.pickle_vocabulary import Vocabulary
from nnapp.storage.exchange.pickled_arrays import plain
from nnapp.storage.exchange.restricted_unpickler import read_pickle
from nnapp.storage.exchange.torch_tensors import MAX_STORAGES, bytes_per_value, storage_values, torch_vocabulary
from nnapp.storage.zip_archive import open_zip
from nnapp.storage.zip_damage import zip_damage_told

__all__ = ["is_legacy_torch_file", "is_torch_archive", "read_legacy_torch_from", "read_torch_archive_from"]

_KIND = "file of PyTorch"
_MAX_BYTES = 8 * MAX_PARAMETERS
_MAX_PICKLE_BYTES = 1 << 26
_MAX_MEMBERS = 10_000
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_LEGACY_START = re.compile(  # the number as a pickle of whatever protocol, in a frame since the fourth
    rb"\x80[\x02-\x05](\x95.{8})?\x8a\x0a" + re.escape(_LEGACY_MAGIC.to_bytes(10, "little")) + rb"\.", re.DOTALL
)
_LEGACY_PROTOCOL = 1001
_MODEL_KEYS = ("model_state_dict", "state_dict", "model_state", "model", "net", "network", "weights", "params")
_PREFIXES = ("module.", "_orig_mod.")  # of DataParallel and torch.compile
_ORIENTATION: Orientation = "outputs-inputs"


def is_torch_archive(stream: BinaryIO) -> bool:
    """Return whether a stream is a ZIP archive as ``torch.save`` writes it; it may be left anywhere."""
    stream.seek(0)
    if stream.read(2) != b"PK":
        return False
    try:
        with open_zip(stream, "the file", _KIND) as archive:
            return any(_is_pickle(member.filename) for member in archive.infolist())
    except (FileFormatError, OSError):
        return False


def is_legacy_torch_file(head: bytes) -> bool:
    """Return whether a file of which `head` is the beginning was written by ``torch.save`` before 1.6."""
    return _LEGACY_START.match(head) is not None


def read_torch_archive_from(stream: BinaryIO, name: str, orientation: Orientation | None = None) -> ForeignNetwork:
    """Read a network of linear layers from what ``torch.save`` has written.

    Parameters
    ----------
    stream : binary file object
        Can seek.
    name : str
        What to call it in the sentence of an error.
    orientation : str, optional
        What a person says about the weights; PyTorch itself has a row for each neuron.

    Raises
    ------
    FileFormatError
        If it is damaged, claims more than it can hold, or asks to run something, which is never done.
    NetworkError
        If it holds no state of linear layers.
    """
    n_bytes = stream.seek(0, os.SEEK_END)
    with open_zip(stream, name, _KIND) as archive:
        if any(path.endswith("/constants.pkl") for path in archive.namelist()):
            raise NetworkError(
                f"{name} must hold a state_dict; got a TorchScript program (save model.state_dict() with torch.save)."
            )
        members = _checked_members(archive.infolist(), n_bytes, name)
        folder = next((path for path in members if _is_pickle(path)), None)
        if folder is None:
            raise FileFormatError(f"{name} must hold a data.pkl, as torch.save writes it; got none.")
        folder = folder.removesuffix("data.pkl")
        byte_order = ">" if _content(archive, members, f"{folder}byteorder", 16, name).strip() == b"big" else "<"
        pickle = _content(archive, members, f"{folder}data.pkl", _MAX_PICKLE_BYTES, name)

        def load(key: str, kind: str, n_values: int) -> NDArray[Any]:
            data = _content(archive, members, f"{folder}data/{key}", _MAX_BYTES, name)
            return storage_values(data, kind, n_values, byte_order)

        state, end = read_pickle(pickle, torch_vocabulary(load), name, n_bytes_beside=n_bytes)
    if end < len(pickle):
        raise FileFormatError(f"The pickle in {name} must end after {end:,} bytes; got {len(pickle):,}.")
    return _network(state, name, orientation)


def read_legacy_torch_from(stream: BinaryIO, name: str, orientation: Orientation | None = None) -> ForeignNetwork:
    """Read a network from a file as ``torch.save`` wrote it before version 1.6.

    Arguments and errors as for `read_torch_archive_from`.
    """
    content = read_content(stream, _MAX_BYTES, name)
    start = _LEGACY_START.match(content)
    if start is None:
        raise FileFormatError(f"{name} must start as PyTorch before 1.6 did; got {content[:16]!r}.")
    position = start.end()
    nothing = Vocabulary({})
    protocol, position = read_pickle(content, nothing, name, position)
    if protocol != _LEGACY_PROTOCOL:
        raise FileFormatError(f"The protocol of {name} must be {_LEGACY_PROTOCOL}; got {str(protocol)[:40]}.")
    system, position = read_pickle(content, nothing, name, position)
    byte_order = "<" if not isinstance(system, dict) or system.get("little_endian", True) else ">"
    # The storages come after what refers to them, which is therefore read twice.
    kinds: dict[str, tuple[str, int]] = {}

    def note(key: str, kind: str, n_values: int) -> None:
        kinds[key] = (kind, n_values)

    _, end = read_pickle(content, torch_vocabulary(note), name, position)
    keys, end = read_pickle(content, nothing, name, end)
    storages = _legacy_storages(content, end, keys, kinds, byte_order, name)
    vocabulary = torch_vocabulary(lambda key, kind, n_values: storages.get(key))
    state, _ = read_pickle(content, vocabulary, name, position, n_bytes_beside=len(content))
    return _network(state, name, orientation)


def _legacy_storages(
    content: bytes, position: int, keys: Any, kinds: Mapping[str, tuple[str, int]], byte_order: str, name: str
) -> dict[str, NDArray[Any]]:
    """Return the storages by key: for each the number of its values in 8 bytes, and the values."""
    if not isinstance(keys, list) or len(keys) > MAX_STORAGES or not all(isinstance(key, str) for key in keys):
        raise FileFormatError(f"{name} must list its storages; got {str(keys)[:60]}.")
    storages: dict[str, NDArray[Any]] = {}
    for key in keys:
        if key not in kinds:
            raise FileFormatError(f"Storage {key[:40]!r} in {name} must belong to a tensor; got one of none.")
        kind, n_values = kinds[key]
        end = position + 8 + n_values * bytes_per_value(kind)
        claimed = int.from_bytes(content[position : position + 8], "little", signed=True)
        if claimed != n_values or end > len(content):
            raise FileFormatError(
                f"Storage {key[:40]!r} in {name} must hold {n_values:,} values; got {claimed:,} in "
                f"{max(0, len(content) - position - 8):,} bytes."
            )
        storages[key] = storage_values(content[position + 8 : end], kind, n_values, byte_order)
        position = end
    return storages


def _checked_members(members: list[zipfile.ZipInfo], n_bytes: int, name: str) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name; refuse an archive by what its directory claims, before anything in it is read."""
    if len(members) > _MAX_MEMBERS:
        raise FileFormatError(f"{name} must hold at most {_MAX_MEMBERS:,} files; got {len(members):,}.")
    for member in members:
        # PyTorch never compresses, so nothing can be larger than it is in the archive.
        if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
            raise FileFormatError(f"Files in {name} must not be compressed; got {member.filename[:60]!r}.")
    claimed = sum(member.file_size for member in members)
    if claimed > n_bytes:
        raise FileFormatError(f"Files in {name} must have at most {n_bytes:,} bytes, its length; got {claimed:,}.")
    return {member.filename: member for member in members}


def _content(
    archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], path: str, max_bytes: int, name: str
) -> bytes:
    """Return a file of the archive; empty if there is none, which no pickle and no storage may be."""
    member = members.get(path)
    if member is None:
        return b""
    if member.file_size > max_bytes:
        raise FileFormatError(f"{path[:60]} in {name} must have at most {max_bytes:,} bytes; got {member.file_size:,}.")
    with zip_damage_told(name, _KIND):
        return archive.read(member)


def _is_pickle(path: str) -> bool:
    folder, _, file = path.rpartition("/")
    return file == "data.pkl" and "/" not in folder


def _network(state: Any, name: str, orientation: Orientation | None) -> ForeignNetwork:
    state = plain(state)
    if not isinstance(state, dict):
        kind = "a single tensor" if isinstance(state, np.ndarray) else f"a {type(state).__name__}"
        raise NetworkError(f"{name} must hold a state_dict, parameters by name; got {kind}.")
    parameters = _parameters_in(state)
    content = NetworkContent(name)
    for key, value in parameters.items():
        if isinstance(value, np.ndarray) and value.ndim != 2 and str(key).rpartition(".")[2] == "weight":
            shape = " × ".join(map(str, value.shape)) or "a number"
            raise NetworkError(
                f"Parameters in {name} must be those of linear layers; got {str(key)[:60]} ({shape}), "
                "which is of a layer of another kind."
            )
        content.add(_without_prefixes(str(key)), value)
    words = {key: value for key, value in state.items() if isinstance(key, str) and isinstance(value, str | list)}
    return network_from_arrays(
        content.arrays, name, orientation=orientation, implied=_ORIENTATION, words=content.words | words
    )


def _parameters_in(state: dict[Any, Any]) -> dict[Any, Any]:
    """Return the parameters of a checkpoint, which holds them under a name of their own among other things."""
    if any(isinstance(value, np.ndarray) and value.ndim == 2 for value in state.values()):
        return state
    for key in _MODEL_KEYS:
        inner = state.get(key)
        if isinstance(inner, dict) and inner:
            return _parameters_in(inner)
    return state


def _without_prefixes(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name

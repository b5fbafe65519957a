"""Read and write networks as safetensors.

The format (https://github.com/huggingface/safetensors#format): 8 bytes, the length N of the header, in
little-endian; N bytes of JSON that start with ``{``, each name of a tensor with its ``dtype``, ``shape``
and ``data_offsets`` [begin, end] in what follows, and maybe ``__metadata__``, texts by name; then the
values, row by row in little-endian, which the offsets must cover without overlaps and holes.
"""

from __future__ import annotations

import json
import os
from math import prod
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.network import MAX_PARAMETERS
from nnapp.errors import FileFormatError
from nnapp.storage.exchange.array_layouts import Orientation, network_from_arrays
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.layer_parameters import layer_parameters
from nnapp.storage.exchange.network_words import words_of
from nnapp.storage.files import atomic_writer
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_payload import read_exactly
from nnapp.storage.strict_json import decode_json_object, is_whole, require

__all__ = ["is_safetensors", "read_safetensors_from", "write_safetensors", "write_safetensors_to"]

_MAX_HEADER_BYTES = 1 << 23  # far more than 4,096 tensors need, and Python's objects take tens of times as much
_MAX_TENSORS = 4096
_MAX_BYTES = 8 * MAX_PARAMETERS
_MAX_OFFSET = 2**53
_METADATA = "__metadata__"
_ALIGNMENT = 8  # of the values, so that a program can map the file into memory
_NUMPY_TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    **{f"{letter}{8 * n_bytes}": f"<{kind}{n_bytes}" for letter, kind in ("Ii", "Uu") for n_bytes in (1, 2, 4, 8)},
    "BOOL": "|b1",
}


def is_safetensors(head: bytes, stream: BinaryIO) -> bool:
    """Return whether a file of which `head` is the beginning looks like safetensors."""
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= stream.seek(0, os.SEEK_END) - 8


def read_safetensors_from(stream: BinaryIO, name: str, orientation: Orientation | None = None) -> ForeignNetwork:
    """Read a network from safetensors.

    Parameters
    ----------
    stream : binary file object
        Can seek.
    name : str
        What to call it in the sentence of an error.
    orientation : str, optional
        What a person says about the weights, see `network_from_arrays`.

    Raises
    ------
    FileFormatError
        If the bytes break the format, before memory is taken for any tensor.
    NetworkError, MissingAnswerError
        As `network_from_arrays`.
    """
    header, start, n_bytes = _read_header(stream, name)
    metadata = header.pop(_METADATA, {})
    is_texts = isinstance(metadata, dict) and all(isinstance(text, str) for text in metadata.values())
    require(is_texts, f'"{_METADATA}" in {name}', "an object of texts", metadata)
    _check_tensors(header, n_bytes - start, name)
    arrays = {key: _read_tensor(stream, name, start, entry) for key, entry in header.items()}
    implied: Orientation | None = "outputs-inputs" if metadata.get("format") == "pt" else None
    # The package of that name sorts tensors by type and name.
    return network_from_arrays(arrays, name, orientation=orientation, implied=implied, is_ordered=False, words=metadata)


def write_safetensors(path: str | os.PathLike[str], stored: StoredNetwork) -> None:
    """Write a network as safetensors with names as of PyTorch; an earlier file is replaced when this one is complete.

    The metadata say activations, scale of the inputs, class names and loss.

    Raises
    ------
    StorageError
        If the file cannot be written.
    NetworkError
        If a weight is not finite.
    """
    with atomic_writer(path) as stream:
        write_safetensors_to(stream, stored)


def write_safetensors_to(stream: BinaryIO, stored: StoredNetwork) -> None:
    """Write the bytes of a safetensors file to a stream; arguments and errors as for `write_safetensors`."""
    tensors: dict[str, NDArray[Any]] = {}
    for number, layer in enumerate(layer_parameters(stored.network)):
        tensors[f"layers.{number}.weight"] = layer.weights
        tensors[f"layers.{number}.bias"] = layer.biases
    header: dict[str, Any] = {_METADATA: {"format": "pt"} | words_of(stored)}
    end = 0
    for key, values in tensors.items():
        header[key] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [end, end + values.nbytes]}
        end += values.nbytes
    data = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    data += b" " * (-len(data) % _ALIGNMENT)
    stream.write(len(data).to_bytes(8, "little") + data)
    for values in tensors.values():
        stream.write(values.data)


def _read_header(stream: BinaryIO, name: str) -> tuple[dict[str, Any], int, int]:
    """Return the header, where the values start, and the length of the file."""
    n_bytes = stream.seek(0, os.SEEK_END)
    if n_bytes < 8:
        raise FileFormatError(f"{name} must start with the length of its header in 8 bytes; got {n_bytes} bytes.")
    length = int.from_bytes(read_exactly(stream, name, 0, 8), "little")
    if length > min(n_bytes - 8, _MAX_HEADER_BYTES):
        raise FileFormatError(
            f"The header of {name} must have at most {min(n_bytes - 8, _MAX_HEADER_BYTES):,} bytes; got {length:,}."
        )
    data = read_exactly(stream, name, 8, length)
    if not data.startswith(b"{"):
        raise FileFormatError(f"The header of {name} must start with '{{'; got {data[:1]!r}.")
    header = decode_json_object(data, f"The header of {name}")
    if len(header) > _MAX_TENSORS:
        raise FileFormatError(f"{name} must hold at most {_MAX_TENSORS:,} tensors; got {len(header):,}.")
    return header, 8 + length, n_bytes


def _check_tensors(header: dict[str, Any], n_bytes: int, name: str) -> None:
    """Refuse tensors whose type, shape and place contradict each other, overlap or leave holes."""
    for key, entry in header.items():
        subject = f"Tensor {key[:60]!r} in {name}"
        require(isinstance(entry, dict), subject, "an object", entry)
        dtype, shape, offsets = entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")
        is_known = isinstance(dtype, str) and dtype in _NUMPY_TYPES
        require(is_known, f"The type of {subject}", "one of " + ", ".join(_NUMPY_TYPES), dtype)
        is_shape = isinstance(shape, list) and len(shape) <= 8 and all(is_whole(n, 0, _MAX_OFFSET) for n in shape)
        # Also where a length of 0 makes it empty: NumPy multiplies the others.
        is_shape = is_shape and prod(length or 1 for length in shape) <= _MAX_OFFSET
        require(is_shape, f"The shape of {subject}", f"at most 8 lengths, for {_MAX_OFFSET:,} values at most", shape)
        is_pair = isinstance(offsets, list) and len(offsets) == 2 and all(is_whole(n, 0, n_bytes) for n in offsets)
        require(is_pair, f"The offsets of {subject}", f"two numbers from 0 to {n_bytes:,}", offsets)
        expected = prod(shape) * np.dtype(_NUMPY_TYPES[dtype]).itemsize
        if offsets[1] - offsets[0] != expected:
            raise FileFormatError(f"{subject} must have {expected:,} bytes; got offsets {offsets}.")
    end = 0
    for begin, next_end in sorted(entry["data_offsets"] for entry in header.values()):
        if begin != end:
            raise FileFormatError(f"Tensors in {name} must follow each other; got offset {begin:,} after {end:,}.")
        end = next_end
    if n_bytes > _MAX_BYTES:
        raise FileFormatError(f"The tensors in {name} must have at most {_MAX_BYTES:,} bytes; got {n_bytes:,}.")
    if end != n_bytes:
        raise FileFormatError(f"{name} must end with its last tensor, at offset {end:,}; got {n_bytes:,}.")


def _read_tensor(stream: BinaryIO, name: str, start: int, entry: dict[str, Any]) -> NDArray[Any]:
    begin, end = entry["data_offsets"]
    data = read_exactly(stream, name, start + begin, end - begin)
    values: NDArray[Any] = np.frombuffer(data, _NUMPY_TYPES[entry["dtype"]]).reshape(entry["shape"])
    if entry["dtype"] == "BF16":
        # The upper half of a float32.
        return (values.astype(np.uint32) << 16).view(np.float32)
    return values.astype(values.dtype.newbyteorder("="))

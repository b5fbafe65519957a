"""Read and write the file of a training run, from which it can be continued with the same bits.

Specification
-------------
An ``.npz`` file as `npz_file` describes it: one-dimensional arrays, not compressed. All vectors are
of one type, float32 (or float64), in the order of `Network.parameters`, and finite:

``description``
    uint8: a JSON object in UTF-8 that keeps the rules of `strict_json`, with the keys

    ``format``: "nnapp run 1";
    ``layer_sizes`` and ``activations``, ``class_names`` and ``input_shape``: as in a network file;
    ``data_fingerprint``: of the training data, 64 hexadecimal digits, see `data_fingerprint`;
    ``dtype``: "float32" or "float64", the type of the vectors;
    and every field of `TrainerState` that is no vector, see `run_state`.
``parameters``
    The weights and biases after the last update.
``best_parameters``
    Those of the best epoch; there if the history has one.
``optimizer_…``
    One for each of the optimizer's ``memory_names``.

The file is nnapp's own and lies beside the network, ``a.run.npz`` beside ``a.nn``. It may be deleted:
only resuming needs it. A version of nnapp with other settings refuses it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray, IntArray
from nnapp.engine.network import MAX_LAYERS, MAX_NEURONS, Network
from nnapp.engine.optimizers import OPTIMIZERS
from nnapp.engine.reports import TrainerState
from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage.files import atomic_writer, open_for_reading
from nnapp.storage.network_metadata import activations_in, class_names_in, input_shape_in, loss_in
from nnapp.storage.network_payload import count_parameters, first_not_finite, place_of
from nnapp.storage.npz_file import NpzReader, write_npz
from nnapp.storage.run_state import read_state, state_document
from nnapp.storage.strict_json import decode_json_object, encode_json_object, is_whole, require

__all__ = [
    "Run",
    "data_fingerprint",
    "network_path_of",
    "read_run",
    "read_run_from",
    "run_path",
    "write_run",
    "write_run_to",
]

_FORMAT = "nnapp run 1"
_DTYPES = ("float32", "float64")
_DESCRIPTION = "description"
_MEMORY_PREFIX = "optimizer_"
_FINGERPRINT = re.compile("[0-9a-f]{64}")
_NETWORK_SUFFIX = ".nn"
_RUN_SUFFIX = ".run.npz"


@dataclass(frozen=True, eq=False)
class Run:
    """A training run that stands still.

    Attributes
    ----------
    state : TrainerState
    layer_sizes : tuple of int
        Inputs first.
    activation_names : tuple of str
        Of every layer but the inputs.
    class_names : tuple of str
        One per output, or none.
    input_shape : tuple of int
        Shape of an image, or empty.
    data_fingerprint : str
        Of the training images and labels, see `data_fingerprint`.
    """

    state: TrainerState
    layer_sizes: tuple[int, ...]
    activation_names: tuple[str, ...]
    class_names: tuple[str, ...]
    input_shape: tuple[int, ...]
    data_fingerprint: str

    def new_network(self) -> Network:
        """Build the network of the run, with its last weights, for a `Trainer` to continue with."""
        network = Network.from_activations(
            self.layer_sizes,
            self.activation_names,
            dropout=self.state.settings.dropout,
            initializer=None,
            dtype=self.state.parameters.dtype,
        )
        network.parameters[:] = self.state.parameters
        return network


def run_path(network_path: str | os.PathLike[str]) -> Path:
    """Return where the run of a network lies: ``a.nn`` becomes ``a.run.npz``, which stays as it is."""
    text = os.fspath(network_path)
    if text.endswith(_RUN_SUFFIX):
        return Path(text)
    return Path(text.removesuffix(_NETWORK_SUFFIX) + _RUN_SUFFIX)


def network_path_of(path: str | os.PathLike[str]) -> Path:
    """Return where the network of a run lies: ``a.run.npz`` becomes ``a.nn``, which stays as it is."""
    text = os.fspath(path)
    return Path(text.removesuffix(_RUN_SUFFIX) + _NETWORK_SUFFIX) if text.endswith(_RUN_SUFFIX) else Path(text)


def data_fingerprint(images: NDArray[Any], labels: IntArray) -> str:
    """Return the SHA-256 of training data, 64 hexadecimal digits.

    Type and shape of the images count, and the value of every pixel and label; not the type of the labels.
    """
    digest = hashlib.sha256()
    for values in (images.astype(images.dtype.newbyteorder("<"), copy=False), labels.astype("<i8")):
        digest.update(f"{values.dtype.str} {values.shape}\n".encode())
        digest.update(np.ascontiguousarray(values).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def read_run(path: str | os.PathLike[str]) -> Run:
    """Read the file of a run.

    Raises
    ------
    FileFormatError
        If the bytes break the specification, with what was expected and what was found.
    StorageError
        If the file cannot be read.
    """
    with open_for_reading(path) as stream:
        return read_run_from(stream, os.fspath(path))


def read_run_from(stream: BinaryIO, name: str) -> Run:
    """Read the file of a run from a stream that can seek.

    Parameters
    ----------
    stream : binary file object
    name : str
        What to call it in the sentence of an error.

    Raises
    ------
    FileFormatError
        As for `read_run`.
    """
    arrays = NpzReader(stream, name)
    json_bytes = arrays.read(_DESCRIPTION, "uint8").tobytes()
    return _run_from(json_bytes, set(arrays.names) - {_DESCRIPTION}, arrays.read, name)


def write_run(path: str | os.PathLike[str], run: Run) -> None:
    """Write the file of a run; an earlier one is replaced only when the new one is complete.

    Raises
    ------
    NetworkError
        If the run breaks the specification. Nothing has been written then.
    StorageError
        If the file cannot be written.
    """
    arrays = _arrays_of(run, os.fspath(path))
    with atomic_writer(path) as stream:
        write_npz(stream, arrays)


def write_run_to(stream: BinaryIO, run: Run) -> None:
    """Write the bytes of the file of a run to a stream; errors as for `write_run`."""
    write_npz(stream, _arrays_of(run, "a run"))


def _arrays_of(run: Run, name: str) -> dict[str, NDArray[Any]]:
    """Return the arrays of the file, after checking all that a reader checks."""
    state = run.state
    vectors = {_MEMORY_PREFIX + key: vector for key, vector in state.optimizer_memory.items()}
    vectors["parameters"] = state.parameters
    if state.best_parameters is not None:
        vectors["best_parameters"] = state.best_parameters

    def read_vector(key: str, dtype: str, length: int) -> FloatArray:
        vector = vectors[key]
        if vector.dtype.name != dtype or vector.shape != (length,):
            raise FileFormatError(
                f"The {key} of a run must be {length:,} numbers of type {dtype}; "
                f"got an array of shape {vector.shape} and type {vector.dtype}."
            )
        return vector

    try:
        json_bytes = encode_json_object(_document(run), _source(name))
        # No rule is written down twice: what is written is what the reader accepts.
        _run_from(json_bytes, set(vectors), read_vector, name)
    except FileFormatError as error:
        raise NetworkError(str(error)) from error
    return {_DESCRIPTION: np.frombuffer(json_bytes, np.uint8)} | dict(sorted(vectors.items()))


def _document(run: Run) -> dict[str, Any]:
    return state_document(run.state) | {
        "format": _FORMAT,
        "layer_sizes": run.layer_sizes,
        "activations": run.activation_names,
        "class_names": run.class_names,
        "input_shape": run.input_shape,
        "data_fingerprint": run.data_fingerprint,
        "dtype": run.state.parameters.dtype.name,
    }


def _source(name: str) -> str:
    return f"{name} ({_DESCRIPTION})"


def _run_from(
    json_bytes: bytes, vector_names: set[str], read_vector: Callable[[str, str, int], FloatArray], name: str
) -> Run:
    """Return the run that a description and the vectors beside it make, all of it checked."""
    source = _source(name)
    document = decode_json_object(json_bytes, source)
    require(document.get("format") == _FORMAT, f'"format" in {source}', f'"{_FORMAT}"', document.get("format"))
    dtype: Any = document.get("dtype")
    require(dtype in _DTYPES, f'"dtype" in {source}', " or ".join(_DTYPES), dtype)
    fingerprint: Any = document.get("data_fingerprint")
    is_digest = isinstance(fingerprint, str) and _FINGERPRINT.fullmatch(fingerprint) is not None
    require(is_digest, f'"data_fingerprint" in {source}', "64 hexadecimal digits", fingerprint)
    layer_sizes = _layer_sizes_in(document, source)
    activation_names = activations_in(document, len(layer_sizes), source)
    fields = read_state(document, source)
    loss_in({"loss": fields["settings"].loss}, activation_names[-1], source)
    memory_names = OPTIMIZERS[fields["settings"].optimizer].memory_names
    keys = ["parameters", *(_MEMORY_PREFIX + key for key in memory_names)]
    if any(report.is_best for report in fields["history"]):
        keys.append("best_parameters")
    if vector_names != set(keys):
        found = ", ".join(sorted(vector_names)) or "none"
        raise FileFormatError(f"The vectors in {name} must be {', '.join(keys)}; got {found}.")
    vectors = {key: read_vector(key, dtype, count_parameters(layer_sizes)) for key in keys}
    _check_finite(vectors, layer_sizes, name)
    state = TrainerState(
        **fields,
        parameters=vectors["parameters"],
        best_parameters=vectors.get("best_parameters"),
        optimizer_memory={key: vectors[_MEMORY_PREFIX + key] for key in memory_names},
    )
    class_names = class_names_in(document, layer_sizes[-1], source)
    input_shape = input_shape_in(document, layer_sizes[0], source)
    return Run(state, layer_sizes, activation_names, class_names, input_shape, fingerprint)


def _check_finite(vectors: dict[str, FloatArray], layer_sizes: Sequence[int], name: str) -> None:
    for key, vector in vectors.items():
        index = first_not_finite(vector)
        if index is not None:
            place = f"{place_of(index, layer_sizes)} in the {key} of {name}"
            raise FileFormatError(f"{place} must be a finite number; got {vector[index]}.")


def _layer_sizes_in(document: dict[str, Any], source: str) -> tuple[int, ...]:
    sizes: Any = document.get("layer_sizes")
    has_length = isinstance(sizes, list) and 2 <= len(sizes) <= MAX_LAYERS
    is_right = has_length and all(is_whole(size, 1, MAX_NEURONS) for size in sizes)
    allowed = f"2 to {MAX_LAYERS} whole numbers from 1 to {MAX_NEURONS}"
    require(is_right, f'"layer_sizes" in {source}', allowed, sizes)
    return tuple(sizes)

"""Write networks as ``.npz``, for `numpy.load` and for viewers.

The arrays are called ``hidden_1/weights`` (n_outputs, n_inputs), ``hidden_1/bias`` (n_outputs,), …,
``output/weights`` and ``output/bias``, all float32: Netron (https://netron.app) shows what stands
before the last ``/`` as one layer. Beside them are small arrays of text and whole numbers, which say
what `words_of` says: ``activations``, ``input_scale`` (``unit``: a pixel p is the input p / 255),
``orientation``, and where known ``class_names``, ``input_shape``, ``loss`` and
``temperature``, which the last weighted sums are divided by before the softmax. Nothing is pickled.
"""

from __future__ import annotations

import os
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp.storage.exchange.input_scaling import UNIT_SCALING
from nnapp.storage.exchange.layer_parameters import layer_parameters
from nnapp.storage.files import atomic_writer
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.npz_file import write_npz

__all__ = ["write_network_npz", "write_network_npz_to"]


def write_network_npz(path: str | os.PathLike[str], stored: StoredNetwork) -> None:
    """Write a network as ``.npz``; an earlier file is replaced only when the new one is complete.

    Raises
    ------
    NetworkError
        If a weight is not finite.
    StorageError
        If the file cannot be written.
    """
    with atomic_writer(path) as stream:
        write_network_npz_to(stream, stored)


def write_network_npz_to(stream: BinaryIO, stored: StoredNetwork) -> None:
    """Write the bytes of an ``.npz`` file to a stream; arguments and errors as for `write_network_npz`."""
    arrays: dict[str, NDArray[Any]] = {}
    for layer in layer_parameters(stored.network):
        arrays[f"{layer.name}/weights"] = layer.weights
        arrays[f"{layer.name}/bias"] = layer.biases
    metadata = stored.metadata
    arrays["activations"] = np.array(stored.network.activation_names)
    arrays["input_scale"] = np.array(UNIT_SCALING.name)
    arrays["orientation"] = np.array("outputs-inputs")
    if metadata.class_names:
        arrays["class_names"] = np.array(metadata.class_names)
    if metadata.input_shape:
        arrays["input_shape"] = np.array(metadata.input_shape, np.int64)
    if metadata.loss:
        arrays["loss"] = np.array(metadata.loss)
    if metadata.temperature != 1:
        arrays["temperature"] = np.array(metadata.temperature)
    write_npz(stream, arrays)

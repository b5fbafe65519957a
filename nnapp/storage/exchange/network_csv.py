"""Write all weights and biases of a network as a table of comma-separated values (RFC 4180, in UTF-8).

==========  =============================================================================================
column      what
==========  =============================================================================================
``layer``   ``hidden_1``, ``hidden_2``, … or ``output``
``neuron``  number of the neuron in that layer, from 0; for outputs the name of the class, if there is one
``input``   number of the neuron of the layer before (of the pixel, for ``hidden_1``), from 0; or ``bias``
``weight``  the weight between the two, or the neuron's bias
==========  =============================================================================================

Rows stand in the order of the `.nn` file, except that a neuron's bias follows its weights. A number is
the shortest text that gives the same float32 again. The inputs are pixels divided by 255.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from nnapp.storage.exchange.layer_parameters import layer_parameters
from nnapp.storage.files import atomic_writer
from nnapp.storage.network_file import StoredNetwork

__all__ = ["write_network_csv", "write_network_csv_to"]


def write_network_csv(path: str | os.PathLike[str], stored: StoredNetwork) -> None:
    """Write the table; an earlier file is replaced only when the new one is complete.

    Raises
    ------
    NetworkError
        If a weight is not finite.
    StorageError
        If the file cannot be written.
    """
    with atomic_writer(path) as stream:
        write_network_csv_to(stream, stored)


def write_network_csv_to(stream: BinaryIO, stored: StoredNetwork) -> None:
    """Write the bytes of the table to a stream; arguments and errors as for `write_network_csv`."""
    stream.write(b"layer,neuron,input,weight\r\n")
    for layer in layer_parameters(stored.network):
        names = stored.class_names if layer.name == "output" else tuple(map(str, range(len(layer.biases))))
        for name, weights, bias in zip(names, layer.weights, layer.biases, strict=True):
            start = f"{layer.name},{_quoted(name)},"
            # The texts of NumPy's own float32, which are the shortest exact ones; `tolist` would give those of float64.
            texts = weights.astype("U")
            lines = [f"{start}{place},{text}\r\n" for place, text in enumerate(texts.tolist())]
            stream.write("".join([*lines, f"{start}bias,{bias!s}\r\n"]).encode("utf-8"))


def _quoted(text: str) -> str:
    """Return a field of RFC 4180; `csv.writer` leaves some line ends unquoted."""
    if not any(character in text for character in ',"\r\n'):
        return text
    return '"' + text.replace('"', '""') + '"'

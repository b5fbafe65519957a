"""Read and write network files (``.nn``).

Specification
-------------
The words MUST, SHOULD and MAY are used as in RFC 2119. Whole numbers are unsigned, floats are IEEE 754
binary32, both little-endian; nothing stands between the fields. Layers are counted from 0, the inputs.

The plain format, which a file starts with unless its first byte is 0:

=============  ===========  ==========================================================================
offset         type         what
=============  ===========  ==========================================================================
0              uint8        number of layers N, 2 to 255
1              uint16 × N   number of neurons n₀ … n₍N−1₎ of each layer, 1 to 65535
1 + 2N         float32 …    for each layer l = 1 … N−1 in turn: nₗ × nₗ₋₁ weights, for each neuron in
                            turn its weight from every neuron of layer l−1; then nₗ biases
=============  ===========  ==========================================================================

Let E be the offset after the last bias. A file that ends there is a plain network: every layer but the
inputs has the activation function sigmoid, 1 / (1 + exp(−z)), and inputs are 0…1.

A file MAY go on with exactly one block, which says what the plain format cannot:

=============  ===========  ==========================================================================
offset         type         what
=============  ===========  ==========================================================================
E              4 bytes      magic: ``nnx1`` in ASCII (0x6E 0x6E 0x78 0x31)
E + 4          uint32       length J of the JSON in bytes, 2 to 2²⁸
E + 8          J bytes      a JSON object in UTF-8 without a byte order mark
E + 8 + J      uint32       CRC-32 (of zlib, PNG and RFC 1952) of all bytes of the file before it
=============  ===========  ==========================================================================

Rules:

1.  The file MUST end after the plain network or after its block. A reader of the plain format SHOULD
    ignore what follows the network, and so reads all weights, but not which activations they are for.
2.  All weights and biases MUST be finite.
3.  A first byte of 0 is reserved for networks that the plain format cannot hold. A reader that does
    not know what follows it MUST refuse the file. A first byte of 1 MUST be refused.
4.  A reader MUST compare the length of the file with what its sizes claim before it allocates memory
    by them, and MUST refuse a file whose magic, length or CRC-32 is wrong.
5.  The JSON MUST keep the rules of `strict_json`: names are unique in an object, numbers are finite,
    whole numbers have at most 100 digits, nesting is at most 32 deep. A writer SHOULD sort names and
    leave out spaces, so that equal networks are equal files.
6.  ``activations`` MUST be there: a list of N−1 names, one for each layer from 1 on, of ``sigmoid``,
    ``relu`` (max(0, z)), ``leaky-relu`` (max(0.01 z, z)), ``tanh``, ``linear`` (z) and, for the last
    layer only, ``softmax``.
7.  All other keys are optional:
    ``input_scale`` MUST be 255: a pixel of value p is the input p / 255.
    ``loss`` is ``squared-error``, ``cross-entropy`` (needs softmax outputs) or
    ``binary-cross-entropy`` (needs sigmoid or softmax outputs).
    ``class_names`` is a list of texts, one for each output.
    ``input_shape`` is a list of whole numbers whose product is n₀, such as ``[28, 28]`` (height,
    width; pixels row by row).
    ``pictures`` is ``like-mnist``, ``as-drawn``, ``as-read`` or ``as-read-inverted``: how a picture
    becomes an image as the training images were, see `nnapp.digits.photographs.discretize_grey`.
    ``temperature`` is a number from 0.05 to 20, for softmax outputs only; 1 if it is left out. Whoever
    tells probabilities MUST divide the weighted sums of the outputs by it before the softmax. It changes
    no answer, and nothing about activations, losses and training.
    ``training`` is an object: the settings of the training by name, ``data_set``, and how that was
    split, ``test_fraction`` (or null) and ``split_seed``.
    ``history`` is a list of objects, one for each epoch: ``epoch`` (ascending from 1 or later),
    ``training_loss``, ``learning_rate``, and ``validation_loss`` and ``validation_error`` (0…1),
    which MAY be null or left out.
    ``results`` is an object of numbers by name, such as ``test_accuracy`` (0…1).
8.  A reader MUST refuse a known key whose value breaks these rules. It SHOULD accept keys it does not
    know, and write them again.
9.  A writer SHOULD leave the block out if it would say nothing but ``sigmoid``. It SHOULD write no
    time, speed or date, so that the same training gives the same file.

A file with a block that is cut off at exactly E cannot be told from a plain network. This writer
replaces files atomically, so that none is ever cut off.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isqrt
from typing import Any, BinaryIO

from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray
from nnapp.engine.layers import ActivationLayer, Dense, Dropout
from nnapp.engine.network import MAX_LAYERS, MAX_NEURONS, Network
from nnapp.errors import FileFormatError, NetworkError, StorageError
from nnapp.storage.files import atomic_writer, check_ordinary, open_for_reading
from nnapp.storage.network_metadata import NetworkMetadata, block_document, read_block_document
from nnapp.storage.network_payload import (
    count_parameters,
    encode_parameters,
    pieces_of,
    read_exactly,
    read_parameters,
)
from nnapp.storage.strict_json import MAX_JSON_BYTES, decode_json_object, encode_json_object

__all__ = ["MAGIC", "StoredNetwork", "read_network", "read_network_from", "write_network", "write_network_to"]

MAGIC = b"nnx1"
"""The four bytes that a block starts with."""

_BLOCK_FRAME_BYTES = len(MAGIC) + 4 + 4
_PLAIN_ACTIVATION = "sigmoid"


@dataclass(frozen=True, eq=False)
class StoredNetwork:
    """A network and what its file says about it.

    Attributes
    ----------
    network : Network
        float32, without dropout.
    metadata : NetworkMetadata
    """

    network: Network
    metadata: NetworkMetadata = field(default_factory=NetworkMetadata)

    @property
    def class_names(self) -> tuple[str, ...]:
        """Name of every output, its number where the file gives none."""
        return self.metadata.class_names or tuple(map(str, range(self.network.n_outputs)))

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of the images that the network takes; a square where the file does not say.

        Raises
        ------
        NetworkError
            If the file does not say, and the inputs make no square.
        """
        if len(self.metadata.input_shape) == 2:
            height, width = self.metadata.input_shape
            return height, width
        side = isqrt(self.network.n_inputs)
        if side * side != self.network.n_inputs:
            raise NetworkError(
                "To take images, a network must have a square number of inputs or say the images' size; "
                f"got {self.network.n_inputs} inputs."
            )
        return side, side

    def predict_proba(self, images: NDArray[Any]) -> FloatArray:
        """Return the probability of every class at the file's temperature; see `Network.predict_proba`."""
        return self.network.predict_proba(images, self.metadata.temperature)


def read_network(path: str | os.PathLike[str]) -> StoredNetwork:
    """Read a network file.

    Raises
    ------
    FileFormatError
        If the bytes break the specification, with what was expected, what was found and where.
    StorageError
        If the file cannot be read, or its network does not fit into memory.
    """
    check_ordinary(path)
    with open_for_reading(path) as stream:
        return read_network_from(stream, os.fspath(path))


def read_network_from(stream: BinaryIO, name: str) -> StoredNetwork:
    """Read a network file from a stream that can seek, from its beginning to its end.

    Parameters
    ----------
    stream : binary file object
    name : str
        What to call it in the sentence of an error.

    Raises
    ------
    FileFormatError, StorageError
        As for `read_network`.
    """
    n_bytes = stream.seek(0, os.SEEK_END)
    layer_sizes = _read_layer_sizes(stream, name, n_bytes)
    start = 1 + 2 * len(layer_sizes)
    end = start + 4 * count_parameters(layer_sizes)
    if n_bytes < end:
        raise FileFormatError(
            f"{name} must hold {end - start:,} bytes of weights and biases at offset {start}; got {n_bytes - start:,}."
        )
    activation_names, metadata = (_PLAIN_ACTIVATION,) * (len(layer_sizes) - 1), NetworkMetadata()
    if n_bytes > end:
        json_bytes = _read_block(stream, name, end, n_bytes)
        source = f"{name} (JSON at offset {end + 8})"
        document = decode_json_object(json_bytes, source)
        activation_names, metadata = read_block_document(document, layer_sizes, source)
    network = _new_network(layer_sizes, activation_names, name)
    read_parameters(stream, name, start, network.parameters, layer_sizes)
    return StoredNetwork(network, metadata)


def write_network(
    path: str | os.PathLike[str], network: Network, metadata: NetworkMetadata | None = None, *, plain: bool = False
) -> None:
    """Write a network file; an earlier one is replaced only when the new one is complete.

    Dropout is left out, since it does nothing outside training. Parameters are rounded to float32.

    Parameters
    ----------
    path : path-like
    network : Network
    metadata : NetworkMetadata, optional
    plain : bool
        Whether to write the plain format in any case, for programs that refuse the block. It holds
        neither metadata nor activations other than sigmoid.

    Raises
    ------
    NetworkError
        If the network or its metadata break the specification. Nothing has been written then.
    StorageError
        If the file cannot be written.
    """
    with atomic_writer(path) as stream:
        write_network_to(stream, network, metadata, plain=plain)


def write_network_to(
    stream: BinaryIO, network: Network, metadata: NetworkMetadata | None = None, *, plain: bool = False
) -> None:
    """Write the bytes of a network file to a stream; arguments and errors as for `write_network`."""
    stream.writelines(_encode(network, metadata or NetworkMetadata(), plain))


def _read_layer_sizes(stream: BinaryIO, name: str, n_bytes: int) -> tuple[int, ...]:
    if n_bytes == 0:
        raise FileFormatError(f"{name} must start with the number of layers in one byte; got an empty file.")
    [n_layers] = read_exactly(stream, name, 0, 1)
    if n_layers < 2:
        meaning = ", which stands for a kind of network that this version cannot read" if n_layers == 0 else ""
        raise FileFormatError(
            f"The first byte of {name} must be the number of layers, 2 to {MAX_LAYERS}; got {n_layers}{meaning}."
        )
    if n_bytes < 1 + 2 * n_layers:
        raise FileFormatError(
            f"{name} must hold {2 * n_layers} bytes at offset 1, the sizes of its {n_layers} layers; got {n_bytes - 1}."
        )
    layer_sizes = struct.unpack(f"<{n_layers}H", read_exactly(stream, name, 1, 2 * n_layers))
    if 0 in layer_sizes:
        layer = layer_sizes.index(0)
        raise FileFormatError(
            f"Layer {layer} of {name} must have 1 to {MAX_NEURONS} neurons; got 0 at offset {1 + 2 * layer}."
        )
    return layer_sizes


def _read_block(stream: BinaryIO, name: str, offset: int, n_bytes: int) -> bytes:
    """Return the JSON of the block at `offset`, after checking all bytes of the file against its CRC-32."""
    found = n_bytes - offset
    magic = read_exactly(stream, name, offset, min(found, len(MAGIC)))
    if magic != MAGIC:
        raise FileFormatError(
            f"{name} must end after its weights and biases or go on with a block that starts with {MAGIC!r}; "
            f"got {found:,} more bytes that start with {magic!r} at offset {offset}."
        )
    if found < _BLOCK_FRAME_BYTES + 2:
        raise FileFormatError(
            f"The block of {name} at offset {offset} must have at least {_BLOCK_FRAME_BYTES + 2} bytes; got {found}."
        )
    [length] = struct.unpack("<I", read_exactly(stream, name, offset + 4, 4))
    if length != found - _BLOCK_FRAME_BYTES:
        raise FileFormatError(
            f"The length of the JSON of {name} at offset {offset + 4} must be {found - _BLOCK_FRAME_BYTES:,}, "
            f"what the file has room for; got {length:,}."
        )
    if length > MAX_JSON_BYTES:
        raise FileFormatError(f"The JSON of {name} must have at most {MAX_JSON_BYTES:,} bytes; got {length:,}.")
    _check_checksum(stream, name, n_bytes - 4)
    return read_exactly(stream, name, offset + 8, length)


def _check_checksum(stream: BinaryIO, name: str, offset: int) -> None:
    # Before anything is made of the bytes, so that damage is told as such. It costs reading them twice.
    checksum = 0
    for piece in pieces_of(stream, name, 0, offset):
        checksum = zlib.crc32(piece, checksum)
    [stored] = struct.unpack("<I", read_exactly(stream, name, offset, 4))
    if stored != checksum:
        raise FileFormatError(
            f"The CRC-32 of {name} at offset {offset} must be 0x{checksum:08X}, that of the bytes before it; "
            f"got 0x{stored:08X}, so the file is damaged."
        )


def _new_network(layer_sizes: Sequence[int], activation_names: Sequence[str], name: str) -> Network:
    """Return a network whose parameters are still to be filled."""
    try:
        return Network.from_activations(layer_sizes, activation_names, initializer=None)
    except MemoryError:
        n_bytes = 4 * count_parameters(layer_sizes)
        raise StorageError(f"Cannot read {name}: its network takes {n_bytes:,} bytes of memory.") from None


def _encode(network: Network, metadata: NetworkMetadata, plain: bool) -> list[bytes | memoryview]:
    """Return the pieces of a network file, with everything checked that a reader checks."""
    for layer in network.layers:
        if not isinstance(layer, Dense | ActivationLayer | Dropout):
            raise NetworkError(f"The layers of a network file must be dense layers and activations; got {layer!r}.")
    layer_sizes, activation_names = network.layer_sizes, network.activation_names
    header = struct.pack(f"<B{len(layer_sizes)}H", len(layer_sizes), *layer_sizes)
    payload = encode_parameters(network)
    others = [name for name in activation_names if name != _PLAIN_ACTIVATION]
    if plain and others:
        raise NetworkError(f"All activations of a plain network file must be {_PLAIN_ACTIVATION}; got {others[0]}.")
    if plain or (not others and metadata == NetworkMetadata()):
        return [header, payload]
    block = _encode_block(layer_sizes, activation_names, metadata)
    checksum = zlib.crc32(block, zlib.crc32(payload, zlib.crc32(header)))
    return [header, payload, block, struct.pack("<I", checksum)]


def _encode_block(layer_sizes: Sequence[int], activation_names: Sequence[str], metadata: NetworkMetadata) -> bytes:
    """Return the block without its CRC-32."""
    source = "JSON metadata"
    try:
        json_bytes = encode_json_object(block_document(metadata, activation_names), source)
        # No rule is written down twice: what is written is what the reader accepts.
        read_block_document(decode_json_object(json_bytes, source), layer_sizes, source)
    except FileFormatError as error:
        raise NetworkError(str(error)) from error
    return MAGIC + struct.pack("<I", len(json_bytes)) + json_bytes

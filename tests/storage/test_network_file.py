"""The `.nn` file: golden bytes, one refused file for each rule of the specification, and round trips."""

from __future__ import annotations

import errno
import io
import math
import os
import re
import struct
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.layers import Dense, Layer, Sigmoid
from nnapp.engine.losses import LOSSES
from nnapp.engine.network import Network
from nnapp.errors import FileFormatError, NetworkError, NnappError, StorageError
from nnapp.storage import network_file
from nnapp.storage.network_file import (
    MAGIC,
    StoredNetwork,
    read_network,
    read_network_from,
    write_network,
    write_network_to,
)
from nnapp.storage.network_metadata import NetworkMetadata

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "file-format.md"

# Two inputs, two hidden neurons, one output: 1 byte of layer count, 3 · 2 bytes of sizes, and
# (2 · 2 + 2) + (1 · 2 + 1) = 9 floats of 4 bytes; 1 + 6 + 36 = 43 bytes.
SIZES = (2, 2, 1)
PARAMETERS = (20, 20, -20, -20, -10, 30, 20, 20, -30)
PLAIN = struct.pack("<B", 3) + struct.pack("<3H", *SIZES) + struct.pack("<9f", *PARAMETERS)

# 4 bytes of magic, 4 of length, 77 of JSON, 4 of CRC-32: 43 + 89 = 132 bytes.
JSON = b'{"activations":["sigmoid","sigmoid"],"class_names":["odd"],"input_scale":255}'


def crc32(data: bytes) -> int:
    """Return the CRC-32 bit by bit, as in the appendix of RFC 1952."""
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder ^= byte
        for _ in range(8):
            remainder = remainder >> 1 ^ (0xEDB88320 if remainder & 1 else 0)
    return remainder ^ 0xFFFFFFFF


def with_block(json_bytes: bytes, plain: bytes = PLAIN) -> bytes:
    """Return a plain file with a block after it."""
    start = plain + b"nnx1" + struct.pack("<I", len(json_bytes)) + json_bytes
    return start + struct.pack("<I", crc32(start))


EXTENDED = with_block(JSON)
METADATA = NetworkMetadata(class_names=("odd",))


def read(data: bytes) -> StoredNetwork:
    return read_network_from(io.BytesIO(data), "a.nn")


def written(network: Network, metadata: NetworkMetadata | None = None, **options: Any) -> bytes:
    stream = io.BytesIO()
    write_network_to(stream, network, metadata, **options)
    return stream.getvalue()


def sentence_of(data: bytes) -> str:
    with pytest.raises(FileFormatError) as caught:
        read(data)
    return str(caught.value)


def read_plainly(data: bytes) -> tuple[tuple[int, ...], list[float]]:
    """Read sizes and parameters as a program would that knows nothing of the block."""
    sizes = struct.unpack_from(f"<{data[0]}H", data, 1)
    parameters: list[float] = []
    offset = 1 + 2 * data[0]
    for before, neurons in pairwise(sizes):
        count = neurons * before + neurons
        parameters += struct.unpack_from(f"<{count}f", data, offset)
        offset += 4 * count
    return sizes, parameters


def golden_network() -> Network:
    network = Network.dense(SIZES, hidden_activation="sigmoid", output_activation="sigmoid")
    network.parameters[:] = PARAMETERS
    return network


def test_the_crc_of_these_tests_is_the_published_one() -> None:
    assert crc32(b"123456789") == 0xCBF43926
    assert (len(PLAIN), len(EXTENDED)) == (43, 132)


@pytest.mark.parametrize("data", [PLAIN, EXTENDED])
def test_golden_bytes_are_read(data: bytes) -> None:
    stored = read(data)

    assert stored.network.layer_sizes == SIZES
    assert stored.network.activation_names == ("sigmoid", "sigmoid")
    assert stored.network.parameters.tolist() == list(PARAMETERS)
    assert stored.network.parameters.dtype == np.float32
    assert stored.metadata == (METADATA if data is EXTENDED else NetworkMetadata())


def test_golden_network_computes_what_it_is_for() -> None:
    """XOR, with σ(x) = 1 / (1 + exp(−x)): each neuron is where its weights, in file order, say."""

    def sigmoid(x: float) -> float:
        return 1 / (1 + math.exp(-x))

    pairs = [(0, 0), (0, 1), (1, 0), (1, 1)]
    expected = [
        sigmoid(20 * sigmoid(20 * a + 20 * b - 10) + 20 * sigmoid(-20 * a - 20 * b + 30) - 30) for a, b in pairs
    ]

    outputs = read(PLAIN).network.forward(np.array(pairs, np.float32))

    assert outputs[:, 0] == pytest.approx(expected, rel=1e-5)
    assert [round(value) for value in expected] == [0, 1, 1, 0]


def test_golden_network_is_written() -> None:
    assert written(golden_network()) == PLAIN
    assert written(golden_network(), METADATA) == EXTENDED
    assert written(golden_network(), METADATA, plain=True) == PLAIN


def test_every_proper_prefix_is_refused_but_the_plain_network() -> None:
    """A file cut off where its block begins is a plain network, as the specification says."""
    for length in range(len(EXTENDED)):
        if length == len(PLAIN):
            assert read(EXTENDED[:length]).metadata == NetworkMetadata()
        else:
            sentence = sentence_of(EXTENDED[:length])
            assert "a.nn" in sentence
            assert sentence.endswith(".")


def test_every_changed_bit_of_a_file_with_a_block_is_noticed() -> None:
    for position in range(len(EXTENDED)):
        for bit in range(8):
            changed = bytearray(EXTENDED)
            changed[position] ^= 1 << bit
            assert "a.nn" in sentence_of(bytes(changed))


def with_parameter(index: int, value: float) -> bytes:
    return PLAIN[: 7 + 4 * index] + struct.pack("<f", value) + PLAIN[11 + 4 * index :]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "a.nn must start with the number of layers in one byte; got an empty file."),
        (
            b"\0" + PLAIN[1:],
            "The first byte of a.nn must be the number of layers, 2 to 255; "
            "got 0, which stands for a kind of network that this version cannot read.",
        ),
        (b"\1\2\0", "The first byte of a.nn must be the number of layers, 2 to 255; got 1."),
        (PLAIN[:6], "a.nn must hold 6 bytes at offset 1, the sizes of its 3 layers; got 5."),
        # The second size is at 1 + 2 = 3.
        (b"\3\2\0\0\0\1\0" + PLAIN[7:], "Layer 1 of a.nn must have 1 to 65535 neurons; got 0 at offset 3."),
        (PLAIN[:-1], "a.nn must hold 36 bytes of weights and biases at offset 7; got 35."),
        # 7 + 4 · 2 = 15, 7 + 4 · 4 = 23
        (
            with_parameter(2, math.nan),
            "Weight 0 of neuron 1 in layer 1 of a.nn must be a finite number; got nan at offset 15.",
        ),
        (
            with_parameter(4, math.inf),
            "The bias of neuron 0 in layer 1 of a.nn must be a finite number; got inf at offset 23.",
        ),
        (
            PLAIN + b"!",
            "a.nn must end after its weights and biases or go on with a block that starts with b'nnx1'; "
            "got 1 more bytes that start with b'!' at offset 43.",
        ),
        (
            EXTENDED.replace(b"nnx1", b"nnx2"),
            "a.nn must end after its weights and biases or go on with a block that starts with b'nnx1'; "
            "got 89 more bytes that start with b'nnx2' at offset 43.",
        ),
        (PLAIN + b"nnx1\0\0\0\0\0\0\0\0", "The block of a.nn at offset 43 must have at least 14 bytes; got 12."),
        # The file has room for 89 − 12 = 77 bytes of JSON.
        (
            PLAIN + b"nnx1" + struct.pack("<I", 76) + EXTENDED[51:],
            "The length of the JSON of a.nn at offset 47 must be 77, what the file has room for; got 76.",
        ),
        (
            PLAIN + b"nnx1\xff\xff\xff\xff" + EXTENDED[51:],
            "The length of the JSON of a.nn at offset 47 must be 77, what the file has room for; got 4,294,967,295.",
        ),
        (
            EXTENDED + EXTENDED[43:],
            "The length of the JSON of a.nn at offset 47 must be 166, what the file has room for; got 77.",
        ),
        # 43 + 85 = 128
        (
            EXTENDED[:-4] + b"\0\0\0\0",
            f"The CRC-32 of a.nn at offset 128 must be 0x{crc32(EXTENDED[:-4]):08X}, that of the bytes before it; "
            "got 0x00000000, so the file is damaged.",
        ),
        (with_block(b"{]"), "a.nn (JSON at offset 51) must be JSON; got an error at its character 1: "),
        (with_block(b"[1]"), "a.nn (JSON at offset 51) must be a JSON object; got [1]."),
        (with_block(b"\xff\xff"), "a.nn (JSON at offset 51) must be UTF-8; got 0xFF at its byte 0."),
        (with_block(b"{}"), '"activations" in a.nn (JSON at offset 51) must be a list of names; got null.'),
        (
            with_block(b'{"activations":["relu","sigmoid"],"loss":"cross-entropy"}'),
            '"loss" in a.nn (JSON at offset 51) must be squared-error or binary-cross-entropy for sigmoid outputs; '
            'got "cross-entropy".',
        ),
        (
            with_block(JSON, with_parameter(8, -math.inf)),
            "The bias of neuron 0 in layer 2 of a.nn must be a finite number; got -inf at offset 39.",
        ),
    ],
)
def test_each_rule_has_its_sentence(data: bytes, sentence: str) -> None:
    assert sentence_of(data).startswith(sentence)


def test_json_longer_than_the_limit_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_file, "MAX_JSON_BYTES", 76)
    assert sentence_of(EXTENDED) == "The JSON of a.nn must have at most 76 bytes; got 77."


@pytest.mark.parametrize(
    ("data", "n_bytes"),
    [
        (struct.pack("<B2H", 2, 65535, 65535), 4 * 65535 * 65536),
        (struct.pack("<B255H", 255, *[65535] * 255), 254 * 4 * 65535 * 65536),
    ],
)
def test_a_claim_of_gigabytes_allocates_nothing(data: bytes, n_bytes: int) -> None:
    tracemalloc.start()
    try:
        sentence = sentence_of(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert f"must hold {n_bytes:,} bytes" in sentence
    assert peak < 100_000


def test_a_network_that_does_not_fit_into_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_keywords: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Network, "from_activations", full)
    with pytest.raises(StorageError, match=r"^Cannot read a\.nn: its network takes 36 bytes of memory\.$"):
        read(PLAIN)


@pytest.mark.parametrize("sizes", [(65535, 1), (1, 65535), (1,) * 255, (2, 3)])
def test_largest_and_smallest_networks_round_trip(sizes: tuple[int, ...]) -> None:
    network = Network.dense(sizes, hidden_activation="tanh", output_activation="softmax")
    stored = read(written(network))
    assert stored.network.layer_sizes == sizes
    assert stored.network.activation_names == network.activation_names
    assert stored.network.parameters.tobytes() == network.parameters.tobytes()


layer_sizes = st.lists(st.integers(1, 6), min_size=2, max_size=5)
hidden_names = st.sampled_from(["sigmoid", "relu", "leaky-relu", "tanh", "linear"])
finite_floats = st.floats(width=32, allow_nan=False, allow_infinity=False)
json_objects = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**70), 2**70) | finite_floats | st.text(max_size=5),
        lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)


@st.composite
def stored_networks(draw: st.DrawFn) -> StoredNetwork:
    sizes = draw(layer_sizes)
    hidden = draw(st.lists(hidden_names, min_size=len(sizes) - 2, max_size=len(sizes) - 2))
    network = Network.from_activations(sizes, [*hidden, draw(hidden_names | st.just("softmax"))])
    pattern = draw(st.lists(finite_floats, min_size=1, max_size=8))
    network.parameters[:] = np.resize(np.array(pattern, np.float32), network.n_parameters)
    epochs = draw(st.sets(st.integers(1, 1000), max_size=3))
    numbers = st.fixed_dictionaries({"training_loss": finite_floats, "learning_rate": finite_floats})
    metadata = NetworkMetadata(
        loss=draw(st.none() | st.just("squared-error")),
        class_names=tuple(draw(st.just([]) | st.lists(st.text(max_size=200), min_size=sizes[-1], max_size=sizes[-1]))),
        input_shape=draw(st.sampled_from([(), (sizes[0],), (1, sizes[0])])),
        training=draw(json_objects),
        history=tuple(draw(json_objects) | {"epoch": epoch} | draw(numbers) for epoch in sorted(epochs)),
        results=draw(st.dictionaries(st.text(max_size=5), finite_floats, max_size=3)),
        extra={"x-" + key: value for key, value in draw(json_objects).items()},
    )
    return StoredNetwork(network, metadata)


@settings(deadline=None)
@given(stored_networks())
def test_any_network_round_trips(stored: StoredNetwork) -> None:
    data = written(stored.network, stored.metadata)

    again = read(data)

    assert again.network.layer_sizes == stored.network.layer_sizes
    assert again.network.activation_names == stored.network.activation_names
    assert again.network.parameters.tobytes() == stored.network.parameters.tobytes()
    assert again.metadata == stored.metadata
    assert written(again.network, again.metadata) == data
    assert read_plainly(data) == (stored.network.layer_sizes, stored.network.parameters.tolist())


@settings(deadline=None)
@given(layer_sizes, st.data())
def test_any_plain_file_is_saved_again_byte_for_byte(sizes: list[int], data: st.DataObject) -> None:
    n_parameters = sum((before + 1) * neurons for before, neurons in pairwise(sizes))
    parameters = data.draw(st.lists(finite_floats, min_size=n_parameters, max_size=n_parameters))
    plain = struct.pack(f"<B{len(sizes)}H{n_parameters}f", len(sizes), *sizes, *parameters)

    stored = read(plain)

    assert set(stored.network.activation_names) == {"sigmoid"}
    assert written(stored.network, stored.metadata) == plain


starts = st.sampled_from([PLAIN[:1], PLAIN[:7], PLAIN])
json_like = st.text('{}[]":,activonsgmdul01e9 ', max_size=40).map(str.encode)
edits = st.lists(st.tuples(st.integers(0, len(EXTENDED) - 1), st.integers(0, 255)), max_size=4)


def edited(changes: list[tuple[int, int]], length: int) -> bytes:
    """Return the beginning of the golden file with some bytes changed."""
    data = bytearray(EXTENDED)
    for position, value in changes:
        data[position] = value
    return bytes(data[:length])


@settings(deadline=None, max_examples=300)
@given(
    st.binary(max_size=80)
    | st.builds(bytes.__add__, starts, st.binary(max_size=60))
    | st.builds(with_block, st.binary(max_size=20) | json_like)
    | st.builds(edited, edits, st.integers(0, len(EXTENDED)))
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        stored = read(data)
    except NnappError:
        return
    assert np.isfinite(stored.network.parameters).all()


def test_dropout_and_missing_activations_are_saved_as_what_they_do() -> None:
    network = Network([Dense(3, 2), Dense(2, 2), Sigmoid()])
    assert read(written(network)).network.activation_names == ("linear", "sigmoid")

    with_dropout = Network.dense([3, 2, 2], dropout=0.5)
    again = read(written(with_dropout)).network
    inputs = np.ones((1, 3), np.float32)
    assert repr(again) == "Network([Dense(3, 2), ReLU(), Dense(2, 2), Softmax()])"
    assert again.forward(inputs).tolist() == with_dropout.forward(inputs).tolist()


def test_classes_without_names_are_numbered() -> None:
    assert StoredNetwork(golden_network()).class_names == ("0",)
    assert StoredNetwork(golden_network(), METADATA).class_names == ("odd",)


def test_double_precision_is_saved_as_single() -> None:
    network = Network.dense(SIZES, hidden_activation="sigmoid", output_activation="sigmoid", dtype=np.float64)
    network.parameters[:] = [value + 0.1 for value in PARAMETERS]

    data = written(network)

    assert data == PLAIN[:7] + struct.pack("<9f", *[value + 0.1 for value in PARAMETERS])
    assert read(data).network.dtype == np.float32


@pytest.mark.parametrize(
    ("metadata", "sentence"),
    [
        (NetworkMetadata(class_names=("a", "b")), '"class_names" in JSON metadata must be 1, one for each output; '),
        (NetworkMetadata(input_shape=(3,)), '"input_shape" in JSON metadata must be a list of whole numbers whose '),
        (
            NetworkMetadata(loss="cross-entropy"),
            '"loss" in JSON metadata must be squared-error or binary-cross-entropy for sigmoid outputs; ',
        ),
        (NetworkMetadata(results={"loss": math.nan}), "Numbers in JSON metadata must be finite; got nan."),
        (
            NetworkMetadata(results={"loss": np.float32(1)}),
            "Values in JSON metadata must be of the types of JSON; got float32.",
        ),
        (NetworkMetadata(extra={"loss": "hinge"}), "Keys in the extra metadata must be none of activations, "),
    ],
)
def test_metadata_that_could_not_be_read_again_are_not_written(metadata: NetworkMetadata, sentence: str) -> None:
    with pytest.raises(NetworkError) as caught:
        written(golden_network(), metadata)
    assert str(caught.value).startswith(sentence)


class Later(Layer):
    """A kind of layer that the format cannot hold."""

    def __repr__(self) -> str:
        return "Later()"

    def output_size(self, n_inputs: int) -> int:
        return n_inputs

    def new_tape(self, *_arguments: object, **_keywords: object) -> Any:
        raise NotImplementedError

    def forward(self, inputs: Any, tape: Any = None) -> Any:
        return inputs

    def backward(self, output_gradient: Any, tape: Any) -> Any:
        return output_gradient


def test_what_the_format_cannot_hold_is_not_written() -> None:
    with pytest.raises(NetworkError) as caught:
        written(Network.dense(SIZES), plain=True)
    assert str(caught.value) == "All activations of a plain network file must be sigmoid; got relu."

    network = golden_network()
    network.layers = (*network.layers, Later())
    with pytest.raises(NetworkError) as caught:
        written(network)
    assert str(caught.value) == "The layers of a network file must be dense layers and activations; got Later()."


def test_files_are_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "ä b.nn"
    write_network(path, golden_network(), METADATA)
    assert path.read_bytes() == EXTENDED
    assert read_network(path).metadata == METADATA
    assert os.listdir(tmp_path) == [path.name]


def test_the_sentence_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cut.nn"
    path.write_bytes(PLAIN[:-1])
    with pytest.raises(FileFormatError) as caught:
        read_network(path)
    assert str(caught.value) == f"{path} must hold 36 bytes of weights and biases at offset 7; got 35."


def test_missing_files_and_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"it does not exist\.$"):
        read_network(tmp_path / "missing.nn")
    with pytest.raises(StorageError, match=r"it is a folder, not a file\.$"):
        read_network(tmp_path)
    with pytest.raises(StorageError, match=r"it is a folder, not a file\.$"):
        write_network(tmp_path, golden_network())


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "a.nn"
    path.write_bytes(PLAIN)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"a\.nn: the disk is full\.$"):
        write_network(path, golden_network(), METADATA)
    with pytest.raises(NetworkError, match="class_names"):
        write_network(path, golden_network(), NetworkMetadata(class_names=("a", "b")))
    assert path.read_bytes() == PLAIN
    assert os.listdir(tmp_path) == ["a.nn"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_told() -> None:
    with pytest.raises(StorageError, match=r"^Cannot write /dev/full: the disk is full\.$"):
        write_network("/dev/full", golden_network())


def test_same_network_same_bytes() -> None:
    networks = [Network.dense([4, 3, 2], rng=np.random.default_rng(5)) for _ in range(2)]
    metadata = [NetworkMetadata(results={"b": 1, "a": 2}), NetworkMetadata(results={"a": 2, "b": 1})]
    assert written(networks[0], metadata[0]) == written(networks[1], metadata[1])


def test_the_length_in_the_document_is_right() -> None:
    network = Network.dense([784, 128, 64, 10], hidden_activation="sigmoid", output_activation="sigmoid")
    assert "= 437,553 bytes" in DOCUMENT.read_text("utf-8")
    assert len(written(network)) == 437_553


def documented_bytes() -> list[bytes]:
    """Return the bytes of each hexadecimal dump of the document, whose offsets must be right."""
    dumps = []
    end = 0
    for dump in re.findall(r"```\noffset .*?```", DOCUMENT.read_text("utf-8"), re.DOTALL):
        data = b""
        for offset, digits in re.findall(r"^([0-9a-f]{4})    ((?:[0-9a-f]{2} )+)", dump, re.MULTILINE):
            assert int(offset, 16) == end + len(data)
            data += bytes.fromhex(digits)
        dumps.append(data)
        end += len(data)
    return dumps


def test_the_document_shows_the_golden_bytes() -> None:
    assert documented_bytes() == [PLAIN, EXTENDED[len(PLAIN) :]]
    json_shown = re.findall(r"^00[3-7]3    .{49}(.*)$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert "".join(json_shown).encode() == JSON


@pytest.mark.parametrize("data", [PLAIN, EXTENDED])
def test_the_reader_in_the_document_reads(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.nn"
    path.write_bytes(data)
    [source] = re.findall(r"```python\n(import struct\n.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}

    exec(source, names)

    assert names["read_network"](path) == [([(20, 20), (-20, -20)], (-10, 30)), ([(20, 20)], (-30,))]


def test_document_and_specification_name_the_same_things() -> None:
    specification = network_file.__doc__ or ""
    document = DOCUMENT.read_text("utf-8")
    keys = ("activations", "input_scale", "loss", "class_names", "input_shape", "training", "history", "results")
    assert MAGIC == b"nnx1"
    for word in ("nnx1", "CRC-32", "2²⁸", *keys, *ACTIVATIONS, *LOSSES):
        assert word in specification
        assert word in document


def test_image_shape_is_said_or_square() -> None:
    wide = StoredNetwork(Network.dense([12, 3]), NetworkMetadata(input_shape=(3, 4)))
    assert wide.image_shape == (3, 4)
    assert StoredNetwork(Network.dense([16, 3])).image_shape == (4, 4)
    with pytest.raises(NetworkError, match="got 12 inputs"):
        _ = StoredNetwork(Network.dense([12, 3])).image_shape

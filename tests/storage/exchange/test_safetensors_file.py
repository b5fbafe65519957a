"""safetensors: the same as the package of that name, and every rule of the format."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.engine import Network
from nnapp.errors import FileFormatError, MissingAnswerError, NetworkError, NnappError
from nnapp.storage.exchange.completion import Answers, complete
from nnapp.storage.exchange.safetensors_file import (
    is_safetensors,
    read_safetensors_from,
    write_safetensors,
    write_safetensors_to,
)
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_metadata import NetworkMetadata


def encoded(header: Any, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def read(content: bytes, orientation: Any = None) -> Any:
    return read_safetensors_from(io.BytesIO(content), "a.safetensors", orientation)


def tensor(begin: int, end: int, shape: tuple[int, ...] = (1, 2), dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


PAIR = np.array([1.5, -2.0], "<f4").tobytes()


@pytest.fixture
def stored() -> StoredNetwork:
    """Return a network about which all is known."""
    network = Network.dense([12, 5, 3], hidden_activation="leaky-relu", rng=np.random.default_rng(3))
    return StoredNetwork(
        network, NetworkMetadata(loss="cross-entropy", class_names=("é", "b", "c"), input_shape=(3, 4))
    )


def test_what_is_written_is_read(stored: StoredNetwork, tmp_path: Path) -> None:
    write_safetensors(tmp_path / "a.safetensors", stored)
    with open(tmp_path / "a.safetensors", "rb") as stream:
        found = complete(read_safetensors_from(stream, "a"))
    assert found.network.parameters.tobytes() == stored.network.parameters.tobytes()
    assert found.network.activation_names == ("leaky-relu", "softmax")
    assert found.metadata == stored.metadata


def test_the_package_reads_what_is_written(stored: StoredNetwork, tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors")
    write_safetensors(tmp_path / "a.safetensors", stored)
    with safetensors.safe_open(tmp_path / "a.safetensors", "np") as file:
        first, second = stored.network.dense_layers
        np.testing.assert_array_equal(file.get_tensor("layers.0.weight"), first.weights)
        np.testing.assert_array_equal(file.get_tensor("layers.0.bias"), first.biases)
        np.testing.assert_array_equal(file.get_tensor("layers.1.weight"), second.weights)
        assert json.loads(file.metadata()["activations"]) == ["leaky-relu", "softmax"]
        assert json.loads(file.metadata()["class_names"]) == ["é", "b", "c"]
        assert file.metadata()["format"] == "pt"


def test_answers_of_pytorch(torch: Any, tmp_path: Path) -> None:
    package = pytest.importorskip("safetensors.torch")
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(6, 6), torch.nn.ReLU(), torch.nn.Linear(6, 6), torch.nn.Softmax(1))
    package.save_file(model.state_dict(), tmp_path / "a.safetensors")
    with open(tmp_path / "a.safetensors", "rb") as stream:
        found = read_safetensors_from(stream, "a")
    network = complete(found, Answers("relu", "softmax", "unit")).network
    inputs = np.random.default_rng(1).normal(size=(9, 6)).astype(np.float32)
    np.testing.assert_allclose(network.forward(inputs), model(torch.from_numpy(inputs)).detach().numpy(), atol=1e-5)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_types_as_pytorch_writes_them(torch: Any, dtype: str) -> None:
    package = pytest.importorskip("safetensors.torch")
    weights = torch.tensor([[1.0, -0.15625], [3.5, 2.0**-9], [0.0, -7.0]]).to(getattr(torch, dtype))
    found = read(package.save({"fc.weight": weights, "fc.bias": weights[:, 0].contiguous()}))
    # All of these numbers have at most 8 significant bits, so that bfloat16 is exact too.
    np.testing.assert_array_equal(found.weights[0], [[1.0, -0.15625], [3.5, 2.0**-9], [0.0, -7.0]])
    np.testing.assert_array_equal(found.biases[0], [1.0, 3.5, 0.0])


def test_format_tells_the_orientation_of_squares() -> None:
    data = np.arange(4, dtype="<f4").tobytes()
    header = {"W1": tensor(0, 16, (2, 2))}
    with pytest.raises(MissingAnswerError):
        read(encoded(header, data))
    found = read(encoded(header | {"__metadata__": {"format": "pt"}}, data))
    np.testing.assert_array_equal(found.weights[0], [[0, 1], [2, 3]])


def test_tensors_may_stand_in_any_order() -> None:
    header = {"b": tensor(8, 12, (1,)), "W": tensor(0, 8)}
    found = read(encoded(header, PAIR + np.array([7], "<f4").tobytes()))
    np.testing.assert_array_equal(found.weights[0], [[1.5, -2]])
    np.testing.assert_array_equal(found.biases[0], [7])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "length of its header"),
        (b"\x01" * 7, "length of its header"),
        ((10**10).to_bytes(8, "little") + b"{}", "must have at most 2 bytes"),
        (encoded(b' {"W": 1}'), "must start with '{'"),
        (encoded(b"{"), "must be JSON"),
        (encoded(b'{"W": 1, "W": 1}'), "must occur once"),
        (encoded(b'{"W": 1}'), "an object"),
        (encoded({"__metadata__": {"a": 1}}), "an object of texts"),
        (encoded({"W": tensor(0, 8, dtype="F8_E4M3")}, PAIR), "The type of"),
        (encoded({"W": tensor(0, 8) | {"dtype": ["F32"]}}, PAIR), "The type of"),
        (encoded({"W": tensor(0, 8, (1, -2))}, PAIR), "The shape of"),
        (encoded({"W": tensor(0, 8, (True, 2))}, PAIR), "The shape of"),
        (encoded({"W": tensor(0, 8, (1,) * 9)}, PAIR), "The shape of"),
        (encoded({"W": tensor(0, 12)}, PAIR), "The offsets of"),
        (encoded({"W": tensor(-8, 0)}, PAIR), "The offsets of"),
        (encoded({"W": tensor(8, 0)}, PAIR), "must have 8 bytes"),
        (encoded({"W": tensor(0, 8, (50_000, 50_000))}, PAIR), "must have 10,000,000,000 bytes"),
        (encoded({"W": tensor(0, 8, (2**53, 2**53))}, PAIR), "at most 8 lengths, for 9,007,199,254,740,992 values"),
        (encoded({"W": tensor(0, 0, (0, 2**53, 2**53))}), "at most 8 lengths, for 9,007,199,254,740,992 values"),
        (encoded({"W": tensor(0, 8), "V": tensor(4, 12)}, PAIR + PAIR), "must follow each other"),
        (encoded({"W": tensor(0, 8), "V": tensor(0, 8)}, PAIR), "must follow each other"),
        (encoded({"W": tensor(4, 12)}, PAIR + PAIR), "must follow each other"),
        (encoded({"W": tensor(0, 8)}, PAIR + b"\0"), "must end with its last tensor"),
        (encoded({"W": tensor(0, 8)} | {str(n): tensor(8, 8, (0,)) for n in range(4096)}, PAIR), "4,096 tensors"),
    ],
)
def test_each_rule_of_the_format(content: bytes, message: str) -> None:
    tracemalloc.start()
    with pytest.raises(FileFormatError, match=message):
        read(content)
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def test_files_are_recognised() -> None:
    def looks_like(content: bytes) -> bool:
        return is_safetensors(content[:512], io.BytesIO(content))

    assert looks_like(encoded({"W": tensor(0, 8)}, PAIR))
    assert not looks_like(b"")
    assert not looks_like(b"{" * 20)
    assert not looks_like(b"PK\x03\x04" + bytes(20))


def test_only_finite_numbers_are_written(stored: StoredNetwork) -> None:
    stored.network.parameters[3] = np.nan
    with pytest.raises(NetworkError, match="Weight 3 of neuron 0 in layer 1"):
        write_safetensors_to(io.BytesIO(), stored)


@given(st.data())
def test_damage_is_one_sentence(data: st.DataObject) -> None:
    stream = io.BytesIO()
    write_safetensors_to(stream, StoredNetwork(Network.dense([3, 2, 2])))
    content = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    message = "a.safetensors"
    try:
        read(bytes(content[: data.draw(st.integers(0, len(content)))]))
    except NnappError as error:
        message = str(error)
    assert "a.safetensors" in message


def test_bytes_by_hand() -> None:
    """Header of 0x40 = 64 bytes, padded with spaces; then 1.5 = 0x3FC00000, −2 = 0xC0000000 and 7 = 0x40E00000."""
    header = b'{"W":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}        '
    content = bytes.fromhex("4000000000000000") + header + bytes.fromhex("0000C03F 000000C0")
    found = read(content, "outputs-inputs")
    np.testing.assert_array_equal(found.weights[0], [[1.5, -2]])
    stream = io.BytesIO()
    network = Network.from_activations((2, 1), ("linear",), initializer=None)
    network.parameters[:] = (1.5, -2, 7)
    write_safetensors_to(stream, StoredNetwork(network))
    written = stream.getvalue()
    length = int.from_bytes(written[:8], "little")
    assert length % 8 == 0
    assert written[8 + length :] == bytes.fromhex("0000C03F 000000C0 0000E040")
    assert json.loads(written[8 : 8 + length]) == {
        "__metadata__": {"format": "pt", "activations": '["linear"]', "input_scale": "unit"},
        "layers.0.weight": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]},
        "layers.0.bias": {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]},
    }


@pytest.mark.parametrize("real", ["header", "tensors"])
def test_files_that_really_are_of_ten_gigabytes(tmp_path: Path, real: str) -> None:
    """Holes take no place on the disk, and must not in memory."""
    path, size = tmp_path / "a.safetensors", 10**10
    head = encoded({"W": tensor(0, size, (size // 4, 1))}) if real == "tensors" else (size - 8).to_bytes(8, "little")
    with open(path, "wb") as stream:
        stream.write(head + b"{")
        stream.truncate(len(head) + size if real == "tensors" else size)
    tracemalloc.start()
    with open(path, "rb") as stream, pytest.raises(FileFormatError, match=r"must have at most [48],[0-9,]* bytes"):
        read_safetensors_from(stream, "a.safetensors")
    assert tracemalloc.get_traced_memory()[1] < 1e6
    tracemalloc.stop()


def test_the_order_of_tensors_says_nothing() -> None:
    """The package sorts by name: of fc1 and classifier, both squares, only the number tells which comes first."""
    square, data = (2, 2), np.arange(8, dtype="<f4").tobytes()
    header = {"classifier.weight": tensor(0, 16, square), "fc1.weight": tensor(16, 32, square)}
    np.testing.assert_array_equal(read(encoded(header, data)).weights[0], [[4, 5], [6, 7]])
    header = {"head.weight": tensor(0, 16, square), "body.weight": tensor(16, 32, square)}
    with pytest.raises(NetworkError, match="must be weights"):
        read(encoded(header, data))


def test_what_float32_cannot_hold_is_not_written() -> None:
    network = Network.dense([2, 2], dtype=np.float64)
    network.parameters[1] = 1e39
    with pytest.raises(NetworkError, match="Weight 1 of neuron 0"):
        write_safetensors_to(io.BytesIO(), StoredNetwork(network))

"""Which reader a file is for."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.engine import Network
from nnapp.errors import FileFormatError, MissingAnswerError, NnappError, StorageError
from nnapp.storage.exchange.completion import Answers
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.readers import open_network, read_any_network, read_any_network_from
from nnapp.storage.exchange.safetensors_file import write_safetensors
from nnapp.storage.network_file import StoredNetwork, write_network, write_network_to
from nnapp.storage.network_metadata import NetworkMetadata

from .conftest import Layers


def write_all(folder: Path, layers: Layers) -> dict[str, bytes]:
    """Return one file of every format, by its ending."""
    network = Network.dense([12, 5, 3], rng=np.random.default_rng(0))
    write_network(folder / "a.nn", network)
    write_safetensors(folder / "a.safetensors", StoredNetwork(network))
    np.savez(folder / "a.npz", W1=layers.w1, b1=layers.b1, W2=layers.w2, b2=layers.b2)
    np.save(folder / "a.npy", np.ones((1, 4)))
    document = {"W1": layers.w1.tolist(), "b1": layers.b1.tolist()}
    (folder / "a.json").write_text(json.dumps(document))
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["right name", "no name", "wrong.json", "wrong.safetensors"])
def test_content_goes_before_names(tmp_path: Path, layers: Layers, name: str) -> None:
    for ending, content in write_all(tmp_path, layers).items():
        path = tmp_path / (f"b{ending}" if name == "right name" else name)
        path.write_bytes(content)
        found = read_any_network(path, "outputs-inputs" if ending == ".npy" else None)
        sizes = found.network.layer_sizes if isinstance(found, StoredNetwork) else found.layer_sizes
        assert sizes == {".npy": (4, 1), ".json": (12, 5)}.get(ending, (12, 5, 3))
        assert isinstance(found, StoredNetwork) == (ending == ".nn")


def test_a_network_of_nnapp_whose_beginning_is_that_of_another_format() -> None:
    # 0x7B = 123 layers is "{", 0x50 0x4B is "PK": 80 layers, of which the first has 0x..4B neurons.
    for n_layers, first in ((0x7B, 2), (0x50, 0x034B), (0x50, 0x4B)):
        stream = io.BytesIO()
        write_network_to(stream, Network.from_activations([first, *[2] * (n_layers - 1)], ["relu"] * (n_layers - 1)))
        found = read_any_network_from(stream, "a")
        assert isinstance(found, StoredNetwork)
        assert len(found.network.layer_sizes) == n_layers


def test_the_ending_decides_where_the_content_does_not(tmp_path: Path) -> None:
    for ending, message in ((".nn", "number of layers"), (".npz", "undamaged"), (".json", "JSON")):
        path = tmp_path / f"a{ending}"
        path.write_bytes(b"")
        with pytest.raises(FileFormatError, match=message):
            read_any_network(path)


def test_unknown_formats(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(FileFormatError, match=r"one of the formats \.nn, safetensors, .*npz.*of Keras; save"):
        read_any_network(path)
    path.write_bytes(b"GIF89a")
    with pytest.raises(FileFormatError, match="starts with b'GIF89a'"):
        read_any_network(path)
    with pytest.raises(StorageError, match="does not exist"):
        read_any_network(tmp_path / "missing.npz")
    with pytest.raises(StorageError, match="folder"):
        read_any_network(tmp_path)


def test_opening_with_answers(tmp_path: Path, layers: Layers) -> None:
    write_all(tmp_path, layers)
    with pytest.raises(MissingAnswerError, match=r"a\.npz does not say"):
        open_network(tmp_path / "a.npz")
    stored = open_network(tmp_path / "a.npz", Answers("relu", "softmax", "unit"))
    assert stored.network.activation_names == ("relu", "softmax")


def test_a_network_of_nnapp_is_kept_as_it_is_unless_a_person_says_otherwise(tmp_path: Path) -> None:
    metadata = NetworkMetadata(results={"test_accuracy": 0.5})
    network = Network.dense([4, 3, 2], hidden_activation="sigmoid", output_activation="sigmoid")
    write_network(tmp_path / "a.nn", network, metadata)
    assert open_network(tmp_path / "a.nn").metadata == metadata
    changed = open_network(tmp_path / "a.nn", Answers(activation="relu"))
    assert changed.network.activation_names == ("relu", "sigmoid")
    assert changed.metadata.results == {}  # they were another network's


def test_reading_goes_from_the_beginning(layers: Layers) -> None:
    stream = io.BytesIO()
    np.savez(stream, W1=layers.w1, b1=layers.b1)
    stream.seek(0, io.SEEK_END)
    assert isinstance(read_any_network_from(stream, "a"), ForeignNetwork)


@given(st.binary(max_size=60), st.sampled_from([b"", b"{", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"\x80\x02", b"\x08"]))
def test_any_bytes_give_one_sentence(content: bytes, start: bytes) -> None:
    message: Any = "the file"
    try:
        read_any_network_from(io.BytesIO(start + content), "the file")
    except NnappError as error:
        message = str(error)
    assert "the file" in message

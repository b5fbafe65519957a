"""Saving by ending: every format gives the same answers again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nnapp.engine import Network
from nnapp.errors import NetworkError, StorageError
from nnapp.storage.exchange.readers import READERS, open_network
from nnapp.storage.exchange.writers import WRITERS, write_any_network
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_metadata import NetworkMetadata

READ_AGAIN = [ending for ending in WRITERS if any(ending in reader.endings for reader in READERS)]


@pytest.fixture
def stored() -> StoredNetwork:
    network = Network.from_activations([12, 12, 12, 3], ["leaky-relu", "tanh", "softmax"], rng=np.random.default_rng(4))
    return StoredNetwork(network, NetworkMetadata("cross-entropy", ("é", "b", "c"), (3, 4)))


def test_the_formats() -> None:
    assert list(WRITERS) == [".nn", ".onnx", ".npz", ".safetensors", ".csv", ".py"]
    assert READ_AGAIN == [".nn", ".onnx", ".npz", ".safetensors"]
    for ending, writer in WRITERS.items():
        assert writer.ending == ending
        assert writer.name
        assert writer.description


@pytest.mark.parametrize("ending", READ_AGAIN)
def test_what_is_written_is_read_with_nothing_asked(stored: StoredNetwork, tmp_path: Path, ending: str) -> None:
    write_any_network(tmp_path / f"a{ending}", stored)
    found = open_network(tmp_path / f"a{ending}")
    pixels = np.random.default_rng(0).integers(0, 256, (20, 12)).astype(np.uint8)
    assert found.network.forward(pixels).tobytes() == stored.network.forward(pixels).tobytes()
    assert found.metadata == stored.metadata


def test_from_format_to_format_and_back(stored: StoredNetwork, tmp_path: Path) -> None:
    found = stored
    for ending in [*READ_AGAIN, *reversed(READ_AGAIN)]:
        write_any_network(tmp_path / f"a{ending}", found)
        found = open_network(tmp_path / f"a{ending}")
    assert found.network.parameters.tobytes() == stored.network.parameters.tobytes()
    assert found.network.activation_names == stored.network.activation_names
    assert found.metadata == stored.metadata


@pytest.mark.parametrize("ending", WRITERS)
def test_capital_letters_and_earlier_files(stored: StoredNetwork, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"A{ending.upper()}"
    path.write_bytes(b"earlier")
    write_any_network(path, stored)
    assert path.stat().st_size > 100
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["a.h5", "a", "nn", ".nn", "a.nn.bak"])
def test_other_endings_are_told_the_ones_there_are(stored: StoredNetwork, tmp_path: Path, name: str) -> None:
    with pytest.raises(NetworkError, match=r"must end with one of .nn, .onnx, .npz, .safetensors, .csv, .py; got .*"):
        write_any_network(tmp_path / name, stored)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", WRITERS)
def test_names_with_half_characters_leave_the_earlier_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(b"earlier")
    metadata = NetworkMetadata(class_names=("a", "\udce9"))
    with pytest.raises(NetworkError, match="must be made of whole characters"):
        write_any_network(path, StoredNetwork(Network.dense([4, 2]), metadata))
    assert path.read_bytes() == b"earlier"


@pytest.mark.parametrize("ending", WRITERS)
def test_a_folder_that_is_missing(stored: StoredNetwork, tmp_path: Path, ending: str) -> None:
    with pytest.raises(StorageError, match="does not exist"):
        write_any_network(tmp_path / "missing" / f"a{ending}", stored)


@pytest.mark.parametrize("temperature", [0.05, 0.7, 1.82, 20.0])
@pytest.mark.parametrize("ending", READ_AGAIN)
def test_probabilities_stay_those_at_the_temperature(
    stored: StoredNetwork, tmp_path: Path, ending: str, temperature: float
) -> None:
    calibrated = StoredNetwork(stored.network, replace(stored.metadata, temperature=temperature))
    write_any_network(tmp_path / f"a{ending}", calibrated)
    found = open_network(tmp_path / f"a{ending}")
    pixels = np.random.default_rng(0).integers(0, 256, (20, 12)).astype(np.uint8)
    assert found.metadata == calibrated.metadata
    assert found.network.parameters.tobytes() == stored.network.parameters.tobytes()
    assert found.predict_proba(pixels).tobytes() == calibrated.predict_proba(pixels).tobytes()

"""Writing `.npz`: what `numpy.load` finds there, and what our reader makes of it without a question."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.engine import Network
from nnapp.errors import NetworkError
from nnapp.storage.exchange.completion import complete
from nnapp.storage.exchange.npz_networks import read_npz_network_from
from nnapp.storage.exchange.npz_writer import write_network_npz, write_network_npz_to
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_metadata import NetworkMetadata

METADATA = NetworkMetadata("cross-entropy", ("é", "b,c", "[]"), (3, 4))


def written(stored: StoredNetwork) -> io.BytesIO:
    stream = io.BytesIO()
    write_network_npz_to(stream, stored)
    stream.seek(0)
    return stream


def test_numpy_reads_names_that_netron_groups() -> None:
    network = Network.dense([12, 5, 4, 3], hidden_activation="tanh", rng=np.random.default_rng(0))
    with np.load(written(StoredNetwork(network, METADATA)), allow_pickle=False) as archive:
        arrays = dict(archive.items())
    assert [name for name in arrays if "/" in name] == [
        *("hidden_1/weights", "hidden_1/bias", "hidden_2/weights", "hidden_2/bias", "output/weights", "output/bias")
    ]
    for name, dense in zip(("hidden_1", "hidden_2", "output"), network.dense_layers, strict=True):
        np.testing.assert_array_equal(arrays[f"{name}/weights"], dense.weights)
        np.testing.assert_array_equal(arrays[f"{name}/bias"], dense.biases)
        assert arrays[f"{name}/weights"].dtype == np.float32
    words = {name: array.tolist() for name, array in arrays.items() if "/" not in name}
    assert words == {
        "activations": ["tanh", "tanh", "softmax"],
        "input_scale": "unit",
        "orientation": "outputs-inputs",
        "class_names": ["é", "b,c", "[]"],
        "input_shape": [3, 4],
        "loss": "cross-entropy",
    }


@settings(max_examples=40)
@given(st.lists(st.integers(1, 6), min_size=2, max_size=14), st.sampled_from(["relu", "sigmoid", "leaky-relu"]))
def test_what_is_written_is_read(sizes: list[int], activation: str) -> None:
    """Square layers too, which fit both ways round, and more than nine, whose names do not sort as text."""
    network = Network.dense(sizes, hidden_activation=activation, rng=np.random.default_rng(0))
    network.parameters[:] = np.arange(1, network.n_parameters + 1)
    found = complete(read_npz_network_from(written(StoredNetwork(network)), "a.npz"))
    assert found.network.parameters.tobytes() == network.parameters.tobytes()
    assert found.network.activation_names == network.activation_names
    assert found.metadata == NetworkMetadata()


def test_words_are_read_again() -> None:
    stored = StoredNetwork(Network.dense([12, 3]), METADATA)
    assert complete(read_npz_network_from(written(stored), "a.npz")).metadata == METADATA


def test_a_weight_that_is_not_finite_leaves_the_earlier_file(tmp_path: Path) -> None:
    network = Network.dense([4, 2])
    network.parameters[9] = np.nan
    (tmp_path / "a.npz").write_bytes(b"earlier")
    with pytest.raises(NetworkError, match="The bias of neuron 1 in layer 1 must be a finite number"):
        write_network_npz(tmp_path / "a.npz", StoredNetwork(network))
    assert (tmp_path / "a.npz").read_bytes() == b"earlier"

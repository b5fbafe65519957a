"""The table of weights, read by Python's own `csv`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.engine import Network
from nnapp.errors import NetworkError
from nnapp.storage.exchange.network_csv import write_network_csv, write_network_csv_to
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_metadata import NetworkMetadata


def rows(stored: StoredNetwork) -> list[list[str]]:
    stream = io.BytesIO()
    write_network_csv_to(stream, stored)
    return list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8"), newline="")))


def test_every_row_of_a_small_network() -> None:
    network = Network.dense([2, 1, 2], initializer=None)
    network.parameters[:] = [0.1, -2, 3, 1e-9, 5, 6, -0.75]
    found = rows(StoredNetwork(network, NetworkMetadata(class_names=('say "a", b', "é\nf"))))
    assert found == [
        ["layer", "neuron", "input", "weight"],
        ["hidden_1", "0", "0", "0.1"],
        ["hidden_1", "0", "1", "-2.0"],
        ["hidden_1", "0", "bias", "3.0"],
        ["output", 'say "a", b', "0", "1e-09"],
        ["output", 'say "a", b', "bias", "6.0"],
        ["output", "é\nf", "0", "5.0"],
        ["output", "é\nf", "bias", "-0.75"],
    ]


def test_outputs_without_names_have_numbers() -> None:
    found = rows(StoredNetwork(Network.dense([1, 2])))
    assert [row[:3] for row in found[1:]] == [
        ["output", "0", "0"],
        ["output", "0", "bias"],
        ["output", "1", "0"],
        ["output", "1", "bias"],
    ]


@settings(max_examples=50)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=6, max_size=6))
def test_numbers_give_the_same_float32_again(values: list[float]) -> None:
    network = Network.dense([2, 2], initializer=None)
    network.parameters[:] = values
    texts = [row[3] for row in rows(StoredNetwork(network))[1:]]
    read = np.array(texts, np.float64).astype(np.float32)
    first_bias = values[:2], values[4:5], values[2:4], values[5:6]
    np.testing.assert_array_equal(read, np.concatenate(first_bias).astype(np.float32))


def test_a_weight_that_is_not_finite_leaves_the_earlier_file(tmp_path: Path) -> None:
    network = Network.dense([4, 2])
    network.parameters[0] = np.inf
    (tmp_path / "a.csv").write_bytes(b"earlier")
    with pytest.raises(NetworkError, match="must be a finite number"):
        write_network_csv(tmp_path / "a.csv", StoredNetwork(network))
    assert (tmp_path / "a.csv").read_bytes() == b"earlier"

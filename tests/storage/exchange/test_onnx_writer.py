"""Writing ONNX: checked by the package onnx, run by onnxruntime, and read back."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.engine import Network
from nnapp.engine.activations import ACTIVATIONS
from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage.exchange.completion import complete
from nnapp.storage.exchange.onnx_reader import is_onnx, read_onnx_network_from
from nnapp.storage.exchange.onnx_writer import write_onnx, write_onnx_to
from nnapp.storage.network_file import StoredNetwork, read_network
from nnapp.storage.network_metadata import NetworkMetadata

SHIPPED = Path(__file__).resolve().parents[3] / "networks" / "small-128-64.nn"
HIDDEN = [name for name, rule in ACTIVATIONS.items() if rule.for_hidden_layers]


def written(stored: StoredNetwork) -> bytes:
    stream = io.BytesIO()
    write_onnx_to(stream, stored)
    return stream.getvalue()


def read_back(data: bytes) -> StoredNetwork:
    return complete(read_onnx_network_from(io.BytesIO(data), "a.onnx"))


def run(data: bytes, pixels: np.ndarray[Any, Any]) -> Any:
    """Return what onnxruntime answers to pixels of 0 to 255."""
    runtime = pytest.importorskip("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    session = runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    assert [value.name for value in session.get_inputs()] == ["pixels"]
    return session.run(None, {"pixels": pixels.astype(np.float32)})[0]


def random_pixels(n_images: int, n_inputs: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(1).integers(0, 256, (n_images, n_inputs)).astype(np.uint8)


networks = st.builds(
    lambda sizes, hidden, output, seed: Network.from_activations(
        sizes, [*hidden[: len(sizes) - 2], output], rng=np.random.default_rng(seed)
    ),
    st.lists(st.integers(1, 9), min_size=2, max_size=5),
    st.lists(st.sampled_from(HIDDEN), min_size=3, max_size=3),
    st.sampled_from(list(ACTIVATIONS)),
    st.integers(0, 99),
)


@settings(max_examples=25, deadline=None)
@given(networks)
def test_onnxruntime_gives_our_answers(network: Network) -> None:
    onnx = pytest.importorskip("onnx")
    data = written(StoredNetwork(network))
    onnx.checker.check_model(onnx.load_from_string(data), full_check=True)
    pixels = random_pixels(7, network.n_inputs)
    np.testing.assert_allclose(run(data, pixels), network.forward(pixels), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("activation", HIDDEN)
def test_every_activation_in_onnxruntime(activation: str) -> None:
    network = Network.dense([20, 8, 4], hidden_activation=activation, output_activation=activation)
    pixels = random_pixels(5, 20)
    np.testing.assert_allclose(
        run(written(StoredNetwork(network)), pixels), network.forward(pixels), atol=1e-5, rtol=1e-5
    )


def test_the_shipped_network_in_onnxruntime() -> None:
    onnx = pytest.importorskip("onnx")
    stored = read_network(SHIPPED)
    data = written(stored)
    model = onnx.load_from_string(data)
    onnx.checker.check_model(model, full_check=True)
    pixels = random_pixels(50, 784)
    expected = stored.network.predict_proba(pixels, stored.metadata.temperature)
    np.testing.assert_allclose(run(data, pixels), expected, atol=1e-5)

    assert (model.producer_name, model.ir_version) == ("nnapp", 7)
    assert [(item.domain, item.version) for item in model.opset_import] == [("", 13)]
    operators = [node.op_type for node in model.graph.node]
    assert operators == ["Div", "Gemm", "Relu", "Gemm", "Relu", "Gemm", "Div", "Softmax"]
    assert [value.name for value in model.graph.output] == ["probabilities"]
    assert "784-128-64-10" in model.doc_string
    metadata = {item.key: item.value for item in model.metadata_props}
    assert json.loads(metadata["class_names"]) == list("0123456789")
    assert json.loads(metadata["input_shape"]) == [28, 28]
    assert json.loads(metadata["activations"]) == ["relu", "relu", "softmax"]
    assert json.loads(metadata["training"])["data_set"] == "MNIST"
    assert json.loads(metadata["results"])["test_accuracy"] == 0.9935
    assert metadata["input_scale"] == "bytes"


@settings(max_examples=50)
@given(networks)
def test_what_is_written_is_read(network: Network) -> None:
    found = read_back(written(StoredNetwork(network)))
    assert found.network.parameters.tobytes() == network.parameters.tobytes()
    assert found.network.activation_names == network.activation_names


def test_words_are_read_again() -> None:
    network = Network.dense([12, 5, 3])
    metadata = NetworkMetadata("cross-entropy", ("é", '"b"', "鼠"), (3, 4))
    found = read_back(written(StoredNetwork(network, metadata)))
    assert found.metadata == metadata
    assert read_back(written(StoredNetwork(Network.dense([12, 5, 3])))).metadata == NetworkMetadata()


def test_other_outputs_have_another_name() -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load_from_string(written(StoredNetwork(Network.dense([4, 2], output_activation="sigmoid"))))
    assert [value.name for value in model.graph.output] == ["outputs"]


def test_equal_networks_are_equal_files(tmp_path: Path) -> None:
    stored = StoredNetwork(Network.dense([4, 2], rng=np.random.default_rng(0)))
    write_onnx(tmp_path / "a.onnx", stored)
    assert (tmp_path / "a.onnx").read_bytes() == written(stored)


def test_a_weight_that_is_not_finite_leaves_the_earlier_file(tmp_path: Path) -> None:
    network = Network.dense([4, 2])
    network.parameters[3] = np.inf
    (tmp_path / "a.onnx").write_bytes(b"earlier")
    with pytest.raises(NetworkError, match="Weight 3 of neuron 0 in layer 1 must be a finite number"):
        write_onnx(tmp_path / "a.onnx", StoredNetwork(network))
    assert (tmp_path / "a.onnx").read_bytes() == b"earlier"


def test_a_file_that_is_cut_off_anywhere_is_refused() -> None:
    """The graph stands last, so that no shorter file is a whole model."""
    metadata = NetworkMetadata("cross-entropy", ("a", "b"), (2, 2), {"seed": 1})
    data = written(StoredNetwork(Network.dense([4, 3, 2]), metadata))
    for length in range(len(data)):
        with pytest.raises((FileFormatError, NetworkError)):
            read_onnx_network_from(io.BytesIO(data[:length]), "a.onnx")
        assert not is_onnx(data[:length][:512], io.BytesIO(data[:length]))
    assert is_onnx(data[:512], io.BytesIO(data))


@pytest.mark.parametrize("temperature", [0.3, 2.5])
def test_onnxruntime_gives_our_probabilities_at_a_temperature(temperature: float) -> None:
    network = Network.dense([20, 8, 4], rng=np.random.default_rng(3))
    stored = StoredNetwork(network, NetworkMetadata(temperature=temperature))
    pixels = random_pixels(30, 20)
    answers = run(written(stored), pixels)
    np.testing.assert_allclose(answers, stored.predict_proba(pixels), atol=1e-5, rtol=1e-5)
    assert np.abs(answers - network.predict_proba(pixels)).max() > 0.01  # they are not those without it
    model = pytest.importorskip("onnx").load_from_string(written(stored))
    assert [node.op_type for node in model.graph.node] == ["Div", "Gemm", "Relu", "Gemm", "Div", "Softmax"]


def test_temperature_of_another_program_is_one() -> None:
    """Any division by one number right before the softmax; one outside the limits goes into the weights."""
    network = Network.dense([3, 2], rng=np.random.default_rng(0))
    pixels = random_pixels(5, 3)
    for temperature, kept in ((2.0, 2.0), (40.0, 1.0)):
        stored = StoredNetwork(network, NetworkMetadata(temperature=temperature))
        found = read_back(written(stored))
        assert found.metadata.temperature == kept
        np.testing.assert_allclose(found.predict_proba(pixels), stored.predict_proba(pixels), rtol=1e-5)

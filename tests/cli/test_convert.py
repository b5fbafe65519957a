"""``nnapp convert``, and networks of other programs in the commands that open one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.command_line import Result
from support.data_sets import write_data_set

from nnapp.engine import Network
from nnapp.storage.datasets import load_dataset
from nnapp.storage.exchange.readers import open_network
from nnapp.storage.network_file import StoredNetwork, read_network, write_network
from nnapp.storage.network_metadata import NetworkMetadata

Run = Callable[..., Result]
SAID = ("--activation", "relu", "--output", "softmax", "--input-scale", "bytes")


@pytest.fixture
def network(nnapp: Run, data: Path) -> Network:
    """Train a network to a.nn, save its weights for inputs of 0…255 as a.npz, and return it."""
    nnapp(
        "train", "--data", data, "--hidden", "16", "--batch-size", "20", "--epochs", "8", "--learning-rate", "0.01",
        "--save", "a.nn",
    )  # fmt: skip
    network = read_network("a.nn").network
    first, second = network.dense_layers
    # W (p / 255) + b = (W / 255) p + b.
    np.savez("a.npz", W1=first.weights.T / 255, b1=first.biases, W2=second.weights.T, b2=second.biases)
    return network


def test_what_is_not_said_is_suggested_and_nothing_written(nnapp: Run, data: Path, network: Network) -> None:
    result = nnapp("convert", "a.npz", "b.nn", "--data", data)
    assert result.code == 1
    assert not Path("b.nn").exists()
    assert "784-16-10" in result.out
    assert "activations: not said, not said" in result.out
    assert "Tried on 80 test images" in result.out
    assert "--activation relu" in result.out
    assert "--input-scale bytes" in result.out
    assert "a.npz does not say the activation of the hidden layers" in result.err
    # The command that is suggested works, and answers as the network did.
    command = next(line.split() for line in result.out.splitlines() if line.startswith("  nnapp convert"))
    assert nnapp(*command[1:], "--data", data).code == 0
    images = load_dataset(data).test_images
    np.testing.assert_allclose(read_network("b.nn").network.logits(images), network.logits(images), atol=1e-3)


def test_suggestion_is_taken_when_asked_to(nnapp: Run, data: Path, network: Network) -> None:
    result = nnapp("convert", "a.npz", "b.nn", "--data", data, "--suggested", "--output", "softmax")
    assert result.code == 0
    accuracy = np.mean(network.predict(load_dataset(data).test_images) == load_dataset(data).test_labels)
    assert f"{100 * accuracy:.2f} % right on 80 test images" in result.out
    assert "Taken as suggested: --activation relu --input-scale bytes" in result.out
    assert read_network("b.nn").network.activation_names == ("relu", "softmax")


def test_json(nnapp: Run, data: Path, network: Network) -> None:
    asked = nnapp("convert", "a.npz", "b.nn", "--data", data, "--json")
    assert asked.code == 1
    [record] = asked.records
    assert record["missing"] == ["activation", "output", "input_scaling"]
    assert record["saved"] is None
    assert record["suggestions"][0]["input_scale"] == "bytes"
    [record] = nnapp("convert", "a.npz", "b.nn", "--data", data, "--json", *SAID).records
    assert record["saved"] == "b.nn"
    assert record["activations"] == ["relu", "softmax"]
    assert record["test_accuracy"] > 0.9


def test_without_a_data_set_everything_must_be_said(nnapp: Run, network: Network) -> None:
    result = nnapp("convert", "a.npz", "b.nn")
    assert result.code == 1
    assert "Tried on" not in result.out
    assert "--input-scale unit|bytes|" in result.err
    result = nnapp("convert", "a.npz", "b.nn", "--suggested")
    assert result.code == 1
    assert "name one with --data" in result.err
    result = nnapp("convert", "a.npz", "b.nn", *SAID)
    assert result.code == 0
    assert result.out.splitlines()[-1] == "Saved as b.nn."


def test_wrong_words_are_told_first(nnapp: Run, data: Path, network: Network) -> None:
    for words in (("--activation", "gelu"), ("--output", "argmax"), ("--input-scale", "half")):
        result = nnapp("convert", "a.npz", "b.nn", "--data", data, *words)
        assert result.code == 1
        assert f"got {words[1]}" in result.err.replace("'", "")
        assert "does not say" not in result.err


def test_data_that_do_not_fit(nnapp: Run, network: Network, tmp_path: Path) -> None:
    small = write_data_set(tmp_path / "small", shape=(20, 20))
    result = nnapp("convert", "a.npz", "b.nn", "--data", small, *SAID)
    assert result.code == 1
    assert "must take the 400 pixels" in result.err
    assert not Path("b.nn").exists()


@pytest.mark.parametrize("ending", [".nn", ".npz", ".safetensors", ".onnx"])
def test_every_format_there_and_back(nnapp: Run, data: Path, network: Network, ending: str) -> None:
    assert nnapp("convert", "a.nn", f"b{ending}").code == 0
    assert nnapp("convert", f"b{ending}", "c.nn").code == 0
    back = read_network("c.nn")
    np.testing.assert_array_equal(back.network.parameters, network.parameters)
    assert back.network.activation_names == ("relu", "softmax")
    assert back.metadata.class_names == tuple("0123456789")
    record = nnapp("evaluate", f"b{ending}", "--data", data, "--json").records[0]
    assert record["accuracy"] == nnapp("evaluate", "a.nn", "--data", data, "--json").records[0]["accuracy"]


def test_a_file_of_nnapp_keeps_its_history(nnapp: Run, network: Network) -> None:
    nnapp("convert", "a.nn", "b.nn")
    assert Path("b.nn").read_bytes() == Path("a.nn").read_bytes()


def test_plain_file(nnapp: Run) -> None:
    sigmoid = Network.dense([4, 3, 2], hidden_activation="sigmoid", output_activation="sigmoid")
    write_network("a.nn", sigmoid, NetworkMetadata(class_names=("a", "b")))
    assert nnapp("convert", "a.nn", "b.nn", "--plain").code == 0
    # One byte, three sizes of two bytes, and (4 + 1) · 3 + (3 + 1) · 2 = 23 floats.
    assert len(Path("b.nn").read_bytes()) == 1 + 6 + 4 * 23
    for target in ("b.npz", "b.safetensors"):
        result = nnapp("convert", "a.nn", target, "--plain")
        assert result.code == 1
        assert "--plain must be used with" in result.err


def test_targets_that_cannot_be_written(nnapp: Run, network: Network, tmp_path: Path) -> None:
    result = nnapp("convert", "a.npz", "b.doc", *SAID)
    assert result.code == 1
    assert "must end with one of .nn" in result.err
    result = nnapp("convert", "a.npz", tmp_path / "missing" / "b.nn", *SAID)
    assert result.code == 1
    assert "does not exist" in result.err
    assert result.out == ""  # nothing was read


@pytest.mark.parametrize("target", ["b.nn", "a.npz"])
def test_a_file_that_is_there_is_refused(nnapp: Run, network: Network, target: str) -> None:
    Path("b.nn").write_bytes(b"precious")
    before = Path(target).read_bytes()
    result = nnapp("convert", "a.npz", target, *SAID)
    assert result.code == 1
    assert f"got {target}. --force writes over it." in result.err
    assert result.out == ""  # before anything was read
    assert Path(target).read_bytes() == before
    assert nnapp("convert", "a.npz", target, *SAID, "--force").code == 0
    assert open_network(target).network.layer_sizes == (784, 16, 10)


def test_an_earlier_target_is_only_replaced_by_a_whole_one(nnapp: Run, data: Path, network: Network) -> None:
    Path("b.nn").write_bytes(b"precious")
    assert nnapp("convert", "broken.npz", "b.nn", "--force").code == 1
    result = nnapp("convert", "a.npz", "b.nn", "--data", data, "--force")
    assert result.code == 1
    assert Path("b.nn").read_bytes() == b"precious"
    # The command that is suggested still writes over it.
    command = next(line.split() for line in result.out.splitlines() if line.startswith("  nnapp convert"))
    assert nnapp(*command[1:], "--data", data).code == 0
    assert read_network("b.nn").network.layer_sizes == (784, 16, 10)


def test_orientation_of_square_weights(nnapp: Run) -> None:
    matrix = [[0.0, 1.0], [2.0, 3.0]]
    Path("a.json").write_text(json.dumps({"weights": [matrix], "biases": [[0.0, 0.0]]}))
    said = ("--output", "linear", "--input-scale", "unit")
    result = nnapp("convert", "a.json", "b.nn", *said)
    assert result.code == 1
    assert "--orientation outputs-inputs or inputs-outputs" in result.err
    for orientation, expected in (("outputs-inputs", matrix), ("inputs-outputs", np.transpose(matrix))):
        assert nnapp("convert", "a.json", "b.nn", *said, "--force", "--orientation", orientation).code == 0
        np.testing.assert_array_equal(read_network("b.nn").network.dense_layers[0].weights, expected)


def test_other_commands_open_every_format(nnapp: Run, data: Path, network: Network) -> None:
    result = nnapp("evaluate", "a.npz", "--data", data)
    assert result.code == 1
    assert "--activation sigmoid|relu|" in result.err
    records = [nnapp("evaluate", *words, "--data", data, "--json").records[0] for words in (["a.nn"], ["a.npz", *SAID])]
    assert records[0]["confusion"] == records[1]["confusion"]
    predictions = [
        nnapp("predict", *words, "--data", data, "--json").records[0]
        for words in (["a.nn", "test:3"], ["a.npz", "test:3", *SAID])
    ]
    assert predictions[0]["digit"] == predictions[1]["digit"]
    np.testing.assert_allclose(predictions[0]["probabilities"], predictions[1]["probabilities"], atol=1e-4)


def test_info_tells_what_is_known_and_what_is_not(nnapp: Run, network: Network) -> None:
    out = nnapp("info", "a.npz").out
    assert "12,730" in out  # 784 · 16 + 16 + 16 · 10 + 10
    assert "activation not said" in out
    assert "does not say the scale of the inputs: --input-scale" in out
    record = nnapp("info", "a.npz", "--activation", "relu", "--json").records[0]
    assert record["missing"] == ["output", "input_scaling"]
    record = nnapp("info", "a.npz", *SAID, "--json").records[0]
    assert record["activations"] == ["relu", "softmax"]
    np.savez("b.npz", W1=np.ones((3, 4)), b1=np.ones(3), epoch=3)
    assert "b.npz also holds epoch" in nnapp("info", "b.npz").out


def test_a_stored_network_opens_without_questions(network: Network) -> None:
    assert isinstance(open_network("a.nn"), StoredNetwork)


FORMATS = (".nn", ".npz", ".safetensors", ".onnx")


@pytest.mark.parametrize("first", FORMATS)
@pytest.mark.parametrize("second", FORMATS)
def test_every_pair_of_formats(nnapp: Run, first: str, second: str) -> None:
    """From `.nn` to one format, to the other and back: the same bits, and the same file as at once."""
    network = Network.dense([12, 6, 6, 3], hidden_activation="tanh", rng=np.random.default_rng(4))
    metadata = NetworkMetadata(loss="cross-entropy", class_names=("é", "b", "c"), input_shape=(3, 4))
    write_network("a.nn", network, metadata)
    for source, target in (("a.nn", f"b{first}"), (f"b{first}", f"c{second}"), (f"c{second}", "d.nn")):
        assert nnapp("convert", source, target).code == 0
    back = read_network("d.nn")
    assert back.network.parameters.tobytes() == network.parameters.tobytes()
    assert back.network.activation_names == ("tanh", "tanh", "softmax")
    assert back.metadata == metadata
    inputs = np.random.default_rng(5).random((20, 12)).astype(np.float32)
    np.testing.assert_array_equal(back.network.forward(inputs), network.forward(inputs))


def test_a_scale_that_begins_with_a_minus(nnapp: Run, data: Path, network: Network) -> None:
    result = nnapp("convert", "a.npz", "b.nn", "--data", data, "--input-scale=-0.5,0.5")
    assert result.code == 1
    command = next(line.split() for line in result.out.splitlines() if line.startswith("  nnapp convert"))
    assert "--input-scale=-0.5,0.5" in command
    assert nnapp(*command[1:], "--data", data).code == 0


def test_a_folder_of_data_that_was_not_asked_for_is_no_problem(
    nnapp: Run, network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sets of one folder are ambiguous, which matters to who wants to train."""
    folder = tmp_path / "two"
    folder.mkdir()
    for prefix in ("a", "b"):
        for path in write_data_set(tmp_path / prefix).iterdir():
            path.rename(folder / f"{prefix}-{path.name}")
    monkeypatch.setenv("NNAPP_DATA", str(folder))
    result = nnapp("convert", "a.npz", "b.nn", *SAID)
    assert "The network is not tried on the data" in result.err
    assert result.code == 0
    assert nnapp("convert", "a.npz", "c.nn", *SAID, "--split-seed", "x").code == 1

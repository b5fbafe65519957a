"""``nnapp evaluate``, ``predict`` and ``info``, and the command itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.command_line import Result

from nnapp import __version__
from nnapp.engine import Network, Settings
from nnapp.engine.randomness import Purpose, random_stream
from nnapp.engine.splits import split_validation
from nnapp.storage.datasets import load_dataset
from nnapp.storage.network_file import read_network, write_network

Run = Callable[..., Result]


@pytest.fixture
def network(nnapp: Run, data: Path) -> Network:
    """Train a.nn for two epochs and return the network in it."""
    nnapp("train", "--data", data, "--hidden", "16", "--batch-size", "20", "--epochs", "2", "--save", "a.nn")
    return read_network("a.nn").network


def test_evaluate_counts_by_hand(nnapp: Run, data: Path, network: Network) -> None:
    record = nnapp("evaluate", "a.nn", "--data", data, "--json").records[0]
    images = load_dataset(data)
    outputs = network.forward(images.test_images)
    confusion = [[0] * 10 for _ in range(10)]
    for actual, row in zip(images.test_labels, outputs, strict=True):
        confusion[actual][int(np.argmax(row))] += 1
    assert record["confusion"] == confusion
    n_right = sum(confusion[digit][digit] for digit in range(10))
    assert record["accuracy"] == n_right / 80
    assert record["n_images"] == 80
    losses = -np.log(outputs[np.arange(80), images.test_labels].astype(np.float64))
    assert record["loss"] == pytest.approx(losses.mean(), rel=1e-5)
    for digit, entry in enumerate(record["per_class"]):
        predicted = sum(row[digit] for row in confusion)
        assert entry["recall"] == confusion[digit][digit] / 8  # 80 test images, 8 of each class
        assert entry["precision"] == (confusion[digit][digit] / predicted if predicted else None)


def test_evaluate_splits_as_the_run_did(nnapp: Run, data: Path, network: Network) -> None:
    learnt_from, held_out = split_validation(load_dataset(data).training_labels, 0.1, random_stream(0, Purpose.SPLIT))
    for split, indices in (("train", learnt_from), ("validation", held_out)):
        record = nnapp("evaluate", "a.nn", "--data", data, "--split", split, "--json").records[0]
        assert record["n_images"] == len(indices)
        images = load_dataset(data)
        predicted = network.predict(images.training_images[indices])
        assert record["accuracy"] == np.mean(predicted == images.training_labels[indices])


def test_evaluate_takes_the_few_images_the_run_learnt_from(nnapp: Run, data: Path) -> None:
    options = ("--training-images", "50", "--hidden", "8", "--batch-size", "10", "--epochs", "1", "--save", "few.nn")
    assert nnapp("train", "--data", data, *options).code == 0
    counts = [
        nnapp("evaluate", "few.nn", "--data", data, "--split", split, "--json").records[0]["n_images"]
        for split in ("train", "validation", "test")
    ]
    # A tenth of the 200 is held out as ever.
    assert counts == [50, 20, 80]


def test_evaluate_table_names_rows_and_columns(nnapp: Run, data: Path, network: Network) -> None:
    out = nnapp("evaluate", "a.nn", "--data", data).out
    assert "actual" in out
    assert "predicted" in out
    assert "recall" in out
    assert "precision" in out


def test_predict_by_index_and_by_file_agree(nnapp: Run, data: Path, network: Network) -> None:
    image = load_dataset(data).test_images[3]
    Image.fromarray(image).save("three.png")
    by_index, by_file = nnapp("predict", "a.nn", "test:3", "three.png", "--data", data, "--json").records
    expected = read_network("a.nn").predict_proba(image[np.newaxis].astype(np.float32) / 255)[0]
    for record in (by_index, by_file):
        assert record["digit"] == int(np.argmax(expected))
        np.testing.assert_allclose(record["probabilities"], expected, rtol=1e-5, atol=1e-7)
    assert by_index["source"] == "test:3"
    assert by_index["label"] == 3
    assert "label" not in by_file


def test_predict_goes_on_after_a_bad_image(nnapp: Run, data: Path, network: Network) -> None:
    Path("noise.png").write_bytes(b"no picture")
    result = nnapp(
        "predict", "a.nn", "noise.png", "missing.png", "test:80", "test:x", "test:0", "--data", data, "--json"
    )
    assert result.code == 1
    assert [record["source"] for record in result.records] == ["test:0"]
    complaints = [line for line in result.err.splitlines() if "warning" not in line]
    assert len(complaints) == 4
    assert "noise.png" in complaints[0]
    assert "missing.png" in complaints[1]
    assert "must be from 0 to 79" in complaints[2]
    assert "must be from 0 to 79" in complaints[3]


def test_info(nnapp: Run, data: Path, network: Network) -> None:
    record = nnapp("info", "a.nn", "--json").records[0]
    assert record["layer_sizes"] == [784, 16, 10]
    assert record["activations"] == ["relu", "softmax"]
    assert record["n_parameters"] == 784 * 16 + 16 + 16 * 10 + 10
    assert record["metadata"]["training"]["batch_size"] == 20
    assert len(record["metadata"]["history"]) == 2
    out = nnapp("info", "a.nn").out
    assert "12,730" in out  # the same number of parameters
    assert "cross-entropy" in out


def test_info_of_a_plain_network(nnapp: Run) -> None:
    settings = Settings(hidden=(), activation="sigmoid", output="sigmoid", loss="squared-error")
    write_network("plain.nn", settings.new_network(4, 3))
    assert nnapp("info", "plain.nn", "--json").records[0]["metadata"] == {}
    assert "says nothing about how" in nnapp("info", "plain.nn").out


@pytest.mark.parametrize("command", ["info", "evaluate", "predict"])
def test_damaged_network_is_one_sentence(nnapp: Run, data: Path, network: Network, command: str) -> None:
    content = Path("a.nn").read_bytes()
    Path("short.nn").write_bytes(content[:1000])
    broken = bytearray(content)
    broken[7:11] = np.float32("nan").tobytes()  # the first weight stands after 1 + 3 × 2 bytes
    Path("nan.nn").write_bytes(broken)
    extra = {"info": [], "evaluate": ["--data", data], "predict": ["test:0", "--data", data]}[command]
    for name in ("short.nn", "nan.nn"):
        result = nnapp(command, name, *extra)
        assert result.code == 1
        assert len([line for line in result.err.splitlines() if "warning" not in line]) == 1
        assert name in result.err


def test_version_and_no_command(nnapp: Run) -> None:
    assert nnapp("--version").out == f"nnapp {__version__}\n"
    assert nnapp().code == 2
    assert nnapp("dance").code == 2


def test_help_names_every_command(nnapp: Run) -> None:
    out = nnapp("--help").out
    assert all(command in out for command in ("train", "evaluate", "predict", "info"))

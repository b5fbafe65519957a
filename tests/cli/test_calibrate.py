"""``nnapp calibrate``, and the calibration that ``nnapp evaluate`` tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.command_line import Result

from nnapp.engine import Network
from nnapp.engine.calibration import fit_temperature, reliability
from nnapp.engine.randomness import Purpose, random_stream
from nnapp.engine.splits import split_validation
from nnapp.storage.datasets import load_dataset
from nnapp.storage.network_file import read_network, write_network
from nnapp.storage.network_metadata import NetworkMetadata
from nnapp.storage.run_file import run_path

Run = Callable[..., Result]
QUICK = ("--hidden", "4", "--batch-size", "20", "--epochs", "2", "--validation-fraction", "0.3", "--seed", "3")


@pytest.fixture
def network(nnapp: Run, data: Path) -> Network:
    nnapp("train", "--data", data, *QUICK, "--save", "a.nn")
    return read_network("a.nn").network


def test_train_calibrates_on_what_it_held_out(nnapp: Run, data: Path, network: Network) -> None:
    dataset = load_dataset(data)
    _, held_out = split_validation(dataset.training_labels, 0.3, random_stream(3, Purpose.SPLIT))
    expected = fit_temperature(network.logits(dataset.training_images[held_out]), dataset.training_labels[held_out])
    assert read_network("a.nn").metadata.temperature == pytest.approx(expected, rel=1e-3)
    assert f"temperature: {read_network('a.nn').metadata.temperature:g}" in nnapp("info", "a.nn").out


def test_calibrate_finds_again_what_training_found(nnapp: Run, data: Path, network: Network) -> None:
    stored = read_network("a.nn")
    write_network("a.nn", network, replace(stored.metadata, temperature=1.0))
    [record] = nnapp("calibrate", "a.nn", "--data", data, "--json").records
    again = read_network("a.nn")
    assert again.metadata == stored.metadata
    assert again.network.parameters.tobytes() == network.parameters.tobytes()
    assert (record["temperature"], record["n_images"], record["saved"]) == (stored.metadata.temperature, 60, "a.nn")
    assert record["log_loss"] < record["before"]["log_loss"]
    assert run_path("a.nn").exists()  # the run beside it is still that of the network


def test_calibrated_network_can_go_elsewhere(nnapp: Run, data: Path, network: Network) -> None:
    before = Path("a.nn").read_bytes()
    result = nnapp("calibrate", "a.nn", "--save", "b.nn", "--data", data)
    assert Path("a.nn").read_bytes() == before
    assert read_network("b.nn").metadata == read_network("a.nn").metadata
    assert "fitted on 60 validation images" in result.out
    assert "Saved as b.nn." in result.out


def test_network_of_another_program_is_calibrated_with_a_warning(nnapp: Run, data: Path, network: Network) -> None:
    nnapp("convert", "a.nn", "a.npz", "--data", data)
    refused = nnapp("calibrate", "a.npz", "--data", data)
    assert refused.code == 1
    assert "must be saved as a .nn file; got a.npz, so add --save FILE.nn" in refused.err
    result = nnapp("calibrate", "a.npz", "--save", "b.nn", "--data", data)
    assert result.code == 0
    assert "a.npz does not say which images of" in result.err
    # With the split said, nothing is left to warn of, and the temperature is that of the run.
    same = nnapp("calibrate", "a.npz", "--save", "b.nn", "--data", data, "--seed", "3", "--validation-fraction", "0.3")
    assert "does not say" not in same.err
    assert read_network("b.nn").metadata.temperature == read_network("a.nn").metadata.temperature


def test_what_cannot_be_calibrated_is_refused(nnapp: Run, data: Path, network: Network) -> None:
    before = Path("a.nn").read_bytes()
    result = nnapp("calibrate", "a.nn", "--data", data, "--validation-fraction", "0")
    assert (result.code, Path("a.nn").read_bytes()) == (1, before)
    assert "images must have been held out of training; got a validation fraction of 0" in result.err
    write_network("s.nn", Network.dense([784, 10], output_activation="sigmoid"))
    result = nnapp("calibrate", "s.nn", "--data", data)
    assert result.code == 1
    assert "Outputs must be softmax to be calibrated; got sigmoid in s.nn" in result.err


def test_evaluate_tells_bins_with_and_without_the_temperature(nnapp: Run, data: Path, network: Network) -> None:
    temperature, dataset = read_network("a.nn").metadata.temperature, load_dataset(data)
    calibration = nnapp("evaluate", "a.nn", "--data", data, "--json").records[0]["calibration"]
    assert calibration["temperature"] == temperature != 1
    for told, probabilities in (
        (calibration, network.predict_proba(dataset.test_images, temperature)),
        (calibration["before"], network.predict_proba(dataset.test_images)),
    ):
        expected = reliability(probabilities, dataset.test_labels)
        assert told["expected_calibration_error"] == pytest.approx(expected.expected_calibration_error)
        assert [found["n_images"] for found in told["bins"]] == expected.counts.tolist()
        for found, confidence, accuracy in zip(told["bins"], expected.confidences, expected.accuracies, strict=True):
            if found["n_images"]:
                assert (found["confidence"], found["accuracy"]) == (pytest.approx(confidence), accuracy)
            else:
                assert (found["confidence"], found["accuracy"]) == (None, None)
        assert [found["to"] for found in told["bins"]] == pytest.approx(np.arange(1, 16) / 15)


def test_table_of_bins(nnapp: Run, data: Path, network: Network) -> None:
    out = nnapp("evaluate", "a.nn", "--data", data).out
    table = out[out.index("calibration: expected error") :].splitlines()
    assert " at temperature " in table[0]
    assert table[0].endswith("without")
    assert sum(int(line.split("%")[1].split()[0].replace(",", "")) for line in table[2:]) == 80
    write_network("s.nn", Network.dense([784, 10], output_activation="sigmoid"), NetworkMetadata())
    plain = nnapp("evaluate", "s.nn", "--data", data)
    assert "calibration: expected error" in plain.out
    assert "temperature" not in plain.out
    assert nnapp("evaluate", "s.nn", "--data", data, "--json").records[0]["calibration"]["before"] is None

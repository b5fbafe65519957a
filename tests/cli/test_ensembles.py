"""Several networks in ``nnapp evaluate`` and ``nnapp predict``, against the mean of their probabilities."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.command_line import Result

from nnapp.engine import Network
from nnapp.storage.dataset import Dataset
from nnapp.storage.datasets import load_dataset
from nnapp.storage.network_file import read_network, write_network
from nnapp.storage.network_metadata import NetworkMetadata

Run = Callable[..., Result]
NAMES = ("a.nn", "b.nn", "c.nn")


@pytest.fixture
def trained(nnapp: Run, data: Path) -> Dataset:
    """Train three poor networks and return the data set."""
    for seed, name in enumerate(NAMES):
        nnapp(
            "train",
            "--data",
            data,
            "--hidden",
            "4",
            "--batch-size",
            "20",
            "--epochs",
            "2",
            "--seed",
            seed,
            "--save",
            name,
        )
    return load_dataset(data)


def mean_probabilities(images: np.ndarray) -> np.ndarray:
    return np.mean([read_network(name).predict_proba(images) for name in NAMES], axis=0, dtype=np.float64)


def test_evaluate_tells_members_ensemble_and_gain(nnapp: Run, data: Path, trained: Dataset) -> None:
    [record] = nnapp("evaluate", *NAMES, "--data", data, "--json").records
    labels = trained.test_labels
    probabilities = mean_probabilities(trained.test_images)
    accuracies = [float(np.mean(read_network(name).network.predict(trained.test_images) == labels)) for name in NAMES]
    together = float(np.mean(probabilities.argmax(axis=1) == labels))
    assert record["networks"] == list(NAMES)
    assert [member["accuracy"] for member in record["members"]] == accuracies
    assert record["accuracy"] == together
    assert record["gain_over_best"] == pytest.approx(together - max(accuracies))
    assert record["gain_over_mean"] == pytest.approx(together - sum(accuracies) / 3)
    assert record["loss"] == pytest.approx(-np.mean(np.log(probabilities[np.arange(80), labels])), rel=1e-5)
    assert np.sum(record["confusion"]) == 80
    assert np.trace(record["confusion"]) == round(together * 80)
    alone = nnapp("evaluate", "b.nn", "--data", data, "--json").records[0]
    assert record["members"][1]["expected_calibration_error"] == alone["calibration"]["expected_calibration_error"]


def test_table_of_an_ensemble(nnapp: Run, data: Path, trained: Dataset) -> None:
    out = nnapp("evaluate", *NAMES, "--data", data).out
    for words in (*NAMES, "mean of the 3", "ensemble", "points (", "predicted", "expected error"):
        assert words in out


def test_predict_with_several_networks(nnapp: Run, data: Path, trained: Dataset) -> None:
    image = trained.test_images[3]
    Image.fromarray(image).save("three.png")
    options = ("--with", "b.nn", "--with", "c.nn", "--data", data)
    by_index, by_file = nnapp("predict", "a.nn", "test:3", "three.png", *options, "--json").records
    expected = mean_probabilities(image[np.newaxis])[0]
    for record in (by_index, by_file):
        np.testing.assert_allclose(record["probabilities"], expected, rtol=1e-5, atol=1e-7)
        assert record["digit"] == int(expected.argmax())
        assert [member["network"] for member in record["members"]] == list(NAMES)
    for member in by_index["members"]:
        own = read_network(member["network"])
        assert member["digit"] == int(own.network.predict(image[np.newaxis])[0])
        assert member["probability"] == pytest.approx(float(own.predict_proba(image[np.newaxis]).max()), rel=1e-5)
    lines = nnapp("predict", "a.nn", "test:3", *options).out.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("test:3: ")
    assert [line.split(":")[0].strip() for line in lines[1:]] == list(NAMES)


def test_networks_that_do_not_fit_each_other_are_refused(nnapp: Run, data: Path, trained: Dataset) -> None:
    write_network("wide.nn", Network.dense([20, 10]), NetworkMetadata(input_shape=(4, 5)))
    for command in (("evaluate", "a.nn", "wide.nn"), ("predict", "a.nn", "test:0", "--with", "wide.nn")):
        result = nnapp(*command, "--data", data)
        assert result.code == 1
        assert "All networks of an ensemble must take images of the same size; got 4×5 in wide.nn" in result.err


def test_images_learnt_from_must_be_the_same_for_all(nnapp: Run, data: Path, trained: Dataset) -> None:
    for split in ("train", "validation"):
        result = nnapp("evaluate", "a.nn", "b.nn", "--data", data, "--split", split)
        assert result.code == 1
        assert f"the same training images to be evaluated on --split {split}" in result.err
        given = nnapp("evaluate", "a.nn", "b.nn", "--data", data, "--split", split, "--seed", "5", "--json")
        assert given.records[0]["n_images"] == {"train": 180, "validation": 20}[split]

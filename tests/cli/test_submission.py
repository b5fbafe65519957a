"""``nnapp submission``: Kaggle's form, checked against the network itself."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.command_line import Result

from nnapp.engine import Network
from nnapp.storage.network_file import write_network
from nnapp.storage.network_metadata import NetworkMetadata

Run = Callable[..., Result]


@pytest.fixture
def network(tmp_path: Path) -> Network:
    network = Network.dense([4, 3, 2], rng=np.random.default_rng(3))
    write_network(tmp_path / "a.nn", network)
    return network


@pytest.fixture
def images(tmp_path: Path) -> np.ndarray:
    """Return 25 images of 2 × 2 pixels, which stand in test.csv."""
    images = np.random.default_rng(1).integers(0, 256, (25, 4), np.uint8)
    rows = [",".join(map(str, row)) for row in images]
    (tmp_path / "test.csv").write_text("pixel0,pixel1,pixel2,pixel3\n" + "\n".join(rows) + "\n")
    return images


def test_answers_are_counted_from_one(nnapp: Run, network: Network, images: np.ndarray, tmp_path: Path) -> None:
    done = nnapp("submission", "a.nn", "test.csv", "submission.csv")
    assert (done.code, done.out) == (0, "25 answers written to submission.csv.\n")
    with open(tmp_path / "submission.csv", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    assert header == ["ImageId", "Label"]
    expected = network.forward(images).argmax(axis=1)
    assert rows == [[str(number), str(label)] for number, label in enumerate(expected, 1)]
    assert len(set(expected)) == 2


def test_classes_by_their_names(nnapp: Run, network: Network, images: np.ndarray, tmp_path: Path) -> None:
    write_network(tmp_path / "b.nn", network, NetworkMetadata(class_names=("cat, big", "dog"), input_shape=(2, 2)))
    nnapp("submission", "b.nn", "test.csv", "out.csv")
    with open(tmp_path / "out.csv", newline="") as stream:
        assert {label for _, label in list(csv.reader(stream))[1:]} == {"cat, big", "dog"}


def test_other_images_are_refused_and_nothing_is_written(nnapp: Run, network: Network, tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text("1,2,3,4,5,6,7,8,9\n")
    done = nnapp("submission", "a.nn", "test.csv", "out.csv")
    assert done.code == 1
    assert "must have 4 pixels; got 9" in done.err
    assert not (tmp_path / "out.csv").exists()


def test_a_table_with_labels_is_no_question(nnapp: Run, network: Network, tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("label,a,b,c,d\n1,2,3,4,5\n")
    done = nnapp("submission", "a.nn", "train.csv", "out.csv")
    assert (done.code, "without labels" in done.err) == (1, True)


def test_networks_of_other_programs(nnapp: Run, network: Network, images: np.ndarray, tmp_path: Path) -> None:
    (w1, b1), (w2, b2) = ((layer.weights, layer.biases) for layer in network.dense_layers)
    np.savez(tmp_path / "a.npz", W1=w1.T, b1=b1, W2=w2.T, b2=b2)
    said = ("--activation", network.activation_names[0], "--output", network.activation_names[-1])
    nnapp("submission", "a.nn", "test.csv", "own.csv")
    done = nnapp("submission", "a.npz", "test.csv", "other.csv", *said, "--input-scale", "unit")
    assert done.code == 0, done.err
    assert (tmp_path / "other.csv").read_bytes() == (tmp_path / "own.csv").read_bytes()


@pytest.mark.parametrize("answers", ["test.csv", "a.nn", "./test.csv"])
def test_neither_questions_nor_network_are_written_over(
    nnapp: Run, network: Network, images: np.ndarray, tmp_path: Path, answers: str
) -> None:
    before = (tmp_path / answers).read_bytes()
    done = nnapp("submission", "a.nn", "test.csv", answers)
    assert (done.code, "a file of their own" in done.err) == (1, True)
    assert (tmp_path / answers).read_bytes() == before


def test_a_place_that_cannot_be_written_to_is_told_first(nnapp: Run, images: np.ndarray) -> None:
    """Before the network, which is not there, is looked for."""
    done = nnapp("submission", "missing.nn", "test.csv", "nowhere/out.csv")
    assert (done.code, "nowhere does not exist" in done.err) == (1, True)


def test_no_images(nnapp: Run, network: Network, tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text("pixel0,pixel1,pixel2,pixel3\n")
    done = nnapp("submission", "a.nn", "test.csv", "out.csv")
    assert (done.code, "got no row" in done.err, (tmp_path / "out.csv").exists()) == (1, True, False)


def test_many_images_in_pieces(nnapp: Run, network: Network, tmp_path: Path) -> None:
    """The 2,500 images are asked about 1,000 at a time."""
    images = np.random.default_rng(2).integers(0, 256, (2500, 4), np.uint8)
    (tmp_path / "test.csv").write_text("\n".join(",".join(map(str, row)) for row in images) + "\n")
    assert nnapp("submission", "a.nn", "test.csv", "out.csv").out == "2,500 answers written to out.csv.\n"
    with open(tmp_path / "out.csv", newline="") as stream:
        answers = [int(label) for _, label in list(csv.reader(stream))[1:]]
    assert answers == network.forward(images).argmax(axis=1).tolist()

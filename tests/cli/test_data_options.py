"""Which data set a command works on: named, remembered, found, fetched, or drawn where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from support.command_line import Result
from support.data_sets import write_data_set
from support.mirror import Mirror
from support.published import SENT
from support.web_server import Answer, WebServer, cut_at, send_html, send_status

from nnapp.storage.dataset import DataChoice
from nnapp.storage.datasets import load_dataset
from nnapp.storage.network_file import read_network, write_network
from nnapp.storage.preferences import Preferences, save_preferences
from nnapp.storage.published_datasets import DATASETS, FILE_NAMES, MNIST
from nnapp.storage.source_names import SyntheticChoice

Run = Callable[..., Result]

QUICK = ("--hidden", "8", "--batch-size", "10", "--epochs", "1", "--save", "a.nn")


def remember(choice: DataChoice) -> None:
    assert save_preferences(Preferences(data=choice))


@pytest.fixture
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no data set anywhere, and no way to fetch one."""
    monkeypatch.setattr("nnapp.storage.folders._project_data_folder", lambda: None)
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.delenv("no_proxy", raising=False)


def test_npz_file_with_names_of_classes(nnapp: Run, data: Path) -> None:
    images = load_dataset(data)
    names = np.array([f"digit {number}" for number in range(10)])
    np.savez("own.npz", X=images.training_images, y=names[images.training_labels])
    assert nnapp("train", "--data", "own.npz", *QUICK).code == 0
    network = read_network("a.nn")
    assert network.class_names == tuple(names)
    assert network.metadata.training["data_set"] == "own"
    # A fifth of the 200 was set apart, whichever command asks.
    assert nnapp("evaluate", "a.nn", "--data", "own.npz", "--json").records[0]["n_images"] == 40


def test_split_is_the_same_for_the_same_options(nnapp: Run, data: Path) -> None:
    options = ("--data", data, "--test-fraction", "0.5", "--split-seed", "3")
    assert nnapp("train", *options, *QUICK).code == 0
    first = nnapp("evaluate", "a.nn", *options, "--json").records[0]
    assert first["n_images"] == 140  # half of 200 + 80
    assert nnapp("evaluate", "a.nn", *options, "--json").records[0] == first
    other = nnapp("evaluate", "a.nn", *options[:-1], "4", "--json").records[0]
    assert other["confusion"] != first["confusion"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--test-fraction", "1"), "Test fraction must be a number greater than 0 and at most 0.9; got 1.0."),
        (("--test-fraction", "half"), "Test fraction must be a number greater than 0 and at most 0.9; got 'half'."),
        (("--split-seed", "-1"), "Split seed must be a whole number at least 0 and at most 4,294,967,295; got -1."),
        (("--data", "synthetic:5"), "Number of synthetic digits must be a whole number at least 100 "),
        (("--data", "nothing"), "The data set must be a known name (mnist, "),
    ],
)
def test_wrong_options_are_one_sentence(nnapp: Run, options: tuple[str, str], sentence: str) -> None:
    result = nnapp("train", *options)
    assert result.code == 1
    assert result.err.startswith(f"nnapp: {sentence}")
    assert result.err.count("\n") == 1


def test_what_is_remembered_is_used_where_nothing_is_named(nnapp: Run, data: Path, tmp_path: Path) -> None:
    remember(DataChoice(str(data), 0.25, 1))
    assert nnapp("train", *QUICK).code == 0
    n_images = {
        options: nnapp("evaluate", "a.nn", *options, "--json").records[0]["n_images"]
        for options in ((), ("--test-fraction", "0.5"), ("--data", str(data)))
    }
    # A quarter and a half of 280; the data set is split as the network's file says also where it is named.
    assert list(n_images.values()) == [70, 140, 70]
    # For a network that says nothing of a split, what is named is not mixed with what is remembered.
    write_network("plain.nn", read_network("a.nn").network)
    assert nnapp("evaluate", "plain.nn", "--data", str(data), "--json").records[0]["n_images"] == 80


def test_remembered_data_set_that_is_gone(nnapp: Run, tmp_path: Path) -> None:
    remember(DataChoice(str(tmp_path / "gone")))
    result = nnapp("train", *QUICK)
    assert result.code == 1
    assert result.err.endswith(
        f"got {tmp_path / 'gone'}. It is the remembered data set; `nnapp data use --forget` forgets it.\n"
    )


def test_fewer_classes_than_the_network_has(nnapp: Run, data: Path) -> None:
    assert nnapp("train", "--data", data, *QUICK).code == 0
    images = load_dataset(data)
    chosen = images.test_labels >= 5
    np.savez("high.npz", X=images.test_images[chosen], y=images.test_labels[chosen])
    record = nnapp("evaluate", "a.nn", "--data", "high.npz", "--split", "test", "--json").records[0]
    # 8 of each of five classes, of which a fifth is set apart; none below 5.
    counts = [sum(row) for row in record["confusion"]]
    assert counts[:5] == [0, 0, 0, 0, 0]
    assert sum(counts) == 8
    assert [entry["class"] for entry in record["per_class"]] == list("0123456789")
    assert nnapp("train", "a.nn", "--data", "high.npz", *QUICK[2:-1], "b.nn").code == 0
    assert read_network("b.nn").class_names == tuple("0123456789")


@pytest.fixture
def few_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a hundred synthetic digits be enough where none were asked for."""
    monkeypatch.setattr("nnapp.storage.datasets.SyntheticChoice", lambda: SyntheticChoice(100))


def train_on_drawn_digits(nnapp: Run, tmp_path: Path) -> list[str]:
    """Train with no word about data, check what everybody is told, and return the warnings."""
    result = nnapp("train", *QUICK)
    assert result.code == 0
    assert read_network("a.nn").metadata.training["data_set"] == "Synthetic digits"
    warnings = result.err.splitlines()
    assert all(line.startswith("nnapp: warning: ") for line in warnings)
    # Why it failed, and how to have MNIST nevertheless.
    assert "MNIST cannot be downloaded (" in warnings[0]
    assert "so digits drawn by nnapp are used; `nnapp data download mnist` fetches the real ones" in warnings[1]
    folder = tmp_path / "cache" / "nnapp" / "mnist"
    for name in FILE_NAMES:
        assert f"{name}.gz" in warnings[1]
    assert f"into {folder}." in warnings[1]
    assert list(folder.iterdir()) == []
    return warnings


@pytest.mark.usefixtures("no_data", "few_drawn")
def test_without_data_and_network_synthetic_digits_are_drawn(nnapp: Run, tmp_path: Path) -> None:
    # Both of MNIST's own mirrors, behind a proxy where nobody answers: none is asked in earnest.
    warning = train_on_drawn_digits(nnapp, tmp_path)[0]
    for mirror in MNIST.mirrors:
        assert f"{urlsplit(mirror).netloc}: the connection through the proxy 127.0.0.1:9 failed" in warning


@pytest.mark.usefixtures("no_data", "few_drawn")
@pytest.mark.parametrize(
    ("answer", "reason"),
    [(send_status(403), "it answered 403 Forbidden"), (send_html, "it sent a web page"), (cut_at(0), "it broke off")],
)
def test_where_mirrors_refuse_synthetic_digits_are_drawn(
    nnapp: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, reason: str
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    servers = [WebServer(SENT, answer) for _ in range(2)]
    monkeypatch.setitem(DATASETS, "mnist", replace(MNIST, mirrors=tuple(server.address for server in servers)))
    try:
        warning = train_on_drawn_digits(nnapp, tmp_path)[0]
    finally:
        for server in servers:
            server.close()
    for server in servers:
        assert f"{server.host}: {reason}" in warning
        assert server.names


@pytest.mark.usefixtures("no_data")
def test_named_set_that_cannot_be_fetched_is_an_error(nnapp: Run) -> None:
    result = nnapp("train", "--data", "mnist", *QUICK)
    assert result.code == 1
    assert "train-images-idx3-ubyte.gz" in result.err
    assert not Path("a.nn").exists()


@pytest.fixture
def mirror(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    mirror = Mirror(data)
    monkeypatch.setattr("nnapp.storage.folders._project_data_folder", lambda: None)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setitem(DATASETS, "mnist", mirror.published)
    with mirror.running():
        yield


@pytest.mark.usefixtures("mirror")
@pytest.mark.parametrize("options", [(), ("--data", "mnist")])
def test_mnist_is_fetched_where_it_is_missing(nnapp: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    result = nnapp("train", *options, *QUICK)
    assert result.code == 0, result.err
    assert read_network("a.nn").metadata.training["data_set"] == "MNIST"
    assert (tmp_path / "cache" / "nnapp" / "mnist").is_dir()
    write_data_set(tmp_path / "data", shape=(6, 6), n_classes=3)
    # By name it is still MNIST, though another set is now found first.
    assert nnapp("evaluate", "a.nn", "--data", "mnist", "--json").records[0]["n_images"] == 80

"""Every command in the tables of docs/data.md and docs/networks.md does what its row says."""

from __future__ import annotations

import json
import pickle
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from support.data_sets import make_images, write_data_set
from support.mirror import Mirror
from support.torch_archive import archive_of, tensor

from nnapp.cli import main
from nnapp.engine import Network
from nnapp.storage.exchange.writers import write_any_network
from nnapp.storage.network_file import StoredNetwork, write_network
from nnapp.storage.network_metadata import NetworkMetadata
from nnapp.storage.personal_digits import PersonalDigits
from nnapp.storage.published_datasets import DATASETS

PROJECT = Path(__file__).resolve().parent.parent
NAMES = ("data.md", "networks.md")


@dataclass(frozen=True)
class Row:
    """One command of a table."""

    document: str
    command: str

    @property
    def arguments(self) -> list[str]:
        return shlex.split(self.command)[1:]


def rows() -> list[Row]:
    """Return every command that stands in a table."""
    found = []
    for name in NAMES:
        for line in (PROJECT / "docs" / name).read_text("utf-8").splitlines():
            if line.startswith("|"):
                found += [Row(name, command) for command in re.findall(r"`(nnapp [^`]+)`", line)]
    return found


def write_folders(folder: Path) -> None:
    """Write a folder of images for each of two classes."""
    rng = np.random.default_rng(0)
    for name in ("cross", "ring"):
        (folder / name).mkdir(parents=True)
        for number in range(12):
            Image.fromarray(rng.integers(0, 255, (28, 28), np.uint8)).save(folder / name / f"{number}.png")


def write_csv(path: Path, images: NDArray[np.uint8], labels: NDArray[Any] | None) -> None:
    """Write a table like Kaggle's, without labels if there are none."""
    pixels = images.reshape(len(images), -1)
    header = [f"pixel{index}" for index in range(pixels.shape[1])]
    table = pixels if labels is None else np.column_stack([labels, pixels])
    header = header if labels is None else ["label", *header]
    lines = [",".join(header), *(",".join(map(str, row)) for row in table)]
    path.write_text("\n".join(lines) + "\n", "ascii")


def write_data(folder: Path) -> None:
    """Write data sets of every form."""
    rng = np.random.default_rng(1)
    labels = np.arange(200) % 10
    images = make_images(labels, rng, (28, 28))
    write_data_set(folder / "idx")
    write_folders(folder / "shapes")
    write_csv(folder / "letters.csv", images, np.array(list("abcdefghij"))[labels])
    (folder / "kaggle").mkdir()
    write_csv(folder / "kaggle" / "train.csv", images, labels)
    write_csv(folder / "kaggle" / "test.csv", images[:30], None)
    shutil.copy(folder / "kaggle" / "test.csv", folder / "test.csv")
    arrays = {"x_train": images, "y_train": labels, "x_test": images[:50], "y_test": labels[:50]}
    np.savez_compressed(folder / "images.npz", **arrays)


def write_networks(folder: Path) -> None:
    """Write a network as every program would."""
    network = Network.dense([784, 16, 10], rng=np.random.default_rng(0))
    stored = StoredNetwork(network, NetworkMetadata(loss="cross-entropy", input_shape=(28, 28)))
    write_network(folder / "digits.nn", network, stored.metadata)
    (w1, b1), (w2, b2) = ((layer.weights, layer.biases) for layer in network.dense_layers)
    np.savez(folder / "arrays.npz", W1=w1.T, b1=b1, W2=w2.T, b2=b2)
    weights, biases = np.empty(2, object), np.empty(2, object)
    weights[:], biases[:] = [w1, w2], [b1, b2]
    np.savez(folder / "pickled.npz", weights=weights, biases=biases)
    np.save(folder / "dictionary.npy", np.array({"W1": w1, "b1": b1, "W2": w2, "b2": b2}, object))
    (folder / "lists.pkl").write_bytes(pickle.dumps([[w1, w2], [b1, b2]]))
    named = {"0.weight": w1, "0.bias": b1, "2.weight": w2, "2.bias": b2}
    state = {name: tensor(str(key), values) for key, (name, values) in enumerate(named.items())}
    (folder / "torch.pth").write_bytes(archive_of(state).getvalue())
    sklearn = {"coefs": [w1.T.tolist(), w2.T.tolist()], "intercepts": [b1.tolist(), b2.tolist()]}
    (folder / "sklearn.json").write_text(json.dumps({**sklearn, "activation": "relu", "out_activation_": "softmax"}))
    nielsen = {"sizes": [784, 16, 10], "weights": [w1.tolist(), w2.tolist()], "cost": "CrossEntropyCost"}
    (folder / "nielsen.json").write_text(
        json.dumps({**nielsen, "biases": [b1[:, None].tolist(), b2[:, None].tolist()]})
    )
    write_any_network(folder / "model.onnx", stored)
    write_any_network(folder / "torch.safetensors", stored)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all files that the documents name."""
    folder = tmp_path_factory.mktemp("workshop")
    write_data(folder)
    write_networks(folder)
    return folder


@pytest.fixture
def mirrors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the published sets be small ones that this computer serves, and none of them be here already."""
    monkeypatch.setattr("nnapp.storage.folders._project_data_folder", lambda: None)
    monkeypatch.delenv("NNAPP_DATA", raising=False)
    with ExitStack() as stack:
        for number, (name, published) in enumerate(DATASETS.items()):
            # Sets are told apart by their labels.
            mirror = Mirror(write_data_set(tmp_path / f"served {name}", first=number), published)
            stack.enter_context(mirror.running())
            monkeypatch.setitem(DATASETS, name, mirror.published)
        yield


@pytest.mark.usefixtures("mirrors")
@pytest.mark.parametrize("row", rows(), ids=lambda row: row.command)
def test_command(
    row: Row, workshop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "workshop"
    shutil.copytree(workshop, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NNAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    labels = np.arange(24) % 2
    for image, label in zip(make_images(labels, np.random.default_rng(0), (28, 28)), labels, strict=True):
        PersonalDigits().add(image, int(label))

    assert main(row.arguments) == 0, capsys.readouterr().err


def test_all_formats_are_told_of() -> None:
    """A format that has no row in the documents is not known to anybody."""
    from nnapp.storage.exchange.readers import READERS
    from nnapp.storage.exchange.writers import WRITERS

    text = (PROJECT / "docs" / "networks.md").read_text("utf-8")
    for ending in {ending for reader in READERS for ending in reader.endings} | set(WRITERS):
        assert ending.removeprefix(".").lower() in text.lower(), ending

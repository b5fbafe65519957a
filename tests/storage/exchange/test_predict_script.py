"""The script that recognises images by itself: run as people run it, in a process without nnapp."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.engine import Network
from nnapp.engine.activations import ACTIVATIONS
from nnapp.errors import NetworkError
from nnapp.storage.exchange import predict_script
from nnapp.storage.exchange.predict_script import write_predict_script
from nnapp.storage.network_file import StoredNetwork, read_network
from nnapp.storage.network_metadata import NetworkMetadata

PROJECT = Path(__file__).resolve().parents[3]
HIDDEN = [name for name, rule in ACTIVATIONS.items() if rule.for_hidden_layers]

# Imports the script, and fails if anything of nnapp or any package but NumPy has come with it.
DRIVER = """
import sys
before = set(sys.modules)
import predict, numpy as np
tops = {name.partition(".")[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)
assert tops <= {"predict", "numpy"}, tops
np.save("answers.npy", predict.predict(np.load("images.npy")))
print(ascii(predict.CLASS_NAMES))
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def answers(folder: Path, images: np.ndarray[Any, Any]) -> tuple[Any, list[str]]:
    """Return what `predict` of the script answers, and its class names."""
    np.save(folder / "images.npy", images)
    done = run(folder, "-c", DRIVER)
    assert done.returncode == 0, done.stderr
    return np.load(folder / "answers.npy"), ast.literal_eval(done.stdout)


def pixels(n_images: int, n_inputs: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(1).integers(0, 256, (n_images, n_inputs)).astype(np.uint8)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StoredNetwork]:
    """Return the folder of the script of the shipped network, and the network."""
    folder = tmp_path_factory.mktemp("script")
    stored = read_network(PROJECT / "networks" / "small-128-64.nn")
    write_predict_script(folder / "predict.py", stored)
    return folder, stored


def test_the_same_probabilities(shipped: tuple[Path, StoredNetwork]) -> None:
    folder, stored = shipped
    images = pixels(20, 784)
    found, names = answers(folder, images.reshape(20, 28, 28))
    np.testing.assert_allclose(found, stored.network.predict_proba(images, stored.metadata.temperature), atol=1e-6)
    assert names == list("0123456789")


@pytest.mark.parametrize("output", ACTIVATIONS)
def test_every_activation(tmp_path: Path, output: str) -> None:
    """All hidden ones in one network; outputs that are no probabilities are divided by their sum."""
    sizes = [6, *range(5, 5 + len(HIDDEN)), 3]
    network = Network.from_activations(sizes, [*HIDDEN, output], rng=np.random.default_rng(2))
    write_predict_script(tmp_path / "predict.py", StoredNetwork(network))
    images = pixels(9, 6)
    images[0] = 0
    found, _ = answers(tmp_path, images)
    np.testing.assert_allclose(found, network.predict_proba(images), atol=1e-6)


def test_large_sums_neither_warn_nor_overflow(tmp_path: Path) -> None:
    network = Network.dense([2, 2], output_activation="sigmoid", initializer=None)
    network.parameters[:] = [1e4, -1e4, -1e4, 1e4, 0, 0]
    write_predict_script(tmp_path / "predict.py", StoredNetwork(network))
    found, _ = answers(tmp_path, np.array([[255, 0]], np.uint8))
    assert found.tolist() == [[1, 0]]


@pytest.mark.parametrize("kind", ["npy", "npy of one image", "csv", "csv with label and names", "csv of floats"])
def test_the_command(shipped: tuple[Path, StoredNetwork], kind: str) -> None:
    folder, stored = shipped
    images = pixels(1 if kind == "npy of one image" else 3, 784)
    name = "images.npy" if kind.startswith("npy") else "images.csv"
    if kind.startswith("npy"):
        np.save(folder / name, images.reshape(28, 28) if kind == "npy of one image" else images)
    elif kind == "csv of floats":
        np.savetxt(folder / name, images, delimiter=",")
    elif kind == "csv":
        np.savetxt(folder / name, images, "%d", delimiter=",")
    else:
        header = ",".join(["label", *(f"pixel{i}" for i in range(784))])
        table = np.concatenate([np.full((len(images), 1), 7), images], axis=1)
        np.savetxt(folder / name, table, "%d", delimiter=",", header=header, comments="")
    done = run(folder, "predict.py", name)
    assert done.stderr == ""
    probabilities = stored.network.predict_proba(images, stored.metadata.temperature)
    expected = [(str(number), str(row.argmax()), f"{row.max():.1%}") for number, row in enumerate(probabilities)]
    assert re.findall(r"^\S+ image (\d+): (\d) \((.*)\)$", done.stdout, re.MULTILINE) == expected


def test_without_a_file_it_says_how_it_is_used(shipped: tuple[Path, StoredNetwork]) -> None:
    done = run(shipped[0], "predict.py")
    assert done.returncode == 1
    assert "python predict.py pixels.csv" in done.stderr
    assert "784-128-64-10" in done.stderr


def test_it_is_of_one_page_and_as_tidy_as_our_own_code(shipped: tuple[Path, StoredNetwork]) -> None:
    path = shipped[0] / "predict.py"
    lines = path.read_text("utf-8").splitlines()
    assert lines.index('PARAMETERS = """') < 100
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "--config", str(PROJECT / "ruff.toml"), str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_texts_of_a_file_stay_texts(tmp_path: Path) -> None:
    """A file of unknown origin cannot put code into the script."""
    names = ('"]; raise SystemExit("x") #', "'''", '"""', "\\", "a\nb", "\u2028é鼠😀", "{name}")
    network = Network.dense([4, len(names)])
    write_predict_script(tmp_path / "predict.py", StoredNetwork(network, NetworkMetadata(class_names=names)))
    _, found = answers(tmp_path, pixels(2, 4))
    assert tuple(found) == names
    top = ast.parse((tmp_path / "predict.py").read_bytes()).body
    assert [type(node).__name__ for node in top] == [
        *("Expr", "Import", "Import", "Import", "Assign", "Assign", "Assign"),
        *("FunctionDef", "FunctionDef", "FunctionDef", "FunctionDef", "FunctionDef", "Assign", "If"),
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("digits.py", "digits"), ("my digits.py", "predict"), ('a"""b.py', "predict"), ("é.py", "predict")],
)
def test_the_script_calls_itself_by_its_name(tmp_path: Path, name: str, shown: str) -> None:
    write_predict_script(tmp_path / name, StoredNetwork(Network.dense([4, 2])))
    text = (tmp_path / name).read_text("utf-8")
    ast.parse(text)
    assert f"from {shown} import CLASS_NAMES, predict" in text


def test_a_network_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict_script, "MAX_SCRIPT_PARAMETERS", 9)
    with pytest.raises(NetworkError, match="at most 9 weights and biases to be written as a script; got 10"):
        write_predict_script(tmp_path / "predict.py", StoredNetwork(Network.dense([4, 2])))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["digit.png", "missing.csv", "short.csv", "digit.npy"])
def test_what_it_cannot_use_is_told_in_a_sentence(shipped: tuple[Path, StoredNetwork], name: str) -> None:
    folder, _ = shipped
    if name == "short.csv":
        (folder / name).write_text("1,2,3\n")
    elif name != "missing.csv":
        (folder / name).write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    done = run(folder, "predict.py", name)
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"{name} must be a CSV file or an .npy array with 784 numbers of 0 to 255 for each image"
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("activations", [["softmax"], ["tanh", "softmax"], ["relu", "sigmoid", "softmax"]])
def test_probabilities_are_those_at_the_temperature(tmp_path: Path, activations: list[str]) -> None:
    sizes = [6, 5, 4, 3][-len(activations) - 1 :]
    network = Network.from_activations(sizes, activations, rng=np.random.default_rng(2))
    stored = StoredNetwork(network, NetworkMetadata(temperature=2.5))
    write_predict_script(tmp_path / "predict.py", stored)
    images = pixels(8, sizes[0])
    found, _ = answers(tmp_path, images)
    np.testing.assert_allclose(found, stored.predict_proba(images), rtol=1e-5, atol=1e-6)
    assert np.abs(found - network.predict_proba(images)).max() > 1e-3

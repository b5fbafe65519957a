"""The testing window opened from the training window: what it is given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.training_window import record_testing_windows

from nnapp.engine.network import Network
from nnapp.errors import StorageError
from nnapp.gui.testing_process import open_testing_window
from nnapp.storage.dataset import DataChoice
from nnapp.storage.network_file import read_network
from nnapp.storage.network_metadata import NetworkMetadata

METADATA = NetworkMetadata(loss="squared-error", class_names=("no", "yes"))


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return Network.dense([4, 3, 2], rng=np.random.default_rng(2))


@pytest.mark.parametrize(
    ("name", "index", "file_name", "ending"),
    [
        ("a.nn", 17, "a.nn", ["--split", "train", "--index", "17"]),
        ("untitled", None, "untitled.nn", ["--split", "train"]),
    ],
)
def test_process_gets_a_copy_of_the_network_and_the_image(
    network: Network, monkeypatch: pytest.MonkeyPatch, name: str, index: int | None, file_name: str, ending: list[str]
) -> None:
    started = record_testing_windows(monkeypatch)
    open_testing_window(network, METADATA, name, DataChoice("some data", 0.25), "train", index)
    ((program, option, script, path, *rest),) = started
    assert (program, option) == (sys.executable, "-c")
    assert rest == ["--temporary", "--data", "some data", "--test-fraction", "0.25", *ending]
    assert Path(path).name == file_name
    stored = read_network(path)
    np.testing.assert_array_equal(stored.network.parameters, network.parameters)
    assert stored.metadata == METADATA
    # What is started is there.
    imported = script.partition(";")[2].partition(";")[0].strip()
    assert subprocess.run([sys.executable, "-c", imported], check=False, cwd=Path(__file__).parents[2]).returncode == 0


def test_two_windows_do_not_share_a_file(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    started = record_testing_windows(monkeypatch)
    for _ in range(2):
        open_testing_window(network, METADATA, "a.nn", DataChoice("data"), "test", 0)
    assert started[0][3] != started[1][3]


def test_full_disk_is_told(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    started = record_testing_windows(monkeypatch)
    monkeypatch.setattr("tempfile.tempdir", "/nowhere/at/all")
    with pytest.raises(StorageError, match="Cannot open the testing window with /nowhere/at/all"):
        open_testing_window(network, METADATA, "a.nn", DataChoice("data"), "test", 0)
    assert started == []


def test_other_process_finds_the_package_from_any_folder(
    network: Network, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environments: list[dict[str, str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: environments.append(options["env"]))
    open_testing_window(network, METADATA, "a.nn", DataChoice("data"), "test", 0)
    monkeypatch.undo()
    # -S leaves out the packages installed for the tests, nnapp among them.
    command = [sys.executable, "-S", "-c", "import nnapp.errors"]
    assert subprocess.run(command, cwd=tmp_path, env=environments[0], check=False).returncode == 0
    bare = {name: value for name, value in environments[0].items() if name != "PYTHONPATH"}
    assert subprocess.run(command, cwd=tmp_path, env=bare, check=False, capture_output=True).returncode != 0

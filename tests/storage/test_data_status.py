"""What is told of the published data sets on this computer; the sets here are small, and in folders of the test's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.data_sets import write_data_set
from support.published import CONTENTS, FIRST, SENT, published_at

from nnapp.storage import data_status
from nnapp.storage.data_status import DataStatus, data_statuses, default_data, statuses
from nnapp.storage.dataset import DataChoice
from nnapp.storage.published_datasets import DATASETS, FASHION_MNIST, FILE_NAMES, KMNIST, MNIST
from nnapp.storage.source_names import SyntheticChoice

TOTAL = sum(map(len, SENT.values()))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that data sets are kept in, with none in it; the three published sets are small ones."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("nnapp.storage.folders._project_data_folder", lambda: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NNAPP_DATA", str(tmp_path / "home"))
    monkeypatch.setitem(DATASETS, "mnist", published_at(like=MNIST))
    monkeypatch.setitem(DATASETS, "kmnist", published_at(like=KMNIST))
    return tmp_path / "home"


def write_sent(folder: Path, names: tuple[str, ...] = tuple(SENT)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(SENT[name])
    return folder


def status_of(source: str, *, check: bool = False) -> DataStatus:
    (status,) = (status for status in data_statuses(check=check) if status.source == source)
    return status


# States -------------------------------------------------------------------------------------------


def test_nothing_here(home: Path) -> None:
    assert [status.source for status in data_statuses()] == ["mnist", "fashion-mnist", "kmnist"]
    status = status_of("fashion-mnist")
    assert status == DataStatus(
        name="Fashion-MNIST",
        source="fashion-mnist",
        state="missing",
        location=str(home / "fashion-mnist"),
        n_bytes=0,
        detail="`nnapp data download fashion-mnist` fetches it",
        licence=FASHION_MNIST.licence,
        home_page=FASHION_MNIST.home_page,
    )
    assert not home.exists()  # looking makes no folders


@pytest.mark.parametrize("source", ["mnist", "kmnist"])
def test_ready(home: Path, source: str) -> None:
    folder = write_sent(home / source)
    status = status_of(source)
    assert (status.state, status.location, status.n_bytes) == ("ready", str(folder), TOTAL)
    assert (status.detail, status.is_checked) == ("", False)


def test_ready_unpacked_in_the_folder_itself(home: Path) -> None:
    home.mkdir()
    for name, content in zip(FILE_NAMES, CONTENTS, strict=True):
        (home / name).write_bytes(content)
    status = status_of("mnist")
    assert (status.state, status.location, status.n_bytes) == ("ready", str(home), sum(map(len, CONTENTS)))


def test_partial_by_whole_files(home: Path) -> None:
    write_sent(home / "mnist", tuple(SENT)[:2])
    status = status_of("mnist")
    assert status.state == "partial"
    assert status.n_bytes == sum(len(SENT[name]) for name in tuple(SENT)[:2])
    assert status.detail == (
        f"t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte missing, {100 * status.n_bytes / TOTAL:.0f} % is there; "
        "`nnapp data download mnist` fetches the rest"
    )


def test_partial_by_an_unfinished_download(home: Path) -> None:
    (home / "mnist").mkdir(parents=True)
    (home / "mnist" / f"{FIRST}.part").write_bytes(SENT[FIRST][: TOTAL // 2])
    status = status_of("mnist")
    assert (status.state, status.n_bytes) == ("partial", TOTAL // 2)
    assert "50 % is there" in status.detail


def test_partial_in_the_cache(home: Path, tmp_path: Path) -> None:
    folder = write_sent(tmp_path / "cache" / "nnapp" / "mnist", tuple(SENT)[:1])
    status = status_of("mnist")
    assert (status.state, status.location) == ("partial", str(folder))


def test_another_set_in_its_folder(home: Path) -> None:
    home.mkdir()
    write_data_set(home / "mnist")
    status = status_of("mnist")
    assert status.state == "damaged"
    assert status.detail.startswith("t10k-labels-idx1-ubyte is ")
    assert status.detail.endswith(": move the files away and download them again")


def test_damaged_labels(home: Path) -> None:
    folder = write_sent(home / "mnist")
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(SENT["t10k-labels-idx1-ubyte.gz"][:-9])
    status = status_of("mnist")
    assert status.state == "damaged"
    assert str(folder / "t10k-labels-idx1-ubyte.gz") in status.detail


def test_two_files_for_one(home: Path) -> None:
    folder = write_sent(home / "mnist")
    for name in ("train-images-idx3-ubyte", "train-images.idx3-ubyte"):
        (folder / name).write_bytes(CONTENTS[0])
    status = status_of("mnist")
    assert status.state == "damaged"
    assert "must hold one file for train-images-idx3-ubyte" in status.detail


# The checksums ------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["mnist", "kmnist"])
def test_checked(home: Path, source: str) -> None:
    write_sent(home / source)
    status = status_of(source, check=True)
    assert (status.state, status.is_checked, status.detail) == ("ready", True, "")


def test_damage_that_only_a_check_finds(home: Path) -> None:
    folder = write_sent(home / "mnist")
    for name in (FIRST, "train-labels-idx1-ubyte.gz"):
        (folder / name).write_bytes(SENT["t10k-images-idx3-ubyte.gz"])
    assert status_of("mnist").state == "ready"
    status = status_of("mnist", check=True)
    assert (status.state, status.is_checked) == ("damaged", True)
    assert status.detail == (
        f"{FIRST} is a file whose checksum is not the published one; train-labels-idx1-ubyte.gz is longer than the "
        "98 bytes of content expected: move them away and download the set again"
    )


def test_without_a_check_only_the_smallest_file_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_sent(home / "mnist")
    monkeypatch.setattr(data_status, "checking", lambda *_arguments: pytest.fail("a checksum was taken"))
    for name in FILE_NAMES[:3]:
        (home / "mnist" / f"{name}.gz").write_bytes(b"would be found damaged")
    assert status_of("mnist").state == "ready"


def test_a_check_can_be_stopped(home: Path) -> None:
    write_sent(home / "mnist")
    steps = statuses(check=True)
    assert next(steps) is None
    steps.close()


# What is used by default --------------------------------------------------------------------------


def test_default_is_what_is_remembered() -> None:
    choice = DataChoice("synthetic:500", 0.25)
    default = default_data(choice)
    assert default.choice == choice
    assert default.reason == "it is remembered; `nnapp data use --forget` forgets it"


def test_default_is_what_is_found(home: Path) -> None:
    folder = write_sent(home / "mnist")
    assert default_data(DataChoice()).choice == DataChoice(str(folder))
    shutil.rmtree(folder)
    default = default_data(DataChoice())
    assert default.choice == DataChoice(SyntheticChoice().source)
    assert "training tries MNIST first" in default.reason


def test_default_where_a_folder_is_ambiguous(home: Path) -> None:
    test_two_files_for_one(home)
    default = default_data(DataChoice())
    assert default.choice == DataChoice()
    assert default.reason.startswith("nothing can be found by itself: The folder")

"""``nnapp data status|download|use``: what is told, fetched and remembered. The mirrors are on this computer."""

from __future__ import annotations

import dataclasses
import importlib
import re
import shlex
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.command_line import Result
from support.data_sets import write_data_set
from support.mirror import Mirror
from support.web_server import WebServer, send_html, send_status

from nnapp.storage.dataset import DataChoice
from nnapp.storage.preferences import load_preferences
from nnapp.storage.published_datasets import DATASETS, FILE_NAMES, KMNIST, MNIST

Run = Callable[..., Result]

GZ_NAMES = [f"{name}.gz" for name in FILE_NAMES]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that data sets are downloaded to."""
    monkeypatch.setattr("nnapp.storage.folders._project_data_folder", lambda: None)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "cache" / "nnapp"


@pytest.fixture
def mirrors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Mirror]]:
    """Return a mirror for each published set; the sets are small ones that differ in their labels."""
    with ExitStack() as stack:
        found = {}
        for number, (name, published) in enumerate(DATASETS.items()):
            mirror = Mirror(write_data_set(tmp_path / f"served {name}", first=number), published)
            stack.enter_context(mirror.running())
            monkeypatch.setitem(DATASETS, name, mirror.published)
            found[name] = mirror
        yield found


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """Let every set be served by one mirror that refuses."""
    server = WebServer(dict.fromkeys(GZ_NAMES, b""), send_status(403))
    for name, published in DATASETS.items():
        monkeypatch.setitem(DATASETS, name, dataclasses.replace(published, mirrors=(server.address,)))
    yield server
    server.close()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# status -------------------------------------------------------------------------------------------


def test_status_where_nothing_is(nnapp: Run, kept: Path) -> None:
    result = nnapp("data", "status")
    assert result.code == 0
    for name, published in DATASETS.items():
        assert (
            f"{published.name} ({name}): missing\n"
            f"  `nnapp data download {name}` fetches it.\n"
            f"  would go to {kept / name}\n"
            f"  {published.licence}\n"
            f"  {published.home_page}\n"
        ) in result.out
    assert result.out.splitlines()[-1].startswith("Used where none is named: synthetic:12000:0 (no other was found")


@pytest.mark.usefixtures("mirrors")
def test_status_of_what_is_here(nnapp: Run, kept: Path) -> None:
    nnapp("data", "download", "mnist")
    result = nnapp("data", "status")
    assert re.search(r"^MNIST \(mnist\): ready, [0-9]+ KB\n  in ", result.out, re.MULTILINE)
    assert f"Used where none is named: {kept / 'mnist'} (it is the first that was found" in result.out
    result = nnapp("data", "status", "--check")
    assert re.search(r"^MNIST \(mnist\): ready, [0-9]+ KB, checksums right$", result.out, re.MULTILINE)


@pytest.mark.usefixtures("mirrors")
def test_status_as_json(nnapp: Run, kept: Path) -> None:
    nnapp("data", "download", "kmnist")
    result = nnapp("data", "status", "--check", "--json")
    *statuses, default = result.records
    assert [(status["source"], status["state"]) for status in statuses] == [
        ("mnist", "missing"),
        ("fashion-mnist", "missing"),
        ("kmnist", "ready"),
    ]
    last = statuses[-1]
    assert last["location"] == str(kept / "kmnist")
    assert last["n_bytes"] == sum(path.stat().st_size for path in (kept / "kmnist").iterdir())
    assert (last["licence"], last["home_page"], last["is_checked"]) == (KMNIST.licence, KMNIST.home_page, True)
    assert default["default"] == {"source": "synthetic:12000:0", "test_fraction": None, "split_seed": 0}


@pytest.mark.usefixtures("mirrors")
def test_damage_is_told_and_makes_code_1(nnapp: Run, kept: Path) -> None:
    nnapp("data", "download", "mnist")
    (kept / "mnist" / GZ_NAMES[0]).write_bytes(b"damaged")
    assert nnapp("data", "status").code == 0
    result = nnapp("data", "status", "--check")
    assert result.code == 1
    assert f"{GZ_NAMES[0]} is shorter than" in result.out
    assert "MNIST (mnist): damaged" in result.out


# download -----------------------------------------------------------------------------------------


def test_download(nnapp: Run, kept: Path, mirrors: dict[str, Mirror]) -> None:
    result = nnapp("data", "download", "fashion-mnist")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        f"Fashion-MNIST is now in {kept / 'fashion-mnist'}; its checksums are right.\n"
        "  copyright Zalando SE, MIT\n"
        "  nnapp train --data fashion-mnist\n"
    )
    assert names_in(kept / "fashion-mnist") == sorted(GZ_NAMES)
    again = nnapp("data", "download", "fashion-mnist")
    assert again.out.startswith("Fashion-MNIST was already in ")
    assert mirrors["fashion-mnist"].server.names == GZ_NAMES
    preview = nnapp("data", "preview", "fashion-mnist", "--json").records[0]
    assert (preview["name"], preview["n_training_images"]) == ("Fashion-MNIST", 200)


@pytest.mark.usefixtures("mirrors")
def test_download_elsewhere(nnapp: Run, tmp_path: Path, kept: Path) -> None:
    result = nnapp("data", "download", "mnist", "--to", "own folder")
    assert result.code == 0
    assert names_in(tmp_path / "own folder") == sorted(GZ_NAMES)
    assert not kept.exists()
    # The command that is shown works as it stands.
    shown = shlex.split(result.out.splitlines()[-1])
    assert shown[:3] == ["nnapp", "train", "--data"]
    assert nnapp("data", "preview", shown[3], "--json").records[0]["name"] == "MNIST"
    # In the usual place, its name is enough.
    assert nnapp("data", "download", "mnist", "--to", kept / "mnist").out.endswith("\n  nnapp train --data mnist\n")


@pytest.mark.usefixtures("mirrors")
def test_download_elsewhere_when_the_usual_place_is_damaged(nnapp: Run, kept: Path) -> None:
    nnapp("data", "download", "mnist")
    (kept / "mnist" / GZ_NAMES[3]).write_bytes(b"damaged")
    result = nnapp("data", "download", "mnist")
    assert result.code == 1
    assert str(kept / "mnist" / GZ_NAMES[3]) in result.err
    result = nnapp("data", "download", "mnist", "--to", "own")
    assert (result.code, result.err) == (0, "")


@pytest.mark.usefixtures("mirrors")
def test_download_as_json(nnapp: Run, kept: Path) -> None:
    record = {"source": "mnist", "folder": str(kept / "mnist"), "was_there": False}
    assert nnapp("data", "download", "mnist", "--json").records == [record]
    assert nnapp("data", "download", "mnist", "--json").records == [{**record, "was_there": True}]


@pytest.mark.usefixtures("mirrors")
def test_download_all(nnapp: Run, tmp_path: Path, kept: Path) -> None:
    result = nnapp("data", "download", "all", "--json")
    assert result.code == 0
    assert [record["source"] for record in result.records] == list(DATASETS)
    assert names_in(kept) == sorted(DATASETS)
    result = nnapp("data", "download", "all", "--to", "everything")
    assert result.code == 0
    assert names_in(tmp_path / "everything") == sorted(DATASETS)


def test_download_all_goes_on_after_a_failure(
    nnapp: Run, kept: Path, mirrors: dict[str, Mirror], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = WebServer(dict.fromkeys(GZ_NAMES, b""), send_html)
    monkeypatch.setitem(DATASETS, "mnist", dataclasses.replace(MNIST, mirrors=(server.address,)))
    try:
        result = nnapp("data", "download", "all")
    finally:
        server.close()
    assert result.code == 1
    assert result.err.startswith("nnapp: MNIST cannot be downloaded (127.0.0.1:")
    assert result.err.count("\n") == 1
    assert "Fashion-MNIST is now in" in result.out
    assert "KMNIST is now in" in result.out
    assert [len(names_in(kept / name)) for name in DATASETS] == [0, 4, 4]


def test_no_mirror_answers(nnapp: Run, kept: Path, refusing: WebServer) -> None:
    result = nnapp("data", "download", "mnist")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        f"nnapp: MNIST cannot be downloaded ({refusing.host}: it answered 403 Forbidden); try again later, or put the "
        "four files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and "
        f"t10k-labels-idx1-ubyte.gz into {kept / 'mnist'} by hand.\n"
    )


@pytest.mark.usefixtures("refusing")
def test_files_put_there_by_hand_are_found(nnapp: Run, tmp_path: Path, kept: Path) -> None:
    """What the sentence above says to do works."""
    write_data_set(tmp_path / "own")
    assert nnapp("data", "download", "mnist").code == 1
    for name in FILE_NAMES:
        (tmp_path / "own" / name).rename(kept / "mnist" / name)
    assert nnapp("data", "preview", "--json", str(kept / "mnist")).code == 0
    assert f"Used where none is named: {kept / 'mnist'} " in nnapp("data", "status").out


@pytest.mark.parametrize("arguments", [(), ("emnist",), ("mnist", "kmnist")])
def test_download_of_what_is_unknown_is_wrong_usage(nnapp: Run, arguments: tuple[str, ...]) -> None:
    assert nnapp("data", "download", *arguments).code == 2


@pytest.fixture
def ctrl_c() -> Iterator[Callable[[Callable[[], bool]], None]]:
    """Return a function that interrupts this thread, as Ctrl-C does, once a condition holds."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # which test processes may not have
    threads = []

    def interrupt_when(condition: Callable[[], bool]) -> None:
        def wait() -> None:
            while not condition():
                time.sleep(0.01)
            signal.raise_signal(signal.SIGINT)

        threads.append(threading.Thread(target=wait, daemon=True))
        threads[-1].start()

    yield interrupt_when
    for thread in threads:
        thread.join(10)
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_keeps_what_has_arrived(
    nnapp: Run, kept: Path, mirrors: dict[str, Mirror], ctrl_c: Callable[[Callable[[], bool]], None]
) -> None:
    mirror = mirrors["mnist"]
    mirror.goes_on.clear()
    half = kept / "mnist" / f"{GZ_NAMES[0]}.part"
    # More than half of 200 images of 28 × 28 bytes.
    ctrl_c(lambda: half.exists() and half.stat().st_size > 200 * 28 * 28 // 2)
    result = nnapp("data", "download", "mnist")
    assert result.code == 1
    assert result.err == (
        f"nnapp: Stopped. What has arrived of MNIST is kept in {kept / 'mnist'}; the same command goes on from there.\n"
    )
    assert names_in(kept / "mnist") == [half.name]
    mirror.goes_on.set()
    assert nnapp("data", "download", "mnist").code == 0
    assert names_in(kept / "mnist") == sorted(GZ_NAMES)


# use ----------------------------------------------------------------------------------------------


def test_use_is_remembered_and_forgotten(nnapp: Run, data: Path) -> None:
    result = nnapp("data", "use", data, "--test-fraction", "0.25", "--split-seed", "3")
    assert result.code == 0
    # A quarter of 280 is set apart.
    assert result.out.startswith(f"Remembered: {data.name}, 210 training images and 70 test images in 10 classes.")
    assert load_preferences().data == DataChoice(str(data), 0.25, 3)
    shown = nnapp("data", "status").out.splitlines()[-1]
    assert shown.startswith(f"Used where none is named: {data} --test-fraction 0.25 --split-seed 3 (it is remembered")
    assert nnapp("data", "preview", "--json").records[0]["n_test_images"] == 70
    result = nnapp("data", "use", "--forget")
    assert result.out.startswith("Forgotten. Used from now on: synthetic:12000:0 (no other was found")
    assert load_preferences().data == DataChoice()


def test_use_as_json(nnapp: Run) -> None:
    result = nnapp("data", "use", "synthetic:100", "--json")
    remembered = {"source": "synthetic:100:0", "test_fraction": None, "split_seed": 0}
    assert result.records == [{"data": remembered}]
    forgotten = {"source": "", "test_fraction": None, "split_seed": 0}
    assert nnapp("data", "use", "--forget", "--json").records == [{"data": forgotten}]


@pytest.mark.usefixtures("mirrors")
def test_use_fetches_what_is_not_here(nnapp: Run, kept: Path) -> None:
    assert nnapp("data", "use", "kmnist").code == 0
    assert names_in(kept / "kmnist") == sorted(GZ_NAMES)
    assert load_preferences().data == DataChoice("kmnist")


@pytest.mark.usefixtures("refusing")
def test_what_cannot_be_used_is_not_remembered(nnapp: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for source in ("nothing", "empty", "synthetic:5", "mnist", ""):
        result = nnapp("data", "use", source)
        assert result.code == 1
        assert result.err.count("\n") == 1
        assert "remembered" not in result.err
    assert load_preferences().data == DataChoice()


def test_memory_that_cannot_be_written(nnapp: Run, tmp_path: Path) -> None:
    (tmp_path / "home").write_bytes(b"")
    result = nnapp("data", "use", "synthetic:100")
    assert result.code == 1
    assert "The choice cannot be remembered" in result.err


def test_forgetting_takes_no_split(nnapp: Run) -> None:
    result = nnapp("data", "use", "--forget", "--split-seed", "1")
    assert result.code == 1
    assert "--test-fraction and --split-seed must be left out with --forget" in result.err


@pytest.mark.parametrize("arguments", [("use",), ("use", "mnist", "--forget"), ()])
def test_wrong_usage(nnapp: Run, arguments: tuple[str, ...]) -> None:
    assert nnapp("data", *arguments).code == 2


def test_examples_of_the_help_are_parsed(nnapp: Run) -> None:
    for command in ("status", "download", "use"):
        shown = nnapp("data", command, "--help").out
        examples = re.findall(r"^  nnapp (data .*?)(?:   .*)?$", shown, re.MULTILINE)
        assert examples
        for example in examples:
            importlib.import_module("nnapp.cli.main")._parser().parse_args(shlex.split(example))

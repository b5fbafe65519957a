"""The menu Data in both windows: what is marked, stopped, said and loaded again, by real events."""

from __future__ import annotations

import threading
import tkinter as tk
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.data_sets import write_data_set
from support.mirror import Mirror
from support.testing_window import TestingWindowUser as Tester
from support.testing_window import row_of
from support.training_window import TrainingWindowUser as User
from support.window_user import all_widgets, text_of

from nnapp.engine.network import Network
from nnapp.errors import StorageError
from nnapp.storage.dataset import DataChoice
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.network_file import write_network
from nnapp.storage.network_metadata import NetworkMetadata
from nnapp.storage.published_datasets import DATASETS
from nnapp.storage.source_names import SyntheticChoice

NewUser = Callable[[], User]
NewTester = Callable[[], Tester]
Person = User | Tester


@pytest.fixture(autouse=True)
def few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 200 synthetic digits be drawn where nothing is said about their number, not 12,000."""
    monkeypatch.setattr(SyntheticChoice.__init__, "__defaults__", (200, 0))


@pytest.fixture
def mirror(data_folder: Path, empty_place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """Return a mirror of a small set that is called MNIST; downloads go to ``data`` of the empty place."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NNAPP_DATA", str(empty_place / "data"))
    mirror = Mirror(data_folder)
    monkeypatch.setitem(DATASETS, "mnist", mirror.published)
    with mirror.running():
        yield mirror


@pytest.fixture
def endless_load(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make every load go on until it is stopped."""
    is_over = threading.Event()

    def load(_: DataChoice) -> Iterator[LoadProgress]:
        while not is_over.wait(0.01):
            yield LoadProgress("Reading", 1, 2, "files")

    monkeypatch.setattr("nnapp.gui.data_controller.loading", load)
    yield
    is_over.set()


def start(user: User, network: Path | None = None) -> None:
    user.app.start(network and str(network), None)
    user.wait_until_idle()


def is_loading(person: Person) -> bool:
    return bool(person.app.data.is_busy)


# What is marked -----------------------------------------------------------------------------------


def test_a_damaged_set_is_told_and_the_present_one_stays_marked(
    mirror: Mirror, new_user: NewUser, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    write_data_set(tmp_path / "data" / "mnist")
    (tmp_path / "data" / "mnist" / "t10k-labels-idx1-ubyte").write_bytes(b"\0\0")
    user = new_user()
    start(user)
    user.choose("Data", "MNIST")
    user.wait_for_log("t10k-labels-idx1-ubyte")
    user.wait_until_idle()
    assert user.session.dataset.name == "Synthetic digits"
    assert user.app.commands.read_value("data") == "synthetic"


def test_mnist_in_use_need_not_be_downloaded(mirror: Mirror, new_user: NewUser) -> None:
    user = new_user()
    start(user)
    assert user.app.commands.is_enabled("download")
    user.choose("Data", "Download MNIST")
    user.wait_until(lambda: user.is_idle and user.session.dataset.name == "MNIST")
    assert not user.app.commands.is_enabled("download")


def test_digits_that_were_asked_for_need_no_notice(mirror: Mirror, new_user: NewUser) -> None:
    user = new_user()
    start(user)
    notice = user.app.window.notice
    user.wait_until(notice.winfo_ismapped)
    user.choose("Data", "Synthetic Digits")
    user.wait_until(lambda: user.is_idle and not notice.winfo_ismapped())
    assert notice.sentence == ""


# Stop ---------------------------------------------------------------------------------------------


def test_a_download_is_stopped_beside_its_progress(mirror: Mirror, new_user: NewUser) -> None:
    user = new_user()
    start(user)
    stop = next(part for part in all_widgets(user.app.window.progress) if text_of(part) == "Stop")
    assert not stop.winfo_ismapped()
    user.root.update()
    height = user.app.window.progress.winfo_height()
    mirror.goes_on.clear()
    user.choose("Data", "Download MNIST")
    user.wait_until(lambda: mirror.has_begun.is_set() and stop.winfo_ismapped())
    assert user.app.window.progress.winfo_height() == height  # nothing moves
    user.xdo.click(stop)
    user.wait_until(lambda: not is_loading(user) and not stop.winfo_ismapped())
    mirror.goes_on.set()
    assert user.session.dataset.name == "Synthetic digits"


def test_a_network_is_opened_though_the_data_were_stopped(
    new_user: NewUser, tmp_path: Path, endless_load: None
) -> None:
    path = tmp_path / "a.nn"
    write_network(path, Network.dense([784, 9, 10], rng=np.random.default_rng(4)), NetworkMetadata())
    user = new_user()
    user.app.start(str(path), DataChoice("synthetic"))
    user.wait_until(lambda: is_loading(user))
    user.choose("Data", "Stop Loading")
    user.wait_until(lambda: not is_loading(user) and "a.nn" in user.title)


# Data and networks --------------------------------------------------------------------------------


def test_a_network_that_cannot_learn_the_data_stays_and_is_told(user: User, other_data: Path) -> None:
    user.train(epochs="1")
    network = user.session.network
    user.answer_files(other_data)
    user.press("ctrl+d")
    user.wait_for_log("warning: A network for other-data must have 64 inputs")
    assert "got one of 784; the present one stays until you choose Initialise." in user.log
    assert user.session.network is network
    with user.answering("d"):
        user.press("ctrl+i")
    user.wait_until(lambda: user.session.network is not network)
    assert user.session.network.layer_sizes == (64, 128, 64, 3)


def test_kept_digits_are_among_my_digits_at_once(tester: Tester) -> None:
    tester.open_tab("Collect")
    keep = {text: tester.button(text) for text in "01234"}
    for label in "01":
        for _ in range(2):
            tester.xdo.click(keep[label])
            tester.wait_until(lambda: tester.status.startswith("Kept as "))
            tester.window.show_status("")
    tester.choose("Data", "My Digits")
    tester.wait_until(lambda: tester.session.dataset.choice == DataChoice("mine") and tester.is_idle)
    assert n_images(tester) == 4
    tester.draw(row_of(4))
    tester.xdo.click(keep["4"])
    tester.wait_until(lambda: n_images(tester) == 5)
    # The drawing and what was said of it are still there.
    assert tester.session.source == "drawing"
    assert "Kept as 4" in tester.status
    tester.xdo.click(tester.button("Remove the last"))
    tester.wait_until(lambda: n_images(tester) == 4)


def n_images(tester: Tester) -> int:
    dataset = tester.session.dataset
    return len(dataset.training_labels) + len(dataset.test_labels)


# Room ---------------------------------------------------------------------------------------------


def test_notice_takes_no_room_from_the_buttons_of_a_small_window(
    mirror: Mirror, new_tester: NewTester, rows_file: Path
) -> None:
    tester = new_tester()
    tester.start(rows_file)
    tester.root.geometry("1270x650+0+0")
    tester.wait_until(lambda: tester.root.winfo_height() == 650 and tester.window.notice.winfo_ismapped())
    for words in ("Undo", "Process", "Like MNIST", "Live", "Eraser"):
        button = tester.button(words)
        assert button.winfo_height() == button.winfo_reqheight(), words
        assert button.winfo_rooty() + button.winfo_height() <= tester.window.tabs.winfo_rooty(), words


def test_a_long_sentence_is_read_to_its_end(mirror: Mirror, new_tester: NewTester, rows_file: Path) -> None:
    tester = new_tester()
    tester.start(rows_file)
    status: Any = tester.window.status
    tester.root.update()
    one_line = status.winfo_height()
    tester.window.show_problem("MNIST cannot be downloaded; " + "put the four files by hand into the folder " * 12)
    tester.wait_until(lambda: status.winfo_height() > 1.5 * one_line)
    assert status.winfo_height() >= status.winfo_reqheight()


def test_stopped_download_is_said_to_be_kept(mirror: Mirror, new_tester: NewTester, rows_file: Path) -> None:
    tester = new_tester()
    tester.start(rows_file)
    mirror.goes_on.clear()
    tester.choose("Data", "Download MNIST")
    tester.wait_until(mirror.has_begun.is_set)
    tester.choose("Data", "Stop Loading")
    tester.wait_until(lambda: tester.status.startswith("Stopped. What has arrived of MNIST is kept"))
    mirror.goes_on.set()


def test_failed_download_is_told_until_it_is_closed(
    new_tester: NewTester, rows_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Iterator[LoadProgress]:
        raise StorageError("Put the four files into the folder by hand.")
        yield

    monkeypatch.setattr("nnapp.gui.data_controller.downloading", refuse)
    tester = new_tester()
    tester.start(rows_file)
    tester.choose("Data", "Download MNIST")
    tester.wait_until(lambda: tester.windows())
    (window,) = tester.windows()
    tester.wait_until(lambda: str(tester.root.tk.call("focus")).startswith(str(window)))
    text = next(part for part in all_widgets(window) if isinstance(part, tk.Text))
    assert text.get("1.0", "end").strip() == "Put the four files into the folder by hand."
    assert tester.status == "Put the four files into the folder by hand."
    tester.press("Escape")
    tester.wait_until(lambda: not tester.windows())

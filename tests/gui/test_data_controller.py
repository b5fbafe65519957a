"""Data sets in the window: found, chosen, downloaded, and what a failure leaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.data_sets import write_data_set
from support.mirror import Mirror
from support.training_window import TrainingWindowUser as User

from nnapp.engine.network import Network
from nnapp.storage.dataset import DataChoice
from nnapp.storage.datasets import loading
from nnapp.storage.network_file import write_network
from nnapp.storage.network_metadata import NetworkMetadata
from nnapp.storage.preferences import Preferences, load_preferences, save_preferences

NewUser = Callable[[], User]


def saved_network(path: Path) -> Path:
    write_network(path, Network.dense([784, 9, 10], rng=np.random.default_rng(4)), NetworkMetadata())
    return path


def start(user: User, network: str | None = None, data_folder: str | None = None) -> None:
    user.app.start(network, None if data_folder is None else DataChoice(data_folder))
    user.wait_until_idle()


# At the start -------------------------------------------------------------------------------------


def test_without_data_the_window_says_what_to_do(new_user: NewUser, data_folder: Path) -> None:
    user = new_user()
    start(user)
    sentence = "There is no data set yet. Choose File ▸ Download MNIST, or File ▸ Open Data Folder."
    assert sentence in user.texts(user.app.window.matrix)
    assert sentence in user.texts(user.app.window.progress)
    assert not user.app.commands.is_enabled("train")
    assert "error" not in user.log
    user.answer_files(data_folder)
    user.press("ctrl+d")
    user.wait_until(lambda: user.session.dataset is not None and user.is_idle)
    assert user.app.commands.is_enabled("train")
    assert sentence not in user.texts(user.root)


def test_data_in_the_usual_place_are_found_and_need_no_memory(
    new_user: NewUser, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("NNAPP_DATA", str(tmp_path / "data"))
    write_data_set(tmp_path / "data")
    user = new_user()
    start(user)
    assert user.session.dataset.location == str(tmp_path / "data")
    user.press("ctrl+q")
    user.wait_until(lambda: user.is_closed)
    assert load_preferences().data == DataChoice()


def test_folder_that_was_chosen_is_remembered(user: User, other_data: Path) -> None:
    user.answer_files(other_data)
    user.press("ctrl+d")
    user.wait_until(lambda: user.session.dataset.location == str(other_data))
    user.press("ctrl+q")
    user.wait_until(lambda: user.is_closed)
    assert load_preferences().data == DataChoice(str(other_data))


def test_folder_that_is_gone_is_told_and_the_usual_places_are_looked_at(new_user: NewUser, tmp_path: Path) -> None:
    save_preferences(Preferences(data=DataChoice(str(tmp_path / "gone"))))
    write_data_set(tmp_path / "data")
    user = new_user()
    start(user)
    assert user.session.dataset.location == str(tmp_path / "data")
    assert f"a folder or file that exists; got {tmp_path / 'gone'}." in user.log


def test_folder_that_was_asked_for_is_the_only_one(new_user: NewUser, tmp_path: Path, data_folder: Path) -> None:
    save_preferences(Preferences(data=DataChoice(str(data_folder))))
    user = new_user()
    start(user, data_folder=str(tmp_path / "gone"))
    assert user.session.dataset is None
    assert f"a folder or file that exists; got {tmp_path / 'gone'}." in user.log


def test_network_is_opened_with_the_data_and_without(new_user: NewUser, tmp_path: Path, data_folder: Path) -> None:
    path = saved_network(tmp_path / "a.nn")
    user = new_user()
    start(user, network=str(path))
    assert user.title == "a.nn – nnapp training"
    assert not user.app.commands.is_enabled("evaluate")
    user.answer_files(data_folder)
    user.press("ctrl+d")
    user.wait_until(lambda: user.session.dataset is not None and user.is_idle)
    assert user.session.network.layer_sizes == (784, 9, 10)
    # Its weights are to be seen now that the shape of the images is known.
    assert not any("No network yet" in text for text in user.texts(user.app.window.weights))
    user.press("ctrl+e")
    user.wait_until(lambda: user.app.window.matrix.evaluation is not None)


def test_network_given_at_the_start_is_evaluated_with_the_data(
    new_user: NewUser, tmp_path: Path, data_folder: Path
) -> None:
    user = new_user()
    start(user, str(saved_network(tmp_path / "a.nn")), str(data_folder))
    assert user.title == "a.nn – nnapp training"
    assert user.app.window.matrix.evaluation is not None
    assert "Press Train" not in user.log


def test_network_given_at_the_start_that_is_missing_is_told(
    new_user: NewUser, tmp_path: Path, data_folder: Path
) -> None:
    user = new_user()
    start(user, str(tmp_path / "a.nn"), str(data_folder))
    assert f"error: Cannot read {tmp_path / 'a.nn'}: it does not exist." in user.log
    user.train(epochs="1")
    assert "Trained 1 epoch" in user.log


# Other data ---------------------------------------------------------------------------------------


def test_folder_without_data_leaves_everything(user: User, tmp_path: Path) -> None:
    user.train(epochs="1")
    dataset, network = user.session.dataset, user.session.network
    evaluation, title = user.app.window.matrix.evaluation, user.title
    empty = tmp_path / "empty"
    empty.mkdir()
    user.answer_files(empty)
    user.press("ctrl+d")
    user.wait_for_log(f"error: No data set is in {empty}")
    user.wait_until_idle()
    assert (user.session.dataset, user.session.network, user.title) == (dataset, network, title)
    assert user.app.window.matrix.evaluation is evaluation
    assert any(f"data: {dataset.name}, 200 + 80" == text for text in user.texts(user.root))


def test_cancelled_question_for_a_folder_changes_nothing(user: User) -> None:
    dataset = user.session.dataset
    user.press("ctrl+d")
    assert len(user.asked) == 1
    assert user.is_idle
    assert user.session.dataset is dataset


def test_other_images_make_other_limits_and_other_networks(user: User, other_data: Path) -> None:
    user.press("ctrl+i")
    user.answer_files(other_data)
    user.press("ctrl+d")
    user.wait_until(lambda: user.session.dataset.location == str(other_data) and user.is_idle)
    assert any(text.startswith("64-128-64-3 ·") for text in user.texts(user.app.window.settings))
    assert user.app.window.matrix.evaluation is None
    # A network that has learnt nothing follows the data.
    user.train(epochs="2")
    assert user.session.network.layer_sizes == (64, 128, 64, 3)
    assert user.app.window.matrix.evaluation.confusion.counts.shape == (3, 3)


@pytest.fixture
def slow_search(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Make the loading of data wait until the event is set."""
    may_go_on = threading.Event()

    def load(choice: DataChoice) -> Any:
        may_go_on.wait(20)
        return (yield from loading(choice))

    monkeypatch.setattr("nnapp.gui.data_controller.loading", load)
    yield may_go_on
    may_go_on.set()


def test_training_waits_for_data_that_are_on_their_way(
    user: User, other_data: Path, slow_search: threading.Event, let_pass: Callable[[float], None]
) -> None:
    user.answer_files(other_data)
    user.press("ctrl+d")
    user.wait_until(lambda: user.app.data.is_busy)
    assert any("Loading the images" in text for text in user.texts(user.app.window.progress))
    # A run could not go on with the images of another data set.
    user.press("F5", "F10")
    let_pass(0.1)
    assert user.app.runs.state == "idle"
    slow_search.set()
    user.wait_until(lambda: user.is_idle and user.session.dataset.location == str(other_data))
    user.train(epochs="1")
    assert "Trained 1 epoch" in user.log


# Downloads ----------------------------------------------------------------------------------------


@pytest.fixture
def mirror(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """Return a mirror from which the window's downloads come."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    mirror = Mirror(data_folder)
    monkeypatch.setattr("nnapp.gui.data_controller.MNIST", mirror.published)
    with mirror.running():
        yield mirror


@pytest.fixture
def empty_user(new_user: NewUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    """Return a person at a window without data, whose downloads go to ``data``."""
    monkeypatch.setenv("NNAPP_DATA", str(tmp_path / "data"))
    user = new_user()
    start(user)
    return user


def test_download_brings_the_data_set(empty_user: User, mirror: Mirror, tmp_path: Path) -> None:
    mirror.goes_on.clear()
    empty_user.choose("File", "Download MNIST")
    progress = empty_user.app.window.progress
    empty_user.wait_until(lambda: any("Downloading MNIST" in text for text in empty_user.texts(progress)))
    assert not empty_user.app.commands.is_enabled("download")
    mirror.goes_on.set()
    empty_user.wait_until(lambda: empty_user.session.dataset is not None and empty_user.is_idle)
    assert empty_user.session.dataset.location == str(tmp_path / "data" / "mnist")
    assert len(list((tmp_path / "data" / "mnist").iterdir())) == 4
    empty_user.train(epochs="1")
    assert "Trained 1 epoch" in empty_user.log


def test_download_that_is_given_up_leaves_only_what_it_goes_on_from(
    empty_user: User, mirror: Mirror, tmp_path: Path, data_folder: Path
) -> None:
    mirror.goes_on.clear()
    empty_user.choose("File", "Download MNIST")
    empty_user.wait_until(mirror.has_begun.is_set)
    empty_user.wait_until(lambda: any("KB" in text for text in empty_user.texts(empty_user.app.window.progress)))
    # Another folder is chosen instead, which is there at once although the mirror is silent.
    empty_user.answer_files(data_folder)
    started = time.monotonic()
    empty_user.press("ctrl+d")
    empty_user.wait_until(lambda: empty_user.session.dataset is not None and empty_user.is_idle)
    assert time.monotonic() - started < 2
    empty_user.wait_until(lambda: all(thread.name != "Job" for thread in threading.enumerate()))
    mirror.goes_on.set()
    # What had arrived is kept for the next attempt.
    assert {path.suffix for path in (tmp_path / "data" / "mnist").iterdir()} == {".part"}
    assert empty_user.session.dataset.location == str(data_folder)


def test_failed_download_is_told_and_can_be_tried_again(empty_user: User, mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    empty_user.choose("File", "Download MNIST")
    empty_user.wait_for_log("error: Cannot create the folder")
    empty_user.wait_until_idle()
    (tmp_path / "data").unlink()
    empty_user.choose("File", "Download MNIST")
    empty_user.wait_until(lambda: empty_user.session.dataset is not None and empty_user.is_idle)

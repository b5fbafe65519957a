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
from nnapp.storage.personal_digits import PersonalDigits
from nnapp.storage.preferences import Preferences, load_preferences, save_preferences
from nnapp.storage.published_datasets import DATASETS
from nnapp.storage.source_names import SyntheticChoice

NewUser = Callable[[], User]


def saved_network(path: Path) -> Path:
    write_network(path, Network.dense([784, 9, 10], rng=np.random.default_rng(4)), NetworkMetadata())
    return path


def start(user: User, network: str | None = None, data_folder: str | None = None) -> None:
    user.app.start(network, None if data_folder is None else DataChoice(data_folder))
    user.wait_until_idle()


# At the start -------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 200 synthetic digits be drawn where nothing is said about their number, not 12,000."""
    monkeypatch.setattr(SyntheticChoice.__init__, "__defaults__", (200, 0))


def notice(user: User) -> str:
    return user.app.window.notice.sentence


def test_without_data_the_window_works_at_once_on_drawn_digits_and_says_so(
    new_user: NewUser, data_folder: Path
) -> None:
    user = new_user()
    start(user)
    assert user.session.dataset.choice == DataChoice("synthetic:200:0")
    assert notice(user) == "These digits are drawn by nnapp, since MNIST is not on this computer."
    assert user.app.window.notice.winfo_ismapped()
    assert "`nnapp data download mnist` fetches the real ones" in user.log
    assert "data: Synthetic digits, 200 + 34" in user.texts(user.root)
    assert user.app.commands.read_value("data") == "synthetic"
    user.train(epochs="1")
    assert "Trained 1 epoch" in user.log
    user.answer_files(data_folder)
    user.press("ctrl+d")
    user.wait_until(lambda: user.session.dataset.location == str(data_folder) and user.is_idle)
    assert notice(user) == ""
    user.wait_until(lambda: not user.app.window.notice.winfo_ismapped())
    assert user.app.commands.read_value("data") == ""


def test_drawn_digits_that_nobody_asked_for_are_not_remembered(new_user: NewUser) -> None:
    user = new_user()
    start(user)
    user.press("ctrl+q")
    user.wait_until(lambda: user.is_closed)
    assert load_preferences().data == DataChoice()


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
    assert "There are no images yet. Choose some in the menu Data." in user.texts(user.app.window.matrix)
    assert f"a folder or file that exists; got {tmp_path / 'gone'}." in user.log


def test_network_is_opened_with_the_data_and_without(new_user: NewUser, tmp_path: Path, data_folder: Path) -> None:
    path = saved_network(tmp_path / "a.nn")
    user = new_user()
    start(user, network=str(path), data_folder=str(tmp_path / "gone"))
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
    assert any("Looking for the images" in text for text in user.texts(user.app.window.progress))
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
def mirror(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """Return a mirror of a small set that is called MNIST."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    mirror = Mirror(data_folder)
    monkeypatch.setitem(DATASETS, "mnist", mirror.published)
    with mirror.running():
        yield mirror


@pytest.fixture
def empty_user(new_user: NewUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    """Return a person at a window with drawn digits, whose downloads go to ``data``."""
    monkeypatch.setenv("NNAPP_DATA", str(tmp_path / "data"))
    user = new_user()
    start(user)
    return user


def is_there(user: User, folder: Path) -> bool:
    return user.session.dataset.location == str(folder) and user.is_idle


def test_download_brings_the_data_set(mirror: Mirror, empty_user: User, tmp_path: Path) -> None:
    user, folder = empty_user, tmp_path / "data" / "mnist"
    mirror.goes_on.clear()
    user.choose("Data", "Download MNIST")
    progress = user.app.window.progress
    user.wait_until(lambda: any("Downloading MNIST" in text and "KB of" in text for text in user.texts(progress)))
    assert not user.app.commands.is_enabled("download")
    assert user.app.commands.is_enabled("stop-data")
    mirror.goes_on.set()
    user.wait_until(lambda: is_there(user, folder))
    assert len(list(folder.iterdir())) == 4
    assert notice(user) == ""
    assert user.app.commands.read_value("data") == "mnist"
    user.train(epochs="1")
    assert "Trained 1 epoch" in user.log
    with user.answering("d"):
        user.press("ctrl+q")
    user.wait_until(lambda: user.is_closed)
    assert load_preferences().data == DataChoice("mnist")


def test_notice_downloads(mirror: Mirror, empty_user: User, tmp_path: Path) -> None:
    user = empty_user
    user.xdo.click(user.button("Download MNIST"))
    user.wait_until(lambda: is_there(user, tmp_path / "data" / "mnist"))


def test_download_that_is_stopped_goes_on_from_there(mirror: Mirror, empty_user: User, tmp_path: Path) -> None:
    user, folder = empty_user, tmp_path / "data" / "mnist"
    before = user.session.dataset
    mirror.goes_on.clear()
    user.choose("Data", "Download MNIST")
    user.wait_until(mirror.has_begun.is_set)
    user.wait_until(lambda: any("KB of" in text for text in user.texts(user.app.window.progress)))
    user.choose("Data", "Stop Loading")
    user.wait_until(lambda: not user.app.data.is_busy)
    assert user.session.dataset is before
    assert user.app.commands.is_enabled("train")
    assert not user.app.commands.is_enabled("stop-data")
    user.wait_until(lambda: all(thread.name != "Job" for thread in threading.enumerate()))
    # What had arrived is kept for the next attempt.
    assert {path.suffix for path in folder.iterdir()} == {".part"}
    mirror.goes_on.set()
    user.choose("Data", "Download MNIST")
    user.wait_until(lambda: is_there(user, folder))


def test_another_set_takes_the_place_of_a_silent_download(
    mirror: Mirror, empty_user: User, tmp_path: Path, data_folder: Path
) -> None:
    user = empty_user
    mirror.goes_on.clear()
    user.choose("Data", "Download MNIST")
    user.wait_until(mirror.has_begun.is_set)
    user.answer_files(data_folder)
    started = time.monotonic()
    user.press("ctrl+d")
    user.wait_until(lambda: is_there(user, data_folder))
    assert time.monotonic() - started < 2
    mirror.goes_on.set()


def test_failed_download_is_told_and_can_be_tried_again(mirror: Mirror, empty_user: User, tmp_path: Path) -> None:
    user = empty_user
    (tmp_path / "data").write_text("in the way")
    user.choose("Data", "Download MNIST")
    user.wait_for_log("error: Cannot create the folder")
    user.wait_until_idle()
    (tmp_path / "data").unlink()
    user.choose("Data", "Download MNIST")
    user.wait_until(lambda: is_there(user, tmp_path / "data" / "mnist"))


# By name ------------------------------------------------------------------------------------------


def test_a_set_that_is_not_here_is_asked_about(mirror: Mirror, empty_user: User, tmp_path: Path) -> None:
    user = empty_user
    with user.answering("Escape"):
        user.choose("Data", "MNIST")
    assert user.app.commands.read_value("data") == "synthetic"
    assert user.is_idle
    with user.answering("Return"):
        user.choose("Data", "MNIST")
    user.wait_until(lambda: is_there(user, tmp_path / "data" / "mnist"))
    assert user.app.commands.read_value("data") == "mnist"


def test_a_set_that_is_here_is_used_at_once(mirror: Mirror, empty_user: User, tmp_path: Path) -> None:
    user, folder = empty_user, tmp_path / "data" / "mnist"
    write_data_set(tmp_path / "data").rename(tmp_path / "moved")
    (tmp_path / "data").mkdir()
    (tmp_path / "moved").rename(folder)
    user.choose("Data", "MNIST")
    user.wait_until(lambda: is_there(user, folder))


def test_synthetic_digits_by_name_are_remembered(user: User) -> None:
    user.choose("Data", "Synthetic Digits")
    user.wait_until(lambda: user.session.dataset.name == "Synthetic digits" and user.is_idle)
    user.press("ctrl+q")
    user.wait_until(lambda: user.is_closed)
    assert load_preferences().data == DataChoice("synthetic:200:0")


def test_my_digits_that_are_none_are_told(user: User) -> None:
    before = user.session.dataset
    user.choose("Data", "My Digits")
    user.wait_until(lambda: "error: " in user.log and user.is_idle)
    assert user.session.dataset is before
    assert user.app.commands.read_value("data") == ""


def test_my_digits(user: User) -> None:
    for image in np.random.default_rng(0).integers(0, 255, (20, 28, 28), np.uint8):
        PersonalDigits().add(image, 3)
        PersonalDigits().add(image[::-1], 5)
    user.choose("Data", "My Digits")
    user.wait_until(lambda: user.session.dataset.class_names == ("3", "5") and user.is_idle)
    assert user.app.commands.read_value("data") == "mine"


def test_a_file(user: User, tmp_path: Path) -> None:
    images = np.zeros((20, 4, 4), np.uint8)
    np.savez(tmp_path / "set.npz", x_train=images, y_train=np.arange(20) % 2, x_test=images, y_test=np.arange(20) % 2)
    user.answer_files(tmp_path / "set.npz")
    user.choose("Data", "Open Data File…")
    user.wait_until(lambda: is_there(user, tmp_path / "set.npz"))
    assert "data: set.npz, 20 + 20" in user.texts(user.root)

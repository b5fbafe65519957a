"""Network files in the window: loaded, saved, recent, and never lost without a question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.foreign_files import write_plain_npz
from support.testing_window import row_network
from support.training_window import TrainingWindowUser as User

from nnapp.cli import main
from nnapp.engine.network import Network
from nnapp.engine.settings import Settings
from nnapp.storage.dataset import DataChoice
from nnapp.storage.network_file import read_network, write_network
from nnapp.storage.network_metadata import NetworkMetadata

QUICK = Settings(hidden=(12,), batch_size=50, epochs=3, learning_rate=0.01)


def train(user: User) -> None:
    user.app.window.settings.show_settings(QUICK)
    user.press("F5")
    user.wait_until_idle()
    assert user.title == "untitled * – nnapp training"


def begin(user: User) -> None:
    user.app.window.settings.show_settings(QUICK.but(epochs=500_000, batch_size=4))
    user.press("F5")
    user.wait_until(lambda: user.session.trainer is not None and user.session.trainer.n_epochs_done > 2)


def saved_network(path: Path, sizes: tuple[int, ...] = (784, 9, 10)) -> Path:
    write_network(path, Network.dense(sizes, rng=np.random.default_rng(4)), NetworkMetadata())
    return path


def load(user: User, path: Path) -> None:
    user.answer_files(path)
    user.press("ctrl+o")


def loads(user: User, path: Path) -> None:
    load(user, path)
    user.wait_until(lambda: user.session.path == str(path) and user.is_idle)


def contents(user: User) -> tuple[Any, ...]:
    """Return what must be as it was after something has failed."""
    session = user.session
    return (
        session.network,
        session.network.parameters.tobytes(),
        session.path,
        user.title,
        user.app.window.matrix.evaluation,
    )


# Load and save ------------------------------------------------------------------------------------


def test_saved_network_is_the_same_when_loaded_again(user: User, tmp_path: Path) -> None:
    train(user)
    user.answer_files(tmp_path / "a.nn")
    user.press("ctrl+s")
    user.wait_until(lambda: user.title == "a.nn – nnapp training")
    assert f"✓ Saved {tmp_path / 'a.nn'}." in user.log
    parameters = user.session.network.parameters.copy()
    counts = user.app.window.matrix.evaluation.confusion.counts
    user.press("ctrl+i")
    user.wait_until(lambda: user.title == "untitled – nnapp training")

    loads(user, tmp_path / "a.nn")
    np.testing.assert_array_equal(user.session.network.parameters, parameters)
    np.testing.assert_array_equal(user.app.window.matrix.evaluation.confusion.counts, counts)
    assert user.title == "a.nn – nnapp training"
    # What it is, how it was trained and how that went are there again.
    assert user.app.window.settings.read_settings() == QUICK
    assert user.app.window.graph.readout.read_texts()[0] == "epoch 3"
    assert "784-12-10" in user.log.rpartition("Loaded ")[2]


def test_save_asks_only_once_and_save_as_always(user: User, tmp_path: Path) -> None:
    train(user)
    user.answer_files(tmp_path / "a.nn")
    user.press("ctrl+s")
    user.wait_until(lambda: not user.session.is_changed)
    user.press("F5")
    user.wait_until(lambda: user.title == "a.nn * – nnapp training" and user.is_idle)
    user.press("ctrl+s")
    user.wait_until(lambda: user.title == "a.nn – nnapp training")
    assert len(user.asked) == 1
    np.testing.assert_array_equal(read_network(tmp_path / "a.nn").network.parameters, user.session.network.parameters)

    user.answer_files(tmp_path / "b.nn")
    user.press("ctrl+shift+s")
    user.wait_until(lambda: user.title == "b.nn – nnapp training")
    assert user.asked[-1]["initialfile"] == "a.nn"
    assert len(user.asked) == 2


def test_saved_run_can_be_continued_on_a_terminal(user: User, tmp_path: Path) -> None:
    train(user)
    user.answer_files(tmp_path / "a.nn")
    user.press("ctrl+s")
    user.wait_for_log("Saved")
    again = [str(tmp_path / "a.nn"), "--data", str(user.session.dataset.location), "--epochs", "5"]
    assert main(["train", "--resume", *again]) == 0
    assert len(read_network(tmp_path / "a.nn").metadata.history) == 5


def test_recent_networks_are_offered_newest_first(user: User, tmp_path: Path) -> None:
    for name in ("a.nn", "b.nn"):
        loads(user, saved_network(tmp_path / name))
    user.choose("File", "Recent Networks", f"2  a.nn   in {tmp_path}")
    user.wait_until(lambda: user.title == "a.nn – nnapp training" and user.is_idle)
    user.choose("File", "Recent Networks", f"2  b.nn   in {tmp_path}")
    user.wait_until(lambda: user.title == "b.nn – nnapp training")


def test_cancelled_dialogs_change_nothing(user: User) -> None:
    train(user)
    before = contents(user)
    user.answer_files("")
    user.press("ctrl+s", "ctrl+shift+s")
    with user.answering("d"):
        user.press("ctrl+o")
    assert len(user.asked) == 3
    assert contents(user) == before


# Never lost silently ------------------------------------------------------------------------------

REPLACING = ["ctrl+i", "ctrl+o", "recent", "ctrl+q"]


def replace(user: User, way: str, path: Path) -> None:
    if way == "recent":
        user.choose("File", "Recent Networks", f"1  {path.name}   in {path.parent}")
    else:
        user.press(way)


def is_replaced(user: User, way: str, network: Network) -> bool:
    return user.is_closed if way == "ctrl+q" else user.session.network is not network


def train_more(user: User) -> Network:
    """Train the network that is there a little, and return it."""
    user.fill("epochs", "1")
    user.press("F5")
    user.wait_until(lambda: user.is_idle and user.session.is_changed)
    network: Network = user.session.network
    return network


@pytest.mark.parametrize("way", REPLACING)
def test_unsaved_network_is_kept_saved_or_thrown_away(user: User, tmp_path: Path, way: str) -> None:
    path = saved_network(tmp_path / "a.nn")
    loads(user, path)
    network = train_more(user)
    before = contents(user)
    with user.answering("Escape") as said:
        replace(user, way, path)
    assert "Save the changes to a.nn?" in said
    assert contents(user) == before
    assert not user.is_closed

    with user.answering("s"):
        replace(user, way, path)
    user.wait_until(lambda: is_replaced(user, way, network))
    np.testing.assert_array_equal(read_network(path).network.parameters, network.parameters)

    user.is_closed = False
    content = path.read_bytes()
    network = train_more(user)
    with user.answering("d"):
        replace(user, way, path)
    user.wait_until(lambda: is_replaced(user, way, network))
    assert path.read_bytes() == content


def test_nothing_is_asked_about_what_is_saved_or_new(user: User, tmp_path: Path) -> None:
    path = saved_network(tmp_path / "a.nn")
    loads(user, path)
    for way in REPLACING:
        network = user.session.network
        replace(user, way, path)
        user.wait_until(lambda way=way, network=network: user.is_idle and is_replaced(user, way, network))


def test_saving_that_is_cancelled_or_fails_keeps_the_network(user: User, tmp_path: Path) -> None:
    train(user)
    before = contents(user)
    for path in ("", tmp_path / "missing" / "a.nn"):
        user.answer_files(path)
        for way in ("ctrl+i", "ctrl+q"):
            with user.answering("s"):
                user.press(way)
            assert contents(user) == before
            assert not user.is_closed
    assert user.log.count("error: Cannot write") == 2


def test_running_network_is_saved_before_the_end(user: User, tmp_path: Path) -> None:
    begin(user)
    user.answer_files(tmp_path / "a.nn")
    with user.answering("s") as said:
        user.press("ctrl+q")
    assert "Save the changes to untitled?" in said
    user.wait_until(lambda: user.is_closed)
    stored = read_network(tmp_path / "a.nn")
    np.testing.assert_array_equal(stored.network.parameters, user.session.network.parameters)
    assert len(stored.metadata.history) == user.session.trainer.n_epochs_done


def test_running_network_is_thrown_away_at_the_end(user: User) -> None:
    begin(user)
    with user.answering("d"):
        user.press("ctrl+q")
    user.wait_until(lambda: user.is_closed)


def test_run_goes_on_if_the_end_is_cancelled(user: User) -> None:
    begin(user)
    with user.answering("Escape"):
        user.press("ctrl+q")
    n_epochs = user.session.trainer.n_epochs_done
    user.wait_until(lambda: user.session.trainer.n_epochs_done > n_epochs)
    assert user.app.runs.state == "running"


def test_window_is_whole_if_a_running_network_is_not_saved_after_all(user: User) -> None:
    begin(user)
    user.answer_files("")
    with user.answering("s"):
        user.press("ctrl+q")
    assert not user.is_closed
    # The run had to end for that, and the window knows.
    user.wait_until_idle()
    assert user.train_label == "Train"
    assert user.title == "untitled * – nnapp training"
    assert "Stopped on request" in user.log
    assert not user.app.window.settings.fields["hidden"].input.instate(["disabled"])
    assert user.app.window.matrix.evaluation is not None
    user.fill("epochs", "1")
    user.press("F5")
    user.wait_for_log("Trained 1 epoch")


# Failures -----------------------------------------------------------------------------------------


def test_failed_load_leaves_everything(user: User, tmp_path: Path) -> None:
    loads(user, saved_network(tmp_path / "good.nn"))
    before = contents(user)
    (tmp_path / "broken.nn").write_bytes(b"\x03" + bytes(20))
    inputs = "A network for {} must have 784 inputs, one for each of 28×28 pixels; got one of 36."
    outputs = "A network for {} must have 10 outputs, one for each class; got one of 3."
    problems = {
        tmp_path / "missing.nn": "it does not exist.",
        tmp_path / "broken.nn": "broken.nn",
        saved_network(tmp_path / "inputs.nn", (36, 10)): inputs.format(user.session.dataset.name),
        saved_network(tmp_path / "outputs.nn", (784, 3)): outputs.format(user.session.dataset.name),
        tmp_path: "it is a folder, not a file.",
    }
    for number, (path, sentence) in enumerate(problems.items(), start=1):
        load(user, path)
        user.wait_until(lambda number=number: user.log.count("error: ") == number)
        assert sentence in user.log.rpartition("error: ")[2]
        assert contents(user) == before


def test_failed_load_leaves_an_unsaved_network(user: User, tmp_path: Path) -> None:
    train(user)
    before = contents(user)
    user.answer_files(tmp_path / "missing.nn")
    with user.answering("d"):
        user.press("ctrl+o")
    user.wait_for_log("error: Cannot read")
    assert contents(user) == before


def test_failed_save_leaves_everything(user: User, tmp_path: Path, fill_disk: Callable[[], None]) -> None:
    train(user)
    before = contents(user)
    for path, sentence in (
        (tmp_path / "missing" / "a.nn", f"the folder {tmp_path / 'missing'} does not exist."),
        (tmp_path, "it is a folder, not a file."),
    ):
        user.answer_files(path)
        user.press("ctrl+s")
        user.wait_for_log(f"error: Cannot write {path}: {sentence}")
        assert contents(user) == before
    (tmp_path / "a.nn").write_bytes(b"earlier")
    user.answer_files(tmp_path / "a.nn")
    fill_disk()
    user.press("ctrl+s")
    user.wait_for_log(f"error: Cannot write {tmp_path / 'a.nn'}: the disk is full.")
    assert contents(user) == before
    assert (tmp_path / "a.nn").read_bytes() == b"earlier"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.nn"]


# Networks of other programs -----------------------------------------------------------------------


def plain_network(tmp_path: Path, swapped: tuple[int, int] | None = None) -> Path:
    """Return a file of weights and biases only, of a network that knows the images' rows."""
    return write_plain_npz(tmp_path / "plain.npz", row_network(swapped))


def loads_plain(user: User, path: Path) -> None:
    with user.answering("Return", once="right; none gets more.") as said:
        load(user, path)
    assert "plain.npz does not say everything about its network 784-12-10-10." in said
    user.wait_until(lambda: user.title == "plain.npz – nnapp training" and user.is_idle)


def test_foreign_network_is_shown_with_what_was_answered(user: User, tmp_path: Path) -> None:
    user.app.window.settings.show_settings(QUICK.but(seed=7))
    loads_plain(user, plain_network(tmp_path))
    settings = user.app.window.settings.read_settings()
    # What the network is comes from it; how it is to be trained stays as it was.
    assert (settings.hidden, settings.activation, settings.output) == ((12, 10), "relu", "softmax")
    assert (settings.batch_size, settings.epochs, settings.seed) == (50, 3, 7)
    assert user.app.window.matrix.evaluation.accuracy == 1
    assert "The file stays as it is: Save asks for a name of its own." in user.log


def test_foreign_network_is_trained_further_and_its_file_stays(user: User, tmp_path: Path) -> None:
    path = plain_network(tmp_path, swapped=(3, 7))
    content = path.read_bytes()
    loads_plain(user, path)
    before = user.session.network.parameters.copy()
    train_more(user)
    assert user.title == "plain.npz * – nnapp training"
    assert not np.array_equal(user.session.network.parameters, before)
    # No command could name a network that is in no file of nnapp's.
    assert "nnapp train" not in user.log
    assert "the network it began with would have to be saved" in user.log

    user.answer_files(tmp_path / "mine.nn")
    user.press("ctrl+s")
    user.wait_until(lambda: user.title == "mine.nn – nnapp training")
    assert user.asked[-1]["initialfile"] == "plain.nn"
    assert path.read_bytes() == content
    np.testing.assert_array_equal(
        read_network(tmp_path / "mine.nn").network.parameters, user.session.network.parameters
    )
    again = [str(tmp_path / "mine.nn"), "--data", str(user.session.dataset.location), "--epochs", "2"]
    assert main(["train", "--resume", *again]) == 0


def test_snapshots_of_a_foreign_network_are_named_after_it(user: User, tmp_path: Path) -> None:
    loads_plain(user, plain_network(tmp_path))
    with user.answering("Escape") as said:
        user.press("ctrl+F5")
    assert any("plain" in text and "plain.npz" not in text for text in said)


def test_cancelled_question_about_a_foreign_network_leaves_everything(user: User, tmp_path: Path) -> None:
    loads(user, saved_network(tmp_path / "good.nn"))
    before = contents(user)
    with user.answering("Escape"):
        load(user, plain_network(tmp_path))
    assert contents(user) == before


def test_file_with_another_programs_content_is_not_written_over(user: User, tmp_path: Path) -> None:
    """Its name says it is nnapp's own; its content does not."""
    path = plain_network(tmp_path).rename(tmp_path / "plain.nn")
    with user.answering("Return", once="100.00 % of 80 test images"):
        load(user, path)
    user.wait_until(lambda: user.title == "plain.nn – nnapp training" and user.is_idle)
    content = path.read_bytes()
    user.answer_files("")
    user.press("ctrl+s")
    user.wait_until(lambda: len(user.asked) == 2)
    assert path.read_bytes() == content


@pytest.mark.parametrize("ending", [".onnx", ".npz", ".safetensors", ".csv", ".py"])
def test_copy_for_another_program_does_not_save_the_network(user: User, tmp_path: Path, ending: str) -> None:
    train(user)
    user.answer_files(tmp_path / f"copy{ending}")
    user.press("ctrl+s")
    user.wait_for_log(f"Exported {tmp_path / f'copy{ending}'}.")
    assert "The network itself is not saved yet" in user.log
    assert user.title == "untitled * – nnapp training"
    with user.answering("Escape") as said:
        user.press("ctrl+q")
    assert "Save the changes to untitled?" in said


def test_network_with_a_class_more_than_the_data_learns_by_the_names(user: User, tmp_path: Path) -> None:
    """Digits without the 0: their classes 1 to 9 are the outputs 1 to 9 of a network for all ten."""
    labels = np.repeat(np.arange(1, 10), 20)
    images = np.zeros((180, 28, 28), np.uint8)
    images[np.arange(180), 2 * labels] = 220
    np.savez(tmp_path / "no-zero.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    user.app.data.load(DataChoice(str(tmp_path / "no-zero.npz")))
    user.wait_until(lambda: user.is_idle and user.session.dataset.name == "no-zero")
    assert user.session.dataset.n_classes == 9
    with user.answering("Return", once="100.00 % of 180 test images"):
        load(user, plain_network(tmp_path))
    user.wait_until(lambda: user.title == "plain.npz – nnapp training" and user.is_idle)
    assert user.session.dataset.n_classes == 10
    assert user.app.window.matrix.evaluation.accuracy == 1
    train_more(user)
    # A new network is one for the classes there are.
    with user.answering("d"):
        user.press("ctrl+i")
    user.wait_until(lambda: user.session.dataset.n_classes == 9)

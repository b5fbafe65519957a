"""Networks in and out of the testing window: every format, questions where a file leaves them, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.foreign_files import write_plain_npz, write_square_npz
from support.testing_window import TestingWindowUser as Tester
from support.testing_window import row_network, row_of, write_row_network

from nnapp.storage.exchange.readers import open_network
from nnapp.storage.exchange.writers import WRITERS
from nnapp.storage.preferences import Preferences, save_preferences

NewTester = Callable[[], Tester]

READABLE = [ending for ending in WRITERS if ending not in (".csv", ".py")]


def opens(tester: Tester, path: Path) -> None:
    tester.answer_files(path)
    tester.press("ctrl+o")


def opened(tester: Tester, path: Path) -> Callable[[], bool]:
    return lambda: tester.session.name == path.name and tester.is_idle


def saves(tester: Tester, path: Path) -> None:
    tester.answer_files(path)
    tester.press("ctrl+shift+s")
    tester.wait_until(lambda: tester.status != "")


# Formats ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", READABLE)
def test_network_saved_in_a_format_is_the_same_when_opened(tester: Tester, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"copy{ending}"
    saves(tester, path)
    assert tester.status == f"Saved {path}."
    before = [values.copy() for values in tester.session.predict().activations]
    # Another network in between, so that the first is not simply still there.
    opens(tester, write_row_network(tmp_path / "other.nn"))
    tester.wait_until(opened(tester, tmp_path / "other.nn"))

    opens(tester, path)
    tester.wait_until(opened(tester, path))
    for now, then in zip(tester.session.predict().activations, before, strict=True):
        np.testing.assert_allclose(now, then, rtol=1e-6)
    # 3 and 7 are swapped in the first network only.
    tester.press("ctrl+Right")
    tester.wait_until(lambda: tester.session.index == 3)
    assert tester.app._preferences.recent_networks[0] == str(path)


@pytest.mark.parametrize("ending", [".csv", ".py"])
def test_formats_for_reading_only_are_written(tester: Tester, tmp_path: Path, ending: str) -> None:
    saves(tester, tmp_path / f"copy{ending}")
    assert (tmp_path / f"copy{ending}").stat().st_size > 1000
    assert tester.session.name == "rows.nn"


def test_dialogs_list_the_formats(tester: Tester) -> None:
    tester.press("ctrl+o", "ctrl+shift+s")
    tester.wait_until(lambda: len(tester.asked) == 2)
    reading, writing = (options["filetypes"] for options in tester.asked)
    assert {"*.nn", "*.onnx", "*.safetensors", "*.pt", "*.pth", "*.json"} <= set(reading[0][1])
    # By themselves, or the state of every run would stand among the networks.
    assert [patterns for _, patterns in reading if "*.npz" in patterns] == [("*.npz",)]
    assert [patterns for _, patterns in writing[:-1]] == [(f"*{ending}",) for ending in WRITERS]
    assert tester.asked[1]["initialfile"] == "rows.nn"


# Questions ----------------------------------------------------------------------------------------


def test_what_a_file_leaves_out_is_asked_and_the_best_choice_suggested(tester: Tester, tmp_path: Path) -> None:
    path = write_plain_npz(tmp_path / "plain.npz", row_network((3, 7)))
    with tester.answering("Return", once="none gets more") as said:
        opens(tester, path)
    # Two digits in ten are swapped.
    name = tester.session.dataset.name
    verdict = next(text for text in said if "none gets more" in text)
    assert verdict.startswith(f"This choice gets 80.00 % of 80 test images of {name} right; none gets more. ")
    # A bright row among dark ones is told by any increasing function and scale.
    assert "other choices do as well, so these images do not tell the activation of the hidden layers and " in verdict
    tester.wait_until(opened(tester, path))
    assert "784-12-10-10" in str(tester.window.network_label.cget("text"))
    tester.press("ctrl+Right")
    tester.wait_until(lambda: tester.session.index == 3)
    assert tester.answer == "7"


def test_cancelled_question_leaves_everything(tester: Tester, tmp_path: Path) -> None:
    network = tester.session.network
    with tester.answering("Escape"):
        opens(tester, write_plain_npz(tmp_path / "plain.npz", row_network()))
    assert tester.session.network is network
    assert "rows.nn" in tester.title
    assert tester.status == ""


def test_which_way_round_square_weights_are_is_asked(tester: Tester, tmp_path: Path) -> None:
    path = write_square_npz(tmp_path / "square.npz")
    network = tester.session.network
    with tester.answering("Escape") as said:
        opens(tester, path)
    assert any("Which way round are the weights in square.npz?" in text for text in said)
    assert tester.session.network is network


def test_program_started_with_a_foreign_network_asks_when_the_data_are_there(
    new_tester: NewTester, tmp_path: Path, data_folder: Path
) -> None:
    path = write_plain_npz(tmp_path / "plain.npz", row_network())
    tester = new_tester()
    with tester.answering("Return", once="100.00 % of 80 test images"):
        tester.start(path, data_folder)
    tester.wait_until(opened(tester, path))
    tester.draw(row_of(4))
    tester.wait_until(lambda: tester.session.source == "drawing" and tester.answer != "")


def test_next_start_does_not_ask(new_tester: NewTester, tmp_path: Path, rows_file: Path, data_folder: Path) -> None:
    """What was used last and would be asked about is passed over, with no window in the way."""
    recent = [str(write_plain_npz(tmp_path / "plain.npz", row_network())), str(rows_file)]
    save_preferences(Preferences(recent_networks=recent))
    tester = new_tester()
    tester.start(None, data_folder)
    assert "rows.nn" in tester.title
    assert tester.windows() == []


# Names of classes ---------------------------------------------------------------------------------


def test_classes_of_the_data_set_name_the_outputs_of_a_network_without_names(
    new_tester: NewTester, tmp_path: Path, rows_file: Path
) -> None:
    names = [f"photos of the {place}" for place in "abcdefghij"]
    tester = new_tester()
    tester.start(rows_file, named_set(tmp_path / "photos.npz", names))
    tester.press("Right")
    tester.wait_until(lambda: tester.answer == "photos of the b")
    assert tester.label == "label: photos of the b"
    assert tester.window.answer.read_verdict() == "✓ right"
    assert list(tester.window.diagram.canvas.layout.outputs.names)[:2] != ["0", "1"]


def test_labels_are_numbered_as_the_outputs_of_a_network_with_names(
    new_tester: NewTester, tmp_path: Path, rows_file: Path
) -> None:
    """A data set without the 0 numbers its 1 as the first class; the network's first output is the 0."""
    tester = new_tester()
    tester.start(rows_file, named_set(tmp_path / "no-zero.npz", [str(digit) for digit in range(10)], without="0"))
    tester.wait_until(lambda: tester.answer == "1")
    assert tester.label == "label: 1"
    assert tester.window.answer.read_verdict() == "✓ right"
    assert tester.session.evaluation.accuracy == pytest.approx(7 / 9)  # 3 and 7 are swapped


def named_set(path: Path, names: list[str], without: str = "") -> Path:
    """Write twenty images of rows of each class with texts as labels, and the same for testing."""
    images = np.zeros((200, 28, 28), np.uint8)
    labels = np.arange(200) % 10
    images[np.arange(200), 2 * labels] = 220
    texts = np.array(names)[labels]
    kept = texts != without
    np.savez(path, x_train=images[kept], y_train=texts[kept], x_test=images[kept], y_test=texts[kept])
    return path


# What goes wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.onnx", b"\x08\x08\x12\x05nnapp"),
        ("cut.npz", b"PK\x03\x04" + bytes(40)),
        ("cut.safetensors", b"\xff\xff\xff\xff\xff\xff\xff\x7f{}"),
        ("cut.json", b'{"weights": ['),
        ("cut.pt", b"\x80\x02cos\nsystem\n(S'true'\ntR."),
        ("model.h5", b"\x89HDF\r\n\x1a\n"),
        ("empty.npz", b""),
    ],
)
def test_broken_file_is_said_in_one_sentence_and_nothing_is_lost(
    tester: Tester, tmp_path: Path, name: str, content: bytes
) -> None:
    network = tester.session.network
    (tmp_path / name).write_bytes(content)
    opens(tester, tmp_path / name)
    tester.wait_until(lambda: name in tester.status)
    assert "\n" not in tester.status
    assert tester.session.network is network
    assert "rows.nn" in tester.title
    assert str(tmp_path / name) not in tester.app._preferences.recent_networks


def test_file_deleted_meanwhile_leaves_the_recent_ones(tester: Tester, tmp_path: Path) -> None:
    path = tmp_path / "gone.onnx"
    saves(tester, path)
    opens(tester, path)
    tester.wait_until(opened(tester, path))
    path.unlink()
    tester.choose("File", "Recent Networks", f"1  gone.onnx   in {tmp_path}")
    tester.wait_until(lambda: "does not exist" in tester.status)
    # What was read is still there, and can be saved again.
    assert tester.session.name == "gone.onnx"
    assert str(path) not in tester.app._preferences.recent_networks
    saves(tester, path)
    assert open_network(path).network.layer_sizes == (784, 12, 10, 10)


def test_network_of_a_size_that_cannot_be_shown_stays_among_the_recent_ones(tester: Tester, tmp_path: Path) -> None:
    """There is nothing wrong with the file: the training window may open it."""
    path = write_plain_npz(tmp_path / "odd.npz", None)
    tester.app._preferences.remember_network(path)
    after_id = tester.root.after(10, answer_anything, tester)
    opens(tester, path)
    tester.wait_until(lambda: "783" in tester.status)
    tester.root.after_cancel(after_id)
    assert str(path) in tester.app._preferences.recent_networks


def answer_anything(tester: Tester) -> None:
    """Choose the first answer to each question of the dialog once it is there, and open the network."""
    dialogs: list[Any] = tester.windows()
    if not dialogs:
        tester.root.after(10, answer_anything, tester)
        return
    for box in dialogs[0]._boxes.values():
        box.current(0)
        box.event_generate("<<ComboboxSelected>>")
    dialogs[0]._open.invoke()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing/copy.onnx", "does not exist"),
        ("copy.pt", "must end with one of .nn, .onnx"),
        ("copy.json", "must end with one of .nn, .onnx"),
    ],
)
def test_saving_that_fails_says_why(tester: Tester, tmp_path: Path, name: str, words: str) -> None:
    saves(tester, tmp_path / name)
    assert words in tester.status
    assert not (tmp_path / name).exists()


def test_full_disk_keeps_the_earlier_file(tester: Tester, tmp_path: Path, fill_disk: Callable[[], None]) -> None:
    (tmp_path / "copy.onnx").write_bytes(b"earlier")
    fill_disk()
    saves(tester, tmp_path / "copy.onnx")
    assert "the disk is full" in tester.status
    assert (tmp_path / "copy.onnx").read_bytes() == b"earlier"


def test_without_a_network_there_is_nothing_to_save(new_tester: NewTester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnapp.gui.tested_network_controller.shipped_networks", lambda: ())
    tester: Any = new_tester()
    tester.start(None)
    saves(tester, Path("never.nn"))
    assert tester.status == "There must be a network to save: load one first."
    assert tester.asked == []


def test_which_way_round_is_asked_with_what_each_way_gives(tester: Tester, tmp_path: Path) -> None:
    """A column for each of ten neurons: the images have 784 pixels."""
    np.save(tmp_path / "matrix.npy", np.random.default_rng(3).normal(size=(784, 10)).astype(np.float32))
    with tester.answering("Escape", once="Which way round") as said:
        opens(tester, tmp_path / "matrix.npy")
    # The one that fits first: it is what Return chooses.
    choices = [text for text in said if " per neuron: " in text]
    assert choices == ["Column per neuron: 784-10", "Row per neuron: 10-784"]
    assert any(f"784-10 takes the 784 pixels of {tester.session.dataset.name}." in text for text in said)


def test_state_of_a_run_is_told_from_a_network(tester: Tester, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.run.npz", description=np.zeros(3, np.uint8), parameters=np.zeros(4, np.float32))
    opens(tester, tmp_path / "a.run.npz")
    sentence = f"is no network but the state of a run that belongs to {tmp_path / 'a'}.nn; open that."
    tester.wait_until(lambda: sentence in tester.status)

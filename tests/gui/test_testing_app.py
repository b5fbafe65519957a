"""The testing window as a whole, by real events: drawing, images of the data set, files, and every command."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tkinter import ttk
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.data_commands import QUESTIONS, data_effects
from support.data_sets import write_data_set
from support.testing_window import TestingWindowUser as Tester
from support.testing_window import row_network, row_of, write_row_network
from support.window_user import all_widgets, text_of

from nnapp.digits.normalization import as_drawn, like_mnist
from nnapp.digits.photographs import discretize_picture
from nnapp.digits.picture_files import read_picture
from nnapp.digits.picture_fitting import as_bytes, fit_picture
from nnapp.engine import Settings
from nnapp.engine.network import Network
from nnapp.errors import DataError
from nnapp.gui.command import Command
from nnapp.gui.help_window import HelpWindow
from nnapp.gui.shortcuts import Shortcut
from nnapp.gui.testing_commands import TESTING_COMMANDS
from nnapp.storage.dataset import DataChoice
from nnapp.storage.datasets import load_dataset
from nnapp.storage.idx_file import read_idx
from nnapp.storage.network_file import write_network
from nnapp.storage.network_metadata import NetworkMetadata, training_record
from nnapp.storage.preferences import Preferences, load_preferences, save_preferences
from nnapp.storage.source_names import SyntheticChoice

NewTester = Callable[[], Tester]
LetPass = Callable[[float], None]
COMMANDS = {command.name: command for command in TESTING_COMMANDS if command.kind != "separator"}


def answers(tester: Tester, expected: str) -> None:
    tester.wait_until(lambda: tester.answer == expected)


# The first look -----------------------------------------------------------------------------------


def test_first_start_shows_a_shipped_network_alive(new_tester: NewTester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any data set, with digits that nnapp draws, and says so."""
    monkeypatch.setattr(SyntheticChoice.__init__, "__defaults__", (200, 0))
    tester = new_tester()
    tester.start(None)
    assert "best.nn" in tester.root.title()
    assert "784-1200-1200-10" in str(tester.window.network_label.cget("text"))
    assert "drawn by nnapp" in tester.window.notice.sentence
    assert tester.app.session.source == "data set"
    answers(tester, tester.app.session.class_names[tester.app.session.predict().digit])
    tester.press("Delete")
    tester.draw([(0.5, 0.15), (0.5, 0.85)])
    answers(tester, "1")


def test_without_any_network_it_is_said_and_drawing_works(
    new_tester: NewTester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnapp.gui.tested_network_controller.shipped_networks", lambda: ())
    tester = new_tester()
    tester.start(None)
    assert "No network yet" in tester.window.answer.read_sentence()
    assert "No network yet" in tester.window.diagram.canvas.read_labels()["sentence"]
    tester.draw([(0.5, 0.15), (0.5, 0.85)])
    assert tester.window.grid.read_image().max() > 0.5
    assert tester.answer == ""


def test_network_used_last_comes_again_and_one_that_is_gone_does_not(
    new_tester: NewTester, rows_file: Path, data_folder: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.nn"
    broken.write_bytes(b"\x03")
    recent = [str(tmp_path / "gone.nn"), str(broken), str(rows_file)]
    save_preferences(Preferences(recent_networks=recent, data=DataChoice(str(data_folder))))
    tester = new_tester()
    tester.start(None)
    assert "rows.nn" in tester.root.title()
    answers(tester, "0")
    assert tester.label == "label: 0"


def test_starts_with_the_image_that_is_asked_for(new_tester: NewTester, rows_file: Path, data_folder: Path) -> None:
    tester = new_tester()
    tester.start(rows_file, data_folder, split="train", index=124)
    answers(tester, "4")
    assert tester.window.index.get() == "124"
    assert tester.label == "label: 4"
    assert tester.session.image.tolist() == (load_dataset(data_folder).training_images[124] / np.float32(255)).tolist()


# Drawing ------------------------------------------------------------------------------------------


def as_drawn_only(tester: Tester) -> None:
    tester.press("Delete")
    tester.xdo.click(tester.button("As Drawn"))
    tester.wait_until(lambda: tester.app.commands.read_value("discretisation") == "as-drawn")


def test_pen_changes_grid_diagram_and_answer(tester: Tester) -> None:
    as_drawn_only(tester)
    empty_grid, empty_diagram = tester.picture(tester.window.grid), tester.picture(tester.window.diagram)
    assert tester.window.grid.read_image() is None
    tester.draw(row_of(4))
    answers(tester, "4")
    ink = tester.window.drawing.read_ink()
    # As drawn: each of the 28 by 28 pixels is the mean of ten by ten of the paper.
    means = ink.reshape(28, 10, 28, 10).mean(axis=(1, 3))
    np.testing.assert_allclose(tester.window.grid.read_image(), means, atol=1e-5)
    assert means[8, 6:22].min() > 0.9
    assert tester.picture(tester.window.grid) != empty_grid
    assert tester.picture(tester.window.diagram) != empty_diagram
    assert tester.window.answer.read_verdict() == ""
    assert tester.label == ""


def test_network_follows_while_the_pen_is_down(tester: Tester) -> None:
    as_drawn_only(tester)
    paper = tester.window.drawing._paper
    side = paper.winfo_width()
    tester.xdo.move(paper, side // 4, round(side * 8.5 / 28))
    tester.xdo._run("mousedown", "1")
    tester.xdo.move(paper, side // 2, round(side * 8.5 / 28))
    answers(tester, "4")
    first = float(tester.window.grid.read_image().sum())
    tester.xdo.move(paper, side * 3 // 4, round(side * 8.5 / 28))
    tester.wait_until(lambda: tester.window.grid.read_image().sum() > 1.5 * first)
    tester.xdo._run("mouseup", "1")


def test_empty_canvas_gives_no_guess(tester: Tester) -> None:
    tester.press("Delete")
    tester.wait_until(lambda: tester.answer == "")
    assert "Nothing drawn" in tester.window.answer.read_sentence()
    assert tester.session.predict() is None
    tester.draw(row_of(4))
    tester.wait_until(lambda: tester.answer != "")
    tester.press("Return", "Delete", "Return")
    tester.wait_until(lambda: tester.answer == "")
    assert "Nothing drawn" in tester.window.answer.read_sentence()
    tester.open_tab("Activity")
    tester.wait_until(lambda: tester.window.activity.input.read_sentence() != "")
    assert not tester.app.commands.is_enabled("process")


def test_without_live_only_process_asks_the_network(tester: Tester, let_pass: LetPass) -> None:
    as_drawn_only(tester)
    tester.xdo.click(tester.button("Live"))
    tester.draw(row_of(4))
    let_pass(0.05)
    assert tester.answer == ""
    tester.press("Return")
    answers(tester, "4")
    tester.press("Delete")
    tester.draw(row_of(6))
    let_pass(0.05)
    assert tester.answer == ""
    tester.xdo.click(tester.button("Process"))
    answers(tester, "6")
    tester.press("Delete")
    tester.draw(row_of(5))
    tester.press("ctrl+l")
    answers(tester, "5")


def test_as_drawn_and_like_mnist_switch_at_once(tester: Tester) -> None:
    as_drawn_only(tester)
    tester.draw(row_of(2))
    answers(tester, "2")
    ink = tester.window.drawing.read_ink()
    np.testing.assert_array_equal(tester.window.grid.read_image(), as_drawn(ink, (28, 28)))
    tester.xdo.click(tester.button("Like MNIST"))
    tester.wait_until(lambda: tester.answer != "2")
    grid = tester.window.grid.read_image()
    np.testing.assert_array_equal(grid, like_mnist(ink, (28, 28)))
    # In MNIST the centre of mass is in the middle of pixel 14 of 28.
    assert (grid.sum(axis=1) * np.arange(28)).sum() / grid.sum() == pytest.approx(14, abs=0.1)
    tester.xdo.click(tester.button("As Drawn"))
    answers(tester, "2")


@pytest.mark.parametrize("means", ["shortcut", "button"])
def test_undo_redo_clear_and_eraser(tester: Tester, means: str) -> None:
    def do(keys: str, label: str) -> None:
        if means == "shortcut":
            tester.press(keys)
        else:
            tester.xdo.click(tester.button(label))

    as_drawn_only(tester)
    tester.draw(row_of(4))
    tester.draw(row_of(6), [(0.1, 13 / 28), (0.9, 13 / 28)])
    answers(tester, "6")
    do("ctrl+z", "Undo")
    do("ctrl+z", "Undo")
    answers(tester, "4")
    do("ctrl+y", "Redo")
    do("ctrl+y", "Redo")
    answers(tester, "6")
    tester.wait_until(lambda: not tester.app.commands.is_enabled("redo"))
    do("ctrl+e", "Eraser")
    tester.draw([(0.02, 12.5 / 28), (0.98, 12.5 / 28)], [(0.02, 13.5 / 28), (0.98, 13.5 / 28)])
    answers(tester, "4")
    do("ctrl+e", "Eraser")
    tester.draw(row_of(1), [(0.1, 3 / 28), (0.9, 3 / 28)])
    answers(tester, "1")
    do("Delete", "Clear")
    tester.wait_until(lambda: tester.answer == "")
    assert tester.window.drawing.is_empty
    do("ctrl+z", "Undo")
    answers(tester, "1")


def test_right_button_erases(tester: Tester) -> None:
    as_drawn_only(tester)
    tester.draw(row_of(4))
    answers(tester, "4")
    tester.draw([(0.02, 8 / 28), (0.98, 8 / 28)], [(0.02, 9 / 28), (0.98, 9 / 28)], button=3)
    tester.wait_until(lambda: tester.answer == "")
    assert tester.window.drawing.is_empty


def test_drawing_goes_on_from_a_test_image(tester: Tester) -> None:
    tester.press("Right")
    answers(tester, "1")
    assert tester.label == "label: 1"
    tester.draw(row_of(9), row_of(8))
    # It is another image now, whose label nobody knows.
    tester.wait_until(lambda: tester.label == "" and tester.session.source == "drawing")


# Images of the data set ---------------------------------------------------------------------------


def go_to(tester: Tester, text: str) -> None:
    tester.press("ctrl+g")
    tester.xdo.type(text)
    tester.press("Return")


def is_at(tester: Tester, index: int) -> bool:
    return bool(tester.session.index == index and tester.window.index.get() == str(index))


def test_typed_index_shows_image_label_and_answer(tester: Tester, data_folder: Path) -> None:
    go_to(tester, "42")
    answers(tester, "2")
    test_images = read_idx(data_folder / "t10k-images-idx3-ubyte")
    np.testing.assert_array_equal(tester.window.grid.read_image(), test_images[42] / np.float32(255))
    assert tester.label == "label: 2"
    assert tester.window.answer.read_verdict() == "✓ right"
    assert tester.window.answer.read_color() == tester.app.style.palette.success
    assert tester.window.diagram._model._answer.label == 2
    # Digit 3 is taken for a 7.
    go_to(tester, "53")
    answers(tester, "7")
    assert tester.label == "label: 3"
    assert tester.window.answer.read_verdict() == "✗ wrong, it is 3"
    assert tester.window.answer.read_color() == tester.app.style.palette.error


def test_confidence_is_the_softmax_of_the_outputs(tester: Tester, data_folder: Path) -> None:
    go_to(tester, "42")
    answers(tester, "2")
    pixels = read_idx(data_folder / "t10k-images-idx3-ubyte")[42].astype(np.float64) / 255
    ink = np.array([0.1 * pixels[2 * digit].sum() for digit in range(10)])
    ink[:2] += 0.25, -0.25
    weights = np.exp(3 * np.maximum(ink, 0))
    assert tester.window.answer.read_confidence() == f"{100 * weights[2] / weights.sum():.1f} %"


def test_keys_walk_through_the_images(tester: Tester) -> None:
    for key, index in (
        ("Right", 1),
        ("Right", 2),
        ("Left", 1),
        ("Left", 0),
        ("Left", 79),  # round the end
        ("Right", 0),
        ("Next", 20),  # 100 on, of 80
        ("Prior", 0),
        ("ctrl+Down", 10),  # the next 0
        ("ctrl+Down", 20),
    ):
        tester.press(key)
        tester.wait_until(lambda index=index: is_at(tester, index))
        assert tester.label == f"label: {index % 10}"


def test_arrow_keys_move_in_the_field_that_is_typed_into(tester: Tester) -> None:
    tester.press("ctrl+g")
    tester.xdo.type("12")
    tester.press("Left", "BackSpace", "Return")
    tester.wait_until(lambda: is_at(tester, 2))


def test_spinbox_arrows_show_the_image(tester: Tester) -> None:
    tester.press("ctrl+g", "Up")
    tester.wait_until(lambda: is_at(tester, 1))
    answers(tester, "1")
    tester.press("Down", "Down")
    tester.wait_until(lambda: is_at(tester, 0))


def test_next_wrong_is_really_wrong(tester: Tester) -> None:
    for index in (3, 7, 13, 17, 23):
        tester.press("ctrl+Right")
        tester.wait_until(lambda index=index: is_at(tester, index))
        assert tester.answer == str(10 - index % 10)
        assert tester.window.answer.read_verdict() == f"✗ wrong, it is {index % 10}"
    go_to(tester, "77")
    tester.wait_until(lambda: is_at(tester, 77))
    tester.xdo.click(tester.button("Next wrong"))
    tester.wait_until(lambda: is_at(tester, 3))


def test_no_wrong_answer_is_said(new_tester: NewTester, tmp_path: Path, data_folder: Path) -> None:
    tester = new_tester()
    tester.start(write_row_network(tmp_path / "all-right.nn"), data_folder)
    tester.press("ctrl+Right")
    tester.wait_until(lambda: "takes no image of this data set for something else" in tester.status)


def test_random_shows_any_image(tester: Tester, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("random.randrange", lambda count: asked.append(count) or 64)
    tester.press("ctrl+r")
    tester.wait_until(lambda: is_at(tester, 64))
    assert asked == [80]
    answers(tester, "4")


def test_training_images_are_those_of_the_training_files(tester: Tester, data_folder: Path) -> None:
    tester.choose("Image", "Training Images")
    tester.wait_until(lambda: tester.is_idle and is_at(tester, 0))
    go_to(tester, "199")
    answers(tester, "9")
    training_images = read_idx(data_folder / "train-images-idx3-ubyte")
    np.testing.assert_array_equal(tester.window.grid.read_image(), training_images[199] / np.float32(255))
    assert "training image" in tester.texts(tester.root)
    tester.choose("Image", "Test Images")
    tester.wait_until(lambda: tester.is_idle and is_at(tester, 0))
    go_to(tester, "199")
    tester.wait_until(lambda: tester.status == "The index of a test image must be from 0 to 79; got 199.")


def test_play_walks_and_stops(tester: Tester) -> None:
    tester.press("ctrl+shift+Right", "ctrl+shift+Right", "space")
    tester.wait_until(lambda: tester.session.index >= 2)
    assert tester.app.player.is_playing
    assert tester.button("Stop (8/s)")
    tester.press("space")
    tester.wait_until(lambda: not tester.app.player.is_playing)
    assert tester.button("Play")
    tester.press("space")
    assert tester.app.player.is_playing
    tester.draw(row_of(4))
    assert not tester.app.player.is_playing


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("80", "The index of a test image must be from 0 to 79; got 80."),
        ("99999999999999999999", "The index of a test image must be from 0 to 79; got 99999999999999999999."),
        ("-1", "The index of an image must be a whole number from 0 to 79; got '-1'."),
        ("1e3", "The index of an image must be a whole number from 0 to 79; got '1e3'."),
        ("²", "The index of an image must be a whole number from 0 to 79; got '²'."),
        ("", "The index of an image must be a whole number from 0 to 79; got ''."),
    ],
)
def test_wrong_index_is_said_and_nothing_is_lost(tester: Tester, typed: str, sentence: str) -> None:
    tester.press("Right")
    answers(tester, "1")
    tester.press("ctrl+g", "BackSpace")
    tester.window.index.set(typed)
    tester.press("Return")
    tester.wait_until(lambda: tester.status == sentence)
    assert tester.answer == "1"
    assert tester.session.index == 1


# Pixels by hand -----------------------------------------------------------------------------------


def test_editing_pixels_changes_the_answer(tester: Tester) -> None:
    answers(tester, "0")
    canvas = tester.window.grid.canvas

    def middle(row: int, column: int) -> tuple[int, int]:
        left, top, right, bottom = canvas.pixel_box(row, column)
        return (left + right) // 2, (top + bottom) // 2

    for _ in range(2):
        tester.xdo.drag(canvas, [middle(12, 0), middle(12, 14), middle(12, 27)])
    answers(tester, "6")
    assert tester.window.grid.read_image()[12].min() == 1
    assert tester.label == "label: 0 (edited)"
    assert tester.window.answer.read_verdict() == "✗ wrong, it is 0"
    for _ in range(2):
        tester.xdo.drag(canvas, [middle(12, 0), middle(12, 14), middle(12, 27)], button=3)
    answers(tester, "0")
    assert tester.window.grid.read_image()[12].max() == 0


# Files --------------------------------------------------------------------------------------------


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """Return a picture of a dark horizontal stroke on light paper, off the middle."""
    pixels = np.full((200, 300, 3), 230, np.uint8)
    pixels[60:75, 40:160] = (20, 30, 80)
    path = tmp_path / "stroke.png"
    Image.fromarray(pixels).save(path)
    return path


def test_opens_an_image_file_and_shows_its_steps(tester: Tester, photograph: Path) -> None:
    tester.answer_files(photograph)
    tester.press("ctrl+i")
    tester.wait_until(lambda: tester.session.source == "file")
    assert tester.tab == "Picture"
    assert {"the picture", "its ink", "what the network sees"} <= set(tester.texts(tester.window.steps))
    grid = tester.window.grid.read_image()
    # The stroke, eight times as wide as high, fills the 20 pixels in the middle.
    columns = np.flatnonzero(grid.sum(axis=0) > 0.5)
    assert columns[-1] - columns[0] + 1 == pytest.approx(20, abs=1)
    assert (grid.sum(axis=1) * np.arange(28)).sum() / grid.sum() == pytest.approx(14, abs=0.1)
    assert tester.answer != ""
    assert tester.label == ""


def test_a_picture_is_read_as_those_that_the_network_learnt(tester: Tester, photograph: Path, tmp_path: Path) -> None:
    network = row_network()
    for name, pictures in (("pictures.nn", "as-read-inverted"), ("digits.nn", "like-mnist"), ("silent.nn", "")):
        write_network(tmp_path / name, network, NetworkMetadata(input_shape=(28, 28), pictures=pictures))
    tester.answer_files(tmp_path / "pictures.nn")
    tester.press("ctrl+o")
    tester.wait_until(lambda: tester.app.commands.read_value("discretisation") == "as-drawn")
    tester.answer_files(photograph)
    tester.press("ctrl+i")
    tester.wait_until(lambda: tester.session.source == "file")
    expected = (255 - fit_picture(as_bytes(read_picture(photograph)), (28, 28))) / np.float32(255)
    np.testing.assert_array_equal(tester.session.image, expected)
    # The present picture follows another network, and what the file does not say is as the person left it.
    tester.answer_files(tmp_path / "digits.nn")
    tester.press("ctrl+o")
    tester.wait_until(lambda: tester.app.commands.read_value("discretisation") == "like-mnist")
    np.testing.assert_array_equal(tester.session.image, discretize_picture(photograph).grid)
    tester.xdo.click(tester.button("As Drawn"))
    tester.wait_until(lambda: tester.app.commands.read_value("discretisation") == "as-drawn")
    for name, way in (("digits.nn", "like-mnist"), ("silent.nn", "as-drawn")):
        tester.answer_files(tmp_path / name)
        tester.press("ctrl+o")
        tester.wait_until(lambda name=name: tester.session.name == name)
        assert tester.app.commands.read_value("discretisation") == way


def test_a_network_that_may_have_learnt_the_test_images(tester: Tester, tmp_path: Path) -> None:
    record = training_record(Settings(), tester.session.dataset.name, 0.5, 3)
    write_network(tmp_path / "other.nn", row_network(), NetworkMetadata(input_shape=(28, 28), training=record))
    tester.answer_files(tmp_path / "other.nn")
    tester.press("ctrl+o")
    tester.wait_until(lambda: "may have learnt some of these test images" in tester.status and tester.is_idle)


def test_starts_with_an_image_file(new_tester: NewTester, rows_file: Path, data_folder: Path, photograph: Path) -> None:
    tester = new_tester()
    tester.start(rows_file, data_folder, picture=str(photograph))
    tester.wait_until(lambda: tester.session.source == "file")


def test_starts_with_an_image_file_without_a_data_set(new_tester: NewTester, rows_file: Path, photograph: Path) -> None:
    tester = new_tester()
    tester.start(rows_file, picture=str(photograph))
    tester.wait_until(lambda: tester.session.source == "file")


def test_index_asked_for_without_a_data_set_is_one_of_the_drawn_digits(new_tester: NewTester, rows_file: Path) -> None:
    tester = new_tester()
    tester.start(rows_file, index=3)
    assert tester.session.dataset.name == "Synthetic digits"
    tester.wait_until(lambda: is_at(tester, 3))


def test_switching_the_discretisation_leaves_a_test_image_alone(tester: Tester) -> None:
    tester.press("Right")
    answers(tester, "1")
    before = tester.window.grid.read_image()
    tester.xdo.click(tester.button("As Drawn"))
    tester.wait_until(lambda: tester.app.commands.read_value("discretisation") == "as-drawn")
    assert tester.label == "label: 1"
    np.testing.assert_array_equal(tester.window.grid.read_image(), before)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no picture", "picture"), (b"", "picture"), (b"\x89PNG\r\n\x1a\n", "picture"), (None, "does not exist")],
)
def test_bad_image_file_is_said_and_nothing_is_lost(
    tester: Tester, tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "bad.png"
    if content is not None:
        path.write_bytes(content)
    tester.press("Right")
    answers(tester, "1")
    tester.answer_files(path)
    tester.press("ctrl+i")
    tester.wait_until(lambda: "bad.png" in tester.status)
    assert words in tester.status
    assert tester.status.count(".") <= tester.status.count("bad.png") + 1
    assert tester.answer == "1"
    assert tester.label == "label: 1"


def test_paste_without_a_clipboard_program_says_what_to_install(
    tester: Tester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise NotImplementedError("wl-paste or xclip is required for ImageGrab.grabclipboard() on Linux")

    monkeypatch.setattr("PIL.ImageGrab.grabclipboard", refuse)
    tester.press("ctrl+v")
    tester.wait_until(lambda: "apt install xclip" in tester.status)
    answers(tester, "0")


def test_pastes_a_picture_and_a_copied_file(tester: Tester, photograph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: Any = Image.open(photograph)
    monkeypatch.setattr("PIL.ImageGrab.grabclipboard", lambda: found)
    tester.press("ctrl+v")
    tester.wait_until(lambda: tester.session.source == "file")
    pasted = tester.window.grid.read_image()
    tester.press("Right")
    tester.wait_until(lambda: tester.session.source == "data set")
    found = [str(photograph)]
    tester.press("ctrl+v")
    tester.wait_until(lambda: tester.session.source == "file")
    np.testing.assert_array_equal(tester.window.grid.read_image(), pasted)
    found = None
    tester.press("ctrl+v")
    tester.wait_until(lambda: tester.status == "There is no picture on the clipboard to paste.")


# What goes wrong ----------------------------------------------------------------------------------


def make_network(path: Path, sizes: list[int]) -> Path:
    write_network(path, Network.dense(sizes, rng=np.random.default_rng(1)), NetworkMetadata())
    return path


def test_corrupt_network_is_said_and_the_present_one_stays(tester: Tester, rows_file: Path, tmp_path: Path) -> None:
    content = bytearray(rows_file.read_bytes())
    content[5000] ^= 1
    (tmp_path / "corrupt.nn").write_bytes(content)
    network = tester.session.network
    tester.answer_files(tmp_path / "corrupt.nn")
    tester.press("ctrl+o")
    tester.wait_until(lambda: "corrupt.nn" in tester.status)
    assert tester.session.network is network
    assert "rows.nn" in tester.root.title()
    assert tester.app._preferences.recent_networks == [str(rows_file)]
    answers(tester, "0")
    tester.press("Right")
    answers(tester, "1")


def test_network_that_takes_no_square_images_is_refused(tester: Tester, tmp_path: Path) -> None:
    network = tester.session.network
    tester.answer_files(make_network(tmp_path / "oblong.nn", [783, 10]))
    tester.press("ctrl+o")
    tester.wait_until(lambda: "783" in tester.status)
    assert tester.session.network is network
    answers(tester, "0")


def test_network_for_other_images_says_so_and_draws(tester: Tester, tmp_path: Path, let_pass: LetPass) -> None:
    tester.answer_files(make_network(tmp_path / "small.nn", [64, 3]))
    tester.press("ctrl+o")
    tester.wait_until(lambda: "small.nn" in tester.root.title())
    sentence = "Images must have 8×8 pixels, as the network takes; got 28×28."
    for keys in ("Right", "space"):
        tester.press(keys)
        tester.wait_until(lambda: tester.status == sentence)
        tester.window.show_status("")
    let_pass(0.6)  # an image every half a second
    assert not tester.app.commands.is_enabled("next-wrong")
    tester.draw([(0.5, 0.15), (0.5, 0.85)])
    tester.wait_until(lambda: tester.answer in ("0", "1", "2"))
    assert tester.window.grid.read_image().shape == (8, 8)


MISFIT = "This network cannot read these images: it takes 8×8 pixels, they have 28×28."


def notice_buttons(tester: Tester) -> list[str]:
    """Return the buttons under the toolbar that are to be seen."""
    tester.root.update()
    buttons = [widget for widget in all_widgets(tester.window.notice) if isinstance(widget, ttk.Button)]
    return [text_of(button) for button in buttons if button.winfo_ismapped()]


def test_sheet_is_read_again_for_another_network_and_the_misfit_is_said(
    tester: Tester, tmp_path: Path, rows_file: Path
) -> None:
    tester.press("Delete")
    tester.draw([(0.5, 0.15), (0.5, 0.85)])
    tester.wait_until(lambda: tester.session.source == "drawing")
    tester.answer_files(make_network(tmp_path / "small.nn", [64, 3]))
    tester.press("ctrl+o")
    tester.wait_until(lambda: tester.answer in ("0", "1", "2"))
    assert tester.window.grid.read_image().shape == (8, 8)
    assert tester.window.notice.sentence == MISFIT
    assert notice_buttons(tester) == ["Load Network", "Choose Data"]
    tester.answer_files(rows_file)
    tester.press("ctrl+o")
    tester.wait_until(lambda: rows_file.name in tester.root.title())
    assert tester.window.grid.read_image().shape == (28, 28)
    assert notice_buttons(tester) == []


def test_data_that_the_network_cannot_read_are_said_at_once(
    new_tester: NewTester, tmp_path: Path, data_folder: Path
) -> None:
    small = write_data_set(tmp_path / "small", shape=(8, 8), n_classes=3)
    tester = new_tester()
    tester.start(make_network(tmp_path / "small.nn", [64, 3]), small)
    assert tester.window.notice.sentence == ""
    tester.answer_files(data_folder)
    tester.press("ctrl+d")
    tester.wait_until(lambda: tester.window.notice.sentence == MISFIT)
    assert "Images must have" not in tester.status
    assert notice_buttons(tester) == ["Load Network", "Choose Data"]
    tester.answer_files(small)
    tester.press("ctrl+d")
    tester.wait_until(lambda: tester.window.notice.sentence == "")
    tester.wait_until(lambda: tester.session.source == "data set")


def test_empty_grid_has_the_shape_of_the_network(tester: Tester, tmp_path: Path) -> None:
    tester.press("Delete")
    write_network(tmp_path / "flat.nn", Network.dense([20 * 10, 3]), NetworkMetadata(input_shape=(20, 10)))
    tester.answer_files(tmp_path / "flat.nn")
    tester.press("ctrl+o")
    tester.wait_until(lambda: "flat.nn" in tester.root.title())
    grid = tester.window.grid
    tester.wait_until(lambda: grid.read_image() is None)
    tester.wait_until(lambda: grid.canvas.winfo_height() == pytest.approx(2 * grid.canvas.winfo_width(), abs=10))


def test_network_with_fewer_classes_than_the_data_set(tester: Tester, tmp_path: Path) -> None:
    tester.answer_files(make_network(tmp_path / "three.nn", [784, 3]))
    tester.press("ctrl+o")
    tester.wait_until(lambda: "three.nn" in tester.root.title())
    go_to(tester, "9")
    tester.wait_until(lambda: is_at(tester, 9))
    assert tester.answer in ("0", "1", "2")
    assert tester.label == "label: 9"


def test_missing_label_file_is_said_and_the_data_set_stays(tester: Tester, data_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "half"
    shutil.copytree(data_folder, folder)
    (folder / "t10k-labels-idx1-ubyte").unlink()
    dataset = tester.session.dataset
    tester.answer_files(folder)
    tester.press("ctrl+d")
    tester.wait_until(lambda: "t10k-labels" in tester.status)
    assert tester.session.dataset is dataset
    tester.press("Right")
    answers(tester, "1")


def test_data_set_asked_for_that_is_not_there_is_said(new_tester: NewTester, rows_file: Path, tmp_path: Path) -> None:
    tester = new_tester()
    tester.start(rows_file, tmp_path / "nowhere")
    assert "nowhere" in tester.status
    tester.draw(row_of(4))
    tester.wait_until(lambda: tester.answer != "")


def test_network_asked_for_that_is_not_there_is_said(new_tester: NewTester, tmp_path: Path, data_folder: Path) -> None:
    tester = new_tester()
    tester.start(tmp_path / "nowhere.nn", data_folder)
    tester.wait_until(lambda: "nowhere.nn" in tester.status)


def test_index_asked_for_that_is_not_there_is_said(new_tester: NewTester, rows_file: Path, data_folder: Path) -> None:
    tester = new_tester()
    tester.start(rows_file, data_folder, index=80)
    assert tester.status == "The index of a test image must be from 0 to 79; got 80."
    tester.press("Right")
    answers(tester, "1")


# Keeping digits -----------------------------------------------------------------------------------


def test_kept_digits_are_a_data_set(tester: Tester) -> None:
    tester.open_tab("Collect")
    kept = []
    buttons = {text: tester.button(text) for text in map(str, range(10))}
    for index in (0, 1, 0):
        go_to(tester, str(index))
        tester.wait_until(lambda index=index: is_at(tester, index))
        kept.append(np.rint(255 * tester.window.grid.read_image()))
        tester.xdo.click(buttons[str(index)])
        tester.wait_until(lambda: tester.status.startswith("Kept as "))
        tester.window.show_status("")
    assert tester.window.collect.read_counts() == ["2", "1", "0", "0", "0", "0", "0", "0", "0", "0"]
    dataset = load_dataset(tester.app.collecting.digits.folder)
    # The second of the first six is for testing.
    np.testing.assert_array_equal(dataset.training_images, [kept[0], kept[2]])
    np.testing.assert_array_equal(dataset.test_images, [kept[1]])
    assert (dataset.training_labels.tolist(), dataset.test_labels.tolist()) == ([0, 0], [1])

    tester.xdo.click(tester.button("Remove the last"))
    tester.wait_until(lambda: tester.window.collect.read_counts()[0] == "1")
    assert load_dataset(tester.app.collecting.digits.folder).training_labels.tolist() == [0]


def test_nothing_is_kept_of_an_empty_canvas(tester: Tester) -> None:
    tester.press("Delete")
    tester.open_tab("Collect")
    tester.xdo.click(tester.button("3"))
    tester.wait_until(lambda: "nothing to keep" in tester.status)
    assert tester.button("Remove the last").instate(["disabled"])
    assert not tester.app.collecting.digits.folder.exists()


def test_full_disk_is_said_when_keeping(tester: Tester, fill_disk: Callable[[], None]) -> None:
    tester.open_tab("Collect")
    fill_disk()
    tester.xdo.click(tester.button("3"))
    tester.wait_until(lambda: "the disk is full" in tester.status)
    assert tester.window.collect.read_counts()[3] == "0"


# Several networks ---------------------------------------------------------------------------------


def open_ensemble(tester: Tester, *paths: Path) -> None:
    tester.answer_several(*paths)
    tester.press("ctrl+shift+o")
    tester.wait_until(lambda: tester.is_idle)


@pytest.fixture
def three(tester: Tester, tmp_path: Path, rows_file: Path) -> Tester:
    """Return a person who has opened rows.nn, which takes 3 for 7, and two that do not."""
    others = [write_row_network(tmp_path / name) for name in ("right.nn", "also.nn")]
    open_ensemble(tester, rows_file, *others)
    return tester


def test_three_networks_outvote_one(three: Tester) -> None:
    tester, answer = three, three.window.answer
    go_to(tester, "3")
    answers(tester, "3")
    assert answer.read_verdict() == "✓ right"
    assert [row[0].split(": ")[0] for row in answer.read_members()] == ["7", "3", "3"]
    own = [member.predict_proba(tester.session.image[np.newaxis])[0] for member in tester.session.ensemble.members]
    expected = np.mean(own, axis=0)
    assert answer.read_confidence() == f"{100 * expected[3]:.1f} %"
    # The diagram and the tabs are of the first network, which is wrong.
    assert tester.session.predict().digit == 7
    assert tester.window.diagram._model.network is tester.session.ensemble.members[0].network
    assert "rows.nn + right.nn + also.nn" in tester.root.title()
    # Eight test images each are a 3 or a 7. The first network is right about the other 64 of 80.
    # The others about all of them: (80 + 80 + 64) / 240 = 93.33 %.
    assert tester.window.members.read_gain() == (
        "Together 100.00 %: +0.00 points (+0 images) on the best, +6.67 on their mean."
    )
    assert tester.session.next_wrong() is None


def test_another_member_is_chosen_from_the_list(three: Tester) -> None:
    tester = three
    go_to(tester, "3")
    tester.click_neuron(tester.window.diagram._model.neuron_in(1, 0))
    tester.wait_until(lambda: tester.window.diagram.selected)
    evaluation = tester.session.evaluation
    tester.pick_from(tester.window.members._list, 1)
    tester.wait_until(lambda: tester.session.name == "right.nn" and tester.is_idle)
    assert tester.window.diagram._model.network is tester.session.ensemble.members[1].network
    assert "right.nn" in str(tester.window.network_label.cget("text"))
    assert tester.session.predict().digit == 3
    assert tester.window.answer.read_members()  # still the answer of all
    assert tester.session.evaluation is evaluation  # which need not be found again
    tester.press("ctrl+m", "ctrl+m")
    tester.wait_until(lambda: tester.session.name == "rows.nn" and tester.window.members.read_member() == 0)


def test_drawing_is_answered_together(three: Tester) -> None:
    three.press("Delete")
    three.choose("Drawing", "As Drawn")
    three.draw(row_of(7))
    answers(three, "7")
    assert [row[0].split(": ")[0] for row in three.window.answer.read_members()] == ["3", "7", "7"]


def test_one_network_ends_the_ensemble(three: Tester, rows_file: Path) -> None:
    assert three.window.members.winfo_ismapped()
    assert three.app.commands.is_enabled("next-member")
    open_ensemble(three, rows_file)
    assert three.session.ensemble is None
    assert not three.window.members.winfo_ismapped()
    assert not three.app.commands.is_enabled("next-member")
    go_to(three, "3")
    answers(three, "7")
    assert three.window.answer.read_members() == []


def test_networks_that_do_not_fit_are_refused(tester: Tester, tmp_path: Path, rows_file: Path) -> None:
    write_network(tmp_path / "wide.nn", Network.dense([20, 10]), NetworkMetadata(input_shape=(4, 5)))
    open_ensemble(tester, rows_file, tmp_path / "wide.nn")
    tester.wait_until(lambda: "must take images of the same size; got 4×5 in wide.nn" in tester.status)
    assert tester.session.ensemble is None
    assert tester.session.name == "rows.nn"
    open_ensemble(tester)  # Cancel
    assert tester.session.name == "rows.nn"


def test_answer_is_told_at_the_temperature_of_the_file(tester: Tester, tmp_path: Path) -> None:
    metadata = NetworkMetadata(loss="cross-entropy", input_shape=(28, 28), temperature=4.0)
    write_network(tmp_path / "warm.nn", row_network(), metadata)
    go_to(tester, "2")
    sure = tester.window.answer.read_confidence()
    tester.answer_files(tmp_path / "warm.nn")
    tester.press("ctrl+o")
    tester.wait_until(lambda: tester.session.name == "warm.nn" and tester.is_idle)
    probabilities = row_network().predict_proba(tester.session.image[np.newaxis], 4.0)[0]
    answers(tester, "2")
    assert tester.window.answer.read_confidence() == f"{100 * probabilities[2]:.1f} %" != sure


# Every command ------------------------------------------------------------------------------------


def by_menu(tester: Tester, command: Command) -> None:
    tester.choose(*command.menu.split("/"), command.label)


def by_shortcut(tester: Tester, command: Command) -> None:
    if not command.shortcut:
        by_menu(tester, command)
        return
    shortcut = Shortcut.parse(command.shortcut)
    names = {"+": "plus", "-": "minus", "enter": "Return", "del": "Delete", "esc": "Escape"}
    names |= {"pageup": "Prior", "pagedown": "Next", "left": "Left", "right": "Right", "down": "Down", "f1": "F1"}
    modifiers = [modifier.lower() for modifier in ("Ctrl", "Shift") if modifier in shortcut.modifiers]
    tester.press("+".join([*modifiers, names.get(shortcut.key, shortcut.key)]))


def effects(
    tester: Tester, folder: Path, photograph: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield each command, in an order in which each has an effect, with what tells that it happened."""
    app, session = tester.app, tester.session
    yield "next", lambda: is_at(tester, 1)
    yield "previous", lambda: is_at(tester, 0)
    yield "on-100", lambda: is_at(tester, 20)
    yield "back-100", lambda: is_at(tester, 0)
    yield "next-same", lambda: is_at(tester, 10)
    yield "next-wrong", lambda: is_at(tester, 13)
    yield "random", lambda: is_at(tester, 64)
    yield "train-split", lambda: session.split == "train" and tester.is_idle
    yield "test-split", lambda: session.split == "test" and tester.is_idle
    yield "faster", lambda: app.player.images_per_second == 4
    yield "slower", lambda: app.player.images_per_second == 2
    yield "play", lambda: app.player.is_playing
    yield "clear", lambda: app.window.drawing.is_empty and session.image is None
    yield "undo", lambda: not app.window.drawing.is_empty
    yield "redo", lambda: app.window.drawing.is_empty
    yield "as-drawn", lambda: app.commands.read_value("discretisation") == "as-drawn"
    tester.draw(row_of(2))
    yield "like-mnist", lambda: app.commands.read_value("discretisation") == "like-mnist"
    yield "live", lambda: not app.commands.read_value("live")
    tester.draw(row_of(8))
    before = session.image
    yield "process", lambda: session.image is not before
    yield "eraser", lambda: app.window.drawing.eraser
    tester.answer_files(photograph)
    yield "open-image", lambda: session.source == "file"
    tester.press("Right")
    yield "paste", lambda: session.source == "file"
    tester.answer_files(write_row_network(folder / "other.nn"))
    yield "load", lambda: session.name == "other.nn" and tester.is_idle
    yield "recent", lambda: session.name == "rows.nn" and tester.is_idle
    tester.answer_several(folder / "rows.nn", folder / "other.nn")
    yield "ensemble", lambda: session.ensemble is not None and tester.is_idle
    yield "next-member", lambda: session.name == "other.nn" and tester.is_idle
    tester.answer_files(folder / "copy.onnx")
    yield "save-as", lambda: (folder / "copy.onnx").exists()
    tester.answer_files(write_data_set(folder / "more"))
    yield "open-data", lambda: session.dataset.location == str(folder / "more") and tester.is_idle
    yield "download", lambda: "MNIST cannot be downloaded today." in tester.status
    tester.wait_until(lambda: [window.title() for window in tester.windows()] == ["Download Failed"])
    tester.press("Escape")
    tester.wait_until(lambda: not tester.windows())
    yield from data_effects(tester, folder, lambda: tester.status, monkeypatch)
    tester.click_neuron(app.window.diagram._model.neuron_in(1, 0))
    tester.wait_until(lambda: app.window.diagram.selected)
    yield "deselect", lambda: app.window.diagram.selected is None
    yield "dark", lambda: app.style.theme == "dark"
    yield "light", lambda: app.style.theme == "light"
    yield "colour-blind", lambda: app.style.colors == "colour-blind"
    yield "standard-colours", lambda: app.style.colors == "standard"
    for command in COMMANDS.values():
        if command.group == "scale":
            yield command.name, lambda scale=float(command.value): app.style.scale == scale
    yield "scale-1", lambda: app.style.scale == 1
    yield "larger", lambda: app.style.scale > 1
    yield "smaller", lambda: app.style.scale == 1
    yield "help", lambda: any(isinstance(window, HelpWindow) for window in tester.windows())
    tester.press("Escape")
    tester.wait_until(lambda: not tester.windows())
    yield "go-to", lambda: tester.root.focus_get() is app.window.index_field
    yield "quit", lambda: tester.is_closed


@pytest.mark.parametrize("do", [by_menu, by_shortcut])
def test_every_command(
    tester: Tester,
    do: Callable[[Tester, Command], None],
    tmp_path: Path,
    photograph: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("random.randrange", lambda count: 64)
    monkeypatch.setattr("PIL.ImageGrab.grabclipboard", lambda: Image.open(photograph))

    def refuse(*_: object) -> None:
        raise DataError("MNIST cannot be downloaded today.")

    monkeypatch.setattr("nnapp.gui.data_controller.downloading", refuse)
    done = set()
    for name, happened in effects(tester, tmp_path, photograph, monkeypatch):
        if name in QUESTIONS:
            with tester.answering("Escape"):
                do(tester, COMMANDS[name])
        elif name == "recent":
            tester.choose("File", "Recent Networks", f"2  rows.nn   in {tmp_path}")
        else:
            do(tester, COMMANDS[name])
        tester.wait_until(happened, 20)
        if name == "play":
            tester.press("space")
        done.add(name)
    assert done == set(COMMANDS)


# Look ---------------------------------------------------------------------------------------------


def test_look_recolours_every_part_and_is_remembered(tester: Tester) -> None:
    answers(tester, "0")
    tester.click_neuron(tester.window.diagram._model.neuron_in(1, 0))
    grid, diagram = tester.picture(tester.window.grid), tester.picture(tester.window.diagram)
    tester.choose("View", "Theme", "Dark")
    tester.wait_until(lambda: tester.app.style.theme == "dark")
    palette = tester.app.style.palette
    tester.wait_until(lambda: tester.picture(tester.window.diagram) != diagram)
    assert str(tester.window.drawing._paper.cget("background")) == palette.canvas
    assert tester.window.answer.read_color() == palette.success
    tester.choose("View", "Colours", "Blue and orange")
    tester.wait_until(lambda: tester.picture(tester.window.grid) != grid)
    assert tester.pixel_color(0, 3) == tester.app.style.palette.positive
    width = tester.window.answer.winfo_reqwidth()
    tester.choose("View", "Larger")
    tester.wait_until(lambda: tester.app.style.scale == 1.25)
    assert tester.window.answer.winfo_reqwidth() >= width
    tester.press("ctrl+q")
    tester.wait_until(lambda: tester.is_closed)
    kept = load_preferences()
    assert (kept.theme, kept.colors, kept.scale) == ("dark", "colour-blind", 1.25)
    assert kept.windows["testing"]


def test_the_row_network_is_what_its_description_says() -> None:
    network = row_network()
    image = np.zeros((1, 784), np.float32)
    image[0, 28 * 8 : 28 * 9] = 1
    # 28 pixels of weight 0.1 into neuron 4.
    assert network.activations(image)[1][0, 4] == pytest.approx(2.8)
    assert network.predict(image) == [4]


# What does not fit --------------------------------------------------------------------------------


def test_answer_is_neither_right_nor_wrong_about_classes_that_the_network_lacks(tester: Tester, tmp_path: Path) -> None:
    """The third output of a network of a, b and c says nothing about a 2, which is the third class of the data."""
    small = Network.dense([784, 3], rng=np.random.default_rng(2))
    small.dense_layers[-1].biases[:] = [-100, -100, 100]
    write_network(tmp_path / "abc.nn", small, NetworkMetadata(class_names=("a", "b", "c")))
    tester.answer_files(tmp_path / "abc.nn")
    tester.press("ctrl+o")
    tester.wait_until(lambda: "abc.nn" in tester.root.title())
    go_to(tester, "2")
    answers(tester, "c")
    assert tester.label == "label: 2"
    assert tester.window.answer.read_verdict() == ""
    assert tester.window.activity._answers[-1].is_right is None


def test_image_of_the_last_data_set_is_gone_with_it(tester: Tester, tmp_path: Path) -> None:
    """And a network that takes the images of the present one shows the first of them."""
    go_to(tester, "70")
    tester.wait_until(lambda: is_at(tester, 70))
    small = write_data_set(tmp_path / "small", shape=(8, 8), n_classes=3)
    tester.answer_files(small)
    tester.press("ctrl+d")
    tester.wait_until(lambda: tester.session.dataset.location == str(small) and tester.is_idle)
    assert tester.window.grid.read_image() is None
    assert tester.window.drawing.is_empty
    tester.answer_files(make_network(tmp_path / "small.nn", [64, 3]))
    tester.press("ctrl+o")
    tester.wait_until(lambda: tester.session.source == "data set")
    assert tester.window.index.get() == "0"
    assert tester.window.grid.read_image().shape == (8, 8)
    assert tester.label == "label: 0"


def test_digit_is_kept_as_the_number_it_is_called(tester: Tester, tmp_path: Path) -> None:
    """Of the classes 0 1 2 4 … 9, the fourth is 4."""
    names = tuple("012456789")
    path = tmp_path / "nine.nn"
    write_network(path, Network.dense([784, 9], rng=np.random.default_rng(2)), NetworkMetadata(class_names=names))
    tester.answer_files(path)
    tester.press("ctrl+o")
    tester.wait_until(lambda: "nine.nn" in tester.root.title())
    tester.draw(row_of(4))
    tester.open_tab("Collect")
    tester.xdo.click(tester.button("4"))
    tester.wait_until(lambda: tester.status.startswith("Kept as 4 "))
    assert tester.app.collecting.digits.counts() == {4: 1}
    assert tester.window.collect.read_counts() == ["0", "0", "0", "1", "0", "0", "0", "0", "0"]


def test_only_numbers_are_kept(tester: Tester, tmp_path: Path) -> None:
    path = tmp_path / "animals.nn"
    network = Network.dense([784, 2], rng=np.random.default_rng(2))
    write_network(path, network, NetworkMetadata(class_names=("cat", "dog")))
    tester.answer_files(path)
    tester.press("ctrl+o")
    tester.wait_until(lambda: "animals.nn" in tester.root.title())
    tester.draw(row_of(4))
    tester.open_tab("Collect")
    tester.xdo.click(tester.button("dog"))
    tester.wait_until(lambda: "must be whole numbers from 0 to 255; this network has the class cat." in tester.status)
    assert tester.app.collecting.digits.counts() == {}


def test_without_own_digits_it_is_said_how_to_keep_one_here(tester: Tester) -> None:
    tester.choose("Data", "My Digits")
    tester.wait_until(lambda: "draw one on the left" in tester.status)
    assert tester.tab == "Collect"
    assert tester.app.commands.read_value("data") == ""


def test_look_and_data_are_remembered_at_once(tester: Tester, data_folder: Path) -> None:
    """For a window that is opened while this one is."""
    tester.choose("View", "Theme", "Dark")
    tester.wait_until(lambda: load_preferences().theme == "dark")
    assert load_preferences().data == DataChoice(str(data_folder))


def test_status_is_of_a_size_that_can_be_shown(tester: Tester) -> None:
    tester.window.show_problem("word " * 100_000)
    tester.root.update()
    assert len(tester.status) <= 1000


@pytest.mark.parametrize("size", ["1900x1000", "1000x600", "1400x1000"])
def test_controls_stay_at_what_they_control(tester: Tester, size: str) -> None:
    """However high the window is; at least half of the sheet's side is left where it is low."""
    tester.root.geometry(size)
    paper, brush = tester.window.drawing._paper, tester.button("Eraser")
    tester.wait_until(lambda: f"{tester.root.winfo_width()}x{tester.root.winfo_height()}" == size)

    def gap_px() -> int:
        return int(brush.winfo_rooty() - paper.winfo_rooty() - paper.winfo_height())

    tester.wait_until(lambda: 0 <= gap_px() <= 20)
    assert paper.winfo_height() > 140
    buttons = tester.button("Undo")
    assert buttons.winfo_rooty() + buttons.winfo_height() <= tester.window.tabs.winfo_rooty()

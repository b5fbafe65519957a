"""Evaluating in the window: when it happens, on which images, and what can be opened from the result."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.training_window import TrainingWindowUser as User
from support.training_window import record_testing_windows
from support.window_user import all_widgets, text_of

from nnapp.engine.calibration import reliability
from nnapp.engine.evaluation import Evaluation, evaluate, evaluation_steps
from nnapp.engine.network import Network
from nnapp.engine.randomness import Purpose, random_stream
from nnapp.engine.settings import Settings
from nnapp.engine.splits import split_validation
from nnapp.errors import NetworkError
from nnapp.gui.gallery_window import GalleryWindow
from nnapp.storage.network_file import read_network, write_network
from nnapp.storage.network_metadata import NetworkMetadata

POOR = Settings(hidden=(12,), batch_size=50, epochs=1, learning_rate=0.001)
"""Too little training to be right about all images."""


def train_poorly(user: User) -> None:
    user.app.window.settings.show_settings(POOR)
    user.press("F5")
    user.wait_until_idle()


def shown(user: User) -> Evaluation:
    evaluation = user.app.window.matrix.evaluation
    assert evaluation is not None
    return evaluation


def expected(user: User, network: Network, **options: Any) -> Evaluation:
    return evaluate(network, user.session.dataset.test_images, user.session.dataset.test_labels, **options)


def load_network(user: User, path: Path) -> None:
    user.answer_files(path)
    user.press("ctrl+o")
    user.wait_until(lambda: user.session.path == str(path))


def choose_split(user: User, position: int) -> None:
    """Choose from the drop-down list over the matrix with the keyboard."""
    header = user.app.window.matrix.header
    user.pick_from(next(part for part in header.winfo_children() if part.winfo_class() == "TCombobox"), position)


def a_mistake(evaluation: Evaluation) -> tuple[int, int]:
    """Return the fullest cell off the diagonal."""
    counts = evaluation.confusion.counts * (1 - np.eye(10, dtype=int))
    actual, predicted = np.unravel_index(np.argmax(counts), counts.shape)
    assert counts[actual, predicted] > 1
    return int(actual), int(predicted)


def open_cell(user: User, actual: int, predicted: int) -> GalleryWindow:
    canvas = user.app.window.matrix.canvas
    user.wait_until(lambda: canvas.cell_box(actual, predicted)[2] > 0)
    left, top, right, bottom = canvas.cell_box(actual, predicted)
    user.xdo.click(canvas, (left + right) // 2, (top + bottom) // 2)
    user.wait_until(lambda: user.windows())
    gallery = user.windows()[0]
    assert isinstance(gallery, GalleryWindow)
    user.wait_until(lambda: user.root.focus_get() is gallery.sheet)
    return gallery


# When ---------------------------------------------------------------------------------------------


def test_after_training(user: User) -> None:
    train_poorly(user)
    evaluation = expected(user, user.session.network)
    np.testing.assert_array_equal(shown(user).predictions, evaluation.predictions)
    assert shown(user).loss == evaluation.loss
    n_mistakes = int(np.sum(evaluation.predictions != evaluation.labels))
    assert f"80 test images: {100 * evaluation.accuracy:.2f} % right, {n_mistakes} mistakes, loss" in user.log
    texts = user.texts(user.app.window.matrix)
    assert any(text.endswith("80 test images") for text in texts)


def test_after_loading_and_with_the_loss_of_the_file(user: User, tmp_path: Path) -> None:
    network = Network.dense([784, 8, 10], rng=np.random.default_rng(5))
    write_network(tmp_path / "a.nn", network, NetworkMetadata(loss="squared-error"))
    load_network(user, tmp_path / "a.nn")
    user.wait_until_idle()
    assert shown(user).loss == expected(user, network, loss="squared-error").loss
    assert not user.session.is_changed


def test_on_request_of_a_new_network(user: User) -> None:
    user.press("ctrl+i")
    user.wait_until(lambda: any("Choose Evaluate" in text for text in user.texts(user.app.window.matrix)))
    user.press("ctrl+e")
    user.wait_until(lambda: user.app.window.matrix.evaluation is not None)
    np.testing.assert_array_equal(shown(user).predictions, expected(user, user.session.network).predictions)


def test_result_of_another_network_is_taken_away(user: User) -> None:
    user.press("ctrl+i", "ctrl+e")
    user.wait_until(lambda: user.app.window.matrix.evaluation is not None and user.is_idle)
    user.press("ctrl+i")
    user.wait_until(lambda: user.app.window.matrix.evaluation is None)
    assert any("Choose Evaluate" in text for text in user.texts(user.app.window.per_class))


def test_result_is_saved_with_the_network(user: User, tmp_path: Path) -> None:
    train_poorly(user)
    user.answer_files(tmp_path / "a.nn")
    user.press("ctrl+s")
    user.wait_until(lambda: (tmp_path / "a.nn").exists())
    results = read_network(tmp_path / "a.nn").metadata.results
    assert results["test_accuracy"] == shown(user).accuracy
    assert results["test_loss"] == shown(user).loss


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Make every evaluation stop after 20 images until the event is set."""
    may_go_on = threading.Event()

    def steps(*arguments: Any, **options: Any) -> Iterator[Any]:
        yield 20
        may_go_on.wait(20)
        yield from evaluation_steps(*arguments, **options)

    monkeypatch.setattr("nnapp.gui.evaluation_controller.evaluation_steps", steps)
    yield may_go_on
    may_go_on.set()


def on_progress_strip(user: User) -> str:
    """Return what the lowest line of the window says at the moment."""
    parts = all_widgets(user.app.window.progress)
    return " ".join(text_of(part) for part in parts if part.winfo_viewable())


def test_progress_is_shown_and_gone(user: User, slow: threading.Event) -> None:
    user.press("ctrl+i", "ctrl+e")
    # 20 of 80.
    user.wait_until(lambda: "80 test images" in on_progress_strip(user) and "25 %" in on_progress_strip(user))
    slow.set()
    user.wait_until_idle()
    assert "Evaluating" not in on_progress_strip(user)
    assert shown(user).n_images == 80


def test_another_network_ends_an_evaluation(user: User, slow: threading.Event) -> None:
    user.press("ctrl+i", "ctrl+e")
    user.wait_until(lambda: "Evaluating" in on_progress_strip(user))
    user.press("ctrl+i")
    user.wait_until(lambda: not user.app.evaluations.is_running)
    assert "Evaluating" not in on_progress_strip(user)


def test_run_takes_the_place_of_an_evaluation(user: User, slow: threading.Event) -> None:
    user.app.window.settings.show_settings(POOR)
    user.press("ctrl+i", "ctrl+e")
    user.wait_until(lambda: "Evaluating" in on_progress_strip(user))
    user.press("F5")
    user.wait_until(lambda: "Trained 1 epoch" in user.log)
    slow.set()
    user.wait_until_idle()
    # Only that of the trained network arrives.
    assert user.log.count("% right,") == 1
    np.testing.assert_array_equal(shown(user).predictions, expected(user, user.session.network).predictions)


def test_run_that_cannot_start_leaves_the_evaluation(
    user: User, slow: threading.Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_network(tmp_path / "a.nn", Network.dense([784, 10]), NetworkMetadata())
    load_network(user, tmp_path / "a.nn")
    user.wait_until(lambda: user.app.evaluations.is_running)

    def refuse(_: Settings) -> None:
        raise NetworkError("Not today.")

    monkeypatch.setattr(user.session, "new_trainer", refuse)
    user.press("F5")
    user.wait_for_log("Not today.")
    assert "Evaluating" in on_progress_strip(user)
    slow.set()
    user.wait_until_idle()
    assert "Evaluating" not in on_progress_strip(user)


@pytest.mark.parametrize(("shape", "sentence"), [((8, 8), "must have 64 inputs"), ((28, 28), "must be among")])
def test_network_is_not_evaluated_on_what_it_cannot_learn(
    user: User, tmp_path: Path, shape: tuple[int, int], sentence: str
) -> None:
    write_network(tmp_path / "a.nn", Network.dense([784, 10]), NetworkMetadata())
    load_network(user, tmp_path / "a.nn")
    user.wait_until_idle()
    images, labels = np.zeros((40, *shape), np.uint8), np.array(list("abcde"))[np.arange(40) % 5]
    np.savez(tmp_path / "letters.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    user.answer_files(tmp_path / "letters.npz")
    user.choose("Data", "Open Data File…")
    user.wait_until(lambda: user.session.dataset.name == "letters" and user.is_idle)
    user.press("ctrl+e")
    user.wait_until(lambda: sentence in user.log.rpartition("error: ")[2])
    assert user.app.window.matrix.evaluation is None
    assert not user.app.evaluations.is_running


# On which images ----------------------------------------------------------------------------------


def test_test_validation_and_training_images(user: User) -> None:
    train_poorly(user)
    dataset, network = user.session.dataset, user.session.network
    # A tenth of the 200 is held out.
    training, validation = split_validation(
        dataset.training_labels, POOR.validation_fraction, random_stream(POOR.seed, Purpose.SPLIT)
    )
    assert (len(training), len(validation)) == (180, 20)
    for position, indices, name in ((1, validation, "validation"), (2, training, "training")):
        choose_split(user, position)
        user.wait_for_log(f"{len(indices)} {name} images:")
        right = evaluate(network, dataset.training_images[indices], dataset.training_labels[indices])
        np.testing.assert_array_equal(shown(user).predictions, right.predictions)
    # What was measured on other images is not noted as the result on the test images.
    user.wait_until_idle()
    assert user.session.metadata.results["test_accuracy"] == expected(user, network).accuracy
    choose_split(user, 0)
    user.wait_until(lambda: shown(user).n_images == 80)


def test_images_held_out_are_those_of_the_network_not_of_the_fields(user: User) -> None:
    train_poorly(user)
    user.app.window.settings.show_settings(POOR.but(seed=9, validation_fraction=0.5))
    choose_split(user, 1)
    user.wait_until(lambda: shown(user).n_images == 20)


def test_no_validation_images_is_said_and_the_matrix_stays(user: User) -> None:
    user.app.window.settings.show_settings(POOR.but(validation_fraction=0.0))
    user.press("F5")
    user.wait_until_idle()
    before = shown(user)
    choose_split(user, 1)
    user.wait_for_log("error: No images were held out for validation: the validation fraction is 0.")
    assert shown(user) is before


def test_images_chosen_while_training_are_evaluated_at_its_end(user: User, let_pass: Any) -> None:
    user.app.window.settings.show_settings(POOR.but(epochs=500_000, batch_size=4))
    user.press("F5")
    user.wait_until(lambda: user.app.runs.state == "running")
    choose_split(user, 1)
    let_pass(0.2)
    assert user.app.window.matrix.evaluation is None
    assert not user.app.evaluations.is_running
    user.press("shift+F5")
    user.wait_until(lambda: user.is_idle and shown(user).n_images == 20)


def test_network_that_does_not_fit_the_data_is_told_in_a_sentence(user: User, other_data: Path) -> None:
    user.press("ctrl+i")
    user.answer_files(other_data)
    user.press("ctrl+d")
    user.wait_until(lambda: user.is_idle and user.session.dataset.location == str(other_data))
    user.press("ctrl+e")
    user.wait_for_log("error: ")
    user.wait_until_idle()
    assert "784" in user.log.rpartition("error: ")[2]
    assert user.session.network.n_inputs == 784


# Galleries ----------------------------------------------------------------------------------------


def test_click_on_a_cell_opens_its_images_and_double_click_the_testing_window(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = record_testing_windows(monkeypatch)
    train_poorly(user)
    evaluation = shown(user)
    actual, predicted = a_mistake(evaluation)
    indices = evaluation.confusion.indices(actual, predicted)

    gallery = open_cell(user, actual, predicted)
    assert gallery.title() == f"{actual} taken for {predicted}: {len(indices)} images"
    # The worst mistake comes first, and the second is opened.
    worst = sorted(indices, key=lambda index: -evaluation.probabilities[index, predicted])
    user.xdo.click(gallery.sheet, *gallery.sheet.tile_center(1), count=2)
    user.wait_until(lambda: started)

    command = started[0]
    for option, value in (("--data", user.session.dataset.location), ("--split", "test"), ("--index", worst[1])):
        assert command[command.index(option) + 1] == str(value)
    stored = read_network(next(word for word in command if word.endswith(".nn")))
    np.testing.assert_array_equal(stored.network.parameters, user.session.network.parameters)
    assert stored.metadata.results["test_accuracy"] == evaluation.accuracy


def test_training_images_are_those_the_run_learnt_from(user: User) -> None:
    user.train(epochs="1", batch_size="10", training_images="50")
    choose_split(user, 2)
    user.wait_for_log("50 training images:")
    # As many are held out as ever, a tenth of 200.
    choose_split(user, 1)
    user.wait_for_log("20 validation images:")


def test_validation_images_have_their_numbers_in_the_file(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    started = record_testing_windows(monkeypatch)
    train_poorly(user)
    choose_split(user, 1)
    user.wait_until(lambda: shown(user).n_images == 20 and user.is_idle)
    _, validation = split_validation(
        user.session.dataset.training_labels, POOR.validation_fraction, random_stream(POOR.seed, Purpose.SPLIT)
    )
    evaluation = shown(user)
    actual, predicted = (int(place) for place in np.argwhere(evaluation.confusion.counts)[0])
    places = evaluation.confusion.indices(actual, predicted)
    gallery = open_cell(user, actual, predicted)
    user.press("Return")
    user.wait_until(lambda: started)
    assert started[0][-4:-1] == ["--split", "train", "--index"]
    assert int(started[0][-1]) in validation[places]
    user.press("Escape")
    user.wait_until(lambda: not gallery.winfo_exists())


def test_empty_cell_opens_nothing(user: User) -> None:
    train_poorly(user)
    actual, predicted = (int(place) for place in np.argwhere(shown(user).confusion.counts == 0)[0])
    canvas = user.app.window.matrix.canvas
    left, top, right, bottom = canvas.cell_box(actual, predicted)
    user.xdo.click(canvas, (left + right) // 2, (top + bottom) // 2)
    user.wait_until(lambda: user.root.focus_get() is canvas)
    assert not any(isinstance(window, GalleryWindow) for window in user.windows())


def test_testing_window_that_cannot_be_started_is_told(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    train_poorly(user)
    record_testing_windows(monkeypatch)
    monkeypatch.setattr("tempfile.tempdir", "/nowhere/at/all")
    user.press("ctrl+t")
    user.wait_for_log("error: Cannot open the testing window with /nowhere/at/all/nnapp-")
    gallery = open_cell(user, *a_mistake(shown(user)))
    user.press("Return")
    user.wait_until(lambda: user.log.count("error: ") == 2)
    assert gallery.winfo_exists()


# Calibration --------------------------------------------------------------------------------------


def test_calibration_tab_follows_every_evaluation(user: User) -> None:
    view = user.app.window.calibration
    user.press("ctrl+i")
    user.wait_until(lambda: "Choose Evaluate" in view.read_sentence())
    train_poorly(user)
    temperature = user.session.metadata.temperature
    assert temperature != 1
    assert f"temperature {temperature:g}." in user.log
    assert view.read_title().endswith("80 test images")
    evaluation = expected(user, user.session.network, temperature=temperature)
    error = reliability(evaluation.probabilities, evaluation.labels).expected_calibration_error
    without = reliability(user.session.network.predict_proba(user.session.dataset.test_images), evaluation.labels)
    assert view.read_summary() == (
        f"Expected calibration error {100 * error:.2f} % at temperature {temperature:g}, "
        f"{100 * without.expected_calibration_error:.2f} % without."
    )
    np.testing.assert_array_equal(shown(user).probabilities, evaluation.probabilities)

"""Training in the window: begun, paused, changed and ended by real events, and the same again on a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from tkinter import ttk
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from support.training_window import TrainingWindowUser as User
from support.window_user import all_widgets

from nnapp.cli import main
from nnapp.engine.network import Network
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.jobs import TrainingJob
from nnapp.storage.network_file import read_network, write_network
from nnapp.storage.network_metadata import NetworkMetadata

LetPass = Callable[[float], None]
QUICK = Settings(hidden=(12,), batch_size=50, epochs=3, learning_rate=0.01)
ENDLESS = Settings(hidden=(32,), batch_size=4, epochs=500_000)


def begin(user: User, **changes: Any) -> Trainer:
    """Start a run that does not end by itself and return its trainer once some epochs are done."""
    set_all(user, ENDLESS.but(**changes))
    user.press("F5")
    user.wait_until(lambda: user.app.runs.state == "running" and user.session.trainer.n_epochs_done > 2)
    trainer: Trainer = user.session.trainer
    return trainer


def pause(user: User, let_pass: LetPass) -> None:
    user.press("F5")
    user.wait_until(lambda: user.app.runs.state == "paused")
    let_pass(0.15)  # until the thread has come to the end of its step


def stop(user: User) -> None:
    user.press("shift+F5")
    user.wait_until_idle()


def set_all(user: User, settings: Settings) -> None:
    """Put settings into the fields at once, where a test is not about typing them."""
    user.app.window.settings.show_settings(settings)


# Begin, pause, go on, end -------------------------------------------------------------------------


def test_pause_resume_and_stop(user: User, let_pass: LetPass) -> None:
    trainer = begin(user)
    assert user.train_label == "Pause"
    user.wait_until(lambda: user.title == "0 % – untitled * – nnapp training")

    pause(user, let_pass)
    assert user.train_label == "Resume"
    n_epochs = trainer.n_epochs_done
    parameters = trainer.network.parameters.copy()
    user.wait_until(lambda: "paused" in user.texts(user.app.window.progress))
    let_pass(0.2)
    assert trainer.n_epochs_done == n_epochs
    np.testing.assert_array_equal(trainer.network.parameters, parameters)

    user.press("F5")
    user.wait_until(lambda: trainer.n_epochs_done > n_epochs + 2)
    assert user.train_label == "Pause"

    stop(user)
    assert user.train_label == "Train"
    assert f"Stopped on request after {trainer.n_epochs_done:,} epochs" in user.log
    assert user.title == "untitled * – nnapp training"
    assert user.app.window.matrix.evaluation is not None


def test_buttons_do_what_the_keys_do(user: User) -> None:
    user.fill("epochs", "500000")
    user.xdo.click(user.button("Train"))
    user.wait_until(lambda: user.app.runs.state == "running")
    user.xdo.click(user.button("Pause"))
    user.wait_until(lambda: user.app.runs.state == "paused")
    user.xdo.click(user.button("Step"))
    user.wait_until(lambda: user.app.runs.state == "paused")
    user.xdo.click(user.button("Stop"))
    user.wait_until_idle()
    user.xdo.click(user.button("Evaluate"))
    user.wait_until(lambda: user.log.count("% right,") == 2)


def test_step_trains_one_epoch_each(user: User, let_pass: LetPass) -> None:
    user.fill("epochs", "5")
    for epoch in (1, 2, 3):
        user.press("F10")
        user.wait_until(lambda: user.app.runs.state == "paused" and user.train_label == "Resume")
        let_pass(0.1)
        assert user.session.trainer.n_epochs_done == epoch
    user.press("F5")
    user.wait_until_idle()
    assert "Trained 5 epochs" in user.log


def test_step_through_the_last_epoch_ends_the_run(user: User) -> None:
    user.fill("epochs", "1")
    user.press("F10")
    user.wait_until_idle()
    assert user.train_label == "Train"
    assert "Trained 1 epoch in" in user.log


def test_what_cannot_change_is_disabled_while_training(user: User) -> None:
    begin(user)
    fields = user.app.window.settings.fields
    enabled = {name for name, field in fields.items() if not field.input.instate(["disabled"])}
    assert enabled == {"epochs", "learning_rate"}
    seed = fields["seed"].read_value()
    user.press("ctrl+r")
    assert fields["seed"].read_value() == seed
    stop(user)
    assert not fields["hidden"].input.instate(["disabled"])


def test_stop_keeps_the_best_or_the_last_as_chosen(user: User) -> None:
    for keep in ("best", "last"):
        set_all(user, QUICK.but(keep=keep, epochs=500_000, learning_rate=0.05, dropout=0.5))
        user.press("ctrl+i", "F5")
        if keep == "last":
            user.wait_until(lambda: not user.app.window.settings.is_valid or user.app.runs.state == "running")
        user.wait_until(lambda: user.session.trainer is not None and user.session.trainer.n_epochs_done > 20)
        stop(user)
        trainer = user.session.trainer
        if keep == "best":
            assert trainer.network_epoch == trainer.best.epoch
            assert f"The network is the one after epoch {trainer.best.epoch}, the best on the validation" in user.log
            settings = trainer.settings.but(epochs=trainer.n_epochs_done)
            np.testing.assert_array_equal(user.session.network.parameters, on_engine(user, settings))
            user.session.is_changed = False  # so that the next network may replace it
        else:
            assert trainer.network_epoch == trainer.n_epochs_done
            np.testing.assert_array_equal(user.session.network.parameters, trainer.state().parameters)


def on_engine(user: User, settings: Settings) -> NDArray[Any]:
    """Return the parameters that the engine alone comes to."""
    dataset = user.session.dataset
    network = settings.new_network(784, 10)
    list(Trainer(network, dataset.training_images, dataset.training_labels, settings).run())
    return network.parameters


# Changes while it runs ----------------------------------------------------------------------------


def test_learning_rate_counts_from_the_next_epoch(user: User, let_pass: LetPass) -> None:
    trainer = begin(user, learning_rate=0.001)
    pause(user, let_pass)
    n_epochs = trainer.n_epochs_done
    user.fill("learning_rate", "0.002")
    # Going on does not wait until the typing is over.
    user.press("F10")
    user.wait_until(lambda: user.app.runs.state == "paused")
    user.press("F10")
    user.wait_until(lambda: user.app.runs.state == "paused" and trainer.n_epochs_done >= n_epochs + 2)
    assert {report.learning_rate for report in trainer.history[:n_epochs]} == {0.001}
    assert {report.learning_rate for report in trainer.history[n_epochs:]} == {0.002}
    assert "Learning rate 0.002 from the next epoch on." in user.log
    stop(user)


def test_more_epochs_and_fewer(user: User, let_pass: LetPass) -> None:
    trainer = begin(user)
    user.fill("epochs", "4")
    let_pass(0.2)
    user.xdo.type("00000")
    user.wait_for_log("Epochs 400000 from the next epoch on.")
    # It was typed by way of 4, which was over by then.
    assert user.app.runs.state == "running"
    user.wait_until(lambda: trainer.settings.epochs == 400_000)  # the job comes to it between two reports
    user.fill("epochs", "4")
    user.wait_until_idle()
    assert f"Trained {trainer.n_epochs_done:,} epochs" in user.log


def test_change_that_is_taken_back_before_it_counts(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    changes: list[dict[str, Any]] = []
    monkeypatch.setattr(TrainingJob, "change", lambda _, **change: changes.append(change))
    begin(user, learning_rate=0.001)
    user.fill("learning_rate", "0.5")
    user.wait_until(lambda: changes)
    # The run is in the middle of a long step, and has not come to it yet.
    user.fill("learning_rate", "0.001")
    user.press("F5")
    user.wait_until(lambda: len(changes) > 1)
    assert changes == [{"learning_rate": 0.5}, {"learning_rate": 0.001}]


def test_value_that_is_not_allowed_changes_nothing(user: User) -> None:
    trainer = begin(user, learning_rate=0.001)
    user.fill("learning_rate", "0")
    # The run can still be paused, which is when changes count at the latest, and ended.
    user.press("F5")
    user.wait_until(lambda: user.app.runs.state == "paused")
    stop(user)
    assert trainer.settings.learning_rate == 0.001
    assert "from the next epoch on" not in user.log


# What is seen of it -------------------------------------------------------------------------------


def test_progress_speed_and_curves_follow_the_run(user: User) -> None:
    # A large mini-batch count makes the epoch last, so that there is something to see within it.
    set_all(user, Settings(hidden=(256, 256), batch_size=1, epochs=3))
    user.press("F5")
    progress = user.app.window.progress
    user.wait_until(lambda: any("images/s" in text for text in user.texts(progress)), 20)
    texts = user.texts(progress)
    assert any(text.startswith("epoch ") and text.endswith("of 3") for text in texts)
    bars = [part for part in all_widgets(progress) if isinstance(part, ttk.Progressbar) and part.winfo_viewable()]
    assert len(bars) == 2
    user.wait_until(lambda: 0 < float(bars[1]["value"]) < 1)
    user.wait_until_idle()
    assert user.app.window.graph.readout.read_texts()[0] == "epoch 3"
    assert not any(bar.winfo_viewable() for bar in bars)


def test_every_epoch_is_in_the_verbose_log(user: User) -> None:
    set_all(user, QUICK)
    user.press("F5")
    user.wait_until_idle()
    assert "epoch 2: training loss" not in user.log
    user.app.window.log.set_verbose(True)
    for report in user.session.trainer.history:
        assert f"epoch {report.epoch}: training loss {report.training_loss:.4g}" in user.log


def test_weights_change_on_the_screen_as_the_network_learns(user: User) -> None:
    weights = user.app.window.weights
    notebook = weights.master
    notebook.focus_set()
    user.press("Right")
    user.wait_until(weights.winfo_viewable)
    begin(user, learning_rate=0.01)
    colors = weights.read_line()
    x, y = weights.canvas.winfo_width() // 2, weights.canvas.winfo_height() // 2
    while weights.read_line() == colors:  # between two pictures
        user.xdo.move(weights.canvas, x, y)
        x, y = x - 7, y - 5
    # What is said about the weight under the pointer follows the picture.
    seen: set[str] = set()
    user.wait_until(lambda: seen.add(weights.read_line()) or len(seen) > 2)
    stop(user)


# The same on a terminal ---------------------------------------------------------------------------


def run_logged_command(user: User, folder: Path) -> NDArray[Any]:
    """Run the command the log gives for the last run and return the parameters of the network it saves."""
    command = user.log.rpartition("The same on a terminal: ")[2].partition("\n")[0]
    program, *words = shlex.split(command)
    assert program == "nnapp"
    path = folder / "terminal.nn"
    assert main([*words, "--save", str(path)]) == 0
    return read_network(path).network.parameters


EVERY_SETTING = Settings(
    hidden=(12, 6),
    activation="tanh",
    output="sigmoid",
    loss="squared-error",
    initializer="xavier",
    seed=77,
    batch_size=32,
    training_images=120,
    images_per_epoch=100,
    epochs=4,
    optimizer="nesterov",
    learning_rate=0.02,
    momentum=0.8,
    schedule="cosine",
    schedule_epochs=2,
    schedule_factor=0.7,
    warmup_epochs=1,
    l2=0.001,
    l1=0.0001,
    dropout=0.2,
    gradient_clip=1.5,
    label_smoothing=0.1,
    rotation=10.0,
    zoom=0.1,
    shear=0.1,
    translation=1.0,
    elastic=0.5,
    thickness=0.3,
    noise=0.02,
    validation_fraction=0.25,
    early_stopping=3,
    keep="last",
)


@pytest.mark.parametrize("settings", [QUICK, EVERY_SETTING, QUICK.but(hidden=(), validation_fraction=0.0)])
def test_command_makes_the_same_network(user: User, tmp_path: Path, settings: Settings) -> None:
    defaults = Settings()
    if settings is EVERY_SETTING:
        assert all(getattr(settings, name) != getattr(defaults, name) for name in vars(defaults))
    set_all(user, settings)
    user.press("F5")
    user.wait_until_idle()
    np.testing.assert_array_equal(run_logged_command(user, tmp_path), user.session.network.parameters)


def test_command_makes_the_same_network_after_a_pause(user: User, tmp_path: Path, let_pass: LetPass) -> None:
    set_all(user, QUICK.but(epochs=400, dropout=0.3))
    user.press("F5")
    user.wait_until(lambda: user.session.trainer is not None and user.session.trainer.n_epochs_done > 3)
    pause(user, let_pass)
    assert user.session.trainer.n_epochs_done < 400
    user.press("F10")
    user.wait_until(lambda: user.app.runs.state == "paused")
    user.press("F5")
    user.wait_until_idle()
    np.testing.assert_array_equal(run_logged_command(user, tmp_path), user.session.network.parameters)


def test_command_trains_a_saved_network_further(user: User, tmp_path: Path) -> None:
    set_all(user, QUICK.but(seed=3))
    user.answer_files(tmp_path / "a.nn")
    user.press("F5")
    user.wait_until_idle()
    user.press("ctrl+s")
    user.wait_for_log("Saved")
    user.press("F5")
    user.wait_until_idle()
    assert user.session.is_changed
    np.testing.assert_array_equal(run_logged_command(user, tmp_path), user.session.network.parameters)


def test_command_says_the_loss_of_a_loaded_network(user: User, tmp_path: Path) -> None:
    network = Network.dense([784, 9, 10], rng=np.random.default_rng(1))
    write_network(tmp_path / "a.nn", network, NetworkMetadata(loss="squared-error"))
    user.answer_files(tmp_path / "a.nn")
    user.press("ctrl+o")
    user.wait_until(lambda: user.session.network is not None and user.is_idle)
    user.pick("loss", "cross-entropy")
    user.train(epochs="2")
    assert user.session.trainer.settings.loss == "cross-entropy"
    np.testing.assert_array_equal(run_logged_command(user, tmp_path), user.session.network.parameters)


def test_network_that_is_in_no_file_has_no_command(user: User) -> None:
    user.train(epochs="1")
    user.press("F5")
    user.wait_until_idle()
    assert user.log.count("The same on a terminal") == 1
    assert "the network it began with would have to be saved" in user.log


# Saving progress ----------------------------------------------------------------------------------


def test_names_that_were_previewed_are_written(user: User, tmp_path: Path) -> None:
    set_all(user, QUICK.but(epochs=6))
    user.answer_files("")
    with user.answering("shift+Tab", "ctrl+a", *"run", "Tab", "ctrl+a", *["1", "comma", "3", "comma", "6"], "Return"):
        user.press("ctrl+F5")
    user.wait_until_idle()
    names = ["run-epoch-1.nn", "run-epoch-3.nn", "run-epoch-6.nn"]
    assert sorted(path.name for path in tmp_path.glob("*.nn")) == names
    for name, epoch in zip(names, (1, 3, 6), strict=True):
        stored = read_network(name)
        expected = on_engine(user, QUICK.but(epochs=epoch, keep="last"))
        np.testing.assert_array_equal(stored.network.parameters, expected)
        assert len(stored.metadata.history) == epoch
    command = user.log.partition("The same on a terminal: ")[2].partition("\n")[0]
    assert command.endswith("--save-at 1,3,6 --save run")


def test_cancelled_question_starts_nothing(user: User) -> None:
    with user.answering("Escape"):
        user.press("ctrl+F5")
    assert user.app.runs.state == "idle"
    assert user.session.network is None


def test_full_disk_ends_the_run_and_keeps_the_network(
    user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fill_disk: Callable[[], None]
) -> None:
    set_all(user, QUICK)
    fill_disk()
    with user.answering("Return"):
        user.press("ctrl+F5")
    user.wait_until_idle()
    assert f"error: Cannot write {tmp_path / 'network-epoch-1.nn'}: the disk is full." in user.log
    assert user.session.is_changed
    assert user.app.window.matrix.evaluation is not None


# Runs that fail -----------------------------------------------------------------------------------


def test_diverging_run_leaves_the_network_it_began_with(user: User) -> None:
    set_all(user, QUICK)
    user.press("F5")
    user.wait_until_idle()
    before = user.session.network.parameters.copy()
    counts = user.app.window.matrix.evaluation.confusion.counts
    # Each step multiplies the weights by 1 − 1000·100, so the largest float32 is passed within ten.
    set_all(user, QUICK.but(optimizer="sgd", learning_rate=1000.0, l2=100.0, epochs=50))
    user.press("F5")
    user.wait_until_idle()
    assert "error: Training diverged:" in user.log
    assert "try a smaller learning rate" in user.log
    np.testing.assert_array_equal(user.session.network.parameters, before)
    assert user.session.is_changed
    np.testing.assert_array_equal(user.app.window.matrix.evaluation.confusion.counts, counts)
    # And what comes next works.
    set_all(user, QUICK)
    user.press("F5")
    user.wait_until_idle()
    assert user.log.count("Trained 3 epochs") == 2


def test_bug_is_told_and_the_window_goes_on(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Trainer) -> Iterator[Any]:
        raise ZeroDivisionError("a bug")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "run", broken)
        user.press("F5")
        user.wait_until_idle()
    assert "error: Unexpected problem: ZeroDivisionError('a bug')." in user.log
    assert "Traceback" not in user.log
    user.app.window.log.set_verbose(True)
    assert "Traceback" in user.log
    user.train(epochs="2")
    assert "Trained 2 epochs" in user.log


def train_then_open(user: User, folder: Path) -> None:
    set_all(user, QUICK)
    user.press("F5")
    user.wait_until_idle()
    user.answer_files(folder)
    user.press("ctrl+d")
    user.wait_until(lambda: user.is_idle and user.session.dataset.location == str(folder))


def test_network_for_other_images_is_not_trained(user: User, other_data: Path) -> None:
    train_then_open(user, other_data)
    before = user.session.network.parameters.copy()
    # Of the new network that the fields describe, and of the one that is there.
    texts = "\n".join(user.texts(user.app.window.settings)).splitlines()
    assert any(line.startswith("64-12-3 ·") for line in texts)
    assert "The network is still 784-12-10: Initialise for this one." in texts
    assert not any(" s for " in line for line in texts)  # of the other images
    with user.answering("Escape") as said:
        user.press("F5")
    assert "The network takes 28×28 images; these are 8×8. Make a new network for them?" in said
    assert any("The changes to untitled are not saved yet." in text for text in said)
    np.testing.assert_array_equal(user.session.network.parameters, before)
    assert user.app.runs.state == "idle"
    assert user.title == "untitled * – nnapp training"
    user.press("ctrl+e")
    user.wait_for_log("must have 64 inputs, one for each of 8×8 pixels; got one of 784. Choose Initialise")


@pytest.mark.parametrize("way", ["saved", "not saved"])
def test_train_makes_a_new_network_for_other_images(user: User, tmp_path: Path, other_data: Path, way: str) -> None:
    train_then_open(user, other_data)
    old = tmp_path / "old.nn"
    user.answer_files(old)
    with user.answering("s" if way == "saved" else "n"):
        user.press("F5")
    user.wait_until_idle()
    assert user.session.network.layer_sizes == (64, 12, 3)
    assert user.session.path is None
    assert user.log.count("✓ Trained") == 2
    assert old.exists() == (way == "saved")


def test_saved_network_for_other_images_is_replaced_after_one_question(
    user: User, tmp_path: Path, other_data: Path
) -> None:
    set_all(user, QUICK)
    user.press("F5")
    user.wait_until_idle()
    user.answer_files(tmp_path / "old.nn")
    user.press("ctrl+s")
    user.wait_for_log("Saved")
    user.answer_files(other_data)
    user.press("ctrl+d")
    user.wait_until(lambda: user.is_idle and user.session.dataset.location == str(other_data))
    with user.answering("Return") as said:
        user.press("F10")
    user.wait_until(lambda: user.session.network.layer_sizes == (64, 12, 3))
    assert "New network" in said
    assert not any("not saved" in text for text in said)

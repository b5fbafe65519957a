"""The training window as a whole, by real events: the first minutes, every command, its look, and what it remembers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.data_commands import QUESTIONS, data_effects
from support.data_sets import write_data_set
from support.search_commands import search_effects
from support.training_window import TrainingWindowUser as User
from support.training_window import record_testing_windows
from support.window_user import all_widgets, text_of

from nnapp.engine import Settings
from nnapp.engine.network import Network
from nnapp.errors import DataError
from nnapp.gui import data_controller
from nnapp.gui.command import Command
from nnapp.gui.help_window import HelpWindow
from nnapp.gui.shortcuts import Shortcut
from nnapp.gui.training_commands import TRAINING_COMMANDS
from nnapp.storage.dataset import DataChoice
from nnapp.storage.network_file import read_network, write_network
from nnapp.storage.network_metadata import NetworkMetadata, training_record
from nnapp.storage.preferences import Preferences, load_preferences, preferences_file, save_preferences

NewUser = Callable[[], User]
COMMANDS = {command.name: command for command in TRAINING_COMMANDS if command.kind != "separator"}


# The first minutes --------------------------------------------------------------------------------


def test_one_press_trains_a_network_and_shows_what_it_gets_right(user: User) -> None:
    assert user.title == "nnapp training"
    assert "Press Train (F5)" in user.log
    assert any("Not evaluated yet" in text for text in user.texts(user.app.window.matrix))

    user.press("F5")
    user.wait_until_idle()

    # A bright row tells the class, so nearly all 80 are right; guessing would be 8.
    evaluation = user.app.window.matrix.evaluation
    assert evaluation.n_images == 80
    assert evaluation.accuracy > 0.9
    assert user.title == "untitled * – nnapp training"
    assert "Trained 25 epochs in" in user.log
    assert f"{100 * evaluation.accuracy:.2f} % right" in user.log
    assert "error" not in user.log.replace("(error ", "").replace("validation error", "")


def test_what_data_there_are_is_said(user: User, data_folder: Path) -> None:
    assert "data: data0, 200 + 80".replace("data0", data_folder.name) in user.texts(user.root)
    assert f"({data_folder}): 200 training and 80 test images of 28×28 pixels, 10 classes." in user.log
    assert "has the checksums of none of MNIST" in user.log


def test_only_what_is_possible_can_be_chosen(user: User) -> None:
    def enabled() -> set[str]:
        return {name for name in COMMANDS if user.app.commands.is_enabled(name)}

    always = {name for name in COMMANDS if COMMANDS[name].kind == "radio"}
    always |= {"quit", "help", "larger", "smaller", "matrix-png", "matrix-csv", "graph-png", "graph-svg", "graph-csv"}
    always |= {"augmentation-preview", "configure-search"}  # since there are images
    always |= {"run-search", "open-search"}
    of_data = {name for name in always if COMMANDS[name].group == "data"}
    always -= of_data
    of_data |= {"open-data", "open-data-file", "choose-data", "download"}
    idle = always | of_data | {"load", "recent", "randomise", "initialise", "train", "step", "train-saving"}
    with_network = idle | {"save", "save-as", "evaluate", "test"}

    assert enabled() == idle
    user.press("ctrl+i")
    user.wait_until(lambda: enabled() == with_network)
    user.fill("epochs", "100000")
    user.press("F5")
    user.wait_until(lambda: enabled() == always | {"train", "step", "stop", "test"})
    user.press("shift+F5")
    user.wait_until(lambda: enabled() == with_network)
    user.fill("batch_size", "0.5")
    assert enabled() == with_network - {"initialise", "train", "step", "train-saving"}


def test_wrong_parameter_is_explained_beside_its_field_and_nothing_starts(user: User) -> None:
    user.fill("batch_size", "181")
    user.press("F5", "Tab")
    sentence = "Mini-batch size must be at most 180, the number of images per epoch; got 181."
    user.wait_until(lambda: sentence in user.texts(user.app.window.settings))
    assert user.button("Train").instate(["disabled"])
    assert user.app.runs.state == "idle"
    assert user.session.network is None
    user.fill("batch_size", "180")
    user.wait_until(lambda: sentence not in user.texts(user.app.window.settings))
    user.train(epochs="1")
    assert "Trained 1 epoch" in user.log


def test_structure_size_and_time_are_said_under_the_parameters(user: User) -> None:
    def lines() -> list[str]:
        return "\n".join(user.texts(user.app.window.settings)).splitlines()

    user.fill("hidden", "16, 16")
    # 784·16 + 16, 16·16 + 16, 16·10 + 10 parameters of 4 bytes each, and 9 bytes for the sizes: 51.9 KB.
    user.wait_until(lambda: "784-16-16-10 · 13,002 parameters · 51 KB" in lines())
    assert not any(re.search(r" for \d+ epochs", line) for line in lines())
    user.train(epochs="2")
    user.wait_until(lambda: any(re.fullmatch(r"(about|less than) \d\.\d s for 2 epochs", line) for line in lines()))
    user.fill("hidden", "8")
    user.wait_until(lambda: "The network is still 784-16-16-10: Initialise for this one." in lines())


# Every command ------------------------------------------------------------------------------------


def by_menu(user: User, command: Command) -> None:
    user.choose(*command.menu.split("/"), command.label)


def by_shortcut(user: User, command: Command) -> None:
    if not command.shortcut:
        by_menu(user, command)
        return
    shortcut = Shortcut.parse(command.shortcut)
    key = {"+": "plus", "-": "minus"}.get(shortcut.key, shortcut.key)
    key = key.upper() if key.startswith("f") and len(key) > 1 else key
    modifiers = [modifier.lower() for modifier in ("Ctrl", "Shift") if modifier in shortcut.modifiers]
    user.press("+".join([*modifiers, key]))


def count_right(user: User) -> int:
    """Return how many evaluations there have been."""
    return user.log.count("% right,")


def effects(
    user: User, folder: Path, other_data: Path, opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield each command, in an order in which each has an effect, with what tells that it happened."""
    app, session = user.app, user.session
    seed = app.window.settings.fields["seed"]
    first_seed = seed.read_value()
    yield "randomise", lambda: seed.read_value() != first_seed
    yield "initialise", lambda: "New network with seed" in user.log
    yield "evaluate", lambda: count_right(user) == 1
    yield "step", lambda: app.runs.state == "paused" and session.trainer.n_epochs_done == 1
    yield "stop", lambda: user.is_idle and "Stopped on request after 1 epoch" in user.log
    yield "train", lambda: user.is_idle and "Trained 25 epochs" in user.log
    user.answer_files(folder / "a.nn")
    yield "save-as", lambda: (folder / "a.nn").exists() and "Saved" in user.log
    (folder / "a.nn").unlink()
    yield "save", lambda: (folder / "a.nn").exists()
    yield from search_effects(user, folder)
    user.answer_files(folder / "a.nn")
    first = session.network
    yield "load", lambda: user.is_idle and session.network is not first
    second = session.network
    yield "recent", lambda: user.is_idle and session.network is not second
    yield "train-saving", lambda: user.is_idle and (folder / "a-epoch-25.nn").exists()
    yield "test", lambda: opened
    yield "augmentation-preview", lambda: [window.title() for window in user.windows()] == ["Augmentation Preview"]
    user.press("Escape")
    user.wait_until(lambda: not user.windows())
    for name, ending in (("matrix", "png"), ("matrix", "csv"), ("graph", "png"), ("graph", "svg"), ("graph", "csv")):
        path = folder / f"{name}.{ending}"
        user.answer_files(path)
        yield f"{name}-{ending}", path.exists
    user.answer_files(folder / "a.nn")
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
    user.answer_files(other_data)
    yield "open-data", lambda: user.is_idle and session.dataset.location == str(other_data)
    yield "download", lambda: "MNIST cannot be downloaded today." in user.log
    yield from data_effects(user, folder, lambda: user.log.rpartition("cannot be downloaded")[2], monkeypatch)
    yield "help", lambda: any(isinstance(window, HelpWindow) for window in user.windows())
    user.press("Escape")
    yield "quit", lambda: user.is_closed


@pytest.mark.usefixtures("search_in_a_thread")
@pytest.mark.parametrize("do", [by_menu, by_shortcut])
def test_every_command(
    user: User, do: Callable[[User, Command], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DataError("MNIST cannot be downloaded today.")

    opened = record_testing_windows(monkeypatch)
    monkeypatch.setattr(data_controller, "downloading", refuse)
    other_data = write_data_set(tmp_path / "other")
    done = set()
    for name, happened in effects(user, tmp_path, other_data, opened, monkeypatch):
        if name == "recent":
            user.choose("File", "Recent Networks", f"1  a.nn   in {tmp_path}")
        elif name in QUESTIONS:
            with user.answering("Escape"):
                do(user, COMMANDS[name])
        elif name == "train-saving":
            with user.answering("Return"):
                do(user, COMMANDS[name])
        elif name == "quit":
            with user.answering("d"):
                do(user, COMMANDS[name])
        else:
            do(user, COMMANDS[name])
        user.wait_until(happened, 20)
        done.add(name)
    assert done == set(COMMANDS)


# What is remembered -------------------------------------------------------------------------------


def test_look_place_and_files_are_remembered(user: User, tmp_path: Path, data_folder: Path) -> None:
    user.choose("View", "Theme", "Dark")
    user.choose("View", "Colours", "Blue and orange")
    user.press("ctrl+plus")
    user.xdo.click(next(part for part in all_widgets(user.root) if text_of(part) == "Verbose"))
    folder = tmp_path / "somewhere"
    folder.mkdir()
    user.answer_files(folder / "a.nn")
    user.press("ctrl+i", "ctrl+s")
    user.wait_for_log("Saved")
    user.root.geometry("1210x700+60+50")
    user.wait_until(lambda: user.root.winfo_width() == 1210)
    user.press("ctrl+q")
    user.wait_until(lambda: user.is_closed)

    kept = load_preferences()
    assert (kept.theme, kept.colors, kept.scale) == ("dark", "colour-blind", 1.25)
    assert kept.verbose
    assert kept.windows["training"].startswith("1210x700+")
    assert kept.recent_networks == [str(folder / "a.nn")]
    assert kept.last_folder == str(folder)


def test_what_was_remembered_is_there_again(new_user: NewUser, data_folder: Path, tmp_path: Path) -> None:
    save_preferences(
        Preferences(
            theme="dark",
            colors="colour-blind",
            scale=1.25,
            windows={"training": "1210x700+60+50"},
            last_folder=str(tmp_path),
            recent_networks=[str(tmp_path / "b.nn")],
            data=DataChoice(str(data_folder)),
            verbose=True,
        )
    )
    user = new_user()
    user.app.start(None, None)
    user.wait_until(lambda: user.session.dataset is not None and user.is_idle)
    style = user.app.style
    assert (style.theme, style.colors, style.scale) == ("dark", "colour-blind", 1.25)
    assert user.app.commands.read_value("theme") == "dark"
    assert user.app.commands.read_value("scale") == "1.25"
    assert user.app.window.log.is_verbose
    user.wait_until(lambda: user.root.geometry() == "1210x700+60+50")
    user.press("ctrl+o")
    assert user.asked[-1]["initialdir"] == str(tmp_path)
    user.choose("File", "Recent Networks", f"1  b.nn   in {tmp_path}")
    user.wait_for_log(f"error: Cannot read {tmp_path / 'b.nn'}: it does not exist.")
    # What is gone is not offered again.
    user.choose("File", "Recent Networks")
    user.press("Escape", "Escape", "Escape")
    user.press("ctrl+q")
    user.wait_until(lambda: user.is_closed)
    assert load_preferences().recent_networks == []
    assert load_preferences().windows["training"] == "1210x700+60+50"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe no json",
        b"[1, 2]",
        json.dumps(
            {"theme": 3, "scale": "huge", "windows": {"training": "x"}, "recent_networks": [1], "data_folder": 7}
        ).encode(),
    ],
)
def test_broken_preferences_do_not_stop_the_start(new_user: NewUser, data_folder: Path, content: bytes) -> None:
    preferences_file().parent.mkdir(parents=True)
    preferences_file().write_bytes(content)
    user = new_user()
    user.open_data(data_folder)
    assert (user.app.style.theme, user.app.style.scale) == ("light", 1.0)
    user.train(epochs="1")
    assert "Trained 1 epoch" in user.log


def test_preferences_that_cannot_be_written_do_not_stop_the_end(new_user: NewUser, tmp_path: Path) -> None:
    preferences_file().parent.write_text("in the way")
    user = new_user()
    user.press("ctrl+q")
    user.wait_until(lambda: user.is_closed)


@pytest.mark.parametrize("geometry", ["1210x700+5000+4000", "1210x700+-4000+-900", "9000x9000+0+0", "1210x700-10-10"])
def test_window_is_not_lost_on_a_screen_that_is_gone(new_user: NewUser, geometry: str) -> None:
    save_preferences(Preferences(windows={"training": geometry}))
    user = new_user()
    user.wait_until(lambda: user.root.winfo_width() >= 1210)
    root = user.root
    border_px = 8  # of the window manager, which moves the window after it has made it
    user.wait_until(lambda: 0 <= root.winfo_rootx() <= root.winfo_screenwidth() - root.winfo_width() + border_px)
    user.wait_until(lambda: 0 <= root.winfo_rooty() <= root.winfo_screenheight() - root.winfo_height())


# The keyboard alone -------------------------------------------------------------------------------


def test_tab_goes_on_as_one_reads(user: User) -> None:
    user.press("ctrl+i")
    user.wait_until(lambda: user.session.network is not None)
    user.press("ctrl+e")
    user.wait_until_idle()
    user.button("Initialise").focus_set()
    order: list[Any] = []
    while not order or user.root.focus_get() is not order[0]:
        order.append(user.root.focus_get())
        assert len(order) < 80, "Tab comes back to where it began"
        user.press("Tab")
    window = user.app.window
    regions = {
        "parameters": window.settings,
        "graphs": window.graph,
        "log": window.log,
        "matrix": window.matrix,
    }

    def region(widget: Any) -> str:
        return next((name for name, part in regions.items() if str(widget).startswith(f"{part}.")), "")

    places: dict[str, list[Any]] = {}
    for widget in order:
        places.setdefault(region(widget), []).append(widget)
    reached = [region(widget) for widget in order if region(widget)]
    # One region after the other, and none twice.
    assert [name for place, name in enumerate(reached) if reached[place - 1 : place] != [name]] == list(regions)
    toolbar = [text_of(widget) for widget in order[:6]]
    assert toolbar == ["Initialise", "Load", "Save", "Train", "Step", "Evaluate"]
    fields = [widget.winfo_rooty() for widget in places["parameters"]]
    assert fields == sorted(fields)
    assert window.matrix.canvas in places["matrix"]
    assert window.graph.canvas in places["graphs"]


def test_a_whole_session_without_the_pointer(user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = record_testing_windows(monkeypatch)
    user.train(epochs="1", learning_rate="0.0001")
    canvas = user.app.window.matrix.canvas
    canvas.focus_set()
    counts = user.app.window.matrix.evaluation.confusion.counts
    actual, predicted = next((row, column) for row in range(10) for column in range(10) if counts[row, column])
    user.press("Prior", "Home", *["Down"] * actual, *["Right"] * predicted, "Return")
    user.wait_until(lambda: user.windows() and user.root.focus_get() is user.windows()[0].sheet)
    user.press("Return")
    user.wait_until(lambda: opened)
    user.press("Escape")
    user.wait_until(lambda: not user.windows())
    user.answer_files(tmp_path / "a.nn")
    user.press("ctrl+s", "ctrl+q")
    user.wait_until(lambda: user.is_closed)
    assert read_network(tmp_path / "a.nn").network.layer_sizes == (784, 128, 64, 10)


# Few images ---------------------------------------------------------------------------------------


def write_few(folder: Path) -> Path:
    """Write 40 images, of which 32 are to learn from and 29 after 3 are held out for validation."""
    images, labels = np.zeros((40, 8, 8), np.uint8), np.arange(40) % 2
    images[labels == 1, :4] = 200
    np.savez(folder / "few.npz", x_train=images[:32], y_train=labels[:32], x_test=images[32:], y_test=labels[32:])
    return folder / "few.npz"


def test_few_images_can_be_trained_on_at_once(user: User, tmp_path: Path, data_folder: Path) -> None:
    field = user.app.window.settings.fields["batch_size"]
    assert field.read_value() == 64
    user.answer_files(write_few(tmp_path))
    user.choose("Data", "Open Data File…")
    user.wait_until(lambda: user.session.dataset.name == "few" and user.is_idle)
    assert field.read_value() == 29
    assert "Mini-batch size 29: there are no more images" in user.log
    assert user.app.commands.is_enabled("train")
    user.train(epochs="1")
    user.wait_for_log("Trained 1 epoch")
    # Where there are more images, mini-batches are as they were.
    user.answer_files(data_folder)
    user.press("ctrl+d")
    user.wait_until(lambda: user.session.dataset.location == str(data_folder) and user.is_idle)
    assert field.read_value() == 64


def test_batch_size_that_was_typed_stays_and_the_field_says_what_it_may_be(user: User, tmp_path: Path) -> None:
    user.fill("batch_size", "50")
    user.answer_files(write_few(tmp_path))
    user.choose("Data", "Open Data File…")
    user.wait_until(lambda: user.session.dataset.name == "few" and user.is_idle)
    field = user.app.window.settings.fields["batch_size"]
    assert field.read_value() == 50
    assert field.sentence.startswith("Mini-batch size must be at most 29,")


# Curves -------------------------------------------------------------------------------------------


def test_curves_of_another_network_go_when_one_without_any_is_loaded(user: User, tmp_path: Path) -> None:
    user.train(epochs="1")
    graph = user.app.window.graph
    assert graph._run is not None
    write_network(tmp_path / "bare.nn", Network.dense([784, 10], rng=np.random.default_rng(1)), NetworkMetadata())
    user.answer_files(tmp_path / "bare.nn")
    with user.answering("d"):
        user.press("ctrl+o")
    user.wait_until(lambda: "bare.nn" in user.title and user.is_idle)
    assert (graph._run, graph._earlier) == (None, [])
    user.wait_until(lambda: "The file bare.nn tells nothing of its network’s training." in " ".join(user.texts(graph)))


def test_a_network_that_may_have_learnt_the_test_images(user: User, tmp_path: Path) -> None:
    record = training_record(Settings(), user.app.session.dataset.name, 0.5, 3)
    network = Settings(hidden=(8,)).new_network(784, 10)
    write_network(tmp_path / "other.nn", network, NetworkMetadata(training=record))
    user.answer_files(tmp_path / "other.nn")
    user.press("ctrl+o")
    user.wait_for_log("warning: The network may have learnt some of these test images")
    user.wait_until_idle()

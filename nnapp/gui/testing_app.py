"""Shows the testing window, and connects its parts."""

from __future__ import annotations

import os
import tkinter as tk
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from nnapp.digits.normalization import as_drawn
from nnapp.digits.photographs import DiscretizedPicture
from nnapp.digits.strokes import INK_SIDE
from nnapp.errors import DataError, NnappError
from nnapp.gui.collect_controller import CollectController
from nnapp.gui.commands import CommandTable
from nnapp.gui.dialogs import ask_open
from nnapp.gui.explanation_controller import ExplanationController
from nnapp.gui.file_dialogs import ask_folder
from nnapp.gui.help_window import HelpWindow
from nnapp.gui.image_navigator import ImageNavigator
from nnapp.gui.image_player import ImagePlayer
from nnapp.gui.job_board import JobBoard
from nnapp.gui.look_controller import LookController
from nnapp.gui.picture_reader import clipboard_picture, read_picture_file
from nnapp.gui.start import place_root, run_until_closed
from nnapp.gui.statistics_controller import StatisticsController
from nnapp.gui.style import Style
from nnapp.gui.testing_commands import TESTING_COMMANDS
from nnapp.gui.testing_session import Prediction, Split, TestingSession
from nnapp.gui.testing_window import TestingEvents, TestingWindow
from nnapp.jobs import Ended, Job
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.datasets import loading, locate_dataset
from nnapp.storage.folders import data_folders, shipped_networks
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.preferences import Preferences, load_preferences, save_preferences

__all__ = ["TestingApp", "main"]

_NAME = "testing"
_END_TIMEOUT_S = 0.5
_NETWORK_FILES = (("Networks", ("*.nn",)),)
_PICTURE_FILES = (("Pictures", ("*.png", "*.jpg", "*.jpeg", "*.gif", "*.bmp", "*.tif", "*.tiff", "*.webp")),)
_NOTHING_DRAWN = "Nothing drawn. Draw a digit on the left, or choose a test image."
_NO_DATA = "No data set found: draw a digit, or choose File ▸ Open Data Folder. The training window downloads MNIST."
_NO_NETWORK = "No network yet. Load one (Ctrl+O), or train one in the training window."


class TestingApp:
    """The testing window of one process. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    preferences : Preferences
    """

    def __init__(self, root: tk.Tk, preferences: Preferences) -> None:
        self.root = root
        self._preferences = preferences
        self.style = Style(root, preferences.theme, preferences.colors, preferences.scale)
        self.look = LookController(self.style, preferences)
        self.session = TestingSession()
        self.board = JobBoard(root)
        self.commands = CommandTable(root, self.style, TESTING_COMMANDS, self._handlers())
        events = TestingEvents(
            on_draw=self._on_draw,
            on_edit=self._on_edit,
            on_select=lambda neuron: self.explanations.select(neuron),
            on_index=self._safely(self._on_index),
            on_open_image=self._safely(self._show_index),
            on_why=lambda: self.explanations.explain(),
            on_keep=self._safely(lambda label: self.collecting.keep(label)),
            on_undo_keep=self._safely(lambda: self.collecting.undo()),
        )
        self.window = TestingWindow(root, self.style, self.commands, events)
        self.explanations = ExplanationController(self.session, self.window, self.board, self.style)
        self.player = ImagePlayer(root, self._safely(self._play_on), self._show_state)
        self.navigator = ImageNavigator(self.session, self.window, self._show_index)
        self.collecting = CollectController(self.session, self.window)
        self.statistics = StatisticsController(
            self.session, self.window, self.board, self.explanations, self._show_state
        )
        self._read_picture: Callable[[], DiscretizedPicture] | None = None
        self._first_index: int | None = None
        self._first_picture: str | None = None
        self._is_behind = False  # whether the drawing has changed since it was brought to the grid
        self._prepare_window()

    def start(
        self,
        network: str | None,
        data: DataChoice | None,
        split: str,
        index: int | None,
        picture: str | None,
        is_temporary: bool = False,
    ) -> None:
        """Load a network and show it something: what was asked for, else what was used last, else what is shipped."""
        self.session.split = "train" if split == "train" else "test"
        self.commands.show_value("split", self.session.split)
        self._first_index, self._first_picture = index, picture
        if network is not None and is_temporary:
            self._safely(self._load_copy)(network)
        elif network is not None:
            self._safely(self._load)(network)
        else:
            self._load_any()
        choice = self._preferences.data if data is None else data
        self.board.start(Job(_load_data(choice, is_needed=data is not None)), self._on_data_message)

    def close(self) -> None:
        """End the program."""
        preferences = self._preferences
        preferences.windows[_NAME] = self.root.geometry()
        preferences.live = bool(self.commands.read_value("live"))
        preferences.discretisation = self._mode()
        preferences.activity_views = self.window.activity.read_views()
        save_preferences(self._preferences)
        self.board.stop_all(_END_TIMEOUT_S)
        self.root.destroy()

    def _prepare_window(self) -> None:
        self.look.show_in(self.commands)
        self.commands.show_value("live", self._preferences.live)
        self.commands.show_value("discretisation", self._preferences.discretisation)
        if self._preferences.activity_views is not None:
            self.window.activity.show_views(self._preferences.activity_views)
        self._show_recent()
        place_root(self.root, self._preferences.windows.get(_NAME))
        self.root.protocol("WM_DELETE_WINDOW", self.close)
        self.window.diagram.show_empty(_NO_NETWORK)
        self._show_image()

    def _handlers(self) -> dict[str, Callable[..., None]]:
        window_drawing: Callable[[], Any] = lambda: self.window.drawing  # noqa: E731  made after the table of commands
        handlers: dict[str, Callable[..., object]] = {
            "load": self._on_load,
            "recent": lambda path: self._load(str(path)),
            "open-image": self._on_open_picture,
            "paste": self._on_paste,
            "open-data": self._on_open_data,
            "quit": self.close,
            "process": self._process,
            "live": lambda is_on: self._process() if is_on and self._is_behind else None,
            "undo": lambda: window_drawing().undo(),
            "redo": lambda: window_drawing().redo(),
            "clear": lambda: window_drawing().clear(),
            "eraser": lambda is_on: setattr(window_drawing(), "eraser", is_on),
            "discretisation": lambda _: self._on_discretisation(),
            "go-to": lambda: self.navigator.enter_index(),
            "previous": lambda: self.navigator.step(-1),
            "next": lambda: self.navigator.step(1),
            "back-100": lambda: self.navigator.step(-100),
            "on-100": lambda: self.navigator.step(100),
            "random": lambda: self.navigator.random(),
            "next-wrong": lambda: self.navigator.next_wrong(),
            "next-same": lambda: self.navigator.next_of_class(),
            "split": self._on_split,
            "play": lambda: self.player.play_or_stop(),
            "faster": lambda: self.player.change_speed(1),
            "slower": lambda: self.player.change_speed(-1),
            "deselect": lambda: self.explanations.select(None),
            "help": self._on_help,
            **self.look.handlers(),
        }
        return {name: self._answering(handler) for name, handler in handlers.items()}

    def _answering(self, handler: Callable[..., object]) -> Callable[..., None]:
        """Return the handler of what a person does: what was wrong before is settled then, or said again."""
        safe = self._safely(handler)

        def call(*arguments: Any) -> None:
            self.window.show_status("")
            safe(*arguments)

        return call

    def _safely(self, handler: Callable[..., object]) -> Callable[..., None]:
        """Return the handler with expected problems told in the window."""

        def call(*arguments: Any) -> None:
            try:
                handler(*arguments)
            except NnappError as error:
                self.window.show_problem(str(error))

        return call

    # Images ---------------------------------------------------------------------------------------

    def _on_draw(self) -> None:
        self.player.stop()
        self._show_drawing_state()
        self._is_behind = True
        if self.commands.read_value("live") or self.window.drawing.is_empty:
            self._process()

    def _process(self) -> None:
        """Bring the drawing to the grid and ask the network."""
        drawing = self.window.drawing
        is_like_mnist = self.commands.read_value("discretisation") == "like-mnist"
        try:
            if drawing.is_empty:
                raise DataError(_NOTHING_DRAWN)
            self.session.show_drawing(drawing.read_ink(), is_like_mnist=is_like_mnist)
        except DataError:
            self.session.show_nothing()
        self._show_image()

    def _on_edit(self) -> None:
        image = self.window.grid.read_image()
        if image is not None:
            self.session.show_image(image, "edited")
            self._show_prediction()

    def _show_index(self, index: int) -> None:
        self.session.show_index(index)
        self.window.index.set(str(index))
        assert self.session.image is not None
        self.window.drawing.show_ink(as_drawn(self.session.image, (INK_SIDE, INK_SIDE)))
        self._show_drawing_state()
        self._show_image()

    def _play_on(self) -> None:
        """Show the next image while playing; one that cannot be shown is the end of it."""
        try:
            self._show_index(self.session.next_index(1))
        except NnappError:
            self.player.stop()
            raise

    def _on_index(self, text: str) -> None:
        self.player.stop()
        self.navigator.show_typed(text)

    def _on_split(self, split: Split) -> None:
        self.session.split = split
        self.statistics.start()
        self.window.show_images(len(self.session.images))
        self._show_index(0)

    def _on_open_picture(self) -> None:
        path = ask_open(self.root, self._preferences, "Open Image", _PICTURE_FILES)
        if path is not None:
            self._show_picture_file(path)

    def _show_picture_file(self, path: str | Path) -> None:
        self._show_picture(lambda: read_picture_file(path, self.session.image_shape, self._mode()))

    def _on_paste(self) -> None:
        self._show_picture(lambda: clipboard_picture(self.session.image_shape, self._mode()))

    def _mode(self) -> str:
        return str(self.commands.read_value("discretisation"))

    def _show_picture(self, read: Callable[[], DiscretizedPicture]) -> None:
        """Show a picture, and remember how it is read for when the way to the grid changes."""
        picture = read()
        self._read_picture = read
        self.player.stop()
        self.session.show_image(picture.grid, "file")
        self.window.drawing.show_ink(as_drawn(picture.grid, (INK_SIDE, INK_SIDE)))
        self.window.steps.show_picture(picture)
        self.window.show_tab(self.window.steps)
        self._show_drawing_state()
        self._show_image()

    def _on_discretisation(self) -> None:
        if self.session.source == "drawing":
            self._process()
        elif self.session.source == "file" and self._read_picture is not None:
            self._show_picture(self._read_picture)

    # Networks and data ------------------------------------------------------------------------------

    def _on_load(self) -> None:
        path = ask_open(self.root, self._preferences, "Load Network", _NETWORK_FILES)
        if path is not None:
            self._load(str(path))

    def _load(self, path: str) -> None:
        self.session.load_network(path)
        self._preferences.remember_network(path)
        self._show_network()

    def _load_copy(self, path: str) -> None:
        """Load the copy of a network that only this window was given, and remove it."""
        self.session.load_network(path)
        with suppress(OSError):  # whoever cleans temporary folders will get it
            os.unlink(path)
            os.rmdir(os.path.dirname(path))
        self._show_network()

    def _load_any(self) -> None:
        """Load the network that was used last, or one that is shipped; a file that is gone or broken is passed over."""
        for path in (*self._preferences.recent_networks, *map(str, shipped_networks())):
            try:
                self._load(path)
            except NnappError:
                continue
            return

    def _show_network(self) -> None:
        session, window = self.session, self.window
        self._show_recent()
        if session.network is None:
            return
        self.explanations.forget()
        window.diagram.show_network(session.network, session.class_names, session.image_shape)
        sizes = "-".join(map(str, session.network.layer_sizes))
        window.network_label.configure(text=f"{session.name} · {sizes}")
        self.root.title(f"{session.name} – nnapp testing")
        window.collect.show_classes(session.class_names)
        self.statistics.start()
        self._show_image()

    def _on_open_data(self) -> None:
        folder = ask_folder(self.root, self._preferences, "Open Data Folder")
        if folder is not None:
            self.board.start(Job(_load_data(DataChoice(str(folder)), is_needed=True)), self._on_data_message)

    def _on_data_message(self, message: Dataset | LoadProgress | Ended) -> None:
        if isinstance(message, LoadProgress):
            self.window.show_status(f"{message.what} …")
            return
        if isinstance(message, Ended):
            if self._first_picture is not None:
                self._show_first_image()
            if message.outcome == "failed":
                self.window.show_problem(message.sentence)
            elif self.session.dataset is None and self.session.image is None:
                self.window.show_status(_NO_DATA)
            return
        self.session.dataset = message
        is_usual = message.choice in [DataChoice(str(place)) for place in data_folders()]
        self._preferences.data = DataChoice() if is_usual else message.choice
        self.window.show_images(len(self.session.images))
        self.statistics.start()
        self._show_first_image()

    def _show_first_image(self) -> None:
        if self._first_picture is not None:
            path, self._first_picture = self._first_picture, None
            self._safely(self._show_picture_file)(path)
        elif self.session.source in ("nothing", "data set"):
            index, self._first_index = self._first_index or 0, None
            self._safely(self._show_index)(index)
        self._show_state()

    # What the window shows ----------------------------------------------------------------------------

    def _show_image(self) -> None:
        """Show the image of the session, and what the network makes of it."""
        image = self.session.image
        self._is_behind = False
        if image is None:
            self.window.grid.show_empty(_NOTHING_DRAWN)
        else:
            self.window.grid.show_image(image)
        self._show_prediction()

    def _show_prediction(self) -> None:
        session, window = self.session, self.window
        prediction = self._predict()
        if prediction is None or session.network is None or session.image is None:
            window.answer.show_empty(_NO_NETWORK if session.network is None else _NOTHING_DRAWN)
            window.activity.show_empty()
            if session.network is not None:
                window.diagram.show_activations(None)
        else:
            window.answer.show_answer(prediction.probabilities, session.class_names, session.label, prediction.digit)
            window.diagram.show_activations(prediction.activations, prediction.probabilities, session.label)
            window.activity.show_prediction(
                session.network,
                session.image,
                prediction.activations,
                prediction.probabilities,
                session.class_names,
                session.label,
            )
        self.explanations.take_prediction(prediction)
        self._show_label()

    def _predict(self) -> Prediction | None:
        try:
            return self.session.predict()
        except NnappError as error:
            self.window.show_problem(str(error))
            return None

    def _show_label(self) -> None:
        session = self.session
        words = ""
        if session.label is not None:
            names = session.class_names
            words = f"label: {names[session.label] if session.label < len(names) else session.label}"
            words += " (edited)" if session.source == "edited" else ""
        self.window.label_text.configure(text=words)
        self.window.split_text.configure(text="test image" if session.split == "test" else "training image")

    def _show_drawing_state(self) -> None:
        drawing = self.window.drawing
        self.commands.enable("undo", drawing.can_undo)
        self.commands.enable("redo", drawing.can_redo)
        self.commands.enable("clear", not drawing.is_empty)
        self.commands.enable("process", not drawing.is_empty)

    def _show_state(self) -> None:
        session = self.session
        has_images = len(session.images) > 0
        for name in ("previous", "next", "back-100", "on-100", "random", "play", "go-to", "next-same"):
            self.commands.enable(name, has_images)
        self.commands.enable("next-wrong", session.evaluation is not None)
        self.commands.label("play", f"Stop ({self.player.images_per_second:g}/s)" if self.player.is_playing else "Play")
        self._show_drawing_state()

    def _show_recent(self) -> None:
        self.commands.show_recent("recent", [Path(path) for path in self._preferences.recent_networks])

    def _on_help(self) -> None:
        HelpWindow(self.root, self.style, "nnapp testing: help", self.commands.help_rows())


def _load_data(choice: DataChoice, *, is_needed: bool) -> Iterator[Dataset | LoadProgress]:
    """Yield a data set, or, where it is not needed and not there, the one of the usual places if there is one."""
    if not is_needed and choice.source:
        try:
            yield (yield from loading(choice))
            return
        except NnappError:  # moved or deleted since; the usual places may do
            choice = DataChoice()
    if is_needed or locate_dataset() is not None:
        yield (yield from loading(choice))


def main(
    root: tk.Tk,
    network: str | None = None,
    data: DataChoice | None = None,
    split: str = "test",
    index: int | None = None,
    picture: str | None = None,
    *,
    is_temporary: bool = False,
) -> int:
    """Fill `root` with the testing window and return the exit code when it is closed.

    Parameters
    ----------
    root : tk.Tk
        From `new_root`.
    network : str, optional
        Network file to load; else the last one, or a shipped one.
    data : DataChoice, optional
        Which data set; else the last one, or one that is found.
    split : {"test", "train"}
        Which of its images to look at.
    index : int, optional
        Which one to show first.
    picture : str, optional
        Image file to show in place of one.
    is_temporary : bool
        Whether the network file is a copy for this window alone, to be removed and not remembered.
    """
    app = TestingApp(root, load_preferences())
    root.after_idle(app.start, network, data, split, index, picture, is_temporary)
    return run_until_closed(root, app.close)

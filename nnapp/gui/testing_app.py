"""Shows the testing window, and connects its parts."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import numpy as np

from nnapp.digits.strokes import INK_SIDE
from nnapp.errors import DataError, NnappError
from nnapp.gui.collect_controller import CollectController
from nnapp.gui.commands import CommandTable
from nnapp.gui.data_controller import DataController, DataEvents
from nnapp.gui.dialogs import show_text
from nnapp.gui.explanation_controller import ExplanationController
from nnapp.gui.help_window import HelpWindow
from nnapp.gui.image_navigator import ImageNavigator
from nnapp.gui.image_player import ImagePlayer
from nnapp.gui.job_board import JobBoard
from nnapp.gui.load_wording import summary
from nnapp.gui.look_controller import LookController
from nnapp.gui.picture_controller import PictureController
from nnapp.gui.prediction_controller import NO_NETWORK, PredictionController
from nnapp.gui.sheet_controller import SheetController
from nnapp.gui.start import run_until_closed
from nnapp.gui.statistics_controller import StatisticsController
from nnapp.gui.style import Style
from nnapp.gui.tested_network_controller import TestedNetworkController
from nnapp.gui.testing_commands import TESTING_COMMANDS
from nnapp.gui.testing_habits import note_habits, recall_habits, show_way_to_grid
from nnapp.gui.testing_session import Split, TestingSession
from nnapp.gui.testing_window import TestingEvents, TestingWindow
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.preferences import Preferences, load_preferences, save_preferences
from nnapp.storage.source_names import MINE
from nnapp.storage.trained_split import split_warning

__all__ = ["TestingApp", "main"]

_END_TIMEOUT_S = 0.5
_NO_OWN_DIGITS = "You have kept no digit yet: draw one on the left, then press what it is on the tab Collect below."


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
            on_open_image=self._safely(lambda index: self.navigator.show(index)),
            on_why=lambda: self.explanations.explain(),
            on_keep=self._safely(lambda label: self.collecting.keep(label)),
            on_undo_keep=self._safely(lambda: self.collecting.undo()),
            on_member=lambda number: self._show_member(number),
        )
        self.window = TestingWindow(root, self.style, self.commands, events)
        self.explanations = ExplanationController(self.session, self.window, self.board, self.style)
        self.predictions = PredictionController(self.session, self.window, self.explanations)
        self.sheet = SheetController(self.session, self.window, self.commands, self._show_image)
        self.networks = TestedNetworkController(
            root, self.style, self.session, self.window, preferences, self.commands, self.board, self._on_network
        )
        self.pictures = PictureController(preferences, self.session, self.window, self.commands, self._on_shown)
        self.player = ImagePlayer(root, self._safely(self._play_on), self._show_state)
        self.data = DataController(
            root, self.style, preferences, self.commands, self.board, self.window.notice, self._data_events()
        )
        self._show_data_state()
        self.navigator = ImageNavigator(self.session, self.window, self.commands, self._on_shown)
        self.collecting = CollectController(self.session, self.window, lambda: self.data.reload(MINE))
        self.statistics = StatisticsController(
            self.session, self.window, self.board, self.explanations, self._show_state
        )
        self._first_index: int | None = None
        self._first_picture: str | None = None
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
            self._safely(self.networks.load_copy)(network)
        elif network is not None:
            self._safely(self.networks.load_first)(network)
        else:
            self.networks.load_any()
        self.data.start(data)

    def close(self) -> None:
        """End the program."""
        note_habits(self._preferences, self.commands, self.window)
        save_preferences(self._preferences)
        self.board.stop_all(_END_TIMEOUT_S)
        self.root.destroy()

    def _prepare_window(self) -> None:
        self.look.show_in(self.commands)
        recall_habits(self._preferences, self.commands, self.window)
        self.root.protocol("WM_DELETE_WINDOW", self.close)
        self.window.diagram.show_empty(NO_NETWORK)
        self.commands.enable("next-member", False)
        self._show_image()

    def _handlers(self) -> dict[str, Callable[..., None]]:
        handlers: dict[str, Callable[..., object]] = {
            **TestedNetworkController.handlers(lambda: self.networks),
            "open-image": lambda: self.pictures.ask_and_open(),
            "paste": lambda: self.pictures.paste(),
            **DataController.handlers(lambda: self.data),
            "data": lambda source: self._choose_data(str(source)),
            "quit": self.close,
            **SheetController.handlers(lambda: self.sheet),
            "discretisation": lambda way: self._on_discretisation(str(way)),
            **ImageNavigator.handlers(lambda: self.navigator),
            "split": self._on_split,
            **ImagePlayer.handlers(lambda: self.player),
            "next-member": self._show_next_member,
            "deselect": lambda: self.explanations.select(None),
            "help": lambda: HelpWindow(self.root, self.style, "nnapp testing: help", self.commands.help_rows()),
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
        self.sheet.take_change()

    def _on_edit(self) -> None:
        image = self.window.grid.read_image()
        if image is not None:
            self.session.show_image(image, "edited")
            self.predictions.show_prediction()

    def _play_on(self) -> None:
        """Show the next image while playing; one that cannot be shown is the end of it."""
        try:
            self.navigator.step(1)
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
        self.navigator.show(0)

    def _on_shown(self) -> None:
        """Show the image of a picture, or of the data set, that has been brought to the sheet."""
        if self.session.source == "file":
            self.player.stop()
        self.sheet.show_state()
        self._show_image()

    def _on_discretisation(self, way: str) -> None:
        self._preferences.discretisation = way
        self._bring_to_grid()

    def _bring_to_grid(self) -> None:
        if self.session.source == "drawing":
            self.sheet.process()
        elif self.session.source == "file":
            self.pictures.show_again()

    # Networks and data ------------------------------------------------------------------------------

    def _on_network(self) -> None:
        session = self.session
        self.commands.enable("next-member", session.ensemble is not None)
        self.predictions.show_network()
        self.statistics.start()
        if session.stored is not None and show_way_to_grid(self._preferences, self.commands, session.pictures):
            self._bring_to_grid()
        self._warn_of_split()
        self.window.notice.show_misfit(session.misfit)
        if session.source == "nothing" and not self.window.drawing.is_empty:  # the sheet, brought to another size
            self.sheet.process()
        elif session.source == "nothing" and session.fits_data:
            self._safely(self.navigator.show)(session.index)
        self._show_image()

    def _show_member(self, number: int) -> None:
        """Show another network of the ensemble in the diagram and all that explains it."""
        self.session.show_member(number)
        self.predictions.show_network()
        self.statistics.start(keeps_evaluation=True)
        self.predictions.show_prediction()

    def _show_next_member(self) -> None:
        ensemble = self.session.ensemble
        if ensemble is not None and self.session.stored is not None:
            self._show_member((ensemble.members.index(self.session.stored) + 1) % len(ensemble.members))

    def _warn_of_split(self) -> None:
        session = self.session
        if session.stored is None or session.dataset is None:
            return
        for member in (session.stored,) if session.ensemble is None else session.ensemble.members:
            sentence = split_warning(member.metadata, session.dataset)
            if sentence:
                self.window.show_remark(sentence)
                return

    def _data_events(self) -> DataEvents:
        return DataEvents(
            on_loaded=self._on_data,
            on_end=self._on_data_end,
            on_state=self._show_data_state,
            show_busy=lambda sentence, done, total: self.window.show_busy(sentence),
            show_idle=self.window.show_idle,
            inform=self.window.show_status,
            warn=lambda sentence: None if self.window.notice.sentence else self.window.show_remark(sentence),
            complain=self.window.show_problem,
            complain_at_length=self._on_download_failed,
        )

    def _on_data(self, dataset: Dataset) -> None:
        session = self.session
        names, before, index = session.class_names, session.dataset, session.index
        was_shown = session.source == "data set"
        session.dataset = dataset
        if was_shown and before is not None and before.choice == dataset.choice:
            self._first_index = min(index, len(session.images) - 1)
        if session.class_names != names:
            self.predictions.show_network()
        self.window.show_images(len(session.images))
        self.window.show_data(summary(dataset))
        self._warn_of_split()
        self.window.notice.show_misfit(session.misfit)
        self.statistics.start()
        self._show_first_image()
        if was_shown and session.source == "nothing":  # the network takes other images than these
            self.window.drawing.show_ink(np.zeros((INK_SIDE, INK_SIDE)))
            self._show_image()

    def _on_download_failed(self, sentence: str) -> None:
        self.window.show_problem(sentence)  # which the next command takes away
        show_text(self.root, self.style, "Download Failed", sentence)

    def _choose_data(self, source: str) -> None:
        if source == MINE and not self.collecting.digits.counts():
            self.data.show_source()
            self.window.show_tab(self.window.collect)
            raise DataError(_NO_OWN_DIGITS)
        self.data.choose(source)

    def _show_data_state(self) -> None:
        self.data.enable_commands(is_allowed=True)
        self.window.show_loading(self.data.can_stop)

    def _on_data_end(self) -> None:
        # Not from within the board, which would hand on nothing while a question about the network is shown.
        self.root.after_idle(self._safely(self.networks.load_postponed))
        if self._first_picture is not None:
            self._show_first_image()

    def _show_first_image(self) -> None:
        if self._first_picture is not None:
            path, self._first_picture = self._first_picture, None
            self._safely(self.pictures.open)(path)
        elif self.session.source in ("nothing", "data set"):
            index, self._first_index = self._first_index or 0, None
            if not self.session.misfit:  # which is said already
                self._safely(self.navigator.show)(index)
        self._show_state()

    # What the window shows ----------------------------------------------------------------------------

    def _show_image(self) -> None:
        """Show the image of the session, and what the network makes of it."""
        self.sheet.is_behind = False
        self.predictions.show_image()

    def _show_state(self) -> None:
        self.navigator.show_state()
        self.commands.label("play", f"Stop ({self.player.images_per_second:g}/s)" if self.player.is_playing else "Play")
        self.sheet.show_state()


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

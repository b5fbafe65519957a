"""Shows the questions about data: finds, loads and downloads data sets in the background for either window."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nnapp.errors import NnappError
from nnapp.gui.commands import CommandTable
from nnapp.gui.data_names import name_in_menu, named_choice
from nnapp.gui.data_notice import DataNotice
from nnapp.gui.data_window import DATA_FILE_TYPES, DataWindow
from nnapp.gui.dialogs import ask_choice, ask_open
from nnapp.gui.file_dialogs import ask_folder
from nnapp.gui.job_board import JobBoard
from nnapp.gui.load_wording import download_question, progress_sentence
from nnapp.gui.style import Style
from nnapp.jobs import Ended, Job
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.datasets import loading, locate_published
from nnapp.storage.downloads import downloading
from nnapp.storage.folders import data_folders, folder_for
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.preferences import Preferences, save_preferences
from nnapp.storage.published_datasets import DATASETS, MNIST, PublishedDataset
from nnapp.storage.source_names import KNOWN_NAMES, SYNTHETIC

__all__ = ["DataController", "DataEvents"]

_DEFAULT = MNIST.folder_name
_DRAWN = "These digits are drawn by nnapp, since MNIST is not on this computer."
_COMMANDS = ("open-data", "open-data-file", "choose-data", *(f"data-{name}" for name in KNOWN_NAMES))

_Report = Dataset | LoadProgress | str
"""A data set, how far it has come, or a warning."""


@dataclass(frozen=True)
class DataEvents:
    """What the controller tells the window it works for. All are called in the Tk thread.

    Attributes
    ----------
    on_loaded : callable (Dataset)
        There is another data set.
    on_end : callable ()
        A load or download has ended, whether or not it has brought one.
    on_state : callable ()
        `DataController.is_busy` has changed.
    show_busy : callable (sentence, done, total or None)
        How far it has come.
    show_idle : callable ()
        Nothing goes on any more.
    inform, warn, complain : callable (sentence)
        What has come of a command, something a person should know, or a failure.
    complain_at_length : callable (sentence)
        A failure, with what to do about it, which takes time to read and to do.
    """

    on_loaded: Callable[[Dataset], None]
    on_end: Callable[[], None]
    on_state: Callable[[], None]
    show_busy: Callable[[str, float, float | None], None]
    show_idle: Callable[[], None]
    inform: Callable[[str], None]
    warn: Callable[[str], None]
    complain: Callable[[str], None]
    complain_at_length: Callable[[str], None]


class DataController:
    """Brings data sets into a window. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    style : Style
    preferences : Preferences
        Remember what was chosen, and are saved at once.
    commands : CommandTable
        Has `DATA_COMMANDS`.
    board : JobBoard
    notice : DataNotice
    events : DataEvents

    Attributes
    ----------
    dataset : Dataset or None
        What was loaded last.
    """

    def __init__(
        self,
        root: tk.Tk,
        style: Style,
        preferences: Preferences,
        commands: CommandTable,
        board: JobBoard,
        notice: DataNotice,
        events: DataEvents,
    ) -> None:
        self.dataset: Dataset | None = None
        self._root = root
        self._style = style
        self._preferences = preferences
        self._commands = commands
        self._board = board
        self._notice = notice
        self._events = events
        self._job: Job[_Report] | None = None
        self._is_asked_for = False
        self._is_quiet = False
        self._downloaded = ""  # name of the set that is on its way
        self.show_source()
        notice.show("")

    @property
    def is_busy(self) -> bool:
        """Whether a data set is being loaded or downloaded."""
        return self._job is not None

    @property
    def can_stop(self) -> bool:
        """Whether something goes on that a person sees and may stop."""
        return self._job is not None and not self._is_quiet

    @staticmethod
    def handlers(controller: Callable[[], DataController]) -> dict[str, Callable[..., object]]:
        """Return what the commands of `DATA_COMMANDS` do, for a controller that is made after their table."""
        return {
            "data": lambda source: controller().choose(str(source)),
            "open-data": lambda: controller().ask_for_folder(),
            "open-data-file": lambda: controller().ask_for_file(),
            "choose-data": lambda: controller().ask_for_choice(),
            "download": lambda: controller().download(DATASETS[_DEFAULT]),
            "stop-data": lambda: controller().stop(),
        }

    def enable_commands(self, *, is_allowed: bool) -> None:
        """Make the commands available, or only some of them; none that changes the data unless it is allowed."""
        for name in _COMMANDS:
            self._commands.enable(name, is_allowed)
        is_in_use = self._commands.read_value("data") == _DEFAULT
        self._commands.enable("download", is_allowed and not self.is_busy and not is_in_use)
        self._commands.enable("stop-data", self.can_stop)

    def start(self, choice: DataChoice | None) -> None:
        """Load the first data set of a window.

        Parameters
        ----------
        choice : DataChoice or None
            What was asked for on the command line; None for the one remembered, or found, or drawn.
        """
        if choice is not None:
            self.load(choice)
        else:
            self._start(_remembered(self._preferences.data), is_asked_for=False)

    def load(self, choice: DataChoice) -> None:
        """Load a data set; what is there stays if that fails."""
        self._start(_loaded(choice))

    def reload(self, source: str) -> None:
        """Load the present data set again, without a word, if it is the one of this name: its images have changed."""
        if self.dataset is not None and self.dataset.choice.source == source and (self._job is None or self._is_quiet):
            self._start(_loaded(self.dataset.choice), is_asked_for=False, is_quiet=True)

    def choose(self, source: str) -> None:
        """Load a data set by its name, asking first whether to download a published one that is not here."""
        self.show_source()  # until there is another, the present one is marked
        published = DATASETS.get(source)
        if published is None or locate_published(published) is not None:
            self.load(DataChoice(source))
            return
        answer = ask_choice(
            self._root,
            self._style,
            title=f"Download {published.name}?",
            message=f"{published.name} is not on this computer. Download it?",
            detail=download_question(published, str(folder_for(published))),
            choices={"download": "Download", "cancel": "Cancel"},
            cancel="cancel",
        )
        if answer == "download":
            self.download(published)

    def ask_for_folder(self) -> None:
        """Ask for the folder of a data set and load it."""
        folder = ask_folder(self._root, self._preferences, "Open Data Folder")
        if folder is not None:
            self.load(DataChoice(str(folder)))

    def ask_for_file(self) -> None:
        """Ask for a data set in one file and load it."""
        path = ask_open(self._root, self._preferences, "Open Data File", DATA_FILE_TYPES)
        if path is not None:
            self.load(DataChoice(str(path)))

    def ask_for_choice(self) -> None:
        """Ask for a data set and its split, with a preview, and take what was chosen."""
        present = named_choice(self.dataset) if self.dataset is not None else self._preferences.data
        dataset = DataWindow(self._root, self._style, self._preferences, self._board, present).ask()
        if dataset is not None:
            self._drop()
            self._is_asked_for, self._is_quiet = True, False
            self._take(dataset)
            self._settle()

    def download(self, published: PublishedDataset) -> None:
        """Download a published data set to where it is looked for, and load it."""
        self._start(_downloaded(published))
        self._downloaded = published.name

    def stop(self) -> None:
        """End a load or download; what has arrived is kept for the next time."""
        if self._job is not None:
            name = self._downloaded
            self._drop()
            self._settle()
            if name:
                self._events.inform(
                    f"Stopped. What has arrived of {name} is kept; the next download goes on from there."
                )

    def _drop(self) -> None:
        if self._job is not None:
            self._board.drop(self._job)
            self._job = None
        self._downloaded = ""

    def _settle(self) -> None:
        """Tell the window that nothing goes on any more, whatever has come of it."""
        self.show_source()
        self._events.show_idle()
        self._events.on_state()
        self._events.on_end()

    def _start(self, steps: Iterator[_Report], *, is_asked_for: bool = True, is_quiet: bool = False) -> None:
        self._drop()
        self._is_asked_for = is_asked_for
        self._is_quiet = is_quiet
        self._job = Job(steps)
        if not is_quiet:
            self._events.show_busy("Looking for the images …", 0, None)
        self._board.start(self._job, self._on_message)
        self._events.on_state()

    def _on_message(self, message: _Report | Ended) -> None:
        if isinstance(message, Dataset):
            self._take(message)
        elif isinstance(message, Ended):
            complain = self._events.complain_at_length if self._downloaded else self._events.complain
            self._job, self._downloaded = None, ""
            self._settle()
            if message.outcome == "failed":
                complain(message.sentence)
        elif isinstance(message, str):
            self._events.warn(message)
        elif not self._is_quiet:
            self._events.show_busy(progress_sentence(message), message.done, message.total)

    def _take(self, dataset: Dataset) -> None:
        self.dataset = dataset
        if self._is_asked_for:
            # What is found without being told needs no memory, which would only stand in the way of another place.
            is_usual = dataset.choice in [DataChoice(str(place)) for place in data_folders()]
            self._preferences.data = DataChoice() if is_usual else dataset.choice
            save_preferences(self._preferences)  # for a window that is opened from this one
        self.show_source()
        is_drawn = dataset.choice.source.startswith(SYNTHETIC)
        is_wanted = self._preferences.data.source.startswith(SYNTHETIC)
        self._notice.show(_DRAWN if is_drawn and not is_wanted and not _is_here(DATASETS[_DEFAULT]) else "")
        for sentence in () if self._is_quiet else dataset.warnings:
            self._events.warn(sentence)
        self._events.on_loaded(dataset)

    def show_source(self) -> None:
        """Mark the present data set in the menu, none if it has no name there."""
        self._commands.show_value("data", "" if self.dataset is None else name_in_menu(self.dataset))


def _is_here(published: PublishedDataset) -> bool:
    try:
        return locate_published(published) is not None
    except NnappError:  # something is there, and cannot be used
        return False


def _loaded(choice: DataChoice) -> Iterator[_Report]:
    yield (yield from loading(choice))


def _remembered(choice: DataChoice) -> Iterator[_Report]:
    """Load what was used last, or else what there is: it may have been moved or deleted since."""
    if choice.source:
        try:
            yield (yield from loading(choice))
            return
        except NnappError as error:
            yield str(error)
    yield (yield from loading(DataChoice()))


def _downloaded(published: PublishedDataset) -> Iterator[_Report]:
    yield from downloading(published)
    yield (yield from loading(DataChoice(published.folder_name)))

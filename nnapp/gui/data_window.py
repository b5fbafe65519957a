"""Shows a question: which data set to use, with twenty of its images before anything is trained."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Iterator
from contextlib import suppress
from tkinter import ttk
from typing import Any

from nnapp.display.wording import file_size
from nnapp.errors import NnappError, SettingError
from nnapp.gui.data_preview_view import DataPreviewView
from nnapp.gui.data_source_form import DataSourceForm
from nnapp.gui.dialogs import ask_open
from nnapp.gui.file_dialogs import FileType, ask_folder
from nnapp.gui.job_board import JobBoard
from nnapp.gui.load_wording import download_question, progress_sentence
from nnapp.gui.placement import place_over
from nnapp.gui.scrolled_frame import ScrolledFrame
from nnapp.gui.style import Style
from nnapp.gui.wrapped_label import WrappedLabel
from nnapp.jobs import Ended, Job
from nnapp.storage.data_status import DataStatus, statuses
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.datasets import loading
from nnapp.storage.downloads import downloading
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.preferences import Preferences
from nnapp.storage.published_datasets import DATASETS
from nnapp.storage.source_names import CSV_ENDINGS

__all__ = ["DATA_FILE_TYPES", "DataWindow"]

_TABLES = tuple(f"*{ending}" for ending in CSV_ENDINGS)

DATA_FILE_TYPES: tuple[FileType, ...] = (
    ("Data sets", (*_TABLES, "*.npz")),
    ("CSV tables", _TABLES),
    ("NumPy arrays", ("*.npz",)),
)
"""What the dialog for opening a data set in one file lists."""

_PATIENCE_MS = 400
"""How long a change waits for the typing to go on before anything is loaded."""

_WIDTH_UNITS, _HEIGHT_UNITS, _BAR_UNITS = 198, 160, 4.5

_STATES = {"ready": "is here", "partial": "is here in part", "damaged": "is damaged"}


class DataWindow(tk.Toplevel):
    """Asks for a data set and its split. Nothing outside changes until it is answered. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    preferences : Preferences
        Knows where files were looked for last.
    board : JobBoard
    choice : DataChoice
        To begin with.

    Attributes
    ----------
    dataset : Dataset or None
        What was chosen, None after Cancel.
    """

    def __init__(
        self, parent: tk.Misc, style: Style, preferences: Preferences, board: JobBoard, choice: DataChoice
    ) -> None:
        super().__init__(parent)
        self.withdraw()
        self.title("Choose Data")
        self.dataset: Dataset | None = None
        self._style = style
        self._preferences = preferences
        self._board = board
        self._loaded: Dataset | None = None
        self._statuses: dict[str, DataStatus] = {}
        self._job: Job[Any] | None = None
        self._status_job: Job[Any] = Job(_statuses())
        self._pending: str | None = None
        self._downloaded = ""  # name of the set that is on its way
        self._left, self._right = ScrolledFrame(self, style), ScrolledFrame(self, style)
        self._form = DataSourceForm(self._left.interior, style, choice, self._on_change, self._browse)
        self.preview = DataPreviewView(self._right.interior, style)
        self._status = WrappedLabel(self, style="Muted.TLabel")
        self._bar = ttk.Progressbar(self, maximum=1.0)
        self._buttons = ttk.Frame(self)
        self._download = ttk.Button(self._buttons, style="Accent.TButton", command=self._on_download)
        self._cancel = ttk.Button(self._buttons, text="Cancel", command=self.destroy)
        self._use = ttk.Button(self._buttons, text="Use This Data", style="Accent.TButton", command=self._on_use)
        self._lay_out()
        self._show_buttons()
        self.bind("<Return>", lambda _: self._on_return())
        self.bind("<KP_Enter>", lambda _: self._on_return())
        self.bind("<Escape>", lambda _: self.destroy())
        self.bind("<Map>", self._on_map)

    def ask(self) -> Dataset | None:
        """Show the window until it is answered and return the data set, None if it was cancelled."""
        self.transient(self.master.winfo_toplevel())
        place_over(self, self.master)
        self.deiconify()
        self._board.start(self._status_job, self._on_statuses)
        self._load()
        self.wait_window()
        return self.dataset

    def destroy(self) -> None:
        """Close the window, and end what it loads."""
        self._downloaded = ""  # nobody asks any more what has come of it
        self._drop()
        self._board.drop(self._status_job)
        super().destroy()

    def _lay_out(self) -> None:
        px = self._style.px
        gap = px(2)
        # The window keeps its size whatever is shown in it.
        self.configure(padx=2 * gap, pady=2 * gap, width=px(_WIDTH_UNITS), height=px(_HEIGHT_UNITS))
        self.grid_propagate(False)
        self.columnconfigure(1, weight=1)
        self.rowconfigure(0, weight=1)
        self.rowconfigure(2, minsize=px(_BAR_UNITS))
        self._left.grid(row=0, column=0, sticky="ns", padx=(0, 2 * gap))
        self._right.grid(row=0, column=1, sticky="nsew")
        self._form.pack(fill="x")
        self.preview.pack(fill="x")
        self._status.grid(row=1, column=0, columnspan=2, sticky="ew", pady=(gap, 0))
        self._bar.grid(row=2, column=0, columnspan=2, sticky="ew", pady=(gap, 0))
        self._buttons.grid(row=3, column=0, columnspan=2, sticky="ew", pady=(2 * gap, 0))
        self._buttons.columnconfigure(1, weight=1)
        self._download.grid(row=0, column=0)
        self._cancel.grid(row=0, column=2, padx=(0, gap))
        self._use.grid(row=0, column=3)

    def _on_map(self, event: tk.Event[tk.Misc]) -> None:
        # Only a window that is on the screen can keep the others from taking events.
        if event.widget is self:
            self.grab_set()
            self._form.focus_first()

    def _browse(self, what: str) -> str:
        if what == "folder":
            path = ask_folder(self, self._preferences, "Choose Data Folder")
        else:
            path = ask_open(self, self._preferences, "Choose Data File", DATA_FILE_TYPES)
        with suppress(tk.TclError):  # the program was closed with the dialog open
            self.grab_set()  # which the dialog has taken
        return "" if path is None else str(path)

    # What goes on -----------------------------------------------------------------------------------

    def _on_change(self) -> None:
        """Load what is chosen once the typing pauses."""
        if self._downloaded and self._downloaded == self._form.published:
            return  # the split is read when the set is here
        self._drop()
        self._loaded = None
        self._show_buttons()
        self._pending = self.after(_PATIENCE_MS, self._load)

    def _load(self, *, is_here: bool = False) -> None:
        """Load what is chosen; a published set that is known to be missing only if it `is_here` by now."""
        self._pending = None
        try:
            choice = self._form.read_choice()
        except SettingError:
            self._say("")  # the field says it itself
            self.preview.show_sentence("The images appear here once the fields on the left are right.")
        except NnappError as error:
            self._say("")
            self.preview.show_sentence(str(error))
        else:
            published = "" if is_here else self._form.published
            if published and self._statuses.get(published) and self._statuses[published].state == "missing":
                self._show_missing(published)
            else:
                self._start(_loading(choice), "Looking for the images …")

    def _show_missing(self, published: str) -> None:
        entry = DATASETS[published]
        self._say("")
        self.preview.show_sentence(
            f"{entry.name} is not on this computer. {download_question(entry, self._statuses[published].location)}"
        )

    def _on_download(self) -> None:
        published = self._form.published
        if published:
            self._start(downloading(DATASETS[published]), f"Downloading {DATASETS[published].name} …")
            self._downloaded = published

    def _start(self, steps: Iterator[Any], sentence: str) -> None:
        self._drop()
        self._job = Job(steps)
        self._say(sentence)
        if self._loaded is None:
            self.preview.show_sentence(sentence)
        self._board.start(self._job, self._on_message)
        self._show_buttons()

    def _drop(self) -> None:
        if self._pending is not None:
            self.after_cancel(self._pending)
            self._pending = None
        if self._job is not None:
            self._board.drop(self._job)
            self._job = None
        if self._downloaded:
            self._downloaded = ""
            self._refresh_statuses()

    def _on_message(self, message: Dataset | LoadProgress | Ended) -> None:
        if isinstance(message, Dataset):
            self._loaded = message
            self.preview.show_dataset(message)
        elif isinstance(message, Ended):
            was_download, self._downloaded = bool(self._downloaded), ""
            self._job = None
            self._say("")
            if self._form.published:
                self._refresh_statuses()
            if message.outcome == "failed":
                self.preview.show_sentence(message.sentence, is_problem=True)
            elif was_download:
                self._load(is_here=True)
        else:
            self._say(progress_sentence(message), message.done / message.total if message.total else 0)
        self._show_buttons()

    def _refresh_statuses(self) -> None:
        self._board.drop(self._status_job)
        self._status_job = Job(_statuses())
        self._board.start(self._status_job, self._on_statuses)

    def _on_statuses(self, message: tuple[DataStatus, ...] | Ended) -> None:
        if isinstance(message, tuple):
            self._statuses = {status.source: status for status in message}
            self._form.show_states({name: _state(status) for name, status in self._statuses.items()})
            self._show_buttons()

    def _say(self, sentence: str, share: float = 0) -> None:
        self._status.configure(text=sentence)
        self._bar.configure(value=share)

    def _show_buttons(self) -> None:
        """Make available what can be done now."""
        status = self._statuses.get(self._form.published)
        can_download = self._job is None and status is not None and status.state in ("missing", "partial")
        if can_download and status is not None:
            self._download.configure(text=f"Download {status.name}")
            self._download.grid()
        else:
            self._download.grid_remove()
        if self._job is None:
            self._bar.grid_remove()
        else:
            self._bar.grid()
        self._use.state(["!disabled" if self._loaded is not None and self._job is None else "disabled"])

    def _on_return(self) -> None:
        """Press the button that has the focus, from a field the obvious one."""
        focused = self.focus_get()
        obvious = self._download if self._download.grid_info() else self._use
        (focused if isinstance(focused, ttk.Button) else obvious).invoke()

    def _on_use(self) -> None:
        self.dataset = self._loaded
        self.destroy()


def _loading(choice: DataChoice) -> Iterator[Dataset | LoadProgress]:
    yield (yield from loading(choice))


def _statuses() -> Iterator[tuple[DataStatus, ...] | None]:
    yield (yield from statuses())


def _state(status: DataStatus) -> str:
    if status.state == "missing":
        return f"{file_size(sum(file.gzip_bytes for file in DATASETS[status.source].files))} to download"
    return _STATES[status.state]

"""Shows the training window's parts in their places; what they do is told by whoever makes it."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from tkinter import ttk
from typing import Any, Literal

from nnapp.engine.settings import Settings
from nnapp.gui.calibration_view import CalibrationView
from nnapp.gui.commands import CommandTable
from nnapp.gui.confusion_view import ConfusionView
from nnapp.gui.data_notice import DataNotice
from nnapp.gui.graph_view import GraphView
from nnapp.gui.log_view import LogView
from nnapp.gui.per_class_view import PerClassView
from nnapp.gui.progress_strip import ProgressStrip
from nnapp.gui.settings_panel import SettingsPanel
from nnapp.gui.style import Style
from nnapp.gui.weights_view import WeightsView

__all__ = ["SPLITS", "TrainingWindow", "WindowEvents"]

SPLITS = {"Test images": "test", "Validation images": "validation", "Training images": "training"}
"""What the matrix can be made of: words for people, and the program's."""

_PANEL_UNITS = 76
_MATRIX_UNITS = 106
_LOG_UNITS = 46


@dataclass(frozen=True)
class WindowEvents:
    """What the window calls when a person does something that is no command.

    Attributes
    ----------
    on_settings : callable ()
        A parameter was changed.
    check_settings : callable (Settings)
        Raises SettingError if the settings do not suit the data.
    on_open_cell : callable (actual, predicted)
        A cell of the matrix was opened.
    on_split : callable ()
        Other images were chosen for the matrix.
    on_save_graph : callable ("png" | "svg" | "csv")
    on_save_log : callable (text)
    on_wish_weights : callable ()
        The weights are looked at and could be newer.
    """

    on_settings: Callable[[], None]
    check_settings: Callable[[Settings], None]
    on_open_cell: Callable[[int, int], None]
    on_split: Callable[[], None]
    on_save_graph: Callable[[Literal["png", "svg", "csv"]], None]
    on_save_log: Callable[[str], None]
    on_wish_weights: Callable[[], None]


class TrainingWindow:
    """The views of the training window and where they are. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    style : Style
    commands : CommandTable
        Makes the buttons of the toolbar.
    events : WindowEvents
    """

    def __init__(self, root: tk.Tk, style: Style, commands: CommandTable, events: WindowEvents) -> None:
        self.root = root
        self._style = style
        self._is_placed = False
        self._toolbar = ttk.Frame(root)
        self.data_label = ttk.Label(self._toolbar, style="Muted.TLabel")
        self._make_toolbar(commands)
        self.notice = DataNotice(root, style, commands)
        self._panes = ttk.Panedwindow(root, orient="horizontal")
        self.settings = SettingsPanel(
            self._panes,
            style,
            events.on_settings,
            events.check_settings,
            lambda parent: commands.button(parent, "augmentation-preview", text="Preview"),
        )
        self._middle = ttk.Panedwindow(self._panes, orient="vertical")
        self._views = ttk.Notebook(self._middle)
        self.graph = GraphView(self._views, style, events.on_save_graph)
        self.weights = WeightsView(self._views, style, events.on_wish_weights)
        self.log = LogView(self._middle, style, events.on_save_log)
        self._results = ttk.Notebook(self._panes)
        self.matrix = ConfusionView(self._results, style, events.on_open_cell)
        self.per_class = PerClassView(self._results, style, events.on_open_cell)
        self.calibration = CalibrationView(self._results, style)
        self._split = ttk.Combobox(self.matrix.header, values=list(SPLITS), state="readonly", width=16)
        self._split.current(0)
        self._split.bind("<<ComboboxSelected>>", lambda _: events.on_split(), add="+")
        self.progress = ProgressStrip(root, style)
        # At the end of the line, where no number that changes its width moves it.
        self._stop_loading = commands.button(self.progress, "stop-data", style="Link.TButton", text="Stop")
        self._stop_loading.grid(row=0, column=2)
        self.progress.rowconfigure(0, minsize=self._stop_loading.winfo_reqheight())
        self.show_loading(False)
        self._lay_out()
        style.on_change(root, self._space_out)
        self._space_out()
        self._panes.bind("<Configure>", self._on_first_size, add="+")

    def read_split(self) -> str:
        """Return which images the matrix is to be made of: "test", "validation" or "training"."""
        return SPLITS[self._split.get()]

    def show_loading(self, is_loading: bool) -> None:
        """Offer to stop what is being loaded or downloaded, or take the offer away."""
        if is_loading:
            self._stop_loading.grid()
        else:
            self._stop_loading.grid_remove()

    def _make_toolbar(self, commands: CommandTable) -> None:
        names = ("initialise", "load", "save", "", "train", "step", "stop", "", "evaluate", "test")
        texts = {
            "initialise": "Initialise", "load": "Load", "save": "Save", "step": "Step", "evaluate": "Evaluate",
            "test": "Test it ↗",
        }  # fmt: skip
        for name in names:
            if not name:
                ttk.Separator(self._toolbar, orient="vertical").pack(side="left", fill="y", padx=6, pady=4)
                continue
            look = "Accent.TButton" if name == "train" else "Tool.TButton"
            button = commands.button(self._toolbar, name, style=look, text=texts.get(name))
            if name == "train":
                button.configure(width=8)
            button.pack(side="left", padx=(0, 4))
        self.data_label.pack(side="right", padx=(12, 0))

    def _lay_out(self) -> None:
        self.root.rowconfigure(2, weight=1)
        self.root.columnconfigure(0, weight=1)
        self._toolbar.grid(row=0, column=0, sticky="ew")
        self._panes.grid(row=2, column=0, sticky="nsew")
        self.progress.grid(row=3, column=0, sticky="ew")
        self._panes.add(self.settings, weight=0)
        self._panes.add(self._middle, weight=1)
        self._panes.add(self._results, weight=1)
        self._middle.add(self._views, weight=3)
        self._middle.add(self.log, weight=1)
        self._views.add(self.graph, text="Graphs")
        self._views.add(self.weights, text="Weights")
        self._results.add(self.matrix, text="Confusion matrix")
        self._results.add(self.per_class, text="Per class")
        self._results.add(self.calibration, text="Calibration")
        self._split.pack(side="right")

    def _space_out(self) -> None:
        gap = self._style.px(2)
        self._toolbar.grid_configure(padx=gap, pady=gap)
        self.notice.take_row(1, gap)
        self._panes.grid_configure(padx=gap)
        self.progress.grid_configure(padx=gap, pady=self._style.px(1))
        if self._is_placed:
            self._place_sashes()

    def _on_first_size(self, event: tk.Event[Any]) -> None:
        if not self._is_placed and event.width > 1:
            self._is_placed = True
            self.root.after_idle(self._place_sashes)

    def _place_sashes(self) -> None:
        """Give the parameters the room they need, the matrix a square, and the graphs the rest."""
        width, height = self._panes.winfo_width(), self._panes.winfo_height()
        left = min(self._style.px(_PANEL_UNITS), round(0.3 * width))
        matrix = min(max(self._style.px(_MATRIX_UNITS), height - self._style.px(14)), round(0.53 * (width - left)))
        _set_sash(self._panes, 0, left)
        _set_sash(self._panes, 1, width - matrix)
        _set_sash(self._middle, 0, height - min(self._style.px(_LOG_UNITS), round(0.3 * height)))


def _set_sash(panes: ttk.Panedwindow, number: int, position_px: int) -> None:
    # By the Tcl command, because the method has no type annotations.
    panes.tk.call(panes, "sashpos", number, position_px)

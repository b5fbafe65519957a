"""Shows how training goes: losses and classification error against epochs, live, with the runs before."""

from __future__ import annotations

import csv
import io
import os
import tkinter as tk
from collections.abc import Callable
from tkinter import font as tkfont
from tkinter import ttk
from typing import Literal

from nnapp.display.loss_history import LossHistory, csv_rows
from nnapp.display.palettes import palette
from nnapp.engine.reports import EpochReport
from nnapp.errors import DataError
from nnapp.gui.curve_readout import CurveReadout
from nnapp.gui.plot_canvas import PlotCanvas
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.storage.files import atomic_writer

__all__ = ["GraphView", "SaveFormat"]

SaveFormat = Literal["png", "svg", "csv"]

_EMPTY = "No run yet. Train a network: its losses and its classification error appear here, epoch by epoch."
_FIRST_EPOCH = "Training. The first points appear at the end of the first epoch."
_MAX_EARLIER_RUNS = 20
_SAVE_HELP: dict[SaveFormat, str] = {
    "png": "Save the graphs as a picture, large and light, for a report.",
    "svg": "Save the graphs as a drawing, which stays sharp at any size.",
    "csv": "Save the numbers of all runs that are shown as a table, a row for each epoch.",
}


class GraphView(ttk.Frame):
    """The curves of the present run and of earlier ones, with their values and tools. Tk thread only.

    Epochs may be added before the view is on the screen, and at any rate: they are drawn when the budget for
    drawing allows, and matplotlib has been loaded in the background.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_save : callable (format) -> None, optional
        Called with "png", "svg" or "csv" when a person wants a file; without it there are no buttons for that.

    Attributes
    ----------
    canvas : PlotCanvas
        The plot. It takes the keyboard: the arrow keys, Home and End go from epoch to epoch.
    readout : CurveReadout
        The values of the epoch that a person has gone to, or of the latest.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_save: Callable[[SaveFormat], None] | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._run: LossHistory | None = None
        self._earlier: list[LossHistory] = []
        self._sentence = _EMPTY
        self._log_epochs = tk.BooleanVar(self, False)
        self.readout = CurveReadout(self, style)
        self.canvas = PlotCanvas(self, style, self._on_read)
        self._tools = ttk.Frame(self)
        self._log_button = ttk.Checkbutton(
            self._tools, text="Log epochs", variable=self._log_epochs, command=self._show
        )
        self._clear_button = ttk.Button(
            self._tools, text="Clear earlier", style="Tool.TButton", command=self.clear_earlier
        )
        Tooltip(self._log_button, style, "Make the axis of epochs logarithmic, so that the first have more room.")
        Tooltip(self._clear_button, style, "Take away the thin lines of earlier runs.")
        self._save_frame = ttk.Frame(self._tools)
        self._save_label = ttk.Label(self._save_frame, text="Save", style="Muted.TLabel")
        self._save_buttons = [] if on_save is None else [self._save_button(key, on_save) for key in _SAVE_HELP]
        self._lay_out()
        self._tools.bind("<Configure>", lambda event: self._lay_out())
        style.on_change(self, self._lay_out)
        self._show()

    def start_run(self, label: str) -> None:
        """Begin a run, to which `add_epoch` adds from now on; the one before stays as thin lines.

        Parameters
        ----------
        label : str
            Name of the run in a saved table.
        """
        if self._run is not None and len(self._run):
            self._run.is_finished = True
            self._earlier = [*self._earlier, self._run][-_MAX_EARLIER_RUNS:]
        self._run = LossHistory(label)
        self._sentence = _FIRST_EPOCH
        self._show()

    def add_epoch(self, report: EpochReport) -> None:
        """Add an epoch to the present run, which is started if there is none."""
        if self._run is None:
            self.start_run("")
        assert self._run is not None
        self._run.append(report)
        self._run.is_finished = False
        self._show(is_urgent=False)

    def finish_run(self) -> None:
        """Say that no more epochs come for now: the axis ends with the last one."""
        if self._run is not None:
            self._run.is_finished = True
            self._sentence = _EMPTY
        self._show()

    def clear_earlier(self) -> None:
        """Forget all runs but the present one."""
        self._earlier = []
        self._show()

    def show_empty(self, sentence: str = _EMPTY) -> None:
        """Forget all runs and show a sentence that says what will appear."""
        self._run, self._earlier, self._sentence = None, [], sentence
        self._show()

    def show_log_epochs(self, is_log: bool) -> None:
        """Make the axis of epochs logarithmic or linear."""
        self._log_epochs.set(is_log)
        self._show()

    def read_log_epochs(self) -> bool:
        """Return whether the axis of epochs is logarithmic."""
        return self._log_epochs.get()

    def save_png(self, path: str | os.PathLike[str]) -> None:
        """Write the graphs as a PNG file for a report: light, large, with a legend.

        Raises
        ------
        StorageError
            If the file cannot be written.
        DataError
            If there is nothing to save.
        """
        self._save_picture(path, "png")

    def save_svg(self, path: str | os.PathLike[str]) -> None:
        """Write the graphs as an SVG file; otherwise as `save_png`."""
        self._save_picture(path, "svg")

    def save_csv(self, path: str | os.PathLike[str]) -> None:
        """Write the numbers of all runs as a CSV file (UTF-8), one row per epoch; otherwise as `save_png`."""
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows(csv_rows(self._runs_to_save()))
        _write(path, stream.getvalue().encode("utf-8"))

    def _save_picture(self, path: str | os.PathLike[str], file_format: Literal["png", "svg"]) -> None:
        from nnapp.gui.loss_plot import plot_file  # matplotlib is there by the time that there are curves

        self._runs_to_save()
        content = plot_file(
            file_format,
            palette("light", self._style.colors),
            str(tkfont.nametofont("nnapp-small", self).cget("family")),
            self._run,
            self._earlier,
            log_epochs=self._log_epochs.get(),
        )
        _write(path, content)

    def _runs_to_save(self) -> list[LossHistory]:
        runs = [run for run in (*self._earlier, self._run) if run is not None and len(run)]
        if not runs:
            raise DataError("There are no graphs to save; train a network first.")
        return runs

    def _save_button(self, file_format: SaveFormat, on_save: Callable[[SaveFormat], None]) -> ttk.Button:
        button = ttk.Button(
            self._save_frame, text=file_format.upper(), style="Tool.TButton", command=lambda: on_save(file_format)
        )
        Tooltip(button, self._style, _SAVE_HELP[file_format])
        return button

    def _lay_out(self) -> None:
        gap = self._style.px(1.5)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self.readout.grid(row=0, column=0, sticky="ew", padx=gap, pady=gap)
        self.canvas.grid(row=1, column=0, sticky="nsew")
        self._tools.grid(row=2, column=0, sticky="ew", padx=gap, pady=gap)
        self._log_button.grid(row=0, column=0, sticky="w")
        self._clear_button.grid(row=0, column=1, padx=2 * gap)
        self._tools.columnconfigure(2, weight=1)
        self._place_save_frame()
        if self._save_buttons:
            self._save_label.pack(side="left", padx=gap)
        for button in self._save_buttons:
            button.pack(side="left", padx=(self._style.px(0.5), 0))

    def _place_save_frame(self) -> None:
        """Put the buttons for saving at the right end or, where the view is narrow, on a line of their own."""
        parts = (self._log_button, self._clear_button, self._save_frame)
        width = sum(part.winfo_reqwidth() for part in parts) + self._style.px(6)
        if 1 < self._tools.winfo_width() < width:
            self._save_frame.grid(row=1, column=0, columnspan=3, sticky="w")
        else:
            self._save_frame.grid(row=0, column=2, columnspan=1, sticky="e")

    def _show(self, *, is_urgent: bool = True) -> None:
        """Bring everything up to date with the runs."""
        has_run = self._run is not None and len(self._run) > 0
        self._clear_button.state(["!disabled" if self._earlier else "disabled"])
        for button in self._save_buttons:
            button.state(["!disabled" if has_run or self._earlier else "disabled"])
        self.canvas.show_runs(
            self._run,
            self._earlier,
            log_epochs=self._log_epochs.get(),
            sentence=self._sentence,
            is_urgent=is_urgent,
        )

    def _on_read(self) -> None:
        if self._run is None or not len(self._run):
            self.readout.show_nothing()
            return
        index = self.canvas.read_index()
        self.readout.show_epoch(self._run, len(self._run) - 1 if index is None else index, self.canvas.floor)


def _write(path: str | os.PathLike[str], content: bytes) -> None:
    with atomic_writer(path) as stream:
        stream.write(content)

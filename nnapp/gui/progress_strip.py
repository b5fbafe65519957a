"""Shows in one line how far the work is: bars for the epoch and the run, speed, time left, and the network's file."""

from __future__ import annotations

import tkinter as tk
from math import floor
from tkinter import font as tkfont
from tkinter import ttk
from typing import Literal

from nnapp.display.run_progress import RunProgress
from nnapp.display.wording import epoch_of, images_per_second, time_left
from nnapp.engine.reports import BatchReport, EpochReport
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["ProgressStrip"]

# Texts that there is always room for, so that nothing moves when a number gains a digit.
_WIDEST_SPEED = "158,000 images/s"
_WIDEST_SHARE = "100 %"

_LABEL_BORDERS_PX = 4  # clam's label has one of 2 pixels at either side, at any scale


class ProgressStrip(ttk.Frame):
    """The lowest line of a window. Tk thread only.

    Parameters
    ----------
    parent : widget
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self._style = style
        self._progress = RunProgress()
        self._file_text = ""
        self._work = ttk.Frame(self)
        self._work_text = _label(self._work)
        self._work_amount = ttk.Frame(self._work)
        self._work_bar = ttk.Progressbar(self._work_amount, maximum=1.0)
        self._work_share = _label(self._work_amount, anchor="e")
        self._run = ttk.Frame(self)
        self._epoch_text = _label(self._run)
        self._epoch_bar = ttk.Progressbar(self._run, maximum=1.0)
        self._run_text = _label(self._run)
        self._run_bar = ttk.Progressbar(self._run, maximum=1.0)
        self._run_share = _label(self._run, anchor="e")
        self._speed = _label(self._run, anchor="e")
        self._time = _label(self._run)
        self._file = ttk.Label(self, style="Status.TLabel", anchor="e", width=1, takefocus=False)
        self._run_text.configure(text="run")
        self._place()
        Tooltip(self._file, style, lambda x, y: self._file_text if self._is_file_cut() else None)
        self._file.bind("<Configure>", lambda _: self._fit_file())
        style.on_change(self, self._apply_style)
        self._apply_style()
        self.show_idle("")

    @property
    def run_share(self) -> float:
        """What is done of the run that was last shown, 0…1."""
        return self._progress.run_share

    def show_idle(self, text: str) -> None:
        """Show a sentence and no bars."""
        self._show_work(text, None)

    def show_busy(self, text: str, done: float, total: float | None) -> None:
        """Show work other than training.

        Parameters
        ----------
        text : str
            What is being done.
        done, total : float
            How much of it, in whatever unit; no bar appears if `total` is 0 or None.
        """
        self._show_work(text, min(1.0, done / total) if total else None)

    def show_epoch(self, report: BatchReport | EpochReport) -> None:
        """Show the newest report of a run; earlier ones may have been left out."""
        if report.epoch < self._progress.epoch:
            self._progress = RunProgress()
        self._progress.take(report)
        progress = self._progress
        self._epoch_text.configure(text=epoch_of(progress.epoch, progress.n_epochs))
        self._make_room(self._epoch_text, epoch_of(progress.n_epochs, progress.n_epochs))
        self._epoch_bar.configure(value=progress.epoch_share)
        self._run_bar.configure(value=progress.run_share)
        self._run_share.configure(text=_whole_percent(progress.run_share))
        self._speed.configure(text=images_per_second(progress.images_per_second))
        self._time.configure(text=time_left(progress.seconds_left))
        self._show_only(self._run)

    def show_paused(self) -> None:
        """Say that the run that was last shown is waiting; the bars stay."""
        self._time.configure(text="paused")

    def show_file(self, text: str) -> None:
        """Show the network's file at the right end, shortened in the middle if it is too long."""
        self._file_text = text
        self._fit_file()

    def _show_work(self, text: str, share: float | None) -> None:
        self._work_text.configure(text=text)
        if share is None:
            self._work_amount.grid_remove()
        else:
            self._work_bar.configure(value=share)
            self._work_share.configure(text=_whole_percent(share))
            self._work_amount.grid()
        self._show_only(self._work)

    def _show_only(self, shown: ttk.Frame) -> None:
        (self._run if shown is self._work else self._work).grid_remove()
        shown.grid()

    def _place(self) -> None:
        self.columnconfigure(1, weight=1)
        for part in (self._work, self._run):
            part.grid(row=0, column=0, sticky="w")
        for part in (self._work, self._work_amount, self._run):
            for column, widget in enumerate(part.children.values()):
                widget.grid_configure(row=0, column=column, sticky="ew")
        self._file.grid(row=0, column=1, sticky="ew")

    def _apply_style(self) -> None:
        gap = self._style.px(1)
        self.configure(padding=(gap, 0))
        for bar in (self._work_bar, self._epoch_bar, self._run_bar):
            bar.configure(length=self._style.px(30))
            is_shown = bool(bar.grid_info())
            bar.grid_configure(padx=gap)
            if not is_shown:
                bar.grid_remove()
        self._make_room(self._work_share, _WIDEST_SHARE)
        self._make_room(self._run_share, _WIDEST_SHARE)
        self._make_room(self._speed, _WIDEST_SPEED)
        self._fit_file()

    def _make_room(self, label: ttk.Label, widest: str) -> None:
        """Make the column of a label as wide as its widest text, if it is not wider already."""
        column = label.grid_info()["column"]
        needed_px = tkfont.nametofont("nnapp-small", root=self).measure(widest) + self._style.px(3)
        label.master.columnconfigure(column, minsize=needed_px)

    def _fit_file(self) -> None:
        font = tkfont.nametofont("nnapp-small", root=self)
        room_px = self._file.winfo_width() - 2 * self._style.px(1) - _LABEL_BORDERS_PX
        text = self._file_text
        n_kept = len(text)
        while n_kept > 2 and font.measure(text) > room_px > 0:
            n_kept -= 1
            text = f"{self._file_text[: n_kept // 2]}…{self._file_text[-(n_kept - n_kept // 2) :]}"
        self._file.configure(text=text)

    def _is_file_cut(self) -> bool:
        return str(self._file.cget("text")) != self._file_text


def _label(parent: ttk.Frame, anchor: Literal["w", "e"] = "w") -> ttk.Label:
    return ttk.Label(parent, style="Status.TLabel", anchor=anchor)


def _whole_percent(share: float) -> str:
    """Return a share as "12 %", rounded down, so that 100 % means done."""
    return f"{floor(100 * share + 1e-9)} %"

"""Shows whether the confidence of a network means what it says: a reliability diagram and its one number."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

from nnapp.display.confusion_labels import format_percent
from nnapp.engine.calibration import reliability
from nnapp.engine.evaluation import Evaluation
from nnapp.gui.reliability_chart import ReliabilityChart
from nnapp.gui.style import Style
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["CalibrationView"]

_NOT_EVALUATED = "Not evaluated yet. Train or load a network, then choose Evaluate."
_HOW_TO_READ = (
    "Bars: how many of the answers are right. Lines: how sure the network is of them. Where both meet, on the dotted "
    "diagonal, its confidence means what it says."
)


class CalibrationView(ttk.Frame):
    """A tab with the calibration of one evaluation. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self._style = style
        self._is_empty = True
        self._title = ttk.Label(self, style="Bold.TLabel")
        self.chart = ReliabilityChart(self, style)
        self._sentence = ttk.Label(self, style="Muted.TLabel", anchor="center", justify="center")
        self._sentence.bind("<Configure>", lambda event: self._sentence.configure(wraplength=event.width))
        self._summary = WrappedLabel(self)
        self._help = WrappedLabel(self, _HOW_TO_READ, "Muted.TLabel")
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        style.on_change(self, self._lay_out)
        self.show_empty(_NOT_EVALUATED)

    def show_evaluation(self, evaluation: Evaluation, title: str) -> None:
        """Show the calibration of an evaluation; its title tells the data set and the images."""
        found = reliability(evaluation.probabilities, evaluation.labels, evaluation.predictions)
        text = f"Expected calibration error {format_percent(found.expected_calibration_error, 2)} %"
        if evaluation.probabilities_before is not None:
            before = reliability(evaluation.probabilities_before, evaluation.labels, evaluation.predictions)
            text += (
                f" at temperature {evaluation.temperature:g}, "
                f"{format_percent(before.expected_calibration_error, 2)} % without"
            )
        self._is_empty = False
        self._title.configure(text=title)
        self._summary.configure(text=f"{text}.")
        self._sentence.configure(text="")
        self.chart.show_reliability(found)
        self._lay_out()

    def show_empty(self, sentence: str) -> None:
        """Show no diagram, but a sentence that says what to do."""
        self._is_empty = True
        self._title.configure(text="")
        self._summary.configure(text="")
        self._sentence.configure(text=sentence)
        self.chart.show_reliability(None)
        self._lay_out()

    def read_title(self) -> str:
        """Return what was evaluated, "" if nothing was."""
        return str(self._title.cget("text"))

    def read_summary(self) -> str:
        """Return the sentence with the expected calibration error, "" if there is none."""
        return str(self._summary.cget("text"))

    def read_sentence(self) -> str:
        """Return the sentence that is shown in place of a diagram, "" if there is a diagram."""
        return str(self._sentence.cget("text"))

    def _lay_out(self) -> None:
        gap = self._style.px(1.5)
        self._title.grid(row=0, column=0, sticky="w", padx=gap, pady=gap)
        for widget, is_shown in ((self.chart, not self._is_empty), (self._sentence, self._is_empty)):
            if is_shown:
                widget.grid(row=1, column=0, sticky="nsew", padx=gap)
            else:
                widget.grid_remove()
        self._summary.grid(row=2, column=0, sticky="ew", padx=gap, pady=(gap, 0))
        if self._is_empty:
            self._help.grid_remove()
        else:
            self._help.grid(row=3, column=0, sticky="ew", padx=gap, pady=(0, gap))

"""Shows a question: what another program's network file does not say, with what scores best on the data."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Iterable, Sequence
from functools import partial
from tkinter import ttk

from nnapp.display.wording import counted, percent
from nnapp.errors import NnappError
from nnapp.gui.job_board import JobBoard
from nnapp.gui.network_trials import fitted_to, trials
from nnapp.gui.placement import place_over
from nnapp.gui.style import Style
from nnapp.jobs import Ended, Job
from nnapp.storage.dataset import Dataset
from nnapp.storage.exchange.completion import ANSWER_OPTIONS, Answers, complete, missing_answers
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.input_scaling import INPUT_SCALINGS
from nnapp.storage.exchange.suggestions import Suggestion
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.network_file import StoredNetwork

__all__ = ["ForeignNetworkDialog"]

_CHOOSE = "choose …"
_WRAP_UNITS = 140

_Report = Dataset | Sequence[Suggestion] | LoadProgress | None
"""What is tried on, what that suggests, or how far it has come."""


class ForeignNetworkDialog(tk.Toplevel):
    """Asks for what a network's file leaves open, and shows how right each choice is. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    board : JobBoard
        Runs the choices on the images meanwhile.
    name : str
        Name of the file.
    foreign : ForeignNetwork
    dataset : Dataset or None
        Whose test images the choices are tried on, if the network takes them; else see `network_trials`.

    Attributes
    ----------
    stored : StoredNetwork or None
        What was decided, None after Cancel.
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        board: JobBoard,
        name: str,
        foreign: ForeignNetwork,
        dataset: Dataset | None,
    ) -> None:
        super().__init__(parent)
        self.withdraw()
        self.title("Open Network")
        self.resizable(False, False)
        self.stored: StoredNetwork | None = None
        self._style = style
        self._board = board
        self._foreign = foreign
        self._name = name
        self._dataset = None if dataset is None else fitted_to(foreign, dataset)
        self._suggestions: Sequence[Suggestion] = ()
        self._touched: set[str] = set()  # questions the person has answered
        self._has_tried = False
        self._job: Job[_Report] | None = None
        self._boxes: dict[str, ttk.Combobox] = {}
        self._verdict = ttk.Label(self, justify="left", wraplength=style.px(_WRAP_UNITS))
        self._buttons = ttk.Frame(self)
        self._cancel = ttk.Button(self._buttons, text="Cancel", command=self.destroy)
        self._open = ttk.Button(self._buttons, text="Open", style="Accent.TButton", command=self._on_open)
        self._lay_out()
        self._show_verdict()
        self.bind("<Return>", lambda _: (self._cancel if self.focus_get() is self._cancel else self._open).invoke())
        self.bind("<KP_Enter>", lambda _: self._open.invoke())
        self.bind("<Escape>", lambda _: self.destroy())
        self.bind("<Map>", self._on_map)

    def ask(self) -> StoredNetwork | None:
        """Show the dialog until it is answered and return the network, None if it was cancelled."""
        self.transient(self.master.winfo_toplevel())
        place_over(self, self.master)
        self.deiconify()
        self._job = Job(trials(self._foreign, self._dataset))
        self._board.start(self._job, self._on_message)
        self.wait_window()
        return self.stored

    def destroy(self) -> None:
        """Close the dialog, and stop trying."""
        if self._job is not None:
            self._board.drop(self._job)
            self._job = None
        super().destroy()

    def _lay_out(self) -> None:
        px = self._style.px
        gap = px(2)
        self.columnconfigure(1, weight=1)
        self.configure(padx=px(4), pady=px(4))
        sizes = "-".join(map(str, self._foreign.layer_sizes))
        heading = ttk.Label(self, text=f"{self._name} does not say everything about its network {sizes}.")
        heading.configure(style="Heading.TLabel", wraplength=px(_WRAP_UNITS))
        heading.grid(row=0, column=0, columnspan=2, sticky="w", pady=(0, gap))
        notes = ttk.Label(self, text="\n".join(self._foreign.notes), style="Muted.TLabel", wraplength=px(_WRAP_UNITS))
        if self._foreign.notes:
            notes.grid(row=1, column=0, columnspan=2, sticky="w", pady=(0, gap))
        for row, name in enumerate(missing_answers(self._foreign), 2):
            subject, _, choices = ANSWER_OPTIONS[name]
            ttk.Label(self, text=subject[0].upper() + subject[1:]).grid(row=row, column=0, sticky="w", pady=gap)
            values = [_words_of(name, choice) for choice in choices]
            box = ttk.Combobox(self, values=values, state="readonly", width=44)
            box.set(_CHOOSE)
            box.grid(row=row, column=1, sticky="ew", padx=(px(4), 0), pady=gap)
            box.bind("<<ComboboxSelected>>", partial(self._on_chosen, name))
            self._boxes[name] = box
        self._verdict.grid(row=8, column=0, columnspan=2, sticky="ew", pady=gap)
        self._buttons.grid(row=9, column=0, columnspan=2, sticky="e", pady=(gap, 0))
        self._cancel.pack(side="left", padx=(0, gap))
        self._open.pack(side="left")

    def _on_map(self, event: tk.Event[tk.Misc]) -> None:
        # Only a window that is on the screen can keep the others from taking events.
        if event.widget is self:
            self.grab_set()
            next(iter(self._boxes.values()), self._cancel).focus_set()

    def _on_chosen(self, name: str, _event: tk.Event[tk.Misc]) -> None:
        self._touched.add(name)
        self._show_verdict()

    def _on_message(self, message: _Report | Ended) -> None:
        if isinstance(message, Ended):
            self._job, self._has_tried = None, True
        elif isinstance(message, Dataset):
            self._dataset = message
        elif isinstance(message, Sequence):
            self._suggestions = message
            self._fill()
        self._show_verdict()

    def _fill(self) -> None:
        """Answer what the person has not by what scores best with what they have."""
        said = self._read_answers()
        best = next((item for item in self._suggestions if _agrees(item.answers, said, self._touched)), None)
        if best is not None:
            for name in self._boxes.keys() - self._touched:
                self._boxes[name].set(_words_of(name, getattr(best.answers, name)))

    def _read_answers(self) -> Answers:
        chosen: dict[str, str | None] = {}
        for name, box in self._boxes.items():
            place = box.current()
            chosen[name] = None if place < 0 else ANSWER_OPTIONS[name][2][place]
        return Answers(**chosen)

    def _show_verdict(self) -> None:
        """Say how right the present choice is, and which one is best."""
        is_complete = not missing_answers(self._foreign, self._read_answers())
        self._open.state(["!disabled" if is_complete else "disabled"])
        self._verdict.configure(text=self._verdict_words(), style="Muted.TLabel")

    def _verdict_words(self) -> str:
        if self._dataset is None and not self._has_tried:
            return "Trying to find images for this network, which does not take those in use …"
        if self._dataset is None:
            return "There are no images here that fit this network, so nothing can be suggested."
        if not self._suggestions and not self._has_tried:
            return f"Trying the choices on test images of {self._dataset.name} …"
        if not self._suggestions:
            return "Nothing could be suggested."
        best = self._suggestions[0]
        answers = self._read_answers()
        present = next((item for item in self._suggestions if _agrees(item.answers, answers, self._boxes)), None)
        tested = f"of {counted(best.n_images, 'test image')} of {self._dataset.name}"
        if present is None:
            return f"The best choice gets {percent(best.accuracy)} {tested} right."
        if present.accuracy == best.accuracy:
            return f"This choice gets {percent(present.accuracy)} {tested} right; none gets more.{self._ties(present)}"
        return f"This choice gets {percent(present.accuracy)} {tested} right; the best gets {percent(best.accuracy)}."

    def _ties(self, present: Suggestion) -> str:
        """Return a sentence about the choices that are as good, "" if there are none."""
        equals = [item for item in self._suggestions if item.accuracy == present.accuracy and item is not present]
        if not equals:
            return ""
        others = [
            name for name in self._boxes if any(not _agrees(item.answers, present.answers, [name]) for item in equals)
        ]
        subjects = " and ".join(f"the {ANSWER_OPTIONS[name][0]}" for name in others)
        do = "does" if len(equals) == 1 else "do"
        return f" {counted(len(equals), 'other choice')} {do} as well, so these images do not tell {subjects}."

    def _on_open(self) -> None:
        try:
            self.stored = complete(self._foreign, self._read_answers(), self._name)
        except NnappError as error:
            self._verdict.configure(text=str(error), style="Error.TLabel")
        else:
            self.destroy()


def _words_of(name: str, choice: str) -> str:
    """Return an answer as the list shows it."""
    if name == "input_scaling" and choice in INPUT_SCALINGS:
        return f"{choice}: {INPUT_SCALINGS[choice].meaning}"
    return choice


def _agrees(suggested: Answers, answers: Answers, names: Iterable[str]) -> bool:
    return all(getattr(suggested, name) == getattr(answers, name) for name in names)

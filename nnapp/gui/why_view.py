"""Shows which explanation of the answer is drawn over the grid, and says in words what is seen there."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Literal

from nnapp.display.explanation_wording import occlusion_sentence, preferred_sentence, saliency_sentence
from nnapp.display.palettes import SIGN_COLOR_NAMES
from nnapp.display.weight_wording import colors_sentence
from nnapp.engine.arrays import FloatArray
from nnapp.engine.explanations import PreferredInput
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["Explanation", "WhyView"]

Explanation = Literal["none", "saliency", "occlusion", "preferred"]

_CHOICES: dict[Explanation, tuple[str, str]] = {
    "none": (
        "Nothing",
        "The grid shows the image as it is, or the weights of the selected neuron. Choose a question to ask the "
        "network about its answer.",
    ),
    "saliency": (
        "Saliency",
        "The grid shows how the answer would change with a little more ink in each pixel: the gradient of its "
        "output before the activation function. A positive pixel speaks for the answer, a negative one against it.",
    ),
    "occlusion": (
        "Occlusion",
        "The grid shows how much the probability of the answer falls when a patch of 5×5 pixels around each pixel is "
        "wiped out. What is positive carries the answer; without what is negative the network would be surer.",
    ),
    "preferred": (
        "What would this neuron like to see?",
        "The grid shows an image that grows from grey, step by step, to excite the selected neuron as much as "
        "possible; without one, the output of the answer. It need not look like anything there is.",
    ),
}
_SIGNED: tuple[Explanation, ...] = ("saliency", "occlusion")


class WhyView(ttk.Frame):
    """A choice of explanations, what each of them is, and what it has found. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_change : callable ()
        Called when another explanation was chosen.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_change: Callable[[], None]) -> None:
        super().__init__(parent)
        self._style = style
        self._on_change = on_change
        self._choice = tk.StringVar(self, "none")
        self._row = ttk.Frame(self)
        self.buttons = {name: self._button(name) for name in _CHOICES}
        self._help = WrappedLabel(self, style="Muted.TLabel")
        self._found = WrappedLabel(self)
        self._row.grid(row=0, column=0, sticky="w")
        self._help.grid(row=1, column=0, sticky="ew")
        self._found.grid(row=2, column=0, sticky="ew")
        self.columnconfigure(0, weight=1)
        style.on_change(self, self._on_style_change)
        self._on_style_change()

    def read_explanation(self) -> Explanation:
        """Return which explanation is wanted."""
        choice = self._choice.get()
        return next(name for name in _CHOICES if name == choice)

    def show_explanation(self, explanation: Explanation) -> None:
        """Choose an explanation, without a call."""
        self._choice.set(explanation)
        self.show_sentence("")

    def show_sentence(self, found: str) -> None:
        """Say what the explanation is, and what it has found here."""
        chosen = self.read_explanation()
        _, help_text = _CHOICES[chosen]
        if chosen in _SIGNED:
            help_text += f" Colours: {colors_sentence(*SIGN_COLOR_NAMES[self._style.colors])}."
        _write(self._help, help_text)
        _write(self._found, found)

    def show_saliency(self, gradient: FloatArray, class_name: str) -> None:
        """Say which pixels of `saliency` (height, width) are the strongest."""
        self.show_sentence(saliency_sentence(gradient, class_name))

    def show_occlusion(self, drops: FloatArray, class_name: str, probability: float) -> None:
        """Say what `occlusion` (height, width) has found; the probability, 0…1, is that for the whole image."""
        self.show_sentence(occlusion_sentence(drops, class_name, probability))

    def show_preferred(self, report: PreferredInput, neuron_title: str, first_sum: float) -> None:
        """Say how far the image has come that a neuron prefers; see `preferred_sentence`."""
        self.show_sentence(preferred_sentence(report, neuron_title, first_sum))

    def read_sentence(self) -> str:
        """Return what the explanation is and, in a line of its own, what it has found."""
        return "\n".join(filter(None, (str(self._help["text"]), str(self._found["text"]))))

    def _button(self, name: Explanation) -> ttk.Radiobutton:
        words, help_text = _CHOICES[name]
        button = ttk.Radiobutton(self._row, text=words, variable=self._choice, value=name, command=self._on_choice)
        button.pack(side="left")
        Tooltip(button, self._style, help_text)
        for key, step in (("<Left>", -1), ("<Right>", 1)):
            button.bind(key, self._mover(name, step))
        return button

    def _mover(self, name: Explanation, step: int) -> Callable[[tk.Event[tk.Misc]], str]:
        """Return what an arrow key does on a button: choose its neighbour."""

        def move(_event: tk.Event[tk.Misc]) -> str:
            names = list(_CHOICES)
            neighbour = self.buttons[names[(names.index(name) + step) % len(names)]]
            neighbour.focus_set()
            neighbour.invoke()
            return "break"

        return move

    def _on_choice(self) -> None:
        self.show_sentence("")
        self._on_change()

    def _on_style_change(self) -> None:
        gap = self._style.px(2)
        for button in self.buttons.values():
            button.pack_configure(padx=(0, 2 * gap))
        for widget in (self._row, self._help, self._found):
            widget.grid_configure(padx=gap, pady=(gap, 0))
        self.show_sentence(str(self._found["text"]))


def _write(label: ttk.Label, text: str) -> None:
    if str(label["text"]) != text:
        label.configure(text=text)

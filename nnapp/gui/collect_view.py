"""Shows which digits of a person's own are kept, and takes new ones: the present image, with its right label."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from tkinter import ttk

from nnapp.display.text_fitting import short_names
from nnapp.display.wording import counted
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["CollectView"]

_EXPLANATION = (
    "Press what the image really is, to keep it. What you keep is a data set of its own; the training window opens "
    "it like any other."
)
_LEAST_BUTTON_CHARACTERS = 3
_MOST_BUTTON_CHARACTERS = 16
_BORDER_CHARACTERS = 3
_MOST_CHOOSER_CHARACTERS = 60
_MOST_CHARACTERS = 300
"""Of all buttons together, in two rows of the smallest window; a third row would take the height of other views."""


class CollectView(ttk.Frame):
    """A button for each class, with the number of digits kept of it. Tk thread only.

    More classes than there can be buttons are chosen from a list.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_keep : callable (int)
        Called with the place of the class that was pressed.
    on_undo : callable ()
        Called to remove the digit that was kept last.

    Attributes
    ----------
    buttons : list of ttk.Button
        One per class, in their order; a single one beside the list if there are too many.
    undo : ttk.Button
    """

    def __init__(
        self, parent: tk.Misc, style: Style, on_keep: Callable[[int], None], on_undo: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._on_keep = on_keep
        self._counts: dict[str, int] = {}
        self._names: tuple[str, ...] = ()
        self._explanation = WrappedLabel(self, _EXPLANATION, "Muted.TLabel")
        self._classes = ttk.Frame(self)
        self.buttons: list[ttk.Button] = []
        self._numbers: list[ttk.Label] = []
        self._chooser: ttk.Combobox | None = None
        self._line = ttk.Frame(self)
        self._total = ttk.Label(self._line, width=1)  # its text widens nothing
        self.undo = ttk.Button(self._line, text="Remove the last", command=on_undo)
        Tooltip(self.undo, style, "Remove the digit that was kept last in this window.")
        self._hint = WrappedLabel(self, style="Muted.TLabel")
        self._classes.bind("<Configure>", lambda event: self._place_buttons())
        for row, widget in enumerate((self._explanation, self._classes, self._line, self._hint)):
            widget.grid(row=row, column=0, sticky="ew")
        self.columnconfigure(0, weight=1)
        self.undo.pack(side="left")
        self._total.pack(side="left", fill="x", expand=True)
        style.on_change(self, self._space_out)
        self._space_out()
        self.show_classes(tuple(map(str, range(10))))

    def show_classes(self, names: Sequence[str]) -> None:
        """Show a button for each class."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        for child in self._classes.winfo_children():
            child.destroy()
        self.buttons, self._numbers, self._chooser = [], [], None
        texts = short_names(self._names, _MOST_BUTTON_CHARACTERS)
        width = max(_LEAST_BUTTON_CHARACTERS, *map(len, texts))
        if len(texts) * (width + _BORDER_CHARACTERS) > _MOST_CHARACTERS:
            self._make_chooser()
        else:
            self._make_buttons(texts, width)
        self._show_numbers()
        self._place_buttons()

    def show_counts(self, counts: Mapping[str, int], folder: str, *, can_undo: bool = True, hint: str = "") -> None:
        """Show what is kept.

        Parameters
        ----------
        counts : mapping of str to int
            How many digits there are of each class, by its name.
        folder : str
            Where they are.
        can_undo : bool
            Whether the last one can be removed.
        hint : str
            A sentence about what can be done with them.
        """
        self._counts = dict(counts)
        total = sum(counts.values())
        self._total.configure(text=f"{counted(total, 'digit')} kept in {folder}" if total else "No digit kept yet.")
        self.undo.state(["!disabled" if can_undo and total else "disabled"])
        self._hint.configure(text=hint)
        self._show_numbers()

    def read_counts(self) -> list[str]:
        """Return the numbers at the classes, as they are written."""
        return [str(number["text"]) for number in self._numbers]

    def read_total(self) -> str:
        """Return the sentence about all digits."""
        return str(self._total["text"])

    def read_hint(self) -> str:
        """Return the hint."""
        return str(self._hint["text"])

    def _make_buttons(self, texts: Sequence[str], width: int) -> None:
        for label, (name, text) in enumerate(zip(self._names, texts, strict=True)):
            button = ttk.Button(self._classes, text=text, width=width, command=partial(self._on_keep, label))
            Tooltip(button, self._style, f"Keep the image as: {name}.")
            self.buttons.append(button)
            self._numbers.append(ttk.Label(self._classes, style="Muted.TLabel", font="nnapp-small"))

    def _make_chooser(self) -> None:
        width = min(max(map(len, self._names)), _MOST_CHOOSER_CHARACTERS)
        self._chooser = ttk.Combobox(self._classes, values=self._names, state="readonly", width=width + 1)
        self._chooser.current(0)
        self._chooser.bind("<<ComboboxSelected>>", lambda event: self._show_numbers(), add="+")
        button = ttk.Button(self._classes, text="Keep", command=self._keep_chosen)
        Tooltip(button, self._style, "Keep the image as one of the chosen class.")
        self.buttons.append(button)
        self._numbers.append(ttk.Label(self._classes, style="Muted.TLabel", font="nnapp-small"))
        for widget in (self._chooser, button, self._numbers[0]):
            widget.pack(side="left", padx=(0, self._style.px(2)))

    def _keep_chosen(self) -> None:
        assert self._chooser is not None
        self._on_keep(self._chooser.current())

    def _show_numbers(self) -> None:
        for place, number in enumerate(self._numbers):
            label = place if self._chooser is None else self._chooser.current()
            number.configure(text=str(self._counts.get(self._names[label], 0)))

    def _place_buttons(self) -> None:
        """Put as many buttons beside each other as there is room for, each with its number below."""
        if self._chooser is not None or not self.buttons:
            return
        gap = self._style.px(1)
        step = self.buttons[0].winfo_reqwidth() + gap
        n_columns = max(min(self._classes.winfo_width() // step, len(self.buttons)), 1)
        if self._classes.winfo_width() <= 1:  # not on the screen yet
            n_columns = len(self.buttons)
        for place, (button, number) in enumerate(zip(self.buttons, self._numbers, strict=True)):
            row, column = divmod(place, n_columns)
            button.grid(row=2 * row, column=column, padx=(0, gap))
            number.grid(row=2 * row + 1, column=column, padx=(0, gap), pady=(0, gap))

    def _space_out(self) -> None:
        gap = self._style.px(2)
        for widget in (self._explanation, self._classes, self._line, self._hint):
            widget.grid_configure(padx=gap, pady=(gap, 0))
        self._total.pack_configure(padx=(gap, 0))
        self._place_buttons()

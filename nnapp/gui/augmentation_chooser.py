"""Shows the published names for amounts of augmentation that go together, and the button of their preview."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping
from tkinter import ttk
from typing import Any

from nnapp.display.augmentation_wording import augmentation_name
from nnapp.engine.augmentation import AUGMENTATIONS, Augmentation
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["AugmentationChooser"]

_TIP = (
    "How much training images are changed each time they are used: it fills the fields below. "
    "Once one of them differs, this says custom.\n\nOn the command line: --augment"
)


class AugmentationChooser:
    """Two rows of a grid with two columns: a name with a drop-down list, and a button if there is one. Tk thread only.

    Parameters
    ----------
    parent : widget
        Whose grid it stands in.
    style : Style
    row : int
        The first of the two rows.
    on_choose : callable (Augmentation)
        Called when a person has chosen a name.
    make_button : callable (parent) -> widget, optional
        Makes the button that shows what the amounts do.

    Attributes
    ----------
    input : ttk.Combobox
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        row: int,
        on_choose: Callable[[Augmentation], None],
        make_button: Callable[[tk.Misc], ttk.Widget] | None = None,
    ) -> None:
        self._style = style
        self._row = row
        self._on_choose = on_choose
        self._is_shown = True
        self._name = tk.StringVar(parent)
        self._label = ttk.Label(parent, text="Augmentation", takefocus=False)
        self.input = ttk.Combobox(
            parent, textvariable=self._name, values=tuple(AUGMENTATIONS), state="readonly", width=1
        )
        self.input.bind("<<ComboboxSelected>>", self._on_selected, add="+")
        self._button = make_button(parent) if make_button is not None else None
        for widget in (self._label, self.input):
            Tooltip(widget, style, _TIP)
        self._label.bind("<Button-1>", lambda _: self.input.focus_set())
        style.on_change(self.input, self._place)
        self._place()

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Say what the amounts among some settings are called."""
        self._name.set(augmentation_name(values))

    def show(self, is_shown: bool) -> None:
        """Show the rows, or leave no trace of them."""
        if is_shown != self._is_shown:
            self._is_shown = is_shown
            self._place()

    def set_enabled(self, is_enabled: bool) -> None:
        """Let a name be chosen or not; what the amounts do can be seen at any time."""
        self.input.configure(state="readonly" if is_enabled else "disabled")

    def _place(self) -> None:
        """Put what is to be seen into the grid, with the spacing of the present scale."""
        widgets = [self._label, self.input, *([self._button] if self._button is not None else [])]
        if not self._is_shown:
            for widget in widgets:
                widget.grid_remove()
            return
        gap = self._style.px(0.5)
        self._label.grid(row=self._row, column=0, sticky="ew", pady=gap, padx=(0, self._style.px(1)))
        self.input.grid(row=self._row, column=1, sticky="ew", pady=gap)
        if self._button is not None:
            self._button.grid(row=self._row + 1, column=1, sticky="ew", pady=gap)

    def _on_selected(self, _: tk.Event[tk.Misc]) -> None:
        self.input.selection_clear()
        self._on_choose(AUGMENTATIONS[self._name.get()])

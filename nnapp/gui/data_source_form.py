"""Shows the choice of a data set: which one, and how its images are split."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping
from functools import partial
from tkinter import ttk
from typing import Any

from nnapp.engine.setting import Setting
from nnapp.errors import DataError, SettingError
from nnapp.gui.setting_field import SettingField
from nnapp.gui.style import Style
from nnapp.storage.dataset import CHOICE_SETTINGS, DEFAULT_TEST_FRACTION, DataChoice
from nnapp.storage.published_datasets import DATASETS
from nnapp.storage.source_names import MINE, SYNTHETIC, SYNTHETIC_SETTINGS, SyntheticChoice

__all__ = ["DataSourceForm"]

_PATH = "path"
_FIELD_UNITS = 22
_WIDTH_UNITS = 84


class DataSourceForm(ttk.Frame):
    """Radio buttons for the sources, with fields for what belongs to each. Tk thread only.

    Parameters
    ----------
    parent : widget
    style : Style
    choice : DataChoice
        To begin with.
    on_change : callable ()
        Something else is chosen or typed.
    on_browse : callable ("folder" | "file") -> str
        Asks for a path, "" if nobody chose one.
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        choice: DataChoice,
        on_change: Callable[[], None],
        on_browse: Callable[[str], str],
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._is_ready = False  # nobody has chosen anything while the fields are filled
        self._on_change = on_change
        self._on_browse = on_browse
        self._kind = tk.StringVar(self)
        self._path = tk.StringVar(self)
        self._is_split_anew = tk.BooleanVar(self)
        self._states = {name: ttk.Label(self, style="Muted.TLabel") for name in DATASETS}
        self._radios: dict[str, ttk.Radiobutton] = {}
        self._drawn = _Fields(self, style, SYNTHETIC_SETTINGS, self._on_field)
        self._split = _Fields(self, style, CHOICE_SETTINGS, self._on_field)
        self._path_row = ttk.Frame(self)
        self._lay_out()
        self._show(choice)
        self._kind.trace_add("write", lambda *_: self._on_field())
        self._is_split_anew.trace_add("write", lambda *_: self._on_field())
        self._path.trace_add("write", lambda *_: self._on_path())
        self._enable_fields()
        self._is_ready = True

    @property
    def published(self) -> str:
        """The name of the published data set that is chosen, "" if it is another one."""
        return self._kind.get() if self._kind.get() in DATASETS else ""

    def show_states(self, states: Mapping[str, str]) -> None:
        """Say about each published data set, by its name, whether it is here."""
        for name, text in states.items():
            self._states[name].configure(text=text)

    def read_choice(self) -> DataChoice:
        """Return what is chosen.

        Raises
        ------
        SettingError, DataError
            If something is typed that is not allowed, or nothing where something is needed.
        """
        kind = self._kind.get()
        source = kind
        if kind == SYNTHETIC:
            values = self._drawn.read_values()
            source = SyntheticChoice(values["n_images"], values["seed"]).source
        elif kind == _PATH:
            source = self._path.get().strip()
            if not source:
                raise DataError("Choose a folder or a file, or type its path.")
        if not self._is_split_anew.get():
            return DataChoice(source)
        split = self._split.read_values()
        return DataChoice(source, split["test_fraction"], split["split_seed"])

    def focus_first(self) -> None:
        """Give the focus to what is chosen."""
        self._radios[self._kind.get()].focus_set()

    def _lay_out(self) -> None:
        gap, indent = self._style.px(1), self._style.px(6)
        self.columnconfigure(0, weight=1, minsize=self._style.px(_WIDTH_UNITS))
        self._heading("Images", 0)
        rows = [(name, published.name) for name, published in DATASETS.items()]
        for row, (kind, words) in enumerate(rows, 1):
            self._radio(kind, words, row)
            self._states[kind].grid(row=row, column=0, sticky="e", pady=gap)
        self._radio(SYNTHETIC, "Synthetic digits, drawn by nnapp", 5)
        self._drawn.grid(row=6, column=0, sticky="ew", padx=(indent, 0))
        self._radio(MINE, "My digits, kept in the testing window", 7)
        self._radio(_PATH, "A folder or file", 8)
        self._path_row.grid(row=9, column=0, sticky="ew", padx=(indent, 0))
        self._path_row.columnconfigure(0, weight=1)
        entry = ttk.Entry(self._path_row, textvariable=self._path, width=1)
        entry.grid(row=0, column=0, sticky="ew", pady=gap)
        for column, what in enumerate(("Folder", "File"), 1):
            button = ttk.Button(
                self._path_row, text=f"{what}…", style="Tool.TButton", command=partial(self._browse, what)
            )
            button.grid(row=0, column=column, padx=(gap, 0))
        self._heading("Test images", 10)
        for row, is_anew in ((11, False), (12, True)):
            words = (
                "Set apart anew from all images"
                if is_anew
                else f"The set’s own, or {100 * DEFAULT_TEST_FRACTION:.0f} % where it has none"
            )
            radio = ttk.Radiobutton(self, text=words, variable=self._is_split_anew, value=is_anew)
            radio.grid(row=row, column=0, sticky="w", pady=gap)
        self._split.grid(row=13, column=0, sticky="ew", padx=(indent, 0))

    def _heading(self, text: str, row: int) -> None:
        label = ttk.Label(self, text=text, style="Bold.TLabel")
        label.grid(row=row, column=0, sticky="w", pady=(self._style.px(3 if row else 0), self._style.px(1)))

    def _radio(self, kind: str, words: str, row: int) -> None:
        radio = ttk.Radiobutton(self, text=words, variable=self._kind, value=kind)
        radio.grid(row=row, column=0, sticky="w", pady=self._style.px(1))
        self._radios[kind] = radio

    def _show(self, choice: DataChoice) -> None:
        drawn = SyntheticChoice.parse(choice.source)
        self._drawn.show_values(vars(drawn or SyntheticChoice()))
        if drawn is not None:
            self._kind.set(SYNTHETIC)
        elif choice.source in self._radios:
            self._kind.set(choice.source)
        else:
            self._kind.set(_PATH if choice.source else next(iter(DATASETS)))
            self._path.set(choice.source)
        self._is_split_anew.set(choice.test_fraction is not None)
        fraction = DEFAULT_TEST_FRACTION if choice.test_fraction is None else choice.test_fraction
        self._split.show_values({"test_fraction": fraction, "split_seed": choice.split_seed})

    def _browse(self, what: str) -> None:
        path = self._on_browse(what.lower())
        if path:
            self._path.set(path)

    def _on_path(self) -> None:
        if self._kind.get() != _PATH:
            self._kind.set(_PATH)  # which says so itself
        else:
            self._on_change()

    def _on_field(self) -> None:
        if self._is_ready:
            self._enable_fields()
            self._on_change()

    def _enable_fields(self) -> None:
        """Let only the fields of what is chosen be changed; nothing moves when something else is chosen."""
        self._drawn.enable(self._kind.get() == SYNTHETIC)
        self._split.enable(self._is_split_anew.get())


class _Fields(ttk.Frame):
    """Fields of some settings, one below the other."""

    def __init__(
        self, parent: tk.Misc, style: Style, settings: Mapping[str, Setting], on_change: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self._on_change = on_change
        self._is_enabled = True
        self.columnconfigure(0, weight=1)
        self.columnconfigure(1, minsize=style.px(_FIELD_UNITS))
        self._fields: dict[str, SettingField] = {}
        for name, setting in settings.items():
            self._fields[name] = SettingField(self, style, setting, 2 * len(self._fields), self._on_field)

    def read_values(self) -> dict[str, Any]:
        """Return the values by name; raises SettingError for the first that is not allowed."""
        return {name: field.read_value() for name, field in self._fields.items()}

    def show_values(self, values: Mapping[str, float | int]) -> None:
        for name, field in self._fields.items():
            field.show_value(values[name])

    def enable(self, is_enabled: bool) -> None:
        """Let the values be changed or not; what is wrong with them is only said if they can."""
        self._is_enabled = is_enabled
        for name, field in self._fields.items():
            field.set_enabled(is_enabled)
            self._check(name)

    def _on_field(self, name: str) -> None:
        if name in self._fields:  # and not still being made
            self._check(name)
            self._on_change()

    def _check(self, name: str) -> None:
        field = self._fields[name]
        sentence = ""
        try:
            field.read_value()
        except SettingError as error:
            sentence = str(error) if self._is_enabled else ""
        field.show_problem(sentence)

"""Shows all settings of a network and its training, in groups that open and close, each checked as it is typed."""

from __future__ import annotations

import secrets
import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial
from tkinter import ttk
from typing import Any

from nnapp.display.setting_groups import SETTING_GROUPS, is_used
from nnapp.engine.augmentation import Augmentation
from nnapp.engine.losses import check_pair, default_loss
from nnapp.engine.presets import PRESETS
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.errors import SettingError
from nnapp.gui.augmentation_chooser import AugmentationChooser
from nnapp.gui.group_heading import GroupHeading
from nnapp.gui.scrolled_frame import ScrolledFrame
from nnapp.gui.setting_field import SettingField
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["SettingsPanel"]

_CUSTOM = "custom"
_FIRST_PRESET = "relu-adam"
_OPEN_AT_FIRST = ("Network", "Training")
_AUGMENTATION = "Augmentation"
_N_RANDOM_SEEDS = 1_000_000
"""Few enough for a seed to be read out and typed again."""


class SettingsPanel(ttk.Frame):
    """A preset, a field for each setting, and what they come to. Tk thread only.

    Parameters
    ----------
    parent : widget
    style : Style
    on_change : callable () -> None
        Called after a person has changed anything, whether or not it is valid; not by `show_settings`.
    check : callable (Settings) -> None, optional
        Raises SettingError if settings that are right in themselves do not suit the data; its sentence is shown
        beside the field it names.
    make_preview_button : callable (parent) -> widget, optional
        Makes the button in the group Augmentation that shows what its settings do.

    Attributes
    ----------
    augmentation : AugmentationChooser
    fields : dict of str to SettingField
        By name of the setting.
    headings : dict of str to GroupHeading
        By name of the group.
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        on_change: Callable[[], None],
        check: Callable[[Settings], None] | None = None,
        make_preview_button: Callable[[tk.Misc], ttk.Widget] | None = None,
    ) -> None:
        super().__init__(parent)
        self.fields: dict[str, SettingField] = {}
        self.headings: dict[str, GroupHeading] = {}
        self._style = style
        self._on_change = on_change
        self._check = check
        self._make_preview_button = make_preview_button
        # Fields that are filled one after the other contradict each other in passing.
        self._is_filling = True
        self._is_running = False
        self._problems: dict[str, SettingError] = {}
        self._last_valid: dict[str, Any] = {}
        self._typed: set[str] = set()  # fields a person has changed since all were filled
        self._before_lowering: dict[str, int] = {}
        self._preset = tk.StringVar(self)
        self._scroller = ScrolledFrame(self, style)
        self._build_form(self._scroller.interior)
        self._other_problem = WrappedLabel(self, style="Error.TLabel")
        self._structure = WrappedLabel(self, style="Muted.TLabel", font="nnapp-small")
        self._place()
        self.show_settings(PRESETS[_FIRST_PRESET])
        self._apply_style()
        style.on_change(self, self._apply_style)

    @property
    def is_valid(self) -> bool:
        """Whether `read_settings` would return settings."""
        return not self._problems

    def read_settings(self) -> Settings:
        """Return the settings in the fields.

        Raises
        ------
        SettingError
            The first problem there is; it is shown beside its field already.
        """
        for error in self._problems.values():
            raise error
        return Settings(**self._last_valid)

    def show_settings(self, settings: Settings, preset: str | None = None) -> None:
        """Fill all fields.

        Parameters
        ----------
        settings : Settings
        preset : str, optional
            Name to show for them; by default that of the preset they are equal to, else "custom".
        """
        self._fill_all(settings)
        if preset is not None:
            self._preset.set(preset)

    def read_values(self) -> dict[str, Any]:
        """Return the last value of every field that was right in itself, whether or not the values suit each other."""
        return dict(self._last_valid)

    def lower_value(self, name: str, most: int) -> int | None:
        """Lower a whole number to what is possible, unless a person has typed it.

        Where more is possible later, the field gets back what it had.

        Returns
        -------
        int or None
            What is in the field now, None if it was not lowered.
        """
        if name in self._typed:
            return None
        present = self._last_valid[name]
        value = min(self._before_lowering.setdefault(name, present), most)
        if value != present:
            self._fill({name: value})
        return value if value < present else None

    def show_structure(self, lines: Sequence[str]) -> None:
        """Say under the fields what the settings come to, such as size and time."""
        self._structure.configure(text="\n".join(lines))

    def show_error(self, error: SettingError) -> None:
        """Show a problem beside the field it names and go there; it counts until something is changed."""
        self._show_problems({**self._problems, error.setting or "": error})
        for group, names in SETTING_GROUPS.items():
            if error.setting in names:
                self.headings[group].open()
                self.fields[error.setting].reveal()

    def set_running(self, is_running: bool) -> None:
        """While a network trains, let only those settings be changed that may change then."""
        self._is_running = is_running
        self._preset_input.configure(state="disabled" if is_running else "readonly")
        self._randomise.configure(state="disabled" if is_running else "normal")
        self.augmentation.set_enabled(not is_running)
        for field in self.fields.values():
            field.set_enabled(not is_running or field.setting.while_running)

    def randomise_seed(self) -> None:
        """Put a seed that nobody chose into its field; does nothing while a network trains."""
        if not self._is_running:
            self.fields["seed"].show_value(secrets.randbelow(_N_RANDOM_SEEDS))

    def recheck(self) -> None:
        """Check all fields again, after what `check` compares them with has changed."""
        found = {name: _value_or_problem(field) for name, field in self.fields.items()}
        problems = {name: value for name, value in found.items() if isinstance(value, SettingError)}
        values = {name: value for name, value in found.items() if name not in problems}
        self._last_valid.update(values)
        if not problems:
            try:
                settings = Settings(**values)
                if self._check is not None:
                    self._check(settings)
            except SettingError as error:
                problems[error.setting or ""] = error
        self._show_problems(problems)
        self._preset.set(next((name for name, preset in PRESETS.items() if vars(preset) == values), _CUSTOM))
        self.augmentation.show_values(values)

    @property
    def _margin_px(self) -> int:
        return self._style.px(0.75)

    def _build_form(self, form: ttk.Frame) -> None:
        form.columnconfigure(0, weight=1)
        self._preset_input = self._build_preset(form)
        row = 1
        for group, names in SETTING_GROUPS.items():
            heading = GroupHeading(form, self._style, group, group in _OPEN_AT_FIRST, self._lay_out)
            heading.grid(row=row, column=0, columnspan=2, sticky="ew")
            self.headings[group] = heading
            row += 1
            if group == _AUGMENTATION:
                self.augmentation = AugmentationChooser(
                    form, self._style, row, self._on_augmentation, self._make_preview_button
                )
                row += 2
            for name in names:
                self.fields[name] = SettingField(form, self._style, SETTINGS[name], row, self._on_field_change)
                row += 2
                if name == "seed":
                    self._randomise = self._build_randomise(form, row)
                    row += 1

    def _build_preset(self, form: ttk.Frame) -> ttk.Combobox:
        ttk.Label(form, text="Preset").grid(row=0, column=0, sticky="w")
        presets = ttk.Combobox(form, textvariable=self._preset, values=tuple(PRESETS), state="readonly", width=10)
        presets.grid(row=0, column=1, sticky="ew")
        presets.bind("<<ComboboxSelected>>", self._on_preset, add="+")
        Tooltip(
            presets,
            self._style,
            "A published set-up to start from: it fills all fields below. Once one of them differs, this says custom.",
        )
        return presets

    def _build_randomise(self, form: ttk.Frame, row: int) -> ttk.Button:
        button = ttk.Button(form, text="Randomise", command=self.randomise_seed)
        button.grid(row=row, column=1, sticky="ew")
        Tooltip(button, self._style, "Choose another random seed, for another network of the same kind.")
        return button

    def _place(self) -> None:
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        parts = (self._scroller, ttk.Separator(self), self._other_problem, self._structure)
        for row, part in enumerate(parts):
            part.grid(row=row, column=0, sticky="nsew")
        self._scroller.interior.bind("<Configure>", self._on_form_resize, add="+")
        for field in self.fields.values():
            field.message.bind("<Configure>", partial(self._show_message, field), add="+")

    def _apply_style(self) -> None:
        gap = self._style.px(2)
        form = self._scroller.interior
        form.configure(padding=(self._margin_px, gap))
        form.columnconfigure(1, minsize=max(field.input_width_px for field in self.fields.values()))
        self._randomise.grid_configure(pady=self._style.px(0.5))
        for heading in self.headings.values():
            heading.grid_configure(pady=(gap, 0))
        for label in (self._other_problem, self._structure):
            label.grid_configure(padx=self._margin_px, pady=self._style.px(1))
        # A hidden part comes back when its place in the grid is changed.
        self._lay_out()
        self._show_problems(self._problems)

    def _fill(self, values: dict[str, Any]) -> None:
        """Put several values into their fields as one change."""
        self._is_filling = True
        for name, value in values.items():
            self.fields[name].show_value(value)
        self._is_filling = False
        self._lay_out()
        self.recheck()

    def _fill_all(self, settings: Settings) -> None:
        self._typed.clear()
        self._before_lowering.clear()
        self._fill(vars(settings))

    def _lay_out(self) -> None:
        """Show the fields of open groups, without those that mean nothing at present."""
        for group, names in SETTING_GROUPS.items():
            for name in names:
                self.fields[name].show(self.headings[group].is_open and is_used(name, self._read_choices()))
        self.augmentation.show(self.headings[_AUGMENTATION].is_open)
        if self.headings["Network"].is_open:
            self._randomise.grid()
        else:
            self._randomise.grid_remove()

    def _read_choices(self) -> dict[str, str]:
        return {name: field.read_value() for name, field in self.fields.items() if field.setting.kind == "choice"}

    def _show_problems(self, problems: dict[str, SettingError]) -> None:
        """Show each problem beside the field it is listed under, or below all fields if there is no such field."""
        self._problems = problems
        for name, field in self.fields.items():
            field.show_problem(str(problems.get(name, "")))
        for group, names in SETTING_GROUPS.items():
            self.headings[group].show_problems(sum(name in problems for name in names))
        self._other_problem.configure(text=" ".join(str(problems[name]) for name in problems.keys() - self.fields))
        if problems.keys() <= self.fields.keys():
            self._other_problem.grid_remove()
        else:
            self._other_problem.grid()

    def _on_field_change(self, name: str) -> None:
        if self._is_filling:
            return
        self._typed.add(name)
        choices = self._read_choices()
        # A wrong value in a field that nobody sees any more would be a riddle.
        hidden = [other for other in self._problems if not is_used(other, choices)]
        changes = {other: self._last_valid[other] for other in hidden}
        if name == "output" and not _suits(choices["loss"], choices["output"]):
            changes["loss"] = default_loss(choices["output"])
        self._fill(changes)
        self._on_change()

    def _on_preset(self, _: tk.Event[tk.Misc]) -> None:
        self._preset_input.selection_clear()
        self._fill_all(PRESETS[self._preset.get()])
        self._on_change()

    def _on_augmentation(self, augmentation: Augmentation) -> None:
        self._fill(vars(augmentation))
        self._on_change()

    def _show_message(self, field: SettingField, _: tk.Event[tk.Misc]) -> None:
        """Scroll to a sentence that has turned up below the field somebody types into."""
        if field.sentence and field.has_focus:
            self._scroller.show_widget(field.message)

    def _on_form_resize(self, event: tk.Event[tk.Misc]) -> None:
        for field in self.fields.values():
            field.set_width(event.width - 2 * self._margin_px)


def _value_or_problem(field: SettingField) -> Any:
    try:
        return field.read_value()
    except SettingError as error:
        return error


def _suits(loss: str, output: str) -> bool:
    try:
        check_pair(loss, output)
    except SettingError:
        return False
    return True

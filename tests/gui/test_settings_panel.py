from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from dataclasses import replace
from tkinter import font as tkfont
from tkinter import ttk
from typing import Any

import pytest

from nnapp.engine.presets import PRESETS
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.errors import SettingError
from nnapp.gui import setting_field
from nnapp.gui.settings_panel import SettingsPanel
from nnapp.gui.style import Style

# A value other than every preset's for each setting, and for those that are typed a text that is refused.
OTHER_VALUES: dict[str, Any] = {
    "hidden": (30, 20, 10),
    "activation": "tanh",
    "output": "linear",
    "loss": "squared-error",
    "initializer": "normal",
    "seed": 4294967295,
    "batch_size": 48,
    "training_images": 20_000,
    "images_per_epoch": 5000,
    "epochs": 7,
    "optimizer": "nesterov",
    "learning_rate": 0.0375,
    "momentum": 0.8,
    "schedule": "plateau",
    "schedule_epochs": 3,
    "schedule_factor": 0.1,
    "warmup_epochs": 2,
    "l2": 0.0001,
    "l1": 0.00002,
    "dropout": 0.25,
    "label_smoothing": 0.1,
    "gradient_clip": 5.0,
    "rotation": 12.5,
    "zoom": 0.15,
    "shear": 0.25,
    "translation": 1.5,
    "elastic": 0.75,
    "thickness": 0.5,
    "noise": 0.05,
    "validation_fraction": 0.2,
    "early_stopping": 4,
    "keep": "last",
}
REFUSED = {
    "hidden": "128; 64",
    "seed": "4294967296",
    "batch_size": "-1",
    "training_images": "-1",
    "images_per_epoch": "2.5",
    "epochs": "0",
    "learning_rate": "0",
    "momentum": "1",
    "schedule_epochs": "0",
    "schedule_factor": "1.5",
    "warmup_epochs": "-1",
    "l2": "-0.1",
    "l1": "101",
    "dropout": "1.0",
    "label_smoothing": "1",
    "gradient_clip": "lots",
    "rotation": "181",
    "zoom": "1.5",
    "shear": "-0.1",
    "translation": "101",
    "elastic": "21",
    "thickness": "2",
    "noise": "-1",
    "validation_fraction": "0.95",
    "early_stopping": "nan",
}


class Watched:
    """A panel as a person meets it, and what it has said."""

    def __init__(self, root: tk.Tk, style: Style, xdo: Any, wait_until: Callable[..., None]) -> None:
        self.root, self.style, self.xdo, self.wait_until = root, style, xdo, wait_until
        self.n_changes = 0
        self.panel = SettingsPanel(root, style, self._count)
        self.panel.pack(fill="both", expand=True)
        self.resize(290, 640)

    def _count(self) -> None:
        self.n_changes += 1

    def resize(self, width_px: int, height_px: int) -> None:
        self.root.geometry(f"{width_px}x{height_px}")
        self.wait_until(lambda: (self.panel.winfo_width(), self.panel.winfo_height()) == (width_px, height_px))

    def input(self, name: str) -> Any:
        return self.panel.fields[name].input

    @property
    def preset(self) -> Any:
        """The drop-down list on top: the only one that is no setting's."""
        inputs = [field.input for field in self.panel.fields.values()]
        return next(widget for widget in self.entries() if widget not in inputs)

    @property
    def randomise_button(self) -> ttk.Button:
        buttons = [widget for widget in self.widgets() if isinstance(widget, ttk.Button)]
        return next(button for button in buttons if button.cget("text") == "Randomise")

    def entries(self) -> list[Any]:
        return [widget for widget in self.widgets() if isinstance(widget, ttk.Entry)]

    def widgets(self) -> list[tk.Misc]:
        found: list[tk.Misc] = [self.panel]
        for widget in found:
            found += widget.winfo_children()
        return found

    def retype(self, name: str, text: str) -> None:
        """Replace the text of a field the way a person does."""
        self.focus(self.input(name))
        self.xdo.key("End", "shift+Home")
        for part in text.replace("-", "|-|").split("|"):
            # A text that starts with a minus would be an option of xdotool's.
            if part == "-":
                self.xdo.key("minus")
            elif part:
                self.xdo.type(part)
        self.wait_until(lambda: self.input(name).get() == text)

    def choose(self, widget: Any, word: str) -> None:
        """Choose a word from a drop-down list with the keyboard."""
        self.focus(widget)
        steps = widget["values"].index(word) - max(0, widget.current())
        self.xdo.key("Down")
        listbox = f"{widget}.popdown.f.l"
        self.wait_until(lambda: str(self.root.tk.call("focus")) == listbox)
        for _ in range(abs(steps)):
            self.xdo.key("Down" if steps > 0 else "Up")
        self.xdo.key("Return")
        self.wait_until(lambda: widget.get() == word)

    def focus(self, widget: Any) -> None:
        widget.focus_force()
        self.wait_until(lambda: widget.focus_displayof() is widget)

    def sentence(self, name: str) -> str:
        """What can be read below a field."""
        message = self.panel.fields[name].message
        return str(message.cget("text")) if message.winfo_ismapped() else ""


@pytest.fixture
def watched(root: tk.Tk, style: Style, xdo: Any, wait_until: Callable[..., None]) -> Watched:
    return Watched(root, style, xdo, wait_until)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sentences appear without waiting for the typing to pause."""
    monkeypatch.setattr(setting_field, "_PATIENCE_MS", 1)


def test_every_setting_has_one_field(watched: Watched) -> None:
    labels = [widget.cget("text") for widget in watched.widgets() if isinstance(widget, ttk.Label)]

    assert sorted(watched.panel.fields) == sorted(SETTINGS)
    assert len(watched.entries()) == len(SETTINGS) + 2  # the preset, and the name of the augmentation
    assert {name: labels.count(setting.label) for name, setting in SETTINGS.items()} == dict.fromkeys(SETTINGS, 1)


def test_starts_with_a_preset(watched: Watched) -> None:
    assert watched.panel.is_valid
    assert watched.panel.read_settings() == PRESETS["relu-adam"]
    assert watched.preset.get() == "relu-adam"
    assert watched.n_changes == 0


def test_all_settings_are_shown_and_read(watched: Watched) -> None:
    settings = Settings(**OTHER_VALUES)
    assert [name for name in SETTINGS if OTHER_VALUES[name] == getattr(PRESETS["relu-adam"], name)] == []

    watched.panel.show_settings(settings)

    assert watched.panel.read_settings() == settings
    assert watched.preset.get() == "custom"
    assert watched.n_changes == 0


@pytest.mark.parametrize("name", PRESETS)
def test_preset_of_shown_settings_is_recognised(watched: Watched, name: str) -> None:
    watched.panel.show_settings(Settings(**vars(PRESETS[name])))

    assert watched.preset.get() == name


def test_name_of_shown_settings_can_be_given(watched: Watched) -> None:
    watched.panel.show_settings(PRESETS["tiny"].but(seed=3), preset="tiny")

    assert watched.preset.get() == "tiny"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("schedule", ["plateau", "cosine"])
def test_wrong_text_is_refused_and_right_text_accepted(watched: Watched, schedule: str) -> None:
    """The sweep of all settings that are typed; each schedule shows its own numbers."""
    assert sorted(REFUSED) == sorted(name for name, setting in SETTINGS.items() if setting.kind != "choice")
    names = ["warmup_epochs"] if schedule == "cosine" else [name for name in REFUSED if name != "warmup_epochs"]
    settings = Settings(**OTHER_VALUES).but(schedule=schedule)
    watched.panel.show_settings(settings)
    for heading in watched.panel.headings.values():
        heading.open()
    for name in names:
        watched.retype(name, REFUSED[name])

        assert not watched.panel.is_valid
        assert str(watched.input(name).cget("style")).startswith("Invalid.")
        watched.wait_until(lambda name=name: watched.sentence(name))
        assert watched.sentence(name).startswith(f"{SETTINGS[name].label} must be {SETTINGS[name].allowed}; got ")
        with pytest.raises(SettingError) as problem:
            watched.panel.read_settings()
        assert problem.value.setting == name

        watched.retype(name, SETTINGS[name].format(OTHER_VALUES[name]))

        watched.wait_until(lambda name=name: not watched.sentence(name))
        assert not str(watched.input(name).cget("style")).startswith("Invalid.")
        assert watched.panel.read_settings() == settings


@pytest.mark.usefixtures("impatient")
def test_sentence_moves_only_what_is_below(watched: Watched) -> None:
    watched.panel.update()
    before = {name: field.input.winfo_rooty() for name, field in watched.panel.fields.items()}
    above = list(SETTINGS)[: list(SETTINGS).index("batch_size")]

    watched.retype("batch_size", "many")
    watched.wait_until(lambda: watched.sentence("batch_size"))

    shown = [name for name in above if watched.input(name).winfo_ismapped()]
    assert {name: watched.input(name).winfo_rooty() for name in shown} == {name: before[name] for name in shown}
    assert watched.input("images_per_epoch").winfo_rooty() > before["images_per_epoch"]


@pytest.mark.usefixtures("impatient")
def test_sentence_below_the_edge_is_scrolled_into_view(watched: Watched) -> None:
    watched.resize(290, 300)
    # The field comes into view from above the edge, so it stands at the edge.
    watched.focus(watched.preset)
    watched.focus(watched.input("epochs"))
    edge = bottom(watched.input("epochs")) + 10

    watched.retype("epochs", "never")
    watched.wait_until(lambda: watched.sentence("epochs"))

    watched.wait_until(lambda: bottom(watched.panel.fields["epochs"].message) <= edge)


def bottom(widget: tk.Misc) -> int:
    """Return the lowest row of the screen that a widget takes."""
    return int(widget.winfo_rooty() + widget.winfo_height())


def test_choosing_a_preset_fills_all_fields(watched: Watched) -> None:
    watched.choose(watched.preset, "classic")

    assert watched.panel.read_settings() == PRESETS["classic"]
    assert watched.preset.get() == "classic"
    assert watched.n_changes == 1


def test_preset_says_custom_once_a_field_differs(watched: Watched) -> None:
    watched.retype("epochs", "26")
    assert watched.preset.get() == "custom"
    assert watched.n_changes > 0

    watched.retype("epochs", "25")
    assert watched.preset.get() == "relu-adam"


@pytest.mark.parametrize("name", ["activation", "epochs", "learning_rate", "hidden"])
def test_wheel_over_a_field_scrolls_and_changes_nothing(watched: Watched, name: str) -> None:
    watched.resize(290, 320)
    watched.focus(watched.input(name))
    settings = watched.panel.read_settings()
    tops = set()
    for notches in (1, -1, -1, 1):
        watched.xdo.wheel(watched.input(name), notches)
        watched.panel.update()
        tops.add(watched.input(name).winfo_rooty())

    assert len(tops) > 1
    assert watched.panel.read_settings() == settings
    assert watched.n_changes == 0


def test_loss_follows_an_output_it_does_not_suit(watched: Watched) -> None:
    watched.choose(watched.input("output"), "sigmoid")

    assert watched.panel.read_settings().loss == "binary-cross-entropy"
    assert watched.n_changes == 1


def test_loss_that_suits_stays(watched: Watched) -> None:
    watched.panel.show_settings(PRESETS["classic"])

    watched.choose(watched.input("output"), "softmax")

    assert watched.panel.read_settings().loss == "squared-error"


def test_wrong_loss_is_refused_beside_its_field(watched: Watched) -> None:
    watched.panel.show_settings(PRESETS["classic"])

    watched.choose(watched.input("loss"), "cross-entropy")

    watched.wait_until(lambda: watched.sentence("loss"))
    assert "softmax" in watched.sentence("loss")
    assert not watched.panel.is_valid

    watched.choose(watched.input("output"), "softmax")

    assert watched.panel.is_valid
    assert watched.panel.read_settings().loss == "cross-entropy"


@pytest.mark.usefixtures("impatient")
def test_early_stopping_needs_validation(watched: Watched) -> None:
    watched.panel.headings["Validation and stopping"].open()
    watched.retype("early_stopping", "5")
    assert watched.panel.is_valid

    watched.retype("validation_fraction", "none")

    watched.wait_until(lambda: watched.sentence("early_stopping"))
    assert "validation" in watched.sentence("early_stopping")
    assert not watched.panel.is_valid

    watched.retype("validation_fraction", "0.1")

    watched.wait_until(lambda: not watched.sentence("early_stopping"))
    assert watched.panel.is_valid


def test_settings_are_checked_against_the_data(root: tk.Tk, style: Style, wait_until: Callable[..., None]) -> None:
    n_training = 100
    panel = SettingsPanel(root, style, lambda: None, check=lambda settings: settings.check_counts(n_training))
    panel.pack()
    panel.show_settings(Settings(images_per_epoch=500))
    field = panel.fields["images_per_epoch"]
    assert "at most 100" in field.sentence
    assert not panel.is_valid
    with pytest.raises(SettingError, match="at most 100"):
        panel.read_settings()

    n_training = 1000
    panel.recheck()

    assert panel.is_valid
    assert field.sentence == ""


@pytest.mark.parametrize(
    ("chooser", "word", "shown"),
    [
        ("optimizer", "adam", set()),
        ("optimizer", "momentum", {"momentum"}),
        ("schedule", "step", {"schedule_epochs", "schedule_factor"}),
        ("schedule", "exponential", {"schedule_factor"}),
        ("schedule", "cosine", {"warmup_epochs"}),
        ("schedule", "plateau", {"schedule_epochs", "schedule_factor"}),
    ],
)
def test_only_fields_that_mean_something_are_shown(watched: Watched, chooser: str, word: str, shown: set[str]) -> None:
    watched.choose(watched.input(chooser), word)
    watched.panel.update()

    sometimes = {"momentum", "schedule_epochs", "schedule_factor", "warmup_epochs"}
    assert {name for name in sometimes if watched.input(name).winfo_ismapped()} == shown
    assert {name for name in sometimes if watched.panel.fields[name].label.winfo_ismapped()} == shown


def test_wrong_text_does_not_stay_in_a_field_that_disappears(watched: Watched) -> None:
    watched.choose(watched.input("optimizer"), "momentum")
    watched.retype("momentum", "2")
    assert not watched.panel.is_valid

    watched.choose(watched.input("optimizer"), "sgd")

    assert watched.panel.is_valid
    assert watched.panel.read_settings().momentum == 0.9


def test_error_from_outside_opens_the_group_and_takes_the_focus(watched: Watched) -> None:
    watched.panel.show_error(SettingError("Dropout must be what I say; got 0.", "dropout"))

    watched.wait_until(lambda: watched.sentence("dropout"))
    assert watched.panel.headings["Regularisation"].is_open
    assert watched.panel.focus_displayof() is watched.input("dropout")
    assert not watched.panel.is_valid

    watched.retype("dropout", "0.2")

    watched.wait_until(lambda: not watched.sentence("dropout"))
    assert watched.panel.is_valid


def test_error_of_no_field_is_shown_below_all(watched: Watched) -> None:
    watched.panel.show_error(SettingError("The preset must be known; got x."))

    watched.wait_until(lambda: "The preset must be known; got x." in visible_texts(watched))
    assert not watched.panel.is_valid

    watched.panel.recheck()

    watched.wait_until(lambda: "The preset must be known; got x." not in visible_texts(watched))
    assert watched.panel.is_valid


def visible_texts(watched: Watched) -> list[str]:
    labels = [widget for widget in watched.widgets() if isinstance(widget, ttk.Label)]
    return [str(label.cget("text")) for label in labels if label.winfo_ismapped()]


def test_while_running_only_some_fields_can_be_changed(watched: Watched) -> None:
    watched.panel.set_running(True)
    enabled = {name for name in SETTINGS if not watched.input(name).instate(["disabled"])}
    assert enabled == {"epochs", "learning_rate"}
    assert watched.preset.instate(["disabled"])

    watched.xdo.click(watched.input("batch_size"))
    watched.xdo.type("9")
    watched.panel.randomise_seed()
    assert watched.panel.read_settings() == PRESETS["relu-adam"]

    watched.retype("learning_rate", "0.5")
    assert watched.panel.read_settings() == PRESETS["relu-adam"].but(learning_rate=0.5)

    watched.panel.set_running(False)
    assert not any(field.input.instate(["disabled"]) for field in watched.panel.fields.values())
    # A list to choose from is not to be typed into.
    assert watched.input("loss").instate(["readonly"])
    assert watched.preset.instate(["readonly"])


def test_randomise_button(watched: Watched) -> None:
    seeds = set()
    for n_clicks in range(1, 4):
        watched.xdo.click(watched.randomise_button)
        watched.wait_until(lambda n_clicks=n_clicks: watched.n_changes >= n_clicks)
        seeds.add(watched.panel.read_settings().seed)

    # One in a million that two of three are equal is no reason to fail.
    assert len(seeds) > 1
    assert watched.panel.read_settings() == PRESETS["relu-adam"].but(seed=watched.panel.read_settings().seed)


def test_groups_open_and_close_by_click(watched: Watched) -> None:
    heading = watched.panel.headings["Network"]

    watched.xdo.click(heading.button)
    watched.wait_until(lambda: not watched.input("seed").winfo_ismapped())
    texts = visible_texts(watched)
    assert [name for name in ("Hidden layer sizes", "Loss", "Random seed") if name in texts] == []

    watched.xdo.click(heading.button)
    watched.wait_until(lambda: watched.input("seed").winfo_ismapped())


@pytest.mark.usefixtures("impatient")
def test_heading_tells_of_problems_in_a_closed_group(watched: Watched) -> None:
    watched.retype("epochs", "none")
    watched.retype("learning_rate", "none")
    watched.panel.headings["Training"].open(False)

    watched.wait_until(lambda: "2 problems" in visible_texts(watched))
    assert not watched.panel.is_valid
    assert watched.sentence("epochs") == ""

    watched.panel.headings["Training"].open()
    watched.wait_until(lambda: watched.sentence("epochs") and watched.sentence("learning_rate"))


def test_tab_goes_through_all_as_read(watched: Watched) -> None:
    for heading in watched.panel.headings.values():
        heading.open()
    watched.resize(290, 900)
    ttk.Button(watched.root, text="beyond").pack()
    watched.focus(watched.preset)
    visited: list[Any] = []
    while not visited or visited[-1] is not watched.input("keep"):
        visited.append(watched.panel.focus_get())
        assert len(visited) < 60
        watched.xdo.key("Tab")
        watched.wait_until(lambda: watched.panel.focus_get() not in (None, visited[-1]))

    tops = [widget.winfo_rooty() for widget in visited]
    assert tops == sorted(tops)
    shown = [field.input for field in watched.panel.fields.values() if field.input.winfo_ismapped()]
    assert [widget for widget in shown if widget not in visited] == []


@pytest.mark.parametrize("scale", [0.75, 1.0, 1.5, 2.0])
def test_nothing_is_clipped_at_290_pixels_times_the_scale(watched: Watched, scale: float) -> None:
    settings = Settings(**OTHER_VALUES).but(output="sigmoid", loss="binary-cross-entropy")
    watched.panel.show_settings(settings)
    watched.style.apply(scale=scale)
    for heading in watched.panel.headings.values():
        heading.open()
    watched.resize(round(290 * scale), 900)

    loss = watched.input("loss")
    middle = loss.winfo_height() // 2
    areas = [x for x in range(loss.winfo_width()) if loss.identify(x, middle).endswith("textarea")]
    assert len(areas) >= tkfont.nametofont("nnapp-body", root=watched.root).measure("binary-cross-entropy")
    shown = [field for field in watched.panel.fields.values() if field.input.winfo_ismapped()]
    for field in shown:
        assert field.label.winfo_reqwidth() <= field.label.winfo_width(), field.setting.label
        assert field.label.winfo_reqheight() <= field.label.winfo_height(), field.setting.label
    if scale >= 1:  # below, letters are larger than the scale says, or nobody could read them
        heights = {field.label.winfo_reqheight() for field in shown if field.setting.name != "schedule"}
        assert len(heights) == 1, "all names but the longest fit into one line"
    assert len({(field.input.winfo_x(), field.input.winfo_width()) for field in shown}) == 1


def test_change_of_style_brings_nothing_back(watched: Watched) -> None:
    watched.panel.headings["Network"].open(False)
    watched.panel.update()
    before = visible_texts(watched)

    watched.style.apply(theme="dark", scale=1.25)
    watched.panel.update()

    assert [text for text in visible_texts(watched) if text not in before] == []
    assert not watched.randomise_button.winfo_ismapped()


def test_structure_is_shown_under_the_fields(watched: Watched) -> None:
    watched.panel.show_structure(["784-128-64-10 · 109,386 parameters · 427 KB", "about 0:38"])
    watched.panel.update()

    assert "784-128-64-10 · 109,386 parameters · 427 KB\nabout 0:38" in visible_texts(watched)


def test_tooltip_explains_the_setting(watched: Watched) -> None:
    field = watched.panel.fields["learning_rate"]
    for widget in (field.label, field.input):
        watched.xdo.move(widget)

        watched.wait_until(lambda widget=widget: tips(widget))
        assert tips(widget)[0].startswith(SETTINGS["learning_rate"].help)
        assert "--learning-rate" in tips(widget)[0]


def tips(widget: tk.Misc) -> list[str]:
    """Return the texts of the tooltips of a widget that are on the screen."""
    windows = [child for child in widget.winfo_children() if isinstance(child, tk.Toplevel) and child.winfo_viewable()]
    return [str(label.cget("text")) for window in windows for label in window.winfo_children()]


def test_closing_while_a_sentence_waits_leaves_nothing_behind(watched: Watched) -> None:
    """The `root` fixture fails a test that leaves something to be called later."""
    watched.retype("learning_rate", "fast")

    watched.panel.destroy()


def test_settings_are_not_shared_between_panels(root: tk.Tk, style: Style) -> None:
    first, second = (SettingsPanel(root, style, lambda: None) for _ in range(2))

    first.show_settings(replace(PRESETS["tiny"], seed=5))

    assert second.read_settings() == PRESETS["relu-adam"]

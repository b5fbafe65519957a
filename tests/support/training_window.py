"""The training window as a person uses it: keys, menus and fields by real events, and what is on the screen."""

from __future__ import annotations

import subprocess
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.window_user import WindowUser

from nnapp.gui import testing_process
from nnapp.gui.training_app import TrainingApp
from nnapp.storage.dataset import DataChoice
from nnapp.storage.preferences import load_preferences

STOP_TIMEOUT_S = 10.0


class TrainingWindowUser(WindowUser):
    """A person at the training window; parameters as for `WindowUser`."""

    def __init__(self, root: tk.Tk, xdo: Any, wait_until: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(root, xdo, wait_until, monkeypatch)
        self.app = TrainingApp(root, load_preferences())

    def leave(self) -> None:
        """End all that goes on, whatever it is."""
        self.app.runs.halt(STOP_TIMEOUT_S)
        self.app.board.stop_all(STOP_TIMEOUT_S)
        self._monkeypatch.undo()

    # What is there ------------------------------------------------------------------------------

    @property
    def log(self) -> str:
        """All that the log shows."""
        return self.app.window.log.read_text()

    @property
    def session(self) -> Any:
        return self.app.session

    @property
    def is_idle(self) -> bool:
        """Whether nothing goes on in the background."""
        app = self.app
        return app.runs.state == "idle" and not app.data.is_busy and not app.evaluations.is_running

    @property
    def train_label(self) -> str:
        """What the obvious button says."""
        return str(self.button("Train", "Pause", "Resume").cget("text"))

    # What the person does -----------------------------------------------------------------------

    def open_data(self, folder: Path) -> None:
        """Start as the program does, with a data set."""
        self.app.start(None, DataChoice(str(folder)))
        self.wait_until(lambda: self.is_idle and self.session.dataset is not None)

    def fill(self, name: str, text: str) -> None:
        """Type a value into the field of a setting, in place of the one that is there."""
        self.go_to(name)
        self.press("ctrl+a", "BackSpace")
        self.xdo.type(text)

    def pick(self, name: str, choice: str) -> None:
        """Choose from the drop-down list of a setting with the keyboard."""
        self.go_to(name)
        field = self.app.window.settings.fields[name]
        self.pick_from(field.input, field.setting.choices.index(choice))

    def go_to(self, name: str) -> None:
        """Put the focus into the field of a setting, and open its group if need be."""
        panel = self.app.window.settings
        for heading in panel.headings.values():
            heading.open()
        panel.fields[name].input.focus_set()
        self.wait_until(lambda: panel.fields[name].has_focus)

    def wait_for_log(self, sentence: str, timeout_s: float = 10.0) -> None:
        self.wait_until(lambda: sentence in self.log, timeout_s)

    def wait_until_idle(self, timeout_s: float = 20.0) -> None:
        self.wait_until(lambda: self.is_idle, timeout_s)

    def train(self, **settings: str) -> None:
        """Train with some values in the fields, to the end and the evaluation after it."""
        for name, text in settings.items():
            self.fill(name, text)
        self.press("F5")
        self.wait_until_idle()


def record_testing_windows(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Start no testing window from now on; return the list of the command lines that would have."""
    started: list[list[str]] = []

    def start(command: list[str], **_: Any) -> None:
        started.append(command)

    replacement = SimpleNamespace(Popen=start, DEVNULL=subprocess.DEVNULL)
    monkeypatch.setattr(testing_process, "subprocess", replacement)
    return started

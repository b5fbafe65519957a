"""What every command of the menu Data does, in either window."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.source_names import SyntheticChoice

__all__ = ["QUESTIONS", "data_effects"]

QUESTIONS = {"choose-data", "data-mnist", "data-fashion-mnist", "data-kmnist"}
"""Commands that ask something first, where none of the published sets is on the computer."""


def data_effects(
    user: Any, folder: Path, read_problem: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield each command with what tells that it happened, for a person at a window without published sets."""
    data = user.app.data
    monkeypatch.setattr(SyntheticChoice.__init__, "__defaults__", (200, 0))
    images, labels = np.zeros((20, 28, 28), np.uint8), np.arange(20) % 10
    np.savez(folder / "set.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    user.answer_files(folder / "set.npz")
    yield "open-data-file", lambda: data.dataset.location == str(folder / "set.npz") and user.is_idle
    yield "data-synthetic", lambda: data.dataset.name == "Synthetic digits" and user.is_idle
    yield "data-mine", lambda: "digit" in read_problem() and user.is_idle
    for name in sorted(QUESTIONS):
        yield name, lambda: data.dataset.name == "Synthetic digits" and user.is_idle

    def endless(_: object) -> Iterator[LoadProgress]:
        while True:
            time.sleep(0.01)
            yield LoadProgress("Reading", 1, 2, "files")

    with monkeypatch.context() as patched:
        patched.setattr("nnapp.gui.data_controller.loading", endless)
        user.answer_files(folder)
        user.press("ctrl+d")
        user.wait_until(lambda: data.is_busy)
        yield "stop-data", lambda: not data.is_busy

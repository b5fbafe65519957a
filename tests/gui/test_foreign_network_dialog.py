"""The question about another program's network: prefilled with what scores best, answered with keys and pointer."""

from __future__ import annotations

import subprocess
import tkinter as tk
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tkinter import ttk
from typing import Any

import numpy as np
import pytest
from support.data_sets import write_data_set
from support.testing_window import write_row_network
from support.window_user import all_widgets, text_of

from nnapp.engine.network import Network
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.gui.foreign_network_dialog import ForeignNetworkDialog
from nnapp.gui.job_board import JobBoard
from nnapp.gui.style import Style
from nnapp.storage.dataset import Dataset
from nnapp.storage.datasets import load_dataset
from nnapp.storage.exchange.completion import Answers
from nnapp.storage.exchange.foreign_network import ForeignNetwork, as_foreign
from nnapp.storage.exchange.suggestions import Suggestion
from nnapp.storage.network_file import StoredNetwork, read_network
from nnapp.storage.network_metadata import NetworkMetadata

Ask = Callable[..., StoredNetwork | None]


class Dialog:
    """The dialog while it is open, and what is done in it one after the other."""

    def __init__(self, root: tk.Tk, style: Style, foreign: ForeignNetwork, dataset: Dataset | None, steps: list[Any]):
        self._board = JobBoard(root)
        self.window = ForeignNetworkDialog(root, style, self._board, "rows.npz", foreign, dataset)
        self._root = root
        self._steps = steps
        self._after_id = root.after(10, self._go_on)

    def ask(self) -> StoredNetwork | None:
        stored = self.window.ask()
        self._root.after_cancel(self._after_id)
        self._board.stop_all(5)
        return stored

    def _go_on(self) -> None:
        """Do the next step once the dialog has the focus and says nothing is being tried any more."""
        is_ready = str(self._root.tk.call("focus")).startswith(f"{self.window}") and "Trying" not in self.verdict
        try:
            if is_ready and self._steps:
                step = self._steps.pop(0)
                if callable(step):
                    step(self)
                else:
                    subprocess.run(["xdotool", "key", "--delay", "4", *step.split()], check=True, timeout=20)
            elif is_ready:
                self.window.destroy()  # nobody else would close it
        finally:
            self._after_id = self._root.after(40, self._go_on)

    @property
    def verdict(self) -> str:
        """The line about the present choice."""
        return text_of(self.window._verdict)

    @property
    def boxes(self) -> list[ttk.Combobox]:
        return [part for part in all_widgets(self.window) if isinstance(part, ttk.Combobox)]

    @property
    def can_open(self) -> bool:
        button = next(part for part in all_widgets(self.window) if text_of(part) == "Open")
        return not button.instate(["disabled"])


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return load_dataset(write_data_set(tmp_path / "rows"))


@pytest.fixture
def foreign(tmp_path: Path) -> ForeignNetwork:
    """Return a network that knows the rows of the data set, and says nothing about itself."""
    said = as_foreign(read_network(write_row_network(tmp_path / "rows.nn")))
    return replace(said, activations=(None,) * len(said.activations), input_scaling=None)


@pytest.fixture
def ask(root: tk.Tk, style: Style, foreign: ForeignNetwork) -> Ask:
    """Return a function that opens the dialog, does some steps in it, and returns the network."""

    def ask(dataset: Dataset | None, *steps: Any) -> StoredNetwork | None:
        remaining = list(steps)
        stored = Dialog(root, style, foreign, dataset, remaining).ask()
        assert remaining == []
        assert root.grab_current() is None
        return stored

    return ask


def test_the_best_choice_is_suggested_and_said_how_good_it_is(ask: Ask, dataset: Dataset) -> None:
    verdicts: list[str] = []

    stored = ask(dataset, lambda dialog: verdicts.append(dialog.verdict), "Return")

    assert stored is not None
    predictions = stored.network.predict(dataset.test_images)
    assert np.array_equal(predictions, dataset.test_labels)
    assert "100.00 % of 80 test images of rows right" in verdicts[0]


def test_another_choice_can_be_made_and_its_accuracy_is_seen(ask: Ask, dataset: Dataset) -> None:
    """The network's weights are made for 0 to 1: inverted, the dark rows are bright."""
    seen: list[str] = []

    def choose_inverted(dialog: Dialog) -> None:
        box = dialog.boxes[-1]
        box.set(next(value for value in box["values"] if value.startswith("inverted")))
        box.event_generate("<<ComboboxSelected>>")

    ask(dataset, choose_inverted, lambda dialog: seen.append(dialog.verdict), "Escape")

    assert "the best gets 100.00 %" in seen[0]


@pytest.mark.parametrize(
    ("accuracies", "expected"),
    [
        ((0.9, 0.8, 0.7), "This choice gets 90.00 % of 80 test images of rows right; none gets more."),
        (
            (0.9, 0.9, 0.7),
            "This choice gets 90.00 % of 80 test images of rows right; none gets more. 1 other choice does as well, so "
            "these images do not tell the activation of the hidden layers.",
        ),
        (
            (0.9, 0.9, 0.9),
            "This choice gets 90.00 % of 80 test images of rows right; none gets more. 2 other choices do as well, so "
            "these images do not tell the activation of the hidden layers and the scale of the inputs.",
        ),
    ],
)
def test_choices_that_are_as_good_are_told(
    ask: Ask, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, accuracies: tuple[float, ...], expected: str
) -> None:
    answers = [("relu", "softmax", "unit"), ("tanh", "softmax", "unit"), ("relu", "softmax", "bytes")]
    found = [Suggestion(Answers(*said), right, 0.1, 80) for said, right in zip(answers, accuracies, strict=True)]
    monkeypatch.setattr("nnapp.gui.network_trials.suggest", lambda *_: found)
    verdicts: list[str] = []
    ask(dataset, lambda dialog: verdicts.append(dialog.verdict), "Escape")
    assert verdicts == [expected]


@pytest.fixture
def digits_network(tmp_path: Path) -> ForeignNetwork:
    """Return a network that has learnt synthetic digits, and says nothing about itself."""
    digits = load_dataset("synthetic:600:1")
    network = Network.dense([784, 32, 10], rng=np.random.default_rng(0))
    settings = Settings(epochs=10, batch_size=20, validation_fraction=0)
    for _ in Trainer(network, digits.training_images, digits.training_labels, settings).run():
        pass
    said = as_foreign(StoredNetwork(network, NetworkMetadata()))
    return replace(said, activations=(None,) * len(said.activations), input_scaling=None)


@pytest.fixture
def small(tmp_path: Path) -> Dataset:
    return load_dataset(write_data_set(tmp_path / "small", shape=(8, 8), n_classes=3))


def test_other_data_in_use_give_way_to_digits(
    root: tk.Tk, style: Style, digits_network: ForeignNetwork, small: Dataset, empty_place: Path
) -> None:
    verdicts: list[str] = []
    steps = [lambda dialog: verdicts.append(dialog.verdict), "Return"]
    stored = Dialog(root, style, digits_network, small, steps).ask()
    assert stored is not None
    assert stored.network.activation_names == ("relu", "softmax")
    assert "of 2,000 test images of Synthetic digits right" in verdicts[0]


def test_other_data_in_use_give_way_to_mnist_where_it_is(
    root: tk.Tk, style: Style, digits_network: ForeignNetwork, small: Dataset, mnist_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("NNAPP_DATA", str(mnist_folder))
    verdicts: list[str] = []
    Dialog(root, style, digits_network, small, [lambda dialog: verdicts.append(dialog.verdict), "Escape"]).ask()
    assert "test images of MNIST right" in verdicts[0]


def test_a_network_that_knows_no_digits_gets_no_suggestion_from_them(ask: Ask, small: Dataset) -> None:
    verdicts: list[str] = []
    assert ask(small, lambda dialog: verdicts.append(dialog.verdict), "Return") is None
    assert "nothing can be suggested" in verdicts[0]


def test_without_images_nothing_is_guessed(ask: Ask, empty_place: Path) -> None:
    can_open: list[bool] = []
    verdicts: list[str] = []

    def look(dialog: Dialog) -> None:
        can_open.append(dialog.can_open)
        verdicts.append(dialog.verdict)
        assert {box.get() for box in dialog.boxes} == {"choose …"}

    assert ask(None, look, "Return") is None
    assert can_open == [False]
    assert "nothing can be suggested" in verdicts[0]


def test_escape_opens_nothing(ask: Ask, dataset: Dataset) -> None:
    assert ask(dataset, "Escape") is None

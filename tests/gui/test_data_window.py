"""The question which data to use: sources, split, preview, and what leaves everything as it was."""

from __future__ import annotations

import subprocess
import tkinter as tk
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.data_sets import write_data_set
from support.mirror import Mirror
from support.window_user import all_widgets, text_of

from nnapp.gui.data_preview_view import DataPreviewView
from nnapp.gui.data_window import DataWindow
from nnapp.gui.job_board import JobBoard
from nnapp.gui.style import Style
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.preferences import Preferences
from nnapp.storage.published_datasets import DATASETS
from nnapp.storage.source_names import SyntheticChoice

Step = Callable[["Asked"], Any]
Ask = Callable[..., Dataset | None]


class Asked:
    """The window while it is open, and what is done in it one after the other, once it is quiet."""

    def __init__(self, root: tk.Tk, style: Style, choice: DataChoice, steps: list[Step]) -> None:
        self.board = JobBoard(root)
        self.window = DataWindow(root, style, Preferences(), self.board, choice)
        self.is_patient = True
        self._root = root
        self._steps = steps
        self._after_id = root.after(10, self._go_on)

    def ask(self) -> Dataset | None:
        dataset = self.window.ask()
        self._root.after_cancel(self._after_id)
        self.board.stop_all(5)
        return dataset

    def _go_on(self) -> None:
        window = self.window
        try:
            has_focus = str(self._root.tk.call("focus")).startswith(str(window))
            is_quiet = window._job is None and window._pending is None and len(window._statuses) == 3
            if has_focus and (is_quiet or not self.is_patient):
                if self._steps:
                    self._root.update_idletasks()  # puts on the screen what has just come
                    self._steps.pop(0)(self)
                else:
                    window.destroy()  # nobody else would close it
        finally:
            self._after_id = self._root.after(30, self._go_on)

    @property
    def texts(self) -> list[str]:
        sentence = [str(self.preview_canvas.itemcget(item, "text")) for item in self.preview_canvas.find_all()[:1]
                    if self.preview_canvas.type(item) == "text"]  # fmt: skip
        return [text_of(part) for part in all_widgets(self.window) if part.winfo_ismapped()] + sentence

    @property
    def preview_canvas(self) -> tk.Canvas:
        return self.window.preview._canvas

    @property
    def can_use(self) -> bool:
        return not self.button("Use This Data").instate(["disabled"])

    def button(self, words: str) -> Any:
        return next(part for part in all_widgets(self.window) if text_of(part) == words)

    def type_path(self, path: Path | str) -> None:
        self.window._form._path.set(str(path))


@pytest.fixture(autouse=True)
def few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 200 synthetic digits be drawn where nothing is said about their number, not 12,000."""
    monkeypatch.setattr(SyntheticChoice.__init__, "__defaults__", (200, 0))


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    return write_data_set(tmp_path / "rows")


@pytest.fixture
def ask(root: tk.Tk, style: Style) -> Ask:
    """Return a function that opens the window, does some steps in it, and returns the data set."""

    def ask(choice: DataChoice, *steps: Step) -> Dataset | None:
        remaining = list(steps)
        dataset = Asked(root, style, choice, remaining).ask()
        assert remaining == []
        assert root.grab_current() is None
        return dataset

    return ask


def press(*keys: str) -> Step:
    return lambda asked: subprocess.run(["xdotool", "key", "--delay", "4", *keys], check=True, timeout=20)


def test_short_sentence_after_a_long_preview_needs_no_scrollbar(ask: Ask, rows: Path, tmp_path: Path) -> None:
    heights: list[int] = []

    def note(asked: Asked) -> None:
        asked.window.update_idletasks()
        heights.append(asked.window.preview.winfo_reqheight())

    missing = [lambda asked: asked.type_path(tmp_path / "missing"), note]
    ask(DataChoice(str(tmp_path / "none")), note, lambda asked: asked.type_path(rows), note, *missing)
    assert heights[1] > heights[0] == heights[2]


def test_present_data_are_shown_and_taken_with_return(ask: Ask, rows: Path) -> None:
    seen: list[Any] = []

    def look(asked: Asked) -> None:
        seen.extend([asked.window.preview.captions, asked.texts])

    dataset = ask(DataChoice(str(rows)), look, press("Return"))

    assert dataset is not None
    assert dataset.choice == DataChoice(str(rows))
    captions, texts = seen
    # 20 images of ten classes, in their order.
    assert captions == [str(label) for label in range(10) for _ in range(2)]
    assert "200 images to learn from, 80 images to test with" in texts
    assert "10: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9" in texts
    assert any("has the checksums of none of MNIST" in text for text in texts)


def test_escape_takes_nothing(ask: Ask, rows: Path) -> None:
    assert ask(DataChoice(str(rows)), press("Escape")) is None


def test_another_source_by_its_button(ask: Ask, rows: Path) -> None:
    dataset = ask(
        DataChoice(str(rows)),
        lambda asked: asked.button("Synthetic digits, drawn by nnapp").invoke(),
        lambda asked: asked.window._form._drawn._fields["seed"].show_value(7),
        press("Return"),
    )
    assert dataset is not None
    assert dataset.choice == DataChoice("synthetic:200:7")


def test_split_is_made_anew(ask: Ask, rows: Path) -> None:
    dataset = ask(
        DataChoice(str(rows)),
        lambda asked: asked.button("Set apart anew from all images").invoke(),
        lambda asked: asked.window._form._split._fields["test_fraction"].show_value(0.5),
        press("Return"),
    )
    assert dataset is not None
    assert dataset.choice == DataChoice(str(rows), 0.5, 0)
    assert (len(dataset.training_labels), len(dataset.test_labels)) == (140, 140)


def test_wrong_fraction_is_told_beside_its_field(ask: Ask, rows: Path) -> None:
    seen: list[Any] = []

    def type_wrong(asked: Asked) -> None:
        asked.window._form._split._fields["test_fraction"]._text.set("2")

    ask(
        DataChoice(str(rows), 0.5),
        type_wrong,
        lambda asked: seen.extend([asked.texts, asked.can_use]),
        press("Return"),  # which does nothing
    )
    texts, can_use = seen
    assert any("Test fraction must be" in text and "got 2" in text for text in texts)
    assert not can_use


def test_what_is_not_there_is_told_in_place_of_images(ask: Ask, rows: Path, tmp_path: Path) -> None:
    seen: list[Any] = []
    dataset = ask(
        DataChoice(str(rows)),
        lambda asked: asked.type_path(tmp_path / "gone"),
        lambda asked: seen.extend([asked.texts, asked.can_use]),
        lambda asked: asked.type_path(""),
        lambda asked: seen.extend([asked.texts, asked.can_use]),
        lambda asked: asked.type_path(rows),
        press("Return"),
    )
    assert any(f"got {tmp_path / 'gone'}" in text for text in seen[0])
    assert "Choose a folder or a file, or type its path." in seen[2]
    assert (seen[1], seen[3]) == (False, False)
    assert dataset is not None


def test_long_names_are_cut_under_images_and_whole_among_facts(ask: Ask, tmp_path: Path) -> None:
    name = "A bag with a very long name for a class"
    for folder in ("Ankle boot", name):
        (tmp_path / "set" / folder).mkdir(parents=True)
        for number in range(15):
            Image.fromarray(np.zeros((28, 28), np.uint8)).save(tmp_path / "set" / folder / f"{number}.png")
    seen: list[Any] = []
    ask(DataChoice(str(tmp_path / "set")), lambda asked: seen.extend([asked.window.preview.captions, asked.texts]))
    assert seen[0][0].startswith("A b")
    assert seen[0][0].endswith("…")
    assert f"2: {name}, Ankle boot" in seen[1]


@pytest.fixture
def mirror(rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """Return a mirror of a small set that is called MNIST and not here."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NNAPP_DATA", str(tmp_path / "data"))
    mirror = Mirror(rows)
    monkeypatch.setitem(DATASETS, "mnist", mirror.published)
    with mirror.running():
        yield mirror


def test_a_missing_set_is_downloaded_from_here(ask: Ask, mirror: Mirror, tmp_path: Path) -> None:
    seen: list[Any] = []
    dataset = ask(
        DataChoice("synthetic"),
        lambda asked: asked.button("MNIST").invoke(),
        lambda asked: seen.extend([asked.texts, asked.can_use]),
        lambda asked: asked.button("Download MNIST").invoke(),
        press("Return"),
    )
    assert any(text.startswith("MNIST is not on this computer.") for text in seen[0])
    assert not seen[1]
    assert dataset is not None
    assert dataset.choice == DataChoice("mnist")
    assert dataset.location == str(tmp_path / "data" / "mnist")


def test_closing_ends_a_silent_download(ask: Ask, mirror: Mirror, tmp_path: Path) -> None:
    mirror.goes_on.clear()

    def download(asked: Asked) -> None:
        asked.button("Download MNIST").invoke()
        asked.is_patient = False

    def wait(asked: Asked) -> None:
        if not mirror.has_begun.is_set():
            asked._steps.insert(0, wait)

    assert (
        ask(DataChoice("synthetic"), lambda asked: asked.button("MNIST").invoke(), download, wait, press("Escape"))
        is None
    )
    mirror.goes_on.set()
    assert all(path.suffix == ".part" for path in (tmp_path / "data" / "mnist").iterdir())


def test_texts_of_a_file_make_no_label_that_cannot_be_shown(root: tk.Tk, style: Style) -> None:
    """X has no picture of more than 32,767 pixels, and ends the program that asks for one."""
    preview = DataPreviewView(root, style)
    preview.pack(fill="both", expand=True)
    images, labels = np.zeros((4, 8, 8), np.uint8), np.array([0, 1, 0, 1])
    names = ("x" * 100_000, "y" * 100_000)
    choice, long = DataChoice("a"), "word " * 20_000
    preview.show_dataset(Dataset("a", images, labels, images, labels, names, choice, long, (long,), long))
    root.update()
    assert all(len(text_of(part)) <= 1000 for part in all_widgets(preview))
    preview.show_sentence(long)
    root.update()
    assert len(preview._sentence) <= 1000

"""Images written as PNG pictures, read back by Pillow."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nnapp.errors import ExistingFilesError, StorageError
from nnapp.storage.load_progress import drained
from nnapp.storage.picture_export import export_pictures, picture_names

DIGITS = tuple("0123456789")
IMAGES = np.random.default_rng(0).integers(0, 256, (12, 5, 3), np.uint8)
LABELS = np.arange(12) % 10


def test_names_of_pictures() -> None:
    assert picture_names(np.array([5, 0, 5]), DIGITS) == [
        "digit_5_sample_1.png",
        "digit_0_sample_1.png",
        "digit_5_sample_2.png",
    ]
    assert picture_names(np.array([0, 1, 2]), ("T-shirt/top", "..\\x:y", "お")) == [
        "T-shirt_top_sample_1.png",
        "_x_y_sample_1.png",
        "お_sample_1.png",
    ]


@pytest.mark.parametrize(
    "class_names",
    [
        ("a/b", "a b", "A b", "c"),
        ("a/b", "a b", "a b class 1", "a_b_class_1"),
        ("5", "digit_5", "digit 5", "Digit/5"),
        ("é", "e\N{COMBINING ACUTE ACCENT}", "É", "ß"),
        ("\ud55c", "\u1112\u1161\u11ab"),  # one syllable of Korean, whole and as its three letters
        ("?" * 300, "x" * 300, "x" * 301, "\N{GOTHIC LETTER AHSA}" * 300),
    ],
)
def test_no_two_classes_write_to_the_same_file(class_names: tuple[str, ...]) -> None:
    check_names(class_names)


@settings(deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=8, unique=True))
def test_every_system_takes_the_names(class_names: list[str]) -> None:
    check_names(tuple(class_names))


def check_names(class_names: tuple[str, ...]) -> None:
    names = picture_names(np.arange(len(class_names)), class_names)
    assert len({unicodedata.normalize("NFC", name).casefold() for name in names}) == len(class_names)
    for name in names:
        assert not set(name) & set('<>:"/\\|?*\0')
        assert name.isprintable()
        assert len(name.encode()) <= 255


def test_pictures(tmp_path: Path) -> None:
    paths = drained(export_pictures(tmp_path / "out", IMAGES, LABELS, DIGITS))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in paths)
    assert paths[10].name == "digit_0_sample_2.png"
    for path, image in zip(paths, IMAGES, strict=True):
        with Image.open(path) as picture:
            assert (picture.mode, picture.format) == ("L", "PNG")
            np.testing.assert_array_equal(np.asarray(picture), image)


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    precious = tmp_path / "digit_3_sample_1.png"
    precious.write_text("mine")
    with pytest.raises(ExistingFilesError, match=r"got digit_3_sample_1\.png\."):
        drained(export_pictures(tmp_path, IMAGES, LABELS, DIGITS))
    assert os.listdir(tmp_path) == [precious.name]
    assert precious.read_text() == "mine"
    drained(export_pictures(tmp_path, IMAGES, LABELS, DIGITS, may_replace=True))
    assert len(os.listdir(tmp_path)) == 12
    assert precious.read_bytes().startswith(b"\x89PNG")


def test_a_stopped_export_leaves_only_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnapp.storage.load_progress._INTERVAL_S", 0)
    for name in ("digit_3_sample_1.png", "notes.txt"):
        (tmp_path / name).write_text("mine")
    steps = export_pictures(tmp_path, IMAGES, LABELS, DIGITS, may_replace=True)
    reports = [next(steps) for _ in range(6)]
    assert [report.done for report in reports] == list(range(6))
    assert len(os.listdir(tmp_path)) == 6  # five pictures, of which one was there, and the notes
    steps.close()
    assert sorted(os.listdir(tmp_path)) == ["digit_3_sample_1.png", "notes.txt"]


def test_pictures_do_not_wait_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand would take over a minute, and can be made again."""
    synced: list[int] = []
    monkeypatch.setattr("nnapp.storage.files.os.fsync", synced.append)
    drained(export_pictures(tmp_path, IMAGES, LABELS, DIGITS))
    assert synced == []


def test_a_failed_export_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sixth picture finds no place on the disk."""
    replace = os.replace
    n_replaced = 0

    def replace_five(source: Path, target: Path) -> None:
        nonlocal n_replaced
        n_replaced += 1
        if n_replaced > 5:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr("nnapp.storage.files.os.replace", replace_five)
    with pytest.raises(StorageError, match="the disk is full"):
        drained(export_pictures(tmp_path, IMAGES, LABELS, DIGITS))
    assert os.listdir(tmp_path) == []


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(StorageError, match="Cannot create the folder"):
        drained(export_pictures(tmp_path / "out", IMAGES, LABELS, DIGITS))

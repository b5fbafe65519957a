"""Pictures from files and from the clipboard, without a clipboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nnapp.errors import DataError, FileFormatError, StorageError
from nnapp.gui.picture_reader import clipboard_picture, read_picture_file


@pytest.fixture
def stroke() -> Image.Image:
    """Return a dark upright stroke on light paper."""
    pixels = np.full((120, 90), 220, np.uint8)
    pixels[20:100, 30:42] = 30
    return Image.fromarray(pixels)


def put_on_clipboard(monkeypatch: pytest.MonkeyPatch, found: Any) -> None:
    def grab() -> Any:
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr("PIL.ImageGrab.grabclipboard", grab)


@pytest.mark.parametrize("shape", [(28, 28), (12, 9)])
def test_reads_a_file_to_the_grid(tmp_path: Path, stroke: Image.Image, shape: tuple[int, int]) -> None:
    stroke.save(tmp_path / "one.png")
    picture = read_picture_file(tmp_path / "one.png", shape, "like-mnist")
    assert picture.grid.shape == shape
    assert picture.grey.shape == (120, 90)
    top, left, bottom, right = picture.box
    assert abs(top - 20) <= 2
    assert abs(left - 30) <= 2
    assert abs(bottom - 100) <= 2
    assert abs(right - 42) <= 2


def test_mode_is_passed_on(tmp_path: Path, stroke: Image.Image) -> None:
    stroke.save(tmp_path / "one.png")
    grids = [read_picture_file(tmp_path / "one.png", (28, 28), mode).grid for mode in ("like-mnist", "as-drawn")]
    assert not np.array_equal(*grids)


def test_files_that_are_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(FileFormatError, match=r"text\.png"):
        read_picture_file(tmp_path / "text.png", (28, 28), "like-mnist")
    with pytest.raises(StorageError, match=r"gone\.png"):
        read_picture_file(tmp_path / "gone.png", (28, 28), "like-mnist")
    Image.new("L", (50, 50), 200).save(tmp_path / "empty.png")
    with pytest.raises(DataError, match=r"empty\.png"):
        read_picture_file(tmp_path / "empty.png", (28, 28), "like-mnist")


def test_picture_and_copied_file_from_the_clipboard(
    tmp_path: Path, stroke: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    stroke.save(tmp_path / "one.png")
    expected = read_picture_file(tmp_path / "one.png", (28, 28), "like-mnist").grid
    for found in (stroke, stroke.convert("RGBA"), [str(tmp_path / "one.png"), "other"]):
        put_on_clipboard(monkeypatch, found)
        np.testing.assert_allclose(clipboard_picture((28, 28), "like-mnist").grid, expected, atol=1e-6)


@pytest.mark.parametrize("found", [None, []])
def test_nothing_on_the_clipboard(monkeypatch: pytest.MonkeyPatch, found: object) -> None:
    put_on_clipboard(monkeypatch, found)
    with pytest.raises(DataError, match="There is no picture on the clipboard to paste"):
        clipboard_picture((28, 28), "like-mnist")


@pytest.mark.parametrize("found", [NotImplementedError("wl-paste or xclip is required"), OSError("failed")])
def test_no_program_that_reads_the_clipboard(monkeypatch: pytest.MonkeyPatch, found: Exception) -> None:
    put_on_clipboard(monkeypatch, found)
    with pytest.raises(DataError, match="apt install xclip"):
        clipboard_picture((28, 28), "like-mnist")


def test_copied_file_that_is_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.txt").write_text("no picture")
    put_on_clipboard(monkeypatch, [str(tmp_path / "text.txt")])
    with pytest.raises(FileFormatError):
        clipboard_picture((28, 28), "like-mnist")

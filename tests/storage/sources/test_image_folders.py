"""Folders of pictures, one for each class, as people have them."""

from __future__ import annotations

import os
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from nnapp.errors import DataError, StorageError
from nnapp.storage.dataset import SourceContent
from nnapp.storage.load_progress import drained
from nnapp.storage.sources import image_folders, picture_pile, picture_search
from nnapp.storage.sources.image_folders import read_image_folders
from nnapp.storage.sources.picture_search import folders_of_pictures

Write = Callable[..., Path]

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders or unprivileged links")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that saves a picture in a folder of the data set."""

    def write(path: str, pixels: Any, mode: str | None = None, **options: Any) -> Path:
        target = tmp_path / "set" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        image = Image.fromarray(np.asarray(pixels))
        (image if mode is None else image.convert(mode)).save(target, **options)
        return tmp_path / "set"

    return write


def digit(value: int, shape: tuple[int, int] = (6, 5)) -> NDArray[np.uint8]:
    """Return a dark picture with a bright middle."""
    pixels = np.zeros(shape, np.uint8)
    pixels[2:-2, 2:-2] = value
    return pixels


def read(folder: Path) -> SourceContent:
    return drained(read_image_folders(folder))


def test_classes_are_folders_in_natural_order(write: Write) -> None:
    for number, name in enumerate(("2", "10", "ring", "1")):
        write(f"{name}/b.png", digit(100 + number))
        folder = write(f"{name}/a.PNG", digit(50 + number))
    content = read(folder)
    assert content.class_names == ("1", "2", "10", "ring")
    assert content.training.labels.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    # Within a class by name: of the folder "1", written as number 3, first a.PNG and then b.png.
    assert content.training.images[:, 2, 2].tolist() == [53, 103, 50, 100, 51, 101, 52, 102]
    assert content.training.images.shape == (8, 6, 5)
    assert content.test is None
    assert content.warnings == ()
    assert (content.name, content.location) == ("set", str(folder))


@pytest.mark.parametrize("names", [("train", "test"), ("Training", "Testing"), ("train", "val"), ("train", "valid")])
def test_training_and_test_folders(write: Write, names: tuple[str, str]) -> None:
    write(f"{names[0]}/cat/1.png", digit(1))
    write(f"{names[0]}/dog/1.png", digit(2))
    folder = write(f"{names[1]}/dog/1.png", digit(3))
    content = read(folder)
    assert content.training.labels.tolist() == [0, 1]
    assert content.test is not None
    assert content.test.labels.tolist() == [1]
    assert content.test.images[0, 2, 2] == 3


def test_folders_beside_training_and_test_are_left_out_and_told(write: Write) -> None:
    write("train/cat/1.png", digit(1))
    write("val/cat/1.png", digit(2))
    write("notes/cat/1.png", digit(2))
    folder = write("test/cat/1.png", digit(3))
    content = read(folder)
    assert content.test is not None
    assert content.test.images[:, 2, 2].tolist() == [3]
    assert content.warnings == (
        f"The pictures of {folder} are taken from train and test; left out beside: notes, val.",
    )


def test_test_pictures_without_folders_cannot_be_tested_with(write: Write) -> None:
    write("test/1.png", digit(1))
    folder = write("train/cat/1.png", digit(2))
    content = read(folder)
    assert (content.test, content.class_names) == (None, ("cat",))
    assert content.warnings == (f"The pictures of {folder} are taken from train; left out beside: test.",)


def test_a_class_may_be_called_test(write: Write) -> None:
    write("test/1.png", digit(1))
    content = read(write("cross/1.png", digit(2)))
    assert content.class_names == ("cross", "test")


@pytest.mark.parametrize(
    ("mode", "ending", "tolerance"),
    [("L", "png", 0), ("RGB", "png", 1), ("RGBA", "png", 1), ("P", "gif", 1), ("L", "bmp", 0), ("L", "jpg", 40)],
)
def test_formats(write: Write, mode: str, ending: str, tolerance: int) -> None:
    content = read(write(f"a/1.{ending}", digit(200, (8, 8)), mode))
    np.testing.assert_allclose(content.training.images[0].astype(int), digit(200, (8, 8)).astype(int), atol=tolerance)


def test_pictures_of_16_bits(write: Write) -> None:
    content = read(write("a/1.png", np.array([[0, 65535], [0, 0]], np.uint16)))
    assert content.training.images[0].tolist() == [[0, 255], [0, 0]]


def test_what_is_transparent_is_background(write: Write) -> None:
    """Black ink on nothing is a light set, which is inverted: ink 255, background 0."""
    pixels = np.zeros((6, 6, 4), np.uint8)
    pixels[2:4, 2:4, 3] = 255
    content = read(write("a/1.png", pixels))
    assert content.training.images[0].tolist() == (pixels[:, :, 3]).tolist()
    assert "were inverted" in content.warnings[0]


def test_pictures_are_upright(write: Write) -> None:
    """Orientation 6: the camera was held so that the top of the scene is at the right of the file."""
    turned = Image.new("L", (1, 1)).getexif()
    turned[0x0112] = 6
    pixels = np.zeros((4, 8), np.uint8)
    pixels[0] = 255
    content = read(write("a/1.png", pixels, exif=turned.tobytes()))
    np.testing.assert_array_equal(content.training.images[0], np.rot90(pixels, -1))


def test_pictures_of_different_sizes_are_reduced_in_proportion(write: Write) -> None:
    """A bar 40 high and 20 wide, on 56 × 56 and on 112 × 56 pixels: 28 / 56 and 28 / 112 of its size."""
    wide = np.zeros((56, 112), np.uint8)
    wide[8:48, 16:36] = 255
    square = np.zeros((56, 56), np.uint8)
    square[8:48, 16:36] = 255
    write("a/1.png", square)
    content = read(write("a/2.png", wide))
    small, smaller = (content.training.images > 127).astype(int)
    assert content.training.images.shape == (2, 28, 28)
    assert (small.sum(), smaller.sum()) == (20 * 10, 10 * 5)
    assert small[4:24, 8:18].all()
    assert smaller[9:19, 4:9].all()  # 14 rows in the middle of 28, so the bar begins 7 + 2 down
    assert content.warnings == (
        f"The pictures in {content.location} are of different sizes, or large, and were brought to 28×28 pixels.",
    )


def test_what_is_beside_a_narrow_picture_is_its_own_background(write: Write) -> None:
    write("a/1.png", np.full((20, 20), 40, np.uint8))
    content = read(write("a/2.png", np.full((40, 20), 40, np.uint8)))
    assert (content.training.images == 40).all()


def test_large_pictures_are_reduced(write: Write) -> None:
    pixels = np.zeros((300, 300), np.uint8)
    pixels[100:200, 100:200] = 255
    content = read(write("a/1.png", pixels))
    assert content.training.images.shape == (1, 28, 28)
    assert content.training.images[0, 14, 14] == 255


@pytest.mark.parametrize("n_light", [1, 2])
def test_a_set_on_light_paper_is_inverted_as_a_whole(write: Write, n_light: int) -> None:
    for number in range(3):
        pixels = digit(200) if number >= n_light else 255 - digit(200)
        folder = write(f"a/{number}.png", pixels)
    content = read(folder)
    expected = [digit(200) if number >= n_light else 255 - digit(200) for number in range(3)]
    if n_light == 2:
        expected = [255 - pixels for pixels in expected]
        assert "have a light background and were inverted" in content.warnings[0]
    np.testing.assert_array_equal(content.training.images, expected)


def test_what_is_no_picture_is_told(write: Write) -> None:
    folder = write("a/1.png", digit(9))
    (folder / "a" / "notes.txt").write_text("x")
    (folder / "a" / "more.txt").write_text("x")
    (folder / "a" / ".hidden").write_text("x")
    (folder / "a" / "deeper").mkdir()
    (folder / "empty").mkdir()
    content = read(folder)
    assert len(content.training.labels) == 1
    assert content.warnings == (
        f"{folder / 'a' / 'more.txt'}, and 1 more like it, is no picture and was left out.",
        "No picture is in the folder empty, which was left out.",
    )


def test_a_damaged_picture_among_many_is_left_out_and_named(write: Write) -> None:
    for number in range(10):
        folder = write(f"a/{number}.png", digit(9))
    broken = folder / "a" / "5.png"
    broken.write_bytes(broken.read_bytes()[:40])
    content = read(folder)
    assert len(content.training.labels) == 9
    assert content.warnings == (f"{broken} cannot be read as a picture and was left out.",)
    (folder / "a" / "6.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"must be whole; got 2 of 10 that are not, such as .*5\.png"):
        read(folder)


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(DataError, match="a sub-folder of pictures for each class; got no picture"):
        read(tmp_path)
    assert not folders_of_pictures(tmp_path)
    with pytest.raises(StorageError, match="Cannot read the data folder"):
        read(tmp_path / "missing")


def test_is_known_by_its_pictures(write: Write) -> None:
    assert folders_of_pictures(write("train/a/1.jpg", digit(3, (16, 16))))


def test_far_too_many_files_are_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        folder = write(f"a/{number}.png", digit(1))
    monkeypatch.setattr(picture_search, "_MAX_FILES", 3)
    with pytest.raises(DataError, match="must hold at most 3 files; got more"):
        read(folder)


@posix_only
def test_a_link_that_goes_in_circles_ends(write: Write) -> None:
    folder = write("a/1.png", digit(1))
    os.symlink(folder, folder / "a" / "loop")
    os.symlink(folder, folder / "around")
    os.symlink("itself", folder / "itself")
    os.symlink("itself.png", folder / "a" / "itself.png")
    assert read(folder).class_names == ("a",)
    assert folders_of_pictures(folder)


@pytest.mark.parametrize("inner", ["digits", "archive/digits"])
@pytest.mark.parametrize("training", ["", "train/"])
def test_an_unpacked_archive_may_have_folders_around_the_classes(write: Write, inner: str, training: str) -> None:
    for name in ("cat", "dog"):
        folder = write(f"{inner}/{training}{name}/1.png", digit(1))
    write("__MACOSX/._1.png", digit(1))
    assert folders_of_pictures(folder)
    content = read(folder)
    assert (content.name, content.class_names, content.warnings) == ("set", ("cat", "dog"), ())


@posix_only
def test_what_is_called_like_a_picture_must_be_a_file(write: Write) -> None:
    """A pipe would be waited for without end."""
    folder = write("a/1.png", digit(1))
    os.mkfifo(folder / "a" / "pipe.png")
    (folder / "a" / "folder.png").mkdir()
    os.symlink("nowhere", folder / "a" / "gone.png")
    content = read(folder)
    assert (len(content.training.labels), content.warnings) == (1, ())


def test_a_name_that_is_no_text_becomes_one(write: Write) -> None:
    folder = write("a/1.png", digit(1))
    try:
        os.rename(os.fsencode(folder / "a"), os.fsencode(folder) + b"/caf\xe9")
    except OSError:
        pytest.skip("this file system has names of text only")
    assert read(folder).class_names == ("caf\N{REPLACEMENT CHARACTER}",)


def test_reports_come_while_it_reads(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        folder = write(f"a/{number}.png", digit(1))
    monkeypatch.setattr("nnapp.storage.load_progress._INTERVAL_S", 0)
    reports = [(report.what, report.done, report.total, report.unit) for report in read_image_folders(folder)]
    assert reports[-3:] == [("Reading set", done, 3, "images") for done in range(3)]


def test_reports_come_while_earlier_pictures_are_reduced(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        write(f"a/{number}.png", digit(1))
    folder = write("a/3.png", digit(1, (9, 9)))
    monkeypatch.setattr("nnapp.storage.load_progress._INTERVAL_S", 0)
    reports = [(report.what, report.done, report.total) for report in read_image_folders(folder)]
    assert reports[-3:] == [("Bringing images to one size", done, 3) for done in range(3)]


def test_pictures_are_in_memory_once(write: Write) -> None:
    """200 pictures of 10,000 bytes; as many again are taken for what one picture and the labels need."""
    for number in range(200):
        folder = write(f"a/{number}.png", digit(1, (100, 100)))
    read(folder)  # what Pillow keeps
    tracemalloc.start()
    try:
        read(folder)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * 200 * 100 * 100


def test_more_pixels_than_fit_are_reduced(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a/1.png", digit(1, (40, 40)))
    folder = write("a/2.png", digit(1, (40, 40)))
    monkeypatch.setattr(picture_pile, "MAX_PIXEL_BYTES", 2 * 40 * 40)
    assert read(folder).training.images.shape == (2, 40, 40)
    monkeypatch.setattr(picture_pile, "MAX_PIXEL_BYTES", 2 * 40 * 40 - 1)
    assert read(folder).training.images.shape == (2, 28, 28)


def test_a_picture_that_may_not_be_opened_is_left_out(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        folder = write(f"{'ab'[number % 2]}/{number}.png", digit(100 + number))
    readable = image_folders.read_picture

    def refuse(path: str) -> Any:  # permissions do not stop the superuser
        if path.endswith("3.png"):
            raise StorageError(f"Cannot read {path}: permission is denied.")
        return readable(path)

    monkeypatch.setattr(image_folders, "read_picture", refuse)
    content = read(folder)
    assert len(content.training.labels) == 11
    assert any(
        sentence.endswith("3.png cannot be read as a picture and was left out.") for sentence in content.warnings
    )


def test_how_pictures_were_read_is_told(write: Write, tmp_path: Path) -> None:
    assert read(write("a/1.png", digit(200))).pictures == "as-read"
    light = write("a/1.png", 255 - digit(200))
    assert read(light).pictures == "as-read-inverted"
    # Twenty of 28 pixels in the middle, as MNIST's digits: such a set is learnt by digits in that form.
    ink = np.zeros((28, 28), np.uint8)
    ink[4:24, 6:22] = 255
    assert read(write("a/1.png", ink)).pictures == "like-mnist"
    ink = np.zeros((56, 56), np.uint8)
    ink[8:48, 12:44] = 255
    write("a/1.png", ink)
    assert read(write("b/1.png", digit(255, (28, 30)))).pictures == "as-read", "those that were reduced are not kept"

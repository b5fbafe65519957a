"""``nnapp data export``: every format, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.command_line import Result

from nnapp.cli.data_export import first_of_each_class, parse_indices
from nnapp.errors import DataError
from nnapp.storage.datasets import load_dataset

Run = Callable[..., Result]


def test_pictures_of_chosen_test_images(nnapp: Run, data: Path, tmp_path: Path) -> None:
    done = nnapp("data", "export", data, tmp_path / "out", "--indices", "3,13,5")
    assert (done.code, done.out) == (0, f"3 pictures written to {tmp_path / 'out'}.\n")
    names = ["digit_3_sample_1.png", "digit_3_sample_2.png", "digit_5_sample_1.png"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    with Image.open(tmp_path / "out" / names[1]) as picture:
        np.testing.assert_array_equal(np.asarray(picture), load_dataset(data).test_images[13])


def test_all_training_images(nnapp: Run, data: Path, tmp_path: Path) -> None:
    done = nnapp("data", "export", data, tmp_path / "out", "--split", "train", "--json")
    assert len(json.loads(done.out)["files"]) == 200 == len(list((tmp_path / "out").iterdir()))


def test_pictures_are_a_data_set_again(nnapp: Run, data: Path, tmp_path: Path) -> None:
    """Sorted into folders by their names."""
    nnapp("data", "export", data, tmp_path / "out")
    for path in list((tmp_path / "out").iterdir()):
        folder = tmp_path / "set" / path.name.split("_")[1]
        folder.mkdir(parents=True, exist_ok=True)
        path.rename(folder / path.name)
    record = json.loads(nnapp("data", "preview", tmp_path / "set", "--json").out)
    assert record["n_training_images"] + record["n_test_images"] == 80
    assert record["class_names"] == list("0123456789")


@pytest.mark.parametrize("kind", ["idx", "csv"])
def test_whole_data_sets(nnapp: Run, data: Path, tmp_path: Path, kind: str) -> None:
    assert nnapp("data", "export", data, tmp_path / "out", "--format", kind).code == 0
    read, expected = load_dataset(tmp_path / "out"), load_dataset(data)
    np.testing.assert_array_equal(read.test_images, expected.test_images)
    np.testing.assert_array_equal(read.training_labels, expected.training_labels)


def test_sheet(nnapp: Run, data: Path, tmp_path: Path) -> None:
    """Twenty in a row, 64 pixels wide and 80 high each."""
    path = tmp_path / "sheet.png"
    assert nnapp("data", "export", data, path, "--format", "sheet").out == f"Sheet written to {path}.\n"
    with Image.open(path) as sheet:
        assert sheet.size == (20 * 64 + 8, 4 * 80 + 8)
    again = nnapp("data", "export", data, path, "--format", "sheet")
    assert (again.code, "must not exist" in again.err) == (1, True)
    assert nnapp("data", "export", data, path, "--format", "sheet", "--indices", "0-3", "--force").code == 0
    with Image.open(path) as sheet:
        assert sheet.size == (4 * 64 + 8, 80 + 8)


def test_nothing_is_written_over(nnapp: Run, data: Path, tmp_path: Path) -> None:
    nnapp("data", "export", data, tmp_path / "out", "--indices", "3")
    again = nnapp("data", "export", data, tmp_path / "out", "--indices", "13")
    assert again.code == 1
    assert "got digit_3_sample_1.png. --force writes over them." in again.err
    assert nnapp("data", "export", data, tmp_path / "out", "--indices", "13", "--force").code == 0


@pytest.mark.parametrize(
    "options",
    ["--format idx --indices 1", "--format csv --split test", "--format csv --first 2", "--plain", "--first 0"],
)
def test_options_that_mean_nothing_are_refused(nnapp: Run, data: Path, tmp_path: Path, options: str) -> None:
    done = nnapp("data", "export", data, tmp_path / "out", *options.split())
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert not (tmp_path / "out").exists()


def test_all_images_of_both_sets(nnapp: Run, data: Path, tmp_path: Path) -> None:
    """Number 203 of all is number 3 of the test images."""
    nnapp("data", "export", data, tmp_path / "all", "--split", "all")
    assert len(list((tmp_path / "all").iterdir())) == 280
    nnapp("data", "export", data, tmp_path / "out", "--split", "all", "--indices", "203")
    [path] = (tmp_path / "out").iterdir()
    with Image.open(path) as picture:
        np.testing.assert_array_equal(np.asarray(picture), load_dataset(data).test_images[3])


def test_first_of_each_class(nnapp: Run, data: Path, tmp_path: Path) -> None:
    assert first_of_each_class(np.array([1, 0, 1, 1, 2, 0]), 2).tolist() == [1, 5, 0, 2, 4]
    assert nnapp("data", "export", data, tmp_path / "out", "--first", "2").code == 0
    names = [f"digit_{digit}_sample_{number}.png" for digit in range(10) for number in (1, 2)]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names


def test_plain_idx_files(nnapp: Run, data: Path, tmp_path: Path) -> None:
    assert nnapp("data", "export", data, tmp_path / "out", "--format", "idx", "--plain").code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
    ]
    np.testing.assert_array_equal(load_dataset(tmp_path / "out").test_images, load_dataset(data).test_images)


def test_what_a_format_does_not_hold_is_told(nnapp: Run, tmp_path: Path) -> None:
    for name in ("01", "02"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for number in range(5):
            Image.new("L", (4, 4), number).save(tmp_path / "set" / name / f"{number}.png")
    done = nnapp("data", "export", "set", "idx", "--format", "idx")
    assert "IDX files hold no names of classes: 0 is 01" in done.err
    done = nnapp("data", "export", "set", "csv", "--format", "csv")
    assert "numbers in one way: '01' is '1'" in done.err
    assert load_dataset(tmp_path / "csv").class_names == ("1", "2")


def test_stopped_by_the_keyboard(nnapp: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the fifth picture is compressed."""
    save = Image.Image.save
    n_saved = 0

    def save_four(image: Image.Image, *arguments: Any) -> None:
        nonlocal n_saved
        n_saved += 1
        if n_saved > 4:
            raise KeyboardInterrupt
        save(image, *arguments)

    monkeypatch.setattr(Image.Image, "save", save_four)
    done = nnapp("data", "export", data, tmp_path / "out")
    assert (done.code, done.err.splitlines()[-1], n_saved) == (1, "nnapp: Stopped.", 5)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_sheet_too_large_for_memory_is_refused(
    nnapp: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnapp.cli.data_export._MAX_SHEET_PIXELS", 2 * 784)
    done = nnapp("data", "export", data, "sheet.png", "--format", "sheet", "--first", "1")
    assert (done.code, "at most 1,568 pixels; got 7,840" in done.err) == (1, True)
    assert nnapp("data", "export", data, "sheet.png", "--format", "sheet", "--indices", "0,1").code == 0


def test_indices() -> None:
    assert parse_indices("0,5, 10-12", 20).tolist() == [0, 5, 10, 11, 12]
    for text in ("", "a", "-1", "5-3", "20", "0-20", "1,,2", "1-2-3", "²", "9" * 5000):
        with pytest.raises(DataError, match="up to 19; got"):
            parse_indices(text, 20)

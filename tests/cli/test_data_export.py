"""``nnapp data export``: every format, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.command_line import Result

from nnapp.cli.data_export import parse_indices
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
    assert nnapp("data", "export", data, path, "--format", "sheet").out == f"sheet.png written to {path}.\n"
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
    assert "got digit_3_sample_1.png" in again.err


def test_whole_sets_take_no_indices(nnapp: Run, data: Path, tmp_path: Path) -> None:
    done = nnapp("data", "export", data, tmp_path / "out", "--format", "idx", "--indices", "1")
    assert done.code == 1
    assert not (tmp_path / "out").exists()


def test_indices() -> None:
    assert parse_indices("0,5, 10-12", 20).tolist() == [0, 5, 10, 11, 12]
    for text in ("", "a", "-1", "5-3", "20", "0-20", "1,,2", "1-2-3", "²"):
        with pytest.raises(DataError, match="up to 19; got"):
            parse_indices(text, 20)

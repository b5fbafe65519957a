"""Data sets written for other programs, read back by the readers and by Pillow."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.data_sets import write_data_set

from nnapp.errors import DataError, StorageError
from nnapp.storage.dataset import Dataset, LabelledImages, SourceContent
from nnapp.storage.dataset_assembly import make_dataset
from nnapp.storage.dataset_export import export_csv, export_idx, export_pictures, picture_names
from nnapp.storage.datasets import DataChoice, load_dataset
from nnapp.storage.load_progress import drained


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return load_dataset(write_data_set(tmp_path / "rows"))


@pytest.fixture
def shapes() -> Dataset:
    """Return images of 4 × 6 pixels with names that need quotes."""
    rng = np.random.default_rng(0)
    labels = np.arange(12) % 3
    part = LabelledImages(rng.integers(0, 256, (12, 4, 6), np.uint8), labels)
    names = ("cross, thin", 'he said "ring"', "Ankle boot")
    content = SourceContent("shapes", part, part, names, "somewhere")
    return make_dataset(content, DataChoice("shapes"))


def test_names_of_pictures() -> None:
    assert picture_names(np.array([5, 0, 5]), tuple("0123456789")) == [
        "digit_5_sample_1.png",
        "digit_0_sample_1.png",
        "digit_5_sample_2.png",
    ]
    assert picture_names(np.array([0, 1, 2]), ("T-shirt/top", "..\\x:y", "お")) == [
        "T-shirt_top_sample_1.png",
        "_x_y_sample_1.png",
        "お_sample_1.png",
    ]


def test_no_two_classes_write_to_the_same_file() -> None:
    names = picture_names(np.array([0, 1, 2, 3]), ("a/b", "a b", "A b", "c"))
    assert len({name.casefold() for name in names}) == 4


def test_pictures(dataset: Dataset, tmp_path: Path) -> None:
    images, labels = dataset.test_images[:12], dataset.test_labels[:12]
    paths = drained(export_pictures(tmp_path / "out", images, labels, dataset.class_names))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in paths)
    for path, image in zip(paths, images, strict=True):
        with Image.open(path) as picture:
            assert picture.mode == "L"
            np.testing.assert_array_equal(np.asarray(picture), image)


def test_idx_files_are_read_back_the_same(dataset: Dataset, tmp_path: Path) -> None:
    drained(export_idx(tmp_path / "out", dataset))
    same_images(load_dataset(tmp_path / "out"), dataset)


def test_tables_are_read_back_the_same(dataset: Dataset, tmp_path: Path) -> None:
    paths = drained(export_csv(tmp_path / "out", dataset))
    assert [path.name for path in paths] == ["train.csv", "test.csv"]
    same_images(load_dataset(tmp_path / "out"), dataset)
    with open(paths[0], newline="") as stream:
        header, first, *rest = list(csv.reader(stream))
    assert header[:3] == ["label", "pixel0", "pixel1"]
    assert first == ["0", *map(str, dataset.training_images[0].reshape(-1).tolist())]
    assert len(rest) == 199


def test_names_of_classes_and_oblong_images_survive_in_tables(shapes: Dataset, tmp_path: Path) -> None:
    drained(export_csv(tmp_path / "out", shapes))
    read = load_dataset(tmp_path / "out")
    assert read.image_shape == (4, 6)
    assert set(read.class_names) == set(shapes.class_names)
    np.testing.assert_array_equal(read.training_images, shapes.training_images)
    names = [read.class_names[label] for label in read.test_labels]
    assert names == [shapes.class_names[label] for label in shapes.test_labels]


def same_images(read: Dataset, expected: Dataset) -> None:
    np.testing.assert_array_equal(read.training_images, expected.training_images)
    np.testing.assert_array_equal(read.training_labels, expected.training_labels)
    np.testing.assert_array_equal(read.test_images, expected.test_images)
    np.testing.assert_array_equal(read.test_labels, expected.test_labels)


def test_what_is_there_is_not_written_over(dataset: Dataset, tmp_path: Path) -> None:
    precious = tmp_path / "train.csv"
    precious.write_text("mine")
    with pytest.raises(StorageError, match=r"must not hold files of the names .*; got train\.csv\."):
        drained(export_csv(tmp_path, dataset))
    assert precious.read_text() == "mine"
    drained(export_csv(tmp_path, dataset, may_replace=True))
    assert precious.read_text().startswith("label,")


def test_a_stopped_export_leaves_no_half_file(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnapp.storage.load_progress._INTERVAL_S", 0)
    steps = export_csv(tmp_path / "out", dataset)
    next(steps)
    next(steps)
    steps.close()
    assert os.listdir(tmp_path / "out") == []


def test_a_file_in_the_place_of_the_folder(dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(StorageError):
        drained(export_idx(tmp_path / "out", dataset))


def test_a_byte_numbers_256_classes() -> None:
    labels = np.arange(600) % 300
    part = LabelledImages(np.zeros((600, 2, 2), np.uint8), labels)
    content = SourceContent("many", part, part, tuple(f"c{number}" for number in range(300)), "somewhere")
    with pytest.raises(DataError, match="at most 256 classes; got 300"):
        drained(export_idx("nowhere", make_dataset(content, DataChoice("many"))))

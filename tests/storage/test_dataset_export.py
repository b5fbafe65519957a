"""Data sets written for other programs, read back by the readers."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.data_sets import write_data_set

from nnapp.errors import DataError, StorageError
from nnapp.storage.dataset import Dataset, LabelledImages, SourceContent
from nnapp.storage.dataset_assembly import make_dataset
from nnapp.storage.dataset_export import csv_class_names, export_csv, export_idx
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


@pytest.mark.parametrize("is_gzipped", [False, True])
def test_idx_files_are_read_back_the_same(dataset: Dataset, tmp_path: Path, is_gzipped: bool) -> None:
    paths = drained(export_idx(tmp_path / "out", dataset, is_gzipped=is_gzipped))
    same_images(load_dataset(tmp_path / "out"), dataset)
    # RFC 1952: a gzip file begins with 1F 8B.
    assert [path.read_bytes()[:2] == b"\x1f\x8b" for path in paths] == [is_gzipped] * 4


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


@pytest.mark.parametrize(("export", "n_steps"), [(export_csv, 2), (export_csv, 270), (export_idx, 3)])
def test_a_stopped_export_leaves_no_file(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, export: Any, n_steps: int
) -> None:
    """In the first file or the last: 200 of the 280 images are in the first table."""
    monkeypatch.setattr("nnapp.storage.load_progress._INTERVAL_S", 0)
    steps = export(tmp_path / "out", dataset)
    for _ in range(n_steps):
        next(steps)
    steps.close()
    assert os.listdir(tmp_path / "out") == []


def test_progress_ends_with_all_of_it(dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnapp.storage.load_progress._INTERVAL_S", 0)
    last = list(export_idx(tmp_path / "idx", dataset))[-1]
    assert (last.done, last.total, last.unit) == (280 * (28 * 28 + 1), 280 * (28 * 28 + 1), "bytes")
    last = list(export_csv(tmp_path / "csv", dataset))[-1]
    assert (last.done, last.total, last.unit) == (280, 280, "images")


def test_names_of_classes_in_a_table() -> None:
    assert csv_class_names(("01", "2", "0")) == ("1", "2", "0")
    assert csv_class_names((" big\ncat", "Ankle  boot", "007b")) == ("big cat", "Ankle boot", "007b")
    # All of them numbers, they are read as such: 1e1 is 10.
    assert csv_class_names(("1.0", "1e1", "+2")) == ("1", "10", "2")
    assert csv_class_names(("1.0", "x")) == ("1.0", "x")
    for names in (("1", "01"), ("a b", "a  b"), ("a", " "), ("1.0", "1"), ("1e1", "10"), ("+2", "2")):
        with pytest.raises(DataError, match="must differ in more than spaces and the spelling of a number"):
            csv_class_names(names)


def test_names_with_leading_zeros_are_read_back_as_said(tmp_path: Path) -> None:
    part = LabelledImages(np.random.default_rng(0).integers(0, 256, (20, 2, 2), np.uint8), np.arange(20) % 2)
    for names in (("01", "02"), ("01", "b")):
        dataset = make_dataset(SourceContent("a", part, part, names, "somewhere"), DataChoice("a"))
        folder = tmp_path / names[1]
        drained(export_csv(folder, dataset))
        assert load_dataset(folder).class_names == csv_class_names(names)


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


@pytest.mark.parametrize("is_gzipped", [False, True])
def test_files_that_would_be_read_in_place_of_new_ones(dataset: Dataset, tmp_path: Path, is_gzipped: bool) -> None:
    older = load_dataset(write_data_set(tmp_path / "older", first=1))
    drained(export_idx(tmp_path / "out", older, is_gzipped=not is_gzipped))
    with pytest.raises(StorageError, match="must not hold files of the names that are to be written; got train-images"):
        drained(export_idx(tmp_path / "out", dataset, is_gzipped=is_gzipped))
    same_images(load_dataset(tmp_path / "out"), older)
    drained(export_idx(tmp_path / "out", dataset, is_gzipped=is_gzipped, may_replace=True))
    same_images(load_dataset(tmp_path / "out"), dataset)
    assert len(os.listdir(tmp_path / "out")) == 4

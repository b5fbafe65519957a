"""Synthetic digits are drawn once and then read; the drawing itself is tested in tests/digits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.digits.synthetic import VERSION, synthetic_digits
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.datasets import load_dataset, loading
from nnapp.storage.idx_file import write_idx
from nnapp.storage.source_names import SyntheticChoice
from nnapp.storage.sources.synthetic_sets import synthetic_folder

SOURCE = "synthetic:100:3"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's cache, in which nothing is yet."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "nnapp"


def refuse(*arguments: Any, **named: Any) -> Iterator[Any]:
    raise AssertionError("drawn again")


def arrays_of(dataset: Dataset) -> list[bytes]:
    arrays = (dataset.training_images, dataset.training_labels, dataset.test_images, dataset.test_labels)
    return [array.tobytes() for array in arrays]


def test_training_digits_are_those_of_the_seed_and_test_digits_others() -> None:
    dataset = load_dataset(SOURCE)
    images, labels = synthetic_digits(100, 3)
    np.testing.assert_array_equal(dataset.training_images, images)
    np.testing.assert_array_equal(dataset.training_labels, labels)
    # A sixth of 100; image 0 of the seed 2³² + 3 is the first of them.
    assert dataset.test_images.shape == (17, 28, 28)
    np.testing.assert_array_equal(dataset.test_images, synthetic_digits(17, 2**32 + 3)[0])
    assert (dataset.name, dataset.location, dataset.n_classes) == ("Synthetic digits", "drawn by nnapp", 10)
    assert dataset.choice == DataChoice(SOURCE)


def test_second_load_reads_what_was_drawn(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_dataset(SOURCE)
    folder = synthetic_folder(SyntheticChoice(100, 3))
    assert folder == cache / f"synthetic-{VERSION}-100-3"
    monkeypatch.setattr("nnapp.digits.synthetic.drawing_digits", refuse)
    assert arrays_of(load_dataset(SOURCE)) == arrays_of(first)
    assert load_dataset(folder).name == folder.name, "a data set like any other"


@pytest.mark.parametrize("name", ["t10k-labels-idx1-ubyte", "train-images-idx3-ubyte"])
@pytest.mark.parametrize("content", [b"", b"damaged", None])
def test_damaged_cache_is_drawn_anew(name: str, content: bytes | None) -> None:
    first = load_dataset(SOURCE)
    path = synthetic_folder(SyntheticChoice(100, 3)) / name
    whole = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert arrays_of(load_dataset(SOURCE)) == arrays_of(first)
    assert path.read_bytes() == whole


def test_cache_that_cannot_be_written_to_is_no_problem(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_bytes(b"a file in its place")
    assert load_dataset(SOURCE).n_classes == 10


def test_drawing_tells_how_far_it_is_and_leaves_nothing_half_done(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnapp.storage.load_progress._INTERVAL_S", 0)
    steps = loading(DataChoice("synthetic:600"))
    reports = [next(steps) for _ in range(3)]
    # In pieces of 256.
    assert [(report.what, report.done, report.total) for report in reports] == [
        ("Drawing training digits", 256, 600),
        ("Drawing training digits", 512, 600),
        ("Drawing training digits", 600, 600),
    ]
    steps.close()
    assert not cache.exists()


@pytest.mark.parametrize("n_kept", [99, 101])
def test_kept_files_that_do_not_agree_are_drawn_anew(n_kept: int) -> None:
    first = load_dataset(SOURCE)
    path = synthetic_folder(SyntheticChoice(100, 3)) / "train-labels-idx1-ubyte"
    write_idx(path, np.zeros(n_kept, np.uint8))
    assert arrays_of(load_dataset(SOURCE)) == arrays_of(first)

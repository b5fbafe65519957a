"""Data sets of any size load, MNIST is recognised, and what contradicts itself is refused in a sentence."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.errors import DataError, FileFormatError, StorageError
from nnapp.storage.datasets import find_dataset, load_dataset, locate_dataset
from nnapp.storage.idx_file import sha256_of_idx, write_idx
from nnapp.storage.published_datasets import DATASETS, FILE_NAMES, MNIST

GZIPPED_NAMES = (
    "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz"
)


def small_arrays(height: int = 5, width: int = 4, n_classes: int = 3) -> list[NDArray[Any]]:
    """Return images and labels to train with and to test with: 9 and 6 images of random brightness."""
    rng = np.random.default_rng(0)
    arrays: list[NDArray[Any]] = []
    for n_images in (9, 6):
        arrays.append(rng.integers(0, 256, (n_images, height, width), dtype="uint8"))
        arrays.append(np.arange(n_images, dtype="uint8") % n_classes)
    return arrays


def save(folder: Path, arrays: list[NDArray[Any]], spelling: str = "{}") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(FILE_NAMES, arrays, strict=True):
        write_idx(folder / spelling.format(name), array)
    return folder


def refusal_of(folder: Path, arrays: list[NDArray[Any]]) -> str:
    with pytest.raises(DataError) as caught:
        load_dataset(save(folder, arrays))
    return str(caught.value)


@pytest.mark.parametrize(("spelling", "name"), [("{}", "shapes"), ("{}.gz", "shapes"), ("emnist-{}.gz", "emnist")])
def test_any_image_size_and_number_of_classes(tmp_path: Path, spelling: str, name: str) -> None:
    arrays = small_arrays()
    dataset = load_dataset(save(tmp_path / "shapes", arrays, spelling))
    assert dataset.name == name
    assert dataset.image_shape == (5, 4)
    assert dataset.n_classes == 3
    assert dataset.class_names == ("0", "1", "2")
    assert dataset.warnings == ()
    assert dataset.folder == tmp_path / "shapes"
    loaded = (dataset.training_images, dataset.training_labels, dataset.test_images, dataset.test_labels)
    for array, expected, dtype in zip(loaded, arrays, ["uint8", "int64"] * 2, strict=True):
        np.testing.assert_array_equal(array, expected)
        assert array.dtype == dtype
        assert not array.flags.writeable


def test_the_repr_is_short(tmp_path: Path) -> None:
    assert "array" not in repr(load_dataset(save(tmp_path, small_arrays())))


def test_labels_of_another_integer_type(tmp_path: Path) -> None:
    arrays = small_arrays()
    arrays[1], arrays[3] = arrays[1].astype("int32"), arrays[3].astype("int8")
    dataset = load_dataset(save(tmp_path, arrays))
    np.testing.assert_array_equal(dataset.training_labels, arrays[1])
    assert dataset.test_labels.dtype == np.int64


def test_warnings_about_labels_are_kept(tmp_path: Path) -> None:
    arrays = small_arrays()
    arrays[3] %= 2
    assert load_dataset(save(tmp_path, arrays)).warnings == (f"Class 2 occurs only in the training set of {tmp_path}.",)


def test_label_out_of_range(tmp_path: Path) -> None:
    arrays = small_arrays()
    arrays[1][7] = 255
    assert refusal_of(tmp_path, arrays) == (
        f"Label 255 of training image 7 in {tmp_path} is out of range: labels must run from 0 to 2."
    )


@pytest.mark.parametrize(
    ("index", "changed", "sentence"),
    [
        (
            0,
            np.zeros((9, 5, 4, 3), "uint8"),
            "The training images in {} must be 3-dimensional (images, height, width) of type uint8; "
            "got 4-dimensional of type uint8.",
        ),
        (
            2,
            np.zeros((6, 5, 4), "float32"),
            "The test images in {} must be 3-dimensional (images, height, width) of type uint8; "
            "got 3-dimensional of type float32.",
        ),
        (
            1,
            np.zeros((9, 1), "uint8"),
            "The training labels in {} must be 1-dimensional integers; got 2-dimensional of type uint8.",
        ),
        (
            3,
            np.zeros(6, "float64"),
            "The test labels in {} must be 1-dimensional integers; got 1-dimensional of type float64.",
        ),
        (
            1,
            np.zeros(8, "uint8"),
            "The training images and labels in {} must be equally many; got 9 images and 8 labels.",
        ),
        (
            3,
            np.zeros(7, "uint8"),
            "The test images and labels in {} must be equally many; got 6 images and 7 labels.",
        ),
        (
            2,
            np.zeros((6, 4, 5), "uint8"),
            "Training and test images in {} must be of the same size; got 5 × 4 and 4 × 5 pixels.",
        ),
        (
            2,
            np.zeros((6, 0, 5), "uint8"),
            "The test set in {} must have at least one image of at least one pixel; got 6 images of 0 × 5 pixels.",
        ),
    ],
)
def test_files_that_contradict_each_other(tmp_path: Path, index: int, changed: NDArray[Any], sentence: str) -> None:
    arrays = small_arrays()
    arrays[index] = changed
    assert refusal_of(tmp_path, arrays) == sentence.format(tmp_path)


def test_empty_data_set(tmp_path: Path) -> None:
    arrays = small_arrays()
    arrays[2:] = [np.zeros((0, 5, 4), "uint8"), np.zeros(0, "uint8")]
    assert refusal_of(tmp_path, arrays) == (
        f"The test set in {tmp_path} must have at least one image of at least one pixel; got 0 images of 5 × 4 pixels."
    )


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path)
    assert str(caught.value) == f"No data set is in {tmp_path}; put the four files {GZIPPED_NAMES} there."
    save(tmp_path, small_arrays())
    (tmp_path / FILE_NAMES[1]).unlink()
    (tmp_path / FILE_NAMES[2]).unlink()
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path)
    assert str(caught.value) == (
        f"The data set in {tmp_path} is incomplete: train-labels-idx1-ubyte and t10k-images-idx3-ubyte must be there "
        "too, gzipped or not; got only train-images-idx3-ubyte and t10k-labels-idx1-ubyte."
    )


def test_images_of_the_same_shape_as_mnist_get_a_warning(tmp_path: Path) -> None:
    dataset = load_dataset(save(tmp_path, small_arrays(28, 28)))
    assert dataset.warnings == (
        f"The data set in {tmp_path} has the checksums of none of MNIST, Fashion-MNIST and KMNIST; "
        "it is used as it is.",
    )


def test_published_set_with_one_changed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = small_arrays(28, 28)
    digests = [sha256_of_idx(array) for array in arrays]
    files = tuple(dataclasses.replace(file, sha256=digest) for file, digest in zip(MNIST.files, digests, strict=True))
    monkeypatch.setitem(DATASETS, "mnist", dataclasses.replace(MNIST, files=files, class_names=("a", "b", "c")))
    dataset = load_dataset(save(tmp_path, arrays))
    assert (dataset.name, dataset.class_names, dataset.warnings) == ("MNIST", ("a", "b", "c"), ())
    arrays[3] = arrays[3][::-1]
    dataset = load_dataset(save(tmp_path, arrays))
    assert dataset.name == tmp_path.name
    assert dataset.class_names == ("0", "1", "2")
    assert dataset.warnings == (
        f"The data set in {tmp_path} is not the published MNIST: "
        "the content of t10k-labels-idx1-ubyte differs from it.",
    )


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the folders that are searched, in order, none of which exists."""
    (tmp_path / "current").mkdir()
    (tmp_path / "project" / "nnapp").mkdir(parents=True)
    (tmp_path / "project" / "setup.cfg").write_bytes(b"")
    monkeypatch.setattr(
        "nnapp.storage.folders.__file__", str(tmp_path / "project" / "nnapp" / "storage" / "folders.py")
    )
    monkeypatch.chdir(tmp_path / "current")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NNAPP_DATA", str(tmp_path / "named"))
    folders = ["named", "current/data", "project/data", "cache/nnapp/mnist"]
    return [(tmp_path / folder).resolve() for folder in folders]


def test_places_are_searched_in_order(places: list[Path]) -> None:
    for place in reversed(places):
        save(place, small_arrays())
        assert locate_dataset() == place
        assert find_dataset().folder == place


def test_folder_given_is_the_only_place(places: list[Path], tmp_path: Path) -> None:
    save(places[0], small_arrays())
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="No data set is in"):
        find_dataset(tmp_path / "empty")
    with pytest.raises(StorageError, match="it does not exist"):
        find_dataset(tmp_path / "missing")
    save(tmp_path / "given", small_arrays(7, 7))
    assert find_dataset(tmp_path / "given").image_shape == (7, 7)


def test_found_nowhere(places: list[Path]) -> None:
    assert locate_dataset() is None
    with pytest.raises(DataError) as caught:
        find_dataset()
    looked_in = f"{places[0]}, {places[1]}, {places[2]} and {places[3]}"
    assert str(caught.value) == (
        f"No MNIST data set is in {looked_in}; put the four files {GZIPPED_NAMES} into {places[0]}."
    )


def test_incomplete_place_is_passed_over_but_named(places: list[Path]) -> None:
    save(places[1], small_arrays())
    (places[1] / FILE_NAMES[3]).unlink()
    assert locate_dataset() is None
    with pytest.raises(DataError, match="is incomplete: t10k-labels-idx1-ubyte must be there"):
        find_dataset()
    save(places[2], small_arrays())
    assert find_dataset().folder == places[2]


def test_damaged_place_is_not_passed_over(places: list[Path]) -> None:
    save(places[0], small_arrays())
    save(places[1], small_arrays())
    (places[0] / FILE_NAMES[3]).write_bytes(b"damaged")
    with pytest.raises(FileFormatError, match="t10k-labels-idx1-ubyte must start with two zero bytes"):
        find_dataset()


def test_real_mnist(mnist_folder: Path) -> None:
    dataset = load_dataset(mnist_folder)
    assert dataset.name == "MNIST"
    assert dataset.warnings == ()
    assert dataset.class_names == tuple("0123456789")
    assert dataset.training_images.shape == (60_000, 28, 28)
    assert dataset.test_images.shape == (10_000, 28, 28)
    # Counts as published for the training set and for the test set.
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(dataset.training_labels).tolist() == counts
    assert np.bincount(dataset.test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_real_mnist_with_one_damaged_label(mnist_folder: Path, tmp_path: Path) -> None:
    for path in mnist_folder.glob("*idx*"):
        shutil.copyfile(path, tmp_path / path.name)
    dataset = load_dataset(mnist_folder)
    labels = dataset.test_labels.astype("uint8")
    labels[1234] = 10
    for path in tmp_path.glob("t10k-labels*"):
        path.unlink()
    write_idx(tmp_path / FILE_NAMES[3], labels)
    with pytest.raises(DataError, match=r"^Label 10 of test image 1234 in .* must run from 0 to 9\.$"):
        load_dataset(tmp_path)

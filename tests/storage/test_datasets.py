"""Data sets of any size load, MNIST is recognised, and what contradicts itself is refused in a sentence."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.errors import DataError, FileFormatError
from nnapp.storage.dataset import DataChoice
from nnapp.storage.datasets import load_dataset, loading, locate_dataset, locate_published
from nnapp.storage.idx_file import sha256_of_idx, write_idx
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.personal_digits import PersonalDigits
from nnapp.storage.published_datasets import DATASETS, FILE_NAMES, KMNIST, MNIST, PublishedDataset
from nnapp.storage.source_names import SyntheticChoice

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
    assert dataset.location == str(tmp_path / "shapes")
    assert dataset.choice == DataChoice(str(tmp_path / "shapes"))
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
    assert load_dataset(save(tmp_path, arrays)).warnings == ("Class 2 occurs only in the training set.",)


def test_damaged_label(tmp_path: Path) -> None:
    arrays = small_arrays(n_classes=2)
    arrays[1][7] = 255
    # 5 + 3 labels are 0, and 4 + 3 are 1, of which one is lost: the median of 8, 6 and 1 is 6.
    assert refusal_of(tmp_path, arrays) == (
        f"Label 255 of training image 7 in {tmp_path} must be one that many images have; "
        "got one that no other image has, while the usual label has 6."
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
    assert str(caught.value) == (
        f"No data set is in {tmp_path}: it must hold four IDX files (train-images-idx3-ubyte, train-labels-idx1-ubyte, "
        "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, gzipped or not), a sub-folder of images for each class, "
        "CSV files or an .npz file."
    )
    save(tmp_path, small_arrays())
    (tmp_path / FILE_NAMES[1]).unlink()
    (tmp_path / FILE_NAMES[2]).unlink()
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path)
    assert str(caught.value) == (
        f"The data set in {tmp_path} is incomplete: train-labels-idx1-ubyte and t10k-images-idx3-ubyte must be there "
        "too, gzipped or not; got only train-images-idx3-ubyte and t10k-labels-idx1-ubyte."
    )


def test_single_pair_of_files_is_split(tmp_path: Path) -> None:
    images, labels = np.arange(20 * 12, dtype="uint8").reshape(20, 3, 4), np.arange(20, dtype="uint8") % 2 + 1
    write_idx(tmp_path / "letters-images-idx3-ubyte.gz", images)
    write_idx(tmp_path / "letters-labels-idx1-ubyte", labels)
    dataset = load_dataset(tmp_path)
    assert (dataset.name, dataset.class_names) == ("letters", ("1", "2"))
    # A fifth of each class.
    assert np.bincount(dataset.test_labels).tolist() == [2, 2]
    assert np.bincount(dataset.training_labels).tolist() == [8, 8]
    together = np.concatenate([dataset.training_images, dataset.test_images])
    assert sorted(image.tobytes() for image in together) == sorted(image.tobytes() for image in images)


def test_choice_of_split_is_kept(tmp_path: Path) -> None:
    save(tmp_path, small_arrays())
    dataset = load_dataset(DataChoice(str(tmp_path), 0.4, 3))
    assert dataset.choice == DataChoice(str(tmp_path), 0.4, 3)
    assert (len(dataset.training_labels), len(dataset.test_labels)) == (9, 6)
    again = load_dataset(dataset.choice)
    np.testing.assert_array_equal(again.test_images, dataset.test_images)


def test_path_may_be_relative_or_of_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / "mnist", small_arrays())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for source in ("./mnist", "~/mnist", Path("mnist")):
        assert load_dataset(source).choice == DataChoice(str(tmp_path / "mnist"))


def test_loading_tells_how_far_it_is_and_can_be_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnapp.storage.load_progress._INTERVAL_S", 0)
    save(tmp_path, small_arrays())
    steps = loading(DataChoice(str(tmp_path)))
    # 9 images of 5 × 4 pixels.
    assert next(steps) == LoadProgress("Reading train-images-idx3-ubyte", 180, 180, "bytes")
    steps.close()
    assert len(list(loading(DataChoice(str(tmp_path))))) == 4


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
    folders = [
        *("named/mnist", "named", "current/data/mnist", "current/data", "project/data/mnist", "project/data"),
        "cache/nnapp/mnist",
    ]
    return [(tmp_path / folder).resolve() for folder in folders]


def test_places_are_searched_in_order(places: list[Path]) -> None:
    for place in reversed(places):
        save(place, small_arrays())
        assert locate_dataset() == place
        assert load_dataset().choice == DataChoice(str(place))


def test_folder_given_is_the_only_place(places: list[Path], tmp_path: Path) -> None:
    save(places[0], small_arrays())
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="No data set is in"):
        load_dataset(tmp_path / "empty")
    with pytest.raises(DataError) as caught:
        load_dataset(tmp_path / "missing")
    assert str(caught.value) == (
        "The data set must be a known name (mnist, fashion-mnist, kmnist, synthetic, mine) or a folder or file that "
        f"exists; got {tmp_path / 'missing'}."
    )
    save(tmp_path / "given", small_arrays(7, 7))
    assert load_dataset(tmp_path / "given").image_shape == (7, 7)


@pytest.fixture
def few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw only 100 digits where none were asked for."""
    monkeypatch.setattr("nnapp.storage.datasets.SyntheticChoice", lambda: SyntheticChoice(100))


@pytest.mark.usefixtures("few_digits")
def test_found_nowhere_synthetic_digits_take_its_place(places: list[Path]) -> None:
    assert locate_dataset() is None
    dataset = load_dataset()
    assert (dataset.name, dataset.choice) == ("Synthetic digits", DataChoice("synthetic:100:0"))
    assert dataset.warnings[0] == (
        f"No MNIST data set is in {', '.join(map(str, places[:-1]))} and {places[-1]}, so digits drawn by nnapp are "
        f"used; `nnapp data download mnist` fetches the real ones, or put the four files {GZIPPED_NAMES} into "
        f"{places[0]}."
    )


@pytest.mark.usefixtures("few_digits")
def test_incomplete_place_is_passed_over_but_named(places: list[Path]) -> None:
    save(places[1], small_arrays())
    (places[1] / FILE_NAMES[3]).unlink()
    assert locate_dataset() is None
    dataset = load_dataset()
    assert dataset.name == "Synthetic digits"
    assert "is incomplete: t10k-labels-idx1-ubyte must be there" in dataset.warnings[0]
    save(places[2], small_arrays())
    assert load_dataset().location == str(places[2])


def test_damaged_place_is_not_passed_over(places: list[Path]) -> None:
    save(places[0], small_arrays())
    save(places[1], small_arrays())
    (places[0] / FILE_NAMES[3]).write_bytes(b"damaged")
    with pytest.raises(FileFormatError, match="t10k-labels-idx1-ubyte must start with two zero bytes"):
        load_dataset()


def publish(published: PublishedDataset, arrays: list[NDArray[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Make arrays the content that a published set is known by."""
    digests = [sha256_of_idx(array) for array in arrays]
    files = tuple(
        dataclasses.replace(file, sha256=digest) for file, digest in zip(published.files, digests, strict=True)
    )
    changed = dataclasses.replace(published, files=files, class_names=("a", "b", "c"))
    monkeypatch.setitem(DATASETS, published.folder_name, changed)


def test_known_name_is_the_published_set_and_no_other(places: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    others = small_arrays(6, 6)
    others[3] = others[3][::-1]
    save(places[0], others)
    publish(MNIST, small_arrays(), monkeypatch)
    with pytest.raises(DataError) as caught:
        load_dataset("mnist")
    assert str(caught.value).startswith(f"MNIST is not in {places[0]}, ")
    assert "`nnapp data download mnist` fetches it, or put the four files train-images-idx3-ubyte.gz" in str(
        caught.value
    )
    save(places[2], small_arrays())
    for name in ("mnist", "MNIST"):
        dataset = load_dataset(name)
        assert (dataset.name, dataset.choice, dataset.location) == ("MNIST", DataChoice("mnist"), str(places[2]))
    assert dataset.licence == MNIST.licence


def test_set_known_by_its_gzipped_files_alone(places: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = save(places[-1].parent / "kmnist", small_arrays(), "{}.gz")
    digests = [hashlib.sha256((folder / f"{name}.gz").read_bytes()).hexdigest() for name in FILE_NAMES]
    files = tuple(
        dataclasses.replace(file, gzip_sha256=digest) for file, digest in zip(KMNIST.files, digests, strict=True)
    )
    changed = dataclasses.replace(KMNIST, files=files, class_names=("a", "b", "c"))
    monkeypatch.setitem(DATASETS, "kmnist", changed)
    assert locate_published(changed) == folder
    assert load_dataset("kmnist").name == "KMNIST"


def test_own_digits_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNAPP_HOME", str(tmp_path))
    with pytest.raises(DataError, match="There are no digits of your own yet"):
        load_dataset("mine")
    digits = PersonalDigits()
    for label in (2, 2, 8, 8, 8, 2):
        digits.add(np.full((28, 28), label, "uint8"), label)
    dataset = load_dataset("mine")
    assert (dataset.name, dataset.class_names, dataset.choice) == ("Own digits", ("2", "8"), DataChoice("mine"))
    # The second of six goes to the test images.
    assert (dataset.training_labels.tolist(), dataset.test_labels.tolist()) == ([0, 1, 1, 1, 0], [0])


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
    # Of eleven labels, the median is the sixth largest count.
    with pytest.raises(DataError, match=r"^Label 10 of test image 1234 in .* no other image has, while the usual "):
        load_dataset(tmp_path)


def test_images_that_are_too_large_are_refused_by_their_header(tmp_path: Path) -> None:
    write_idx(tmp_path / "train-images-idx3-ubyte", np.zeros((2, 1025, 3), np.uint8))
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.zeros(2, np.uint8))
    with pytest.raises(DataError, match="ubyte must be at most 1,024 × 1,024 pixels; got 1025 × 3"):
        load_dataset(tmp_path)

"""The four files are found in every spelling they are published in, and never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnapp.errors import DataError, StorageError
from nnapp.storage.dataset_files import find_dataset_files, join_words
from nnapp.storage.published_datasets import FILE_NAMES


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(b"")


@pytest.mark.parametrize(
    ("names", "prefix"),
    [
        (FILE_NAMES, ""),
        ([f"{name}.gz" for name in FILE_NAMES], ""),
        ([name.replace("-idx", ".idx") for name in FILE_NAMES], ""),
        ([name.replace("-idx", ".idx") + ".gz" for name in FILE_NAMES], ""),
        ([f"emnist-digits-{name}.gz" for name in FILE_NAMES], "emnist-digits"),
        # EMNIST's own spelling.
        ([f"emnist-letters-{name.replace('t10k', 'test')}.gz" for name in FILE_NAMES], "emnist-letters"),
        ([name.upper() for name in FILE_NAMES], ""),
    ],
)
def test_every_spelling(tmp_path: Path, names: list[str], prefix: str) -> None:
    touch(tmp_path, "README.md", "backup-of-mnist.zip", *names)
    files = find_dataset_files(tmp_path)
    assert files.prefix == prefix
    assert files.missing == ()
    assert [files.paths[name].name for name in FILE_NAMES] == list(names)


def test_spellings_may_be_mixed(tmp_path: Path) -> None:
    names = [
        "train-images.idx3-ubyte",
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte",
        "test-labels.idx1-ubyte.gz",
    ]
    touch(tmp_path, *names)
    assert [path.name for path in find_dataset_files(tmp_path).paths.values()] == names


@pytest.mark.parametrize("plain", ["train-images-idx3-ubyte", "train-images.idx3-ubyte"])
def test_uncompressed_file_is_preferred(tmp_path: Path, plain: str) -> None:
    touch(tmp_path, plain, *[f"{name}.gz" for name in FILE_NAMES])
    assert find_dataset_files(tmp_path).paths[FILE_NAMES[0]].name == plain


def test_missing_files_are_named(tmp_path: Path) -> None:
    assert find_dataset_files(tmp_path).missing == FILE_NAMES
    touch(tmp_path, FILE_NAMES[0], FILE_NAMES[3])
    assert find_dataset_files(tmp_path).missing == ("train-labels-idx1-ubyte", "t10k-images-idx3-ubyte")


def test_other_names_and_folders_are_left_out(tmp_path: Path) -> None:
    touch(tmp_path, "trainimages-idx3-ubyte", "train-images-idx3-ubyte.part", "train-images-idx3-ubyte.gz.part")
    (tmp_path / FILE_NAMES[0]).mkdir()
    assert find_dataset_files(tmp_path).paths == {}


def test_two_files_for_one_part(tmp_path: Path) -> None:
    touch(tmp_path, *FILE_NAMES, "train-images.idx3-ubyte")
    with pytest.raises(DataError) as caught:
        find_dataset_files(tmp_path)
    assert str(caught.value) == (
        f"The folder {tmp_path} must hold one file for train-images-idx3-ubyte; "
        "got train-images-idx3-ubyte and train-images.idx3-ubyte."
    )


def test_two_complete_data_sets(tmp_path: Path) -> None:
    touch(tmp_path, *FILE_NAMES, *[f"emnist-digits-{name}" for name in FILE_NAMES])
    with pytest.raises(DataError) as caught:
        find_dataset_files(tmp_path)
    assert str(caught.value) == (
        f"The folder {tmp_path} must hold one data set; got 2, those of emnist-digits-train-images-idx3-ubyte and "
        "train-images-idx3-ubyte."
    )


def test_the_complete_one_of_several_data_sets(tmp_path: Path) -> None:
    touch(tmp_path, *FILE_NAMES[:3], *[f"emnist-digits-{name}" for name in FILE_NAMES])
    assert find_dataset_files(tmp_path).prefix == "emnist-digits"


def test_files_of_different_data_sets_are_not_mixed(tmp_path: Path) -> None:
    touch(tmp_path, *FILE_NAMES[:3], f"emnist-digits-{FILE_NAMES[3]}")
    assert find_dataset_files(tmp_path).missing == (FILE_NAMES[3],)


def test_folder_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        find_dataset_files(tmp_path / "missing")
    assert str(caught.value) == f"Cannot read the data folder {tmp_path / 'missing'}: it does not exist."
    touch(tmp_path, "file")
    with pytest.raises(StorageError) as caught:
        find_dataset_files(tmp_path / "file")
    assert str(caught.value) == f"Cannot read the data folder {tmp_path / 'file'}: it is a file, not a folder."


def test_join_words() -> None:
    assert join_words([]) == ""
    assert join_words(["a"]) == "a"
    assert join_words(["a", "b"]) == "a and b"
    assert join_words(("a", "b", "c")) == "a, b and c"


@pytest.mark.parametrize(
    ("names", "prefix"),
    [
        (("images-idx3-ubyte", "labels-idx1-ubyte.gz"), ""),
        (("shapes-images-idx3-ubyte", "shapes-labels.idx1-ubyte"), "shapes"),
        (("train-images-idx3-ubyte", "train-labels-idx1-ubyte"), ""),
        (("my-test-images-idx3-ubyte", "my-test-labels-idx1-ubyte"), "my"),
    ],
)
def test_only_pair(tmp_path: Path, names: tuple[str, str], prefix: str) -> None:
    touch(tmp_path, *names)
    files = find_dataset_files(tmp_path)
    assert files.only_pair == (tmp_path / names[0], tmp_path / names[1])
    assert files.prefix == prefix


@pytest.mark.parametrize("names", [(), FILE_NAMES, FILE_NAMES[:1], FILE_NAMES[:3], (FILE_NAMES[0], FILE_NAMES[3])])
def test_other_files_are_no_only_pair(tmp_path: Path, names: tuple[str, ...]) -> None:
    touch(tmp_path, *names)
    assert find_dataset_files(tmp_path).only_pair is None

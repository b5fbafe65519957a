"""A person's own digits: kept, counted, taken back, mended, and a data set that loads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.errors import DataError, FileFormatError, StorageError
from nnapp.storage.datasets import load_dataset
from nnapp.storage.idx_file import read_idx, write_idx
from nnapp.storage.personal_digits import PersonalDigits

TRAINING = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
TEST = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def digit(number: int, shape: tuple[int, int] = (28, 28)) -> NDArray[np.uint8]:
    """Return an image that tells which one it is."""
    return np.full(shape, number, np.uint8)


def labels_in(folder: Path, names: tuple[str, str]) -> list[int]:
    return list(read_idx(folder / names[1]))


@pytest.fixture
def digits(tmp_path: Path) -> PersonalDigits:
    return PersonalDigits(tmp_path / "own")


def test_one_of_six_goes_to_the_test_files_and_its_place_moves_on(digits: PersonalDigits) -> None:
    for number in range(36):
        digits.add(digit(number), number)

    # Place 1 of 0…5, place 2 of 6…11, 3 of 12…17, 4 of 18…23, 5 of 24…29 and 0 of 30…35.
    expected = [0 + 1, 6 + 2, 12 + 3, 18 + 4, 24 + 5, 30 + 0]
    assert labels_in(digits.folder, TEST) == expected
    assert labels_in(digits.folder, TRAINING) == [number for number in range(36) if number not in expected]
    for names in (TRAINING, TEST):
        images = read_idx(digits.folder / names[0])
        assert images.shape[1:] == (28, 28)
        assert images[:, 0, 0].tolist() == labels_in(digits.folder, names)


def test_digits_drawn_in_turn_are_soon_tested_in_every_class(digits: PersonalDigits) -> None:
    for number in range(120):
        digits.add(digit(0), number % 10)

    assert set(labels_in(digits.folder, TEST)) == set(range(10))


def test_what_is_kept_can_be_loaded_and_trained_on(digits: PersonalDigits) -> None:
    for number in range(40):
        digits.add(digit(number), number % 10)

    dataset = load_dataset(digits.folder)
    assert (len(dataset.training_images), len(dataset.test_images)) == (33, 7)
    assert dataset.n_classes == 10
    assert digits.why_not_trainable() == ""


def test_says_why_it_cannot_be_trained_on_yet(digits: PersonalDigits) -> None:
    assert digits.why_not_trainable().startswith("Two digits are needed")
    digits.add(digit(1), 0)
    assert digits.why_not_trainable().startswith("Two digits are needed")
    digits.add(digit(2), 0)
    assert "must have at least 2 classes; got only class 0" in digits.why_not_trainable()
    digits.add(digit(3), 1)
    assert digits.why_not_trainable() == ""


def test_counts_are_of_both_files(digits: PersonalDigits) -> None:
    assert digits.counts() == {}
    for label in (7, 7, 3):
        digits.add(digit(0), label)

    assert digits.counts() == {7: 2, 3: 1}
    assert PersonalDigits(digits.folder).counts() == {7: 2, 3: 1}


def test_undo_takes_back_one_after_the_other(digits: PersonalDigits) -> None:
    assert not digits.can_undo
    for label in (4, 5, 6):
        digits.add(digit(label), label)

    digits.undo()
    assert digits.counts() == {4: 1, 5: 1}
    digits.undo()
    assert labels_in(digits.folder, TRAINING) == [4]
    assert labels_in(digits.folder, TEST) == []
    assert digits.can_undo
    # The place that became free is the test files' again.
    digits.add(digit(9), 9)
    assert labels_in(digits.folder, TEST) == [9]


def test_what_an_earlier_window_kept_is_not_taken_back(digits: PersonalDigits) -> None:
    digits.add(digit(1), 1)
    later = PersonalDigits(digits.folder)

    with pytest.raises(DataError, match="there is none to remove"):
        later.undo()
    assert later.counts() == {1: 1}


def test_another_size_is_refused(digits: PersonalDigits) -> None:
    digits.add(digit(1), 1)
    with pytest.raises(DataError, match="must have 28×28 pixels, as those kept before have; got 8×9"):
        digits.add(digit(1, (8, 9)), 1)
    assert digits.counts() == {1: 1}


@pytest.mark.parametrize("label", [-1, 256])
def test_label_that_is_no_byte_is_refused(digits: PersonalDigits, label: int) -> None:
    with pytest.raises(DataError, match="must be 0…255"):
        digits.add(digit(1), label)
    assert not digits.folder.exists()


@pytest.mark.parametrize(("n_images", "n_labels"), [(3, 2), (2, 3)])
def test_interrupted_pair_is_mended_when_it_is_opened(tmp_path: Path, n_images: int, n_labels: int) -> None:
    images = np.stack([digit(number) for number in range(n_images)])
    write_idx(tmp_path / TRAINING[0], images)
    write_idx(tmp_path / TRAINING[1], np.arange(n_labels, dtype=np.uint8))

    digits = PersonalDigits(tmp_path)

    assert digits.counts() == {0: 1, 1: 1}
    assert read_idx(tmp_path / TRAINING[0])[:, 0, 0].tolist() == labels_in(tmp_path, TRAINING) == [0, 1]


def test_damaged_file_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    damaged = b"\0\0\x08\x03 but then"
    (tmp_path / TRAINING[0]).write_bytes(damaged)
    write_idx(tmp_path / TRAINING[1], np.zeros(1, np.uint8))

    digits = PersonalDigits(tmp_path)

    assert digits.counts() == {}
    with pytest.raises(FileFormatError):
        digits.add(digit(1), 1)
    assert (tmp_path / TRAINING[0]).read_bytes() == damaged


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    digits = PersonalDigits(tmp_path / "file" / "own")

    with pytest.raises(StorageError):
        digits.add(digit(1), 1)
    assert not digits.can_undo


def test_usual_place_is_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNAPP_HOME", str(tmp_path))

    assert PersonalDigits().folder == tmp_path / "personal-digits"

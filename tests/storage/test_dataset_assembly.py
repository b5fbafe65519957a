"""What was read is checked, split by seed and class, and its labels numbered."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnapp.errors import DataError
from nnapp.storage.dataset import DataChoice, LabelledImages, SourceContent
from nnapp.storage.dataset_assembly import make_dataset


def part(labels: list[int] | NDArray[Any], first: int = 0, shape: tuple[int, int] = (2, 3)) -> LabelledImages:
    """Return images that all differ, each telling its number in its first two pixels."""
    images = np.zeros((len(labels), *shape), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(first, first + len(labels)), 256)
    return LabelledImages(images, np.asarray(labels, np.int64))


def content(training: LabelledImages, test: LabelledImages | None = None, **others: Any) -> SourceContent:
    return SourceContent(
        **{"name": "set", "class_names": (), "location": "/data"} | others, training=training, test=test
    )


def numbers(images: NDArray[np.uint8]) -> list[int]:
    return (images[:, 0, 0].astype(int) * 256 + images[:, 0, 1]).tolist()


def refusal_of(*parts: Any, choice: DataChoice = DataChoice(), **others: Any) -> str:  # noqa: B008 (it is frozen)
    with pytest.raises(DataError) as caught:
        make_dataset(content(*parts, **others), choice)
    return str(caught.value)


def test_own_test_images_stay() -> None:
    choice = DataChoice("here", split_seed=3)
    dataset = make_dataset(content(part([0, 1] * 5), part([1, 0], 100), licence="free", warnings=("Careful.",)), choice)
    assert numbers(dataset.training_images) == [*range(10)]
    assert numbers(dataset.test_images) == [100, 101]
    assert (dataset.name, dataset.choice, dataset.location, dataset.licence) == ("set", choice, "/data", "free")
    assert dataset.warnings == ("Careful.",)
    assert not any(array.flags.writeable for array in (dataset.training_images, dataset.test_labels))


def test_a_fifth_is_set_apart_where_there_are_no_test_images() -> None:
    labels = np.repeat([0, 1, 2], [50, 30, 20])
    dataset = make_dataset(content(part(labels)), DataChoice())
    assert np.bincount(dataset.test_labels).tolist() == [10, 6, 4]
    assert np.bincount(dataset.training_labels).tolist() == [40, 24, 16]
    assert dataset.warnings == ()


@given(
    labels=st.lists(st.integers(0, 3), min_size=40, max_size=80),
    fraction=st.floats(0.05, 0.9),
    seed=st.integers(0, 5),
    n_own=st.integers(0, 20),
)
def test_every_image_is_on_one_side_with_its_label(labels: list[int], fraction: float, seed: int, n_own: int) -> None:
    names = ("a", "b", "c", "d")
    own = part(labels[:n_own], 500) if n_own else None
    source = content(part(labels[n_own:]), own, class_names=names)
    assume(len(set(labels)) > 1)
    dataset = make_dataset(source, DataChoice("", fraction, seed))
    there = dict(zip(numbers(source.training.images), source.training.labels.tolist(), strict=True))
    if own is not None:
        there |= dict(zip(numbers(own.images), own.labels.tolist(), strict=True))
    sides = [
        dict(zip(numbers(images), some_labels.tolist(), strict=True))
        for images, some_labels in (
            (dataset.training_images, dataset.training_labels),
            (dataset.test_images, dataset.test_labels),
        )
    ]
    assert sides[0] | sides[1] == there
    assert not sides[0].keys() & sides[1].keys()
    assert sides[1]
    counts, shares = Counter(labels), Counter(sides[1].values())
    for label, count in counts.items():
        # One more or less from rounding, and one more from the rounding of the whole.
        assert abs(shares[label] - count * fraction) <= 2


def test_split_follows_from_its_seed_alone() -> None:
    source = content(part(np.arange(1000) % 10))
    first, second, other = (numbers(make_dataset(source, DataChoice("", 0.2, seed)).test_images) for seed in (1, 1, 2))
    assert first == second
    # By chance a fifth of the 200 would be in both.
    assert len(set(first) & set(other)) < 100


def test_published_figures_cannot_be_compared_after_a_split() -> None:
    source = content(part([0, 1] * 50), part([0, 1] * 10), licence="free")
    assert make_dataset(source, DataChoice("", 0.5)).warnings == (
        "set was split anew, so that its figures cannot be compared with published ones.",
    )
    assert make_dataset(replace(source, licence=""), DataChoice("", 0.5)).warnings == ()


def test_only_image_of_a_class_is_learnt_from() -> None:
    for seed in range(20):
        dataset = make_dataset(content(part([0] * 4 + [1] * 4 + [2])), DataChoice("", 0.5, seed))
        assert 2 in dataset.training_labels
        assert 2 not in dataset.test_labels


def test_labels_are_numbered_over_both_parts() -> None:
    dataset = make_dataset(content(part([7, 3, 3]), part([9, 7])), DataChoice())
    assert dataset.class_names == ("3", "7", "9")
    assert (dataset.training_labels.tolist(), dataset.test_labels.tolist()) == ([1, 0, 0], [2, 1])
    assert dataset.warnings == (
        "Class 3 occurs only in the training set.",
        "Class 9 occurs only in the test set.",
    )


def test_named_classes_are_never_taken_for_damage() -> None:
    dataset = make_dataset(content(part([0, 1] * 50), part([2]), class_names=("a", "b", "c")), DataChoice())
    assert dataset.class_names == ("a", "b", "c")


@pytest.mark.parametrize(
    ("training", "test", "sentence"),
    [
        (
            LabelledImages(np.zeros((2, 3, 3, 3), np.uint8), np.zeros(2, np.int64)),
            None,
            "The training images in /data must be 3-dimensional (images, height, width) of type uint8; "
            "got 4-dimensional of type uint8.",
        ),
        (
            part([0, 1]),
            LabelledImages(np.zeros((2, 2, 3), np.float32), np.zeros(2, np.int64)),  # type: ignore[arg-type]
            "The test images in /data must be 3-dimensional (images, height, width) of type uint8; "
            "got 3-dimensional of type float32.",
        ),
        (
            LabelledImages(np.zeros((2, 3, 3), np.uint8), np.zeros(2)),  # type: ignore[arg-type]  # refused for that
            None,
            "The training labels in /data must be 1-dimensional integers; got 1-dimensional of type float64.",
        ),
        (
            LabelledImages(np.zeros((2, 3, 3), np.uint8), np.zeros(3, np.int64)),
            None,
            "The training images and labels in /data must be equally many; got 2 images and 3 labels.",
        ),
        (
            part([0, 1]),
            part([0, 1], shape=(3, 2)),
            "Training and test images in /data must be of the same size; got 2 × 3 and 3 × 2 pixels.",
        ),
        (
            part([0, 1]),
            part([]),
            "The test set in /data must have at least one image of at least one pixel; got 0 images of 2 × 3 pixels.",
        ),
        (
            part([0]),
            None,
            "The data set in /data must have at least 2 images, one to learn from and one to test with; got 1.",
        ),
        (part([4, 4]), None, "The data set in /data must have at least 2 classes; got only class 4."),
        (
            part([0, 1], shape=(2, 1025)),
            None,
            "The images in /data must be at most 1,024 × 1,024 pixels; got 2 × 1025.",
        ),
    ],
)
def test_what_is_no_data_set(training: LabelledImages, test: LabelledImages | None, sentence: str) -> None:
    assert refusal_of(training, test) == sentence


def test_more_pixels_than_fit() -> None:
    # One pixel that is seen 2²¹ + 1 times in each of 1024 places takes no memory.
    images = np.broadcast_to(np.zeros(1, np.uint8), (2**21 + 1, 1, 1024))
    labels = np.broadcast_to(np.zeros(1, np.int64), 2**21 + 1)
    assert refusal_of(LabelledImages(images, labels)) == (
        f"The images in /data must be at most {2**31:,} pixels; got {2**31 + 1024:,}."
    )

"""Make a data set of what was read: check it, number its classes, and split it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.mnist_likeness import are_like_mnist
from nnapp.engine.randomness import Purpose, random_stream
from nnapp.engine.splits import split_validation
from nnapp.errors import DataError
from nnapp.storage.dataset import (
    DEFAULT_TEST_FRACTION,
    MAX_IMAGE_SIDE,
    MAX_PIXEL_BYTES,
    DataChoice,
    Dataset,
    LabelledImages,
    SourceContent,
)
from nnapp.storage.dataset_labels import check_classes, number_labels

__all__ = ["make_dataset"]


def make_dataset(content: SourceContent, choice: DataChoice) -> Dataset:
    """Return the data set that `content` makes when it is split as `choice` says.

    Parameters
    ----------
    content : SourceContent
        Its arrays become read-only.
    choice : DataChoice
        With the source resolved.

    Raises
    ------
    DataError
        If images and labels contradict each other or the rules in `dataset_labels`, or there are too few to split.
    """
    _check_content(content)
    training, test, class_names = _with_numbered_classes(content)
    warnings = content.warnings
    if choice.test_fraction is not None or test is None:
        if test is not None and content.licence:
            warnings = (
                *warnings,
                f"{content.name} was split anew, so that its figures cannot be compared with published ones.",
            )
        training, test = _split(_pooled(training, test), choice, content.location)
    warnings += check_classes(training.labels, test.labels, class_names, content.location)
    return Dataset(
        name=content.name,
        training_images=_read_only(training.images),
        training_labels=_read_only(training.labels),
        test_images=_read_only(test.images),
        test_labels=_read_only(test.labels),
        class_names=class_names,
        choice=choice,
        location=content.location,
        warnings=warnings,
        licence=content.licence,
        pictures=content.pictures or ("like-mnist" if are_like_mnist(training.images) else "as-drawn"),
    )


def _check_content(content: SourceContent) -> None:
    """Refuse what is no images and labels, before anything is done with it."""
    training, test, location = content.training, content.test, content.location
    _check_part("training", training, location)
    n_bytes = training.images.size
    if test is not None:
        _check_part("test", test, location)
        if training.images.shape[1:] != test.images.shape[1:]:
            raise DataError(
                f"Training and test images in {location} must be of the same size; "
                f"got {_size(training.images)} and {_size(test.images)} pixels."
            )
        n_bytes += test.images.size
    if max(training.images.shape[1:]) > MAX_IMAGE_SIDE:
        raise DataError(
            f"The images in {location} must be at most {MAX_IMAGE_SIDE:,} × {MAX_IMAGE_SIDE:,} pixels; "
            f"got {_size(training.images)}."
        )
    if n_bytes > MAX_PIXEL_BYTES:
        raise DataError(f"The images in {location} must be at most {MAX_PIXEL_BYTES:,} pixels; got {n_bytes:,}.")


def _check_part(split: str, part: LabelledImages, location: str) -> None:
    images: NDArray[Any] = part.images
    labels: NDArray[Any] = part.labels
    if images.ndim != 3 or images.dtype != np.uint8:
        raise DataError(
            f"The {split} images in {location} must be 3-dimensional (images, height, width) of type uint8; "
            f"got {images.ndim}-dimensional of type {images.dtype}."
        )
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise DataError(
            f"The {split} labels in {location} must be 1-dimensional integers; "
            f"got {labels.ndim}-dimensional of type {labels.dtype}."
        )
    if len(images) != len(labels):
        raise DataError(
            f"The {split} images and labels in {location} must be equally many; "
            f"got {len(images)} images and {len(labels)} labels."
        )
    if images.size == 0:
        raise DataError(
            f"The {split} set in {location} must have at least one image of at least one pixel; "
            f"got {len(images)} images of {_size(images)} pixels."
        )


def _with_numbered_classes(
    content: SourceContent,
) -> tuple[LabelledImages, LabelledImages | None, tuple[str, ...]]:
    """Return both parts with labels 0 … n_classes − 1, and the names of the classes."""
    training, test = content.training, content.test
    if content.class_names:
        numbered: list[NDArray[np.int64]] = [
            part.labels.astype(np.int64) for part in (training, test) if part is not None
        ]
        class_names = content.class_names
    else:
        first, second, class_names = number_labels(
            training.labels, None if test is None else test.labels, content.location
        )
        numbered = [first] if second is None else [first, second]
    return (
        LabelledImages(training.images, numbered[0]),
        None if test is None else LabelledImages(test.images, numbered[1]),
        class_names,
    )


def _pooled(training: LabelledImages, test: LabelledImages | None) -> LabelledImages:
    if test is None:
        return training
    return LabelledImages(
        np.concatenate([training.images, test.images]), np.concatenate([training.labels, test.labels])
    )


def _split(pool: LabelledImages, choice: DataChoice, location: str) -> tuple[LabelledImages, LabelledImages]:
    """Set images apart to test with, the same share of every class."""
    labels = pool.labels
    if len(labels) < 2:
        raise DataError(
            f"The data set in {location} must have at least 2 images, one to learn from and one to test with; got 1."
        )
    fraction = DEFAULT_TEST_FRACTION if choice.test_fraction is None else choice.test_fraction
    rng = random_stream(choice.split_seed, Purpose.TEST_IMAGES)
    training, test = split_validation(labels, fraction, rng)
    # One image of every class is better learnt from than asked for.
    lost = np.flatnonzero(~np.isin(labels[test], labels[training]))
    _, firsts = np.unique(labels[test[lost]], return_index=True)
    if len(firsts) < len(test):
        training = np.sort(np.append(training, test[lost[firsts]]))
        test = np.delete(test, lost[firsts])
    return (
        LabelledImages(pool.images[training], labels[training]),
        LabelledImages(pool.images[test], labels[test]),
    )


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array


def _size(images: NDArray[Any]) -> str:
    """Return "28 × 28" for images of shape (n_images, 28, 28)."""
    return " × ".join(str(size) for size in images.shape[1:])

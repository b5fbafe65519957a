"""Twenty images and some facts: chosen by arithmetic, drawn in characters and on a sheet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.data_preview import brightness_fact, image_sheet, images_as_text, preview_indices, set_facts


def test_equally_many_of_each_class_in_order() -> None:
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(10), 50))
    indices = preview_indices(labels)
    assert labels[indices].tolist() == [label for label in range(10) for _ in range(2)]
    assert len(set(indices.tolist())) == 20


def test_a_small_class_leaves_its_places_to_others() -> None:
    labels = np.array([0] + [1] * 50 + [2] * 3)
    assert labels[preview_indices(labels)].tolist() == [0] + [1] * 16 + [2] * 3


def test_of_many_classes_some_spread_over_all() -> None:
    labels = np.repeat(np.arange(96), 3)
    shown = labels[preview_indices(labels)]
    # 20 places from 0 to 95 are 95 / 19 = 5 apart.
    assert shown.tolist() == list(range(0, 100, 5))


def test_another_seed_shows_other_images() -> None:
    labels = np.repeat(np.arange(10), 500)
    assert preview_indices(labels, seed=1).tolist() == preview_indices(labels, seed=1).tolist()
    assert preview_indices(labels, seed=1).tolist() != preview_indices(labels, seed=2).tolist()


@given(st.lists(st.integers(0, 60), min_size=1, max_size=200), st.integers(1, 30))
def test_never_twice_and_never_too_many(values: list[int], n_images: int) -> None:
    labels = np.array(values)
    indices = preview_indices(labels, n_images)
    assert len(set(indices.tolist())) == len(indices) <= n_images
    assert len(indices) == min(n_images, len(values)) or len(set(values)) > n_images
    assert (np.diff(labels[indices]) >= 0).all()


def test_facts() -> None:
    training, test = np.array([0, 0, 0, 1, 2, 2]), np.array([0])
    assert dict(set_facts(training, test, (28, 20), ("cat", "dog", "emu"))) == {
        "images": "6 images to learn from, 1 image to test with",
        "size": "28 × 20 pixels, 560 inputs of a network",
        "classes": "3: cat, dog, emu",
        "per class": "1 (dog) to 3 (cat) to learn from",
    }
    names = tuple(f"c{number}" for number in range(62))
    facts = dict(set_facts(np.arange(62), test, (1, 1), names))
    assert facts["classes"] == "62: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, …"
    assert facts["per class"] == "1 to learn from"


def test_brightness() -> None:
    """A square of 4 of 16 pixels, of 204 = 0.8 × 255: 0.25 × 0.8 = 20 % of ink."""
    images = np.zeros((3, 4, 4), np.uint8)
    images[:, 1:3, 1:3] = 204
    assert brightness_fact(images) == ("brightness", "20 % on average, on a dark background")
    assert brightness_fact(255 - images)[1].startswith("80 % on average, on a light background: probably inverted")
    # Most images decide: one of three has a light background.
    images[0] = 255 - images[0]
    assert brightness_fact(images)[1].endswith("on a dark background")


def test_brightness_of_many_images_is_that_of_a_part() -> None:
    images = np.zeros((60_000, 2, 2), np.uint8)
    images[30_000:] = 255
    assert brightness_fact(images)[1].startswith("50 % on average")


@pytest.mark.parametrize(("is_ascii", "full", "half"), [(False, "█", "▒"), (True, "#", ":")])
def test_drawn_in_characters(is_ascii: bool, full: str, half: str) -> None:
    """14 × 7 characters of 2 × 4 pixels: a full column of them on the left, a half full one on the right."""
    image = np.zeros((1, 28, 28), np.uint8)
    image[:, :, :2], image[:, :, 27] = 255, 255
    lines = list(images_as_text(image, ["a very long caption"], is_ascii=is_ascii))
    assert lines == ["a very long ca", *[full + " " * 12 + half] * 7, ""]


def test_five_stand_in_80_columns() -> None:
    lines = list(images_as_text(np.full((6, 28, 28), 255, np.uint8), list("abcdef")))
    assert max(map(len, lines)) == 5 * 14 + 4 * 2
    assert len(lines) == 2 * (1 + 7 + 1)


def test_sheet() -> None:
    """Images of 28 pixels are shown twice as large, 8 pixels from each other, over captions of 16."""
    images = np.zeros((7, 28, 28), np.uint8)
    images[6, 0, 0] = 200
    sheet = np.asarray(image_sheet(images, ["1"] * 7))
    assert sheet.shape == (2 * (56 + 16 + 8) + 8, 5 * (56 + 8) + 8)
    left, top = 8 + 64, 8 + 80
    assert (sheet[top : top + 2, left : left + 2] == 200).all()
    assert sheet[top + 2, left] == 0
    assert (sheet[:8] == 255).all()
    assert (sheet[8 + 56 : 8 + 56 + 16, 8 : 8 + 56] < 128).any()  # the caption


def test_long_and_foreign_captions_stay_under_their_image() -> None:
    one = np.full((1, 28, 28), 255, np.uint8)
    sheet = np.asarray(image_sheet(np.concatenate([one, one]), ["W" * 40, ""]))
    assert (sheet[8 + 56 : 8 + 72, 64 + 8 :] == 255).all()
    image_sheet(one, ["おきすつな"])


def test_names_of_any_length_make_short_facts() -> None:
    """Two classes of 7 and 2 images, both with names that fill a file."""
    names = ("x" * 100_000, "y" * 100_000)
    facts = dict(set_facts(np.array([0] * 7 + [1] * 2), np.array([0, 1]), (28, 28), names))
    assert facts["classes"] == f"2: {'x' * 39}…, {'y' * 39}…"
    assert facts["per class"] == f"2 ({'y' * 39}…) to 7 ({'x' * 39}…) to learn from"

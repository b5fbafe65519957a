"""Digits that nnapp draws: the same for the same seed, placed as MNIST's are, and good enough to learn from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.digits.digit_styles import DIGIT_STYLES, DigitStyle
from nnapp.digits.handwriting import HANDWRITING, N_CHANCES, written
from nnapp.digits.normalization import like_mnist
from nnapp.digits.pen_paths import N_POINTS, pen_paths
from nnapp.digits.stroke_rendering import rendered
from nnapp.digits.stroke_thickness import stroke_width
from nnapp.digits.synthetic import drawing_digits, synthetic_digits, write_digits
from nnapp.engine import Settings, Trainer, evaluate
from nnapp.storage.idx_file import read_idx


def test_digits_are_images_of_mnists_form() -> None:
    images, labels = synthetic_digits(300, 0)

    assert images.shape == (300, 28, 28)
    assert images.dtype == np.uint8
    assert images.max(axis=(1, 2)).min() > 100
    assert labels.dtype == np.int64
    assert set(labels) == set(range(10))


def test_all_digits_are_about_equally_frequent() -> None:
    """Of 5,000 each is drawn 500 times, ± 4 deviations of √(5000 · 0.1 · 0.9) = 21."""
    digits, _ = write_digits(3, range(5000))

    assert np.abs(np.bincount(digits) - 500).max() < 4 * 21.3


def test_wanted_digits_are_drawn() -> None:
    _, labels = synthetic_digits(20, 0, labels=[7] * 20)

    assert labels.tolist() == [7] * 20


def test_an_image_depends_on_its_seed_and_number_alone() -> None:
    images, labels = synthetic_digits(40, 5)
    fewer, _ = synthetic_digits(23, 5)
    pieces = list(drawing_digits(40, 5, piece=7))
    other, _ = synthetic_digits(40, 6)

    assert np.array_equal(images[:23], fewer)
    assert np.array_equal(images, np.concatenate([piece for piece, _ in pieces]))
    assert np.array_equal(labels, np.concatenate([piece for _, piece in pieces]))
    assert not any(np.array_equal(one, two) for one, two in zip(images, other, strict=True))


def test_no_image_comes_twice() -> None:
    images, _ = synthetic_digits(2000, 0)

    assert len({image.tobytes() for image in images}) == 2000


def place_of(image: NDArray[Any]) -> tuple[float, NDArray[np.float64]]:
    """Return the longer side of what is inked, and the x and y of the centre of mass, in pixels."""
    rows, columns = np.flatnonzero(image.max(axis=1) >= 0.5), np.flatnonzero(image.max(axis=0) >= 0.5)
    centres = np.arange(28) + 0.5
    centre = np.array([image.sum(axis=0) @ centres, image.sum(axis=1) @ centres]) / image.sum()
    return max(np.ptp(rows), np.ptp(columns)) + 1.0, centre


def test_ink_fills_mnists_box_and_its_centre_of_mass_is_near_the_middle() -> None:
    """An uneven pen and the offset that they are given move most by less than MNIST's digits differ."""
    places = [place_of(image / 255) for image in synthetic_digits(500, 1)[0]]
    longer = np.array([side for side, _ in places])
    off = np.abs(np.array([centre for _, centre in places]) - 14.5)

    assert np.mean((longer >= 18) & (longer <= 22)) > 0.95
    assert np.median(longer) in (20, 21)
    assert np.mean(off.max(axis=1) < 2) > 0.95


def test_digits_are_placed_as_the_normalisation_of_drawings_places_them() -> None:
    """Put through it again, a digit of a mean hand keeps its size and its centre of mass, to less than a pixel."""
    style = np.arange(len(DIGIT_STYLES))
    images = rendered(written(pen_paths(DIGIT_STYLES), style, np.zeros((len(style), N_CHANCES), np.float32)))

    for image in images:
        again = like_mnist(np.kron(image, np.ones((6, 6), np.float32)))
        (_, centre), (_, centre_again) = place_of(image), place_of(again)
        # Not by whole pixels: an end that covers half of one on either side counts as two or none.
        side, side_again = (max(one.max(axis=axis).sum() for axis in (0, 1)) for one in (image, again))
        assert abs(side - side_again) <= 1
        assert np.abs(centre - centre_again).max() < 0.8


@pytest.mark.parametrize("style", DIGIT_STYLES, ids=lambda style: f"{style.digit} {style.name}")
def test_every_style_is_one_line_of_ink(style: DigitStyle) -> None:
    """Its ink is about as much as a pen of its width leaves on the length of the path: never less than half."""
    chances = np.zeros((1, N_CHANCES), np.float32)
    digit = written(pen_paths([style]), np.zeros(1, np.intp), chances)
    image = rendered(digit)[0]

    scale = 20 * (1 - digit.width.mean())
    steps = np.hypot(*np.diff(digit.points[0], axis=0).T) * digit.is_drawn[0]
    area = scale * steps.sum() * 20 * digit.width.mean()
    assert 0.5 * area < image.sum() < 1.3 * area + 12
    assert 1.5 < stroke_width(image) < 4


def test_paths_go_through_the_places_of_their_style() -> None:
    for style, paths in ((style, pen_paths([style])) for style in DIGIT_STYLES):
        points = paths.curve[0] @ paths.places[0] * 10
        for place in {place for stroke in style.strokes for place in stroke}:
            nearest = np.hypot(*(points - np.array(place)).T).min()
            assert nearest < 1.0, (style.digit, style.name, place)


def test_the_pen_is_up_between_strokes_alone() -> None:
    for style in DIGIT_STYLES:
        assert pen_paths([style]).is_drawn.sum() == N_POINTS - len(style.strokes)


def test_every_digit_is_written_in_several_ways() -> None:
    names = {(style.digit, style.name) for style in DIGIT_STYLES}

    assert len(names) == len(DIGIT_STYLES)
    assert all(sum(style.digit == digit for style in DIGIT_STYLES) >= 4 for digit in range(10))


def test_everything_a_hand_varies_changes_the_image() -> None:
    """One deviation of each, alone, is seen."""
    paths = pen_paths(DIGIT_STYLES)
    style = np.array([next(index for index, style in enumerate(DIGIT_STYLES) if style.name == "two circles")])
    plain = rendered(written(paths, style, np.zeros((1, N_CHANCES), np.float32)))
    first = 0
    for name, variation in HANDWRITING.items():
        chances = np.zeros((1, N_CHANCES), np.float32)
        chances[0, first : first + variation.n_values : 3] = 1
        first += variation.n_values
        assert not np.allclose(plain, rendered(written(paths, style, chances)), atol=1e-4), name
    assert first == N_CHANCES


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_network_that_has_seen_nothing_else_reads_real_digits(mnist_folder: Path) -> None:
    """The goal is 90 % for 60,000 digits; a third of them and fewer epochs are enough for it."""
    images, labels = synthetic_digits(20_000, 0)
    settings = Settings(epochs=8, schedule="cosine", keep="last")
    network = settings.new_network(784, 10)
    for _ in Trainer(network, images, labels, settings).run():
        pass
    real = [next(mnist_folder.glob(f"t10k-{part}?idx*")) for part in ("images", "labels")]

    accuracy = evaluate(network, read_idx(real[0]), read_idx(real[1]).astype(np.int64)).accuracy

    assert accuracy >= 0.90

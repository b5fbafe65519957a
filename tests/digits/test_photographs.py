"""Digits cut out of pictures, whatever the paper, the light and what else is in them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray
from PIL import Image

from nnapp.digits.normalization import as_drawn, like_mnist
from nnapp.digits.photographs import discretize_grey, discretize_picture, ink_from_picture
from nnapp.errors import DataError, FileFormatError, SettingError, StorageError

Pen = Callable[..., NDArray[np.float32]]

SHAPE = (300, 400)
TWO = [(80, 150), (60, 190), (80, 230), (120, 220), (220, 150), (220, 240)]
# How dark the pen's ink is: it takes 0.7 of the light away.
INK = np.float32(0.7)


@pytest.fixture(scope="module")
def ink(pen: Pen) -> NDArray[np.float32]:
    """Return a two, drawn by hand in the middle of a page."""
    return pen(TWO, 14, SHAPE)


@pytest.fixture(scope="module")
def page(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a photograph of it on white paper in even light."""
    return np.float32(0.85) * (1 - INK * ink)


def difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the mean absolute difference of two grids; that of a two and another digit is above 0.1."""
    return float(np.abs(one - other).mean())


def test_even_page_gives_the_ink_that_was_drawn(page: NDArray[np.float32], ink: NDArray[np.float32]) -> None:
    steps = discretize_grey(page)

    np.testing.assert_array_equal(steps.grey, page)
    assert np.abs(steps.ink - ink).mean() < 0.005
    # The pen's path and half its width around it; its soft edge may add a pixel.
    assert steps.box == pytest.approx((60 - 7, 150 - 7, 220 + 7, 240 + 7), abs=1)
    assert difference(steps.grid, like_mnist(ink)) < 0.005
    assert steps.grid.dtype == np.float32


def test_light_on_dark_is_the_same(page: NDArray[np.float32]) -> None:
    assert discretize_grey(1 - page).grid == pytest.approx(discretize_grey(page).grid, abs=1e-4)


def test_uneven_light_is_evened_out(page: NDArray[np.float32], ink: NDArray[np.float32]) -> None:
    """Paper at the dark end is darker than ink at the light end."""
    light = np.linspace(0.2, 1, 400, dtype=np.float32)
    grey = page * light
    assert grey[ink == 0].min() < grey[ink == 1].max()

    assert difference(discretize_grey(grey).grid, like_mnist(ink)) < 0.01


def test_noise_is_no_ink(page: NDArray[np.float32], ink: NDArray[np.float32]) -> None:
    noisy = np.clip(page + np.random.default_rng(0).normal(0, 0.1, SHAPE), 0, 1).astype(np.float32)

    assert difference(discretize_grey(noisy).grid, like_mnist(ink)) < 0.015


def test_pale_ink_is_ink(ink: NDArray[np.float32]) -> None:
    assert difference(discretize_grey(np.float32(0.9) * (1 - np.float32(0.08) * ink)).grid, like_mnist(ink)) < 0.01


def test_soft_edges_stay_soft(page: NDArray[np.float32]) -> None:
    """A pen's edge covers pixels in part: as many lie below one half as above, all along 2 · 343 pixels of outline."""
    ink = ink_from_picture(page)

    paler, darker = ((ink > low) & (ink < low + 0.49) for low in (0.01, 0.5))
    assert paler.sum() == pytest.approx(darker.sum(), rel=0.25)
    assert paler.sum() > 343


def test_a_pale_small_digit_is_told_from_ruled_lines_and_noise(pen: Pen) -> None:
    """The lines are half as dark as the ink and cover nine times as much of the page.

    The pen's path is 171 pixels long: 171 · 8 of 300 · 400 pixels, a ninetieth; the lines are 2 of 20 rows.
    """
    small = pen([(y / 2 + 100, x / 2 + 100) for y, x in TWO], 8, SHAPE)
    grey = 0.9 * (1 - 0.4 * small)
    grey[5::20] *= 0.8
    grey[6::20] *= 0.8
    grey += np.random.default_rng(0).normal(0, 0.03, SHAPE)

    assert difference(discretize_grey(grey.astype(np.float32)).grid, like_mnist(small)) < 0.03


def test_ruled_paper_specks_and_the_table_are_left_out(page: NDArray[np.float32], ink: NDArray[np.float32]) -> None:
    grey = page.copy()
    grey[20::40] *= 0.8
    specks = np.random.default_rng(1)
    for y, x in zip(specks.integers(0, 290, 30), specks.integers(25, 390, 30), strict=True):
        if not ink[y - 20 : y + 24, x - 20 : x + 24].any():
            grey[y : y + 3, x : x + 3] = 0.2
    grey[:, :24] = 0.1
    grey[-12:] = 0.15

    assert difference(discretize_grey(grey).grid, like_mnist(ink)) < 0.01


def test_a_digit_that_touches_the_border_is_found(page: NDArray[np.float32], ink: NDArray[np.float32]) -> None:
    """The two's foot cut through along its middle, at row 220."""
    cut = discretize_grey(page[:220])

    assert cut.box[2] == 220
    assert difference(cut.grid, like_mnist(ink[:220])) < 0.01


def test_a_detached_bar_belongs_to_its_digit(pen: Pen) -> None:
    body = pen([(100, 150), (150, 150), (160, 210), (220, 200), (230, 150)], 12, SHAPE)
    bar = pen([(80, 150), (80, 220)], 12, SHAPE)

    both = discretize_grey(1 - INK * (body + bar)).grid

    assert difference(both, like_mnist(body + bar)) < 0.005
    assert difference(both, like_mnist(body)) > 0.05


def test_mnist_digit_on_a_large_noisy_page_comes_back(mnist_digits: NDArray[np.uint8]) -> None:
    """Ten times as large, dark on grey, in a corner of the page, with noise.

    What MNIST's form leaves open is 0.04 on average and 0.11 at worst (see test_normalization.py); finding the
    outline again among noise may add a tenth of a pixel to its 80 pixels, 0.01.
    """
    rng = np.random.default_rng(0)
    differences = []
    for pixels in mnist_digits[:20]:
        page = np.full((600, 800), 0.7)
        digit = np.asarray(Image.fromarray(pixels).resize((280, 280), Image.Resampling.BICUBIC)) / 255
        page[310:590, 510:790] -= 0.5 * digit
        grey = np.clip(page + rng.normal(0, 0.06, page.shape), 0, 1).astype(np.float32)
        differences.append(difference(discretize_grey(grey).grid, (pixels / 255).astype(np.float32)))

    assert np.mean(differences) < 0.05
    assert max(differences) < 0.12


@pytest.mark.parametrize("mode", ["like-mnist", "as-drawn"])
def test_picture_of_the_grids_size_is_taken_as_it_is(
    tmp_path: Path, mnist_digits: NDArray[np.uint8], mode: str
) -> None:
    for pixels in mnist_digits:
        path = tmp_path / "digit.png"
        Image.fromarray(pixels).save(path)
        expected = pixels.astype(np.float32) / np.float32(255)

        np.testing.assert_array_equal(discretize_picture(path, mode=mode).grid, expected)

        Image.fromarray(255 - pixels).save(path)
        assert discretize_picture(path, mode=mode).grid == pytest.approx(expected, abs=1e-6)


def test_as_drawn_keeps_place_and_size(page: NDArray[np.float32], ink: NDArray[np.float32]) -> None:
    assert difference(discretize_grey(page, mode="as-drawn").grid, as_drawn(ink)) < 0.005


def test_any_grid(page: NDArray[np.float32]) -> None:
    assert discretize_grey(page, (16, 20)).grid.shape == (16, 20)


def test_a_coloured_picture_file(tmp_path: Path, ink: NDArray[np.float32]) -> None:
    """Blue ink on yellow paper, saved as a small JPEG."""
    paper, blue = np.array([250.0, 240, 170]), np.array([20.0, 40, 160])
    colours = paper + ink[:, :, np.newaxis] * (blue - paper)
    path = tmp_path / "note.jpg"
    Image.fromarray(colours.astype(np.uint8)).save(path, quality=60)

    assert difference(discretize_picture(path).grid, like_mnist(ink)) < 0.01


def test_being_told_the_paper_overrides_what_it_looks_like(page: NDArray[np.float32], ink: NDArray[np.float32]) -> None:
    """So that a window can offer it where `paper_is_dark` is mistaken."""
    assert difference(discretize_grey(page, dark_paper=False).grid, like_mnist(ink)) < 0.005
    small = np.zeros((28, 28), dtype=np.float32)
    small[10, 10] = 1

    np.testing.assert_array_equal(discretize_grey(small, dark_paper=False).grid, 1 - small)
    np.testing.assert_array_equal(discretize_grey(1 - small, dark_paper=True).grid, 1 - small)


def test_steps_cannot_be_exchanged(page: NDArray[np.float32]) -> None:
    steps = discretize_grey(page)

    with pytest.raises(dataclasses.FrozenInstanceError):
        steps.box = (0, 0, 1, 1)  # type: ignore[misc] # what is tested
    assert not np.shares_memory(steps.ink, page)


def test_the_picture_is_left_alone(page: NDArray[np.float32]) -> None:
    before = page.copy()
    ink_from_picture(page)

    np.testing.assert_array_equal(page, before)


NOISE = np.random.default_rng(0).normal(0.6, 0.05, SHAPE).clip(0, 1).astype(np.float32)


@pytest.mark.parametrize(
    "grey",
    [
        np.full(SHAPE, 0.8, dtype=np.float32),
        np.zeros(SHAPE, dtype=np.float32),
        np.zeros((28, 28), dtype=np.float32),
        np.ones((1, 1), dtype=np.float32),
        NOISE,
        np.tile(np.linspace(0.2, 0.9, 400, dtype=np.float32), (300, 1)),
        1 - np.hypot(*np.mgrid[-0.5:0.5:300j, -0.6:0.6:400j]).astype(np.float32) ** 2,
    ],
    ids=["white", "black", "black of the grid's size", "one pixel", "noise", "gradient", "dark corners"],
)
def test_an_empty_page_is_no_guess(grey: NDArray[np.float32]) -> None:
    with pytest.raises(DataError, match=r"^Nothing is drawn in the picture: [^.]*\.$"):
        discretize_grey(grey)


def test_an_empty_file_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "blank.png"
    Image.new("L", (100, 80), 255).save(path)

    with pytest.raises(DataError, match="Nothing is drawn") as raised:
        discretize_picture(path)
    assert str(raised.value).startswith(f"{path}: ")


def test_errors_of_the_file_pass_through(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        discretize_picture(tmp_path / "nowhere.png")
    (tmp_path / "text.png").write_text("text")
    with pytest.raises(FileFormatError):
        discretize_picture(tmp_path / "text.png")


def test_unknown_mode_is_one_sentence(page: NDArray[np.float32]) -> None:
    with pytest.raises(SettingError) as raised:
        discretize_grey(page, mode="cubist")
    allowed = "like-mnist, as-drawn, as-read, as-read-inverted"
    assert str(raised.value) == f"Discretisation must be one of {allowed}; got cubist."
    assert raised.value.setting == "mode"


@given(
    grey=npst.arrays(
        np.float32, npst.array_shapes(min_dims=2, max_dims=2, max_side=50), elements=st.floats(0, 1, width=32)
    ),
    mode=st.sampled_from(["like-mnist", "as-drawn"]),
)
@settings(deadline=None)
def test_any_picture_is_a_grid_or_a_data_error(grey: NDArray[np.float32], mode: str) -> None:
    try:
        steps = discretize_grey(grey, (14, 14), mode)
    except DataError:
        return
    top, left, bottom, right = steps.box
    assert 0 <= top < bottom <= grey.shape[0]
    assert 0 <= left < right <= grey.shape[1]
    assert steps.ink.shape == grey.shape
    assert 0 <= steps.ink.min() <= steps.ink.max() <= 1
    assert 0 <= steps.grid.min() <= steps.grid.max() <= 1

from __future__ import annotations

import itertools

import numpy as np
import pytest

from nnapp.display.confusion_picture import cell_colors, confusion_picture, row_shares, text_colors
from nnapp.display.palettes import COLORS, THEMES, Palette, contrast, palette, rgb

ALL_PALETTES = [palette(theme, colors) for theme, colors in itertools.product(THEMES, COLORS)]


def blend(palette: Palette, end: str, strength: float) -> list[int]:
    """Return the colour `strength` of the way from the canvas to `end`."""
    return [round(a + strength * (b - a)) for a, b in zip(rgb(palette.canvas), rgb(end), strict=True)]


def test_shares_are_of_the_row_and_zero_in_an_empty_row() -> None:
    shares = row_shares(np.array([[3, 1], [0, 0]]))

    assert shares.tolist() == [[0.75, 0.25], [0, 0]]


@pytest.mark.parametrize("colors", ALL_PALETTES)
def test_diagonal_is_green_by_the_share_that_is_right(colors: Palette) -> None:
    cells = cell_colors(np.array([[4, 0, 0], [2, 2, 0], [5, 0, 0]]), colors)

    assert cells[0, 0].tolist() == list(rgb(colors.positive))
    # The faintest is a fifth, the rest goes with the share: 0.2 + 0.8 · ½.
    assert cells[1, 1].tolist() == blend(colors, colors.positive, 0.6)
    assert cells[2, 2].tolist() == list(rgb(colors.canvas))


@pytest.mark.parametrize("colors", ALL_PALETTES)
def test_errors_are_red_on_a_logarithmic_scale(colors: Palette) -> None:
    # Row 0: one, ten and a hundred of a thousand, three, two and one tenfold below all; row 1: all.
    counts = np.zeros((4, 4), int)
    counts[0] = [889, 1, 10, 100]
    counts[1] = [7, 0, 0, 0]

    cells = cell_colors(counts, colors)

    for predicted, strength in ((1, 0.2), (2, 0.2 + 0.8 / 3), (3, 0.2 + 0.8 * 2 / 3)):
        assert np.abs(cells[0, predicted] - blend(colors, colors.negative, strength)).max() <= 1
    assert cells[1, 0].tolist() == list(rgb(colors.negative))


@pytest.mark.parametrize("colors", ALL_PALETTES)
def test_a_single_mistake_is_visible_however_many_images_there_are(colors: Palette) -> None:
    cells = cell_colors(np.array([[60_000, 1], [0, 1]]), colors)
    difference = np.abs(cells[0, 1].astype(int) - rgb(colors.canvas)).max()

    # Some twenty steps of 255 in one channel is what stands out beside an area of the other colour.
    assert difference >= 20


@pytest.mark.parametrize("colors", ALL_PALETTES)
def test_an_empty_cell_is_neutral(colors: Palette) -> None:
    assert cell_colors(np.zeros((2, 2), int), colors)[0, 1].tolist() == list(rgb(colors.canvas))


def test_text_has_the_better_contrast_of_black_and_white_on_every_color() -> None:
    channels = range(0, 256, 15)
    backgrounds = np.array(list(itertools.product(channels, repeat=3)), np.uint8)

    for background, text in zip(backgrounds, text_colors(backgrounds), strict=True):
        name = "#{:02x}{:02x}{:02x}".format(*background)
        assert contrast(name, str(text)) >= 4.5
        assert contrast(name, str(text)) >= max(contrast(name, "#000000"), contrast(name, "#ffffff")) - 1e-9


def test_every_cell_of_the_picture_has_its_color_between_lines() -> None:
    cells = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)

    picture = confusion_picture(cells, 8, "#ff0000")

    assert picture.shape == (24, 24, 3)
    for actual, predicted in itertools.product(range(3), repeat=2):
        top, left = 8 * actual, 8 * predicted
        assert (picture[top : top + 7, left : left + 7] == cells[actual, predicted]).all()
    assert (picture[[7, 15]] == [255, 0, 0]).all()
    assert (picture[:, [7, 15]] == [255, 0, 0]).all()
    assert not (picture[23] == [255, 0, 0]).all()


def test_small_cells_have_no_lines_between_them() -> None:
    cells = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)

    picture = confusion_picture(cells, 3, "#ff0000")

    assert (picture == cells.repeat(3, axis=0).repeat(3, axis=1)).all()

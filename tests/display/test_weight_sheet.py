"""The sheet of weights: which pixel shows which weight, in which colour."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.palettes import palette, rgb
from nnapp.display.weight_sheet import (
    WeightSheet,
    color_limit,
    color_table,
    fit_matrix,
    fit_pictures,
    sheet_picture,
    zoomed_pictures,
)


def test_pixels_of_a_small_sheet() -> None:
    # Three pictures of 1×2 weights, two beside each other, each weight one pixel, gaps of one pixel.
    sheet = WeightSheet(3, (1, 2), 2, (1, 1), 1)
    nothing = 6

    assert (sheet.width_px, sheet.height_px) == (5, 3)
    assert sheet.indices(0, 0, 5, 3).tolist() == [
        [0, 1, nothing, 2, 3],
        [nothing] * 5,
        [4, 5, nothing, nothing, nothing],
    ]


def test_zoomed_matrix_repeats_its_weights() -> None:
    sheet = WeightSheet(1, (2, 2), 1, (1, 3), 0)

    assert sheet.indices(0, 0, 6, 2).tolist() == [[0, 0, 0, 1, 1, 1], [2, 2, 2, 3, 3, 3]]


def test_part_of_a_sheet_is_the_same_as_that_part_of_the_whole() -> None:
    sheet = WeightSheet(10, (3, 4), 3, (2, 2), 3)
    whole = sheet.indices(0, 0, sheet.width_px, sheet.height_px)

    assert (sheet.indices(5, 7, 11, 9) == whole[7:16, 5:16]).all()


def test_beyond_the_sheet_there_is_nothing() -> None:
    sheet = WeightSheet(4, (2, 2), 2, (2, 2), 1)

    assert (sheet.indices(sheet.width_px, 0, 20, 20) == sheet.n_weights).all()
    assert (sheet.indices(-4, -4, 4, 4) == sheet.n_weights).all()


@given(
    st.integers(1, 20), st.integers(1, 5), st.integers(1, 5), st.integers(1, 7), st.integers(1, 4), st.integers(0, 3)
)
def test_every_weight_is_shown_in_its_box_and_nowhere_else(
    n_tiles: int, rows: int, columns: int, n_columns: int, zoom: int, gap: int
) -> None:
    sheet = WeightSheet(n_tiles, (rows, columns), min(n_columns, n_tiles), (zoom, zoom), gap)
    whole = sheet.indices(0, 0, sheet.width_px, sheet.height_px)

    # The tile of weight i, and its place there, by the definition: all row by row.
    for index in {0, sheet.n_weights // 2, sheet.n_weights - 1}:
        left, top, right, bottom = sheet.weight_box(index)
        is_it = np.zeros_like(whole, dtype=bool)
        is_it[top:bottom, left:right] = True
        assert ((whole == index) == is_it).all()
    assert set(np.unique(whole)) - {sheet.n_weights} == set(range(sheet.n_weights))


def test_pictures_are_as_large_as_all_fit() -> None:
    sheet = fit_pictures(16, (28, 28), (600, 300), least_zoom=1, gap_px=4)

    # At zoom 3 a picture takes 84 + 4 pixels: 6 columns of 604 // 88, 3 rows, 3 · 88 − 4 = 260 ≤ 300.
    # At zoom 4 it takes 116: 5 columns, 4 rows, 460 > 300.
    assert (sheet.zoom, sheet.n_columns) == ((3, 3), 6)


def test_pictures_too_many_to_fit_have_the_least_zoom_and_scroll() -> None:
    sheet = fit_pictures(800, (28, 28), (600, 300), least_zoom=2, gap_px=4)

    assert sheet.zoom == (2, 2)
    assert sheet.n_columns == 10  # 604 // 60
    assert sheet.height_px == 80 * 60 - 4
    assert sheet.width_px <= 600


def test_a_place_narrower_than_a_picture_gets_one_column() -> None:
    assert zoomed_pictures(5, (28, 28), 10, zoom=2, gap_px=4).n_columns == 1


@pytest.mark.parametrize(
    ("shape", "zoom"),
    [
        ((64, 128), (4, 4)),  # 300 // 64 = 4, 600 // 128 = 4
        ((10, 64), (16, 9)),  # 30 would be too large, 600 // 64 = 9
        ((10, 800), (8, 2)),  # cells at most four times as long as wide
        ((800, 784), (2, 2)),  # too large to fit
    ],
)
def test_matrix_fills_the_place(shape: tuple[int, int], zoom: tuple[int, int]) -> None:
    assert fit_matrix(shape, (600, 300), least_zoom=2) == WeightSheet(1, shape, 1, zoom, 0)


@pytest.mark.parametrize("colors", ["standard", "colour-blind"])
def test_colours_say_the_sign(colors: str) -> None:
    chosen = palette("light", colors)  # type: ignore[arg-type]  # one of the two words
    table = color_table(chosen)
    weights = np.array([-0.2, -0.1, 0.0, 0.1, 0.2, 7.0, np.nan], dtype=np.float32)
    indices = np.arange(8)[None]  # the last one is beyond the weights

    picture = sheet_picture(weights, indices, 0.2, table)[0]

    negative, neutral, positive = rgb(chosen.negative), rgb(chosen.neutral), rgb(chosen.positive)
    assert tuple(picture[0]) == negative
    assert tuple(picture[2]) == neutral == (0, 0, 0)
    assert tuple(picture[4]) == tuple(picture[5]) == positive
    assert tuple(picture[6]) == neutral
    assert tuple(picture[7]) == rgb(chosen.canvas)
    # Half the limit is half the colour, within a step of 1/127.
    np.testing.assert_allclose(picture[1], np.array(negative) / 2, atol=2.5)
    np.testing.assert_allclose(picture[3], np.array(positive) / 2, atol=2.5)


def test_infinite_weights_have_the_colours_of_the_ends() -> None:
    chosen = palette("dark")
    weights = np.array([-np.inf, np.inf], dtype=np.float32)

    picture = sheet_picture(weights, np.array([[0, 1]]), 1.0, color_table(chosen))

    assert [tuple(pixel) for pixel in picture[0]] == [rgb(chosen.negative), rgb(chosen.positive)]


def test_limit_is_three_standard_deviations_rounded_up() -> None:
    # ±0.04 has a standard deviation of 0.04 from zero; 0.12 rounded up is 0.2.
    assert color_limit(np.array([0.04, -0.04] * 50, dtype=np.float32)) == 0.2
    assert color_limit(np.zeros(4, dtype=np.float32)) == 1.0
    assert color_limit(np.array([np.nan], dtype=np.float32)) == 1.0

"""Pixels on the screen: where they are, and what colour every point of the picture has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.palettes import palette, rgb
from nnapp.display.pixel_picture import PixelLayout, fit_pixels, ink_colors, ink_ramp, pixel_picture

LAYOUTS = [PixelLayout(28, 28, 301, 301), PixelLayout(12, 9, 95, 127), PixelLayout(32, 32, 32, 32)]


@pytest.mark.parametrize(
    ("shape", "place", "size"),
    [
        ((28, 28), (300, 400), (300, 300)),
        ((28, 28), (400, 300), (300, 300)),
        ((12, 9), (300, 300), (225, 300)),  # 9 · 300 / 12
        ((2, 8), (300, 300), (300, 75)),
        ((28, 28), (10, -4), (28, 28)),
    ],
)
def test_picture_is_as_large_as_fits_with_square_pixels(
    shape: tuple[int, int], place: tuple[int, int], size: tuple[int, int]
) -> None:
    layout = fit_pixels(shape, *place)

    assert (layout.width, layout.height) == size
    assert (layout.n_rows, layout.n_columns) == shape


@given(st.tuples(st.integers(1, 40), st.integers(1, 40)), st.integers(-9, 900), st.integers(-9, 900))
def test_picture_fits_into_its_own_size_as_it_is(shape: tuple[int, int], width: int, height: int) -> None:
    layout = fit_pixels(shape, width, height)

    assert layout.width <= max(width, shape[1])
    assert layout.height <= max(height, shape[0])
    assert fit_pixels(shape, layout.width, layout.height) == layout


@pytest.mark.parametrize("layout", LAYOUTS)
def test_boxes_tile_the_picture_evenly_and_are_found_again(layout: PixelLayout) -> None:
    covered = np.zeros((layout.height, layout.width), dtype=int)
    for row in range(layout.n_rows):
        for column in range(layout.n_columns):
            left, top, right, bottom = layout.pixel_box(row, column)
            covered[top:bottom, left:right] += 1
            assert abs((right - left) - layout.width / layout.n_columns) < 1
            for x, y in ((left, top), (right - 1, bottom - 1)):
                assert layout.place_at(x, y) == (row, column)
    assert (covered == 1).all()


def test_places_beyond_the_edges_are_no_pixels() -> None:
    layout = PixelLayout(4, 5, 50, 40)

    assert layout.place_at(-1, -11) == (-2, -1)
    assert layout.place_at(50, 49) == (4, 5)
    assert layout.has_place(0, 4)
    assert not any(layout.has_place(*place) for place in ((-1, 0), (0, -1), (4, 0), (0, 5)))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ink_goes_from_paper_to_text(theme: str) -> None:
    colors = palette(theme)  # type: ignore[arg-type]  # a word of THEMES
    image = np.array([[0, 1, 0.5], [-1, 2, 1]], dtype=np.float32)

    shown = ink_colors(image, ink_ramp(colors))

    paper, ink = rgb(colors.canvas), rgb(colors.text)
    assert shown.dtype == np.uint8
    assert [tuple(color) for color in shown[:, :2].reshape(4, 3)] == [paper, ink, paper, ink]
    # Half of 255 is rounded to 128 of 255.
    assert shown[0, 2] == pytest.approx([(one + other) / 2 for one, other in zip(paper, ink, strict=True)], abs=1)


def test_every_pixel_is_a_block_with_a_mixed_line_after_it() -> None:
    colors = np.array([[[200, 0, 0], [0, 200, 0]], [[0, 0, 200], [40, 80, 120]]], dtype=np.uint8)

    picture = pixel_picture(colors, PixelLayout(2, 2, 13, 12), "#6080a0")  # 96, 128, 160

    # Columns: ⌊13 / 2⌋ = 6 and 7 wide; rows: 6 and 6 high. The last line of each but the last pixel is mixed.
    assert picture.shape == (12, 13, 3)
    assert (picture[:5, :5] == [200, 0, 0]).all()
    assert (picture[:5, 6:] == [0, 200, 0]).all()
    assert (picture[6:, 6:] == [40, 80, 120]).all()
    # Three parts of the pixel's and one of the line's colour: (600 + 96) / 4, 128 / 4, 160 / 4.
    assert (picture[:5, 5] == [174, 32, 40]).all()
    assert (picture[5, :6] == [174, 32, 40]).all()
    assert (picture[5, 6:] == [24, 182, 40]).all()
    assert (picture[6:, 5] == [24, 32, 190]).all()


def test_small_pixels_have_no_lines() -> None:
    colors = np.random.default_rng(0).integers(0, 256, (4, 3, 3), np.uint8)

    picture = pixel_picture(colors, PixelLayout(4, 3, 15, 20), "#ff0000")

    np.testing.assert_array_equal(picture, colors.repeat(5, axis=0).repeat(5, axis=1))

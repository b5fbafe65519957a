from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.gallery_sheet import SheetLayout, arrange_sheet, sheet_picture
from nnapp.display.palettes import palette, rgb


def lay_out(
    n_images: int, width: int, shape: tuple[int, int] = (28, 28), caption: tuple[int, int] = (80, 30)
) -> SheetLayout:
    return arrange_sheet(n_images, shape, width, image_px=84, caption_size=caption, gap=6)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((28, 28), (84, 84)),  # three times
        ((32, 32), (96, 96)),  # three times is nearer to 84 than twice
        ((60, 60), (60, 60)),  # once is nearer than twice
        ((28, 14), (84, 42)),
        ((168, 84), (84, 42)),  # larger than wanted: halved
        ((1, 500), (1, 84)),
    ],
)
def test_images_are_enlarged_a_whole_number_of_times_or_reduced(
    shape: tuple[int, int], expected: tuple[int, int]
) -> None:
    layout = lay_out(10, 800, shape)

    assert (layout.image_height, layout.image_width) == expected


def test_as_many_columns_as_fit_stand_in_the_middle() -> None:
    # A tile is 84 + 2 · 6 = 96 wide; with 6 at either edge, 5 of them need 492.
    narrow, wide = lay_out(100, 491), lay_out(100, 493)

    assert (narrow.n_columns, wide.n_columns) == (4, 5)
    assert wide.left == (493 - 480) // 2
    assert wide.n_rows == 20
    # A row is 84 + 30 + 12 = 126 high.
    assert wide.height == 20 * 126 + 12


def test_captions_wider_than_the_images_make_the_tiles_wider() -> None:
    assert lay_out(3, 800, caption=(150, 30)).tile_width == 162


@given(st.integers(1, 1000), st.integers(1, 1500), st.data())
def test_a_tile_is_found_again_at_each_of_its_corners(n_images: int, width: int, data: st.DataObject) -> None:
    layout = lay_out(n_images, width)
    position = data.draw(st.integers(0, n_images - 1))

    left, top = layout.tile_corner(position)
    for x in (left, left + layout.tile_width - 1):
        for y in (top, top + layout.tile_height - 1):
            assert layout.tile_at(x, y) == position
    assert layout.tile_at(layout.left - 1, top) is None
    assert layout.tile_at(layout.left + layout.n_columns * layout.tile_width, top) is None


def test_beside_the_last_image_is_nothing() -> None:
    layout = lay_out(5, 300)  # three columns, the second row has two
    left, top = layout.tile_corner(4)

    assert layout.n_columns == 3
    assert layout.tile_at(left, top) == 4
    assert layout.tile_at(left + layout.tile_width, top) is None
    assert layout.tile_at(left, top + layout.tile_height) is None
    assert layout.tile_at(left, -1) is None


@given(st.integers(1, 300), st.integers(1, 900), st.integers(0, 4000), st.integers(1, 900))
def test_visible_positions_are_all_tiles_that_overlap_the_window(
    n_images: int, width: int, offset: int, height: int
) -> None:
    layout = lay_out(n_images, width)

    def is_visible(position: int) -> bool:
        top = layout.tile_corner(position)[1]
        return top < offset + height and top + layout.tile_height > offset

    assert list(layout.visible_positions(offset, height)) == [p for p in range(n_images) if is_visible(p)]


def test_picture_shows_the_images_in_sight_with_ink_of_the_text_color() -> None:
    colors = palette("dark")
    layout = lay_out(8, 300)  # three columns of 96, rows of 126
    images = np.zeros((8, 28, 28), np.uint8)
    images[3, 0, 0] = 255  # first image of the second row
    offset = 100
    positions = layout.visible_positions(offset, 150)

    picture = sheet_picture(layout, images[positions.start : positions.stop], offset, (300, 150), colors)

    assert picture.size == (300, 150)
    left, top = layout.image_corner(3)
    top -= offset
    # One pixel has become a square of 3 × 3, beside it is the image's background, around it the sheet's.
    assert picture.getpixel((left, top)) == picture.getpixel((left + 2, top + 2)) == rgb(colors.text)
    assert picture.getpixel((left + 3, top)) == picture.getpixel((left + 83, top + 83)) == rgb(colors.canvas)
    assert picture.getpixel((left - 1, top)) == picture.getpixel((left, top - 1)) == rgb(colors.surface)


def test_large_images_are_averaged_when_reduced() -> None:
    colors = palette("light")
    layout = lay_out(1, 300, shape=(168, 168))
    image = np.zeros((1, 168, 168), np.uint8)
    image[:, :, ::2] = 255  # every other column is ink: half the way when two become one

    picture = sheet_picture(layout, image, 0, (300, 200), colors)

    expected = (np.array(rgb(colors.canvas)) + rgb(colors.text)) / 2
    assert np.abs(np.array(picture.getpixel(layout.image_corner(0))) - expected).max() <= 1

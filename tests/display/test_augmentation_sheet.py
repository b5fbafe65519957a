from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nnapp.display.augmentation_sheet import (
    AugmentationLayout,
    augmentation_layout,
    augmentation_picture,
    augmented_versions,
    captioned_sheet,
    fit_augmentation,
)
from nnapp.display.palettes import palette, rgb
from nnapp.engine.augmentation import AUGMENTATIONS, Augmentation
from nnapp.errors import SettingError

LIGHT = palette("light", "standard")


def random_images(n_images: int, height: int = 28, width: int = 28) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (n_images, height, width), dtype=np.uint8)


# Versions -----------------------------------------------------------------------------------------


def test_without_augmentation_every_version_is_the_image() -> None:
    images = random_images(3, 9, 12)

    versions = augmented_versions(images, Augmentation())

    assert versions.shape == (3, 5, 9, 12)
    for tile in range(5):
        np.testing.assert_array_equal(versions[:, tile], images)


def test_the_image_itself_comes_first_and_every_version_differs() -> None:
    images = random_images(3)

    versions = augmented_versions(images, AUGMENTATIONS["light"])

    np.testing.assert_array_equal(versions[:, 0], images)
    for image in range(3):
        assert len({tile.tobytes() for tile in versions[image]}) == 5


def test_versions_are_of_their_own_image() -> None:
    """A shift moves ink about and makes none: a white image stays without, a grey one has at most its own."""
    images = np.stack([np.full((20, 20), value, np.uint8) for value in (0, 40, 200)])

    versions = augmented_versions(images, Augmentation(translation=3))

    assert versions.max(axis=(2, 3)).tolist() == [[0] * 5, [40] * 5, [200] * 5]


def test_another_seed_changes_the_same_images_otherwise() -> None:
    images = random_images(2)
    first, again, other = (augmented_versions(images, AUGMENTATIONS["strong"], seed) for seed in (0, 0, 1))

    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first[:, 0], other[:, 0])
    assert all((first[:, tile] != other[:, tile]).any() for tile in range(1, 5))


@pytest.mark.parametrize("augmentation", [Augmentation(), AUGMENTATIONS["light"]])
def test_images_without_rows_and_columns_are_refused(augmentation: Augmentation) -> None:
    with pytest.raises(SettingError, match=r"^Augmentation needs images of rows and columns; got .*784\.$"):
        augmented_versions(np.zeros((5, 784), np.uint8), augmentation)


# Layout -------------------------------------------------------------------------------------------


def test_places_of_twenty_images_in_three_columns() -> None:
    """With a gap of 4, an image of 56 and 4 versions are 56 + 2 · 4 + 4 · 56 + 3 · 4 = 300 wide."""
    layout = augmentation_layout(20, 5, (28, 28), 60, 3, 4)

    assert (layout.image_width, layout.image_height) == (56, 56)
    assert layout.n_rows == 7
    assert layout.corner(0, 0) == (8, 8)
    assert layout.corner(0, 1) == (8 + 56 + 8, 8)
    assert layout.corner(0, 4) == (8 + 300 - 56, 8)
    assert layout.corner(1, 0) == (8 + 300 + 12, 8)
    assert layout.corner(3, 0) == (8, 8 + 56 + 8)
    assert (layout.width, layout.height) == (3 * 300 + 2 * 12 + 16, 7 * 56 + 6 * 8 + 16)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((28, 28), (56, 56)),  # twice; three times would be 84
        ((14, 28), (28, 56)),
        ((60, 60), (60, 60)),
        ((128, 64), (64, 32)),  # halved
        ((1, 500), (1, 64)),
    ],
)
def test_images_are_enlarged_a_whole_number_of_times_or_reduced(
    shape: tuple[int, int], expected: tuple[int, int]
) -> None:
    layout = augmentation_layout(4, 5, shape, 64, 2, 4)

    assert (layout.image_height, layout.image_width) == expected


def test_the_columns_that_leave_most_room_for_each_image_are_chosen() -> None:
    # A column of 5 rows of a pixel's gap: 5 · 28 · 2 + 12 = 292 high, and 5 · 28 · 2 + 9 = 289 wide.
    assert fit_augmentation(5, 5, (28, 28), (289, 292), 1).n_columns == 1
    assert fit_augmentation(5, 5, (28, 28), (289, 292), 1).image_width == 56
    assert fit_augmentation(5, 5, (28, 28), (288, 292), 1).image_width == 28
    assert fit_augmentation(5, 5, (28, 28), (289, 291), 1).image_width == 28
    # In a row instead.
    assert fit_augmentation(5, 5, (28, 28), (2000, 70), 1).n_columns == 5


@given(
    st.integers(1, 20),
    st.tuples(st.integers(1, 200), st.integers(1, 200)),
    st.tuples(st.integers(1, 1500), st.integers(1, 1500)),
    st.integers(1, 8),
)
@example(2, (1, 1), (27, 5), 1)
def test_what_fits_at_all_is_inside_the_space(
    n_images: int, shape: tuple[int, int], space: tuple[int, int], gap: int
) -> None:
    layout = fit_augmentation(n_images, 5, shape, space, gap)

    smallest = [AugmentationLayout(n, -(-n_images // n), 5, 1, 1, gap) for n in range(1, n_images + 1)]
    if any(least.width <= space[0] and least.height <= space[1] for least in smallest):
        assert layout.width <= space[0]
        assert layout.height <= space[1]
    assert layout.n_columns * layout.n_rows >= n_images
    for image in (0, n_images - 1):
        x, y = layout.corner(image, 4)
        assert x + layout.image_width <= layout.width
        assert y + layout.image_height <= layout.height


# Picture ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_of_paper_ink_frame_and_ground(theme: str) -> None:
    look = palette(theme, "standard")
    versions = np.zeros((2, 5, 4, 4), np.uint8)
    versions[0, 3] = 255
    layout = augmentation_layout(2, 5, (4, 4), 12, 2, 4)

    picture = augmentation_picture(versions, layout, look)

    assert picture.mode == "RGB", "opaque"
    assert picture.size == (layout.width, layout.height)
    for image in range(2):
        for tile in range(5):
            x, y = layout.corner(image, tile)
            color = look.text if (image, tile) == (0, 3) else look.canvas
            assert picture.getpixel((x, y)) == picture.getpixel((x + 11, y + 11)) == rgb(color)
            # A frame around the image as it is, and around no other.
            edge = look.accent if tile == 0 else look.surface
            assert picture.getpixel((x - 1, y - 1)) == picture.getpixel((x + 12, y + 12)) == rgb(edge)


def test_small_images_are_enlarged_pixel_by_pixel() -> None:
    versions = random_images(5, 2, 3)[np.newaxis]
    layout = augmentation_layout(1, 5, (2, 3), 9, 1, 2)

    picture = np.asarray(augmentation_picture(versions, layout, LIGHT))

    paper, ink = np.array(rgb(LIGHT.canvas)), np.array(rgb(LIGHT.text))
    x, y = layout.corner(0, 2)
    for row in range(6):
        for column in range(9):
            share = versions[0, 2, row // 3, column // 3] / 255
            np.testing.assert_allclose(picture[y + row, x + column], paper + share * (ink - paper), atol=0.51)


def test_large_images_are_reduced_to_their_means() -> None:
    versions = np.zeros((1, 2, 8, 8), np.uint8)
    versions[0, 1, ::2] = 255
    layout = augmentation_layout(1, 2, (8, 8), 4, 1, 2)

    picture = augmentation_picture(versions, layout, LIGHT)

    x, y = layout.corner(0, 1)
    middle = (np.array(rgb(LIGHT.canvas)) + np.array(rgb(LIGHT.text))) / 2
    np.testing.assert_allclose(picture.getpixel((x + 1, y + 1)), middle, atol=1.5)


def test_a_sheet_stands_in_the_middle_of_a_larger_picture_and_is_cut_by_a_smaller_one() -> None:
    versions = np.full((1, 5, 4, 4), 255, np.uint8)
    layout = augmentation_layout(1, 5, (4, 4), 4, 1, 2)

    large = augmentation_picture(versions, layout, LIGHT, (layout.width + 20, layout.height + 30))
    small = augmentation_picture(versions, layout, LIGHT, (10, 5))

    x, y = layout.corner(0, 0)
    assert large.getpixel((x + 10, y + 15)) == rgb(LIGHT.text)
    assert large.getpixel((0, 0)) == rgb(LIGHT.surface)
    assert small.size == (10, 5)
    assert small.getpixel((x, y)) == rgb(LIGHT.text)


def test_sentences_stand_above_the_images() -> None:
    versions = np.full((2, 5, 28, 28), 255, np.uint8)
    bare = captioned_sheet(versions, [], LIGHT)
    one, two = captioned_sheet(versions, ["Strong"], LIGHT), captioned_sheet(versions, ["Strong", "Images"], LIGHT)
    long = captioned_sheet(versions, ["word " * 200], LIGHT)

    assert bare.width == one.width == two.width == long.width
    line = two.height - one.height
    assert one.height - bare.height == line > 0
    assert long.height > one.height + 3 * line
    above = np.asarray(one)[: one.height - bare.height + 4]
    assert (above == rgb(LIGHT.text)).all(axis=2).any(), "something is written"

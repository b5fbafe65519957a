"""Whole pictures are brought to a size by arithmetic, and the modes that do it look for no ink."""

from __future__ import annotations

import numpy as np

from nnapp.digits.photographs import discretize_grey
from nnapp.digits.picture_fitting import AS_READ, AS_READ_INVERTED, as_bytes, border_of, fit_picture


def test_a_picture_of_the_size_stays_as_it_is() -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    np.testing.assert_array_equal(fit_picture(pixels, (3, 4)), pixels)


def test_pixels_are_means_on_the_brightness_of_the_border() -> None:
    # Four by eight become two by four in the middle of four by four, whose other rows are as bright as the border.
    pixels = np.full((4, 8), 100, np.uint8)
    pixels[1:3, 2:4] = 200
    # Two by two pixels each: the square lies in halves of two of them.
    expected = np.array([[100] * 4, [100, 150, 100, 100], [100, 150, 100, 100], [100] * 4])
    np.testing.assert_array_equal(fit_picture(pixels, (4, 4)), expected)


def test_border() -> None:
    image = np.array([[[1, 2, 3], [4, 9, 5], [6, 7, 8]]])
    assert set(border_of(image)[0].tolist()) == {1, 2, 3, 4, 5, 6, 7, 8}


def test_modes_that_take_pictures_as_they_are() -> None:
    grey = (np.arange(64, dtype=np.float32).reshape(8, 8) % 7) / 10
    pixels = fit_picture(as_bytes(grey), (4, 4))
    np.testing.assert_array_equal(discretize_grey(grey, (4, 4), AS_READ).grid, pixels / np.float32(255))
    inverted = discretize_grey(grey, (4, 4), AS_READ_INVERTED)
    np.testing.assert_array_equal(inverted.grid, (255 - pixels) / np.float32(255))
    assert inverted.box == (0, 0, 8, 8)
    # An empty picture is one too: a network may have learnt some.
    assert not discretize_grey(np.zeros((8, 8), np.float32), (4, 4), AS_READ).grid.any()

"""Area averaging against sums done by hand and by reshaping."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from nnapp.digits.resampling import resample, shrink

RNG_SEED = 0


def test_whole_multiple_gives_the_means_of_blocks() -> None:
    picture = np.random.default_rng(RNG_SEED).random((60, 90), dtype=np.float32)

    blocks = picture.reshape(6, 10, 9, 10).mean(axis=(1, 3))

    assert resample(picture, (6, 9), (0, 0), 10) == pytest.approx(blocks, abs=1e-6)


def test_a_pixel_is_shared_by_the_cells_it_lies_in() -> None:
    # Cells of 1.5 pixels: the middle pixel belongs half to each. (1·1 + ½·3) / 1.5 = 5/3; (½·3 + 1·8) / 1.5 = 19/3.
    picture = np.array([[1, 3, 8]], dtype=np.float32).repeat(3, axis=0)

    assert resample(picture, (2, 2), (0, 0), 1.5) == pytest.approx(np.array([[5 / 3, 19 / 3]] * 2), abs=1e-6)


def test_the_grid_may_begin_between_pixels() -> None:
    # From 0.25 on: ¾ of the first and ¼ of the second pixel.
    picture = np.array([[4, 8]], dtype=np.float32)

    assert resample(picture, (1, 1), (0, 0.25), 1.0) == pytest.approx(np.array([[0.75 * 4 + 0.25 * 8]]))


def test_outside_counts_as_nothing() -> None:
    picture = np.ones((2, 2), dtype=np.float32)

    # The picture covers the middle cell of three wholly; the next grid lies apart from it.
    assert resample(picture, (3, 3), (-2, -2), 2.0).tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert not resample(picture, (2, 2), (50, -70), 3.0).any()


def test_same_size_is_the_picture_itself() -> None:
    picture = np.random.default_rng(RNG_SEED).random((5, 7), dtype=np.float32)

    np.testing.assert_array_equal(resample(picture, (5, 7), (0, 0), 1.0), picture)


def test_enlarging_interpolates_along_straight_lines() -> None:
    # Pixel centres at ½ and 1½ hold 0 and 8. Halves of a pixel between the centres, from ½ to 1 and from 1 to 1½,
    # average the line from 0 to 8 over its first and second half: 2 and 6.
    picture = np.array([[0, 8]], dtype=np.float32).repeat(3, axis=0)

    assert resample(picture, (1, 2), (1.25, 0.5), 0.5) == pytest.approx(np.array([[2, 6]]), abs=1e-6)


PICTURES = npst.arrays(
    np.float32, npst.array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.floats(0, 1, width=32)
)


@given(
    picture=PICTURES,
    pixel_size=st.floats(0.1, 5),
    origin=st.tuples(st.floats(-20, 20), st.floats(-20, 20)),
)
def test_no_value_leaves_the_range_of_the_picture(
    picture: np.ndarray, pixel_size: float, origin: tuple[float, float]
) -> None:
    grid = resample(picture, (4, 6), origin, pixel_size)

    assert grid.shape == (4, 6)
    assert grid.min() >= -1e-6
    assert grid.max() <= picture.max() + 1e-6


@given(
    picture=npst.arrays(np.float32, (5, 8), elements=st.floats(0, 1, width=32)),
    pixel_size=st.floats(0.3, 4),
    start=st.floats(1, 3),
)
def test_ink_is_neither_lost_nor_made(picture: np.ndarray, pixel_size: float, start: float) -> None:
    """A grid that covers the picture and the reach of its pixels holds all of its ink."""
    cells = int(np.ceil((8 + 2 * start + 1) / pixel_size)) + 1

    grid = resample(picture, (cells, cells), (-start, -start), pixel_size)

    assert grid.sum() * pixel_size**2 == pytest.approx(picture.sum(), rel=1e-4, abs=1e-4)


def test_shrinking_averages_blocks() -> None:
    picture = np.random.default_rng(RNG_SEED).random((40, 80), dtype=np.float32)

    small = shrink(picture, 20)

    assert small == pytest.approx(picture.reshape(10, 4, 20, 4).mean(axis=(1, 3)), abs=1e-5)
    assert small.dtype == np.float32


def test_shrinking_leaves_a_small_picture_alone_and_no_side_empty() -> None:
    picture = np.ones((3, 20), dtype=np.float32)

    assert shrink(picture, 20) is picture
    assert shrink(np.ones((1, 1000), dtype=np.float32), 10).shape == (1, 10)

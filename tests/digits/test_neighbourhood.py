"""Windows over pictures, against the same done pixel by pixel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from nnapp.digits.neighbourhood import largest_within, mean_within, smallest_within

PICTURES = npst.arrays(
    np.float32, npst.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.floats(0, 1, width=32)
)


def pixel_by_pixel(
    picture: NDArray[np.float32], reach: int, combine: Callable[[NDArray[np.float32]], float]
) -> NDArray[np.float64]:
    result = np.empty(picture.shape)
    for y, x in np.ndindex(picture.shape):
        window = picture[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1]
        result[y, x] = combine(window)
    return result


@given(picture=PICTURES, reach=st.integers(0, 12))
def test_extremes(picture: NDArray[np.float32], reach: int) -> None:
    np.testing.assert_array_equal(largest_within(picture, reach), pixel_by_pixel(picture, reach, np.max))
    np.testing.assert_array_equal(smallest_within(picture, reach), pixel_by_pixel(picture, reach, np.min))


@given(picture=PICTURES, reach=st.integers(0, 12))
def test_mean(picture: NDArray[np.float32], reach: int) -> None:
    expected = pixel_by_pixel(picture.astype(np.float64), reach, np.mean)

    assert mean_within(picture, reach) == pytest.approx(expected, abs=1e-6)


def test_a_mask_grows_by_a_square() -> None:
    mask = np.zeros((7, 7), dtype=bool)
    mask[3, 3] = True

    grown = largest_within(mask, 2)

    assert grown.dtype == bool
    assert np.argwhere(grown).min(axis=0).tolist() == [1, 1]
    assert grown.sum() == 25
    assert mask.sum() == 1

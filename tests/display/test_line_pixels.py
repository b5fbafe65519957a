from __future__ import annotations

from math import hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnapp.display.line_pixels import line_pixels

WIDTH, HEIGHT = 60, 50


def drawn(lines: list[tuple[int, int, int, int]], widths: list[float]) -> NDArray[np.float64]:
    """Return a picture of how much of each pixel lines cover, the largest where they cross."""
    ends = np.array(lines)
    pixels, coverages, _ = line_pixels(ends[:, :2], ends[:, 2:], np.array(widths), WIDTH)
    picture = np.zeros(WIDTH * HEIGHT)
    np.maximum.at(picture, pixels, coverages)
    return picture.reshape(HEIGHT, WIDTH)


def test_a_level_line_is_a_row_of_pixels() -> None:
    picture = drawn([(10, 20, 15, 20)], [1])

    expected = np.zeros((HEIGHT, WIDTH))
    expected[20, 10:16] = 1
    assert np.array_equal(picture, expected)


def test_an_upright_line_of_two_pixels_is_half_over_its_neighbours() -> None:
    picture = drawn([(10, 20, 10, 30)], [2])

    # Half the width and half a pixel is 1.5: at the axis min(1, 1.5), beside it 1.5 − 1 = 0.5.
    assert np.allclose(picture[20:31, 9:12], [0.5, 1, 0.5])
    assert np.count_nonzero(picture) == 11 * 3


def test_a_diagonal_covers_its_neighbours_by_their_distance() -> None:
    picture = drawn([(10, 10, 20, 20)], [1])

    # The pixels beside a diagonal are 1 / √2 from it: 1 − 0.7071 of them is covered.
    assert picture[15, 15] == 1
    assert picture[15, 16] == pytest.approx(1 - 0.5**0.5, abs=1e-6)
    assert picture[16, 15] == pytest.approx(1 - 0.5**0.5, abs=1e-6)
    assert picture[15, 17] == 0


POINTS = st.tuples(st.integers(8, 52), st.integers(8, 42))


@given(POINTS, POINTS, st.floats(1, 4))
def test_coverage_is_that_of_the_distance_to_the_line(
    start: tuple[int, int], end: tuple[int, int], width: float
) -> None:
    (x0, y0), (x1, y1) = start, end
    length = hypot(x1 - x0, y1 - y0)
    if length == 0:
        return
    picture = drawn([(x0, y0, x1, y1)], [width])

    is_steep = abs(y1 - y0) > abs(x1 - x0)
    for y in range(HEIGHT):
        for x in range(WIDTH):
            along, low, high = (y, min(y0, y1), max(y0, y1)) if is_steep else (x, min(x0, x1), max(x0, x1))
            distance = abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / length
            expected = min(max(width / 2 + 0.5 - distance, 0), 1) if low <= along <= high else 0
            assert picture[y, x] == pytest.approx(expected, abs=1e-4)


def test_many_lines_are_the_same_as_each_alone() -> None:
    lines = [(10, 10, 50, 12), (50, 40, 10, 11), (20, 10, 22, 40), (30, 40, 28, 8)]
    widths = [1.0, 3.0, 1.5, 2.0]

    together = drawn(lines, widths)

    alone = [drawn([line], [width]) for line, width in zip(lines, widths, strict=True)]
    assert np.allclose(together, np.max(alone, axis=0), atol=1e-6)


def test_each_pixel_knows_its_line() -> None:
    ends = np.array([(10, 10, 20, 10), (10, 30, 20, 30)])

    pixels, coverages, lines = line_pixels(ends[:, :2], ends[:, 2:], np.ones(2), WIDTH)

    assert len(pixels) == len(coverages) == len(lines) == 22
    assert {(int(line), int(pixel) // WIDTH) for line, pixel in zip(lines, pixels, strict=True)} == {(0, 10), (1, 30)}


def test_no_lines_have_no_pixels() -> None:
    nothing = np.empty((0, 2), int)

    assert [len(array) for array in line_pixels(nothing, nothing, np.empty(0), WIDTH)] == [0, 0, 0]

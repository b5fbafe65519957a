"""Ink on the grid: where it lies, how large and how thick it is, whatever way it was drawn."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray
from PIL import Image

from nnapp.digits.normalization import DISCRETIZATIONS, FAINTEST_INK, as_drawn, ink_box, like_mnist
from nnapp.errors import DataError

Pen = Callable[..., NDArray[np.float32]]

# A seven on a unit square, (y, x), and a five: corners in all directions, and a mass that is not in the middle.
SEVEN = np.array([(0, 0), (0, 0.7), (1, 0.3)])
FIVE = np.array([(0, 0.6), (0, 0), (0.45, 0), (0.45, 0.5), (0.75, 0.65), (1, 0.4), (1, 0)])


def centre_of_mass(grid: NDArray[np.float32]) -> tuple[float, float]:
    """Return (y, x) in pixel indices."""
    y, x = np.indices(grid.shape)
    return float((grid * y).sum() / grid.sum()), float((grid * x).sum() / grid.sum())


def drawn(
    pen: Pen, points: NDArray[np.float64], size: float, top: float, left: float, width: float
) -> NDArray[np.float32]:
    """Draw on a canvas of 280×280."""
    return pen([(top + size * y, left + size * x) for y, x in points], width, (280, 280))


def test_a_square_fills_twenty_pixels_around_the_middle_of_pixel_14() -> None:
    # From 14.5 − 10 = 4.5 to 24.5: pixels 5 … 23 wholly, 4 and 24 half. Its box is found to half a working pixel, 1/16.
    ink = np.zeros((280, 280))
    ink[200:230, 11:41] = 1
    profile = np.zeros(28)
    profile[5:24] = 1
    profile[[4, 24]] = 0.5

    assert like_mnist(ink) == pytest.approx(np.outer(profile, profile), abs=1 / 16)


@pytest.mark.parametrize("points", [SEVEN, FIVE])
def test_longer_side_is_twenty_pixels_and_aspect_ratio_is_kept(pen: Pen, points: NDArray[np.float64]) -> None:
    """The pen's path is as high as 1 and as wide as 0.7 or 0.65; strokes add their width to both."""
    grid = like_mnist(drawn(pen, points, size=150, top=60, left=30, width=12))

    # The edge's own softness, half a pixel of eight, may show beyond.
    rows, columns = (np.flatnonzero(grid.max(axis=axis) > 1 / 16) for axis in (1, 0))
    stroke = 2.6
    path_width = points[:, 1].max() * (20 - stroke)
    # A box that begins between two pixels touches one more.
    assert 20 <= rows[-1] - rows[0] + 1 <= 21
    assert columns[-1] - columns[0] + 1 == pytest.approx(path_width + stroke, abs=1.5)


@pytest.mark.parametrize("points", [SEVEN, FIVE, SEVEN[:, ::-1]])
@pytest.mark.parametrize("shape", [(28, 28), (14, 14), (32, 32), (20, 40)])
def test_centre_of_mass_is_where_mnist_has_it(pen: Pen, points: NDArray[np.float64], shape: tuple[int, int]) -> None:
    """In the middle of pixel 14 of 28, 14.5 pixels from the corner, and in proportion on other grids."""
    grid = like_mnist(drawn(pen, points, size=100, top=20, left=120, width=10), shape)

    assert grid.shape == shape
    assert grid.dtype == np.float32
    assert centre_of_mass(grid) == pytest.approx([side * 14.5 / 28 - 0.5 for side in shape], abs=0.02)


@pytest.mark.parametrize("width", [3, 8, 16, 24])
def test_any_pen_leaves_mnist_strokes(pen: Pen, width: float) -> None:
    """Down through the long bar of a seven, midway along: 2.3 to 3.0 pixels of 20, like half of MNIST."""
    grid = like_mnist(drawn(pen, SEVEN, size=150, top=60, left=60, width=width))

    rows = np.flatnonzero(grid.max(axis=1) > 0)
    columns = np.flatnonzero(grid.max(axis=0) > 0)
    middle = (columns[0] + columns[-1]) // 2
    bar = grid[rows[0] : rows[0] + 7, middle].sum()
    assert 2.1 <= bar <= 3.2  # the grid and the corner beside it take or give a little


def test_thin_and_fat_pen_give_the_same_digit(pen: Pen) -> None:
    """As drawn, the ink differs eightfold; like MNIST, as its thin strokes do from its thick ones: 3.0 / 2.3 = 1.3."""
    thin, fat = (drawn(pen, FIVE, size=150, top=60, left=60, width=width) for width in (3, 24))

    assert as_drawn(fat).sum() > 6 * as_drawn(thin).sum()
    assert like_mnist(thin).sum() <= like_mnist(fat).sum() <= 1.3 * like_mnist(thin).sum()
    # At most 0.7 / 2 pixels beside an outline of 2 · 100 / 2.6 = 77 pixels.
    assert np.abs(like_mnist(fat) - like_mnist(thin)).mean() < 77 * 0.35 / 784


@pytest.mark.parametrize("points", [SEVEN, FIVE])
@pytest.mark.parametrize("size", [50, 100, 200])
@pytest.mark.parametrize(("top", "left"), [(15, 15), (15, 64.5), (60.3, 40.7), (64, 15), (64, 64)])
def test_place_and_size_do_not_matter(
    pen: Pen, points: NDArray[np.float64], size: float, top: float, left: float
) -> None:
    """The outline and the box are kept to a pixel of 160 for 20, ⅛ pixel: two edges in one pixel make a quarter."""
    reference = like_mnist(drawn(pen, points, size=200, top=40, left=40, width=20))

    grid = like_mnist(drawn(pen, points, size, top, left, width=size / 10))

    assert np.abs(grid - reference).max() < 0.25
    assert np.abs(grid - reference).mean() < 0.01


def test_soft_and_faint_ink_gives_the_same_grid(pen: Pen) -> None:
    ink = drawn(pen, SEVEN, size=150, top=60, left=60, width=14)

    assert like_mnist(ink * 0.3) == pytest.approx(like_mnist(ink), abs=1e-3)


def test_a_line_thinner_than_a_pixel_is_not_lost() -> None:
    ink = np.zeros((3000, 3000), dtype=np.float32)
    ink[100:2900, 1500] = 1

    grid = like_mnist(ink)

    # 20 high; ⅛ pixel is the least that is drawn before it is made as thick as MNIST's thin strokes.
    assert grid.sum(axis=0).max() == pytest.approx(20, abs=1)
    assert grid[14].sum() == pytest.approx(2.3, abs=0.2)


def test_nothing_is_cut_off_where_the_mass_is_at_one_end() -> None:
    """A blot of 150×150 with a tail of 20×250.

    Its strokes are 2 · 27500 / 1100 = 50 wide, 0.125 of 400, so that they are left alone; its mass is at
    (22500 · 75 + 5000 · 275) / 27500 = 111 of 400 or 5.6 of 20, so that the tail would end at 14.5 − 5.6 + 20 = 28.9.
    """
    ink = np.zeros((400, 400))
    ink[250:400, 0:150] = 1
    ink[315:335, 150:400] = 1

    grid = like_mnist(ink)

    columns = np.flatnonzero(grid.max(axis=0) > 1 / 16)
    assert (columns[0], columns[-1]) == (8, 27)
    # Not moved, the blot would begin at 28.9 − 20 and leave nine tenths of column 8 empty.
    assert grid[:, 8].max() == pytest.approx(1, abs=0.1)


def test_single_dot_is_a_blot() -> None:
    ink = np.zeros((280, 280))
    ink[3, 277] = 1

    grid = like_mnist(ink)

    assert centre_of_mass(grid) == pytest.approx((14, 14), abs=0.01)
    assert grid[14, 14] == 1


def test_mnist_digits_come_back_nearly_as_they_were(mnist_digits: NDArray[np.uint8]) -> None:
    """Drawn ten times as large and moved, they differ by what MNIST's own form leaves open.

    A digit's outline is about 2 · area / width = 2 · 103 / 2.6 = 80 pixels long. MNIST's makers moved it by up to half
    a pixel either way, 0.25 on average, to whole pixels, and half of the strokes differ by more than 0.35 from 2.6: on
    average, some 0.4 pixels of displacement, 80 · 0.4 / 784 = 0.04. At worst, half a pixel and 0.6 (strokes of 3.8).
    """
    differences = []
    for pixels in mnist_digits:
        canvas = np.zeros((400, 500), dtype=np.float32)
        canvas[110:390, 7:287] = np.asarray(Image.fromarray(pixels).resize((280, 280), Image.Resampling.BICUBIC)) / 255
        differences.append(np.abs(like_mnist(canvas) - pixels / 255).mean())

    assert np.mean(differences) < 0.045
    assert max(differences) < 80 * 1.1 / 784


def test_as_drawn_averages_blocks() -> None:
    ink = np.random.default_rng(0).random((280, 280))

    assert as_drawn(ink) == pytest.approx(ink.reshape(28, 10, 28, 10).mean(axis=(1, 3)), abs=1e-6)


def test_as_drawn_keeps_a_picture_of_the_grids_size() -> None:
    ink = np.random.default_rng(0).random((28, 28), dtype=np.float32)

    np.testing.assert_array_equal(as_drawn(ink), ink)


def test_as_drawn_pads_to_the_grids_proportions() -> None:
    # 56 high, 28 wide: pixels of 2, 14 columns of them in the middle.
    ink = np.random.default_rng(0).random((56, 28))
    expected = np.zeros((28, 28))
    expected[:, 7:21] = ink.reshape(28, 2, 14, 2).mean(axis=(1, 3))

    assert as_drawn(ink) == pytest.approx(expected, abs=1e-6)


def test_ink_box_counts_from_half_of_the_typical_level() -> None:
    ink = np.zeros((20, 30), dtype=np.float32)
    ink[5:12, 8:20] = 0.8
    ink[4, 8:20] = 0.1

    assert ink_box(ink) == (5, 8, 12, 20)


@pytest.mark.parametrize("discretize", DISCRETIZATIONS.values())
@pytest.mark.parametrize(
    ("ink", "message"),
    [
        (np.zeros((280, 280)), "Nothing is drawn"),
        (np.full((5, 5), FAINTEST_INK * 0.99), "Nothing is drawn"),
        (np.zeros((0, 7)), "Nothing is drawn"),
        (np.full((5, 5), -3.0), "Nothing is drawn"),
        (np.full((5, 5), np.nan), "finite"),
        (np.full((5, 5), np.inf), "finite"),
        (np.ones(25), "got 1 dimensions"),
        (np.ones((2, 5, 5)), "got 3 dimensions"),
    ],
)
def test_what_is_no_ink_is_one_sentence(
    discretize: Callable[..., NDArray[np.float32]], ink: NDArray[np.float64], message: str
) -> None:
    with pytest.raises(DataError, match=message) as raised:
        discretize(ink, (28, 28))
    assert str(raised.value).count(".") == 1
    assert str(raised.value).endswith(".")


@pytest.mark.parametrize("shape", [(0, 28), (28, -1), (28,)])
def test_what_is_no_grid_is_one_sentence(shape: tuple[int, int]) -> None:
    with pytest.raises(DataError, match="The grid must have at least one row and one column"):
        like_mnist(np.ones((5, 5)), shape)


@pytest.mark.parametrize("discretize", DISCRETIZATIONS.values())
@given(
    ink=npst.arrays(
        st.sampled_from([np.float16, np.float32, np.float64, np.uint8, np.bool_]),
        npst.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=40),
    ),
    shape=st.tuples(st.integers(1, 30), st.integers(1, 30)),
)
def test_any_array_is_a_grid_of_ink_or_a_data_error(
    discretize: Callable[..., NDArray[np.float32]], ink: NDArray[np.float64], shape: tuple[int, int]
) -> None:
    try:
        grid = discretize(ink, shape)
    except DataError:
        return
    assert grid.shape == shape
    assert grid.dtype == np.float32
    assert 0 <= grid.min() <= grid.max() <= 1
    assert grid.max() > 0


@given(
    ink=npst.arrays(np.float32, (12, 9), elements=st.floats(0, 1, width=32)),
    top=st.integers(0, 9),
    left=st.integers(0, 9),
)
def test_moving_a_drawing_by_whole_pixels_changes_nothing(ink: NDArray[np.float32], top: int, left: int) -> None:
    ink[0, 0] = 1
    canvas = np.zeros((21, 18), dtype=np.float32)
    canvas[top : top + 12, left : left + 9] = ink

    assert like_mnist(canvas) == pytest.approx(like_mnist(np.pad(ink, 1)), abs=1e-3)
    assert math.isclose(canvas.sum(), ink.sum(), rel_tol=1e-5)

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.network_arrangement import arrange_network
from nnapp.display.network_layout import NetworkLayout

DIGITS = [str(digit) for digit in range(10)]
TEXT_PX = 12


def measure(text: str, size_px: int) -> float:
    """Return the width in a font whose letters are all six tenths of its size wide."""
    return 0.6 * size_px * len(text)


def lay_out(
    sizes: list[int], width: int = 480, height: int = 380, names: list[str] | None = None, first_layer: int = 0
) -> NetworkLayout:
    class_names = [str(label) for label in range(sizes[-1])] if names is None else names
    return arrange_network(width, height, sizes, class_names, TEXT_PX, 4, measure, first_layer)


NETWORKS = st.sampled_from(
    [[784, 10], [784, 16, 16, 10], [784, 128, 64, 10], [784, 800, 800, 10], [784, *[20] * 8, 10]]
)


@given(st.integers(480, 1600), st.integers(300, 1200), NETWORKS)
def test_everything_is_inside_and_nothing_overlaps(width: int, height: int, sizes: list[int]) -> None:
    layout = lay_out(sizes, width, height)

    left, top, right, bottom = layout.picture_box
    assert left >= 0
    assert right <= width
    assert top > layout.caption_y
    for column in layout.columns:
        radius = column.diameter // 2
        assert left <= column.x - radius
        assert column.x + radius < right
        assert layout.scale_y + radius < column.ys[0]
        assert column.ys[-1] + radius < bottom
        assert all(below - above >= column.diameter for above, below in pairwise(column.ys)), "circles apart"
        assert column.ys[-1] + radius < layout.legend_y - layout.line_px // 2
        if column.is_paged:
            assert column.ys[-1] + radius <= layout.page_y - layout.line_px // 2
    for button in layout.buttons:
        assert button.box[3] <= layout.legend_y - layout.line_px // 2
    for column, other in pairwise(layout.columns):
        assert other.x - column.x >= 32, "8 units of 4 pixels"
        assert measure(column.caption, TEXT_PX) / 2 + measure(other.caption, TEXT_PX) / 2 < other.x - column.x
    assert layout.outputs is not None
    assert layout.outputs.mark_x + measure("✓", TEXT_PX) <= width


@given(st.integers(200, 1600), st.integers(100, 1200), NETWORKS)
def test_every_circle_is_found_again_at_its_centre(width: int, height: int, sizes: list[int]) -> None:
    layout = lay_out(sizes, width, height)

    for column in layout.columns:
        for slot, y in enumerate(column.ys):
            assert layout.slot_at(column.x, y) == (column.layer, slot)


def test_a_small_layer_is_shown_whole_and_a_tall_one_as_far_as_it_fits() -> None:
    layout = lay_out([784, 16, 16, 10])

    inputs, first, second, outputs = layout.columns
    assert [column.n_slots for column in (first, second, outputs)] == [16, 16, 10]
    assert not any(column.is_paged for column in (first, second, outputs))
    assert inputs.is_paged
    # Neurons of a layer that has pages are 16 pixels apart or a little more: captions, scales, arrows and legend
    # take less than 110 of the 380 pixels.
    assert 270 // 16 <= inputs.n_slots <= 380 // 16


def test_a_layer_fits_if_its_circles_are_ten_pixels_apart() -> None:
    # Heights 8 + 2 · 16 + 4 above, 8 + 16 + 4 below (lines of 1.3 · 12 = 15.6 → 16): 272 pixels are left of 344.
    fits, too_tall = lay_out([27, 10], height=344), lay_out([28, 10], height=344)

    assert fits.columns[0].n_slots == 27
    assert too_tall.columns[0].n_slots < 28
    assert fits.buttons == ()
    assert {(button.layer, button.step) for button in too_tall.buttons} == {(0, -1), (0, 1)}


def test_outputs_are_as_far_apart_as_their_names_are_high() -> None:
    layout = lay_out([784, 62])

    outputs = layout.columns[-1]
    assert outputs.is_paged
    assert all(below - above >= layout.line_px for above, below in pairwise(outputs.ys))


def test_captions_lose_their_words_and_scales_their_strips_where_columns_are_close() -> None:
    wide, narrow = lay_out([784, 128, 64, 10], width=700), lay_out([784, *[20] * 8, 10])

    captions = ["inputs · 784", "layer 1 · 128", "layer 2 · 64", "outputs · 10"]
    assert [column.caption for column in wide.columns] == captions
    assert wide.scale_px == 24
    assert [column.caption for column in narrow.columns] == ["784", *["20"] * 8, "10"]
    assert narrow.scale_px == 0


def test_ten_layers_are_all_shown_in_the_smallest_diagram() -> None:
    layout = lay_out([784, *[20] * 8, 10])

    assert [column.layer for column in layout.columns] == list(range(10))
    assert all(button.layer is not None for button in layout.buttons)


def test_of_more_layers_than_fit_neighbours_are_shown_with_arrows_to_the_others() -> None:
    sizes = [784, *[20] * 40, 10]

    start, middle, end = (lay_out(sizes, first_layer=first) for first in (0, 20, 99))

    n_columns = len(start.columns)
    assert 5 <= n_columns < 20
    assert [column.layer for column in start.columns] == list(range(n_columns))
    assert middle.first_layer == 20
    assert end.last_layer == 41
    assert [[button.step for button in layout.buttons if button.layer is None] for layout in (start, middle, end)] == [
        [1],
        [-1, 1],
        [-1],
    ]
    assert start.outputs is None
    assert end.outputs is not None


def test_long_names_are_shortened_to_a_fifth_of_the_width() -> None:
    layout = lay_out([784, 2], names=["an uncommonly long name", "b"])

    assert layout.outputs is not None
    name, other = layout.outputs.names
    assert name.endswith("…")
    # A fifth of 480 is 96; a letter is 7.2 pixels wide.
    assert 96 - 2 * 7.2 < measure(name, TEXT_PX) <= 96
    assert other == "b"


def test_everything_grows_with_the_unit() -> None:
    small = arrange_network(900, 700, [784, 16, 10], DIGITS, 12, 4, measure)
    large = arrange_network(1800, 1400, [784, 16, 10], DIGITS, 24, 8, measure)

    assert large.line_px == pytest.approx(2 * small.line_px, abs=1)
    assert [column.n_slots for column in large.columns] == [column.n_slots for column in small.columns]
    assert [column.diameter for column in large.columns] == pytest.approx(
        [2 * column.diameter for column in small.columns], abs=3
    )


@given(st.integers(1, 300), st.integers(1, 200), NETWORKS)
def test_a_space_that_is_too_small_is_overflowed(width: int, height: int, sizes: list[int]) -> None:
    layout = lay_out(sizes, width, height)

    assert len(layout.columns) >= 2
    assert all(column.n_slots >= 1 for column in layout.columns)
    assert all(right.x > left.x for left, right in pairwise(layout.columns))

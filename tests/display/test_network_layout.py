from __future__ import annotations

import numpy as np
import pytest

from nnapp.display.network_layout import Column, NetworkLayout, OutputPlaces, PageButton

# Two columns 100 pixels apart: three circles of 11 pixels at heights 20, 40 and 60, and two of 21 at 30 and 70.
INPUTS = Column(layer=0, n_neurons=9, x=50, ys=(20, 40, 60), diameter=11, caption="inputs · 9")
OUTPUTS = Column(layer=1, n_neurons=2, x=150, ys=(30, 70), diameter=21, caption="outputs · 2")
LAYOUT = NetworkLayout(
    width=300,
    height=120,
    n_layers=2,
    columns=(INPUTS, OUTPUTS),
    picture_box=(30, 0, 240, 90),
    text_px=12,
    line_px=16,
    caption_y=5,
    scale_y=10,
    page_y=85,
    legend_y=110,
    scale_px=24,
    page_width=40,
    outputs=OutputPlaces(("a", "b"), 170, 190, 230, 6, 260, 265),
    buttons=(PageButton(0, -1, (15, 77, 30, 93)), PageButton(0, 1, (70, 77, 85, 93))),
)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (50, 20, (0, 0)),
        (50, 60, (0, 2)),
        # The radius is 5.5 and a pointer 3 pixels beside a neuron is on it: 8.5 in all directions.
        (58, 40, (0, 1)),
        (59, 40, None),
        (50, 28, (0, 0)),
        (50, 29, None),
        # 10.5 + 3 = 13.5 around an output.
        (150, 43, (1, 0)),
        (150, 44, None),
        (137, 70, (1, 1)),
        (136, 70, None),
        (100, 40, None),
    ],
)
def test_a_neuron_is_found_on_its_circle_and_closely_around(x: int, y: int, expected: tuple[int, int] | None) -> None:
    assert LAYOUT.slot_at(x, y) == expected


@pytest.mark.parametrize(("x", "y", "expected"), [(175, 30, (1, 0)), (215, 78, (1, 1)), (275, 70, (1, 1))])
def test_name_bar_and_number_belong_to_their_output(x: int, y: int, expected: tuple[int, int]) -> None:
    assert LAYOUT.slot_at(x, y) == expected


@pytest.mark.parametrize(("x", "y"), [(215, 50), (215, 79), (290, 30)])
def test_between_and_behind_the_names_is_no_neuron(x: int, y: int) -> None:
    assert LAYOUT.slot_at(x, y) is None


def test_an_arrow_is_found_by_all_its_pixels_and_no_others() -> None:
    up, down = LAYOUT.buttons

    assert LAYOUT.button_at(15, 77) == LAYOUT.button_at(29, 92) == up
    assert LAYOUT.button_at(70, 80) == down
    assert LAYOUT.button_at(30, 80) is None
    assert LAYOUT.button_at(15, 93) is None


def test_a_connection_is_found_within_three_pixels_of_its_line() -> None:
    # From (50, 20) to (150, 70) is 1 down for 2 across; half way it is at (100, 45). A point h above it is
    # h · cos(atan 0.5) = h · 2 / √5 = 0.894 h away from it: 2.68 for h = 3 and 3.58 for h = 4.
    sources, targets = np.array([0]), np.array([1])

    assert LAYOUT.line_at(100, 45, 1, sources, targets) == 0
    assert LAYOUT.line_at(100, 42, 1, sources, targets) == 0
    assert LAYOUT.line_at(100, 48, 1, sources, targets) == 0
    assert LAYOUT.line_at(100, 41, 1, sources, targets) is None
    assert LAYOUT.line_at(100, 49, 1, sources, targets) is None


def test_the_nearest_of_several_connections_is_found_and_of_equal_ones_the_last() -> None:
    # (50, 20)–(150, 30), (50, 40)–(150, 30) and again the first: at x = 60 they are at 21, 39 and 21.
    sources, targets = np.array([0, 1, 0]), np.array([0, 0, 0])

    assert LAYOUT.line_at(60, 39, 1, sources, targets) == 1
    assert LAYOUT.line_at(60, 21, 1, sources, targets) == 2


def test_no_connection_is_outside_of_the_gap_or_in_another_one() -> None:
    sources, targets = np.array([0]), np.array([0])

    assert LAYOUT.line_at(50, 20, 1, sources, targets) is None
    assert LAYOUT.line_at(150, 30, 1, sources, targets) is None
    assert LAYOUT.line_at(100, 25, 2, sources, targets) is None
    assert LAYOUT.line_at(100, 25, 1, np.array([], int), np.array([], int)) is None


def test_the_nearest_layer_is_found_at_any_point() -> None:
    assert [LAYOUT.layer_at(x) for x in (0, 99, 101, 290)] == [0, 0, 1, 1]


def test_columns_are_known_by_their_layers() -> None:
    assert LAYOUT.column_of(0) is INPUTS
    assert LAYOUT.column_of(1) is OUTPUTS
    assert LAYOUT.column_of(2) is None
    assert LAYOUT.column_of(-1) is None
    assert INPUTS.is_paged
    assert not OUTPUTS.is_paged

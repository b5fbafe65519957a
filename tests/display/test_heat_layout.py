"""Where the cells of a heat map are, and how its values give way where there is little room."""

from __future__ import annotations

import pytest

from nnapp.display.heat_layout import arrange_heat


def measure(text: str, size_px: int) -> float:
    return 0.5 * size_px * len(text)


def test_cells_are_inside_and_found_by_their_places() -> None:
    layout = arrange_heat((400, 300), ["32", "64"], ["0.001", "0.01", "0.1"], 10, measure)

    for row in range(2):
        for column in range(3):
            left, top, right, bottom = layout.cell_box(row, column)
            assert 0 <= left < right <= 400
            assert 0 <= top < bottom <= 300
            assert layout.cell_at(left, top) == layout.cell_at(right - 1, bottom - 1) == (row, column)
    assert layout.cell_at(layout.left - 1, layout.top) is None
    assert layout.cell_at(layout.left, layout.top + layout.height) is None
    assert (layout.width, layout.height) == (3 * layout.cell_width, 2 * layout.cell_height)
    assert (layout.row_names, layout.column_names) == (("32", "64"), ("0.001", "0.01", "0.1"))


def test_few_cells_do_not_become_walls() -> None:
    # Eight lines of 13 pixels, and twice that in width.
    layout = arrange_heat((2000, 2000), [""], ["1"], 10, measure)

    assert (layout.cell_width, layout.cell_height) == (208, 104)


def test_values_are_turned_upright_where_columns_are_narrow() -> None:
    names = [f"0.000{digit}" for digit in range(10)]  # 30 pixels each

    assert not arrange_heat((600, 300), [""], names, 10, measure).columns_upright
    assert arrange_heat((300, 300), [""], names, 10, measure).columns_upright


def test_long_values_are_shortened() -> None:
    layout = arrange_heat((400, 300), ["128, 64, 32, 16, 8, 8, 8, 8, 8, 8, 8, 8"], ["1"], 10, measure)

    assert layout.row_names[0].endswith("…")
    assert measure(layout.row_names[0], 10) <= 120  # three tenths of the width


@pytest.mark.parametrize("size", [(1, 1), (30, 20), (120, 90)])
def test_tiny_spaces_and_many_values(size: tuple[int, int]) -> None:
    names = [str(number) for number in range(100)]
    layout = arrange_heat(size, names, names, 10, measure)

    assert min(layout.cell_width, layout.cell_height) >= 1
    # Names of 13 pixels beside cells of one: every thirteenth.
    assert layout.row_step == 13

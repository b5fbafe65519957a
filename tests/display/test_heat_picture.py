"""The picture of a heat map: colours, lines and hatching."""

from __future__ import annotations

import numpy as np

from nnapp.display.heat_layout import arrange_heat
from nnapp.display.heat_picture import heat_picture
from nnapp.display.palettes import palette, rgb

LIGHT = palette("light")


def measure(text: str, size_px: int) -> float:
    return 0.5 * size_px * len(text)


def test_known_cells_are_plain_and_others_hatched() -> None:
    layout = arrange_heat((200, 120), ["a"], ["b", "c"], 10, measure)
    colors = np.array([[[10, 20, 30], [0, 0, 0]]], np.uint8)
    picture = heat_picture(colors, np.array([[True, False]]), layout, LIGHT)

    assert picture.shape == (layout.height, layout.width, 3)
    known = picture[1:, 1 : layout.cell_width]
    assert (known == (10, 20, 30)).all()
    empty = picture[1:, layout.cell_width + 1 :].reshape(-1, 3)
    assert {tuple(color) for color in empty.tolist()} == {rgb(LIGHT.canvas), rgb(LIGHT.field_border)}
    # One pixel in eight of each row.
    share = (empty == rgb(LIGHT.field_border)).all(axis=1).mean()
    assert abs(share - 1 / 8) < 0.02
    assert (picture[0] == rgb(LIGHT.background)).all()


def test_tiny_cells_have_no_lines_between() -> None:
    names = [str(number) for number in range(50)]
    layout = arrange_heat((150, 150), names, names, 10, measure)
    picture = heat_picture(np.full((50, 50, 3), 7, np.uint8), np.ones((50, 50), bool), layout, LIGHT)

    assert (picture == 7).all()

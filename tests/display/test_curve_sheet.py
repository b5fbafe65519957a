"""The picture of learning curves: lines where they belong, smooth, and marks that differ in shape."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.display.curve_sheet import CURVE_MARKERS, DrawnCurve, curve_colors, curve_sheet
from nnapp.display.palettes import contrast, palette, rgb

LIGHT = palette("light")
BOX = (10.0, 5.0, 90.0, 55.0)


def pixels(*curves: DrawnCurve) -> np.ndarray:
    return np.asarray(curve_sheet((100, 60), LIGHT, curves, [50], [30], BOX, 4))


def test_a_line_has_its_colour_and_the_rest_is_ground_and_grid() -> None:
    picture = pixels(DrawnCurve(((20, 20), (80, 20)), "#ff0000", width_px=3))

    assert tuple(picture[20, 40]) == (255, 0, 0)
    assert tuple(picture[10, 40]) == rgb(LIGHT.canvas)
    assert tuple(picture[30, 40]) == rgb(LIGHT.grid)
    assert tuple(picture[40, 10]) == rgb(LIGHT.field_border)


def test_a_slanted_line_is_smooth() -> None:
    picture = pixels(DrawnCurve(((20, 40), (80, 50)), "#000000", width_px=2))

    assert len(np.unique(picture[40:52, 25:75, 0])) > 4  # shades between line and ground


def test_the_last_curve_is_on_top() -> None:
    line = ((20.0, 20.0), (80.0, 20.0))
    picture = pixels(DrawnCurve(line, "#ff0000", width_px=3), DrawnCurve(line, "#0000ff", width_px=3))

    assert tuple(picture[20, 40]) == (0, 0, 255)


def test_marks_are_all_different() -> None:
    shapes = {pixels(DrawnCurve(((50, 20),), "#000000", marker)).tobytes() for marker in CURVE_MARKERS}

    assert len(shapes) == len(CURVE_MARKERS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_there_is_a_colour_for_each_mark_and_all_are_seen(theme: str) -> None:
    look = palette(theme)

    assert len(set(curve_colors(look))) == len(CURVE_MARKERS)
    assert min(contrast(color, look.canvas) for color in curve_colors(look)) >= 3  # WCAG 2.1, 1.4.11

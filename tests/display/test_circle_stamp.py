from __future__ import annotations

from math import hypot

import numpy as np

from nnapp.display.circle_stamp import CircleStamp

SIDE = 40
RED, BLUE, GREY = np.array([200, 0, 0]), np.array([0, 0, 200]), np.array([90, 90, 90])


def stamped(diameter: int, border_px: float) -> np.ndarray:
    """Return a grey picture with a red circle with a blue border in its middle."""
    picture = np.full((SIDE * SIDE, 3), 90, np.uint8)
    center = np.array([20 * SIDE + 20])
    CircleStamp(diameter, border_px, SIDE).draw(picture, center, RED, BLUE)
    return picture.reshape(SIDE, SIDE, 3)


def test_a_circle_has_its_fill_its_border_and_leaves_the_rest() -> None:
    picture = stamped(21, 3)

    assert tuple(picture[20, 20]) == (200, 0, 0)
    # The radius is 10.5 and the fill ends at 7.5: pixel 7 is 0.5 inside of that, pixel 8 is 0.5 outside.
    assert tuple(picture[20, 27]) == (200, 0, 0)
    assert tuple(picture[20, 28]) == (0, 0, 200)
    assert tuple(picture[20, 30]) == (0, 0, 200)
    assert tuple(picture[20, 31]) == (90, 90, 90)


def test_every_pixel_is_covered_by_its_distance_from_the_middle() -> None:
    picture = stamped(15, 2)

    for y in range(SIDE):
        for x in range(SIDE):
            distance = hypot(x - 20, y - 20)
            disc = min(max(7.5 + 0.5 - distance, 0), 1)
            fill = min(max(5.5 + 0.5 - distance, 0), 1)
            expected = (1 - disc) * GREY + (disc - fill) * BLUE + fill * RED
            assert np.abs(picture[y, x] - expected).max() <= 0.51


def test_many_circles_have_colours_of_their_own() -> None:
    picture = np.zeros((SIDE * SIDE, 3), np.uint8)
    centers = np.array([10 * SIDE + 10, 30 * SIDE + 30])

    CircleStamp(9, 2, SIDE).draw(picture, centers, np.array([RED, BLUE]), np.array([BLUE, GREY]))

    shown = picture.reshape(SIDE, SIDE, 3)
    assert tuple(shown[10, 10]) == tuple(RED)
    assert tuple(shown[10, 14]) == tuple(BLUE)
    assert tuple(shown[30, 30]) == tuple(BLUE)
    assert tuple(shown[30, 34]) == tuple(GREY)

"""Connected parts, against a flood fill written the plain way."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from nnapp.digits.connected_components import label_components


def flood_fill(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Number the parts in reading order, one pixel at a time."""
    labels = np.zeros(mask.shape, dtype=np.intp)
    for start in map(tuple, np.argwhere(mask)):
        if labels[start]:
            continue
        labels[start] = labels.max() + 1
        waiting = [start]
        while waiting:
            y, x = waiting.pop()
            for neighbour in ((y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)):
                inside = 0 <= neighbour[0] < mask.shape[0] and 0 <= neighbour[1] < mask.shape[1]
                if inside and mask[neighbour] and not labels[neighbour]:
                    labels[neighbour] = labels[start]
                    waiting.append(neighbour)
    return labels


@given(mask=npst.arrays(np.bool_, npst.array_shapes(min_dims=2, max_dims=2, max_side=14)))
def test_same_parts_as_flood_fill(mask: NDArray[np.bool_]) -> None:
    np.testing.assert_array_equal(label_components(mask), flood_fill(mask))


def test_a_spiral_is_one_part() -> None:
    """The longest way from one end to the other that a picture of this size holds."""
    mask = np.zeros((41, 41), dtype=bool)
    y, x, dy, dx = 0, 0, 0, 1
    for length in [40, 40, 40, *np.repeat(np.arange(38, 0, -2), 2)]:
        for _ in range(length):
            mask[y, x] = True
            y, x = y + dy, x + dx
        dy, dx = dx, -dy

    assert label_components(mask).max() == 1


def test_parts_that_touch_only_around_the_edge_of_the_picture_are_apart() -> None:
    mask = np.array([[0, 0, 1], [1, 0, 0], [0, 0, 1]], dtype=bool)

    assert label_components(mask).tolist() == [[0, 0, 1], [2, 0, 0], [0, 0, 3]]


def test_nothing_has_no_parts() -> None:
    assert not label_components(np.zeros((3, 4), dtype=bool)).any()

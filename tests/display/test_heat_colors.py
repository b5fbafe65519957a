"""The colours of heat maps: those of viridis turned round, on a logarithmic scale."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import colormaps

from nnapp.display.heat_colors import HEAT_COLORS, heat_colors, heat_shares
from nnapp.display.palettes import relative_luminance


def test_scale_is_viridis_turned_round() -> None:
    published = np.array([colormaps["viridis"](1 - place / 255)[:3] for place in range(256)]) * 255

    assert np.abs(HEAT_COLORS.astype(float) - published).max() < 8  # straight between its fifteenths


def test_brightness_falls_evenly() -> None:
    brightness = [relative_luminance("#{:02x}{:02x}{:02x}".format(*color)) for color in HEAT_COLORS]

    assert all(before > after for before, after in zip(brightness[::8], brightness[8::8], strict=False))


def test_each_halving_is_an_equal_step() -> None:
    # 0.01, 0.02, 0.04, 0.08: thirds of the way from the lowest to the highest.
    scores = np.array([0.01, 0.02, 0.04, 0.08, np.nan])

    np.testing.assert_allclose(heat_shares(scores, 0.01, 0.08), [0, 1 / 3, 2 / 3, 1, np.nan], atol=1e-12)
    assert heat_colors(scores, 0.01, 0.08)[0].tolist() == [0xFD, 0xE7, 0x25]
    assert heat_colors(scores, 0.01, 0.08)[3].tolist() == [0x44, 0x01, 0x54]


def test_zero_stands_at_a_thousandth_of_the_highest() -> None:
    # log(0.1 / 0.001) / log(1 / 0.001) = 2 / 3
    np.testing.assert_allclose(heat_shares(np.array([0.0, 0.1, 1.0]), 0.0, 1.0), [0, 2 / 3, 1])


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.5), (0.5, 0.51), (0.0, 0.0)])
def test_scores_that_hardly_differ_look_alike(low: float, high: float) -> None:
    np.testing.assert_array_equal(heat_shares(np.array([low, high, np.nan]), low, high), [0, 0, np.nan])

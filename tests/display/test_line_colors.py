from __future__ import annotations

import numpy as np
import pytest

from nnapp.display.line_colors import faint_codes, signal_codes, signal_colors, weight_codes, weight_colors
from nnapp.display.palettes import Palette, palette, rgb

PALETTES = [palette(theme, colors) for theme in ("light", "dark") for colors in ("standard", "colour-blind")]
FULL, HALF = np.array([1.0], np.float32), np.array([0.5], np.float32)


@pytest.mark.parametrize("look", PALETTES)
def test_full_signals_and_weights_have_the_colours_of_their_signs(look: Palette) -> None:
    for strength, color in ((1.0, look.positive), (-1.0, look.negative)):
        strengths = np.array([strength])
        assert tuple(signal_colors(look, 0.1)[signal_codes(FULL, strengths)[0]]) == rgb(color)
        assert tuple(weight_colors(look, 0.1)[weight_codes(FULL, strengths)[0]]) == rgb(color)


@pytest.mark.parametrize("look", PALETTES)
def test_a_weight_of_zero_is_black_and_nearly_transparent(look: Palette) -> None:
    color = weight_colors(look, 0.1)[weight_codes(FULL, np.zeros(1))[0]]

    # A fifth of black and four fifths of the canvas.
    assert tuple(color) == tuple(round(0.8 * channel) for channel in rgb(look.canvas))


@pytest.mark.parametrize("look", PALETTES)
def test_nothing_is_the_canvas_and_a_full_faint_line_the_share_of_text(look: Palette) -> None:
    for table in (signal_colors(look, 0.25), weight_colors(look, 0.25)):
        assert tuple(table[0]) == rgb(look.canvas)
        expected = [0.75 * a + 0.25 * b for a, b in zip(rgb(look.canvas), rgb(look.text), strict=True)]
        assert np.abs(table[faint_codes(FULL)[0]] - np.array(expected)).max() <= 0.5


def test_half_a_signal_is_half_way_from_the_canvas_however_it_is_halved() -> None:
    look = PALETTES[0]
    by_strength = signal_codes(FULL, np.array([0.5]))
    by_coverage = signal_codes(HALF, np.array([1.0]))

    assert by_strength[0] == by_coverage[0]
    # Of 111 steps: 55, a share of 0.495 of the way from white to #1a9641.
    color = signal_colors(look, 0.1)[by_strength[0]].astype(int)
    expected = 255 + 55 / 111 * (np.array(rgb(look.positive)) - 255)
    assert np.abs(color - expected).max() <= 0.5


def test_the_edge_of_a_strong_weight_is_no_weak_weight() -> None:
    look = PALETTES[0]
    table = weight_colors(look, 0.1).astype(int)
    edge = table[weight_codes(HALF, np.array([1.0]))[0]]

    # Half covered (6 of 13 steps): as far from the canvas in each channel as the colour itself, in proportion.
    assert np.abs(edge - (255 + 6 / 13 * (np.array(rgb(look.positive)) - 255))).max() <= 0.5


def test_stronger_lines_have_larger_codes_than_weaker_and_faint_ones() -> None:
    strengths = np.linspace(0.05, 1, 20)
    coverages = np.ones(20, np.float32)

    for codes in (
        signal_codes(coverages, strengths),
        signal_codes(coverages, -strengths),
        weight_codes(coverages, strengths),
    ):
        assert np.all(np.diff(codes.astype(int)) >= 0)
        assert codes.min() > faint_codes(FULL)[0]
        assert codes.max() <= 255


def test_what_is_hardly_covered_leaves_what_is_below() -> None:
    hardly = np.array([0.001], np.float32)

    assert signal_codes(hardly, np.ones(1)).tolist() == [0]
    assert weight_codes(hardly, np.ones(1)).tolist() == [0]
    assert signal_codes(FULL, np.zeros(1)).tolist() == [0]

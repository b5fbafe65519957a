"""Palettes: contrast of every text with every background, and colours that a colour-blind person can tell apart."""

from __future__ import annotations

import re
from dataclasses import fields
from itertools import combinations

import numpy as np
import pytest

from nnapp.display.palettes import COLORS, THEMES, Palette, contrast, palette, relative_luminance, rgb
from nnapp.errors import SettingError

PALETTES = [pytest.param(palette(theme, colors), id=f"{theme}-{colors}") for theme in THEMES for colors in COLORS]

# What is written on what: every text colour with every background it may be seen on.
BACKGROUNDS = ("background", "surface", "raised", "field", "field_disabled", "canvas")
TEXTS = ("text", "muted_text", "disabled_text", "error", "warning", "success", "accent")
PAIRS = [
    *((text, background) for text in TEXTS for background in BACKGROUNDS),
    ("accent_text", "accent"),
    ("accent_text", "accent_active"),
    ("selection_text", "selection"),
    ("text", "selection"),
    ("text", "border"),  # a button under the pointer
    ("tooltip_text", "tooltip"),
]
LINES = ("training_loss", "validation_loss", "classification_error", "positive", "negative")

# Machado, Oliveira and Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# table 1 for severity 1.0, applied to linear RGB.
DEFICIENCIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
# sRGB to CIE XYZ and the D65 white point, IEC 61966-2-1.
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def seen_as_lab(color: str, deficiency: str) -> np.ndarray:
    """Return CIE L*a*b* (CIE 15:2004, 8.2.1) of a colour as a colour-blind person sees it."""
    channels = np.array(rgb(color)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(DEFICIENCIES[deficiency]) @ linear, 0, 1)
    ratio = TO_XYZ @ seen / WHITE
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / 3 / (6 / 29) ** 2 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_contrast_of_known_colours() -> None:
    # WCAG 2.1: black on white is 21 : 1. #767676 is the well-known lightest grey that has 4.5 : 1 on white:
    # 0x76 = 118, ((118/255 + 0.055) / 1.055) ** 2.4 = 0.1812, 1.05 / 0.2312 = 4.54.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")
    assert contrast("#777777", "#ffffff") < 4.5
    # Pure red, green and blue have the luminance of their coefficient.
    assert [relative_luminance(color) for color in ("#ff0000", "#00ff00", "#0000ff")] == [0.2126, 0.7152, 0.0722]


def test_rgb() -> None:
    assert rgb("#2563c4") == (0x25, 0x63, 0xC4)


@pytest.mark.parametrize("chosen", PALETTES)
def test_every_colour_is_written_alike(chosen: Palette) -> None:
    for entry in fields(Palette):
        if entry.name != "is_dark":
            assert re.fullmatch(r"#[0-9a-f]{6}", getattr(chosen, entry.name)), entry.name


@pytest.mark.parametrize("chosen", PALETTES)
def test_text_can_be_read(chosen: Palette) -> None:
    faint = {
        f"{text} on {background}": round(contrast(getattr(chosen, text), getattr(chosen, background)), 2)
        for text, background in PAIRS
        if contrast(getattr(chosen, text), getattr(chosen, background)) < 4.5
    }
    assert faint == {}


@pytest.mark.parametrize("chosen", PALETTES)
def test_what_is_not_text_can_be_seen(chosen: Palette) -> None:
    """WCAG 2.1, 1.4.11: at least 3 : 1 for the border of a field, the focus ring and the lines of a graph."""
    for name in ("field_border", "focus"):
        for background in ("background", "surface", "field"):
            assert contrast(getattr(chosen, name), getattr(chosen, background)) >= 3, (name, background)
    for name in LINES:
        assert contrast(getattr(chosen, name), chosen.canvas) >= 3, name
    for name in ("positive", "negative"):
        assert contrast(getattr(chosen, name), chosen.neutral) >= 3, name


@pytest.mark.parametrize("colors", COLORS)
def test_dark_and_light(colors: str) -> None:
    for theme in THEMES:
        chosen = palette(theme, colors)
        is_dark = relative_luminance(chosen.background) < relative_luminance(chosen.text)
        assert chosen.is_dark == is_dark == (theme == "dark")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_colour_blind_people_can_tell_right_from_wrong(theme: str, deficiency: str) -> None:
    """A distance of 20 in L*a*b* is seen at a glance; that of just noticeable colours is 2.3 (Mahy et al. 1994)."""
    safe = palette(theme, "colour-blind")
    groups = (
        ("positive", "negative"),
        ("error", "success"),
        ("training_loss", "validation_loss", "classification_error"),
    )
    for group in groups:
        for one, other in combinations(group, 2):
            seen = [seen_as_lab(getattr(safe, name), deficiency) for name in (one, other)]
            assert np.linalg.norm(seen[0] - seen[1]) > 20, (one, other)


def test_standard_colours_have_the_published_meaning() -> None:
    for theme in THEMES:
        chosen = palette(theme)
        for name, strongest in (("positive", 1), ("validation_loss", 1), ("negative", 0), ("training_loss", 2)):
            assert int(np.argmax(rgb(getattr(chosen, name)))) == strongest, name
        red, green, blue = rgb(chosen.classification_error)
        assert red > green > blue
        assert chosen.neutral == "#000000"


def test_unknown_names_are_refused() -> None:
    with pytest.raises(SettingError, match="theme must be one of light, dark; got blue"):
        palette("blue")
    with pytest.raises(SettingError, match="colours must be one of standard, colour-blind; got pastel"):
        palette("light", "pastel")

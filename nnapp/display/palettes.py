"""The colours of the program: light and dark, each with the published meaning of colours or a colour-blind-safe one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nnapp.errors import SettingError

__all__ = ["COLORS", "SIGN_COLOR_NAMES", "THEMES", "Palette", "contrast", "palette", "relative_luminance", "rgb"]

THEMES = ("light", "dark")
COLORS = ("standard", "colour-blind")

SIGN_COLOR_NAMES = {"standard": ("green", "red"), "colour-blind": ("blue", "orange")}
"""What people call the colours of positive and of negative, for each set of colours."""


@dataclass(frozen=True)
class Palette:
    """What each colour of a window is; all are ``"#rrggbb"``.

    Every text colour has a contrast of at least 4.5 : 1 with every background it is used on, and every
    line or shape that means something at least 3 : 1 (WCAG 2.1, success criteria 1.4.3 and 1.4.11).

    Attributes
    ----------
    background, surface, raised : str
        Window, panel inside it, and button.
    field, field_disabled, field_border : str
        Inside of an entry, of one that is switched off, and the line around both.
    border : str
        Quiet line between panels, which carries no meaning.
    focus : str
        Ring around what the keyboard acts on.
    text, muted_text, disabled_text : str
        Text, text of less weight, and text of what is switched off.
    accent, accent_active, accent_text : str
        The one accent: the obvious next step, the same under the pointer, and the text on both.
    selection, selection_text : str
        Selected text or row.
    error, warning, success : str
        Text colours of messages.
    tooltip, tooltip_text : str
        Tooltips.
    canvas, grid : str
        Background of plots and pictures, and the grid lines of plots.
    training_loss, validation_loss, classification_error : str
        Lines of the graphs.
    positive, negative, neutral : str
        Positive and right, negative and wrong, zero.
    is_dark : bool
        Whether text is lighter than its background.
    """

    background: str
    surface: str
    raised: str
    field: str
    field_disabled: str
    field_border: str
    border: str
    focus: str
    text: str
    muted_text: str
    disabled_text: str
    accent: str
    accent_active: str
    accent_text: str
    selection: str
    selection_text: str
    error: str
    warning: str
    success: str
    tooltip: str
    tooltip_text: str
    canvas: str
    grid: str
    training_loss: str
    validation_loss: str
    classification_error: str
    positive: str
    negative: str
    neutral: str
    is_dark: bool


_LIGHT = Palette(
    background="#f3f4f6",
    surface="#fafbfc",
    raised="#e6e9ee",
    field="#ffffff",
    field_disabled="#eaecf0",
    field_border="#7f8793",
    border="#d0d5dc",
    focus="#2563c4",
    text="#1a1f26",
    muted_text="#4d5662",
    disabled_text="#5c6571",
    accent="#2563c4",
    accent_active="#1d55ad",
    accent_text="#ffffff",
    selection="#cfe0fb",
    selection_text="#1a1f26",
    error="#b3221b",
    warning="#7d4e00",
    success="#176b34",
    tooltip="#2a2f37",
    tooltip_text="#f2f4f7",
    canvas="#ffffff",
    grid="#e3e6ea",
    training_loss="#1f6fd6",
    validation_loss="#1e8e3e",
    classification_error="#d86a0a",
    positive="#1a9641",
    negative="#d7302a",
    neutral="#000000",
    is_dark=False,
)

_DARK = Palette(
    background="#1b1e23",
    surface="#22262c",
    raised="#323840",
    field="#15181c",
    field_disabled="#272b31",
    field_border="#717b88",
    border="#3a414a",
    focus="#6ea8fe",
    text="#e7eaee",
    muted_text="#adb5c0",
    disabled_text="#9fa8b4",
    accent="#6ea8fe",
    accent_active="#8ab8ff",
    accent_text="#0d1b30",
    selection="#2b4d80",
    selection_text="#f2f6fc",
    error="#ff8f87",
    warning="#f0b95b",
    success="#6fd08c",
    tooltip="#e7eaee",
    tooltip_text="#1a1f26",
    canvas="#15181c",
    grid="#2b3037",
    training_loss="#62a8ff",
    validation_loss="#4cc46c",
    classification_error="#ff9d3d",
    positive="#2fae57",
    negative="#ec5650",
    neutral="#000000",
    is_dark=True,
)

# Okabe and Ito (2008), https://jfly.uni-koeln.de/color/: blue, vermillion and bluish green, sky blue and orange.
# Their blue and vermillion replace green and red where colour means a sign; on a dark window the lighter
# pair of the same hues. Their plain orange is too pale for a line on white.
_STANDARD_PALETTES = {"light": _LIGHT, "dark": _DARK}
_COLOUR_BLIND_PALETTES = {
    "light": replace(
        _LIGHT,
        success="#00568a",
        error="#a14400",
        training_loss="#0072b2",
        validation_loss="#009e73",
        classification_error="#d55e00",
        positive="#0072b2",
        negative="#d55e00",
    ),
    "dark": replace(
        _DARK,
        success="#7cc7f0",
        error="#ffa35c",
        training_loss="#56b4e9",
        validation_loss="#2bc79a",
        classification_error="#e69f00",
        positive="#3fa0dc",
        negative="#e07a1f",
    ),
}


def palette(theme: str, colors: str = "standard") -> Palette:
    """Return the colours of a theme.

    Parameters
    ----------
    theme : {"light", "dark"}
    colors : {"standard", "colour-blind"}
        The published meaning, green for positive and right and red for negative and wrong, or blue and
        orange in their place.

    Raises
    ------
    SettingError
        If there is no such theme or set of colours.
    """
    if theme not in THEMES:
        raise SettingError(f"The theme must be one of {', '.join(THEMES)}; got {theme}.", "theme")
    if colors not in COLORS:
        raise SettingError(f"The colours must be one of {', '.join(COLORS)}; got {colors}.", "colors")
    return (_COLOUR_BLIND_PALETTES if colors == "colour-blind" else _STANDARD_PALETTES)[theme]


def rgb(color: str) -> tuple[int, int, int]:
    """Return red, green and blue, each 0…255, of ``"#rrggbb"``."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def relative_luminance(color: str) -> float:
    """Return how bright a colour is, 0 for black to 1 for white.

    "Relative luminance" of WCAG 2.1, https://www.w3.org/TR/WCAG21/#dfn-relative-luminance, with the threshold
    of the sRGB standard (IEC 61966-2-1), 0.04045.
    """
    red, green, blue = (_linear(channel / 255) for channel in rgb(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 for equal ones to 21 for black on white.

    "Contrast ratio" of WCAG 2.1, https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio.
    """
    darker, lighter = sorted((relative_luminance(color), relative_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

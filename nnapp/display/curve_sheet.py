"""A picture of several learning curves, smooth without a plotting library: lines, points and a grid.

It is drawn at three times its size and made smaller, so that lines at any angle have no steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from PIL import Image, ImageDraw

from nnapp.display.palettes import Palette

__all__ = ["CURVE_MARKERS", "DrawnCurve", "curve_colors", "curve_sheet"]

_OVERSAMPLING = 3

CURVE_MARKERS = ("circle", "square", "triangle", "diamond", "pentagon", "cross", "star", "ring")
"""The marks of the points of each curve in turn, so that colour is not all that tells curves apart."""

# Okabe and Ito (2008), https://jfly.uni-koeln.de/color/, without their black; what is too pale for a light ground is
# darker there, and what is too dark for a dark one lighter, in the same hue.
_ON_LIGHT = ("#0072b2", "#d55e00", "#009e73", "#b35a90", "#b87a00", "#2f8fc4", "#7a7200", "#555d69")
_ON_DARK = ("#56b4e9", "#ff8a3c", "#2bc79a", "#e49bc6", "#e69f00", "#8fc9ee", "#e3d93a", "#b6bec9")

_SHAPES = {"square": (4, 45.0), "triangle": (3, -90.0), "diamond": (4, 0.0), "pentagon": (5, -90.0)}


def curve_colors(palette: Palette) -> tuple[str, ...]:
    """Return the colours of the curves in turn, as many as there are `CURVE_MARKERS`."""
    return _ON_DARK if palette.is_dark else _ON_LIGHT


@dataclass(frozen=True)
class DrawnCurve:
    """One line of the picture.

    Attributes
    ----------
    points : tuple of (x, y)
        In pixels of the picture.
    color : str
    marker : str
        Of `CURVE_MARKERS`; "" for none.
    width_px : float
    """

    points: tuple[tuple[float, float], ...]
    color: str
    marker: str = ""
    width_px: float = 2.0


def curve_sheet(
    size: tuple[int, int],
    palette: Palette,
    curves: Sequence[DrawnCurve],
    grid_x: Sequence[float],
    grid_y: Sequence[float],
    box: tuple[float, float, float, float],
    marker_px: float,
) -> Image.Image:
    """Return the picture, RGB; the first curve is at the bottom.

    Parameters
    ----------
    size : (int, int)
        Width and height.
    palette : Palette
    curves : sequence of DrawnCurve
    grid_x, grid_y : sequence of float
        Where the lines of the grid are.
    box : (left, top, right, bottom)
        What the grid fills.
    marker_px : float
        Radius of the marks.
    """
    scale = _OVERSAMPLING
    image = Image.new("RGB", (size[0] * scale, size[1] * scale), palette.canvas)
    draw = ImageDraw.Draw(image)
    middle = scale // 2  # of a pixel, so that straight lines are sharp
    left, top, right, bottom = (scale * round(edge) + middle for edge in box)
    for x in grid_x:
        place = scale * round(x) + middle
        draw.line((place, top, place, bottom), fill=palette.grid, width=scale)
    for y in grid_y:
        place = scale * round(y) + middle
        draw.line((left, place, right, place), fill=palette.grid, width=scale)
    draw.line((left, top, left, bottom, right, bottom), fill=palette.field_border, width=scale)
    for curve in curves:
        points = [(scale * x + middle, scale * y + middle) for x, y in curve.points]
        draw.line(points, fill=curve.color, width=max(1, round(scale * curve.width_px)), joint="curve")
        for x, y in points if curve.marker else ():
            _draw_marker(draw, x, y, scale * marker_px, curve, palette.canvas)
    return image.reduce(scale)


def _draw_marker(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, curve: DrawnCurve, ground: str) -> None:
    box = (x - radius, y - radius, x + radius, y + radius)
    thickness = max(1, round(_OVERSAMPLING * curve.width_px))
    if curve.marker == "circle":
        draw.ellipse(box, fill=curve.color)
    elif curve.marker == "ring":
        draw.ellipse(box, fill=ground, outline=curve.color, width=thickness)
    elif curve.marker in _SHAPES:
        n_corners, first = _SHAPES[curve.marker]
        draw.polygon(_corners(x, y, 1.25 * radius, n_corners, first), fill=curve.color)
    else:
        angles = (45.0, 135.0) if curve.marker == "cross" else (0.0, 60.0, 120.0)
        for angle in angles:
            across, down = 1.3 * radius * cos(angle * pi / 180), 1.3 * radius * sin(angle * pi / 180)
            draw.line((x - across, y - down, x + across, y + down), fill=curve.color, width=thickness)


def _corners(x: float, y: float, radius: float, n_corners: int, first: float) -> list[tuple[float, float]]:
    angles = [(first + 360 * corner / n_corners) * pi / 180 for corner in range(n_corners)]
    return [(x + radius * cos(angle), y + radius * sin(angle)) for angle in angles]

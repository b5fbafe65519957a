"""Draw digits as a person does with a mouse: pointer events on a paper of whole pixels, and the ink they leave.

A style (`held_out_styles`) is written in a hand of its own: slanted, turned, wide or narrow, with every place of it
missed a little. The hand trembles and jerks, and the pointer is seen in few places, fewest where the hand is fast and
more in bends, each of them a whole pixel of the screen. `replayed` does with them what
`nnapp.gui.drawing_canvas` does with the events of the same places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from held_out_styles import HALVES
from numpy.typing import NDArray

from nnapp.digits.digit_styles import DigitStyle
from nnapp.digits.pen_paths import PenPaths, pen_paths
from nnapp.digits.strokes import INK_SIDE, Ink

__all__ = ["N_DRAWINGS", "PAPER_PX", "PENS", "PLACES", "SIZES", "Drawing", "drawings", "replayed"]

PAPER_PX = 420
"""Side of the paper on the screen in pixels, as in a testing window of its first size."""

PENS = (6, 12, 18, 26, 36)
"""Widths of the pen, of `INK_SIDE` = 280 that the paper is wide."""

SIZES = (0.35, 0.5, 0.65, 0.8)
"""Longer sides of the way of the pen, in sides of the paper."""

PLACES = {
    "middle": (0.5, 0.5),
    "top left": (0.0, 0.0),
    "top right": (1.0, 0.0),
    "bottom left": (0.0, 1.0),
    "bottom right": (1.0, 1.0),
}
"""Where the digit is: the share of the room beside it that is left of it and above it."""

N_DRAWINGS = sum(map(len, HALVES.values())) * len(PENS) * len(SIZES) * len(PLACES)
"""How many drawings `drawings` makes for both halves."""

_CUT = 2.0  # deviations
_BEND_SLOWNESS = 0.05  # sides of the digit that a fast pen gets along while the hand turns by a radian
_N_KNOTS = 8  # of the wobble along a stroke
_MARGIN = 0.02  # of the paper that nobody draws on


@dataclass(frozen=True)
class Hand:
    """How a person moves the mouse; lengths in sides of the digit.

    Attributes
    ----------
    slant, slant_deviation : float
        How far the top leans to the right, per height.
    turn : float
        Deviation of the rotation, in radians.
    aspect : float
        Deviation of the logarithm of width over height.
    miss : float
        Deviation of every place of the style.
    stroke_shift : float
        Deviation of a stroke's place, where there are several.
    end : float
        Deviation of how far a stroke begins too early or too late, and so ends, as a share of its way.
    wobble, jerk : float
        Deviation of the way, slowly and from event to event.
    n_events : (int, int)
        Fewest and most places where the pointer is seen while it draws a digit.
    """

    slant: float
    slant_deviation: float
    turn: float
    aspect: float
    miss: float
    stroke_shift: float
    end: float
    wobble: float
    jerk: float
    n_events: tuple[int, int]


HANDS = {
    "careful": Hand(0.06, 0.14, 0.07, 0.14, 0.018, 0.02, 0.01, 0.010, 0.005, (20, 60)),
    "hasty": Hand(0.12, 0.22, 0.12, 0.22, 0.034, 0.04, 0.03, 0.020, 0.009, (12, 30)),
}
"""Every drawing is by either of them, as a coin says."""


@dataclass(frozen=True)
class Drawing:
    """A digit drawn with a mouse.

    Attributes
    ----------
    half : str
        A name in `HALVES`.
    style : DigitStyle
    hand : str
        In `HANDS`.
    pen : int
        In `PENS`.
    size : float
        In `SIZES`.
    place : str
        In `PLACES`.
    strokes : list of array (n_events, 2) of int
        Where the pointer is seen, x and y, in pixels of a paper of `PAPER_PX`; pressed at the first of each stroke and
        released at the last.
    """

    half: str
    style: DigitStyle
    hand: str
    pen: int
    size: float
    place: str
    strokes: list[NDArray[np.int64]]


def drawings(half: str, seed: int = 0) -> Iterator[Drawing]:
    """Yield every style of a half with every pen, in every size, at every place, each time in another hand."""
    number = 0
    for style in HALVES[half]:
        for pen in PENS:
            for size in SIZES:
                for place, room in PLACES.items():
                    rng = np.random.default_rng([seed, list(HALVES).index(half), number])
                    hand = list(HANDS)[rng.integers(len(HANDS))]
                    strokes = _events(rng, style, HANDS[hand], pen, size, room)
                    yield Drawing(half, style, hand, pen, size, place, strokes)
                    number += 1


def replayed(strokes: list[NDArray[np.int64]], pen: float, paper_px: int = PAPER_PX) -> NDArray[np.float32]:
    """Return the ink that the canvas has after pointer events at these places, with the left button.

    Parameters
    ----------
    strokes : list of array (n_events, 2) of int
        As of a `Drawing`.
    pen : float
    paper_px : int
        Side of the paper on the screen.

    Returns
    -------
    (INK_SIDE, INK_SIDE) float32
    """
    ink = Ink()
    for stroke in strokes:
        # The pointer is at the middle of its pixel.
        places = [((x + 0.5) * INK_SIDE / paper_px, (y + 0.5) * INK_SIDE / paper_px) for x, y in stroke.tolist()]
        ink.begin_stroke(*places[0], pen)
        for place in places[1:]:
            ink.extend_stroke(*place)
        ink.end_stroke()
    return np.array(ink.pixels)


def _normal(rng: np.random.Generator, deviation: float, shape: tuple[int, ...] = ()) -> NDArray[np.float64]:
    return np.asarray(deviation * np.clip(rng.standard_normal(shape), -_CUT, _CUT))


def _events(
    rng: np.random.Generator, style: DigitStyle, hand: Hand, pen: int, size: float, place: tuple[float, float]
) -> list[NDArray[np.int64]]:
    """Return the pixels of the paper where the pointer is seen, by strokes."""
    ways = _ways(rng, style, hand)
    box = np.concatenate(ways)
    low, extent = box.min(axis=0), np.ptp(box, axis=0)
    sides = size * extent / extent.max() + pen / INK_SIDE  # of the ink
    first = _MARGIN + np.array(place) * (1 - 2 * _MARGIN - sides) + pen / INK_SIDE / 2
    n_events = np.exp(rng.uniform(*np.log(hand.n_events)))
    efforts = [_effort(way) for way in ways]
    total = sum(effort[-1] for effort in efforts)
    strokes = []
    for way, effort in zip(ways, efforts, strict=True):
        seen = _seen(rng, hand, way, effort, max(3, round(n_events * effort[-1] / total)))
        on_paper = first + (seen - low) * (size / extent.max())
        strokes.append(np.clip(np.floor(on_paper * PAPER_PX), 0, PAPER_PX - 1).astype(np.int64))
    return strokes


def _ways(rng: np.random.Generator, style: DigitStyle, hand: Hand) -> list[NDArray[np.float64]]:
    """Return the smooth ways of the hand, one (n_points, 2) for each stroke, in sides of the digit."""
    paths = _paths(style)
    places = paths.places[0] + _normal(rng, hand.miss, paths.places[0].shape)
    points = paths.curve[0] @ places - 0.5
    slant, aspect = hand.slant + _normal(rng, hand.slant_deviation), np.exp(_normal(rng, hand.aspect))
    x, y = points[:, 0] * aspect - slant * points[:, 1], points[:, 1]
    turn = _normal(rng, hand.turn)
    points = np.stack([np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y], axis=1)
    strokes = [points[paths.stroke[0] == stroke] for stroke in range(len(style.strokes))]
    return [way + _normal(rng, hand.stroke_shift, (2,)) for way in strokes]


@cache
def _paths(style: DigitStyle) -> PenPaths:
    return pen_paths([style])


def _effort(way: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how long the hand takes up to each point: for the length of the way, and for its bends."""
    step = np.diff(way, axis=0)
    angle = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
    bend = np.abs(np.diff(angle, prepend=angle[0], append=angle[-1]))
    at_pieces = np.hypot(*step.T) + _BEND_SLOWNESS * (bend[1:] + bend[:-1]) / 2
    return np.concatenate([[0.0], np.cumsum(at_pieces)])


def _seen(
    rng: np.random.Generator, hand: Hand, way: NDArray[np.float64], effort: NDArray[np.float64], n_events: int
) -> NDArray[np.float64]:
    """Return where the pointer is seen on a trembling hand's way, at uneven times."""
    gaps = rng.uniform(0.5, 1.5, n_events - 1)
    start, end = _normal(rng, hand.end, (2,))
    shares = np.concatenate([[0.0], np.cumsum(gaps) / gaps.sum()]) * (1 + end - start) + start
    seen = _along(way, effort / effort[-1], shares)
    knots = _normal(rng, hand.wobble, (_N_KNOTS, 2))
    wobble = _along(knots, np.linspace(0, 1, _N_KNOTS), np.clip(shares, 0, 1))
    return np.asarray(seen + wobble + _normal(rng, hand.jerk, seen.shape))


def _along(points: NDArray[np.float64], at: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the way through points at some shares of it, beyond its ends straight on."""
    piece = np.clip(np.searchsorted(at, shares, side="right") - 1, 0, len(at) - 2)
    part = ((shares - at[piece]) / (at[piece + 1] - at[piece]))[:, np.newaxis]
    return np.asarray(points[piece] + part * (points[piece + 1] - points[piece]))

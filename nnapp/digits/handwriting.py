"""How writing differs from hand to hand and from one digit to the next: random changes of the paths of a pen.

Everything a hand varies is a row of `HANDWRITING`, drawn from a normal distribution that is cut at two and a half
deviations. All digits of a piece are changed at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.pen_paths import N_POINTS, PenPaths

__all__ = ["HANDWRITING", "N_CHANCES", "Handwriting", "Variation", "written"]


@dataclass(frozen=True)
class Variation:
    """One thing that a hand varies.

    Attributes
    ----------
    mean, deviation : float
    n_values : int
        How many values of it one digit has.
    meaning : str
        With its unit; a stroke's length is measured in heights of the paper.
    """

    mean: float
    deviation: float
    n_values: int
    meaning: str


_MOST_PLACES = 16
_MOST_STROKES = 2
_N_WAVES = 8

HANDWRITING: dict[str, Variation] = {
    "slant": Variation(0.16, 0.28, 1, "how far the top leans to the right, per height"),
    "turn": Variation(0.0, 0.1, 1, "rotation of the whole digit, in radians"),
    "aspect": Variation(-0.12, 0.3, 1, "logarithm of width over height, added to the style's"),
    "place": Variation(0.0, 0.022, 2 * _MOST_PLACES, "how far each place of the style is missed, in x and y"),
    "bulge": Variation(0.0, 0.042, 2 * _N_WAVES, "slow deformation of the paper: the size of each wave"),
    "stroke_shift": Variation(0.0, 0.035, 2 * _MOST_STROKES, "where a stroke begins, off its place, in x and y"),
    "stroke_turn": Variation(0.0, 0.12, _MOST_STROKES, "rotation of a stroke on its own, in radians"),
    "stroke_size": Variation(0.0, 0.1, _MOST_STROKES, "logarithm of the size of a stroke on its own"),
    "start": Variation(0.0, 0.05, 1, "share of the path missing at its beginning; below 0 it starts too early"),
    "end": Variation(0.0, 0.04, 1, "share of the path missing at its end; below 0 it goes too far"),
    "tremor": Variation(0.0, 0.008, 2 * N_POINTS, "trembling of the pen"),
    "width": Variation(-2.1, 0.3, 1, "logarithm of the stroke's width, in longer sides of the digit"),
    "pressure": Variation(0.0, 0.16, 4, "change of the width along the path: the size of each wave"),
    "softness": Variation(1.0, 0.25, 1, "how many pixels wide the edge of the ink is"),
    "offset": Variation(0.0, 0.75, 2, "how far the centre of mass is from its place, in pixels"),
}
"""What a hand varies, and how much."""

N_CHANCES = sum(variation.n_values for variation in HANDWRITING.values())
"""Standard normal numbers that one digit takes."""

_CUT = 2.5


@dataclass(frozen=True, eq=False)
class Handwriting:
    """Written digits.

    Attributes
    ----------
    points : array (n_digits, N_POINTS, 2)
        x and y of the points of the pen's paths, with the longer side of the box around them 1 and its corner at 0.
    is_drawn : array (n_digits, N_POINTS - 1) of bool
    width : array (n_digits, N_POINTS)
        Of the stroke at every point, in longer sides of the inked digit.
    softness : array (n_digits,)
        Width of the edge in pixels.
    offset : array (n_digits, 2)
        Of the centre of mass from its place, in pixels.
    """

    points: NDArray[np.float32]
    is_drawn: NDArray[np.bool_]
    width: NDArray[np.float32]
    softness: NDArray[np.float32]
    offset: NDArray[np.float32]


def written(paths: PenPaths, style: NDArray[np.intp], chances: NDArray[np.float32]) -> Handwriting:
    """Write digits in their styles, each in a hand of its own.

    Parameters
    ----------
    paths : PenPaths
    style : array (n_digits,) of int
        Index into `paths`.
    chances : array (n_digits, N_CHANCES) of float32
        Standard normal numbers.
    """
    hand = _variations(chances)
    n_places = paths.places.shape[1]
    moves = hand["place"].reshape(len(style), _MOST_PLACES, 2)[:, :n_places]
    points = np.matmul(paths.curve[style], paths.places[style] + moves)
    points = _with_ends_moved(points, hand["start"][:, 0], hand["end"][:, 0])
    points = _with_strokes_moved(points, paths.stroke[style], hand)
    points += _bulge(points, hand["bulge"])
    points = _leaning(points, hand["slant"][:, 0], hand["turn"][:, 0], np.exp(hand["aspect"][:, 0]))
    points += _smooth(hand["tremor"].reshape(len(style), N_POINTS, 2))
    low = points.min(axis=1, keepdims=True)
    points -= low
    points /= points.max(axis=(1, 2), keepdims=True)
    along = np.linspace(0, np.pi, N_POINTS, dtype=np.float32)
    waves = np.stack([np.cos(along * number) for number in (0.5, 1, 2, 3)])
    width = np.exp(hand["width"] + hand["pressure"] @ waves)
    return Handwriting(points, paths.is_drawn[style], width, hand["softness"][:, 0], hand["offset"])


def _variations(chances: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Return every variation of `HANDWRITING` as an array (n_digits, n_values)."""
    values, first = {}, 0
    cut = np.clip(chances, -_CUT, _CUT)
    for name, variation in HANDWRITING.items():
        last = first + variation.n_values
        values[name] = np.float32(variation.mean) + np.float32(variation.deviation) * cut[:, first:last]
        first = last
    return values


def _with_ends_moved(
    points: NDArray[np.float32], start: NDArray[np.float32], end: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return paths that begin and end earlier or later, beyond their ends straight on."""
    last = N_POINTS - 1
    share = np.linspace(0, 1, N_POINTS, dtype=np.float32)
    position = last * (start[:, np.newaxis] + (1 - start - end)[:, np.newaxis] * share)
    index = np.clip(np.floor(position), 0, last - 1).astype(np.intp)
    way = (position - index)[:, :, np.newaxis].astype(np.float32)
    rows = np.arange(len(points))[:, np.newaxis]
    return np.asarray(points[rows, index] * (1 - way) + points[rows, index + 1] * way)


def _with_strokes_moved(
    points: NDArray[np.float32], stroke: NDArray[np.intp], hand: dict[str, NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Return paths whose strokes are shifted, turned and resized about the middle of the paper."""
    rows = np.arange(len(points))[:, np.newaxis]
    shift = hand["stroke_shift"].reshape(len(points), _MOST_STROKES, 2)[rows, stroke]
    turn, size = hand["stroke_turn"][rows, stroke], np.exp(hand["stroke_size"][rows, stroke])
    x, y = points[..., 0] - np.float32(0.5), points[..., 1] - np.float32(0.5)
    cos, sin = np.cos(turn) * size, np.sin(turn) * size
    return np.asarray(np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1) + np.float32(0.5) + shift)


def _bulge(points: NDArray[np.float32], sizes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how slow waves across the paper move the points."""
    x, y = np.pi * points[..., 0], np.pi * points[..., 1]
    waves = np.stack([np.cos(x), np.cos(y), np.cos(x) * np.cos(y), np.cos(2 * x), np.cos(2 * y), np.sin(x) * np.cos(y),
                      np.cos(x) * np.sin(y), np.sin(2 * y)], axis=-1)  # fmt: skip
    amounts = sizes.reshape(len(points), _N_WAVES, 2)
    return np.asarray(np.matmul(waves, amounts))


def _leaning(
    points: NDArray[np.float32], slant: NDArray[np.float32], turn: NDArray[np.float32], aspect: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return paths widened, slanted and turned about the middle of the paper."""
    x, y = points[..., 0] - np.float32(0.5), points[..., 1] - np.float32(0.5)
    x = x * aspect[:, np.newaxis] - slant[:, np.newaxis] * y
    cos, sin = np.cos(turn)[:, np.newaxis], np.sin(turn)[:, np.newaxis]
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)


def _smooth(noise: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return noise averaged over five neighbours, as loud as before."""
    padded = np.pad(noise, ((0, 0), (2, 2), (0, 0)), mode="edge")
    total = sum(padded[:, shift : shift + N_POINTS] for shift in range(5))
    return np.asarray(total / np.float32(np.sqrt(5)), np.float32)

"""Styles of digits as matrices: from the places of a style, moved at will, to the points of its smooth curve.

A uniform Catmull-Rom spline (E. Catmull and R. Rom, "A class of local interpolating splines", 1974) is linear in its
control points, so that the curve of a thousand moved copies of a style is one product of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nnapp.digits.digit_styles import DigitStyle, Stroke

__all__ = ["N_POINTS", "PenPaths", "pen_paths"]

N_POINTS = 40
"""Points of every path; between them the pen goes straight."""

_SUBDIVISION = 32  # pieces of a curve between two places, from which points at equal distances are chosen
_PAPER_SIDE = 10.0


@dataclass(frozen=True, eq=False)
class PenPaths:
    """The paths of some styles, padded to equal sizes.

    Attributes
    ----------
    places : array (n_styles, n_places, 2)
        The places of each style on paper of 1 × 1; those beyond its own are 0.
    curve : array (n_styles, N_POINTS, n_places)
        What the places are multiplied by for the points of the path.
    is_drawn : array (n_styles, N_POINTS - 1) of bool
        Whether the pen is down from a point to the next.
    stroke : array (n_styles, N_POINTS) of int
        The stroke that each point is of, from 0.
    along : array (n_styles, N_POINTS)
        How far along its stroke each point is, 0…1.
    """

    places: NDArray[np.float32]
    curve: NDArray[np.float32]
    is_drawn: NDArray[np.bool_]
    stroke: NDArray[np.intp]
    along: NDArray[np.float32]


def pen_paths(styles: Sequence[DigitStyle]) -> PenPaths:
    """Return the paths of styles, in their order."""
    n_places = max(sum(len(_without_corners(stroke)) for stroke in style.strokes) for style in styles)
    parts = [_path(style, n_places) for style in styles]
    places, curve, stroke, along = (np.stack(arrays) for arrays in zip(*parts, strict=True))
    is_drawn = stroke[:, 1:] == stroke[:, :-1]
    return PenPaths(places.astype(np.float32), curve.astype(np.float32), is_drawn, stroke, along.astype(np.float32))


def _path(
    style: DigitStyle, n_places: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]:
    """Return places, curve, stroke and along of one style."""
    own = [_without_corners(stroke) for stroke in style.strokes]
    places = np.zeros((n_places, 2))
    places[: sum(map(len, own))] = np.concatenate([np.array(stroke) for stroke in own]) / _PAPER_SIDE
    fine = [_spline(stroke) for stroke in style.strokes]
    lengths = [_length(rows @ (np.array(stroke) / _PAPER_SIDE)) for rows, stroke in zip(fine, own, strict=True)]
    counts = _shares([float(length[-1]) for length in lengths])
    curve = np.zeros((N_POINTS, n_places))
    first_point = first_place = 0
    for rows, length, count in zip(fine, lengths, counts, strict=True):
        chosen = np.searchsorted(length, np.linspace(0, length[-1] * (1 - 1e-9), count))
        curve[first_point : first_point + count, first_place : first_place + rows.shape[1]] = rows[chosen]
        first_point, first_place = first_point + count, first_place + rows.shape[1]
    stroke_of_point = np.repeat(np.arange(len(counts)), counts)
    return places, curve, stroke_of_point, np.concatenate([np.linspace(0, 1, count) for count in counts])


def _shares(lengths: Sequence[float]) -> list[int]:
    """Return how many of the points each stroke gets: by its length, and at least three."""
    shares = [max(3, round(N_POINTS * length / sum(lengths))) for length in lengths]
    shares[shares.index(max(shares))] += N_POINTS - sum(shares)
    return shares


def _without_corners(stroke: Stroke) -> Stroke:
    return tuple(place for index, place in enumerate(stroke) if index == 0 or place != stroke[index - 1])


def _spline(stroke: Stroke) -> NDArray[np.float64]:
    """Return the matrix (n_points, n_places) from the places of a stroke to a fine curve through them."""
    n_places = len(_without_corners(stroke))
    bends: list[list[int]] = [[0]]
    for (before, place), index in zip(pairwise(stroke), _indices(stroke), strict=True):
        if place == before:
            bends.append([index])
        else:
            bends[-1].append(index)
    pieces = [_bend(bend, n_places) for bend in bends if len(bend) > 1]
    return np.concatenate(pieces)


def _indices(stroke: Stroke) -> list[int]:
    """Return for every place of a stroke but the first its number among the places without corners."""
    index, indices = 0, []
    for before, place in pairwise(stroke):
        index += place != before
        indices.append(index)
    return indices


def _bend(indices: Sequence[int], n_places: int) -> NDArray[np.float64]:
    """Return the rows of the matrix for a curve without corners through some places, one after the other."""
    unit = np.eye(n_places)[list(indices)]
    # Beyond its ends the curve goes on as it came.
    knots = np.concatenate([[2 * unit[0] - unit[1]], unit, [2 * unit[-1] - unit[-2]]])
    t = np.arange(_SUBDIVISION + 1)[:, np.newaxis] / _SUBDIVISION
    pieces = []
    for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        pieces.append(b + t / 2 * (c - a) + t**2 / 2 * (2 * a - 5 * b + 4 * c - d) + t**3 / 2 * (3 * b - 3 * c + d - a))
    return np.concatenate(pieces)


def _length(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how long the way along the points is up to each of them."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])

"""Join the positions of a pen smoothly: a fast pen is seen in few places, far apart.

The curve is a centripetal Catmull-Rom spline. It passes through every position, and has neither loops nor cusps
between two of them (C. Yuksel, S. Schaefer and J. Keyser, "Parameterization and applications of Catmull-Rom
curves", 2011). The first and last piece of a stroke, which have a neighbour on one side only, are parabolas.
"""

from __future__ import annotations

import math

from nnapp.digits.brush import Point

__all__ = ["curve_points"]

_FLATNESS = 0.2
"""How far in pixels a straight piece may lie from the curve: less than can be seen of a soft edge."""


def curve_points(before: Point, start: Point, end: Point, after: Point) -> list[Point]:
    """Return points on the curve from `start` to `end`, both included, between which straight lines look smooth.

    Parameters
    ----------
    before, after : Point
        The pen's positions before `start` and after `end`; where there is none, `start` or `end` again.
    """
    third = Point((end.x - start.x) / 3, (end.y - start.y) / 3)
    outgoing, incoming = _handle(before, start, end), _handle(after, end, start)
    # A cubic Bézier curve is a parabola if its control points are as far apart as a third of the way.
    if outgoing is None:
        outgoing = _sum(start, third) if incoming is None else Point(incoming.x - third.x, incoming.y - third.y)
    if incoming is None:
        incoming = _sum(outgoing, third)
    # Straight pieces of a cubic Bézier curve: G. Wang's bound, n = √(¾ · largest second difference / flatness).
    bend = max(_second_difference(start, outgoing, incoming), _second_difference(outgoing, incoming, end))
    n_pieces = max(math.ceil(math.sqrt(0.75 * bend / _FLATNESS)), 1)
    inner = [_bezier(piece / n_pieces, start, outgoing, incoming, end) for piece in range(1, n_pieces)]
    return [start, *inner, end]


def _handle(neighbour: Point, knot: Point, opposite: Point) -> Point | None:
    """Return the Bézier control point beside `knot` towards `opposite`, or None if `knot` has no other neighbour."""
    near, far = math.sqrt(math.dist(neighbour, knot)), math.sqrt(math.dist(knot, opposite))
    if near == 0:
        return None
    own = 2 * near**2 + 3 * near * far + far**2
    total = 3 * near * (near + far)
    x, y = (
        (near**2 * beyond - far**2 * back + own * here) / total
        for beyond, back, here in zip(opposite, neighbour, knot, strict=True)
    )
    return Point(x, y)


def _sum(one: Point, other: Point) -> Point:
    return Point(one.x + other.x, one.y + other.y)


def _second_difference(first: Point, second: Point, third: Point) -> float:
    return math.hypot(first.x - 2 * second.x + third.x, first.y - 2 * second.y + third.y)


def _bezier(share: float, start: Point, outgoing: Point, incoming: Point, end: Point) -> Point:
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    x, y = (
        sum(weight * value for weight, value in zip(weights, values, strict=True))
        for values in zip(start, outgoing, incoming, end, strict=True)
    )
    return Point(x, y)

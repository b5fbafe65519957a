"""Ink on paper: strokes of a round brush and of an eraser, one after the other, that can be undone."""

from __future__ import annotations

from collections import deque
from collections.abc import MutableSequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnapp.digits.brush import Box, Point, brush_box, brush_coverage
from nnapp.digits.normalization import FAINTEST_INK
from nnapp.digits.pen_curve import curve_points
from nnapp.errors import DataError

__all__ = ["BRUSH_WIDTHS", "DEFAULT_BRUSH_WIDTH", "INK_SIDE", "Ink"]

INK_SIDE = 280
"""Side of the paper in pixels: ten for each of MNIST's 28."""

BRUSH_WIDTHS = (4.0, 60.0)
"""Narrowest and widest brush in pixels of the paper."""

DEFAULT_BRUSH_WIDTH = 26.0
"""As wide as MNIST's strokes, 2.6 of 28 pixels, so that a digit is well drawn even without any normalisation."""

_N_UNDO_STEPS = 100

_NOWHERE = Box(0, 0, 0, 0)


class Ink:
    """A square of paper that is drawn on.

    Every method that changes something returns the box of the pixels that may have changed, so that only they need
    drawing on a screen. Only the pixels under the newest piece of a stroke are computed.

    Parameters
    ----------
    side : int
        Side of the paper in pixels.
    """

    def __init__(self, side: int = INK_SIDE) -> None:
        self._pixels = np.zeros((side, side), dtype=np.float32)
        self._before = np.zeros_like(self._pixels)  # a stroke's paper, as it was when the stroke began
        self._stroke: _Stroke | None = None
        self._undo_steps: deque[_Step] = deque(maxlen=_N_UNDO_STEPS)
        self._redo_steps: list[_Step] = []

    @property
    def pixels(self) -> NDArray[np.float32]:
        """The paper, (side, side) float32, 0 = paper … 1 = ink: a view that changes and cannot be written to."""
        view: NDArray[np.float32] = self._pixels.view()
        view.flags.writeable = False
        return view

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn that would count as a digit."""
        return bool(self._pixels.max() < FAINTEST_INK)

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke has begun and not ended."""
        return self._stroke is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return bool(self._undo_steps) or self.is_drawing

    @property
    def can_redo(self) -> bool:
        """Whether a change was undone and nothing drawn since."""
        return bool(self._redo_steps) and not self.is_drawing

    def begin_stroke(self, x: float, y: float, width: float = DEFAULT_BRUSH_WIDTH, *, erases: bool = False) -> Box:
        """Put the brush down, which leaves a dot; a stroke that has not ended is ended.

        Parameters
        ----------
        x, y : float
            In pixels from the paper's top left corner; may lie outside of it.
        width : float
            Diameter of the brush in pixels; brought into `BRUSH_WIDTHS`.
        erases : bool
            Whether it takes ink away instead of leaving it.
        """
        self.end_stroke()
        np.copyto(self._before, self._pixels)
        self._stroke = _Stroke(min(max(width, BRUSH_WIDTHS[0]), BRUSH_WIDTHS[1]), erases, [Point(x, y)])
        return self._stamp(self._stroke, self._stroke.places * 2)

    def extend_stroke(self, x: float, y: float) -> Box:
        """Move the brush to another place, however far away, on a smooth curve through all places of the stroke."""
        stroke, place = self._stroke, Point(x, y)
        if stroke is None or place == stroke.places[-1]:
            return _NOWHERE
        changed = stroke.tail_box
        self._pixels[changed.slices] = stroke.under_tail
        stroke.places = [*stroke.places[-3:], place]
        if len(stroke.places) > 2:
            changed = changed.union(self._stamp(stroke, stroke.curve(-3)))
        # How the curve arrives at the newest place is for the next one to decide: until then it is drawn on loan.
        tail = stroke.curve(-2)
        stroke.tail_box = self._box(stroke, tail)
        stroke.under_tail = self._pixels[stroke.tail_box.slices].copy()
        return changed.union(self._stamp(stroke, tail))

    def end_stroke(self) -> None:
        """Lift the brush; the stroke can be undone if it has changed anything."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            self._remember(stroke.box, self._before[stroke.box.slices])

    def undo(self) -> Box:
        """Take the newest change back."""
        self.end_stroke()
        return self._swap(self._undo_steps, self._redo_steps)

    def redo(self) -> Box:
        """Make the change again that was undone last."""
        self.end_stroke()
        return self._swap(self._redo_steps, self._undo_steps)

    def clear(self) -> Box:
        """Take a new sheet of paper; that can be undone."""
        return self.replace(np.zeros_like(self._pixels))

    def replace(self, pixels: ArrayLike) -> Box:
        """Put other ink in the place of all there is; that can be undone.

        Parameters
        ----------
        pixels : (side, side) float
            0 = paper … 1 = ink; copied, values beyond are taken as the nearest of the two.

        Raises
        ------
        DataError
            If it has another shape or holds anything but finite numbers.
        """
        values = np.asarray(pixels, dtype=np.float32)
        if values.shape != self._pixels.shape:
            raise DataError(f"Ink for this paper must have the shape {self._pixels.shape}; got {values.shape}.")
        if not np.isfinite(values).all():
            raise DataError("Ink must be finite numbers; got infinity or not-a-number.")
        self.end_stroke()
        before = self._pixels.copy()
        np.clip(values, 0, 1, out=self._pixels)
        whole = Box(0, 0, *self._pixels.shape)
        self._remember(whole, before)
        return whole

    def _stamp(self, stroke: _Stroke, points: list[Point]) -> Box:
        """Draw straight lines between points and return the box of the pixels they may have changed."""
        for start, end in pairwise(points):
            box = brush_box(start, end, stroke.width, self._pixels.shape)
            if not box.is_empty:
                coverage = brush_coverage(start, end, stroke.width, box)
                under = self._pixels[box.slices]
                if stroke.erases:
                    np.minimum(under, 1 - coverage, out=under)
                else:
                    np.maximum(under, coverage, out=under)
        changed = self._box(stroke, points)
        stroke.box = stroke.box.union(changed)
        return changed

    def _box(self, stroke: _Stroke, points: list[Point]) -> Box:
        x, y = zip(*points, strict=True)
        return brush_box(Point(min(x), min(y)), Point(max(x), max(y)), stroke.width, self._pixels.shape)

    def _remember(self, box: Box, before: NDArray[np.float32]) -> None:
        """Make what has changed inside a box undoable; nothing can be redone any more."""
        if not np.array_equal(before, self._pixels[box.slices]):
            self._undo_steps.append(_Step(box, before.copy()))
            self._redo_steps.clear()

    def _swap(self, steps: MutableSequence[_Step], opposite: MutableSequence[_Step]) -> Box:
        """Put back the pixels of the newest of some steps, and what was there onto the opposite ones."""
        if not steps:
            return _NOWHERE
        box, pixels = steps.pop()
        opposite.append(_Step(box, self._pixels[box.slices].copy()))
        self._pixels[box.slices] = pixels
        return box


class _Step(NamedTuple):
    """What brings the paper back from one change, or forward to it."""

    box: Box
    pixels: NDArray[np.float32]


@dataclass
class _Stroke:
    """A stroke that has not ended.

    Attributes
    ----------
    width : float
    erases : bool
    places : list of Point
        Where the brush has been, the last four.
    box : Box
        What the stroke may have changed so far.
    tail_box, under_tail
        Where the last piece is, whose final shape is not known yet, and what was there before.
    """

    width: float
    erases: bool
    places: list[Point]
    box: Box = _NOWHERE
    tail_box: Box = _NOWHERE
    under_tail: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))

    def curve(self, start: int) -> list[Point]:
        """Return the curve from one place to the next.

        Parameters
        ----------
        start : int
            Index of the first of the two, from the end of the stroke: −2 or −3.
        """
        before = max(start - 1, -len(self.places))
        after = min(start + 2, -1)
        return curve_points(self.places[before], self.places[start], self.places[start + 1], self.places[after])

"""Shows nothing: how far something longer than its place is scrolled along one axis."""

from __future__ import annotations

__all__ = ["ScrollOffset"]


class ScrollOffset:
    """An offset that stays within what there is to scroll.

    Attributes
    ----------
    px : int
        What is before the visible part.
    """

    def __init__(self) -> None:
        self.px = 0
        self._length = 1
        self._visible = 1
        self._unit = 1

    @property
    def is_needed(self) -> bool:
        """Whether not everything is visible."""
        return self._length > self._visible

    @property
    def fractions(self) -> tuple[float, float]:
        """Where the visible part begins and ends, 0…1, as a scrollbar wants it."""
        return self.px / self._length, min(1.0, (self.px + self._visible) / self._length)

    def show_lengths(self, length_px: int, visible_px: int, unit_px: int) -> None:
        """Take in how long everything, the visible part and one step of scrolling are."""
        self._length, self._visible, self._unit = max(length_px, 1), max(visible_px, 1), max(unit_px, 1)
        self.move_to(self.px)

    def move_to(self, px: int) -> None:
        """Scroll to an offset, or as near to it as there is something to show."""
        self.px = min(max(px, 0), max(self._length - self._visible, 0))

    def move_by(self, n_units: int) -> None:
        """Scroll by a number of steps."""
        self.move_to(self.px + n_units * self._unit)

    def move_as_asked(self, *arguments: str) -> None:
        """Do what a scrollbar's `command` is called with: ("moveto", fraction) or ("scroll", number, what)."""
        if arguments[0] == "moveto":
            self.move_to(round(float(arguments[1]) * self._length))
        elif arguments[2].startswith("unit"):
            self.move_by(int(arguments[1]))
        else:
            self.move_to(self.px + int(arguments[1]) * max(self._visible - self._unit, self._unit))

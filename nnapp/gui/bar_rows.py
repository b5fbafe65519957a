"""Shows numbers as rows: a name, a bar, and the number itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from nnapp.display.palettes import Palette
from nnapp.gui.canvas_items import CanvasItems

__all__ = ["BarRow", "draw_bar_rows"]

_FONT = "nnapp-small"
_LARGEST_PART_FOR_NAMES = 0.42
_LEAST_BAR_PX = 12
_CLOSEST_LINES = 0.85
"""Distance of two lines as a multiple of the height of one, which has some room above and below."""


@dataclass(frozen=True)
class BarRow:
    """One row.

    Attributes
    ----------
    name, number : str
        What stands before and after the bar.
    start, end : float
        Ends of the bar as shares of the full length, 0…1.
    color : str
        Of the bar.
    is_strong : bool
        Whether the texts are in the full colour of text.
    mark : float or None
        Where a second value is marked by a line, 0…1.
    """

    name: str
    number: str
    start: float
    end: float
    color: str
    is_strong: bool = False
    mark: float | None = None


def draw_bar_rows(
    items: CanvasItems,
    box: tuple[int, int, int, int],
    rows: Sequence[BarRow],
    palette: Palette,
    *,
    gap: int,
    widest_number: str,
    prefix: str = "",
) -> None:
    """Draw rows that share the height of a box. Tk thread only; inside ``items.drawing()``.

    Where they are too many for that, only every second or third has its texts, and the strong ones in any case.
    Names that leave the bars no room are shortened, and bars that have none are left out.

    Parameters
    ----------
    box : tuple of int
        Left, top, right, bottom.
    gap : int
        Between name, bar and number.
    widest_number : str
        Room is kept for it, so that the bars do not change with the numbers.
    prefix : str
        Before the names of the items.
    """
    left, top, right, bottom = box
    height, line_px = (bottom - top) / max(len(rows), 1), items.line_px(_FONT)
    step = ceil(_CLOSEST_LINES * line_px / height) if height > 0 else len(rows) + 1
    strong = [number for number, row in enumerate(rows) if row.is_strong]
    names = items.fitted([row.name for row in rows], _LARGEST_PART_FOR_NAMES * (right - left), _FONT)
    bar_left = left + max((items.measure(name, _FONT) for name in names), default=0) + gap
    bar_right = right - items.measure(widest_number, _FONT) - gap
    half_px = max(min(round(height * 0.32), line_px // 5), 1)
    for number, (row, name) in enumerate(zip(rows, names, strict=True)):
        middle = round(top + (number + 0.5) * height)
        is_free = all(number == other or abs(number - other) >= step for other in strong)
        if row.is_strong or (number % step == 0 and is_free):
            color = palette.text if row.is_strong else palette.muted_text
            items.text(f"{prefix}name {number}", left, middle, name, fill=color, font=_FONT, anchor="w")
            items.text(f"{prefix}number {number}", right, middle, row.number, fill=color, font=_FONT, anchor="e")
        if bar_right - bar_left < _LEAST_BAR_PX:
            continue
        start, end = (bar_left + round(share * (bar_right - bar_left)) for share in (row.start, row.end))
        items.box(
            f"{prefix}track {number}", (bar_left, middle - half_px, bar_right, middle + half_px), fill=palette.raised
        )
        items.box(f"{prefix}bar {number}", (start, middle - half_px, end, middle + half_px), fill=row.color)
        if row.mark is not None:
            x = bar_left + round(row.mark * (bar_right - bar_left - 1))
            items.line(f"{prefix}mark {number}", (x, middle - 2 * half_px, x, middle + 2 * half_px), fill=palette.text)

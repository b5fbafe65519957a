"""Shows numbers as columns: a bar up or down from zero, its name under it, and the number at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite

from nnapp.display.palettes import Palette
from nnapp.gui.canvas_items import CanvasItems

__all__ = ["BarColumn", "column_at", "draw_bar_columns"]

_FONT = "nnapp-small"
_WIDEST_BAR_UNITS = 8


@dataclass(frozen=True)
class BarColumn:
    """One column.

    Attributes
    ----------
    name : str
    value : float
        NaN for none.
    number : str
        The value as it is written.
    """

    name: str
    value: float
    number: str


def column_at(x: float, left: int, right: int, n_columns: int) -> int | None:
    """Return the column at a horizontal place, or None beside all of them."""
    if not left <= x < right or n_columns == 0:
        return None
    return min(int((x - left) * n_columns / (right - left)), n_columns - 1)


def draw_bar_columns(
    items: CanvasItems, box: tuple[int, int, int, int], columns: Sequence[BarColumn], palette: Palette, *, unit: int
) -> None:
    """Draw columns that share the width of a box. Tk thread only; inside ``items.drawing()``.

    The highest bar takes the height there is. Numbers are written where they have room, that of the largest
    value always; of the names at least every second, third, ….

    Parameters
    ----------
    box : tuple of int
        Left, top, right, bottom.
    columns : sequence of BarColumn
    unit : int
        Spacing in pixels.
    """
    left, top, right, bottom = box
    values = [column.value for column in columns if isfinite(column.value)]
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    line_px = items.line_px(_FONT)
    above, below = top + line_px, bottom - line_px - (line_px if low < 0 else 0)
    if below - above < line_px or high == low == 0 and not columns:
        return
    width = (right - left) / len(columns)
    half_bar = max(min(width * 0.36, _WIDEST_BAR_UNITS * unit / 2), 0.5)
    scale = (below - above) / ((high - low) or 1.0)
    zero = round(above + high * scale)
    all_fit = max(items.measure(column.number, _FONT) for column in columns) + unit / 2 <= width
    largest = max(range(len(columns)), key=lambda place: abs(columns[place].value) if values else 0)
    step = ceil(max(items.measure(column.name, _FONT) for column in columns) / width + 0.1) if width > 0 else 1
    for place, column in enumerate(columns):
        middle = left + (place + 0.5) * width
        if isfinite(column.value):
            end = round(above + (high - column.value) * scale)
            color = palette.negative if column.value < 0 else palette.accent
            bar = (round(middle - half_bar), min(end, zero), round(middle + half_bar), max(end, zero))
            items.box(f"bar {place}", bar, fill=color)
        else:
            end = zero
        if all_fit or place == largest:
            anchor, color = ("n", palette.text) if column.value < 0 else ("s", palette.text)
            items.text(f"number {place}", middle, end, column.number, fill=color, font=_FONT, anchor=anchor)
        if place % step == 0:
            items.text(f"name {place}", middle, bottom, column.name, fill=palette.muted_text, font=_FONT, anchor="s")
    items.line("zero", (left, zero, right, zero), fill=palette.field_border)

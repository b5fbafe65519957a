"""Shows numbers as columns: a bar up or down from zero, its name under it, and the number at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite

from nnapp.display.palettes import Palette
from nnapp.gui.canvas_items import Anchor, CanvasItems

__all__ = ["BarColumn", "column_at", "draw_bar_columns"]

_FONT = "nnapp-small"
_WIDEST_BAR_UNITS = 8
_LEAST_LINES = {"numbers": 4, "names": 2.5, "upright names": 6}
"""Height, in lines of text, from which on there is room for more than the bars."""

_LARGEST_PART_FOR_NAMES = 0.5
"""Of the height, where names stand upright."""


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

    The highest bar takes the height there is. Where the columns are narrow, only the largest value has its
    number, and names stand upright; if there is no room for that either, only every second or third column has
    one. Where columns are low, none has a number or a name.

    Parameters
    ----------
    box : tuple of int
        Left, top, right, bottom.
    columns : sequence of BarColumn
    unit : int
        Spacing in pixels.
    """
    left, top, right, bottom = box
    values = {place: column.value for place, column in enumerate(columns) if isfinite(column.value)}
    low, high = min(0.0, *values.values(), 0.0), max(0.0, *values.values(), 0.0)
    line_px = items.line_px(_FONT)
    if not columns or right - left < len(columns):
        return
    has_numbers, has_names = (bottom - top >= _LEAST_LINES[part] * line_px for part in ("numbers", "names"))
    width = (right - left) / len(columns)
    names = _arrange_names(items, [column.name for column in columns], width, bottom - top, unit)
    highest = top + line_px * has_numbers
    lowest = bottom - names.height * has_names - line_px * (has_numbers and low < 0) - 1
    half_bar = max(min(width * 0.36, _WIDEST_BAR_UNITS * unit / 2), 0.5)
    zero = _height_of(0, low, high, highest, lowest)
    all_fit = max(items.measure(column.number, _FONT) for column in columns) + unit // 2 <= width
    largest = max(values, key=lambda place: abs(values[place]), default=None)
    for place, column in enumerate(columns):
        middle, end = left + (place + 0.5) * width, zero
        if place in values:
            end = _height_of(column.value, low, high, highest, lowest)
            bar = (round(middle - half_bar), min(end, zero), round(middle + half_bar), max(end, zero))
            items.box(f"bar {place}", bar, fill=palette.negative if column.value < 0 else palette.accent)
        if has_numbers and (all_fit or place == largest):
            anchor: Anchor = "n" if end > zero else "s"
            items.text(f"number {place}", middle, end, column.number, fill=palette.text, font=_FONT, anchor=anchor)
        if has_names and place % names.step == 0:
            _write_name(items, f"name {place}", names, place, (middle, left, right, bottom), palette)
    items.line("zero", (left, zero, right, zero), fill=palette.field_border)


@dataclass(frozen=True)
class _Names:
    """How the names under the columns are written: `height` pixels high, `gap` of them empty, every `step`-th name."""

    texts: tuple[str, ...]
    is_upright: bool
    height: int
    gap: int
    step: int


def _arrange_names(items: CanvasItems, names: Sequence[str], width: float, height: int, unit: int) -> _Names:
    line_px = items.line_px(_FONT)
    widest = max(items.measure(name, _FONT) for name in names) + unit
    if widest > width >= 0.8 * line_px and height >= _LEAST_LINES["upright names"] * line_px:
        texts = items.fitted(names, _LARGEST_PART_FOR_NAMES * height, _FONT)
        return _Names(texts, True, max(items.measure(text, _FONT) for text in texts) + unit // 2, unit // 2, 1)
    return _Names(tuple(names), False, line_px, 0, ceil(widest / width))


def _write_name(
    items: CanvasItems, item: str, names: _Names, place: int, where: tuple[float, int, int, int], palette: Palette
) -> None:
    middle, left, right, bottom = where
    text, color = names.texts[place], palette.muted_text
    if names.is_upright:
        top = bottom - names.height + names.gap
        items.text(item, middle, top, text, fill=color, font=_FONT, anchor="e", is_upright=True)
        return
    text = items.elided(text, right - left, _FONT)
    half = items.measure(text, _FONT) / 2
    middle = min(max(middle, left + half), right - half)
    items.text(item, middle, bottom, text, fill=color, font=_FONT, anchor="s")


def _height_of(value: float, low: float, high: float, highest: int, lowest: int) -> int:
    share = (high - value) / (high - low) if high > low else 1.0
    return round(highest + share * (lowest - highest))

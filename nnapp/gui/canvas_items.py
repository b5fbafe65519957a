"""Shows texts, boxes and lines on a canvas that are drawn again and again, at the cost of what has changed."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal, NamedTuple

from nnapp.display.text_fitting import elide, fit_names

__all__ = ["Anchor", "CanvasItems", "Font"]

Kind = Literal["text", "rectangle", "line"]
Anchor = Literal["nw", "n", "ne", "w", "center", "e", "s"]
Font = str | tuple[str, int] | tuple[str, int, str]

_MOST_WIDTHS = 2000


class _Item(NamedTuple):
    number: int
    kind: Kind
    coordinates: tuple[float, ...]
    options: Mapping[str, object]
    is_shown: bool


class CanvasItems:
    """Items of a canvas by their names. Tk thread only.

    A drawing is written down anew each time, inside ``with items.drawing():``. What is as it was takes no call of
    Tk, which is where the time goes; what was not drawn this time is hidden.

    Parameters
    ----------
    canvas : tk.Canvas
    """

    def __init__(self, canvas: tk.Canvas) -> None:
        self._canvas = canvas
        self._items: dict[str, _Item] = {}
        self._drawn: set[str] = set()
        self._widths: dict[tuple[str, Font], int] = {}
        self._heights: dict[Font, int] = {}

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Begin a drawing; at the end of the block hide the items that were not drawn in it."""
        self._drawn.clear()
        yield
        for name, item in self._items.items():
            if item.is_shown and name not in self._drawn:
                self._canvas.itemconfigure(item.number, state="hidden")
                self._items[name] = item._replace(is_shown=False)

    def text(
        self,
        name: str,
        x: float,
        y: float,
        text: str,
        *,
        fill: str,
        font: Font = "nnapp-body",
        anchor: Anchor = "nw",
        width: float = 0,
        is_upright: bool = False,
    ) -> None:
        """Write a text whose `anchor` is at x, y, in lines of at most `width` pixels unless that is 0.

        An upright one runs from bottom to top, and is anchored by its own sides: "w" is where it begins, below.
        """
        justify = "left" if "w" in anchor else "right" if anchor in ("e", "ne") else "center"
        options: dict[str, object] = {"text": text, "fill": fill, "font": font, "anchor": anchor}
        options |= {"justify": justify, "width": width, "angle": 90 if is_upright else 0}
        self._draw(name, "text", (x, y), options)

    def box(self, name: str, box: tuple[float, float, float, float], *, fill: str = "", outline: str = "") -> None:
        """Draw a rectangle from left and top to right and bottom, which are outside of it."""
        left, top, right, bottom = box
        if outline:  # an outline is drawn on the coordinates, a filling ends before them
            right, bottom = right - 1, bottom - 1
        self._draw(name, "rectangle", (left, top, right, bottom), {"fill": fill, "outline": outline, "width": 1})

    def line(self, name: str, points: tuple[float, ...], *, fill: str, width: int = 1, dash: str = "") -> None:
        """Draw a line through the points x₀, y₀, x₁, y₁, …"""
        self._draw(name, "line", points, {"fill": fill, "width": width, "dash": dash})

    def measure(self, text: str, font: Font = "nnapp-body") -> int:
        """Return the width of a text in pixels."""
        key = (text, font)
        if key not in self._widths:
            if len(self._widths) >= _MOST_WIDTHS:  # numbers that change all the time would pile up
                self._widths.clear()
            arguments = ("font", "measure", font, "-displayof", self._canvas, text)
            self._widths[key] = int(self._canvas.tk.call(*arguments))
        return self._widths[key]

    def line_px(self, font: Font = "nnapp-body") -> int:
        """Return the height of a line of text in pixels."""
        if font not in self._heights:
            arguments = ("font", "metrics", font, "-displayof", self._canvas, "-linespace")
            self._heights[font] = int(self._canvas.tk.call(*arguments))
        return self._heights[font]

    def elided(self, text: str, width: float, font: Font = "nnapp-body") -> str:
        """Return a text, or as much of its beginning as fits into `width` pixels with "…" after it."""
        return elide(text, width, 0, lambda part, _: self.measure(part, font))

    def fitted(self, names: Sequence[str], width: float, font: Font = "nnapp-body") -> tuple[str, ...]:
        """Return the names of classes as they fit into `width` pixels each, see `fit_names`."""
        return fit_names(names, width, 0, lambda part, _: self.measure(part, font))

    def forget_fonts(self) -> None:
        """Measure anew, because the named fonts may have another size."""
        self._widths.clear()
        self._heights.clear()

    def read_text(self, name: str) -> str:
        """Return a text that is shown, "" if it is not."""
        item = self._items.get(name)
        return str(item.options["text"]) if item is not None and item.is_shown else ""

    def read_box(self, name: str) -> tuple[float, ...] | None:
        """Return where an item is, or None if it is not shown."""
        item = self._items.get(name)
        return item.coordinates if item is not None and item.is_shown else None

    def read_fill(self, name: str) -> str:
        """Return the colour of an item that is shown, "" if it is not."""
        item = self._items.get(name)
        return str(item.options["fill"]) if item is not None and item.is_shown else ""

    def _draw(self, name: str, kind: Kind, coordinates: tuple[float, ...], options: Mapping[str, object]) -> None:
        self._drawn.add(name)
        item = self._items.get(name)
        if item is None:
            number = int(getattr(self._canvas, f"create_{kind}")(*coordinates, **options))
            self._items[name] = _Item(number, kind, coordinates, options, True)
            return
        if item.coordinates != coordinates:
            self._canvas.coords(item.number, *coordinates)
        changed = {option: value for option, value in options.items() if value != item.options[option]}
        if not item.is_shown:
            changed["state"] = "normal"
        if changed:
            self._canvas.itemconfigure(item.number, changed)
        self._items[name] = item._replace(coordinates=coordinates, options=options, is_shown=True)

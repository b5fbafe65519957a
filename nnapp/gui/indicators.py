"""Shows check boxes, arrows, tabs and the like as small pictures, since those of ttk's clam are coarse."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Any

from PIL import Image, ImageDraw, ImageTk

from nnapp.display.palettes import Palette

__all__ = ["Indicators"]

_OVERSAMPLING = 8
_BACKDROP = "#00000000"

# Which picture a widget in a state shows; the first state that fits decides, the last is for all others.
_STATES: dict[str, dict[str, tuple[str, ...]]] = {
    "check": {
        "disabled-selected": ("disabled", "selected"),
        "disabled": ("disabled",),
        "focus-selected": ("focus", "selected"),
        "selected": ("selected",),
        "focus": ("focus",),
        "active": ("active",),
        "": (),
    },
    "slider": {"disabled": ("disabled",), "focus": ("focus",), "active": ("active",), "": ()},
    "downarrow": {"disabled": ("disabled",), "": ()},
    "uparrow": {"disabled": ("disabled",), "": ()},
    "trough": {"": ()},
    "line": {"": ()},
    "tab": {"focus-selected": ("focus", "selected"), "selected": ("selected",), "active": ("active",), "": ()},
}
_STATES["radio"] = _STATES["check"]
_FILLS = ("trough", "line", "tab")  # as long as there is room


class Indicators:
    """The pictures of one `tk.Tk`, made once for each size and repainted when the colours change. Tk thread only."""

    def __init__(self, root: tk.Tk) -> None:
        self._root = root
        self._pictures: dict[tuple[str, int], dict[str, ImageTk.PhotoImage]] = {}
        self._elements: dict[tuple[str, int], str] = {}

    def element(self, kind: str, size_px: int, palette: Palette, gap_px: int = 0) -> str:
        """Return the name of a ttk element that shows an indicator.

        Parameters
        ----------
        kind : {"check", "radio", "slider", "downarrow", "uparrow", "trough", "line", "tab"}
            The last three are as long as there is room.
        size_px : int
            Width and height of the picture; of a tab, four times the thickness of its lines.
        palette : Palette
        gap_px : int
            Room right of the picture.
        """
        key = kind, size_px
        painted = {state: _paint(kind, state, size_px, palette) for state in _STATES[kind]}
        if key in self._elements:
            for state, image in painted.items():
                self._pictures[key][state].paste(image)
            return self._elements[key]
        pictures = {state: ImageTk.PhotoImage(image, master=self._root) for state, image in painted.items()}
        # Tk's bindings know an arrow and a slider by the last part of the element's name.
        name = f"{pictures['']}.{kind}"
        states: Any = [(*words, pictures[state]) for state, words in _STATES[kind].items() if words]
        options: Any = {"sticky": "nswe" if kind in _FILLS else "w", "width": size_px + gap_px}
        if kind == "tab":
            # Stretched, the lines at its edges stay as thick as they are; the label has a padding of its own.
            options |= {"border": size_px // 4, "padding": 0}
        ttk.Style(self._root).element_create(name, "image", pictures[""], *states, **options)
        self._pictures[key] = pictures
        self._elements[key] = name
        return name


def _paint(kind: str, state: str, size_px: int, palette: Palette) -> Image.Image:
    """Return the picture of an indicator in a state, `size_px` square, with a transparent background."""
    size = size_px * _OVERSAMPLING
    image = Image.new("RGBA", (size, size), _BACKDROP)
    draw = ImageDraw.Draw(image)
    if kind in ("check", "radio"):
        _draw_box(draw, kind, state, size, size / size_px, palette)
    elif kind == "tab":
        _draw_tab(draw, state, size, palette)
    elif kind in _FILLS:
        image.paste(palette.border if kind == "line" else palette.field_border, (0, 0, size, size))
    elif kind == "slider":
        _draw_slider(draw, state, size, size / size_px, palette)
    else:
        _draw_arrow(draw, kind, palette.disabled_text if state == "disabled" else palette.muted_text, size)
    return image.reduce(_OVERSAMPLING)


def _draw_box(draw: ImageDraw.ImageDraw, kind: str, state: str, size: float, pixel: float, palette: Palette) -> None:
    """Draw a square with a tick or a circle with a dot; `pixel` is the length of one real pixel."""
    is_disabled, is_selected, has_focus = "disabled" in state, "selected" in state, "focus" in state
    line = palette.disabled_text if is_disabled else palette.field_border
    fill = palette.field_disabled if is_disabled else palette.field
    mark = palette.disabled_text
    if is_selected and not is_disabled:
        line, fill, mark = palette.accent, palette.accent, palette.accent_text
    if state == "active":
        line = palette.accent
    inset = 2 * pixel
    box = (inset, inset, size - 1 - inset, size - 1 - inset)
    radius = (size - 2 * inset) / 2 if kind == "radio" else (size - 2 * inset) * 0.22
    if has_focus:
        for gap, color in ((0.0, palette.focus), (1.25 * pixel, palette.background)):
            around = (gap, gap, size - 1 - gap, size - 1 - gap)
            draw.rounded_rectangle(around, radius + inset - gap, fill=color)
    draw.rounded_rectangle(box, radius, fill=fill, outline=line, width=round(1.25 * pixel))
    if not is_selected:
        return
    if kind == "radio":
        middle, dot = size / 2, size * 0.16
        draw.ellipse((middle - dot, middle - dot, middle + dot, middle + dot), fill=mark)
    else:
        tick = [(0.28, 0.52), (0.44, 0.67), (0.73, 0.35)]
        points = [(x * size, y * size) for x, y in tick]
        draw.line(points, fill=mark, width=round(1.75 * pixel), joint="curve")


def _draw_tab(draw: ImageDraw.ImageDraw, state: str, size: int, palette: Palette) -> None:
    """Draw a tab without a border; the selected one is underlined, and with the focus it has a ring."""
    line = size // 4
    fill = palette.raised if state == "active" else palette.background
    draw.rectangle((0, 0, size, size), fill=palette.focus if "focus" in state else fill)
    if "focus" in state:
        draw.rectangle((line, line, size - 1 - line, size - 1 - line), fill=fill)
    elif "selected" in state:
        draw.rectangle((0, size - line, size, size), fill=palette.accent)


def _draw_slider(draw: ImageDraw.ImageDraw, state: str, size: float, pixel: float, palette: Palette) -> None:
    fill = {"disabled": palette.disabled_text, "active": palette.accent_active}.get(state, palette.accent)
    if state == "focus":
        draw.ellipse((0, 0, size - 1, size - 1), fill=palette.focus)
        draw.ellipse((pixel, pixel, size - 1 - pixel, size - 1 - pixel), fill=palette.background)
    inset = 2 * pixel
    draw.ellipse((inset, inset, size - 1 - inset, size - 1 - inset), fill=fill)


def _draw_arrow(draw: ImageDraw.ImageDraw, kind: str, color: str, size: float) -> None:
    """Draw an open arrowhead that points down or up."""
    tip, ends = (0.64, 0.38) if kind == "downarrow" else (0.36, 0.62)
    points = [(0.22 * size, ends * size), (0.5 * size, tip * size), (0.78 * size, ends * size)]
    draw.line(points, fill=color, width=round(size * 0.13), joint="curve")

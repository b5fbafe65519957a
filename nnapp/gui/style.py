"""Shows every widget in one look: colours, fonts, spacing and scale in one place."""

from __future__ import annotations

import sys
import tkinter as tk
from collections.abc import Callable
from contextlib import suppress

from nnapp.display.palettes import Palette, palette
from nnapp.gui.clam_theme import recolour
from nnapp.gui.fonts import set_fonts
from nnapp.gui.indicators import Indicators
from nnapp.gui.plain_widgets import recolour_plain_widgets
from nnapp.gui.tab_focus import keep_focus_on_tabs
from nnapp.gui.text_keys import use_familiar_keys

__all__ = ["SCALES", "Style", "prepare_display"]

UNIT_PX = 4
SCALES = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
_SCALE_LIMITS = (0.75, 3.0)
_DISPLAY_RATIO_LIMITS = (0.75, 4.0)


class Style:
    """The look of all windows of one `tk.Tk`. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    theme : {"light", "dark"}
    colors : {"standard", "colour-blind"}
    scale : float
        Size of text and spacing relative to what suits the screen; 0.75…3, others are clamped.

    Attributes
    ----------
    palette : Palette
        The colours in force.
    theme, colors, scale
        As given, or as last applied.
    """

    def __init__(self, root: tk.Tk, theme: str = "light", colors: str = "standard", scale: float = 1.0) -> None:
        self._root = root
        self._display_ratio = _display_ratio(root)
        # What is drawn in points by others, as in matplotlib, believes the same of the screen.
        root.tk.call("tk", "scaling", 96 / 72 * self._display_ratio)
        self._indicators = Indicators(root)
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self.theme = theme
        self.colors = colors
        self.scale = scale
        self.palette: Palette = palette(theme, colors)
        use_familiar_keys(root)
        keep_focus_on_tabs(root)
        self.apply()

    def px(self, units: float) -> int:
        """Return a length in pixels: a unit is 4 at 100 %, and only 0 units are 0 pixels."""
        if units == 0:
            return 0
        return max(1, round(units * UNIT_PX * self.scale * self._display_ratio))

    def apply(self, theme: str | None = None, colors: str | None = None, scale: float | None = None) -> None:
        """Change what is given, recolour and resize every widget there is, then call the listeners.

        Raises
        ------
        SettingError
            If there is no such theme or set of colours; nothing is changed then.
        """
        self.palette = palette(theme or self.theme, colors or self.colors)
        self.theme = theme or self.theme
        self.colors = colors or self.colors
        low, high = _SCALE_LIMITS
        self.scale = min(max(self.scale if scale is None else scale, low), high)
        set_fonts(self._root, self.scale * self._display_ratio)
        recolour(self._root, self.palette, self.px, self._indicators)
        recolour_plain_widgets(self._root, self.palette)
        for name in list(self._listeners):
            # A listener may destroy the widget of a later one.
            for callback in list(self._listeners.get(name, ())):
                callback()

    def on_change(self, widget: tk.Misc, callback: Callable[[], None]) -> None:
        """Call `callback` after every later change of the look, for as long as `widget` exists."""
        name = str(widget)
        if name not in self._listeners:
            self._listeners[name] = []
            # A window hears of its children's end too, hence the comparison.
            widget.bind("<Destroy>", lambda event: self._forget(name) if str(event.widget) == name else None, add="+")
        self._listeners[name].append(callback)

    def _forget(self, name: str) -> None:
        self._listeners.pop(name, None)


def prepare_display() -> None:
    """Tell Windows that the program draws in real pixels, or it would stretch a blurred picture. Before ``tk.Tk()``."""
    if sys.platform == "win32":
        import ctypes

        # Windows before 8.1 lacks the call, and a manifest or an earlier call may have decided already.
        with suppress(AttributeError, OSError):
            ctypes.windll.shcore.SetProcessDpiAwareness(1)


def _display_ratio(root: tk.Tk) -> float:
    """Return how many pixels of this screen take the place of one at 96 dpi, in steps of a quarter.

    macOS scales by itself. A screen that claims to be absurdly fine or coarse (a projector, a virtual
    screen) is taken for an ordinary one.
    """
    if root.tk.call("tk", "windowingsystem") == "aqua":
        return 1.0
    ratio = float(root.tk.call("tk", "scaling")) * 72 / 96
    low, high = _DISPLAY_RATIO_LIMITS
    return max(1.0, round(ratio * 4) / 4) if low <= ratio <= high else 1.0

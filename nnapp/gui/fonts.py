"""Shows all text in one family: chooses the fonts of the windows from what the machine has, and sizes them."""

from __future__ import annotations

import tkinter as tk
from tkinter import font as tkfont

__all__ = ["SIZES_PX", "set_fonts"]

SIZES_PX = {
    "nnapp-body": 13,
    "nnapp-small": 12,
    "nnapp-bold": 13,
    "nnapp-heading": 15,
    "nnapp-large": 26,
    "nnapp-mono": 12,
}
_BOLD = {"nnapp-bold", "nnapp-heading", "nnapp-large"}

_FAMILIES = {
    "win32": ("Segoe UI", "Tahoma"),
    "aqua": (".AppleSystemUIFont", "Helvetica Neue", "Lucida Grande"),
    "x11": ("Inter", "Noto Sans", "Cantarell", "Ubuntu", "Open Sans", "Liberation Sans", "DejaVu Sans"),
}
_MONO_FAMILIES = {
    "win32": ("Cascadia Mono", "Consolas", "Courier New"),
    "aqua": ("SF Mono", "Menlo", "Monaco"),
    "x11": ("JetBrains Mono", "Noto Sans Mono", "Ubuntu Mono", "Liberation Mono", "DejaVu Sans Mono"),
}

# Tk's own fonts, which entries, menus, list boxes and the file dialogs of X11 use unless told otherwise.
_TK_FONTS = {
    "TkDefaultFont": "nnapp-body",
    "TkTextFont": "nnapp-body",
    "TkMenuFont": "nnapp-body",
    "TkTooltipFont": "nnapp-small",
    "TkSmallCaptionFont": "nnapp-small",
    "TkIconFont": "nnapp-body",
    "TkHeadingFont": "nnapp-bold",
    "TkCaptionFont": "nnapp-heading",
    "TkFixedFont": "nnapp-mono",
}

# Wider than the others at the same size, so it is set a little smaller to take the same room.
_WIDE_FAMILIES = {"DejaVu Sans": 0.9, "DejaVu Sans Mono": 0.95}


def set_fonts(root: tk.Tk, ratio: float) -> None:
    """Create the program's named fonts, or resize them, and give Tk's own fonts the same look. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
        The interpreter whose fonts are set.
    ratio : float
        Size of the fonts relative to `SIZES_PX`.
    """
    system = str(root.tk.call("tk", "windowingsystem"))
    available = {family.lower(): family for family in tkfont.families(root)}
    body = _first_available(_FAMILIES[system], available, root, "TkDefaultFont")
    mono = _first_available(_MONO_FAMILIES[system], available, root, "TkFixedFont")
    existing = set(tkfont.names(root))
    for name, size_px in SIZES_PX.items():
        family = mono if name == "nnapp-mono" else body
        size = max(8, round(size_px * ratio * _WIDE_FAMILIES.get(family, 1.0)))
        # A negative size is in pixels, so that fonts grow with the spacing and not with the screen's idea of a point.
        options = ("-family", family, "-size", -size, "-weight", "bold" if name in _BOLD else "normal")
        root.tk.call("font", "configure" if name in existing else "create", name, *options)
    for tk_font, name in _TK_FONTS.items():
        if tk_font in existing:
            root.tk.call("font", "configure", tk_font, *root.tk.splitlist(root.tk.call("font", "configure", name)))


def _first_available(families: tuple[str, ...], available: dict[str, str], root: tk.Tk, fallback: str) -> str:
    """Return the first of `families` that is installed, or else the family behind the font `fallback`."""
    for family in families:
        if family.lower() in available:
            return available[family.lower()]
    return str(root.tk.call("font", "actual", fallback, "-family"))

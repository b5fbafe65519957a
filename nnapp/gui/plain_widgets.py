"""Shows menus, lists, texts and other widgets that are not ttk's in the colours of a palette."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Iterator

from nnapp.display.palettes import Palette

__all__ = ["recolour_plain_widgets"]

_SHAPES = ("highlightThickness", "relief", "borderWidth", "activeBorderWidth")
"""Options that no palette changes, and a widget may have chosen otherwise when it was made."""


def recolour_plain_widgets(root: tk.Tk, palette: Palette) -> None:
    """Give the plain Tk widgets of `root`, those there are and those to come, the colours of `palette`.

    A view that wants other colours sets them itself, when it is made and whenever the style changes.
    Tk thread only.
    """
    options = _options(palette)
    if root.tk.call("tk", "windowingsystem") == "aqua":
        del options["Menu"]  # macOS draws menus itself
    for widget_class, values in options.items():
        for option, value in values.items():
            root.option_add(f"*{widget_class}.{option}", value)
    root.configure(background=palette.background)
    for path in _widgets_below(root, "."):
        values = options.get(str(root.tk.call("winfo", "class", path)), {})
        colors = {name: value for name, value in values.items() if name not in _SHAPES}
        if colors:
            arguments = [part for name, value in colors.items() for part in (f"-{name.lower()}", value)]
            root.tk.call(path, "configure", *arguments)


def _options(palette: Palette) -> dict[str, dict[str, str]]:
    """Return values for each class of widget, under the names that Tk's option database knows them by."""
    selection = {"selectBackground": palette.selection, "selectForeground": palette.selection_text}
    ring = {"highlightThickness": "1", "highlightBackground": palette.border, "highlightColor": palette.focus}
    flat = {"relief": "flat", "borderWidth": "0"}
    text = {"background": palette.field, "foreground": palette.text, **selection, **flat}
    return {
        "Toplevel": {"background": palette.background},
        "Menu": {
            # Unfolded menus stand out from what they cover.
            "background": palette.raised if palette.is_dark else palette.field,
            "foreground": palette.text,
            "activeBackground": palette.selection,
            "activeForeground": palette.selection_text,
            "disabledForeground": palette.disabled_text,
            "selectColor": palette.text,
            "activeBorderWidth": "0",
            "relief": "raised",
            "borderWidth": "1",
        },
        # The list of a combobox; its border is drawn by the frame around it.
        "Listbox": {**text, "highlightThickness": "0"},
        "Text": {
            **text,
            "insertBackground": palette.text,
            "inactiveSelectBackground": palette.selection,
            **ring,
        },
        "Canvas": {"background": palette.canvas, **ring, **flat},
    }


def _widgets_below(root: tk.Tk, path: str) -> Iterator[str]:
    """Yield the paths of all widgets below `path`, those made by Tk itself included."""
    for child in root.tk.splitlist(root.tk.call("winfo", "children", path)):
        yield child
        yield from _widgets_below(root, child)

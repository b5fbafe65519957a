"""Shows ttk's clam theme in the colours of a palette, flat, with one accent and a visible focus ring."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Any

from nnapp.display.palettes import Palette
from nnapp.gui.clam_controls import Pixels, set_buttons, set_check_buttons, set_fields
from nnapp.gui.indicators import Indicators

__all__ = ["recolour"]


def recolour(root: tk.Tk, palette: Palette, px: Pixels, indicators: Indicators) -> None:
    """Give every widget of `root`, those there are and those to come, the colours of `palette`. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    palette : Palette
    px : callable
        Turns spacing units into pixels.
    indicators : Indicators
        Makes the pictures of check boxes, radio buttons, sliders and arrows.
    """
    style = ttk.Style(root)
    style.theme_use("clam")
    _set_base(style, palette)
    _set_labels(style, palette, px)
    set_buttons(style, palette, px)
    set_check_buttons(style, palette, px, indicators)
    set_fields(style, palette, px, indicators)
    _set_scrollbars(style, palette, px)
    _set_progress(style, palette, px, indicators)
    _set_containers(style, palette, px, indicators)
    _set_treeview(style, palette, px)


def _set_base(style: ttk.Style, palette: Palette) -> None:
    style.configure(
        ".",
        background=palette.background,
        foreground=palette.text,
        bordercolor=palette.border,
        lightcolor=palette.background,
        darkcolor=palette.background,
        troughcolor=palette.raised,
        fieldbackground=palette.field,
        selectbackground=palette.selection,
        selectforeground=palette.selection_text,
        selectborderwidth=0,
        insertcolor=palette.text,
        focuscolor=palette.focus,
        font="nnapp-body",
        relief="flat",
    )
    style.map(
        ".",
        foreground=[("disabled", palette.disabled_text)],
        background=[],
        selectbackground=[("!focus", palette.selection)],
        selectforeground=[("!focus", palette.selection_text)],
    )


def _set_labels(style: ttk.Style, palette: Palette, px: Pixels) -> None:
    style.configure("Muted.TLabel", foreground=palette.muted_text)
    style.configure("Error.TLabel", foreground=palette.error, font="nnapp-small")
    style.configure("Warning.TLabel", foreground=palette.warning)
    style.configure("Success.TLabel", foreground=palette.success)
    style.configure("Bold.TLabel", font="nnapp-bold")
    style.configure("Heading.TLabel", font="nnapp-heading")
    style.configure("Large.TLabel", font="nnapp-large")
    style.configure("Small.TLabel", font="nnapp-small")
    style.configure("Mono.TLabel", font="nnapp-mono")
    style.configure("Status.TLabel", font="nnapp-small", foreground=palette.muted_text, padding=(px(1), px(0.5)))
    style.configure("Surface.TFrame", background=palette.surface)
    for name in ("TLabel", "Muted.TLabel", "Bold.TLabel", "Heading.TLabel", "Error.TLabel", "TCheckbutton"):
        style.configure(f"Surface.{name}", background=palette.surface)


def _set_scrollbars(style: ttk.Style, palette: Palette, px: Pixels) -> None:
    for way, sticky in (("Vertical", "ns"), ("Horizontal", "we")):
        name = f"{way}.TScrollbar"
        thumb: Any = (f"{way}.Scrollbar.thumb", {"expand": "1", "sticky": "nswe"})
        style.layout(name, [(f"{way}.Scrollbar.trough", {"sticky": sticky, "children": [thumb]})])
        style.configure(
            name,
            arrowsize=px(2.5),
            gripcount=0,
            borderwidth=0,
            troughcolor=palette.background,
            background=palette.field_border,
            bordercolor=palette.background,
            lightcolor=palette.field_border,
            darkcolor=palette.field_border,
        )
        # A thumb that fills its trough has nothing to scroll, and disappears.
        thumb_colors = [
            ("disabled", palette.background),
            ("pressed", palette.muted_text),
            ("active", palette.muted_text),
        ]
        style.map(name, background=thumb_colors, lightcolor=thumb_colors, darkcolor=thumb_colors, bordercolor=[])


def _set_progress(style: ttk.Style, palette: Palette, px: Pixels, indicators: Indicators) -> None:
    for way in ("Horizontal", "Vertical"):
        style.configure(
            f"{way}.TProgressbar",
            arrowsize=px(2),
            troughcolor=palette.raised,
            background=palette.accent,
            bordercolor=palette.raised,
            lightcolor=palette.accent,
            darkcolor=palette.accent,
        )
    slider = indicators.element("slider", px(4.5), palette)
    trough = indicators.element("trough", px(1), palette)
    layout: list[Any] = [(trough, {"sticky": "we"}), (slider, {"side": "left", "sticky": ""})]
    style.layout("Horizontal.TScale", layout)
    style.map("Horizontal.TScale", background=[])


def _set_containers(style: ttk.Style, palette: Palette, px: Pixels, indicators: Indicators) -> None:
    _set_notebook(style, palette, px, indicators)
    style.configure("TLabelframe", bordercolor=palette.border, borderwidth=1, relief="raised", padding=px(2))
    style.configure("TLabelframe.Label", font="nnapp-bold", foreground=palette.text)
    style.configure("TPanedwindow", background=palette.background)
    style.configure("Sash", sashthickness=px(1.5), gripcount=0, lightcolor=palette.border, bordercolor=palette.border)
    line = indicators.element("line", 1, palette)
    for way, sticky in (("Horizontal", "we"), ("Vertical", "ns")):
        style.layout(f"{way}.TSeparator", [(line, {"sticky": sticky})])


def _set_notebook(style: ttk.Style, palette: Palette, px: Pixels, indicators: Indicators) -> None:
    tab = indicators.element("tab", 4 * px(0.5), palette)
    label: Any = ("Notebook.padding", {"sticky": "nswe", "children": [("Notebook.label", {"sticky": ""})]})
    style.layout("TNotebook.Tab", [(tab, {"sticky": "nswe", "children": [label]})])
    style.configure(
        "TNotebook",
        tabmargins=(0, 0, 0, 0),
        padding=0,
        borderwidth=0,
        bordercolor=palette.border,
        lightcolor=palette.background,
        darkcolor=palette.background,
    )
    style.configure("TNotebook.Tab", padding=(px(3), px(1.25)), foreground=palette.muted_text)
    colors = [("disabled", palette.disabled_text), ("selected", palette.text), ("active", palette.text)]
    style.map("TNotebook.Tab", padding=[], expand=[], foreground=colors, background=[("active", palette.raised)])


def _set_treeview(style: ttk.Style, palette: Palette, px: Pixels) -> None:
    line_px = int(style.tk.call("font", "metrics", "nnapp-body", "-linespace"))
    style.configure(
        "Treeview",
        background=palette.field,
        fieldbackground=palette.field,
        foreground=palette.text,
        rowheight=line_px + px(1.5),
        borderwidth=1,
        bordercolor=palette.border,
        lightcolor=palette.field,
        darkcolor=palette.field,
    )
    style.map(
        "Treeview",
        background=[("selected", palette.selection)],
        foreground=[("selected", palette.selection_text), ("disabled", palette.disabled_text)],
        bordercolor=[("focus", palette.focus)],
        lightcolor=[("focus", palette.focus)],
        darkcolor=[("focus", palette.focus)],
    )
    style.configure("Treeview.Cell", padding=(px(1), 0))
    style.configure("Treeview.Heading", background=palette.raised, font="nnapp-bold", padding=(px(1.5), px(1)))
    style.configure("Treeview.Heading", bordercolor=palette.border, lightcolor=palette.raised, darkcolor=palette.raised)
    style.map("Treeview.Heading", background=[("active", palette.border)], foreground=[])

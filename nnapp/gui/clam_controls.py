"""Shows what a person operates, buttons, check boxes and fields, flat and with a visible focus ring."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk
from typing import Any

from nnapp.display.palettes import Palette
from nnapp.gui.indicators import Indicators

__all__ = ["Pixels", "set_buttons", "set_check_buttons", "set_fields"]

Pixels = Callable[[float], int]


def set_buttons(style: ttk.Style, palette: Palette, px: Pixels) -> None:
    # clam's own focus mark is a dotted rectangle; here the border and the line inside it change colour together.
    layout: list[Any] = [
        ("Button.border", {"sticky": "nswe", "border": "1", "children": [
            ("Button.padding", {"sticky": "nswe", "children": [("Button.label", {"sticky": "nswe"})]})]})
    ]  # fmt: skip
    style.layout("TButton", layout)
    style.configure("TButton", padding=(px(2.5), px(1)), anchor="center", relief="raised", width=0, borderwidth=1)
    _set_button(style, "TButton", palette, fill=palette.raised, hover=palette.border, line=palette.border)
    _set_button(
        style,
        "Accent.TButton",
        palette,
        fill=palette.accent,
        hover=palette.accent_active,
        line=palette.accent,
        text=palette.accent_text,
        ring=palette.accent_text,
    )
    style.configure("Accent.TButton", font="nnapp-bold")
    style.configure("Tool.TButton", padding=(px(2), px(1)))
    _set_button(style, "Tool.TButton", palette, fill=palette.background, hover=palette.raised, line=palette.background)
    style.configure("Link.TButton", padding=(px(0.5), px(0.25)))
    _set_button(
        style,
        "Link.TButton",
        palette,
        fill=palette.background,
        hover=palette.raised,
        line=palette.background,
        text=palette.accent,
    )
    style.configure("TMenubutton", padding=(px(2.5), px(1)), arrowcolor=palette.muted_text, arrowsize=px(1.5))
    _set_button(style, "TMenubutton", palette, fill=palette.raised, hover=palette.border, line=palette.border)


def _set_button(
    style: ttk.Style,
    name: str,
    palette: Palette,
    *,
    fill: str,
    hover: str,
    line: str,
    text: str | None = None,
    ring: str | None = None,
) -> None:
    """Set the colours of one kind of button; `ring` is the inner line of the one with the focus."""
    style.configure(
        name, background=fill, foreground=text or palette.text, bordercolor=line, lightcolor=fill, darkcolor=fill
    )
    fills = [("disabled", palette.background), ("selected", palette.selection), ("pressed", hover), ("active", hover)]
    is_flat = line == palette.background
    inner = [("focus", ring or palette.focus), *fills]
    style.map(
        name,
        background=fills,
        foreground=[("disabled", palette.disabled_text), ("selected", palette.selection_text)],
        bordercolor=[("disabled", line if is_flat else palette.border), ("focus", line if ring else palette.focus)],
        lightcolor=inner,
        darkcolor=inner,
        relief=[],
    )


def set_check_buttons(style: ttk.Style, palette: Palette, px: Pixels, indicators: Indicators) -> None:
    for kind, name in (("check", "TCheckbutton"), ("radio", "TRadiobutton")):
        element = indicators.element(kind, px(4.5), palette, gap_px=px(1.5))
        widget = name[1:]
        layout: list[Any] = [
            (f"{widget}.padding", {"sticky": "nswe", "children": [
                (element, {"side": "left", "sticky": ""}),
                (f"{widget}.label", {"side": "left", "sticky": "nswe"})]})
        ]  # fmt: skip
        style.layout(name, layout)
        style.configure(name, padding=(0, px(0.25)))
        style.map(name, background=[], foreground=[("disabled", palette.disabled_text)])


def set_fields(style: ttk.Style, palette: Palette, px: Pixels, indicators: Indicators) -> None:
    down = indicators.element("downarrow", px(3), palette, gap_px=px(1))
    style.layout("TEntry", _field_layout("Entry", []))
    style.layout("TCombobox", _field_layout("Combobox", [(down, {"side": "right", "sticky": ""})]))
    arrows = [
        (indicators.element(f"{way}arrow", px(2.25), palette, gap_px=px(1)), {"side": side, "sticky": "e"})
        for way, side in (("up", "top"), ("down", "bottom"))
    ]
    style.layout("TSpinbox", _field_layout("Spinbox", [("null", {"side": "right", "sticky": "", "children": arrows})]))
    for name in ("TEntry", "TCombobox", "TSpinbox"):
        style.configure(name, padding=(px(1.25), px(0.75)), borderwidth=1, relief="flat")
        _set_field(style, name, palette, line=palette.field_border, focus=palette.focus)
        _set_field(style, f"Invalid.{name}", palette, line=palette.error, focus=palette.error)
    style.configure("TSpinbox", padding=(px(1.25), px(0.75), px(0.5), px(0.75)))
    for name in ("TCombobox", "Invalid.TCombobox"):
        # A list to choose from is no text to edit, so its word is never shown as selected.
        style.map(
            name, selectbackground=[("readonly", "disabled", palette.field_disabled), ("readonly", palette.field)]
        )
        style.map(name, selectforeground=[("disabled", palette.disabled_text), ("readonly", palette.text)])


def _set_field(style: ttk.Style, name: str, palette: Palette, *, line: str, focus: str) -> None:
    """Set the colours of one kind of field: the colour of its border, and of its border with the focus."""
    is_invalid = line == focus
    inside = line if is_invalid else palette.field
    style.configure(
        name,
        fieldbackground=palette.field,
        foreground=palette.text,
        insertcolor=palette.text,
        insertwidth=2,
        bordercolor=line,
        lightcolor=inside,
        darkcolor=inside,
    )
    style.map(
        name,
        fieldbackground=[("disabled", palette.field_disabled)],
        foreground=[("disabled", palette.disabled_text)],
        bordercolor=[("disabled", palette.border), ("focus", focus), ("hover", line if is_invalid else palette.text)],
        lightcolor=[("disabled", palette.field_disabled), ("focus", focus)],
        darkcolor=[("disabled", palette.field_disabled), ("focus", focus)],
    )


def _field_layout(widget: str, arrows: list[Any]) -> list[Any]:
    text: Any = (f"{widget}.padding", {"sticky": "nswe", "children": [(f"{widget}.textarea", {"sticky": "nswe"})]})
    # clam's own field of a combobox hides its right border under the arrow's.
    return [("Entry.field", {"sticky": "nswe", "children": [*arrows, text]})]

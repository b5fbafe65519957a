"""The look: every widget follows the palette and the scale while the windows are open."""

from __future__ import annotations

import gc
import sys
import tkinter as tk
from collections.abc import Callable
from itertools import combinations
from tkinter import font as tkfont
from tkinter import ttk
from typing import Any

import pytest
from PIL import ImageGrab

from nnapp.display.palettes import palette, rgb
from nnapp.errors import SettingError
from nnapp.gui.fonts import SIZES_PX
from nnapp.gui.style import Style, prepare_display

# Every kind of widget with a text, and the style names that views may use.
TEXT_STYLES = [
    "TLabel", "Muted.TLabel", "Error.TLabel", "Heading.TLabel", "Bold.TLabel", "Large.TLabel", "Status.TLabel",
    "TButton", "Accent.TButton", "Tool.TButton", "Link.TButton", "TCheckbutton", "TRadiobutton", "TEntry", "TCombobox",
    "TSpinbox", "Invalid.TEntry", "Invalid.TCombobox", "Invalid.TSpinbox", "TNotebook.Tab", "Treeview",
    "Treeview.Heading", "TLabelframe.Label", "TMenubutton",
]  # fmt: skip
WORDS = ("disabled", "focus", "active", "pressed", "selected", "readonly")
STATES = [list(words) for count in range(3) for words in combinations(WORDS, count)]


def pixel(widget: tk.Misc, x: int, y: int) -> tuple[int, int, int]:
    """Return the colour that is on the screen at a point of a widget."""
    widget.update()
    left, top = widget.winfo_rootx() + x, widget.winfo_rooty() + y
    picture = ImageGrab.grab(bbox=(left, top, left + 1, top + 1), xdisplay=str(widget.winfo_screen()).split(".")[0])
    return picture.convert("RGB").getpixel((0, 0))  # type: ignore[return-value]  # three channels


def contrast_of(root: tk.Tk, foreground: str, background: str) -> float:
    """Return the WCAG 2.1 contrast ratio of any two colours Tk knows."""

    def luminance(color: str) -> float:
        channels = [channel / 65535 for channel in root.winfo_rgb(color)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(foreground), luminance(background)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colors", ["standard", "colour-blind"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_of_every_widget_in_every_state_can_be_read(root: tk.Tk, theme: str, colors: str) -> None:
    Style(root, theme, colors)
    look = ttk.Style(root)
    faint = {}
    for name in TEXT_STYLES:
        is_field = name.rpartition(".")[2] in ("TEntry", "TCombobox", "TSpinbox")
        for state in STATES:
            text = look.lookup(name, "foreground", state)
            behind = look.lookup(name, "fieldbackground" if is_field else "background", state)
            if contrast_of(root, text, behind) < 4.5:
                faint[name, tuple(state)] = (text, behind)
    assert faint == {}


def test_widgets_change_colour_when_the_theme_does(root: tk.Tk, style: Style) -> None:
    field = ttk.Entry(root)
    field.pack(padx=20, pady=20)
    text = tk.Text(root, width=10, height=2)
    text.pack()
    menu = tk.Menu(root)
    root.update()
    for theme in ("dark", "light"):
        style.apply(theme=theme)
        colors = palette(theme)
        assert style.palette == colors
        assert pixel(field, field.winfo_width() - 8, field.winfo_height() // 2) == rgb(colors.field)
        assert pixel(root, 3, 3) == rgb(colors.background)
        assert str(text.cget("background")) == colors.field
        assert str(menu.cget("foreground")) == colors.text
        assert str(tk.Text(root).cget("insertbackground")) == colors.text  # one made later


def test_widget_that_wants_no_border_gets_none_with_another_theme(root: tk.Tk, style: Style) -> None:
    canvas = tk.Canvas(root, highlightthickness=0)
    text = tk.Text(root, highlightthickness=0, borderwidth=3, relief="ridge")
    style.apply(theme="dark")
    assert int(canvas["highlightthickness"]) == int(text["highlightthickness"]) == 0
    assert (int(text["borderwidth"]), str(text["relief"])) == (3, "ridge")
    assert str(text["background"]) == style.palette.field


def test_list_of_a_combobox_that_was_open_before_follows(root: tk.Tk, style: Style) -> None:
    box = ttk.Combobox(root, values=["relu", "tanh"])
    box.pack()
    root.tk.call("ttk::combobox::PopdownWindow", box)
    style.apply(theme="dark")
    assert root.tk.call(f"{box}.popdown.f.l", "cget", "-background") == palette("dark").field
    assert root.tk.call(f"{box}.popdown.f.l", "cget", "-selectbackground") == palette("dark").selection


def test_check_box_is_seen_in_dark(root: tk.Tk) -> None:
    style = Style(root, "dark")
    variable = tk.BooleanVar(root, value=True)
    box = ttk.Checkbutton(root, text="Verbose", variable=variable)
    box.pack(padx=20, pady=20)
    middle = box.winfo_reqheight() // 2
    # A point left below the tick is filled with the accent, or with the field if it is off.
    assert pixel(box, 4, middle + 4) == rgb(style.palette.accent)
    variable.set(False)
    assert pixel(box, 4, middle + 4) == rgb(style.palette.field)
    style.apply(theme="light")
    assert pixel(box, 4, middle + 4) == rgb(style.palette.field)


def test_focus_is_seen_on_a_button(root: tk.Tk, style: Style, xdo: Any) -> None:
    first, second = ttk.Button(root, text="First"), ttk.Button(root, text="Second")
    first.pack(padx=20, pady=20)
    second.pack(padx=20, pady=20)
    first.focus_set()
    xdo.key("Tab")
    assert root.focus_get() is second
    middle = second.winfo_height() // 2
    assert pixel(second, 1, middle) == rgb(style.palette.focus)
    assert pixel(first, 1, middle) != rgb(style.palette.focus)


def test_selected_tab_is_underlined_and_has_a_ring_with_the_focus(root: tk.Tk, style: Style, xdo: Any) -> None:
    notebook = ttk.Notebook(root, width=300, height=50)
    for name in ("Graphs", "Weights"):
        notebook.add(ttk.Frame(notebook), text=name)
    notebook.pack()
    root.update()
    bottom = next(y for y in range(100) if notebook.identify(5, y) == "") - 1  # the last line of the tabs
    accent, focus, background = (rgb(getattr(style.palette, name)) for name in ("accent", "focus", "background"))
    assert pixel(notebook, 5, bottom) == accent
    assert pixel(notebook, 5, 1) == background
    root.focus_set()
    xdo.key("Tab")
    assert pixel(notebook, 5, 1) == focus
    xdo.key("Right")
    assert notebook.index("current") == 1
    assert pixel(notebook, 5, bottom) == pixel(notebook, 5, 1) == background


def test_scale_changes_fonts_spacing_and_pictures(root: tk.Tk, style: Style) -> None:
    box = ttk.Checkbutton(root, text="x")
    box.pack()
    root.update()
    before = box.winfo_reqheight(), tkfont.nametofont("nnapp-body", root).metrics("linespace")
    assert style.px(1) == 4
    style.apply(scale=2.0)
    root.update()
    assert style.px(1) == 8
    assert style.px(2.5) == 20
    after = box.winfo_reqheight(), tkfont.nametofont("nnapp-body", root).metrics("linespace")
    assert [new / old for new, old in zip(after, before, strict=True)] == pytest.approx([2, 2], abs=0.15)


def test_shortest_length_is_a_pixel_and_nothing_is_nothing(root: tk.Tk) -> None:
    style = Style(root, scale=0.75)
    assert style.px(0.01) == 1
    assert style.px(0) == 0


@pytest.mark.parametrize(("asked", "got"), [(0.01, 0.75), (50.0, 3.0), (1.25, 1.25)])
def test_scale_stays_in_its_limits(root: tk.Tk, asked: float, got: float) -> None:
    style = Style(root)
    style.apply(scale=asked)
    assert style.scale == got
    assert style.px(1) == round(4 * got)


@pytest.mark.parametrize(
    ("scaling", "unit_px"),
    [
        (96 / 72, 4),
        (1.39, 4),  # 100 dpi: a hair off the usual is not worth crooked pictures
        (192 / 72, 8),
        (0.05, 4),  # a projector that claims to be ten metres wide
        (40.0, 4),  # a virtual screen that claims to be a postage stamp
    ],
)
def test_absurd_screens_are_not_believed(root: tk.Tk, scaling: float, unit_px: int) -> None:
    root.tk.call("tk", "scaling", scaling)
    assert Style(root).px(1) == unit_px
    # From now on the screen is taken to have 96 or 192 dots per inch, and a point is 1/72 of an inch.
    assert root.winfo_fpixels("72p") == pytest.approx(24 * unit_px, abs=1)
    assert Style(root).px(1) == unit_px


def test_fonts_exist_in_the_sizes_promised(root: tk.Tk, style: Style) -> None:
    for name, size_px in SIZES_PX.items():
        font = tkfont.nametofont(name, root)
        assert 0.85 * size_px <= -font.cget("size") <= size_px, name
        assert font.actual("weight") == ("bold" if name in ("nnapp-bold", "nnapp-heading", "nnapp-large") else "normal")
    mono = tkfont.nametofont("nnapp-mono", root)
    assert mono.measure("iiii1111") == mono.measure("MMMM0000")
    # They outlive the objects with which Python speaks of them.
    gc.collect()
    assert set(SIZES_PX) <= set(tkfont.names(root))
    # Tk's own widgets and dialogs have the same family.
    assert tkfont.nametofont("TkTextFont", root).actual("family") == tkfont.nametofont("nnapp-body", root).actual(
        "family"
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have smooth fonts")
def test_text_is_smooth(root: tk.Tk, style: Style) -> None:
    """Without Xft, Tk draws only bitmap fonts: every pixel is text or background and nothing in between."""
    label = ttk.Label(root, text="Ooo SSS 888", style="Large.TLabel")
    label.pack()
    root.update()
    x, y = label.winfo_rootx(), label.winfo_rooty()
    box = (x, y, x + label.winfo_width(), y + label.winfo_height())
    picture = ImageGrab.grab(bbox=box, xdisplay=str(root.winfo_screen()).split(".")[0]).convert("RGB")
    colors = picture.getcolors(10_000)
    assert colors is not None
    assert len(colors) > 8


def test_listeners_are_called_after_the_change_until_their_widget_is_gone(root: tk.Tk, style: Style) -> None:
    seen: list[str] = []
    frame = tk.Toplevel(root)
    child = ttk.Frame(frame)
    style.on_change(frame, lambda: seen.append(f"frame {style.palette.is_dark}"))
    style.on_change(frame, lambda: seen.append("frame again"))
    style.on_change(child, lambda: seen.append("child"))
    assert seen == []
    style.apply(theme="dark")
    assert sorted(seen) == ["child", "frame True", "frame again"]
    child.destroy()  # its window hears of that, and stays
    seen.clear()
    style.apply(theme="light")
    assert seen == ["frame False", "frame again"]
    frame.destroy()
    seen.clear()
    style.apply(theme="dark")
    assert seen == []


def test_listener_may_destroy_the_widget_of_another(root: tk.Tk, style: Style) -> None:
    seen: list[str] = []
    first, second = ttk.Frame(root), ttk.Frame(root)
    style.on_change(first, second.destroy)
    style.on_change(second, lambda: seen.append("called"))
    style.apply(theme="dark")
    assert seen == []


def test_unknown_theme_changes_nothing(root: tk.Tk, style: Style) -> None:
    with pytest.raises(SettingError, match="theme"):
        style.apply(theme="blue", scale=2.0)
    assert (style.theme, style.scale, style.palette) == ("light", 1.0, palette("light"))


def test_widgets_keep_the_size_they_had_in_the_other_theme(root: tk.Tk, style: Style) -> None:
    """Nothing moves when a person only changes the colours."""
    makers: list[Callable[[], tk.Misc]] = [
        lambda: ttk.Button(root, text="Train"),
        lambda: ttk.Button(root, text="Train", style="Accent.TButton"),
        lambda: ttk.Entry(root),
        lambda: ttk.Combobox(root),
        lambda: ttk.Checkbutton(root, text="By row"),
        lambda: ttk.Treeview(root),
        lambda: ttk.Progressbar(root),
    ]
    widgets = [make() for make in makers]
    light = [(widget.winfo_reqwidth(), widget.winfo_reqheight()) for widget in widgets]
    style.apply(theme="dark", colors="colour-blind")
    root.update()
    assert [(widget.winfo_reqwidth(), widget.winfo_reqheight()) for widget in widgets] == light


def test_fields_and_buttons_of_a_row_have_one_height(root: tk.Tk, style: Style) -> None:
    heights = {kind.__name__: kind(root).winfo_reqheight() for kind in (ttk.Entry, ttk.Combobox, ttk.Spinbox)}
    assert len(set(heights.values())) == 1, heights


def test_arrows_of_a_spinbox_and_the_list_of_a_combobox_work(root: tk.Tk, style: Style, xdo: Any) -> None:
    spinbox = ttk.Spinbox(root, from_=0, to=9)
    spinbox.pack(pady=10)
    box = ttk.Combobox(root, values=["relu", "tanh"], state="readonly")
    box.pack(pady=60)
    spinbox.set(4)
    root.update()
    xdo.click(spinbox, spinbox.winfo_width() - 8, 6)
    assert spinbox.get() == "5"
    xdo.click(spinbox, spinbox.winfo_width() - 8, spinbox.winfo_height() - 6)
    assert spinbox.get() == "4"
    xdo.click(box, box.winfo_width() - 8, box.winfo_height() // 2)
    xdo.key("Down", "Down", "Return")
    assert box.get() == "tanh"


def test_slider_of_a_scale_can_be_dragged(root: tk.Tk, style: Style, xdo: Any) -> None:
    scale = ttk.Scale(root, from_=0, to=100, length=200)
    scale.pack(padx=20, pady=20)
    root.update()
    middle = scale.winfo_height() // 2
    xdo.drag(scale, [(9, middle), (100, middle), (100, middle)])
    # The slider is 18 pixels wide, so its middle moves over 182: (100 - 9) / 182 of the way.
    assert scale.get() == pytest.approx(50, abs=3)


def test_prepare_display_is_harmless_anywhere() -> None:
    prepare_display()
    prepare_display()

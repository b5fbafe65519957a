"""Shows a frame that can be higher than its place, with a slim scrollbar beside it."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import ClassVar
from weakref import WeakSet

from nnapp.gui.style import Style

__all__ = ["ScrolledFrame"]

_WHEEL_SEQUENCES = ("<MouseWheel>", "<Button-4>", "<Button-5>")
_NOTCH_UNITS = 15  # how far one notch of the wheel scrolls
_SCROLLS_ITSELF = (tk.Text, tk.Listbox, ttk.Treeview)


class ScrolledFrame(ttk.Frame):
    """A frame whose content scrolls up and down. Tk thread only.

    The wheel scrolls it from anywhere inside, if there is anything to scroll, and never changes the value
    of a field on the way. A child that gets the focus is scrolled into view.

    Parameters
    ----------
    parent : tk.Misc
    style : Style

    Attributes
    ----------
    interior : ttk.Frame
        What the children belong into. It is as wide as there is room.
    """

    _roots: ClassVar[WeakSet[tk.Misc]] = WeakSet()  # those whose wheel and focus are listened to

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self._style = style
        # Steps of one pixel, so that a touchpad scrolls smoothly.
        self._canvas = tk.Canvas(self, yscrollincrement=1, highlightthickness=0, width=1, height=1)
        self._scrollbar = ttk.Scrollbar(self, command=self._canvas.yview, takefocus=False)
        self._canvas.configure(yscrollcommand=self._scrollbar.set)
        self.interior = ttk.Frame(self._canvas)
        self._item = self._canvas.create_window(0, 0, anchor="nw", window=self.interior)
        # The scrollbar keeps its room when it has nothing to do: the content would jump.
        self._canvas.grid(row=0, column=0, sticky="nswe")
        self._scrollbar.grid(row=0, column=1, sticky="ns")
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._canvas.bind("<Configure>", self._on_canvas_configure)
        self.interior.bind("<Configure>", self._on_interior_configure)
        style.on_change(self, self._on_style)
        self._on_style()
        self._listen()

    def show_widget(self, widget: tk.Misc) -> None:
        """Scroll as little as is needed to bring `widget`, anywhere inside, into view."""
        margin = self._style.px(2)
        top = widget.winfo_rooty() - self.interior.winfo_rooty() - margin
        bottom = top + widget.winfo_height() + 2 * margin
        view_top = round(self._canvas.canvasy(0))
        view_bottom = view_top + self._canvas.winfo_height()
        if top < view_top:
            self._scroll_by(top - view_top)
        elif bottom > view_bottom:
            # A widget higher than the view shows its top.
            self._scroll_by(min(bottom - view_bottom, top - view_top))

    def _scroll_by(self, pixels: int) -> None:
        if self._canvas.yview() != (0.0, 1.0):
            self._canvas.yview_scroll(pixels, "units")

    def _on_canvas_configure(self, event: tk.Event[tk.Canvas]) -> None:
        self._canvas.itemconfigure(self._item, width=event.width)

    def _on_interior_configure(self, _event: tk.Event[ttk.Frame]) -> None:
        height = self.interior.winfo_reqheight()
        self._canvas.configure(
            width=self.interior.winfo_reqwidth(), scrollregion=(0, 0, 1, max(height, 1)), height=height
        )

    def _on_style(self) -> None:
        self._canvas.configure(background=self._style.palette.background)

    def _listen(self) -> None:
        """Hear of the wheel and the focus of every widget, since those inside are made later than this frame."""
        root = self.nametowidget(".")
        if root in ScrolledFrame._roots:
            return
        ScrolledFrame._roots.add(root)
        for sequence in _WHEEL_SEQUENCES:
            root.bind_all(sequence, _on_wheel, add="+")
            for field in ("TCombobox", "TSpinbox"):
                root.unbind_class(field, sequence)
        root.bind_all("<FocusIn>", _on_focus_in, add="+")


def _on_wheel(event: tk.Event[tk.Misc]) -> None:
    """Scroll the innermost frame around the pointer, unless a text or list in between scrolls itself."""
    widget: tk.Misc | None = event.widget
    while isinstance(widget, tk.Misc):
        if isinstance(widget, _SCROLLS_ITSELF) and widget.yview() != (0.0, 1.0):
            return
        if isinstance(widget, ScrolledFrame):
            widget._scroll_by(round(-_notches(event) * widget._style.px(_NOTCH_UNITS)))
            return
        widget = widget.master


def _on_focus_in(event: tk.Event[tk.Misc]) -> None:
    widget = event.widget
    frame: tk.Misc | None = widget
    while isinstance(frame, tk.Misc) and not isinstance(frame, ScrolledFrame):
        frame = frame.master
    if isinstance(frame, ScrolledFrame) and isinstance(widget, tk.Misc):
        frame.show_widget(widget)


def _notches(event: tk.Event[tk.Misc]) -> float:
    """Return how many notches the wheel was turned away from the person; a touchpad gives parts of one."""
    if event.num in (4, 5):  # how X11 tells of the wheel before Tk 8.7
        return 1.0 if event.num == 4 else -1.0
    on_macos = event.widget.tk.call("tk", "windowingsystem") == "aqua"
    return event.delta / (4 if on_macos else 120)

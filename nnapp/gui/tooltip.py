"""Shows a short explanation beside the pointer, or under the widget that the keyboard has reached."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import ClassVar

from nnapp.display.text_fitting import shorten
from nnapp.gui.style import Style

__all__ = ["Tooltip"]

TipText = str | Callable[[int, int], str | None]

_LONGEST_TEXT = 4_000  # characters; the names of classes come from files
_GAP_UNITS = 4  # between the pointer's tip and the tooltip, so that the pointer's picture hides nothing


class Tooltip:
    """The tooltip of one widget; it goes with the widget. Tk thread only.

    Parameters
    ----------
    widget : tk.Misc
    style : Style
    text : str or callable
        What it says; a text is also shown when Tab reaches the widget. A callable gets the pointer's x and y in
        the widget and returns what is to be said there, or None for nothing. It is asked again whenever the
        pointer moves, and once the tip has been seen it moves, changes and hides at once.
    delay_ms : int
        How long the pointer has to stay before the tip is shown.
    wrap_px : int
        Widest line at a scale of 100 %.
    """

    _shown: ClassVar[Tooltip | None] = None  # there is one pointer and one focus, and never two tips

    def __init__(
        self, widget: tk.Misc, style: Style, text: TipText, *, delay_ms: int = 500, wrap_px: int = 420
    ) -> None:
        self.text: TipText = text
        self._widget = widget
        self._style = style
        self._delay_ms = delay_ms
        self._wrap_px = wrap_px
        self._window: tk.Toplevel | None = None
        self._label: tk.Label | None = None
        self._after_id: str | None = None
        self._is_awake = False  # seen since the pointer came in
        for sequence, handler in (
            ("<Enter>", self._on_motion),
            ("<Motion>", self._on_motion),
            ("<Leave>", self._on_leave),
            ("<ButtonPress>", self._on_leave),
            ("<MouseWheel>", self._on_leave),
            ("<KeyPress>", self._on_leave),
            ("<FocusOut>", self._on_leave),
            ("<Unmap>", self._on_leave),
            ("<<TraverseIn>>", self._on_traverse),
            ("<Destroy>", self._on_destroy),
        ):
            widget.bind(sequence, handler, add="+")
        style.on_change(widget, self.hide)

    @property
    def is_shown(self) -> bool:
        """Whether the tip is on the screen."""
        return Tooltip._shown is self

    def show_at(self, x: int, y: int, text: str) -> None:
        """Show `text` beside the point `x`, `y` of the widget, in pixels from its top left corner."""
        self._cancel()
        if Tooltip._shown not in (None, self):
            Tooltip._shown.hide()
        window, label = self._make_window()
        label.configure(
            text=shorten(text, _LONGEST_TEXT),
            font="nnapp-small",
            wraplength=self._style.px(self._wrap_px / 4),
            background=self._style.palette.tooltip,
            foreground=self._style.palette.tooltip_text,
            padx=self._style.px(2),
            pady=self._style.px(1.25),
        )
        root_x, root_y = self._widget.winfo_rootx() + x, self._widget.winfo_rooty() + y
        window.geometry(self._position(root_x, root_y, label.winfo_reqwidth(), label.winfo_reqheight()))
        window.deiconify()
        window.lift()
        Tooltip._shown = self
        self._is_awake = True

    def hide(self) -> None:
        """Take the tip off the screen, and forget one that was about to come."""
        self._cancel()
        if Tooltip._shown is self:
            Tooltip._shown = None
            if self._window is not None:
                self._window.withdraw()

    def _make_window(self) -> tuple[tk.Toplevel, tk.Label]:
        if self._window is None or self._label is None:
            self._window = window = tk.Toplevel(self._widget, takefocus=False)
            window.withdraw()
            window.overrideredirect(True)
            system = window.tk.call("tk", "windowingsystem")
            if system == "x11":
                window.attributes("-type", "tooltip")
            elif system == "aqua":
                # Otherwise showing the tip would take the focus from the window that it explains.
                window.tk.call("::tk::unsupported::MacWindowStyle", "style", str(window), "help", "noActivates")
            self._label = tk.Label(window, justify="left", borderwidth=0)
            self._label.pack()
        return self._window, self._label

    def _position(self, x: int, y: int, width_px: int, height_px: int) -> str:
        """Return the geometry that puts a tip beside a point of the screen, all of it on the screen."""
        screen = self._widget
        gap = self._style.px(_GAP_UNITS)
        left, top = screen.winfo_vrootx(), screen.winfo_vrooty()
        right, bottom = left + screen.winfo_vrootwidth(), top + screen.winfo_vrootheight()
        tip_x = min(x + gap // 2, right - width_px)
        tip_y = y + gap
        if tip_y + height_px > bottom:
            tip_y = y - gap // 2 - height_px
        return f"+{max(left, tip_x)}+{max(top, tip_y)}"

    def _on_motion(self, event: tk.Event[tk.Misc]) -> None:
        if int(event.state) & 0x1F00:  # a pointer button is down
            return
        if isinstance(self.text, str):
            if event.type == tk.EventType.Enter:
                self._show_later(event.x, event.y)
            return
        text = self.text(event.x, event.y)
        if text is None:
            self.hide()
        elif self._is_awake:
            self.show_at(event.x, event.y, text)
        else:
            self._show_later(event.x, event.y)

    def _on_traverse(self, _event: tk.Event[tk.Misc]) -> None:
        if isinstance(self.text, str):
            self._show_later(0, self._widget.winfo_height() - self._style.px(_GAP_UNITS - 1))

    def _on_leave(self, _event: tk.Event[tk.Misc]) -> None:
        self._is_awake = False
        self.hide()

    def _on_destroy(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self._widget:
            self._cancel()
            if Tooltip._shown is self:
                Tooltip._shown = None

    def _show_later(self, x: int, y: int) -> None:
        self._cancel()
        self._after_id = self._widget.after(self._delay_ms, self._show_now, x, y)

    def _show_now(self, x: int, y: int) -> None:
        self._after_id = None
        text = self.text if isinstance(self.text, str) else self.text(x, y)
        if text:
            self.show_at(x, y, text)

    def _cancel(self) -> None:
        if self._after_id is not None:
            self._widget.after_cancel(self._after_id)
            self._after_id = None

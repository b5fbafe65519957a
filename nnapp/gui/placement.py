"""Shows a new window over the one it belongs to, or where it was the last time, all of it on the screen."""

from __future__ import annotations

import re
import tkinter as tk
from math import floor

__all__ = ["fit_on_screen", "place_over"]

# Room for what the window manager draws around a window.
_TITLE_PX = 50
_FRAME_PX = 10
_MENU_PX = 30  # which Tk counts as part of a window's height at some times and not at others


def place_over(window: tk.Toplevel, owner: tk.Misc, across: float = 0.5) -> None:
    """Put `window`, not shown yet, over the window of `owner`, no larger than the screen. Tk thread only.

    Parameters
    ----------
    window : tk.Toplevel
    owner : tk.Misc
    across : float
        From 0 at the left edge of the owner's window to 1 at its right edge; by default in its middle.
    """
    window.update_idletasks()
    top = owner.winfo_toplevel()
    screen_width, screen_height = window.winfo_screenwidth(), window.winfo_screenheight()
    width = min(window.winfo_reqwidth(), screen_width - 2 * _FRAME_PX)
    height = min(window.winfo_reqheight(), screen_height - _TITLE_PX - _FRAME_PX)
    fits = (width, height) == (window.winfo_reqwidth(), window.winfo_reqheight())
    size = "" if fits else f"{width}x{height}"  # without a size, it goes on following its content
    # On a desk of several screens the owner may be left of or above the first.
    left, upper = min(0, top.winfo_rootx()), min(0, top.winfo_rooty())
    right = max(screen_width, top.winfo_rootx() + top.winfo_width())
    lower = max(screen_height, top.winfo_rooty() + top.winfo_height())
    x = top.winfo_rootx() + floor((top.winfo_width() - width) * across)
    y = top.winfo_rooty() + (top.winfo_height() - height) // 3
    x = max(left, min(x, right - width - _FRAME_PX))
    y = max(upper, min(y, lower - height - _TITLE_PX))
    window.geometry(f"{size}+{x}+{y}")


def fit_on_screen(window: tk.Misc, geometry: str) -> str:
    """Return a remembered geometry, made smaller and moved if the screen it was on is gone. Tk thread only.

    One that fits stays as it is, or a window would shrink whenever it is opened.

    Parameters
    ----------
    window : tk.Misc
        On the screen that is there now.
    geometry : str
        As Tk gives it, "1280x720+100+50"; a place counted from other edges is left to the window manager.
    """
    width, height, x, y = (int(number) for number in re.findall(r"-?\d+", geometry))
    left, top = window.winfo_vrootx(), window.winfo_vrooty()
    right, bottom = left + window.winfo_vrootwidth(), top + window.winfo_vrootheight()
    if width > right - left:
        width = right - left - 2 * _FRAME_PX
    if height > bottom - top - _TITLE_PX:  # a maximised window has no frame, but its title and menu
        height = bottom - top - _TITLE_PX - _FRAME_PX - _MENU_PX
    if geometry.count("+") < 2:
        return f"{width}x{height}"
    if x + width > right:
        x = right - width - _FRAME_PX
    if y + height > bottom - _TITLE_PX:
        y = bottom - height - _TITLE_PX - _MENU_PX
    return f"{width}x{height}+{max(left, x)}+{max(top, y)}"

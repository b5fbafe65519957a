"""Shows an empty window, from which a program begins."""

from __future__ import annotations

import signal
import tkinter as tk
from collections.abc import Callable

from nnapp.errors import NnappError
from nnapp.gui.placement import fit_on_screen
from nnapp.gui.style import prepare_display

__all__ = ["new_root", "place_root", "run_until_closed"]

_SMALLEST = (1000, 600)
_FIRST_SIZE = (1400, 860)
_ROOM_FOR_FRAME = (4, 64)


def new_root(class_name: str) -> tk.Tk:
    """Return the window of a program.

    Parameters
    ----------
    class_name : str
        What window managers call the program.

    Raises
    ------
    NnappError
        If there is no display to open it on.
    """
    prepare_display()
    try:
        return tk.Tk(className=class_name)
    except tk.TclError as error:
        raise NnappError("There is no display") from error


def place_root(root: tk.Tk, remembered: str | None) -> None:
    """Give the window of a program its size, and its place if it had one the last time. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    remembered : str, optional
        Its geometry when it was closed.
    """
    root.minsize(*_SMALLEST)
    if remembered:
        root.geometry(fit_on_screen(root, remembered))
        return
    # A small screen needs room for the window's title and for a panel.
    width = min(_FIRST_SIZE[0], root.winfo_screenwidth() - _ROOM_FOR_FRAME[0])
    height = min(_FIRST_SIZE[1], root.winfo_screenheight() - _ROOM_FOR_FRAME[1])
    root.geometry(f"{width}x{height}")


def run_until_closed(root: tk.Tk, close: Callable[[], None]) -> int:
    """Let people work until the window is closed, and return the exit code. Tk thread only.

    Ctrl-C in the terminal closes the window as its button does, questions included; Python notices it
    when Tk next calls something of the program's.
    """
    signal.signal(signal.SIGINT, lambda *_: root.after_idle(close))
    _stay_awake(root)
    root.mainloop()
    return 0


def _stay_awake(root: tk.Tk) -> None:
    """Call something of the program's twice a second, or Ctrl-C would wait for the next event."""
    root.after(500, _stay_awake, root)

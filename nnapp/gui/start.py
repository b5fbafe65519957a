"""Shows an empty window, from which a program begins."""

from __future__ import annotations

import signal
import tkinter as tk
from collections.abc import Callable

from nnapp.errors import NnappError
from nnapp.gui.style import prepare_display

__all__ = ["new_root", "run_until_closed"]


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

"""What the tooltip on the screen says."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Iterator


def shown_tip(root: tk.Tk) -> str:
    """Return the text of the tooltip that is on the screen, "" if there is none."""
    tips = [widget for widget in _below(root) if isinstance(widget, tk.Toplevel) and widget.winfo_viewable()]
    return "".join(str(label["text"]) for tip in tips for label in tip.winfo_children())


def _below(widget: tk.Misc) -> Iterator[tk.Misc]:
    for child in widget.winfo_children():
        yield child
        yield from _below(child)

"""Shows what comes from a worker in time: calls a function on the Tk thread again and again."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

__all__ = ["Poller"]


class Poller:
    """Call a function every so often, from `start` until `stop` or the end of the widget. Tk thread only.

    The pause is counted from the end of one call to the start of the next, so that a slow one never
    keeps the window from its other work. A call that fails is reported by Tk, and the next one comes
    all the same.

    Parameters
    ----------
    widget : tk.Misc
        The poller stops when it is destroyed.
    callback : callable
        What to call.
    interval_ms : int
        Pause between two calls.
    """

    def __init__(self, widget: tk.Misc, callback: Callable[[], None], interval_ms: int = 40) -> None:
        self._widget = widget
        self._callback = callback
        self._interval_ms = interval_ms
        self._is_running = False
        self._after_id: str | None = None
        widget.bind("<Destroy>", self._on_destroy, add="+")

    @property
    def is_running(self) -> bool:
        """Whether the function is being called."""
        return self._is_running

    def start(self) -> None:
        """Call the function from now on, the first time after one interval; a second start changes nothing."""
        if not self._is_running:
            self._is_running = True
            self._schedule()

    def stop(self) -> None:
        """Do not call the function any more; it may be called from the function itself."""
        self._is_running = False
        if self._after_id is not None:
            self._widget.after_cancel(self._after_id)
            self._after_id = None

    def _schedule(self) -> None:
        self._after_id = self._widget.after(self._interval_ms, self._on_time)

    def _on_time(self) -> None:
        self._after_id = None
        try:
            self._callback()
        finally:
            # The function may have stopped the poller, or stopped and started it.
            if self._is_running and self._after_id is None:
                self._schedule()

    def _on_destroy(self, event: tk.Event[tk.Misc]) -> None:
        # A window hears of its children's end too.
        if event.widget is self._widget:
            self.stop()

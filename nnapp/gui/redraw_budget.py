"""Shows pictures only as often as they are worth their time: drawing and training share one interpreter.

While Python code draws, the thread that trains waits. So a picture that took d seconds is followed by a rest
of many times d, and a fast one is still not drawn more often than people can see.
"""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from time import perf_counter

__all__ = ["PendingRedraw", "RedrawBudget"]


class RedrawBudget:
    """Decides when the next picture may be drawn.

    Parameters
    ----------
    share : float
        Largest share of time spent drawing, 0 < share < 1.
    min_interval_s : float
        Least time from the start of one picture to the start of the next.
    urgent_share : float
        The share for pictures that a person is waiting for, as while a window is resized.
    clock : callable () -> float
        Seconds that only go up.
    """

    def __init__(
        self,
        share: float = 0.06,
        min_interval_s: float = 0.25,
        urgent_share: float = 0.5,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._rest = 1 / share - 1
        self._urgent_rest = 1 / urgent_share - 1
        self._min_interval_s = min_interval_s
        self._clock = clock
        self._next_start: float | None = None
        self._next_urgent_start = 0.0

    @contextmanager
    def spend(self) -> Iterator[None]:
        """Measure the drawing inside the ``with`` block."""
        start = self._clock()
        try:
            yield
        finally:
            end = self._clock()
            self._next_start = max(start + self._min_interval_s, end + (end - start) * self._rest)
            self._next_urgent_start = end + (end - start) * self._urgent_rest

    def wait_s(self, *, is_urgent: bool = False) -> float:
        """Return the seconds from now until the next picture may be drawn; 0 if it may at once."""
        if self._next_start is None:
            return 0.0
        next_start = self._next_urgent_start if is_urgent else self._next_start
        return max(0.0, next_start - self._clock())


class PendingRedraw:
    """Redraws a widget within a budget, and only while people can see it. Tk thread only.

    However often a redraw is asked for, at most one is waiting. A hidden widget is redrawn when it shows.

    Parameters
    ----------
    widget : tk.Misc
        What is looked at. With its end nothing waits any longer.
    redraw : callable () -> None
        Draws the newest state.
    budget : RedrawBudget
    """

    def __init__(self, widget: tk.Misc, redraw: Callable[[], None], budget: RedrawBudget) -> None:
        self._widget = widget
        self._redraw = redraw
        self._budget = budget
        self._is_stale = False
        self._is_urgent = False
        self._after_id: str | None = None
        widget.bind("<Map>", self._on_shown, add="+")
        widget.bind("<Destroy>", self._on_destroy, add="+")

    def request(self, *, is_urgent: bool = False) -> None:
        """Have the widget redrawn as soon as the budget allows.

        Parameters
        ----------
        is_urgent : bool
            Whether a person is waiting for it, or it is the last for now.
        """
        self._is_stale = True
        if self._after_id is not None:
            if self._is_urgent or not is_urgent:
                return
            self.cancel()
        self._is_urgent = is_urgent
        wait_ms = ceil(1000 * self._budget.wait_s(is_urgent=is_urgent))
        self._after_id = self._widget.after(wait_ms, self._on_time)

    def cancel(self) -> None:
        """Draw nothing until asked again."""
        if self._after_id is not None:
            self._widget.after_cancel(self._after_id)
            self._after_id = None

    def _on_time(self) -> None:
        self._after_id = None
        if self._widget.winfo_viewable():
            self._is_stale = False
            with self._budget.spend():
                self._redraw()

    def _on_shown(self, _event: tk.Event[tk.Misc]) -> None:
        if self._is_stale and self._after_id is None:
            self.request(is_urgent=True)

    def _on_destroy(self, event: tk.Event[tk.Misc]) -> None:
        # A window hears of its children's end too.
        if event.widget is self._widget:
            self.cancel()

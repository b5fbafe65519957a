"""Keeps Python's cycle collector off while another thread works. Shows nothing.

The collector runs in whichever thread happens to make the object that is one too many. Destroying a widget, a
variable or a picture of Tk anywhere but in the Tk thread aborts the program. So the collector is switched off
during background work, and called from the Tk thread instead.
"""

from __future__ import annotations

import gc

__all__ = ["CYCLE_COLLECTOR", "CycleCollector"]


_MANY_OBJECTS = 20_000
"""So many new objects are looked through in a few milliseconds."""


class CycleCollector:
    """Counts who wants the collector off. Tk thread only."""

    def __init__(self) -> None:
        self._n_holders = 0
        self._was_enabled = False

    def hold(self) -> None:
        """Switch the collector off until as many `release` as `hold` were called."""
        if self._n_holders == 0:
            self._was_enabled = gc.isenabled()
            gc.disable()
        self._n_holders += 1

    def release(self) -> None:
        """Undo one `hold`; the last one collects what is new and switches the collector on again if it was on."""
        self._n_holders -= 1
        if self._n_holders == 0 and self._was_enabled:
            # Older objects, which take ten times as long, are left to the collector itself.
            gc.collect(1)
            gc.enable()

    def tidy(self) -> None:
        """Collect what is new if there is much of it, so that hours of background work fill no memory."""
        if self._n_holders and self._was_enabled and gc.get_count()[0] > _MANY_OBJECTS:
            gc.collect(1)


CYCLE_COLLECTOR = CycleCollector()
"""The one of this process."""

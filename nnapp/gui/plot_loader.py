"""Shows no more than that something loads: imports matplotlib beside the Tk thread, so that no window waits for it.

The import takes a quarter of a second, and the first one on a machine with many fonts takes many seconds,
since matplotlib reads them all.
"""

from __future__ import annotations

import logging
import threading
import tkinter as tk
from collections.abc import Callable
from typing import TYPE_CHECKING

from nnapp.display.plot_look import PlotLook
from nnapp.gui.cycle_collector import CYCLE_COLLECTOR

if TYPE_CHECKING:
    from nnapp.gui.loss_plot import LossPlot

__all__ = ["PlotLoader"]

_POLL_MS = 30
_LAST_WAIT_S = 1.0
_WARM_UP_SIZE_PX = (600, 300)


class PlotLoader:
    """Makes a `LossPlot` in the background. Tk thread only.

    Parameters
    ----------
    widget : tk.Misc
        With its end the loader no longer calls anyone.
    on_loaded : callable (LossPlot) -> None
    on_failed : callable () -> None
        Called instead if matplotlib is missing or broken.
    """

    def __init__(self, widget: tk.Misc, on_loaded: Callable[[LossPlot], None], on_failed: Callable[[], None]) -> None:
        self._widget = widget
        self._on_loaded = on_loaded
        self._on_failed = on_failed
        self._loaded: list[LossPlot] = []
        self._thread: threading.Thread | None = None
        self._after_id: str | None = None
        widget.bind("<Destroy>", self._on_destroy, add="+")

    def start(self, look: PlotLook) -> None:
        """Begin to load, unless it has begun; `look` is that of a first picture, which takes longer than others."""
        if self._thread is None:
            CYCLE_COLLECTOR.hold()
            # The thread gets nothing of Tk's, lest it be the last to let go of it.
            arguments = (self._loaded, look)
            self._thread = threading.Thread(target=_load, args=arguments, name="PlotLoader", daemon=True)
            self._thread.start()
            self._after_id = self._widget.after(_POLL_MS, self._poll)

    def _poll(self) -> None:
        self._after_id = None
        if self._thread is not None and self._thread.is_alive():
            self._after_id = self._widget.after(_POLL_MS, self._poll)
            return
        CYCLE_COLLECTOR.release()
        if self._loaded:
            self._on_loaded(self._loaded[0])
        else:
            self._on_failed()

    def _on_destroy(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is not self._widget or self._after_id is None or self._thread is None:
            return
        self._widget.after_cancel(self._after_id)
        self._after_id = None
        # An interpreter that is taken apart during an import aborts now and then, so the import is waited for. The
        # collector stays off if it takes longer: it is the program's end.
        self._thread.join(_LAST_WAIT_S)
        if not self._thread.is_alive():
            CYCLE_COLLECTOR.release()


def _load(loaded: list[LossPlot], look: PlotLook) -> None:
    """Import matplotlib and put a plot that has drawn once into `loaded`; leave it empty if that fails."""
    # A first start that takes long and a folder it cannot write to are no news for the terminal.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        from nnapp.gui.loss_plot import LossPlot
    except ImportError:
        return
    plot = LossPlot()
    plot.draw(look, _WARM_UP_SIZE_PX, None)
    loaded.append(plot)

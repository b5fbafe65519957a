"""Shows one image after the other, as an animation, at a speed that can be changed."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

__all__ = ["ImagePlayer"]

_SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_FIRST_SPEED = 2


class ImagePlayer:
    """Calls for the next image again and again. Tk thread only.

    Parameters
    ----------
    widget : tk.Misc
        The player stops when it is destroyed.
    show_next : callable ()
    on_state : callable ()
        Called when `is_playing` or the speed has changed.
    """

    def __init__(self, widget: tk.Misc, show_next: Callable[[], None], on_state: Callable[[], None]) -> None:
        self._widget = widget
        self._show_next = show_next
        self._on_state = on_state
        self._speed = _FIRST_SPEED
        self._after_id: str | None = None
        widget.bind("<Destroy>", self._on_destroy, add="+")

    @staticmethod
    def handlers(find: Callable[[], ImagePlayer]) -> dict[str, Callable[..., object]]:
        """Return what the commands call, by their names; `find` returns the player once they are chosen."""
        return {
            "play": lambda: find().play_or_stop(),
            "faster": lambda: find().change_speed(1),
            "slower": lambda: find().change_speed(-1),
        }

    @property
    def is_playing(self) -> bool:
        """Whether images are being shown."""
        return self._after_id is not None

    @property
    def images_per_second(self) -> float:
        """Speed."""
        return _SPEEDS[self._speed]

    def play_or_stop(self) -> None:
        """Start, or stop."""
        if self.is_playing:
            self.stop()
        else:
            self._schedule()
            self._on_state()

    def stop(self) -> None:
        """Stop, if images are being shown."""
        if self._after_id is not None:
            self._widget.after_cancel(self._after_id)
            self._after_id = None
            self._on_state()

    def change_speed(self, step: int) -> None:
        """Go faster (1) or slower (−1) from the next image on."""
        self._speed = min(max(self._speed + step, 0), len(_SPEEDS) - 1)
        self._on_state()

    def _schedule(self) -> None:
        self._after_id = self._widget.after(round(1000 / self.images_per_second), self._on_time)

    def _on_time(self) -> None:
        self._schedule()
        self._show_next()

    def _on_destroy(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self._widget and self._after_id is not None:
            self._widget.after_cancel(self._after_id)
            self._after_id = None

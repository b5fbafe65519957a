"""Shows nothing itself: carries out the menu View, and remembers what was chosen there."""

from __future__ import annotations

from collections.abc import Callable

from nnapp.gui.commands import CommandTable
from nnapp.gui.style import SCALES, Style
from nnapp.storage.preferences import Preferences, save_preferences

__all__ = ["LookController"]


class LookController:
    """Theme, colours and size of a program's windows. Tk thread only.

    Parameters
    ----------
    style : Style
    preferences : Preferences
        Changed with the look, and saved at once.
    """

    def __init__(self, style: Style, preferences: Preferences) -> None:
        self._style = style
        self._preferences = preferences
        self._commands: CommandTable | None = None

    def handlers(self) -> dict[str, Callable[..., None]]:
        """Return what the commands of the menu View do."""
        return {
            "theme": lambda theme: self._apply(theme=theme),
            "colors": lambda colors: self._apply(colors=colors),
            "scale": lambda scale: self._apply(scale=float(scale)),
            "larger": lambda: self._step(1),
            "smaller": lambda: self._step(-1),
        }

    def show_in(self, commands: CommandTable) -> None:
        """Show the present look in the menu of a window."""
        self._commands = commands
        commands.show_value("theme", self._style.theme)
        commands.show_value("colors", self._style.colors)
        commands.show_value("scale", f"{self._style.scale:g}")

    def _apply(self, *, theme: str | None = None, colors: str | None = None, scale: float | None = None) -> None:
        self._style.apply(theme, colors, scale)
        self._preferences.theme = self._style.theme
        self._preferences.colors = self._style.colors
        self._preferences.scale = self._style.scale
        save_preferences(self._preferences)  # for a window that is opened from this one
        if self._commands is not None:
            self.show_in(self._commands)

    def _step(self, step: int) -> None:
        nearest = min(range(len(SCALES)), key=lambda place: abs(SCALES[place] - self._style.scale))
        self._apply(scale=SCALES[min(max(nearest + step, 0), len(SCALES) - 1)])

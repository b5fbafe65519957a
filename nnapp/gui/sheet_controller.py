"""Shows nothing itself: brings the drawing to the network's grid, and carries out the menu Drawing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from nnapp.errors import DataError
from nnapp.gui.commands import CommandTable
from nnapp.gui.testing_session import TestingSession
from nnapp.gui.testing_window import TestingWindow

__all__ = ["SheetController"]


class SheetController:
    """Connects the sheet that is drawn on with the session. Tk thread only.

    Parameters
    ----------
    session : TestingSession
        Gets the image.
    window : TestingWindow
    commands : CommandTable
        Has "live", "discretisation", and what can be done with the sheet.
    on_processed : callable ()
        Called when the session has another image, or none any more.

    Attributes
    ----------
    is_behind : bool
        Whether the drawing has changed since it was brought to the grid.
    """

    def __init__(
        self,
        session: TestingSession,
        window: TestingWindow,
        commands: CommandTable,
        on_processed: Callable[[], None],
    ) -> None:
        self._session = session
        self._window = window
        self._commands = commands
        self._on_processed = on_processed
        self.is_behind = False

    @staticmethod
    def handlers(find: Callable[[], SheetController]) -> dict[str, Callable[..., object]]:
        """Return what the commands call, by their names; `find` returns the controller once they are chosen."""
        return {
            "process": lambda: find().process(),
            "live": lambda is_on: find().catch_up() if is_on else None,
            "undo": lambda: find()._window.drawing.undo(),
            "redo": lambda: find()._window.drawing.redo(),
            "clear": lambda: find()._window.drawing.clear(),
            "eraser": lambda is_on: find().use_eraser(is_on),
        }

    def take_change(self) -> None:
        """Note that the drawing has changed, and follow it if that is wanted."""
        self.show_state()
        self.is_behind = True
        if self._commands.read_value("live") or self._window.drawing.is_empty:
            self.process()

    def catch_up(self) -> None:
        """Bring the drawing to the grid if it has changed since."""
        if self.is_behind:
            self.process()

    def process(self) -> None:
        """Bring the drawing to the grid."""
        drawing = self._window.drawing
        is_like_mnist = self._commands.read_value("discretisation") == "like-mnist"
        if drawing.is_empty:
            self._session.show_nothing()
        else:
            with suppress(DataError):  # as good as empty: the session has nothing to show then, and the views say so
                self._session.show_drawing(drawing.read_ink(), is_like_mnist=is_like_mnist)
        self._on_processed()

    def use_eraser(self, is_on: bool) -> None:
        """Let the pen take ink away, or give it again."""
        self._window.drawing.eraser = is_on

    def show_state(self) -> None:
        """Enable what can be done with the sheet as it is."""
        drawing = self._window.drawing
        self._commands.enable("undo", drawing.can_undo)
        self._commands.enable("redo", drawing.can_redo)
        self._commands.enable("clear", not drawing.is_empty)
        self._commands.enable("process", not drawing.is_empty)

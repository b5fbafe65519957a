"""Shows the question for a picture file, and brings pictures from files and from the clipboard before the eyes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nnapp.digits.normalization import as_drawn
from nnapp.digits.photographs import DiscretizedPicture
from nnapp.digits.strokes import INK_SIDE
from nnapp.gui.commands import CommandTable
from nnapp.gui.dialogs import ask_open
from nnapp.gui.file_dialogs import FileType
from nnapp.gui.picture_reader import clipboard_picture, read_picture_file
from nnapp.gui.testing_session import TestingSession
from nnapp.gui.testing_window import TestingWindow
from nnapp.storage.preferences import Preferences

__all__ = ["PictureController"]

_PICTURE_TYPES: tuple[FileType, ...] = (
    ("Pictures", ("*.png", "*.jpg", "*.jpeg", "*.gif", "*.bmp", "*.tif", "*.tiff", "*.webp")),
)


class PictureController:
    """Reads pictures of digits. Tk thread only.

    Parameters
    ----------
    preferences : Preferences
        Remember the folder.
    session : TestingSession
        Gets the image.
    window : TestingWindow
    commands : CommandTable
        Has "discretisation", how a picture is brought to the network's grid.
    on_shown : callable ()
        Called when the session has the image of a picture.
    """

    def __init__(
        self,
        preferences: Preferences,
        session: TestingSession,
        window: TestingWindow,
        commands: CommandTable,
        on_shown: Callable[[], None],
    ) -> None:
        self._preferences = preferences
        self._session = session
        self._window = window
        self._commands = commands
        self._on_shown = on_shown
        self._read: Callable[[], DiscretizedPicture] | None = None

    def ask_and_open(self) -> None:
        """Ask for a picture file and show the digit in it."""
        path = ask_open(self._window.root, self._preferences, "Open Image", _PICTURE_TYPES)
        if path is not None:
            self.open(path)

    def open(self, path: str | Path) -> None:
        """Show the digit in a picture file.

        Raises
        ------
        StorageError, FileFormatError, DataError
            If the file cannot be read, is no picture, or no digit is in it; what is shown stays.
        """
        self._show(lambda: read_picture_file(path, self._session.image_shape, self._read_mode()))

    def paste(self) -> None:
        """Show the digit in the picture on the clipboard.

        Raises
        ------
        DataError
            If there is none; what is shown stays.
        """
        self._show(lambda: clipboard_picture(self._session.image_shape, self._read_mode()))

    def show_again(self) -> None:
        """Bring the last picture to the grid anew, because the way there has changed."""
        if self._read is not None:
            self._show(self._read)

    def _read_mode(self) -> str:
        return self._session.picture_mode(str(self._commands.read_value("discretisation")))

    def _show(self, read: Callable[[], DiscretizedPicture]) -> None:
        picture = read()
        self._read = read
        self._session.show_image(picture.grid, "file")
        self._window.drawing.show_ink(as_drawn(picture.grid, (INK_SIDE, INK_SIDE)))
        self._window.steps.show_picture(picture)
        self._window.show_tab(self._window.steps)
        self._on_shown()

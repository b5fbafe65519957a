"""Shows nothing itself: keeps a person's own digits, and tells the view how many there are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnapp.errors import DataError
from nnapp.gui.testing_session import TestingSession
from nnapp.gui.testing_window import TestingWindow
from nnapp.storage.personal_digits import PersonalDigits

__all__ = ["CollectController"]


class CollectController:
    """Connects the tab Collect with the personal digits. Tk thread only.

    Parameters
    ----------
    session : TestingSession
    window : TestingWindow
    on_change : callable ()
        Called when a digit was kept or removed.

    Attributes
    ----------
    digits : PersonalDigits
    """

    def __init__(self, session: TestingSession, window: TestingWindow, on_change: Callable[[], None]) -> None:
        self._session = session
        self._window = window
        self._on_change = on_change
        self.digits = PersonalDigits()
        self._show_counts()

    def keep(self, label: int) -> None:
        """Keep the image before the eyes with its right label.

        Raises
        ------
        DataError
            If there is none, or those kept before have another size.
        FileFormatError, StorageError
            If it cannot be written; nothing is lost then.
        """
        image = self._session.image
        if image is None:
            raise DataError("There is nothing to keep: draw a digit first.")
        self.digits.add(np.rint(255 * image).astype(np.uint8), label)
        self._show_counts()
        names = self._session.class_names
        self._window.show_status(f"Kept as {names[label] if names else label} in {self.digits.folder}.")
        self._on_change()

    def undo(self) -> None:
        """Remove the digit that was kept last.

        Raises
        ------
        DataError
            If none was kept since the window was opened.
        """
        self.digits.undo()
        self._show_counts()
        self._on_change()

    def _show_counts(self) -> None:
        digits = self.digits
        self._window.collect.show_counts(
            digits.counts(), str(digits.folder), can_undo=digits.can_undo, hint=digits.why_not_trainable()
        )

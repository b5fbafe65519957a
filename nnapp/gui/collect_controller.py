"""Shows nothing itself: keeps a person's own digits, and tells the view how many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nnapp.display.text_fitting import shorten
from nnapp.errors import DataError
from nnapp.gui.testing_session import TestingSession
from nnapp.gui.testing_window import TestingWindow
from nnapp.storage.personal_digits import PersonalDigits

__all__ = ["CollectController"]

_LARGEST_NUMBER = 255
"""A digit is kept as a byte, as in MNIST."""

_LONGEST_NAME = 40


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
        """Keep the image before the eyes with its right label, as the number that this class is called.

        Parameters
        ----------
        label : int
            The place of the class among those of the network.

        Raises
        ------
        DataError
            If there is none, classes are no numbers, or the digits kept before have another size.
        FileFormatError, StorageError
            If it cannot be written; nothing is lost then.
        """
        image = self._session.image
        if image is None:
            raise DataError("There is nothing to keep: draw a digit first.")
        names = self._session.class_names
        number = _numbers(names)[label] if names else label
        self.digits.add(np.rint(255 * image).astype(np.uint8), number)
        self._show_counts()
        self._window.show_status(f"Kept as {number} in {self.digits.folder}.")
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
        counts = {str(number): count for number, count in digits.counts().items()}
        self._window.collect.show_counts(
            counts, str(digits.folder), can_undo=digits.can_undo, hint=digits.why_not_trainable()
        )


def _numbers(names: Sequence[str]) -> list[int]:
    """Return the numbers that classes are called.

    Raises
    ------
    DataError
        If one is called anything but a whole number that a label can be, as it is written.
    """
    possible = {str(number): number for number in range(_LARGEST_NUMBER + 1)}
    other = next((name for name in names if name not in possible), None)
    if other is not None:
        raise DataError(
            f"The classes of images that are kept must be whole numbers from 0 to {_LARGEST_NUMBER}; this network has "
            f"the class {shorten(other, _LONGEST_NAME)}."
        )
    return [possible[name] for name in names]

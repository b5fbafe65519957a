"""Shows nothing itself: finds which image of the data set comes next."""

from __future__ import annotations

import random
from collections.abc import Callable

from nnapp.errors import DataError
from nnapp.gui.testing_session import TestingSession
from nnapp.gui.testing_window import TestingWindow

__all__ = ["ImageNavigator"]


class ImageNavigator:
    """Carries out the menu Image. Tk thread only.

    Parameters
    ----------
    session : TestingSession
    window : TestingWindow
    show_index : callable (int)
        Shows an image of the data set.
    """

    def __init__(self, session: TestingSession, window: TestingWindow, show_index: Callable[[int], None]) -> None:
        self._session = session
        self._window = window
        self._show_index = show_index

    def step(self, n_images: int) -> None:
        """Go on by a number of images, or back if it is negative, round the end."""
        self._show_index(self._session.next_index(n_images))

    def random(self) -> None:
        """Show any image."""
        self._show_index(random.randrange(max(1, len(self._session.images))))

    def next_wrong(self) -> None:
        """Show the next image that the network takes for something else.

        Raises
        ------
        DataError
            If there is none.
        """
        index = self._session.next_wrong()
        if index is None:
            raise DataError("The network takes no image of this data set for something else.")
        self._show_index(index)

    def next_of_class(self) -> None:
        """Show the next image with the label of this one.

        Raises
        ------
        DataError
            If this one has none.
        """
        label = self._session.label
        index = None if label is None else self._session.next_of_class(label)
        if index is None:
            raise DataError("Choose an image of the data set first, to find the next of its class.")
        self._show_index(index)

    def enter_index(self) -> None:
        """Go to the field of the index, ready to be typed over."""
        self._window.index_field.focus_set()
        self._window.index_field.selection_range(0, "end")

    def show_typed(self, text: str) -> None:
        """Show the image whose index was typed.

        Raises
        ------
        DataError
            If it is no index of an image.
        """
        if not text.strip().isdecimal():
            n_images = len(self._session.images)
            raise DataError(f"The index of an image must be a whole number from 0 to {n_images - 1:,}; got {text!r}.")
        self._show_index(int(text))

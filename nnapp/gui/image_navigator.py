"""Shows nothing itself: finds which image of the data set comes next."""

from __future__ import annotations

import random
from collections.abc import Callable

from nnapp.digits.normalization import as_drawn
from nnapp.digits.strokes import INK_SIDE
from nnapp.errors import DataError
from nnapp.gui.commands import CommandTable
from nnapp.gui.testing_session import TestingSession
from nnapp.gui.testing_window import TestingWindow

__all__ = ["ImageNavigator"]


class ImageNavigator:
    """Carries out the menu Image. Tk thread only.

    Parameters
    ----------
    session : TestingSession
    window : TestingWindow
    commands : CommandTable
    on_shown : callable ()
        Called when the session has another image of the data set.
    """

    def __init__(
        self, session: TestingSession, window: TestingWindow, commands: CommandTable, on_shown: Callable[[], None]
    ) -> None:
        self._session = session
        self._window = window
        self._commands = commands
        self._on_shown = on_shown

    @staticmethod
    def handlers(find: Callable[[], ImageNavigator]) -> dict[str, Callable[..., object]]:
        """Return what the commands call, by their names; `find` returns the navigator once they are chosen."""
        return {
            "go-to": lambda: find().enter_index(),
            "previous": lambda: find().step(-1),
            "next": lambda: find().step(1),
            "back-100": lambda: find().step(-100),
            "on-100": lambda: find().step(100),
            "random": lambda: find().random(),
            "next-wrong": lambda: find().next_wrong(),
            "next-same": lambda: find().next_of_class(),
        }

    def show(self, index: int) -> None:
        """Show an image of the data set.

        Raises
        ------
        DataError
            If there is none with this index.
        NetworkError
            If the network takes images of another size.
        """
        self._session.show_index(index)
        self._window.index.set(str(index))
        assert self._session.image is not None
        self._window.drawing.show_ink(as_drawn(self._session.image, (INK_SIDE, INK_SIDE)))
        self._on_shown()

    def show_state(self) -> None:
        """Enable what can be done with the images there are."""
        has_images = len(self._session.images) > 0
        for name in ("previous", "next", "back-100", "on-100", "random", "play", "go-to", "next-same"):
            self._commands.enable(name, has_images)
        self._commands.enable("next-wrong", self._session.evaluation is not None)

    def step(self, n_images: int) -> None:
        """Go on by a number of images, or back if it is negative, round the end."""
        self.show(self._session.next_index(n_images))

    def random(self) -> None:
        """Show any image."""
        self.show(random.randrange(max(1, len(self._session.images))))

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
        self.show(index)

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
        self.show(index)

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
        self.show(int(text))

"""Shows nothing itself: brings pictures from files and from the clipboard to the network's grid."""

from __future__ import annotations

import os

from PIL import Image, ImageGrab

from nnapp.digits.photographs import DiscretizedPicture, discretize_grey, discretize_picture
from nnapp.digits.picture_files import grey_from_image
from nnapp.errors import DataError

__all__ = ["clipboard_picture", "read_picture_file"]


def read_picture_file(path: str | os.PathLike[str], shape: tuple[int, int], mode: str) -> DiscretizedPicture:
    """Return the digit in a picture file.

    Parameters
    ----------
    path : path
    shape : tuple of int
        Height and width of the network's images.
    mode : str
        One of `nnapp.digits.picture_fitting.PICTURE_MODES`.

    Raises
    ------
    StorageError, FileFormatError, DataError
        If the file cannot be read, is no picture, or no digit is in it.
    """
    return discretize_picture(path, shape, mode)


def clipboard_picture(shape: tuple[int, int], mode: str) -> DiscretizedPicture:
    """Return the digit in the picture on the clipboard, or in the first picture file that was copied.

    Raises
    ------
    DataError
        If there is no picture on the clipboard, or nothing that reads the clipboard is installed.
    """
    try:
        found = ImageGrab.grabclipboard()
    except (NotImplementedError, OSError) as error:
        raise DataError(
            "To paste a picture, a program that reads the clipboard must be installed (apt install xclip or "
            "wl-clipboard); got none that works."
        ) from error
    if isinstance(found, list) and found:
        return discretize_picture(found[0], shape, mode)
    if not isinstance(found, Image.Image):
        raise DataError("There is no picture on the clipboard to paste.")
    try:
        grey = grey_from_image(found)
    except (OSError, ValueError) as error:
        raise DataError(f"The picture on the clipboard is damaged: {error}.") from error
    return discretize_grey(grey, shape, mode)

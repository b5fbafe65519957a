"""Read the brightness of a picture from any file a camera, scanner or drawing program writes.

Whatever the colours, the transparency, the depth and the orientation of the file, what comes out is one array of
brightness, 0 = black to 1 = white, upright, no larger than recognising a digit needs. Nothing in the file is trusted.
"""

from __future__ import annotations

import io
import os
import struct
import warnings
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from nnapp.digits.resampling import shrink
from nnapp.errors import FileFormatError, StorageError

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_PIXELS",
    "MAX_SIDE",
    "PICTURE_FORMATS",
    "grey_from_image",
    "read_picture",
]

PICTURE_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
"""Pillow's names of the formats read; its rarer decoders see no file of ours."""

MAX_FILE_BYTES = 2**27
"""Largest file read, 128 MiB."""

MAX_PIXELS = 52_000_000
"""Most pixels decoded, 52 megapixels: 416 MB on the way, and what phones save unless they are asked for more."""

MAX_DEEP_PIXELS = MAX_PIXELS // 4
"""Most pixels decoded of more than 8 bits each, which take four times as much on the way."""

MAX_SIDE = 1024
"""Longer side in pixels to which a picture is reduced; a digit a twentieth as wide still has 51 pixels."""

_ORIENTATION = 0x0112
"""Number of the EXIF tag that says how the camera was held."""

_OS_REASONS = {
    FileNotFoundError: "it does not exist",
    IsADirectoryError: "it is a folder, not a file",
    NotADirectoryError: "a part of its path is a file, not a folder",
    PermissionError: "permission is denied",
}
# What Pillow's decoders raise on malformed bytes, which it does not promise to gather under one class:
# https://github.com/python-pillow/Pillow/issues/9814
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    OverflowError,
    EOFError,
    MemoryError,
    NotImplementedError,
    struct.error,
    zlib.error,
)


def read_picture(path: str | os.PathLike[str]) -> NDArray[np.float32]:
    """Return the brightness of the picture in a file.

    Parameters
    ----------
    path : path-like
        A file in one of `PICTURE_FORMATS`, recognised by its content. Of several pictures in it, the first is read.

    Returns
    -------
    (height, width) float32
        0 = black … 1 = white; see `grey_from_image`.

    Raises
    ------
    FileFormatError
        If the file is not such a picture, is cut short or broken, or is larger than `MAX_FILE_BYTES` or `MAX_PIXELS`.
    StorageError
        If the file is missing, is a folder, or cannot be read.
    """
    name = os.fspath(path)
    content = _read_bytes(name)
    most = MAX_PIXELS
    try:
        # Odd metadata is worth no warning, and how large a picture may be is decided here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=PICTURE_FORMATS) as image:
                if _is_deep(image):
                    most = MAX_DEEP_PIXELS
                if image.width * image.height > most:
                    raise Image.DecompressionBombError
                return grey_from_image(image)
    except Image.DecompressionBombError as error:
        raise FileFormatError(
            f"Picture {name} must have at most {most // 10**6} million pixels; it claims more."
        ) from error
    except _DECODER_ERRORS as error:
        raise FileFormatError(
            f"{name} must be a whole picture ({', '.join(PICTURE_FORMATS)}); its content is something else, cut short "
            "or broken."
        ) from error


def grey_from_image(image: Image.Image) -> NDArray[np.float32]:
    """Return the brightness of a Pillow image, upright, reduced to a longer side of at most `MAX_SIDE`.

    Colours count by their luma (ITU-R BT.601, as Pillow's ``"L"``). Transparent pixels are paper: where most of the
    picture is transparent, what is visible is ink, and paper is whichever of black and white is farther from it;
    otherwise paper has the median brightness of what is visible.

    Parameters
    ----------
    image : PIL.Image.Image
        Any mode, for example from the clipboard; turned as its EXIF orientation says.

    Returns
    -------
    (height, width) float32
        0 = black … 1 = white. 8-bit grey values are divided by 255, 16-bit ones by 65535; 32-bit ones, which
        have no agreed white, are stretched to 0…1.

    Raises
    ------
    ValueError, OSError
        Pillow's own, if the image's data turn out broken on decoding or no brightness can be had from its mode.
    """
    upright = ImageOps.exif_transpose(_reduced(image))
    if _is_deep(upright):
        grey = _deep_grey(upright)
    elif upright.mode == "LAB":
        grey = _eight_bit(upright.getchannel("L"))
    elif "A" in upright.getbands() or "transparency" in upright.info:
        grey = _on_paper(upright.convert("RGBA"))
    else:
        grey = _eight_bit(upright.convert("L"))
    return shrink(grey, MAX_SIDE)


def _is_deep(image: Image.Image) -> bool:
    """Return whether the pixels of an image have more than 8 bits for a channel."""
    return image.mode == "F" or image.mode.startswith("I")


def _reduced(image: Image.Image) -> Image.Image:
    """Return an image whose sides are at least twice `MAX_SIDE`, made from one that is far larger.

    Arrays of all the pixels of a photograph would take a gigabyte, and show no more of a digit.
    """
    factor = max(image.size) // (2 * MAX_SIDE)
    if factor < 2 or _is_deep(image):
        return image
    orientation = image.getexif().get(_ORIENTATION)
    if image.mode in ("1", "P", "PA"):  # whose values have no average
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    reduced = image.reduce(min(factor, image.width, image.height))
    if orientation is not None:
        reduced.getexif()[_ORIENTATION] = orientation
    return reduced


def _read_bytes(name: str) -> bytes:
    try:
        with open(name, "rb") as stream:
            # Memory is set aside for all that is asked for: 128 MiB for each of thousands of small pictures. A pipe
            # has no size.
            n_bytes = os.fstat(stream.fileno()).st_size or MAX_FILE_BYTES
            content = stream.read(min(n_bytes, MAX_FILE_BYTES) + 1)
    except OSError as error:
        reason = _OS_REASONS.get(type(error), error.strerror or str(error))
        raise StorageError(f"Cannot read {name}: {reason}.") from error
    if len(content) > MAX_FILE_BYTES:
        raise FileFormatError(f"Picture {name} must be at most {MAX_FILE_BYTES >> 20} MiB; the file is larger.")
    return content


def _eight_bit(image: Image.Image) -> NDArray[np.float32]:
    grey: NDArray[np.float32] = np.asarray(image, dtype=np.float32) / np.float32(255)
    return grey


def _deep_grey(image: Image.Image) -> NDArray[np.float32]:
    """Return the brightness of a picture with more than 8 bits for each pixel."""
    values = np.asarray(image, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("a pixel is not a finite number")
    low, high = float(values.min()), float(values.max())
    # Pillow before 10.3 reads 16-bit PNG files as 32-bit integers.
    if image.mode != "F" and low >= 0 and high <= 65535:
        low, high = 0.0, 65535.0
    return ((values - low) / max(high - low, np.finfo(float).tiny)).astype(np.float32)


def _on_paper(image: Image.Image) -> NDArray[np.float32]:
    """Return the brightness of an RGBA image laid on paper."""
    grey = _eight_bit(image.convert("RGB").convert("L"))
    opacity = _eight_bit(image.getchannel("A"))
    if not opacity.any():
        return np.ones_like(grey)
    visible = grey[opacity >= opacity.max() / 2]
    paper = float(np.median(visible))
    if opacity.mean() < 0.5:
        paper = 1.0 if paper < 0.5 else 0.0
    laid: NDArray[np.float32] = grey * opacity + np.float32(paper) * (1 - opacity)
    return laid

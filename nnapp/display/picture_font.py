"""Text in picture files, in fonts that have the characters asked for.

On the screen the toolkit mixes fonts as needed; Pillow does not, and names of classes may be in any script and in
two at once (those of KMNIST are Japanese with Latin letters).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Literal

from PIL import ImageDraw, ImageFont

from nnapp.errors import StorageError

__all__ = ["picture_font", "text_width", "write_text"]

_FONT_FILES = (
    # Latin, on Linux, Windows and macOS
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "segoeui.ttf",
    "arial.ttf",
    "Arial.ttf",
    "Helvetica.ttc",
    # Chinese, Japanese and Korean
    "NotoSansCJK-Regular.ttc",
    "DroidSansFallbackFull.ttf",
    "YuGothR.ttc",
    "msgothic.ttc",
    "ヒラギノ角ゴシック W3.ttc",
    "Arial Unicode.ttf",
)
_PROBE_PX = 20
_NO_CHARACTER = "\U0010fffe"
"""Unicode promises never to give it a meaning, so every font draws its sign for a missing one."""


def picture_font(text: str, size_px: int) -> ImageFont.FreeTypeFont:
    """Return the first known font that has all characters of `text`, else the first there is.

    Raises
    ------
    StorageError
        If the machine has none of the known fonts.
    """
    available = [file for file in _FONT_FILES if _load(file, size_px)]
    for file in available:
        if all(_has(file, character) for character in text):
            break
    else:
        file = available[0] if available else ""
    font = _load(file, size_px)
    if font is None:
        raise StorageError("No font to write in a picture was found; install one, for example DejaVu Sans.")
    return font


def text_width(text: str, size_px: int) -> float:
    """Return how many pixels wide `write_text` draws a text.

    Raises
    ------
    StorageError
        If the machine has none of the known fonts.
    """
    return sum(font.getlength(run) for run, font in _runs(text, size_px))


def write_text(
    draw: ImageDraw.ImageDraw,
    x: float,
    y: float,
    text: str,
    size_px: int,
    color: str | int,
    anchor: Literal["lm", "mm", "rm", "la"] = "lm",
) -> None:
    """Draw a text, each part of it in the first known font that has its characters.

    Parameters
    ----------
    draw : ImageDraw
    x, y : float
        Where the anchor is.
    text : str
    size_px : int
    color : str or int
    anchor : {"lm", "mm", "rm", "la"}
        Left, middle or right in width, and middle or top of the line in height, as Pillow calls them.

    Raises
    ------
    StorageError
        If the machine has none of the known fonts.
    """
    ascent, descent = picture_font("", size_px).getmetrics()
    baseline = y + ascent if anchor == "la" else y + (ascent - descent) / 2
    x -= {"l": 0.0, "m": 0.5, "r": 1.0}[anchor[0]] * text_width(text, size_px)
    for run, font in _runs(text, size_px):
        draw.text((x, baseline), run, color, font, "ls")
        x += font.getlength(run)


def _runs(text: str, size_px: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    """Yield a text in parts with the font of each: a single one where a font has all of its characters."""
    whole = picture_font(text, size_px)
    for font, characters in groupby(text, lambda character: _font_of(character, whole, size_px)):
        yield "".join(characters), font


def _font_of(character: str, whole: ImageFont.FreeTypeFont, size_px: int) -> ImageFont.FreeTypeFont:
    if character.isspace() or _has(str(whole.path), character):
        return whole
    return picture_font(character, size_px)


@lru_cache(maxsize=128)
def _load(file: str, size_px: int) -> ImageFont.FreeTypeFont | None:
    """Return a font by the name of its file, which Pillow looks for where the system keeps fonts."""
    try:
        return ImageFont.truetype(file, size_px) if file else None
    except OSError:
        return None


@lru_cache(maxsize=2048)
def _has(file: str, character: str) -> bool:
    font = _load(file, _PROBE_PX)
    if font is None or character.isspace():
        return font is not None
    return bytes(font.getmask(character)) != bytes(font.getmask(_NO_CHARACTER))

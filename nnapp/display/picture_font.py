"""Fonts for text in picture files that have the characters asked for.

On the screen the toolkit mixes fonts as needed; in a picture each text has one, and names of classes may be
in any script (those of KMNIST are Japanese).
"""

from __future__ import annotations

from functools import lru_cache

from PIL import ImageFont

from nnapp.errors import StorageError

__all__ = ["picture_font"]

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

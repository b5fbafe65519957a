"""Making texts fit: shortening one with "…", names of many classes so that they stay apart, and breaking into lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

__all__ = ["TextMeasure", "break_name", "elide", "fit_names", "short_names", "shorten"]

TextMeasure = Callable[[str, int], float]
"""Width in pixels of a text in a font of some pixels."""

_SEPARATORS = " _-/.,:;"
_LEAST_SHARED = 4
"""Characters that all names must share before they are left out; "…" would save nothing in place of fewer."""

_PIECE = re.compile(r"[^ _\-/.]*[ _\-/.]*")


def elide(text: str, width: float, size_px: int, measure: TextMeasure) -> str:
    """Return `text`, or as much of its beginning as fits into `width` pixels with "…" after it."""
    if measure(text, size_px) <= width:
        return text
    fitting, too_long = 0, len(text)
    while too_long - fitting > 1:
        length = (fitting + too_long) // 2
        if measure(_cut(text, length), size_px) <= width:
            fitting = length
        else:
            too_long = length
    return _cut(text, fitting) if fitting else "…"


def shorten(text: str, n_characters: int) -> str:
    """Return `text`, or as much of its beginning as makes `n_characters` with "…" after it."""
    return text if len(text) <= n_characters else _cut(text, n_characters - 1)


def _cut(text: str, length: int) -> str:
    return text[:length].rstrip() + "…"


def fit_names(names: Sequence[str], width: float, size_px: int, measure: TextMeasure) -> tuple[str, ...]:
    """Return the names of classes as they fit into `width` pixels each.

    Where one is too long, what all begin or end with is left out first, whole words only: of "holiday photos of cats"
    and "holiday photos of dogs", "…cats" and "…dogs" say more than "holiday…".
    """
    if all(measure(name, size_px) <= width for name in names):
        return tuple(names)
    return tuple(elide(name, width, size_px, measure) for name in _without_shared(names))


def short_names(names: Sequence[str], n_characters: int) -> tuple[str, ...]:
    """Return the names of classes in at most so many characters each, where their width in pixels does not matter."""
    return fit_names(names, n_characters, 0, lambda text, _: len(text))


def break_name(name: str, width: float, size_px: int, measure: TextMeasure, n_lines: int | None = None) -> list[str]:
    """Return the lines of a name, at most `width` pixels wide, broken after spaces, hyphens and the like.

    A word that is wider than a line is broken where the line ends; a line holds at least one character. Where there
    would be more than `n_lines`, at least 1, the last one is shortened with "…".
    """
    lines = [""]
    for piece in _PIECE.findall(name):
        if measure((lines[-1] + piece).rstrip(), size_px) <= width:
            lines[-1] += piece
            continue
        if lines[-1]:
            lines.append("")
        for character in piece:
            if lines[-1] and measure((lines[-1] + character).rstrip(), size_px) > width:
                lines.append("")
            lines[-1] += character
    if n_lines is not None and len(lines) > n_lines:
        lines[n_lines - 1 :] = [elide("".join(lines[n_lines - 1 :]), width, size_px, measure)]
    return [line.strip() for line in lines]


def _without_shared(names: Sequence[str]) -> list[str]:
    """Return the names with "…" in place of the words that all of them begin or end with."""
    if len(set(names)) < 2:
        return list(names)
    start = _n_shared(names)
    rests = [name[start:] for name in names]
    end = _n_shared([rest[::-1] for rest in rests])
    if any(len(rest) <= end for rest in rests):
        end = 0
    return [("…" if start else "") + rest[: len(rest) - end].strip() + ("…" if end else "") for rest in rests]


def _n_shared(texts: Sequence[str]) -> int:
    """Return how many characters all texts begin with, to the end of a word; 0 if leaving them out saves nothing."""
    length = 0
    for place, characters in enumerate(zip(*texts, strict=False)):
        if len(set(characters)) > 1:
            break
        if characters[0] in _SEPARATORS:
            length = place + 1
    return length if length >= _LEAST_SHARED else 0

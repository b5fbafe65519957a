"""JSON as nnapp's files hold it: one way to write it, and nothing read that could not be written again.

RFC 8259 leaves open what happens with repeated names, numbers too large for a float, deep nesting and
halves of surrogate pairs, and Python adds ``NaN`` and ``Infinity``. Here all of these are refused, in
reading and in writing, so that a document means the same to every program.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import partial
from math import isfinite
from typing import Any

from nnapp.errors import FileFormatError

__all__ = [
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_JSON_BYTES",
    "decode_json_object",
    "encode_json_object",
    "is_number",
    "is_whole",
    "require",
]

MAX_DEPTH = 32
"""Most objects and arrays inside each other."""

MAX_DIGITS = 100
"""Most digits of a whole number; the state of a random number generator has 39."""

MAX_JSON_BYTES = 2**28
"""Longest document: the history of a million epochs takes about 150 bytes for each."""

_LONGEST_SHOWN = 60
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def encode_json_object(document: dict[str, Any], source: str) -> bytes:
    """Return `document` as UTF-8: names sorted, no spaces, floats as the shortest text that is exact.

    Parameters
    ----------
    document : dict
        Built of dict with str keys, list, tuple (written as a list), str, int, float, bool and None.
    source : str
        What the document is, for the sentence of an error.

    Raises
    ------
    FileFormatError
        If `decode_json_object` would not return the same document.
    """
    _check_values(document, source, 1)
    data = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    _check_length(data, source)
    return data


def decode_json_object(data: bytes, source: str) -> dict[str, Any]:
    """Return the JSON object that stands in `data` as UTF-8.

    Parameters
    ----------
    data : bytes
    source : str
        What the document is and where it stands, for the sentence of an error.

    Raises
    ------
    FileFormatError
        If the bytes are not UTF-8, not JSON or no object, or hold something this module refuses.
    """
    _check_length(data, source)
    try:
        document: Any = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=partial(_unique_names, source),
            parse_int=partial(_whole_number, source),
        )
    except UnicodeDecodeError as error:
        found = f"0x{data[error.start]:02X} at its byte {error.start}"
        raise FileFormatError(f"{source} must be UTF-8; got {found}.") from None
    except json.JSONDecodeError as error:
        raise FileFormatError(
            f"{source} must be JSON; got an error at its character {error.pos}: {error.msg}."
        ) from None
    except RecursionError:
        raise _too_deep(source) from None
    _check_values(document, source, 1)
    if not isinstance(document, dict):
        raise FileFormatError(f"{source} must be a JSON object; got {_shown(document)}.")
    return document


def require(is_allowed: bool, subject: str, allowed: str, actual: Any) -> None:
    """Refuse a value of a document, with the sentence "`subject` must be `allowed`; got `actual`".

    Raises
    ------
    FileFormatError
        Unless `is_allowed`.
    """
    if not is_allowed:
        raise FileFormatError(f"{subject} must be {allowed}; got {_shown(actual)}.")


def is_whole(value: Any, low: int, high: int) -> bool:
    """Return whether `value` is a whole number from `low` to `high` (true and false are not numbers)."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_number(value: Any) -> bool:
    """Return whether `value` is a number, whole or not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_length(data: bytes, source: str) -> None:
    if len(data) > MAX_JSON_BYTES:
        raise FileFormatError(f"{source} must have at most {MAX_JSON_BYTES:,} bytes; got {len(data):,}.")


def _check_values(value: Any, source: str, depth: int) -> None:
    """Refuse what JSON cannot hold, or cannot hold so that every program reads the same."""
    if isinstance(value, dict | list | tuple):
        _check_container(value, source, depth)
    elif isinstance(value, str):
        if _HALF_CHARACTER.search(value):
            raise FileFormatError(f"Text in {source} must be made of whole characters; got {_shown(value)}.")
    elif isinstance(value, float):
        if not isfinite(value):
            raise FileFormatError(f"Numbers in {source} must be finite; got {value}.")
    elif isinstance(value, int):
        if abs(value) >= 10**MAX_DIGITS:
            raise _too_many_digits(source)
    elif value is not None:
        raise FileFormatError(f"Values in {source} must be of the types of JSON; got {type(value).__name__}.")


def _check_container(value: dict[Any, Any] | list[Any] | tuple[Any, ...], source: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _too_deep(source)
    for item in value.values() if isinstance(value, dict) else value:
        _check_values(item, source, depth + 1)
    if isinstance(value, dict):
        for name in value:
            if not isinstance(name, str):
                raise FileFormatError(f"Names in {source} must be text; got {name!r}.")
            _check_values(name, source, depth)


def _unique_names(source: str, members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, for `json.loads`, which would keep only the last of several values."""
    document = dict(members)
    if len(document) < len(members):
        repeated = next(name for name, count in Counter(name for name, _ in members).items() if count > 1)
        raise FileFormatError(f"Each name in an object of {source} must occur once; got {_shown(repeated)} again.")
    return document


def _whole_number(source: str, digits: str) -> int:
    """Convert digits, for `json.loads`, which would take the square of their number in time."""
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise _too_many_digits(source)
    return int(digits)


def _too_deep(source: str) -> FileFormatError:
    return FileFormatError(f"{source} must be nested at most {MAX_DEPTH} deep; got more.")


def _too_many_digits(source: str) -> FileFormatError:
    return FileFormatError(f"Whole numbers in {source} must have at most {MAX_DIGITS} digits; got more.")


def _shown(value: Any) -> str:
    """Return `value` for a sentence: as JSON in ASCII, which no terminal takes for a command, and not too long."""
    text = json.dumps(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"

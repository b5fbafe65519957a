"""The bytes of a pickle, taken one after the other; no length in them is believed."""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Callable
from typing import Any, BinaryIO

from nnapp.errors import FileFormatError

__all__ = ["PickleInput", "read_content"]

_PIECE_BYTES = 1 << 20
_MAX_LINE = 1 << 16
_MAX_DIGITS = 40
_MAX_LONG_BYTES = 32
_MAX_WIDE_TEXT = 1 << 20
# What makes Python take 2 or 4 bytes for every character of a text: one beyond 255.
_WIDE_LEADS = re.compile(rb"[\xc4-\xff]")
_WIDE_ESCAPES = re.compile(rb"\\U|\\u(?!00)")
_UNKNOWN_ESCAPE = re.compile(rb"\\(?!['\"nrt]|x[0-9a-fA-F]{2})")  # that repr of Python 2 does not write


def read_content(stream: BinaryIO, max_bytes: int, subject: str) -> bytes:
    """Return the rest of a stream, however long it says it is.

    Parameters
    ----------
    stream : binary file object
    max_bytes : int
    subject : str
        What the stream is called in the sentence of an error.

    Raises
    ------
    FileFormatError
        If there is more.
    """
    # Piece by piece, since a file takes all the memory that it is asked to read before it reads anything.
    pieces: list[bytes] = []
    n_left = max_bytes
    while piece := stream.read(_PIECE_BYTES):
        n_left -= len(piece)
        if n_left < 0:
            raise FileFormatError(f"{subject} must have at most {max_bytes:,} bytes; got more.")
        pieces.append(piece)
    return b"".join(pieces)


class PickleInput:
    """A pickle that is being read.

    Parameters
    ----------
    content : bytes
    subject : str
        What it is called in the sentence of an error.
    position : int
        Where it begins.

    All methods raise `FileFormatError` for what is not there, too long or not of the form it must have.
    """

    def __init__(self, content: bytes, subject: str, position: int) -> None:
        self._content = content
        self._subject = subject
        self.position = position

    def wrong(self, what: str) -> FileFormatError:
        """Return the error that tells of something that a pickle of arrays does not hold."""
        return FileFormatError(f"{self._subject} must hold a pickle of arrays only; got {what[:200]}.")

    def take(self, n_bytes: int) -> bytes:
        """Return the next bytes (a copy)."""
        n_left = len(self._content) - self.position
        if not 0 <= n_bytes <= n_left:
            raise FileFormatError(
                f"{self._subject} must be a whole pickle; got one that needs {n_bytes:,} bytes where "
                f"{n_left:,} are left."
            )
        self.position += n_bytes
        return self._content[self.position - n_bytes : self.position]

    def ahead(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Return how a pattern matches what comes next, which is not taken."""
        return pattern.match(self._content, self.position)

    def number(self, form: str) -> Any:
        """Return a number of a form of `struct`."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def long(self, n_bytes: int) -> int:
        """Return a whole number of a given length."""
        if not 0 <= n_bytes <= _MAX_LONG_BYTES:
            raise self.wrong(f"a whole number of {n_bytes:,} bytes")
        return int.from_bytes(self.take(n_bytes), "little", signed=True)

    def text(self, form: str) -> str:
        """Return a text in UTF-8, after its length."""
        data = self.take(self.number(form))
        if len(data) > _MAX_WIDE_TEXT and _WIDE_LEADS.search(data):
            raise self.wrong(f"a text of {len(data):,} bytes")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise self.wrong("a text that is not UTF-8") from None

    def name(self) -> str:
        """Return a line that is a name."""
        return self._line(_MAX_LINE).decode("latin-1")

    def parsed(self, kind: Callable[[str], Any]) -> Any:
        """Return a line that is a number of a kind, such as `int`."""
        text = self.digits()
        try:
            return kind(text)
        except ValueError:
            raise self.wrong(f"{text!r} for a number") from None

    def whole_or_truth(self) -> int:
        """Return a line that is a whole number, or a truth value as the oldest protocols write it."""
        if self.ahead(_TRUTH):
            return self.name() == "01"
        number: int = self.parsed(int)
        return number

    def digits(self) -> str:
        """Return a line that is to be a number."""
        text = self.name().removesuffix("L")
        if len(text) > _MAX_DIGITS:
            raise self.wrong(f"a number of {len(text)} characters")
        return text

    def escaped_text(self) -> str:
        r"""Return a line that is a text with escapes such as ``\u000a``."""
        data = self._line()
        if len(data) > _MAX_WIDE_TEXT and _WIDE_ESCAPES.search(data):
            raise self.wrong(f"a text of {len(data):,} bytes")
        try:
            return data.decode("raw-unicode-escape")
        except UnicodeDecodeError:
            raise self.wrong("a text with broken escapes") from None

    def quoted_text(self) -> str:
        """Return a line that is a text of Python 2, bytes for it, as its ``repr`` shows it."""
        data = self._line()
        quote, body = data[:1], data[1:-1]
        is_quoted = len(data) > 1 and quote in (b"'", b'"') and data.endswith(quote)
        if not is_quoted or _UNKNOWN_ESCAPE.search(body.replace(rb"\\", b"")):
            raise self.wrong("a text that is not quoted as Python's")
        try:
            return codecs.escape_decode(body)[0].decode("latin-1")  # what Python's own reader of pickles calls
        except ValueError:
            raise self.wrong("a text with broken escapes") from None

    def _line(self, max_bytes: int | None = None) -> bytes:
        limit = len(self._content) if max_bytes is None else self.position + max_bytes
        end = self._content.find(b"\n", self.position, limit)
        if end < 0:
            raise self.wrong("a line without an end")
        return self.take(end - self.position + 1)[:-1]


_TRUTH = re.compile(rb"0[01]\n")

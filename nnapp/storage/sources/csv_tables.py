"""Read a table of pixels from a CSV file, some lines at a time.

A line is a row, a blank line is none; quotes (RFC 4180) may enclose a value but not a line break. Values are separated
by commas, semicolons or tabs, whichever the first line has most of. The file is UTF-8, with or without byte order mark,
and may be gzipped, if it does not grow as only a bomb does.

Whole numbers of up to three digits, which is what tables of pixels hold, are parsed by arithmetic on all bytes of many
lines at once. Lines with anything else in them go through Python's `csv`, which also finds what is wrong with them.
"""

from __future__ import annotations

import csv
import gzip
import math
import re
import zlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnapp.errors import DataError, FileFormatError
from nnapp.storage.dataset import MAX_IMAGE_SIDE, MAX_PIXEL_BYTES
from nnapp.storage.files import open_for_reading
from nnapp.storage.load_progress import LoadProgress, ProgressMeter

__all__ = ["CsvTable", "holds_pixels", "reading_csv"]

_GZIP_MAGIC = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PIECE_BYTES = 1 << 20
_LONGEST_LINE_BYTES = 1 << 24
_MAX_GROWTH = 200  # of a gzipped file: tables of digits grow tenfold, a bomb a thousandfold
_FREE_BYTES = 1 << 26  # what may come out in any case, since black images do shrink a thousandfold
_PEEKED_BYTES = 1 << 16
_FEWEST_PIXELS = 4  # beside a label; tables of the names of pictures have two or three columns
_SEPARATORS = ",;\t"
_ZERO, _NINE, _NEWLINE = ord("0"), ord("9"), ord("\n")
_MOST_DIGITS = 3
_TEXTS = tuple(map(str, range(10**_MOST_DIGITS)))  # each only once, however many rows have it
_DECIMAL_COMMA = re.compile(r"\s*-?[0-9]+,[0-9]+\s*")
_LABEL_NAMES = ("label", "labels", "class", "target", "y", "digit")


@dataclass(eq=False)
class CsvTable:
    """The rows of a table.

    Attributes
    ----------
    name : str
        Of the file, for messages.
    header : tuple of str
        Names of the columns of pixels; empty if there are none.
    labels : list of str or None
        Text of the label of every row, numbers up to 999 without leading zeros; None if the table has no labels, or
        a column of labels that are all empty.
    pixels : array (n_rows, n_columns)
        uint8 if all values are whole numbers up to 255, else float32.
    """

    name: str
    header: tuple[str, ...]
    labels: list[str] | None
    pixels: NDArray[Any] = field(repr=False)


@dataclass(frozen=True)
class _Layout:
    """What the first line says about all others."""

    separator: str
    n_columns: int
    has_header: bool
    label: int | None
    header: tuple[str, ...]


def reading_csv(
    stream: BinaryIO, name: str, n_bytes: int, n_pixels: int | None = None
) -> Generator[LoadProgress, None, CsvTable]:
    """Read a table of pixels with or without labels, yielding how far it has come.

    The label is the column called label, class, target, y or digit. In a table without such a name it is the first
    one, if the others are as many as a square image has pixels; if all are, there is none.

    Parameters
    ----------
    stream : binary file object
        At its beginning.
    name : str
        What to call the file in a message.
    n_bytes : int
        Its length.
    n_pixels : int, optional
        How many an image has, where that is known: so many columns without a name for the label are all pixels.

    Raises
    ------
    FileFormatError
        If it is no table of numbers, or some labels are empty, with the line.
    DataError
        If there are more values than fit, or no columns that could be pixels.
    """
    meter = ProgressMeter(f"Reading {name}", n_bytes, "bytes")
    labels: list[str] = []
    parts: list[NDArray[Any]] = []
    layout: _Layout | None = None
    line_number, n_values, itemsize = 1, 0, 1
    n_empty, line_of_empty = 0, 0
    for block in _blocks(stream, name, n_bytes):
        if meter.is_due:
            yield meter.at(min(stream.tell(), n_bytes))
        if layout is None:
            blank = len(block) - len(block.lstrip(b"\n"))
            line_number, block = line_number + blank, block[blank:]
            if not block:
                continue
            layout = _layout(block, name, n_pixels)
            if layout.has_header:
                line_number, block = line_number + 1, block[block.index(b"\n") + 1 :]
        texts, pixels = _parsed(block, layout, name, line_number)
        if "" in texts:
            n_empty += texts.count("")
            line_of_empty = line_of_empty or _line_of_row(block, texts.index("")) + line_number
        line_number += block.count(b"\n")
        n_values, itemsize = n_values + pixels.size, max(itemsize, pixels.itemsize)
        if n_values * itemsize > MAX_PIXEL_BYTES:
            raise DataError(f"{name} must hold at most {MAX_PIXEL_BYTES // itemsize:,} pixels; got more.")
        labels += texts
        parts.append(pixels)
    if layout is None or not n_values:
        raise DataError(f"{name} must hold a row of numbers for each image; got no row.")
    if 0 < n_empty < len(labels):
        raise FileFormatError(f"Line {line_of_empty:,} of {name} must have a label; got an empty one.")
    has_labels = layout.label is not None and not n_empty
    pixels = np.concatenate(parts) if len({part.dtype for part in parts}) == 1 else _joined(parts)
    return CsvTable(name, layout.header, labels if has_labels else None, pixels)


def _line_of_row(block: bytes, row: int) -> int:
    """Return which line of a block is its row of this number, both counted from 0."""
    return [number for number, line in enumerate(block.split(b"\n")) if line.strip()][row]


def _joined(parts: list[NDArray[Any]]) -> NDArray[np.float32]:
    return np.concatenate([part.astype(np.float32) for part in parts])


def _blocks(stream: BinaryIO, name: str, n_bytes: int) -> Iterator[bytes]:
    """Yield the content in pieces of whole lines, each ending in a newline and no carriage return."""
    start = stream.read(2)
    stream.seek(0)
    source: Any = gzip.GzipFile(fileobj=stream) if start == _GZIP_MAGIC else stream
    allowed = math.inf if source is stream else max(_MAX_GROWTH * n_bytes, _FREE_BYTES)
    rest, is_first = b"", True
    while True:
        try:
            piece = source.read(_PIECE_BYTES)
        except (OSError, EOFError, zlib.error) as error:
            if source is stream:
                raise
            raise FileFormatError(
                f"{name} must be an undamaged gzip file; got one that fails with: {error}."
            ) from error
        allowed -= len(piece)
        if allowed < 0:
            raise FileFormatError(
                f"{name} must grow at most {_MAX_GROWTH}fold when it is unpacked, as tables do; got more."
            )
        if is_first:
            piece, is_first = piece.removeprefix(_BYTE_ORDER_MARK), False
        lines, newline, new_rest = (rest + piece if piece else rest + b"\n").rpartition(b"\n")
        rest = new_rest
        if len(rest) > _LONGEST_LINE_BYTES:
            raise FileFormatError(f"A line of {name} must have at most {_LONGEST_LINE_BYTES:,} bytes; got more.")
        block = lines + newline
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if block:
            yield block
        if not piece:
            return


def _layout(block: bytes, name: str, n_pixels: int | None) -> _Layout:
    """Return what the first line says: separator, columns, names, and which column is the label."""
    first = _decoded(block[: block.index(b"\n")], name)
    separator = max(_SEPARATORS, key=first.count)
    if separator == "," and any(map(_DECIMAL_COMMA.fullmatch, re.split("[;\t]", first)[1:])):
        separator = ";" if ";" in first else "\t"  # there are more commas than separators: they are in the numbers
    n_columns = first.count(separator) + 1
    if n_columns > MAX_IMAGE_SIDE**2 + 1:  # one may be the label
        raise DataError(f"{name} must have at most {MAX_IMAGE_SIDE**2:,} columns of pixels; got {n_columns:,}.")
    words = [word.strip() for word in _split(first, separator)]
    # A first row of numbers after a label of letters is no header, unless they are 0, 1, 2, … as pandas has them.
    are_names = [not _is_number(word) and not _DECIMAL_COMMA.fullmatch(word) for word in words]
    has_header = sum(are_names) > 1 or any(are_names[1:2])
    has_header = has_header or (words[0].casefold() in _LABEL_NAMES and _are_counted(words[1:]))
    label = None
    if has_header:
        label = next((column for column, word in enumerate(words) if word.casefold() in _LABEL_NAMES), None)
    if label is None and len(words) != n_pixels and not _is_square(len(words)):
        if not _is_square(len(words) - 1) or len(words) < 2:
            raise DataError(
                f"{name} must have a column for each pixel of a square image, or those after one of labels, or a "
                f"column called label; got {len(words):,} columns."
            )
        label = 0
    header = tuple(word for column, word in enumerate(words) if column != label) if has_header else ()
    return _Layout(separator, len(words), has_header, label, header)


def holds_pixels(path: Path) -> bool:
    """Return whether a file looks like a table of pixels by the columns of its first line, and not like one of names.

    Raises
    ------
    StorageError
        If it cannot be read.
    """
    with open_for_reading(path) as stream:
        start = stream.read(_PEEKED_BYTES)
    first = start.lstrip().partition(b"\n")[0]
    return start.startswith(_GZIP_MAGIC) or max(first.count(mark.encode()) for mark in _SEPARATORS) >= _FEWEST_PIXELS


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _are_counted(words: Sequence[str]) -> bool:
    """Return whether words are the numbers from 0 or from 1 in their order, and more than one."""
    return len(words) > 1 and any(words == [str(first + n) for n in range(len(words))] for first in (0, 1))


def _is_square(number: int) -> bool:
    return number > 0 and math.isqrt(number) ** 2 == number


def _parsed(block: bytes, layout: _Layout, name: str, line_number: int) -> tuple[list[str], NDArray[Any]]:
    """Return the labels and the pixels of some lines."""
    values = _whole_numbers(_without_blank_lines(block), layout)
    if values is not None:
        if layout.label is None:
            texts: list[str] = []
        else:
            texts = [_TEXTS[value] for value in values[:, layout.label].tolist()]
            values = np.delete(values, layout.label, axis=1)
        return texts, values.astype(np.uint8 if values.max(initial=0) <= 255 else np.float32)
    return _any_values(_decoded(block, name).split("\n"), layout, name, line_number)


def _without_blank_lines(block: bytes) -> bytes:
    while b"\n\n" in block:
        block = block.replace(b"\n\n", b"\n")
    return block.lstrip(b"\n")


def _whole_numbers(block: bytes, layout: _Layout) -> NDArray[np.uint16] | None:
    """Return the values of lines that hold nothing but numbers of one to three digits; None for any others."""
    if not block:
        return np.empty((0, layout.n_columns), np.uint16)
    content = np.frombuffer(block, np.uint8)
    is_digit = (content >= _ZERO) & (content <= _NINE)
    ends = np.flatnonzero(~is_digit)
    separators = content[ends]
    is_end_of_line = separators == _NEWLINE
    lengths = np.diff(ends, prepend=-1) - 1
    is_plain = (
        lengths.min() >= 1
        and lengths.max() <= _MOST_DIGITS
        and bool(np.all(is_end_of_line | (separators == ord(layout.separator))))
        and ends.size % layout.n_columns == 0
        and bool(is_end_of_line[layout.n_columns - 1 :: layout.n_columns].all())
        and int(is_end_of_line.sum()) * layout.n_columns == ends.size
    )
    if not is_plain:
        return None
    digits = content - np.uint8(_ZERO)
    values: NDArray[np.uint16] = digits[ends - 1].astype(np.uint16)
    values += np.where(lengths > 1, digits[ends - 2] * np.uint16(10), np.uint16(0))
    values += np.where(lengths > 2, digits[ends - 3] * np.uint16(100), np.uint16(0))
    return values.reshape(-1, layout.n_columns)


def _any_values(
    lines: Sequence[str], layout: _Layout, name: str, line_number: int
) -> tuple[list[str], NDArray[np.float32]]:
    """Return the labels and the pixels of lines that may hold anything, or say what is wrong with them."""
    texts: list[str] = []
    numbered = [(number, line) for number, line in enumerate(lines, line_number) if line.strip()]
    pixels = np.empty((len(numbered), layout.n_columns - (layout.label is not None)), np.float32)
    for row, (number, line) in enumerate(numbered):
        words = _split(line, layout.separator)
        if len(words) != layout.n_columns:
            raise FileFormatError(
                f"Line {number:,} of {name} must have {layout.n_columns:,} values, as the first one; "
                f"got {len(words):,}."
            )
        if layout.label is not None:
            texts.append(_label(words.pop(layout.label).strip()))
        try:
            with np.errstate(over="ignore"):  # what is too large becomes infinite, which no pixel may be
                pixels[row] = words
        except (ValueError, OverflowError):
            column = next(column for column, word in enumerate(words) if not _is_number(word))
            place = column + 1 + (layout.label is not None and column >= layout.label)
            allowed = f"a number{_hint(words, column, layout)}"
            raise FileFormatError(
                f"Line {number:,}, column {place:,} of {name} must be {allowed}; got {words[column][:40]!r}."
            ) from None
    return texts, pixels


def _hint(words: Sequence[str], column: int, layout: _Layout) -> str:
    """Return what may be meant by a value that is no number: a decimal comma, or a label in the last column."""
    if _DECIMAL_COMMA.fullmatch(words[column]):
        return " with a decimal point, not a comma"
    if column == len(words) - 1 and not layout.has_header:
        return ", since the label stands in the first column or in one that a header calls label"
    return ""


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a value longer than the limit of csv, which is no number
        return line.split(separator)


def _decoded(block: bytes, name: str) -> str:
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{name} must be text in UTF-8; got the byte 0x{block[error.start]:02X}.") from None


def _label(word: str) -> str:
    """Return a label; a number without leading zeros, as those have none that are read as numbers."""
    return str(int(word)) if word.isascii() and word.isdecimal() and len(word) <= _MOST_DIGITS else word

"""Write the wire format of Protocol Buffers; see `protobuf_wire` for what it is."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Piece", "bytes_field", "text_field", "varint_field"]

Piece = bytes | memoryview
"""A stretch of a file to be written; a message is a list of them, so that weights are never copied."""


def varint_field(number: int, value: int) -> bytes:
    """Return a field that holds a whole number of 0 or more."""
    return _varint(number << 3) + _varint(value)


def bytes_field(number: int, pieces: Iterable[Piece]) -> list[Piece]:
    """Return a field that holds bytes or the pieces of a message."""
    content = list(pieces)
    return [_varint(number << 3 | 2) + _varint(sum(memoryview(piece).nbytes for piece in content)), *content]


def text_field(number: int, text: str) -> list[Piece]:
    """Return a field that holds a text."""
    return bytes_field(number, [text.encode("utf-8")])


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)

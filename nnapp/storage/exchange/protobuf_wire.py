"""Read the wire format of Protocol Buffers, as far as files of networks need it, trusting nothing.

https://protobuf.dev/programming-guides/encoding/ is the specification. A message is a row of fields; each
is a tag (the field's number and one of four wire types) and a value.

Why not the packages ``protobuf`` and ``onnx``: they are compiled, together larger than nnapp and NumPy's
other needs, and bound to each other's versions, while ONNX files of dense networks use a dozen messages.
And a reader of one's own decides its limits: here every claimed length is compared with what is really
left, no field is copied before someone asks for it, and a file may have `MAX_FIELDS` fields. Nothing
recurses: a message inside a message is opened only where the program asks for that field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnapp.errors import FileFormatError

__all__ = [
    "MAX_FIELDS",
    "Fields",
    "Message",
    "Source",
    "WireType",
    "read_varint",
]

MAX_FIELDS = 200_000
"""Most fields that a file may have; an ONNX file of 254 layers has about 20,000."""

WireType = Literal["varint", "64-bit", "bytes", "32-bit"]

_WIRE_TYPES: dict[int, WireType] = {0: "varint", 1: "64-bit", 2: "bytes", 5: "32-bit"}
_FIXED_BYTES = {"64-bit": 8, "32-bit": 4}
_MAX_VARINT_BYTES = 10
_MAX_FIELD_NUMBER = 2**29 - 1


@dataclass
class Source:
    """The file that messages are read from.

    Attributes
    ----------
    name : str
        What to call it in the sentence of an error.
    fields_left : int
        How many more fields are read before the file is refused.
    """

    name: str
    fields_left: int = MAX_FIELDS


@dataclass(frozen=True)
class Message:
    """The bytes of a message, not yet looked at.

    Attributes
    ----------
    data : memoryview
    offset : int
        Where it starts in the file.
    source : Source
    """

    data: memoryview
    offset: int
    source: Source

    def fields(self, known: Mapping[int, WireType]) -> Fields:
        """Return the fields of the message whose numbers are `known`; others are passed over.

        Raises
        ------
        FileFormatError
            If the bytes are no row of fields, a known field is of another wire type, or the file has
            too many fields. A known field of bytes where numbers are expected is taken for packed.
        """
        found: dict[int, list[int | Message]] = {}
        position = 0
        while position < len(self.data):
            self._count_field(position)
            start = position
            number, wire_type, position = self._read_tag(position)
            value, position = self._read_value(wire_type, position)
            if number in known:
                if wire_type not in (known[number], "bytes"):
                    raise self._error(start, f"field {number} must be of the type {known[number]}", wire_type)
                found.setdefault(number, []).append(value)
        return Fields(self, dict(known), found)

    def _count_field(self, position: int) -> None:
        self.source.fields_left -= 1
        if self.source.fields_left < 0:
            raise self._error(position, f"the file must have at most {MAX_FIELDS:,} fields", "more")

    def _read_tag(self, position: int) -> tuple[int, WireType, int]:
        start = position
        tag, position = self._read_varint(position)
        number, code = tag >> 3, tag & 7
        if not 1 <= number <= _MAX_FIELD_NUMBER:
            raise self._error(start, f"a field's number must be 1 to {_MAX_FIELD_NUMBER}", str(number))
        if code not in _WIRE_TYPES:
            raise self._error(start, "a field's wire type must be 0, 1, 2 or 5", str(code))
        return number, _WIRE_TYPES[code], position

    def _read_value(self, wire_type: WireType, position: int) -> tuple[int | Message, int]:
        if wire_type == "varint":
            return self._read_varint(position)
        start = position
        if wire_type == "bytes":
            length, position = self._read_varint(position)
        else:
            length = _FIXED_BYTES[wire_type]
        left = len(self.data) - position
        if length > left:
            raise self._error(start, f"a field must fit into the {left:,} bytes left", f"{length:,} bytes")
        value = self.data[position : position + length]
        if wire_type == "bytes":
            return Message(value, self.offset + position, self.source), position + length
        return int.from_bytes(value, "little"), position + length

    def _read_varint(self, position: int) -> tuple[int, int]:
        value, length = read_varint(self.data[position : position + _MAX_VARINT_BYTES])
        if not length:
            raise self._error(position, f"a whole number must end within {_MAX_VARINT_BYTES} bytes", "no end")
        return value, position + length

    def _error(self, position: int, rule: str, found: str) -> FileFormatError:
        return FileFormatError(f"At offset {self.offset + position} of {self.source.name}, {rule}; got {found}.")


@dataclass(frozen=True)
class Fields:
    """The fields of a message by number, their values not yet looked at."""

    message: Message
    known: Mapping[int, WireType]
    values: Mapping[int, Sequence[int | Message]] = field(default_factory=dict)

    def __contains__(self, number: int) -> bool:
        return number in self.values

    def messages(self, number: int) -> list[Message]:
        """Return the messages of a repeated field."""
        return [value for value in self.values.get(number, ()) if isinstance(value, Message)]

    def single_message(self, number: int) -> Message | None:
        """Return the message of a field that may be there once."""
        value = self._single(number)
        return value if isinstance(value, Message) else None

    def text(self, number: int) -> str:
        """Return a text; empty if it is left out.

        Raises
        ------
        FileFormatError
            If it is there twice, or is not UTF-8.
        """
        value = self._single(number)
        return _text(value) if isinstance(value, Message) else ""

    def texts(self, number: int) -> list[str]:
        """Return the texts of a repeated field."""
        return [_text(value) for value in self.messages(number)]

    def whole(self, number: int, default: int = 0) -> int:
        """Return a signed whole number of 64 bits."""
        value = self._single(number)
        if isinstance(value, Message):
            raise self._error(number, "of the type varint", "bytes")
        return default if value is None else _signed(value)

    def real(self, number: int, default: float = 0.0) -> float:
        """Return a float of 32 bits."""
        value = self._single(number)
        if isinstance(value, Message):
            raise self._error(number, "of the type 32-bit", "bytes")
        return default if value is None else float(np.uint32(value).view(np.float32))

    def wholes(self, number: int, limit: int) -> list[int]:
        """Return the signed whole numbers of a repeated field, packed or not, at most `limit` of them."""
        return [_signed(value) for value in self.whole_array(number, limit).tolist()]

    def whole_array(self, number: int, limit: int) -> NDArray[np.uint64]:
        """Return the whole numbers of a repeated field as they stand, packed or not.

        Raises
        ------
        FileFormatError
            If there are more than `limit`.
        """
        parts = [
            self._packed_varints(value, limit) if isinstance(value, Message) else np.array([value], np.uint64)
            for value in self.values.get(number, ())
        ]
        self._check_count(number, sum(map(len, parts)), limit)
        return np.concatenate(parts) if parts else np.empty(0, np.uint64)

    def real_array(self, number: int, dtype: DTypeLike) -> NDArray[Any]:
        """Return the floats of a repeated field, packed or not; a view of the file where it is one packed row."""
        dtype = np.dtype(dtype)
        parts: list[NDArray[Any]] = []
        for value in self.values.get(number, ()):
            data = value.data if isinstance(value, Message) else value.to_bytes(dtype.itemsize, "little")
            if len(data) % dtype.itemsize:
                raise self._error(number, f"a row of floats of {dtype.itemsize} bytes", f"{len(data):,} bytes")
            parts.append(np.frombuffer(data, dtype))
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty(0, dtype)

    def _packed_varints(self, packed: Message, limit: int) -> NDArray[np.uint64]:
        """Decode whole numbers one after the other, all first bytes at a time, then all second ones, …"""
        data = np.frombuffer(packed.data, np.uint8)
        is_last = data < 0x80
        self._check_count(self._number_of(packed), int(is_last.sum()), limit)
        ends = np.flatnonzero(is_last)
        starts = np.concatenate([np.zeros(min(1, len(ends)), ends.dtype), ends[:-1] + 1])
        lengths = ends - starts + 1
        if (len(data) and not is_last[-1]) or (len(ends) and lengths.max() > _MAX_VARINT_BYTES):
            rule = f"whole numbers that end within {_MAX_VARINT_BYTES} bytes"
            raise self._error(self._number_of(packed), rule, "one that does not")
        values = np.zeros(len(ends), np.uint64)
        for place in range(int(lengths.max(initial=0))):
            has_place = lengths > place
            digits = (data[starts[has_place] + place] & 0x7F).astype(np.uint64)
            values[has_place] |= digits << np.uint64(7 * place)
        return values

    def _number_of(self, packed: Message) -> int:
        return next(number for number, values in self.values.items() if any(value is packed for value in values))

    def _check_count(self, number: int, count: int, limit: int) -> None:
        if count > limit:
            raise self._error(number, f"at most {limit:,} numbers", f"{count:,}")

    def _single(self, number: int) -> int | Message | None:
        values = self.values.get(number, ())
        if len(values) > 1:
            # Protocol Buffers would merge them or take the last; no program writes such a file on purpose.
            raise self._error(number, "there once", f"{len(values)} of it")
        return values[0] if values else None

    def _error(self, number: int, rule: str, found: str) -> FileFormatError:
        place = f"the message at offset {self.message.offset} of {self.message.source.name}"
        return FileFormatError(f"Field {number} of {place} must be {rule}; got {found}.")


def read_varint(data: bytes | memoryview) -> tuple[int, int]:
    """Return the whole number, 0 to 2⁶⁴ − 1, that `data` starts with, and its length; length 0 if it has no end."""
    value = 0
    for index, byte in enumerate(data[:_MAX_VARINT_BYTES]):
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return value & (2**64 - 1), index + 1
    return 0, 0


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


def _text(message: Message) -> str:
    try:
        return str(message.data, "utf-8")
    except UnicodeDecodeError as error:
        place = f"at offset {message.offset + error.start} of {message.source.name}"
        raise FileFormatError(f"Text {place} must be UTF-8; got 0x{message.data[error.start]:02X}.") from None

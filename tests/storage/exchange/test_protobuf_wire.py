"""Protocol Buffers: the examples of its documentation, and every way in which bytes can lie."""

from __future__ import annotations

import struct
import time
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.errors import FileFormatError
from nnapp.storage.exchange.protobuf_wire import MAX_FIELDS, Fields, Message, Source, WireType, read_varint
from nnapp.storage.exchange.protobuf_writer import bytes_field, text_field, varint_field

KNOWN: dict[int, WireType] = {1: "varint", 2: "bytes", 3: "32-bit", 4: "64-bit", 6: "varint"}


def fields(data: bytes, offset: int = 0) -> Fields:
    return Message(memoryview(data), offset, Source("a.onnx")).fields(KNOWN)


def sentence_of(data: bytes) -> str:
    with pytest.raises(FileFormatError) as caught:
        fields(data)
    return str(caught.value)


def test_the_examples_of_the_documentation() -> None:
    """From https://protobuf.dev/programming-guides/encoding/."""
    assert fields(bytes.fromhex("08 96 01")).whole(1) == 150
    assert fields(bytes.fromhex("12 07 74 65 73 74 69 6e 67")).text(2) == "testing"
    assert fields(bytes.fromhex("32 06 03 8e 02 9e a7 05")).wholes(6, 3) == [3, 270, 86942]
    assert fields(bytes.fromhex("08 fe ff ff ff ff ff ff ff ff 01")).whole(1) == -2


def test_the_same_is_written() -> None:
    assert varint_field(1, 150) == bytes.fromhex("08 96 01")
    assert b"".join(text_field(2, "testing")) == bytes.fromhex("12 07 74 65 73 74 69 6e 67")
    assert b"".join(bytes_field(3, [varint_field(1, 150)])) == bytes.fromhex("1a 03 08 96 01")
    assert varint_field(16, 0) == bytes.fromhex("80 01 00")


def test_large_pieces_are_not_copied() -> None:
    weights = memoryview(np.zeros(1000, np.float32)).cast("B")
    assert bytes_field(9, [b"a", weights])[-1] is weights


def test_all_wire_types() -> None:
    data = varint_field(1, 7) + b"".join(text_field(2, "é")) + struct.pack("<Bf", 3 << 3 | 5, 1.5)
    found = fields(data + struct.pack("<Bd", 4 << 3 | 1, -0.1))
    assert (found.whole(1), found.text(2), found.real(3)) == (7, "é", 1.5)
    assert found.real_array(4, "<f8").tolist() == [-0.1]


def test_what_is_left_out_is_the_default() -> None:
    found = fields(b"")
    assert (found.whole(1, 5), found.text(2), found.real(3, 0.5), found.messages(2)) == (5, "", 0.5, [])
    assert found.single_message(2) is None
    assert 1 not in found


def test_unknown_fields_are_passed_over() -> None:
    unknown = varint_field(100, 1) + b"".join(text_field(101, "x")) + struct.pack("<BQ", 15 << 3 | 1, 1)
    assert fields(unknown + varint_field(1, 3) + unknown).whole(1) == 3


@pytest.mark.parametrize("packed", [True, False])
def test_numbers_may_be_packed_or_not(packed: bool) -> None:
    floats = np.array([1.5, -2, 3], "<f4")
    if packed:
        data = b"".join(bytes_field(3, [floats.tobytes()]) + bytes_field(6, [bytes([1, 2]), bytes([3])]))
    else:
        data = b"".join(struct.pack("<Bf", 3 << 3 | 5, value) for value in floats)
        data += b"".join(varint_field(6, value) for value in (1, 2, 3))
    found = fields(data)
    assert found.real_array(3, "<f4").tolist() == [1.5, -2, 3]
    assert found.whole_array(6, 3).tolist() == [1, 2, 3]


@given(st.lists(st.integers(0, 2**64 - 1), max_size=20))
def test_packed_numbers_of_any_size(values: list[int]) -> None:
    content = [varint_field(1, value)[1:] for value in values]
    assert fields(b"".join(bytes_field(6, content))).whole_array(6, 20).tolist() == values
    for value, data in zip(values, content, strict=True):
        assert read_varint(data + b"rest") == (value, len(data))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x08", "At offset 1 of a.onnx, a whole number must end"),
        (b"\x08\x80", "At offset 1 of a.onnx, a whole number must end within 10 bytes; got no end."),
        (b"\x08" + b"\x80" * 10 + b"\x01", "a whole number must end within 10 bytes; got no end"),
        (b"\x00\x01", "a field's number must be 1 to 536870911; got 0"),
        (varint_field(2**29, 1), "a field's number must be 1 to 536870911; got 536870912"),
        (b"\x0b\x0c", "a field's wire type must be 0, 1, 2 or 5; got 3"),
        (b"\x12\x05abcd", "a field must fit into the 4 bytes left; got 5 bytes"),
        (b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "got 9,223,372,036,854,775,807 bytes"),
        (b"\x1d\x00\x00", "a field must fit into the 2 bytes left; got 4 bytes"),
        (b"\x21" + bytes(7), "a field must fit into the 7 bytes left; got 8 bytes"),
        (b"\x10\x01", "field 2 must be of the type bytes; got varint"),
    ],
)
def test_bytes_that_break_the_rules(data: bytes, sentence: str) -> None:
    assert sentence in sentence_of(data)


def test_places_are_those_in_the_file() -> None:
    inner = fields(b"".join(bytes_field(2, [b"\x08\x80"])), offset=100).single_message(2)
    assert inner is not None
    with pytest.raises(FileFormatError, match=r"At offset 103 of a\.onnx"):
        inner.fields(KNOWN)


@pytest.mark.parametrize(
    ("data", "read", "sentence"),
    [
        (varint_field(1, 1) * 2, lambda found: found.whole(1), "Field 1 of the message at offset 0 of a.onnx"),
        (b"\x0a\x01\x01", lambda found: found.whole(1), "must be of the type varint; got bytes"),
        (b"\x1a\x04abcd", lambda found: found.real(3), "must be of the type 32-bit; got bytes"),
        (b"\x12\x01\xff", lambda found: found.text(2), "must be UTF-8; got 0xFF"),
        (b"\x1a\x03abc", lambda found: found.real_array(3, "<f4"), "a row of floats of 4 bytes; got 3 bytes"),
        (b"\x32\x02\x01\x80", lambda found: found.whole_array(6, 9), "that end within 10 bytes; got one that does not"),
        (b"\x32\x0c" + b"\x80" * 11 + b"\x01", lambda found: found.whole_array(6, 9), "that end within 10 bytes"),
        (b"\x32\x03\x01\x02\x03", lambda found: found.whole_array(6, 2), "at most 2 numbers; got 3"),
        (varint_field(6, 1) * 3, lambda found: found.whole_array(6, 2), "at most 2 numbers; got 3"),
    ],
)
def test_fields_that_break_the_rules(data: bytes, read: object, sentence: str) -> None:
    assert callable(read)
    with pytest.raises(FileFormatError) as caught:
        read(fields(data))
    assert sentence in str(caught.value)


def test_too_many_fields_are_refused_in_time() -> None:
    start = time.monotonic()
    assert f"the file must have at most {MAX_FIELDS:,} fields" in sentence_of(varint_field(100, 1) * (MAX_FIELDS + 1))
    assert time.monotonic() - start < 5


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(FileFormatError):
        found = fields(data)
        found.wholes(6, 100)
        found.real_array(4, "<f8")
        found.texts(2)

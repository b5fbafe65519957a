"""JSON is written in one way, and nothing is read that could not be written again."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnapp.errors import FileFormatError
from nnapp.storage import strict_json
from nnapp.storage.strict_json import (
    MAX_DEPTH,
    MAX_DIGITS,
    decode_json_object,
    encode_json_object,
    is_number,
    is_whole,
    require,
)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**MAX_DIGITS) + 1, 10**MAX_DIGITS - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(), values, max_size=4),
    max_leaves=20,
)


def nested(depth: int) -> bytes:
    """Return an object with lists inside each other, `depth` in all."""
    return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def test_encoding_is_sorted_dense_and_utf8() -> None:
    document = {"b": [1, 0.1, None, True], "ä": "ö", "a": (1, 2)}

    encoded = encode_json_object(document, "it")

    # Sorted by code point: a (0x61), b (0x62), ä (0xE4).
    assert encoded == '{"a":[1,2],"b":[1,0.1,null,true],"ä":"ö"}'.encode()


@settings(deadline=None)
@given(st.dictionaries(st.text(), json_values, max_size=5))
def test_round_trip_is_exact(document: dict[str, Any]) -> None:
    encoded = encode_json_object(document, "it")

    assert decode_json_object(encoded, "it") == document
    assert encode_json_object(decode_json_object(encoded, "it"), "it") == encoded
    assert json.loads(encoded) == document


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'{"a":"\xff"}', "it must be UTF-8; got 0xFF at its byte 6."),
        (b"", "it must be JSON; got an error at its character 0: Expecting value."),
        (b"\xef\xbb\xbf{}", "it must be JSON; got an error at its character 0: "),
        (b'{"a":1,}', "it must be JSON; got an error at its character "),
        (b"{} {}", "it must be JSON; got an error at its character 3: Extra data."),
        (b"[1]", "it must be a JSON object; got [1]."),
        (b'"' + b"x" * 100 + b'"', 'it must be a JSON object; got "' + "x" * 58 + "…."),
        (b'{"a":NaN}', "Numbers in it must be finite; got nan."),
        (b'{"a":-Infinity}', "Numbers in it must be finite; got -inf."),
        (b'{"a":1e999}', "Numbers in it must be finite; got inf."),
        (b"NaN", "Numbers in it must be finite; got nan."),
        (b'{"a":1,"b":2,"a":1}', 'Each name in an object of it must occur once; got "a" again.'),
        (b'{"a":"\\ud800"}', 'Text in it must be made of whole characters; got "\\ud800".'),
        (b'{"\\udfff":0}', 'Text in it must be made of whole characters; got "\\udfff".'),
        (b'{"a":1' + b"0" * MAX_DIGITS + b"}", "Whole numbers in it must have at most 100 digits; got more."),
        # More digits than Python converts, which it refuses with an error of its own.
        (b'{"a":-' + b"1" * 5000 + b"}", "Whole numbers in it must have at most 100 digits; got more."),
        (nested(MAX_DEPTH + 1), "it must be nested at most 32 deep; got more."),
        (b'{"a":' + b"[" * 100_000, "it must be nested at most 32 deep; got more."),
        (b"[" * 500 + b"]" * 500, "it must be nested at most 32 deep; got more."),
    ],
)
def test_what_is_refused_in_reading(data: bytes, sentence: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        decode_json_object(data, "it")
    assert str(caught.value).startswith(sentence)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (math.nan, "Numbers in it must be finite; got nan."),
        (math.inf, "Numbers in it must be finite; got inf."),
        (10**MAX_DIGITS, "Whole numbers in it must have at most 100 digits; got more."),
        ("\ud800", 'Text in it must be made of whole characters; got "\\ud800".'),
        ({1: 2}, "Names in it must be text; got 1."),
        (b"bytes", "Values in it must be of the types of JSON; got bytes."),
        ([{1, 2}], "Values in it must be of the types of JSON; got set."),
    ],
)
def test_what_is_refused_in_writing(value: Any, sentence: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        encode_json_object({"a": value}, "it")
    assert str(caught.value) == sentence


def test_limits_themselves_are_allowed() -> None:
    assert decode_json_object(nested(MAX_DEPTH), "it")
    largest = {"a": 10**MAX_DIGITS - 1, "b": -(10**MAX_DIGITS) + 1}
    assert decode_json_object(encode_json_object(largest, "it"), "it") == largest
    # A pair of surrogates is one whole character: U+1F600.
    assert decode_json_object(b'{"a":"\\ud83d\\ude00"}', "it") == {"a": "\U0001f600"}


def test_a_list_within_itself_is_too_deep() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(FileFormatError, match="nested at most 32 deep"):
        encode_json_object({"a": endless}, "it")


def test_length_is_limited_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_json, "MAX_JSON_BYTES", 7)
    assert decode_json_object(encode_json_object({"a": 1}, "it"), "it") == {"a": 1}  # {"a":1} has 7 bytes
    for refused in (lambda: encode_json_object({"a": 10}, "it"), lambda: decode_json_object(b'{"a":10}', "it")):
        with pytest.raises(FileFormatError, match=r"^it must have at most 7 bytes; got 8\.$"):
            refused()


@settings(deadline=None)
@given(st.binary(max_size=40) | st.text('{}[]",:01eE+-.truefalsn\\ud8 ', max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        document = decode_json_object(data, "it")
    except FileFormatError:
        return
    assert decode_json_object(encode_json_object(document, "it"), "it") == document


def test_true_is_no_number() -> None:
    assert [is_whole(value, 0, 3) for value in (0, 3, -1, 4, True, 1.0, "1", None)] == [True, True] + [False] * 6
    assert [is_number(value) for value in (0, 1.5, True, "1", None)] == [True, True, False, False, False]


def test_require_makes_the_sentence() -> None:
    require(True, "it", "anything", 1)
    with pytest.raises(FileFormatError) as caught:
        require(False, '"a" in it', "a number", {"b": "\x1b[31m"})
    assert str(caught.value) == '"a" in it must be a number; got {"b": "\\u001b[31m"}.'

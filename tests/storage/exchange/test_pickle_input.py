"""The bytes of a pickle, taken one after the other."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.errors import FileFormatError
from nnapp.storage.exchange.pickle_input import PickleInput, read_content


def reading(content: bytes) -> PickleInput:
    return PickleInput(content, "the file", 0)


@given(st.binary())
def test_texts_of_python_2_are_quoted_bytes(data: bytes) -> None:
    """Python 2 wrote ``repr`` of its strings; Python 3 writes its bytes alike, with a b in front."""
    assert reading(repr(data)[1:].encode() + b"\n").quoted_text() == data.decode("latin-1")


@pytest.mark.parametrize("line", [b"", b"'", b"ab", b"'ab", b"'ab\"", b"'\\q'", b"'\\x4'", b"'\\x\\\\41'", b"'\\'"])
def test_texts_that_are_not_quoted_so_are_refused(line: bytes) -> None:
    with pytest.raises(FileFormatError, match="the file must hold a pickle of arrays only; got a text"):
        reading(line + b"\n").quoted_text()


def test_escaped_texts_may_be_as_long_as_the_file() -> None:
    text = "\xff\n" * 100_000
    line = text.encode("latin-1").replace(b"\n", b"\\u000a") + b"\n"
    assert reading(line).escaped_text() == text


@pytest.mark.parametrize("wide", [b"\\u0100", b"\\U0001f600"])
def test_one_wide_character_does_not_make_a_long_text_four_times_as_long(wide: bytes) -> None:
    line = b"x" * 2_000_000 + wide + b"\n"
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError, match="a text of 2,0"):
            reading(line).escaped_text()
        assert tracemalloc.get_traced_memory()[1] < 3e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("line", "value"), [(b"00", False), (b"01", True), (b"0", 0), (b"1", 1), (b"-5", -5)])
def test_truth_values_of_the_oldest_protocols(line: bytes, value: object) -> None:
    found = reading(line + b"\n").whole_or_truth()
    assert (found, type(found)) == (value, type(value))


def test_a_file_takes_no_more_memory_than_it_is_long(tmp_path: Path) -> None:
    """A file that is asked for four gigabytes would take them first and look then."""
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    tracemalloc.start()
    try:
        with open(path, "rb") as stream:
            assert read_content(stream, 4 * 10**9, "the file") == b"abc"
        assert tracemalloc.get_traced_memory()[1] < 3e6
    finally:
        tracemalloc.stop()


def test_a_stream_that_is_longer_than_allowed() -> None:
    assert read_content(io.BytesIO(b"abc"), 3, "the file") == b"abc"
    with pytest.raises(FileFormatError, match="the file must have at most 2 bytes; got more"):
        read_content(io.BytesIO(b"abc"), 2, "the file")

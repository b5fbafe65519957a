"""Pickles are read without running anything: what is allowed, and what strangers try."""

from __future__ import annotations

import collections
import pickle
import pickletools
import sys
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.errors import FileFormatError, NnappError
from nnapp.storage.exchange import restricted_unpickler
from nnapp.storage.exchange.pickle_vocabulary import Vocabulary
from nnapp.storage.exchange.pickled_arrays import NUMPY_FUNCTIONS, NUMPY_NAMES, plain
from nnapp.storage.exchange.restricted_unpickler import read_pickle

NOTHING = Vocabulary({})
NUMPY = Vocabulary(NUMPY_FUNCTIONS, NUMPY_NAMES)
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**90), 2**90) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner, inner)
    ),
    max_leaves=12,
)


def read(content: bytes, vocabulary: Vocabulary = NOTHING) -> Any:
    return read_pickle(content, vocabulary, "the file")[0]


@given(VALUES, st.sampled_from(PROTOCOLS))
def test_plain_values_are_those_of_python(value: Any, protocol: int) -> None:
    content = pickle.dumps(value, protocol)
    assert read(content, NUMPY) == pickle.loads(content) == value


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_follows_is_left_alone(protocol: int) -> None:
    content = pickle.dumps([1], protocol)
    value, end = read_pickle(b"__" + content + b"more", NOTHING, "the file", 2)
    assert (value, end) == ([1], 2 + len(content))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_same_list_twice_stays_the_same(protocol: int) -> None:
    row = [1, 2]
    first, second = read(pickle.dumps([row, row], protocol))
    assert first is second


class Call:
    """Pickles to a call."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.reduced = (function, arguments)

    def __reduce__(self) -> Any:
        return self.reduced


ATTACKS = {
    "os.system": b"cos\nsystem\n(S'touch {mark}'\ntR.",
    "posix.system": b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x0ctouch {mark}\x85R.",
    "builtins.eval": b"cbuiltins\neval\n(V__import__('os').system('touch {mark}')\ntR.",
    "builtins.exec": b"\x80\x04\x8c\x08builtins\x8c\x04exec\x93.",
    "builtins.getattr": b"cbuiltins\ngetattr\n.",
    "builtins.eval.__call__": b"\x80\x04\x8c\x08builtins\x8c\x0deval.__call__\x93.",
    "builtins.__import__": b"c__builtin__\n__import__\n.".replace(b"__builtin__", b"builtins"),
    "__builtin__.eval": b"c__builtin__\neval\n.",
    "subprocess.Popen": b"csubprocess\nPopen\n.",
    "copyreg._reconstructor": b"ccopyreg\n_reconstructor\n.",
    "numpy.load": b"cnumpy\nload\n.",
    "numpy.testing._private.utils.runstring": b"cnumpy.testing._private.utils\nrunstring\n.",
    "numpy.core.multiarray.fromfile": b"cnumpy.core.multiarray\nfromfile\n.",
    "functools.partial": b"cfunctools\npartial\n.",
    "torch.hub.load": b"ctorch.hub\nload\n.",
    "nt.system": b"(S'x'\nint\nsystem\n.".replace(b"(S'x'\n", b"("),
    "pickle.loads": b"cpickle\nloads\n.",
    "webbrowser.open": b"\x80\x02cwebbrowser\nopen\nX\x01\x00\x00\x00x\x85R.",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_name_that_is_not_known_is_refused_by_name_and_nothing_runs(name: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with pytest.raises(FileFormatError) as caught:
        read(ATTACKS[name].replace(b"{mark}", str(mark).encode()), NUMPY)
    assert f"the file asks to run {name}, which is refused; nothing was run" in str(caught.value)
    assert not mark.exists()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_python_itself_would_run_is_refused(protocol: int, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    attack = pickle.dumps({"weights": [Call(open, str(mark), "w")]}, protocol)
    pickle.loads(attack)["weights"][0].close()
    assert mark.exists()  # so this is a program indeed
    mark.unlink()
    with pytest.raises(FileFormatError, match=r"asks to run (_?io|builtins|__builtin__)\.open"):
        read(attack, NUMPY)
    assert not mark.exists()


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_an_object_of_a_class_is_refused_by_its_name(protocol: int) -> None:
    with pytest.raises(FileFormatError, match=r"asks to run collections\.Counter"):
        read(pickle.dumps(collections.Counter("aab"), protocol), NUMPY)


class Model:
    """An object as other programs pickle theirs."""


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_object_is_refused_by_the_name_of_its_class(protocol: int) -> None:
    """Protocols 0 and 1 name `copyreg._reconstructor` first, which says nothing to a person."""
    with pytest.raises(FileFormatError, match=r"asks to run \S*test_restricted_unpickler\.Model, which is refused"):
        read(pickle.dumps([Model()], protocol), NUMPY)


@pytest.mark.parametrize("content", [b"(cnumpy\ndtype\no.", b"cnumpy\ndtype\n)\x81.", b"cnumpy\ndtype\n)}\x92."])
def test_no_object_of_a_known_name_is_made(content: bytes) -> None:
    """The operations OBJ, NEWOBJ and NEWOBJ_EX."""
    with pytest.raises(FileFormatError, match=r"asks to run numpy\.dtype, which is refused"):
        read(content, NUMPY)


@pytest.mark.parametrize(
    "one",
    [
        b"c_codecs\nencode\nq\x00X\x40\x42\x0f\x00" + b"a" * 1_000_000 + b"\x85q\x01",
        b"cnumpy._core.numeric\n_frombuffer\nq\x00(B\x40\x42\x0f\x00"
        + b"a" * 1_000_000
        + b"cnumpy\ndtype\nX\x02\x00\x00\x00u1\x85RJ\x40\x42\x0f\x00\x85X\x01\x00\x00\x00Ctq\x01",
    ],
    ids=["text", "array"],
)
def test_functions_are_not_called_again_and_again_with_the_same_megabyte(one: bytes) -> None:
    """Five bytes for each further copy, so that another megabyte of file would make 200 GB."""
    again = b"](" + b"h\x00h\x01R" * 100 + b"e."
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError, match="got the same values again and again"):
            read(one + again, NUMPY)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "content",
    [
        b"}(" + b"".join(b"\x8a\x0c" + (i * (2**61 - 1)).to_bytes(12, "little") + b"N" for i in range(50_000)) + b"u.",
        b"N" + b"".join(b"p%d\n" % (i * (2**61 - 1)) for i in range(50_000)) + b".",
    ],
    ids=["keys", "memory"],
)
def test_numbers_that_all_fall_into_one_place_of_a_dictionary_are_refused(content: bytes) -> None:
    """Python's hash of a whole number is its remainder by 2**61 - 1, so that these would take a minute."""
    started = time.monotonic()
    with pytest.raises(FileFormatError, match=r"got (a key|the place)"):
        read(content)
    assert time.monotonic() - started < 5


def test_an_unknown_operation_is_told_by_its_name() -> None:
    with pytest.raises(FileFormatError, match="got the operation EMPTY_SET"):
        read(b"\x8f.")
    with pytest.raises(FileFormatError, match="got the operation 0xff"):
        read(b"\xff.")


def test_known_programs_are_told_how_to_save_instead() -> None:
    with pytest.raises(FileFormatError, match=r"sklearn\.x\.MLP, which is refused; nothing was run \(save coefs_"):
        read(b"csklearn.x\nMLP\n.", NUMPY)


def test_a_name_cannot_smuggle_control_characters_into_the_sentence() -> None:
    with pytest.raises(FileFormatError) as caught:
        read(b"c\x1b[2Jevil\n" + b"x" * 500 + b"\n.", NUMPY)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    "content",
    [
        b"cnumpy\nndarray\n)R.",  # known, but nothing to call
        b"K\x01)R.",
        b"X\x09\x00\x00\x00os.system)R.",
        b"]K\x01b.",  # a state for a list
        b"K\x01K\x02b.",
        b"cnumpy\ndtype\n(tR.",
        b"cnumpy\ndtype\n(VO8\nI00\nI01\ntR(I3\nV>\ntb(tb.",  # a state that is none
        b"cnumpy\ndtype\n(VV100000000000\ntR.",
        b"c_codecs\nencode\n(Vx\nVrot13\ntR.",
        b"ccollections\nOrderedDict\n(K\x05tR.",
        b"Px\n.",  # something outside of the pickle
        b"K\x01Q.",
        b"\x82\x01.",  # numbers in place of names
        b"\x97.",  # a buffer outside of the file
        b"(K\x01o.",
        b"\x8f.",
    ],
)
def test_operations_that_make_no_sense_are_refused(content: bytes) -> None:
    with pytest.raises(FileFormatError, match=r"^the file "):
        read(content, NUMPY)


@pytest.mark.parametrize("operation", [info.code for info in pickletools.opcodes])
def test_every_operation_of_python_is_read_or_refused(operation: str) -> None:
    """Alone, and after values; what is read is data only."""
    code = operation.encode("latin-1")
    for before in (b"", b"(K\x01K\x02", b"]K\x01", b"}K\x01K\x02", b"]K\x01\x85"):
        try:
            value = read(before + code + b"\x01\x00\x00\x00\x00\x00\x00\x00" + b"\n.", NUMPY)
        except FileFormatError:
            continue
        assert isinstance(value, dict | list | tuple | str | bytes | int | float | None)


@pytest.mark.parametrize(
    "claim",
    [
        b"B\xff\xff\xff\xff",
        b"\x8e" + b"\xff" * 7 + b"\x7f",
        b"\x8d" + b"\xff" * 8,
        b"\x96" + (10 * 2**30).to_bytes(8, "little"),
        b"X\xff\xff\xff\xff",
        b"T\xff\xff\xff\x7f",
        b"\x8b\xff\xff\xff\x7f",
        b"\x8b\xff\xff\xff\xff",
        b"T\xff\xff\xff\xff",
        b"I" + b"9" * 10_000 + b"\n.",
        b"L" + b"9" * 60_000 + b"L\n.",
        b"V" + b"x" * 100_000,
    ],
    ids=lambda claim: claim[:6].hex(),
)
def test_claims_take_no_memory(claim: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError):
            read(claim)
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()


def test_values_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty list is one byte in the file, and 56 in memory."""
    assert restricted_unpickler._MAX_OPERATIONS * sys.getsizeof([]) < 300e6
    monkeypatch.setattr(restricted_unpickler, "_MAX_OPERATIONS", 100)
    assert read(b"]" * 99 + b".") == []
    with pytest.raises(FileFormatError, match="more than 100 operations"):
        read(b"]" * 101 + b".")


def test_nothing_is_nested_without_end() -> None:
    with pytest.raises(FileFormatError, match="nested at most 60 deep"):
        read(b"]" * 1000 + b"a" * 999 + b".")
    with pytest.raises(FileFormatError, match="nested at most"):
        read(b"]q\x00h\x00a.")  # a list in itself
    with pytest.raises(FileFormatError, match="nested at most"):
        # An array of objects that holds itself.
        read(pickle.dumps(_array_in_itself(), 2), NUMPY)


def _array_in_itself() -> np.ndarray:
    array = np.empty(1, object)
    array[0] = array
    return array


def test_lists_that_hold_each_other_twice_are_refused() -> None:
    """Thirty lists of which each holds the one before it twice make a billion values, taken apart."""
    content = b"]K\x01a" + b"q\x000](h\x00h\x00e" * 30 + b"."
    assert len(content) < 400
    with pytest.raises(FileFormatError, match="at most 10,000 values, by its length"):
        read(content)


@given(st.binary(max_size=200))
def test_random_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(NnappError):
        plain(read(content, NUMPY))


SEEDS = [pickle.dumps([[np.eye(2), np.ones(2)], {"a": np.array(["x"])}], protocol) for protocol in PROTOCOLS]


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4))
def test_broken_files_are_read_or_refused(content: bytes, changes: list[tuple[int, int]]) -> None:
    broken = bytearray(content)
    for place, value in changes:
        broken[place % len(broken)] = value
    with suppress(NnappError):
        plain(read(bytes(broken), NUMPY))

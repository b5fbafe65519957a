"""A reader of pickles that executes nothing.

A pickle is a program for a small stack machine, and Python's own reader lets it import any function and call it. This
one has the stack and the containers, but no way to import: a name is looked up in a `Vocabulary` that the caller
gives, whose few functions only put arrays together, and every other name is refused before anything is made of it.
The operations are those of https://github.com/python/cpython/blob/main/Lib/pickletools.py.

Nothing is taken on trust: lengths are compared with the bytes that are there, numbers have a longest form, the values
that a pickle makes are counted, its functions may work on few times as much as there is in it, and what it hands over
has no cycles, is not deep, and is not much larger taken apart than the pickle itself.
"""

from __future__ import annotations

import pickletools
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from nnapp.storage.exchange.pickle_extent import check_extent
from nnapp.storage.exchange.pickle_input import PickleInput
from nnapp.storage.exchange.pickle_vocabulary import (
    Global,
    PickleContentError,
    Stateful,
    Vocabulary,
    check_key,
    refusal,
)

__all__ = ["read_pickle"]

_MAX_OPERATIONS = 3_000_000  # an empty list is one byte in the file and fifty times as much in memory
_MAX_MEMO_KEY = 1 << 32
_FREE_ITEMS = 10_000
_MAX_GROWTH = 4
"""Most times that what functions work on, and what there is in the end, may be as much as the bytes of the file."""

# Protocols 0 and 1 make an object by a function that is given its class; the class says more about the file.
_RECONSTRUCTORS = ("copy_reg._reconstructor", "copyreg._reconstructor")
_CLASS_AFTER_IT = re.compile(rb"(?:p\d{1,9}\n|q.|r.{4})?\(c([^\n]{1,200})\n([^\n]{1,200})\n", re.DOTALL)


def read_pickle(
    content: bytes, vocabulary: Vocabulary, subject: str, start: int = 0, n_bytes_beside: int = 0
) -> tuple[Any, int]:
    """Return what a pickle holds, and where in `content` it ends.

    Parameters
    ----------
    content : bytes
    vocabulary : Vocabulary
    subject : str
        What it is called in the sentence of an error.
    start : int
        Where it begins.
    n_bytes_beside : int
        How much there is outside of `content` that it may refer to.

    Returns
    -------
    value
        Made of dicts, lists, tuples, texts, bytes, numbers, truth values, None, names, and what functions of the
        vocabulary return; without cycles.
    end : int

    Raises
    ------
    FileFormatError
        If the pickle is damaged, too large, or asks for a name that is not in the vocabulary.
    """
    most = _FREE_ITEMS + _MAX_GROWTH * (len(content) - start + n_bytes_beside)
    machine = _Machine(PickleInput(content, subject, start), vocabulary, subject, most)
    value = machine.run()
    end = machine.input.position
    check_extent(value, max(_FREE_ITEMS, _MAX_GROWTH * (end - start + n_bytes_beside)), subject)
    return value, end


class _Machine:
    """The stack machine; it may be used once."""

    def __init__(self, content: PickleInput, vocabulary: Vocabulary, subject: str, most_work: int) -> None:
        self.input = content
        self.vocabulary = vocabulary
        self.subject = subject
        self.work_left = most_work
        self.stack: list[Any] = []
        self.marked: list[list[Any]] = []  # the stacks below the marks
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        take, operations = self.input.take, _OPERATIONS
        try:
            for _ in range(_MAX_OPERATIONS):
                code = take(1)
                if code == b".":
                    return self.stack.pop()
                operation = operations.get(code)
                if operation is None:
                    raise self.input.wrong(f"the operation {_name_of(code)}")
                operation(self)
        except (IndexError, KeyError):
            raise self.input.wrong("an operation on values that are not there") from None
        except PickleContentError as error:
            raise self.input.wrong(str(error)) from error
        raise self.input.wrong(f"more than {_MAX_OPERATIONS:,} operations")

    # The stack ---------------------------------------------------------------------------------------

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def set_mark(self) -> None:
        self.marked.append(self.stack)
        self.stack = []

    def pop_marked(self) -> list[Any]:
        items = self.stack
        self.stack = self.marked.pop()
        return items

    def remember(self, key: int) -> None:
        if not 0 <= key < _MAX_MEMO_KEY:
            raise self.input.wrong(f"the place {key} to remember a value")
        self.memo[key] = self.stack[-1]

    def recall(self, key: int) -> None:
        self.push(self.memo[key])

    # Containers --------------------------------------------------------------------------------------

    def new_tuple(self, length: int) -> None:
        items = [self.stack.pop() for _ in range(length)]
        self.push(tuple(reversed(items)))

    def append(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, list):
            raise self.input.wrong(f"items for a {type(target).__name__}")
        target.extend(items)

    def new_dict(self) -> None:
        items = self.pop_marked()
        self.push({})
        self.set_items(items)

    def set_items(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict) or len(items) % 2:
            raise self.input.wrong(f"entries for a {type(target).__name__}")
        for key, value in zip(items[::2], items[1::2], strict=True):
            check_key(key)
            target[key] = value

    # Names -------------------------------------------------------------------------------------------

    def look_up(self, name: str) -> None:
        if name not in self.vocabulary.functions and name not in self.vocabulary.names:
            made = self.input.ahead(_CLASS_AFTER_IT) if name in _RECONSTRUCTORS else None
            raise refusal(self.subject, b".".join(made.groups()).decode("latin-1") if made else name)
        self.push(Global(name))

    def look_up_lines(self) -> None:
        module, name = self.input.name(), self.input.name()
        self.look_up(f"{module}.{name}")

    def look_up_stack(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise self.input.wrong("a name that is no text")
        self.look_up(f"{module}.{name}")

    def call(self) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        if not isinstance(function, Global) or function.name not in self.vocabulary.functions:
            self.refuse(function)
        if not isinstance(arguments, tuple):
            raise self.input.wrong("arguments that are no tuple")
        self.work_on(arguments)
        self.push(self.vocabulary.functions[function.name](*arguments))

    def refuse(self, function: Any) -> NoReturn:
        raise refusal(self.subject, function.name if isinstance(function, Global) else f"a {type(function).__name__}")

    def refuse_lines(self) -> None:
        self.look_up_lines()
        self.refuse(self.stack.pop())

    def set_state(self) -> None:
        state, value = self.stack.pop(), self.stack[-1]
        if isinstance(value, Stateful):
            self.work_on(state if isinstance(state, tuple) else ())
            value.set_state(state)
        elif not isinstance(value, dict):  # the attributes of an ordered dictionary say nothing of the network
            raise self.input.wrong(f"a state for a {type(value).__name__}")

    def refer(self, key: Any) -> None:
        if self.vocabulary.persistent is None:
            raise self.input.wrong("a reference to something outside of it")
        self.push(self.vocabulary.persistent(key))

    def work_on(self, values: Iterable[Any]) -> None:
        """Count what a function may copy, for it can be called with the same values as often as there are bytes."""
        self.work_left -= sum(len(value) for value in values if isinstance(value, str | bytes | list | tuple))
        if self.work_left < 0:
            raise self.input.wrong("the same values again and again")


def _name_of(code: bytes) -> str:
    names = (operation.name for operation in pickletools.opcodes if operation.code == code.decode("latin-1"))
    return next(names, f"0x{code.hex()}")


_Operation = Callable[[_Machine], object]

_OPERATIONS: dict[bytes, _Operation] = {
    b"\x80": lambda m: m.input.number("<B"),  # protocol: all of them are read
    b"\x95": lambda m: m.input.number("<Q"),  # the length of a frame, which only helps to read ahead
    b"(": _Machine.set_mark,
    b"0": lambda m: m.stack.pop() if m.stack else m.pop_marked(),
    b"1": lambda m: m.pop_marked(),
    b"2": lambda m: m.push(m.stack[-1]),
    # values
    b"N": lambda m: m.push(None),
    b"\x88": lambda m: m.push(True),
    b"\x89": lambda m: m.push(False),
    b"I": lambda m: m.push(m.input.whole_or_truth()),
    b"L": lambda m: m.push(m.input.parsed(int)),
    b"F": lambda m: m.push(m.input.parsed(float)),
    b"J": lambda m: m.push(m.input.number("<i")),
    b"K": lambda m: m.push(m.input.number("<B")),
    b"M": lambda m: m.push(m.input.number("<H")),
    b"\x8a": lambda m: m.push(m.input.long(m.input.number("<B"))),
    b"\x8b": lambda m: m.push(m.input.long(m.input.number("<i"))),
    b"G": lambda m: m.push(m.input.number(">d")),
    b"V": lambda m: m.push(m.input.escaped_text()),
    b"X": lambda m: m.push(m.input.text("<I")),
    b"\x8c": lambda m: m.push(m.input.text("<B")),
    b"\x8d": lambda m: m.push(m.input.text("<Q")),
    # Texts of Python 2, which were bytes.
    b"S": lambda m: m.push(m.input.quoted_text()),
    b"T": lambda m: m.push(m.input.take(m.input.number("<i")).decode("latin-1")),
    b"U": lambda m: m.push(m.input.take(m.input.number("<B")).decode("latin-1")),
    b"B": lambda m: m.push(m.input.take(m.input.number("<I"))),
    b"C": lambda m: m.push(m.input.take(m.input.number("<B"))),
    b"\x8e": lambda m: m.push(m.input.take(m.input.number("<Q"))),
    b"\x96": lambda m: m.push(m.input.take(m.input.number("<Q"))),
    # containers
    b")": lambda m: m.push(()),
    b"t": lambda m: m.push(tuple(m.pop_marked())),
    b"\x85": lambda m: m.new_tuple(1),
    b"\x86": lambda m: m.new_tuple(2),
    b"\x87": lambda m: m.new_tuple(3),
    b"]": lambda m: m.push([]),
    b"l": lambda m: m.push(m.pop_marked()),
    b"a": lambda m: m.append([m.stack.pop()]),
    b"e": lambda m: m.append(m.pop_marked()),
    b"}": lambda m: m.push({}),
    b"d": _Machine.new_dict,
    b"s": lambda m: m.set_items([m.stack.pop(-2), m.stack.pop()]),
    b"u": lambda m: m.set_items(m.pop_marked()),
    # memory
    b"p": lambda m: m.remember(m.input.parsed(int)),
    b"q": lambda m: m.remember(m.input.number("<B")),
    b"r": lambda m: m.remember(m.input.number("<I")),
    b"\x94": lambda m: m.remember(len(m.memo)),
    b"g": lambda m: m.recall(m.input.parsed(int)),
    b"h": lambda m: m.recall(m.input.number("<B")),
    b"j": lambda m: m.recall(m.input.number("<I")),
    # names
    b"c": _Machine.look_up_lines,
    b"\x93": _Machine.look_up_stack,
    b"R": _Machine.call,
    b"b": _Machine.set_state,
    b"P": lambda m: m.refer(m.input.name()),
    b"Q": lambda m: m.refer(m.stack.pop()),
    # objects of classes, which are never made
    b"i": _Machine.refuse_lines,
    b"o": lambda m: m.refuse(m.pop_marked()[0]),
    b"\x81": lambda m: m.refuse(m.stack[-2]),
    b"\x92": lambda m: m.refuse(m.stack[-3]),
}
"""What each operation does. Left out: numbers in place of names, sets, and buffers outside of the file."""

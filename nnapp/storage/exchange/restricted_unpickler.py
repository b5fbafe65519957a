"""A reader of pickles that executes nothing.

A pickle is a program for a small stack machine, and Python's own reader lets it import any function and call it. This
one has the stack and the containers, but no way to import: a name is looked up in a `Vocabulary` that the caller
gives, whose few functions only put arrays together, and every other name is refused before anything is made of it.
The operations are those of https://github.com/python/cpython/blob/main/Lib/pickletools.py.

Nothing is taken on trust: lengths are compared with the bytes that are there, numbers have a longest form, the values
that a pickle makes are counted, and what it hands over has no cycles, is not deep, and is not much larger taken apart
than the pickle itself (a list that holds another one twice, thirty times over, would be).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from nnapp.errors import FileFormatError

__all__ = ["Global", "PickleContentError", "Stateful", "Vocabulary", "read_pickle"]

_MAX_VALUES = 4_000_000  # an empty list is one byte in the file and fifty times as much in memory
_MAX_DEPTH = 60
_MAX_LINE = 1 << 16
_MAX_DIGITS = 40
_MAX_LONG_BYTES = 32
_MAX_WIDE_TEXT = 1 << 20
_FREE_ITEMS = 10_000
_SHOWN_NAME = 80
_WIDE_LEADS = re.compile(rb"[\xc4-\xff]")  # of characters that make Python take 2 or 4 bytes for every one

_HINTS = {
    "sklearn.": "save coefs_ and intercepts_ with numpy.savez instead",
    "torch.nn.": "save model.state_dict() with torch.save instead",
    "__torch__.": "save model.state_dict() with torch.save instead",
    "torch.jit.": "save model.state_dict() with torch.save instead",
    "keras.": "save model.get_weights() with numpy.savez instead",
    "tensorflow.": "save model.get_weights() with numpy.savez instead",
    "__main__.": "save its weights and biases with numpy.savez instead",
}


class PickleContentError(ValueError):
    """What a function of a vocabulary raises for arguments that make no sense; the text completes "it holds …"."""


@dataclass(frozen=True)
class Global:
    """A name that a pickle has asked for and that is known; never the thing itself."""

    name: str


@runtime_checkable
class Stateful(Protocol):
    """A value whose state a pickle may set after it is made."""

    def set_state(self, state: Any) -> None:
        """Take in the state.

        Raises
        ------
        PickleContentError
            If it makes no sense.
        """

    def parts(self) -> Sequence[Any]:
        """Return the values of the pickle that this one holds."""


@dataclass(frozen=True)
class Vocabulary:
    """What a pickle may name.

    Attributes
    ----------
    functions : mapping of str to callable
        By full name, such as "numpy.dtype"; called with what a pickle gives, so they check everything
        themselves. Only what they return is kept.
    names : frozenset of str
        Names that may be arguments but are not called.
    persistent : callable (key) -> value, optional
        What a reference to something outside of the pickle stands for.
    """

    functions: Mapping[str, Callable[..., Any]]
    names: frozenset[str] = frozenset()
    persistent: Callable[[Any], Any] | None = None


def read_pickle(content: bytes, vocabulary: Vocabulary, subject: str, start: int = 0) -> tuple[Any, int]:
    """Return what a pickle holds, and where in `content` it ends.

    Parameters
    ----------
    content : bytes
    vocabulary : Vocabulary
    subject : str
        What it is called in the sentence of an error.
    start : int
        Where it begins.

    Returns
    -------
    value
        Made of dicts, lists, tuples, texts, bytes, numbers, truth values, None, and what functions of the vocabulary
        return; without cycles, at most `_MAX_DEPTH` deep.
    end : int

    Raises
    ------
    FileFormatError
        If the pickle is damaged, too large, or asks for a name that is not in the vocabulary.
    """
    machine = _Machine(content, vocabulary, subject, start)
    value = machine.run()
    _check_extent(value, max(_FREE_ITEMS, 4 * (machine.position - start)), subject)
    return value, machine.position


@dataclass(eq=False)
class _Machine:
    """The stack machine."""

    content: bytes
    vocabulary: Vocabulary
    subject: str
    position: int
    stack: list[Any] = field(default_factory=list)
    marked: list[list[Any]] = field(default_factory=list)  # the stacks below the marks
    memo: dict[int, Any] = field(default_factory=dict)

    def run(self) -> Any:
        n_values = 0
        try:
            while True:
                code = self.take(1)
                if code == b".":
                    return self.stack.pop()
                operation = _OPERATIONS.get(code)
                if operation is None:
                    raise self.wrong(f"the operation 0x{code.hex()}")
                operation(self)
                n_values += 1
                if n_values > _MAX_VALUES:
                    raise self.wrong(f"more than {_MAX_VALUES:,} operations")
        except (IndexError, KeyError):
            raise self.wrong("an operation on values that are not there") from None
        except PickleContentError as error:
            raise self.wrong(str(error)) from error

    # What is read -----------------------------------------------------------------------------------

    def take(self, n_bytes: int) -> bytes:
        end = self.position + n_bytes
        if not 0 <= n_bytes <= len(self.content) - self.position:
            raise FileFormatError(
                f"{self.subject} must be a whole pickle; got one that needs {n_bytes:,} bytes where "
                f"{len(self.content) - self.position:,} are left."
            )
        taken = self.content[self.position : end]
        self.position = end
        return taken

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def line(self) -> bytes:
        end = self.content.find(b"\n", self.position, self.position + _MAX_LINE)
        if end < 0:
            raise self.wrong("a line without an end")
        return self.take(end - self.position + 1)[:-1]

    def digits(self) -> str:
        text = self.line().decode("latin-1").removesuffix("L")
        if len(text) > _MAX_DIGITS:
            raise self.wrong(f"a number of {len(text)} characters")
        return text

    def text(self, form: str) -> str:
        data = self.take(self.number(form))
        if len(data) > _MAX_WIDE_TEXT and _WIDE_LEADS.search(data):
            raise self.wrong(f"a text of {len(data):,} bytes")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise self.wrong("a text that is not UTF-8") from None

    def wrong(self, what: str) -> FileFormatError:
        return FileFormatError(f"{self.subject} must hold a pickle of arrays only; got {what[:200]}.")

    # What is done -----------------------------------------------------------------------------------

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop_marked(self) -> list[Any]:
        items = self.stack
        self.stack = self.marked.pop()
        return items

    def set_mark(self) -> None:
        self.marked.append(self.stack)
        self.stack = []

    def look_up(self, name: str) -> None:
        vocabulary = self.vocabulary
        if name not in vocabulary.functions and name not in vocabulary.names:
            raise _refusal(self.subject, name)
        self.push(Global(name))

    def look_up_line(self) -> None:
        module, name = (self.line().decode("latin-1") for _ in range(2))
        self.look_up(f"{module}.{name}")

    def look_up_stack(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise self.wrong("a name that is no text")
        self.look_up(f"{module}.{name}")

    def new_instance(self) -> None:
        self.look_up_line()
        raise _refusal(self.subject, self.stack.pop().name)

    def call(self) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        name = function.name if isinstance(function, Global) else ""
        if name not in self.vocabulary.functions or not isinstance(arguments, tuple):
            raise _refusal(self.subject, name or f"a {type(function).__name__}")
        self.push(self.vocabulary.functions[name](*arguments))

    def set_state(self) -> None:
        state, value = self.stack.pop(), self.stack[-1]
        if isinstance(value, Stateful):
            value.set_state(state)
        elif not isinstance(value, dict):  # the attributes of an ordered dictionary say nothing of the network
            raise self.wrong(f"a state for a {type(value).__name__}")

    def refer(self, key: Any) -> None:
        if self.vocabulary.persistent is None:
            raise self.wrong("a reference to something outside of it")
        self.push(self.vocabulary.persistent(key))

    def remember(self, key: int) -> None:
        self.memo[key] = self.stack[-1]

    def recall(self, key: int) -> None:
        self.push(self.memo[key])

    def append(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, list):
            raise self.wrong(f"items for a {type(target).__name__}")
        target.extend(items)

    def set_items(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict) or len(items) % 2:
            raise self.wrong(f"entries for a {type(target).__name__}")
        self.fill(target, items)

    def fill(self, target: dict[Any, Any], items: list[Any]) -> dict[Any, Any]:
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, str | int | float | bytes | None):
                raise self.wrong(f"a key that is a {type(key).__name__}")
            target[key] = value
        return target

    def new_dict(self) -> None:
        items = self.pop_marked()
        if len(items) % 2:
            raise self.wrong("a key without a value")
        self.push(self.fill({}, items))

    def new_tuple(self, length: int) -> None:
        items = [self.stack.pop() for _ in range(length)]
        self.push(tuple(reversed(items)))

    def new_number(self) -> None:
        text = self.digits()
        values = {"00": False, "01": True}  # the only way the oldest protocol has to write them
        self.push(values[text] if text in values else self.parsed(int, text))

    def new_long(self, n_bytes: int) -> None:
        if not 0 <= n_bytes <= _MAX_LONG_BYTES:
            raise self.wrong(f"a whole number of {n_bytes:,} bytes")
        self.push(int.from_bytes(self.take(n_bytes), "little", signed=True))

    def new_line_text(self) -> None:
        try:
            self.push(self.line().decode("raw-unicode-escape"))
        except UnicodeDecodeError:
            raise self.wrong("a text with broken escapes") from None

    def parsed(self, kind: Callable[[str], Any], text: str) -> Any:
        try:
            return kind(text)
        except ValueError:
            raise self.wrong(f"{text!r} for a number") from None


def _refusal(subject: str, name: str) -> FileFormatError:
    shown = name if len(name) <= _SHOWN_NAME else name[:_SHOWN_NAME] + "…"
    shown = "".join(character if character.isprintable() else "?" for character in shown)
    hint = next((f" ({hint})" for start, hint in _HINTS.items() if name.startswith(start)), "")
    return FileFormatError(f"{subject} asks to run {shown}, which is refused; nothing was run{hint}.")


_Operation = Callable[[_Machine], object]

_OPERATIONS: dict[bytes, _Operation] = {
    b"\x80": lambda m: m.number("<B"),  # protocol: all of them are read
    b"\x95": lambda m: m.number("<Q"),  # the length of a frame, which only helps to read ahead
    b"(": _Machine.set_mark,
    b"0": lambda m: m.stack.pop() if m.stack else m.pop_marked(),
    b"1": lambda m: m.pop_marked(),
    b"2": lambda m: m.push(m.stack[-1]),
    # values
    b"N": lambda m: m.push(None),
    b"\x88": lambda m: m.push(True),
    b"\x89": lambda m: m.push(False),
    b"I": _Machine.new_number,
    b"L": lambda m: m.push(m.parsed(int, m.digits())),
    b"F": lambda m: m.push(m.parsed(float, m.digits())),
    b"J": lambda m: m.push(m.number("<i")),
    b"K": lambda m: m.push(m.number("<B")),
    b"M": lambda m: m.push(m.number("<H")),
    b"\x8a": lambda m: m.new_long(m.number("<B")),
    b"\x8b": lambda m: m.new_long(m.number("<i")),
    b"G": lambda m: m.push(m.number(">d")),
    b"V": _Machine.new_line_text,
    b"X": lambda m: m.push(m.text("<I")),
    b"\x8c": lambda m: m.push(m.text("<B")),
    b"\x8d": lambda m: m.push(m.text("<Q")),
    # Texts of Python 2, which were bytes.
    b"T": lambda m: m.push(m.take(m.number("<i")).decode("latin-1")),
    b"U": lambda m: m.push(m.take(m.number("<B")).decode("latin-1")),
    b"B": lambda m: m.push(m.take(m.number("<I"))),
    b"C": lambda m: m.push(m.take(m.number("<B"))),
    b"\x8e": lambda m: m.push(m.take(m.number("<Q"))),
    b"\x96": lambda m: m.push(m.take(m.number("<Q"))),
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
    b"p": lambda m: m.remember(m.parsed(int, m.digits())),
    b"q": lambda m: m.remember(m.number("<B")),
    b"r": lambda m: m.remember(m.number("<I")),
    b"\x94": lambda m: m.remember(len(m.memo)),
    b"g": lambda m: m.recall(m.parsed(int, m.digits())),
    b"h": lambda m: m.recall(m.number("<B")),
    b"j": lambda m: m.recall(m.number("<I")),
    # names
    b"c": _Machine.look_up_line,
    b"\x93": _Machine.look_up_stack,
    b"i": _Machine.new_instance,
    b"R": _Machine.call,
    b"b": _Machine.set_state,
    b"P": lambda m: m.refer(m.line().decode("latin-1")),
    b"Q": lambda m: m.refer(m.stack.pop()),
}
"""What each operation does. Left out: those that make objects of classes, which are refused before, when the class is
named; numbers in place of names; sets; and buffers outside of the file."""


def _check_extent(value: Any, max_items: int, subject: str) -> None:
    """Refuse what is nested without end or too deeply, or holds the same things over and over."""
    extents: dict[int, int] = {}
    on_the_way: set[int] = set()

    def extent(part: Any, depth: int) -> int:
        if not isinstance(part, dict | list | tuple | Stateful):
            return 1
        if id(part) in extents:
            return extents[id(part)]
        if depth > _MAX_DEPTH or id(part) in on_the_way:
            raise FileFormatError(f"{subject} must be nested at most {_MAX_DEPTH} deep; got more.")
        on_the_way.add(id(part))
        items = part.values() if isinstance(part, dict) else part.parts() if isinstance(part, Stateful) else part
        total = 1 + sum(extent(item, depth + 1) for item in items)
        on_the_way.discard(id(part))
        if total > max_items:
            raise FileFormatError(f"{subject} must hold at most {max_items:,} values, by its length; got more.")
        extents[id(part)] = total
        return total

    extent(value, 0)

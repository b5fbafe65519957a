"""What a pickle may name, and the sentence that refuses every other name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nnapp.errors import FileFormatError

__all__ = ["Global", "PickleContentError", "Stateful", "Vocabulary", "check_key", "refusal"]

_SHOWN_NAME = 80
_MAX_WHOLE_KEY = 1 << 60  # whole numbers can be chosen beyond this so that all of them fall into one place of a dict

_HINTS = {
    "sklearn.": "save coefs_ and intercepts_ with numpy.savez instead",
    "joblib.": "save the weights and biases with numpy.savez instead",
    "torch.nn.": "save model.state_dict() with torch.save instead",
    "__torch__.": "save model.state_dict() with torch.save instead",
    "torch.jit.": "save model.state_dict() with torch.save instead",
    "argparse.": "save model.state_dict() alone with torch.save instead",
    "pathlib.": "save model.state_dict() alone with torch.save instead",
    "keras.": "save model.get_weights() with numpy.savez instead",
    "tensorflow.": "save model.get_weights() with numpy.savez instead",
    "__main__.": "save its state_dict() with torch.save, or its weights and biases with numpy.savez instead",
}


class PickleContentError(ValueError):
    """What a function of a vocabulary raises for arguments that make no sense; the text completes "got …"."""


@dataclass(frozen=True)
class Global:
    """A name that a pickle has asked for and that is known; never the thing itself."""

    name: str


class Stateful(ABC):
    """A value whose state a pickle may set after it is made."""

    @abstractmethod
    def set_state(self, state: Any) -> None:
        """Take in the state.

        Raises
        ------
        PickleContentError
            If it makes no sense.
        """

    @abstractmethod
    def parts(self) -> Sequence[Any]:
        """Return the values of the pickle that this one holds."""


@dataclass(frozen=True)
class Vocabulary:
    """What a pickle may name.

    Attributes
    ----------
    functions : mapping of str to callable
        By full name, such as "numpy.dtype"; called with what a pickle gives, so they check everything
        themselves. What they return takes no more memory than a few times their arguments.
    names : frozenset of str
        Names that may be arguments but are not called.
    persistent : callable (key) -> value, optional
        What a reference to something outside of the pickle stands for.
    """

    functions: Mapping[str, Callable[..., Any]]
    names: frozenset[str] = frozenset()
    persistent: Callable[[Any], Any] | None = None


def check_key(key: Any) -> None:
    """Refuse what is no key of a dictionary of names, or might be one of many that are chosen to collide.

    Raises
    ------
    PickleContentError
        If it is not a text, bytes, a number that is not too large, or None.
    """
    if not isinstance(key, str | int | float | bytes | None):
        raise PickleContentError(f"a key that is a {type(key).__name__}")
    if isinstance(key, int) and abs(key) > _MAX_WHOLE_KEY:
        raise PickleContentError("a key that is a number of more than 60 bits")


def refusal(subject: str, name: str) -> FileFormatError:
    """Return the error for a pickle that names what is not in the vocabulary."""
    shown = name if len(name) <= _SHOWN_NAME else name[:_SHOWN_NAME] + "…"
    shown = "".join(character if character.isprintable() else "?" for character in shown)
    hint = next((f" ({hint})" for start, hint in _HINTS.items() if name.startswith(start)), "")
    return FileFormatError(f"{subject} asks to run {shown}, which is refused; nothing was run{hint}.")

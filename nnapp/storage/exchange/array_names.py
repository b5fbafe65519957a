"""What the name of an array says: weights or biases, of which layer, and which way round.

There is no standard; these are the names that people and programs really use: ``W1``, ``b1``,
``weights_0``, ``coefs_0``, ``intercepts_0``, ``layer0/weight``, ``layers.0.weight``, ``fc1.bias``,
``dense_1/kernel:0``, ``Theta1``, ``wih``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nnapp.errors import NetworkError

__all__ = ["ORIENTATIONS", "ArrayName", "Orientation", "Role", "check_array_name", "parse_array_name", "shown_name"]

Orientation = Literal["outputs-inputs", "inputs-outputs"]
"""Whether the rows of a matrix of weights are the neurons of its layer, or those of the layer before."""

ORIENTATIONS: tuple[Orientation, ...] = ("outputs-inputs", "inputs-outputs")

Role = Literal["weights", "biases", "theta"]
"""A theta matrix holds the biases in front of the weights, as the input 1 (Ng, Machine Learning, week 4)."""

_MAX_NAME = 1000
_LONGEST_SHOWN = 60

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d{1,9}")
_TENSOR_NUMBER = re.compile(r":\d+\Z")  # of TensorFlow, which numbers the outputs of an operation

_ROLES: dict[str, Role] = {
    **dict.fromkeys(("weight", "weights", "kernel", "kernels", "coef", "coefs", "wih", "who"), "weights"),
    **dict.fromkeys(("bias", "biases", "intercept", "intercepts", "bih", "bho"), "biases"),
    **dict.fromkeys(("theta", "thetas"), "theta"),
}
_SHORT_ROLES: dict[str, Role] = {"w": "weights", "b": "biases"}
_INPUTS_FIRST = ("kernel", "kernels", "coef", "coefs")  # of Keras and scikit-learn
_OPTIMIZER_WORDS = frozenset(
    ("d", "m", "v", "grad", "grads", "gradient", "velocity", "momentum", "adam", "optimizer", "exp", "rmsprop")
)
_MEASURED = ("loss", "losses", "cost", "costs", "accuracy", "acc", "error", "errors", "time", "history", "confusion")
_COUNTED = ("epoch", "epochs", "step", "steps", "iter", "iterations", "seed", "size", "sizes", "shape", "layers")
_OF_TRAINING = ("learning", "lr", "train", "val", "test", "classes", "labels")
_HISTORY_WORDS = frozenset((*_MEASURED, *_COUNTED, *_OF_TRAINING))


@dataclass(frozen=True)
class ArrayName:
    """What a name says.

    Attributes
    ----------
    role : str or None
    layer : tuple of (int, str)
        The rest of the name, equal for the weights and the biases of a layer; sorts in the order of
        the layers where they are numbered.
    implied : str or None
        The orientation that the name implies.
    of_optimizer : bool
        Whether it may belong to the state of an optimizer, such as ``dW1``.
    of_history : bool
        Whether it is of something that is measured or counted.
    """

    role: Role | None
    layer: tuple[tuple[int, str], ...]
    implied: Orientation | None = None
    of_optimizer: bool = False
    of_history: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words in it, without the role."""
        return tuple(text for _, text in self.layer if text)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in it, which may say which layer it is."""
        return tuple(number for number, text in self.layer if not text)


def check_array_name(name: str, source: str) -> None:
    """Refuse a name that is longer than any program's, since a long one takes much memory to take apart.

    Raises
    ------
    NetworkError
    """
    if len(name) > _MAX_NAME:
        raise NetworkError(
            f"Names of arrays in {source} must have at most {_MAX_NAME:,} characters; got {shown_name(name)}…, "
            f"which has {len(name):,}."
        )


def shown_name(name: str) -> str:
    """Return a name for a sentence: not too long, and with nothing that a terminal takes for a command."""
    short = name[:_LONGEST_SHOWN]
    return short if short.isprintable() else ascii(short)


def parse_array_name(name: str) -> ArrayName:
    """Return what the name of an array says."""
    words = _WORD.findall(_TENSOR_NUMBER.sub("", name))
    lower = [word.lower() for word in words]
    place = _place_of_role(lower)
    # Words sort before numbers of the same place (Keras: dense, dense_1), numbers by their value.
    layer = tuple(
        (int(word), "") if word.isdigit() else (-1, word) for index, word in enumerate(lower) if index != place
    )
    of_history = not _HISTORY_WORDS.isdisjoint(lower)
    if place is None:
        return ArrayName(None, layer, of_history=of_history)
    word = lower[place]
    implied: Orientation | None = None
    if word in _INPUTS_FIRST:
        implied = "inputs-outputs"
    elif name.endswith(".weight"):  # of PyTorch
        implied = "outputs-inputs"
    return ArrayName(
        _ROLES.get(word) or _SHORT_ROLES[word],
        (*layer, *_layer_of(word)),
        implied,
        of_optimizer=not _OPTIMIZER_WORDS.isdisjoint(lower),
        of_history=of_history,
    )


def _place_of_role(words: list[str]) -> int | None:
    """Return the index of the word that tells the role; single letters only count where no word does."""
    for roles in (_ROLES, _SHORT_ROLES):
        places = [index for index, word in enumerate(words) if word in roles]
        if places:
            return places[-1]
    return None


def _layer_of(word: str) -> tuple[tuple[int, str], ...]:
    """Return the layer that is part of the word itself: ``wih`` goes from inputs to hidden, ``who`` on to outputs."""
    return {"ih": ((1, ""),), "ho": ((2, ""),)}.get(word[1:], ())

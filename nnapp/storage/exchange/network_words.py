"""What a file says in words beside its weights: activations, scale of the inputs, names of the classes.

No standard exists for these words. nnapp writes the keys of `words_of` into every format that has
room for them; the reader knows those and the ones that other programs use, such as scikit-learn's
``out_activation_``. A value is a text, a number or a list, and a text may be a list in JSON, since the
metadata of safetensors and ONNX can only be text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from math import nan, prod
from typing import Any

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.calibration import MAX_TEMPERATURE, MIN_TEMPERATURE
from nnapp.engine.losses import LOSSES
from nnapp.errors import NetworkError
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.input_scaling import UNIT_SCALING, InputScaling, input_scaling_named
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_metadata import MAX_CLASS_NAME

__all__ = ["KNOWN_KEYS", "activation_named", "described", "words_of"]

_ALL = ("activations", "activation_functions")
_HIDDEN = ("hidden_activation", "activation", "activation_function", "hidden_activations")
_OUTPUT = ("output_activation", "out_activation_", "out_activation", "output")
_SCALE = ("input_scale", "input_scaling")
_LOSS = ("loss", "cost")
_CLASSES = ("class_names", "classes_", "classes")
_SHAPE = ("input_shape",)
_TEMPERATURE = ("temperature",)

KNOWN_KEYS = frozenset((*_ALL, *_HIDDEN, *_OUTPUT, *_SCALE, *_LOSS, *_CLASSES, *_SHAPE, *_TEMPERATURE))
"""The keys that `described` understands."""

_MAX_TEXT = 1 << 20

_OTHER_WORDS = {
    "logistic": "sigmoid",
    "identity": "linear",
    "none": "linear",
    "rectifier": "relu",
    "rectified linear": "relu",
    "leakyrelu": "leaky-relu",
    "log-softmax": "softmax",
    "logsoftmax": "softmax",
}


def activation_named(word: str, source: str) -> str:
    """Return the entry of `ACTIVATIONS` that a word of another program stands for, such as "logistic".

    Raises
    ------
    NetworkError
        If nnapp has no such activation function.
    """
    name = word.strip().lower().replace("_", "-")
    name = _OTHER_WORDS.get(name, name)
    if name not in ACTIVATIONS:
        raise NetworkError(f"Activations in {source} must be of {', '.join(ACTIVATIONS)}; got {word[:60]!r}.")
    return name


def words_of(stored: StoredNetwork) -> dict[str, str]:
    """Return what is to be written beside the weights of a network, all as text."""
    metadata = stored.metadata
    words = {
        "activations": json.dumps(stored.network.activation_names),
        "input_scale": UNIT_SCALING.name,
        "class_names": json.dumps(metadata.class_names, ensure_ascii=False) if metadata.class_names else "",
        "input_shape": json.dumps(metadata.input_shape) if metadata.input_shape else "",
        "loss": metadata.loss or "",
        "temperature": "" if metadata.temperature == 1 else str(metadata.temperature),
    }
    return {key: text for key, text in words.items() if text}


def described(
    layers: tuple[tuple[Any, ...], tuple[Any, ...]],
    words: Mapping[str, Any],
    source: str,
    notes: Iterable[str] = (),
) -> ForeignNetwork:
    """Return the network of checked weights and biases, with what `words` say about it.

    Parameters
    ----------
    layers : (weights, biases)
        As `chain` returns them.
    words : mapping of str to value
        Any keys; those not in `KNOWN_KEYS` are passed over.
    source : str
        What to call the file in the sentence of an error.
    notes : iterable of str
        What else there is to tell.

    Raises
    ------
    NetworkError
        If an activation is one that nnapp does not have, or their number is not that of the layers.
    """
    weights, biases = layers
    told = list(notes)
    scaling, sentence = _input_scaling(_first(words, _SCALE), source)
    told += sentence
    names = tuple(str(name) for name in _as_list(_first(words, _CLASSES)) if name is not None)
    if names and len(names) != len(biases[-1]):
        told.append(f"{source} names {len(names)} classes for {len(biases[-1])} outputs; the names were left out.")
        names = ()
    if any(len(name) > MAX_CLASS_NAME for name in names):
        told.append(f"{source} names classes in more than {MAX_CLASS_NAME} characters; the names were left out.")
        names = ()
    shape = _shape(_first(words, _SHAPE))
    if shape and prod(shape) != weights[0].shape[1]:
        told.append(f"{source} says images of {'×'.join(map(str, shape))} pixels, which are not its inputs.")
        shape = ()
    loss = _first(words, _LOSS)
    temperature, sentence = _temperature(_first(words, _TEMPERATURE), source)
    told += sentence
    return ForeignNetwork(
        weights=weights,
        biases=biases,
        activations=_activations(words, len(weights), source),
        input_scaling=scaling,
        class_names=names,
        input_shape=shape,
        loss=loss if isinstance(loss, str) and loss in LOSSES else None,
        temperature=temperature,
        notes=tuple(told),
    )


def _first(words: Mapping[str, Any], keys: Iterable[str]) -> Any:
    """Return the value of the first key that is there, a list in JSON as a list; None if there is none."""
    value = next((words[key] for key in keys if key in words), None)
    if isinstance(value, str) and value.startswith("[") and len(value) <= _MAX_TEXT:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value


def _as_list(value: Any) -> list[Any]:
    """Return the items of a list of texts, numbers and None; of a text, its parts between commas."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")] if value else []
    if isinstance(value, list | tuple):
        return list(value) if all(isinstance(item, str | int | float | None) for item in value) else []
    return []


def _shape(value: Any) -> tuple[int, ...]:
    lengths = _as_list(value)
    is_shape = len(lengths) <= 4 and all(type(length) is int and 1 <= length <= 65_535 for length in lengths)
    return tuple(lengths) if is_shape else ()


def _input_scaling(value: Any, source: str) -> tuple[InputScaling | None, list[str]]:
    """Return the scale that a file says; one that is not understood is asked for, not guessed."""
    if value is None:
        return None, []
    if value == 255:
        return UNIT_SCALING, []  # as `.nn` files say it: a pixel p is the input p / 255
    text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    try:
        return input_scaling_named(text), []
    except NetworkError:
        return None, [f"{source} says {text[:60]!r} for the scale of its inputs, which nnapp does not know."]


def _temperature(value: Any, source: str) -> tuple[float, list[str]]:
    """Return the temperature that a file says, 1 where it says none that nnapp takes."""
    if value is None:
        return 1.0, []
    try:
        temperature = float(value)
    except (TypeError, ValueError, OverflowError):
        temperature = nan
    if MIN_TEMPERATURE <= temperature <= MAX_TEMPERATURE:
        return temperature, []
    allowed = f"numbers from {MIN_TEMPERATURE:g} to {MAX_TEMPERATURE:g}"
    return 1.0, [f"{source} says {str(value)[:60]!r} for the temperature, of which nnapp takes {allowed}."]


def _activations(words: Mapping[str, Any], n_layers: int, source: str) -> tuple[str | None, ...]:
    """Return the activation of every layer that the file says."""
    found: list[str | None] = [None] * n_layers
    hidden, output = _first(words, _HIDDEN), _first(words, _OUTPUT)
    if isinstance(hidden, str) and "," not in hidden:
        found[:-1] = [activation_named(hidden, source)] * (n_layers - 1)
    elif hidden is not None:
        names = _names(hidden, source)
        _check_count(names, n_layers - 1, "hidden layer", source)
        found[:-1] = names
    if isinstance(output, str):
        found[-1] = activation_named(output, source)
    every = _names(_first(words, _ALL), source)
    if every:
        # Some lists leave out the outputs, whose activation is then in the loss or in a key of its own.
        is_hidden_only = len(every) == n_layers - 1
        if not is_hidden_only:
            _check_count(every, n_layers, "layer", source)
        found[: len(every)] = [name or earlier for name, earlier in zip(every, found, strict=False)]
    return tuple(found)


def _names(value: Any, source: str) -> list[str | None]:
    """Return the activations that a list names, None for what it leaves open."""
    return [None if word is None else activation_named(str(word), source) for word in _as_list(value)]


def _check_count(names: Sequence[str | None], count: int, noun: str, source: str) -> None:
    if len(names) != count:
        raise NetworkError(f"Activations in {source} must be {count}, one per {noun}; got {len(names)}.")

"""What a network file says beyond sizes and weights, and the rules for it.

The keys and their rules are the specification of the JSON block of `network_file`; the file of a run
(`run_file`) shares those that describe the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from math import isfinite, prod
from typing import Any

from nnapp.digits.picture_fitting import PICTURE_MODES
from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.arrays import PIXEL_MAXIMUM
from nnapp.engine.calibration import CALIBRATED_OUTPUT, MAX_TEMPERATURE, MIN_TEMPERATURE
from nnapp.engine.losses import LOSSES
from nnapp.engine.reports import EpochReport
from nnapp.engine.settings import Settings
from nnapp.errors import FileFormatError
from nnapp.storage.strict_json import is_number, is_whole, require

__all__ = [
    "MAX_CLASS_NAME",
    "NetworkMetadata",
    "activations_in",
    "block_document",
    "class_names_in",
    "history_record",
    "input_shape_in",
    "loss_in",
    "read_block_document",
    "temperature_in",
    "training_record",
]

_MAX_EPOCH = 2**53  # the largest whole number that every reader of JSON keeps exact
_MAX_DIMENSIONS = 32

MAX_CLASS_NAME = 200
"""Most characters of the name of a class, which people are to read."""

_TRAINING_NUMBERS = ("training_loss", "learning_rate")
_VALIDATION_NUMBERS = ("validation_loss", "validation_error")


@dataclass(frozen=True)
class NetworkMetadata:
    """What is known about a network besides its layers. Everything may be left out.

    Nothing here may hold a time, a speed or a date: the same seed and settings make the same file.

    Attributes
    ----------
    loss : str or None
        Entry of `LOSSES` that the network was trained with.
    class_names : tuple of str
        One per output.
    input_shape : tuple of int
        Shape of an image, such as (height, width) in pixels; the product is the number of inputs.
    pictures : str
        What made images of the pictures it was trained on, one of `PICTURE_MODES`; "" if that is not known.
    temperature : float
        By which the logits of softmax outputs are divided wherever probabilities are told, see
        `nnapp.engine.calibration`; 1 leaves them as they are.
    training : dict
        How it was trained: settings by name, the data set and its split, see `training_record`.
    history : tuple of dict
        One per epoch, see `history_record`.
    results : dict of str to number
        What was measured, such as ``test_accuracy``.
    extra : dict
        Keys that this version does not know, kept so that saving does not lose them.
    """

    loss: str | None = None
    class_names: tuple[str, ...] = ()
    input_shape: tuple[int, ...] = ()
    pictures: str = ""
    temperature: float = 1.0
    training: dict[str, Any] = field(default_factory=dict)
    history: tuple[dict[str, Any], ...] = ()
    results: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return everything that was given as a new dict, ready to be written as JSON."""
        known = {name: getattr(self, name) for name in _OPTIONAL_KEYS}
        if self.temperature == 1:
            del known["temperature"]
        lists = {name: list(value) if isinstance(value, tuple) else value for name, value in known.items() if value}
        return self.extra | lists


_OPTIONAL_KEYS = tuple(item.name for item in fields_of(NetworkMetadata) if item.name != "extra")
_KNOWN_KEYS = ("activations", "input_scale", *_OPTIONAL_KEYS)


def training_record(
    settings: Settings, data_set: str, test_fraction: float | None = None, split_seed: int = 0
) -> dict[str, Any]:
    """Return `NetworkMetadata.training` of a run.

    That is every setting by name, ``data_set``, a name for people, and what set the test images apart, as of a
    `nnapp.storage.dataset.DataChoice`: ``test_fraction`` and ``split_seed``.
    """
    values = {item.name: getattr(settings, item.name) for item in fields_of(settings)}
    lists = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    return lists | {"data_set": data_set, "test_fraction": test_fraction, "split_seed": split_seed}


def history_record(reports: Iterable[EpochReport]) -> tuple[dict[str, Any], ...]:
    """Return `NetworkMetadata.history` of finished epochs.

    Times and speeds are left out, and a loss that is not finite becomes None, as JSON has no word for it.
    """
    names = (*_TRAINING_NUMBERS, *_VALIDATION_NUMBERS)
    return tuple(
        {"epoch": report.epoch} | {name: _finite_or_none(getattr(report, name)) for name in names} for report in reports
    )


def block_document(metadata: NetworkMetadata, activation_names: Sequence[str]) -> dict[str, Any]:
    """Return the JSON document of a network file's block, not yet checked by `read_block_document`.

    Raises
    ------
    FileFormatError
        If `extra` holds a key that has a place of its own.
    """
    for key in metadata.extra:
        require(key not in _KNOWN_KEYS, "Keys in the extra metadata", "none of " + ", ".join(_KNOWN_KEYS), key)
    return metadata.as_json() | {"activations": list(activation_names), "input_scale": int(PIXEL_MAXIMUM)}


def read_block_document(
    document: dict[str, Any], layer_sizes: Sequence[int], source: str
) -> tuple[tuple[str, ...], NetworkMetadata]:
    """Return the activations and the metadata that the JSON of a network file's block holds.

    Parameters
    ----------
    document : dict
        As `decode_json_object` returns it.
    layer_sizes : sequence of int
        Of the network in the same file, inputs first.
    source : str
        What the document is and where it stands, for the sentence of an error.

    Raises
    ------
    FileFormatError
        If a known key has a value that is not allowed or does not fit the network.
    """
    activations = activations_in(document, len(layer_sizes), source)
    scale = document.get("input_scale", PIXEL_MAXIMUM)
    require(scale == PIXEL_MAXIMUM, f'"input_scale" in {source}', f"{PIXEL_MAXIMUM:g}", scale)
    metadata = NetworkMetadata(
        loss=loss_in(document, activations[-1], source),
        class_names=class_names_in(document, layer_sizes[-1], source),
        input_shape=input_shape_in(document, layer_sizes[0], source),
        pictures=_pictures_in(document, source),
        temperature=temperature_in(document, activations[-1], source),
        training=_object_in(document, "training", source),
        history=_history_in(document, source),
        results=_results_in(document, source),
        extra={key: value for key, value in document.items() if key not in _KNOWN_KEYS},
    )
    return activations, metadata


def activations_in(document: dict[str, Any], n_layers: int, source: str) -> tuple[str, ...]:
    """Return the required ``activations``, one for every layer but the inputs, or raise `FileFormatError`."""
    subject = f'"activations" in {source}'
    names: Any = document.get("activations")
    require(isinstance(names, list), subject, "a list of names", names)
    _check_count(names, n_layers - 1, subject, "one for each layer but the inputs")
    for number, name in enumerate(names, 1):
        is_output = number == n_layers - 1
        allowed_names = [key for key, rule in ACTIVATIONS.items() if is_output or rule.for_hidden_layers]
        place = "the outputs" if is_output else f"hidden layer {number}"
        require(name in allowed_names, f"{subject} for {place}", "one of " + ", ".join(allowed_names), name)
    return tuple(names)


def loss_in(document: dict[str, Any], output_activation: str, source: str) -> str | None:
    """Return the optional ``loss``, one that the outputs allow, or raise `FileFormatError`."""
    if "loss" not in document:
        return None
    loss = document["loss"]
    allowed = [name for name, rule in LOSSES.items() if output_activation in rule.outputs]
    require(loss in allowed, f'"loss" in {source}', f"{' or '.join(allowed)} for {output_activation} outputs", loss)
    return str(loss)


def class_names_in(document: dict[str, Any], n_outputs: int, source: str) -> tuple[str, ...]:
    """Return the optional ``class_names``, none or one per output, or raise `FileFormatError`."""
    names = document.get("class_names", [])
    subject = f'"class_names" in {source}'
    require(isinstance(names, list) and all(isinstance(name, str) for name in names), subject, "a list of texts", names)
    longest = max(map(len, names), default=0)
    require(longest <= MAX_CLASS_NAME, subject, f"names of at most {MAX_CLASS_NAME} characters", longest)
    if names:
        _check_count(names, n_outputs, subject, "one for each output")
    return tuple(names)


def input_shape_in(document: dict[str, Any], n_inputs: int, source: str) -> tuple[int, ...]:
    """Return the optional ``input_shape``, whose product is the number of inputs, or raise `FileFormatError`."""
    shape = document.get("input_shape", [])
    is_shape = isinstance(shape, list) and all(is_whole(length, 1, n_inputs) for length in shape)
    fits = is_shape and (not shape or (len(shape) <= _MAX_DIMENSIONS and prod(shape) == n_inputs))
    allowed = f"a list of whole numbers whose product is {n_inputs}, the number of inputs"
    require(fits, f'"input_shape" in {source}', allowed, shape)
    return tuple(shape)


def temperature_in(document: dict[str, Any], output_activation: str, source: str) -> float:
    """Return the optional ``temperature``, 1 if there is none, or raise `FileFormatError`."""
    if "temperature" not in document:
        return 1.0
    temperature = document["temperature"]
    subject = f'"temperature" in {source}'
    is_allowed = is_number(temperature) and MIN_TEMPERATURE <= temperature <= MAX_TEMPERATURE
    require(is_allowed, subject, f"a number from {MIN_TEMPERATURE:g} to {MAX_TEMPERATURE:g}", temperature)
    allowed = f"left out for outputs other than {CALIBRATED_OUTPUT}, here {output_activation}"
    require(output_activation == CALIBRATED_OUTPUT, subject, allowed, temperature)
    return float(temperature)


def _pictures_in(document: dict[str, Any], source: str) -> str:
    pictures = document.get("pictures", "")
    is_known = isinstance(pictures, str) and pictures in ("", *PICTURE_MODES)
    require(is_known, f'"pictures" in {source}', "one of " + ", ".join(PICTURE_MODES), pictures)
    return str(pictures)


def _object_in(document: dict[str, Any], key: str, source: str) -> dict[str, Any]:
    value = document.get(key, {})
    require(isinstance(value, dict), f'"{key}" in {source}', "an object", value)
    return dict(value)


def _results_in(document: dict[str, Any], source: str) -> dict[str, Any]:
    results = _object_in(document, "results", source)
    for name, value in results.items():
        require(is_number(value), f'"results" in {source}', "numbers", {name: value})
    return results


def _history_in(document: dict[str, Any], source: str) -> tuple[dict[str, Any], ...]:
    history = document.get("history", [])
    require(isinstance(history, list), f'"history" in {source}', "a list of objects", history)
    previous = 0
    for index, entry in enumerate(history):
        require(isinstance(entry, dict), f'"history[{index}]" in {source}', "an object", entry)
        _check_epoch(entry, previous, index, source)
        previous = entry["epoch"]
    return tuple(history)


def _check_epoch(entry: dict[str, Any], previous: int, index: int, source: str) -> None:
    """Refuse an entry of the history that a graph could not be drawn from."""

    def subject(key: str) -> str:
        return f'"history[{index}].{key}" in {source}'

    epoch = entry.get("epoch")
    allowed = f"a whole number from {previous + 1}, since epochs ascend"
    require(is_whole(epoch, previous + 1, _MAX_EPOCH), subject("epoch"), allowed, epoch)
    for name in _TRAINING_NUMBERS:
        require(is_number(entry.get(name)), subject(name), "a number", entry.get(name))
    for name in _VALIDATION_NUMBERS:
        value = entry.get(name)
        require(value is None or is_number(value), subject(name), "a number or null", value)


def _finite_or_none(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _check_count(values: list[Any], count: int, subject: str, reason: str) -> None:
    if len(values) != count:
        raise FileFormatError(f"{subject} must be {count}, {reason}; got {len(values)}.")

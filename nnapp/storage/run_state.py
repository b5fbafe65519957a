"""The words and numbers of a run's state as JSON; its vectors stand beside it in the file of the run.

The keys are the fields of `TrainerState`, those of its settings and of its history the fields of
`Settings` and `EpochReport`, each of them required.
"""

from __future__ import annotations

from dataclasses import asdict
from dataclasses import fields as fields_of
from math import isfinite
from typing import Any

from nnapp.engine.reports import EpochReport, TrainerState
from nnapp.engine.settings import Settings
from nnapp.errors import FileFormatError, SettingError
from nnapp.storage.strict_json import is_number, is_whole, require

__all__ = ["VECTORS", "object_with", "read_state", "state_document"]

VECTORS = ("parameters", "best_parameters", "optimizer_memory")
"""The fields of `TrainerState` that are no JSON."""

_MAX_COUNT = 2**53  # the largest whole number that every reader of JSON keeps exact
_MAX_UINT32 = 2**32 - 1
_MAX_UINT128 = 2**128 - 1
_BIT_GENERATOR = "PCG64"
_NOT_FINITE = ("inf", "-inf", "nan")


def state_document(state: TrainerState) -> dict[str, Any]:
    """Return all of a state but its vectors, ready to be written as JSON."""
    values = {item.name: getattr(state, item.name) for item in fields_of(state) if item.name not in VECTORS}
    history = [asdict(report) for report in state.history]
    for entry in history:
        entry["validation_loss"] = _as_json_number(entry["validation_loss"])
    return values | {"settings": asdict(state.settings), "history": history}


def read_state(document: dict[str, Any], source: str) -> dict[str, Any]:
    """Return the fields of a `TrainerState`, all but its vectors, from the JSON of a run.

    Parameters
    ----------
    document : dict
        As `decode_json_object` returns it; other keys are not looked at.
    source : str
        What the document is and where it stands, for the sentence of an error.

    Raises
    ------
    FileFormatError
        If a field is missing or not allowed, or two contradict each other.
    """
    counts = {name: document.get(name) for name in ("n_updates", "batch")}
    for name, count in counts.items():
        require(is_whole(count, 0, _MAX_COUNT), f'"{name}" in {source}', "a whole number of at least 0", count)
    numbers = {name: document.get(name) for name in ("loss_sum", "learning_rate")}
    for name, number in numbers.items():
        require(is_number(number), f'"{name}" in {source}', "a number", number)
    return {
        "settings": _settings_in(document, source),
        **counts,
        **numbers,
        "dropout_state": _dropout_state_in(document, counts["batch"], source),
        "history": _history_in(document, source),
    }


def object_with(names: set[str], value: Any, subject: str) -> dict[str, Any]:
    """Return `value`, which must be an object with exactly these names.

    Raises
    ------
    FileFormatError
        If it is none, or naming what is missing or too much.
    """
    require(isinstance(value, dict), subject, "an object", value)
    for wrong, problem in ((names - value.keys(), "without"), (value.keys() - names, "with")):
        if wrong:
            allowed = ", ".join(sorted(names))
            raise FileFormatError(f"{subject} must have the keys {allowed}; got one {problem} {min(wrong)!r}.")
    return dict(value)


def _settings_in(document: dict[str, Any], source: str) -> Settings:
    subject = f'"settings" in {source}'
    values = object_with({item.name for item in fields_of(Settings)}, document.get("settings"), subject)
    if isinstance(values["hidden"], list):
        values["hidden"] = tuple(values["hidden"])
    try:
        return Settings(**values)
    except SettingError as error:
        raise FileFormatError(f"{subject} must be settings that a run can have; got some of which {error}") from error


def _dropout_state_in(document: dict[str, Any], batch: Any, source: str) -> dict[str, Any] | None:
    """Return the state of the generator within an epoch, None between epochs."""
    subject = f'"dropout_state" in {source}'
    state = document.get("dropout_state")
    if batch == 0:
        require(state is None, subject, "null between epochs", state)
        return None
    values = object_with({"bit_generator", "state", "has_uint32", "uinteger"}, state, subject)
    name = values["bit_generator"]
    require(name == _BIT_GENERATOR, f"The bit_generator of {subject}", _BIT_GENERATOR, name)
    numbers = values | object_with({"state", "inc"}, values["state"], f"The state of {subject}")
    limits = {"state": _MAX_UINT128, "inc": _MAX_UINT128, "has_uint32": 1, "uinteger": _MAX_UINT32}
    for key, high in limits.items():
        is_allowed = is_whole(numbers[key], 0, high)
        require(is_allowed, f"The {key} of {subject}", f"a whole number from 0 to {high}", numbers[key])
    return values


def _history_in(document: dict[str, Any], source: str) -> tuple[EpochReport, ...]:
    entries: Any = document.get("history")
    require(isinstance(entries, list), f'"history" in {source}', "a list of objects", entries)
    return tuple(_report_in(entry, number, source) for number, entry in enumerate(entries, 1))


def _report_in(entry: Any, number: int, source: str) -> EpochReport:
    subject = f'"history[{number - 1}]" in {source}'
    values = object_with({item.name for item in fields_of(EpochReport)}, entry, subject)
    require(is_whole(values["epoch"], number, number), f"The epoch of {subject}", str(number), values["epoch"])
    n_epochs = values["n_epochs"]
    require(is_whole(n_epochs, 1, _MAX_COUNT), f"The n_epochs of {subject}", "a whole number of at least 1", n_epochs)
    require(isinstance(values["is_best"], bool), f"The is_best of {subject}", "true or false", values["is_best"])
    if values["validation_loss"] in _NOT_FINITE:
        values["validation_loss"] = float(values["validation_loss"])
    for name in ("training_loss", "learning_rate", "seconds", "images_per_second"):
        require(is_number(values[name]), f"The {name} of {subject}", "a number", values[name])
    validation = {name: values[name] for name in ("validation_loss", "validation_error")}
    for name, value in validation.items():
        require(value is None or is_number(value), f"The {name} of {subject}", "a number or null", value)
    n_missing = list(validation.values()).count(None)
    require(n_missing in (0, 2), f"Both validation numbers of {subject}", "given, or both null", validation)
    return EpochReport(**values)


def _as_json_number(value: float | None) -> float | str | None:
    """Return `value`, or its name if it is not finite, for which JSON has no number."""
    return value if value is None or isfinite(value) else str(value)

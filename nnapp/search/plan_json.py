"""A plan as JSON: what a person writes into a configuration file, and what stands at the head of a journal.

An object with the keys

``settings``
    An object: settings that do not vary, by name. Those left out have their defaults.
``vary``
    An object: for each setting that varies its values, as a list or as a text for `parse_axis`.
``sampling``, ``budget``, ``repeats``
    As of `SearchPlan`; all may be left out, and the budget be null.
``halving``
    An object with ``first_epochs`` and ``factor``, either of which may be left out; true for both defaults; null, false
    or left out for none.

A value may be written as JSON or as the text that the command line takes.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any

from nnapp.engine.setting import Setting
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.errors import FileFormatError, SettingError
from nnapp.search.axes import Axis, parse_axis
from nnapp.search.plan import Halving, SearchPlan
from nnapp.search.plan_settings import PLAN_SETTINGS
from nnapp.storage.files import open_for_reading
from nnapp.storage.strict_json import MAX_JSON_BYTES, decode_json_object, require

__all__ = ["plan_as_json", "plan_from_json", "read_plan_document"]

_KEYS = ("settings", "vary", "sampling", "budget", "repeats", "halving")


def read_plan_document(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the JSON object in a configuration file, not looked at any further.

    Raises
    ------
    FileFormatError
        If there is none.
    StorageError
        If the file cannot be read.
    """
    with open_for_reading(path) as stream:
        return decode_json_object(stream.read(MAX_JSON_BYTES + 1), os.fspath(path))


def plan_as_json(plan: SearchPlan) -> dict[str, Any]:
    """Return the plan with nothing left out, ready to be written as JSON."""
    return {
        "settings": asdict(plan.settings),
        "vary": {axis.name: list(axis.values) for axis in plan.axes},
        "sampling": plan.sampling,
        "budget": plan.budget,
        "repeats": plan.repeats,
        "halving": None if plan.halving is None else asdict(plan.halving),
    }


def plan_from_json(document: dict[str, Any], source: str) -> SearchPlan:
    """Return the plan that a document describes.

    Parameters
    ----------
    document : dict
        As `decode_json_object` returns it.
    source : str
        Where it stands, for the sentence of an error; empty if a person has just said it.

    Raises
    ------
    FileFormatError
        If a key is unknown or its value of another form.
    SettingError
        If a setting may not have a value, or values contradict each other.
    """
    _check_names(document, _KEYS, source)
    settings = _object_in(document, "settings", source)
    vary = _object_in(document, "vary", source)
    _check_names(settings, SETTINGS, f'"settings" in {source}')
    names = [name for name in ("sampling", "budget", "repeats") if name in document]
    try:
        return SearchPlan(
            settings=Settings(**{name: _value_of(SETTINGS[name], value) for name, value in settings.items()}),
            axes=tuple(_axis_of(name, values, source) for name, values in vary.items()),
            halving=_halving_in(document, source),
            **{name: _value_of(PLAN_SETTINGS[name], document[name]) for name in names},
        )
    except SettingError as error:
        raise SettingError(f"{source}: {error}" if source else str(error), error.setting) from error


def _check_names(found: dict[str, Any], allowed: Any, subject: str) -> None:
    unknown = [name for name in found if name not in allowed]
    if unknown:
        raise FileFormatError(f"The keys of {subject} must be among {', '.join(allowed)}; got {unknown[0]!r}.")


def _object_in(document: dict[str, Any], name: str, source: str) -> dict[str, Any]:
    value = document.get(name, {})
    require(isinstance(value, dict), f'"{name}" in {source}', "an object", value)
    return {key.replace("-", "_"): item for key, item in value.items()}


def _value_of(setting: Setting, value: Any) -> Any:
    """Return the value of a setting; what is of the wrong type is left for `Setting.check` to refuse."""
    if isinstance(value, str):
        return setting.parse(value)
    return tuple(value) if isinstance(value, list) else value


def _axis_of(name: str, values: Any, source: str) -> Axis:
    if isinstance(values, str) or name not in SETTINGS:
        return parse_axis(name, str(values))
    require(isinstance(values, list), f'The values of "{name}" in {source}', "a list or a text", values)
    return Axis(name, tuple(_value_of(SETTINGS[name], value) for value in values))


def _halving_in(document: dict[str, Any], source: str) -> Halving | None:
    value = document.get("halving")
    if value is None or isinstance(value, bool):
        return Halving() if value else None
    numbers = _object_in(document, "halving", source)
    _check_names(numbers, ("first_epochs", "factor"), f'"halving" in {source}')
    return Halving(**{name: _value_of(PLAN_SETTINGS[name], value) for name, value in numbers.items()})

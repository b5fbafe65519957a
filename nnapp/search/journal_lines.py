"""The lines of a journal as bytes and as objects; `journal` is their specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields as fields_of
from typing import Any

from nnapp import __version__
from nnapp.errors import FileFormatError
from nnapp.search.data_facts import DataFacts
from nnapp.search.plan import Configuration, SearchPlan
from nnapp.search.plan_json import plan_as_json, plan_from_json
from nnapp.search.results import EpochPoint, RunResult
from nnapp.storage.run_state import object_with
from nnapp.storage.strict_json import decode_json_object, encode_json_object, is_number, is_whole, require

__all__ = ["header_line", "read_header", "read_result", "result_line"]

_FORMAT = "nnapp search 1"
_KIND = b'"nnapp search '
"""What is in the first line of this format, and of later ones."""
_MAX_COUNT = 2**53
_COLUMNS = tuple(item.name for item in fields_of(EpochPoint))
_RESULT_KEYS = {item.name for item in fields_of(RunResult)} | {"values"}


def header_line(plan: SearchPlan, data: DataFacts) -> bytes:
    """Return the first line of a journal, with its line feed."""
    document = {"format": _FORMAT, "nnapp": __version__, "plan": plan_as_json(plan), "data": data.as_json()}
    return encode_json_object(document, "The head of a journal") + b"\n"


def read_header(line: bytes, source: str) -> tuple[SearchPlan, DataFacts]:
    """Return what the first line of a journal says.

    Parameters
    ----------
    line : bytes
        Without its line feed.
    source : str
        Where it stands, for the sentence of an error.

    Raises
    ------
    FileFormatError, SettingError
        If it breaks the rules.
    """
    if _KIND not in line:
        raise FileFormatError(f"{source} must be that of the file of a search; got a file of another kind.")
    document = object_with({"format", "nnapp", "plan", "data"}, decode_json_object(line, source), source)
    require(document["format"] == _FORMAT, f'"format" in {source}', f'"{_FORMAT}"', document["format"])
    require(isinstance(document["plan"], dict), f'"plan" in {source}', "an object", document["plan"])
    return plan_from_json(document["plan"], source), DataFacts.from_json(document["data"], source)


def result_line(result: RunResult, values: Mapping[str, Any]) -> bytes:
    """Return the line of a result, with its line feed; `values` are those of its configuration."""
    document: dict[str, Any] = {item.name: getattr(result, item.name) for item in fields_of(result)}
    columns = {name: [getattr(point, name) for point in result.curves] for name in _COLUMNS}
    return encode_json_object(document | {"curves": columns, "values": dict(values)}, "A line of a journal") + b"\n"


def read_result(line: bytes, plan: SearchPlan, configurations: Sequence[Configuration], source: str) -> RunResult:
    """Return the result in a line.

    Parameters
    ----------
    line : bytes
        Without its line feed.
    plan : SearchPlan
    configurations : sequence of Configuration
        All of the plan.
    source : str
        Where the line stands, for the sentence of an error.

    Raises
    ------
    FileFormatError
        If it breaks the rules, or is of no run of the plan.
    """
    document = object_with(_RESULT_KEYS, decode_json_object(line, source), source)
    number = document["run"]
    require(is_whole(number, 1, plan.n_runs), f'"run" in {source}', f"a whole number from 1 to {plan.n_runs:,}", number)
    place, repeat = divmod(number - 1, plan.repeats)
    configuration = configurations[place]
    expected = {
        "configuration": configuration.number,
        "repeat": repeat,
        "values": {n: list(v) if isinstance(v, tuple) else v for n, v in configuration.values.items()},
    }
    for name, value in expected.items():
        require(document[name] == value, f'"{name}" in {source}', f"that of run {number} of the plan", document[name])
    last_rung = len(plan.rung_epochs) - 1
    require(is_whole(document["rung"], 0, last_rung), f'"rung" in {source}', f"0 to {last_rung}", document["rung"])
    _check_numbers(document, source)
    del document["values"]
    return RunResult(**document | {"curves": _curves_in(document, source)})


def _check_numbers(document: dict[str, Any], source: str) -> None:
    for name in ("epochs", "best_epoch", "n_parameters"):
        is_count = is_whole(document[name], 0, _MAX_COUNT)
        require(is_count, f'"{name}" in {source}', "a whole number of at least 0", document[name])
    problem = document["problem"]
    require(isinstance(problem, str), f'"problem" in {source}', "a text", problem)
    for name in ("validation_loss", "validation_error"):
        value = document[name]
        is_right = value is None if problem else is_number(value)
        require(is_right, f'"{name}" in {source}', "null" if problem else "a number", value)
    require(is_number(document["seconds"]), f'"seconds" in {source}', "a number", document["seconds"])


def _curves_in(document: dict[str, Any], source: str) -> tuple[EpochPoint, ...]:
    subject = f'"curves" in {source}'
    columns = object_with(set(_COLUMNS), document["curves"], subject)
    for name in _COLUMNS:
        column = columns[name]
        is_right = isinstance(column, list) and len(column) == document["epochs"] and all(map(is_number, column))
        require(is_right, f"The {name} of {subject}", "a list of one number for each epoch", column)
    return tuple(EpochPoint(*point) for point in zip(*(columns[name] for name in _COLUMNS), strict=True))

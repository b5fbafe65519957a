"""What values a setting takes in a search: lists and ranges as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nnapp.engine.setting import Setting
from nnapp.engine.settings import SETTINGS
from nnapp.errors import SettingError

__all__ = ["MAX_VALUES", "SEARCHABLE", "SEARCHED_FIRST", "Axis", "axis_text", "parse_axis"]

MAX_VALUES = 1000
"""Most values of one setting."""

SEARCHED_FIRST = ("hidden", "activation", "learning_rate", "batch_size", "l2", "dropout", "optimizer")
"""The settings that people search most."""

_FIXED = ("seed", "validation_fraction", "epochs", "keep")

SEARCHABLE: tuple[str, ...] = (
    *SEARCHED_FIRST,
    *(name for name in SETTINGS if name not in SEARCHED_FIRST + _FIXED),
)
"""The settings that may vary, `SEARCHED_FIRST` first; this is also the order of axes in a plan.

The others decide on which images, after how many epochs and with which weights runs are compared, and so must be the
same for all of them.
"""

_LINEAR_DIGITS, _LOGARITHMIC_DIGITS = 12, 6
"""Digits kept of the values within a range, so that they read 0.3 and not 0.30000000000000004."""

_RANGE = re.compile(
    r"(?P<low>.+?)(?: +to +|\.\.)(?P<high>.+?) *(?:, *(?P<count>\d{1,9}) +values?|: *(?P<short_count>\d{1,9}))"
    r" *(?P<log>[:,] *log)?",
    re.IGNORECASE,
)
_LEADING_ZERO = re.compile(r"0\d+")


@dataclass(frozen=True)
class Axis:
    """The values of one setting.

    Attributes
    ----------
    name : str
        One of `SEARCHABLE`.
    values : tuple
        At least one, each allowed for the setting, none twice; their order is kept.

    Raises
    ------
    SettingError
        On creation, if a value is not allowed.
    """

    name: str
    values: tuple[Any, ...]

    def __post_init__(self) -> None:
        setting = _searchable(self.name)
        for value in self.values:
            setting.check(value)
        if not 1 <= len(self.values) <= MAX_VALUES:
            raise SettingError(
                f"{setting.label} must have 1 to {MAX_VALUES:,} values to search; got {len(self.values):,}.", self.name
            )
        if len(set(self.values)) < len(self.values):
            twice = next(value for place, value in enumerate(self.values) if value in self.values[:place])
            raise SettingError(
                f"The values of {setting.label} must be different ones; got {setting.format(twice)} twice.", self.name
            )


def parse_axis(name: str, text: str) -> Axis:
    """Return the values that a person typed for a setting.

    Values are separated by commas or semicolons; hidden layer sizes, which hold commas, by semicolons alone:
    ``128, 64; 32`` is two networks. A range is written ``0.001 to 0.1, 5 values`` or ``0.001..0.1:5``, with
    ``, log`` or ``:log`` at its end for equal ratios in place of equal steps; between semicolons it may stand beside
    other values. In a range of whole numbers the values are rounded, and each occurs once.

    Parameters
    ----------
    name : str
        One of `SEARCHABLE`.
    text : str

    Raises
    ------
    SettingError
        If the setting cannot be searched, or a value is none of its own, with what it may be.
    """
    setting = _searchable(name)
    values: list[Any] = []
    for piece in text.split(";"):
        found = _RANGE.fullmatch(piece.strip())
        if found and setting.kind in ("integer", "number"):
            values += _range(setting, found)
        else:
            values += [_value(setting, part) for part in ([piece] if setting.kind == "sizes" else piece.split(","))]
    return Axis(name, tuple(values))


def axis_text(axis: Axis) -> str:
    """Return the text that `parse_axis` reads as this axis: all of its values, one by one."""
    setting = SETTINGS[axis.name]
    return ("; " if setting.kind == "sizes" else ", ").join(map(setting.format, axis.values))


def _searchable(name: str) -> Setting:
    if name not in SEARCHABLE:
        raise SettingError(f"A setting to search must be one of {', '.join(SEARCHABLE)}; got {name!r}.", name)
    return SETTINGS[name]


def _value(setting: Setting, text: str) -> Any:
    text = text.strip()
    if not text and setting.kind == "sizes":
        raise SettingError(f'{setting.label} must be written "none" for no hidden layer; got an empty value.', "hidden")
    if setting.kind == "integer" and _LEADING_ZERO.fullmatch(text):
        # "60,000" would be read as 60 and 0, which is a word for "all" to some settings.
        raise SettingError(
            f"Numbers to search must be written without a comma for thousands; got one that ends in ,{text}.",
            setting.name,
        )
    return setting.parse(text)


def _range(setting: Setting, found: re.Match[str]) -> list[Any]:
    """Return the values of a range, its ends exactly as they were written."""
    low, high = setting.parse(found["low"]), setting.parse(found["high"])
    count = int(found["count"] or found["short_count"])
    is_logarithmic = found["log"] is not None
    if not 2 <= count <= MAX_VALUES:
        raise SettingError(
            f"A range of {setting.label} must have 2 to {MAX_VALUES:,} values; got {count:,}.", setting.name
        )
    if low >= high:
        raise SettingError(
            f"A range of {setting.label} must go from a smaller to a larger number; got {found[0]!r}.", setting.name
        )
    if is_logarithmic and low <= 0:
        raise SettingError(
            f"A logarithmic range of {setting.label} must start above 0; got {found['low'].strip()}.", setting.name
        )
    shares = [place / (count - 1) for place in range(1, count - 1)]
    if is_logarithmic:
        between = [_rounded(low * (high / low) ** share, _LOGARITHMIC_DIGITS) for share in shares]
    else:
        between = [_rounded(low + (high - low) * share, _LINEAR_DIGITS) for share in shares]
    values = [low, *between, high]
    if setting.kind == "integer":
        values = [round(value) for value in values]
    # Close to its ends a range of many values may meet them again once rounded.
    return list(dict.fromkeys(min(max(value, low), high) for value in values))


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")

"""What a setting is: its limits as data, and the reading, checking and writing of its values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from nnapp.engine.network import MAX_LAYERS
from nnapp.errors import SettingError

__all__ = ["Kind", "Setting"]

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
"""Thousands set apart as limits are shown to people; "1,5" is no such number."""

Kind = Literal["integer", "number", "choice", "sizes"]


@dataclass(frozen=True)
class Setting:
    """What one setting is and which values it may have.

    Attributes
    ----------
    name : str
        Field of `Settings`.
    label : str
        Name for people.
    kind : {"integer", "number", "choice", "sizes"}
        "sizes" is a tuple of layer sizes.
    help : str
        The term explained to a beginner in one or two sentences.
    low, high : float
        Limits of a number, of an integer or of each size; both allowed unless excluded.
    excludes_low, excludes_high : bool
        Whether the limit itself is not allowed.
    unit : str
        Unit of the value, "" if it has none.
    zero : str
        Word for the value 0 ("all", "off"), "" if 0 means 0.
    choices : tuple of str
        Allowed words of a choice.
    while_running : bool
        Whether it may change during a run, from the next epoch on.
    """

    name: str
    label: str
    kind: Kind
    help: str
    low: float = 0
    high: float = 0
    excludes_low: bool = False
    excludes_high: bool = False
    unit: str = ""
    zero: str = ""
    choices: tuple[str, ...] = ()
    while_running: bool = False

    @property
    def allowed(self) -> str:
        """What the setting may be, as the end of a sentence that starts "… must be"."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        if self.kind == "sizes":
            return (
                f"at most {MAX_LAYERS - 2} whole numbers from {self.low:g} to {self.high:,g}, separated by commas, "
                "or nothing for no hidden layer"
            )
        noun = "a whole number" if self.kind == "integer" else "a number"
        low = f"greater than {_plain(self.low)}" if self.excludes_low else f"at least {_plain(self.low)}"
        high = f"less than {_plain(self.high)}" if self.excludes_high else f"at most {_plain(self.high)}"
        return f"{noun} {low} and {high}" + (f" (0 for {self.zero})" if self.zero else "")

    def check(self, value: Any) -> None:
        """Refuse a value of the wrong type or outside the limits.

        Raises
        ------
        SettingError
            With the sentence to show.
        """
        if not self._is_allowed(value):
            raise SettingError(f"{self.label} must be {self.allowed}; got {_shown(value)}.", self.name)

    def parse(self, text: str) -> Any:
        """Return the value that a person typed.

        Raises
        ------
        SettingError
            If the text is no value of this kind, or the value is outside the limits.
        """
        text = text.strip()
        try:
            value = self._read(text)
        except ValueError:
            raise SettingError(f"{self.label} must be {self.allowed}; got {text!r}.", self.name) from None
        self.check(value)
        return value

    def format(self, value: Any) -> str:
        """Return the text that `parse` reads as `value`."""
        if self.kind == "sizes":
            return ", ".join(map(str, value)) or "none"
        if self.zero and value == 0:
            return self.zero
        return repr(float(value)) if self.kind == "number" else str(value)

    def _read(self, text: str) -> Any:
        if self.kind == "choice":
            return text
        if self.kind == "sizes":
            if text.lower() in ("", "none"):
                return ()
            return tuple(int(part) for part in text.split(","))
        if self.zero and text.lower() == self.zero:
            text = "0"
        if _GROUPED.fullmatch(text):
            text = text.replace(",", "")
        return int(text) if self.kind == "integer" else float(text)

    def _is_allowed(self, value: Any) -> bool:
        if self.kind == "choice":
            return value in self.choices
        if self.kind == "sizes":
            is_short = isinstance(value, tuple) and len(value) <= MAX_LAYERS - 2
            return is_short and all(_is_integer(size) and self.low <= size <= self.high for size in value)
        if not (_is_integer(value) or (self.kind == "number" and isinstance(value, float))):
            return False
        above = value > self.low if self.excludes_low else value >= self.low
        below = value < self.high if self.excludes_high else value <= self.high
        return bool(above and below)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _plain(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)

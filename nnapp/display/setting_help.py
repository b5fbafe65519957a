"""What a tooltip says about a setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from nnapp.display.wording import option_name
from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.initializers import INITIALIZERS
from nnapp.engine.losses import LOSSES
from nnapp.engine.optimizers import OPTIMIZERS
from nnapp.engine.schedules import SCHEDULES
from nnapp.engine.setting import Setting

__all__ = ["setting_help"]


class _Described(Protocol):
    @property
    def formula(self) -> str: ...


_TABLES: dict[str, Mapping[str, _Described]] = {
    "activation": ACTIVATIONS,
    "output": ACTIVATIONS,
    "loss": LOSSES,
    "initializer": INITIALIZERS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
}
"""Where the choices of a setting are defined."""


def setting_help(setting: Setting) -> str:
    """Return the explanation of a setting, what it may be, and its option on the command line.

    Choices that are formulas are listed with them, one to a line.
    """
    if setting.name in _TABLES:
        table = _TABLES[setting.name]
        allowed = "\n".join(f"{choice}:  {table[choice].formula}" for choice in setting.choices)
    else:
        allowed = f"{setting.label} must be {setting.allowed}."
        if setting.unit and setting.kind != "sizes":
            allowed += f" It is a number of {setting.unit}."
    return f"{setting.help}\n\n{allowed}\n\nOn the command line: {option_name(setting.name)}"

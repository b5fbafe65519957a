"""What augmentation is called, and how far it goes, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nnapp.engine.augmentation import AUGMENTATIONS, Augmentation
from nnapp.engine.settings import AUGMENTATION_NAMES, SETTINGS

__all__ = ["CUSTOM", "UNCHANGED", "augmentation_amounts", "augmentation_name"]

CUSTOM = "custom"
"""What amounts are called that have no published name."""

UNCHANGED = "Images as they are"

_UNITS = {"degrees": "°", "pixels": " px", "": ""}


def augmentation_name(values: Mapping[str, Any]) -> str:
    """Return which entry of `AUGMENTATIONS` some settings are, or "custom".

    Parameters
    ----------
    values : mapping of str to value
        Settings by name; where an amount is missing, there is no name for them.
    """
    amounts = {name: values.get(name) for name in AUGMENTATION_NAMES}
    return next((name for name, named in AUGMENTATIONS.items() if vars(named) == amounts), CUSTOM)


def augmentation_amounts(augmentation: Augmentation) -> str:
    """Return all amounts in a line, "Rotation 7.5°, zoom 0.08, …, noise off", or "Images as they are"."""
    if not augmentation.is_on:
        return UNCHANGED
    amounts = (_amount(name, getattr(augmentation, name)) for name in AUGMENTATION_NAMES)
    text = ", ".join(amounts)
    return text[0].upper() + text[1:]


def _amount(name: str, value: float) -> str:
    setting = SETTINGS[name]
    return f"{setting.label.lower()} " + (f"{value:g}{_UNITS[setting.unit]}" if value else setting.zero)

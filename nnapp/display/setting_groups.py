"""How the settings are laid out for people: in which group each stands, and when it means anything."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SETTING_GROUPS", "is_used"]

SETTING_GROUPS: dict[str, tuple[str, ...]] = {
    "Network": ("hidden", "activation", "output", "loss", "initializer", "seed"),
    "Training": (
        "optimizer",
        "learning_rate",
        "momentum",
        "batch_size",
        "training_images",
        "images_per_epoch",
        "epochs",
        "schedule",
        "schedule_epochs",
        "schedule_factor",
        "warmup_epochs",
    ),
    "Regularisation": ("l2", "l1", "dropout", "label_smoothing", "gradient_clip"),
    "Augmentation": ("rotation", "zoom", "shear", "translation", "elastic", "thickness", "noise"),
    "Validation and stopping": ("validation_fraction", "early_stopping", "keep"),
}
"""Names of the settings of each group, in the order people should meet them."""

_USERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "momentum": ("optimizer", ("momentum", "nesterov")),
    "schedule_epochs": ("schedule", ("step", "plateau")),
    "schedule_factor": ("schedule", ("step", "exponential", "plateau")),
    "warmup_epochs": ("schedule", ("cosine",)),
}
"""Settings that only some choices of another setting look at: the other setting, and those choices."""


def is_used(name: str, choices: Mapping[str, object]) -> bool:
    """Return whether a setting changes anything, given the values of those that are choices.

    Parameters
    ----------
    name : str
        Field of `Settings`.
    choices : mapping of str to value
        At least "optimizer" and "schedule".
    """
    if name not in _USERS:
        return True
    other, users = _USERS[name]
    return choices[other] in users

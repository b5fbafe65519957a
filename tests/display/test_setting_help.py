from __future__ import annotations

import pytest

from nnapp.display.setting_help import setting_help
from nnapp.engine.settings import SETTINGS


@pytest.mark.parametrize("name", SETTINGS)
def test_help_explains_and_names_the_option(name: str) -> None:
    text = setting_help(SETTINGS[name])

    assert text.startswith(SETTINGS[name].help)
    assert text.endswith("--" + name.replace("_", "-"))


@pytest.mark.parametrize("name", [name for name, setting in SETTINGS.items() if setting.kind == "choice"])
def test_all_choices_are_named(name: str) -> None:
    text = setting_help(SETTINGS[name])

    assert [choice for choice in SETTINGS[name].choices if choice not in text] == []


@pytest.mark.parametrize("name", [name for name, setting in SETTINGS.items() if setting.kind != "choice"])
def test_what_is_allowed_is_said(name: str) -> None:
    assert f"{SETTINGS[name].label} must be {SETTINGS[name].allowed}." in setting_help(SETTINGS[name])


def test_formulas_are_shown() -> None:
    assert "relu:  max(0, z)" in setting_help(SETTINGS["activation"])
    assert "sgd:  w ← w − η g" in setting_help(SETTINGS["optimizer"])


def test_unit_is_named() -> None:
    assert "It is a number of epochs." in setting_help(SETTINGS["early_stopping"])

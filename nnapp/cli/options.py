"""Command line options made from the engine's table of settings."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nnapp.cli.console import warn
from nnapp.display.wording import option_name
from nnapp.engine.losses import default_loss
from nnapp.engine.presets import PRESETS
from nnapp.engine.setting import Setting
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.errors import SettingError
from nnapp.storage.datasets import Dataset, find_dataset, locate_dataset
from nnapp.storage.downloads import download_dataset
from nnapp.storage.folders import folder_for_data
from nnapp.storage.published_datasets import MNIST

__all__ = [
    "add_data_option",
    "add_json_option",
    "add_setting_options",
    "given_settings",
    "load_data",
    "settings_from",
]


def add_setting_options(parser: argparse.ArgumentParser, names: Iterable[str] = SETTINGS) -> None:
    """Add one option per setting. Values stay text until `given_settings` reads them."""
    group = parser.add_argument_group("settings")
    for name in names:
        setting = SETTINGS[name]
        group.add_argument(option_name(name), dest=name, metavar=_metavar(setting), help=_help(setting))


def _metavar(setting: Setting) -> str:
    if setting.kind == "choice":
        return "{" + ",".join(setting.choices) + "}"
    return {"sizes": "N,N,…", "integer": "N", "number": "X"}[setting.kind]


def _help(setting: Setting) -> str:
    default = setting.format(getattr(Settings(), setting.name))
    return f"{setting.help} Default: {default}.".replace("%", "%%")


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--data``."""
    parser.add_argument(
        "--data",
        metavar="DIR",
        help="folder of the four IDX files of a data set; by default MNIST, looked for in $NNAPP_DATA, data/ and the "
        "user's cache, and downloaded if it is in none of them",
    )


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print JSON, one object per line, and nothing else")


def given_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that were given as options, read and checked one by one.

    Raises
    ------
    SettingError
        For the first that is not allowed.
    """
    texts = {name: getattr(options, name, None) for name in SETTINGS}
    return {name: SETTINGS[name].parse(text) for name, text in texts.items() if text is not None}


def settings_from(preset: str | None, given: dict[str, Any]) -> Settings:
    """Return a preset (or the defaults) with the given settings in place of its own.

    A loss that was not given follows a given output activation if the preset's does not suit it.

    Raises
    ------
    SettingError
        If the preset is unknown or the settings contradict each other.
    """
    if preset is not None and preset not in PRESETS:
        raise SettingError(f"The preset must be one of {', '.join(PRESETS)}; got {preset!r}.")
    base = Settings() if preset is None else PRESETS[preset]
    if "output" in given and "loss" not in given and given["output"] != base.output:
        given = {**given, "loss": default_loss(given["output"])}
    return base.but(**given)


def load_data(folder: str | None) -> Dataset:
    """Load the data set to use, fetching MNIST first if no folder was given and none is found.

    Warnings and the download are told on stderr.
    """
    if folder is None and locate_dataset() is None:
        _download_mnist(folder_for_data())
    dataset = find_dataset(folder)
    for sentence in dataset.warnings:
        warn(sentence)
    return dataset


def _download_mnist(folder: Path) -> None:
    # Imported here because most commands never show a bar, and all should start fast.
    from tqdm import tqdm

    with tqdm(unit="B", unit_scale=True, desc=f"downloading MNIST to {folder}", disable=None) as bar:

        def show(file_name: str, received_bytes: int, total_bytes: int | None) -> None:
            bar.set_postfix_str(file_name, refresh=False)
            bar.total = total_bytes
            bar.update(received_bytes - bar.n)

        download_dataset(MNIST, folder, show)

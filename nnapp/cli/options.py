"""Command line options: settings from the engine's table, and which data set."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from nnapp.cli.console import warn
from nnapp.cli.load_bar import with_progress
from nnapp.display.wording import option_name
from nnapp.engine.losses import default_loss
from nnapp.engine.presets import PRESETS
from nnapp.engine.setting import Setting
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.errors import DataError, NnappError, SettingError, StorageError
from nnapp.storage.dataset import CHOICE_SETTINGS, DataChoice, Dataset
from nnapp.storage.datasets import loading, locate_dataset, locate_published
from nnapp.storage.preferences import load_preferences
from nnapp.storage.published_datasets import DATASETS, MNIST
from nnapp.storage.source_names import SOURCE_HELP

__all__ = [
    "add_data_options",
    "add_json_option",
    "add_setting_options",
    "add_split_options",
    "chosen_data",
    "given_settings",
    "load_data",
    "read_data",
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


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--data``, ``--test-fraction`` and ``--split-seed``. Values stay text until `chosen_data` reads them."""
    group = parser.add_argument_group("data")
    group.add_argument(
        "--data",
        metavar="SOURCE",
        help=f"{SOURCE_HELP}. By default the one remembered by `nnapp data use`, else MNIST, looked for in "
        "$NNAPP_DATA, data/ and the user's cache, and downloaded if it is in none of them",
    )
    add_split_options(group)


def add_split_options(parser: argparse._ActionsContainer) -> None:
    """Add ``--test-fraction`` and ``--split-seed`` to a parser or a group of options."""
    for setting in CHOICE_SETTINGS.values():
        parser.add_argument(option_name(setting.name), dest=setting.name, metavar=_metavar(setting), help=setting.help)


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


def chosen_data(options: argparse.Namespace) -> DataChoice:
    """Return what the options of `add_data_options` say, or else what is remembered.

    Raises
    ------
    SettingError
        If a number is none, or outside its limits.
    """
    choice = load_preferences().data if options.data is None else DataChoice(options.data)
    texts = {name: getattr(options, name) for name in CHOICE_SETTINGS}
    given = {name: CHOICE_SETTINGS[name].parse(text) for name, text in texts.items() if text is not None}
    return replace(choice, **given)


def load_data(options: argparse.Namespace) -> Dataset:
    """Load the data set that the options of `add_data_options` say by `read_data`, and tell its warnings on stderr.

    Raises
    ------
    NnappError
        If there is no such data set.
    """
    dataset, warnings = read_data(chosen_data(options), is_remembered=options.data is None)
    for sentence in warnings:
        warn(sentence)
    return dataset


def read_data(choice: DataChoice, *, is_remembered: bool) -> tuple[Dataset, tuple[str, ...]]:
    """Load a data set, fetching a published one that is not here, and return it with what a person should be warned of.

    Where no source is chosen and MNIST cannot be fetched, synthetic digits take its place. Progress is told on stderr.

    Parameters
    ----------
    choice : DataChoice
    is_remembered : bool
        Whether nobody named the source now, so that an error has to tell where it comes from.

    Raises
    ------
    NnappError
        If there is no such data set.
    """
    try:
        warnings = _fetch(choice.source)
        dataset = with_progress(loading(choice))
    except NnappError as error:
        if is_remembered and choice.source:
            raise DataError(f"{error} It is the remembered data set; `nnapp data use --forget` forgets it.") from error
        raise
    return dataset, (*warnings, *dataset.warnings)


def _fetch(source: str) -> tuple[str, ...]:
    """Download a published data set that is not here; failing to is returned, and no problem if none was asked for."""
    published = DATASETS.get(source.lower() or MNIST.folder_name)
    if published is None or (locate_published(published) if source else locate_dataset()) is not None:
        return ()
    # Imported here because what speaks to the network takes a while to load.
    from nnapp.storage.downloads import downloading

    try:
        with_progress(downloading(published))
    except (DataError, StorageError) as error:
        if source:
            raise
        return (str(error),)
    return ()

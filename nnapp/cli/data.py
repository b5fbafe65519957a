"""``nnapp data``: which data sets there are, fetch published ones, and choose which is used by default."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nnapp.cli import data_export, data_preview
from nnapp.cli.console import complain, print_json, printable
from nnapp.cli.load_bar import with_progress
from nnapp.cli.options import add_json_option, add_split_options, load_data
from nnapp.display.wording import counted, file_size
from nnapp.errors import DataError, NnappError, StorageError
from nnapp.storage.data_status import DataStatus, data_statuses, default_data
from nnapp.storage.dataset import CHOICE_SETTINGS, DataChoice, Dataset
from nnapp.storage.dataset_files import find_dataset_files
from nnapp.storage.datasets import locate_published
from nnapp.storage.folders import folder_for
from nnapp.storage.preferences import load_preferences, save_preferences
from nnapp.storage.published_datasets import DATASETS, PublishedDataset
from nnapp.storage.source_names import SOURCE_HELP

__all__ = ["add_parser"]

_ALL = "all"
_STATUS_EXAMPLES = """examples:
  nnapp data status            what is here, and what is used by default
  nnapp data status --check    compare the checksums of all files too
"""
_DOWNLOAD_EXAMPLES = """examples:
  nnapp data download mnist
  nnapp data download all
  nnapp data download fashion-mnist --to ~/data/fashion

A download that was stopped, with Ctrl-C or by a bad connection, goes on from where it was. Proxies are taken from
the environment variables http_proxy, https_proxy and no_proxy.
"""
_USE_EXAMPLES = """examples:
  nnapp data use fashion-mnist
  nnapp data use synthetic:5000
  nnapp data use ~/my-digits --test-fraction 0.25
  nnapp data use --forget
"""


def add_parser(commands: Any) -> None:
    """Add the sub-command with its own sub-commands."""
    parser = commands.add_parser(
        "data", help="see, fetch and choose data sets", description=__doc__, allow_abbrev=False
    )
    data_commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_status(data_commands)
    _add_download(data_commands)
    _add_use(data_commands)
    data_preview.add_parser(data_commands)
    data_export.add_parser(data_commands)


def _add_status(commands: Any) -> None:
    parser = _add(
        commands,
        "status",
        "show which data sets are here",
        "Show which published data sets are here, where, how large and under which licence, and which data set is used "
        "where none is named.",
        _STATUS_EXAMPLES,
    )
    parser.add_argument("--check", action="store_true", help="compare the SHA-256 of every file with the published one")
    add_json_option(parser)
    parser.set_defaults(run=_status)


def _add_download(commands: Any) -> None:
    parser = _add(
        commands,
        "download",
        "fetch a published data set",
        "Fetch a published data set from its mirrors, checked by its checksums. What is here already is not fetched "
        "again.",
        _DOWNLOAD_EXAMPLES,
    )
    parser.add_argument("name", metavar="NAME", choices=(*DATASETS, _ALL), help=f"{', '.join(DATASETS)} or {_ALL}")
    parser.add_argument(
        "--to",
        metavar="DIR",
        help="the folder to put the four files into; by default one of the set's own name in $NNAPP_DATA, in the "
        f"project's data folder or in the user's cache. With {_ALL}, a folder for each set is made in it",
    )
    add_json_option(parser)
    parser.set_defaults(run=_download)


def _add_use(commands: Any) -> None:
    parser = _add(
        commands,
        "use",
        "remember the data set to use by default",
        "Remember a data set, which every later command without --data and both windows then use. It is loaded first, "
        "and downloaded if it is a published one that is not here, so that one that cannot be used is refused.",
        _USE_EXAMPLES,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("data", metavar="SOURCE", nargs="?", help=SOURCE_HELP)
    what.add_argument("--forget", action="store_true", help="use what is found by itself again")
    add_split_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=_use)


def _add(commands: Any, name: str, summary: str, description: str, examples: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    return parser


# status -------------------------------------------------------------------------------------------


def _status(options: argparse.Namespace) -> int:
    statuses = data_statuses(check=options.check)
    default = default_data(load_preferences().data)
    if options.json:
        for status in statuses:
            print_json(asdict(status))
        print_json({"default": asdict(default.choice), "reason": default.reason})
    else:
        print("\n\n".join(map(_status_text, statuses)))
        words = shlex.join(default.choice.command_options()[1:]) or "nothing"
        print(f"\nUsed where none is named: {words} ({default.reason}).")
    return 1 if any(status.state == "damaged" for status in statuses) else 0


def _status_text(status: DataStatus) -> str:
    size = f", {file_size(status.n_bytes)}" if status.n_bytes else ""
    checked = ", checksums right" if status.is_checked and status.state == "ready" else ""
    lines = [f"{status.name} ({status.source}): {status.state}{size}{checked}"]
    lines += [f"  {status.detail.rstrip('.')}."] if status.detail else []
    return "\n".join(
        (
            *lines,
            f"  {'would go to' if status.state == 'missing' else 'in'} {status.location}",
            f"  {status.licence}",
            f"  {status.home_page}",
        )
    )


# download -----------------------------------------------------------------------------------------


def _download(options: argparse.Namespace) -> int:
    if options.name != _ALL:
        _fetch(DATASETS[options.name], _target(options, options.name), as_json=options.json)
        return 0
    are_here = [_is_fetched(published, _target(options, name), options.json) for name, published in DATASETS.items()]
    return 0 if all(are_here) else 1


def _is_fetched(published: PublishedDataset, target: Path | None, as_json: bool) -> bool:
    """Download one of several data sets; tell what went wrong and return False, since the others may be served."""
    try:
        _fetch(published, target, as_json=as_json)
    except NnappError as error:
        complain(str(error))
        return False
    return True


def _target(options: argparse.Namespace, name: str) -> Path | None:
    if options.to is None:
        return None
    folder = Path(options.to).expanduser()
    return folder / name if options.name == _ALL else folder


def _fetch(published: PublishedDataset, target: Path | None, *, as_json: bool) -> None:
    """Download one data set, and tell where it is."""
    # Imported here because what speaks to the network takes a while to load.
    from nnapp.storage.downloads import downloading

    folder = target or locate_published(published) or folder_for(published)
    was_there = folder.is_dir() and not find_dataset_files(folder).missing
    try:
        with_progress(downloading(published, folder))
    except KeyboardInterrupt:
        complain(
            f"Stopped. What has arrived of {published.name} is kept in {folder}; the same command goes on from there."
        )
        raise SystemExit(1) from None
    if as_json:
        print_json({"source": published.folder_name, "folder": str(folder.absolute()), "was_there": was_there})
        return
    done = "was already in" if was_there else "is now in"
    print(f"{published.name} {done} {folder}; its checksums are right.")
    print(f"  {published.licence}")
    source = published.folder_name if target is None or _is_found_in(target, published) else str(folder.absolute())
    print(f"  {shlex.join(['nnapp', 'train', '--data', source])}")


def _is_found_in(folder: Path, published: PublishedDataset) -> bool:
    try:
        return folder.resolve() == locate_published(published)
    except NnappError:  # what is in one of the usual places cannot be used
        return False


# use ----------------------------------------------------------------------------------------------


def _use(options: argparse.Namespace) -> int:
    preferences = load_preferences()
    dataset = None
    if options.forget:
        if any(getattr(options, name) is not None for name in CHOICE_SETTINGS):
            raise DataError("--test-fraction and --split-seed must be left out with --forget, which forgets both.")
        preferences.data = DataChoice()
    else:
        if not options.data:
            raise DataError(f"The source must be {SOURCE_HELP}; got ''.")
        dataset = load_data(options)
        preferences.data = dataset.choice
    if not save_preferences(preferences):
        raise StorageError("The choice cannot be remembered: the folder of the preferences cannot be written to.")
    if options.json:
        print_json({"data": asdict(preferences.data)})
    else:
        print(_remembered(dataset))
    return 0


def _remembered(dataset: Dataset | None) -> str:
    if dataset is None:
        default = default_data(DataChoice())
        return f"Forgotten. Used from now on: {default.choice.source} ({default.reason})."
    n_training, n_test = len(dataset.training_labels), len(dataset.test_labels)
    return (
        f"Remembered: {printable(dataset.name)}, {counted(n_training, 'training image')} and "
        f"{counted(n_test, 'test image')} in {counted(dataset.n_classes, 'class', 'classes')}. "
        "Both windows and all commands use it where none is named."
    )

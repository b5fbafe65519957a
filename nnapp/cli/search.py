"""``nnapp search``: train with many settings, side by side, and say which are best on the validation images."""

from __future__ import annotations

import argparse
import importlib
import os
import shlex
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from nnapp.cli.console import complain, remark, warn
from nnapp.cli.options import add_data_options, add_json_option, add_setting_options, load_data, read_data
from nnapp.cli.search_progress import SearchProgress
from nnapp.display.wording import option_name
from nnapp.engine.setting import Setting
from nnapp.engine.settings import SETTINGS
from nnapp.errors import ExecutorError, SettingError
from nnapp.search.data_facts import DataFacts
from nnapp.search.journal import JOURNAL_ENDING, Journal
from nnapp.search.plan import SearchPlan
from nnapp.search.plan_json import plan_from_json, read_plan_document
from nnapp.search.plan_settings import PLAN_SETTINGS
from nnapp.search.search import Search
from nnapp.storage.dataset import CHOICE_SETTINGS, Dataset
from nnapp.storage.files import check_writable, free_path, make_folder

__all__ = ["add_parser"]

_FOLDER = "searches"
_EXAMPLES = """examples:
  nnapp search --vary "hidden=64; 128, 64" --vary "learning-rate=0.0003..0.03:5:log" --epochs 5
  nnapp search --config search.json --out first.jsonl --repeats 3
  nnapp search --out first.jsonl --resume
"""
_WORKERS = Setting(
    name="workers", label="Workers", kind="integer", help="How many runs are under way at a time.", low=1, high=100_000
)
_OF_HALVING = ("first_epochs", "factor")


def add_parser(commands: Any) -> None:
    """Add the sub-command."""
    parser = commands.add_parser(
        "search",
        help="train with many settings and compare them",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--config", metavar="FILE", help="a JSON file with settings and what varies, see the documents")
    parser.add_argument(
        "--vary",
        metavar="NAME=VALUES",
        action="append",
        default=[],
        help='a setting and its values: "batch-size=16, 32, 64", "learning-rate=0.001..0.1:5:log" (five values in '
        'equal ratios), "hidden=none; 64; 128, 64". May be given several times',
    )
    for name in ("sampling", "budget", "repeats"):
        parser.add_argument(option_name(name), metavar=_metavar(name), help=PLAN_SETTINGS[name].help)
    parser.add_argument(
        "--halving",
        action="store_true",
        help="stop configurations that are clearly losing early (successive halving): after a few epochs the best "
        "share goes on, for more epochs, and so on",
    )
    for name in _OF_HALVING:
        parser.add_argument(option_name(name), metavar=_metavar(name), help=PLAN_SETTINGS[name].help)
    parser.add_argument(
        "--out",
        metavar="FILE.jsonl",
        help=f"the journal, where each result is recorded at once; by default a new file in {_FOLDER}/. The networks "
        "are saved in a folder beside it",
    )
    parser.add_argument("--resume", action="store_true", help="go on with the search of the journal that --out names")
    parser.add_argument("--workers", metavar="N", help=f"{_WORKERS.help} By default one for each core")
    parser.add_argument(
        "--executor",
        metavar="MODULE:CALLABLE",
        help="a callable that returns a concurrent.futures.Executor, such as one of Dask, whose workers do the runs in "
        "place of processes of this machine; it is handed everything at once unless --workers is given",
    )
    add_data_options(parser)
    add_json_option(parser)
    add_setting_options(parser)
    parser.set_defaults(run=_run)


def _metavar(name: str) -> str:
    return "{" + ",".join(PLAN_SETTINGS[name].choices) + "}" if PLAN_SETTINGS[name].choices else "N"


def _run(options: argparse.Namespace) -> int:
    n_workers = _WORKERS.parse(options.workers) if options.workers is not None else None
    is_interrupted = False
    with _executor(options.executor) as executor:
        journal, dataset = _resumed(options) if options.resume else _begun(options)
        progress = SearchProgress(journal, as_json=options.json)
        search = Search(
            journal.plan,
            dataset.training_images,
            dataset.training_labels,
            journal,
            executor=executor,
            n_workers=n_workers,
        )
        # An interrupt may come anywhere: the journal is whole after each of its lines.
        with progress, closing(search.run()) as reports:
            try:
                for report in reports:
                    progress.show(report)
            except KeyboardInterrupt:
                is_interrupted = True
    progress.show_end(is_interrupted=is_interrupted)
    if is_interrupted:
        complain(f"Stopped on request. `{_command_to_resume(options, journal)}` goes on.")
    return 1 if is_interrupted else 0


def _begun(options: argparse.Namespace) -> tuple[Journal, Dataset]:
    """Return the journal of a new search, and its data."""
    plan = _plan(options)
    if options.out is not None:
        check_writable(options.out)
    dataset = load_data(options)
    plan.check_images(dataset.training_labels)
    return Journal.create(options.out or _free_path(), plan, DataFacts.of(dataset)), dataset


def _resumed(options: argparse.Namespace) -> tuple[Journal, Dataset]:
    """Return the journal of a search that goes on, and its data."""
    if options.out is None:
        raise SettingError("To resume a search, --out must name its journal; got none.")
    journal = Journal.open(options.out)
    if _describes_plan(options) and _plan(options) != journal.plan:
        raise SettingError(
            f"A search that is resumed has its plan already, so {options.out} alone is enough; got another plan."
        )
    if journal.note:
        remark(journal.note)
    if options.data is not None:
        return journal, load_data(options)
    dataset, warnings = read_data(journal.data.choice, is_remembered=False)
    for sentence in warnings:
        warn(sentence)
    return journal, dataset


def _describes_plan(options: argparse.Namespace) -> bool:
    names = ("config", "vary", "halving", *PLAN_SETTINGS, *SETTINGS)
    return any(getattr(options, name) not in (None, False, []) for name in names)


def _plan(options: argparse.Namespace) -> SearchPlan:
    """Return the plan of the configuration file, with what the options say in place of it."""
    document = {} if options.config is None else read_plan_document(options.config)
    settings = {name: getattr(options, name) for name in SETTINGS if getattr(options, name) is not None}
    vary = dict(map(_named_values, options.vary))
    for key, given in (("settings", settings), ("vary", vary)):
        earlier = document.get(key, {})
        if given and isinstance(earlier, dict):  # anything else is refused below
            document[key] = {name.replace("-", "_"): value for name, value in earlier.items()} | given
    for name in ("sampling", "budget", "repeats"):
        text = getattr(options, name)
        if text is not None:
            document[name] = PLAN_SETTINGS[name].parse(text)
    numbers = {name: getattr(options, name) for name in _OF_HALVING if getattr(options, name) is not None}
    if options.halving or numbers:
        earlier = document.get("halving")
        base = earlier if isinstance(earlier, dict) else {}
        document["halving"] = base | {name: PLAN_SETTINGS[name].parse(text) for name, text in numbers.items()}
    return plan_from_json(document, options.config or "")


def _named_values(text: str) -> tuple[str, str]:
    name, mark, values = text.partition("=")
    if not mark:
        raise SettingError(f"--vary must be the name of a setting, an equals sign and values; got {text!r}.")
    return name.strip().replace("-", "_"), values


def _free_path() -> Path:
    """Return a path for a journal where nothing is yet."""
    make_folder(_FOLDER)
    return free_path(_FOLDER, f"search{JOURNAL_ENDING}")


@contextmanager
def _executor(name: str | None) -> Iterator[Executor | None]:
    """Make the executor that ``MODULE:CALLABLE`` names, and shut it down in the end."""
    if name is None:
        yield None
        return
    executor = _made(name)
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False)
        raise
    executor.shutdown()


def _made(name: str) -> Executor:
    module_name, mark, attribute = name.partition(":")
    if not (module_name and mark and attribute):
        raise SettingError(f"--executor must be a module, a colon and a callable in it; got {name!r}.")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())  # as `python -m` does
    try:
        make = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError) as error:
        raise ExecutorError(f"--executor must name a callable that can be imported; got {name!r}: {error}.") from error
    executor = make() if callable(make) else make
    if not isinstance(executor, Executor):
        raise ExecutorError(
            f"{name} must return a concurrent.futures.Executor; got something of type {type(executor).__name__}."
        )
    return executor


def _command_to_resume(options: argparse.Namespace, journal: Journal) -> str:
    words = ["nnapp", "search", "--out", str(journal.path), "--resume"]
    for name in ("data", *CHOICE_SETTINGS, "workers", "executor"):
        value = getattr(options, name)
        if value is not None:
            words += [option_name(name), value]
    return shlex.join(words)

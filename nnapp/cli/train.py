"""``nnapp train``: build or load a network, train it, save it and say how good it is."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

from nnapp.cli.console import complain, evaluation_as_json, evaluation_table, print_json, remark
from nnapp.cli.network_data import load_data_for, load_data_of_run
from nnapp.cli.options import (
    add_data_options,
    add_json_option,
    add_setting_options,
    given_settings,
    load_data,
    settings_from,
)
from nnapp.cli.progress import TrainingProgress
from nnapp.display.wording import option_name
from nnapp.engine.augmentation import AUGMENTATIONS
from nnapp.engine.evaluation import Evaluation, evaluate
from nnapp.engine.losses import default_loss
from nnapp.engine.presets import PRESETS
from nnapp.engine.reports import EpochReport
from nnapp.engine.settings import Settings
from nnapp.engine.splits import split_for_training
from nnapp.engine.trainer import Trainer
from nnapp.errors import DivergenceError, NnappError, SettingError, StorageError
from nnapp.storage.dataset import Dataset
from nnapp.storage.files import check_writable
from nnapp.storage.network_file import read_network, write_network
from nnapp.storage.network_metadata import NetworkMetadata
from nnapp.storage.run_file import network_path_of
from nnapp.storage.trained_networks import (
    continue_training,
    free_network_path,
    parse_snapshot_epochs,
    rescue_path,
    save_training,
    snapshot_path,
    training_metadata,
)

__all__ = ["add_parser"]

_OF_NEW_NETWORKS = ("hidden", "activation", "output", "initializer")


def add_parser(commands: Any) -> None:
    """Add the sub-command."""
    parser = commands.add_parser(
        "train", help="build or load a network, train and save it", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("network", nargs="?", metavar="NETWORK", help="network file to train further; else a new one")
    add_data_options(parser)
    parser.add_argument("--preset", metavar="{" + ",".join(PRESETS) + "}", help="a published set-up to start from")
    parser.add_argument(
        "--augment",
        choices=tuple(AUGMENTATIONS),
        help="how much the training images are changed each time they are used: amounts that go together, in place of "
        "the preset's; --rotation, --zoom and so on change single ones",
    )
    parser.add_argument(
        "--save",
        metavar="FILE",
        help="where to save the network; by default a new file in networks/. What is needed to resume the run is saved "
        "beside it",
    )
    parser.add_argument("--save-at", metavar="N,N,…", help="also save the network after these epochs, as FILE-epoch-N")
    parser.add_argument(
        "--resume",
        metavar="FILE",
        help="continue the run that saved this network, bit for bit as if it had not been interrupted; --epochs counts "
        "from the run's beginning",
    )
    add_json_option(parser)
    add_setting_options(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    given = given_settings(options)
    if options.augment is not None:
        given = asdict(AUGMENTATIONS[options.augment]) | given
    named_path = options.save or options.resume
    if named_path:
        check_writable(named_path)
    trainer, dataset = _resume(options, given) if options.resume else _start(options, given)
    save_path = named_path or free_network_path(_name_of_run(options, given))
    check_writable(save_path)
    snapshot_epochs = parse_snapshot_epochs(options.save_at, trainer.settings.epochs) if options.save_at else ()
    progress = TrainingProgress(trainer, dataset, as_json=options.json)
    problems: list[NnappError] = []
    outcome = ""
    with _interruptible() as interrupted, progress:
        reports = trainer.run()
        try:
            for report in reports:
                progress.show(report)
                if isinstance(report, EpochReport) and report.epoch in snapshot_epochs:
                    problems += _save_snapshot(snapshot_path(save_path, report.epoch), trainer, dataset)
                if interrupted.is_set():
                    outcome = "interrupted"
                    break
        except DivergenceError as error:
            outcome = "diverged"
            problems.append(error)
        finally:
            reports.close()
    return _finish(options, trainer, dataset, save_path, outcome or progress.outcome, problems)


def _save_snapshot(path: str, trainer: Trainer, dataset: Dataset) -> list[NnappError]:
    """Save the network as it is now; a problem is no reason to end the run and is returned."""
    try:
        write_network(path, trainer.network, training_metadata(trainer, dataset))
    except StorageError as error:
        return [error]
    return []


def _start(options: argparse.Namespace, given: dict[str, Any]) -> tuple[Trainer, Dataset]:
    """Return the trainer of a new run, with a new network or one from a file."""
    settings = settings_from(options.preset, given)
    if options.network is None:
        dataset = load_data(options)
        network = settings.new_network(dataset.n_pixels, dataset.n_classes)
    else:
        fixed = [name for name in _OF_NEW_NETWORKS if name in given]
        if fixed:
            raise SettingError(
                f"{option_name(fixed[0])} must be left out with a network file, which says it already; "
                f"got {options.network}."
            )
        stored = read_network(options.network)
        network = stored.network
        dataset = load_data_for(options, stored)
        names = network.activation_names
        described: dict[str, Any] = {"hidden": network.layer_sizes[1:-1], "output": network.output_activation}
        if len(names) > 1:
            described["activation"] = names[0]
        if "loss" not in given:
            described["loss"] = stored.metadata.loss or default_loss(network.output_activation)
        settings = settings.but(**described)
        network.set_dropout(settings.dropout)
    if "batch_size" not in given:
        settings = _with_fitting_batch(settings, dataset)
    return Trainer(network, dataset.training_images, dataset.training_labels, settings), dataset


def _with_fitting_batch(settings: Settings, dataset: Dataset) -> Settings:
    """Return the settings with mini-batches no larger than the images to learn from, and say if they had to change."""
    learnt_from, _ = split_for_training(dataset.training_labels, settings.but(batch_size=0))
    n_images = settings.images_per_epoch or len(learnt_from)
    if settings.batch_size <= n_images:
        return settings
    remark(f"A mini-batch has {n_images:,} images in place of {settings.batch_size:,}: there are no more in an epoch.")
    return settings.but(batch_size=n_images)


def _resume(options: argparse.Namespace, given: dict[str, Any]) -> tuple[Trainer, Dataset]:
    """Return the trainer of a saved run, put back to where it stopped."""
    for name in ("network", "preset"):
        if getattr(options, name) is not None:
            raise SettingError(f"A run that is resumed has its {name} already; got {getattr(options, name)}.")
    metadata = NetworkMetadata()
    with suppress(NnappError):  # the run needs no network beside it, whose file says how the data were split
        metadata = read_network(network_path_of(options.resume)).metadata
    return continue_training(options.resume, load_data_of_run(options, metadata), given)


def _name_of_run(options: argparse.Namespace, given: dict[str, Any]) -> str:
    """Return the file name for a run that was given none."""
    if options.preset is not None and not given:
        return str(options.preset)
    hidden = given.get("hidden", settings_from(options.preset, {}).hidden)
    return "-".join(["network", *map(str, hidden)])


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into an event that is set; a second one interrupts as usual.

    An interrupt that struck between two lines of the optimizer would leave weights half changed.
    """
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event
        return
    previous = signal.getsignal(signal.SIGINT)

    def stop(signal_number: int, frame: Any) -> None:
        event.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, stop)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, previous)


def _finish(
    options: argparse.Namespace,
    trainer: Trainer,
    dataset: Dataset,
    save_path: str,
    outcome: str,
    problems: list[NnappError],
) -> int:
    """Evaluate on the test set, save, and tell about both."""
    evaluation = evaluate(trainer.network, dataset.test_images, dataset.test_labels, loss=trainer.settings.loss)
    saved: str | None = None
    if outcome == "diverged" and not trainer.n_epochs_done and os.path.exists(save_path):
        problems.append(NnappError(f"Nothing was learnt, so {save_path} was left as it was."))
    else:
        saved = _save(save_path, trainer, dataset, evaluation, problems)
    if options.json:
        best = trainer.best
        record = {
            "saved": saved,
            "outcome": outcome,
            "epochs": trainer.n_epochs_done,
            "best_epoch": best.epoch if best else None,
            "test_accuracy": evaluation.accuracy,
            "test_loss": evaluation.loss,
        }
        print_json(record | {"confusion": evaluation_as_json(evaluation, dataset.class_names)["confusion"]})
    else:
        print()
        print(evaluation_table(evaluation, dataset.class_names, f"{dataset.name} test images"))
        print(f"\n{_outcome_sentence(outcome, trainer)}" + (f" Saved as {saved}." if saved else ""))
    for problem in problems:
        complain(str(problem))
    return 1 if problems else 0


def _save(
    save_path: str, trainer: Trainer, dataset: Dataset, evaluation: Evaluation, problems: list[NnappError]
) -> str:
    """Save the run, in the folder for temporary files if its own place fails: training is not lost."""
    try:
        save_training(save_path, trainer, dataset, evaluation)
    except StorageError as error:
        refuge = rescue_path(save_path)
        save_training(refuge, trainer, dataset, evaluation)
        problems.append(StorageError(f"{str(error).rstrip('.')}; the network was saved as {refuge} instead."))
        return refuge
    return save_path


def _outcome_sentence(outcome: str, trainer: Trainer) -> str:
    kept = ""
    if trainer.settings.keep == "best" and trainer.best:
        kept = f" The network is the one after epoch {trainer.best.epoch}, the best on the validation images."
    n_epochs = f"{trainer.n_epochs_done} epoch" + ("" if trainer.n_epochs_done == 1 else "s")
    beginning = {
        "finished": f"Trained {n_epochs}.",
        "stopped early": f"Stopped early after {n_epochs}: the validation error no longer fell.",
        "interrupted": f"Stopped on request after {n_epochs}.",
        "diverged": f"Training diverged after {n_epochs}.",
    }
    return beginning[outcome] + kept

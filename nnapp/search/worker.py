"""What a worker does: one run, from its beginning or from where its last rung ended."""

from __future__ import annotations

import os
import socket
import traceback
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from math import inf

import numpy as np

from nnapp.blas import one_thread
from nnapp.engine.reports import EpochReport
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.errors import FileFormatError, NetworkError, NnappError, SettingError
from nnapp.search.data_facts import DataFacts
from nnapp.search.data_server import DataSource, fetch
from nnapp.search.results import EpochPoint, RunResult
from nnapp.storage.dataset import Dataset
from nnapp.storage.network_file import write_network_to
from nnapp.storage.network_payload import count_parameters
from nnapp.storage.run_file import Run, read_run_from, write_run_to
from nnapp.storage.trained_networks import training_metadata

__all__ = ["Outcome", "Task", "lost_result", "run_one"]


@dataclass(frozen=True)
class Task:
    """What a worker is told.

    Attributes
    ----------
    run, configuration, repeat, rung : int
        As of `RunResult`.
    epochs : int
        After how many the rung ends, counted from the run's beginning.
    settings : Settings
        The run's; its own epochs are those of a whole run.
    data : DataFacts
    source : DataSource
        Where its images are fetched.
    state : bytes
        Of the file that the run is continued from; empty to begin anew.
    keeps_state : bool
        Whether the run may be continued after this rung.
    attempt : int
        From 1. Executors that remember results by what they were asked (Dask) must not answer a second attempt with
        the failure of the first.
    """

    run: int
    configuration: int
    repeat: int
    rung: int
    epochs: int
    settings: Settings
    data: DataFacts
    source: DataSource
    state: bytes = b""
    keeps_state: bool = False
    attempt: int = 1


@dataclass(frozen=True)
class Outcome:
    """What a worker answers.

    Attributes
    ----------
    result : RunResult or None
        None if there is a bug.
    network, state : bytes
        Of the file of its network and the one it can be continued from; empty for none.
    worker : str
        Which process it was.
    bug : str
        The traceback of an error that nobody expected, "" if there was none.
    """

    result: RunResult | None
    network: bytes = b""
    state: bytes = b""
    worker: str = ""
    bug: str = ""


def run_one(task: Task) -> Outcome:
    """Do a run, in whatever process and thread; the same task gives the same bits everywhere on one kind of machine.

    Raises
    ------
    ExecutorError
        If the data cannot be fetched.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    images, labels = fetch(task.source)
    dataset = task.data.dataset_of(images, labels)
    try:
        with one_thread():
            result, network, state = _run(task, dataset)
    except Exception:  # a bug must reach whoever asked, and not be taken for a worker that was lost
        return Outcome(None, worker=worker, bug=traceback.format_exc())
    return Outcome(result, network, state, worker)


def lost_result(task: Task, problem: str) -> RunResult:
    """Return the result of a run of which nothing came back."""
    return _result(task, None, problem)


def _run(task: Task, dataset: Dataset) -> tuple[RunResult, bytes, bytes]:
    """Train, and return the result with the bytes of both files."""
    trainer: Trainer | None = None
    problem = ""
    try:
        trainer = _trainer(task, dataset)
        _train(trainer, task.epochs)
    except NnappError as error:
        problem = str(error)
    except MemoryError:
        problem = "The network and its training must fit into the memory of a worker; got more."
    result = _result(task, trainer, problem)
    if trainer is None or not trainer.history:
        return result, b"", b""
    network = BytesIO()
    # Weights of a run that diverged soon after may be too large to compute with.
    with np.errstate(over="ignore", invalid="ignore"):
        write_network_to(network, trainer.network, training_metadata(trainer, dataset))
    state = BytesIO()
    if task.keeps_state and not problem:
        write_run_to(state, _standing_run(trainer, dataset, task.data.fingerprint))
    return result, network.getvalue(), state.getvalue()


def _trainer(task: Task, dataset: Dataset) -> Trainer:
    """Return the trainer of the run, standing where its last rung ended if that is known."""
    images, labels = dataset.training_images, dataset.training_labels
    # No report within an epoch: weights are looked at in each, so a run would be found to diverge by the clock.
    if task.state:
        # What cannot be continued is trained from the beginning, which takes longer and gives the same.
        with suppress(FileFormatError, NetworkError, SettingError):
            run = read_run_from(BytesIO(task.state), f"the state of run {task.run}")
            if run.data_fingerprint == task.data.fingerprint:
                return Trainer(run.new_network(), images, labels, task.settings, state=run.state, report_interval_s=inf)
    network = task.settings.new_network(dataset.n_pixels, dataset.n_classes)
    return Trainer(network, images, labels, task.settings, report_interval_s=inf)


def _train(trainer: Trainer, epochs: int) -> None:
    """Train until the run has had so many epochs, or has ended; the network then has the weights it keeps."""
    reports = trainer.run()
    try:
        for report in reports:
            if isinstance(report, EpochReport) and report.epoch >= epochs:
                break
    finally:
        reports.close()


def _result(task: Task, trainer: Trainer | None, problem: str) -> RunResult:
    history = trainer.history if trainer is not None else []
    best_epoch = trainer.network_epoch if trainer is not None else 0
    kept = history[best_epoch - 1] if history and not problem else None
    height, width = task.data.image_shape
    return RunResult(
        run=task.run,
        configuration=task.configuration,
        repeat=task.repeat,
        rung=task.rung,
        epochs=len(history),
        validation_loss=kept.validation_loss if kept else None,
        validation_error=kept.validation_error if kept else None,
        best_epoch=best_epoch,
        n_parameters=count_parameters((height * width, *task.settings.hidden, len(task.data.class_names))),
        seconds=sum(report.seconds for report in history),
        curves=tuple(map(_point, history)),
        problem=problem,
    )


def _point(report: EpochReport) -> EpochPoint:
    if report.validation_loss is None or report.validation_error is None:
        raise ValueError("A search has validation images.")
    return EpochPoint(report.training_loss, report.validation_loss, report.validation_error)


def _standing_run(trainer: Trainer, dataset: Dataset, fingerprint: str) -> Run:
    return Run(
        state=trainer.state(),
        layer_sizes=trainer.network.layer_sizes,
        activation_names=trainer.network.activation_names,
        class_names=dataset.class_names,
        input_shape=dataset.image_shape,
        data_fingerprint=fingerprint,
    )

"""One run as a worker does it: the bits of `nnapp train`, in one piece or continued, and what can go wrong."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.search import worker
from nnapp.search.data_facts import DataFacts
from nnapp.search.data_server import DataServer
from nnapp.search.results import RunResult
from nnapp.search.worker import Task, run_one
from nnapp.storage.dataset import Dataset
from nnapp.storage.network_file import read_network_from, write_network_to
from nnapp.storage.trained_networks import training_metadata

SETTINGS = Settings(hidden=(8,), epochs=6, batch_size=20, learning_rate=0.01, dropout=0.2, schedule="cosine", seed=3)


@pytest.fixture
def task(dataset: Dataset) -> Iterator[Task]:
    """Return a run of all its six epochs."""
    facts = DataFacts.of(dataset)
    with DataServer(dataset.training_images, dataset.training_labels, facts.fingerprint, is_local=True) as server:
        yield Task(1, 1, 0, 0, 6, SETTINGS, facts, server.source)


def result_of(task: Task) -> RunResult:
    """Return the result of a run without its time."""
    result = run_one(task).result
    assert result is not None
    return replace(result, seconds=0.0)


def test_run_is_that_of_the_engine(task: Task, dataset: Dataset) -> None:
    outcome = run_one(task)
    trainer = Trainer(SETTINGS.new_network(60, 10), dataset.training_images, dataset.training_labels, SETTINGS)
    list(trainer.run())
    file = BytesIO()
    write_network_to(file, trainer.network, training_metadata(trainer, dataset))
    assert outcome.network == file.getvalue()
    assert outcome.state == b""
    result, best = outcome.result, trainer.best
    assert result is not None
    assert best is not None
    assert (result.best_epoch, result.validation_error, result.validation_loss) == (
        best.epoch,
        best.validation_error,
        best.validation_loss,
    )
    assert [point.training_loss for point in result.curves] == [report.training_loss for report in trainer.history]
    assert result.n_parameters == 60 * 8 + 8 + 8 * 10 + 10
    assert (result.epochs, result.problem) == (6, "")


def test_last_weights_are_judged_if_they_are_kept(task: Task) -> None:
    result = result_of(replace(task, settings=SETTINGS.but(keep="last", learning_rate=0.3)))
    assert result.best_epoch == 6
    assert result.validation_error == result.curves[-1].validation_error


def test_task_and_outcome_can_be_sent(task: Task) -> None:
    assert pickle.loads(pickle.dumps(task)) == task
    outcome = run_one(task)
    assert pickle.loads(pickle.dumps(outcome)) == outcome


@pytest.mark.parametrize("early_stopping", [0, 1])
def test_run_in_rungs_has_the_bits_of_one_run(task: Task, early_stopping: int) -> None:
    """The cosine schedule spans all six epochs also in a rung of one."""
    settings = SETTINGS.but(early_stopping=early_stopping)
    whole = run_one(replace(task, settings=settings))
    state = b""
    for rung, epochs in enumerate((1, 3, 6)):
        part = run_one(replace(task, settings=settings, rung=rung, epochs=epochs, state=state, keeps_state=rung < 2))
        assert part.result is not None
        assert part.result.epochs <= epochs
        state = part.state
    assert part.network == whole.network
    assert state == b""
    assert whole.result is not None
    assert replace(part.result, seconds=0.0, rung=0) == replace(whole.result, seconds=0.0)


@pytest.mark.parametrize("damage", ["cut", "another run", "other data"])
def test_state_that_cannot_be_continued_costs_only_time(task: Task, damage: str) -> None:
    first = replace(task, epochs=2, keeps_state=True)
    if damage == "another run":
        first = replace(first, settings=SETTINGS.but(seed=99))
    state = run_one(first).state
    second = replace(task, rung=1, state=state[:-40] if damage == "cut" else state)
    if damage == "other data":
        facts = replace(task.data, fingerprint="0" * 64)
        result = worker._trainer(replace(second, data=facts), facts.dataset_of(*worker.fetch(task.source)))
        assert result.n_epochs_done == 0
        return
    assert replace(result_of(second), rung=0) == result_of(task)


def test_divergence_is_a_result(task: Task) -> None:
    linear = {"activation": "linear", "output": "linear", "loss": "squared-error"}
    settings = SETTINGS.but(optimizer="sgd", learning_rate=1000.0, **linear)
    outcome = run_one(replace(task, settings=settings, keeps_state=True))
    assert outcome.result is not None
    assert "Training diverged" in outcome.result.problem
    assert (outcome.result.validation_error, outcome.result.validation_loss) == (None, None)
    assert outcome.result.epochs == len(outcome.result.curves)
    assert outcome.state == b""
    assert bool(outcome.network) == bool(outcome.result.epochs)


def test_network_of_a_run_that_diverged_later_is_there(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate = worker.Trainer._finish_epoch

    def finish(trainer: Trainer, *arguments: object) -> object:
        if trainer.n_epochs_done == 2:
            trainer._diverge()
        return evaluate(trainer, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(worker.Trainer, "_finish_epoch", finish)
    outcome = run_one(task)
    assert outcome.result is not None
    assert (outcome.result.epochs, outcome.result.validation_error) == (2, None)
    assert len(read_network_from(BytesIO(outcome.network), "a").metadata.history) == 2


def test_what_the_engine_refuses_is_a_result(task: Task) -> None:
    result = result_of(replace(task, settings=SETTINGS.but(batch_size=136)))
    assert "Mini-batch size must be at most 135" in result.problem
    assert (result.epochs, result.curves) == (0, ())


def test_too_little_memory_is_a_result(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*arguments: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(worker, "Trainer", no_memory)
    assert "memory" in result_of(task).problem


def test_bug_keeps_its_traceback(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_trainer", lambda task, dataset: 1 / 0)
    outcome = run_one(task)
    assert outcome.result is None
    assert "ZeroDivisionError" in outcome.bug


def test_weights_that_overflow_warn_nobody(task: Task) -> None:
    """Warnings are errors in tests."""
    result = result_of(replace(task, settings=SETTINGS.but(learning_rate=900.0, optimizer="sgd")))
    assert np.isfinite([point.training_loss for point in result.curves]).all()

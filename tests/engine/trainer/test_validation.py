"""Validation: which images are held out, what is measured on them, and what follows from it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.evaluation import evaluate
from nnapp.engine.reports import EpochReport

Data = tuple[NDArray[Any], NDArray[Any]]


def test_every_class_is_held_out_alike(blobs: Data, new_trainer: Any) -> None:
    trainer = new_trainer(blobs, validation_fraction=0.1)

    # 40 images of each class.
    assert np.bincount(blobs[1][trainer.validation_indices]).tolist() == [4, 4, 4]


def test_split_depends_on_the_seed_alone(blobs: Data, new_trainer: Any) -> None:
    first, same, other = (
        new_trainer(blobs, seed=seed, dropout=dropout).validation_indices
        for seed, dropout in ((1, 0), (1, 0.5), (2, 0))
    )

    assert first.tolist() == same.tolist()
    assert first.tolist() != other.tolist()


def test_few_training_images_leave_the_validation_images_as_they_are(blobs: Data, new_trainer: Any) -> None:
    all_of_them, few = (new_trainer(blobs, training_images=number) for number in (0, 30))

    assert few.validation_indices.tolist() == all_of_them.validation_indices.tolist()
    assert set(few.training_indices) < set(all_of_them.training_indices)
    # 36 images of each of three classes are not held out, so 10 of each make the 30.
    assert np.bincount(blobs[1][few.training_indices]).tolist() == [10, 10, 10]


def test_numbers_are_those_of_the_weights_after_the_epoch(blobs: Data, new_trainer: Any) -> None:
    trainer = new_trainer(blobs, output="sigmoid", loss="squared-error")
    held_out = trainer.validation_indices

    for report in trainer.run():
        assert isinstance(report, EpochReport)
        expected = evaluate(trainer.network, blobs[0][held_out], blobs[1][held_out], loss="squared-error")
        assert report.validation_loss == expected.loss
        assert report.validation_error == expected.error


def test_without_validation_images_there_are_no_numbers(blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    trainer = new_trainer(blobs, validation_fraction=0)

    reports = epochs_of(trainer)

    assert len(trainer.training_indices) == 120
    assert all(report.validation_loss is report.validation_error is None for report in reports)
    assert not any(report.is_best for report in reports)
    assert trainer.best is None


def test_best_epoch_has_the_lowest_error_and_of_those_the_lowest_loss(
    new_trainer: Any, epochs_of: Any, noise: Data
) -> None:
    trainer = new_trainer(noise, epochs=25, learning_rate=0.05)

    reports = epochs_of(trainer)

    best: tuple[float, float] = (float("inf"), float("inf"))
    for report in reports:
        numbers = (report.validation_error, report.validation_loss)
        assert report.is_best == (numbers < best)
        best = min(best, numbers)
    assert trainer.best == [report for report in reports if report.is_best][-1]
    errors = [report.validation_error for report in reports]
    assert len(set(errors)) < len(errors), "some errors are equal, so the loss decided"


@pytest.mark.parametrize("patience", [1, 3])
def test_run_ends_after_epochs_without_a_better_one(
    patience: int, new_trainer: Any, epochs_of: Any, noise: Data
) -> None:
    trainer = new_trainer(noise, epochs=200, learning_rate=0.05, early_stopping=patience)

    reports = epochs_of(trainer)

    # What a run without early stopping does up to there, in the same bits.
    unstopped = epochs_of(new_trainer(noise, epochs=len(reports) + 1, learning_rate=0.05))
    waits = [0]
    for report in unstopped:
        waits.append(0 if report.is_best else waits[-1] + 1)
    assert len(reports) == waits.index(patience) < 200
    assert [r.validation_loss for r in reports] == [r.validation_loss for r in unstopped[:-1]]
    assert trainer.stops_early
    assert trainer.is_finished
    assert trainer.best is not None
    assert trainer.best.epoch == len(reports) - patience
    assert list(trainer.run()) == [], "there is nothing left to run"


def test_epoch_that_is_no_different_is_no_better(blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    """Steps of almost 0 are lost in rounding, so every epoch has the same error and loss."""
    trainer = new_trainer(blobs, optimizer="sgd", learning_rate=1e-30, early_stopping=2, epochs=10)

    assert [report.is_best for report in epochs_of(trainer)] == [True, False, False]


def test_run_that_always_improves_goes_to_its_end(blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    trainer = new_trainer(blobs, epochs=5, early_stopping=5)

    assert len(epochs_of(trainer)) == 5
    assert not trainer.stops_early
    assert trainer.is_finished

"""Reports: how often, how fast, and what they add up to."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.reports import BatchReport, EpochReport
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer

Data = tuple[NDArray[Any], NDArray[Any]]


class Clock:
    """A clock that advances by `step_s` each time it is looked at."""

    def __init__(self, step_s: float = 1.0) -> None:
        self.now_s = -step_s
        self.step_s = step_s

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


def timed(blobs: Data, clock: Clock, interval_s: float) -> Trainer:
    """Return a trainer with 11 batches in an epoch: 10 images each and a last one of 8."""
    settings = Settings(hidden=(8,), batch_size=10, epochs=1)
    return Trainer(settings.new_network(12, 3), *blobs, settings, clock=clock, report_interval_s=interval_s)


def test_batch_reports_are_at_least_the_interval_apart(blobs: Data) -> None:
    # A look at 0 s when the epoch begins, then one after each batch; 3 s are over after batch 3. A look when the
    # next report is asked for begins to count again, so batches 6 and 9 follow.
    reports = list(timed(blobs, Clock(), interval_s=3).run())

    in_epoch = [report for report in reports if isinstance(report, BatchReport)]
    assert [report.batch for report in in_epoch] == [3, 6, 9]
    assert [report.images for report in in_epoch] == [30, 60, 90]


def test_speeds_by_arithmetic(blobs: Data) -> None:
    # Each batch takes a second, and so does whoever takes a report, which is not the training's time.
    *in_epoch, last = timed(blobs, Clock(), interval_s=3).run()

    assert [report.images_per_second for report in in_epoch] == pytest.approx([10, 10, 10])
    assert isinstance(last, EpochReport)
    # 11 batches, and a second until the looks that end the training and the validation.
    assert last.images_per_second == pytest.approx(108 / 12)
    assert last.seconds == pytest.approx(13)


def test_pause_is_not_counted(blobs: Data) -> None:
    clock = Clock()
    numbers = []
    for report in timed(blobs, clock, interval_s=3).run():
        numbers.append(report.images_per_second)
        clock.now_s += 1000

    assert numbers == pytest.approx([10, 10, 10, 9])


def test_speed_of_a_resumed_epoch_is_that_since_then(blobs: Data) -> None:
    trainer = timed(blobs, Clock(), interval_s=3)
    reports = trainer.run()
    next(reports)
    reports.close()

    *in_epoch, last = trainer.run()

    # Batches 4 to 6 in 3 s, up to 9 in 6 s; the 78 images of batches 4 to 11 and the look that ends them in 9 s.
    assert [report.images for report in in_epoch] == [60, 90]
    assert [report.images_per_second for report in in_epoch] == pytest.approx([10, 10])
    assert last.images_per_second == pytest.approx(78 / 9)


def test_fast_epoch_has_no_batch_reports(blobs: Data) -> None:
    reports = list(timed(blobs, Clock(1e-6), interval_s=0.1).run())

    assert [type(report) for report in reports] == [EpochReport]


def test_clock_that_stands_still_is_no_problem(blobs: Data) -> None:
    reports = list(timed(blobs, Clock(0), interval_s=0).run())

    assert len(reports) == 11
    assert all(np.isfinite(report.images_per_second) for report in reports)


def test_loss_so_far_becomes_the_loss_of_the_epoch(blobs: Data, new_trainer: Any) -> None:
    trainer = new_trainer(blobs, every_batch=True, epochs=1)

    *in_epoch, last = trainer.run()

    # The sum of losses only grows, and the last batch is 8 of 108 images.
    sums = [report.training_loss * report.images for report in in_epoch]
    assert all(later >= earlier for earlier, later in pairwise(sums))
    assert last.training_loss * 108 >= sums[-1]
    assert last.training_loss == pytest.approx(in_epoch[-1].training_loss, rel=0.2)


def test_history_is_what_was_reported(blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    trainer = new_trainer(blobs)

    reports = epochs_of(trainer)

    assert trainer.history == reports
    assert [report.epoch for report in reports] == [1, 2, 3]
    assert trainer.n_epochs_done == 3

from __future__ import annotations

import math

import pytest

from nnapp.display.run_progress import RunProgress
from nnapp.engine.reports import BatchReport, EpochReport


def batch_report(epoch: int, images: int, *, n_epochs: int = 4, rate: float = 100.0) -> BatchReport:
    return BatchReport(epoch, n_epochs, images // 10, 100, images, 1000, 0.5, rate)


def epoch_report(epoch: int, *, n_epochs: int = 4, seconds: float = 12.0, rate: float = 100.0) -> EpochReport:
    return EpochReport(epoch, n_epochs, 0.5, 0.6, 0.1, 0.001, True, seconds, rate)


def test_before_the_first_report() -> None:
    progress = RunProgress()

    assert (progress.epoch, progress.n_epochs, progress.epoch_share, progress.run_share) == (0, 0, 0.0, 0.0)
    assert progress.seconds_left is None


def test_within_the_first_epoch() -> None:
    progress = RunProgress()
    progress.take(batch_report(1, 250))

    assert progress.epoch_share == 0.25
    assert progress.run_share == 0.25 / 4
    assert progress.images_per_second == 100
    # 750 images of this epoch and 3 · 1000 more, at 100 a second.
    assert progress.seconds_left == pytest.approx(37.5)


def test_between_epochs_validation_counts() -> None:
    progress = RunProgress()
    progress.take(batch_report(1, 1000))
    # 1000 images at 100 a second take 10 of the 12 seconds, so validation takes 2.
    progress.take(epoch_report(1, seconds=12))

    assert progress.epoch_share == 1.0
    assert progress.run_share == 1 / 4
    assert progress.seconds_left == pytest.approx(3 * 12)


def test_within_a_later_epoch() -> None:
    progress = RunProgress()
    progress.take(batch_report(1, 1000))
    progress.take(epoch_report(1, seconds=12))
    progress.take(batch_report(2, 500, rate=300))

    # Speed: half of this epoch's 300 and half of the last one's 100. Left: 500 + 2 · 1000 images, 3 validations of 2 s.
    assert progress.seconds_left == pytest.approx(2500 / 200 + 3 * 2)


def test_resumed_epoch_of_which_only_a_part_was_timed() -> None:
    progress = RunProgress()
    progress.take(batch_report(2, 900))
    progress.take(epoch_report(2, seconds=1.5))

    # 10 s for each full epoch to come, though the resumed one took 1.5.
    assert progress.seconds_left == pytest.approx(2 * 10)


def test_epochs_alone_are_enough() -> None:
    progress = RunProgress()
    progress.take(epoch_report(1, seconds=12))

    assert progress.seconds_left == pytest.approx(3 * 12)


def test_number_of_epochs_may_change_while_running() -> None:
    progress = RunProgress()
    progress.take(batch_report(1, 1000))
    progress.take(epoch_report(1))
    progress.take(batch_report(2, 1000, n_epochs=2))

    assert progress.n_epochs == 2
    assert progress.run_share == 1.0
    assert progress.seconds_left == pytest.approx(2)  # one validation


@pytest.mark.parametrize("rate", [0.0, math.inf, math.nan])
def test_no_speed_no_time(rate: float) -> None:
    progress = RunProgress()
    progress.take(batch_report(1, 0, rate=rate))

    assert progress.seconds_left is None


def test_last_epoch_leaves_nothing() -> None:
    progress = RunProgress()
    progress.take(batch_report(4, 1000))
    progress.take(epoch_report(4))

    assert progress.run_share == 1.0
    assert progress.seconds_left == 0

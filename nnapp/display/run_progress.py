"""How far a training run is, and how long the rest of it will take."""

from __future__ import annotations

from math import isfinite

from nnapp.engine.reports import BatchReport, EpochReport

__all__ = ["RunProgress"]


class RunProgress:
    """Follows the reports of one run.

    Attributes
    ----------
    epoch, n_epochs : int
        Present epoch, counted from 1, and number of epochs; 0 before the first report.
    epoch_share, run_share : float
        What is done of the epoch and of the run, 0…1.
    images_per_second : float
        Speed of training in the present epoch; 0 before the first report.
    seconds_left : float or None
        Time until the run's last epoch is over; None before there is a speed to tell it by.
    """

    def __init__(self) -> None:
        self.epoch = 0
        self.n_epochs = 0
        self.epoch_share = 0.0
        self.run_share = 0.0
        self.images_per_second = 0.0
        self.seconds_left: float | None = None
        self._n_images = 0
        self._finished: EpochReport | None = None

    def take(self, report: BatchReport | EpochReport) -> None:
        """Take in the next report; some may have been left out."""
        self.epoch, self.n_epochs = report.epoch, report.n_epochs
        self.images_per_second = report.images_per_second
        if isinstance(report, EpochReport):
            self.epoch_share = 1.0
            self._finished = report
            self.seconds_left = self._seconds_of_epochs(report.n_epochs - report.epoch)
        else:
            self.epoch_share = report.images / report.n_images
            self._n_images = report.n_images
            self.seconds_left = self._seconds_within_epoch(report)
        self.run_share = (report.epoch - 1 + self.epoch_share) / report.n_epochs

    def _seconds_within_epoch(self, report: BatchReport) -> float | None:
        speed = report.images_per_second
        if self._finished is not None:
            # The first batches of an epoch say little about its speed, so the last epoch's counts for as much as is
            # still to come of this one.
            speed = self.epoch_share * speed + (1 - self.epoch_share) * self._finished.images_per_second
        n_epochs_left = report.n_epochs - report.epoch
        n_images_left = report.n_images - report.images + n_epochs_left * report.n_images
        if not _is_speed(speed):
            return None
        return n_images_left / speed + (n_epochs_left + 1) * self._seconds_of_validation()

    def _seconds_of_epochs(self, n_epochs: int) -> float | None:
        assert self._finished is not None
        speed = self._finished.images_per_second
        if not (self._n_images and _is_speed(speed)):
            return n_epochs * self._finished.seconds
        return n_epochs * (self._n_images / speed + self._seconds_of_validation())

    def _seconds_of_validation(self) -> float:
        """Return what the last epoch took besides its batches; 0 if it was resumed, and only a part of it timed."""
        if self._finished is None or not _is_speed(self._finished.images_per_second):
            return 0.0
        return max(0.0, self._finished.seconds - self._n_images / self._finished.images_per_second)


def _is_speed(images_per_second: float) -> bool:
    return isfinite(images_per_second) and images_per_second > 0
